package statistics

import "math"

// NetPromoter is the net promoter score, promoters − detractors as a share of n
// (−1 to 1; Reichheld 2003), with its interval: the plain variance
// (p + d − (p − d)²)/n after adding ¾ promoter, ¾ detractor and 1½ passive, which
// covers 93–97 % at n = 10–50 where the plain interval covers 65–94 % (the adjusted
// Wald idea of Agresti & Coull 1998 carried over to three classes). The score itself
// is not adjusted; it lies inside the interval except at n of a handful.
func NetPromoter(promoters, detractors, n int64) (score float64, interval Interval) {
	if n <= 0 {
		return 0, Interval{-1, 1}
	}
	score = float64(promoters-detractors) / float64(n)
	return score, NetPromoterShare(float64(promoters)/float64(n), float64(detractors)/float64(n), float64(n))
}

// NetPromoterShare is the interval of NetPromoter for shares that rest on an
// effective sample of n (weighted answers; Kish 1965).
func NetPromoterShare(promoters, detractors, n float64) Interval {
	if n <= 0 {
		return Interval{-1, 1}
	}
	m := n + 3
	p := (promoters*n + 0.75) / m
	d := (detractors*n + 0.75) / m
	half := Z * math.Sqrt((p+d-(p-d)*(p-d))/m)
	return Interval{math.Max(-1, p-d-half), math.Min(1, p-d+half)}
}
