package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"strings"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/identity"
)

var _ identity.Alike = (*Store)(nil)

// EachPerson visits all profiles of which something is known beside their keys, in
// order of number. E-mail and phone are taken from the keys where no field names them.
func (s *Store) EachPerson(ctx context.Context, visit func(identity.ProfilePerson) error) error {
	names, _ := personColumns()
	var now identity.ProfilePerson
	give := func() error {
		if now.Profile == 0 || now.Person == (cx.Person{}) {
			return nil
		}
		return visit(now)
	}
	const key = "(SELECT k.value FROM key_assertion a JOIN profile_key k ON k.hash = a.hash AND k.profile = a.profile WHERE a.profile = p.profile AND k.kind = "
	err := each(ctx, s.read, "SELECT p.profile, o.customer, COALESCE("+key+"'email' LIMIT 1), ''), COALESCE("+key+"'phone' LIMIT 1), ''), p."+
		strings.Join(names, ", p.")+" FROM person p JOIN profile o ON o.id = p.profile ORDER BY p.profile, p.import_id", nil, func(rows *sql.Rows) error {
		var next identity.ProfilePerson
		var email, phone string
		if err := rows.Scan(append([]any{&next.Profile, &next.Customer, &email, &phone}, scanPerson(&next.Person)...)...); err != nil {
			return err
		}
		if next.Profile == now.Profile {
			next.Person = next.Person.Over(now.Person)
		} else if err := give(); err != nil {
			return err
		}
		next.Person = next.Person.Over(cx.Person{Email: email, Phone: phone})
		now = next
		return nil
	})
	if err == nil {
		err = give()
	}
	return wrap(err, "read who everybody is")
}

// Due lists profiles whose person has changed since the last run.
func (s *Store) Due(ctx context.Context) ([]cx.ProfileID, error) {
	return s.profileList(ctx, "SELECT profile FROM likeness_due ORDER BY profile")
}

func (s *Store) profileList(ctx context.Context, query string, args ...any) ([]cx.ProfileID, error) {
	var out []cx.ProfileID
	err := each(ctx, s.read, query, args, func(rows *sql.Rows) error {
		var p cx.ProfileID
		err := rows.Scan(&p)
		out = append(out, p)
		return err
	})
	return out, wrap(err, "list profiles")
}

// MadeAlike lists the live links by likeness, and Apart the live decisions of people
// that two are two.
func (s *Store) MadeAlike(ctx context.Context) ([]identity.Link, error) {
	return s.linkList(ctx, "made_by = '"+identity.ByLikeness+"' AND undone = 0")
}

// Apart lists who a person holds apart.
func (s *Store) Apart(ctx context.Context) ([]identity.Link, error) {
	return s.linkList(ctx, "apart = 1 AND undone = 0")
}

func (s *Store) linkList(ctx context.Context, where string) ([]identity.Link, error) {
	var out []identity.Link
	err := each(ctx, s.read, "SELECT "+linkColumns+" FROM link WHERE "+where+" ORDER BY id", nil, func(rows *sql.Rows) error {
		_, l, err := scanLink(rows)
		out = append(out, l)
		return err
	})
	return out, wrap(err, "list links")
}

