// Package sqlite keeps the vault and the workflow in an embedded SQLite: profiles,
// their keys and links, texts and attributes, the clear names behind pseudonyms,
// tombstones, imports, journey files, findings, settings and sessions. Everything
// that names or quotes a person is here and nowhere else, and goes from here for
// good when it is erased (secure_delete, and the log is cut).
//
// Start reading at imports.go (an import's rows), then people.go (identity).
package sqlite

import (
	"context"
	"crypto/rand"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	engine "github.com/mattn/go-sqlite3"
	"github.com/pressly/goose/v3"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Options set up a store; the zero value of each field means its default.
type Options struct {
	Now func() time.Time // the clock; default time.Now
}

// Store is one vault file. Its methods may be called from several goroutines:
// writers take turns on one connection, readers don't wait for them.
type Store struct {
	path  string
	now   func() time.Time
	key   []byte // the install key
	read  *sql.DB
	write *sql.DB // one connection
	turn  chan struct{}
	tell  func(ctx context.Context) // after something was put into the outbox
	// currentImport finds whose version of interactions is the current one.
	currentImport func(ctx context.Context, ids []cx.InteractionID) (map[cx.InteractionID]cx.ImportID, error)

	zone struct {
		sync.RWMutex
		at *time.Location
	}
}

// Open opens the vault at path, or creates it with an install key of its own, and
// brings its schema up to date; backup is called before an older schema is
// changed. A newer schema is a conflict.
func Open(ctx context.Context, path string, opt Options, backup func() error) (*Store, error) {
	if opt.Now == nil {
		opt.Now = time.Now
	}
	s := &Store{path: path, now: opt.Now, turn: make(chan struct{}, 1)}
	if err := s.connect(ctx, backup); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

func (s *Store) connect(ctx context.Context, backup func() error) error {
	_, statErr := os.Stat(s.path)
	if os.IsNotExist(statErr) {
		// SQLite would create it readable by the group; the vault is its owner's alone.
		f, err := os.OpenFile(s.path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
		if err != nil {
			return wrap(err, "create the vault")
		}
		f.Close()
		backup = nil
	}
	var err error
	if s.write, err = sql.Open("sqlite3", dsn(s.path, "rwc")); err != nil {
		return wrap(err, "open the vault")
	}
	s.write.SetMaxOpenConns(1)
	if err := migrate(ctx, s.write, s.path, backup); err != nil {
		return err
	}
	if s.read, err = sql.Open("sqlite3", dsn(s.path, "ro")); err != nil {
		return wrap(err, "open the vault")
	}
	s.read.SetMaxOpenConns(max(4, runtime.NumCPU()))
	if err := s.loadKey(ctx); err != nil {
		return err
	}
	return s.loadZone(ctx)
}

// dsn sets up a connection: write-ahead log, a commit is on disk before it
// returns, deleted content is overwritten.
func dsn(path, mode string) string {
	q := url.Values{}
	q.Set("mode", mode)
	q.Set("_journal_mode", "WAL")
	q.Set("_synchronous", "FULL")
	q.Set("_secure_delete", "on")
	q.Set("_busy_timeout", "10000")
	q.Set("_foreign_keys", "on")
	q.Set("_cache_size", "-65536")
	q.Set("_txlock", "immediate")
	if mode == "ro" {
		q.Del("_journal_mode")
		q.Set("_query_only", "on")
		q.Set("_txlock", "deferred")
		q.Set("_cache_size", "-8192")
	}
	return (&url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath(), RawQuery: q.Encode()}).String()
}

// SchemaVersion is the version of the vault's schema that this program writes: the
// number of its last migration.
func SchemaVersion() int {
	names, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil || len(names) == 0 {
		return 0
	}
	number, _, _ := strings.Cut(path.Base(names[len(names)-1]), "_")
	version, _ := strconv.Atoi(number)
	return version
}

func migrate(ctx context.Context, db *sql.DB, file string, backup func() error) error {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return wrap(err, "read the vault's migrations")
	}
	provider, err := goose.NewProvider(goose.DialectSQLite3, db, files)
	if err != nil {
		return wrap(err, "read the vault's migrations")
	}
	var have int64
	if err := db.QueryRowContext(ctx, "SELECT count(*) FROM sqlite_master WHERE name = 'goose_db_version'").Scan(&have); err != nil {
		return wrap(err, "open the vault")
	}
	if have > 0 {
		if have, err = provider.GetDBVersion(ctx); err != nil {
			return wrap(err, "read the vault's schema version")
		}
	}
	want := int64(SchemaVersion())
	switch {
	case have == want:
		return nil
	case have > want:
		return cx.Errorf(cx.Conflict, "the vault was written by a newer version of firsthand (schema %d, this one knows %d)", have, want).
			WithRemedy("Install the newer version, or restore a backup made by this one.").At(cx.Place{File: file})
	case have > 0 && backup != nil:
		if err := backup(); err != nil {
			return err
		}
	}
	_, err = provider.Up(ctx)
	return wrap(err, "bring the vault to its new schema")
}

// loadKey reads the install key, or makes it on first use: the secret under which
// ids and pseudonyms are keyed hashes, so that nobody without it can guess them.
func (s *Store) loadKey(ctx context.Context) error {
	fresh := make([]byte, 32)
	rand.Read(fresh)
	return s.change(ctx, "read the install key", func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, "INSERT INTO meta VALUES ('install_key', ?) ON CONFLICT DO NOTHING", fresh)
		if err != nil {
			return err
		}
		return tx.QueryRowContext(ctx, "SELECT value FROM meta WHERE name = 'install_key'").Scan(&s.key)
	})
}

