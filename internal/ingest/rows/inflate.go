package rows

import (
	"bufio"
	"io"
	"os"
	"sync/atomic"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// source is a file's bytes, inflated if it was compressed, with a count of the
// stored bytes consumed.
type source struct {
	io.Reader
	file *os.File
	read *atomic.Int64
	done func()
}

func (s *source) Offset() int64 { return s.read.Load() }

func (s *source) Close() error {
	if s.done != nil {
		s.done()
	}
	return s.file.Close()
}

// openSource opens a file for reading through its compression.
func openSource(path, compression string, limits Limits) (*source, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, openError(path, err)
	}
	s := &source{file: file, read: new(atomic.Int64)}
	counted := &counter{r: file, n: s.read}
	switch compression {
	case Gzip:
		z, err := gzip.NewReader(bufio.NewReaderSize(counted, 1<<17))
		if err != nil {
			file.Close()
			return nil, damaged(path, "gzip", err)
		}
		s.Reader, s.done = &capped{r: z, s: s, limits: limits, name: "gzip"}, func() { z.Close() }
	case Zstd:
		// The window bounds the memory that a hostile frame can claim.
		z, err := zstd.NewReader(counted, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(128<<20), zstd.WithDecoderLowmem(true))
		if err != nil {
			file.Close()
			return nil, damaged(path, "zstd", err)
		}
		s.Reader, s.done = &capped{r: z, s: s, limits: limits, name: "zstd"}, z.Close
	default:
		s.Reader = counted
	}
	return s, nil
}

func openError(path string, err error) error {
	e := cx.Errorf(cx.Invalid, "cannot open the file: %w", err).At(cx.Place{File: path})
	if os.IsNotExist(err) {
		e.Code = cx.NotFound
		e.Text = "there is no such file"
	}
	return e
}

func damaged(path, what string, err error) error {
	return cx.Errorf(cx.Invalid, "the %s data is damaged: %w", what, err).At(cx.Place{File: path}).
		WithRemedy("Export or copy the file again.")
}

type counter struct {
	r io.Reader
	n *atomic.Int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n.Add(int64(n))
	return n, err
}

// capped refuses a small file that inflates without end (a "zip bomb").
type capped struct {
	r      io.Reader
	s      *source
	limits Limits
	name   string
	out    int64
}

func (c *capped) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.out += int64(n)
	if c.out > c.limits.Inflated || (c.out > 64<<20 && c.out/max(c.s.Offset(), 1) > c.limits.Ratio) {
		return n, cx.Errorf(cx.Invalid, "the file inflates to more than %d bytes from %d", c.out, c.s.Offset()).
			At(cx.Place{File: c.s.file.Name()}).
			WithRemedy("This looks like a zip bomb. If it is real, inflate it yourself and import the plain file.")
	}
	if err != nil && err != io.EOF {
		return n, damaged(c.s.file.Name(), c.name, err)
	}
	return n, err
}

// spool copies a compressed file to disk for formats that read back and forth.
func spool(path, compression string, limits Limits) (*os.File, func(), error) {
	s, err := openSource(path, compression, limits)
	if err != nil {
		return nil, nil, err
	}
	defer s.Close()
	tmp, err := os.CreateTemp("", "firsthand-*.spool")
	if err != nil {
		return nil, nil, cx.Errorf(cx.Unavailable, "cannot make a temporary file: %w", err)
	}
	remove := func() { tmp.Close(); os.Remove(tmp.Name()) }
	n, err := io.Copy(tmp, io.LimitReader(s, limits.Spooled+1))
	switch {
	case err != nil && cx.CodeOf(err) == cx.Internal:
		err = cx.Errorf(cx.Unavailable, "cannot inflate the file to disk: %w", err).At(cx.Place{File: path})
	case err == nil && n > limits.Spooled:
		err = cx.Errorf(cx.Invalid, "the file inflates to more than %d bytes", limits.Spooled).At(cx.Place{File: path}).
			WithRemedy("If that is right, inflate it yourself and import the plain file.")
	}
	if err != nil {
		remove()
		return nil, nil, err
	}
	return tmp, remove, nil
}
