package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/people"
)

// sessionUnseen is after how long a session that nobody uses is forgotten; the cookie
// has ended long before.
const sessionUnseen = 31 * 24 * time.Hour

// CommitAccount makes a change whole or not at all.
func (s *Store) CommitAccount(ctx context.Context, c people.Change) (people.Account, error) {
	a := c.Account
	err := s.change(ctx, "store an account", func(tx *sql.Tx) error {
		if err := putAccount(ctx, tx, &a); err != nil {
			return err
		}
		if c.Use != nil {
			res, err := tx.ExecContext(ctx, "DELETE FROM account_link WHERE account = ? AND hash = ? AND expires > ?", a.ID, c.Use, micros(s.now()))
			if err != nil {
				return err
			}
			if n, err := res.RowsAffected(); err != nil || n == 0 {
				return errors.Join(err, people.UsedUp())
			}
		}
		if c.Link != nil {
			_, err := tx.ExecContext(ctx, `INSERT INTO account_link VALUES (?, ?, ?, ?)
				ON CONFLICT (account) DO UPDATE SET hash = excluded.hash, purpose = excluded.purpose, expires = excluded.expires`,
				a.ID, c.Link.Hash, c.Link.Purpose, micros(c.Link.Expires))
			if err != nil {
				return err
			}
		}
		if err := endSessions(ctx, tx, a.ID, c.End, c.EndOne); err != nil {
			return err
		}
		if b := c.Begin; b != nil {
			if _, err := tx.ExecContext(ctx, "DELETE FROM account_session WHERE seen < ?", micros(s.now().Add(-sessionUnseen))); err != nil {
				return err
			}
			if _, err := tx.ExecContext(ctx, "INSERT INTO account_session VALUES (?, ?, ?, ?, ?, ?)", b.ID, a.ID, micros(b.Began), micros(b.Seen), b.Device, b.Address); err != nil {
				return err
			}
		}
		for _, e := range c.Events {
			if _, err := tx.ExecContext(ctx, "INSERT INTO account_event (account, at, what, by_whom) VALUES (?, ?, ?, ?)", a.ID, micros(e.At), e.What, e.By); err != nil {
				return err
			}
		}
		return nil
	})
	return a, err
}

// putAccount stores an account, numbering a new one, and raises its revision.
func putAccount(ctx context.Context, tx *sql.Tx, a *people.Account) error {
	var holder int64
	err := tx.QueryRowContext(ctx, "SELECT id FROM account WHERE email = ?", a.Email).Scan(&holder)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	if holder != 0 && holder != a.ID {
		return people.Taken(a.Email)
	}
	body, err := json.Marshal(a)
	if err != nil {
		return err
	}
	was := a.Revision
	a.Revision++
	if a.ID == 0 {
		res, err := tx.ExecContext(ctx, "INSERT INTO account (revision, email, body) VALUES (?, ?, ?)", a.Revision, a.Email, string(body))
		if err != nil {
			return err
		}
		a.ID, err = res.LastInsertId()
		return err
	}
	res, err := tx.ExecContext(ctx, "UPDATE account SET revision = ?, email = ?, body = ? WHERE id = ? AND revision = ?", a.Revision, a.Email, string(body), a.ID, was)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return errors.Join(err, people.Stale(a.ID))
	}
	return nil
}

func endSessions(ctx context.Context, tx *sql.Tx, account int64, which people.Ending, one string) (err error) {
	switch which {
	case people.EndAll:
		_, err = tx.ExecContext(ctx, "DELETE FROM account_session WHERE account = ?", account)
	case people.EndThis:
		_, err = tx.ExecContext(ctx, "DELETE FROM account_session WHERE account = ? AND id = ?", account, one)
	case people.EndOthers:
		_, err = tx.ExecContext(ctx, "DELETE FROM account_session WHERE account = ? AND id <> ?", account, one)
	case people.EndNone:
	}
	return err
}

func readAccount(id, revision int64, body string) (a people.Account, err error) {
	err = json.Unmarshal([]byte(body), &a)
	a.ID, a.Revision = id, revision
	return a, err
}

// Accounts lists all, by number.
func (s *Store) Accounts(ctx context.Context) ([]people.Account, error) {
	var out []people.Account
	err := s.bodies(ctx, "account", func(id, revision int64, body []byte) error {
		a, err := readAccount(id, revision, string(body))
		out = append(out, a)
		return err
	})
	return out, wrap(err, "list accounts")
}

// AccountEvents lists what happened to one, the newest first.
func (s *Store) AccountEvents(ctx context.Context, account int64) ([]people.Event, error) {
	var out []people.Event
	err := each(ctx, s.read, "SELECT at, what, by_whom FROM account_event WHERE account = ? ORDER BY id DESC", []any{account}, func(rows *sql.Rows) error {
		var e people.Event
		var at int64
		err := rows.Scan(&at, &e.What, &e.By)
		e.At = moment(at)
		out = append(out, e)
		return err
	})
	return out, wrap(err, "list what happened to an account")
}

