package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/walk"
)

var _ walk.Store = (*Store)(nil)

// CommitWalk makes a change of one assignment whole or not at all.
func (s *Store) CommitWalk(ctx context.Context, c walk.Change) (walk.Assignment, error) {
	a := c.Assignment
	err := s.change(ctx, "store a walk", func(tx *sql.Tx) error {
		if err := putAssignment(ctx, tx, &a); err != nil {
			return err
		}
		for _, e := range c.Events {
			_, err := tx.ExecContext(ctx, `INSERT INTO walk_event (assignment, at, what, from_state, to_state, by_whom, reason)
				VALUES (?, ?, ?, ?, ?, ?, ?)`, a.ID, micros(e.At), e.What, e.From, e.To, e.By, e.Reason)
			if err != nil {
				return err
			}
		}
		if c.Forget {
			for _, table := range []string{"walk_message", "walk_piece", "walk_pass"} {
				if _, err := tx.ExecContext(ctx, "DELETE FROM "+table+" WHERE assignment = ?", a.ID); err != nil {
					return err
				}
			}
		}
		if err := putWords(ctx, tx, a.ID, c); err != nil {
			return err
		}
		return tellWalk(ctx, tx, a.ID, c.Facts)
	})
	if err != nil {
		return c.Assignment, err
	}
	if c.Facts != nil {
		s.told(ctx)
	}
	if c.Forget {
		return a, s.CutLog(ctx)
	}
	return a, nil
}

// tellWalk puts what the facts are to hold of a walk into the outbox.
func tellWalk(ctx context.Context, tx *sql.Tx, id int64, facts []walk.StepFact) error {
	if facts == nil {
		return nil
	}
	body, err := json.Marshal(facts)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, "INSERT INTO outbox (kind, profile, customer, body) VALUES ('walk', ?, 0, ?)", id, string(body))
	return err
}

// putAssignment stores an assignment, numbering a new one, and raises its revision.
func putAssignment(ctx context.Context, tx *sql.Tx, a *walk.Assignment) error {
	was := a.Revision
	a.Revision++
	if a.ID == 0 {
		res, err := tx.ExecContext(ctx, `INSERT INTO walk_assignment (revision, plan, key, scenario, walker, voice, state, from_at, again, body)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, '') ON CONFLICT DO NOTHING`,
			a.Revision, a.Plan, a.Key, a.Scenario, a.Walker, a.Voice.String(), a.State, micros(a.From), micros(a.Again))
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return errors.Join(err, cx.Errorf(cx.Conflict, "plan %d has the walk %s already", a.Plan, a.Key))
		}
		if a.ID, err = res.LastInsertId(); err != nil {
			return err
		}
		was = a.Revision
	}
	body, err := json.Marshal(a)
	if err != nil {
		return err
	}
	res, err := tx.ExecContext(ctx, `UPDATE OR IGNORE walk_assignment SET revision = ?, plan = ?, key = ?, scenario = ?, walker = ?, voice = ?,
		state = ?, from_at = ?, again = ?, body = ? WHERE id = ? AND revision = ?`,
		a.Revision, a.Plan, a.Key, a.Scenario, a.Walker, a.Voice.String(), a.State, micros(a.From), micros(a.Again), string(body), a.ID, was)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return errors.Join(err, walk.Stale("walk", a.ID))
	}
	return nil
}

