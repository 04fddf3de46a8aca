package web

import (
	"context"
	"net/url"
	"slices"
	"strings"
	"sync"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/question"
	"github.com/firsthand-cx/firsthand/internal/web/chart"
)

// mapFigures is what a map of one journey rests on: the answers of several
// questions under the same filters.
type mapFigures struct {
	params    url.Values
	period    cx.Period
	traffic   answer
	funnel    answer
	drops     answer
	walks     answer
	lastWalks answer
	upstream  answer
	feelings  []feelingOf
	promises  []promiseRow
	findings  []cx.Finding
	quotes    map[string][]cx.Record
	unmatched int64
	notes     []string
}

// feelingOf is what one persona felt, by step.
type feelingOf struct {
	persona string
	metric  feelingMetric
	points  map[string]chart.Point
	figures map[string]Figure
}

// feelingMetric is a survey measure as the curve draws it. Metrics never mix: a
// map shows the first of them that some step has enough answers for.
type feelingMetric struct {
	name, words string
	columns     []string
	min, max    float64
	format      chart.Format
}

var feelingMetrics = []feelingMetric{
	{"csat", "CSAT, share satisfied", []string{"csat"}, 0, 1, chart.Percent},
	{"ces", "CES, share who found it easy", []string{"ces"}, 0, 1, chart.Percent},
	{"nps", "NPS, −100 to 100", []string{"nps"}, -100, 100, chart.Plain},
}

// mapFigures asks all questions of the map at once.
func (s *Site) mapFigures(ctx context.Context, j cx.Journey, params url.Values, compare string) (mapFigures, error) {
	params = with(params, "journey", j.Name)
	f := mapFigures{params: params}
	parsed, err := question.ParseParams(params, s.Zone)
	if err != nil {
		return f, err
	}
	f.period = parsed.Period
	byStep := with(params, "by", "step")

	var group sync.WaitGroup
	var failed sync.Map // by name: the first by name is told, so that it is the same each time
	ask := func(name string, do func() error) {
		group.Go(func() {
			if err := do(); err != nil {
				failed.Store(name, err)
			}
		})
	}
	var funnelless string // why this journey has no funnel: the other lanes stand without
	ask("a traffic", func() (err error) { f.traffic, err = s.ask(ctx, "traffic", byStep); return })
	ask("a funnel", func() (err error) {
		if f.funnel, err = s.ask(ctx, "funnel", params); err != nil && cx.CodeOf(err) == cx.Invalid {
			told := problem(err)
			funnelless, err = strings.TrimSpace(told.Text+" "+told.Remedy), nil
		}
		return err
	})
	ask("b drops", func() (err error) {
		if f.drops, err = s.ask(ctx, "drop_then_contact", params); err != nil && cx.CodeOf(err) == cx.Invalid {
			err = nil // for the funnel's reason
		}
		return err
	})
	ask("c feeling", func() (err error) { f.feelings, err = s.feelings(ctx, j, byStep, compare); return })
	ask("d promises", func() (err error) {
		if s.asks("standard_met") {
			f.promises, err = s.journeyPromises(ctx, params, j, true)
		}
		return err
	})
	ask("e findings", func() error {
		found, err := s.ranked(ctx, "", cx.FindingOpen, cx.FindingAccepted)
		f.findings = slices.DeleteFunc(found, func(x cx.Finding) bool { return x.Key.Journey != j.Name })
		return err
	})
	ask("f quotes", func() error {
		if s.Rooms.Quotes == nil {
			return nil
		}
		var err error
		if f.quotes, err = s.Rooms.Quotes.Quotes(ctx, j.Name, params, 6); err != nil && ctx.Err() == nil {
			// The map is worth its numbers even while the words can't be had.
			s.Log.ErrorContext(ctx, "no quotes for a journey", "journey", j.Name, "error", err)
			return nil
		}
		return err
	})
	ask("g unmatched", func() error {
		unmatched, _, err := s.Rooms.Journeys.Unmatched(ctx)
		for _, u := range unmatched {
			f.unmatched += u.Interactions
		}
		return err
	})
	ask("h walks", func() (err error) { f.walks, err = s.ask(ctx, "walk_experience", walkParams(params)); return })
	ask("i last walks", func() (err error) {
		f.lastWalks, err = s.ask(ctx, "last_experienced", walkParams(params))
		return
	})
	ask("j upstream", func() (err error) { f.upstream, err = s.ask(ctx, "upstream", params); return })
	group.Wait()
	for _, name := range []string{"a traffic", "a funnel", "b drops", "c feeling", "d promises", "e findings", "f quotes", "g unmatched", "h walks", "i last walks", "j upstream"} {
		if err, ok := failed.Load(name); ok {
			return f, err.(error)
		}
	}
	if funnelless != "" {
		f.notes = append(f.notes, "How far customers get can't be told. "+funnelless)
	}
	for _, l := range f.funnel.LeftOut {
		if l.Count > 0 {
			f.notes = append(f.notes, count(l.Count)+" interactions are left out of the funnel: "+l.Reason+".")
		}
	}
	f.notes = append(f.notes, f.funnel.Notes...)
	return f, nil
}

