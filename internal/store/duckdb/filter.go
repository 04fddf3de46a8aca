package duckdb

import (
	"context"
	"database/sql"
	"slices"
	"strings"

	"github.com/firsthand-cx/firsthand/internal/question"
)

// The parts of a filter as fixed clauses over interaction i; their values go as
// parameters, never as text.
const (
	fromClause       = " AND i.started_at >= $filter_from"
	toClause         = " AND i.started_at < $filter_to"
	signaturesClause = " AND i.signature IN (SELECT unnest($filter_signatures))"
	dimsClause       = " AND i.dims IN (SELECT unnest($filter_dims))"

	linkedCustomerClause = " AND COALESCE(l.customer_id, i.profile_id, 0) = $filter_customer"
	sortedCustomerClause = " AND i.customer = $filter_customer"
)

// where writes the clauses that are set, with their values, over the sorted copy or over
// the facts; the sorted copy holds no test customers.
func (s *Store) where(f question.Filter, sorted bool) (string, map[string]any) {
	customer := linkedCustomerClause
	if sorted {
		customer = sortedCustomerClause
	}
	var b strings.Builder
	args := map[string]any{}
	if !f.Period.From.IsZero() {
		b.WriteString(fromClause)
		args["filter_from"] = instant(f.Period.From)
	}
	if !f.Period.To.IsZero() {
		b.WriteString(toClause)
		args["filter_to"] = instant(f.Period.To)
	}
	if signatures, all := s.words.allowedSignatures(f.Signatures); !all {
		b.WriteString(signaturesClause)
		args["filter_signatures"] = signatures
	}
	if dims, all := s.words.allowedDims(f); !all {
		b.WriteString(dimsClause)
		args["filter_dims"] = dims
	}
	if s.tests.Load() && !sorted {
		b.WriteString(testClause)
	}
	if f.Customer != 0 {
		b.WriteString(customer)
		args["filter_customer"] = int64(f.Customer)
	}
	return b.String(), args
}

// allowedSignatures are the customers' signatures among those wanted (nil = any);
// all reports that this excludes none.
func (d *dictionary) allowedSignatures(wanted []int32) (allowed []int32, all bool) {
	d.mu.RLock()
	defer d.mu.RUnlock()
	allowed = []int32{}
	all = true
	var want map[int32]bool
	if wanted != nil {
		want = make(map[int32]bool, len(wanted))
		for _, n := range wanted {
			want[n] = true
		}
	}
	for n, sig := range d.signatures {
		if n == 0 {
			continue
		}
		if customers(sig) && (want == nil || want[int32(n)]) {
			allowed = append(allowed, int32(n))
		} else {
			all = false
		}
	}
	return allowed, all
}

// allowedDims are the dimension sets in which the persona's rule and the
// filter's dimension hold; all reports that there is no such rule.
func (d *dictionary) allowedDims(f question.Filter) (allowed []int32, all bool) {
	if f.Dimension == "" && (f.Persona == nil || len(f.Persona.Where) == 0) {
		return nil, true
	}
	d.mu.RLock()
	defer d.mu.RUnlock()
	allowed = []int32{}
	for n, set := range d.dims {
		if holds(f, set) {
			allowed = append(allowed, int32(n))
		}
	}
	return allowed, false
}

func holds(f question.Filter, set map[string]string) bool {
	if f.Dimension != "" {
		if v, ok := set[f.Dimension]; !ok || v != f.Value {
			return false
		}
	}
	if f.Persona != nil {
		for name, values := range f.Persona.Where {
			if v, ok := set[name]; !ok || !slices.Contains(values, v) {
				return false
			}
		}
	}
	return true
}

// named turns parameters into the driver's, leaving out what the text does not name.
func named(text string, params map[string]any) []any {
	var out []any
	for name, v := range params {
		if strings.Contains(text, "$"+name) {
			out = append(out, sql.Named(name, v))
		}
	}
	return out
}

// slot waits for a place among the questions that run at once, and bounds its time.
func (s *Store) slot(ctx context.Context) (context.Context, func(), error) {
	select {
	case s.slots <- struct{}{}:
	case <-ctx.Done():
		return ctx, nil, wrap(ctx.Err(), "wait for other questions")
	}
	ctx, cancel := context.WithTimeout(ctx, s.opt.TimeLimit)
	return ctx, func() { cancel(); <-s.slots }, nil
}
