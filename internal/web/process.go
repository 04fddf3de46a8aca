package web

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/journey"
	"github.com/firsthand-cx/firsthand/internal/question"
	"github.com/firsthand-cx/firsthand/internal/web/chart"
)

// processPage is a journey as it really runs: what comes after what, how often and after
// how long, the commonest ways, the rounds, and where the time goes.
type processPage struct {
	Frame
	Name    string
	MapHref string
	Period  string
	Cases   string // "4,580 cases take 137 ways"
	Filters Filters
	Problem *Notice
	Empty   *Empty
	Flow    chart.Chart
	Shown   string // how much of it is drawn
	Slowest string // what makes an edge slow
	Legend  []legendEntry
	Time    processList
	Rounds  processList
	Ways    processList
	Counted string
	LeftOut []leftOutRow
	Notes   []string
}

func (*processPage) view() string { return "process" }

// processList is the first of the rows of an answer, and a link to all of it.
type processList struct {
	Rows     []processRow
	All      string // "All 137 ways"; "" = these are all
	Href     string
	CSV      string
	Question string
}

// processRow is a way, a round or an edge: its steps in order, and its figures.
type processRow struct {
	Steps   []string
	Chip    Chip
	Figures []namedFigure
}

type namedFigure struct {
	Name   string
	Figure Figure
}

// shownProcess is how many rows of each list the page shows.
const shownProcess = 6

// processFigures are the answers that the page rests on, under the same filters.
type processFigures struct {
	params                url.Values
	follows, ways, rounds answer
}

func (s *Site) process(w http.ResponseWriter, r *http.Request) error {
	file, err := s.Rooms.Journeys.Current(r.Context(), r.PathValue("name"))
	if err != nil {
		return err
	}
	j, err := journey.Parse(file.Name, []byte(file.YAML))
	if err != nil {
		return err
	}
	p := newProcessPage(j, r.URL.Query(), s.channels(r))
	f, err := s.processFigures(r.Context(), filters(r, "journey", "cover"), j.Name)
	if code := cx.CodeOf(err); err != nil && code != cx.Invalid && code != cx.NotFound {
		return err
	}
	if err != nil {
		told := problem(err)
		p.Problem = &Notice{Text: told.Text, Detail: told.Remedy}
		return s.show(w, r, http.StatusUnprocessableEntity, p)
	}
	if done, err := exportedTable(w, r, f.follows.Table); done {
		return err
	}
	p.exports(r)
	p.fill(s, j, f, coverOf(r.URL.Query()))
	return s.show(w, r, http.StatusOK, p)
}

func newProcessPage(j cx.Journey, v url.Values, channels []string) *processPage {
	name := or(j.Title, j.Name)
	p := &processPage{Frame: Frame{Title: name + ": as it runs", Section: "Journeys"}, Name: name, MapHref: journeyHref(j.Name)}
	p.Filters = Filters{Action: p.MapHref + "/process", Fields: append(periodFields(v), segmentFields(v, j.Personas, channels)...)}
	p.Filters.Set = anySet(p.Filters.Fields) || coverOf(v) != usualCover
	p.Filters.Fields = append(p.Filters.Fields, coverField(coverOf(v)))
	return p
}

// usualCover is for which share of the cases, in percent, the picture is drawn: the rare
// ways beyond it are what turns such pictures into a tangle.
const usualCover = 80

var covers = []int{50, 60, 70, 80, 90, 95, 100}

func coverOf(v url.Values) int {
	if n, err := strconv.Atoi(v.Get("cover")); err == nil && slices.Contains(covers, n) {
		return n
	}
	return usualCover
}

func coverField(cover int) Field {
	f := Field{Name: "cover", Label: "Draw the ways of", Value: strconv.Itoa(cover)}
	for _, n := range covers {
		label := strconv.Itoa(n) + " % of cases"
		if n == 100 {
			label = "all cases"
		}
		f.Options = append(f.Options, Option{strconv.Itoa(n), label})
	}
	return f
}

// processFigures asks the three questions at once.
func (s *Site) processFigures(ctx context.Context, params url.Values, name string) (processFigures, error) {
	f := processFigures{params: with(params, "journey", name)}
	group, ctx := errgroup.WithContext(ctx)
	for question, into := range map[string]*answer{"directly_follows": &f.follows, "variants": &f.ways, "loops": &f.rounds} {
		group.Go(func() (err error) {
			*into, err = s.ask(ctx, question, f.params)
			return err
		})
	}
	return f, group.Wait()
}

