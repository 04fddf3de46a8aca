package rows

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// Note is one thing that was sniffed, in words, and the mapping key that
// corrects it.
type Note struct {
	Key   string // e.g. "format.delimiter"
	Value string
	Why   string
}

func (n Note) String() string {
	s := n.Key + ": " + n.Value
	if n.Why != "" {
		s += " (" + n.Why + ")"
	}
	return s
}

const sampleSize = 256 << 10

// SniffFile guesses how a file is written from its first bytes. What stated
// says is taken as it is, and the rest is guessed in its light.
func SniffFile(path string, stated Format, limits Limits) (Format, []Note, error) {
	limits = limits.withDefaults()
	f := stated
	var notes []Note
	note := func(key, value, why string) {
		notes = append(notes, Note{Key: "format." + key, Value: value, Why: why})
	}

	raw, err := head(path, None, limits)
	if err != nil {
		return f, nil, err
	}
	if f.Compression == "" {
		f.Compression = None
		switch {
		case bytes.HasPrefix(raw, []byte{0x1f, 0x8b}):
			f.Compression = Gzip
		case bytes.HasPrefix(raw, []byte{0x28, 0xb5, 0x2f, 0xfd}):
			f.Compression = Zstd
		}
		if f.Compression != None {
			note("compression", f.Compression, "by its first bytes")
		}
	}
	sample := raw
	if f.Compression != None {
		if sample, err = head(path, f.Compression, limits); err != nil {
			return f, nil, err
		}
	}
	if f.Type == "" {
		var why string
		if f.Type, why, err = sniffType(sample, path); err != nil {
			return f, nil, err
		}
		note("type", f.Type, why)
	}
	if f.Type == XLSX || f.Type == Parquet || f.Type == Mbox {
		return f, notes, nil
	}
	if f.Encoding == "" {
		f.Encoding = sniffEncoding(sample)
		note("encoding", f.Encoding, "")
	}
	if f.Type == JSONL {
		return f, notes, nil
	}
	text, err := decodeSample(sample, f.Encoding)
	if err != nil {
		return f, nil, err
	}
	if strings.TrimSpace(text) == "" {
		return f, nil, emptyFile(io.EOF)
	}
	whole := len(sample) < sampleSize
	sniffDialect(&f, text, whole, note)
	return f, notes, nil
}

// head reads a file's first bytes through its compression.
func head(path, compression string, limits Limits) ([]byte, error) {
	s, err := openSource(path, compression, limits)
	if err != nil {
		return nil, err
	}
	defer s.Close()
	b, err := io.ReadAll(io.LimitReader(s, sampleSize))
	if err != nil {
		return nil, err
	}
	return b, nil
}

func decodeSample(sample []byte, encoding string) (string, error) {
	r, err := decode(bytes.NewReader(sample), encoding)
	if err != nil {
		return "", cx.Errorf(cx.Invalid, "cannot read the encoding %q: %w", encoding, err)
	}
	b, err := io.ReadAll(r)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		return "", cx.Errorf(cx.Invalid, "the file is not in the encoding %s: %w", encoding, err)
	}
	return strings.ToValidUTF8(string(b), "\uFFFD"), nil
}

func sniffType(sample []byte, path string) (kind, why string, err error) {
	switch {
	case bytes.HasPrefix(sample, []byte("PAR1")):
		return Parquet, "by its first bytes", nil
	case bytes.HasPrefix(sample, []byte("PK\x03\x04")):
		if bytes.Contains(sample, []byte("xl/")) || bytes.Contains(sample, []byte("[Content_Types].xml")) {
			return XLSX, "by its first bytes", nil
		}
		return "", "", cx.Errorf(cx.Invalid, "this is a zip archive").WithRemedy("Unpack it and import the files in it.")
	case bytes.HasPrefix(sample, []byte{0xD0, 0xCF, 0x11, 0xE0}):
		return "", "", cx.Errorf(cx.Invalid, "this is a workbook of Excel 97–2003 (.xls) or one with a password").
			WithRemedy("Save it as .xlsx without a password, or as CSV.")
	case bytes.HasPrefix(sample, []byte("%PDF")):
		return "", "", cx.Errorf(cx.Invalid, "this is a PDF").WithRemedy("Export the table behind it as CSV.")
	}
	if mboxStart.Match(sample) {
		return Mbox, "it starts like a mailbox", nil
	}
	start := bytes.TrimLeft(bytes.TrimPrefix(sample, utf8Mark), " \t\r\n")
	name := strings.ToLower(filepath.Base(path))
	jsonName := strings.Contains(name, ".json") || strings.Contains(name, ".ndjson")
	if bytes.HasPrefix(start, []byte("{")) && (jsonName || bytes.Contains(firstLine(start), []byte(`":`)) || bytes.HasPrefix(start, []byte("{\n")) || bytes.HasPrefix(start, []byte("{\r"))) {
		return JSONL, "it starts with a JSON object", nil
	}
	if rest, ok := bytes.CutPrefix(start, []byte("[")); ok {
		if rest = bytes.TrimLeft(rest, " \t\r\n"); bytes.HasPrefix(rest, []byte("{")) {
			return JSONL, "it starts with a JSON array of objects", nil
		}
	}
	return CSV, "", nil
}

