package web

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/question"
	"github.com/firsthand-cx/firsthand/internal/web/chart"
)

// questionsPage is the catalogue.
type questionsPage struct {
	Frame
	Empty  *Empty
	Topics []catalogueTopic
}

func (*questionsPage) view() string { return "questions" }

// catalogueTopic is the questions on one subject.
type catalogueTopic struct {
	Title     string
	Questions []catalogueRow
}

type catalogueRow struct{ Title, Href, State, Bring, Why string }

// add puts a question under its topic; those of one topic come one after the other.
func (p *questionsPage) add(d question.Definition, a question.Answerable) {
	if n := len(p.Topics); n == 0 || p.Topics[n-1].Title != d.Topic {
		p.Topics = append(p.Topics, catalogueTopic{Title: d.Topic})
	}
	last := &p.Topics[len(p.Topics)-1]
	last.Questions = append(last.Questions, catalogueRow{d.Title, "/questions/" + url.PathEscape(d.Name), lackWords[a.State], brings(a), why(a)})
}

func (s *Site) questions(w http.ResponseWriter, r *http.Request) error {
	list := s.Rooms.Questions.Catalogue()
	covered, err := s.Rooms.Questions.Coverage(r.Context())
	if err != nil {
		return err
	}
	if done, err := exported(w, r, "questions", catalogued(list, covered), []string{"name", "title", "formula", "unit", "smallest_sample", "pitfalls", "source", "state", "bring", "why"}, func(d catalogueEntry) []string {
		return []string{d.Name, d.Title, d.Formula, d.Unit, d.Smallest, d.Pitfalls, d.Source, string(d.State), d.Bring, strings.Join(d.Why, "; ")}
	}); done {
		return err
	}
	p := &questionsPage{Frame: Frame{Title: "Questions", Section: "Questions"}}
	p.exports(r)
	for _, d := range list {
		p.add(d, answerable(covered, d.Name))
	}
	if len(covered.Sources) == 0 {
		p.Empty = &Empty{"Nothing has come in yet", "Each question says below what it takes. One export of tickets, orders, calls or survey answers is a start.", "/sources", "Import a file"}
	}
	return s.show(w, r, http.StatusOK, p)
}

// catalogueEntry is a definition without its functions.
type catalogueEntry struct {
	Name     string   `json:"name"`
	Title    string   `json:"title"`
	Formula  string   `json:"formula"`
	Unit     string   `json:"unit"`
	Smallest string   `json:"smallest_sample"`
	Pitfalls string   `json:"pitfalls"`
	Source   string   `json:"source"`
	Needs    []string `json:"parameters"`

	State question.AnswerState `json:"state"`
	Bring string               `json:"bring,omitempty"`
	Why   []string             `json:"why,omitempty"`
}

func catalogued(list []question.Definition, covered question.Coverage) []catalogueEntry {
	out := make([]catalogueEntry, len(list))
	for i, d := range list {
		a := answerable(covered, d.Name)
		out[i] = catalogueEntry{d.Name, d.Title, d.Formula, d.Unit, d.Smallest, d.Pitfalls, d.Source, d.Needs, a.State, a.Bring, a.Why}
	}
	return out
}

// questionPage is one question: its form, its answer, what that rests on, and how
// it is defined.
type questionPage struct {
	Frame
	Heading  string
	Period   string
	Picture  linkRow // the page that draws this and the questions beside it
	Filters  Filters
	Problem  *Notice // the parameters can't be used
	Empty    *Empty
	Chart    chart.Chart
	Traits   []traitCard
	Columns  []headCell
	Rows     [][]bodyCell
	More     string // rows that are not shown
	Counted  string
	LeftOut  []leftOutRow
	Notes    []string
	Bring    string // what would make the answer whole
	Formula  string
	Unit     string
	Smallest string
	Pitfalls string
	Source   string
}

func (*questionPage) view() string { return "question" }

type headCell struct {
	Title, Help string
	Number      bool
}

type bodyCell struct {
	Figure Figure
	Number bool
}

