package sqlite

import (
	"context"
	"database/sql"
	"os"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// Backup writes a consistent copy of the vault to a new file.
func (s *Store) Backup(ctx context.Context, to string) error {
	select {
	case s.turn <- struct{}{}:
		defer func() { <-s.turn }()
	case <-ctx.Done():
		return wrap(ctx.Err(), "copy the vault")
	}
	if _, err := s.write.ExecContext(ctx, "VACUUM INTO ?", to); err != nil {
		return wrap(err, "copy the vault")
	}
	if err := os.Chmod(to, 0o600); err != nil {
		return wrap(err, "copy the vault")
	}
	f, err := os.Open(to)
	if err != nil {
		return wrap(err, "copy the vault")
	}
	defer f.Close()
	return wrap(f.Sync(), "copy the vault")
}

// Check returns what SQLite finds wrong with the file; nothing when all is well.
func (s *Store) Check(ctx context.Context) ([]string, error) {
	var wrong []string
	err := each(ctx, s.read, "PRAGMA integrity_check(20)", nil, func(rows *sql.Rows) error {
		var found string
		err := rows.Scan(&found)
		if found != "ok" {
			wrong = append(wrong, found)
		}
		return err
	})
	return wrong, wrap(err, "check the vault")
}

// Waiting counts what the facts have not been told yet.
func (s *Store) Waiting(ctx context.Context) (n int64, err error) {
	err = s.read.QueryRowContext(ctx, "SELECT count(*) FROM outbox").Scan(&n)
	return n, wrap(err, "count the outbox")
}

// Tombstones lists the keyed hashes of those who were erased.
func (s *Store) Tombstones(ctx context.Context) ([][]byte, error) {
	var out [][]byte
	err := each(ctx, s.read, "SELECT hash FROM tombstone", nil, func(rows *sql.Rows) error {
		var hash []byte
		err := rows.Scan(&hash)
		out = append(out, hash)
		return err
	})
	return out, wrap(err, "list tombstones")
}

// Bury adds tombstones to a vault that was brought back, and finds the profiles
// that hold one of their keys: they were erased once and must be again.
func (s *Store) Bury(ctx context.Context, tombstones [][]byte) (erased []cx.ProfileID, err error) {
	err = s.change(ctx, "bring tombstones back", func(tx *sql.Tx) error {
		for _, hash := range tombstones {
			_, err := tx.ExecContext(ctx, "INSERT INTO tombstone VALUES (?, ?) ON CONFLICT DO NOTHING", hash, micros(s.now()))
			if err != nil {
				return err
			}
		}
		return each(ctx, tx, "SELECT DISTINCT profile FROM profile_key WHERE hash IN (SELECT hash FROM tombstone) ORDER BY profile", nil,
			func(rows *sql.Rows) error {
				var p cx.ProfileID
				err := rows.Scan(&p)
				erased = append(erased, p)
				return err
			})
	})
	return erased, err
}
