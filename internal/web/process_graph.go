package web

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/question"
	"github.com/firsthand-cx/firsthand/internal/web/chart"
)

// processGraph is the directly-follows graph of a journey and the ways through it.
type processGraph struct {
	f     processFigures
	steps []cx.Step // in the journey's order
	edges map[edgeKey]*processEdge
	ways  []processWay // from the commonest
	cases int64
}

// edgeKey names an edge by the names of its steps; "" begins or ends a case.
type edgeKey struct{ from, to string }

type processEdge struct {
	key  edgeKey
	row  []question.Cell
	n    int64
	time float64 // share of all time; 0 where it is not shown
	slow bool
}

type processWay struct {
	names []string
	cases int64
}

func (f processFigures) graph(j cx.Journey) *processGraph {
	g := &processGraph{f: f, steps: j.Steps(), edges: map[edgeKey]*processEdge{}}
	for _, row := range f.follows.Rows {
		_, cell, _ := f.follows.cell(row, "transitions")
		names := rowNames(cell.Evidence)
		e := &processEdge{row: row, n: int64(f.follows.whole(row, "transitions"))}
		switch of, _, _ := strings.Cut(strings.TrimPrefix(cell.Evidence, "of="), "&"); {
		case len(names) == 2:
			e.key = edgeKey{names[1], names[0]}
		case len(names) == 1 && of == "end":
			e.key = edgeKey{from: names[0]}
		case len(names) == 1:
			e.key = edgeKey{to: names[0]}
		default:
			continue
		}
		if _, c, ok := f.follows.cell(row, "time"); ok && c.Number != nil && !c.Withheld {
			e.time = *c.Number
		}
		g.edges[e.key] = e
	}
	for _, row := range f.ways.Rows {
		_, cell, _ := f.ways.cell(row, "cases")
		w := processWay{rowNames(cell.Evidence), int64(f.ways.whole(row, "cases"))}
		g.ways, g.cases = append(g.ways, w), g.cases+w.cases
	}
	return g
}

// Slow edges are the fewest that hold most of all time together.
const (
	slowHold = .8
	mostSlow = 5
)

// byTime are the edges between steps from the one that holds most of all time.
func (g *processGraph) byTime() []*processEdge {
	var out []*processEdge
	for _, e := range g.edges {
		if e.key.from != "" && e.key.to != "" && e.time > 0 {
			out = append(out, e)
		}
	}
	slices.SortFunc(out, func(a, b *processEdge) int {
		return cmp.Or(cmp.Compare(b.time, a.time), strings.Compare(a.key.from+"\n"+a.key.to, b.key.from+"\n"+b.key.to))
	})
	return out
}

func (g *processGraph) markSlow() {
	held := 0.0
	for i, e := range g.byTime() {
		if i == mostSlow || held >= slowHold {
			return
		}
		e.slow = true
		held += e.time
	}
}

func (g *processGraph) slowWords() string {
	n, held := 0, 0.0
	for _, e := range g.byTime() {
		if e.slow {
			n, held = n+1, held+e.time
		}
	}
	switch n {
	case 0:
		return ""
	case 1:
		return "One connection holds " + share(held) + " of all time: it is marked red."
	}
	return inWords(n) + " connections hold " + share(held) + " of all time together: they are marked red. They are the fewest that hold " + share(slowHold) + ", and five at most."
}

// slowest are the rows of the edges that hold most of all time.
func (g *processGraph) slowest(most int) []processRow {
	var out []processRow
	byTime := g.byTime()
	for _, e := range byTime[:min(most, len(byTime))] {
		figure := func(name string) Figure { return g.f.follows.figure(e.row, g.f.params, name) }
		row := processRow{Steps: []string{e.row[0].Text, e.row[1].Text}, Figures: []namedFigure{
			{"Of all time", figure("time").withoutN()}, {"Median", figure("median").withoutN()}, {"9 in 10 within", figure("p90").withoutN()}, {"How often", figure("transitions")},
		}}
		if e.slow {
			row.Chip = Chip{"bad", "slow"}
		}
		out = append(out, row)
	}
	return out
}