// putWords stores what came with a change: messages, evidence, passes, names.
func putWords(ctx context.Context, tx *sql.Tx, id int64, c walk.Change) error {
	for _, m := range c.Messages {
		sum := m.Sum()
		_, err := tx.ExecContext(ctx, `INSERT INTO walk_message (assignment, key, kind, sum, sent, received, body) VALUES (?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT DO NOTHING`, id, m.Key, m.Kind, sum[:], micros(m.Sent), micros(m.Received), string(m.Body))
		if err != nil {
			return err
		}
		var same bool
		if err := tx.QueryRowContext(ctx, "SELECT sum = ? FROM walk_message WHERE assignment = ? AND key = ?", sum[:], id, m.Key).Scan(&same); err != nil {
			return err
		}
		if !same {
			return cx.Errorf(cx.Conflict, "the message %s came before with other words", m.Key)
		}
	}
	for _, p := range c.Pieces {
		body, err := json.Marshal(p)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, "INSERT INTO walk_piece (assignment, key, sent, body) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING", id, p.Key, p.Sent, string(body))
		if err != nil {
			return err
		}
		var same bool
		if err := tx.QueryRowContext(ctx, "SELECT sent = ? FROM walk_piece WHERE assignment = ? AND key = ?", p.Sent, id, p.Key).Scan(&same); err != nil {
			return err
		}
		if !same {
			return cx.Errorf(cx.Conflict, "the evidence %s came before with other content", p.Key)
		}
	}
	for _, p := range c.Passes {
		if p.Kind == walk.LinkPass { // a new link makes those before it void
			if _, err := tx.ExecContext(ctx, "DELETE FROM walk_pass WHERE assignment = ? AND kind = ?", id, p.Kind); err != nil {
				return err
			}
		}
		_, err := tx.ExecContext(ctx, "INSERT INTO walk_pass (hash, assignment, kind, made, expires) VALUES (?, ?, ?, ?, ?)",
			p.Hash, id, p.Kind, micros(p.Made), micros(p.Expires))
		if err != nil {
			return err
		}
	}
	for pseudonym, name := range c.Staff {
		_, err := tx.ExecContext(ctx, "INSERT INTO walk_staff VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET last = excluded.last", pseudonym, name, id)
		if err != nil {
			return err
		}
	}
	return nil
}

// Assignment is one.
func (s *Store) Assignment(ctx context.Context, id int64) (walk.Assignment, error) {
	all, err := s.Assignments(ctx, walk.Filter{IDs: []int64{id}})
	if err != nil || len(all) == 1 {
		return append(all, walk.Assignment{})[0], err
	}
	return walk.Assignment{}, cx.Errorf(cx.NotFound, "there is no walk %d", id)
}

// Assignments lists those that a filter lets through, by their time.
func (s *Store) Assignments(ctx context.Context, f walk.Filter) ([]walk.Assignment, error) {
	query, args := "SELECT id, revision, body FROM walk_assignment WHERE 1 = 1", []any{}
	and := func(clause string, values ...any) {
		query += " AND " + clause
		args = append(args, values...)
	}
	if len(f.IDs) > 0 {
		ids, err := json.Marshal(f.IDs)
		if err != nil {
			return nil, wrap(err, "list walks")
		}
		and("id IN (SELECT value FROM json_each(?))", string(ids))
	}
	if f.Plan != 0 {
		and("plan = ?", f.Plan)
	}
	if f.Walker != 0 {
		and("walker = ?", f.Walker)
	}
	if f.Scenario != "" {
		and("scenario = ?", f.Scenario)
	}
	if len(f.States) > 0 {
		states, err := json.Marshal(f.States)
		if err != nil {
			return nil, wrap(err, "list walks")
		}
		and("state IN (SELECT value FROM json_each(?))", string(states))
	}
	if f.Voice != 0 {
		and("voice = ?", f.Voice.String())
	}
	if !f.From.IsZero() {
		and("from_at >= ?", micros(f.From))
	}
	if !f.To.IsZero() {
		and("from_at < ?", micros(f.To))
	}
	if !f.Claimable.IsZero() {
		and("state = ? AND voice = ? AND again <= ?", cx.WalkPlanned, cx.VoiceRobot.String(), micros(f.Claimable))
	}
	var out []walk.Assignment
	err := each(ctx, s.read, query+" ORDER BY from_at, id", args, func(rows *sql.Rows) error {
		var a walk.Assignment
		var id, revision int64
		var body string
		if err := rows.Scan(&id, &revision, &body); err != nil {
			return err
		}
		err := json.Unmarshal([]byte(body), &a)
		a.ID, a.Revision = id, revision
		out = append(out, a)
		return err
	})
	return out, wrap(err, "list walks")
}

