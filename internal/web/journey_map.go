package web

import (
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/journey"
	"github.com/firsthand-cx/firsthand/internal/web/chart"
)

// journeyMapPage is the picture that everyone shares: what customers do, think
// and feel at each step.
type journeyMapPage struct {
	Frame
	Name         string
	Period       string
	Attempts     string // "12,480 attempts"
	Unmatched    Figure
	EditHref     string
	ProcessHref  string
	Filters      Filters
	Empty        *Empty
	Stages       []mapStage
	Steps        []mapStep // of all stages, in order
	Curve        chart.Chart
	FeelingScale string // "CSAT, share satisfied"
	Legend       []legendEntry
	Scrolls      bool
	Walked       bool // some step was walked in the period
	BillHref     string
	Charged      bool // some step is charged with a contact
	Notes        []string
}

func (*journeyMapPage) view() string { return "journey_map" }

type mapStage struct {
	Title string
	Steps []mapStep
}

// Span is how many columns the stage covers.
func (s mapStage) Span() int { return len(s.Steps) }

// mapStep is one column of the map.
type mapStep struct {
	Name, Title     string
	Optional        bool
	Worst           bool   // most attempts are lost after it
	Traffic         Figure // interactions, whether or not they are part of an attempt
	Reached, Lost   Figure
	Median, Slowest Figure
	Contacts        Figure // share of those lost here who then asked for help
	Charged         *charged
	Feelings        []feeling
	Quotes          []Quote
	Promises        []promiseRow
	Owner           string
	Contributors    string
	Findings        []linkRow
	Walks           *stepWalks // nil = not walked in the period
}

type feeling struct {
	Persona string
	Score   Figure
}

type linkRow struct{ Title, Href string }

type legendEntry struct {
	Mark template.HTML
	Name string
}

// Filters is a GET form: every state of a page has an address that can be shared.
type Filters struct {
	Action string
	Fields []Field
	Set    bool // some filter is not at its default
}

// Field is one control of a form: a choice when it has options, else an input.
type Field struct {
	Name, Label, Type, Value, Placeholder string
	Options                               []Option
}

// Option is one choice.
type Option struct{ Value, Label string }

// columnWidth is the width of a step's column, as app.css has it: the curve lies
// under the columns.
const columnWidth = 228

func (s *Site) journeyMap(w http.ResponseWriter, r *http.Request) error {
	file, err := s.Rooms.Journeys.Current(r.Context(), r.PathValue("name"))
	if err != nil {
		return err
	}
	j, err := journey.Parse(file.Name, []byte(file.YAML))
	if err != nil {
		return err
	}
	params := filters(r, "compare")
	figures, err := s.mapFigures(r.Context(), j, params, r.URL.Query().Get("compare"))
	if err != nil {
		return err
	}
	if done, err := exportedTable(w, r, figures.funnel.Table); done {
		return err
	}
	p := &journeyMapPage{
		Frame: Frame{Title: or(j.Title, j.Name), Section: "Journeys", Wide: true}, Name: or(j.Title, j.Name),
		EditHref: journeyHref(j.Name) + "/edit", BillHref: billHref(j.Name), ProcessHref: link(journeyHref(j.Name)+"/process", params), Filters: mapFilterForm(j, r.URL.Query(), s.channels(r)),
	}
	p.exports(r)
	p.fill(s, j, figures)
	return s.show(w, r, http.StatusOK, p)
}

func mapFilterForm(j cx.Journey, v url.Values, channels []string) Filters {
	f := Filters{Action: journeyHref(j.Name), Fields: append(periodFields(v), segmentFields(v, j.Personas, channels)...)}
	if len(j.Personas) > 0 {
		f.Fields = slices.Insert(f.Fields, 3, personaField("compare", "Compared with", "Nobody", v.Get("compare"), j.Personas))
	}
	f.Set = anySet(f.Fields)
	return f
}

func anySet(fields []Field) bool {
	return slices.ContainsFunc(fields, func(f Field) bool { return f.Value != "" })
}