type leftOutRow struct{ Reason, Count string }

// definition finds a question in the catalogue.
func (s *Site) definition(name string) (question.Definition, error) {
	for _, d := range s.Rooms.Questions.Catalogue() {
		if d.Name == name {
			return d, nil
		}
	}
	return question.Definition{}, cx.Errorf(cx.NotFound, "there is no question %q", name).WithRemedy("Choose one from the list of questions.")
}

func (s *Site) question(w http.ResponseWriter, r *http.Request) error {
	d, err := s.definition(r.PathValue("name"))
	if err != nil {
		return err
	}
	journeys, err := s.Rooms.Journeys.List(r.Context())
	if err != nil {
		return err
	}
	params := filters(r)
	byJourney := needs(d, "journey") || params.Get("by") == "step" || params.Get("by") == "persona" || params.Get("step") != "" || params.Get("persona") != ""
	if byJourney && params.Get("journey") == "" && len(journeys) > 0 {
		params.Set("journey", journeys[0].Name)
	}
	p := &questionPage{
		Frame: Frame{Title: d.Title, Section: "Questions"}, Heading: d.Title, Filters: questionForm(d, params, journeys, s.channels(r)),
		Formula: sentence(d.Formula), Unit: d.Unit, Smallest: d.Smallest, Pitfalls: d.Pitfalls, Source: d.Source,
		Picture: pictureOf(d.Name, params),
	}
	if needs(d, "journey") && len(journeys) == 0 && !d.Alone {
		p.Empty = &Empty{"This question is about a journey", "It asks what happens between the steps of a journey, and none is declared yet.", "/journeys/new", "See the proposed journey"}
		return s.show(w, r, http.StatusOK, p)
	}
	table, err := s.Rooms.Questions.Ask(r.Context(), d.Name, params)
	if code := cx.CodeOf(err); err != nil && code != cx.Invalid && code != cx.NotFound {
		return err
	}
	if err != nil {
		told := problem(err)
		p.Problem = &Notice{Text: told.Text, Detail: told.Remedy}
		return s.show(w, r, http.StatusUnprocessableEntity, p)
	}
	if done, err := exportedTable(w, r, table); done {
		return err
	}
	p.exports(r)
	p.fill(s, table, params)
	covered, err := s.Rooms.Questions.Coverage(r.Context())
	if err != nil {
		return err
	}
	if a := answerable(covered, d.Name); p.Empty == nil {
		p.Bring = strings.TrimSpace(brings(a) + " " + why(a))
	} else if unfiltered(params) && a.State != question.AnswerYes {
		p.Empty = bring(a)
	}
	return s.show(w, r, http.StatusOK, p)
}

// pictureOf is the page that draws an answer together with those beside it.
func pictureOf(name string, params url.Values) linkRow {
	v := cloned(params)
	for _, own := range []string{"journey", "step", "min"} { // what those pages don't take
		v.Del(own)
	}
	switch {
	case name == "leavers":
		return linkRow{"All three views as pictures", link("/leavers", v)}
	case (name == "directly_follows" || name == "variants" || name == "loops") && params.Get("journey") != "":
		v.Del("by")
		return linkRow{"As a picture of the journey", link(journeyHref(params.Get("journey"))+"/process", v)}
	}
	return linkRow{}
}

// unfiltered reports whether a question is asked of everything.
func unfiltered(params url.Values) bool {
	for name, values := range params {
		if name != "journey" && len(values) > 0 && values[0] != "" {
			return false
		}
	}
	return true
}

// bring says what is missing to answer a question, and where to bring it.
func bring(a question.Answerable) *Empty {
	e := &Empty{"Nothing yet answers this", strings.TrimSpace(brings(a) + " " + why(a)), "/sources", "Import a file"}
	switch {
	case strings.HasPrefix(a.Bring, "make walks"):
		e.Href, e.Action = "/walks/invite", "Invite a friend"
	case strings.HasPrefix(a.Bring, "declare a journey"):
		e.Href, e.Action = "/journeys/new", "See the proposed journey"
	case strings.HasPrefix(a.Bring, "declare promises"):
		e.Href, e.Action = "/journeys", "Go to the journeys"
	}
	return e
}

