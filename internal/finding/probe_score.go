package finding

import (
	"context"
	"fmt"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/question"
)

// leastScore is by how much the share of bad answers must have grown.
const leastScore = .03

// badAnswers says what a metric counts as bad.
var badAnswers = map[cx.Metric]string{cx.NPS: "are detractors", cx.CSAT: "are not satisfied", cx.CES: "find it hard"}

// probeScore tests where answers got worse: at a step against the change at the
// other steps, and in a group against the change of the other groups at the same
// step. Steps and groups that have always scored lower are no finding: people score
// a call and a parcel differently, and the old differently from the young. Scales
// never mix: each is tested alone.
func probeScore(metric cx.Metric) func(context.Context, *probes, turn) error {
	return func(ctx context.Context, p *probes, t turn) error {
		traffic, err := p.passes.everything(ctx, p.window)
		if err != nil {
			return err
		}
		for shape, of := range traffic.Shapes {
			if of.Metric != metric {
				continue
			}
			each := func(period cx.Period, note func(s question.Stratum, step string, c question.Count)) {
				for _, s := range traffic.Scores {
					if p.passes.in(s.Stretch, period) {
						note(s.Stratum, p.passes.splitter.Step(s.Stratum), s.Bad[shape])
					}
				}
			}
			// Groups are small: only the longest stretch has enough answers of them, and
			// where no two of them can be told apart nothing is asked.
			deep := func(now, before cases) bool {
				return t == p.window.turns[len(p.window.turns)-1] && now.once.n >= 2*leastGroup && before.once.n >= leastGroup
			}
			p.testChanges(t, each, deep, func(c *changed) *suspicion {
				customers := traffic.Customers(p.passes.at(t.recent.From), c.split, c.step, c.group.Name)
				s := p.testChange(t, c, leastScore, float64(max(customers, c.now.all.n)))
				s.title = fmt.Sprintf("%s%s: %s %s, %s before", p.title(c.step), where(c.segment), percent(c.now.all.share()), badAnswers[metric], percent(c.before.all.share()))
				s.why = fmt.Sprintf("%d of %d answers since %s, %d of %d before; %s beyond the change elsewhere.",
					c.now.all.k, c.now.all.n, p.since(t), c.before.all.k, c.before.all.n, points(c.beyond))
				return s
			})
		}
		return nil
	}
}
