package statistics

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// Wilson is the score interval for a share of k in n (Wilson 1927). It stays
// within 0 and 1 and is honest at small n, where the plain interval is not. With
// n = 0 it is 0 to 1.
func Wilson(k, n int64) Interval {
	if n <= 0 {
		return Interval{0, 1}
	}
	return WilsonShare(float64(k)/float64(n), float64(n))
}

// WilsonShare is Wilson for a share p that rests on an effective sample of n,
// which need not be whole (weighted answers; Kish 1965).
func WilsonShare(p, n float64) Interval { return wilsonAt(p, n, Z) }

func wilsonAt(p, n, z float64) Interval {
	if n <= 0 {
		return Interval{0, 1}
	}
	z2 := z * z
	centre := (p + z2/(2*n)) / (1 + z2/n)
	half := z / (1 + z2/n) * math.Sqrt(p*(1-p)/n+z2/(4*n*n))
	interval := Interval{math.Max(0, centre-half), math.Min(1, centre+half)}
	switch p { // exact where rounding would leave a trace
	case 0:
		interval.Low = 0
	case 1:
		interval.High = 1
	}
	return interval
}

// TwoShares compares k1 of n1 with k2 of n2: the two-sided p of the pooled score
// test (Pearson 1900, without continuity correction) and the interval of the
// difference p1 − p2 by Newcombe's hybrid score method (Newcombe 1998, method 10).
// Where nothing can be told (an empty side, or all or none in both) p is 1.
func TwoShares(k1, n1, k2, n2 int64) (p float64, difference Interval) {
	if n1 <= 0 || n2 <= 0 {
		return 1, Interval{-1, 1}
	}
	d, difference := ShareDifference(k1, n1, k2, n2, .95)
	pooled := float64(k1+k2) / float64(n1+n2)
	se := math.Sqrt(pooled * (1 - pooled) * (1/float64(n1) + 1/float64(n2)))
	if se == 0 {
		return 1, difference
	}
	return twoSided(d / se), difference
}

// ShareBelow is the one-sided exact p of seeing k or fewer of n when the true
// share is target (binomial test; Clopper & Pearson 1934): small means that the
// share lies below the target.
func ShareBelow(k, n int64, target float64) float64 {
	if n <= 0 || target <= 0 || k >= n {
		return 1
	}
	if target >= 1 {
		return 0 // everything was promised and something fell short
	}
	return distuv.Binomial{N: float64(n), P: target}.CDF(float64(k))
}

// Trend is the Cochran–Armitage test for a trend of the share k[i] of n[i] over
// the scores x[i] (Cochran 1954; Armitage 1955): the slope in share per unit of x
// and its two-sided p. Without variation in x or in the share p is 1.
func Trend(k, n []int64, x []float64) (slope, p float64) {
	var total, hits, meanX float64
	for i := range n {
		total += float64(n[i])
		hits += float64(k[i])
		meanX += float64(n[i]) * x[i]
	}
	if total == 0 {
		return 0, 1
	}
	meanX /= total
	share := hits / total
	var sxy, sxx float64
	for i := range n {
		sxy += (float64(k[i]) - float64(n[i])*share) * (x[i] - meanX)
		sxx += float64(n[i]) * (x[i] - meanX) * (x[i] - meanX)
	}
	if sxx == 0 {
		return 0, 1
	}
	slope = sxy / sxx
	if variance := share * (1 - share) * sxx; variance > 0 {
		return slope, twoSided(sxy / math.Sqrt(variance))
	}
	return slope, 1
}
