package question

import (
	"context"
	"math"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/question/statistics"
)

// tabulate writes an answer as a table.
func tabulate[Row any](name string, a Answer[Row], columns []Column, cells func(Row) []Cell) Table {
	t := Table{
		Question: name, Columns: columns, Rows: make([][]Cell, 0, len(a.Rows)),
		Scanned: a.Scanned, Included: a.Included, LeftOut: a.LeftOut, Notes: a.Notes, Version: a.Version, AsOf: a.AsOf,
	}
	for i, row := range a.Rows {
		t.Rows = append(t.Rows, cells(row))
		if of, ok := any(row).(curved); ok && of.curve() != nil {
			curve := *of.curve()
			curve.Row = i
			t.Curves = append(t.Curves, curve)
		}
	}
	return t
}

// asked turns a question's typed door into the catalogue's two.
func asked[Row any](
	d Definition,
	run func(ctx context.Context, facts Facts, p Params, c *collector) (Answer[Row], error),
	columns func(p Params) []Column, cells func(p Params, row Row) []Cell,
) Definition {
	d.Ask = func(ctx context.Context, facts Facts, p Params) (Table, error) {
		a, err := run(ctx, facts, p, nil)
		if err != nil {
			return Table{}, err
		}
		return tabulate(d.Name, a, columns(p), func(row Row) []Cell { return cells(p, row) }), nil
	}
	d.Evidence = func(ctx context.Context, facts Facts, p Params, cell string, limit int) ([]cx.InteractionID, bool, error) {
		c, err := newCollector(cell, limit)
		if err != nil {
			return nil, false, err
		}
		if _, err := run(ctx, facts, p, c); err != nil {
			return nil, false, err
		}
		ids, more := c.ids()
		return ids, more, nil
	}
	return d
}

// groupColumn heads the column of a split answer's groups.
func groupColumn(p Params) Column {
	title := map[string]string{
		"": "All", "step": "Step", "channel": "Channel", "reason": "Reason", "touchpoint": "Touchpoint", "persona": "Persona",
		"month": "Month", "week": "Week", "weekday": "Weekday", "hour": "Hour",
	}[p.By]
	if isDimension(p.By) {
		title = p.By[len("dimension:"):]
	}
	return Column{Name: "group", Title: title, Unit: "text"}
}

func groupCell(g Group) Cell {
	if g.Name == "" {
		return Cell{Text: "all"}
	}
	return Cell{Text: g.Title}
}

func textCell(text string) Cell { return Cell{Text: text} }

func countCell(n int64, evidence string) Cell {
	v := float64(n)
	if n == 0 {
		evidence = ""
	}
	return Cell{Number: &v, Evidence: evidence}
}

func numberCell(v float64) Cell { return Cell{Number: &v} }

// numberIf leaves the cell of a number empty that can't be shown: the estimate that it
// goes with says that there are too few, and how many.
func numberIf(v float64, shown bool) Cell {
	if !shown {
		return Cell{}
	}
	return numberCell(v)
}

func estimateCell(e Estimate, evidence string) Cell {
	if !e.Shown {
		return Cell{N: e.N, Withheld: true, Evidence: evidence}
	}
	v, i := e.Value, e.Interval
	c := Cell{Number: &v, N: e.N, Evidence: evidence}
	if !math.IsInf(i.Low, 0) && !math.IsInf(i.High, 0) {
		c.Interval = &i
	}
	return c
}

// share is k of n with Wilson's interval, shown from least on.
func share(k, n, least int64) Estimate {
	e := Estimate{N: n, Interval: Interval(statistics.Wilson(k, n)), Shown: n >= max(least, 1)}
	if n > 0 {
		e.Value = float64(k) / float64(n)
	}
	return e
}

// Comparison is how a group differs from all others of the answer. Q is P after
// Benjamini–Hochberg over the answer's rows; a row that has nothing to be compared
// with has P and Q 1.
type Comparison struct {
	Difference float64  `json:"difference"` // of the shares: this group − the others
	Interval   Interval `json:"interval"`
	P          float64  `json:"p"`
	Q          float64  `json:"q"`

	tested bool
}

// untested is a comparison that could not be made.
func untested() Comparison { return Comparison{Interval: Interval{-1, 1}, P: 1, Q: 1} }

// againstTheOthers compares each group's k of n with the sum of all others, where
// both sides reach least.
func againstTheOthers(k, n []int64, least int64) []Comparison {
	var allK, allN int64
	for i := range n {
		allK, allN = allK+k[i], allN+n[i]
	}
	out := make([]Comparison, len(n))
	all := make([]*Comparison, len(n))
	for i := range n {
		out[i], all[i] = untested(), &out[i]
		restK, restN := allK-k[i], allN-n[i]
		if n[i] < max(1, least) || restN < max(1, least) {
			continue
		}
		p, difference := statistics.TwoShares(k[i], n[i], restK, restN)
		out[i] = Comparison{
			Difference: float64(k[i])/float64(n[i]) - float64(restK)/float64(restN),
			Interval:   Interval(difference), P: p, Q: 1, tested: true,
		}
	}
	correct(all)
	return out
}

// correct sets Q of the comparisons that were made, over all of them together.
func correct(all []*Comparison) {
	var p []float64
	var tested []*Comparison
	for _, c := range all {
		if c.tested {
			p, tested = append(p, c.P), append(tested, c)
		}
	}
	for i, q := range statistics.BenjaminiHochberg(p) {
		tested[i].Q = q
	}
}

// qColumn and qCell show a comparison's q.
func qColumn() Column {
	return Column{Name: "q", Title: "q", Help: "How likely a difference from the other rows this large is chance, corrected for many comparisons (Benjamini–Hochberg). Below .05 it is worth a look."}
}

func qCell(c Comparison) Cell { return numberIf(c.Q, c.tested) }