func (p *processPage) fill(s *Site, j cx.Journey, f processFigures, cover int) {
	if parsed, err := question.ParseParams(f.params, s.Zone); err == nil {
		p.Period = span(parsed.Period, s.Zone)
	}
	t := f.follows
	p.Counted = count(t.Included) + " of " + count(t.Scanned) + " interactions are counted, each in its case."
	for _, l := range t.LeftOut {
		if l.Count > 0 {
			p.LeftOut = append(p.LeftOut, leftOutRow{l.Reason, count(l.Count)})
		}
	}
	p.Notes = append(p.Notes, f.rounds.Notes...)
	p.Notes = append(p.Notes, "A case is everything of one order, ticket or session, or of one customer without a longer gap, as the journey says.",
		"Times are from the beginning of a step to the beginning of the next. A case that had not ended when the data did ends too early.",
		"It shows what sources log, not what customers did between.")
	g := f.graph(j)
	if g.cases == 0 {
		p.Empty = f.nothing(j)
		return
	}
	p.Cases = plural(int(g.cases), "case takes ", "cases take ") + plural(len(g.ways), "way", "ways")
	g.markSlow()
	picked := g.pick(cover, mostDrawn)
	p.Flow, p.Shown, p.Slowest = picked.draw("How “"+p.Name+"” really runs"), picked.words(), g.slowWords()
	p.Legend = flowLegend
	p.Time = f.list("directly_follows", g.slowest(shownProcess), 0, "")
	p.Rounds = f.list("loops", f.roundRows(), len(f.rounds.Rows), "rounds")
	p.Ways = f.list("variants", f.wayRows(), len(f.ways.Rows), "ways")
	if g.cases < 10 {
		p.Notes = append([]string{"So few cases are told one by one, not in shares: n = " + count(g.cases) + "."}, p.Notes...)
	}
}

var flowLegend = []legendEntry{
	{chart.FlowLegend("edge"), "thicker: more often"},
	{chart.FlowLegend("back"), "back again"},
	{chart.FlowLegend("slow"), "where most time goes"},
	{chart.FlowLegend("begin"), "begin here"},
	{chart.FlowLegend("end"), "end here"},
}

// nothing says why there is no case, and what to do about it.
func (f processFigures) nothing(j cx.Journey) *Empty {
	threadless := slices.ContainsFunc(f.follows.LeftOut, func(l question.LeftOut) bool { return l.Reason == "belongs to no thread" && l.Count > 0 })
	switch {
	case threadless:
		return &Empty{"Nothing says which steps belong together", "The interactions of this journey carry no order, ticket or session number, so no way can be followed. Map such a column as the thread, or let the journey key its attempts by a gap of time.", journeyHref(j.Name) + "/edit", "Edit the journey"}
	case unfiltered(f.params):
		return &Empty{"No case to follow yet", "This picture shows what comes directly after what, and how long that takes. Bring events with the case that they belong to: tickets, orders, sessions.", "/sources", "Import a file"}
	}
	return &Empty{"Nothing to follow with these filters", "No case of this journey lies in the period, or none passes the filters.", journeyHref(j.Name) + "/process", "Show the whole time"}
}

func (f processFigures) list(name string, rows []processRow, all int, what string) processList {
	l := processList{Rows: rows, Question: name, Href: link("/questions/"+name, f.params), CSV: link("/questions/"+name, with(f.params, "format", "csv"))}
	if all > len(rows) {
		l.All = "All " + count(int64(all)) + " " + what
	}
	return l
}

func (f processFigures) roundRows() []processRow {
	var out []processRow
	for _, row := range f.rounds.Rows[:min(shownProcess, len(f.rounds.Rows))] {
		figure := func(name string) Figure { return f.rounds.figure(row, f.params, name).withoutN() }
		rounds := figure("rounds")
		rounds.Range = "in " + plural(f.rounds.whole(row, "cases"), "case", "cases")
		out = append(out, processRow{Steps: steps(row[0].Text), Figures: []namedFigure{
			{"Of all cases", figure("share")}, {"How often", rounds}, {"Adds, at the median", figure("added")}, {"Of all time", figure("time")},
		}})
	}
	return out
}

func (f processFigures) wayRows() []processRow {
	var out []processRow
	for _, row := range f.ways.Rows[:min(shownProcess, len(f.ways.Rows))] {
		figure := func(name string) Figure { return f.ways.figure(row, f.params, name).withoutN() }
		r := processRow{Steps: steps(row[0].Text), Figures: []namedFigure{{"Of all cases", figure("share")}, {"Cases", figure("cases")}, {"Median from first to last", figure("median")}}}
		if f.ways.text(row, "rework") != "" {
			r.Chip = Chip{"warn", "something twice"}
		}
		out = append(out, r)
	}
	return out
}

// steps are the parts of a way as an answer writes it.
func steps(way string) []string { return strings.Split(way, " → ") }

// withoutN is for where what a figure rests on stands beside it already.
func (f Figure) withoutN() Figure {
	f.N = ""
	return f
}

// whole is a cell's number as a whole one; 0 where it has none.
func (a answer) whole(row []question.Cell, name string) int {
	if _, c, ok := a.cell(row, name); ok && c.Number != nil {
		return int(*c.Number)
	}
	return 0
}
