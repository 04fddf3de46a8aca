package finding

import (
	"context"
	"fmt"

	"github.com/firsthand-cx/firsthand/internal/question"
)

// leastBack is by how much the share of those who go back from a step must have grown.
const leastBack = .05

// probeProcess tests from which steps more than before go back to where they had been,
// and between which steps more than before take longer than nine in ten did. Ways that
// have always been taken are how people go about it (they look again before they buy),
// and what has always taken long is how it is: only a change beyond that of the other
// steps is a finding.
func probeProcess(ctx context.Context, p *probes, t turn) error {
	departures, passages, err := p.passes.ways(ctx)
	if err != nil {
		return err
	}
	p.testBack(t, departures)
	p.testSlowPassages(t, passages)
	return nil
}

func (p *probes) testBack(t turn, departures []question.Departure) {
	steps := p.journey.Steps()
	now, before := make([]cases, len(steps)), make([]cases, len(steps))
	for _, d := range departures {
		if p.passes.in(d.Stretch, t.recent) {
			now[d.From] = now[d.From].plus(casesOf(d.Back))
		}
		if p.passes.in(d.Stretch, t.before) {
			before[d.From] = before[d.From].plus(casesOf(d.Back))
		}
	}
	for i, step := range steps {
		if now[i].all.k == 0 {
			continue
		}
		if now[i].once.n < leastGroup || before[i].once.n < leastGroup {
			p.withheld++
			continue
		}
		c := &changed{step: step.Name, now: now[i], before: before[i]}
		for other := range steps {
			if other != i {
				c.others = append(c.others, turned(now[other], before[other]))
			}
		}
		s := p.testChange(t, c, leastBack, float64(c.now.all.n))
		s.evidence.Step = "" // the way leads through other steps, too
		s.title = fmt.Sprintf("%s: %s have to go back, %s did before", p.title(c.step), percent(c.now.all.share()), percent(c.before.all.share()))
		s.why = fmt.Sprintf("%d of %d visits that came here since %s went back to a step where they had been, %d of %d before; %s beyond the change elsewhere.",
			c.now.all.k, c.now.all.n, p.since(t), c.before.all.k, c.before.all.n, points(c.beyond))
	}
}

// passage is going from one step to another, in the order of the journey.
type passage struct{ from, to int }

func (p *probes) testSlowPassages(t turn, passages []question.Passage) {
	steps := p.journey.Steps()
	now, before := map[passage]*waited{}, map[passage]*waited{}
	var order []passage
	for _, w := range passages {
		at := passage{w.From, w.To}
		into := before
		switch {
		case p.passes.in(w.Stretch, t.recent):
			into = now
		case !p.passes.in(w.Stretch, t.before):
			continue
		}
		if into[at] == nil {
			into[at] = &waited{}
			if now[at] != nil && before[at] != nil {
				order = append(order, at)
			}
		}
		into[at].all.Join(w.Waits)
		into[at].once.Join(w.Once)
	}
	var changes []*changed
	var limits []int64
	for _, at := range order {
		limit, ok := before[at].limit()
		c := &changed{step: steps[at.from].Name, segment: "to=" + steps[at.to].Name, now: now[at].longer(limit), before: before[at].longer(limit)}
		if !ok || c.now.once.n < leastGroup || c.before.once.n < leastGroup {
			p.withheld++
			continue
		}
		changes, limits = append(changes, c), append(limits, limit)
	}
	for i, c := range changes {
		for k, other := range changes {
			if k != i {
				c.others = append(c.others, turned(other.now, other.before))
			}
		}
		s := p.testChange(t, c, leastSlower, float64(c.now.all.n))
		s.evidence.Step = ""
		s.title = fmt.Sprintf("From “%s” to “%s”: %s take more than %s, %s did before", p.title(c.step), p.title(c.segment[len("to="):]),
			percent(c.now.all.share()), inHours(limits[i]), percent(c.before.all.share()))
		s.why = fmt.Sprintf("%d of %d since %s, %d of %d before.", c.now.all.k, c.now.all.n, p.since(t), c.before.all.k, c.before.all.n)
	}
}

// ways is the pass over what comes directly after what.
func (s *passes) ways(ctx context.Context) ([]question.Departure, []question.Passage, error) {
	_, err := read(ctx, "ways through", &s.departures, func(ctx context.Context) (all []question.Departure, err error) {
		all, s.passages, err = question.ProcessStrata(ctx, s.facts, s.journey, s.cuts)
		return all, err
	})
	return s.departures, s.passages, err
}
