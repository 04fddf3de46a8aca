package question

import (
	"context"
	"fmt"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/question/statistics"
)

// lost_in_denominator — What would the score be with those who left?
//
// Plain words: the score of those who answered, beside how many did not, what those
// said who left, and what the score could be if the silent had spoken.
//
// Formula: each identified customer counts once, with the last answer of the period.
// Leavers have a cancellation in the period. Bounds: all silent as detractors, all as
// promoters. Weighted: respondents weighted by customers ÷ respondents of their class
// (left or stayed × how much they interacted), classes with fewer than 10 respondents
// joined; interval at Kish's effective sample.
// Unit: points (NPS) or share (CSAT, CES). Smallest sample: 10 customers.
//
// Pitfalls: the bounds are what is possible, not what is likely. Weighting mends only
// the silence that goes with leaving and activity. Leavers without a cancellation in
// the data count as stayers.
//
// Source: Horvitz & Thompson 1952; weighting classes, Little 1986; Kish 1965; bounds,
// Manski 1990; Reichheld 2003.
const lostInDenominatorVersion = 2

// LostFigure names a row of lost_in_denominator.
type LostFigure string

const (
	LostRespondents LostFigure = "respondents" // who answered
	LostStayers     LostFigure = "stayers"     // of them, who stayed
	LostLeavers     LostFigure = "leavers"     // of them, who left
	LostWithLeavers LostFigure = "with_leavers"
	LostWeighted    LostFigure = "weighted"
	LostLower       LostFigure = "all_silent_negative"
	LostUpper       LostFigure = "all_silent_positive"
	LostSilent      LostFigure = "silent"
)

// LostRow is one figure: a score, and the customers that it rests on.
type LostRow struct {
	Figure    LostFigure
	Title     string
	Score     Estimate // not shown for the silent
	Positive  int64    // promoters, satisfied
	Negative  int64    // detractors, not satisfied
	Customers int64
	Share     Estimate // Customers ÷ all customers; for leavers ÷ all leavers
}

// AskLostInDenominator answers lost_in_denominator for Params.Metric, NPS if none.
func AskLostInDenominator(ctx context.Context, facts Facts, p Params) (Answer[LostRow], error) {
	return runLostInDenominator(ctx, facts, p, nil)
}

func lostInDenominator() Definition {
	return asked(Definition{
		Name: "lost_in_denominator", Title: "What would the score be with those who left?",
		Takes:    []Ingredient{identifiedCustomers, scored(cx.NPS, "bring survey answers that ask whether they would recommend you")},
		Fuller:   []Ingredient{identifiedScores(cx.NPS), leavings},
		Formula:  "last answer of each customer; with leavers as detractors; bounds with all silent as detractors or promoters; weighted by customers ÷ respondents of their class",
		Unit:     "points (NPS) or share (CSAT, CES)",
		Smallest: "10 customers",
		Pitfalls: "Bounds say what is possible, not what is likely. Weighting mends only the silence that goes with leaving and activity. Who left without a cancellation in the data counts as a stayer.",
		Source:   "Horvitz & Thompson 1952; Little 1986; Kish 1965; Manski 1990",
		Needs:    []string{"metric"},
	}, runLostInDenominator, func(p Params) []Column {
		unit, title := "points", "NPS"
		if metric := lostMetric(p); metric != cx.NPS {
			unit, title = "share", map[cx.Metric]string{cx.CSAT: "Satisfied", cx.CES: "Found it easy"}[metric]
		}
		return []Column{
			{Name: "figure", Title: "Of whom", Unit: "text"},
			{Name: "score", Title: title, Unit: unit},
			{Name: "customers", Title: "Customers", Unit: "count"},
			{Name: "share", Title: "Share of customers", Unit: "share", Help: "Of all identified customers; for those who left, of all who left."},
		}
	}, func(_ Params, r LostRow) []Cell {
		open := ""
		switch r.Figure {
		case LostRespondents, LostStayers, LostLeavers:
			open = evidence("answered", string(r.Figure))
		}
		score := estimateCell(r.Score, open)
		switch r.Figure {
		case LostSilent:
			score = Cell{}
		case LostLower, LostUpper: // a bound is a number, not an estimate
			score.Interval = nil
		}
		return []Cell{textCell(r.Title), score, countCell(r.Customers, open), estimateCell(r.Share, "")}
	})
}

func lostMetric(p Params) cx.Metric {
	if p.Metric == "" {
		return cx.NPS
	}
	return p.Metric
}

// lostClass counts customers of one kind and their last answers.
type lostClass struct{ customers, respondents, positive, negative int64 }

