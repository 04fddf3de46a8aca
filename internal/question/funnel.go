package question

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/firsthand-cx/firsthand/internal/question/statistics"
)

// funnel — Where do they drop off?
//
// Plain words: of the attempts at a journey that reached a step, how many went on to
// the next, and how long did that take.
//
// Formula: an attempt is everything of one thread, or of one customer without a
// longer gap, as the journey declares; it is entered by its first interaction at the
// first required step and followed for a window (within; 7 days). Steps are reached
// in order. continued = attempts that reached the next required step ÷ attempts that
// reached this one. Wilson interval; median and 90 % quantile of the time to the next
// step by order statistics, of those who continued.
// Unit: share of attempts; seconds. Smallest sample: 10 attempts.
//
// Pitfalls: attempts whose window is not over are left out whole, finished or not:
// counting the quick finishers among them would flatter the latest weeks. The filter
// and the split are those of the entry. Steps that are not recorded look like
// drop-off. Dropping off is not always bad (they found what they wanted).
//
// Source: ordered conversion funnel within a window; Wilson 1927; Conover 1999.
const funnelVersion = 1

// FunnelRow is one step of one group.
type FunnelRow struct {
	Group     Group
	Step      string
	Title     string
	Optional  bool
	Last      bool  // nothing comes after it
	Reached   int64 // n: attempts
	Continued int64 // k: reached the next required step
	Customers int64 // identified customers who reached it
	Share     Estimate
	OfEntered Estimate // reached ÷ entered
	Median    Estimate // seconds to the next required step, of those who continued
	P90       Estimate
	Against   Comparison // of the share that continued, against the other groups
}

// Dropped is how many attempts ended here.
func (r FunnelRow) Dropped() int64 {
	if r.Last {
		return 0
	}
	return r.Reached - r.Continued
}

// AskFunnel answers funnel.
func AskFunnel(ctx context.Context, facts Facts, p Params) (Answer[FunnelRow], error) {
	return runFunnel(ctx, facts, p, nil)
}

func funnel() Definition {
	return asked(Definition{
		Name: "funnel", Title: "Where do they drop off?",
		Takes:    []Ingredient{aJourney, begunAttempts},
		Formula:  "attempts that reached the next required step within the window ÷ attempts that reached this step",
		Unit:     "share of attempts",
		Smallest: "10 attempts",
		Pitfalls: "Attempts whose window is not over are left out. Filter and split are those of the attempt's first interaction. A step that is not recorded looks like a drop-off.",
		Source:   "Ordered funnel within a window; interval: Wilson 1927; times: order statistics, Conover 1999",
		Needs:    []string{"journey", "within", "by"},
	}, runFunnel, func(p Params) []Column {
		columns := []Column{
			{Name: "step", Title: "Step", Unit: "text"},
			{Name: "reached", Title: "Reached", Unit: "count", Help: "Attempts that got here."},
			{Name: "continued", Title: "Continued", Unit: "count"},
			{Name: "dropped", Title: "Dropped off", Unit: "count"},
			{Name: "share", Title: "Went on", Unit: "share"},
			{Name: "of_entered", Title: "Of all who began", Unit: "share"},
			{Name: "customers", Title: "Customers", Unit: "count"},
			{Name: "median", Title: "Median time to the next step", Unit: "seconds"},
			{Name: "p90", Title: "9 in 10 within", Unit: "seconds"},
		}
		if p.By == "" {
			return columns
		}
		return append(append([]Column{groupColumn(p)}, columns...), qColumn())
	}, funnelCells)
}

func funnelCells(p Params, r FunnelRow) []Cell {
	row := rowOf(r.Group.Name, r.Step)
	reached := evidence("reached", row)
	cells := []Cell{
		textCell(r.Title), countCell(r.Reached, reached),
		countCell(r.Continued, evidence("continued", row)), countCell(r.Dropped(), evidence("dropped", row)),
		estimateCell(r.Share, evidence("dropped", row)), estimateCell(r.OfEntered, reached), countCell(r.Customers, ""),
		estimateCell(r.Median, evidence("continued", row)), estimateCell(r.P90, evidence("continued", row)),
	}
	if r.Last {
		for _, i := range []int{2, 3, 4, 7, 8} {
			cells[i] = Cell{}
		}
	}
	if p.By == "" {
		return cells
	}
	return append(append([]Cell{groupCell(r.Group)}, cells...), qCell(r.Against))
}

// funnelSplits leaves out step, which the rows are anyway.
var funnelSplits = []string{"", "channel", "reason", "touchpoint", "persona", "dimension", "month", "week", "weekday", "hour"}

type funnelCount struct {
	reached, continued, customers int64
	lastCustomer                  int64
	times                         []int64
}

type funnelFold struct {
	s      *scope
	c      *collector
	next   []int           // by step: the next required step, -1 = none
	counts [][]funnelCount // by group, step
	first  int
}

