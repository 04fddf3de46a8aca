// Package store opens the facts (DuckDB) and the vault (SQLite) of a data folder
// together, and keeps them one: it puts right at start what a crash left
// half-done, tells the facts what the vault's outbox holds, makes consistent
// backups of both, and rewrites the facts after erasures.
//
// Start reading at Open; recover.go says what can be half-done and what becomes of it.
package store

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/store/duckdb"
	"github.com/firsthand-cx/firsthand/internal/store/sqlite"
)

// Options set up the stores; the zero value of each field means its default.
type Options struct {
	MemoryLimit int64         // bytes for the facts' engine
	Threads     int           // of the facts' engine
	Concurrent  int           // questions that run at once
	TimeLimit   time.Duration // of one question
	Now         func() time.Time
	Log         *slog.Logger
}

// Stores are the two stores of one data folder.
type Stores struct {
	Facts *duckdb.Store
	Vault *sqlite.Store

	dir   string
	lock  *os.File
	now   func() time.Time
	log   *slog.Logger
	drain sync.Mutex
	walks func(ctx context.Context, walks map[int64][]cx.WalkStep)
}

// Names of what lies in a data folder.
const (
	factsName   = "facts.duckdb"
	vaultName   = "vault.sqlite"
	lockName    = "lock"
	backupsName = "backups"

	beforeMigration = "before-migration-" // a backup's name begins with it

	// EvidenceName is the folder of what walkers and robots recorded.
	EvidenceName = "evidence"
)

// Open opens the stores in dir, creating what is missing, and puts right what a
// crash left half-done. A folder that another process holds, or that a newer
// version wrote, is a conflict.
func Open(ctx context.Context, dir string, opt Options) (_ *Stores, err error) {
	if opt.Now == nil {
		opt.Now = time.Now
	}
	if opt.Log == nil {
		opt.Log = slog.New(slog.DiscardHandler)
	}
	if dir, err = filepath.Abs(dir); err != nil {
		return nil, cx.Errorf(cx.Invalid, "the data folder %q: %w", dir, err)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, cx.Errorf(cx.Forbidden, "the data folder %s cannot be made: %w", dir, err).
			WithRemedy("Choose a folder that this user may write.")
	}
	s := &Stores{dir: dir, now: opt.Now, log: opt.Log}
	if s.lock, err = lockFolder(dir); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			s.Close()
		}
	}()
	if err := finishRestore(dir); err != nil {
		return nil, err
	}
	if err := s.clearLeftovers(); err != nil {
		return nil, err
	}
	backedUp := false
	backup := func() error {
		if backedUp {
			return nil
		}
		backedUp = true
		return copyFiles(dir, filepath.Join(dir, backupsName, beforeMigration+opt.Now().UTC().Format("20060102T150405Z")))
	}
	if s.Vault, err = sqlite.Open(ctx, filepath.Join(dir, vaultName), sqlite.Options{Now: opt.Now}, backup); err != nil {
		return nil, err
	}
	s.Facts, err = duckdb.Open(ctx, filepath.Join(dir, factsName), duckdb.Options{
		MemoryLimit: opt.MemoryLimit, Threads: opt.Threads, Concurrent: opt.Concurrent,
		TimeLimit: opt.TimeLimit, Zone: s.Vault.Zone, Now: opt.Now,
	}, backup)
	if err != nil {
		return nil, err
	}
	if err := s.recover(ctx); err != nil {
		return nil, err
	}
	s.Vault.OnOutbox(func(ctx context.Context) {
		if err := s.Drain(ctx); err != nil {
			s.log.Error("telling the facts about customers failed; it is tried again", "error", err)
		}
	})
	s.Vault.OnCurrentImport(s.Facts.CurrentImports)
	return s, nil
}

// Dir is the data folder.
func (s *Stores) Dir() string { return s.dir }

// Close closes both stores and lets go of the folder.
func (s *Stores) Close() error {
	var errs []error
	if s.Facts != nil {
		errs = append(errs, s.Facts.Close())
	}
	if s.Vault != nil {
		errs = append(errs, s.Vault.Close())
	}
	if s.lock != nil {
		errs = append(errs, s.lock.Close())
		s.lock = nil
	}
	return errors.Join(errs...)
}

// Rewrite makes the facts forget what was erased, if anything was. It waits until
// nobody uses them.
func (s *Stores) Rewrite(ctx context.Context) error {
	if err := s.Drain(ctx); err != nil {
		return err
	}
	wanted, err := s.Facts.RewriteWanted(ctx)
	if err != nil || !wanted {
		return err
	}
	if err := s.Facts.Rewrite(ctx); err != nil {
		return err
	}
	if err := s.Vault.ForgetNames(ctx, "thread", s.Facts.AbsentThreads); err != nil {
		return err
	}
	return s.Vault.CutLog(ctx)
}

// OnWalks sets what is told what the facts hold of walks from now on, as soon as they
// hold it, and again after a crash in between. Call it before anything changes.
func (s *Stores) OnWalks(tell func(ctx context.Context, walks map[int64][]cx.WalkStep)) {
	s.walks = tell
}

// Drain tells the facts everything that the vault's outbox holds. Doing it again
// after a crash in between does nothing.
func (s *Stores) Drain(ctx context.Context) error {
	s.drain.Lock()
	defer s.drain.Unlock()
	out, err := s.Vault.Outbox(ctx)
	if err != nil {
		return err
	}
	if out.Last == 0 {
		return nil
	}
	if err := s.Facts.Mirror(ctx, out.Links); err != nil {
		return err
	}
	if err := s.Facts.MirrorWalks(ctx, out.Walks); err != nil {
		return err
	}
	if err := s.Facts.MirrorRulings(ctx, out.Ruled); err != nil {
		return err
	}
	if s.walks != nil && len(out.Walks) > 0 {
		s.walks(ctx, out.Walks)
	}
	if len(out.Erased) > 0 {
		// Order and ticket numbers of the erased are theirs too, unless somebody
		// else's interaction has them as well.
		threads, err := s.Facts.OwnThreads(ctx, out.Erased)
		if err != nil {
			return err
		}
		if err := s.Vault.RemoveNames(ctx, "thread", threads); err != nil {
			return err
		}
		if _, err := s.Facts.EraseProfiles(ctx, out.Erased); err != nil {
			return err
		}
	}
	return s.Vault.Told(ctx, out.Last)
}
