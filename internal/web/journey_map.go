package web

import (
	"html/template"

	"github.com/firsthand-cx/firsthand/internal/web/chart"
)

// journeyMapPage is the picture that everyone shares: what customers do, think
// and feel at each step.
type journeyMapPage struct {
	Frame
	Name         string
	Period       string
	Attempts     string // "12,480 attempts by 9,120 customers"
	Unmatched    Figure
	EditHref     string
	Filters      Filters
	Empty        *Empty
	Stages       []mapStage
	Steps        []mapStep // of all stages, in order
	Curve        chart.Chart
	FeelingScale string // "CSAT, share satisfied"
	Legend       []legendEntry
	Scrolls      bool
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
	Worst           bool // most attempts are lost after it
	Reached, Lost   Figure
	Median, Slowest Figure
	Contacts        Figure // share of those lost here who then asked for help
	Feelings        []feeling
	Quotes          []Quote
	Promises        []promiseRow
	Owner           string
	Contributors    string
	Findings        []linkRow
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
