package sqlite

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"database/sql"
	"slices"
	"strings"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/identity"
)

var _ identity.Vault = (*Store)(nil)

// most is how many values one statement names.
const most = 400

// hash is the keyed hash that a key is found by.
func (s *Store) hash(k cx.PersonKey) []byte {
	if k == (cx.PersonKey{}) {
		return []byte{}
	}
	h := hmac.New(sha256.New, s.key)
	h.Write([]byte(k.Kind))
	h.Write([]byte{0})
	h.Write([]byte(k.Namespace))
	h.Write([]byte{0})
	h.Write([]byte(k.Value))
	return h.Sum(nil)[:16]
}

// FindKeys says who holds each key, in the order of keys.
func (s *Store) FindKeys(ctx context.Context, keys []cx.PersonKey) ([]identity.KeyHolders, error) {
	out := make([]identity.KeyHolders, len(keys))
	at := make(map[string][]int, len(keys))
	hashes := make([]any, 0, len(keys))
	for i, k := range keys {
		h := s.hash(k)
		if at[string(h)] == nil {
			hashes = append(hashes, h)
		}
		at[string(h)] = append(at[string(h)], i)
	}
	slices.SortFunc(hashes, func(a, b any) int { return bytes.Compare(a.([]byte), b.([]byte)) })
	err := inChunks(hashes, most, func(part []any, marks string) error { return s.findChunk(ctx, part, marks, at, out) })
	if err != nil {
		return nil, wrap(err, "look up keys")
	}
	return out, wrap(s.findErased(ctx, hashes, at, out), "look up keys")
}

func (s *Store) findChunk(ctx context.Context, part []any, marks string, at map[string][]int, out []identity.KeyHolders) error {
	var listed []any // keys with any holders, and not too many to list
	err := each(ctx, s.read, "SELECT hash, count(*) FROM profile_key WHERE hash IN ("+marks+") GROUP BY hash", part, func(rows *sql.Rows) error {
		var hash []byte
		var total int64
		if err := rows.Scan(&hash, &total); err != nil {
			return err
		}
		for _, i := range at[string(hash)] {
			out[i].Total = total
		}
		if total <= identity.MaxListed {
			listed = append(listed, hash)
			return nil
		}
		// The primary holder first, so that it is always among those listed.
		holders, err := listHolders(ctx, s.read, "k.hash = ? ORDER BY k.is_primary DESC, k.profile LIMIT ?", hash, identity.MaxListed)
		for _, i := range at[string(hash)] {
			out[i].Holders = holders[string(hash)]
		}
		return err
	})
	if err != nil {
		return err
	}
	if len(listed) > 0 {
		holders, err := listHolders(ctx, s.read, "k.hash IN ("+strings.TrimSuffix(strings.Repeat("?,", len(listed)), ",")+
			") ORDER BY k.hash, k.profile", listed...)
		if err != nil {
			return err
		}
		for _, h := range listed {
			hash := h.([]byte)
			for _, i := range at[string(hash)] {
				out[i].Holders = holders[string(hash)]
			}
		}
	}
	return nil
}

// findErased marks the keys that a tombstone holds; mostly nobody was ever erased.
func (s *Store) findErased(ctx context.Context, hashes []any, at map[string][]int, out []identity.KeyHolders) error {
	var anybody bool
	if err := s.read.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM tombstone)").Scan(&anybody); err != nil || !anybody {
		return err
	}
	return inChunks(hashes, most, func(part []any, marks string) error {
		return each(ctx, s.read, "SELECT hash FROM tombstone WHERE hash IN ("+marks+")", part, func(rows *sql.Rows) error {
			var hash []byte
			if err := rows.Scan(&hash); err != nil {
				return err
			}
			for _, i := range at[string(hash)] {
				out[i].Erased = true
			}
			return nil
		})
	})
}

func listHolders(ctx context.Context, q queryer, where string, args ...any) (map[string][]identity.Holder, error) {
	out := map[string][]identity.Holder{}
	err := each(ctx, q, `SELECT k.hash, k.profile, k.is_primary, p.kind, p.namespace
		FROM profile_key k JOIN profile p ON p.id = k.profile WHERE `+where, args, func(rows *sql.Rows) error {
		var hash []byte
		var h identity.Holder
		if err := rows.Scan(&hash, &h.Profile, &h.Primary, &h.Kind, &h.Namespace); err != nil {
			return err
		}
		out[string(hash)] = append(out[string(hash)], h)
		return nil
	})
	for _, holders := range out {
		sortHolders(holders)
	}
	return out, err
}

