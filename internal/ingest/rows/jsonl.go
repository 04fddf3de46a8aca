package rows

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// jsonReader reads one JSON object a line, or one array of objects. Nested
// fields become columns with dotted names ("context.traits.email"); an array
// stays JSON text in one cell; null is an empty cell. Where a name stands twice,
// the last one counts.
//
// The header is the union of the first rows' fields and of the wanted columns;
// fields that turn up later are a row's Extra.
type jsonReader struct {
	file   *source
	in     *bufio.Reader
	maxRow int64
	array  bool
	line   int64
	buf    []byte

	header []string
	index  map[string]int
	ahead  []jsonRow // rows read to find the header
	path   []byte
	json   bytes.Reader
	dec    *jsontext.Decoder
	names  map[string]string
	failed error
}

type jsonRow struct {
	line    int64
	fields  []string // name, value in turn
	raw     string   // the object's text, where it has no fields
	problem *Problem
}

// jsonHeaderRows is how many rows are looked at for the header.
const jsonHeaderRows = 1000

func openJSONL(path string, f Format, limits Limits, wanted []string) (Reader, error) {
	s, err := openSource(path, f.Compression, limits)
	if err != nil {
		return nil, err
	}
	r, err := newJSONL(s, f, limits, wanted)
	if err != nil {
		s.Close()
		return nil, err
	}
	r.file = s
	return r, nil
}

func newJSONL(src io.Reader, f Format, limits Limits, wanted []string) (*jsonReader, error) {
	decoded, err := decode(src, f.Encoding)
	if err != nil {
		return nil, cx.Errorf(cx.Invalid, "cannot read the encoding %q: %w", f.Encoding, err)
	}
	r := &jsonReader{
		in: bufio.NewReaderSize(decoded, blockSize), maxRow: limits.Row, index: map[string]int{},
		names: map[string]string{}, dec: jsontext.NewDecoder(bytes.NewReader(nil)),
	}
	for len(r.ahead) < jsonHeaderRows {
		var row jsonRow
		if err := r.next(&row); errors.Is(err, io.EOF) {
			r.failed = io.EOF
			break
		} else if err != nil {
			return nil, err
		}
		for i := 0; i < len(row.fields); i += 2 {
			r.column(row.fields[i])
		}
		r.ahead = append(r.ahead, row)
	}
	if len(r.ahead) == 0 {
		return nil, emptyFile(io.EOF)
	}
	for _, name := range wanted {
		r.column(name)
	}
	return r, nil
}

func (r *jsonReader) column(name string) {
	if _, ok := r.index[name]; !ok {
		r.index[name] = len(r.header)
		r.header = append(r.header, name)
	}
}

func (r *jsonReader) Header() []string     { return r.header }
func (r *jsonReader) Preamble() [][]string { return nil }
func (r *jsonReader) Offset() int64        { return r.file.Offset() }
func (r *jsonReader) Close() error         { return r.file.Close() }

func (r *jsonReader) Read(row *Row) error {
	var from jsonRow
	if len(r.ahead) > 0 {
		from = r.ahead[0]
		if r.ahead = r.ahead[1:]; len(r.ahead) == 0 {
			r.ahead = nil
		}
	} else {
		if r.failed != nil {
			return r.failed
		}
		if err := r.next(&from); err != nil {
			r.failed = err
			return err
		}
	}
	row.Line, row.Problem, row.Raw, row.Merged, row.Extra = from.line, from.problem, from.raw, row.Merged[:0], row.Extra[:0]
	row.Cells = slices.Grow(row.Cells[:0], len(r.header))[:len(r.header)]
	clear(row.Cells)
	for i := 0; i < len(from.fields); i += 2 {
		if at, ok := r.index[from.fields[i]]; ok {
			row.Cells[at] = from.fields[i+1]
		} else {
			row.Extra = append(row.Extra, from.fields[i], from.fields[i+1])
		}
	}
	return nil
}