// ask answers a question that the catalogue may not have.
func (s *Site) ask(ctx context.Context, name string, params url.Values) (answer, error) {
	if !s.asks(name) {
		return answer{}, nil
	}
	table, err := s.Rooms.Questions.Ask(ctx, name, params)
	return answer{table}, err
}

// feelings asks for the first metric that has answers, of the persona that is
// filtered for and of the one that it is compared with.
func (s *Site) feelings(ctx context.Context, j cx.Journey, params url.Values, compare string) ([]feelingOf, error) {
	personas := []string{params.Get("persona")}
	if compare != "" && compare != personas[0] {
		personas = append(personas, compare)
	}
	for _, metric := range feelingMetrics {
		var out []feelingOf
		shown := false
		for _, persona := range personas {
			of, some, err := s.feelingOf(ctx, j, metric, with(params, "persona", persona))
			if err != nil {
				return nil, err
			}
			shown = shown || some
			out = append(out, of)
		}
		if shown {
			return out, nil
		}
	}
	return nil, nil
}

func (s *Site) feelingOf(ctx context.Context, j cx.Journey, metric feelingMetric, params url.Values) (feelingOf, bool, error) {
	of := feelingOf{persona: "All customers", metric: metric, points: map[string]chart.Point{}, figures: map[string]Figure{}}
	for _, p := range j.Personas {
		if p.Name == params.Get("persona") {
			of.persona = or(p.Title, p.Name)
		}
	}
	if params.Get("persona") == "" {
		params = cloned(params)
		params.Del("persona")
	}
	a, err := s.ask(ctx, metric.name, params)
	if err != nil {
		return of, false, err
	}
	shown := false
	for _, step := range j.Steps() {
		row := a.stepRow(step)
		if row == nil {
			continue
		}
		column, cell, ok := a.cell(row, metric.columns...)
		if !ok {
			continue
		}
		href := evidenceHref(metric.name, params, cell.Evidence)
		of.points[step.Name] = point(cell, href)
		of.figures[step.Name] = figure(column, cell, href)
		shown = shown || of.points[step.Name].Shown
	}
	return of, shown, nil
}

// stepRow finds a step's row by the name in its evidence, else by its title: titles
// need not differ, names do.
func (a answer) stepRow(step cx.Step) []question.Cell {
	for _, row := range a.Rows {
		for _, c := range row {
			if slices.Contains(rowNames(c.Evidence), step.Name) {
				return row
			}
		}
	}
	for _, row := range a.Rows {
		if at := a.text(row, "step", "group"); at != "" && (at == step.Title || at == step.Name) {
			return row
		}
	}
	return nil
}

// figure writes the first of the named cells of a row.
func (a answer) figure(row []question.Cell, params url.Values, names ...string) Figure {
	column, cell, ok := a.cell(row, names...)
	if !ok {
		return Figure{}
	}
	return figure(column, cell, evidenceHref(a.Question, params, cell.Evidence))
}

// lost is the share that did not go on: what is left of the share that did.
func (f mapFigures) lost(row []question.Cell) Figure {
	column, cell, ok := f.funnel.cell(row, "share")
	if !ok || (cell.Number == nil && !cell.Withheld) {
		return Figure{}
	}
	if cell.Number != nil {
		gone := 1 - *cell.Number
		cell.Number = &gone
	}
	if cell.Interval != nil {
		cell.Interval = &question.Interval{Low: 1 - cell.Interval.High, High: 1 - cell.Interval.Low}
	}
	return figure(column, cell, evidenceHref("funnel", f.params, cell.Evidence))
}

// worstStep is the required step after which most attempts are lost.
func (f mapFigures) worstStep() string {
	worst, most := "", 0.0
	for _, row := range f.funnel.Rows {
		_, cell, ok := f.funnel.cell(row, "dropped")
		_, share, _ := f.funnel.cell(row, "share")
		if ok && cell.Number != nil && share.Number != nil && *cell.Number > most && len(rowNames(cell.Evidence)) > 0 {
			worst, most = rowNames(cell.Evidence)[0], *cell.Number
		}
	}
	return worst
}

// reached is how many attempts reached the step of a funnel's row.
func (f mapFigures) reached(row []question.Cell) int64 {
	_, cell, _ := f.funnel.cell(row, "reached")
	if cell.Number == nil {
		return 0
	}
	return int64(*cell.Number)
}

// entered is how many attempts began: what the first required step was reached by.
func (f mapFigures) entered() int64 {
	var most int64
	for _, row := range f.funnel.Rows {
		most = max(most, f.reached(row))
	}
	return most
}
