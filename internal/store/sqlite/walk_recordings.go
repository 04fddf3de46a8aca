package sqlite

import (
	"context"
	"database/sql"

	"github.com/firsthand-cx/firsthand/internal/walk"
)

// SaveRecording stores a new version of a recording and numbers it.
func (s *Store) SaveRecording(ctx context.Context, f walk.RecordingFile) (walk.RecordingFile, error) {
	err := s.change(ctx, "store a recording", func(tx *sql.Tx) error {
		return tx.QueryRowContext(ctx, `INSERT INTO walk_recording (name, version, json, saved_by, saved)
			VALUES (?1, (SELECT COALESCE(max(version), 0) + 1 FROM walk_recording WHERE name = ?1), ?2, ?3, ?4) RETURNING version`,
			f.Name, f.JSON, f.SavedBy, micros(f.Saved)).Scan(&f.Version)
	})
	return f, err
}

// Recordings lists the newest version of each, by name.
func (s *Store) Recordings(ctx context.Context) ([]walk.RecordingFile, error) {
	return s.recordings(ctx, `SELECT name, version, json, saved_by, saved FROM walk_recording r
		WHERE version = (SELECT max(version) FROM walk_recording n WHERE n.name = r.name) ORDER BY name`)
}

// RecordingVersions lists all versions of one, the newest first.
func (s *Store) RecordingVersions(ctx context.Context, name string) ([]walk.RecordingFile, error) {
	return s.recordings(ctx, "SELECT name, version, json, saved_by, saved FROM walk_recording WHERE name = ? ORDER BY version DESC", name)
}

func (s *Store) recordings(ctx context.Context, query string, args ...any) ([]walk.RecordingFile, error) {
	var out []walk.RecordingFile
	err := each(ctx, s.read, query, args, func(rows *sql.Rows) error {
		var f walk.RecordingFile
		var saved int64
		err := rows.Scan(&f.Name, &f.Version, &f.JSON, &f.SavedBy, &saved)
		f.Saved = moment(saved)
		out = append(out, f)
		return err
	})
	return out, wrap(err, "list recordings")
}
