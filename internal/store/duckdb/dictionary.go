package duckdb

import (
	"context"
	"database/sql"
	"encoding/json"
	"maps"
	"math"
	"slices"
	"sync"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// dictionary is the small tables that every question and import needs, held in
// memory: signatures, dimension sets and scales with their numbers. Numbers are
// given out in transactions of their own, before the facts that use them; one
// that no fact uses does no harm.
type dictionary struct {
	naming     sync.Mutex // held while numbers are given out
	mu         sync.RWMutex
	signatures []cx.Signature // index = number; 0 unused; in the words that came
	signature  map[cx.Signature]int32
	reworded   map[reworded]rewording
	shown      []cx.Signature      // signatures in the words that they are called by
	dims       []map[string]string // index = number; 0 = none
	dim        map[string]int32    // by the set's JSON, whose keys are sorted
	scales     map[int16]scaleRow
	scale      map[string]int16 // by the row's JSON
}

// reworded is a word as it came, rewording what it is called.
type (
	reworded struct {
		Field cx.CodeField
		Came  string
	}
	rewording struct {
		Word string
		At   time.Time
	}
)

type scaleRow struct {
	Source string
	Scale  cx.Scale
}

func (d *dictionary) load(ctx context.Context, db *sql.DB) error {
	signatures := []cx.Signature{{}}
	signature := map[cx.Signature]int32{}
	err := each(ctx, db, "SELECT id, source, voice, initiator, kind, channel, touchpoint, reason, outcome FROM signature ORDER BY id", nil,
		func(rows *sql.Rows) error {
			var s cx.Signature
			var voice, initiator, kind string
			if err := rows.Scan(&s.ID, &s.Source, &voice, &initiator, &kind, &s.Channel, &s.Touchpoint, &s.Reason, &s.Outcome); err != nil {
				return err
			}
			// An empty word is the number 0, which no list has a word for.
			s.Voice, _ = cx.ParseVoice(voice)
			s.Initiator, _ = cx.ParseInitiator(initiator)
			s.Kind, _ = cx.ParseKind(kind)
			for int(s.ID) >= len(signatures) {
				signatures = append(signatures, cx.Signature{})
			}
			signatures[s.ID] = s
			key := s
			key.ID = 0
			signature[key] = s.ID
			return nil
		})
	if err != nil {
		return err
	}
	called := map[reworded]rewording{}
	err = each(ctx, db, "SELECT field, came, word, renamed_at FROM reworded", nil, func(rows *sql.Rows) error {
		var key reworded
		var r rewording
		if err := rows.Scan(&key.Field, &key.Came, &r.Word, &r.At); err != nil {
			return err
		}
		r.At = r.At.UTC()
		called[key] = r
		return nil
	})
	if err != nil {
		return err
	}
	shown := slices.Clone(signatures)
	for i := range shown {
		for _, field := range cx.CodeFields() {
			word := shown[i].Word(field)
			if r, ok := called[reworded{field, *word}]; ok {
				*word = r.Word
			}
		}
	}
	dims := []map[string]string{nil}
	err = each(ctx, db, "SELECT dims, name, value FROM dimension ORDER BY dims", nil, func(rows *sql.Rows) error {
		var n int
		var name, value string
		if err := rows.Scan(&n, &name, &value); err != nil {
			return err
		}
		for n >= len(dims) {
			dims = append(dims, map[string]string{})
		}
		dims[n][name] = value
		return nil
	})
	if err != nil {
		return err
	}
	dim := make(map[string]int32, len(dims))
	for n, set := range dims[1:] {
		dim[jsonKey(set)] = int32(n + 1)
	}
	scales := map[int16]scaleRow{}
	scale := map[string]int16{}
	err = each(ctx, db, "SELECT id, source, name, metric, min, max, high_is_bad, satisfied_from, not_applicable FROM scale", nil,
		func(rows *sql.Rows) error {
			var id int16
			var r scaleRow
			s := &r.Scale
			err := rows.Scan(&id, &r.Source, &s.Name, &s.Metric, &s.Min, &s.Max, &s.HighIsBad, &s.SatisfiedFrom, &s.NotApplicable)
			if err != nil {
				return err
			}
			scales[id] = r
			scale[jsonKey(r)] = id
			return nil
		})
	if err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.signatures, d.signature = signatures, signature
	d.reworded, d.shown = called, shown
	d.dims, d.dim = dims, dim
	d.scales, d.scale = scales, scale
	return nil
}

// jsonKey writes a value whose fields have one order, so that equal values are
// equal keys.
func jsonKey(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return "" // maps of strings and plain structs always marshal
	}
	return string(b)
}