func (c *lostClass) add(o lostClass) {
	c.customers += o.customers
	c.respondents += o.respondents
	c.positive += o.positive
	c.negative += o.negative
}

// activities bound the classes of how much a customer interacted beside answering.
var activities = [...]int64{2, 5, 10, 1 << 62}

type lostFold struct {
	s      *scope
	c      *collector
	scales map[int16]bool
	scale  cx.Scale

	customer           int64
	activity           int64
	left, answered     bool
	positive, negative bool
	start              int64
	id                 cx.InteractionID

	classes [2][len(activities)]lostClass // stayed or left × activity
	tally   tally
}

func runLostInDenominator(ctx context.Context, facts Facts, p Params, c *collector) (Answer[LostRow], error) {
	s, err := newScope(ctx, facts, p, needs{splits: []string{""}, least: 10})
	if err != nil {
		return Answer[LostRow]{}, err
	}
	f := &lostFold{s: s, c: c, customer: -1}
	notes, err := f.chooseScale(ctx, lostMetric(p))
	if err != nil {
		return Answer[LostRow]{}, err
	}
	if err := s.fold(ctx, s.single(), Want{ID: c != nil, Score: true, Dims: s.keepDims != nil}, f.take); err != nil {
		return Answer[LostRow]{}, err
	}
	f.endCustomer()
	declared := int64(0)
	if p.Channel == "" && p.Step == "" && p.Persona == "" && p.Dimension == "" {
		if declared, err = s.exposure(ctx, "customers"); err != nil {
			return Answer[LostRow]{}, err
		}
	}
	rows, more := f.rows(declared)
	if rows == nil { // silence is only known of people who were asked
		used := f.tally.included
		f.tally.included, f.tally.scanned = 0, f.tally.scanned-used
		f.tally.dropMany("nobody answered the survey", used)
	}
	return answer(s, &f.tally, lostInDenominatorVersion, rows, append(notes, more...)), nil
}

// chooseScale takes the metric's scales of one shape: that with the most answers.
func (f *lostFold) chooseScale(ctx context.Context, metric cx.Metric) (notes []string, err error) {
	scales, err := f.s.facts.Scales(ctx)
	if err != nil {
		return nil, err
	}
	f.scales = map[int16]bool{}
	most := int64(-1)
	ids, of := shapes(scales, metric)
	for i, scale := range of {
		var ignored tally
		counts, err := f.s.scores(ctx, &ignored, scales, ids[i])
		if err != nil {
			return nil, err
		}
		if answers := counterAt(&counts, 0).answers; answers > most {
			most, f.scale = answers, scale
			clear(f.scales)
			for _, id := range ids[i] {
				f.scales[id] = true
			}
		}
	}
	if len(of) > 1 {
		notes = append(notes, fmt.Sprintf("Only answers on the scale with the most answers count (%s).", describe(f.scale)))
	}
	return notes, nil
}

func (f *lostFold) take(b *Sequence, i int) {
	start, sig := b.Start[i], b.Signature[i]
	if !f.s.inPeriod(start) || !f.s.held(sig, dimsAt(b, i)) {
		return
	}
	customer := b.Customer[i]
	if customer == 0 {
		f.tally.drop(unidentified)
		return
	}
	if customer != f.customer {
		f.endCustomer()
		f.customer = customer
	}
	f.tally.use()
	switch f.s.signatures[sig].Kind {
	case cx.SurveyAnswer:
	case cx.Cancellation:
		f.left = true
		f.activity++
	default:
		f.activity++
	}
	if !f.scales[b.Scale[i]] {
		return
	}
	if positive, negative, reason := class(f.scale, b.Score[i]); reason == "" {
		f.answered, f.positive, f.negative, f.start, f.id = true, positive, negative, start, idAt(b, i)
	}
}

func (f *lostFold) endCustomer() {
	if f.customer < 0 {
		return
	}
	left, at := 0, 0
	if f.left {
		left = 1
	}
	for f.activity >= activities[at] {
		at++
	}
	class := &f.classes[left][at]
	class.customers++
	if f.answered {
		class.respondents++
		if f.positive {
			class.positive++
		}
		if f.negative {
			class.negative++
		}
		f.c.note("answered", string(LostRespondents), f.start, f.id)
		f.c.note("answered", string([]LostFigure{LostStayers, LostLeavers}[left]), f.start, f.id)
	}
	f.activity, f.left, f.answered = 0, false, false
}

