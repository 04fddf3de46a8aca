package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"

	"github.com/firsthand-cx/firsthand/internal/walk"
)

// SaveScenario stores a new version of a scenario file and numbers it.
func (s *Store) SaveScenario(ctx context.Context, f walk.ScenarioFile) (walk.ScenarioFile, error) {
	err := s.change(ctx, "store a scenario", func(tx *sql.Tx) error {
		err := tx.QueryRowContext(ctx, "SELECT COALESCE(max(version), 0) + 1 FROM walk_scenario WHERE id = ?", f.ID).Scan(&f.Version)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, "INSERT INTO walk_scenario VALUES (?, ?, ?, ?, ?)", f.ID, f.Version, f.YAML, f.SavedBy, micros(f.Saved))
		return err
	})
	return f, err
}

// ScenarioFiles lists the newest version of each, by id.
func (s *Store) ScenarioFiles(ctx context.Context) ([]walk.ScenarioFile, error) {
	return s.scenarios(ctx, `SELECT id, version, yaml, saved_by, saved FROM walk_scenario w
		WHERE version = (SELECT max(version) FROM walk_scenario n WHERE n.id = w.id) ORDER BY id`)
}

// ScenarioVersions lists all versions of one, the newest first.
func (s *Store) ScenarioVersions(ctx context.Context, id string) ([]walk.ScenarioFile, error) {
	return s.scenarios(ctx, "SELECT id, version, yaml, saved_by, saved FROM walk_scenario WHERE id = ? ORDER BY version DESC", id)
}

func (s *Store) scenarios(ctx context.Context, query string, args ...any) ([]walk.ScenarioFile, error) {
	var out []walk.ScenarioFile
	err := each(ctx, s.read, query, args, func(rows *sql.Rows) error {
		var f walk.ScenarioFile
		var saved int64
		err := rows.Scan(&f.ID, &f.Version, &f.YAML, &f.SavedBy, &saved)
		f.Saved = moment(saved)
		out = append(out, f)
		return err
	})
	return out, wrap(err, "list scenarios")
}

// SavePlan stores a plan; a stale revision is a conflict.
func (s *Store) SavePlan(ctx context.Context, p walk.Plan) (walk.Plan, error) {
	err := s.change(ctx, "store a plan", func(tx *sql.Tx) error {
		return putRevised(ctx, tx, "walk_plan", "plan", &p.ID, &p.Revision, &p)
	})
	return p, err
}

// Plans lists the plans, by number.
func (s *Store) Plans(ctx context.Context) ([]walk.Plan, error) {
	var out []walk.Plan
	err := s.bodies(ctx, "walk_plan", func(id, revision int64, body []byte) error {
		var p walk.Plan
		err := json.Unmarshal(body, &p)
		p.ID, p.Revision = id, revision
		out = append(out, p)
		return err
	})
	return out, wrap(err, "list plans")
}

// SaveWalker stores a walker; a stale revision is a conflict.
func (s *Store) SaveWalker(ctx context.Context, w walk.Walker) (walk.Walker, error) {
	err := s.change(ctx, "store a walker", func(tx *sql.Tx) error {
		return putRevised(ctx, tx, "walk_walker", "walker", &w.ID, &w.Revision, &w)
	})
	if err == nil && !w.Erased.IsZero() {
		err = s.CutLog(ctx)
	}
	return w, err
}

// Walkers lists the walkers, by number.
func (s *Store) Walkers(ctx context.Context) ([]walk.Walker, error) {
	var out []walk.Walker
	err := s.bodies(ctx, "walk_walker", func(id, revision int64, body []byte) error {
		var w walk.Walker
		err := json.Unmarshal(body, &w)
		w.ID, w.Revision = id, revision
		out = append(out, w)
		return err
	})
	return out, wrap(err, "list walkers")
}

// putRevised stores a thing as JSON, numbering a new one, and raises its revision.
func putRevised(ctx context.Context, tx *sql.Tx, table, what string, id, revision *int64, thing any) error {
	was := *revision
	*revision++
	if *id == 0 {
		res, err := tx.ExecContext(ctx, "INSERT INTO "+table+" (revision, body) VALUES (?, '')", *revision)
		if err != nil {
			return err
		}
		if *id, err = res.LastInsertId(); err != nil {
			return err
		}
		was = *revision
	}
	body, err := json.Marshal(thing)
	if err != nil {
		return err
	}
	res, err := tx.ExecContext(ctx, "UPDATE "+table+" SET revision = ?, body = ? WHERE id = ? AND revision = ?", *revision, string(body), *id, was)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return errors.Join(err, walk.Stale(what, *id))
	}
	return nil
}

func (s *Store) bodies(ctx context.Context, table string, read func(id, revision int64, body []byte) error) error {
	return each(ctx, s.read, "SELECT id, revision, body FROM "+table+" ORDER BY id", nil, func(rows *sql.Rows) error {
		var id, revision int64
		var body string
		if err := rows.Scan(&id, &revision, &body); err != nil {
			return err
		}
		return read(id, revision, []byte(body))
	})
}