// signatureNumber finds the number of coded fields, if they have one.
func (d *dictionary) signatureNumber(s cx.Signature) (int32, bool) {
	s.ID = 0
	d.mu.RLock()
	defer d.mu.RUnlock()
	n, ok := d.signature[s]
	return n, ok
}

func (d *dictionary) dimsNumber(key string) (int32, bool) {
	d.mu.RLock()
	defer d.mu.RUnlock()
	n, ok := d.dim[key]
	return n, ok
}

// addWords numbers new signatures and dimension sets, durably.
func (s *Store) addWords(ctx context.Context, signatures []cx.Signature, sets []map[string]string) error {
	s.words.naming.Lock()
	defer s.words.naming.Unlock()
	err := s.change(ctx, false, "number new codes", func(tx *sql.Tx) error {
		d := &s.words
		d.mu.RLock()
		nextSignature, nextDims := len(d.signatures), len(d.dims)
		var newSignatures []cx.Signature
		for _, sig := range signatures {
			sig.ID = 0
			if _, known := d.signature[sig]; !known {
				newSignatures = append(newSignatures, sig)
			}
		}
		var newSets []map[string]string
		for _, set := range sets {
			if _, known := d.dim[jsonKey(set)]; !known {
				newSets = append(newSets, set)
			}
		}
		d.mu.RUnlock()
		for i, sig := range newSignatures {
			_, err := tx.ExecContext(ctx, "INSERT INTO signature VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", nextSignature+i, sig.Source,
				sig.Voice.String(), sig.Initiator.String(), sig.Kind.String(), sig.Channel, sig.Touchpoint, sig.Reason, sig.Outcome)
			if err != nil {
				return err
			}
		}
		for i, set := range newSets {
			for _, name := range slices.Sorted(maps.Keys(set)) {
				if _, err := tx.ExecContext(ctx, "INSERT INTO dimension VALUES (?, ?, ?)", nextDims+i, name, set[name]); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return s.reloadWords(ctx)
}

// addScales numbers the scales that a source declares and returns their numbers
// by name. A changed definition is a new scale.
func (s *Store) addScales(ctx context.Context, source string, scales map[string]cx.Scale) (map[string]int16, error) {
	numbers := make(map[string]int16, len(scales))
	missing := false
	find := func() {
		s.words.mu.RLock()
		defer s.words.mu.RUnlock()
		missing = false
		for name, sc := range scales {
			n, ok := s.words.scale[jsonKey(scaleRow{source, sc})]
			if !ok {
				missing = true
				continue
			}
			numbers[name] = n
		}
	}
	if find(); !missing {
		return numbers, nil
	}
	s.words.naming.Lock()
	defer s.words.naming.Unlock()
	err := s.change(ctx, false, "number new scales", func(tx *sql.Tx) error {
		find()
		s.words.mu.RLock()
		next := int(0)
		for id := range s.words.scales {
			next = max(next, int(id))
		}
		s.words.mu.RUnlock()
		for _, name := range slices.Sorted(maps.Keys(scales)) {
			if _, ok := numbers[name]; ok {
				continue
			}
			next++
			if next > math.MaxInt16 {
				return cx.Errorf(cx.Invalid, "there are more than %d scales", math.MaxInt16).
					WithRemedy("Declare a scale once and use its name.")
			}
			sc := scales[name]
			_, err := tx.ExecContext(ctx, "INSERT INTO scale VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", next, source, sc.Name, string(sc.Metric),
				sc.Min, sc.Max, sc.HighIsBad, sc.SatisfiedFrom, sc.NotApplicable)
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if err := s.reloadWords(ctx); err != nil {
		return nil, err
	}
	if find(); missing {
		return nil, cx.Errorf(cx.Internal, "a new scale of %q was not numbered", source)
	}
	return numbers, nil
}

func (s *Store) reloadWords(ctx context.Context) error {
	db, done, err := s.open()
	if err != nil {
		return err
	}
	defer done()
	return wrap(s.words.load(ctx, db), "read the facts' dictionaries")
}

// each runs a query and calls row for each result row.
func each(ctx context.Context, q queryer, query string, args []any, row func(*sql.Rows) error) error {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := row(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

type queryer interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}
