package question

import (
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/question/statistics"
)

// tail_off — Whose spend is tailing off?
//
// Plain words: customers who buy less often than they used to, by their own rhythm: those
// who are slowing down, and those who have probably stopped without saying so.
//
// Formula: purchases = days with an order (payments where there are no orders, use where
// there are neither). Probably gone: P(alive) < .5 under the BG/NBD model fitted to all
// customers (weeks). Slowing: a one-sided CUSUM of standardised log gaps (k = .5, h = 4;
// mean and spread from the earlier half of the customer's own gaps, at least 4; the gap
// that is open counts once it is longer than usual) has crossed h, and P(alive) ≥ .5.
// Lead time: of customers who cancelled, from the day their CUSUM first crossed h to the
// cancellation; median by order statistics.
// Unit: customers. Smallest sample: 10 customers with three purchases.
//
// Pitfalls: who has bought twice has no rhythm yet. The model thinks that whoever never
// bought again still may. A seasonal buyer looks slow in the wrong season: compare months.
// It says that they buy less, not why.
//
// Source: Fader, Hardie & Lee 2005 and 2008 (BG/NBD); Page 1954 (CUSUM); Platzer &
// Reutterer 2016 for rhythm; Wilson 1927.
const tailOffVersion = 1

const (
	cusumSlack  = .5
	cusumLimit  = 4
	rhythmGaps  = 4 // gaps that make a rhythm
	rhythmBuys  = 3 // purchases that are needed to be looked at
	aliveLimit  = .5
	smallSpread = .25 // of log gaps, so that a clockwork does not alarm over a day
)

// TailOffRow is one group's answer.
type TailOffRow struct {
	Group      Group
	Customers  int64 // n: with three purchases, not cancelled
	Slowing    int64
	Gone       int64
	Share      Estimate // slowing or gone ÷ n
	Left       int64    // cancelled, with a rhythm before
	Forewarned Estimate // of Left, those whose CUSUM crossed before
	LeadTime   Estimate // seconds
	Against    Comparison
}

// AskTailOff answers tail_off.
func AskTailOff(ctx context.Context, facts Facts, p Params) (Answer[TailOffRow], error) {
	return runTailOff(ctx, facts, p, nil)
}

func tailOff() Definition {
	return asked(Definition{
		Name: "tail_off", Title: "Whose spend is tailing off?",
		Takes:    []Ingredient{purchases},
		Fuller:   []Ingredient{leavings},
		Formula:  "customers with P(alive) < .5 (BG/NBD) or a CUSUM of their own log gaps above 4 ÷ customers with three purchases who have not cancelled",
		Unit:     "share of customers",
		Smallest: "10 customers with three purchases",
		Pitfalls: "Two purchases make no rhythm. A seasonal buyer looks slow in the wrong season. It says that they buy less, not why.",
		Source:   "BG/NBD: Fader, Hardie & Lee 2005, 2008; CUSUM: Page 1954; Wilson 1927; Benjamini & Hochberg 1995",
		Needs:    []string{"by"},
	}, runTailOff, func(p Params) []Column {
		return []Column{
			groupColumn(p),
			{Name: "customers", Title: "Customers with a rhythm", Unit: "count", Help: "Three purchases or more, not cancelled."},
			{Name: "slowing", Title: "Slowing down", Unit: "count", Help: "Their gaps have become longer than their own used to be."},
			{Name: "gone", Title: "Probably gone", Unit: "count", Help: "More likely than not they will not buy again (BG/NBD)."},
			{Name: "share", Title: "Together", Unit: "share"},
			{Name: "forewarned", Title: "Leavers who slowed before", Unit: "share"},
			{Name: "lead_time", Title: "Median warning", Unit: "seconds", Help: "Of those who cancelled and had slowed before: the time between."},
			qColumn(),
		}
	}, func(_ Params, r TailOffRow) []Cell {
		row := r.Group.Name
		return []Cell{
			groupCell(r.Group), countCell(r.Customers, evidence("customers", row)), countCell(r.Slowing, evidence("slowing", row)),
			countCell(r.Gone, evidence("gone", row)), estimateCell(r.Share, evidence("gone", row)), estimateCell(r.Forewarned, ""),
			estimateCell(r.LeadTime, ""), qCell(r.Against),
		}
	})
}

// buyer is a customer as tail_off remembers them until the model is fitted.
type buyer struct {
	repeats, last, seen int32 // days
	group               int32
	slowing             bool
	start               int64 // of the last purchase
	id                  cx.InteractionID
}

type tailOffCount struct {
	customers, slowing, gone, left, warned int64
	lead                                   []int64
}

