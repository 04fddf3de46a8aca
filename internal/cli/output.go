package cli

import (
	"encoding/csv"
	"encoding/json"
	"io"
	"slices"
	"strconv"
	"strings"
)

// Format is how a table is written: for people, or for machines.
type Format struct {
	JSON bool `help:"Write JSON." xor:"format"`
	CSV  bool `help:"Write CSV." name:"csv" xor:"format"`
}

// writeList writes a list for people or as CSV; value is what JSON gets.
func (f Format) writeList(w io.Writer, l list, value any) error {
	switch {
	case f.JSON:
		return writeJSON(w, value)
	case f.CSV:
		rows := [][]string{l.head}
		for _, row := range l.rows {
			plain := slices.Clone(row)
			for i, cell := range plain {
				if l.right[i] { // a number: without the commas that people read
					plain[i] = strings.ReplaceAll(cell, ",", "")
				}
			}
			rows = append(rows, plain)
		}
		return writeCSV(w, rows)
	}
	l.write(w)
	return nil
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
