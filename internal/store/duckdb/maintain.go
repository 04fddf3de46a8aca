package duckdb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strconv"

	engine "github.com/duckdb/duckdb-go/v2"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// RewriteWanted reports whether facts were erased since the file was last rewritten.
func (s *Store) RewriteWanted(ctx context.Context) (wanted bool, err error) {
	db, done, err := s.open()
	if err != nil {
		return false, err
	}
	defer done()
	err = db.QueryRowContext(ctx, "SELECT rewrite_wanted FROM generation").Scan(&wanted)
	return wanted, wrap(err, "look whether the facts must be rewritten")
}

// Rewrite copies the facts into a new file and puts it in the old one's place:
// only so does the engine forget what was erased. It waits until nobody uses the
// facts, and keeps others waiting meanwhile. A crash leaves the old file or the new.
func (s *Store) Rewrite(ctx context.Context) error {
	unlock, err := s.lockWrite(ctx)
	if err != nil {
		return err
	}
	defer unlock()
	if err := s.gate.shut(ctx); err != nil {
		return err
	}
	defer s.gate.reopen()
	if s.db == nil {
		return cx.Errorf(cx.Unavailable, "the facts are closed")
	}
	if err := s.db.Close(); err != nil {
		return wrap(err, "close the facts before they are rewritten")
	}
	s.db = nil
	rewriteErr := s.rewriteFile(ctx)
	// Whatever became of it, one good file lies in place.
	if err := s.connect(context.WithoutCancel(ctx)); err != nil {
		return errors.Join(rewriteErr, err)
	}
	return wrap(rewriteErr, "rewrite the facts")
}

func (s *Store) rewriteFile(ctx context.Context) error {
	fresh := s.path + ".rewrite"
	for _, p := range []string{fresh, fresh + ".wal"} {
		if err := os.Remove(p); err != nil && !os.IsNotExist(err) {
			return err
		}
	}
	if err := s.copyInto(ctx, fresh); err != nil {
		os.Remove(fresh)
		os.Remove(fresh + ".wal")
		return err
	}
	// The old file's log is empty since it was closed; were it not, it would be
	// applied to the new file.
	if fi, err := os.Stat(s.path + ".wal"); err == nil && fi.Size() > 0 {
		os.Remove(fresh)
		return cx.Errorf(cx.Internal, "the facts' log was not written into their file")
	}
	if err := os.Rename(fresh, s.path); err != nil {
		return err
	}
	return syncPath(filepath.Dir(s.path))
}

// copyInto copies all tables with an instance of its own, since the serving one
// may open no other file.
func (s *Store) copyInto(ctx context.Context, fresh string) error {
	connector, err := engine.NewConnector(fmt.Sprintf(":memory:?memory_limit=%dMiB&threads=%d",
		max(s.opt.MemoryLimit>>20, 64), s.opt.Threads), nil)
	if err != nil {
		return err
	}
	db := sql.OpenDB(connector)
	defer db.Close()
	db.SetMaxOpenConns(1)
	for _, q := range []string{
		"ATTACH " + literal(s.path) + " AS used (READ_ONLY)",
		"ATTACH " + literal(fresh) + " AS fresh",
		"COPY FROM DATABASE used TO fresh",
		"UPDATE fresh.generation SET rewrite_wanted = false",
	} {
		if _, err := db.ExecContext(ctx, q); err != nil {
			return err
		}
	}
	var same bool
	err = db.QueryRowContext(ctx, `SELECT (SELECT count(*) FROM used.interaction) = (SELECT count(*) FROM fresh.interaction)
		AND (SELECT count(*) FROM used.import_ledger) = (SELECT count(*) FROM fresh.import_ledger)`).Scan(&same)
	if err != nil {
		return err
	}
	if !same {
		return cx.Errorf(cx.Internal, "the rewritten facts are not the same as before")
	}
	for _, q := range []string{"CHECKPOINT fresh", "DETACH fresh", "DETACH used"} {
		if _, err := db.ExecContext(ctx, q); err != nil {
			return err
		}
	}
	return syncPath(fresh)
}

