package sqlite

import (
	"context"
	"database/sql"
	"slices"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/identity"
)

// DropImport removes every row that only this import brought: of a running one,
// because it came to nothing, of an applied one, because it is undone. Links and
// customers are put right with the keys that are left.
func (s *Store) DropImport(ctx context.Context, id cx.ImportID) error {
	err := s.change(ctx, "drop the import's rows", func(tx *sql.Tx) error {
		var state ImportState
		if err := tx.QueryRowContext(ctx, "SELECT state FROM import WHERE id = ?", id).Scan(&state); err != nil {
			if err == sql.ErrNoRows {
				return cx.Errorf(cx.NotFound, "there is no import %d", id)
			}
			return err
		}
		if err := dropWords(ctx, tx, id); err != nil {
			return err
		}
		if err := dropPeople(ctx, tx, id); err != nil {
			return err
		}
		if err := s.dropKeys(ctx, tx, id); err != nil {
			return err
		}
		after := ImportDropped
		if state == ImportApplied || state == ImportUndone {
			after = ImportUndone
		}
		_, err := tx.ExecContext(ctx, "UPDATE import SET state = ? WHERE id = ?", after, id)
		return err
	})
	if err != nil {
		return err
	}
	s.told(ctx)
	return nil
}

func dropWords(ctx context.Context, tx *sql.Tx, id cx.ImportID) error {
	const own = "FROM words WHERE id > (SELECT words_after FROM import WHERE id = ?1) AND import_id = ?1"
	for _, q := range []string{
		"DELETE FROM words_by_interaction WHERE (interaction, words) IN (SELECT interaction, id " + own + ")",
		"DELETE FROM words_by_profile WHERE (profile, words) IN (SELECT profile, id " + own + ")",
		"DELETE " + own,
		"DELETE FROM name WHERE import_id = ?1",
		"DELETE FROM name_arrival WHERE import_id = ?1",
	} {
		if _, err := tx.ExecContext(ctx, q, id); err != nil {
			return err
		}
	}
	return nil
}

// dropKeys takes back what the import said about people.
func (s *Store) dropKeys(ctx context.Context, tx *sql.Tx, id cx.ImportID) error {
	if err := keepLastProfile(ctx, tx); err != nil {
		return err
	}
	for _, q := range []string{
		"DROP TABLE IF EXISTS temp.taken",
		// Keys that nobody else said their profile holds.
		`CREATE TEMP TABLE taken AS SELECT profile, hash FROM key_assertion a WHERE import_id = ?1
			AND NOT EXISTS (SELECT 1 FROM key_assertion o WHERE o.profile = a.profile AND o.hash = a.hash AND o.import_id <> ?1)`,
		"DELETE FROM key_assertion WHERE import_id = ?1",
		"DELETE FROM profile_key WHERE (hash, profile) IN (SELECT hash, profile FROM taken)",
	} {
		if _, err := tx.ExecContext(ctx, q, arguments(q, id)...); err != nil {
			return err
		}
	}
	affected, err := s.dropProfiles(ctx, tx)
	if err != nil {
		return err
	}
	more, err := s.rightLinks(ctx, tx, id)
	if err != nil {
		return err
	}
	affected = append(affected, more...)
	if _, err := tx.ExecContext(ctx, "DROP TABLE temp.taken"); err != nil {
		return err
	}
	return s.regroup(ctx, tx, affected)
}

// arguments are the import's number where the statement names it.
func arguments(query string, id cx.ImportID) []any {
	for i := range len(query) - 1 {
		if query[i] == '?' {
			return []any{id}
		}
	}
	return nil
}

// dropProfiles removes profiles that hold no key any more, with their links, and
// returns the profiles at the other ends.
func (s *Store) dropProfiles(ctx context.Context, tx *sql.Tx) (others []cx.ProfileID, err error) {
	for _, q := range []string{
		"DROP TABLE IF EXISTS temp.gone",
		`CREATE TEMP TABLE gone AS SELECT DISTINCT profile FROM taken t
			WHERE NOT EXISTS (SELECT 1 FROM key_assertion k WHERE k.profile = t.profile)`,
		`INSERT INTO outbox (kind, profile, customer) SELECT 'link', p.id, p.id FROM profile p
			JOIN gone ON gone.profile = p.id WHERE p.customer <> p.id`,
		"DELETE FROM profile WHERE id IN (SELECT profile FROM gone)",
		"DELETE FROM person WHERE profile IN (SELECT profile FROM gone)",
		"DELETE FROM likeness WHERE a IN (SELECT profile FROM gone) OR b IN (SELECT profile FROM gone)",
	} {
		if _, err := tx.ExecContext(ctx, q); err != nil {
			return nil, err
		}
	}
	const ends = "WHERE a IN (SELECT profile FROM gone) OR b IN (SELECT profile FROM gone)"
	err = each(ctx, tx, "SELECT a FROM link "+ends+" UNION SELECT b FROM link "+ends, nil, func(rows *sql.Rows) error {
		var p cx.ProfileID
		err := rows.Scan(&p)
		others = append(others, p)
		return err
	})
	if err != nil {
		return nil, err
	}
	// Whom likeness joined with somebody who is gone is looked at again.
	for _, p := range others {
		if _, err := tx.ExecContext(ctx, "INSERT INTO likeness_due SELECT profile FROM person WHERE profile = ? LIMIT 1 ON CONFLICT DO NOTHING", p); err != nil {
			return nil, err
		}
	}
	// A person's decision about somebody who is gone goes too: the number will
	// never be given out again.
	for _, q := range []string{"DELETE FROM link " + ends, "DROP TABLE temp.gone"} {
		if _, err := tx.ExecContext(ctx, q); err != nil {
			return nil, err
		}
	}
	return others, nil
}

