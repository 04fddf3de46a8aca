package web

import (
	"context"
	"math"
	"net/http"
	"net/url"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/web/chart"
)

// reportPage is four to six printed pages for the board.
type reportPage struct {
	Frame
	Filters      Filters
	Empty        *Empty
	Period       string
	Headline     string
	Basis        string
	Made         string
	PDFHref      string
	Findings     []findingRow
	PromiseChart chart.Chart
	Promises     []promiseRow
	Journeys     []reportJourney
	Sources      []freshRow
	Notes        []string
	Leavers      bool // somebody left: there is a page on why
}

func (*reportPage) view() string { return "report" }

// reportJourney is one printed page on a journey.
type reportJourney struct {
	Name, Attempts  string
	Funnel, Feeling chart.Chart
	Quotes          []Quote
}

const (
	reportFindings = 5 // what fits a page
	reportJourneys = 2 // so that the whole stays within six pages
)

func (s *Site) report(w http.ResponseWriter, r *http.Request) error {
	p, err := s.reportPage(r.Context(), filters(r))
	if err != nil {
		return err
	}
	return s.show(w, r, http.StatusOK, p)
}

func (s *Site) reportPage(ctx context.Context, params url.Values) (*reportPage, error) {
	p := &reportPage{Frame: Frame{Title: "Report", Section: "Report"}, Made: day(s.Now(), s.Zone), Filters: Filters{Action: "/report", Fields: periodFields(params)}}
	p.Filters.Set = anySet(p.Filters.Fields)
	imports, err := s.Rooms.Imports.List(ctx)
	if err != nil {
		return nil, err
	}
	if len(imports) == 0 {
		p.Empty = &Empty{"There is nothing to report yet", "The report sums up findings, promises and journeys. Import a first file, and it fills itself.", "/sources", "Import a file"}
		return p, nil
	}
	covered, err := s.Rooms.Questions.Coverage(ctx)
	if err != nil {
		return nil, err
	}
	p.Sources = s.freshness(covered)
	if s.PDF != nil {
		p.PDFHref = link("/report.pdf", params)
	}
	journeys, err := s.Rooms.Journeys.List(ctx)
	if err != nil {
		return nil, err
	}
	found, err := s.ranked(ctx, "", cx.FindingOpen, cx.FindingAccepted)
	if err != nil {
		return nil, err
	}
	run, err := s.Rooms.Findings.LastRun(ctx)
	if err != nil {
		return nil, err
	}
	there, err := s.Rooms.Questions.Available(ctx)
	if err != nil {
		return nil, err
	}
	p.Leavers = there.Cancellations
	for i, f := range found[:min(reportFindings, len(found))] {
		p.Findings = append(p.Findings, s.findingRow(i+1, f, journeys, run))
	}
	s.addQuotes(ctx, p.Findings[:min(2, len(p.Findings))], found)
	if p.Promises, err = s.promises(ctx, params, journeys); err != nil {
		return nil, err
	}
	p.PromiseChart = promiseChart(p.Promises)
	if err := s.reportOnJourneys(ctx, p, params, journeys); err != nil {
		return nil, err
	}
	fresh, broken, kept := 0, 0, 0
	for _, f := range found {
		if s.isNew(f, run) {
			fresh++
		}
	}
	for _, promise := range p.Promises {
		if promise.Broken {
			broken++
		} else if promise.Kept {
			kept++
		}
	}
	p.Headline = headline(fresh, len(found), broken, kept)
	p.Basis = "From " + plural(len(p.Sources), "source", "sources") + " and " + plural(len(journeys), "journey", "journeys") + "."
	return p, nil
}

func (s *Site) reportOnJourneys(ctx context.Context, p *reportPage, params url.Values, journeys []cx.Journey) error {
	for i, j := range journeys {
		if i == reportJourneys {
			p.Notes = append(p.Notes, plural(len(journeys)-i, "further journey is", "further journeys are")+" not printed; see the Journeys page.")
			break
		}
		f, err := s.mapFigures(ctx, j, params, "")
		if err != nil {
			return err
		}
		p.Period = span(f.period, s.Zone)
		m := &journeyMapPage{}
		m.fill(s, j, f)
		of := reportJourney{Name: or(j.Title, j.Name), Attempts: sentenceless(m.Attempts), Funnel: f.funnel.funnelChart("How far they get", f.params), Feeling: feelingPlot(m, f)}
		for _, step := range m.Steps {
			if len(step.Quotes) > 0 && len(of.Quotes) < 2 {
				of.Quotes = append(of.Quotes, step.Quotes[0])
			}
		}
		p.Journeys = append(p.Journeys, of)
		p.Notes = append(p.Notes, f.notes...)
	}
	return nil
}

// feelingPlot shows feeling under one another: a page is too narrow for the map's
// columns.
func feelingPlot(m *journeyMapPage, f mapFigures) chart.Chart {
	if len(f.feelings) == 0 {
		return chart.Chart{}
	}
	of := f.feelings[0]
	plot := chart.DotPlot{Title: "How they feel: " + of.metric.words, Min: of.metric.min, Max: of.metric.max, Format: of.metric.format}
	for _, step := range m.Steps {
		if pt := of.points[step.Name]; pt.N > 0 { // where nobody was asked there is no line
			plot.Rows = append(plot.Rows, chart.Estimate{Label: step.Title, Point: pt, Target: math.Inf(-1)})
		}
	}
	return chart.Intervals(plot)
}

func promiseChart(promises []promiseRow) chart.Chart {
	plot := chart.DotPlot{Title: "Promises: share met, with what was promised", Min: 0, Max: 1, Format: chart.Percent}
	for _, p := range promises {
		pt := p.point
		plot.Rows = append(plot.Rows, chart.Estimate{Label: p.Title, Point: pt, Target: p.target, Bad: p.Broken})
	}
	return chart.Intervals(plot)
}
