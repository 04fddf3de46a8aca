package sqlite

import (
	"context"
	"database/sql"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/journey"
)

var _ journey.Files = (*Store)(nil)

// SaveJourney stores a file as the next version of its name, not yet current.
func (s *Store) SaveJourney(ctx context.Context, f journey.File) (version int32, err error) {
	err = s.change(ctx, "save journey "+f.Name, func(tx *sql.Tx) error {
		saved := f.Saved
		if saved.IsZero() {
			saved = s.now()
		}
		return tx.QueryRowContext(ctx, `INSERT INTO journey_version (name, version, yaml, saved_by, saved)
			VALUES (?1, (SELECT COALESCE(max(version), 0) + 1 FROM journey_version WHERE name = ?1), ?2, ?3, ?4) RETURNING version`,
			f.Name, f.YAML, f.By, micros(saved)).Scan(&version)
	})
	return version, err
}

// SetCurrentJourney makes a version the current one; 0 withdraws the journey.
func (s *Store) SetCurrentJourney(ctx context.Context, name string, version int32) error {
	return s.change(ctx, "switch journey "+name, func(tx *sql.Tx) error {
		if version == 0 {
			_, err := tx.ExecContext(ctx, "DELETE FROM journey_current WHERE name = ?", name)
			return err
		}
		var there bool
		err := tx.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM journey_version WHERE name = ? AND version = ?)", name, version).Scan(&there)
		if err != nil {
			return err
		}
		if !there {
			return cx.Errorf(cx.NotFound, "journey %q has no version %d", name, version)
		}
		_, err = tx.ExecContext(ctx, "INSERT INTO journey_current VALUES (?, ?) ON CONFLICT DO UPDATE SET version = excluded.version", name, version)
		return err
	})
}

const journeyColumns = `SELECT v.name, v.version, v.yaml, v.saved_by, v.saved, c.version IS NOT NULL
	FROM journey_version v LEFT JOIN journey_current c ON c.name = v.name AND c.version = v.version`

// CurrentJourneys lists the current version of every journey, by name.
func (s *Store) CurrentJourneys(ctx context.Context) ([]journey.File, error) {
	return s.journeyFiles(ctx, journeyColumns+" WHERE c.version IS NOT NULL ORDER BY v.name")
}

// JourneyVersions lists all versions of a journey, newest first.
func (s *Store) JourneyVersions(ctx context.Context, name string) ([]journey.File, error) {
	return s.journeyFiles(ctx, journeyColumns+" WHERE v.name = ? ORDER BY v.version DESC", name)
}

func (s *Store) journeyFiles(ctx context.Context, query string, args ...any) ([]journey.File, error) {
	var out []journey.File
	err := each(ctx, s.read, query, args, func(rows *sql.Rows) error {
		var f journey.File
		var saved int64
		err := rows.Scan(&f.Name, &f.Version, &f.YAML, &f.By, &saved, &f.Current)
		f.Saved = moment(saved)
		out = append(out, f)
		return err
	})
	return out, wrap(err, "list journeys")
}
