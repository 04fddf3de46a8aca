package question

import (
	"context"
	"fmt"
	"slices"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/question/statistics"
)

// effort — How hard was it?
//
// Plain words: what it takes a customer until a matter rests: how many contacts, on how
// many channels, with how many hand-overs, over how long a time.
//
// Formula: a need = a customer's contacts for one reason with at most N days (7) from one
// to the next; it rests once N days have passed without another. Contacts a need: mean
// with Student's interval. One contact alone, several channels, handed on (a contact of it
// continues another, or its outcome says so, in the words of first_contact_resolution):
// shares of needs, Wilson. Elapsed: first start to the last known end; median and 90 % quantile by
// order statistics (a need of one contact without an end counts 0).
// Unit: contacts a need; seconds. Smallest sample: 10 needs.
//
// Pitfalls: what customers do before they contact us, and what they give up, is not seen.
// A need belongs to the group of its first contact. Effort that customers say (CES) is
// question ces: the two need not agree.
//
// Source: Dixon, Freeman & Toman 2010 for effort as a driver; Conover 1999 for quantiles.
const effortVersion = 2

// EffortRow is one group's answer.
type EffortRow struct {
	Group    Group
	Needs    int64 // n
	Contacts int64 // of all of them
	PerNeed  Estimate
	Once     Estimate // needs of one contact
	Channels Estimate // on more than one channel
	HandedOn Estimate
	Median   Estimate // seconds
	P90      Estimate
	Against  Comparison // share of needs with more than one contact
}

// AskEffort answers effort.
func AskEffort(ctx context.Context, facts Facts, p Params) (Answer[EffortRow], error) {
	return runEffort(ctx, facts, p, nil)
}

func effort() Definition {
	return asked(Definition{
		Name: "effort", Title: "How hard was it for them?",
		Takes:    []Ingredient{identifiedReasonedContacts},
		Formula:  "contacts, channels, hand-overs and elapsed time of a need: a customer's contacts for one reason, at most N days apart, once N days have passed without another",
		Unit:     "contacts a need; seconds",
		Smallest: "10 needs",
		Pitfalls: "What customers tried before they contacted us is not seen. A need counts with the group of its first contact. Unidentified callers are left out.",
		Source:   "Dixon, Freeman & Toman 2010; quantiles: Conover 1999; mean: Student 1908",
		Days:     7,
		Needs:    []string{"days", "by"},
	}, runEffort, func(p Params) []Column {
		return []Column{
			groupColumn(p),
			{Name: "needs", Title: "Needs", Unit: "count", Help: "Matters that rest: a customer's contacts for one reason, not too far apart."},
			{Name: "per_need", Title: "Contacts a need", Unit: ""},
			{Name: "once", Title: "One contact was enough", Unit: "share"},
			{Name: "channels", Title: "Several channels", Unit: "share"},
			{Name: "handed_on", Title: "Handed on", Unit: "share", Help: "Somebody else went on with a contact, or its outcome says that it was transferred, forwarded or escalated."},
			{Name: "median", Title: "Median time until it rests", Unit: "seconds"},
			{Name: "p90", Title: "9 in 10 within", Unit: "seconds"},
			qColumn(),
		}
	}, func(_ Params, r EffortRow) []Cell {
		more := evidence("needs", r.Group.Name)
		return []Cell{
			groupCell(r.Group), countCell(r.Needs, more), estimateCell(r.PerNeed, more), estimateCell(r.Once, more), estimateCell(r.Channels, more),
			estimateCell(r.HandedOn, more), estimateCell(r.Median, more), estimateCell(r.P90, more), qCell(r.Against),
		}
	})
}

// need is a matter of the customer at hand that may go on.
type need struct {
	open, counts, listed bool
	several, handedOn    bool
	first, last, ended   int64
	contacts             int64
	channel              int32
	group                int32
	id                   cx.InteractionID
	inFilter             int64 // contacts that the filter holds
}

type effortCount struct {
	needs, once, channels, handedOn int64
	contacts                        statistics.Moments
	total                           int64
	elapsed                         []int64
	again                           Count // needs of more than one contact
}

type effortFold struct {
	s         *scope
	c         *collector
	window    int64
	reasonOf  []int32
	channelOf []int32
	handedOn  []bool // by signature: its outcome says so
	needs     []need
	touched   []int32
	counts    []effortCount
	once      weeklyAnyOrder
	who       int64 // the customer at hand
	tally     tally
}

func runEffort(ctx context.Context, facts Facts, p Params, c *collector) (Answer[EffortRow], error) {
	s, err := newScope(ctx, facts, p, needs{kinds: []cx.Kind{cx.Contact}, splits: everySplit, least: 10})
	if err != nil {
		return Answer[EffortRow]{}, err
	}
	f := newEffortFold(s, c)
	if err := f.run(ctx); err != nil {
		return Answer[EffortRow]{}, err
	}
	notes := []string{fmt.Sprintf("A need is a customer's contacts for one reason, each at most %d days after the one before; it counts once it has rested for as long.", repeatDays(p))}
	return answer(s, &f.tally, effortVersion, f.rows(), notes), nil
}

