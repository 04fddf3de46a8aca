package sqlite

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"time"
)

// The methods here are those of a session store of alexedwards/scs: signed-in
// browsers outlast a restart. Tokens are kept as hashes.

// FindCtx reads a session; found is false when there is none or it has expired.
func (s *Store) FindCtx(ctx context.Context, token string) (content []byte, found bool, err error) {
	err = s.read.QueryRowContext(ctx, "SELECT content FROM session WHERE hash = ? AND expires > ?", tokenHash(token), micros(s.now())).Scan(&content)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, false, nil
	}
	return content, err == nil, wrap(err, "read a session")
}

// CommitCtx stores a session; those that have expired go.
func (s *Store) CommitCtx(ctx context.Context, token string, content []byte, expiry time.Time) error {
	return s.change(ctx, "store a session", func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, "DELETE FROM session WHERE expires <= ?", micros(s.now())); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO session VALUES (?, ?, ?)
			ON CONFLICT DO UPDATE SET content = excluded.content, expires = excluded.expires`, tokenHash(token), content, micros(expiry))
		return err
	})
}

// DeleteCtx ends a session.
func (s *Store) DeleteCtx(ctx context.Context, token string) error {
	return s.change(ctx, "end a session", func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, "DELETE FROM session WHERE hash = ?", tokenHash(token))
		return err
	})
}

// Find is FindCtx without a context.
func (s *Store) Find(token string) ([]byte, bool, error) {
	return s.FindCtx(context.Background(), token)
}

// Commit is CommitCtx without a context.
func (s *Store) Commit(token string, content []byte, expiry time.Time) error {
	return s.CommitCtx(context.Background(), token, content, expiry)
}

// Delete is DeleteCtx without a context.
func (s *Store) Delete(token string) error { return s.DeleteCtx(context.Background(), token) }

func tokenHash(token string) []byte {
	h := sha256.Sum256([]byte(token))
	return h[:]
}
