package finding

import (
	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/question"
)

// changed is a step, or a group of one, now and before, with what it is held against.
type changed struct {
	step    string
	split   string // "" = the step as a whole, against the other steps
	by      string // of the answer that shows it, where it is not split by split
	group   question.Group
	segment string // of the finding's key

	now, before cases
	others      []change // other groups at the step; other steps
	// within is the same change told apart by the groups of each other split; only
	// asked where the change stands out.
	within func() []apart
	beyond float64 // the change beyond that of the others
}

// cell is one stratum's part of a change.
type cell struct{ group, others change }

// apart is a change told apart by the groups of another split.
type apart struct {
	split string
	cells []cell
}

// eachCount hands over the counts of every stratum of a period, by step.
type eachCount func(period cx.Period, note func(s question.Stratum, step string, c question.Count))

// deepEnough reports whether a step's cases now and before are worth telling groups apart.
type deepEnough func(now, before cases) bool

// testChanges tests a turn at every step, and in every group of every split.
func (p *probes) testChanges(t turn, each eachCount, deep deepEnough, test func(*changed) *suspicion) {
	now, before := p.sum(each, t.recent, ""), p.sum(each, t.before, "")
	for _, step := range p.journey.Steps() {
		whole := stepGroup{step: step.Name}
		if now.cases[whole].all.n == 0 {
			continue
		}
		if now.cases[whole].once.n < leastGroup || before.cases[whole].once.n < leastGroup {
			p.withheld++
			continue
		}
		c := &changed{step: step.Name, now: now.cases[whole], before: before.cases[whole]}
		for at := range now.cases {
			if at != whole {
				c.others = append(c.others, turned(now.cases[at], before.cases[at]))
			}
		}
		test(c)
	}
	for _, split := range p.changeSplits() {
		p.testGroups(t, split, each, func(step string) bool {
			whole := stepGroup{step: step}
			return deep(now.cases[whole], before.cases[whole])
		}, test)
	}
}

// testGroups tests a turn in every group of a split, at every step.
func (p *probes) testGroups(t turn, split string, each eachCount, deep func(step string) bool, test func(*changed) *suspicion) {
	now, before := p.sum(each, t.recent, split), p.sum(each, t.before, split)
	for _, step := range p.journey.Steps() {
		if !deep(step.Name) {
			continue
		}
		var all harmed
		for _, name := range now.names() {
			all = all.plus(now.cases[stepGroup{step.Name, name}].once)
		}
		for _, name := range now.names() {
			at := stepGroup{step.Name, name}
			if name == unnamed || now.cases[at].all.n == 0 || isAll(now.cases[at].once, all) {
				continue
			}
			if now.cases[at].once.n < leastGroup || before.cases[at].once.n < leastGroup {
				p.withheld++
				continue
			}
			c := &changed{
				step: step.Name, split: split, group: now.groups[name], segment: segmentOf(split, now.groups[name]),
				now: now.cases[at], before: before.cases[at],
			}
			for _, other := range now.names() {
				if other != name {
					o := stepGroup{step.Name, other}
					c.others = append(c.others, turned(now.cases[o], before.cases[o]))
				}
			}
			c.within = func() (all []apart) {
				for _, other := range p.changeSplits() {
					if other != split {
						all = append(all, p.tellApart(t, c, other, each))
					}
				}
				return all
			}
			test(c)
		}
	}
}

// sum adds the counts of a period up, by step and group of a split.
func (p *probes) sum(each eachCount, period cx.Period, split string) sums {
	s := newSums()
	each(period, func(stratum question.Stratum, step string, c question.Count) {
		s.add(step, p.passes.splitter.Group(split, stratum), c)
	})
	return s
}

// tellApart tells a group's change, and that of the others, apart by another split.
func (p *probes) tellApart(t turn, c *changed, by string, each eachCount) apart {
	cells := map[string]*cell{}
	add := func(period cx.Period, side func(*change) *harmed) {
		each(period, func(stratum question.Stratum, step string, count question.Count) {
			if step != c.step || count.N == 0 {
				return
			}
			name := p.passes.splitter.Group(by, stratum).Name
			if cells[name] == nil {
				cells[name] = &cell{}
			}
			of := &cells[name].others
			if p.passes.splitter.Group(c.split, stratum).Name == c.group.Name {
				of = &cells[name].group
			}
			h := side(of)
			*h = h.plus(casesOf(count).once)
		})
	}
	add(t.recent, func(c *change) *harmed { return &c.now })
	add(t.before, func(c *change) *harmed { return &c.before })
	out := apart{split: by}
	for _, name := range keysOf(cells) {
		out.cells = append(out.cells, *cells[name])
	}
	return out
}
