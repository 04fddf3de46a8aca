package web

import (
	"cmp"
	"context"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/question"
	"github.com/firsthand-cx/firsthand/internal/web/chart"
)

// leaversPage is the question leavers in its three views: what leavers say, what came
// before, and how long customers stay.
type leaversPage struct {
	Frame
	Period   string
	Left     string // "358 of 4,000 customers left."
	Lately   Figure // who left in the last 30 days
	Filters  Filters
	Problem  *Notice
	Few      *Notice       // too few leavers for shares
	Told     []namedFigure // their reasons one by one, where they are few
	Empty    *Empty
	Stated   chart.Chart
	Observed chart.Chart
	Untold   string // reasons of too few leavers
	Staying  chart.Chart
	By       string // what the curves are for
	Groups   leaversGroups
	Words    []Quote
	WordsAll string // opens all that they said
	Rests    []string
	LeftOut  []leftOutRow
	Notes    []string
	AllHref  [3]string // each view as a question, with its downloads
}

func (*leaversPage) view() string { return "leavers" }

// leaversGroups is the table under the curves.
type leaversGroups struct {
	Head []headCell
	Rows [][]bodyCell
	More string
	Note string
}

// leaversFigures are the answers that the page rests on.
type leaversFigures struct {
	params                            url.Values
	stated, observed, staying, lately answer
	statedParams, byReason, byGroup   url.Values
	latelyParams                      url.Values
	said                              []cx.Record
}

// mostCurves is how many groups can be told apart in one picture; shownReasons is how
// many reasons are drawn.
const (
	mostCurves   = 6
	shownReasons = 12
	shownWords   = 6
	lateDays     = 30
)

func (s *Site) leavers(w http.ResponseWriter, r *http.Request) error {
	journeys, err := s.Rooms.Journeys.List(r.Context())
	if err != nil {
		return err
	}
	there, err := s.Rooms.Questions.Available(r.Context())
	if err != nil {
		return err
	}
	params := filters(r)
	if params.Get("by") == "reason" { // a view of its own, not of staying
		params.Del("by")
	}
	personas := personaJourney(&params, journeys)
	p := newLeaversPage(params, personas, there, s.channels(r))
	f, err := s.leaversFigures(r.Context(), params)
	if code := cx.CodeOf(err); err != nil && code != cx.Invalid && code != cx.NotFound {
		return err
	}
	if err != nil {
		told := problem(err)
		p.Problem = &Notice{Text: told.Text, Detail: told.Remedy}
		return s.show(w, r, http.StatusUnprocessableEntity, p)
	}
	if done, err := exportedTable(w, r, f.stated.Table); done {
		return err
	}
	p.exports(r)
	p.fill(s, f)
	return s.show(w, r, http.StatusOK, p)
}

// personaJourney names the journey that declares the personas that are asked for: the
// first that declares any.
func personaJourney(params *url.Values, journeys []cx.Journey) []cx.Persona {
	for _, j := range journeys {
		if len(j.Personas) > 0 && cmp.Or(params.Get("journey"), j.Name) == j.Name {
			if params.Get("persona") != "" || params.Get("by") == "persona" || params.Get("by") == "" {
				*params = with(*params, "journey", j.Name)
			}
			return j.Personas
		}
	}
	return nil
}

func newLeaversPage(params url.Values, personas []cx.Persona, there question.Available, channels []string) *leaversPage {
	p := &leaversPage{Frame: Frame{Title: "Why do they leave?", Section: "Questions"}}
	p.Filters = Filters{Action: "/leavers", Fields: append(periodFields(params), segmentFields(params, personas, channels)...)}
	p.Filters.Set = anySet(p.Filters.Fields) || params.Get("by") != ""
	by := stayingField(params.Get("by"), personas, there.Dimensions)
	if params.Get("by") == "" {
		params.Set("by", by.Value)
	}
	p.Filters.Fields = append(p.Filters.Fields, by)
	for _, o := range by.Options {
		if o.Value == by.Value {
			p.By = o.Label
		}
	}
	return p
}

