package duckdb

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/journey"
)

var _ journey.Facts = (*Store)(nil)

// Journey is the current version of a journey.
func (s *Store) Journey(ctx context.Context, name string) (cx.Journey, error) {
	var j cx.Journey
	db, done, err := s.open()
	if err != nil {
		return j, err
	}
	defer done()
	var definition string
	err = db.QueryRowContext(ctx, "SELECT definition FROM journey_current WHERE journey = ?", name).Scan(&definition)
	if errors.Is(err, sql.ErrNoRows) {
		return j, cx.Errorf(cx.NotFound, "there is no journey %q", name).WithRemedy("The Journeys page lists them, and so does: firsthand journey list")
	}
	if err != nil {
		return j, wrap(err, "read journey "+name)
	}
	return j, wrap(json.Unmarshal([]byte(definition), &j), "read journey "+name)
}

// Steps maps a journey's current version onto signatures: index = signature
// number, value = 1 + index in the journey's steps, 0 = no step.
func (s *Store) Steps(ctx context.Context, name string) ([]uint16, error) {
	db, done, err := s.open()
	if err != nil {
		return nil, err
	}
	defer done()
	s.words.mu.RLock()
	steps := make([]uint16, len(s.words.signatures))
	s.words.mu.RUnlock()
	err = each(ctx, db, "SELECT signature, step FROM current_step WHERE journey = ?", []any{name}, func(rows *sql.Rows) error {
		var signature int
		var step uint16
		if err := rows.Scan(&signature, &step); err != nil {
			return err
		}
		if signature < len(steps) {
			steps[signature] = step
		}
		return nil
	})
	return steps, wrap(err, "read the steps of journey "+name)
}

// PutJourney stores a version of a journey with the step of each signature and
// makes it what questions see, in one transaction; older versions go.
func (s *Store) PutJourney(ctx context.Context, j cx.Journey, version int32, steps []uint16) error {
	definition, err := json.Marshal(j)
	if err != nil {
		return wrap(err, "write journey "+j.Name)
	}
	return s.change(ctx, false, "match journey "+j.Name, func(tx *sql.Tx) error {
		if err := dropJourney(ctx, tx, j.Name); err != nil {
			return err
		}
		insert, err := tx.PrepareContext(ctx, "INSERT INTO step_rule VALUES (?, ?, ?, ?)")
		if err != nil {
			return err
		}
		defer insert.Close()
		for signature, step := range steps {
			if step == 0 {
				continue
			}
			if _, err := insert.ExecContext(ctx, j.Name, version, signature, step); err != nil {
				return err
			}
		}
		highest := max(len(steps)-1, 0)
		_, err = tx.ExecContext(ctx, "INSERT INTO journey_current VALUES (?, ?, ?, ?)", j.Name, version, string(definition), highest)
		return err
	})
}

// DropJourney takes a withdrawn journey and its steps out of the facts.
func (s *Store) DropJourney(ctx context.Context, name string) error {
	return s.change(ctx, false, "withdraw journey "+name, func(tx *sql.Tx) error {
		return dropJourney(ctx, tx, name)
	})
}

func dropJourney(ctx context.Context, tx *sql.Tx, name string) error {
	for _, q := range []string{"DELETE FROM step_rule WHERE journey = ?", "DELETE FROM journey_current WHERE journey = ?"} {
		if _, err := tx.ExecContext(ctx, q, name); err != nil {
			return err
		}
	}
	return nil
}

// MatchedJourneys says which version of each journey the facts hold, and the
// highest signature number that was looked at.
func (s *Store) MatchedJourneys(ctx context.Context) ([]journey.Matched, error) {
	db, done, err := s.open()
	if err != nil {
		return nil, err
	}
	defer done()
	var out []journey.Matched
	err = each(ctx, db, "SELECT journey, version, highest FROM journey_current ORDER BY journey", nil, func(rows *sql.Rows) error {
		var m journey.Matched
		if err := rows.Scan(&m.Name, &m.Version, &m.Highest); err != nil {
			return err
		}
		out = append(out, m)
		return nil
	})
	return out, wrap(err, "list the matched journeys")
}

// SignatureUse lists every signature that some customer's interaction has, by number.
func (s *Store) SignatureUse(ctx context.Context) ([]journey.SignatureUse, error) {
	signatures, err := s.Signatures(ctx)
	if err != nil {
		return nil, err
	}
	came, err := s.SignaturesAsCame(ctx)
	if err != nil {
		return nil, err
	}
	var out []journey.SignatureUse
	err = s.eachSorted(ctx, signatureUse, func(rows *sql.Rows) error {
		var n int
		var u journey.SignatureUse
		if err := rows.Scan(&n, &u.Interactions, &u.Customers, &u.Scored, &u.Answered, &u.Threaded); err != nil {
			return err
		}
		if n < min(len(signatures), len(came)) {
			u.Signature, u.Came = signatures[n], came[n]
		}
		out = append(out, u)
		return nil
	})
	return out, wrap(err, "count how signatures are used")
}

// Positions are the mean places of signatures in their histories, by number.
func (s *Store) Positions(ctx context.Context) (map[int32]float64, error) {
	out := map[int32]float64{}
	err := s.eachSorted(ctx, signaturePosition, func(rows *sql.Rows) error {
		var n int32
		var position float64
		err := rows.Scan(&n, &position)
		out[n] = position
		return err
	})
	return out, wrap(err, "look what comes first")
}

// eachSorted runs a query over the sorted copy, brought up to date.
func (s *Store) eachSorted(ctx context.Context, query string, row func(*sql.Rows) error) error {
	db, done, err := s.open()
	if err != nil {
		return err
	}
	defer done()
	ctx, free, err := s.slot(ctx)
	if err != nil {
		return err
	}
	defer free()
	conn, end, err := s.sortedCopy(ctx, db)
	if err != nil {
		return err
	}
	defer end()
	return each(ctx, conn, query, nil, row)
}