// mostDrawn is how many edges between steps are drawn: beyond that, a picture is a tangle.
const mostDrawn = 26

// picked is the part of a graph that is drawn.
type picked struct {
	*processGraph
	drawn  map[edgeKey]bool
	room   int // edges between steps that may be drawn still
	capped bool
	of     int64 // cases that run wholly on what is drawn
}

// pick takes whole ways: the commonest through each slow edge, then from the commonest on
// until they are those of so many percent of the cases. A way for which there is no room
// is passed over. So whatever is drawn leads from a beginning to an end.
func (g *processGraph) pick(cover, most int) picked {
	p := picked{processGraph: g, drawn: map[edgeKey]bool{}, room: most}
	for _, e := range g.byTime() {
		if i := slices.IndexFunc(g.ways, func(w processWay) bool { return slices.Contains(w.edges(), e.key) }); e.slow && i >= 0 {
			p.take(g.ways[i])
		}
	}
	taken := int64(0)
	for _, w := range g.ways {
		if taken*100 >= int64(cover)*g.cases {
			break
		}
		if p.take(w) {
			taken += w.cases
		} else {
			p.capped = true
		}
	}
	for _, w := range g.ways {
		if !slices.ContainsFunc(w.edges(), func(key edgeKey) bool { return !p.drawn[key] }) {
			p.of += w.cases
		}
	}
	return p
}

// take draws a way if there is room for it.
func (p *picked) take(w processWay) bool {
	fresh, added := map[edgeKey]bool{}, 0
	for _, key := range w.edges() {
		if !p.drawn[key] && !fresh[key] {
			fresh[key] = true
			if key.from != "" && key.to != "" {
				added++
			}
		}
	}
	if added > p.room {
		return false
	}
	p.room -= added
	for key := range fresh {
		p.drawn[key] = true
	}
	return true
}

func (w processWay) edges() []edgeKey {
	out := make([]edgeKey, 0, len(w.names)+1)
	from := ""
	for _, name := range w.names {
		out = append(out, edgeKey{from, name})
		from = name
	}
	return append(out, edgeKey{from, ""})
}

// words say how much of the whole is drawn.
func (p picked) words() string {
	var drawn, all, through, moves int64
	for key, e := range p.edges {
		if key.from == "" || key.to == "" {
			continue
		}
		all, moves = all+1, moves+e.n
		if p.drawn[key] {
			drawn, through = drawn+1, through+e.n
		}
	}
	if drawn == all && p.of == p.cases {
		return "Everything is drawn: " + plural(int(all), "connection", "connections") + "."
	}
	text := fmt.Sprintf("%s of %s connections are drawn: those of the commonest ways, and of the commonest through each slow one.", count(drawn), count(all))
	if moves > 0 {
		text += " " + share(float64(p.of)/float64(p.cases)) + " of the cases run wholly on them, and they make " + share(float64(through)/float64(moves)) + " of all moves from step to step."
	}
	if p.capped {
		text += " More would be a tangle: the lists and the downloads hold all."
	}
	return text
}