// stayingField offers what the curves of staying can be for: personas where a journey
// declares some, dimensions, the channel of the first contact. Nothing chosen is the
// first of them that has few enough groups.
func stayingField(by string, personas []cx.Persona, dimensions []question.Dimension) Field {
	f := Field{Name: "by", Label: "Compare staying by"}
	if len(personas) > 0 {
		f.Options = append(f.Options, Option{"persona", "Persona"})
	}
	usual := ""
	for _, d := range dimensions {
		if d.Values < 2 || d.Values > mostChannels {
			continue
		}
		o := Option{"dimension:" + d.Name, spaced(d.Name)}
		if usual == "" && d.Values <= mostCurves {
			usual = o.Value
		}
		f.Options = append(f.Options, o)
	}
	f.Options = append(f.Options, Option{"channel", "First channel"}, Option{"touchpoint", "First touchpoint"}, Option{"month", "Month they began"})
	if len(personas) > 0 {
		usual = "persona"
	}
	f.Value = cmp.Or(by, usual, "channel")
	if !slices.ContainsFunc(f.Options, func(o Option) bool { return o.Value == f.Value }) {
		f.Options = append(f.Options, Option{f.Value, f.Value})
	}
	return f
}

// leaversFigures asks for the three views at once, and for those who left lately.
func (s *Site) leaversFigures(ctx context.Context, params url.Values) (leaversFigures, error) {
	f := leaversFigures{params: params, byGroup: params, statedParams: cloned(params)}
	f.statedParams.Del("by")
	f.byReason = with(params, "by", "reason")
	group, inGroup := errgroup.WithContext(ctx)
	for _, view := range []struct {
		params url.Values
		into   *answer
	}{{f.statedParams, &f.stated}, {f.byReason, &f.observed}, {f.byGroup, &f.staying}} {
		group.Go(func() (err error) {
			*view.into, err = s.ask(inGroup, "leavers", view.params)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return f, err
	}
	parsed, err := question.ParseParams(params, s.Zone)
	if err != nil || len(f.stated.Rows) == 0 {
		return f, err
	}
	end := f.stated.AsOf
	if to := parsed.Period.To; !to.IsZero() && to.Before(end) {
		end = to
	}
	if from := end.AddDate(0, 0, -lateDays); from.After(parsed.Period.From) {
		f.latelyParams = with(f.statedParams, "from", from.UTC().Format(time.RFC3339))
		if f.lately, err = s.ask(ctx, "leavers", f.latelyParams); err != nil {
			return f, err
		}
	}
	f.said = s.leaversSaid(ctx, f, end)
	return f, nil
}

// leaversSaid are words of those who left in the last three months, the newest first;
// where there are none, of any. Where they can't be had now, the page stands without.
func (s *Site) leaversSaid(ctx context.Context, f leaversFigures, end time.Time) []cx.Record {
	recent := with(f.statedParams, "from", end.AddDate(0, 0, -90).UTC().Format(time.RFC3339))
	if from := f.statedParams.Get("from"); from > recent.Get("from") {
		recent = f.statedParams
	}
	for _, params := range []url.Values{recent, f.statedParams} {
		records, _, err := s.Rooms.Questions.Evidence(ctx, "leavers", params, "of=said", 200)
		if err != nil {
			s.Log.WarnContext(ctx, "no words of leavers", "error", err)
			return nil
		}
		records = slices.DeleteFunc(records, func(r cx.Record) bool { return !suffers(r) || len(r.Texts) == 0 })
		if slices.Reverse(records); len(records) > 0 {
			return records
		}
	}
	return nil
}

func (f leaversFigures) left() (n int) {
	for _, row := range f.stated.Rows {
		n += f.stated.whole(row, "leavers")
	}
	return n
}

func (p *leaversPage) fill(s *Site, f leaversFigures) {
	if parsed, err := question.ParseParams(f.params, s.Zone); err == nil {
		p.Period = span(parsed.Period, s.Zone)
	}
	if f.left() == 0 {
		p.Empty = f.nobody()
		return
	}
	if notes := f.stated.Notes; len(notes) > 0 {
		p.Left = notes[0]
	}
	for i, params := range []url.Values{f.statedParams, f.byReason, f.byGroup} {
		p.AllHref[i] = link("/questions/leavers", params)
	}
	if n := (leaversFigures{stated: f.lately}).left(); f.latelyParams != nil && n > 0 {
		p.Lately = Figure{Text: plural(n, "customer", "customers"), Href: evidenceHref("leavers", f.latelyParams, "of=left")}
	}
	if n := f.left(); n < 10 {
		p.Few = &Notice{Kind: "warn", Text: plural(n, "customer", "customers") + " left: too few for shares or for what came before.", Detail: "Read what they did and said instead."}
		for _, row := range f.stated.Rows {
			p.Told = append(p.Told, namedFigure{row[0].Text, f.stated.figure(row, f.statedParams, "leavers")})
		}
	} else {
		p.Stated = f.statedChart()
	}
	p.Observed, p.Untold = f.observedChart()
	p.Staying = f.stayingChart(p.By)
	p.Groups = f.groups()
	p.Words, p.WordsAll = quotes(f.said, shownWords, s.Zone), evidenceHref("leavers", f.statedParams, "of=said")
	t := f.stated
	p.Rests = []string{count(t.Included) + " of " + count(t.Scanned) + " interactions are counted. Known until " + day(t.AsOf, s.Zone) + ". Definition " + strconv.Itoa(t.Version) + "."}
	for _, l := range t.LeftOut {
		if l.Count > 0 {
			p.LeftOut = append(p.LeftOut, leftOutRow{l.Reason, count(l.Count)})
		}
	}
	p.Notes = []string{
		"Who fell silent without cancelling counts as still there.",
		"A customer is seen from their first interaction in the data: those older than the data seem younger than they are.",
		"What a payment that failed or the system itself ended is not leaving.",
	}
}

// nobody says that nobody left, and what to bring.
func (f leaversFigures) nobody() *Empty {
	clear := cloned(f.params)
	clear.Del("by")
	if !unfiltered(clear) {
		return &Empty{"Nobody left with these filters", "No customer of this segment cancelled in this period. Widen the period, or clear the filters.", "/leavers", "Show the whole time"}
	}
	d, _ := question.Describe("leavers")
	return &Empty{"Nobody has left yet, as far as the data says", "This page shows the reasons that leavers give, what they had asked for shortly before, and how long customers of each group stay. For that, " + d.Bring() + ".", "/sources", "Import a file"}
}

func (f leaversFigures) statedChart() chart.Chart {
	var parts []chart.FunnelStep
	for _, row := range f.stated.Rows {
		_, cell, _ := f.stated.cell(row, "share")
		parts = append(parts, chart.FunnelStep{Label: row[0].Text, Reached: int64(f.stated.whole(row, "leavers")), Share: point(cell, evidenceHref("leavers", f.statedParams, cell.Evidence))})
	}
	return chart.Bars("The reasons that they give", []string{"Reason", "Customers", "Of all who left"}, parts)
}

// observedChart draws how much more often customers leave after a contact, and says of
// how many reasons that can't be told.
func (f leaversFigures) observedChart() (chart.Chart, string) {
	plot := chart.DotPlot{
		Title: "How many times as often they leave within 30 days after a contact", Log: true, Min: .5, Max: 2,
		Format: func(v float64) string { return chart.Plain(v) + " ×" },
	}
	untold, more := 0, 0
	for _, row := range f.observed.Rows {
		_, cell, _ := f.observed.cell(row, "ratio")
		pt := point(cell, evidenceHref("leavers", f.byReason, cell.Evidence))
		switch {
		case !pt.Shown:
			untold++
			continue
		case len(plot.Rows) == shownReasons:
			more++
			continue
		}
		plot.Min, plot.Max = min(plot.Min, pt.Low), max(plot.Max, pt.High)
		_, q, _ := f.observed.cell(row, "q")
		plot.Rows = append(plot.Rows, chart.Estimate{Label: row[0].Text, Point: pt, Target: math.Inf(-1), Bad: q.Number != nil && *q.Number < .05 && pt.Low > 1})
	}
	words := ""
	if more > 0 {
		words = plural(more, "more reason is", "more reasons are") + " in the download. "
	}
	if untold > 0 {
		words += "Of " + plural(untold, "more reason", "more reasons") + " it can't be told: fewer than 5 customers left after such a contact."
	}
	return chart.Intervals(plot), words
}

func (f leaversFigures) stayingChart(by string) chart.Chart {
	s := chart.Survival{Title: "How many are still customers, by " + strings.ToLower(by), Time: sinceBegun}
	for _, c := range f.drawnCurves() {
		curve := chart.SurvivalCurve{Name: or(f.staying.Rows[c.Row][0].Text, "all")}
		for _, pt := range c.Points {
			curve.Points = append(curve.Points, chart.SurvivalPoint{After: pt.After, Share: pt.Share, Low: pt.Interval.Low, High: pt.Interval.High, AtRisk: pt.AtRisk})
		}
		s.Tick = c.Tick
		s.Curves = append(s.Curves, curve)
	}
	return s.Draw()
}

// drawnCurves are those of the largest groups, in the order of the answer's rows.
func (f leaversFigures) drawnCurves() []question.Curve {
	curves := slices.Clone(f.staying.Curves)
	slices.SortStableFunc(curves, func(a, b question.Curve) int { return cmp.Compare(b.Points[0].AtRisk, a.Points[0].AtRisk) })
	curves = curves[:min(mostCurves, len(curves))]
	slices.SortFunc(curves, func(a, b question.Curve) int { return cmp.Compare(a.Row, b.Row) })
	return curves
}

// groups is the table under the curves: how many left, and when half have.
func (f leaversFigures) groups() leaversGroups {
	var g leaversGroups
	names := []string{"group", "customers", "leavers", f.after(), "stayed", "q"}
	for _, name := range names {
		if i := f.staying.column(name); i >= 0 {
			c := f.staying.Columns[i]
			g.Head = append(g.Head, headCell{Title: c.Title, Help: c.Help, Number: name != "group"})
		}
	}
	for _, row := range f.staying.Rows[:min(shownReasons, len(f.staying.Rows))] {
		var cells []bodyCell
		for _, name := range names {
			column, cell, ok := f.staying.cell(row, name)
			if !ok {
				continue
			}
			body := bodyCell{Figure: figure(column, cell, evidenceHref("leavers", f.byGroup, cell.Evidence)), Number: name != "group"}
			switch {
			case name == "q" && cell.Number != nil:
				body.Figure.Text = smallChance(*cell.Number)
			case name == "customers":
				body.Figure.Text = count(int64(f.staying.whole(row, name)))
			}
			cells = append(cells, body)
		}
		g.Rows = append(g.Rows, cells)
	}
	if n := len(f.staying.Rows); n > shownReasons {
		g.More = "The first " + strconv.Itoa(shownReasons) + " of " + count(int64(n)) + " groups; the download holds them all."
	}
	if notes := f.staying.Notes; len(notes) > 0 {
		g.Note = notes[0]
	}
	return g
}

// after is the column of the longest time after which it is told who is still there.
func (f leaversFigures) after() string {
	for _, name := range []string{"after_2_years", "after_1_year"} {
		for _, row := range f.staying.Rows {
			if _, cell, ok := f.staying.cell(row, name); ok && !cell.Withheld {
				return name
			}
		}
	}
	return "after_90_days"
}

// smallChance writes a q for people.
func smallChance(q float64) string {
	if q < .001 {
		return "< 0.001"
	}
	return strconv.FormatFloat(q, 'f', 3, 64)
}

// sinceBegun writes a mark of the axis of time in days or years.
func sinceBegun(seconds float64) string {
	days := int64(math.Round(seconds / 86400))
	switch {
	case days == 0:
		return "0"
	case days%365 == 0:
		return strconv.FormatInt(days/365, 10) + " y"
	}
	return strconv.FormatInt(days, 10) + " d"
}
