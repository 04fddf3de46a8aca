package finding

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/question"
	"github.com/firsthand-cx/firsthand/internal/question/statistics"
)

// leastSlower is by how much the share of those who wait unusually long must have
// grown, where nothing was promised: one in ten always does.
const leastSlower = .10

// slow is the quantile beyond which a wait is unusually long.
const slow = .9

// line is the waits for an answer on one channel at one step.
type line struct {
	step, channel string
	group         question.Group
}

// waited is the waits of a line: all, and each customer's first of a week.
type waited struct{ all, once statistics.Waits }

// longer counts who waited longer than a limit.
func (w *waited) longer(limit int64) cases {
	k, n := w.all.Longer(limit)
	onceK, onceN := w.once.Longer(limit)
	return cases{harmed{k, n}, harmed{onceK, onceN}}
}

// limit is the wait, in business microseconds, that nine in ten stay below.
func (w *waited) limit() (int64, bool) {
	limit, _, _, _, ok := w.once.Survival().Quantile(slow)
	return limit, ok
}

// unpromised are the steps with contacts for which no answer in time was promised:
// where one was, the promise is the measure.
func (p *probes) unpromised(ctx context.Context) (map[string]bool, error) {
	signatures, err := p.facts.Signatures(ctx)
	if err != nil {
		return nil, err
	}
	matched, err := p.facts.Steps(ctx, p.journey.Name)
	if err != nil {
		return nil, err
	}
	steps := p.journey.Steps()
	out := map[string]bool{}
	for i, s := range signatures {
		if s.Kind != cx.Contact || i >= len(matched) || matched[i] == 0 {
			continue
		}
		step := steps[matched[i]-1]
		out[step.Name] = !slices.ContainsFunc(step.Promises, func(q cx.Promise) bool {
			return q.Measure == cx.FirstHumanAnswer || q.Measure == cx.TimeToPerson
		})
	}
	for name, free := range out {
		if !free {
			delete(out, name)
		}
	}
	return out, nil
}

// waitLines adds the waits of a period up, by step and channel, and by split within.
func (p *probes) waitLines(ctx context.Context, steps map[string]bool, period cx.Period, split string) (map[line]map[string]*waited, error) {
	strata, err := p.passes.answers(ctx)
	if err != nil {
		return nil, err
	}
	out := map[line]map[string]*waited{}
	for _, s := range strata {
		step := p.passes.splitter.Step(s.Stratum)
		if !steps[step] || !p.passes.in(s.Stretch, period) {
			continue
		}
		channel := p.passes.splitter.Group("channel", s.Stratum)
		at := line{step, channel.Name, channel}
		group := p.passes.splitter.Group(split, s.Stratum).Name
		if out[at] == nil {
			out[at] = map[string]*waited{}
		}
		if out[at][group] == nil {
			out[at][group] = &waited{}
		}
		out[at][group].all.Join(s.Waits)
		out[at][group].once.Join(s.Once)
	}
	return out, nil
}

func sortedLines(of map[line]map[string]*waited) []line {
	var all []line
	for at := range of {
		all = append(all, at)
	}
	slices.SortFunc(all, func(a, b line) int { return cmp.Or(cmp.Compare(a.step, b.step), cmp.Compare(a.channel, b.channel)) })
	return all
}

// probeSlower tests on which channel of a step without a promise more customers than
// before wait longer for an answer than nine in ten did, in business hours, against
// the change on the other channels.
func probeSlower(ctx context.Context, p *probes, t turn) error {
	steps, err := p.unpromised(ctx)
	if err != nil || len(steps) == 0 {
		return err
	}
	now, err := p.waitLines(ctx, steps, t.recent, "")
	if err != nil {
		return err
	}
	before, err := p.waitLines(ctx, steps, t.before, "")
	if err != nil {
		return err
	}
	var changes []*changed
	var limits []int64
	for _, at := range sortedLines(now) {
		if before[at] == nil || at.channel == unnamed {
			continue
		}
		limit, ok := before[at][""].limit()
		if !ok {
			p.withheld++
			continue
		}
		limits = append(limits, limit)
		changes = append(changes, &changed{
			step: at.step, split: "channel", group: at.group, segment: segmentOf("channel", at.group),
			now: now[at][""].longer(limit), before: before[at][""].longer(limit),
		})
	}
	for i, c := range changes {
		if c.now.once.n < leastGroup || c.before.once.n < leastGroup {
			p.withheld++
			continue
		}
		for k, other := range changes {
			if k != i {
				c.others = append(c.others, turned(other.now, other.before))
			}
		}
		s := p.testChange(t, c, leastSlower, float64(c.now.all.n))
		s.title = fmt.Sprintf("%s%s: %s wait more than %s for an answer, %s did before", p.title(c.step), where(c.segment),
			percent(c.now.all.share()), inHours(limits[i]), percent(c.before.all.share()))
		s.why = fmt.Sprintf("%d of %d since %s, %d of %d before, in business hours where they are declared; nothing is promised here.",
			c.now.all.k, c.now.all.n, p.since(t), c.before.all.k, c.before.all.n)
	}
	return nil
}

// probeSlowDays tests on which days of the week more customers wait longer for an
// answer than nine in ten do on that channel on the other days, where nothing is
// promised.
func probeSlowDays(ctx context.Context, p *probes) error {
	steps, err := p.unpromised(ctx)
	if err != nil || len(steps) == 0 || !weekdayIsOver(p.window.now) {
		return err
	}
	days, err := p.waitLines(ctx, steps, p.window.now, "weekday")
	if err != nil {
		return err
	}
	for _, at := range sortedLines(days) {
		if at.channel == unnamed {
			continue
		}
		q := p.params(p.window.now)
		q.Step, q.Channel, q.By = at.step, at.channel, "weekday"
		for _, day := range keysOf(days[at]) {
			others := &waited{}
			for other, w := range days[at] {
				if other != day {
					others.all.Join(&w.all)
					others.once.Join(&w.once)
				}
			}
			limit, ok := others.limit()
			group, rest := days[at][day].longer(limit), others.longer(limit)
			if !ok || group.once.n < leastGroup || rest.once.n < leastGroup {
				p.withheld++
				continue
			}
			c := worseThan(group.once, rest.once)
			named := time.Weekday(int(day[0]-'0') % 7).String()
			s := p.test(at.step, "channel="+at.channel+" weekday="+named, c, group.all.n, float64(group.all.n), leastSlower, q)
			s.title = fmt.Sprintf("%s, channel %s, on %ss: %s wait more than %s for an answer, on other days %s", p.title(at.step), at.channel, named,
				percent(group.all.share()), inHours(limit), percent(rest.all.share()))
			s.why = fmt.Sprintf("%d of %d, %d of %d on other days, in business hours where they are declared; nothing is promised here.",
				group.all.k, group.all.n, rest.all.k, rest.all.n)
			p.tries[at.step] = append(p.tries[at.step], tried{index: len(p.suspicions) - 1, z: zOf(c)})
		}
	}
	return nil
}

func inHours(microseconds int64) string {
	return question.Duration((time.Duration(microseconds) * time.Microsecond).Seconds())
}