// draw makes the picture, and its table.
func (p picked) draw(title string) chart.Chart {
	f := chart.Flow{Title: title}
	at := map[string]int{}
	for _, step := range p.steps {
		count, in := p.comings(step.Name)
		if !in {
			continue
		}
		at[step.Name] = len(f.Steps)
		label := or(step.Title, step.Name)
		s := chart.FlowStep{Label: label, Count: countWords(count), Href: evidenceHref("directly_follows", p.f.params, "of=step&row="+url.QueryEscape(step.Name))}
		s.Begins, s.Ends = p.border(edgeKey{to: step.Name}), p.border(edgeKey{from: step.Name})
		f.Steps = append(f.Steps, s)
	}
	rows := [][]string{}
	for _, row := range p.f.follows.Rows { // from the most frequent
		e := p.edgeOf(row)
		if e == nil || !p.drawn[e.key] {
			continue
		}
		cells := []string{row[0].Text, row[1].Text}
		for _, name := range []string{"transitions", "cases", "median", "p90", "time"} {
			figure := p.f.follows.figure(row, nil, name)
			cells = append(cells, strings.TrimSpace(figure.Text+bracketed(figure.Range)))
		}
		from, begun := at[e.key.from]
		to, ended := at[e.key.to]
		marks := ""
		if begun && ended {
			edge := p.edge(e, from, to)
			f.Edges = append(f.Edges, edge)
			if edge.Back() {
				marks = "back again"
			}
			if e.slow {
				marks = strings.TrimPrefix(marks+", slow", ", ")
			}
		}
		rows = append(rows, append(cells, marks))
	}
	c := f.Draw()
	c.Head = []string{"From", "To", "How often", "In cases", "Median time between", "9 in 10 within", "Share of all time", "Mark"}
	c.Rows = rows
	return c
}

func (p picked) edgeOf(row []question.Cell) *processEdge {
	for _, e := range p.edges {
		if &e.row[0] == &row[0] {
			return e
		}
	}
	return nil
}

// edge is what is drawn of an edge between steps.
func (p picked) edge(e *processEdge, from, to int) chart.FlowEdge {
	a := p.f.follows
	_, transitions, _ := a.cell(e.row, "transitions")
	out := chart.FlowEdge{
		From: from, To: to, Weight: float64(e.n), Count: count(e.n), Href: evidenceHref("directly_follows", p.f.params, transitions.Evidence),
		About: e.row[0].Text + " → " + e.row[1].Text + ", " + countWords(e.n) + " in " + plural(a.whole(e.row, "cases"), "case", "cases"),
	}
	_, median, _ := a.cell(e.row, "median")
	_, p90, _ := a.cell(e.row, "p90")
	if median.Number != nil && !median.Withheld {
		out.Median = oneUnit(*median.Number)
		out.About += ", median " + question.Duration(*median.Number)
		if p90.Number != nil && !p90.Withheld {
			out.P90 = oneUnit(*p90.Number)
			out.About += ", 9 in 10 within " + question.Duration(*p90.Number)
		}
	}
	if e.slow {
		out.Slow = share(e.time)
	}
	return out
}

// comings is how often cases come to a step, and whether that is drawn at all.
func (p picked) comings(name string) (n int64, drawn bool) {
	for key, e := range p.edges {
		if key.to == name {
			n += e.n
		}
		drawn = drawn || p.drawn[key] && (key.to == name || key.from == name)
	}
	return n, drawn
}

func (p picked) border(key edgeKey) string {
	if e := p.edges[key]; e != nil && p.drawn[key] {
		return count(e.n)
	}
	return ""
}

func countWords(n int64) string {
	if n == 1 {
		return "once"
	}
	return count(n) + " times"
}

func bracketed(s string) string {
	if s == "" {
		return ""
	}
	return " (" + s + ")"
}

// oneUnit writes a time in one unit, for where there is little room: 6.1 h, 12 d.
func oneUnit(seconds float64) string {
	unit, of := "s", 1.0
	for _, u := range []struct {
		name     string
		of, from float64 // from on: what is less is not rounded up to it
	}{{"min", 60, 59.5}, {"h", 3600, 3570}, {"d", 86400, 84_600}} {
		if seconds >= u.from {
			unit, of = u.name, u.of
		}
	}
	digits := 0
	if v := seconds / of; v < 9.95 && unit != "s" {
		digits = 1
	}
	return strings.TrimSuffix(strconv.FormatFloat(seconds/of, 'f', digits, 64), ".0") + " " + unit
}
