package store

import (
	"errors"
	"io"
	"os"
	"path/filepath"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// storeFiles are the files of both stores, with their logs.
var storeFiles = []string{factsName, factsName + ".wal", vaultName, vaultName + "-wal"}

// copyFiles copies the stores' files to a new folder. Nobody may have them open
// for writing.
func (s *Stores) copyFiles(to string) error {
	if err := os.MkdirAll(to, 0o700); err != nil {
		return cx.Errorf(cx.Unavailable, "the backup folder %s cannot be made: %w", to, err)
	}
	for _, name := range storeFiles {
		if err := copyFile(filepath.Join(s.dir, name), filepath.Join(to, name)); err != nil && !errors.Is(err, os.ErrNotExist) {
			return cx.Errorf(cx.Unavailable, "the backup of %s failed: %w", name, err).
				WithRemedy("See that there is room on the disk.")
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
