package finding

import (
	"cmp"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"

	"github.com/firsthand-cx/firsthand/internal/question/statistics"
)

// harmed is how many of n fared badly.
type harmed struct{ k, n int64 }

func (h harmed) share() float64 {
	if h.n == 0 {
		return 0
	}
	return float64(h.k) / float64(h.n)
}

func (h harmed) plus(o harmed) harmed { return harmed{h.k + o.k, h.n + o.n} }

func (h harmed) minus(o harmed) harmed { return harmed{h.k - o.k, h.n - o.n} }

// variance of the share, with one success and one failure added so that 0 of 40 is
// not taken as certain (Agresti & Caffo 2000).
func (h harmed) variance() float64 {
	p := (float64(h.k) + 1) / (float64(h.n) + 2)
	return p * (1 - p) / (float64(h.n) + 2)
}

// comparison is an excess of harm over what it is held against.
type comparison struct {
	excess, low, p float64
}

func compared(excess, variance float64) comparison {
	se := math.Sqrt(variance)
	return comparison{excess: excess, low: excess - statistics.Z*se, p: above(excess / se)}
}

// above is the probability of a standard normal value of at least z.
func above(z float64) float64 { return distuv.UnitNormal.Survival(z) }

// worseThan holds a group against others in the same weeks.
func worseThan(group, others harmed) comparison {
	return compared(group.share()-others.share(), group.variance()+others.variance())
}

// likeForLike holds a group (first of each pair) against others, pair by pair of those
// who are alike: the risk difference over strata with the weights of Cochran (1954) and
// Mantel & Haenszel (1959). like is how many of the group could be held against anybody.
func likeForLike(pairs [][2]harmed) (c comparison, like int64) {
	var weights, sum, variance float64
	for _, p := range pairs {
		group, others := p[0], p[1]
		if group.n == 0 || others.n == 0 {
			continue
		}
		like += group.n
		w := 1 / (1/float64(group.n) + 1/float64(others.n))
		weights += w
		sum += w * (group.share() - others.share())
		variance += w * w * (group.variance() + others.variance())
	}
	if weights == 0 {
		return comparison{p: 1}, 0
	}
	return compared(sum/weights, variance/weights/weights), like
}

// weaker is what can be said of both of two comparisons that must hold (the
// intersection-union test, Berger 1982).
func (c comparison) weaker(o comparison) comparison {
	return comparison{excess: min(c.excess, o.excess), low: min(c.low, o.low), p: max(c.p, o.p)}
}

// change is a group now and in the weeks before.
type change struct{ now, before harmed }

func (c change) shift() float64    { return c.now.share() - c.before.share() }
func (c change) variance() float64 { return c.now.variance() + c.before.variance() }

// logRatio is the log of the ratio of a change's shares with its variance (Katz et al.
// 1978), half a case added to each so that none before is no infinity.
func (c change) logRatio() (log, variance float64) {
	k1, k0 := float64(c.now.k)+.5, float64(c.before.k)+.5
	log = math.Log(k1/float64(c.now.n)) - math.Log(k0/float64(c.before.n))
	return log, 1/k1 + 1/k0
}

// rateBeyond is how much of a rate lies beyond what it would be without a rise, given as a
// log ratio.
func rateBeyond(rate, log, variance float64) comparison {
	low := log - statistics.Z*math.Sqrt(variance)
	return comparison{excess: rate * (1 - math.Exp(-log)), low: rate * (1 - math.Exp(-low)), p: above(log / math.Sqrt(variance))}
}

// grewWorse holds a group's change since the weeks before against the change of
// others over the same weeks: what moves everybody (a season, a campaign, growth)
// cancels out. Difference in differences (Ashenfelter & Card 1985) of shares, with
// the median of the others' changes, weighted by size: another group's own trouble
// must not hide this one's.
func grewWorse(group change, others []change) comparison {
	excess, variance := group.shift(), group.variance()
	var usable []change
	var now, before harmed
	for _, o := range others {
		if o.now.n >= leastOthers && o.before.n >= leastOthers {
			usable = append(usable, o)
			now, before = now.plus(o.now), before.plus(o.before)
		}
	}
	if len(usable) > 0 {
		excess -= medianShift(usable)
		// A median of normal values varies π/2 times as much as their mean.
		spread := change{now, before}.variance()
		if len(usable) > 2 {
			spread *= math.Pi / 2
		}
		variance += spread
	}
	return compared(excess, variance)
}

// medianShift is the weighted median of changes, each weighing as many cases as its
// smaller side has.
func medianShift(list []change) float64 {
	list = slices.Clone(list)
	slices.SortFunc(list, func(a, b change) int { return cmp.Compare(a.shift(), b.shift()) })
	weight := func(c change) float64 { return float64(min(c.now.n, c.before.n)) }
	if len(list) == 2 { // a median of two is their mean, by weight
		x, y := weight(list[0]), weight(list[1])
		return (x*list[0].shift() + y*list[1].shift()) / (x + y)
	}
	half, below := 0.0, 0.0
	for _, c := range list {
		half += weight(c) / 2
	}
	for _, c := range list {
		below += weight(c)
		if below >= half {
			return c.shift()
		}
	}
	return 0
}

// andItself demands of a change that stands out against the others that it be a change
// of the group itself too: when all others got better, who stayed as they were did not
// get worse. Both must hold, so the weaker of the two speaks (the intersection-union
// test, Berger 1982).
func (c comparison) andItself(group change) comparison {
	return c.weaker(compared(group.shift(), group.variance()))
}

// oneSidedZ is the bound of a one-sided test at 5 %.
const oneSidedZ = 1.6448536269514722

// holds reports whether a group's change against the others is there among like and
// like too. Where a group differs in its make-up from the others, what happened to
// another split's group looks like its own: the young are on phones. Within each of
// that split's groups the difference in differences is free of it; the weights are
// those of Cochran (1954) and Mantel & Haenszel (1959). Where too little of the group
// can be held against others like it, nothing is said against it.
func (a apart) holds() bool {
	var weights, sum, variance float64
	var like, all int64
	for _, c := range a.cells {
		all += c.group.now.n
		smallest := min(c.group.now.n, c.group.before.n, c.others.now.n, c.others.before.n)
		if smallest == 0 {
			continue
		}
		like += c.group.now.n
		w := 1 / (1/float64(c.group.now.n) + 1/float64(c.group.before.n) + 1/float64(c.others.now.n) + 1/float64(c.others.before.n))
		weights += w
		sum += w * (c.group.shift() - c.others.shift())
		variance += w * w * (c.group.variance() + c.others.variance())
	}
	if weights == 0 || 2*like < all {
		return true
	}
	return sum > oneSidedZ*math.Sqrt(variance)
}

// leastOthers is how many others make a comparison; leastGroup how many a group
// needs to be tested at all.
const (
	leastOthers = 25
	leastGroup  = 40
)
