package cli

import (
	"fmt"
	"io"
	"maps"
	"os"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/term"
)

// list is a table of words and figures.
type list struct {
	head []string
	rows [][]string
	// right marks columns of figures; with those that belong to the one before them.
	right, with map[int]bool
	// plain tables have no head.
	plain bool
}

// gap stands between two columns.
const gap = 2

// screen is how many columns fit on w: a terminal's width, else $COLUMNS; 0 when
// nobody says.
func screen(w io.Writer) int {
	if f, ok := w.(*os.File); ok {
		if width, _, err := term.GetSize(int(f.Fd())); err == nil {
			return width
		}
	}
	width, _ := strconv.Atoi(os.Getenv("COLUMNS"))
	return max(0, width)
}

// write writes the table to fit w.
func (l list) write(w io.Writer) { l.layOut(w, screen(w)) }

// layOut aligns the columns, without those that are empty throughout. What is wider
// than the screen is written as several tables below each other, each with the first
// column; a column of words at the end is wrapped instead.
func (l list) layOut(w io.Writer, screen int) {
	l = l.withoutEmpty()
	width := l.widths()
	if len(width) == 0 {
		return
	}
	for i, part := range l.parts(width, screen) {
		if i > 0 {
			fmt.Fprintln(w)
		}
		l.part(w, part, width)
	}
}

// withoutEmpty leaves out columns that are empty in every row.
func (l list) withoutEmpty() list {
	if len(l.rows) == 0 || l.plain {
		return l
	}
	out := list{right: map[int]bool{}, with: map[int]bool{}, rows: make([][]string, len(l.rows))}
	for i, title := range l.head {
		says := false
		for _, row := range l.rows {
			says = says || row[i] != ""
		}
		if !says {
			continue
		}
		maps.Copy(out.right, map[int]bool{len(out.head): l.right[i]})
		maps.Copy(out.with, map[int]bool{len(out.head): l.with[i]})
		out.head = append(out.head, title)
		for r, row := range l.rows {
			out.rows[r] = append(out.rows[r], row[i])
		}
	}
	return out
}

// widths are the columns': their widest cell, or their title's longest word.
func (l list) widths() []int {
	width := make([]int, len(l.head))
	for i, title := range l.head {
		for word := range strings.FieldsSeq(title) {
			width[i] = max(width[i], length(word))
		}
		for _, row := range l.rows {
			width[i] = max(width[i], length(row[i]))
		}
	}
	return width
}

// parts are the columns of each of the tables that fit on the screen. It narrows the
// last column where wrapping it makes everything fit.
func (l list) parts(width []int, screen int) [][]int {
	const narrow = 24 // words in a column that is narrower are hard to read
	all, total := make([]int, len(width)), -gap
	for i := range width {
		all[i] = i
		total += width[i] + gap
	}
	last := len(width) - 1
	if screen == 0 || total <= screen {
		return [][]int{all}
	}
	if rest := screen - (total - width[last]); !l.right[last] && !l.with[last] && rest >= narrow {
		width[last] = rest
		return [][]int{all}
	}
	if !l.right[last] && last > 0 {
		width[last] = min(width[last], max(narrow, screen-width[0]-gap))
	}
	var parts [][]int
	part, used := []int{0}, width[0]
	for i := 1; i <= last; {
		end, need := i, 0 // a figure and its interval stay together
		for {
			need += gap + width[end]
			end++
			if end > last || !l.with[end] {
				break
			}
		}
		if used+need > screen && len(part) > 1 {
			parts = append(parts, part)
			part, used = []int{0}, width[0]
		}
		for ; i < end; i++ {
			part = append(part, i)
		}
		used += need
	}
	return append(parts, part)
}

// part writes some of the columns.
func (l list) part(w io.Writer, columns, width []int) {
	lines := func(row []string, foot bool) {
		cells, height := make([][]string, len(columns)), 0
		for k, i := range columns {
			cells[k] = wrap(printable(row[i]), width[i])
			height = max(height, len(cells[k]))
		}
		for y := range height {
			var b strings.Builder
			for k, i := range columns {
				cell, at := "", y
				if foot { // titles stand on their rule
					at = y - (height - len(cells[k]))
				}
				if at >= 0 && at < len(cells[k]) {
					cell = cells[k][at]
				}
				pad := strings.Repeat(" ", max(0, width[i]-length(cell)))
				if l.right[i] {
					cell = pad + cell
				} else {
					cell += pad
				}
				b.WriteString(cell + strings.Repeat(" ", gap))
			}
			fmt.Fprintln(w, strings.TrimRight(b.String(), " "))
		}
	}
	if !l.plain {
		lines(l.head, true)
		rule := make([]string, len(l.head))
		for i := range rule {
			rule[i] = strings.Repeat("─", width[i])
		}
		lines(rule, false)
	}
	for _, row := range l.rows {
		lines(row, false)
	}
}

// wrap breaks words into lines of at most width; a longer word stays whole.
func wrap(s string, width int) []string {
	if length(s) <= width {
		return []string{s}
	}
	var lines []string
	line := ""
	for word := range strings.FieldsSeq(s) {
		switch {
		case line == "":
			line = word
		case length(line)+1+length(word) <= width:
			line += " " + word
		default:
			lines, line = append(lines, line), word
		}
	}
	return append(lines, line)
}

// length is how many columns a word takes.
func length(s string) int { return utf8.RuneCountInString(printable(s)) }
