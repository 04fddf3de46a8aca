package statistics

import (
	"math"

	"gonum.org/v1/gonum/optimize"
)

// Buyer is what the BG/NBD model knows of a customer: repeat purchases, when the last
// one was, and how long the customer has been seen, both since the first purchase.
type Buyer struct {
	Repeats   int
	Last      float64
	Seen      float64
	Customers int // who are alike in all of this
}

// BGNBD is the beta-geometric/negative-binomial model of customers who buy at a rate of
// their own (gamma: R, Alpha) until they drop out after some purchase, with a probability
// of their own (beta: A, B); Fader, Hardie & Lee 2005, "Counting your customers" the easy
// way, Marketing Science 24(2).
type BGNBD struct {
	R, Alpha, A, B float64
	LogLikelihood  float64
}

// FitBGNBD finds the parameters by maximum likelihood (Nelder & Mead on their logarithms
// from two starts); ok is false with fewer than ten buyers, without any repeat, or where
// the search does not end.
func FitBGNBD(buyers []Buyer) (best BGNBD, ok bool) {
	customers, repeats := 0, 0
	for _, b := range buyers {
		customers += b.Customers
		repeats += b.Repeats * b.Customers
	}
	if customers < 10 || repeats == 0 {
		return best, false
	}
	problem := optimize.Problem{Func: func(x []float64) float64 {
		m := BGNBD{R: math.Exp(x[0]), Alpha: math.Exp(x[1]), A: math.Exp(x[2]), B: math.Exp(x[3])}
		ll := m.logLikelihood(buyers)
		if math.IsNaN(ll) || math.IsInf(ll, 0) {
			return math.MaxFloat64
		}
		return -ll / float64(customers)
	}}
	scale := math.Log(typicalGap(buyers))
	for _, start := range [][]float64{{-1, scale, 0, 1}, {0, scale + 1, -1, 0}} {
		settings := &optimize.Settings{MajorIterations: 2000, Converger: &optimize.FunctionConverge{Absolute: 1e-10, Iterations: 200}}
		result, err := optimize.Minimize(problem, start, settings, &optimize.NelderMead{})
		if err != nil || result == nil {
			continue
		}
		x := result.X
		m := BGNBD{R: math.Exp(x[0]), Alpha: math.Exp(x[1]), A: math.Exp(x[2]), B: math.Exp(x[3])}
		if m.LogLikelihood = m.logLikelihood(buyers); !ok || m.LogLikelihood > best.LogLikelihood {
			best, ok = m, !math.IsNaN(m.LogLikelihood)
		}
	}
	return best, ok
}

// typicalGap is the time seen per repeat purchase, which α is of the order of.
func typicalGap(buyers []Buyer) float64 {
	var seen, repeats float64
	for _, b := range buyers {
		seen += b.Seen * float64(b.Customers)
		repeats += float64(b.Repeats * b.Customers)
	}
	return max(1e-6, seen/max(1, repeats)/4)
}

// logLikelihood is equation (6) of Fader, Hardie & Lee 2005, with the sum of the two
// terms taken on the log scale. What depends on the number of repeats alone is worked out
// once for neighbours that have as many.
func (m BGNBD) logLikelihood(buyers []Buyer) float64 {
	gamma := func(x float64) float64 { v, _ := math.Lgamma(x); return v }
	constant := -gamma(m.R) + m.R*math.Log(m.Alpha)
	beta := gamma(m.A+m.B) - gamma(m.B)
	total, logA := 0.0, math.Log(m.A)
	repeats, x, d, drop := -1, 0.0, 0.0, 0.0
	for _, b := range buyers {
		if b.Repeats != repeats {
			repeats, x = b.Repeats, float64(b.Repeats)
			d = constant + gamma(m.R+x) + beta + gamma(m.B+x) - gamma(m.A+m.B+x)
			drop = logA - math.Log(m.B+x-1)
		}
		alive := -(m.R + x) * math.Log(m.Alpha+b.Seen)
		if repeats > 0 {
			gone := drop - (m.R+x)*math.Log(m.Alpha+b.Last)
			alive = max(alive, gone) + math.Log1p(math.Exp(-math.Abs(alive-gone)))
		}
		total += float64(b.Customers) * (d + alive)
	}
	return total
}

// Alive is the probability that a customer still buys (Fader, Hardie & Lee 2008, note on
// the P(alive) of the BG/NBD model). Who has not bought again is alive in this model.
func (m BGNBD) Alive(b Buyer) float64 {
	if b.Repeats == 0 {
		return 1
	}
	x := float64(b.Repeats)
	odds := m.A / (m.B + x - 1) * math.Exp((m.R+x)*math.Log((m.Alpha+b.Seen)/(m.Alpha+b.Last)))
	return 1 / (1 + odds)
}
