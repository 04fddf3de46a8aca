package finding

import (
	"context"
	"fmt"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// leastAsked is by how much the share of invoices that are asked about must have grown.
const leastAsked = .01

// probeInvoices tests whether more invoices than before are asked about, by themselves and
// against how contacts about anything else in the days after an invoice changed: what
// makes people call more in those weeks (a season, an outage) cancels out (a negative
// control outcome, Lipsitch, Tchetgen Tchetgen & Cohen 2010). Both are ratios, since
// contacts of all sorts are not equally frequent. It is asked once, not for each journey.
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
	own, control := turned(asked.now, asked.before), turned(otherwise.now, otherwise.before)
	against := ""
	log, variance := own.logRatio()
	c := rateBeyond(own.now.share(), log, variance)
	if control.now.k+control.before.k >= leastOthers {
		logControl, more := control.logRatio()
		beyond := rateBeyond(own.now.share(), log-logControl, variance+more)
		c = c.weaker(beyond)
		against = fmt.Sprintf("; %s beyond how contacts about other things after an invoice changed", points(beyond.excess))
	}
	q := p.params(t.recent)
	q.Step, q.By = step, "month"
	s := p.test(step, "", c, asked.now.all.n, float64(asked.now.all.n), leastAsked, q)
	s.window = t.recent
	p.fades(t, step, own.now, own.before.share())
	p.tries[step] = append(p.tries[step], tried{index: len(p.suspicions) - 1, z: zOf(c)})
	s.title = fmt.Sprintf("%s of invoices are asked about within two weeks, %s were before", percent(asked.now.all.share()), percent(asked.before.all.share()))
	s.why = fmt.Sprintf("%d of %d invoices since %s, %d of %d before%s.",
		asked.now.all.k, asked.now.all.n, p.since(t), asked.before.all.k, asked.before.all.n, against)
	return nil
}
