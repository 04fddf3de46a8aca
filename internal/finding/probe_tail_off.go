package finding

import (
	"context"
	"fmt"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/question"
)

// leastTailing is by how much the share of customers whose purchases tail off must exceed
// the others'.
const leastTailing = .05

// probeTailOff tests at each step where customers buy in which groups more of them are
// slowing down, by their own rhythm, or have probably stopped than of the others. A
// season moves all of a step's buyers, so groups are held against one another in the
// same weeks; a customer counts once.
func probeTailOff(ctx context.Context, p *probes) error {
	steps, err := p.stepsOfKinds(ctx, cx.Order, cx.Payment, cx.Usage)
	if err != nil {
		return err
	}
	for _, step := range steps {
		q := p.params(p.window.now)
		q.Step = step
		least := q
		least.MinRows = 2 * leastGroup
		strata, err := question.TailOffStrata(ctx, p.facts, least)
		if err != nil {
			return err
		}
		if strata == nil {
			p.withheld++
			continue
		}
		var all cases
		for _, s := range strata {
			all = all.plus(casesOf(s.Count))
		}
		for _, split := range p.changeSplits() {
			groups := newSums()
			for _, s := range strata {
				groups.add(step, p.passes.splitter.Group(split, s.Stratum), s.Count)
			}
			p.testTailing(q, split, groups, all)
		}
	}
	return nil
}

func (p *probes) testTailing(q question.Params, split string, groups sums, all cases) {
	q.By = split
	for _, name := range groups.names() {
		group := groups.cases[stepGroup{q.Step, name}].once
		rest := all.once.minus(group)
		if name == unnamed || isAll(group, all.once) {
			continue
		}
		if group.n < leastGroup || rest.n < leastGroup || group.k < leastRepeaters {
			p.withheld++
			continue
		}
		segment := segmentOf(split, groups.groups[name])
		c := worseThan(group, rest)
		s := p.test(q.Step, segment, c, group.n, float64(group.n), leastTailing, q)
		s.title = fmt.Sprintf("%s%s: %s buy ever more seldom or have stopped, of the others %s", p.title(q.Step), where(segment), percent(group.share()), percent(rest.share()))
		s.why = fmt.Sprintf("%d of %d customers with a rhythm of their own, %d of %d others.", group.k, group.n, rest.k, rest.n)
		p.tries[q.Step] = append(p.tries[q.Step], tried{index: len(p.suspicions) - 1, z: zOf(c)})
	}
}
