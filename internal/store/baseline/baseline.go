// Package baseline is what our figures are held against: the bare engine doing
// the least that could be called the same work, on the same file and machine.
package baseline

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"time"

	engine "github.com/duckdb/duckdb-go/v2"
)

// ReadCSV times DuckDB reading a CSV file into a table of a new database file.
func ReadCSV(ctx context.Context, csv, database string) (time.Duration, error) {
	if err := os.Remove(database); err != nil && !os.IsNotExist(err) {
		return 0, err
	}
	return timed(ctx, database, func(db *sql.DB) error {
		_, err := db.ExecContext(ctx, "CREATE TABLE t AS SELECT * FROM read_csv(?)", csv)
		if err == nil {
			_, err = db.ExecContext(ctx, "CHECKPOINT")
		}
		return err
	})
}

// Scan times one full scan of the facts: every interaction's customer, start,
// signature, score and amount are read and summed.
func Scan(ctx context.Context, facts string) (time.Duration, error) {
	return timed(ctx, facts+"?access_mode=read_only", func(db *sql.DB) error {
		var n, customers, starts, signatures sql.NullFloat64
		return db.QueryRowContext(ctx, `SELECT count(*), sum(profile_id), sum(epoch_us(started_at)::DOUBLE), sum(signature) + sum(coalesce(score, 0)) + sum(coalesce(amount_minor, 0))
			FROM interaction`).Scan(&n, &customers, &starts, &signatures)
	})
}

func timed(ctx context.Context, dsn string, work func(*sql.DB) error) (time.Duration, error) {
	connector, err := engine.NewConnector(dsn, nil)
	if err != nil {
		return 0, fmt.Errorf("open the baseline: %w", err)
	}
	db := sql.OpenDB(connector)
	defer db.Close()
	if err := db.PingContext(ctx); err != nil {
		return 0, err
	}
	began := time.Now()
	err = work(db)
	return time.Since(began), err
}
