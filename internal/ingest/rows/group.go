package rows

import (
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// Group makes one row of adjacent rows that agree in the By columns: an order
// whose line items each have a row. A column's value is the first that is not
// empty; Sum columns are added up, Join columns listed. The column "rows" says
// how many there were.
//
// A group is at most MaxGroup rows, so that a wrong By column does not swallow
// the file.
type Group struct {
	By   []string
	Sum  []string // plain decimal numbers; a value that is none makes the row a Problem
	Join []string
}

// MaxGroup is the largest number of rows that become one.
const MaxGroup = 10_000

// CountColumn is the name of the column that a Group adds.
const CountColumn = "rows"

type grouped struct {
	Reader
	by, sum, join []int
	header        []string
	ahead         Row // the first row of the next group
	has           bool
	err           error
}

// NewGroup groups the rows of r.
func NewGroup(r Reader, g Group) (Reader, error) {
	out := &grouped{Reader: r}
	out.header = columnNames(append(slices.Clone(r.Header()), CountColumn))
	for _, list := range []struct {
		names []string
		to    *[]int
	}{{g.By, &out.by}, {g.Sum, &out.sum}, {g.Join, &out.join}} {
		for _, name := range list.names {
			i := slices.Index(r.Header(), name)
			if i < 0 {
				return nil, cx.Errorf(cx.Invalid, "group: the file has no column %q", name).
					WithRemedy("It has: %s.", strings.Join(r.Header(), ", "))
			}
			*list.to = append(*list.to, i)
		}
	}
	if len(out.by) == 0 {
		return nil, cx.Errorf(cx.Invalid, "group: no column to group by").WithRemedy("Name one under group: by:.")
	}
	return out, nil
}

func (g *grouped) Header() []string { return g.header }

func (g *grouped) Read(row *Row) error {
	if !g.has {
		if g.err == nil {
			g.err = g.Reader.Read(&g.ahead)
		}
		if g.err != nil {
			return g.err
		}
	}
	g.has = false
	first := g.ahead
	row.Line, row.Problem, row.Raw, row.Extra = first.Line, first.Problem, first.Raw, append(row.Extra[:0], first.Extra...)
	row.Cells = append(row.Cells[:0], first.Cells...)
	row.Merged = row.Merged[:0]
	if first.Problem != nil {
		return nil
	}
	row.Merged = append(row.Merged, Merged{Line: first.Line, Cells: slices.Clone(first.Cells), Extra: slices.Clone(first.Extra)})
	for {
		if g.err = g.Reader.Read(&g.ahead); g.err != nil {
			if !errors.Is(g.err, io.EOF) {
				return g.err
			}
			break
		}
		if g.ahead.Problem != nil || !g.same(row.Cells) || len(row.Merged) == MaxGroup {
			g.has = true
			break
		}
		row.Merged = append(row.Merged, Merged{Line: g.ahead.Line, Cells: slices.Clone(g.ahead.Cells), Extra: slices.Clone(g.ahead.Extra)})
		for i, c := range g.ahead.Cells {
			if row.Cells[i] == "" {
				row.Cells[i] = c
			}
		}
	}
	g.aggregate(row)
	row.Cells = append(row.Cells, strconv.Itoa(len(row.Merged)))
	return nil
}

// same reports whether the row ahead belongs to the group; an empty By value
// means "as above".
func (g *grouped) same(cells []string) bool {
	for _, i := range g.by {
		if c := g.ahead.Cells[i]; c != cells[i] && c != "" {
			return false
		}
	}
	return true
}

func (g *grouped) aggregate(row *Row) {
	for _, i := range g.sum {
		var total float64
		for _, m := range row.Merged {
			if m.Cells[i] == "" {
				continue
			}
			v, err := strconv.ParseFloat(m.Cells[i], 64)
			if err != nil {
				row.Problem = &Problem{Column: g.header[i], Value: m.Cells[i], Reason: "not a number that can be added up"}
				return
			}
			total += v
		}
		row.Cells[i] = strconv.FormatFloat(total, 'f', -1, 64)
	}
	for _, i := range g.join {
		if len(row.Merged) == 1 {
			continue
		}
		var parts []string
		for _, m := range row.Merged {
			if m.Cells[i] != "" {
				parts = append(parts, m.Cells[i])
			}
		}
		row.Cells[i] = strings.Join(parts, "; ")
	}
}
