package question

import (
	"context"
	"maps"
	"regexp"
	"slices"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// Habit is what is known of the customers whose last purchase, or message, is of one
// stratum. A customer counts once.
type Habit struct {
	Stratum
	Count
}

// TailOffStrata answers tail_off at a step (or, without one, over everything) for all
// channels and dimensions in one pass: of the customers with a rhythm (N), who is slowing
// down or has probably stopped (K). With fewer of them than p.MinRows there are none: the
// model behind it costs more than the pass.
func TailOffStrata(ctx context.Context, facts Facts, p Params) ([]Habit, error) {
	p.By = ""
	s, err := newScope(ctx, facts, p, needs{kinds: []cx.Kind{cx.Order, cx.Payment, cx.Usage}, splits: []string{""}})
	if err != nil {
		return nil, err
	}
	strata := s.withStrata(Cuts{p.Period.To, p.Period.To}, false, true)
	f, _ := newTailOffFold(s, nil)
	f.worth = p.MinRows
	model, fitted, err := f.run(ctx)
	if err != nil || int64(len(f.buyers)) < p.MinRows {
		return nil, err
	}
	var counts []Count
	for _, b := range f.buyers {
		counterAt(&counts, b.group).add(b.slowing || b.gone(model, fitted), true)
	}
	return habits(strata, counts), nil
}

func habits(strata *strata, counts []Count) []Habit {
	list := make([]Habit, len(counts))
	for i, c := range counts {
		list[i] = Habit{strata.list[i], c}
	}
	return list
}

// Leaving is how many left and the days for which customers were seen: within 30 days
// after a contact for a reason, or at all (""). Who was first seen as they left is in
// neither.
type Leaving struct {
	Reason  string
	Leavers int64
	Days    float64
}

// LeavingStrata answers leavers by reason in one pass, also for reasons after which nobody
// left.
func LeavingStrata(ctx context.Context, facts Facts, p Params) (all Leaving, after []Leaving, err error) {
	p.By = "reason"
	s, err := newScope(ctx, facts, p, needs{splits: []string{"reason"}})
	if err != nil {
		return all, nil, err
	}
	f := newLeaversFold(s, nil)
	if err := f.run(ctx); err != nil {
		return all, nil, err
	}
	for reason, e := range f.exposed {
		if e.time > 0 {
			after = append(after, Leaving{f.names[reason], e.leavers, e.time})
		}
	}
	return Leaving{Leavers: f.left - f.unseen, Days: f.time}, after, nil
}

// advertises recognises the purposes of messages that nobody asked for. What tells of an
// order, an answer or a bill is not among them.
var advertises = regexp.MustCompile(`(?i)news.?letter|campaign|promo|marketing|\boffers?\b|advert|bulk|werbung|kampagne|angebot|publicit|pubblicit|publicidad|reclame`)

// Advertising is what customers got of a company's advertising.
type Advertising struct {
	// Over are customers who got any in the period, by the stratum of the last: N, and
	// those who got more than the cap of cadence in a calendar week of it: K.
	Over []Habit
	// Ignored are those who had unsubscribed ten days before the period's end: N, and
	// who got advertising in it more than ten days after unsubscribing: K.
	Ignored Count
}

// AdvertisingStrata counts advertising in one pass over messages. Weeks are those of the
// period, from its first day on.
func AdvertisingStrata(ctx context.Context, facts Facts, p Params) (Advertising, error) {
	p.By = ""
	s, err := newScope(ctx, facts, p, needs{kinds: []cx.Kind{cx.Message}, splits: []string{""}})
	if err != nil {
		return Advertising{}, err
	}
	strata := s.withStrata(Cuts{p.Period.From, p.Period.To}, false, true)
	stops := make([]bool, len(s.signatures))
	for i, sig := range s.signatures {
		s.keepSig[i] = s.keepSig[i] && sig.Initiator == cx.ByCompany && (advertises.MatchString(sig.Touchpoint) || advertises.MatchString(sig.Reason))
		stops[i] = sig.Initiator == cx.ByCustomer && (unsubscribes.MatchString(sig.Touchpoint) || unsubscribes.MatchString(sig.Reason))
	}
	var out Advertising
	var counts []Count
	week := map[int64]int64{}
	stream := s.filter(func(sig int32) bool { return s.keepSig[sig] || stops[sig] }, 0, 0)
	stream.Period.From = time.Time{} // somebody may have unsubscribed long before
	err = s.histories(ctx, stream, Want{Dims: true}, func(*Sequence, int) {}, func(h *history) {
		clear(week)
		stop, last, late := NoTime, -1, false
		for i, start := range h.start {
			switch {
			case start >= s.to:
			case stops[h.signature[i]]:
				if stop == NoTime {
					stop = start
				}
			case start >= s.from:
				week[(start-s.from)/(7*day)]++
				last = i
				late = late || stop != NoTime && start-stop > honourWithin
			}
		}
		if stop != NoTime && s.to-stop > honourWithin {
			out.Ignored.add(late, true)
		}
		if last < 0 {
			return
		}
		over := slices.ContainsFunc(slices.Collect(maps.Values(week)), func(n int64) bool { return n > CadenceCap })
		counterAt(&counts, strata.of(h.signature[last], h.dims[last], h.start[last])).add(over, true)
	})
	out.Over = habits(strata, counts)
	return out, err
}