// literal quotes a path for a statement that takes no parameters.
func literal(path string) string {
	out := []byte{'\''}
	for i := range len(path) {
		if path[i] == '\'' {
			out = append(out, '\'')
		}
		out = append(out, path[i])
	}
	return string(append(out, '\''))
}

func syncPath(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// Backup copies the facts to a new file while questions go on; imports wait.
// meanwhile runs before they may go on, so that another store can be copied as of
// the same moment.
func (s *Store) Backup(ctx context.Context, to string, meanwhile func() error) error {
	db, done, err := s.open()
	if err != nil {
		return err
	}
	defer done()
	unlock, err := s.lockWrite(ctx)
	if err != nil {
		return err
	}
	defer unlock()
	if _, err := db.ExecContext(ctx, "CHECKPOINT"); err != nil {
		return wrap(err, "write the facts' log into their file")
	}
	for _, suffix := range []string{"", ".wal"} {
		if err := copyFile(s.path+suffix, to+suffix); err != nil && (suffix == "" || !os.IsNotExist(err)) {
			return wrap(err, "copy the facts")
		}
	}
	return meanwhile()
}

func copyFile(from, to string) (err error) {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	if _, err := io.Copy(out, in); err != nil {
		return err
	}
	return out.Sync()
}

// Check is one thing that was looked at, with what was found.
type Check struct {
	Name  string
	Wrong int64 // 0 = all is well
	Found string
}

// Check looks for what must not be in the facts.
func (s *Store) Check(ctx context.Context) ([]Check, error) {
	db, done, err := s.open()
	if err != nil {
		return nil, err
	}
	defer done()
	looks := []struct{ name, found, query string }{
		{"every interaction is there once", "interactions that are there more than once", "SELECT count(*) - count(DISTINCT id) FROM interaction"},
		{
			"every interaction belongs to an import", "interactions of imports that never happened",
			"SELECT count(*) FROM interaction WHERE import_id NOT IN (SELECT import_id FROM import_ledger)",
		},
		{
			"every code is in the dictionary", "interactions with an unknown signature",
			"SELECT count(*) FROM interaction WHERE signature NOT IN (SELECT id FROM signature)",
		},
		{
			"every superseded version has a current one", "versions without a current one",
			"SELECT count(*) FROM superseded WHERE id NOT IN (SELECT id FROM interaction)",
		},
		{"the sorted copy is in order", "rows out of order in the sorted copy", `SELECT count(*) FROM (
			SELECT (customer = 0, customer, started_at, id) < lag((customer = 0, customer, started_at, id)) OVER (ORDER BY rowid) AS wrong FROM sequence) WHERE wrong`},
		{"the sorted copy holds what the facts hold", "rows too many or too few in the sorted copy", `SELECT CASE WHEN facts <> sequence THEN 0
			ELSE abs((SELECT count(*) FROM sequence) - (SELECT count(*) FROM interaction
				WHERE signature IN (SELECT id FROM signature WHERE voice = 'customer'))) END FROM generation`},
	}
	var out []Check
	for _, look := range looks {
		c := Check{Name: look.name, Found: "yes"}
		if err := db.QueryRowContext(ctx, look.query).Scan(&c.Wrong); err != nil {
			return out, wrap(err, "check whether "+look.name)
		}
		if c.Wrong != 0 {
			c.Found = fmt.Sprintf("%d %s", c.Wrong, look.found)
		}
		out = append(out, c)
	}
	return out, nil
}

// damagedAt finds the place of the damage in what the engine says about a log.
var damagedAt = regexp.MustCompile(`entry at byte position (\d+)`)

// entryHead is the size and the checksum before a log entry, which the place that
// the engine names comes after.
const entryHead = 16

// DamagedLog finds where a facts file's log is damaged, from the error that Open
// gave: everything before the byte can be read.
func DamagedLog(err error) (at int64, damaged bool) {
	if err == nil {
		return 0, false
	}
	var known *cx.Error
	text := err.Error()
	if errors.As(err, &known) && known.Cause != nil {
		text = known.Cause.Error()
	}
	m := damagedAt.FindStringSubmatch(text)
	if m == nil {
		return 0, false
	}
	n, parseErr := strconv.ParseInt(m[1], 10, 64)
	return max(n-entryHead, 0), parseErr == nil
}
