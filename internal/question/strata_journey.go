package question

import (
	"context"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// FunnelStratum is what became of the attempts that began in one stratum: by step, of how
// many that reached it (N) the attempt ended there (K). The last required step has
// no attempts that end.
type FunnelStratum struct {
	Stratum
	Steps []Count
}

// FunnelStrata answers funnel for all strata in one pass. The rows of AskFunnel are
// sums of strata, but for attempts that began in the week before its period.
func FunnelStrata(ctx context.Context, facts Facts, journey string, cuts Cuts) ([]FunnelStratum, error) {
	s, err := newStrataScope(ctx, facts, journey, cuts, needs{journey: true})
	if err != nil {
		return nil, err
	}
	strata := s.withStrata(cuts, false, true)
	f := &funnelStrata{s: s, once: weekly{monday: cuts[0].UnixMicro()}}
	var t tally
	w, err := newAttempts(s, attemptWindow, false, &t, f.over)
	if err != nil {
		return nil, err
	}
	f.next = nextRequired(len(s.steps), w.required)
	if err := followAttempts(ctx, s, w, false); err != nil {
		return nil, err
	}
	out := make([]FunnelStratum, len(f.counts))
	for i, counts := range f.counts {
		out[i] = FunnelStratum{Stratum: strata.list[i], Steps: counts}
		if counts == nil {
			out[i].Steps = make([]Count, len(s.steps))
		}
	}
	return out, nil
}

type funnelStrata struct {
	s      *scope
	next   []int
	once   weekly
	counts [][]Count // by stratum, step
}

func (f *funnelStrata) over(a *attempt) {
	steps := counterAt(&f.counts, a.group)
	if *steps == nil {
		*steps = make([]Count, len(f.s.steps))
	}
	for i, at := range a.reached {
		if next := f.next[i]; at != NoTime && next >= 0 {
			(*steps)[i].add(a.reached[next] == NoTime, f.once.first(a.customer, a.entry, i))
		}
	}
}

// StepPromise is a promise and the step that makes it.
type StepPromise struct {
	Step    string
	Promise cx.Promise
}

// StandardStratum is how often each promise was broken (K) in the cases that can be
// told (N) of one stratum.
type StandardStratum struct {
	Stratum
	Broken []Count // by promise
}

// StandardStrata answers standard_met for all strata in one pass; the rows of
// AskStandardMet are sums of strata.
func StandardStrata(ctx context.Context, facts Facts, journey string, cuts Cuts) ([]StepPromise, []StandardStratum, error) {
	s, err := newStrataScope(ctx, facts, journey, cuts, needs{journey: true})
	if err != nil {
		return nil, nil, err
	}
	strata := s.withStrata(cuts, true, true)
	f, err := newStandardFold(ctx, s, nil)
	if err != nil || len(f.promises) == 0 {
		return nil, nil, err
	}
	once := weekly{monday: cuts[0].UnixMicro()}
	var counts [][]Count
	err = s.fold(ctx, s.single(), f.want(), func(b *Sequence, i int) {
		start, sig := b.Start[i], b.Signature[i]
		for _, at := range f.byStep[s.stepOf[sig]-1] {
			met, reason := f.judge(f.promises[at].promise, s.signatures[sig].Kind, b, i)
			if reason != "" {
				continue
			}
			stratum := counterAt(&counts, strata.of(sig, dimsAt(b, i), start))
			if *stratum == nil {
				*stratum = make([]Count, len(f.promises))
			}
			(*stratum)[at].add(!met, once.first(b.Customer[i], start, at))
		}
	})
	if err != nil {
		return nil, nil, err
	}
	promises := make([]StepPromise, len(f.promises))
	for i, q := range f.promises {
		promises[i] = StepPromise{s.steps[q.step].Name, q.promise}
	}
	out := make([]StandardStratum, len(counts))
	for i, broken := range counts {
		out[i] = StandardStratum{Stratum: strata.list[i], Broken: broken}
	}
	return promises, out, nil
}
