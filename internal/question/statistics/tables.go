package statistics

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// Fisher is the exact two-sided p of k1 of n1 against k2 of n2: the probability of all
// tables with the same margins that are no likelier than this one (Fisher 1935; Irwin
// 1935). An empty side gives 1.
func Fisher(k1, n1, k2, n2 int64) float64 {
	k, n := k1+k2, n1+n2
	if n1 <= 0 || n2 <= 0 || k == 0 || k == n {
		return 1
	}
	probability := func(x int64) float64 {
		return math.Exp(logChoose(n1, x) + logChoose(n2, k-x) - logChoose(n, k))
	}
	seen := probability(k1) * (1 + 1e-7) // equal tables may differ by rounding
	var p float64
	for x := max(0, k-n2); x <= min(k, n1); x++ {
		if at := probability(x); at <= seen {
			p += at
		}
	}
	return min(1, p)
}

func logChoose(n, k int64) float64 {
	a, _ := math.Lgamma(float64(n + 1))
	b, _ := math.Lgamma(float64(k + 1))
	c, _ := math.Lgamma(float64(n - k + 1))
	return a - b - c
}

// OddsRatio is the odds of k1 of n1 over those of k2 of n2, with the logit interval
// (Woolf 1955); where a cell is empty, half a case is added to each (Haldane 1956).
func OddsRatio(k1, n1, k2, n2 int64) (ratio float64, interval Interval) {
	a, b, c, d := float64(k1), float64(n1-k1), float64(k2), float64(n2-k2)
	if a == 0 || b == 0 || c == 0 || d == 0 {
		a, b, c, d = a+.5, b+.5, c+.5, d+.5
	}
	ratio = a * d / (b * c)
	half := Z * math.Sqrt(1/a+1/b+1/c+1/d)
	return ratio, Interval{ratio * math.Exp(-half), ratio * math.Exp(half)}
}

// Pairs counts matched yes/no answers: what the first of each pair said, then the
// second.
type Pairs struct{ YesYes, YesNo, NoYes, NoNo int64 }

// N is how many pairs there are.
func (t Pairs) N() int64 { return t.YesYes + t.YesNo + t.NoYes + t.NoNo }

// McNemar is the exact two-sided p that the two answers of a pair are yes equally
// often: the binomial test over the pairs that differ (McNemar 1947; exact after
// Mosteller 1952). Where none differs it is 1.
func (t Pairs) McNemar() float64 {
	n := t.YesNo + t.NoYes
	if n == 0 {
		return 1
	}
	return min(1, 2*distuv.Binomial{N: float64(n), P: .5}.CDF(float64(min(t.YesNo, t.NoYes))))
}

// Difference is the share of yes of the first less that of the second, with the hybrid
// score interval for pairs at a level (Newcombe 1998, Statistics in Medicine 17:2635,
// method 10).
func (t Pairs) Difference(level float64) (float64, Interval) {
	n := float64(t.N())
	if n == 0 {
		return 0, Interval{-1, 1}
	}
	a, b, c, d := float64(t.YesYes), float64(t.YesNo), float64(t.NoYes), float64(t.NoNo)
	p1, p2 := (a+b)/n, (a+c)/n
	w1, w2 := wilsonAt(p1, n, quantile(level)), wilsonAt(p2, n, quantile(level))
	phi := 0.0
	if margins := (a + b) * (c + d) * (a + c) * (b + d); margins > 0 {
		cross := a*d - b*c
		if cross > 0 {
			cross = max(0, cross-n/2)
		}
		phi = cross / math.Sqrt(margins)
	}
	reach := func(x, y float64) float64 { return math.Sqrt(max(0, x*x-2*phi*x*y+y*y)) }
	return p1 - p2, Interval{p1 - p2 - reach(p1-w1.Low, w2.High-p2), p1 - p2 + reach(w1.High-p1, p2-w2.Low)}
}

// ShareDifference is k1 of n1 less k2 of n2 of two separate samples, with Newcombe's
// interval (1998, Statistics in Medicine 17:873, method 10) at a level.
func ShareDifference(k1, n1, k2, n2 int64, level float64) (float64, Interval) {
	if n1 <= 0 || n2 <= 0 {
		return 0, Interval{-1, 1}
	}
	p1, p2 := float64(k1)/float64(n1), float64(k2)/float64(n2)
	w1, w2 := wilsonAt(p1, float64(n1), quantile(level)), wilsonAt(p2, float64(n2), quantile(level))
	return p1 - p2, Interval{p1 - p2 - math.Hypot(p1-w1.Low, w2.High-p2), p1 - p2 + math.Hypot(w1.High-p1, p2-w2.Low)}
}

// Equivalent says by two one-sided tests at 5 % that a difference is smaller than a
// margin either way (Schuirmann 1987): its interval at 90 % lies within the margin.
func Equivalent(at90 Interval, margin float64) bool { return at90.Low > -margin && at90.High < margin }
