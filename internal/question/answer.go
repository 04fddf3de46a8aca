package question

import (
	"context"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// Params are the parameters that every question understands, and the few that
// one of them needs. The zero value asks about everything.
type Params struct {
	Period  cx.Period
	Journey string // name; the questions about steps need one
	Step    string
	Persona string
	Channel string
	// Dimension restricts to interactions with Dimension = Value.
	Dimension string
	Value     string
	// By splits the answer: "", step, channel, reason, touchpoint, persona,
	// dimension:<name>, month, week, weekday, hour.
	By string

	Within  time.Duration // funnel: window; drop_then_contact: contact within
	Days    int           // repeat_contact: 7 or 30 …
	Metric  cx.Metric     // lost_in_denominator: which score; default nps
	Hours   cx.Hours      // business hours for response_time; the journey's when empty
	AsOf    time.Time     // the end of what the data can know; zero = the last interaction's start
	MinRows int64         // smallest sample that a number is shown for; 0 = the question's own
}

// Answer is what a question says. Law, tested for every question:
// Included + the sum of LeftOut = Scanned.
type Answer[Row any] struct {
	Rows     []Row
	Scanned  int64     // interactions in the period and filter
	Included int64     // of them, in some row's count or its denominator
	LeftOut  []LeftOut // the others, by reason
	Notes    []string  // what a reader must know: censoring, shared keys, small samples
	Version  int       // of the definition; a changed definition is a new version
	AsOf     time.Time
}

// LeftOut counts interactions that an answer does not use, with the reason in
// words that a CX lead understands ("caller not identified").
type LeftOut struct {
	Reason string `json:"reason"`
	Count  int64  `json:"count"`
}

// Interval is a confidence interval at 95 %.
type Interval struct {
	Low  float64 `json:"low"`
	High float64 `json:"high"`
}

// Estimate is a number with what it rests on. Where the sample is too small Shown
// is false, and nobody shows Value.
type Estimate struct {
	Value    float64  `json:"value"`
	Interval Interval `json:"interval"`
	N        int64    `json:"n"`
	Shown    bool     `json:"shown"`
}

// Table is any answer as columns and rows, for the CLI, CSV, the API and pages
// that show every question alike.
type Table struct {
	Question string    `json:"question"`
	Columns  []Column  `json:"columns"`
	Rows     [][]Cell  `json:"rows"`
	Scanned  int64     `json:"scanned"`
	Included int64     `json:"included"`
	LeftOut  []LeftOut `json:"left_out"`
	Notes    []string  `json:"notes"`
	Version  int       `json:"version"`
	AsOf     time.Time `json:"as_of"`
	Curves   []Curve   `json:"curves,omitempty"` // of rows that are groups whose members stay or leave
}

// Column heads a table's column. Unit is "", "share", "seconds", "count",
// "score", "points", "days", "date", "money" (its cells say in which currency: "money
// EUR") or "text": it decides how a cell is written.
type Column struct {
	Name  string `json:"name"`  // for machines: snake_case
	Title string `json:"title"` // for people
	Unit  string `json:"unit"`
	Help  string `json:"help,omitempty"` // what the "?" says
}

// Cell is one value. An Estimate cell has Interval and N; a cell that the sample
// can't carry has Withheld and no value.
type Cell struct {
	Text     string    `json:"text,omitempty"`
	Number   *float64  `json:"number,omitempty"`
	Interval *Interval `json:"interval,omitempty"`
	N        int64     `json:"n,omitempty"`
	Withheld bool      `json:"withheld,omitempty"`
	Unit     string    `json:"unit,omitempty"` // where it isn't the column's
	// Evidence opens the interactions behind the cell: the argument of
	// Definition.Evidence. "" = nothing to open.
	Evidence string `json:"evidence,omitempty"`
	// Ask opens another question, with its parameters: funnel?journey=buy.
	Ask string `json:"ask,omitempty"`
}

// Definition is a question as the catalogue lists it.
type Definition struct {
	Name     string // snake_case, stable: in links, files, the API
	Title    string // the question in plain words, with its question mark
	Topic    string // what it is about, as the catalogue groups questions
	Formula  string
	Unit     string
	Smallest string // smallest sample, in words
	Pitfalls string
	Source   string   // author, year
	Split    string   // what it is split by where nothing else is asked for; "" = nothing
	Splits   []string // all that it can be split by; nil = whatever there is
	Days     int      // "days" where nothing else is asked for
	Needs    []string // parameters it needs or uses: "journey", "step", "days", "within", "metric", "by", "now" (as_of is the present moment unless it is given)
	// Alone: it has something to say where there is no journey, though it uses one.
	Alone bool
	// Takes is what it can't be answered without; Fuller is what makes the answer whole.
	Takes, Fuller []Ingredient
	// Ask answers it as a table.
	Ask func(ctx context.Context, facts Facts, p Params) (Table, error)
	// Evidence lists the interactions behind a cell, in time order, at most limit;
	// more reports that there are others.
	Evidence func(ctx context.Context, facts Facts, p Params, cell string, limit int) (ids []cx.InteractionID, more bool, err error)
	// Walks lists what is behind a cell of a question about walks, in time order. A
	// question has either Evidence or Walks.
	Walks func(ctx context.Context, facts Facts, p Params, cell string, limit int) (pieces []WalkPiece, more bool, err error)
}