// AssignmentEvents lists what happened to one, oldest first.
func (s *Store) AssignmentEvents(ctx context.Context, id int64) ([]walk.Event, error) {
	var out []walk.Event
	err := each(ctx, s.read, `SELECT id, assignment, at, what, from_state, to_state, by_whom, reason
		FROM walk_event WHERE assignment = ? ORDER BY id`, []any{id}, func(rows *sql.Rows) error {
		var e walk.Event
		var at int64
		err := rows.Scan(&e.ID, &e.Assignment, &at, &e.What, &e.From, &e.To, &e.By, &e.Reason)
		e.At = moment(at)
		out = append(out, e)
		return err
	})
	return out, wrap(err, "list a walk's events")
}

// Messages lists what came from a walker's device, in the order of coming.
func (s *Store) Messages(ctx context.Context, assignment int64) ([]walk.Message, error) {
	var out []walk.Message
	err := each(ctx, s.read, "SELECT key, kind, sent, received, body FROM walk_message WHERE assignment = ? ORDER BY id",
		[]any{assignment}, func(rows *sql.Rows) error {
			var m walk.Message
			var sent, received int64
			var body string
			err := rows.Scan(&m.Key, &m.Kind, &sent, &received, &body)
			m.Sent, m.Received, m.Body = moment(sent), moment(received), json.RawMessage(body)
			out = append(out, m)
			return err
		})
	return out, wrap(err, "list what a walker sent")
}

// Pieces lists the evidence of a walk, in the order of coming.
func (s *Store) Pieces(ctx context.Context, assignment int64) ([]walk.Piece, error) {
	var out []walk.Piece
	err := each(ctx, s.read, "SELECT body FROM walk_piece WHERE assignment = ? ORDER BY id", []any{assignment}, func(rows *sql.Rows) error {
		var p walk.Piece
		var body string
		if err := rows.Scan(&body); err != nil {
			return err
		}
		err := json.Unmarshal([]byte(body), &p)
		out = append(out, p)
		return err
	})
	return out, wrap(err, "list a walk's evidence")
}

// EvidenceFiles are the names of all files that pieces of evidence lie in.
func (s *Store) EvidenceFiles(ctx context.Context) (map[string]bool, error) {
	files := map[string]bool{}
	err := each(ctx, s.read, "SELECT body ->> 'file' FROM walk_piece", nil, func(rows *sql.Rows) error {
		var file string
		err := rows.Scan(&file)
		files[file] = true
		return err
	})
	return files, wrap(err, "list the files of evidence")
}

// Wordless lists the walks of which nothing is kept that anybody wrote or recorded:
// those that did not begin, and those that were forgotten.
func (s *Store) Wordless(ctx context.Context) ([]int64, error) {
	var ids []int64
	err := each(ctx, s.read, `SELECT id FROM walk_assignment AS a WHERE NOT EXISTS (SELECT 1 FROM walk_message WHERE assignment = a.id)
		AND NOT EXISTS (SELECT 1 FROM walk_piece WHERE assignment = a.id)`, nil, func(rows *sql.Rows) error {
		var id int64
		err := rows.Scan(&id)
		ids = append(ids, id)
		return err
	})
	return ids, wrap(err, "list walks without words")
}

// Pass finds a pass by the hash of its secret.
func (s *Store) Pass(ctx context.Context, hash []byte) (walk.Pass, error) {
	p := walk.Pass{Hash: hash}
	var made, expires int64
	err := s.read.QueryRowContext(ctx, "SELECT assignment, kind, made, expires FROM walk_pass WHERE hash = ?", hash).
		Scan(&p.Assignment, &p.Kind, &made, &expires)
	if errors.Is(err, sql.ErrNoRows) {
		return p, cx.Errorf(cx.NotFound, "there is no such pass")
	}
	p.Made, p.Expires = moment(made), moment(expires)
	return p, wrap(err, "look a link up")
}

// StaffName is the name behind a pseudonym.
func (s *Store) StaffName(ctx context.Context, pseudonym int64) (string, error) {
	var name string
	err := s.read.QueryRowContext(ctx, "SELECT name FROM walk_staff WHERE pseudonym = ?", pseudonym).Scan(&name)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return name, wrap(err, "read a name")
}
