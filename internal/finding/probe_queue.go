package finding

import (
	"context"
	"fmt"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/question"
	"github.com/firsthand-cx/firsthand/internal/question/statistics"
)

// longestLine is the longest median wait that customers sit through; who writes and
// waits for hours does not stand in line, and a promise is the measure for it.
const longestLine = 30 * time.Minute

// queue is those who waited for a person: who gave up, and how long it took.
type queue struct {
	group question.Group
	gave  cases // up, before they reached a person
	waits *statistics.Waits
}

func (q *queue) median() time.Duration {
	median, _, _, _, _ := q.waits.Survival().Quantile(.5)
	return time.Duration(median) * time.Microsecond
}

// queues adds up who waited in a period, by step and group of a split.
func (p *probes) queues(ctx context.Context, period cx.Period, split string) (map[stepGroup]*queue, error) {
	strata, err := p.passes.queues(ctx)
	out := map[stepGroup]*queue{}
	for _, s := range strata {
		if s.Step == 0 || !p.passes.in(s.Stretch, period) {
			continue
		}
		group := p.passes.splitter.Group(split, s.Stratum)
		at := stepGroup{p.passes.splitter.Step(s.Stratum), group.Name}
		if out[at] == nil {
			out[at] = &queue{group: group, waits: &statistics.Waits{}}
		}
		out[at].waits.Join(s.Waits)
		out[at].gave = out[at].gave.plus(cases{
			all:  harmed{s.Waits.N() - s.Waits.Events, s.Waits.N()},
			once: harmed{s.Once.N() - s.Once.Events, s.Once.N()},
		})
	}
	return out, err
}

// lines counts who gave up before they reached a person, at each step where people
// stand in line.
func (p *probes) lines(ctx context.Context, period cx.Period) (map[string]cases, error) {
	all, err := p.queues(ctx, period, "")
	out := map[string]cases{}
	for at, q := range all {
		if q.median() < longestLine {
			out[at.step] = q.gave
		}
	}
	return out, err
}

// probeAbandoning tests at which steps more customers than before give up before they
// reach a person, against the change at the other steps.
func probeAbandoning(ctx context.Context, p *probes, t turn) error {
	now, err := p.lines(ctx, t.recent)
	if err != nil {
		return err
	}
	before, err := p.lines(ctx, t.before)
	if err != nil {
		return err
	}
	for _, step := range keysOf(now) {
		if now[step].once.n < leastGroup || before[step].once.n < leastGroup {
			p.withheld++
			continue
		}
		c := &changed{step: step, by: "week", now: now[step], before: before[step]}
		for other := range now {
			if other != step {
				c.others = append(c.others, turned(now[other], before[other]))
			}
		}
		s := p.testChange(t, c, leastWorse, float64(c.now.all.n))
		s.title = fmt.Sprintf("%s: more customers give up before they reach a person", p.title(step))
		s.why = fmt.Sprintf("%s of %d since %s, %s of %d before.", percent(c.now.all.share()), c.now.all.n, p.since(t), percent(c.before.all.share()), c.before.all.n)
	}
	return nil
}

// probeWeekdays tests on which days more customers give up than on the others.
func probeWeekdays(ctx context.Context, p *probes) error {
	if !weekdayIsOver(p.window.now) {
		return nil
	}
	lines, err := p.lines(ctx, p.window.now)
	if err != nil {
		return err
	}
	days, err := p.queues(ctx, p.window.now, "weekday")
	if err != nil {
		return err
	}
	for _, step := range keysOf(lines) {
		if lines[step].once.n < 2*leastGroup {
			p.withheld++
			continue
		}
		q := p.params(p.window.now)
		q.Step, q.By = step, "weekday"
		for _, day := range weekdays {
			queue := days[stepGroup{step, day}]
			if queue == nil {
				continue
			}
			group, rest := queue.gave, lines[step].minus(queue.gave)
			if group.once.n < leastGroup || rest.once.n < leastGroup {
				p.withheld++
				continue
			}
			c := worseThan(group.once, rest.once)
			s := p.test(step, segmentOf("weekday", queue.group), c, group.all.n, float64(group.all.n), leastWorse, q)
			s.title = fmt.Sprintf("%s on %ss: %s give up before they reach a person, on other days %s", p.title(step), queue.group.Title, percent(group.all.share()), percent(rest.all.share()))
			s.why = fmt.Sprintf("%d of %d gave up; median wait %s; %d contacts on other days.", group.all.k, group.all.n, question.Duration(queue.median().Seconds()), rest.all.n)
			p.tries[step] = append(p.tries[step], tried{index: len(p.suspicions) - 1, z: zOf(c)})
		}
	}
	return nil
}

// weekdays are the names of the groups of a split by weekday.
var weekdays = []string{"1", "2", "3", "4", "5", "6", "7"}
