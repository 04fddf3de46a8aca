package finding

import (
	"context"
	"fmt"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/question"
)

// leastDrop is by how much the share that goes on must have fallen.
const leastDrop = .03

// probeFunnel tests where fewer go on than before: at a step against the change at
// the other steps, and in a group (channel, dimension) against the change of the
// other groups at the same step. That a group has always gone on less often is no
// finding (people browse on phones and buy at desks); without weeks before, nothing
// is tested.
func probeFunnel(ctx context.Context, p *probes, t turn) error {
	if !hasRequired(p.journey) {
		return nil
	}
	strata, err := p.passes.funnel(ctx)
	if err != nil {
		return err
	}
	each := func(period cx.Period, note func(s question.Stratum, step string, c question.Count)) {
		for _, s := range strata {
			if !p.passes.in(s.Stretch, period) {
				continue
			}
			for i, step := range p.journey.Steps() {
				note(s.Stratum, step.Name, s.Steps[i])
			}
		}
	}
	p.testChanges(t, each, func(cases, cases) bool { return true }, func(c *changed) *suspicion {
		s := p.testChange(t, c, leastDrop, float64(c.now.all.n))
		s.title = fmt.Sprintf("%s%s: %s drop off, %s did before", p.title(c.step), where(c.segment), percent(c.now.all.share()), percent(c.before.all.share()))
		s.why = fmt.Sprintf("%d of %d attempts ended here since %s, %d of %d before; %s beyond the change elsewhere.",
			c.now.all.k, c.now.all.n, p.since(t), c.before.all.k, c.before.all.n, points(c.beyond))
		return s
	})
	return nil
}

func hasRequired(j cx.Journey) bool {
	n := 0
	for _, s := range j.Steps() {
		if !s.Optional {
			n++
		}
	}
	return n >= 2
}