// AccountLink finds a link by the hash of its secret.
func (s *Store) AccountLink(ctx context.Context, hash []byte) (people.Link, error) {
	l := people.Link{Hash: hash}
	var expires int64
	err := s.read.QueryRowContext(ctx, "SELECT account, purpose, expires FROM account_link WHERE hash = ?", hash).Scan(&l.Account, &l.Purpose, &expires)
	if errors.Is(err, sql.ErrNoRows) {
		return l, cx.Errorf(cx.NotFound, "there is no such link")
	}
	l.Expires = moment(expires)
	return l, wrap(err, "read a link")
}

const sessionColumns = `SELECT s.id, s.began, s.seen, s.device, s.address, a.id, a.revision, a.body
	FROM account_session s JOIN account a ON a.id = s.account `

func (s *Store) accountSessions(ctx context.Context, where string, args ...any) ([]people.Session, error) {
	var out []people.Session
	err := each(ctx, s.read, sessionColumns+where, args, func(rows *sql.Rows) error {
		var one people.Session
		var began, seen, id, revision int64
		var body string
		err := rows.Scan(&one.ID, &began, &seen, &one.Device, &one.Address, &id, &revision, &body)
		if err != nil {
			return err
		}
		one.Began, one.Seen = moment(began), moment(seen)
		one.Account, err = readAccount(id, revision, body)
		out = append(out, one)
		return err
	})
	return out, wrap(err, "read sessions")
}

// AccountSession is a session that has not been ended.
func (s *Store) AccountSession(ctx context.Context, id string) (people.Session, error) {
	found, err := s.accountSessions(ctx, "WHERE s.id = ?", id)
	if err == nil && len(found) == 0 {
		err = cx.Errorf(cx.NotFound, "there is no such session")
	}
	if err != nil {
		return people.Session{}, err
	}
	return found[0], nil
}

// AccountSessions lists those of an account, the one seen last first.
func (s *Store) AccountSessions(ctx context.Context, account int64) ([]people.Session, error) {
	return s.accountSessions(ctx, "WHERE s.account = ? ORDER BY s.seen DESC, s.id", account)
}

// SeeSession notes that a session was used.
func (s *Store) SeeSession(ctx context.Context, id string, at time.Time) error {
	return s.change(ctx, "note a session", func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, "UPDATE account_session SET seen = ? WHERE id = ?", micros(at), id)
		return err
	})
}

// SaveToken stores a token; ID 0 = a new one.
func (s *Store) SaveToken(ctx context.Context, t people.Token) (people.Token, error) {
	err := s.change(ctx, "store a token", func(tx *sql.Tx) error {
		if t.ID != 0 {
			// Whoever revokes a token while it is being used means it.
			_, err := tx.ExecContext(ctx, "UPDATE access_token SET revoked = max(revoked, ?), used = max(used, ?) WHERE id = ?", micros(t.Revoked), micros(t.Used), t.ID)
			return err
		}
		res, err := tx.ExecContext(ctx, "INSERT INTO access_token (hash, name, role, made, made_by, expires, revoked, used) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
			t.Hash, t.Name, t.Role, micros(t.Made), t.By, micros(t.Expires), micros(t.Revoked), micros(t.Used))
		if err != nil {
			return err
		}
		t.ID, err = res.LastInsertId()
		return err
	})
	return t, err
}

// Tokens lists all, by number.
func (s *Store) Tokens(ctx context.Context) ([]people.Token, error) {
	return s.accessTokens(ctx, "ORDER BY id")
}

// TokenOf finds one by the hash of its secret.
func (s *Store) TokenOf(ctx context.Context, hash []byte) (people.Token, error) {
	found, err := s.accessTokens(ctx, "WHERE hash = ?", hash)
	if err == nil && len(found) == 0 {
		err = cx.Errorf(cx.NotFound, "there is no such token")
	}
	if err != nil {
		return people.Token{}, err
	}
	return found[0], nil
}

func (s *Store) accessTokens(ctx context.Context, where string, args ...any) ([]people.Token, error) {
	var out []people.Token
	err := each(ctx, s.read, "SELECT id, hash, name, role, made, made_by, expires, revoked, used FROM access_token "+where, args, func(rows *sql.Rows) error {
		var t people.Token
		var made, expires, revoked, used int64
		err := rows.Scan(&t.ID, &t.Hash, &t.Name, &t.Role, &made, &t.By, &expires, &revoked, &used)
		t.Made, t.Expires, t.Revoked, t.Used = moment(made), moment(expires), moment(revoked), moment(used)
		out = append(out, t)
		return err
	})
	return out, wrap(err, "list tokens")
}
