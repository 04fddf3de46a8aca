package question

import (
	"context"
	"fmt"
	"math/bits"
	"slices"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/question/statistics"
)

// monthly_problem — Whose same problem returns every month?
//
// Plain words: customers who contacted us for the same reason in at least three of the
// last four whole months, beside how many would have if each of their contacts had
// fallen into any of those months by chance.
//
// Formula: for each customer and reason with n contacts in the four calendar months
// before as of: monthly if they lie in 3 or 4 different months. By chance: the sum over
// the same customers of P(n contacts, each in one of four months at random, lie in 3 or
// more) = 1 − (4 + 6·(2ⁿ − 2)) ÷ 4ⁿ, which is the exact mean of shuffling each customer's
// own contacts over the months. p: exact Poisson–binomial tail, then
// Benjamini–Hochberg over reasons.
// Unit: customers. Smallest sample: 10 customers who contacted us for the reason.
//
// Pitfalls: who calls about everything all the time has each reason in each month; the
// shuffle keeps their number of contacts, so that they make no excess. Months differ a
// little in length. Nobody unidentified can be followed.
//
// Source: occupancy: Feller 1968, II.5; Poisson–binomial: Hong 2013; shuffling within
// units: Good 2005.
const monthlyProblemVersion = 1

// monthlyMonths is how many whole months are looked at, monthlyLeast how many of them
// make a problem monthly.
const (
	monthlyMonths = 4
	monthlyLeast  = 3
)

// MonthlyProblemRow is one reason's answer.
type MonthlyProblemRow struct {
	Group     Group
	Customers int64 // n: who contacted us for the reason
	Monthly   int64 // k: in three or four of the months
	Contacts  int64 // of those
	Could     int64 // customers with enough contacts to be monthly
	Share     Estimate
	Chance    float64 // customers expected by chance
	P, Q      float64
	tested    bool
}

// AskMonthlyProblem answers monthly_problem.
func AskMonthlyProblem(ctx context.Context, facts Facts, p Params) (Answer[MonthlyProblemRow], error) {
	return runMonthlyProblem(ctx, facts, p, nil)
}

func monthlyProblem() Definition {
	return asked(Definition{
		Name: "monthly_problem", Title: "Whose same problem returns every month?",
		Takes:    []Ingredient{contactsFourMonths},
		Formula:  "customers with contacts for one reason in 3 or 4 of the last 4 whole months, beside the number expected if their contacts fell into the months by chance",
		Unit:     "customers",
		Smallest: "10 customers who contacted us for the reason; four whole months of data",
		Pitfalls: "Who calls about everything all the time is no monthly problem: compare with the number by chance, which keeps how often each customer calls. Unidentified callers are left out.",
		Source:   "Occupancy, Feller 1968; Poisson–binomial tail, Hong 2013; many reasons: Benjamini & Hochberg 1995",
		Needs:    []string{"by"},
	}, runMonthlyProblem, func(p Params) []Column {
		p.By = "reason"
		return []Column{
			groupColumn(p),
			{Name: "customers", Title: "Customers who asked", Unit: ""},
			{Name: "monthly", Title: "Every month", Unit: "", Help: "Customers with contacts for this reason in three or four of the four months."},
			{Name: "contacts", Title: "Their contacts", Unit: "count"},
			{Name: "share", Title: "Share", Unit: "share"},
			{Name: "chance", Title: "By chance", Unit: "", Help: "How many it would be if each customer's contacts had fallen into the months at random."},
			qColumn(),
		}
	}, func(_ Params, r MonthlyProblemRow) []Cell {
		more := evidence("monthly", r.Group.Name)
		return []Cell{
			groupCell(r.Group), countCell(r.Customers, ""), countCell(r.Monthly, more), countCell(r.Contacts, more),
			estimateCell(r.Share, more), numberCell(r.Chance), numberIf(r.Q, r.tested),
		}
	})
}

// monthsBefore are the bounds of the whole months of the company's calendar that end
// at or before an instant.
func monthsBefore(at int64, months int, zone *time.Location) []int64 {
	t := time.UnixMicro(at).In(zone)
	last := time.Date(t.Year(), t.Month(), 1, 0, 0, 0, 0, zone)
	bounds := make([]int64, months+1)
	for i := range bounds {
		bounds[i] = last.AddDate(0, i-months, 0).UnixMicro()
	}
	return bounds
}

// MonthsLookedAt are the whole months that end at or before an instant.
func MonthsLookedAt(until time.Time, zone *time.Location) cx.Period {
	bounds := monthsBefore(until.UnixMicro(), monthlyMonths, zone)
	return cx.Period{From: time.UnixMicro(bounds[0]).UTC(), To: time.UnixMicro(bounds[monthlyMonths]).UTC()}
}

type monthlyFold struct {
	s        *scope
	c        *collector
	bounds   []int64
	reasonOf []int32
	touched  []int32
	now      []monthsOf // by reason, of the customer at hand
	counts   []monthlyCount
	names    []string
	tally    tally
}

type monthsOf struct {
	mask uint8
	n    int
	at   []piece // for evidence
}

type monthlyCount struct {
	customers, monthly, contacts int64
	chances                      []float64 // of those that can be monthly
}

