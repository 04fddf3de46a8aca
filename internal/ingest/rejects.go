package ingest

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/ingest/rows"
)

// rejectColumns stand in front of the file's own columns in a rejects file.
var rejectColumns = []string{"firsthand_file", "firsthand_line", "firsthand_column", "firsthand_value", "firsthand_reason"}

// moreColumn follows them where the file's rows may have more than its columns: fields
// that turn up late in JSON lines, cells beyond the header. It holds a JSON object of
// those, or the line itself where that could not be read.
const moreColumn = "firsthand_more"

// more is what goes there for a row.
func more(extra []string, raw string) string {
	if raw != "" || len(extra) == 0 {
		return raw
	}
	fields := make(map[string]string, len(extra)/2)
	for i := 0; i+1 < len(extra); i += 2 {
		fields[extra[i]] = extra[i+1]
	}
	text, err := json.Marshal(fields)
	if err != nil { // text always marshals
		return ""
	}
	return string(text)
}

// rejectsWriter writes rows that were set aside so that they can be corrected in
// a spreadsheet and imported again with the same mapping. The file comes to be
// with the first reject.
type rejectsWriter struct {
	path   string
	header []string
	more   bool // with moreColumn
	file   *os.File
	csv    *csv.Writer
	line   []string
}

func (w *rejectsWriter) write(r *Reject) error {
	if w.path == "" {
		return nil
	}
	if w.file == nil {
		// The rows name people: only the owner may read them.
		f, err := os.OpenFile(w.path, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
		if err != nil {
			return cx.Errorf(cx.Unavailable, "cannot write the rejects file: %w", err).WithRemedy("Check that the folder is writable and the disk not full.")
		}
		w.file, w.csv = f, csv.NewWriter(f)
		head := append([]string(nil), rejectColumns...)
		if w.more {
			head = append(head, moreColumn)
		}
		if err := w.put(append(head, w.header...)); err != nil {
			return err
		}
	}
	for i, cells := range r.Rows {
		w.line = append(w.line[:0], r.File, strconv.FormatInt(r.Line, 10), r.Column, r.Value, r.Reason)
		width := len(w.line) + len(w.header)
		if w.more {
			w.line = append(w.line, r.More[i])
			width++
		}
		w.line = append(w.line, cells...)
		for len(w.line) < width {
			w.line = append(w.line, "")
		}
		if err := w.put(w.line); err != nil {
			return err
		}
	}
	return nil
}

func (w *rejectsWriter) put(line []string) error {
	for i, c := range line {
		line[i] = guardFormula(c)
	}
	if err := w.csv.Write(line); err != nil {
		return cx.Errorf(cx.Unavailable, "cannot write the rejects file: %w", err)
	}
	return nil
}

// close reports the file's path, or "" if there was nothing to write.
func (w *rejectsWriter) close() (string, error) {
	if w.file == nil {
		return "", nil
	}
	w.csv.Flush()
	err := w.csv.Error()
	if closeErr := w.file.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return "", cx.Errorf(cx.Unavailable, "cannot write the rejects file: %w", err)
	}
	return w.path, nil
}

// discard removes what was written, for an import that did not happen.
func (w *rejectsWriter) discard() {
	if w.file != nil {
		w.file.Close()
		os.Remove(w.path)
	}
}

// formulaStarts are the first characters by which a spreadsheet takes a cell for
// a formula, and the apostrophe that guards against it.
const formulaStarts = "=+-@\t\r'"

// guardFormula keeps a spreadsheet from running a cell (CWE-1236). unguardFormula
// takes exactly that back, since a cell that starts with an apostrophe of its
// own gets one more.
func guardFormula(s string) string {
	if s != "" && strings.IndexByte(formulaStarts, s[0]) >= 0 {
		return "'" + s
	}
	return s
}

func unguardFormula(s string) string {
	if len(s) > 1 && s[0] == '\'' && strings.IndexByte(formulaStarts, s[1]) >= 0 {
		return s[1:]
	}
	return s
}

// OpenRows opens a file for a mapping: in its format, grouped as it says. A
// rejects file is recognised by its columns, whatever the mapping's format is,
// and read as the file that the rejects came from.
func OpenRows(path string, m Mapping, limits rows.Limits) (*rows.File, error) {
	o := rows.Options{Format: m.Format, Limits: limits, Columns: m.Columns()}
	rejects := isRejectsFile(path)
	if rejects {
		one, none := 1, 0
		o.Format = rows.Format{Type: rows.CSV, HeaderRows: &one, SkipLines: &none, Ragged: m.Format.Ragged}
	}
	f, err := rows.Open(path, o)
	if err != nil {
		return nil, err
	}
	if rejects {
		f.Reader = newRejectsReader(f.Reader)
	}
	if len(m.Group.By) > 0 {
		grouped, err := rows.NewGroup(f.Reader, m.Group)
		if err != nil {
			f.Close()
			return nil, err
		}
		f.Reader = grouped
	}
	return f, nil
}

func isRejectsFile(path string) bool {
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	head := make([]byte, 64)
	n, _ := io.ReadFull(f, head)
	return bytes.Contains(head[:n], []byte(rejectColumns[0]))
}

// rejectsReader takes our columns off a rejects file, and the guards off its cells.
type rejectsReader struct {
	rows.Reader
	ours   int // columns
	more   bool
	header []string
	index  map[string]int
}

func newRejectsReader(r rows.Reader) *rejectsReader {
	out := &rejectsReader{Reader: r, ours: len(rejectColumns), index: map[string]int{}}
	header := r.Header()
	if out.more = len(header) > out.ours && header[out.ours] == moreColumn; out.more {
		out.ours++
	}
	for i, name := range header[min(out.ours, len(header)):] {
		name = unguardFormula(name)
		out.index[name] = i
		out.header = append(out.header, name)
	}
	return out
}

func (r *rejectsReader) Header() []string { return r.header }

func (r *rejectsReader) Read(row *rows.Row) error {
	for {
		if err := r.Reader.Read(row); err != nil {
			return err
		}
		row.Raw = ""
		if len(row.Cells) <= r.ours && !r.more {
			continue
		}
		said := ""
		if r.more && len(row.Cells) >= r.ours {
			said = strings.TrimSpace(unguardFormula(row.Cells[r.ours-1]))
		}
		row.Cells = row.Cells[:copy(row.Cells, row.Cells[min(r.ours, len(row.Cells)):])]
		for i, c := range row.Cells {
			row.Cells[i] = unguardFormula(c)
		}
		if said != "" {
			r.give(row, said)
		}
		return nil
	}
}

// give puts the fields of moreColumn where they belong.
func (r *rejectsReader) give(row *rows.Row, said string) {
	fields, err := rows.Fields(said)
	if err != nil {
		row.Raw, row.Problem = said, &rows.Problem{Column: moreColumn, Value: short(said), Reason: "not JSON: " + err.Error()}
		return
	}
	for i := 0; i < len(fields); i += 2 {
		if at, ok := r.index[fields[i]]; ok && at < len(row.Cells) {
			if row.Cells[at] == "" {
				row.Cells[at] = fields[i+1]
			}
			continue
		}
		row.Extra = append(row.Extra, fields[i], fields[i+1])
	}
}