type tailOffFold struct {
	s      *scope
	buys   []bool
	leaves []bool
	all    map[statistics.Buyer]int
	buyers []buyer
	counts []tailOffCount
	tally  tally
	days   []int64
	keepID bool
	worth  int64 // with fewer buyers the model is not worth fitting
}

func runTailOff(ctx context.Context, facts Facts, p Params, c *collector) (Answer[TailOffRow], error) {
	s, err := newScope(ctx, facts, p, needs{
		kinds: []cx.Kind{cx.Order, cx.Payment, cx.Usage}, least: 10,
		splits: []string{"", "channel", "touchpoint", "persona", "dimension", "step"},
	})
	if err != nil {
		return Answer[TailOffRow]{}, err
	}
	f, what := newTailOffFold(s, c)
	model, fitted, err := f.run(ctx)
	if err != nil {
		return Answer[TailOffRow]{}, err
	}
	notes := []string{"Purchases are days with " + what + "."}
	if fitted {
		notes = append(notes, fmt.Sprintf("BG/NBD over all customers, in weeks: r %.3f, α %.3f, a %.3f, b %.3f.", model.R, model.Alpha, model.A, model.B))
	} else {
		notes = append(notes, "Too few buy again for a model of who still does: nobody is called gone.")
	}
	return answer(s, &f.tally, tailOffVersion, f.rows(model, fitted, c), notes), nil
}

func newTailOffFold(s *scope, c *collector) (f *tailOffFold, what string) {
	f = &tailOffFold{s: s, all: map[statistics.Buyer]int{}, keepID: c != nil, leaves: make([]bool, len(s.signatures))}
	f.buys, what = s.purchases()
	for i, sig := range s.signatures {
		s.keepSig[i] = s.keepSig[i] && f.buys[i]
		f.leaves[i] = sig.Kind == cx.Cancellation
	}
	return f, what
}

// run follows the buyers and fits the model of who still buys.
func (f *tailOffFold) run(ctx context.Context) (model statistics.BGNBD, fitted bool, err error) {
	s := f.s
	stream := s.filter(func(sig int32) bool { return f.buys[sig] || f.leaves[sig] }, 0, 0)
	stream.Period.From = time.Time{}
	if err := s.histories(ctx, stream, Want{ID: f.keepID, Dims: s.wantDims()}, f.nobody, f.customer); err != nil {
		return model, false, err
	}
	if int64(len(f.buyers)) < f.worth {
		return model, false, nil
	}
	buyers := make([]statistics.Buyer, 0, len(f.all))
	for b, n := range f.all {
		b.Customers = n
		buyers = append(buyers, b)
	}
	slices.SortFunc(buyers, func(a, b statistics.Buyer) int { // sums do not depend on a map's order
		if a.Repeats != b.Repeats {
			return a.Repeats - b.Repeats
		}
		if a.Last != b.Last {
			return int(math.Copysign(1, a.Last-b.Last))
		}
		return int(math.Copysign(1, a.Seen-b.Seen))
	})
	model, fitted = statistics.FitBGNBD(buyers)
	return model, fitted, nil
}

// gone reports whether a buyer has probably stopped.
func (b buyer) gone(model statistics.BGNBD, fitted bool) bool {
	return fitted && model.Alive(statistics.Buyer{Repeats: int(b.repeats), Last: float64(b.last) / 7, Seen: float64(b.seen) / 7}) < aliveLimit
}

// purchases are the signatures by which customers are seen to buy: orders, else
// payments, else use.
func (s *scope) purchases() (of []bool, what string) {
	names := map[cx.Kind]string{cx.Order: "an order", cx.Payment: "a payment", cx.Usage: "use"}
	of = make([]bool, len(s.signatures))
	for _, kind := range []cx.Kind{cx.Order, cx.Payment, cx.Usage} {
		found := false
		for i, sig := range s.signatures {
			if of[i] = sig.Kind == kind && s.keepSig[i]; of[i] {
				found = true
			}
		}
		if found {
			return of, names[kind]
		}
	}
	return of, "an order"
}

func (f *tailOffFold) nobody(b *Sequence, i int) {
	if f.s.inPeriod(b.Start[i]) && f.s.held(b.Signature[i], dimsAt(b, i)) {
		f.tally.drop(unidentified)
	}
}

