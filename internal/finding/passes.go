package finding

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/question"
)

// passes are the facts of one journey, each read once and counted in strata: the
// probes add strata up for every step, group and stretch of weeks that they test.
// An evaluation costs these passes, however many tests it makes.
type passes struct {
	facts    question.Facts
	journey  string
	cuts     question.Cuts
	splits   []string // of changes over time
	splitter *question.Splitter

	funnelRead []question.FunnelStratum
	traffic    *question.Traffic
	promises   []question.StepPromise
	standards  []question.StandardStratum
	queueRead  []question.WaitStratum
	answerRead []question.WaitStratum
	departures []question.Departure
	passages   []question.Passage
	invoiced   []question.InvoiceStratum
}

func newPasses(ctx context.Context, facts question.Facts, journey cx.Journey, w window, splits []string) (*passes, error) {
	s := &passes{facts: facts, journey: journey.Name, cuts: w.cuts(), splits: splits}
	var err error
	s.splitter, err = question.NewSplitter(ctx, facts, journey.Name)
	return s, err
}

// cuts are the instants between which an evaluation tells no weeks apart.
func (w window) cuts() question.Cuts {
	cuts := question.Cuts{w.now.From, w.now.To}
	for _, t := range w.turns {
		cuts = append(cuts, t.before.From, t.recent.From)
	}
	slices.SortFunc(cuts, time.Time.Compare)
	return slices.CompactFunc(cuts, time.Time.Equal)
}

// in reports whether a stratum's weeks are some of a period's.
func (s *passes) in(stretch int, p cx.Period) bool {
	return !s.cuts[stretch].Before(p.From) && !s.cuts[stretch+1].After(p.To)
}

// at is the index of the cut at an instant.
func (s *passes) at(t time.Time) int { return slices.IndexFunc(s.cuts, t.Equal) }

// read makes a pass the first time that somebody asks for it.
func read[T any](ctx context.Context, what string, into *[]T, pass func(context.Context) ([]T, error)) ([]T, error) {
	if *into != nil {
		return *into, nil
	}
	all, err := pass(ctx)
	if err != nil {
		return nil, fmt.Errorf("counting %s: %w", what, err)
	}
	if all == nil {
		all = []T{}
	}
	*into = all
	return all, nil
}

func (s *passes) funnel(ctx context.Context) ([]question.FunnelStratum, error) {
	return read(ctx, "attempts", &s.funnelRead, func(ctx context.Context) ([]question.FunnelStratum, error) {
		return question.FunnelStrata(ctx, s.facts, s.journey, s.cuts)
	})
}

func (s *passes) queues(ctx context.Context) ([]question.WaitStratum, error) {
	return read(ctx, "waits for a person", &s.queueRead, func(ctx context.Context) ([]question.WaitStratum, error) {
		return question.TimeToPersonStrata(ctx, s.facts, s.journey, s.cuts)
	})
}

func (s *passes) answers(ctx context.Context) ([]question.WaitStratum, error) {
	return read(ctx, "waits for an answer", &s.answerRead, func(ctx context.Context) ([]question.WaitStratum, error) {
		return question.ResponseTimeStrata(ctx, s.facts, s.journey, s.cuts)
	})
}

func (s *passes) invoices(ctx context.Context) ([]question.InvoiceStratum, error) {
	return read(ctx, "invoices", &s.invoiced, func(ctx context.Context) ([]question.InvoiceStratum, error) {
		return question.InvoiceStrata(ctx, s.facts, s.cuts)
	})
}

func (s *passes) kept(ctx context.Context) ([]question.StepPromise, []question.StandardStratum, error) {
	_, err := read(ctx, "promises", &s.standards, func(ctx context.Context) (all []question.StandardStratum, err error) {
		s.promises, all, err = question.StandardStrata(ctx, s.facts, s.journey, s.cuts)
		return all, err
	})
	return s.promises, s.standards, err
}

// everything is the pass over all interactions, for windows with a before.
func (s *passes) everything(ctx context.Context, w window) (*question.Traffic, error) {
	if s.traffic != nil {
		return s.traffic, nil
	}
	var from []int
	for _, t := range w.turns {
		from = append(from, s.at(t.recent.From))
	}
	var err error
	s.traffic, err = question.CountTraffic(ctx, s.facts, s.journey, s.cuts, from, append([]string{""}, s.splits...))
	if err != nil {
		return nil, fmt.Errorf("counting everything: %w", err)
	}
	return s.traffic, nil
}

// group is a step's group in a split; the name is empty for the step as a whole.
type stepGroup struct{ step, group string }

// sums are the cases of each step and group.
type sums struct {
	cases  map[stepGroup]cases
	groups map[string]question.Group
}

func newSums() sums { return sums{map[stepGroup]cases{}, map[string]question.Group{}} }

func (s sums) add(step string, g question.Group, c question.Count) {
	if c.N == 0 {
		return
	}
	at := stepGroup{step, g.Name}
	s.cases[at] = s.cases[at].plus(casesOf(c))
	s.groups[g.Name] = g
}

// names lists the groups in a fixed order.
func (s sums) names() []string { return keysOf(s.groups) }

// cases are how many fared badly, of all and of each customer's first of a week: the
// first are what a sentence says and an answer shows, the second what is tested, so
// that nobody makes a finding alone.
type cases struct{ all, once harmed }

func casesOf(c question.Count) cases {
	return cases{harmed{c.K, c.N}, harmed{c.OnceK, c.OnceN}}
}

func (c cases) plus(o cases) cases  { return cases{c.all.plus(o.all), c.once.plus(o.once)} }
func (c cases) minus(o cases) cases { return cases{c.all.minus(o.all), c.once.minus(o.once)} }

// turned is a group's cases now and before, as they are tested.
func turned(now, before cases) change { return change{now.once, before.once} }
