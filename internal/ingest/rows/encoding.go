package rows

import (
	"bytes"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// decoderOf gives the decoder of an encoding by name; nil for UTF-8, whose
// bytes are taken as they are and checked row by row.
func decoderOf(name string) (*encoding.Decoder, error) {
	switch strings.ToLower(name) {
	case "", UTF8, "utf8":
		return nil, nil
	case UTF16LE:
		return unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder(), nil
	case UTF16BE:
		return unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewDecoder(), nil
	case "iso-8859-1", "latin-1", "latin1":
		// Browsers read Latin-1 as Windows-1252; a file declared by hand is meant as it says.
		return charmap.ISO8859_1.NewDecoder(), nil
	}
	e, err := htmlindex.Get(name)
	if err != nil {
		return nil, err
	}
	return e.NewDecoder(), nil
}

// decode turns a stream in a named encoding into UTF-8 without a byte-order mark.
func decode(r io.Reader, name string) (io.Reader, error) {
	d, err := decoderOf(name)
	if err != nil {
		return nil, err
	}
	if d == nil {
		return &markStripper{r: r}, nil
	}
	return &markStripper{r: transform.NewReader(r, d)}, nil
}

var utf8Mark = []byte{0xEF, 0xBB, 0xBF}

// markStripper drops a UTF-8 byte-order mark at the start of a stream.
type markStripper struct {
	r       io.Reader
	started bool
	head    []byte
}

func (m *markStripper) Read(p []byte) (int, error) {
	if !m.started {
		m.started = true
		var head [3]byte
		n, err := io.ReadFull(m.r, head[:])
		if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
			return 0, err
		}
		if !bytes.Equal(head[:n], utf8Mark) {
			m.head = append(m.head, head[:n]...)
		}
	}
	if len(m.head) > 0 {
		n := copy(p, m.head)
		m.head = m.head[n:]
		return n, nil
	}
	return m.r.Read(p)
}

// sniffEncoding guesses the encoding of a file's first bytes.
func sniffEncoding(sample []byte) string {
	switch {
	case bytes.HasPrefix(sample, utf8Mark):
		return UTF8
	case bytes.HasPrefix(sample, []byte{0xFF, 0xFE}):
		return UTF16LE
	case bytes.HasPrefix(sample, []byte{0xFE, 0xFF}):
		return UTF16BE
	}
	// Text in UTF-16 without a mark has a NUL in most pairs: ASCII delimiters,
	// digits and line ends are half zero. A few stray NULs are not that.
	var even, odd int
	for i, b := range sample {
		if b == 0 && i%2 == 0 {
			even++
		} else if b == 0 {
			odd++
		}
	}
	if pairs := len(sample) / 2; pairs >= 4 {
		switch {
		case odd > pairs*4/10 && even < odd/10+1:
			return UTF16LE
		case even > pairs*4/10 && odd < even/10+1:
			return UTF16BE
		}
	}
	if validPrefix(sample) {
		return UTF8
	}
	// Latin-1 has control characters where Windows-1252 has quotes, dashes and
	// the euro sign. Nobody exports control characters.
	undefined := 0
	for _, b := range sample {
		switch b {
		case 0x81, 0x8D, 0x8F, 0x90, 0x9D:
			undefined++
		}
	}
	if undefined > 0 {
		return "iso-8859-1"
	}
	return "windows-1252"
}

// validPrefix reports whether sample is UTF-8, but for a character cut at its end.
func validPrefix(sample []byte) bool {
	for cut := 0; cut < utf8.UTFMax && cut <= len(sample); cut++ {
		if utf8.Valid(sample[:len(sample)-cut]) {
			return cut == 0 || !utf8.FullRune(sample[len(sample)-cut:])
		}
	}
	return false
}
