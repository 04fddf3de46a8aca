package sqlite_test

import (
	"context"
	"encoding/binary"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/identity"
	"github.com/firsthand-cx/firsthand/internal/ingest"
	"github.com/firsthand-cx/firsthand/internal/store/sqlite"
)

// BenchmarkWords writes half a million interactions' words and as many people's
// keys, then drops them.
func BenchmarkWords(b *testing.B) {
	const rows, batch = 500_000, 32 << 10
	ctx := context.Background()
	for b.Loop() {
		s, err := sqlite.Open(ctx, filepath.Join(b.TempDir(), "vault.sqlite"), sqlite.Options{}, nil)
		if err != nil {
			b.Fatal(err)
		}
		people := identity.New(s, nil, time.Now)
		id, err := s.BeginImport(ctx, ingest.Header{Source: "bench"})
		if err != nil {
			b.Fatal(err)
		}
		metric := func(name string, fn func() error) {
			began := time.Now()
			if err := fn(); err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(rows/time.Since(began).Seconds(), name+"-rows/s")
		}
		metric("words", func() error {
			for first := 0; first < rows; first += batch {
				v := ingest.VaultBatch{Threads: map[int64]string{}}
				for i := first; i < min(first+batch, rows); i++ {
					var interaction cx.InteractionID
					binary.BigEndian.PutUint64(interaction[:], uint64(i)*0x9e3779b97f4a7c15)
					v.Texts = append(v.Texts, ingest.VaultText{
						Interaction: interaction, Profile: cx.ProfileID(i),
						Texts: []cx.Text{{Field: "note", Text: "The invoice came twice and nobody could tell me why."}},
					})
				}
				if err := s.WriteBatch(ctx, id, v); err != nil {
					return err
				}
			}
			return nil
		})
		metric("people", func() error {
			for first := 0; first < rows; first += batch {
				var keys [][]cx.PersonKey
				for i := first; i < min(first+batch, rows); i++ {
					keys = append(keys, []cx.PersonKey{
						{Kind: cx.KeySourceID, Namespace: "bench", Value: fmt.Sprint(i)},
						{Kind: cx.KeyEmail, Value: fmt.Sprintf("somebody%d@example.org", i)},
					})
				}
				if err := people.Resolve(ctx, id, "bench", keys, make([]cx.ProfileID, len(keys))); err != nil {
					return err
				}
			}
			return nil
		})
		metric("finish", func() error { return s.FinishImport(ctx, id, ingest.Summary{}) })
		metric("drop", func() error { return s.DropImport(ctx, id) })
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
	}
}
