package rows

import (
	"bufio"
	"bytes"
	"errors"
	"io"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// object returns the text of the next object and the line on which it starts: a
// line of the file, or an element of an array.
func (r *jsonReader) object() ([]byte, int64, error) {
	if r.array {
		return r.element()
	}
	for {
		text, err := r.readLine()
		if err != nil {
			return nil, 0, err
		}
		trimmed := bytes.TrimSpace(text)
		if len(trimmed) == 0 {
			continue
		}
		if len(r.header) == 0 && len(r.ahead) == 0 && (trimmed[0] == '[' || string(trimmed) == "{") {
			// The file is one array, or one object over several lines: go by
			// braces instead of lines.
			r.array = true
			r.in = bufio.NewReaderSize(io.MultiReader(bytes.NewReader(bytes.Clone(text)), bytes.NewReader([]byte{'\n'}), r.in), blockSize)
			r.line--
			return r.element()
		}
		return trimmed, r.line, nil
	}
}

// readLine reads one line without its end. The result is valid until the next call.
func (r *jsonReader) readLine() ([]byte, error) {
	r.buf = r.buf[:0]
	for {
		part, err := r.in.ReadSlice('\n')
		if err == nil && len(r.buf) == 0 {
			r.line++
			return part[:len(part)-1], nil
		}
		r.buf = append(r.buf, part...)
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			if int64(len(r.buf)) > r.maxRow {
				return nil, r.tooLong()
			}
		case err == io.EOF && len(r.buf) > 0, err == nil:
			r.line++
			return bytes.TrimSuffix(r.buf, []byte{'\n'}), nil
		default:
			return nil, err
		}
	}
}

func (r *jsonReader) tooLong() error {
	return cx.Errorf(cx.Invalid, "the row is longer than %d bytes", r.maxRow).At(cx.Place{Line: int(r.line + 1)}).
		WithRemedy("Each line should hold one JSON object.")
}

// element reads the next {…} by counting braces outside strings. What stands
// between elements is passed over.
func (r *jsonReader) element() ([]byte, int64, error) {
	r.buf = r.buf[:0]
	depth, inString, escaped := 0, false, false
	start := r.line + 1
	for {
		b, err := r.in.ReadByte()
		if err != nil {
			if err == io.EOF && depth > 0 {
				return nil, 0, cx.Errorf(cx.Invalid, "the file ends inside a JSON object").At(cx.Place{Line: int(start)}).
					WithRemedy("It may be cut off: export it again.")
			}
			return nil, 0, err
		}
		if b == '\n' {
			r.line++
		}
		if depth == 0 {
			if b != '{' {
				continue
			}
			start = r.line + 1
		}
		r.buf = append(r.buf, b)
		if int64(len(r.buf)) > r.maxRow {
			return nil, 0, r.tooLong()
		}
		switch {
		case escaped:
			escaped = false
		case inString:
			inString, escaped = b != '"', b == '\\'
		case b == '"':
			inString = true
		case b == '{':
			depth++
		case b == '}':
			if depth--; depth == 0 {
				return r.buf, start, nil
			}
		}
	}
}
