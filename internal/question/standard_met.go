package question

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/question/statistics"
)

// standard_met — Do we keep our promises?
//
// Plain words: for every promise that the journey declares, the share of cases in
// which it was kept, whether that gets better or worse, and the hour of the day at
// which it is worst.
//
// Formula: kept ÷ cases that can be told. A wait that was not answered or resolved
// breaks its promise once it has lasted longer than promised; shorter ones that were
// given up or go on can't be told and are left out. Wilson interval; p of "at least
// the promised share" by the exact binomial test; trend by Cochran–Armitage over
// weeks. Unit: share of cases. Smallest sample: 10 cases.
//
// Pitfalls: who gives up early is left out, so a long queue hides behind short
// patience: see time_to_person. The worst hour is the lowest share among hours with
// enough cases: with 24 to choose from, some hour is always worst. Without business
// hours every hour counts.
//
// Source: Wilson 1927; Clopper & Pearson 1934; Cochran 1954; Armitage 1955.
const standardMetVersion = 1

// Verdict says whether a promise is kept, as far as the sample can tell.
type Verdict string

const (
	Kept      Verdict = "kept"              // the whole interval reaches the promised share
	Broken    Verdict = "broken"            // the whole interval lies below it
	Undecided Verdict = "too close to tell" // the interval holds it
	TooFew    Verdict = "too few to tell"
)

// StandardRow is one promise of one group.
type StandardRow struct {
	Group    Group
	Step     string
	Title    string
	Promise  cx.Promise
	Owner    string
	Cases    int64 // n
	Met      int64 // k
	Share    Estimate
	Verdict  Verdict
	P        float64 // of a share this low if the promise were kept; one-sided
	Q        float64 // after Benjamini–Hochberg over the answer's rows
	Slope    float64 // change of the share per week
	TrendP   float64
	Worst    string // local hour, "17"; "" = too few to tell
	WorstMet Estimate
}

// AskStandardMet answers standard_met.
func AskStandardMet(ctx context.Context, facts Facts, p Params) (Answer[StandardRow], error) {
	return runStandardMet(ctx, facts, p, nil)
}

func standardMet() Definition {
	return asked(Definition{
		Name: "standard_met", Title: "Do we keep our promises?",
		Takes:    []Ingredient{aJourney, promisedCases},
		Fuller:   []Ingredient{promisedAnswers},
		Formula:  "cases in which the promise was kept ÷ cases that can be told",
		Unit:     "share of cases",
		Smallest: "10 cases",
		Pitfalls: "Who gives up before the promised time is left out. Some hour is always worst: look at its interval. Waits still within the promise are left out.",
		Source:   "Interval: Wilson 1927; test: exact binomial; trend: Cochran 1954, Armitage 1955; many promises: Benjamini & Hochberg 1995",
		Needs:    []string{"journey", "by"},
	}, runStandardMet, func(p Params) []Column {
		columns := []Column{
			{Name: "step", Title: "Step", Unit: "text"},
			{Name: "promise", Title: "Promise", Unit: "text"},
			{Name: "owner", Title: "Owner", Unit: "text"},
			{Name: "promised", Title: "Promised", Unit: "share"},
			{Name: "share", Title: "Kept", Unit: "share"},
			{Name: "verdict", Title: "Verdict", Unit: "text"},
			{Name: "cases", Title: "Cases", Unit: "count"},
			{Name: "missed", Title: "Missed", Unit: "count"},
			{Name: "trend", Title: "Change a week", Unit: "share", Help: "How the share changes from week to week; shown where chance is unlikely (p < .05)."},
			{Name: "worst_hour", Title: "Worst hour", Unit: "text"},
			{Name: "worst_share", Title: "Kept then", Unit: "share"},
			{Name: "q", Title: "q", Help: "How likely a share this low is when the promise is in truth kept, corrected for many promises (Benjamini–Hochberg)."},
		}
		if p.By == "" {
			return columns
		}
		return append([]Column{groupColumn(p)}, columns...)
	}, standardCells)
}

func standardCells(p Params, r StandardRow) []Cell {
	row := rowOf(r.Group.Name, r.Step+"/"+r.Promise.Name)
	missed := evidence("missed", row)
	trend := Cell{}
	if r.Share.Shown && r.TrendP < 0.05 {
		trend = numberCell(r.Slope)
	}
	worst := Cell{}
	if r.Worst != "" {
		worst = textCell(r.Worst + ":00")
	}
	worstMet := Cell{}
	if r.Worst != "" {
		worstMet = estimateCell(r.WorstMet, missed)
	}
	cells := []Cell{
		textCell(r.Title), textCell(r.Promise.Name), textCell(r.Owner), numberCell(r.Promise.Share),
		estimateCell(r.Share, missed), textCell(string(r.Verdict)), countCell(r.Cases, evidence("cases", row)),
		countCell(r.Cases-r.Met, missed), trend, worst, worstMet, numberIf(r.Q, r.Share.Shown),
	}
	if p.By == "" {
		return cells
	}
	return append([]Cell{groupCell(r.Group)}, cells...)
}