func (f *lostFold) rows(declared int64) (rows []LostRow, notes []string) {
	var stayed, left lostClass
	for at := range activities {
		stayed.add(f.classes[0][at])
		left.add(f.classes[1][at])
	}
	all := stayed
	all.add(left)
	if all.customers == 0 {
		return []LostRow{}, nil
	}
	if all.respondents == 0 {
		return nil, []string{"Nobody answered, so there is no score, and whether anybody was asked is not known."}
	}
	population := all.customers
	if declared > population {
		population = declared
		notes = append(notes, fmt.Sprintf("The company declared %s customers; those without any interaction count as silent.", grouped(declared)))
	}
	silent := population - all.respondents
	row := func(figure LostFigure, title string, c lostClass, of int64) LostRow {
		return LostRow{
			Figure: figure, Title: title, Score: f.score(c), Positive: c.positive, Negative: c.negative,
			Customers: c.respondents, Share: share(c.respondents, of, f.s.least),
		}
	}
	withLeavers := lostClass{respondents: stayed.respondents + left.customers, positive: stayed.positive, negative: stayed.negative + left.customers}
	lower := lostClass{respondents: population, positive: all.positive, negative: all.negative + silent}
	upper := lostClass{respondents: population, positive: all.positive + silent, negative: all.negative}
	rows = []LostRow{
		row(LostRespondents, "who answered", all, population),
		row(LostStayers, "who answered and stayed", stayed, population),
		row(LostLeavers, "who left: their last answer", left, left.customers),
		row(LostWithLeavers, "who answered, and all who left as dissatisfied", withLeavers, population),
		f.weighted(all, population),
		row(LostLower, "everybody, if all silent are dissatisfied", lower, population),
		row(LostUpper, "everybody, if all silent are satisfied", upper, population),
		{Figure: LostSilent, Title: "the silent", Score: Estimate{N: silent}, Customers: silent, Share: share(silent, population, f.s.least)},
	}
	for i, r := range rows { // nothing is estimated in a bound, but it needs answers to bound
		if r.Figure == LostLower || r.Figure == LostUpper {
			rows[i].Score.Interval = Interval{Low: r.Score.Value, High: r.Score.Value}
			rows[i].Score.Shown = r.Score.Shown && all.respondents >= f.s.least
		}
	}
	return rows, notes
}

// score is a class's score in the metric's own unit.
func (f *lostFold) score(c lostClass) Estimate {
	if f.scale.Metric == cx.NPS {
		return netPromoter(c.positive, c.negative, c.respondents, f.s.least)
	}
	return share(c.positive, c.respondents, f.s.least)
}

// weighted weights respondents by customers ÷ respondents of their class.
func (f *lostFold) weighted(all lostClass, population int64) LostRow {
	row := LostRow{
		Figure: LostWeighted, Title: "everybody, silent as those like them", Customers: all.respondents,
		Score: Estimate{N: all.respondents}, Share: share(all.respondents, population, f.s.least),
	}
	if all.respondents < f.s.least {
		return row
	}
	var positive, negative, squares float64
	for _, class := range f.joined() {
		weight := float64(class.customers) / float64(class.respondents)
		positive += weight * float64(class.positive)
		negative += weight * float64(class.negative)
		squares += weight * weight * float64(class.respondents)
	}
	n := float64(all.customers)
	positive, negative = positive/n, negative/n
	effective := n * n / squares
	if f.scale.Metric == cx.NPS {
		interval := statistics.NetPromoterShare(positive, negative, effective)
		row.Score.Value = 100 * (positive - negative)
		row.Score.Interval = Interval{Low: 100 * interval.Low, High: 100 * interval.High}
	} else {
		row.Score.Value = positive
		row.Score.Interval = Interval(statistics.WilsonShare(positive, effective))
	}
	row.Score.Shown = true
	return row
}

// joined joins neighbouring classes of activity until each has 10 respondents, and
// leavers with stayers where all leavers together have fewer.
func (f *lostFold) joined() []lostClass {
	const enough = 10
	var out []lostClass
	var rest lostClass // what was too small so far
	for left := range f.classes {
		first := len(out)
		for at := range activities {
			rest.add(f.classes[left][at])
			if rest.respondents >= enough {
				out = append(out, rest)
				rest = lostClass{}
			}
		}
		if len(out) > first { // what remains joins its neighbour of the same kind
			out[len(out)-1].add(rest)
			rest = lostClass{}
		}
	}
	switch {
	case len(out) > 0:
		out[len(out)-1].add(rest)
	case rest.respondents > 0:
		out = append(out, rest)
	}
	return out
}
