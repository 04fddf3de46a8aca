package question

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// trackingReach is how long before its delivery an order is looked for.
const trackingReach = 60 * day

// tellsStatus recognises where customers are told, or see, how their order is coming.
var tellsStatus = regexp.MustCompile(`(?i)track|order.?status|status.?(of|page|update)|dispatch|shipp(ed|ing)|out.?for.?delivery|on.?its.?way|sendung|versand|suivi|expédi|expedi|spedi|verzond`)

// asksForOrder recognises reasons of contacts that ask where an order is.
var asksForOrder = regexp.MustCompile(`(?i)where.{0,4}is.{0,4}my|wismo|track|order.?status|deliver.{0,12}(status|late|delay|missing)|late.{0,4}deliver|not.{0,4}(arrived|delivered|received)|wo.?(ist|bleibt)|sendung|suivi|spedizion|verzending`)

// tracking is what became of deliveries: whether customers saw a status between order
// and arrival, and whether they asked where the order is.
type tracking struct {
	deliveries, informed, asked int64
	arrived                     int64    // deliveries of which the source says when they ended
	statuses, reasons           []string // what was taken for a status, and for asking
}

type trackingFold struct {
	s            *scope
	c            *collector
	tally        tally
	isStatus     []bool
	asks         []bool
	isOrder      []bool
	found        tracking
	orders       []int // of the customer at hand, in time order
	told, wanted []int64
}

// runTracking follows the deliveries that the scope holds.
//
// A delivery's order is the customer's last one with its thread, or else their last
// one before it, at most 60 days. It arrives at its end, or its start where it has
// none; one that is under way has not arrived. A status is an event, use or message of the company on a touchpoint, or with a
// reason, that speaks of tracking, after the order and not after the arrival; so is a
// contact that asks.
func runTracking(ctx context.Context, facts Facts, p Params, c *collector) (tracking, *tally, *scope, error) {
	s, err := newScope(ctx, facts, p, needs{kinds: []cx.Kind{cx.Delivery}, splits: []string{""}, least: 10})
	if err != nil {
		return tracking{}, nil, nil, err
	}
	f := &trackingFold{s: s, c: c}
	for _, sig := range s.signatures {
		where := sig.Touchpoint + " " + sig.Reason
		status := tellsStatus.MatchString(where) && (sig.Kind == cx.Event || sig.Kind == cx.Usage || sig.Kind == cx.Message && sig.Initiator == cx.ByCompany)
		asks := sig.Kind == cx.Contact && asksForOrder.MatchString(sig.Reason)
		f.isStatus, f.asks, f.isOrder = append(f.isStatus, status), append(f.asks, asks), append(f.isOrder, sig.Kind == cx.Order)
		if status {
			f.found.statuses = append(f.found.statuses, or(sig.Touchpoint, sig.Reason))
		}
		if asks {
			f.found.reasons = append(f.found.reasons, sig.Reason)
		}
	}
	f.found.statuses, f.found.reasons = sortedOnce(f.found.statuses), sortedOnce(f.found.reasons)
	stream := s.filter(func(sig int32) bool {
		return f.isStatus[sig] || f.asks[sig] || f.isOrder[sig] || s.keepSig[sig]
	}, trackingReach, trackingReach)
	err = s.histories(ctx, stream, Want{ID: c != nil, End: true, FirstHuman: true, Thread: true, Dims: s.wantDims()}, func(b *Sequence, i int) {
		if s.inPeriod(b.Start[i]) && s.held(b.Signature[i], dimsAt(b, i)) {
			f.tally.drop(unidentified)
		}
	}, f.customer)
	return f.found, &f.tally, s, err
}

func or(a, b string) string {
	if a == "" {
		return b
	}
	return a
}

func sortedOnce(words []string) []string {
	slices.Sort(words)
	return slices.Compact(words)
}

func (f *trackingFold) customer(h *history) {
	f.orders, f.told, f.wanted = f.orders[:0], f.told[:0], f.wanted[:0]
	for i, sig := range h.signature {
		if f.isOrder[sig] {
			f.orders = append(f.orders, i)
		}
		if f.isStatus[sig] {
			f.told = append(f.told, h.start[i])
		}
		if f.asks[sig] {
			f.wanted = append(f.wanted, h.start[i])
		}
	}
	for i, sig := range h.signature {
		if f.s.inPeriod(h.start[i]) && f.s.held(sig, h.dims[i]) {
			f.delivery(h, i)
		}
	}
}

func (f *trackingFold) delivery(h *history, i int) {
	arrived := h.start[i]
	if h.end[i] != NoTime {
		arrived = h.end[i]
	}
	order := f.orderOf(h, i)
	switch {
	case h.censored[i] && h.end[i] == NoTime, arrived > f.s.asOf:
		f.tally.drop("not arrived within what is known")
		return
	case order < 0:
		f.tally.drop("a delivery whose order is not known")
		return
	case arrived < h.start[order]:
		f.tally.drop(timesOutOfOrder)
		return
	}
	f.tally.use()
	f.found.deliveries++
	f.found.arrived += one(h.end[i] != NoTime)
	f.c.note("deliveries", "", h.start[i], h.id[i])
	between := func(at int64) bool { return at > h.start[order] && at <= arrived }
	if slices.ContainsFunc(f.told, between) {
		f.found.informed++
		f.c.note("informed", "", h.start[i], h.id[i])
	}
	if slices.ContainsFunc(f.wanted, between) {
		f.found.asked++
		f.c.note("asked", "", h.start[i], h.id[i])
	}
}

// orderOf finds a delivery's order in the customer's history, -1 = none.
func (f *trackingFold) orderOf(h *history, i int) int {
	last := -1
	for _, at := range f.orders {
		if h.start[at] > h.start[i] || h.start[at] < h.start[i]-trackingReach {
			continue
		}
		if h.thread[i] != 0 && h.thread[at] == h.thread[i] {
			last = at
		} else if last < 0 || h.thread[i] == 0 || h.thread[last] != h.thread[i] {
			last = at
		}
	}
	return last
}

// until says up to when it was looked for a status or a question: a source may know only
// when a parcel was handed to the carrier.
func (t tracking) until() string {
	if t.arrived == t.deliveries {
		return "before it came"
	}
	return "before it was sent or delivered, as the source records it"
}

// notes say what was taken for what.
func (t tracking) notes() (notes []string) {
	if n := t.deliveries - t.arrived; n > 0 {
		notes = append(notes, fmt.Sprintf("For %s of %s deliveries the source holds one time only, which may be that of the hand-over to the carrier: what customers saw or asked after it is not counted. Bring when they were delivered.", grouped(n), grouped(t.deliveries)))
	}
	if len(t.statuses) > 0 {
		notes = append(notes, "Taken as seeing an order's status: "+strings.Join(t.statuses, ", ")+".")
	}
	if len(t.reasons) > 0 {
		notes = append(notes, "Taken as asking where an order is: "+strings.Join(t.reasons, ", ")+".")
	}
	return notes
}