// NextProfile is the first number never given out.
func (s *Store) NextProfile(ctx context.Context) (cx.ProfileID, error) {
	var n sql.NullInt64
	err := s.read.QueryRowContext(ctx, `SELECT max(
		COALESCE((SELECT max(id) FROM profile), 0),
		COALESCE((SELECT CAST(value AS INTEGER) FROM meta WHERE name = 'last_profile'), 0)) + 1`).Scan(&n)
	return cx.ProfileID(n.Int64), wrap(err, "number a profile")
}

// NewCustomers counts the customers all of whose profiles have a number from first on: a
// customer has the number of the smallest.
func (s *Store) NewCustomers(ctx context.Context, first cx.ProfileID) (n int64, err error) {
	err = s.read.QueryRowContext(ctx, "SELECT count(*) FROM profile WHERE id >= ? AND customer = id", first).Scan(&n)
	return n, wrap(err, "count new customers")
}

// keepLastProfile remembers the highest number given out, before profiles go.
func keepLastProfile(ctx context.Context, tx *sql.Tx) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO meta VALUES ('last_profile', (SELECT COALESCE(max(id), 0) FROM profile))
		ON CONFLICT DO UPDATE SET value = max(CAST(value AS INTEGER), CAST(excluded.value AS INTEGER))`)
	return err
}

// Keys lists the keys of profiles, in clear, the primary one of each first.
func (s *Store) Keys(ctx context.Context, profiles []cx.ProfileID) ([]identity.HeldKey, error) {
	var out []identity.HeldKey
	err := inChunks(anys(profiles), most, func(part []any, marks string) error {
		return each(ctx, s.read, `
			SELECT k.profile, k.kind, k.namespace, k.value, k.is_primary, a.first, COALESCE(i.source, '')
			FROM profile_key k
			JOIN (SELECT profile, hash, min(import_id) AS first FROM key_assertion WHERE profile IN (`+marks+`) GROUP BY profile, hash) a
				ON a.profile = k.profile AND a.hash = k.hash
			LEFT JOIN import i ON i.id = a.first
			ORDER BY k.profile, k.is_primary DESC, k.kind, k.namespace, k.value`, part, func(rows *sql.Rows) error {
			var h identity.HeldKey
			err := rows.Scan(&h.Profile, &h.Key.Kind, &h.Key.Namespace, &h.Key.Value, &h.Primary, &h.Import, &h.Source)
			out = append(out, h)
			return err
		})
	})
	return out, wrap(err, "list keys")
}

func anys[T any](list []T) []any {
	out := make([]any, len(list))
	for i, v := range list {
		out[i] = v
	}
	return out
}

// Search finds customers by a part of a key; at most limit, the smallest first.
func (s *Store) Search(ctx context.Context, text string, limit int) ([]cx.CustomerID, error) {
	pattern := "%" + strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`).Replace(text) + "%"
	var out []cx.CustomerID
	err := each(ctx, s.read, `SELECT DISTINCT p.customer FROM profile_key k JOIN profile p ON p.id = k.profile
		WHERE k.value LIKE ? ESCAPE '\' ORDER BY p.customer LIMIT ?`, []any{pattern, limit}, func(rows *sql.Rows) error {
		var c cx.CustomerID
		err := rows.Scan(&c)
		out = append(out, c)
		return err
	})
	return out, wrap(err, "search customers")
}

// Profiles are all profiles of a customer, in order.
func (s *Store) Profiles(ctx context.Context, c cx.CustomerID) ([]cx.ProfileID, error) {
	var out []cx.ProfileID
	err := each(ctx, s.read, `SELECT id FROM profile WHERE id = ?1 AND customer = ?1
		UNION SELECT id FROM profile WHERE customer = ?1 AND customer <> id ORDER BY id`, []any{c}, func(rows *sql.Rows) error {
		var p cx.ProfileID
		err := rows.Scan(&p)
		out = append(out, p)
		return err
	})
	return out, wrap(err, "find a customer's profiles")
}

// Components returns the components that the profiles lie in, each once.
func (s *Store) Components(ctx context.Context, profiles []cx.ProfileID) ([]identity.Component, error) {
	out, err := components(ctx, s.read, profiles)
	return out, wrap(err, "follow links")
}
