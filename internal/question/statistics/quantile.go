package statistics

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// Quantile is the q-quantile of sorted values without interpolation: the smallest
// value that at least a share q of the values does not exceed (Hyndman & Fan 1996,
// type 1), so that every engine gives the same. With no values it is 0.
func Quantile(sorted []int64, q float64) int64 {
	if len(sorted) == 0 {
		return 0
	}
	i := int(math.Ceil(q*float64(len(sorted))-1e-9)) - 1
	return sorted[min(max(i, 0), len(sorted)-1)]
}

// QuantileInterval is the distribution-free interval of a quantile between two
// order statistics, whose coverage by the binomial distribution is at least 95 %
// (Conover 1999, section 3.2). ok is false where n is too small for one: below 6
// for the median, below 46 for the 90 % quantile.
func QuantileInterval(sorted []int64, q float64) (low, high int64, ok bool) {
	r, s, ok := quantileRanks(len(sorted), q)
	if !ok {
		return 0, 0, false
	}
	return sorted[r-1], sorted[s-1], true
}

// quantileRanks are the 1-based ranks of the interval's ends.
func quantileRanks(n int, q float64) (r, s int, ok bool) {
	if n == 0 {
		return 0, 0, false
	}
	b := distuv.Binomial{N: float64(n), P: q}
	// The ranks r < s (1-based) with P(B < r) ≤ 2.5 % and P(B ≥ s) ≤ 2.5 %. Start
	// at the normal approximation and walk: a few steps at any n.
	mean, sd := float64(n)*q, math.Sqrt(float64(n)*q*(1-q))
	r = min(max(int(mean-Z*sd), 0), n)
	for r < n && b.CDF(float64(r)) <= 0.025 {
		r++
	}
	for r > 0 && b.CDF(float64(r-1)) > 0.025 {
		r--
	}
	s = min(max(int(mean+Z*sd)+1, 1), n+1)
	for s > 1 && 1-b.CDF(float64(s-2)) <= 0.025 {
		s--
	}
	for s <= n && 1-b.CDF(float64(s-1)) > 0.025 {
		s++
	}
	return r, s, r >= 1 && s <= n
}
