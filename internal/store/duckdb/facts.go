package duckdb

import (
	"context"
	"database/sql"
	"maps"
	"slices"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// customers reports whether a signature is of customers' own interactions: walks
// and employees' answers are never in a customer figure.
func customers(sig cx.Signature) bool { return sig.Voice == cx.VoiceCustomer }

// Signatures is the dictionary of coded fields, indexed by number, in the words that
// they are called by.
func (s *Store) Signatures(context.Context) ([]cx.Signature, error) {
	s.words.mu.RLock()
	defer s.words.mu.RUnlock()
	return slices.Clone(s.words.shown), nil
}

// SignaturesAsCame is the same dictionary in the words of the sources.
func (s *Store) SignaturesAsCame(context.Context) ([]cx.Signature, error) {
	s.words.mu.RLock()
	defer s.words.mu.RUnlock()
	return slices.Clone(s.words.signatures), nil
}

// DimensionSets is the dictionary of dimension sets, indexed by number; 0 is the empty one.
func (s *Store) DimensionSets(context.Context) ([]map[string]string, error) {
	s.words.mu.RLock()
	defer s.words.mu.RUnlock()
	out := make([]map[string]string, len(s.words.dims))
	for i, set := range s.words.dims {
		out[i] = maps.Clone(set)
	}
	return out, nil
}

// Scales lists the scales by their number.
func (s *Store) Scales(context.Context) (map[int16]cx.Scale, error) {
	s.words.mu.RLock()
	defer s.words.mu.RUnlock()
	out := make(map[int16]cx.Scale, len(s.words.scales))
	for id, r := range s.words.scales {
		out[id] = r.Scale
	}
	return out, nil
}

// Span is the first start and the last start of all customers' interactions;
// zero when there are none.
func (s *Store) Span(ctx context.Context) (cx.Period, error) {
	db, done, err := s.open()
	if err != nil {
		return cx.Period{}, err
	}
	defer done()
	signatures, all := s.words.allowedSignatures(nil)
	query := "SELECT min(started_at), max(started_at) FROM interaction i WHERE true"
	var args []any
	if !all {
		query += signaturesClause
		args = []any{sql.Named("filter_signatures", signatures)}
	}
	if s.tests.Load() {
		query += testClause
	}
	var from, to sql.NullTime
	if err := db.QueryRowContext(ctx, query, args...).Scan(&from, &to); err != nil {
		return cx.Period{}, wrap(err, "read the facts' span")
	}
	return cx.Period{From: utc(from), To: utc(to)}, nil
}

func utc(t sql.NullTime) time.Time {
	if !t.Valid {
		return time.Time{}
	}
	return t.Time.UTC()
}
