package finding

import (
	"context"
	"fmt"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/question"
	"github.com/firsthand-cx/firsthand/internal/question/statistics"
)

const (
	// mostOver is how many customers may get more advertising in a week than the cap
	// before it is a finding, and leastOver by how much it must be more.
	mostOver, leastOver = .05, .05
	// mostIgnored is how many who unsubscribed may get more all the same (a letter
	// crosses their wish), and leastIgnored by how much it must be more.
	mostIgnored, leastIgnored = .02, .03
)

// beyond holds a share against what is allowed: exact binomial test and Wilson's interval.
func (h harmed) beyond(allowed float64) comparison {
	return comparison{
		excess: h.share() - allowed, low: statistics.Wilson(h.k, h.n).Low - allowed,
		p: statistics.ShareBelow(h.n-h.k, h.n, 1-allowed),
	}
}

// probeCadence tests whether customers get more advertising in a week than the cap, in
// all and in groups where the others don't, and whether they get it after they
// unsubscribed. Messages about an order, an answer or a bill are waited for and do not
// count. Each customer counts once. It is asked once, not for each journey.
func probeCadence(ctx context.Context, p *probes) error {
	if !p.first {
		return nil
	}
	q := p.params(p.window.now)
	got, err := question.AdvertisingStrata(ctx, p.facts, q)
	if err != nil {
		return err
	}
	steps, err := p.stepsOfKinds(ctx, cx.Message)
	if err != nil {
		return err
	}
	step := ""
	if len(steps) == 1 {
		step = steps[0]
	}
	p.testIgnored(step, q, harmed{got.Ignored.K, got.Ignored.N})
	var all harmed
	for _, s := range got.Over {
		all = all.plus(casesOf(s.Count).once)
	}
	if all.n == 0 {
		return nil
	}
	if all.n < leastGroup {
		p.withheld++
		return nil
	}
	s := p.test(step, "", all.beyond(mostOver), all.n, float64(all.n), leastOver, q)
	s.title = fmt.Sprintf("%s get more than %d advertising messages in a week", percent(all.share()), question.CadenceCap)
	s.why = fmt.Sprintf("%d of %d customers who get any did so at least once; messages about orders, answers and bills are not counted.", all.k, all.n)
	whole := len(p.suspicions) - 1
	var tries []tried
	for _, split := range p.changeSplits() {
		groups := newSums()
		for _, s := range got.Over {
			groups.add(step, p.passes.splitter.Group(split, s.Stratum), s.Count)
		}
		tries = append(tries, p.testOver(step, q, split, groups, all)...)
	}
	if best, any := p.loudest(tries); any && tries[best].rest.share() <= mostOver {
		p.mute(whole)
	}
	return nil
}

func (p *probes) testOver(step string, q question.Params, split string, groups sums, all harmed) (tries []tried) {
	q.By = split
	for _, name := range groups.names() {
		group := groups.cases[stepGroup{step, name}].once
		rest := all.minus(group)
		if name == unnamed || isAll(group, all) {
			continue
		}
		if group.n < leastGroup || rest.n < leastGroup {
			p.withheld++
			continue
		}
		segment := segmentOf(split, groups.groups[name])
		c := worseThan(group, rest)
		s := p.test(step, segment, c, group.n, float64(group.n), leastOver, q)
		if group.beyond(mostOver).low < leastOver {
			p.mute(len(p.suspicions) - 1)
			continue
		}
		s.title = fmt.Sprintf("Advertising%s: %s get more than %d messages in a week, of the others %s", where(segment), percent(group.share()), question.CadenceCap, percent(rest.share()))
		s.why = fmt.Sprintf("%d of %d customers who get any did so at least once, %d of %d others; messages about orders, answers and bills are not counted.", group.k, group.n, rest.k, rest.n)
		tries = append(tries, tried{index: len(p.suspicions) - 1, z: zOf(c), rest: rest})
	}
	return tries
}

func (p *probes) testIgnored(step string, q question.Params, ignored harmed) {
	if ignored.n == 0 {
		return
	}
	if ignored.n < leastGroup {
		p.withheld++
		return
	}
	q.By = "touchpoint"
	s := p.test(step, "unsubscribed", ignored.beyond(mostIgnored), ignored.n, float64(ignored.n), leastIgnored, q)
	s.title = fmt.Sprintf("%s of those who unsubscribed get advertising all the same", percent(ignored.share()))
	s.why = fmt.Sprintf("%d of %d customers got some more than ten days after they had unsubscribed.", ignored.k, ignored.n)
}