// fill lays the figures out as columns.
func (p *journeyMapPage) fill(s *Site, j cx.Journey, f mapFigures) {
	p.Period = span(f.period, s.Zone)
	worst := f.worstStep()
	for _, stage := range j.Stages {
		column := mapStage{Title: or(stage.Title, stage.Name)}
		for _, step := range stage.Steps {
			column.Steps = append(column.Steps, f.step(s, step, step.Name == worst))
		}
		p.Stages = append(p.Stages, column)
		p.Steps = append(p.Steps, column.Steps...)
	}
	if entered := f.entered(); entered == 0 {
		p.Attempts = "no attempt in this period"
	} else {
		p.Attempts = count(entered) + " attempts"
	}
	if f.unmatched > 0 {
		p.Unmatched = Figure{Text: count(f.unmatched) + " interactions", Href: "/journeys#unmatched"}
	}
	p.Scrolls = len(p.Steps) > 4
	for _, step := range p.Steps {
		p.Walked, p.Charged = p.Walked || step.Walks != nil, p.Charged || step.Charged != nil
	}
	if p.Walked && (f.params.Get("persona") != "" || f.params.Get("dimension") != "") {
		f.notes = append(f.notes, "Walks belong to no segment of customers: their lane shows all of the period.")
	}
	p.Notes = f.notes
	p.drawFeeling(f)
	if f.entered() == 0 && p.Curve.Empty() && f.funnel.Question != "" && f.funnel.Included == 0 && f.traffic.Included == 0 {
		p.Empty = &Empty{"Nothing to show with these filters", "No attempt at this journey lies in the period, or none passes the filters. Attempts whose time is not over yet are left out too.", journeyHref(j.Name), "Show the whole time"}
	}
}

func (p *journeyMapPage) drawFeeling(f mapFigures) {
	if len(f.feelings) == 0 {
		return
	}
	metric := f.feelings[0].metric
	p.FeelingScale = metric.words
	curve := chart.FeelingCurve{Title: "Feeling at each step: " + metric.words, Min: metric.min, Max: metric.max, Format: metric.format, ColumnWidth: columnWidth, Height: 190}
	for _, step := range p.Steps {
		curve.Steps = append(curve.Steps, step.Title)
	}
	for i, of := range f.feelings {
		series := chart.Series{Name: of.persona}
		for _, step := range p.Steps {
			series.Points = append(series.Points, of.points[step.Name])
		}
		curve.Series = append(curve.Series, series)
		if len(f.feelings) > 1 {
			p.Legend = append(p.Legend, legendEntry{chart.Legend(i), of.persona})
		}
	}
	p.Curve = chart.Feeling(curve)
}

// step makes one column.
func (f mapFigures) step(s *Site, step cx.Step, worst bool) mapStep {
	out := mapStep{
		Name: step.Name, Title: or(step.Title, step.Name), Optional: step.Optional, Worst: worst,
		Owner: step.Owner, Contributors: strings.Join(step.Contributors, ", "), Quotes: quotes(worstFirst(f.quotes[step.Name]), 2, s.Zone),
	}
	if row := f.traffic.stepRow(step); row != nil {
		out.Traffic = f.traffic.figure(row, with(f.params, "by", "step"), "interactions")
		if customers := f.traffic.figure(row, f.params, "customers"); customers.Text != "" {
			out.Traffic.Range = customers.Text + " customers"
		}
	}
	// Where next to nobody arrives in order, the funnel has nothing to say.
	if row := f.funnel.stepRow(step); row != nil && f.reached(row) >= 10 {
		out.Reached = f.funnel.figure(row, f.params, "reached")
		out.Lost = f.lost(row)
		out.Median = f.funnel.figure(row, f.params, "median")
		out.Slowest = f.funnel.figure(row, f.params, "p90")
	}
	out.Charged = f.charged(step)
	if row := f.drops.stepRow(step); row != nil {
		out.Contacts = f.drops.figure(row, f.params, "share", "contacted_share", "contacted")
	}
	for _, of := range f.feelings {
		if score, ok := of.figures[step.Name]; ok {
			out.Feelings = append(out.Feelings, feeling{of.persona, score})
		}
	}
	for _, promise := range f.promises {
		if promise.step == step.Name {
			out.Promises = append(out.Promises, promise)
		}
	}
	out.Walks = f.stepWalks(s, step, out)
	for _, found := range f.findings {
		if found.Key.Step == step.Name {
			out.Findings = append(out.Findings, linkRow{found.Title, findingHref(found.ID)})
		}
	}
	return out
}
