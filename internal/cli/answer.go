package cli

import (
	"fmt"
	"io"
	"strconv"

	"github.com/firsthand-cx/firsthand/internal/question"
)

// writeTable writes an answer: the table, what was left out, and the notes.
func (f Format) writeTable(w io.Writer, t question.Table) error {
	switch {
	case f.JSON:
		return writeJSON(w, t)
	case f.CSV:
		head, lines := t.Lines()
		return writeCSV(w, append([][]string{head}, lines...))
	}
	if len(t.Rows) == 0 {
		fmt.Fprintln(w, "No rows: nothing in this period and filter answers the question.")
	} else {
		l, few := answerList(t)
		l.write(w)
		if few {
			fmt.Fprintln(w, "\ntoo few (n): no figure, since n cases are too few to tell.")
		}
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

// answerList lays an answer out for people: intervals beside their figures, an
// answer of one row downwards, and no column that says nothing in any row. few
// reports that a figure is withheld.
func answerList(t question.Table) (l list, few bool) {
	l = list{right: map[int]bool{}, with: map[int]bool{}}
	for _, row := range t.Rows {
		l.rows = append(l.rows, make([]string, 0, len(row)))
	}
	for i, c := range t.Columns {
		if !speaks(t, i) {
			continue
		}
		if c.Unit != "text" {
			l.right[len(l.head)] = true
		}
		l.head = append(l.head, c.Title)
		interval := false
		for r, row := range t.Rows {
			few = few || row[i].Withheld && row[i].N > 0
			interval = interval || c.WriteInterval(row[i]) != ""
			l.rows[r] = append(l.rows[r], figure(c, row[i]))
		}
		if !interval {
			continue
		}
		l.with[len(l.head)] = true
		l.head = append(l.head, "95 % interval")
		for r, row := range t.Rows {
			l.rows[r] = append(l.rows[r], c.WriteInterval(row[i]))
		}
	}
	if len(l.rows) == 1 {
		return downwards(l), few
	}
	return l, few
}

// speaks reports whether a column says anything in some row. The lone "all" of an
// answer that is not split does not, nor does a figure that rests on no case at all.
func speaks(t question.Table, column int) bool {
	for _, row := range t.Rows {
		cell := row[column]
		switch {
		case t.Columns[column].Name == "group" && len(t.Rows) == 1 && cell.Text == "all":
		case cell.Withheld && cell.N == 0:
		case cell.Number != nil, cell.Text != "", cell.Withheld:
			return true
		}
	}
	return false
}

// figure writes a cell. A q below a thousandth needs no exact figure.
func figure(c question.Column, cell question.Cell) string {
	switch {
	case cell.Withheld && cell.N == 0:
		return ""
	case cell.Withheld:
		return "too few (" + question.Column{Unit: "count"}.Figure(float64(cell.N)) + ")"
	case c.Name == "q" && cell.Number != nil && *cell.Number < .001:
		return "< 0.001"
	case c.Name == "q" && cell.Number != nil:
		return strconv.FormatFloat(*cell.Number, 'f', 3, 64)
	}
	return c.Write(cell)
}

// downwards turns a table of one row into one line for each figure.
func downwards(l list) list {
	out := list{head: []string{"", "", ""}, right: map[int]bool{1: true}, plain: true}
	for i, title := range l.head {
		if l.with[i] {
			last := out.rows[len(out.rows)-1]
			last[2] = "(" + l.rows[0][i] + ")"
			out.head[2] = "(95 % interval)"
			continue
		}
		out.rows = append(out.rows, []string{title, l.rows[0][i], ""})
	}
	if out.head[2] == "" {
		return out
	}
	out.rows = append([][]string{out.head}, out.rows...)
	return out
}
