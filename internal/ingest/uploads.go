package ingest

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// Uploads keeps files between their upload and their import, each in a folder of
// its own below Dir, readable by the owner only.
type Uploads struct {
	Dir string
	Max int64 // bytes a file may have
}

// Upload is a file that was handed in.
type Upload struct {
	ID     string `json:"id"`
	File   string `json:"file"` // base name as the user's computer has it
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
	path   string
}

// Path is where the file lies.
func (u Upload) Path() string { return u.path }

// Keep stores what r gives, durably, under the base name of name.
func (u Uploads) Keep(name string, r io.Reader) (Upload, error) {
	name = baseName(name)
	id := rand.Text()
	dir := filepath.Join(u.Dir, id)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return Upload{}, cx.Errorf(cx.Unavailable, "the upload cannot be stored: %w", err).WithRemedy("See that the data folder is writable and has room.")
	}
	up := Upload{ID: id, File: name, path: filepath.Join(dir, name)}
	err := func() error {
		f, err := os.OpenFile(up.path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
		if err != nil {
			return err
		}
		defer f.Close()
		sum := sha256.New()
		up.Size, err = io.Copy(io.MultiWriter(f, sum), io.LimitReader(r, u.Max+1))
		if err != nil {
			return err
		}
		if up.Size > u.Max {
			return cx.Errorf(cx.Invalid, "%s is larger than the %d MiB that an upload may have", name, u.Max>>20).
				WithRemedy("Split it, or start the server with a larger --max-upload.")
		}
		up.SHA256 = hex.EncodeToString(sum.Sum(nil))
		return f.Sync()
	}()
	if err != nil {
		_ = os.RemoveAll(dir)
		var known *cx.Error
		if errors.As(err, &known) {
			return Upload{}, err
		}
		return Upload{}, cx.Errorf(cx.Unavailable, "%s did not arrive whole: %w", name, err).WithRemedy("Send it again; if it happens again, see that the disk has room.")
	}
	return up, nil
}

// Find is the upload with an id.
func (u Uploads) Find(id string) (Upload, error) {
	gone := cx.Errorf(cx.NotFound, "that upload is no longer there").WithRemedy("Upload the file again.")
	if id == "" || strings.ContainsAny(id, `/\.`) {
		return Upload{}, gone
	}
	entries, err := os.ReadDir(filepath.Join(u.Dir, id))
	if err != nil || len(entries) != 1 {
		return Upload{}, gone
	}
	path := filepath.Join(u.Dir, id, entries[0].Name())
	info, err := os.Stat(path)
	if err != nil {
		return Upload{}, gone
	}
	return Upload{ID: id, File: entries[0].Name(), Size: info.Size(), path: path}, nil
}

// Drop removes an upload; one that is not there is fine.
func (u Uploads) Drop(id string) error {
	if id == "" || strings.ContainsAny(id, `/\.`) {
		return nil
	}
	return os.RemoveAll(filepath.Join(u.Dir, id))
}

// Clear removes all uploads: at start, none can be in use.
func (u Uploads) Clear() error { return os.RemoveAll(u.Dir) }

// baseName cuts folders and what a file system or a page may stumble over.
func baseName(name string) string {
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	name = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || strings.ContainsRune(`<>:"|?*`, r) {
			return '_'
		}
		return r
	}, name)
	name = strings.TrimLeft(name, ".")
	for len(name) > 120 {
		name = name[1:]
	}
	if name == "" {
		return "upload"
	}
	return name
}
