package question

import (
	"context"
	"math"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/question/statistics"
)

// sporadic_use — Who uses us irregularly?
//
// Plain words: customers whose days of use come in bursts with long pauses, and customers
// whose use has become less regular than their own used to be.
//
// Formula: active days = days with an interaction of kind usage, event or order. For each
// customer with at least 12 active days: burstiness of the gaps between them, corrected
// for their number, B = (√(n+1)·r − √(n−1)) ÷ ((√(n+1) − 2)·r + √(n−1)) with r their
// standard deviation ÷ their mean and n gaps: −1 a clockwork, 0 by chance (Poisson), 1 all
// in bursts. Sporadic: B > .3. Less regular: B of the later half of the gaps is more than
// .3 above that of the earlier half. Mean B with Student's interval; shares with Wilson's.
// Unit: share of customers. Smallest sample: 10 customers with 12 active days.
//
// Pitfalls: weekends and holidays make pauses that are nobody's fault: compare groups with
// one another. Who is seldom there at all is not in it. It says how they use us, not why.
//
// Source: Goh & Barabási 2008; correction for few gaps: Kim & Jo 2016; Wilson 1927.
const sporadicUseVersion = 1

const (
	sporadicDays  = 12
	sporadicAbove = .3
)

// SporadicUseRow is one group's answer.
type SporadicUseRow struct {
	Group       Group
	Customers   int64 // n
	Burstiness  Estimate
	Sporadic    int64
	Share       Estimate
	LessRegular Estimate
	Against     Comparison
}

// AskSporadicUse answers sporadic_use.
func AskSporadicUse(ctx context.Context, facts Facts, p Params) (Answer[SporadicUseRow], error) {
	return runSporadicUse(ctx, facts, p, nil)
}

func sporadicUse() Definition {
	return asked(Definition{
		Name: "sporadic_use", Title: "Who uses us irregularly?",
		Takes:    []Ingredient{use},
		Formula:  "customers whose gaps between active days have a burstiness above .3 ÷ customers with 12 active days",
		Unit:     "share of customers",
		Smallest: "10 customers with 12 active days",
		Pitfalls: "Weekends and holidays make pauses, too: compare groups. Who is seldom there at all is not in it.",
		Source:   "Burstiness: Goh & Barabási 2008; correction for few gaps: Kim & Jo 2016; Wilson 1927",
		Needs:    []string{"by"},
	}, runSporadicUse, func(p Params) []Column {
		return []Column{
			groupColumn(p),
			{Name: "customers", Title: "Customers", Unit: "count", Help: "With at least 12 active days."},
			{Name: "burstiness", Title: "Burstiness", Unit: "", Help: "−1 like a clockwork, 0 as by chance, 1 all in bursts."},
			{Name: "sporadic", Title: "Irregular", Unit: "count"},
			{Name: "share", Title: "Share", Unit: "share"},
			{Name: "less_regular", Title: "Less regular than they were", Unit: "share"},
			qColumn(),
		}
	}, func(_ Params, r SporadicUseRow) []Cell {
		row := r.Group.Name
		return []Cell{
			groupCell(r.Group), countCell(r.Customers, evidence("customers", row)), estimateCell(r.Burstiness, ""),
			countCell(r.Sporadic, evidence("sporadic", row)), estimateCell(r.Share, evidence("sporadic", row)), estimateCell(r.LessRegular, ""), qCell(r.Against),
		}
	})
}

type sporadicCount struct {
	customers, sporadic, less int64
	burstiness                statistics.Moments
}

func runSporadicUse(ctx context.Context, facts Facts, p Params, c *collector) (Answer[SporadicUseRow], error) {
	s, err := newScope(ctx, facts, p, needs{
		kinds: []cx.Kind{cx.Usage, cx.Event, cx.Order}, least: 10,
		splits: []string{"", "channel", "touchpoint", "persona", "dimension", "step"},
	})
	if err != nil {
		return Answer[SporadicUseRow]{}, err
	}
	var t tally
	var counts []sporadicCount
	var days []int64
	stream := s.filter(func(sig int32) bool { return s.keepSig[sig] }, 0, 0)
	err = s.histories(ctx, stream, Want{ID: c != nil, Dims: s.wantDims()}, func(b *Sequence, i int) {
		if s.inPeriod(b.Start[i]) && s.held(b.Signature[i], dimsAt(b, i)) {
			t.drop(unidentified)
		}
	}, func(h *history) {
		days = days[:0]
		last, n := -1, int64(0)
		for i, start := range h.start {
			if !s.inPeriod(start) || !s.held(h.signature[i], h.dims[i]) {
				continue
			}
			n++
			last = i
			if d := localDay(start, s.zone); len(days) == 0 || d != days[len(days)-1] {
				days = append(days, d)
			}
		}
		if n == 0 {
			return
		}
		if len(days) < sporadicDays {
			t.dropMany("of a customer with fewer than 12 active days", n)
			return
		}
		t.scanned += n
		t.included += n
		group := s.group.of(h.signature[last], h.dims[last], h.start[last])
		count := counterAt(&counts, group)
		count.customers++
		b := burstiness(days)
		count.burstiness.Add(b)
		count.sporadic += one(b > sporadicAbove)
		half := len(days) / 2
		count.less += one(burstiness(days[half:])-burstiness(days[:half+1]) > sporadicAbove)
		if c != nil {
			name := s.group.groups[group].Name
			c.note("customers", name, h.start[last], h.id[last])
			if b > sporadicAbove {
				c.note("sporadic", name, h.start[last], h.id[last])
			}
		}
	})
	if err != nil {
		return Answer[SporadicUseRow]{}, err
	}
	rows := []SporadicUseRow{}
	var k, n []int64
	for _, g := range s.group.order(func(g int32) int64 { return counterAt(&counts, g).customers }) {
		count := counts[g]
		k, n = append(k, count.sporadic), append(n, count.customers)
		rows = append(rows, SporadicUseRow{
			Group: s.group.groups[g], Customers: count.customers, Sporadic: count.sporadic,
			Burstiness: Estimate{
				Value: count.burstiness.Mean(), Interval: Interval(count.burstiness.Interval()), N: count.customers, Shown: count.customers >= s.least,
			},
			Share: share(count.sporadic, count.customers, s.least), LessRegular: share(count.less, count.customers, s.least),
		})
	}
	for i, against := range againstTheOthers(k, n, s.least) {
		rows[i].Against = against
	}
	return answer(s, &t, sporadicUseVersion, rows, nil), nil
}

// burstiness is that of the gaps between days, corrected for their number (Kim & Jo
// 2016, equation 22).
func burstiness(days []int64) float64 {
	var gaps statistics.Moments
	for i := 1; i < len(days); i++ {
		gaps.Add(float64(days[i] - days[i-1]))
	}
	n := float64(len(days) - 1)
	r := gaps.Spread() * math.Sqrt((n-1)/n) / gaps.Mean()
	more, less := math.Sqrt(n+1), math.Sqrt(n-1)
	return (more*r - less) / ((more-2)*r + less)
}
