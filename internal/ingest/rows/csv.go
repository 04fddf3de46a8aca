package rows

import (
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// csvReader splits delimited text. It agrees with encoding/csv with LazyQuotes
// (a test fuzzes the two against each other) and differs on purpose in three
// things: a quote that never closes is an error rather than a very long cell,
// rows of empty cells are passed over, and a lone CR ends a line where the file
// has no LF.
//
// It works on strings of a block of the file at a time, so that most cells cost
// no allocation of their own.
type csvReader struct {
	src          io.Reader
	file         *source
	delim, quote byte
	pad          bool
	maxRow       int64

	header   []string
	preamble [][]string

	block   string // unread bytes start at pos
	pos     int
	line    int64 // of the byte at pos
	start   int64 // line on which the last record started
	scratch []byte
	eof     bool
	clean   bool // the block is valid UTF-8 without NUL
	bareCR  bool // lines end in CR alone
}

const blockSize = 256 << 10

func openCSV(path string, f Format, limits Limits) (Reader, error) {
	s, err := openSource(path, f.Compression, limits)
	if err != nil {
		return nil, err
	}
	r, err := newCSV(s, f, limits)
	if err != nil {
		s.Close()
		return nil, err
	}
	r.file = s
	return r, nil
}

func newCSV(src io.Reader, f Format, limits Limits) (*csvReader, error) {
	decoded, err := decode(src, f.Encoding)
	if err != nil {
		return nil, cx.Errorf(cx.Invalid, "cannot read the encoding %q: %w", f.Encoding, err)
	}
	r := &csvReader{src: decoded, pad: f.Ragged == Pad, maxRow: limits.Row, line: 1}
	if r.delim, err = f.delimiter(); err != nil {
		return nil, err
	}
	if r.quote, err = f.quote(); err != nil {
		return nil, err
	}
	return r, r.readHeader(f.skipLines(), f.headerRows())
}

func (r *csvReader) readHeader(skip, headerRows int) error {
	if err := r.fill(); err != nil {
		return err
	}
	r.bareCR = !strings.Contains(r.block, "\n") && strings.Contains(r.block, "\r")
	for range skip {
		if _, err := r.readLine(); err != nil {
			return emptyFile(err)
		}
	}
	if headerRows == 0 {
		// The first row shows how many columns there are; then it is read again.
		pos, line := r.pos, r.line
		cells, err := r.record(nil)
		if err != nil {
			return emptyFile(err)
		}
		r.header = columnNames(make([]string, len(cells)))
		r.pos, r.line = pos, line
		return nil
	}
	for i := range headerRows {
		cells, err := r.record(nil)
		if err != nil {
			return emptyFile(err)
		}
		for j := range cells {
			cells[j] = strings.ToValidUTF8(strings.ReplaceAll(cells[j], "\x00", ""), "\uFFFD")
		}
		if i == 0 {
			least := r.widthOfNext()
			for n := len(cells); n > max(1, least) && strings.TrimSpace(cells[n-1]) == ""; n-- {
				cells = cells[:n-1]
			}
			r.header = columnNames(cells)
		} else {
			r.preamble = append(r.preamble, cells)
		}
	}
	return nil
}

// widthOfNext is how many cells the line ahead has up to its last that is not empty: a
// column without a name that it fills is a column. It looks no further than what has
// been read.
func (r *csvReader) widthOfNext() int {
	text, _, ok := r.lineFrom(r.pos)
	if !ok {
		return 0
	}
	width, filled, quoted := 1, 0, false
	for i := range len(text) {
		switch c := text[i]; {
		case c == r.quote && r.quote != 0:
			quoted = !quoted
		case c == r.delim && !quoted:
			width++
		case c != ' ':
			filled = width
		}
	}
	return filled
}

func emptyFile(err error) error {
	if errors.Is(err, io.EOF) {
		return cx.Errorf(cx.Invalid, "the file is empty").WithRemedy("Export it again; it needs a header and at least one row.")
	}
	return err
}

func (r *csvReader) Header() []string     { return r.header }
func (r *csvReader) Preamble() [][]string { return r.preamble }

func (r *csvReader) Offset() int64 {
	if r.file == nil {
		return 0
	}
	return r.file.Offset()
}

func (r *csvReader) Close() error {
	if r.file == nil {
		return nil
	}
	return r.file.Close()
}

// Read fills row with the next row.
func (r *csvReader) Read(row *Row) error {
	for {
		row.Problem, row.Extra, row.Merged = nil, row.Extra[:0], row.Merged[:0]
		cells, err := r.record(row.Cells[:0])
		row.Cells, row.Line = cells, r.start
		if err != nil {
			return err
		}
		if cells[0] == "" && blank(cells) {
			continue
		}
		if !r.clean && !cleanse(row) {
			return nil
		}
		if len(cells) != len(r.header) {
			fit(row, len(r.header), r.pad)
		}
		return nil
	}
}

// cleanse takes NULs out of a row's cells and notes a Problem where a cell is not
// valid UTF-8.
func cleanse(row *Row) bool {
	for i, c := range row.Cells {
		if strings.IndexByte(c, 0) >= 0 {
			row.Cells[i] = strings.ReplaceAll(c, "\x00", "")
		}
		if !utf8.ValidString(c) {
			row.Cells[i] = strings.ToValidUTF8(row.Cells[i], "\uFFFD")
			if row.Problem == nil {
				row.Problem = &Problem{Value: row.Cells[i], Reason: "not valid UTF-8: say in the mapping which encoding the file has"}
			}
		}
	}
	return row.Problem == nil
}

// fill puts more of the file behind the unread rest of the block.
func (r *csvReader) fill() error {
	rest := len(r.block) - r.pos
	if int64(rest) > r.maxRow {
		return cx.Errorf(cx.Invalid, "the row is longer than %d bytes", r.maxRow).At(cx.Place{Line: int(r.line)}).
			WithRemedy("Perhaps a quote is never closed, or the file is not delimited text: look at this line and at the mapping's format.")
	}
	want := rest + max(blockSize, rest) // a long row costs no more than twice its length
	if cap(r.scratch) < want {
		r.scratch = make([]byte, want)
	}
	b := r.scratch[:want]
	n := copy(b, r.block[r.pos:])
	for n < want && !r.eof {
		m, err := r.src.Read(b[n:])
		n += m
		if err == io.EOF {
			r.eof = true
		} else if err != nil {
			return err
		}
	}
	r.block, r.pos = string(b[:n]), 0
	if cap(r.scratch) > 8*blockSize && rest < blockSize {
		r.scratch = nil // let go of what one very long row needed
	}
	r.clean = utf8.ValidString(r.block) && strings.IndexByte(r.block, 0) < 0
	return nil
}

// lineFrom finds the end of the line that starts at from: the text without its
// end, and where the next line starts. ok is false when more must be read.
func (r *csvReader) lineFrom(from int) (text string, next int, ok bool) {
	end := byte('\n')
	if r.bareCR {
		end = '\r'
	}
	i := strings.IndexByte(r.block[from:], end)
	switch {
	case i >= 0:
		next = from + i + 1
	case r.eof:
		i, next = len(r.block)-from, len(r.block)
	default:
		return "", 0, false
	}
	if i > 0 && r.block[from+i-1] == '\r' {
		i--
	}
	return r.block[from : from+i], next, true
}

// readLine returns the next line as it stands.
func (r *csvReader) readLine() (string, error) {
	for {
		if r.eof && r.pos == len(r.block) {
			return "", io.EOF
		}
		if text, next, ok := r.lineFrom(r.pos); ok {
			r.pos = next
			r.line++
			return text, nil
		}
		if err := r.fill(); err != nil {
			return "", err
		}
	}
}

// record appends the cells of the next record that is not an empty line.
func (r *csvReader) record(cells []string) ([]string, error) {
	for {
		if r.pos == len(r.block) && r.eof {
			return cells, io.EOF
		}
		text, next, ok := r.lineFrom(r.pos)
		if !ok {
			if err := r.fill(); err != nil {
				return cells, err
			}
			continue
		}
		if text == "" {
			r.pos = next
			r.line++
			continue
		}
		r.start = r.line
		if r.quote == 0 || strings.IndexByte(text, r.quote) < 0 {
			r.pos = next
			r.line++
			return r.split(cells, text), nil
		}
		full, done, err := r.quoted(cells, text, next)
		if err != nil || done {
			return full, err
		}
		if err := r.fill(); err != nil { // the record goes on beyond the block
			return cells, err
		}
	}
}

// split appends the cells of a line without quotes.
func (r *csvReader) split(cells []string, text string) []string {
	for {
		i := strings.IndexByte(text, r.delim)
		if i < 0 {
			return append(cells, text)
		}
		cells = append(cells, text[:i])
		text = text[i+1:]
	}
}

// quoted appends the cells of a record with quotes, which may go over several
// lines. done is false when more of the file is needed; nothing is then consumed.
func (r *csvReader) quoted(cells []string, text string, next int) (_ []string, done bool, err error) {
	lines := int64(1)
	for {
		if text == "" || text[0] != r.quote {
			i := strings.IndexByte(text, r.delim)
			if i < 0 {
				cells = append(cells, text)
				break
			}
			cells = append(cells, text[:i])
			text = text[i+1:]
			continue
		}
		text = text[1:]
		var built strings.Builder // holds the cell once it is not one piece of the block
		for {
			i := strings.IndexByte(text, r.quote)
			if i < 0 { // the cell goes on in the next line
				if r.eof && next == len(r.block) {
					return cells, false, cx.Errorf(cx.Invalid, "a quote in this row is never closed").
						At(cx.Place{Line: int(r.line)}).
						WithRemedy("Close it, or set quote: none in the mapping's format if quotes have no meaning in this file.")
				}
				built.WriteString(text)
				built.WriteByte('\n')
				var ok bool
				if text, next, ok = r.lineFrom(next); !ok {
					return cells, false, nil
				}
				lines++
				continue
			}
			after := text[i+1:]
			if after == "" || after[0] == r.delim {
				cells = append(cells, join(&built, text[:i]))
				if text = after; after != "" {
					text = after[1:]
					break
				}
				r.pos, r.line = next, r.line+lines
				return cells, true, nil
			}
			built.WriteString(text[:i])
			built.WriteByte(r.quote)
			if text = after; after[0] == r.quote { // a doubled quote is one; a bare one stands for itself
				text = after[1:]
			}
		}
	}
	r.pos, r.line = next, r.line+lines
	return cells, true, nil
}

func join(built *strings.Builder, last string) string {
	if built.Len() == 0 {
		return last
	}
	built.WriteString(last)
	return built.String()
}
