package duckdb

import (
	"context"
	"database/sql"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// SourceCount says how much a source has brought and how fresh it is.
type SourceCount struct {
	Source       string    `json:"source"`
	Imports      int64     `json:"imports"`
	Interactions int64     `json:"interactions"` // current ones, walks too
	Unidentified int64     `json:"unidentified"`
	First        time.Time `json:"first,omitzero"` // start of the first and last interaction
	Last         time.Time `json:"last,omitzero"`
	Imported     time.Time `json:"imported,omitzero"` // last
}

// Sources counts what each source has brought, by name.
func (s *Store) Sources(ctx context.Context) ([]SourceCount, error) {
	db, done, err := s.open()
	if err != nil {
		return nil, err
	}
	defer done()
	ctx, free, err := s.slot(ctx)
	if err != nil {
		return nil, err
	}
	defer free()
	var out []SourceCount
	err = each(ctx, db, sourceCounts, nil, func(rows *sql.Rows) error {
		var c SourceCount
		var first, last, imported sql.NullTime
		err := rows.Scan(&c.Source, &c.Imports, &c.Interactions, &c.Unidentified, &first, &last, &imported)
		c.First, c.Last, c.Imported = utc(first), utc(last), utc(imported)
		out = append(out, c)
		return err
	})
	return out, wrap(err, "count the sources")
}

// Exposure is a denominator: how many customers there were, were invited, got an
// invoice or a message in a period, in a population ("" = everybody).
type Exposure struct {
	Period     cx.Period `json:"period"`
	Population string    `json:"population"`
	What       string    `json:"what"` // customers, invited, invoices, messages
	Count      int64     `json:"count"`
}

// PutExposures stores denominators; one for the same period, population and what
// takes the place of the former.
func (s *Store) PutExposures(ctx context.Context, list []Exposure) error {
	return s.change(ctx, false, "store exposures", func(tx *sql.Tx) error {
		for _, e := range list {
			from, to := e.Period.From.UTC(), e.Period.To.UTC()
			if !from.Before(to) {
				return cx.Errorf(cx.Invalid, "an exposure's period ends at %s, not after its start", to.Format(time.DateOnly))
			}
			if _, err := tx.ExecContext(ctx, "DELETE FROM exposure WHERE from_at = ? AND to_at = ? AND population = ? AND what = ?",
				from, to, e.Population, e.What); err != nil {
				return err
			}
			if _, err := tx.ExecContext(ctx, "INSERT INTO exposure VALUES (?, ?, ?, ?, ?)", from, to, e.Population, e.What, e.Count); err != nil {
				return err
			}
		}
		return nil
	})
}

// RemoveExposures removes denominators by period, population and what.
func (s *Store) RemoveExposures(ctx context.Context, list []Exposure) error {
	return s.change(ctx, false, "remove exposures", func(tx *sql.Tx) error {
		for _, e := range list {
			if _, err := tx.ExecContext(ctx, "DELETE FROM exposure WHERE from_at = ? AND to_at = ? AND population = ? AND what = ?",
				e.Period.From.UTC(), e.Period.To.UTC(), e.Population, e.What); err != nil {
				return err
			}
		}
		return nil
	})
}

// Exposures lists the denominators in order of time.
func (s *Store) Exposures(ctx context.Context) ([]Exposure, error) {
	db, done, err := s.open()
	if err != nil {
		return nil, err
	}
	defer done()
	var out []Exposure
	err = each(ctx, db, "SELECT from_at, to_at, population, what, count FROM exposure ORDER BY ALL", nil, func(rows *sql.Rows) error {
		var e Exposure
		err := scan(rows, []any{&e.Period.From, &e.Period.To, &e.Population, &e.What, &e.Count})
		out = append(out, e)
		return err
	})
	return out, wrap(err, "list exposures")
}
