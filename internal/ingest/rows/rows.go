// Package rows reads the rows of files that other systems export: delimited text
// of any dialect, JSON lines, Excel workbooks and Parquet, plain or compressed
// with gzip or Zstandard. It streams: memory does not grow with the file.
//
// Every cell becomes a string of valid UTF-8 without NUL bytes. What the cells
// mean is the mapping's business, one room up; here is only where they stand.
//
// Start reading at Open. What a file is written in is a Format, which Sniff
// guesses and a mapping file may correct.
//
// Defined for every format:
//   - blank rows are passed over;
//   - column names are made unique ("Variant", "Variant (2)") and never empty
//     ("column_3");
//   - a row that is wrong as a row (too short, not JSON, not in the encoding) is
//     returned with a Problem, and reading goes on;
//   - what leaves no sure next row (a quote that never closes, a broken
//     archive, too much inflated data) ends the reading with an error.
package rows

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// Row is one row of a file. A reader fills the Row it is given and reuses its
// slices; the strings stay valid.
type Row struct {
	Line    int64    // where the row starts in the file, 1-based: a line, or a row number in XLSX and Parquet
	Cells   []string // one per header column
	Extra   []string // names and values, in turn, of cells that the header does not have
	Raw     string   // the row's own text, where its cells could not be told apart (JSON lines)
	Problem *Problem // set when the row is wrong as a row; Cells may then be of any length
	Merged  []Merged // the file's rows that a Group made one; empty otherwise
}

// Problem says why a row is wrong as a row.
type Problem struct {
	Column string // where, if in one column
	Value  string // the offending value, if there is one
	Reason string
}

// Merged is one of the file's rows inside a grouped row.
type Merged struct {
	Line  int64
	Cells []string
	Extra []string
}

// Reader gives a file's rows in order.
type Reader interface {
	// Header is the unique names of the columns.
	Header() []string
	// Preamble is the header rows that follow the row of names, as they stand in
	// the file (Qualtrics writes three).
	Preamble() [][]string
	// Read fills row with the next row, or returns io.EOF.
	Read(row *Row) error
	// Offset is how many bytes of the file, as stored, have been consumed.
	Offset() int64
	Close() error
}

// columnNames makes names unique and non-empty. The second "Variant" becomes
// "Variant (2)", an empty third name "column_3".
func columnNames(cells []string) []string {
	names := make([]string, len(cells))
	seen := make(map[string]bool, len(cells))
	for i, cell := range cells {
		name := strings.TrimSpace(cell)
		if name == "" {
			name = "column_" + strconv.Itoa(i+1)
		}
		unique := name
		for n := 2; seen[unique]; n++ {
			unique = fmt.Sprintf("%s (%d)", name, n)
		}
		seen[unique] = true
		names[i] = unique
	}
	return names
}

// fit checks a row's width against the header. Empty cells beyond the header
// are dropped; a short row is a Problem unless pad.
func fit(row *Row, width int, pad bool) {
	n := len(row.Cells)
	if n == width {
		return
	}
	for n > width && row.Cells[n-1] == "" {
		n--
	}
	row.Cells = row.Cells[:n]
	switch {
	case n > width && pad:
		for i := width; i < n; i++ {
			row.Extra = append(row.Extra, "column_"+strconv.Itoa(i+1), row.Cells[i])
		}
		row.Cells = row.Cells[:width]
	case n < width && pad:
		for len(row.Cells) < width {
			row.Cells = append(row.Cells, "")
		}
	case n != width:
		row.Problem = &Problem{Reason: fmt.Sprintf("the row has %d cells, the header %d", n, width)}
	}
}

// blank reports whether every cell is empty.
func blank(cells []string) bool {
	for _, c := range cells {
		if c != "" {
			return false
		}
	}
	return true
}

// Sample reads up to n rows that have no Problem and returns copies of them.
func Sample(r Reader, n int) ([]Row, error) {
	var sample []Row
	for len(sample) < n {
		var row Row
		if err := r.Read(&row); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return sample, err
		}
		if row.Problem == nil {
			sample = append(sample, row)
		}
	}
	return sample, nil
}
