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
		count *int64
		query string
		args  []any
	}{
		{nil, "DELETE FROM asserted WHERE import_id = $import", []any{imp}},
		{nil, undoHeirs, []any{imp}},
		{nil, "CREATE OR REPLACE TEMP TABLE affected AS SELECT id FROM heir", nil},
		{nil, inherit("interaction"), []any{imp}},
		{nil, inherit("superseded"), []any{imp}},
		{nil, `DELETE FROM asserted WHERE EXISTS (FROM heir h WHERE h.id = asserted.id AND h.import_id = asserted.import_id)`, nil},
		{nil, "INSERT INTO affected SELECT id FROM interaction WHERE import_id = $import", []any{imp}},
		{&undone.Removed, "DELETE FROM interaction WHERE import_id = $import", []any{imp}},
		{nil, "DELETE FROM superseded WHERE import_id = $import", []any{imp}},
		{nil, "DROP TABLE heir", nil},
	}
	for _, step := range steps {
		n, err := run(ctx, tx, step.query, step.args...)
		if err != nil {
			return err
		}
		if step.count != nil {
			*step.count = n
		}
	}
	n, err := promote(ctx, tx)
	undone.Restored = n
	return err
}

// promote makes the version that wins the current one of each interaction in the
// temporary table affected, and drops that table. It counts those that were not.
func promote(ctx context.Context, tx *sql.Tx) (promoted int64, err error) {
	for _, query := range []string{
		winners,
		// The current version that lost its place, if there is one, waits among the superseded.
		"INSERT INTO superseded SELECT * FROM interaction WHERE id IN (SELECT id FROM winner)",
		"DELETE FROM interaction WHERE id IN (SELECT id FROM winner)",
		"INSERT INTO interaction SELECT s.* FROM superseded s SEMI JOIN winner w ON w.id = s.id AND w.import_id = s.import_id",
		"DELETE FROM superseded WHERE EXISTS (FROM winner w WHERE w.id = superseded.id AND w.import_id = superseded.import_id)",
		"DROP TABLE winner; DROP TABLE affected",
	} {
		n, err := run(ctx, tx, query)
		if err != nil {
			return 0, err
		}
		if query[0] == 'I' {
			promoted = n // the second INSERT's count stays
		}
	}
	return promoted, nil
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
