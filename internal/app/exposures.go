package app

import (
	"context"
	"os"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/ingest"
	"github.com/firsthand-cx/firsthand/internal/store/duckdb"
)

// exposures reads an upload as an exposures file; ok is false when it is another.
func (a *App) exposures(up ingest.Upload) (list []ingest.Exposure, ok bool, err error) {
	f, err := os.Open(up.Path())
	if err != nil {
		return nil, false, cx.Errorf(cx.NotFound, "that upload is no longer there").WithRemedy("Upload the file again.")
	}
	defer f.Close()
	return ingest.ReadExposures(up.File, f, a.stores.Vault.Zone())
}

// exposureWork stores denominators; the same period and population again takes the
// former's place, so importing twice is importing once.
func (a *App) exposureWork(up ingest.Upload, list []ingest.Exposure, dryRun bool) ingest.Work {
	return func(ctx context.Context, report func(rows, bytes int64, phase string)) (ingest.Summary, error) {
		n := int64(len(list))
		summary := ingest.Summary{Source: "exposures", File: up.File, Started: a.config.Now().UTC(), Read: n}
		summary.Warnings = []string{"these are denominators (customers, invited, …): they count no interactions"}
		if !dryRun {
			rows := make([]duckdb.Exposure, n)
			for i, e := range list {
				rows[i] = duckdb.Exposure{Period: e.Period, Population: e.Segment, What: e.What, Count: e.Count}
			}
			if err := a.stores.Facts.PutExposures(ctx, rows); err != nil {
				return summary, err
			}
		}
		report(n, up.Size, "")
		summary.Finished = a.config.Now().UTC()
		return summary, nil
	}
}