func needs(d question.Definition, name string) bool {
	for _, n := range d.Needs {
		if n == name {
			return true
		}
	}
	return false
}

// questionForm has the controls of the parameters that a question understands.
func questionForm(d question.Definition, v url.Values, journeys []cx.Journey, channels []string) Filters {
	f := Filters{Action: "/questions/" + url.PathEscape(d.Name), Fields: periodFields(v)}
	var personas []cx.Persona
	var steps []Option
	options := []Option{}
	if !needs(d, "journey") {
		options = append(options, Option{"", "Any"})
	}
	for _, j := range journeys {
		options = append(options, Option{j.Name, or(j.Title, j.Name)})
		if j.Name == v.Get("journey") {
			personas = j.Personas
			steps = []Option{{"", "Any"}}
			for _, step := range j.Steps() {
				steps = append(steps, Option{step.Name, or(step.Title, step.Name)})
			}
		}
	}
	if len(journeys) > 0 {
		f.Fields = append(f.Fields, Field{Name: "journey", Label: "Journey", Value: v.Get("journey"), Options: options})
	}
	if len(steps) > 0 {
		f.Fields = append(f.Fields, Field{Name: "step", Label: "Step", Value: v.Get("step"), Options: steps})
	}
	if d.Walks != nil { // walks belong to no segment of customers
		f.Fields = append(f.Fields, Field{Name: "channel", Label: "Channel", Type: "text", Value: v.Get("channel"), Placeholder: "any"})
		if needs(d, "by") {
			f.Fields = append(f.Fields, Field{Name: "by", Label: "For each", Value: v.Get("by"), Options: walkSplits(d)})
		}
		f.Set = anySet(f.Fields)
		return f
	}
	f.Fields = append(f.Fields, segmentFields(v, personas, channels)...)
	if needs(d, "by") {
		f.Fields = append(f.Fields, splitField(d, v, len(journeys) > 0))
	}
	if needs(d, "days") {
		f.Fields = append(f.Fields, Field{Name: "days", Label: "Within days", Type: "number", Value: v.Get("days"), Placeholder: strconv.Itoa(d.Days)})
	}
	if needs(d, "within") {
		f.Fields = append(f.Fields, Field{Name: "within", Label: "Within", Type: "text", Value: v.Get("within"), Placeholder: "24h"})
	}
	if needs(d, "metric") {
		f.Fields = append(f.Fields, Field{Name: "metric", Label: "Score", Value: v.Get("metric"), Options: []Option{{"", "NPS"}, {"csat", "CSAT"}, {"ces", "CES"}}})
	}
	f.Set = anySet(f.Fields)
	return f
}

// walkSplits are what an answer about walks can be split by.
func walkSplits(d question.Definition) []Option {
	options := []Option{{"", "Step"}, {"touchpoint", "Touchpoint"}, {"channel", "Channel"}}
	if d.Name == "walk_experience" {
		options = append(options, Option{"month", "Month"}, Option{"week", "Week"})
	}
	return options
}

// splitField offers what an answer may be split by, and says what it is split by
// where nothing was chosen.
func splitField(d question.Definition, v url.Values, journey bool) Field {
	value := v.Get("by")
	if d.Splits != nil {
		f := Field{Name: "by", Label: "Split by", Value: value}
		for _, by := range d.Splits {
			f.Options = append(f.Options, splitOption(d, by))
		}
		return f
	}
	options := []Option{{"", "Nothing"}, {"channel", "Channel"}, {"reason", "Reason"}, {"touchpoint", "Touchpoint"}, {"month", "Month"}, {"week", "Week"}, {"weekday", "Weekday"}, {"hour", "Hour"}}
	if journey {
		options = append(options, Option{"step", "Step"}, Option{"persona", "Persona"})
	}
	if d.Split != "" && v.Get("channel") == "" {
		if options = options[1:]; value == "" {
			value = d.Split
		}
	}
	known := false
	for _, o := range options {
		known = known || o.Value == value
	}
	if !known {
		options = append(options, Option{value, value})
	}
	return Field{Name: "by", Label: "Split by", Value: value, Options: options}
}

