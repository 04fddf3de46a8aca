package sqlite

import (
	"bytes"
	"cmp"
	"context"
	"database/sql"
	"maps"
	"slices"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/identity"
)

func sortHolders(h []identity.Holder) {
	slices.SortFunc(h, func(a, b identity.Holder) int { return cmp.Compare(a.Profile, b.Profile) })
}

const linkColumns = "id, a, b, apart, kind, namespace, value, reason, made_by, at, import_id, undone, undone_by, undone_reason"

func scanLink(rows *sql.Rows) (id int64, l identity.Link, err error) {
	var at, undone int64
	err = rows.Scan(&id, &l.A, &l.B, &l.Apart, &l.Key.Kind, &l.Key.Namespace, &l.Key.Value, &l.Reason, &l.By, &at,
		&l.Import, &undone, &l.UndoneBy, &l.UndoneReason)
	l.At, l.Undone = moment(at), moment(undone)
	return id, l, err
}

// components follows live links from the profiles, a ring at a time.
func components(ctx context.Context, q queryer, profiles []cx.ProfileID) ([]identity.Component, error) {
	links := map[int64]identity.Link{}
	seen := map[cx.ProfileID]bool{}
	var ring []cx.ProfileID
	visit := func(p cx.ProfileID) {
		if !seen[p] {
			seen[p] = true
			ring = append(ring, p)
		}
	}
	for _, p := range profiles {
		visit(p)
	}
	for len(ring) > 0 {
		now := ring
		ring = nil
		err := inChunks(anys(now), most, func(part []any, marks string) error {
			query := "SELECT " + linkColumns + " FROM link WHERE a IN (" + marks + ") UNION SELECT " + linkColumns + " FROM link WHERE b IN (" + marks + ")"
			return each(ctx, q, query, append(slices.Clone(part), part...), func(rows *sql.Rows) error {
				id, l, err := scanLink(rows)
				if err != nil {
					return err
				}
				links[id] = l
				if l.Live() && !l.Apart {
					visit(l.A)
					visit(l.B)
				}
				return nil
			})
		})
		if err != nil {
			return nil, err
		}
	}
	return split(seen, links), nil
}

// split sorts profiles and links into components. A link that joins nothing (undone,
// or Apart) belongs to the components of both its ends.
func split(seen map[cx.ProfileID]bool, links map[int64]identity.Link) []identity.Component {
	root := make(map[cx.ProfileID]cx.ProfileID, len(seen))
	for p := range seen {
		root[p] = p
	}
	find := func(p cx.ProfileID) cx.ProfileID {
		for root[p] != p {
			root[p] = root[root[p]]
			p = root[p]
		}
		return p
	}
	for _, l := range links {
		if l.Live() && !l.Apart {
			a, b := find(l.A), find(l.B)
			root[max(a, b)] = min(a, b)
		}
	}
	parts := map[cx.ProfileID]*identity.Component{}
	for _, p := range slices.Sorted(maps.Keys(seen)) {
		r := find(p)
		if parts[r] == nil {
			parts[r] = &identity.Component{}
		}
		parts[r].Profiles = append(parts[r].Profiles, p)
	}
	for _, id := range slices.Sorted(maps.Keys(links)) {
		l := links[id]
		var of []cx.ProfileID
		for _, end := range []cx.ProfileID{l.A, l.B} {
			if seen[end] && !slices.Contains(of, find(end)) {
				of = append(of, find(end))
			}
		}
		for _, r := range of {
			parts[r].Links = append(parts[r].Links, l)
		}
	}
	out := make([]identity.Component, 0, len(parts))
	for _, r := range slices.Sorted(maps.Keys(parts)) {
		out = append(out, *parts[r])
	}
	return out
}

// Assert stores one batch of an import's identities in one transaction.
func (s *Store) Assert(ctx context.Context, id cx.ImportID, a identity.Assertions) error {
	return s.change(ctx, "store identities", func(tx *sql.Tx) error {
		if err := mustRun(ctx, tx, id); err != nil {
			return err
		}
		if err := s.assertKeys(ctx, tx, id, a); err != nil {
			return err
		}
		if err := s.putLinks(ctx, tx, a.Links, false); err != nil {
			return err
		}
		for _, shared := range a.Shared {
			_, err := tx.ExecContext(ctx, `UPDATE link SET undone = ?, undone_by = ?, undone_reason = ?
				WHERE key_hash = ? AND apart = 0 AND undone = 0 AND made_by = ?`,
				micros(shared.At), identity.ByExactKey, shared.Reason, s.hash(shared.Key), identity.ByExactKey)
			if err != nil {
				return err
			}
		}
		return setCustomers(ctx, tx, a.Customer)
	})
}

