package statistics

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// RateRatio compares two rates of events over time: the ratio, its interval on the log
// scale with variance 1/a + 1/b, and p of no difference by the exact binomial test given
// a + b (Rothman, Greenland & Lash 2008, chapter 14). Both counts and times are above 0.
func RateRatio(a int64, timeA float64, b int64, timeB float64) (ratio float64, interval Interval, p float64) {
	ratio = (float64(a) / timeA) / (float64(b) / timeB)
	spread := math.Exp(Z * math.Sqrt(1/float64(a)+1/float64(b)))
	binomial := distuv.Binomial{N: float64(a + b), P: timeA / (timeA + timeB)}
	low, high := binomial.CDF(float64(a)), 1-binomial.CDF(float64(a-1))
	return ratio, Interval{ratio / spread, ratio * spread}, min(1, 2*min(low, high))
}