// splitOption words one of the splits that a question names.
func splitOption(d question.Definition, by string) Option {
	title := sentence(spaced(by))
	switch by {
	case "":
		title = or(d.Split, "nothing")
	case "owner":
		title = "owner and month"
	}
	return Option{by, strings.TrimSuffix(sentence(title), ".")}
}

// shownAnswer is how many rows of an answer a page shows: more are for a spreadsheet.
const shownAnswer = 200

// fill writes an answer as a table and, where one helps, a chart.
func (p *questionPage) fill(s *Site, t question.Table, params url.Values) {
	parsed, err := question.ParseParams(params, s.Zone)
	if err == nil {
		p.Period = span(parsed.Period, s.Zone)
	}
	p.Chart, p.Traits = chartOf(t, p.Heading, params), traitCards(t, params)
	ranges := inlineRanges(t)
	for _, c := range t.Columns {
		p.Columns = append(p.Columns, headCell{Title: c.Title, Help: c.Help, Number: c.Unit != "text"})
	}
	if len(t.Rows) > shownAnswer {
		p.More = "The first " + count(shownAnswer) + " of " + count(int64(len(t.Rows))) + " rows are shown; the CSV holds them all."
	}
	for _, row := range t.Rows[:min(shownAnswer, len(t.Rows))] {
		cells := make([]bodyCell, len(row))
		for i, c := range row {
			if i >= len(t.Columns) {
				break
			}
			if c.Ask != "" {
				cells[i] = bodyCell{Figure: Figure{Text: askedTitle(c), Href: "/questions/" + c.Ask}}
				continue
			}
			cells[i] = bodyCell{Figure: figure(t.Columns[i], c, evidenceHref(t.Question, params, c.Evidence)), Number: t.Columns[i].Unit != "text"}
			if ranges[i].drawn && len(t.Rows) > 1 && p.Chart.Empty() { // a chart shows them already
				cells[i].Figure.Dot = chart.Inline(chart.Estimate{Point: point(c, ""), Target: ranges[i].low - 1}, ranges[i].low, ranges[i].high)
			}
		}
		p.Rows = append(p.Rows, cells)
	}
	p.Counted = count(t.Included) + " of " + count(t.Scanned) + " interactions are counted."
	if !t.AsOf.IsZero() {
		p.Counted += " Known until " + day(t.AsOf, s.Zone) + ". Definition " + strconv.Itoa(t.Version) + "."
	}
	for _, l := range t.LeftOut {
		if l.Count > 0 {
			p.LeftOut = append(p.LeftOut, leftOutRow{l.Reason, count(l.Count)})
		}
	}
	p.Notes = t.Notes
	if len(t.Rows) == 0 {
		p.Empty = &Empty{Title: "Nothing to count", Text: "No interaction passes these filters. Widen the period, or clear the filters."}
	}
}

// inlineRange is the common axis of a column's small interval plots.
type inlineRange struct {
	low, high float64
	drawn     bool
}

func inlineRanges(t question.Table) []inlineRange {
	out := make([]inlineRange, len(t.Columns))
	for i := range t.Columns {
		for _, row := range t.Rows {
			if i >= len(row) || row[i].Interval == nil || row[i].Withheld || row[i].Unit != "" { // units of their own have no common axis
				continue
			}
			interval := row[i].Interval
			if !out[i].drawn {
				out[i] = inlineRange{interval.Low, interval.High, true}
			}
			out[i].low, out[i].high = min(out[i].low, interval.Low), max(out[i].high, interval.High)
		}
		if t.Columns[i].Unit == "share" {
			out[i].low = 0
		}
	}
	return out
}
