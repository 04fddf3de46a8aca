package finding

import (
	"context"
	"fmt"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// leastAsked is by how much the share of invoices that are asked about must have grown.
const leastAsked = .01

// probeInvoices tests whether more invoices than before are asked about, against how
// contacts about anything else in the days after an invoice changed: what makes people
// call more in those weeks (a season, an outage) cancels out (a negative control outcome,
// Lipsitch, Tchetgen Tchetgen & Cohen 2010). It is asked once, not for each journey.
func probeInvoices(ctx context.Context, p *probes, t turn) error {
	if !p.first {
		return nil
	}
	strata, err := p.passes.invoices(ctx)
	if err != nil {
		return err
	}
	var asked, otherwise struct{ now, before cases }
	for stretch, s := range strata {
		if p.passes.in(stretch, t.recent) {
			asked.now, otherwise.now = asked.now.plus(casesOf(s.Asked)), otherwise.now.plus(casesOf(s.Else))
		}
		if p.passes.in(stretch, t.before) {
			asked.before, otherwise.before = asked.before.plus(casesOf(s.Asked)), otherwise.before.plus(casesOf(s.Else))
		}
	}
	if asked.now.all.n == 0 {
		return nil
	}
	if asked.now.once.n < leastGroup || asked.before.once.n < leastGroup {
		p.withheld++
		return nil
	}
	steps, err := p.stepsOfKinds(ctx, cx.Invoice)
	if err != nil {
		return err
	}
	step := ""
	if len(steps) == 1 {
		step = steps[0]
	}
	c := &changed{step: step, now: asked.now, before: asked.before, others: []change{turned(otherwise.now, otherwise.before)}}
	s := p.testChange(t, c, leastAsked, float64(c.now.all.n))
	s.title = fmt.Sprintf("%s of invoices are asked about within two weeks, %s were before", percent(c.now.all.share()), percent(c.before.all.share()))
	s.why = fmt.Sprintf("%d of %d invoices since %s, %d of %d before; %s beyond the change of contacts about other things after an invoice.",
		c.now.all.k, c.now.all.n, p.since(t), c.before.all.k, c.before.all.n, points(c.beyond))
	return nil
}
