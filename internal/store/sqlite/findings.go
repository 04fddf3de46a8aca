package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/finding"
)

var _ finding.Store = (*Store)(nil)

// SaveRun stores one evaluation: the run, its findings and their events.
func (s *Store) SaveRun(ctx context.Context, r finding.Run, findings []cx.Finding, events []finding.Event) ([]cx.Finding, error) {
	saved := slices.Clone(findings)
	err := s.change(ctx, "store the findings", func(tx *sql.Tx) error {
		res, err := tx.ExecContext(ctx, "INSERT INTO finding_run (at, from_at, to_at, tested, withheld, open) VALUES (?, ?, ?, ?, ?, ?)",
			micros(r.At), micros(r.From), micros(r.To), r.Tested, r.Withheld, r.Open)
		if err != nil {
			return err
		}
		run, err := res.LastInsertId()
		if err != nil {
			return err
		}
		for i := range saved {
			if err := putFinding(ctx, tx, &saved[i]); err != nil {
				return err
			}
		}
		for _, e := range events {
			if e.Finding < 0 {
				index := -1 - e.Finding
				if index >= int64(len(saved)) {
					return cx.Errorf(cx.Internal, "an event is of finding %d of %d", index, len(saved))
				}
				e.Finding = saved[index].ID
			}
			if e.Run != 0 || e.By == "" {
				e.Run = run
			}
			if err := addEvent(ctx, tx, e); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return saved, nil
}

// putFinding stores a finding, numbering a new one.
func putFinding(ctx context.Context, tx *sql.Tx, f *cx.Finding) error {
	k := f.Key
	if f.ID == 0 {
		res, err := tx.ExecContext(ctx, `INSERT INTO finding (question, journey, step, persona, segment, state, body)
			VALUES (?, ?, ?, ?, ?, ?, '') ON CONFLICT DO NOTHING`, k.Question, k.Journey, k.Step, k.Persona, k.Segment, f.State)
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return errors.Join(err, cx.Errorf(cx.Conflict, "there is a finding with the key %+v already", k))
		}
		if f.ID, err = res.LastInsertId(); err != nil {
			return err
		}
	}
	body, err := json.Marshal(f)
	if err != nil {
		return err
	}
	res, err := tx.ExecContext(ctx, `UPDATE finding SET question = ?, journey = ?, step = ?, persona = ?, segment = ?, state = ?, body = ?
		WHERE id = ?`, k.Question, k.Journey, k.Step, k.Persona, k.Segment, f.State, string(body), f.ID)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return errors.Join(err, cx.Errorf(cx.NotFound, "there is no finding %d", f.ID))
	}
	return nil
}

func addEvent(ctx context.Context, tx *sql.Tx, e finding.Event) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO finding_event (finding, run, at, what, from_state, to_state, by_whom, reason, figures, walk)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, e.Finding, e.Run, micros(e.At), e.What, e.From, e.To, e.By, e.Reason, e.Figures, e.Walk)
	return err
}

// SaveFinding stores one finding that a person changed, with its event; a
// conflict when its state is no longer was.
func (s *Store) SaveFinding(ctx context.Context, f cx.Finding, was cx.FindingState, e finding.Event) error {
	return s.change(ctx, "store a finding", func(tx *sql.Tx) error {
		var state cx.FindingState
		err := tx.QueryRowContext(ctx, "SELECT state FROM finding WHERE id = ?", f.ID).Scan(&state)
		switch {
		case errors.Is(err, sql.ErrNoRows):
			return cx.Errorf(cx.NotFound, "there is no finding %d", f.ID)
		case err != nil:
			return err
		case state != was:
			return cx.Errorf(cx.Conflict, "finding %d is %s by now", f.ID, state).WithRemedy("Look at it again, then decide.")
		}
		if e.Walk != 0 {
			var noted bool
			err := tx.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM finding_event WHERE finding = ? AND walk = ? AND what = ?)", f.ID, e.Walk, e.What).Scan(&noted)
			if err != nil || noted {
				return err
			}
		}
		if err := putFinding(ctx, tx, &f); err != nil {
			return err
		}
		e.Finding = f.ID
		return addEvent(ctx, tx, e)
	})
}

// Findings lists findings of the states, all without any.
func (s *Store) Findings(ctx context.Context, states ...cx.FindingState) ([]cx.Finding, error) {
	query := "SELECT id, body FROM finding"
	if len(states) > 0 {
		query += " WHERE state IN (" + strings.TrimSuffix(strings.Repeat("?,", len(states)), ",") + ")"
	}
	var out []cx.Finding
	err := each(ctx, s.read, query+" ORDER BY id", anys(states), func(rows *sql.Rows) error {
		f, err := scanFinding(rows)
		out = append(out, f)
		return err
	})
	return out, wrap(err, "list findings")
}

func scanFinding(rows *sql.Rows) (cx.Finding, error) {
	var f cx.Finding
	var id int64
	var body string
	if err := rows.Scan(&id, &body); err != nil {
		return f, err
	}
	err := json.Unmarshal([]byte(body), &f)
	f.ID = id
	return f, err
}

// Finding is one finding.
func (s *Store) Finding(ctx context.Context, id int64) (cx.Finding, error) {
	found := cx.Finding{}
	err := each(ctx, s.read, "SELECT id, body FROM finding WHERE id = ?", []any{id}, func(rows *sql.Rows) (err error) {
		found, err = scanFinding(rows)
		return err
	})
	if err == nil && found.ID == 0 {
		return found, cx.Errorf(cx.NotFound, "there is no finding %d", id)
	}
	return found, wrap(err, "read a finding")
}

// Events lists what happened to a finding, oldest first.
func (s *Store) Events(ctx context.Context, id int64) ([]finding.Event, error) {
	var out []finding.Event
	err := each(ctx, s.read, `SELECT id, finding, run, at, what, from_state, to_state, by_whom, reason, figures, walk
		FROM finding_event WHERE finding = ? ORDER BY id`, []any{id}, func(rows *sql.Rows) error {
		var e finding.Event
		var at int64
		err := rows.Scan(&e.ID, &e.Finding, &e.Run, &at, &e.What, &e.From, &e.To, &e.By, &e.Reason, &e.Figures, &e.Walk)
		e.At = moment(at)
		out = append(out, e)
		return err
	})
	return out, wrap(err, "list a finding's events")
}

// LastRun is the newest run; the zero Run when there was none.
func (s *Store) LastRun(ctx context.Context) (finding.Run, error) {
	var r finding.Run
	var at, from, to int64
	err := s.read.QueryRowContext(ctx, "SELECT id, at, from_at, to_at, tested, withheld, open FROM finding_run ORDER BY id DESC LIMIT 1").
		Scan(&r.ID, &at, &from, &to, &r.Tested, &r.Withheld, &r.Open)
	if errors.Is(err, sql.ErrNoRows) {
		return r, nil
	}
	r.At, r.From, r.To = moment(at), moment(from), moment(to)
	return r, wrap(err, "read the last run")
}
