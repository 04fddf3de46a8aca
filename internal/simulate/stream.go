package simulate

import (
	"math"
	"math/rand/v2"
)

// purpose names a concern that draws from a random stream of its own.
type purpose uint64

const (
	forPerson purpose = iota + 1
	forShop
	forDelivery
	forActivation
	forInvoices
	forContacts
	forFollowUps
	forRelationship
	forLeaving
	forStaff
	forAnswers
	forRedials
	forTexts
	forFate
	forAskingToLeave
	forDeadSpots
	forOldContracts
	forAutopay
	forDataAskers
	forReopening
	forChats
	forThrownBack
	forLookingAgain
	forBilling
	forTopUps
	forMessages
	forNews
	forOrderMails
	purposes
)

// streams gives the random streams of one customer. It is used by one goroutine;
// drawing the stream of a purpose ends the one drawn before for that purpose.
type streams struct {
	seed     uint64
	customer uint64
	pcg      [purposes]rand.PCG
	rand     [purposes]*rand.Rand
}

func newStreams(seed uint64) *streams {
	s := &streams{seed: seed}
	for i := range s.pcg {
		s.rand[i] = rand.New(&s.pcg[i])
	}
	return s
}

// of seeds the n-th stream of a purpose.
func (s *streams) of(p purpose, n int) *rand.Rand {
	s.pcg[p].Seed(mix(s.seed, s.customer), mix(uint64(p), uint64(n)))
	return s.rand[p]
}

// branch is a stream of a purpose that takes exactly one draw from r, however
// much is drawn from it.
func (s *streams) branch(p purpose, r *rand.Rand) *rand.Rand { return s.of(p, int(r.Uint64()>>1)) }

// mix spreads two numbers over 64 bits (SplitMix64, Steele et al. 2014), so that
// neighbouring customers get unrelated streams.
func mix(a, b uint64) uint64 {
	z := a*0x9e3779b97f4a7c15 + b + 0x9e3779b97f4a7c15
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// poisson draws a count by Knuth's product (1969); means here are small.
func poisson(r *rand.Rand, mean float64) int {
	limit, p, k := math.Exp(-mean), 1.0, 0
	for {
		p *= r.Float64()
		if p <= limit {
			return k
		}
		k++
	}
}

// lognormal draws a positive quantity of a median and a spread.
func lognormal(r *rand.Rand, median, sigma float64) float64 {
	return median * math.Exp(sigma*r.NormFloat64())
}

func chance(r *rand.Rand, p float64) bool { return r.Float64() < p }

// pick draws one of equally likely values.
func pick[T any](r *rand.Rand, from []T) T { return from[r.IntN(len(from))] }

// pickWeighted draws an index by weights that sum to one.
func pickWeighted(r *rand.Rand, weights ...float64) int {
	x := r.Float64()
	for i, w := range weights {
		if x -= w; x < 0 {
			return i
		}
	}
	return len(weights) - 1
}
