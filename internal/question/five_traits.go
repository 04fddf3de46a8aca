package question

import (
	"context"
	"net/url"
	"strings"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// five_traits — How do we score on what customers want first?
//
// Plain words: five traits that customers look for before any other: fast answers, a
// simple purchase, order tracking in real time, clear and equal information on every
// channel, several channels. Of each a few figures, every one the answer to a question
// of its own, where it opens.
//
// Formula: as the questions asked: standard_met, response_time, funnel, ces, clarity,
// parity, traffic, effort and first_contact_resolution. Order tracking: deliveries of
// known customers who saw a status of their order between ordering and arrival, and who
// asked where it is, ÷ deliveries whose order is known (Wilson). Arrival is the end of the
// delivery, or its one time where the source has no other, which may be when it was sent.
// Waits for an answer are those of the clock.
// Unit: each figure's own. Smallest sample: each question's own; 10 deliveries.
//
// Pitfalls: there is no score of all five, which would hide the one that fails: nothing
// says how much of one trait makes up for another. Kept or broken is said only where the
// journey declares a promise. What the data can't tell has no figure.
//
// Source: the traits are what customer-experience practice says customers ask for first; methods
// as in the questions asked.
const fiveTraitsVersion = 2

// Trait is one of what customers want first.
type Trait string

const (
	FastAnswers     Trait = "fast_answers"
	SimplePurchase  Trait = "simple_purchase"
	OrderTracking   Trait = "order_tracking"
	ClearAndEqual   Trait = "clear_and_equal"
	SeveralChannels Trait = "several_channels"
)

var traitTitles = map[Trait]string{
	FastAnswers: "Fast answers", SimplePurchase: "A simple purchase", OrderTracking: "Order tracking in real time",
	ClearAndEqual: "Clear and equal information", SeveralChannels: "Several channels",
}

// TraitRow is one figure of a trait, or what is missing to have one.
type TraitRow struct {
	Trait    Trait
	Measure  string
	Unit     string
	Figure   Estimate
	Rests    int64  // how many it rests on; counted in what
	What     string // contacts, attempts, deliveries, answers …
	Promised float64
	Verdict  Verdict // "" = nothing is promised
	Question string  // that answers it, with its parameters: funnel?journey=buy
	Missing  string  // why there is no figure; "" = there is one

	open         bool   // half were not reached before the waits ran out
	plain        bool   // the figure is a count and has no interval
	rests, opens string // evidence of Rests, and of the figure
}

// AskFiveTraits answers five_traits.
func AskFiveTraits(ctx context.Context, facts Facts, p Params) (Answer[TraitRow], error) {
	if p.By != "" {
		return Answer[TraitRow]{}, cx.Errorf(cx.Invalid, "this question cannot be split by %q", p.By).
			WithRemedy("Ask it with a filter instead: channel, persona or a dimension.")
	}
	c := &traitCard{ctx: ctx, facts: facts, p: p}
	for _, trait := range []func() error{c.fastAnswers, c.simplePurchase, c.orderTracking, c.clearAndEqual, c.severalChannels} {
		if err := trait(); err != nil {
			return Answer[TraitRow]{}, err
		}
	}
	notes := append([]string{
		"Each figure counts for itself: an interaction that two of them look at is counted with both. Walks are counted in their own questions.",
		"There is no score of all five: it would hide the one that fails.",
	}, c.notes...)
	return Answer[TraitRow]{
		Rows: c.rows, Scanned: c.tally.scanned, Included: c.tally.included, LeftOut: c.tally.leftOut(),
		Notes: notes, Version: fiveTraitsVersion, AsOf: c.asOf,
	}, nil
}

func fiveTraits() Definition {
	return Definition{
		Name: "five_traits", Title: "How do we score on what customers want first?",
		Takes:    []Ingredient{anyTrait},
		Fuller:   []Ingredient{answeredContacts, begunAttempts, trackedDeliveries, askedWalks, parityWalks, identifiedReasonedContacts},
		Formula:  "for each of five traits the answers to questions of their own; order tracking: deliveries whose customer saw a status between ordering and arrival ÷ deliveries whose order is known",
		Unit:     "each figure's own",
		Smallest: "each question's own; 10 deliveries",
		Pitfalls: "There is no score of all five: it would hide the one that fails. Kept or broken is said only of what the journey promises. What the data can't tell has no figure.",
		Source:   "The traits: what customer-experience practice says customers ask for first; methods as in the questions asked; shares: Wilson 1927",
		Days:     7,
		Needs:    []string{"journey", "days", "within"},
		Alone:    true,
		Ask: func(ctx context.Context, facts Facts, p Params) (Table, error) {
			a, err := AskFiveTraits(ctx, facts, p)
			if err != nil {
				return Table{}, err
			}
			return tabulate("five_traits", a, traitColumns(), traitCells), nil
		},
		Evidence: traitEvidence,
	}
}

func traitColumns() []Column {
	return []Column{
		{Name: "trait", Title: "Trait", Unit: "text"},
		{Name: "measure", Title: "Measure", Unit: "text"},
		{Name: "figure", Title: "Figure"},
		{Name: "rests_on", Title: "Rests on", Unit: "count"},
		{Name: "of_what", Title: "Of what", Unit: "text"},
		{Name: "promised", Title: "Promised", Unit: "share"},
		{Name: "state", Title: "State", Unit: "text", Help: "Kept or broken only where the journey promises it."},
		{Name: "question", Title: "Question", Unit: "text"},
		{Name: "missing", Title: "Not known", Unit: "text"},
	}
}

func traitCells(r TraitRow) []Cell {
	figure, rests, promised := Cell{}, Cell{}, Cell{}
	if r.Missing == "" {
		figure, rests = estimateCell(r.Figure, r.opens), countCell(r.Rests, r.rests)
		if r.open {
			figure = Cell{Text: "not reached", N: r.Figure.N, Evidence: r.opens}
		}
		figure.Unit = r.Unit
		if r.plain {
			figure.Interval, figure.N = nil, 0
		}
	}
	if r.Verdict != "" {
		promised = numberCell(r.Promised)
	}
	name, _, _ := strings.Cut(r.Question, "?")
	return []Cell{
		{Text: traitTitles[r.Trait]},
		textCell(r.Measure), figure, rests, textCell(r.What), promised, textCell(string(r.Verdict)),
		{Text: name, Ask: r.Question},
		textCell(r.Missing),
	}
}

// behindOf is the evidence of another question's cell, asked with other parameters.
func behindOf(question string, p Params, inner string) string {
	v := url.Values{"of": {question}, "row": {inner}}
	if p.By != "" {
		v.Set("by", p.By)
	}
	if p.Step != "" {
		v.Set("step", p.Step)
	}
	return v.Encode()
}

// traitEvidence opens a figure as the question opens it that answered.
func traitEvidence(ctx context.Context, facts Facts, p Params, cell string, limit int) ([]cx.InteractionID, bool, error) {
	v, err := url.ParseQuery(cell)
	if err != nil {
		return nil, false, cx.Errorf(cx.Invalid, "%q names no cell of this question", cell).WithRemedy("Open the evidence from the answer's own link.")
	}
	if v.Get("of") == "tracking" {
		c, err := newCollector(v.Get("row"), limit)
		if err != nil {
			return nil, false, err
		}
		if _, _, _, err := runTracking(ctx, facts, p, c); err != nil {
			return nil, false, err
		}
		ids, more := c.ids()
		return ids, more, nil
	}
	d, err := Describe(v.Get("of"))
	if err != nil || d.Evidence == nil || d.Name == "five_traits" {
		return nil, false, cx.Errorf(cx.Invalid, "%q names no cell of this question", cell).WithRemedy("Open the evidence from the answer's own link.")
	}
	p.By, p.Step = v.Get("by"), v.Get("step")
	return d.Evidence(ctx, facts, p, v.Get("row"), limit)
}
