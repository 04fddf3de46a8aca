package cli

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/firsthand-cx/firsthand/internal/question"
)

// Format is how a table is written: for people, or for machines.
type Format struct {
	JSON bool `help:"Write JSON." xor:"format"`
	CSV  bool `help:"Write CSV." name:"csv" xor:"format"`
}

// list is a plain table of words and figures.
type list struct {
	head []string
	rows [][]string
	// right marks columns of figures.
	right map[int]bool
}

// writeList writes a list for people or as CSV; value is what JSON gets.
func (f Format) writeList(w io.Writer, l list, value any) error {
	switch {
	case f.JSON:
		return writeJSON(w, value)
	case f.CSV:
		return writeCSV(w, append([][]string{l.head}, l.rows...))
	}
	l.write(w)
	return nil
}

// writeTable writes an answer: the table, what was left out, and the notes.
func (f Format) writeTable(w io.Writer, t question.Table) error {
	switch {
	case f.JSON:
		return writeJSON(w, t)
	case f.CSV:
		return writeCSV(w, csvOf(t))
	}
	l := list{right: map[int]bool{}}
	shows := make([]bool, len(t.Columns)) // does the column carry intervals?
	for _, row := range t.Rows {
		for i, cell := range row {
			shows[i] = shows[i] || (cell.Interval != nil && !cell.Withheld)
		}
	}
	for i, c := range t.Columns {
		if c.Unit != "" && c.Unit != "text" {
			l.right[len(l.head)] = true
		}
		l.head = append(l.head, c.Title)
		if shows[i] {
			l.head = append(l.head, "95 % interval")
		}
	}
	for _, row := range t.Rows {
		var out []string
		for i, cell := range row {
			out = append(out, t.Columns[i].Write(cell))
			if shows[i] {
				out = append(out, t.Columns[i].WriteInterval(cell))
			}
		}
		l.rows = append(l.rows, out)
	}
	if len(l.rows) == 0 {
		fmt.Fprintln(w, "No rows: nothing in this period and filter answers the question.")
	} else {
		l.write(w)
	}
	count := question.Column{Unit: "count"}.Figure
	fmt.Fprintf(w, "\n%s interactions looked at, %s of them counted.\n", count(float64(t.Scanned)), count(float64(t.Included)))
	for _, left := range t.LeftOut {
		fmt.Fprintf(w, "  left out: %s, %s\n", count(float64(left.Count)), left.Reason)
	}
	for _, note := range t.Notes {
		fmt.Fprintf(w, "  note: %s\n", note)
	}
	return nil
}

// write aligns the columns.
func (l list) write(w io.Writer) {
	width := make([]int, len(l.head))
	for _, row := range append([][]string{l.head}, l.rows...) {
		for i, cell := range row {
			width[i] = max(width[i], utf8.RuneCountInString(printable(cell)))
		}
	}
	line := func(row []string) {
		var b strings.Builder
		for i, cell := range row {
			cell = printable(cell)
			pad := strings.Repeat(" ", width[i]-utf8.RuneCountInString(cell))
			if l.right[i] {
				b.WriteString(pad + cell)
			} else {
				b.WriteString(cell + pad)
			}
			b.WriteString("  ")
		}
		fmt.Fprintln(w, strings.TrimRight(b.String(), " "))
	}
	line(l.head)
	rule := make([]string, len(l.head))
	for i := range rule {
		rule[i] = strings.Repeat("─", width[i])
	}
	line(rule)
	for _, row := range l.rows {
		line(row)
	}
}

// printable keeps what came from a file from driving the terminal.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || (r >= 0x80 && r < 0xa0) {
			return ' '
		}
		return r
	}, s)
}

func writeJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}

// writeCSV writes rows that a spreadsheet will not run as formulas.
func writeCSV(w io.Writer, rows [][]string) error {
	out := csv.NewWriter(w)
	for _, row := range rows {
		safe := make([]string, len(row))
		for i, cell := range row {
			safe[i] = formulaSafe(cell)
		}
		if err := out.Write(safe); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// formulaSafe puts an apostrophe before what a spreadsheet would run (OWASP, CSV
// injection), but leaves plain numbers alone.
func formulaSafe(cell string) string {
	if cell == "" || !strings.ContainsRune("=+-@\t\r\x00", rune(cell[0])) {
		return cell
	}
	if _, err := strconv.ParseFloat(cell, 64); err == nil {
		return cell
	}
	return "'" + cell
}

// csvOf lays an answer out for machines: full figures, interval ends and n in
// columns of their own.
func csvOf(t question.Table) [][]string {
	var head []string
	for _, c := range t.Columns {
		head = append(head, c.Name)
		if c.Unit != "" && c.Unit != "text" {
			head = append(head, c.Name+"_low", c.Name+"_high", c.Name+"_n")
		}
	}
	rows := [][]string{head}
	for _, row := range t.Rows {
		var out []string
		for i, cell := range row {
			if c := t.Columns[i]; c.Unit == "" || c.Unit == "text" {
				out = append(out, cell.Text)
				continue
			}
			value, low, high, n := cell.Text, "", "", ""
			if cell.Number != nil && !cell.Withheld {
				value = strconv.FormatFloat(*cell.Number, 'g', -1, 64)
			}
			if cell.Interval != nil && !cell.Withheld {
				low = strconv.FormatFloat(cell.Interval.Low, 'g', -1, 64)
				high = strconv.FormatFloat(cell.Interval.High, 'g', -1, 64)
			}
			if cell.N > 0 {
				n = strconv.FormatInt(cell.N, 10)
			}
			out = append(out, value, low, high, n)
		}
		rows = append(rows, out)
	}
	return rows
}
