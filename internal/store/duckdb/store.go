// Package duckdb keeps the facts in an embedded DuckDB: interactions as numbers,
// times, codes and random ids, the mirrored links from profiles to customers,
// the journeys' steps, exposure, and the ledger of imports. Nothing in it names
// or quotes a person, because DuckDB does not forget deleted rows.
//
// Start reading at import.go (facts in), then rows.go and sequence.go (the two
// leaves of question.Facts). sql/ holds the named fetches, statement/ everything
// else that is said to the engine, migrations/ the schema.
package duckdb

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"time"

	engine "github.com/duckdb/duckdb-go/v2"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// Options set up a store; the zero value of each field means its default.
type Options struct {
	// MemoryLimit in bytes for the engine; default 60 % of 4 GiB.
	MemoryLimit int64
	Threads     int           // default: all processors
	Concurrent  int           // questions that run at once; default 4
	TimeLimit   time.Duration // of one question; default 2 minutes
	// Zone is the company's zone; default UTC.
	Zone func() *time.Location
	// Now is the clock; default time.Now.
	Now func() time.Time
}

// Store is one facts file. Its methods may be called from several goroutines.
type Store struct {
	path  string
	opt   Options
	slots chan struct{} // bounds the questions that run at once

	gate gate // shut while the file is exchanged or closed
	db   *sql.DB

	write   chan struct{} // one writer at a time; a channel so that waiting can be cancelled
	changes atomic.Int64
	tests   atomic.Bool // there may be test customers: filters leave them out
	words   dictionary
}

const defaultMemory = 2400 << 20

// Open opens the facts file at path, or creates it, and brings its schema up to
// date; backup is called before an older schema is changed. A newer schema is a
// conflict.
func Open(ctx context.Context, path string, opt Options, backup func() error) (*Store, error) {
	if strings.ContainsAny(path, "?%#") {
		return nil, cx.Errorf(cx.Invalid, "the data folder's name %q holds ?, %% or #", filepath.Dir(path)).
			WithRemedy("Choose another folder.")
	}
	if opt.MemoryLimit <= 0 {
		opt.MemoryLimit = defaultMemory
	}
	if opt.Threads <= 0 {
		opt.Threads = runtime.NumCPU()
	}
	if opt.Concurrent <= 0 {
		opt.Concurrent = 4
	}
	if opt.TimeLimit <= 0 {
		opt.TimeLimit = 2 * time.Minute
	}
	if opt.Zone == nil {
		opt.Zone = func() *time.Location { return time.UTC }
	}
	if opt.Now == nil {
		opt.Now = time.Now
	}
	s := &Store{
		path:  path,
		opt:   opt,
		slots: make(chan struct{}, opt.Concurrent),
		write: make(chan struct{}, 1),
	}
	if err := migrate(ctx, path, backup); err != nil {
		return nil, err
	}
	if err := s.connect(ctx); err != nil {
		return nil, err
	}
	return s, nil
}

// connect opens the serving instance: it can read no file but its own, and
// nobody can unlock it.
func (s *Store) connect(ctx context.Context) error {
	dsn := fmt.Sprintf("%s?enable_external_access=false&lock_configuration=true&memory_limit=%dMiB&threads=%d",
		s.path, max(s.opt.MemoryLimit>>20, 64), s.opt.Threads)
	connector, err := engine.NewConnector(dsn, nil)
	if err != nil {
		return openError(s.path, err)
	}
	s.db = sql.OpenDB(connector)
	tests, err := testProfiles(ctx, s.db)
	if err != nil {
		s.db.Close()
		return wrap(err, "list the test customers' profiles")
	}
	s.tests.Store(len(tests) > 0)
	if err := s.words.load(ctx, s.db); err != nil {
		s.db.Close()
		return wrap(err, "read the facts' dictionaries")
	}
	return nil
}

// Close writes everything to the file and closes it.
func (s *Store) Close() error {
	if err := s.gate.shut(context.Background()); err != nil {
		return err
	}
	defer s.gate.reopen()
	if s.db == nil {
		return nil
	}
	err := s.db.Close()
	s.db = nil
	return wrap(err, "close the facts")
}

// open borrows the database until done is called, so that it is not exchanged
// or closed meanwhile.
func (s *Store) open() (db *sql.DB, done func(), err error) {
	s.gate.enter()
	if s.db == nil {
		s.gate.leave()
		return nil, nil, cx.Errorf(cx.Unavailable, "the facts are closed")
	}
	return s.db, s.gate.leave, nil
}

// Changes counts the writes since the store was opened: an answer given at one count
// holds as long as the count stays.
func (s *Store) Changes() int64 { return s.changes.Load() }

// lockWrite waits until no other goroutine writes. A change is counted when it ends.
func (s *Store) lockWrite(ctx context.Context) (unlock func(), err error) {
	if err := s.lockQuietly(ctx); err != nil {
		return nil, err
	}
	return func() {
		s.changes.Add(1)
		<-s.write
	}, nil
}

// lockQuietly is lockWrite for a write that no answer changes with; s.write ends it.
func (s *Store) lockQuietly(ctx context.Context) error {
	select {
	case s.write <- struct{}{}:
		return nil
	case <-ctx.Done():
		return wrap(ctx.Err(), "wait for another import")
	}
}

// change runs fn in the one write transaction at a time and commits it. touches
// says that questions will see something else afterwards.
func (s *Store) change(ctx context.Context, touches bool, doing string, fn func(tx *sql.Tx) error) error {
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
	return transact(ctx, db, doing, func(tx *sql.Tx) error {
		if err := fn(tx); err != nil || !touches {
			return err
		}
		_, err := tx.ExecContext(ctx, "UPDATE generation SET facts = facts + 1")
		return err
	})
}

// transact runs fn in a transaction and commits it.
func transact(ctx context.Context, db *sql.DB, doing string, fn func(tx *sql.Tx) error) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return wrap(err, doing)
	}
	if err := fn(tx); err != nil {
		tx.Rollback()
		return wrap(err, doing)
	}
	return wrap(tx.Commit(), doing)
}

// withArrow gives fn the Arrow interface of a connection.
func withArrow(conn *sql.Conn, fn func(a *engine.Arrow, c driver.Conn) error) error {
	return conn.Raw(func(raw any) error {
		c, ok := raw.(driver.Conn)
		if !ok {
			return cx.Errorf(cx.Internal, "the facts' connection is a %T", raw)
		}
		a, err := engine.NewArrowFromConn(c)
		if err != nil {
			return err
		}
		return fn(a, c)
	})
}

// Size is the bytes that the facts take on disk.
func (s *Store) Size() int64 {
	var total int64
	for _, p := range []string{s.path, s.path + ".wal"} {
		if fi, err := os.Stat(p); err == nil {
			total += fi.Size()
		}
	}
	return total
}
