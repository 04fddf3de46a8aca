package duckdb

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"strings"

	engine "github.com/duckdb/duckdb-go/v2"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

//go:embed migrations/*.sql
var migrations embed.FS

// SchemaVersion is the version of the facts' schema that this program writes.
func SchemaVersion() int {
	names, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil || len(names) == 0 {
		return 0
	}
	return len(names)
}

// migrate brings the file's schema to SchemaVersion in one transaction per step.
// It uses its own short-lived instance, so that the serving one never changes tables.
func migrate(ctx context.Context, path string, backup func() error) error {
	_, statErr := os.Stat(path)
	fresh := os.IsNotExist(statErr)
	connector, err := engine.NewConnector(path+"?threads=1", nil)
	if err != nil {
		return openError(path, err)
	}
	db := sql.OpenDB(connector)
	defer db.Close()
	have, err := schemaVersion(ctx, db)
	if err != nil {
		return wrap(err, "read the facts' schema version")
	}
	want := SchemaVersion()
	switch {
	case have == want:
		return nil
	case have > want:
		return cx.Errorf(cx.Conflict, "the facts were written by a newer version of firsthand (schema %d, this one knows %d)", have, want).
			WithRemedy("Install the newer version, or restore a backup made by this one.").At(cx.Place{File: path})
	case have > 0 && backup != nil && !fresh:
		// The file must be closed while it is copied.
		if err := db.Close(); err != nil {
			return wrap(err, "close the facts before the backup")
		}
		if err := backup(); err != nil {
			return err
		}
		return migrate(ctx, path, nil)
	}
	for v := have + 1; v <= want; v++ {
		if err := migrateTo(ctx, db, v); err != nil {
			return wrap(err, fmt.Sprintf("bring the facts to schema %d", v))
		}
	}
	_, err = db.ExecContext(ctx, "CHECKPOINT")
	return wrap(err, "write the facts' new schema")
}

func schemaVersion(ctx context.Context, db *sql.DB) (int, error) {
	var n int
	err := db.QueryRowContext(ctx, "SELECT count(*) FROM duckdb_tables() WHERE table_name = 'schema_version'").Scan(&n)
	if err != nil || n == 0 {
		return 0, err
	}
	err = db.QueryRowContext(ctx, "SELECT COALESCE(max(version), 0) FROM schema_version").Scan(&n)
	return n, err
}

func migrateTo(ctx context.Context, db *sql.DB, version int) error {
	names, err := fs.Glob(migrations, "migrations/"+fmt.Sprintf("%04d", version)+"_*.sql")
	if err != nil {
		return err
	}
	if len(names) != 1 {
		return fmt.Errorf("%d migration files are numbered %s", len(names), strconv.Itoa(version))
	}
	text, err := migrations.ReadFile(names[0])
	if err != nil {
		return err
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	script := "CREATE TABLE IF NOT EXISTS schema_version (version INTEGER NOT NULL);\n" + strings.TrimSpace(string(text))
	if _, err := tx.ExecContext(ctx, script); err != nil {
		return fmt.Errorf("%s: %w", names[0], err)
	}
	if _, err := tx.ExecContext(ctx, "INSERT INTO schema_version VALUES (?)", version); err != nil {
		return err
	}
	return tx.Commit()
}
