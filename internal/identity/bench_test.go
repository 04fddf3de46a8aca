package identity_test

import (
	"fmt"
	"testing"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// BenchmarkResolveKnown is the rate at which rows of people whom the import has
// met lately are resolved: 8,192 customers with two keys each.
func BenchmarkResolveKnown(b *testing.B) {
	r, _, _ := start()
	const customers, batch = 8_192, 8_192
	rows := make([]row, customers)
	for i := range rows {
		rows[i] = row{id("shop", fmt.Sprint(i)), email(fmt.Sprintf("customer%d@example.com", i))}
	}
	out := make([]cx.ProfileID, batch)
	rows = rows[:batch]
	resolve(b, r, 1, rows[:64]...)
	for i := 64; i < len(rows); i += 64 {
		resolve(b, r, 1, rows[i:i+64]...)
	}
	for b.Loop() {
		if err := r.Resolve(ctx, 1, "test", rows, out); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(2*batch)*float64(b.N)/b.Elapsed().Seconds(), "keys/s")
}
