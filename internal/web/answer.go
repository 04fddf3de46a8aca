package web

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/firsthand-cx/firsthand/internal/question"
)

// answer finds cells of a table by their column's name.
type answer struct{ question.Table }

// column is the index of the first of the named columns that is there, or −1.
func (a answer) column(names ...string) int {
	for _, name := range names {
		if i := slices.IndexFunc(a.Columns, func(c question.Column) bool { return c.Name == name }); i >= 0 {
			return i
		}
	}
	return -1
}

// cell is a row's cell in the first of the named columns that is there.
func (a answer) cell(row []question.Cell, names ...string) (question.Column, question.Cell, bool) {
	i := a.column(names...)
	if i < 0 || i >= len(row) {
		return question.Column{}, question.Cell{}, false
	}
	return a.Columns[i], row[i], true
}

func (a answer) text(row []question.Cell, names ...string) string {
	_, c, _ := a.cell(row, names...)
	return c.Text
}

// sentence begins with a capital and ends with a full stop.
func sentence(s string) string {
	if s == "" {
		return ""
	}
	first, size := utf8.DecodeRuneInString(s)
	s = string(unicode.ToUpper(first)) + s[size:]
	if strings.ContainsRune(".!?", rune(s[len(s)-1])) {
		return s
	}
	return s + "."
}
