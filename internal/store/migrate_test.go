package store

import (
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/pressly/goose/v3"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/store/duckdb"
	"github.com/firsthand-cx/firsthand/internal/store/sqlite"
)

// say says statements to a store's file.
func say(t *testing.T, driver, file string, statements ...string) {
	t.Helper()
	db, err := sql.Open(driver, file)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	for _, s := range statements {
		if _, err := db.Exec(s); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
}

// list is the one column that a query gives.
func list(t *testing.T, driver, file, query string, args ...any) (out []string) {
	t.Helper()
	db, err := sql.Open(driver, file)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	rows, err := db.Query(query, args...)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			t.Fatal(err)
		}
		out = append(out, s)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

// makeOld makes a folder as the first version would have left it: the first migrations
// only, with the content of a folder of this version.
func makeOld(t *testing.T, from, dir string) {
	t.Helper()
	ctx := context.Background()
	first := func(file string) string {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}

	vault := filepath.Join(dir, vaultName)
	db, err := sql.Open("sqlite3", vault)
	if err != nil {
		t.Fatal(err)
	}
	const vaultSchema = "0001_vault.sql"
	provider, err := goose.NewProvider(goose.DialectSQLite3, db, fstest.MapFS{vaultSchema: {Data: []byte(first("sqlite/migrations/" + vaultSchema))}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := provider.Up(ctx); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	copied := []string{"ATTACH '" + filepath.Join(from, vaultName) + "' AS now"}
	for _, table := range list(t, "sqlite3", vault, `SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'
		AND name NOT LIKE 'sqlite%' AND name NOT LIKE 'goose%' AND name NOT LIKE 'word\_%' ESCAPE '\'`) {
		columns := strings.Join(list(t, "sqlite3", vault, "SELECT name FROM pragma_table_info(?)", table), ", ")
		copied = append(copied, "DELETE FROM "+table, "INSERT INTO "+table+" ("+columns+") SELECT "+columns+" FROM now."+table)
	}
	say(t, "sqlite3", vault, copied...)

	facts := filepath.Join(dir, factsName)
	say(t, "duckdb", facts, "CREATE TABLE schema_version (version INTEGER NOT NULL)", first("duckdb/migrations/0001_facts.sql"), "INSERT INTO schema_version VALUES (1)")
	copied = []string{"ATTACH '" + filepath.Join(from, factsName) + "' AS now (READ_ONLY)"}
	for _, table := range list(t, "duckdb", facts, "SELECT table_name FROM duckdb_tables() WHERE table_name <> 'schema_version'") {
		columns := `"` + strings.Join(list(t, "duckdb", facts, "SELECT column_name FROM duckdb_columns() WHERE table_name = ?", table), `", "`) + `"`
		copied = append(copied, "DELETE FROM "+table, "INSERT INTO "+table+" ("+columns+") SELECT "+columns+" FROM now."+table)
	}
	say(t, "duckdb", facts, append(copied, "DETACH now")...)
}

// holds checks that a folder has the thirty tickets with their people and words.
func holds(t *testing.T, what string, s *Stores) {
	t.Helper()
	ctx := context.Background()
	if n := count(t, s); n != 30 {
		t.Errorf("%s: %d interactions, want 30", what, n)
	}
	who, err := s.Vault.Search(ctx, mailOf(3), 5)
	if err != nil || len(who) != 1 {
		t.Fatalf("%s: searching gives %v, %v", what, who, err)
	}
	imports, err := s.Vault.Imports(ctx)
	if err != nil || len(imports) != 1 || imports[0].Source != "desk" {
		t.Errorf("%s: imports %+v, %v", what, imports, err)
	}
	third := cx.InteractionID{byte(len("desk")), 3}
	words, err := s.Vault.Words(ctx, []cx.InteractionID{third})
	if err != nil || len(words[third].Texts) != 1 || words[third].Texts[0].Text != "said by "+mailOf(3) {
		t.Errorf("%s: the words are %v, %v", what, words, err)
	}
	allWell(t, s)
}

func TestAnOlderFolderIsBackedUpOnceAndBroughtUpToDate(t *testing.T) {
	ctx := context.Background()
	now := filepath.Join(t.TempDir(), "now")
	s := open(t, now)
	importTickets(t, s, "desk", 30)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if duckdb.SchemaVersion() < 2 || sqlite.SchemaVersion() < 2 {
		t.Fatal("there is nothing to migrate")
	}
	dir := filepath.Join(t.TempDir(), "data")
	makeOld(t, now, dir)

	s = open(t, dir)
	holds(t, "migrated", s)
	backups, err := s.Backups()
	if err != nil || len(backups) != 1 || !strings.Contains(backups[0].Path, "before-migration-") {
		t.Fatalf("backups %+v, %v", backups, err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	for file, query := range map[string][2]string{
		factsName: {"duckdb", "SELECT max(version)::VARCHAR FROM schema_version"},
		vaultName: {"sqlite3", "SELECT max(version_id) FROM goose_db_version"},
	} {
		if got := list(t, query[0], filepath.Join(backups[0].Path, file), query[1]); len(got) != 1 || got[0] != "1" {
			t.Errorf("the backup's %s has schema %v, want the one before", file, got)
		}
	}

	// Opened again it is up to date, and no further backup is made.
	s = open(t, dir)
	holds(t, "opened again", s)
	if backups, err := s.Backups(); err != nil || len(backups) != 1 {
		t.Errorf("after another start: %+v, %v", backups, err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}

	// The backup is whole: restored, it becomes what the folder was.
	restored := filepath.Join(t.TempDir(), "restored")
	if _, err := Restore(ctx, restored, backups[0].Path, Options{}); err != nil {
		t.Fatal(err)
	}
	holds(t, "restored", open(t, restored))
}
