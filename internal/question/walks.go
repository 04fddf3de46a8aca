package question

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// WalkPiece is what is behind a cell of a question about walks: a walk, or one step
// of it. Who walked and what they wrote is the walks' room's to show.
type WalkPiece struct {
	Walk    int64     `json:"walk"`
	Step    string    `json:"step,omitempty"` // of its script; "" = the whole walk
	Started time.Time `json:"started"`
}

// walkScope is what parameters come down to for a question about walks: the steps of
// walks that lie in the period and pass the filter.
type walkScope struct {
	p       Params
	zone    *time.Location
	journey cx.Journey // the zero journey where none is named
	steps   []cx.WalkStep
	asOf    time.Time // the end of what is known: as asked for, else the last thing that happened
	by      string
	least   int64
	pieces  *walkCollector
}

// newWalkScope reads the walks. splits are the values of By that the question knows.
func newWalkScope(ctx context.Context, facts Facts, p Params, least int64, splits []string, c *walkCollector) (*walkScope, error) {
	s := &walkScope{p: p, zone: facts.Zone(), by: p.By, least: least, asOf: p.AsOf, pieces: c}
	if p.MinRows > 0 {
		s.least = p.MinRows
	}
	switch {
	case p.Persona != "" || p.Dimension != "":
		return nil, cx.Errorf(cx.Invalid, "walks belong to no segment of customers, so they cannot be filtered by one").
			WithRemedy("Leave out the persona and the dimension; period, step and channel are possible.")
	case !slices.Contains(splits, p.By):
		return nil, cx.Errorf(cx.Invalid, "this question cannot be split by %q", p.By).
			WithRemedy("It can be split by: %s.", strings.TrimPrefix(strings.Join(splits, ", "), ", "))
	case p.Step != "" && p.Journey == "":
		return nil, cx.Errorf(cx.Invalid, "a step belongs to a journey, and none is named").
			WithRemedy("Name one of the company's journeys: journey=<name>, on the command line --journey <name>.")
	}
	if p.Journey != "" {
		var err error
		if s.journey, err = facts.Journey(ctx, p.Journey); err != nil {
			return nil, err
		}
		if _, found := s.journey.Step(p.Step); p.Step != "" && !found {
			return nil, cx.Errorf(cx.NotFound, "journey %q has no step %q", p.Journey, p.Step).
				WithRemedy("Choose one of its steps; the Journeys page lists them.")
		}
	}
	all, err := facts.WalkSteps(ctx, p.Period)
	if err != nil {
		return nil, err
	}
	for _, step := range all {
		if !p.AsOf.IsZero() && step.Started.After(p.AsOf) {
			continue
		}
		if (p.Channel == "" || step.Channel == p.Channel) && (p.Step == "" || step.Journey == p.Journey && step.At == p.Step) {
			s.steps = append(s.steps, step)
		}
	}
	if s.asOf.IsZero() {
		span, err := facts.Span(ctx)
		if err != nil {
			return nil, err
		}
		s.asOf = span.To
		if n := len(all); n > 0 && all[n-1].Started.After(s.asOf) {
			s.asOf = all[n-1].Started
		}
	}
	return s, nil
}

// group is where a step of a walk counts under a split.
func (s *walkScope) group(step cx.WalkStep) Group {
	switch s.by {
	case "":
		return Group{}
	case "channel":
		return named(step.Channel, "channel")
	case "touchpoint":
		return named(step.Touchpoint, "touchpoint")
	case "step":
		if at, ok := s.journey.Step(step.At); ok && step.Journey == s.journey.Name {
			return Group{Name: at.Name, Title: titleOr(at.Title, at.Name)}
		}
		return Group{Name: none, Title: "(no step)"}
	}
	return clocks[s.by](step.Started.In(s.zone))
}

// walkSplits are the splits of a question whose rows are steps of walks.
var walkSplits = []string{"", "channel", "touchpoint", "step", "month", "week"}

// walkAnswer makes an Answer of what the tally counted.
func walkAnswer[Row any](s *walkScope, t *tally, version int, rows []Row, notes ...string) Answer[Row] {
	return Answer[Row]{Rows: rows, Scanned: t.scanned, Included: t.included, LeftOut: t.leftOut(), Notes: notes, Version: version, AsOf: s.asOf}
}

// note gathers a step of a walk if it is behind the cell that is opened.
func (s *walkScope) note(part, row string, step cx.WalkStep) {
	s.pieces.note(part, row, WalkPiece{step.Walk, step.Step, step.Started})
}

// walkCollector gathers the walks behind one cell. A nil one gathers nothing.
type walkCollector struct {
	part, row string
	pieces    []WalkPiece
}

func (c *walkCollector) note(part, row string, p WalkPiece) {
	if c != nil && c.part == part && c.row == row {
		c.pieces = append(c.pieces, p)
	}
}

// first lists the earliest pieces, and whether there are more.
func (c *walkCollector) first(limit int) ([]WalkPiece, bool) {
	slices.SortStableFunc(c.pieces, func(a, b WalkPiece) int {
		return cmp.Or(a.Started.Compare(b.Started), cmp.Compare(a.Walk, b.Walk))
	})
	limit = max(limit, 1)
	return c.pieces[:min(limit, len(c.pieces))], len(c.pieces) > limit
}

// askedOfWalks is asked for a question about walks: behind its cells are walks.
func askedOfWalks[Row any](
	d Definition,
	run func(ctx context.Context, facts Facts, p Params, c *walkCollector) (Answer[Row], error),
	columns func(p Params) []Column, cells func(p Params, row Row) []Cell,
) Definition {
	d.Ask = func(ctx context.Context, facts Facts, p Params) (Table, error) {
		a, err := run(ctx, facts, p, nil)
		if err != nil {
			return Table{}, err
		}
		return tabulate(d.Name, a, columns(p), func(row Row) []Cell { return cells(p, row) }), nil
	}
	d.Walks = func(ctx context.Context, facts Facts, p Params, cell string, limit int) ([]WalkPiece, bool, error) {
		opened, err := newCollector(cell, limit)
		if err != nil {
			return nil, false, err
		}
		c := &walkCollector{part: opened.part, row: opened.row}
		if _, err := run(ctx, facts, p, c); err != nil {
			return nil, false, err
		}
		pieces, more := c.first(limit)
		return pieces, more, nil
	}
	return d
}

// byTitle sorts groups of walks as a reader expects: steps as in the journey, time as
// it passes, all others by name.
func (s *walkScope) byTitle(a, b Group) int {
	if s.by == "step" {
		at := func(g Group) int {
			i := slices.IndexFunc(s.journey.Steps(), func(step cx.Step) bool { return step.Name == g.Name })
			if i < 0 {
				return 1 << 30
			}
			return i
		}
		return at(a) - at(b)
	}
	return strings.Compare(a.Name, b.Name)
}
