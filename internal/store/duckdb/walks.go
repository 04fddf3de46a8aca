package duckdb

import (
	"context"
	"database/sql"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/walk"
)

// MirrorWalks brings what the facts hold of walks in line with the vault: what was
// held of each of these walks goes, what is given comes. Doing it again does nothing.
func (s *Store) MirrorWalks(ctx context.Context, walks map[int64][]walk.StepFact) error {
	if len(walks) == 0 {
		return nil
	}
	// The sorted copy holds no walks, so that it needs no sorting anew.
	return s.change(ctx, false, "mirror walks", func(tx *sql.Tx) error {
		for id, steps := range walks {
			if _, err := tx.ExecContext(ctx, "DELETE FROM walk_step WHERE walk = $walk", sql.Named("walk", id)); err != nil {
				return err
			}
			for _, f := range steps {
				if err := putStep(ctx, tx, id, f); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

const walkColumns = `walk, step_order, step, journey, journey_step, touchpoint, channel, scenario, version, kind, persona, arm, pair, voice,
	walker, department, started_at, seconds, done, felt, treatment_met, treatment_of, outcome_met, outcome_of, solved, answer, promise_kept, guards, topic`

func putStep(ctx context.Context, tx *sql.Tx, id int64, f walk.StepFact) error {
	_, err := tx.ExecContext(ctx, "INSERT INTO walk_step ("+walkColumns+`)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		id, int64(f.Order), f.Step, f.Journey, f.At, f.Touchpoint, f.Channel, f.Scenario, f.Version, string(f.Kind), f.Persona, f.Arm,
		orNull(f.Pair), f.Voice.String(), orNull(f.Walker), f.Department, f.Started.UTC().Truncate(time.Microsecond), f.Seconds, string(f.Done),
		orNull(int64(f.Felt)), int64(f.Treatment.Met), int64(f.Treatment.Of), int64(f.Outcome.Met), int64(f.Outcome.Of),
		yesOrNull(f.Solved), string(f.Answer), yesOrNull(f.Kept), orNull(f.Guards), f.Topic)
	return err
}

func orNull(n int64) any {
	if n == 0 {
		return nil
	}
	return n
}

func yesOrNull(b *bool) any {
	if b == nil {
		return nil
	}
	return *b
}

// WalkSteps lists the steps of walks that began in a period, by time, walk and order.
// A zero end of the period is open.
func (s *Store) WalkSteps(ctx context.Context, p cx.Period) ([]walk.StepFact, error) {
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
	from, to := p.From, p.To
	if p.From.IsZero() {
		from = time.Date(-4000, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	if p.To.IsZero() {
		to = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	var out []walk.StepFact
	err = each(ctx, db, "SELECT "+walkColumns+` FROM walk_step WHERE started_at >= $from_at AND started_at < $to_at
		ORDER BY started_at, walk, step_order`, []any{sql.Named("from_at", instant(from)), sql.Named("to_at", instant(to))}, func(rows *sql.Rows) error {
		f, err := scanStep(rows)
		out = append(out, f)
		return err
	})
	return out, wrap(err, "list the steps of walks")
}

func scanStep(rows *sql.Rows) (walk.StepFact, error) {
	var f walk.StepFact
	var voice string
	var pair, walker, felt, guards sql.NullInt64
	var solved, kept sql.NullBool
	err := rows.Scan(&f.Walk, &f.Order, &f.Step, &f.Journey, &f.At, &f.Touchpoint, &f.Channel, &f.Scenario, &f.Version, &f.Kind, &f.Persona,
		&f.Arm, &pair, &voice, &walker, &f.Department, &f.Started, &f.Seconds, &f.Done, &felt,
		&f.Treatment.Met, &f.Treatment.Of, &f.Outcome.Met, &f.Outcome.Of, &solved, &f.Answer, &kept, &guards, &f.Topic)
	if err != nil {
		return f, err
	}
	f.Pair, f.Walker, f.Felt, f.Guards, f.Started = pair.Int64, walker.Int64, cx.Feeling(felt.Int64), guards.Int64, f.Started.UTC()
	if solved.Valid {
		f.Solved = &solved.Bool
	}
	if kept.Valid {
		f.Kept = &kept.Bool
	}
	f.Voice, err = cx.ParseVoice(voice)
	return f, err
}
