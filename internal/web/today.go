package web

import (
	"context"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/web/chart"
)

// todayPage is the home page. An executive needs no other: what hurts most, which
// promises are broken, and whether the sources are fresh.
type todayPage struct {
	Frame
	Period   string
	Headline string
	Empty    *Empty
	Findings []findingRow // worst first
	Open     int
	More     bool // there are open findings beyond these
	Unpriced bool // ranked without a declared cost
	Broken   []promiseRow
	Kept     int
	Unclear  int
	Sources  []freshRow
	LastTime *lastTime
	Leavers  bool // somebody left: there is a page on why
}

func (*todayPage) view() string { return "today" }

// Chip is a word with a colour that repeats it.
type Chip struct{ Kind, Text string }

// Quote is a customer's own words.
type Quote struct {
	Text string
	Who  string // channel and day
	Href string // the customer's timeline
}

// promiseRow is a declared promise with how it is kept.
type promiseRow struct {
	Title, Where, Owner string
	Target              string // the promised share
	Met                 Figure
	Dot                 template.HTML
	Kept, Broken        bool
	Href                string

	step   string
	target float64
	point  chart.Point
}

// shownToday is how many findings the home page shows.
const shownToday = 5

func (s *Site) today(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	imports, err := s.Rooms.Imports.List(ctx)
	if err != nil {
		return err
	}
	p := &todayPage{Frame: Frame{Title: "Today", Section: "Today"}}
	if len(imports) == 0 {
		p.Period, p.Headline = "Before the first import", "Where do your customers suffer?"
		p.Empty = &Empty{
			"Start with one export",
			"An export of tickets, orders, calls or survey answers is enough. Firsthand reads it, finds who is who, and shows here what hurts customers most, how sure that is, and in whose words.",
			"/sources", "Import a file",
		}
		return s.show(w, r, http.StatusOK, p)
	}
	covered, err := s.Rooms.Questions.Coverage(ctx)
	if err != nil {
		return err
	}
	p.Sources = s.freshness(covered)
	found, err := s.ranked(ctx, "", cx.FindingOpen, cx.FindingAccepted)
	if err != nil {
		return err
	}
	run, err := s.Rooms.Findings.LastRun(ctx)
	if err != nil {
		return err
	}
	p.Period = "Not evaluated yet"
	if !run.At.IsZero() {
		p.Period = span(cx.Period{From: run.From, To: run.To}, s.Zone)
	}
	journeys, err := s.Rooms.Journeys.List(ctx)
	if err != nil {
		return err
	}
	fresh := 0
	for i, f := range found {
		if s.isNew(f, run) {
			fresh++
		}
		p.Unpriced = p.Unpriced || !f.Priced
		if i < shownToday {
			p.Findings = append(p.Findings, s.findingRow(i+1, f, journeys, run))
		}
	}
	s.addQuotes(ctx, p.Findings[:min(3, len(p.Findings))], found)
	p.Open, p.More = len(found), len(found) > shownToday
	if p.LastTime, err = s.lastTime(ctx, journeys); err != nil {
		return err
	}
	there, err := s.Rooms.Questions.Available(ctx)
	if err != nil {
		return err
	}
	p.Leavers = there.Cancellations
	promises, err := s.promises(ctx, nil, journeys)
	if err != nil {
		return err
	}
	for _, promise := range promises {
		switch {
		case promise.Broken:
			p.Broken = append(p.Broken, promise)
		case promise.Kept:
			p.Kept++
		default:
			p.Unclear++
		}
	}
	p.Headline = headline(fresh, len(found), len(p.Broken), p.Kept)
	return s.show(w, r, http.StatusOK, p)
}

// headline says the state of things in one breath.
func headline(fresh, open, broken, kept int) string {
	var b strings.Builder
	switch {
	case open == 0 && broken == 0 && kept > 0:
		return "Nothing is open, and every promise is kept."
	case open == 0:
		b.WriteString("No problem is open")
	case fresh == 0:
		b.WriteString(inWords(open) + isAre(open, " problem is open", " problems are open"))
	case fresh == open:
		b.WriteString(inWords(fresh) + isAre(fresh, " new problem", " new problems"))
	default:
		b.WriteString(inWords(fresh) + isAre(fresh, " new problem", " new problems") + " this week. " + inWords(open) + isAre(open, " is open", " are open"))
	}
	switch {
	case broken > 0:
		b.WriteString(". " + inWords(broken) + isAre(broken, " promise is broken.", " promises are broken."))
	case kept > 0:
		b.WriteString(". Every promise is kept.")
	default:
		b.WriteString(".")
	}
	return b.String()
}

func isAre(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// promises asks how every declared promise is kept.
func (s *Site) promises(ctx context.Context, params url.Values, journeys []cx.Journey) ([]promiseRow, error) {
	if !s.asks("standard_met") {
		return nil, nil
	}
	var out []promiseRow
	for _, j := range journeys {
		if !slices.ContainsFunc(j.Steps(), func(step cx.Step) bool { return len(step.Promises) > 0 }) {
			continue
		}
		v := with(cloned(params), "journey", j.Name)
		rows, err := s.journeyPromises(ctx, v, j, len(journeys) == 1)
		if err != nil {
			return nil, err
		}
		out = append(out, rows...)
	}
	return out, nil
}