func runMonthlyProblem(ctx context.Context, facts Facts, p Params, c *collector) (Answer[MonthlyProblemRow], error) {
	if p.By == "reason" {
		p.By = ""
	}
	s, err := newScope(ctx, facts, p, needs{kinds: []cx.Kind{cx.Contact}, splits: []string{""}, least: 10})
	if err != nil {
		return Answer[MonthlyProblemRow]{}, err
	}
	f := &monthlyFold{s: s, c: c, bounds: monthsBefore(min(s.to, s.asOf+1), monthlyMonths, s.zone)}
	var reasons int
	f.reasonOf, reasons = numberReasons(s.signatures)
	f.now, f.counts, f.names = make([]monthsOf, reasons+1), make([]monthlyCount, reasons+1), make([]string, reasons+1)
	for i, sig := range s.signatures {
		f.names[f.reasonOf[i]] = sig.Reason
	}
	first, last := time.UnixMicro(f.bounds[0]).In(s.zone), time.UnixMicro(f.bounds[monthlyMonths]-1).In(s.zone)
	notes := []string{fmt.Sprintf("Looks at the whole months %s to %s, whatever the period begins with.", first.Format("January 2006"), last.Format("January 2006"))}
	if s.span.From.IsZero() || s.span.From.UnixMicro() > f.bounds[1] {
		notes = []string{fmt.Sprintf("The data begin too late: four whole months before %s are needed.", time.UnixMicro(f.bounds[monthlyMonths]).In(s.zone).Format("2 January 2006"))}
		f.bounds = slices.Repeat([]int64{f.bounds[0]}, monthlyMonths+1) // nothing lies in them
	}
	s.from, s.to = f.bounds[0], f.bounds[monthlyMonths]
	contacts := s.filter(func(sig int32) bool { return s.keepSig[sig] }, 0, 0)
	if err := s.histories(ctx, contacts, Want{ID: c != nil, Dims: s.wantDims()}, f.nobody, f.customer); err != nil {
		return Answer[MonthlyProblemRow]{}, err
	}
	return answer(s, &f.tally, monthlyProblemVersion, f.rows(), notes), nil
}

func (f *monthlyFold) nobody(b *Sequence, i int) {
	if f.s.inPeriod(b.Start[i]) && f.s.held(b.Signature[i], dimsAt(b, i)) {
		f.tally.drop(unidentified)
	}
}

func (f *monthlyFold) customer(h *history) {
	for i, start := range h.start {
		if !f.s.inPeriod(start) || !f.s.held(h.signature[i], h.dims[i]) {
			continue
		}
		reason := f.reasonOf[h.signature[i]]
		if reason == 0 {
			f.tally.drop("contact without a reason")
			continue
		}
		f.tally.use()
		now := &f.now[reason]
		if now.n == 0 {
			f.touched = append(f.touched, reason)
		}
		now.n++
		for m := range monthlyMonths {
			if start >= f.bounds[m] && start < f.bounds[m+1] {
				now.mask |= 1 << m
			}
		}
		if f.c != nil {
			now.at = append(now.at, piece{start, h.id[i]})
		}
	}
	for _, reason := range f.touched {
		f.decide(reason)
	}
	f.touched = f.touched[:0]
}

func (f *monthlyFold) decide(reason int32) {
	now, count := &f.now[reason], &f.counts[reason]
	count.customers++
	if now.n >= monthlyLeast {
		count.chances = append(count.chances, monthlyChance(now.n))
	}
	if bits.OnesCount8(now.mask) >= monthlyLeast {
		count.monthly++
		count.contacts += int64(now.n)
		for _, p := range now.at {
			f.c.note("monthly", f.names[reason], p.start, p.id)
		}
	}
	*now = monthsOf{at: now.at[:0]}
}

// monthlyChance is the probability that n contacts, each in one of four months at
// random, lie in three or more of them: all lie in one month in 4 ways, in exactly two
// in 6·(2ⁿ − 2) ways, of 4ⁿ.
func monthlyChance(n int) float64 {
	few, all := 4.0, 1.0
	two := 1.0
	for range n {
		all *= 1.0 / monthlyMonths
		two *= 2.0 / monthlyMonths
	}
	return 1 - (few*all + 6*(two-2*all))
}

func (f *monthlyFold) rows() []MonthlyProblemRow {
	rows := []MonthlyProblemRow{}
	for reason, count := range f.counts {
		if count.customers == 0 {
			continue
		}
		row := MonthlyProblemRow{
			Group: same(f.names[reason]), Customers: count.customers, Monthly: count.monthly, Contacts: count.contacts, Could: int64(len(count.chances)),
			Share: share(count.monthly, count.customers, f.s.least), P: 1, Q: 1,
		}
		for _, p := range count.chances {
			row.Chance += p
		}
		if row.tested = count.customers >= f.s.least && len(count.chances) > 0; row.tested {
			row.P = statistics.PoissonBinomialTail(count.chances, count.monthly)
		}
		rows = append(rows, row)
	}
	slices.SortFunc(rows, func(a, b MonthlyProblemRow) int {
		if a.Monthly != b.Monthly {
			return int(max(-1, min(1, b.Monthly-a.Monthly)))
		}
		if a.Group.Name < b.Group.Name {
			return -1
		}
		return 1
	})
	var p []float64
	var tested []*MonthlyProblemRow
	for i := range rows {
		if rows[i].tested {
			p, tested = append(p, rows[i].P), append(tested, &rows[i])
		}
	}
	for i, q := range statistics.BenjaminiHochberg(p) {
		tested[i].Q = q
	}
	return rows
}