func (f *tailOffFold) customer(h *history) {
	f.days = f.days[:0]
	asOf := min(f.s.asOf, f.s.to-1)
	end, left, last, scanned := asOf, false, -1, int64(0)
	for i, start := range h.start {
		if start > asOf {
			break
		}
		sig := h.signature[i]
		if f.leaves[sig] && len(f.days) > 0 && !left {
			end, left = start, true
		}
		if !f.s.held(sig, h.dims[i]) {
			continue
		}
		scanned += one(f.s.inPeriod(start))
		if left {
			continue
		}
		if d := localDay(start, f.s.zone); len(f.days) == 0 || d != f.days[len(f.days)-1] {
			f.days = append(f.days, d)
		}
		last = i
	}
	n := len(f.days)
	if n == 0 {
		f.tally.dropMany("after they left", scanned)
		return
	}
	today := localDay(end, f.s.zone)
	f.all[statistics.Buyer{
		Repeats: n - 1, Last: float64(f.days[n-1]-f.days[0]) / 7, Seen: float64(localDay(asOf, f.s.zone)-f.days[0]) / 7,
	}]++
	if n < rhythmBuys {
		f.tally.dropMany("of a customer with fewer than three purchases", scanned)
		return
	}
	f.tally.scanned += scanned
	f.tally.included += scanned
	crossed := slowedAt(f.days, today)
	group := f.s.group.of(h.signature[last], h.dims[last], h.start[last])
	if left {
		count := counterAt(&f.counts, group)
		if n > rhythmGaps {
			count.left++
			if crossed >= 0 {
				count.warned++
				count.lead = append(count.lead, (today-crossed)*day)
			}
		}
		return
	}
	b := buyer{
		repeats: int32(n - 1), last: int32(f.days[n-1] - f.days[0]), seen: int32(today - f.days[0]),
		group: group, slowing: crossed >= 0, start: h.start[last],
	}
	if f.keepID {
		b.id = h.id[last]
	}
	f.buyers = append(f.buyers, b)
}

// localDay numbers the days of a zone's calendar.
func localDay(at int64, zone *time.Location) int64 {
	t := time.UnixMicro(at).In(zone)
	_, offset := t.Zone()
	seconds := t.Unix() + int64(offset)
	d := seconds / 86400
	if seconds%86400 < 0 {
		d--
	}
	return d
}

// slowedAt is the day on which a customer's CUSUM of log gaps stands above its limit and
// has since; −1 = it does not today. The open gap counts once it is longer than usual.
func slowedAt(days []int64, today int64) int64 {
	gaps := len(days) - 1
	if gaps < rhythmGaps {
		return -1
	}
	base := max(rhythmGaps, gaps/2)
	var usual statistics.Moments
	for i := range base {
		usual.Add(math.Log(float64(days[i+1] - days[i])))
	}
	mean, spread := usual.Mean(), max(smallSpread, usual.Spread())
	sum, crossed := 0.0, int64(-1)
	take := func(gap, at int64) {
		sum = max(0, sum+(math.Log(float64(gap))-mean)/spread-cusumSlack)
		switch {
		case sum <= cusumLimit:
			crossed = -1
		case crossed < 0:
			crossed = at
		}
	}
	for i := base; i < gaps; i++ {
		take(days[i+1]-days[i], days[i+1])
	}
	if open := today - days[gaps]; open > 0 && math.Log(float64(open)) > mean {
		was := crossed
		take(open, today)
		if was < 0 && crossed == today { // the day on which the open gap was long enough
			need := math.Exp(mean + spread*(cusumLimit+cusumSlack-(sum-(math.Log(float64(open))-mean)/spread+cusumSlack)))
			crossed = min(today, days[gaps]+int64(math.Ceil(need)))
		}
	}
	return crossed
}

func (f *tailOffFold) rows(model statistics.BGNBD, fitted bool, c *collector) []TailOffRow {
	for _, b := range f.buyers {
		count := counterAt(&f.counts, b.group)
		count.customers++
		gone := b.gone(model, fitted)
		slowing := b.slowing && !gone
		count.gone += one(gone)
		count.slowing += one(slowing)
		if c != nil {
			name := f.s.group.groups[b.group].Name
			c.note("customers", name, b.start, b.id)
			if gone {
				c.note("gone", name, b.start, b.id)
			}
			if slowing {
				c.note("slowing", name, b.start, b.id)
			}
		}
	}
	rows := []TailOffRow{}
	var k, n []int64
	for _, g := range f.s.group.order(func(g int32) int64 { c := counterAt(&f.counts, g); return c.customers + c.left }) {
		count := &f.counts[g]
		slices.Sort(count.lead)
		k, n = append(k, count.slowing+count.gone), append(n, count.customers)
		rows = append(rows, TailOffRow{
			Group: f.s.group.groups[g], Customers: count.customers, Slowing: count.slowing, Gone: count.gone, Left: count.left,
			Share: share(count.slowing+count.gone, count.customers, f.s.least), Forewarned: share(count.warned, count.left, f.s.least),
			LeadTime: elapsedQuantile(count.lead, .5, f.s.least),
		})
	}
	for i, against := range againstTheOthers(k, n, f.s.least) {
		rows[i].Against = against
	}
	return rows
}
