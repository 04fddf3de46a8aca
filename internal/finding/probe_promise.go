package finding

import (
	"context"
	"fmt"

	"github.com/firsthand-cx/firsthand/internal/question"
	"github.com/firsthand-cx/firsthand/internal/question/statistics"
)

// A promise is broken when the whole interval of its kept share lies this far below
// what was promised; a group of cases speaks for itself when it is also this much
// worse than the others.
const (
	leastShortfall = .01
	leastWorse     = .05
)

// promised is one promise's test, with those of its groups.
type promised struct {
	question.StepPromise
	broken cases
	index  int // in suspicions
	tries  []tried
}

// shortfall is how far a share of broken promises lies beyond what was promised.
func (q *promised) shortfall(broken harmed) (c comparison) {
	interval := statistics.Wilson(broken.n-broken.k, broken.n)
	c.excess, c.low = q.Promise.Share-(1-broken.share()), q.Promise.Share-interval.High
	c.p = statistics.ShareBelow(broken.n-broken.k, broken.n, q.Promise.Share)
	return c
}

// probePromises tests every declared promise: kept by all (exact binomial test, as
// the question gives it), and by channel, weekday and dimension, where one group
// breaks what the others keep. Where the others keep it, the group alone is reported.
func probePromises(ctx context.Context, p *probes) error {
	promises, strata, err := p.passes.kept(ctx)
	if err != nil {
		return err
	}
	var tested []*promised
	for i, of := range promises {
		q := &promised{StepPromise: of}
		for _, s := range strata {
			if p.passes.in(s.Stretch, p.window.now) {
				q.broken = q.broken.plus(casesOf(s.Broken[i]))
			}
		}
		if q.broken.all.n == 0 {
			continue
		}
		if q.broken.once.n < leastGroup {
			p.withheld++
			continue
		}
		p.testPromise(q)
		for _, split := range append([]string{"weekday"}, p.changeSplits()...) {
			if split == "weekday" && !weekdayIsOver(p.window.now) {
				continue
			}
			groups := newSums()
			for _, s := range strata {
				if p.passes.in(s.Stretch, p.window.now) {
					groups.add(q.Step, p.passes.splitter.Group(split, s.Stratum), s.Broken[i])
				}
			}
			p.testPromiseGroups(q, split, groups)
		}
		tested = append(tested, q)
	}
	for _, q := range tested {
		best, any := p.loudest(q.tries)
		if any && 1-q.tries[best].rest.share() >= q.Promise.Share {
			p.mute(q.index)
		}
	}
	return nil
}

func (p *probes) testPromise(q *promised) {
	n := q.broken.all.n
	s := p.test(q.Step, "", q.shortfall(q.broken.once), n, float64(n), leastShortfall, p.params(p.window.now))
	s.title = fmt.Sprintf("%s: “%s” is kept in %s of cases, %s were promised", p.title(q.Step), q.Promise.Name, percent(1-q.broken.all.share()), percent(q.Promise.Share))
	s.why = keptOf(q.broken.all) + "."
	q.index = len(p.suspicions) - 1
}

// keptOf says "50 of 221 kept (18 % to 29 %)".
func keptOf(broken harmed) string {
	kept := broken.n - broken.k
	interval := statistics.Wilson(kept, broken.n)
	return fmt.Sprintf("%d of %d kept (%s to %s)", kept, broken.n, percent(interval.Low), percent(interval.High))
}

func (p *probes) testPromiseGroups(q *promised, split string, groups sums) {
	shown := p.params(p.window.now)
	shown.By = split
	for _, name := range groups.names() {
		group := groups.cases[stepGroup{q.Step, name}]
		rest := q.broken.minus(group)
		if name == unnamed {
			continue
		}
		if group.once.n < leastGroup || rest.once.n < leastGroup {
			p.withheld++
			continue
		}
		segment := segmentOf(split, groups.groups[name])
		c := worseThan(group.once, rest.once)
		s := p.test(q.Step, segment, c, group.all.n, float64(group.all.n), leastWorse, shown)
		if q.shortfall(group.once).low < leastShortfall {
			p.mute(len(p.suspicions) - 1) // worse than others, and still as promised
			continue
		}
		s.title = fmt.Sprintf("%s%s: “%s” is kept in %s of cases, elsewhere in %s", p.title(q.Step), where(segment), q.Promise.Name, percent(1-group.all.share()), percent(1-rest.all.share()))
		s.why = fmt.Sprintf("%s; %s were promised.", keptOf(group.all), percent(q.Promise.Share))
		q.tries = append(q.tries, tried{index: len(p.suspicions) - 1, z: zOf(c), rest: rest.once})
	}
}