// promised is a promise with the step that makes it.
type promised struct {
	step    int
	promise cx.Promise
}

type keptCount struct{ met, cases int64 }

// standardCount is one promise in one group.
type standardCount struct {
	all   keptCount
	weeks map[int32]*keptCount
	hours [24]keptCount
}

type standardFold struct {
	s        *scope
	c        *collector
	scales   map[int16]cx.Scale
	business *BusinessClock
	promises []promised
	byStep   [][]int // promises of each step
	week     *grouping
	hour     *grouping
	counts   [][]standardCount // by group, promise
	tally    tally
}

func runStandardMet(ctx context.Context, facts Facts, p Params, c *collector) (Answer[StandardRow], error) {
	s, err := newScope(ctx, facts, p, needs{journey: true, splits: everySplit, least: 10})
	if err != nil {
		return Answer[StandardRow]{}, err
	}
	f, err := newStandardFold(ctx, s, c)
	if err != nil {
		return Answer[StandardRow]{}, err
	}
	if len(f.promises) == 0 {
		notes := []string{"The journey declares no promise: add promises to its steps."}
		return answer(s, &f.tally, standardMetVersion, []StandardRow{}, notes), nil
	}
	if err := s.fold(ctx, s.single(), f.want(), f.take); err != nil {
		return Answer[StandardRow]{}, err
	}
	var notes []string
	if f.business.always && slices.ContainsFunc(f.promises, func(q promised) bool { return q.promise.Business }) {
		notes = append(notes, noHours)
	}
	return answer(s, &f.tally, standardMetVersion, f.rows(), notes), nil
}

// newStandardFold lists the promises, and keeps only the steps that make one.
func newStandardFold(ctx context.Context, s *scope, c *collector) (*standardFold, error) {
	f := &standardFold{s: s, c: c, business: s.businessClock(), byStep: make([][]int, len(s.steps)), week: clockGrouping("week", s.zone), hour: clockGrouping("hour", s.zone)}
	var err error
	if f.scales, err = s.facts.Scales(ctx); err != nil {
		return nil, err
	}
	for i, step := range s.steps {
		for _, promise := range step.Promises {
			f.byStep[i] = append(f.byStep[i], len(f.promises))
			f.promises = append(f.promises, promised{i, promise})
		}
	}
	for sig := range s.keepSig {
		s.keepSig[sig] = s.keepSig[sig] && s.stepOf[sig] > 0 && len(f.byStep[s.stepOf[sig]-1]) > 0
	}
	return f, nil
}

func (f *standardFold) want() Want {
	return Want{ID: f.c != nil, End: true, FirstHuman: true, Score: true, Dims: f.s.wantDims()}
}

func (f *standardFold) take(b *Sequence, i int) {
	start, sig, dims := b.Start[i], b.Signature[i], dimsAt(b, i)
	if !f.s.inPeriod(start) || !f.s.held(sig, dims) {
		return
	}
	used, why := false, "nothing was promised about it"
	for _, at := range f.byStep[f.s.stepOf[sig]-1] {
		q := f.promises[at]
		met, reason := f.judge(q.promise, f.s.signatures[sig].Kind, b, i)
		if reason != "" {
			if reason != notPromised {
				why = reason
			}
			continue
		}
		used = true
		f.count(f.s.group.of(sig, dims, start), at, start, met, idAt(b, i))
	}
	if used {
		f.tally.use()
	} else {
		f.tally.drop(why)
	}
}

const (
	notPromised   = "-"
	withinPromise = "given up or still waiting within the promised time"
	noEnd         = "no end is recorded"
)

// judge says whether an interaction kept a promise; a reason where that can't be told.
func (f *standardFold) judge(q cx.Promise, kind cx.Kind, b *Sequence, i int) (met bool, reason string) {
	start, end, human := b.Start[i], b.End[i], b.FirstHuman[i]
	if human > f.s.known {
		human = NoTime
	}
	over := b.Censored[i]
	if end > f.s.known {
		end, over = NoTime, true
	}
	within := func(until int64) bool {
		if q.Business {
			return f.business.Between(start, until) <= q.Within.Microseconds()
		}
		return until-start <= q.Within.Microseconds()
	}
	lasted := end // how long it is known to have gone on
	if end == NoTime {
		lasted = max(start, f.s.asOf)
	}
	switch q.Measure {
	case cx.ScoreAtLeast:
		return f.judgeScore(q, b, i)
	case cx.Resolution:
		switch {
		case end == NoTime && !over:
			return false, noEnd
		case lasted < start:
			return false, timesOutOfOrder
		case !over:
			return within(end), ""
		case within(lasted):
			return false, withinPromise
		}
		return false, ""
	}
	switch {
	case kind != cx.Contact:
		return false, notPromised
	case human != NoTime && human < start, lasted < start:
		return false, timesOutOfOrder
	case human != NoTime:
		return within(human), ""
	case q.Measure == cx.TimeToPerson && end != NoTime && !over:
		return false, overWithoutPerson
	case !within(lasted):
		return false, ""
	case end != NoTime && !over:
		return false, overWithoutPerson
	}
	return false, withinPromise
}

