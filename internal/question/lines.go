package question

import (
	"strconv"
	"strings"
)

// Lines lays an answer out for spreadsheets and programs: full figures; an estimate's
// interval and n, and an amount's currency, in columns of their own.
func (t Table) Lines() (head []string, lines [][]string) {
	lines = make([][]string, len(t.Rows))
	for i, c := range t.Columns {
		estimate, money := false, false
		for _, row := range t.Rows {
			estimate = estimate || row[i].Interval != nil || row[i].Withheld
			money = money || strings.HasPrefix(row[i].Unit, "money ")
		}
		head = append(head, c.Name)
		if estimate {
			head = append(head, c.Name+"_low", c.Name+"_high", c.Name+"_n")
		}
		if money {
			head = append(head, c.Name+"_currency")
		}
		for r, row := range t.Rows {
			lines[r] = append(lines[r], row[i].line(estimate, money)...)
		}
	}
	return head, lines
}

// line is a cell's fields.
func (c Cell) line(estimate, money bool) []string {
	plain := func(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }
	out := []string{c.Text}
	if c.Number != nil && !c.Withheld {
		out[0] = plain(*c.Number)
	}
	if estimate {
		low, high, n := "", "", ""
		if c.Interval != nil && !c.Withheld {
			low, high = plain(c.Interval.Low), plain(c.Interval.High)
		}
		if c.N > 0 {
			n = strconv.FormatInt(c.N, 10)
		}
		out = append(out, low, high, n)
	}
	if money {
		out = append(out, strings.TrimPrefix(c.Unit, "money "))
	}
	return out
}