func runFunnel(ctx context.Context, facts Facts, p Params, c *collector) (Answer[FunnelRow], error) {
	only := p.Step
	p.Step = "" // the filter chooses entries; a step chooses among the rows
	s, err := newScope(ctx, facts, p, needs{journey: true, splits: funnelSplits, least: 10})
	if err != nil {
		return Answer[FunnelRow]{}, err
	}
	var t tally
	f := &funnelFold{s: s, c: c}
	window := attemptWindow
	if p.Within > 0 {
		window = p.Within
	}
	w, err := newAttempts(s, window, c != nil, &t, f.over)
	if err != nil {
		return Answer[FunnelRow]{}, err
	}
	f.first = w.required[0]
	f.next = nextRequired(len(s.steps), w.required)
	if err := followAttempts(ctx, s, w, c != nil); err != nil {
		return Answer[FunnelRow]{}, err
	}
	if err := s.dropUnmatched(ctx, &t, func(sig int32) bool { return s.stepOf[sig] == 0 }); err != nil {
		return Answer[FunnelRow]{}, err
	}
	notes := []string{"An attempt is followed for " + Duration(window.Seconds()) + " from its first step; attempts that began later than that before the end of the data are left out."}
	for i := range f.first {
		notes = append(notes, fmt.Sprintf("“%s” is optional and comes before the first step that every attempt takes, so nobody is counted at it.", titleOr(s.steps[i].Title, s.steps[i].Name)))
	}
	rows := f.rows()
	if only != "" {
		rows = slices.DeleteFunc(rows, func(r FunnelRow) bool { return r.Step != only })
	}
	return answer(s, &t, funnelVersion, rows, notes), nil
}

// nextRequired is the next required step after each step, -1 = none.
func nextRequired(steps int, required []int) []int {
	next := make([]int, steps)
	for i := range next {
		next[i] = -1
		if j := slices.IndexFunc(required, func(r int) bool { return r > i }); j >= 0 {
			next[i] = required[j]
		}
	}
	return next
}

// followAttempts streams the interactions at the journey's steps through w.
func followAttempts(ctx context.Context, s *scope, w *attempts, ids bool) error {
	matched := s.filter(func(sig int32) bool { return s.stepOf[sig] != 0 }, w.window, w.window)
	want := Want{ID: ids, Thread: w.gap == 0, Dims: s.wantDims()}
	err := s.fold(ctx, matched, want, func(b *Sequence, i int) {
		h := happening{
			customer: b.Customer[i], start: b.Start[i], signature: b.Signature[i], dims: dimsAt(b, i),
			step: int(s.stepOf[b.Signature[i]]) - 1, id: idAt(b, i),
		}
		if b.Thread != nil {
			h.thread = b.Thread[i]
		}
		w.take(h)
	})
	if err == nil {
		w.endCustomer()
	}
	return err
}

func (f *funnelFold) over(a *attempt) {
	steps := counterAt(&f.counts, a.group)
	if *steps == nil {
		*steps = make([]funnelCount, len(f.s.steps))
	}
	for i, at := range a.reached {
		if at == NoTime {
			continue
		}
		count := &(*steps)[i]
		count.reached++
		if a.customer != 0 && count.lastCustomer != a.customer {
			count.lastCustomer = a.customer
			count.customers++
		}
		part := "dropped"
		if next := f.next[i]; next >= 0 && a.reached[next] != NoTime {
			part = "continued"
			count.continued++
			if took := a.reached[next] - at; took >= 0 {
				count.times = append(count.times, took)
			}
		}
		if f.c != nil {
			row := rowOf(f.s.group.groups[a.group].Name, f.s.steps[i].Name)
			f.c.note("reached", row, at, a.ids[i])
			f.c.note(part, row, at, a.ids[i])
		}
	}
}

func (f *funnelFold) rows() []FunnelRow {
	order := f.s.group.order(func(g int32) int64 {
		if steps := *counterAt(&f.counts, g); steps != nil {
			return steps[f.first].reached
		}
		return 0
	})
	var rows []FunnelRow
	for _, g := range order {
		entered := f.counts[g][f.first].reached
		for i, step := range f.s.steps {
			count := &f.counts[g][i]
			row := FunnelRow{
				Group: f.s.group.groups[g], Step: step.Name, Title: titleOr(step.Title, step.Name), Optional: step.Optional,
				Last: f.next[i] < 0, Reached: count.reached, Continued: count.continued, Customers: count.customers,
				OfEntered: share(count.reached, entered, f.s.least), Against: untested(),
			}
			if !row.Last {
				row.Share = share(count.continued, count.reached, f.s.least)
				slices.Sort(count.times)
				row.Median = orderEstimate(count.times, 0.5, f.s.least)
				row.P90 = orderEstimate(count.times, 0.9, f.s.least)
			}
			rows = append(rows, row)
		}
	}
	f.compare(rows, len(order))
	return rows
}

// compare holds each step of a group against the same step of the other groups, and
// corrects for all of these comparisons together.
func (f *funnelFold) compare(rows []FunnelRow, groups int) {
	if groups < 2 {
		return
	}
	var all []*Comparison
	steps := len(f.s.steps)
	for i := range steps {
		if f.next[i] < 0 {
			continue
		}
		var k, n []int64
		for g := range groups {
			k, n = append(k, rows[g*steps+i].Continued), append(n, rows[g*steps+i].Reached)
		}
		for g, against := range againstTheOthers(k, n, f.s.least) {
			rows[g*steps+i].Against = against
			all = append(all, &rows[g*steps+i].Against)
		}
	}
	correct(all)
}

// orderEstimate is a quantile of sorted times (microseconds) in seconds, with its
// order-statistic interval.
func orderEstimate(sorted []int64, q float64, least int64) Estimate {
	second := float64(time.Second / time.Microsecond)
	low, high, ok := statistics.QuantileInterval(sorted, q)
	value := statistics.Quantile(sorted, q)
	if !ok {
		low, high = value, value
	}
	return Estimate{
		Value: float64(value) / second, N: int64(len(sorted)), Shown: ok && int64(len(sorted)) >= least,
		Interval: Interval{Low: float64(low) / second, High: float64(high) / second},
	}
}