func (s *Store) assertKeys(ctx context.Context, tx *sql.Tx, id cx.ImportID, a identity.Assertions) error {
	primary := make(map[cx.ProfileID]cx.PersonKey, len(a.Profiles))
	for _, k := range a.Keys {
		if k.Primary {
			primary[k.Profile] = k.Key
		}
	}
	people, err := newBulk(ctx, tx, "INSERT INTO profile", 4, "ON CONFLICT DO NOTHING")
	if err != nil {
		return err
	}
	for _, p := range a.Profiles {
		if err := people.row(ctx, p, p, string(primary[p].Kind), primary[p].Namespace); err != nil {
			return err
		}
	}
	if err := people.flush(ctx); err != nil {
		return err
	}
	// In the order of the hashes, so that neighbours go to one page.
	hashed := make([]hashedKey, len(a.Keys))
	for i, k := range a.Keys {
		hashed[i] = hashedKey{s.hash(k.Key), k}
	}
	slices.SortFunc(hashed, func(x, y hashedKey) int { return bytes.Compare(x.hash, y.hash) })
	hold, err := newBulk(ctx, tx, "INSERT INTO profile_key", 6, "ON CONFLICT DO UPDATE SET is_primary = 1 WHERE excluded.is_primary")
	if err != nil {
		return err
	}
	for _, k := range hashed {
		if err := hold.row(ctx, k.hash, k.Profile, k.Primary, string(k.Key.Kind), k.Key.Namespace, k.Key.Value); err != nil {
			return err
		}
	}
	if err := hold.flush(ctx); err != nil {
		return err
	}
	slices.SortFunc(hashed, func(x, y hashedKey) int { return cmp.Compare(x.Profile, y.Profile) })
	say, err := newBulk(ctx, tx, "INSERT INTO key_assertion", 3, "ON CONFLICT DO NOTHING")
	if err != nil {
		return err
	}
	for _, k := range hashed {
		if err := say.row(ctx, k.Profile, k.hash, id); err != nil {
			return err
		}
	}
	return say.flush(ctx)
}

type hashedKey struct {
	hash []byte
	identity.HeldKey
}

// putLinks stores links. Those that are there stay as they are, or, where a
// person changed them, take over what undid them.
func (s *Store) putLinks(ctx context.Context, tx *sql.Tx, links []identity.Link, changed bool) error {
	for _, l := range links {
		hash := s.hash(l.Key)
		if !changed {
			var there bool
			err := tx.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM link WHERE a = ? AND b = ? AND key_hash = ? AND apart = ?)",
				l.A, l.B, hash, l.Apart).Scan(&there)
			if err != nil {
				return err
			}
			if there {
				continue
			}
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO link
			(a, b, apart, key_hash, kind, namespace, value, reason, made_by, at, import_id, undone, undone_by, undone_reason)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT DO UPDATE SET undone = excluded.undone, undone_by = excluded.undone_by, undone_reason = excluded.undone_reason`,
			l.A, l.B, l.Apart, hash, l.Key.Kind, l.Key.Namespace, l.Key.Value, l.Reason, l.By, micros(l.At), l.Import,
			micros(l.Undone), l.UndoneBy, l.UndoneReason)
		if err != nil {
			return err
		}
	}
	return nil
}

// setCustomers stores memberships that changed, and what the facts must be told
// of them: nothing of a new profile that is a customer of its own.
func setCustomers(ctx context.Context, tx *sql.Tx, customers map[cx.ProfileID]cx.CustomerID) error {
	if len(customers) == 0 {
		return nil
	}
	update, err := tx.PrepareContext(ctx, "UPDATE profile SET customer = ?1 WHERE id = ?2 AND customer <> ?1")
	if err != nil {
		return err
	}
	defer update.Close()
	tell, err := tx.PrepareContext(ctx, "INSERT INTO outbox (kind, profile, customer) VALUES ('link', ?, ?)")
	if err != nil {
		return err
	}
	defer tell.Close()
	for _, p := range slices.Sorted(maps.Keys(customers)) {
		c := customers[p]
		res, err := update.ExecContext(ctx, c, p)
		if err != nil {
			return err
		}
		changed, err := res.RowsAffected()
		if err != nil {
			return err
		}
		if changed == 0 {
			continue
		}
		if _, err := tell.ExecContext(ctx, p, c); err != nil {
			return err
		}
	}
	return nil
}

// Relink stores links that a person made or undid and the customers that follow.
func (s *Store) Relink(ctx context.Context, links []identity.Link, customers map[cx.ProfileID]cx.CustomerID) error {
	err := s.change(ctx, "store a decision about customers", func(tx *sql.Tx) error {
		if err := s.putLinks(ctx, tx, links, true); err != nil {
			return err
		}
		return setCustomers(ctx, tx, customers)
	})
	if err != nil {
		return err
	}
	s.told(ctx)
	return nil
}
