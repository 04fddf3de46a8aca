package statistics

import "math"

// RateStrata compares the rate of events in an exposed time with that in the time
// otherwise over many strata (each a customer, say), so that what differs between strata
// does not matter: the Mantel–Haenszel rate ratio. The zero value is empty.
//
// Source: Rothman, Greenland & Lash 2008, chapter 15; variance: Greenland & Robins 1985.
type RateStrata struct {
	Exposed, Others int64 // events in exposed time; otherwise
	above, below, v float64
}

// Add counts a stratum: a events in an exposed time, b in a time otherwise.
func (r *RateStrata) Add(a int64, exposed float64, b int64, otherwise float64) {
	all := exposed + otherwise
	if exposed <= 0 || otherwise <= 0 {
		return // nothing to compare within the stratum
	}
	r.Exposed, r.Others = r.Exposed+a, r.Others+b
	r.above += float64(a) * otherwise / all
	r.below += float64(b) * exposed / all
	r.v += float64(a+b) * exposed / all * otherwise / all
}

// Ratio is the rate ratio with its interval on the log scale, and p of no difference;
// not ok where no event lies on one of the two sides.
func (r *RateStrata) Ratio() (ratio float64, interval Interval, p float64, ok bool) {
	if r.above == 0 || r.below == 0 {
		return 0, Interval{}, 1, false
	}
	ratio = r.above / r.below
	deviation := math.Sqrt(r.v / (r.above * r.below))
	spread := math.Exp(Z * deviation)
	return ratio, Interval{ratio / spread, ratio * spread}, math.Erfc(math.Abs(math.Log(ratio)) / deviation / math.Sqrt2), true
}
