package sqlite

import (
	"context"
	"database/sql"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// Erase removes keys, links, texts and attributes of the profiles for good, leaves
// tombstones (keyed hashes) of the given keys, and puts the erasure of the
// profiles' facts into the outbox.
func (s *Store) Erase(ctx context.Context, profiles []cx.ProfileID, tombstones []cx.PersonKey, at time.Time) error {
	err := s.change(ctx, "erase a customer", func(tx *sql.Tx) error {
		if err := keepLastProfile(ctx, tx); err != nil {
			return err
		}
		for _, k := range tombstones {
			if _, err := tx.ExecContext(ctx, "INSERT INTO tombstone VALUES (?, ?) ON CONFLICT DO NOTHING", s.hash(k), micros(at)); err != nil {
				return err
			}
		}
		for _, p := range profiles {
			if err := s.eraseProfile(ctx, tx, p); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	s.told(ctx)
	return s.CutLog(ctx)
}

func (s *Store) eraseProfile(ctx context.Context, tx *sql.Tx, p cx.ProfileID) error {
	for _, q := range []string{
		`DELETE FROM words_by_interaction WHERE (interaction, words) IN
			(SELECT w.interaction, w.id FROM words w JOIN words_by_profile b ON b.words = w.id WHERE b.profile = ?1)`,
		"DELETE FROM words WHERE id IN (SELECT words FROM words_by_profile WHERE profile = ?1)",
		"DELETE FROM words_by_profile WHERE profile = ?1",
		// Those of an import that is still running are not indexed yet.
		"DELETE FROM words WHERE id > (SELECT min(words_after) FROM import WHERE state = 'running') AND profile = ?1",
		"DELETE FROM person WHERE profile = ?1",
		"DELETE FROM ruling WHERE profile = ?1",
		"DELETE FROM likeness_due WHERE profile = ?1",
		"DELETE FROM likeness WHERE a = ?1 OR b = ?1",
		"DELETE FROM link WHERE a = ?1 OR b = ?1",
		"DELETE FROM profile_key WHERE (hash, profile) IN (SELECT hash, profile FROM key_assertion WHERE profile = ?1)",
		"DELETE FROM key_assertion WHERE profile = ?1",
		"DELETE FROM profile WHERE id = ?1",
		"INSERT INTO outbox (kind, profile, customer) VALUES ('erase', ?1, 0)",
	} {
		if _, err := tx.ExecContext(ctx, q, p); err != nil {
			return err
		}
	}
	return nil
}

// CutLog writes the log into the file and cuts it to nothing, so that no erased
// byte stays in it. It waits for readers who still look at the old state.
func (s *Store) CutLog(ctx context.Context) error {
	select {
	case s.turn <- struct{}{}:
		defer func() { <-s.turn }()
	case <-ctx.Done():
		return wrap(ctx.Err(), "cut the vault's log")
	}
	var busy, log, done int
	if err := s.write.QueryRowContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &log, &done); err != nil {
		return wrap(err, "cut the vault's log")
	}
	if busy != 0 {
		return cx.Errorf(cx.Unavailable, "the vault's log could not be cut: somebody has been reading for too long").
			WithRemedy("Erase again, or restart the server: it cuts the log at start.")
	}
	return nil
}

// RemoveNames removes the clear names of pseudonyms for good.
func (s *Store) RemoveNames(ctx context.Context, kind string, pseudonyms []int64) error {
	err := s.change(ctx, "erase names", func(tx *sql.Tx) error {
		for _, p := range pseudonyms {
			if _, err := tx.ExecContext(ctx, "DELETE FROM name WHERE kind = ? AND pseudonym = ?", kind, p); err != nil {
				return err
			}
		}
		return inChunks(anys(pseudonyms), most, func(part []any, marks string) error {
			_, err := tx.ExecContext(ctx, "DELETE FROM name_arrival WHERE kind = ? AND pseudonym IN ("+marks+")", append([]any{kind}, part...)...)
			return err
		})
	})
	return err
}
