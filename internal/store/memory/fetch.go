package memory

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/question"
)

// Snapshot is what a named fetch may read.
type Snapshot struct {
	Visible    []Row // the filtered interactions, in no order
	Signatures []cx.Signature
	Sets       []map[string]string // of declared dimensions
	Scales     map[int16]cx.Scale
	Steps      map[string][]uint16 // of each journey, by signature number
	Exposures  []Exposure
	Zone       *time.Location
}

// fetchFunc is the Go twin of a .sql file: it returns the rows that the statement
// returns, in its order, as int64, float64, string, bool, time.Time,
// cx.InteractionID or nil.
type fetchFunc func(s Snapshot, args question.Args) [][]any

// Fetches lists the named fetches that have a twin here.
func Fetches() []string { return slices.Sorted(maps.Keys(fetches)) }

// Rows runs the twin of a named fetch.
func (f *Facts) Rows(ctx context.Context, fetch string, filter question.Filter, args question.Args, row func(scan func(dest ...any) error) error) error {
	twin := fetches[fetch]
	if twin == nil {
		return cx.Errorf(cx.Internal, "the facts have no fetch %q", fetch)
	}
	for _, values := range twin(f.snapshot(filter), args) {
		if err := ctx.Err(); err != nil {
			return cx.Errorf(cx.Unavailable, "ask %s: %w", fetch, err)
		}
		if err := row(func(dest ...any) error { return scan(values, dest) }); err != nil {
			return err
		}
	}
	return nil
}

func (f *Facts) snapshot(filter question.Filter) Snapshot {
	s := Snapshot{Visible: f.Visible(filter), Zone: f.zone, Scales: map[int16]cx.Scale{}, Steps: map[string][]uint16{}}
	f.mu.Lock()
	defer f.mu.Unlock()
	s.Signatures, s.Sets, s.Exposures = slices.Clone(f.signatures), slices.Clone(f.sets), slices.Clone(f.exposures)
	for n, scale := range f.scales[1:] {
		s.Scales[int16(n+1)] = scale
	}
	for name, m := range f.journeys {
		s.Steps[name] = slices.Clone(m.steps)
	}
	return s
}

// scan copies a row's values as database/sql would.
func scan(values, dest []any) error {
	if len(values) != len(dest) {
		return fmt.Errorf("a row of %d columns is scanned into %d places", len(values), len(dest))
	}
	for i, d := range dest {
		if s, ok := d.(sql.Scanner); ok {
			if err := s.Scan(values[i]); err != nil {
				return fmt.Errorf("column %d: %w", i, err)
			}
			continue
		}
		if err := assign(reflect.ValueOf(d), values[i]); err != nil {
			return fmt.Errorf("column %d: %w", i, err)
		}
	}
	return nil
}

func assign(dest reflect.Value, value any) error {
	if dest.Kind() != reflect.Pointer || dest.IsNil() {
		return fmt.Errorf("%s is no place to scan into", dest.Type())
	}
	place := dest.Elem()
	if value == nil {
		if place.Kind() != reflect.Pointer && place.Kind() != reflect.Slice {
			return fmt.Errorf("null cannot be scanned into %s", dest.Type())
		}
		place.SetZero()
		return nil
	}
	if place.Kind() == reflect.Pointer {
		place.Set(reflect.New(place.Type().Elem()))
		return assign(place, value)
	}
	v := reflect.ValueOf(value)
	if v.Type() == place.Type() {
		place.Set(v)
		return nil
	}
	numeric := v.CanInt() || v.CanUint() || v.CanFloat()
	if numeric && (place.CanInt() || place.CanUint() || place.CanFloat()) || v.Kind() == place.Kind() {
		place.Set(v.Convert(place.Type()))
		return nil
	}
	return fmt.Errorf("a %s cannot be scanned into %s", v.Type(), dest.Type())
}
