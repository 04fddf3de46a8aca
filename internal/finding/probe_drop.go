package finding

import (
	"context"
	"fmt"

	"github.com/firsthand-cx/firsthand/internal/question"
)

// leastThenContact is the smallest excess of contacts after a drop-off, over the same
// customers' own rate, that is reported.
const leastThenContact = .02

// probeDropThenContact tests at which steps dropping off is followed by a contact
// more often than the same customers contact us anyway. The base rate is theirs, in
// matched hours, so that busy callers and busy seasons cancel out.
func probeDropThenContact(ctx context.Context, p *probes) error {
	if !hasRequired(p.journey) {
		return nil
	}
	q := p.params(p.window.now)
	a, err := question.AskDropThenContact(ctx, p.facts, q)
	if err != nil {
		return err
	}
	for _, r := range a.Rows {
		if !r.Excess.Shown || r.Matched < leastGroup {
			p.withheld++
			continue
		}
		c := comparison{excess: r.Excess.Value, low: r.Excess.Interval.Low, p: oneSided(r.Excess.Value, r.Against.P)}
		shown := q
		shown.Step = r.Step
		s := p.test(r.Step, "", c, r.Matched, float64(r.Dropped), leastThenContact, shown)
		s.title = fmt.Sprintf("%s: %s of those who drop off contact us within a day, %s do anyway", p.title(r.Step), percent(r.Share.Value), percent(r.Base.Value))
		s.why = fmt.Sprintf("%d of %d drop-offs were followed by a contact; %s more than the same customers' own rate (%s to %s).",
			r.Contacted, r.Dropped, points(r.Excess.Value), points(r.Excess.Interval.Low), points(r.Excess.Interval.High))
	}
	return nil
}

// oneSided turns a two-sided p into that of an excess above nothing.
func oneSided(excess, p float64) float64 {
	if excess > 0 {
		return p / 2
	}
	return 1 - p/2
}