func newEffortFold(s *scope, c *collector) *effortFold {
	f := &effortFold{s: s, c: c, window: int64(repeatDays(s.p)) * day}
	if !s.p.Period.From.IsZero() {
		f.once.monday = s.from
	}
	var reasons int
	f.reasonOf, reasons = numberReasons(s.signatures)
	f.needs = make([]need, reasons+1)
	channels := map[string]int32{}
	for _, sig := range s.signatures {
		if _, ok := channels[sig.Channel]; !ok {
			channels[sig.Channel] = int32(len(channels))
		}
		f.channelOf = append(f.channelOf, channels[sig.Channel])
		f.handedOn = append(f.handedOn, handedOn(sig.Outcome))
	}
	return f
}

func (f *effortFold) run(ctx context.Context) error {
	s := f.s
	// A need that began before the period is none of it: contacts before it are seen.
	stream := s.filter(func(sig int32) bool { return s.signatures[sig].Kind == cx.Contact }, f.window, 0)
	if stream.Period.To = s.p.AsOf; !s.p.AsOf.IsZero() {
		stream.Period.To = s.p.AsOf.Add(1000)
	}
	if err := s.endWithTheIdentified(ctx, stream.Signatures); err != nil {
		return err
	}
	return s.histories(ctx, stream, Want{ID: f.c != nil, End: true, Continues: true, Dims: s.wantDims()}, f.nobody, f.customer)
}

func (f *effortFold) nobody(b *Sequence, i int) {
	if f.s.inPeriod(b.Start[i]) && f.s.held(b.Signature[i], dimsAt(b, i)) {
		f.tally.drop(unidentified)
	}
}

func (f *effortFold) customer(h *history) {
	f.who = h.customer
	for i, start := range h.start {
		sig := h.signature[i]
		held := f.s.inPeriod(start) && f.s.held(sig, h.dims[i])
		reason := f.reasonOf[sig]
		if reason == 0 {
			if held {
				f.tally.drop("contact without a reason")
			}
			continue
		}
		n := &f.needs[reason]
		if n.open && start-n.last > f.window {
			f.rest(n)
		}
		if !n.open {
			if !n.listed {
				f.touched = append(f.touched, reason)
			}
			*n = need{open: true, listed: true, counts: held, first: start, ended: start, channel: f.channelOf[sig], id: h.id[i]}
			if held {
				n.group = f.s.group.of(sig, h.dims[i], start)
			}
		}
		n.contacts++
		n.last = start
		n.several = n.several || f.channelOf[sig] != n.channel
		n.handedOn = n.handedOn || h.continues[i] || f.handedOn[sig]
		n.ended = max(n.ended, start)
		if end := h.end[i]; end != NoTime && end <= f.s.known {
			n.ended = max(n.ended, end)
		}
		if held {
			n.inFilter++
		}
	}
	for _, reason := range f.touched {
		if n := &f.needs[reason]; n.open {
			f.rest(n)
		}
		f.needs[reason].listed = false
	}
	f.touched = f.touched[:0]
}

// rest decides a need that nothing follows.
func (f *effortFold) rest(n *need) {
	n.open = false
	switch {
	case !n.counts:
		f.tally.dropMany("belongs to a need that began outside the period or filter", n.inFilter)
		return
	case n.last+f.window > f.s.asOf:
		f.tally.dropMany(notOver, n.inFilter)
		return
	}
	f.tally.scanned += n.inFilter
	f.tally.included += n.inFilter
	count := counterAt(&f.counts, n.group)
	count.needs++
	count.total += n.contacts
	count.contacts.Add(float64(n.contacts))
	count.elapsed = append(count.elapsed, n.ended-n.first)
	count.once += one(n.contacts == 1)
	count.channels += one(n.several)
	count.handedOn += one(n.handedOn)
	count.again.add(n.contacts > 1, f.once.first(f.who, n.first, int(n.channel)))
	if f.c != nil {
		f.c.note("needs", f.s.group.groups[n.group].Name, n.first, n.id)
	}
}

func one(yes bool) int64 {
	if yes {
		return 1
	}
	return 0
}

func (f *effortFold) rows() []EffortRow {
	order := f.s.group.order(func(g int32) int64 { return counterAt(&f.counts, g).needs })
	rows := make([]EffortRow, 0, len(order))
	var k, n []int64
	for _, g := range order {
		c, least := &f.counts[g], f.s.least
		slices.Sort(c.elapsed)
		k, n = append(k, c.needs-c.once), append(n, c.needs)
		rows = append(rows, EffortRow{
			Group: f.s.group.groups[g], Needs: c.needs, Contacts: c.total,
			PerNeed: Estimate{Value: c.contacts.Mean(), Interval: Interval(c.contacts.Interval()), N: c.needs, Shown: c.needs >= least},
			Once:    share(c.once, c.needs, least), Channels: share(c.channels, c.needs, least), HandedOn: share(c.handedOn, c.needs, least),
			Median: elapsedQuantile(c.elapsed, .5, least), P90: elapsedQuantile(c.elapsed, .9, least),
		})
	}
	for i, against := range againstTheOthers(k, n, f.s.least) {
		rows[i].Against = against
	}
	return rows
}

// elapsedQuantile is a quantile of sorted times (microseconds) in seconds; it is shown
// where the sample is large enough for an interval, too.
func elapsedQuantile(sorted []int64, q float64, least int64) Estimate {
	const second = 1e6
	e := Estimate{N: int64(len(sorted)), Value: float64(statistics.Quantile(sorted, q)) / second}
	low, high, ok := statistics.QuantileInterval(sorted, q)
	e.Shown = ok && e.N >= least
	e.Interval = Interval{float64(low) / second, float64(high) / second}
	return e
}
