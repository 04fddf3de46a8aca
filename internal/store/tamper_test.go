package store

import (
	"database/sql"
	"path/filepath"
	"testing"
)

// tamper says something to a closed store's file that no program of ours says.
func tamper(t *testing.T, dir, store, statement string) {
	t.Helper()
	driver, name := "duckdb", factsName
	if store == "vault" {
		driver, name = "sqlite3", vaultName
	}
	db, err := sql.Open(driver, filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(statement); err != nil {
		t.Fatal(err)
	}
}