// next reads the next object that is not blank.
func (r *jsonReader) next(row *jsonRow) error {
	text, line, err := r.object()
	if err != nil {
		return err
	}
	row.line = line
	if !utf8.Valid(text) {
		row.raw, row.problem = whole(text), &Problem{Reason: "not valid UTF-8: say in the mapping which encoding the file has"}
		return nil
	}
	r.json.Reset(text)
	r.dec.Reset(&r.json, jsontext.AllowDuplicateNames(true))
	r.path = r.path[:0]
	if r.dec.PeekKind() != '{' {
		row.raw, row.problem = whole(text), &Problem{Value: clip(text), Reason: "the line is not a JSON object"}
		return nil
	}
	row.fields, err = r.flatten(nil, 0)
	if err == nil {
		if _, end := r.dec.ReadToken(); !errors.Is(end, io.EOF) {
			err = fmt.Errorf("there is something after the object")
		}
	}
	if err != nil {
		row.fields, row.raw, row.problem = nil, whole(text), &Problem{Value: clip(text), Reason: "not JSON: " + err.Error()}
	}
	return nil
}

// Fields reads a JSON object as a row's fields: name and value in turn.
func Fields(object string) ([]string, error) {
	r := &jsonReader{names: map[string]string{}, dec: jsontext.NewDecoder(strings.NewReader(object), jsontext.AllowDuplicateNames(true))}
	if r.dec.PeekKind() != '{' {
		return nil, fmt.Errorf("it is not an object in braces")
	}
	fields, err := r.flatten(nil, 0)
	if err == nil {
		if _, end := r.dec.ReadToken(); !errors.Is(end, io.EOF) {
			err = fmt.Errorf("there is something after the object")
		}
	}
	return fields, err
}

// whole is a text as a cell holds it.
func whole(text []byte) string { return noNUL(strings.ToValidUTF8(string(text), "\uFFFD")) }

func clip(text []byte) string {
	s := whole(text)
	if len(s) > 4096 {
		s = strings.ToValidUTF8(s[:4096], "") + "…"
	}
	return s
}

const maxDepth = 32

// flatten reads the object ahead and appends its fields under their dotted names.
func (r *jsonReader) flatten(fields []string, depth int) ([]string, error) {
	if depth > maxDepth {
		return fields, fmt.Errorf("objects are nested more than %d deep", maxDepth)
	}
	if _, err := r.dec.ReadToken(); err != nil { // {
		return fields, err
	}
	base := len(r.path)
	for r.dec.PeekKind() != '}' {
		name, err := r.dec.ReadToken()
		if err != nil {
			return fields, err
		}
		r.path = r.path[:base]
		if base > 0 {
			r.path = append(r.path, '.')
		}
		r.path = append(r.path, name.String()...)
		switch r.dec.PeekKind() {
		case '{':
			if fields, err = r.flatten(fields, depth+1); err != nil {
				return fields, err
			}
		case '[':
			v, err := r.dec.ReadValue()
			if err != nil {
				return fields, err
			}
			if err := v.Compact(); err != nil {
				return fields, err
			}
			if len(v) > 2 {
				fields = append(fields, r.name(), noNUL(string(v)))
			}
		default:
			v, err := r.dec.ReadToken()
			if err != nil {
				return fields, err
			}
			if v.Kind() != 'n' {
				fields = append(fields, r.name(), noNUL(v.String()))
			}
		}
	}
	r.path = r.path[:base]
	_, err := r.dec.ReadToken() // }
	return fields, err
}

// name is the present path as a string, made once per different path.
func (r *jsonReader) name() string {
	if s, ok := r.names[string(r.path)]; ok {
		return s
	}
	s := strings.TrimSpace(noNUL(string(r.path)))
	if s == "" {
		s = "column_1"
	}
	if len(r.names) < 10_000 {
		r.names[string(r.path)] = s
	}
	return s
}

func noNUL(s string) string {
	if strings.IndexByte(s, 0) < 0 {
		return s
	}
	return strings.ReplaceAll(s, "\x00", "")
}
