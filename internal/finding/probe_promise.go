package finding

import (
	"context"
	"fmt"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/question"
)

// A promise is broken when the whole interval of its kept share lies this far below
// what was promised; a group of cases speaks for itself when it is also this much
// worse than the others.
const (
	leastShortfall = .01
	leastWorse     = .05
)

// probePromises tests every declared promise: kept by all (exact binomial test, as
// the question gives it), and by channel, weekday and dimension, where one group
// breaks what the others keep. Where the others keep it, the group alone is reported.
func probePromises(ctx context.Context, p *probes) error {
	all, err := question.AskStandardMet(ctx, p.facts, p.params(p.window.now))
	if err != nil {
		return err
	}
	type promised struct {
		index int
		row   question.StandardRow
		tries []tried
	}
	by := map[string]*promised{}
	for _, r := range all.Rows {
		if !r.Share.Shown || r.Cases < leastGroup {
			p.withheld++
			continue
		}
		c := comparison{excess: r.Promise.Share - r.Share.Value, low: r.Promise.Share - r.Share.Interval.High, p: r.P}
		s := p.test(r.Step, "", c, r.Cases, float64(r.Cases), leastShortfall, p.params(p.window.now))
		s.title = fmt.Sprintf("%s: “%s” is kept in %s of cases, %s were promised", p.title(r.Step), r.Promise.Name, percent(r.Share.Value), percent(r.Promise.Share))
		s.why = fmt.Sprintf("%d of %d kept (%s to %s).", r.Met, r.Cases, percent(r.Share.Interval.Low), percent(r.Share.Interval.High))
		by[r.Step+"/"+r.Promise.Name] = &promised{index: len(p.suspicions) - 1, row: r}
	}
	if len(by) == 0 {
		return nil
	}
	for _, split := range append([]string{"weekday"}, p.changeSplits()...) {
		if split == "weekday" && !weekdayIsOver(p.window.now) {
			continue
		}
		q := p.params(p.window.now)
		q.By = split
		answer, err := question.AskStandardMet(ctx, p.facts, q)
		if err != nil {
			return err
		}
		for _, r := range answer.Rows {
			whole := by[r.Step+"/"+r.Promise.Name]
			if whole == nil || r.Group.Name == unnamed {
				continue
			}
			group := harmed{r.Cases - r.Met, r.Cases}
			rest := harmed{whole.row.Cases - whole.row.Met, whole.row.Cases}.minus(group)
			if group.n < leastGroup || rest.n < leastGroup {
				p.withheld++
				continue
			}
			c := worseThan(group, rest)
			s := p.test(r.Step, segmentOf(split, r.Group), c, r.Cases, float64(r.Cases), leastWorse, q)
			if r.Promise.Share-r.Share.Interval.High < leastShortfall {
				p.mute(len(p.suspicions) - 1) // worse than others, and still as promised
				continue
			}
			s.title = fmt.Sprintf("%s%s: “%s” is kept in %s of cases, elsewhere in %s", p.title(r.Step), where(segmentOf(split, r.Group)), r.Promise.Name, percent(r.Share.Value), percent(1-rest.share()))
			s.why = fmt.Sprintf("%d of %d kept (%s to %s); %s were promised.", r.Met, r.Cases, percent(r.Share.Interval.Low), percent(r.Share.Interval.High), percent(r.Promise.Share))
			whole.tries = append(whole.tries, tried{index: len(p.suspicions) - 1, z: zOf(c), rest: rest})
		}
	}
	for _, name := range keysOf(by) {
		promise := by[name]
		best, any := p.loudest(promise.tries)
		if any && 1-promise.tries[best].rest.share() >= promise.row.Promise.Share {
			p.mute(promise.index)
		}
	}
	return nil
}

// longestLine is the longest median wait that customers sit through; who writes and
// waits for hours does not stand in line, and a promise is the measure for it.
const longestLine = 30 * time.Minute

// queues counts who gave up before they reached a person, at each step where people
// stand in line.
func (p *probes) queues(ctx context.Context, period cx.Period) (map[string]harmed, error) {
	q := p.params(period)
	q.By = "step"
	a, err := question.AskTimeToPerson(ctx, p.facts, q)
	out := map[string]harmed{}
	for _, r := range a.Rows {
		if r.Group.Name != unnamed && r.Wait.Median.Value < longestLine.Seconds() {
			out[r.Group.Name] = harmed{r.Abandoned, r.Contacts}
		}
	}
	return out, err
}

// probeAbandoning tests at which steps more customers than before give up before they
// reach a person, against the change at the other steps.
func probeAbandoning(ctx context.Context, p *probes, t turn) error {
	now, err := p.queues(ctx, t.recent)
	if err != nil {
		return err
	}
	before, err := p.queues(ctx, t.before)
	if err != nil {
		return err
	}
	for _, step := range keysOf(now) {
		if now[step].n < leastGroup || before[step].n < leastGroup {
			p.withheld++
			continue
		}
		var others []change
		for other, h := range now {
			if other != step {
				others = append(others, change{h, before[other]})
			}
		}
		s := p.testChange(t, step, "", change{now[step], before[step]}, others, leastWorse, float64(now[step].n), "week")
		s.title = fmt.Sprintf("%s: more customers give up before they reach a person", p.title(step))
		s.why = fmt.Sprintf("%s of %d since %s, %s of %d before.", percent(now[step].share()), now[step].n, p.since(t), percent(before[step].share()), before[step].n)
	}
	return nil
}

// probeWeekdays tests on which days more customers give up than on the others.
func probeWeekdays(ctx context.Context, p *probes) error {
	if !weekdayIsOver(p.window.now) {
		return nil
	}
	queues, err := p.queues(ctx, p.window.now)
	if err != nil {
		return err
	}
	for _, step := range keysOf(queues) {
		if queues[step].n < 2*leastGroup {
			p.withheld++
			continue
		}
		q := p.params(p.window.now)
		q.Step, q.By = step, "weekday"
		a, err := question.AskTimeToPerson(ctx, p.facts, q)
		if err != nil {
			return err
		}
		for _, r := range a.Rows {
			group := harmed{r.Abandoned, r.Contacts}
			rest := queues[step].minus(group)
			if group.n < leastGroup || rest.n < leastGroup {
				p.withheld++
				continue
			}
			c := worseThan(group, rest)
			s := p.test(step, segmentOf("weekday", r.Group), c, group.n, float64(group.n), leastWorse, q)
			s.title = fmt.Sprintf("%s on %ss: %s give up before they reach a person, on other days %s", p.title(step), r.Group.Title, percent(group.share()), percent(rest.share()))
			s.why = fmt.Sprintf("%d of %d gave up; median wait %s; %d contacts on other days.", group.k, group.n, question.Duration(r.Wait.Median.Value), rest.n)
			p.tries[step] = append(p.tries[step], tried{index: len(p.suspicions) - 1, z: zOf(c)})
		}
	}
	return nil
}
