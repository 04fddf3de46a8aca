package finding

import (
	"context"
	"fmt"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/question"
)

// leastDrop is by how much the share that goes on must have fallen.
const leastDrop = .03

// stepGroup is a step of a group.
type stepGroup struct{ step, group string }

// probeFunnel tests where fewer go on than before: at a step against the change at
// the other steps, and in a group (channel, dimension) against the change of the
// other groups at the same step. That a group has always gone on less often is no
// finding (people browse on phones and buy at desks); without weeks before, nothing
// is tested.
func probeFunnel(ctx context.Context, p *probes, t turn) error {
	if !hasRequired(p.journey) {
		return nil
	}
	for _, split := range append([]string{""}, p.changeSplits()...) {
		now, groups, err := p.dropped(ctx, t.recent, split)
		if err != nil {
			return err
		}
		before, _, err := p.dropped(ctx, t.before, split)
		if err != nil {
			return err
		}
		for _, step := range p.journey.Steps() {
			for _, name := range keysOf(groups) {
				at := stepGroup{step.Name, name}
				if name == unnamed || now[at].n == 0 {
					continue
				}
				if now[at].n < leastGroup || before[at].n < leastGroup {
					p.withheld++
					continue
				}
				var others []change
				all := now[at]
				for other, h := range now {
					if split == "" && other.step != at.step || split != "" && other.step == at.step && other.group != at.group {
						others = append(others, change{h, before[other]})
						all = all.plus(h)
					}
				}
				if split != "" && isAll(now[at], all) {
					continue
				}
				segment := ""
				if split != "" {
					segment = segmentOf(split, groups[name])
				}
				s := p.testChange(t, step.Name, segment, change{now[at], before[at]}, others, leastDrop, float64(now[at].n), split)
				s.title = fmt.Sprintf("%s%s: %s drop off, %s did before", p.title(step.Name), where(segment), percent(now[at].share()), percent(before[at].share()))
				s.why = fmt.Sprintf("%d of %d attempts ended here since %s, %d of %d before; %s beyond the change elsewhere.",
					now[at].k, now[at].n, p.since(t), before[at].k, before[at].n, points(s.excess))
			}
		}
	}
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

// dropped counts the attempts that ended at each step of each group.
func (p *probes) dropped(ctx context.Context, period cx.Period, split string) (map[stepGroup]harmed, map[string]question.Group, error) {
	q := p.params(period)
	q.By = split
	a, err := question.AskFunnel(ctx, p.facts, q)
	out, groups := map[stepGroup]harmed{}, map[string]question.Group{}
	for _, r := range a.Rows {
		if !r.Last {
			out[stepGroup{r.Step, r.Group.Name}] = harmed{r.Reached - r.Continued, r.Reached}
			groups[r.Group.Name] = r.Group
		}
	}
	return out, groups, err
}
