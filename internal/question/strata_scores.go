package question

import (
	"context"
	"slices"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// ScaleShape is answers that may be added up: a metric on scales of one shape.
type ScaleShape struct {
	Metric cx.Metric
	Scale  string // as ScoreRow.Scale says it
}

// ScoreStratum is how many answers were bad (K: detractors, not satisfied, found it
// hard) of those given (N) in one stratum.
type ScoreStratum struct {
	Stratum
	Bad []Count // by shape
}

// Traffic is one pass over everything: answers by stratum, customers of each group, and
// how many contacts of each reason and interactions of each kind there were.
type Traffic struct {
	Shapes []ScaleShape
	Scores []ScoreStratum
	// Contacts are by reason ("" = none) and stretch; N counts contacts, OnceN a
	// customer's first of a week about it; K is unused.
	Contacts map[string][]Count
	Kinds    map[cx.Kind][]int64 // interactions by stretch

	reached []*reach
}

// Customers is how many identified customers had any interaction at a step in a
// group of a split, from a cut on: what TrafficRow.Customers says.
func (t *Traffic) Customers(from int, by, step, group string) int64 {
	for _, r := range t.reached {
		if r.from != from || r.by != by {
			continue
		}
		at := slices.IndexFunc(r.steps, func(s cx.Step) bool { return s.Name == step })
		n, found := r.groups.index[group]
		if at >= 0 && found {
			return r.counts[at*len(r.groups.groups)+int(n)].customers
		}
	}
	return 0
}

// reach counts the customers of each step and group from a cut on.
type reach struct {
	from   int
	since  int64
	by     string
	steps  []cx.Step
	groups *grouping
	counts []struct{ last, customers int64 } // by step, group
}

func (r *reach) add(customer, start int64, step int, signature, dims int32) {
	if start < r.since {
		return
	}
	at := &r.counts[step*len(r.groups.groups)+int(r.groups.of(signature, dims, start))]
	if at.last != customer {
		at.last = customer
		at.customers++
	}
}

// CountTraffic makes the pass. Customers are counted from each of the cuts named by
// from, for each split named by splits: "", channel, persona, dimension:<name>.
func CountTraffic(ctx context.Context, facts Facts, journey string, cuts Cuts, from []int, splits []string) (*Traffic, error) {
	s, err := newStrataScope(ctx, facts, journey, cuts, needs{journey: true})
	if err != nil {
		return nil, err
	}
	if s.sets, err = facts.DimensionSets(ctx); err != nil {
		return nil, err
	}
	scales, err := facts.Scales(ctx)
	if err != nil {
		return nil, err
	}
	f := &trafficFold{s: s, scales: scales, once: weekly{monday: cuts[0].UnixMicro()}, t: &Traffic{}}
	for _, metric := range []cx.Metric{cx.NPS, cx.CSAT, cx.CES} {
		ids, of := shapes(scales, metric)
		for i, scale := range of {
			for _, id := range ids[i] {
				*counterAt(&f.shapeOf, int32(id)) = 1 + len(f.t.Shapes)
			}
			f.t.Shapes = append(f.t.Shapes, ScaleShape{metric, describe(scale)})
		}
	}
	for _, by := range splits {
		split := *s
		split.p.By = by
		groups, err := newGrouping(&split, everySplit)
		if err != nil {
			return nil, err
		}
		for _, cut := range from {
			f.t.reached = append(f.t.reached, &reach{
				from: cut, since: cuts[cut].UnixMicro(), by: by, steps: s.steps, groups: groups,
				counts: make([]struct{ last, customers int64 }, len(s.steps)*len(groups.groups)),
			})
		}
	}
	f.strata = s.withStrata(cuts, false, true)
	var reasons int
	f.reasonOf, reasons = numberReasons(s.signatures)
	f.contacts = make([][]Count, reasons+1)
	f.volume = make([]int64, len(s.signatures)*(len(cuts)-1))
	f.since = cuts[len(cuts)-1].UnixMicro()
	for _, r := range f.t.reached {
		f.since = min(f.since, r.since)
	}
	if err := s.fold(ctx, s.single(), Want{Score: true, Dims: true}, f.take); err != nil {
		return nil, err
	}
	return f.traffic(), nil
}

type trafficFold struct {
	s        *scope
	t        *Traffic
	scales   map[int16]cx.Scale
	shapeOf  []int // by scale: 1 + index in Shapes, 0 = none
	strata   *strata
	once     weekly
	reasonOf []int32
	scores   [][]Count // by stratum, shape
	contacts [][]Count // by reason, stretch
	volume   []int64   // by signature, stretch
	since    int64     // nobody's customers are counted before it
}

func (f *trafficFold) take(b *Sequence, i int) {
	customer, start, sig, dims := b.Customer[i], b.Start[i], b.Signature[i], b.Dims[i]
	stretches := len(f.strata.cuts) - 1
	stretch := f.strata.stretch(start)
	kind := f.s.signatures[sig].Kind
	f.volume[int(sig)*stretches+stretch]++
	step := int(f.s.stepOf[sig])
	if step > 0 && customer != 0 && start >= f.since {
		for _, r := range f.t.reached {
			r.add(customer, start, step-1, sig, dims)
		}
	}
	if kind == cx.Contact {
		reason := f.reasonOf[sig]
		if f.contacts[reason] == nil {
			f.contacts[reason] = make([]Count, stretches)
		}
		f.contacts[reason][stretch].add(false, f.once.first(customer, start, int(reason)))
	}
	if scale := int(b.Scale[i]); scale > 0 && scale < len(f.shapeOf) && f.shapeOf[scale] > 0 {
		shape := f.shapeOf[scale] - 1
		_, bad, left := class(f.scales[b.Scale[i]], b.Score[i])
		if left != "" {
			return
		}
		stratum := counterAt(&f.scores, f.strata.of(sig, dims, start))
		if *stratum == nil {
			*stratum = make([]Count, len(f.t.Shapes))
		}
		// Sorts of cases: the reasons first, then each step on each shape.
		sort := len(f.contacts) + step*len(f.t.Shapes) + shape
		(*stratum)[shape].add(bad, f.once.first(customer, start, sort))
	}
}

func (f *trafficFold) traffic() *Traffic {
	f.t.Contacts, f.t.Kinds = map[string][]Count{}, map[cx.Kind][]int64{}
	stretches := len(f.strata.cuts) - 1
	for i, sig := range f.s.signatures {
		if f.t.Kinds[sig.Kind] == nil {
			f.t.Kinds[sig.Kind] = make([]int64, stretches)
		}
		for stretch := range stretches {
			f.t.Kinds[sig.Kind][stretch] += f.volume[i*stretches+stretch]
		}
		if counts := f.contacts[f.reasonOf[i]]; counts != nil {
			f.t.Contacts[sig.Reason] = counts
		}
	}
	for i, bad := range f.scores {
		f.t.Scores = append(f.t.Scores, ScoreStratum{Stratum: f.strata.list[i], Bad: bad})
	}
	return f.t
}
