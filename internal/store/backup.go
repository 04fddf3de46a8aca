package store

import (
	"cmp"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// KeepBackups is how long backups are kept: what was erased is gone from them, too,
// when they are.
const KeepBackups = 30 * 24 * time.Hour

// storeFiles are the files of both stores, with their logs.
var storeFiles = []string{factsName, factsName + ".wal", vaultName, vaultName + "-wal"}

// Backup is a consistent copy of both stores in a folder of its own.
type Backup struct {
	Path  string    `json:"path"`
	Made  time.Time `json:"made"`
	Bytes int64     `json:"bytes"`
}

const stamp = "20060102T150405.000Z"

// Backup copies both stores and the evidence of walks as of one moment into the folder
// backups; questions go on meanwhile, imports wait. Backups that are too old go.
func (s *Stores) Backup(ctx context.Context) (Backup, error) {
	made := s.now().UTC()
	b := Backup{Path: filepath.Join(s.dir, backupsName, made.Format(stamp)), Made: made}
	part := b.Path + ".part" // so that half a backup does not look like one
	if err := os.MkdirAll(part, 0o700); err != nil {
		return b, cx.Errorf(cx.Unavailable, "the backup folder %s cannot be made: %w", part, err)
	}
	err := s.Facts.Backup(ctx, filepath.Join(part, factsName), func() error {
		return s.Vault.Backup(ctx, filepath.Join(part, vaultName))
	})
	if err == nil {
		// After the vault: a file that it names is never missing, and what came since is
		// swept away when the backup is brought back.
		err = linkFolder(filepath.Join(s.dir, EvidenceName), filepath.Join(part, EvidenceName))
	}
	if err == nil {
		err = os.Rename(part, b.Path)
	}
	if err != nil {
		return b, errors.Join(err, os.RemoveAll(part))
	}
	b.Bytes = folderSize(b.Path)
	return b, s.PruneBackups(made.Add(-KeepBackups))
}

// Backups lists the backups of this folder, newest first.
func (s *Stores) Backups() ([]Backup, error) {
	entries, err := os.ReadDir(filepath.Join(s.dir, backupsName))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, cx.Errorf(cx.Unavailable, "the backups cannot be listed: %w", err)
	}
	var out []Backup
	for _, e := range entries {
		info, err := e.Info()
		if !e.IsDir() || strings.HasSuffix(e.Name(), ".part") || err != nil {
			continue
		}
		path := filepath.Join(s.dir, backupsName, e.Name())
		made, err := time.Parse(stamp, e.Name())
		if err != nil { // one made before a migration, or named by a person
			made = info.ModTime().UTC()
		}
		out = append(out, Backup{Path: path, Made: made, Bytes: folderSize(path)})
	}
	slices.SortFunc(out, func(a, b Backup) int { return cmp.Or(b.Made.Compare(a.Made), cmp.Compare(b.Path, a.Path)) })
	return out, nil
}

// PruneBackups removes backups made before a time, and halves of some.
func (s *Stores) PruneBackups(before time.Time) error {
	list, err := s.Backups()
	if err != nil {
		return err
	}
	for _, b := range list {
		if b.Made.Before(before) {
			if err := os.RemoveAll(b.Path); err != nil {
				return cx.Errorf(cx.Unavailable, "the old backup %s cannot be removed: %w", b.Path, err)
			}
		}
	}
	return nil
}

func folderSize(path string) (bytes int64) {
	_ = filepath.WalkDir(path, func(_ string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return nil // what cannot be read is not counted
		}
		if info, err := e.Info(); err == nil {
			bytes += info.Size()
		}
		return nil
	})
	return bytes
}

// linkFolder makes a second name for each file of a folder, or a copy where the disk
// is another one. It is for files that are written once and never changed, as evidence
// is: a backup of it takes no room until the original goes. A missing folder is empty.
func linkFolder(from, to string) error {
	err := filepath.WalkDir(from, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || strings.HasPrefix(e.Name(), ".") { // half-written ones begin with a point
			return err
		}
		below, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		target := filepath.Join(to, below)
		if err := os.MkdirAll(filepath.Dir(target), 0o700); err != nil {
			return err
		}
		if err := os.Link(path, target); err != nil {
			return copyFile(path, target)
		}
		return nil
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return cx.Errorf(cx.Unavailable, "copying %s failed: %w", from, err).WithRemedy("See that there is room on the disk.")
	}
	return nil
}

// copyFiles copies the stores' files to a new folder. Nobody may have them open
// for writing.
func copyFiles(from, to string) error {
	if err := os.MkdirAll(to, 0o700); err != nil {
		return cx.Errorf(cx.Unavailable, "the folder %s cannot be made: %w", to, err)
	}
	for _, name := range storeFiles {
		if err := copyFile(filepath.Join(from, name), filepath.Join(to, name)); err != nil && !errors.Is(err, os.ErrNotExist) {
			return cx.Errorf(cx.Unavailable, "copying %s failed: %w", name, err).WithRemedy("See that there is room on the disk.")
		}
	}
	return nil
}

// copyFile copies a file and has it on the disk before it returns.
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
