package duckdb

import (
	"context"
	"database/sql"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/ingest"
)

// Ledger lists the imports that happened, by number, with what is known of them.
func (s *Store) Ledger(ctx context.Context) (map[cx.ImportID]ingest.Summary, error) {
	db, done, err := s.open()
	if err != nil {
		return nil, err
	}
	defer done()
	out := map[cx.ImportID]ingest.Summary{}
	err = each(ctx, db, `SELECT import_id, source, file, applied_at, read, rejected, new, superseding, unchanged, older, repeated
		FROM import_ledger`, nil, func(rows *sql.Rows) error {
		var m ingest.Summary
		a := &m.Applied
		err := rows.Scan((*int32)(&m.Import), &m.Source, &m.File, (*utcTime)(&m.Finished), &m.Read, &m.Rejected,
			&a.New, &a.Superseding, &a.Unchanged, &a.Older, &a.Repeated)
		m.Interactions = a.New + a.Superseding + a.Unchanged + a.Older + a.Repeated
		out[m.Import] = m
		return err
	})
	return out, wrap(err, "read the ledger of imports")
}

// CurrentImports finds which import brought the current version of interactions.
func (s *Store) CurrentImports(ctx context.Context, ids []cx.InteractionID) (map[cx.InteractionID]cx.ImportID, error) {
	entries, err := s.Entries(ctx, ids)
	if err != nil {
		return nil, err
	}
	out := make(map[cx.InteractionID]cx.ImportID, len(entries))
	for _, e := range entries {
		out[e.ID] = e.Import
	}
	return out, nil
}

// OwnThreads lists the threads that only interactions of the profiles are part of.
func (s *Store) OwnThreads(ctx context.Context, profiles []cx.ProfileID) ([]int64, error) {
	db, done, err := s.open()
	if err != nil {
		return nil, err
	}
	defer done()
	var out []int64
	err = each(ctx, db, ownThreads, []any{sql.Named("profiles", numbers(profiles))}, func(rows *sql.Rows) error {
		var thread int64
		err := rows.Scan(&thread)
		out = append(out, thread)
		return err
	})
	return out, wrap(err, "list a customer's threads")
}

// AbsentThreads says which of some threads no interaction is part of.
func (s *Store) AbsentThreads(ctx context.Context, threads []int64) ([]int64, error) {
	db, done, err := s.open()
	if err != nil {
		return nil, err
	}
	defer done()
	var out []int64
	err = each(ctx, db, `SELECT unnest($threads) AS thread
		EXCEPT SELECT thread_id FROM interaction EXCEPT SELECT thread_id FROM superseded`,
		[]any{sql.Named("threads", threads)}, func(rows *sql.Rows) error {
			var thread int64
			err := rows.Scan(&thread)
			out = append(out, thread)
			return err
		})
	return out, wrap(err, "list threads without interactions")
}
