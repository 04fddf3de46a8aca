package question

import (
	"context"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/question/statistics"
)

// WaitStratum is the waits that began in one stratum: all of them, and each customer's
// first of a week.
type WaitStratum struct {
	Stratum
	Waits *statistics.Waits // microseconds; censored = gave up, or still waiting
	Once  *statistics.Waits
}

type waitStrata struct {
	strata    *strata
	once      weekly
	all, some []*statistics.Waits
}

func (w *waitStrata) add(stratum int32, waited int64, censored, once bool) {
	waitsAt(&w.all, stratum).Add(waited, censored)
	if some := waitsAt(&w.some, stratum); once {
		some.Add(waited, censored)
	}
}

func (w *waitStrata) list() []WaitStratum {
	out := make([]WaitStratum, len(w.all))
	for i := range w.all {
		out[i] = WaitStratum{Stratum: w.strata.list[i], Waits: w.all[i], Once: w.some[i]}
	}
	return out
}

// TimeToPersonStrata answers time_to_person for all strata but dimensions in one pass.
func TimeToPersonStrata(ctx context.Context, facts Facts, journey string, cuts Cuts) ([]WaitStratum, error) {
	s, err := newStrataScope(ctx, facts, journey, cuts, needs{journey: true, kinds: []cx.Kind{cx.Contact}})
	if err != nil {
		return nil, err
	}
	w := &waitStrata{strata: s.withStrata(cuts, true, false), once: weekly{monday: cuts[0].UnixMicro()}}
	err = s.fold(ctx, s.single(), Want{End: true, FirstHuman: true}, func(b *Sequence, i int) {
		start, sig := b.Start[i], b.Signature[i]
		waited, reached, reason := waitForPerson(start, b.End[i], b.FirstHuman[i], b.Censored[i], s)
		if reason == "" {
			w.add(w.strata.of(sig, 0, start), waited, !reached, w.once.first(b.Customer[i], start, int(s.stepOf[sig])))
		}
	})
	return w.list(), err
}

// ResponseTimeStrata answers response_time, in business hours, for all strata but
// dimensions in one pass.
func ResponseTimeStrata(ctx context.Context, facts Facts, journey string, cuts Cuts) ([]WaitStratum, error) {
	s, err := newStrataScope(ctx, facts, journey, cuts, needs{journey: true, kinds: []cx.Kind{cx.Contact}})
	if err != nil {
		return nil, err
	}
	w := &waitStrata{strata: s.withStrata(cuts, true, false), once: weekly{monday: cuts[0].UnixMicro()}}
	f := newResponseFold(s, nil)
	f.strata = w
	err = f.run(ctx)
	return w.list(), err
}
