package bench

import (
	"context"
	"net/url"
	"path/filepath"
	"slices"
	"time"

	"github.com/firsthand-cx/firsthand/internal/question"
	"github.com/firsthand-cx/firsthand/internal/store/baseline"
)

// questions times every question at each size against one full scan.
func (b *bench) questions(ctx context.Context) error {
	took := map[string]map[int]time.Duration{}
	for _, n := range b.rows {
		dir, err := b.filled(ctx, n)
		if err != nil {
			return err
		}
		scan, err := median(5, func() (time.Duration, error) {
			return baseline.Scan(ctx, filepath.Join(dir, "facts.duckdb"))
		})
		if err != nil {
			return err
		}
		b.printf("%d interactions, one full scan %v\n  question · ms · ratio to the scan · peak MiB\n", n, scan.Round(time.Microsecond*100))
		a, err := b.open(ctx, dir)
		if err != nil {
			return err
		}
		for _, d := range question.Catalogue() {
			params := url.Values{}
			if slices.Contains(d.Needs, "journey") {
				params.Set("journey", "bench")
			}
			var one time.Duration
			most, err := peak(func() error {
				one, err = median(3, func() (time.Duration, error) {
					began := time.Now()
					_, err := a.Ask(ctx, d.Name, params)
					return time.Since(began), err
				})
				return err
			})
			if err != nil {
				_ = a.Close()
				return err
			}
			if took[d.Name] == nil {
				took[d.Name] = map[int]time.Duration{}
			}
			took[d.Name][n] = one
			b.printf("  %s · %.0f · %.1f · %d\n", d.Name, one.Seconds()*1000, one.Seconds()/scan.Seconds(), most)
		}
		if err := a.Close(); err != nil {
			return err
		}
	}
	if len(b.rows) > 1 {
		small, large := b.rows[0], b.rows[len(b.rows)-1]
		b.printf("growth of time from %d to %d interactions (%.0f times as many)\n", small, large, float64(large)/float64(small))
		for _, d := range question.Catalogue() {
			b.printf("  %s · %.1f\n", d.Name, took[d.Name][large].Seconds()/took[d.Name][small].Seconds())
		}
	}
	return nil
}
