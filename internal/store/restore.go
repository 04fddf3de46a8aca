package store

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

const (
	restoreName = "restore"      // the checked copy of a backup
	readyName   = "restore.done" // says that restore is whole and must take over
)

// Restore brings a backup back into dir: it is copied, opened and checked, those
// who were erased since are erased again, and only then it takes the place of
// what is there, which is kept in the folder replaced-<time>. A crash leaves the old
// stores or, after the next Open, the new ones.
func Restore(ctx context.Context, dir, from string, opt Options) (replaced string, err error) {
	for _, name := range []string{factsName, vaultName} {
		if _, err := os.Stat(filepath.Join(from, name)); err != nil {
			return "", cx.Errorf(cx.Invalid, "%s is not a backup: it has no %s", from, name).
				WithRemedy("Give the folder that `firsthand backup` named.")
		}
	}
	present, err := openPresent(ctx, dir, opt)
	if err != nil {
		return "", err
	}
	work := filepath.Join(dir, restoreName)
	if err := os.RemoveAll(work); err != nil {
		return "", errors.Join(cx.Errorf(cx.Unavailable, "a former restore cannot be cleared away: %w", err), present.close())
	}
	defer os.RemoveAll(work)
	err = copyFiles(from, work)
	if err == nil {
		err = linkFolder(evidenceOf(dir, from), filepath.Join(work, EvidenceName))
	}
	if err == nil {
		err = eraseAgain(ctx, work, opt, present)
	}
	replaced = filepath.Join(dir, "replaced-"+present.now().UTC().Format(stamp))
	if err == nil {
		err = takeOver(dir, replaced)
	}
	return replaced, errors.Join(err, present.close())
}

// evidenceOf is where the evidence of a backup lies. One made before a migration has
// none of its own: what is there now is older files and newer ones.
func evidenceOf(dir, backup string) string {
	own := filepath.Join(backup, EvidenceName)
	if _, err := os.Stat(own); err != nil && strings.HasPrefix(filepath.Base(backup), beforeMigration) {
		return filepath.Join(dir, EvidenceName)
	}
	return own
}

// present is what is in the folder before it is replaced.
type present struct {
	clock      func() time.Time
	key        []byte
	tombstones [][]byte
	forgotten  forgotten
	lock       *os.File
}

func (p present) now() time.Time { return p.clock() }

func (p present) close() error {
	if p.lock == nil {
		return nil
	}
	return p.lock.Close()
}

// openPresent opens what is in dir now, for its tombstones, closes it and keeps
// the folder locked. Stores that cannot be opened have none to give: that is what a
// backup is restored for.
func openPresent(ctx context.Context, dir string, opt Options) (present, error) {
	var p present
	if p.clock = opt.Now; p.clock == nil {
		p.clock = time.Now
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return p, cx.Errorf(cx.Forbidden, "the data folder %s cannot be made: %w", dir, err)
	}
	if _, err := os.Stat(filepath.Join(dir, vaultName)); err == nil {
		s, err := Open(ctx, dir, opt)
		if cx.CodeOf(err) == cx.Conflict {
			return p, err
		}
		if err == nil {
			p.key = s.Vault.InstallKey()
			p.tombstones, err = s.Vault.Tombstones(ctx)
			if err == nil {
				p.forgotten, err = forgottenIn(ctx, s.Vault)
			}
			if err := errors.Join(err, s.Close()); err != nil {
				return p, err
			}
		}
	}
	var err error
	p.lock, err = lockFolder(dir)
	return p, err
}

// eraseAgain opens the copy, which brings its schema up to date too, and erases
// whom the present tombstones know, and the words that walkers took back.
func eraseAgain(ctx context.Context, work string, opt Options, p present) error {
	s, err := Open(ctx, work, opt)
	if err != nil {
		return err
	}
	if bytes.Equal(p.key, s.Vault.InstallKey()) {
		if err = p.forgotten.again(ctx, s); err == nil && len(p.tombstones) > 0 {
			err = bury(ctx, s, p)
		}
	}
	return errors.Join(err, s.Close())
}

func bury(ctx context.Context, s *Stores, p present) error {
	erased, err := s.Vault.Bury(ctx, p.tombstones)
	if err != nil || len(erased) == 0 {
		return err
	}
	if err := s.Vault.Erase(ctx, erased, nil, p.now()); err != nil {
		return err
	}
	return s.Rewrite(ctx)
}

// takeOver puts the checked copy in the place of what is there, which goes to the
// folder replaced.
func takeOver(dir, replaced string) error {
	if err := os.WriteFile(filepath.Join(dir, readyName), []byte(filepath.Base(replaced)), 0o600); err != nil {
		return cx.Errorf(cx.Unavailable, "the restored stores cannot take over: %w", err)
	}
	return finishRestore(dir)
}

// finishRestore puts a checked copy in place; done again after a crash it goes on
// where it was.
func finishRestore(dir string) error {
	ready := filepath.Join(dir, readyName)
	name, err := os.ReadFile(ready)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return cx.Errorf(cx.Unavailable, "a restore cannot be finished: %w", err)
	}
	replaced := filepath.Join(dir, filepath.Base(string(name)))
	if err := os.MkdirAll(replaced, 0o700); err != nil {
		return cx.Errorf(cx.Unavailable, "a restore cannot be finished: %w", err)
	}
	work := filepath.Join(dir, restoreName)
	for _, file := range append(storeFiles[:len(storeFiles):len(storeFiles)], EvidenceName) {
		now, old, fresh := filepath.Join(dir, file), filepath.Join(replaced, file), filepath.Join(work, file)
		// A file already kept was replaced before the crash.
		if _, err := os.Stat(old); errors.Is(err, os.ErrNotExist) {
			if err := os.Rename(now, old); err != nil && !errors.Is(err, os.ErrNotExist) {
				return cx.Errorf(cx.Unavailable, "a restore cannot be finished: %w", err)
			}
		}
		if err := os.Rename(fresh, now); err != nil && !errors.Is(err, os.ErrNotExist) {
			return cx.Errorf(cx.Unavailable, "a restore cannot be finished: %w", err)
		}
	}
	if err := os.Remove(ready); err != nil {
		return cx.Errorf(cx.Unavailable, "a restore cannot be finished: %w", err)
	}
	return os.RemoveAll(work)
}