// rightLinks makes the live exact links of each key that lost holders those that
// follow from who holds it now, and returns the profiles at their ends.
func (s *Store) rightLinks(ctx context.Context, tx *sql.Tx, id cx.ImportID) (ends []cx.ProfileID, err error) {
	type held struct {
		hash []byte
		key  cx.PersonKey
	}
	var keys []held
	err = each(ctx, tx, `SELECT DISTINCT k.hash, k.kind, k.namespace, k.value FROM profile_key k
		WHERE k.hash IN (SELECT hash FROM taken)
		UNION SELECT l.key_hash, l.kind, l.namespace, l.value FROM link l
		WHERE l.key_hash <> x'' AND l.key_hash IN (SELECT hash FROM taken)`, nil, func(rows *sql.Rows) error {
		var h held
		err := rows.Scan(&h.hash, &h.key.Kind, &h.key.Namespace, &h.key.Value)
		keys = append(keys, h)
		return err
	})
	if err != nil {
		return nil, err
	}
	for _, k := range keys {
		touched, err := s.rightKey(ctx, tx, id, k.hash, k.key)
		if err != nil {
			return nil, err
		}
		ends = append(ends, touched...)
	}
	// Links that others' keys still carry are no longer this import's.
	_, err = tx.ExecContext(ctx, `UPDATE link SET import_id = COALESCE(
		(SELECT min(import_id) FROM key_assertion WHERE profile = link.b AND hash = link.key_hash), import_id)
		WHERE import_id = ? AND key_hash <> x''`, id)
	return ends, err
}

func (s *Store) rightKey(ctx context.Context, tx *sql.Tx, id cx.ImportID, hash []byte, key cx.PersonKey) (ends []cx.ProfileID, err error) {
	var total int64
	if err := tx.QueryRowContext(ctx, "SELECT count(*) FROM profile_key WHERE hash = ?", hash).Scan(&total); err != nil {
		return nil, err
	}
	holders, err := listHolders(ctx, tx, "k.hash = ? ORDER BY k.is_primary DESC, k.profile LIMIT ?", hash, identity.MaxListed)
	if err != nil {
		return nil, err
	}
	type pair struct{ a, b cx.ProfileID }
	wanted := map[pair]identity.Link{}
	for _, l := range identity.ExactLinks(key, holders[string(hash)], total, id, s.now().UTC().Truncate(time.Microsecond)) {
		wanted[pair{l.A, l.B}] = l
	}
	var drop, revive []any
	err = each(ctx, tx, "SELECT "+linkColumns+" FROM link WHERE key_hash = ? AND made_by = ? AND apart = 0 ORDER BY undone",
		[]any{hash, identity.ByExactKey}, func(rows *sql.Rows) error {
			n, l, err := scanLink(rows)
			if err != nil {
				return err
			}
			ends = append(ends, l.A, l.B)
			_, want := wanted[pair{l.A, l.B}]
			switch {
			case want && l.Live():
				delete(wanted, pair{l.A, l.B})
			case want && l.UndoneBy == identity.ByExactKey:
				revive = append(revive, n) // it was shared by too many, and is no more
				delete(wanted, pair{l.A, l.B})
			case !want && l.Live():
				drop = append(drop, n)
			}
			return nil
		})
	if err != nil {
		return nil, err
	}
	for _, n := range drop {
		if _, err := tx.ExecContext(ctx, "DELETE FROM link WHERE id = ?", n); err != nil {
			return nil, err
		}
	}
	for _, n := range revive {
		if _, err := tx.ExecContext(ctx, "UPDATE link SET undone = 0, undone_by = '', undone_reason = '' WHERE id = ?", n); err != nil {
			return nil, err
		}
	}
	for _, l := range wanted {
		ends = append(ends, l.A, l.B)
		if err := s.putLinks(ctx, tx, []identity.Link{l}, false); err != nil {
			return nil, err
		}
	}
	return ends, nil
}

// regroup computes the customers of profiles whose links changed.
func (s *Store) regroup(ctx context.Context, tx *sql.Tx, profiles []cx.ProfileID) error {
	slices.Sort(profiles)
	whole, err := components(ctx, tx, slices.Compact(profiles))
	if err != nil {
		return err
	}
	for _, c := range whole {
		if err := setCustomers(ctx, tx, identity.Customers(c)); err != nil {
			return err
		}
	}
	return nil
}
