package duckdb

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/ingest"
)

// UndoImport makes the facts as if the import had never been: what only it
// brought goes, what it superseded comes back, and what others brought again word
// for word becomes theirs.
func (s *Store) UndoImport(ctx context.Context, id cx.ImportID) (ingest.Undone, error) {
	var undone ingest.Undone
	err := s.change(ctx, true, fmt.Sprintf("undo import %d", id), func(tx *sql.Tx) error {
		undone = ingest.Undone{}
		n, err := run(ctx, tx, "DELETE FROM import_ledger WHERE import_id = ?", int32(id))
		if err != nil {
			return err
		}
		if n == 0 {
			return cx.Errorf(cx.NotFound, "import %d was never applied, or is undone already", id).
				WithRemedy("List the imports with: firsthand sources")
		}
		return undo(ctx, tx, id, &undone)
	})
	return undone, err
}

func undo(ctx context.Context, tx *sql.Tx, id cx.ImportID, undone *ingest.Undone) error {
	imp := sql.Named("import", int32(id))
	steps := []struct {
		query string
		args  []any
	}{
		{"DELETE FROM asserted WHERE import_id = $import", []any{imp}},
		{undoHeirs, []any{imp}},
		// Among the superseded, too: one without a version may have kept a newer one from its place.
		{`CREATE OR REPLACE TEMP TABLE affected AS
			SELECT id FROM interaction WHERE import_id = $import UNION SELECT id FROM superseded WHERE import_id = $import`, []any{imp}},
		{"CREATE OR REPLACE TEMP TABLE before AS SELECT id, content, version_at FROM interaction SEMI JOIN affected USING (id)", nil},
		{inherit("interaction"), []any{imp}},
		{inherit("superseded"), []any{imp}},
		{"DELETE FROM asserted WHERE EXISTS (FROM heir h WHERE h.id = asserted.id AND h.import_id = asserted.import_id)", nil},
		{"DELETE FROM interaction WHERE import_id = $import", []any{imp}},
		{"DELETE FROM superseded WHERE import_id = $import", []any{imp}},
		{"DROP TABLE heir", nil},
	}
	for _, step := range steps {
		if _, err := tx.ExecContext(ctx, step.query, step.args...); err != nil {
			return err
		}
	}
	if err := promote(ctx, tx); err != nil {
		return err
	}
	if err := tx.QueryRowContext(ctx, undoneCounts).Scan(&undone.Removed, &undone.Restored); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, "DROP TABLE before")
	return err
}

// promote makes the version that wins the current one of each interaction in the
// temporary table affected, and drops that table.
func promote(ctx context.Context, tx *sql.Tx) error {
	for _, query := range []string{
		winners,
		// The current version that lost its place, if there is one, waits among the superseded.
		"INSERT INTO superseded SELECT * FROM interaction WHERE id IN (SELECT id FROM winner)",
		"DELETE FROM interaction WHERE id IN (SELECT id FROM winner)",
		"INSERT INTO interaction SELECT s.* FROM superseded s SEMI JOIN winner w ON w.id = s.id AND w.import_id = s.import_id",
		"DELETE FROM superseded WHERE EXISTS (FROM winner w WHERE w.id = superseded.id AND w.import_id = superseded.import_id)",
		"DROP TABLE winner; DROP TABLE affected",
	} {
		if _, err := tx.ExecContext(ctx, query); err != nil {
			return err
		}
	}
	return nil
}

// inherit gives the undone import's versions in a table to their heirs.
func inherit(table string) string {
	return `UPDATE ` + table + ` SET import_id = h.import_id, "row" = h."row" FROM heir h
		WHERE ` + table + `.id = h.id AND ` + table + `.import_id = $import AND ` + table + `.content = h.content
		AND ` + table + `.version_at IS NOT DISTINCT FROM h.version_at`
}

func run(ctx context.Context, tx *sql.Tx, query string, args ...any) (int64, error) {
	res, err := tx.ExecContext(ctx, query, args...)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}
