package bench

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"time"
)

// pages times what a browser waits for, at the first size.
func (b *bench) pages(ctx context.Context) error {
	dir, err := b.filled(ctx, b.rows[0])
	if err != nil {
		return err
	}
	a, err := b.open(ctx, dir)
	if err != nil {
		return err
	}
	defer a.Close()
	if _, err := a.Findings(ctx); err != nil {
		return err
	}
	cookie, err := a.SignInForBench()
	if err != nil {
		return err
	}
	b.printf("%d interactions\n  page · first ms · p50 ms · p95 ms\n", b.rows[0])
	for _, path := range []string{"/", "/journeys", "/journeys/bench", "/findings", "/questions", "/questions/repeat_contact", "/customers?q=c17@example.org", "/customers/17", "/sources", "/report"} {
		var all []time.Duration
		for range 21 {
			r := httptest.NewRequestWithContext(ctx, http.MethodGet, path, nil)
			r.AddCookie(cookie)
			w := httptest.NewRecorder()
			began := time.Now()
			a.Handler().ServeHTTP(w, r)
			all = append(all, time.Since(began))
			if w.Code != http.StatusOK {
				return fmt.Errorf("%s answers %d", path, w.Code)
			}
		}
		first := all[0]
		slices.Sort(all)
		b.printf("  %s · %.0f · %.0f · %.0f\n", path, first.Seconds()*1000, all[10].Seconds()*1000, all[19].Seconds()*1000)
	}
	return nil
}