// InstallKey is the secret of this data folder.
func (s *Store) InstallKey() []byte { return append([]byte(nil), s.key...) }

// Close closes the vault.
func (s *Store) Close() error {
	var errs []error
	if s.read != nil {
		errs = append(errs, s.read.Close())
	}
	if s.write != nil {
		errs = append(errs, s.write.Close())
	}
	return wrap(errors.Join(errs...), "close the vault")
}

// change runs fn in the one write transaction at a time and commits it.
func (s *Store) change(ctx context.Context, doing string, fn func(tx *sql.Tx) error) error {
	select {
	case s.turn <- struct{}{}:
		defer func() { <-s.turn }()
	case <-ctx.Done():
		return wrap(ctx.Err(), doing)
	}
	tx, err := s.write.BeginTx(ctx, nil)
	if err != nil {
		return wrap(err, doing)
	}
	if err := fn(tx); err != nil {
		tx.Rollback()
		return wrap(err, doing)
	}
	return wrap(tx.Commit(), doing)
}

// wrap turns an engine's error into one that a user may read; doing says what
// was being done. Errors that are already readable pass unchanged.
func wrap(err error, doing string) error {
	if err == nil {
		return nil
	}
	var known *cx.Error
	if errors.As(err, &known) {
		return err
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return cx.Errorf(cx.Unavailable, "%s: stopped: %w", doing, err)
	}
	if errors.Is(err, fs.ErrPermission) {
		return cx.Errorf(cx.Forbidden, "%s: the data folder may not be written: %w", doing, err).
			WithRemedy("Give this user the right to write there, or choose another folder.")
	}
	var lite engine.Error
	if errors.As(err, &lite) {
		if lite.Code == engine.ErrFull || lite.SystemErrno == syscall.ENOSPC { // to open it takes room, too
			return cx.Errorf(cx.Unavailable, "%s: the disk is full: %w", doing, err).
				WithRemedy("Free some space; nothing was changed.")
		}
		switch lite.Code {
		case engine.ErrBusy, engine.ErrLocked:
			return cx.Errorf(cx.Unavailable, "%s: another program holds the vault: %w", doing, err).
				WithRemedy("Stop it and try again.")
		case engine.ErrCorrupt, engine.ErrNotADB:
			return cx.Errorf(cx.Internal, "%s: the vault is damaged: %w", doing, err).
				WithRemedy("Run: firsthand doctor")
		case engine.ErrReadonly, engine.ErrCantOpen, engine.ErrPerm:
			return cx.Errorf(cx.Forbidden, "%s: the vault may not be written: %w", doing, err).
				WithRemedy("Look at the data folder's permissions.")
		}
	}
	return cx.Errorf(cx.Internal, "%s: %w", doing, err)
}

// each runs a query and calls row for each result row.
func each(ctx context.Context, q queryer, query string, args []any, row func(*sql.Rows) error) error {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := row(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

type queryer interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// inChunks calls fn with at most most of the list at a time and as many
// placeholders: "?,?,?".
func inChunks[T any](list []T, most int, fn func(part []T, marks string) error) error {
	for len(list) > 0 {
		n := min(most, len(list))
		if err := fn(list[:n], strings.TrimSuffix(strings.Repeat("?,", n), ",")); err != nil {
			return err
		}
		list = list[n:]
	}
	return nil
}

// micros writes a time as microseconds since 1970 UTC; the zero time is 0.
func micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

func moment(us int64) time.Time {
	if us == 0 {
		return time.Time{}
	}
	return time.UnixMicro(us).UTC()
}

// Size is the bytes that the vault takes on disk.
func (s *Store) Size() int64 {
	var total int64
	for _, p := range []string{s.path, s.path + "-wal"} {
		if fi, err := os.Stat(p); err == nil {
			total += fi.Size()
		}
	}
	return total
}

// Path is where the vault lies.
func (s *Store) Path() string { return filepath.Clean(s.path) }

// String says what it is, for logs.
func (s *Store) String() string { return fmt.Sprintf("vault %s", s.path) }
