package finding

import (
	"math"

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

// grewWorse holds a group's change since the weeks before against the change of
// others over the same weeks: what moves everybody (a season, a campaign, growth)
// cancels out. Difference in differences (Ashenfelter & Card 1985) of shares.
func grewWorse(now, before, othersNow, othersBefore harmed) comparison {
	excess := now.share() - before.share()
	variance := now.variance() + before.variance()
	if othersNow.n >= leastOthers && othersBefore.n >= leastOthers {
		excess -= othersNow.share() - othersBefore.share()
		variance += othersNow.variance() + othersBefore.variance()
	}
	return compared(excess, variance)
}

// leastOthers is how many others make a comparison; leastGroup how many a group
// needs to be tested at all.
const (
	leastOthers = 50
	leastGroup  = 40
)