// SaveAlike stores what a run of linking by likeness found, in one transaction.
func (s *Store) SaveAlike(ctx context.Context, found identity.Found) error {
	err := s.change(ctx, "store what is alike", func(tx *sql.Tx) error {
		if err := s.putLinks(ctx, tx, found.Links, true); err != nil {
			return err
		}
		if err := setCustomers(ctx, tx, found.Customers); err != nil {
			return err
		}
		if found.All {
			if _, err := tx.ExecContext(ctx, "DELETE FROM likeness"); err != nil {
				return err
			}
		}
		for _, p := range found.Looked {
			if _, err := tx.ExecContext(ctx, "DELETE FROM likeness WHERE a = ?1 OR b = ?1", p); err != nil {
				return err
			}
		}
		if err := putLikenesses(ctx, tx, found.Pairs); err != nil {
			return err
		}
		for _, p := range found.Done {
			if _, err := tx.ExecContext(ctx, "DELETE FROM likeness_due WHERE profile = ?", p); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	s.told(ctx)
	return nil
}

func putLikenesses(ctx context.Context, tx *sql.Tx, pairs []identity.Likeness) error {
	insert, err := newBulk(ctx, tx, "INSERT INTO likeness (a, b, joined, weight, probability, swapped, parts, at)", 8, "ON CONFLICT DO NOTHING")
	if err != nil {
		return err
	}
	encode := newJSONTexts()
	for _, p := range pairs {
		parts, err := encode.text(p.Parts)
		if err != nil {
			return err
		}
		if err := insert.row(ctx, p.A, p.B, p.Joined, p.Weight, p.Probability, p.Swapped, parts, micros(p.At)); err != nil {
			return err
		}
	}
	return insert.flush(ctx)
}

const likenessColumns = "l.a, l.b, l.joined, l.weight, l.probability, l.swapped, l.parts, l.at"

func scanLikeness(rows *sql.Rows) (l identity.Likeness, err error) {
	var parts string
	var at int64
	if err := rows.Scan(&l.A, &l.B, &l.Joined, &l.Weight, &l.Probability, &l.Swapped, &parts, &at); err != nil {
		return l, err
	}
	l.At = moment(at)
	return l, json.Unmarshal([]byte(parts), &l.Parts)
}

// Doubtful lists pairs that a person should look at, the likeliest first, and counts
// all. Those who are one customer meanwhile, or held apart, are left out.
func (s *Store) Doubtful(ctx context.Context, limit int) (pairs []identity.Likeness, all int, err error) {
	const from = ` FROM likeness l JOIN profile a ON a.id = l.a JOIN profile b ON b.id = l.b
		WHERE l.joined = 0 AND a.customer <> b.customer
		AND NOT EXISTS (SELECT 1 FROM link k WHERE k.a = l.a AND k.b = l.b AND k.apart = 1 AND k.undone = 0)`
	err = s.read.QueryRowContext(ctx, "SELECT count(*)"+from).Scan(&all)
	if err == nil {
		err = each(ctx, s.read, "SELECT "+likenessColumns+from+" ORDER BY l.weight DESC, l.a, l.b LIMIT ?", []any{limit}, func(rows *sql.Rows) error {
			l, err := scanLikeness(rows)
			pairs = append(pairs, l)
			return err
		})
	}
	return pairs, all, wrap(err, "list who may be one person")
}

// LikenessOf lists the pairs that join profiles, with what each field said.
func (s *Store) LikenessOf(ctx context.Context, profiles []cx.ProfileID) ([]identity.Likeness, error) {
	var out []identity.Likeness
	err := inChunks(anys(profiles), most, func(part []any, marks string) error {
		return each(ctx, s.read, "SELECT "+likenessColumns+" FROM likeness l WHERE l.joined = 1 AND l.a IN ("+marks+") ORDER BY l.a, l.b", part, func(rows *sql.Rows) error {
			l, err := scanLikeness(rows)
			out = append(out, l)
			return err
		})
	})
	return out, wrap(err, "read why people are linked")
}

// Remembered reads a note of linking, and Remember writes it.
func (s *Store) Remembered(ctx context.Context, name string, into any) error {
	var text []byte
	err := s.read.QueryRowContext(ctx, "SELECT value FROM meta WHERE name = ?", name).Scan(&text)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err == nil {
		err = json.Unmarshal(text, into)
	}
	return wrap(err, "read "+name)
}

// Remember keeps a note of linking.
func (s *Store) Remember(ctx context.Context, name string, note any) error {
	text, err := json.Marshal(note)
	if err != nil {
		return wrap(err, "store "+name)
	}
	return s.change(ctx, "store "+name, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, "INSERT INTO meta VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value", name, text)
		return err
	})
}
