package app

import (
	"bufio"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/identity"
)

// forgetRejects removes every rejects file in which a key of an erased person
// stands: which of its rows are theirs cannot be known for sure, since it was set
// aside because it could not be read.
func (a *App) forgetRejects(keys []identity.HeldKey) error {
	files, err := filepath.Glob(filepath.Join(a.stores.Dir(), "rejects", "*.csv"))
	if err != nil {
		return err
	}
	for _, file := range files {
		named, err := mentions(file, keys)
		if err != nil {
			return cx.Errorf(cx.Unavailable, "the rejects file %s cannot be searched: %w", filepath.Base(file), err)
		}
		if !named {
			continue
		}
		if err := os.Remove(file); err != nil {
			return cx.Errorf(cx.Unavailable, "the rejects file %s cannot be removed: %w", filepath.Base(file), err)
		}
	}
	return nil
}

// mentions reports whether a file holds one of the keys, whatever its case.
func mentions(path string, keys []identity.HeldKey) (bool, error) {
	f, err := os.Open(path)
	if err != nil {
		return false, err
	}
	defer f.Close()
	lines := bufio.NewReaderSize(f, 1<<20)
	for {
		line, err := lines.ReadString('\n')
		lower := strings.ToLower(line)
		for _, k := range keys {
			if value := strings.ToLower(k.Key.Value); len(value) > 2 && strings.Contains(lower, strings.TrimPrefix(value, "+")) {
				return true, nil
			}
		}
		if errors.Is(err, io.EOF) {
			return false, nil
		}
		if err != nil {
			return false, err
		}
	}
}
