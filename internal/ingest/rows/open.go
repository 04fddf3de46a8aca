package rows

import (
	"errors"
	"io"
	"os"
	"path/filepath"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// Options say how to open a file.
type Options struct {
	Format  Format // what is not stated is sniffed
	Limits  Limits
	Columns []string // columns wanted even where the first rows do not have them (JSON lines)
}

// File is an open file of rows.
type File struct {
	Reader
	Path   string
	Size   int64  // bytes as stored
	Format Format // as read: what was stated over what was sniffed
	Notes  []Note // what was sniffed
}

// Open opens a file of any format that the package reads.
func Open(path string, o Options) (*File, error) {
	if err := o.Format.Check(); err != nil {
		return nil, err
	}
	limits := o.Limits.withDefaults()
	stat, err := os.Stat(path)
	if err != nil {
		return nil, openError(path, err)
	}
	if stat.IsDir() {
		return nil, cx.Errorf(cx.Invalid, "this is a folder").At(cx.Place{File: path}).WithRemedy("Name a file in it.")
	}
	if stat.Size() == 0 {
		return nil, place(emptyFile(io.EOF), path)
	}
	format, notes, err := SniffFile(path, o.Format, limits)
	if err != nil {
		return nil, place(err, path)
	}
	var r Reader
	switch format.Type {
	case JSONL:
		r, err = openJSONL(path, format, limits, o.Columns)
	case XLSX:
		r, err = openXLSX(path, format, limits)
	case Parquet:
		r, err = openParquet(path, format, limits)
	case Mbox:
		r, err = openMbox(path, format, limits)
	default:
		r, err = openCSV(path, format, limits)
	}
	if err == nil && len(format.Expand) > 0 {
		inner := r
		if r, err = newExpanded(inner, format.Expand, o.Columns); err != nil {
			inner.Close()
		}
	}
	if err != nil {
		return nil, place(err, path)
	}
	return &File{Reader: &placed{Reader: r, path: path}, Path: path, Size: stat.Size(), Format: format, Notes: notes}, nil
}

// placed adds the file's name to the errors of a reader.
type placed struct {
	Reader
	path string
}

func (p *placed) Read(row *Row) error {
	err := p.Reader.Read(row)
	if err != nil && !errors.Is(err, io.EOF) {
		return place(err, p.path)
	}
	return err
}

// place names the file in an error of ours, by its base name.
func place(err error, path string) error {
	var e *cx.Error
	if !errors.As(err, &e) {
		return cx.Errorf(cx.Unavailable, "cannot read the file: %w", err).At(cx.Place{File: filepath.Base(path)})
	}
	e.Place.File = filepath.Base(path)
	return e
}