func (f *standardFold) judgeScore(q cx.Promise, b *Sequence, i int) (met bool, reason string) {
	scale, found := f.scales[b.Scale[i]]
	if !found {
		return false, notPromised
	}
	answer := b.Score[i]
	if _, _, reason := class(scale, answer); reason != "" {
		return false, reason
	}
	if scale.HighIsBad {
		return answer <= q.AtLeast, ""
	}
	return answer >= q.AtLeast, ""
}

func (f *standardFold) count(group int32, at int, start int64, met bool, id cx.InteractionID) {
	counts := counterAt(&f.counts, group)
	if *counts == nil {
		*counts = make([]standardCount, len(f.promises))
	}
	count := &(*counts)[at]
	if count.weeks == nil {
		count.weeks = map[int32]*keptCount{}
	}
	week := count.weeks[f.week.at(start)]
	if week == nil {
		week = &keptCount{}
		count.weeks[f.week.at(start)] = week
	}
	hour := &count.hours[hourOf(f.hour, start)]
	for _, k := range []*keptCount{&count.all, week, hour} {
		k.cases++
		if met {
			k.met++
		}
	}
	if f.c != nil {
		q := f.promises[at]
		row := rowOf(f.s.group.groups[group].Name, f.s.steps[q.step].Name+"/"+q.promise.Name)
		f.c.note("cases", row, start, id)
		if !met {
			f.c.note("missed", row, start, id)
		}
	}
}

// hourOf is the local hour of an instant.
func hourOf(g *grouping, start int64) int {
	name := g.groups[g.at(start)].Name
	return int(name[0]-'0')*10 + int(name[1]-'0')
}

func (f *standardFold) rows() []StandardRow {
	order := f.s.group.order(func(g int32) (n int64) {
		for _, count := range *counterAt(&f.counts, g) {
			n += count.all.cases
		}
		return n
	})
	rows := []StandardRow{}
	var p []float64
	var tested []int
	for _, g := range order {
		for at, q := range f.promises {
			count := &f.counts[g][at]
			if count.all.cases == 0 {
				continue
			}
			row := f.row(q, count)
			row.Group = f.s.group.groups[g]
			if row.Share.Shown {
				p, tested = append(p, row.P), append(tested, len(rows))
			}
			rows = append(rows, row)
		}
	}
	for i, q := range statistics.BenjaminiHochberg(p) {
		rows[tested[i]].Q = q
	}
	return rows
}

func (f *standardFold) row(q promised, count *standardCount) StandardRow {
	step := f.s.steps[q.step]
	row := StandardRow{
		Step: step.Name, Title: titleOr(step.Title, step.Name), Promise: q.promise, Owner: step.Owner,
		Cases: count.all.cases, Met: count.all.met, Share: share(count.all.met, count.all.cases, f.s.least),
		P: statistics.ShareBelow(count.all.met, count.all.cases, q.promise.Share), Q: 1,
	}
	switch {
	case !row.Share.Shown:
		row.Verdict = TooFew
	case row.Share.Interval.High < q.promise.Share:
		row.Verdict = Broken
	case row.Share.Interval.Low >= q.promise.Share || row.Met == row.Cases && q.promise.Share >= 1:
		row.Verdict = Kept
	default:
		row.Verdict = Undecided
	}
	row.Slope, row.TrendP = f.trend(count)
	for hour, h := range count.hours {
		if h.cases < max(f.s.least, 1) {
			continue
		}
		if met := share(h.met, h.cases, f.s.least); row.Worst == "" || met.Value < row.WorstMet.Value {
			row.Worst, row.WorstMet = fmt.Sprintf("%02d", hour), met
		}
	}
	return row
}

func (f *standardFold) trend(count *standardCount) (slope, p float64) {
	var k, n []int64
	var x []float64
	for g, week := range f.week.groups {
		w := count.weeks[int32(g)]
		monday, err := time.Parse(time.DateOnly, week.Name)
		if w == nil || err != nil {
			continue
		}
		k, n, x = append(k, w.met), append(n, w.cases), append(x, float64(monday.Unix())/(7*86400))
	}
	return statistics.Trend(k, n, x)
}
