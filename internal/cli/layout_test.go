package cli

import (
	"bytes"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/firsthand-cx/firsthand/internal/question"
)

func number(v float64) *float64 { return &v }

func TestAnswersForPeople(t *testing.T) {
	share := question.Column{Name: "share", Title: "Share that reached a person", Unit: "share"}
	group := question.Column{Name: "group", Title: "All", Unit: "text"}
	count := question.Column{Name: "contacts", Title: "Contacts", Unit: "count"}
	q := question.Column{Name: "q", Title: "q"}
	some := question.Cell{Number: number(.84), Interval: &question.Interval{Low: .83, High: .85}, N: 64425}
	for _, c := range []struct {
		name    string
		table   question.Table
		says    []string
		saysNot []string
	}{
		{
			"an answer of one row is written downwards, without its group and what nothing rests on",
			question.Table{
				Columns: []question.Column{group, count, share, q},
				Rows:    [][]question.Cell{{{Text: "all"}, {Number: number(64425)}, some, {Withheld: true}}},
			},
			[]string{"Contacts                     64,425\n", "Share that reached a person    84 %  (83 to 85 %)\n"},
			[]string{"all", "too few", "q"},
		},
		{
			"a figure that is withheld says on how many it would rest",
			question.Table{
				Columns: []question.Column{{Name: "group", Title: "Channel", Unit: "text"}, share},
				Rows:    [][]question.Cell{{{Text: "phone"}, some}, {{Text: "chat"}, {Withheld: true, N: 7}}},
			},
			[]string{"chat     too few (7)\n", "too few (n): no figure"},
			nil,
		},
		{
			"a very small q needs no exact figure",
			question.Table{
				Columns: []question.Column{{Name: "group", Title: "Channel", Unit: "text"}, q},
				Rows:    [][]question.Cell{{{Text: "phone"}, {Number: number(1e-121)}}, {{Text: "chat"}, {Number: number(.04)}}},
			},
			[]string{"phone    < 0.001\n", "chat       0.040\n"},
			[]string{"e-"},
		},
		{
			"an answer without rows says so",
			question.Table{Columns: []question.Column{group, count}, Scanned: 3, LeftOut: []question.LeftOut{{Reason: "customer not identified", Count: 3}}},
			[]string{"No rows:", "left out: 3, customer not identified"},
			nil,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			var out bytes.Buffer
			if err := (Format{}).writeTable(&out, c.table); err != nil {
				t.Fatal(err)
			}
			table, _, _ := strings.Cut(out.String(), "interactions looked at")
			for _, s := range c.says {
				if !strings.Contains(out.String(), s) {
					t.Errorf("%q is missing in\n%s", s, out.String())
				}
			}
			for _, s := range c.saysNot {
				if strings.Contains(table, s) {
					t.Errorf("%q stands in\n%s", s, out.String())
				}
			}
		})
	}
}

// Whatever the table: no line is wider than the screen unless a single figure is,
// and every cell is written.
func TestTablesFitTheScreen(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		columns, rows := rapid.IntRange(1, 12).Draw(t, "columns"), rapid.IntRange(1, 5).Draw(t, "rows")
		word := rapid.StringMatching(`[a-z]{1,9}`)
		l := list{right: map[int]bool{}, with: map[int]bool{}}
		for i := range columns {
			l.head = append(l.head, word.Draw(t, "title")+" "+word.Draw(t, "title"))
			l.right[i] = rapid.Bool().Draw(t, "right")
		}
		for range rows {
			var row []string
			for range columns {
				row = append(row, word.Draw(t, "cell"))
			}
			l.rows = append(l.rows, row)
		}
		var out bytes.Buffer
		l.layOut(&out, 40)
		for line := range strings.Lines(out.String()) {
			if length(strings.TrimRight(line, "\n")) > 40 {
				t.Fatalf("%q is too wide", line)
			}
		}
		for _, row := range l.rows {
			for _, cell := range row {
				if !strings.Contains(out.String(), cell) {
					t.Fatalf("%q is missing in\n%s", cell, out.String())
				}
			}
		}
	})
}