func firstLine(b []byte) []byte {
	if i := bytes.IndexByte(b, '\n'); i >= 0 {
		return b[:i]
	}
	return b
}

// sniffDialect guesses delimiter, quote, lines to skip and header of delimited text.
func sniffDialect(f *Format, text string, whole bool, note func(key, value, why string)) {
	if !whole { // the last line is likely cut
		if i := strings.LastIndexAny(text, "\r\n"); i > 0 {
			text = text[:i]
		}
	}
	if f.Quote == "" {
		f.Quote = sniffQuote(text)
		if f.Quote != `"` {
			note("quote", f.Quote, "cells start and end with it")
		}
	}
	if f.Delimiter == "" {
		var why string
		f.Delimiter, why = sniffDelimiter(*f, text)
		note("delimiter", f.Delimiter, why)
	}
	records := sampleRecords(*f, text)
	if f.SkipLines == nil {
		n := sniffSkip(records)
		f.SkipLines = &n
		if n > 0 {
			note("skip_lines", fmt.Sprint(n), "they are narrower than the table under them")
		}
	}
	if f.HeaderRows == nil {
		n := 1
		if !looksLikeHeader(records, *f.SkipLines) {
			n = 0
		}
		f.HeaderRows = &n
		if n == 0 {
			note("header_rows", "0", "the first row looks like the ones under it")
		}
	}
}

// sniffQuote tells apostrophes as quotes from apostrophes in words.
func sniffQuote(text string) string {
	if strings.Contains(text, `"`) {
		return `"`
	}
	text = "\n" + text + "\n"
	opened, closed := 0, 0
	for _, d := range []string{",", ";", "\t", "|", "\n"} {
		opened += strings.Count(text, d+"'")
		closed += strings.Count(text, "'"+d)
	}
	closed += strings.Count(text, "'\r\n")
	if opened >= 2 && opened == closed {
		return "'"
	}
	return `"`
}

// record is a row of the sample with the physical line it started on.
type record struct {
	line  int64
	cells []string
}

func sampleRecords(f Format, text string) []record {
	zero := 0
	f.HeaderRows, f.SkipLines, f.Encoding = &zero, &zero, UTF8
	r, err := newCSV(strings.NewReader(text), f, Limits{}.withDefaults())
	if err != nil {
		return nil
	}
	var records []record
	for len(records) < 500 {
		cells, err := r.record(nil)
		if err != nil {
			break
		}
		records = append(records, record{line: r.start, cells: cells})
	}
	return records
}

// sniffDelimiter takes the delimiter that cuts the most rows into the same
// number of cells, and among equals the one that makes more cells.
func sniffDelimiter(f Format, text string) (delimiter, why string) {
	best, bestScore := ",", 0.0
	for _, d := range []string{",", ";", "tab", "|", "^", "~", "\x01", "\x1f"} {
		f.Delimiter = d
		if d == f.Quote {
			continue
		}
		records := sampleRecords(f, text)
		width, share := commonWidth(records)
		if width < 2 {
			continue
		}
		// Consistency counts most; the width only decides between consistent ones.
		if score := share*share*10 + min(float64(width), 50)/50; score > bestScore {
			best, bestScore = d, score
			why = fmt.Sprintf("%.0f %% of the first %d rows have %d cells with it", share*100, len(records), width)
		}
	}
	if bestScore == 0 {
		why = "one column; no delimiter was found"
	}
	return best, why
}

// commonWidth is the most frequent number of cells and the share of rows that have it.
func commonWidth(records []record) (width int, share float64) {
	if len(records) == 0 {
		return 0, 0
	}
	counts := map[int]int{}
	for _, r := range records {
		counts[len(r.cells)]++
	}
	for w, n := range counts {
		if n > counts[width] || (n == counts[width] && w > width) {
			width = w
		}
	}
	return width, float64(counts[width]) / float64(len(records))
}

// sniffSkip counts the lines ahead of the table: a title, a date of export.
// They are at most 20 lines and at most half as wide as the table.
func sniffSkip(records []record) int {
	width, share := commonWidth(records)
	if width < 2 || share < 0.5 {
		return 0
	}
	for i, r := range records {
		filled := 0
		for _, c := range r.cells {
			if c != "" {
				filled++
			}
		}
		if filled*2 > width {
			if i == 0 {
				return 0
			}
			return int(r.line - 1)
		}
		if i >= 20 {
			return 0
		}
	}
	return 0
}

// looksLikeHeader reports whether the first row names columns: no cell of it is a
// number or a date, and none stands twice in a longer table.
func looksLikeHeader(records []record, skip int) bool {
	var first []string
	for _, r := range records {
		if r.line > int64(skip) {
			first = r.cells
			break
		}
	}
	for _, c := range first {
		if c = strings.TrimSpace(c); c != "" && startsLikeValue(c) {
			return false
		}
	}
	return true
}

// startsLikeValue reports whether a cell is a number, a date or a time.
func startsLikeValue(c string) bool {
	digits, others := 0, 0
	for _, r := range c {
		switch {
		case r >= '0' && r <= '9':
			digits++
		case strings.ContainsRune("+-.,:/ TZ%€$£", r):
		default:
			others++
		}
	}
	return digits > 0 && others == 0 && c != "#"
}
