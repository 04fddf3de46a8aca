package statistics

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// Moments accumulates a mean and its spread in one pass (Welford 1962).
type Moments struct {
	N        int64
	mean, m2 float64
}

// Add takes one value.
func (m *Moments) Add(v float64) {
	m.N++
	d := v - m.mean
	m.mean += d / float64(m.N)
	m.m2 += d * (v - m.mean)
}

// AddTimes takes the same value n times.
func (m *Moments) AddTimes(v float64, n int64) {
	if n <= 0 {
		return
	}
	d := v - m.mean
	total := m.N + n
	m.m2 += d * d * float64(m.N) * float64(n) / float64(total)
	m.mean += d * float64(n) / float64(total)
	m.N = total
}

// Mean is the mean; 0 of nothing.
func (m Moments) Mean() float64 { return m.mean }

// Spread is the standard deviation of the values; 0 of fewer than two.
func (m Moments) Spread() float64 {
	if m.N < 2 {
		return 0
	}
	return math.Sqrt(m.m2 / float64(m.N-1))
}

// Interval is Student's interval of the mean (Student 1908). With fewer than two
// values it is unbounded.
func (m Moments) Interval() Interval {
	if m.N < 2 {
		return Interval{math.Inf(-1), math.Inf(1)}
	}
	se := math.Sqrt(m.m2 / float64(m.N-1) / float64(m.N))
	half := se * distuv.StudentsT{Mu: 0, Sigma: 1, Nu: float64(m.N - 1)}.Quantile(0.975)
	return Interval{m.mean - half, m.mean + half}
}

// Matched tests whether a mean difference between matched pairs is 0 when pairs
// come in clusters (several of one customer). Sum and Count are each cluster's sum
// of differences and number of pairs; the ratio's variance is the linearised one
// between clusters (Cochran 1977, section 6.3; Liang & Zeger 1986), with Student's t
// on clusters − 1. With fewer than two clusters p is 1 and the interval is −1 to 1.
type Matched struct {
	clusters        int64
	sum, count      float64
	sum2, sumCount2 float64
	count2          float64
}

// Add takes one cluster.
func (m *Matched) Add(sum float64, count int64) {
	c := float64(count)
	m.clusters++
	m.sum += sum
	m.count += c
	m.sum2 += sum * sum
	m.sumCount2 += sum * c
	m.count2 += c * c
}

// Difference is the mean difference over all pairs, its interval and two-sided p.
func (m Matched) Difference() (mean float64, interval Interval, p float64) {
	if m.count > 0 {
		mean = m.sum / m.count
	}
	if m.clusters < 2 {
		return mean, Interval{-1, 1}, 1
	}
	// Σ (sumᵢ − mean·countᵢ)²
	residual := m.sum2 - 2*mean*m.sumCount2 + mean*mean*m.count2
	k := float64(m.clusters)
	se := math.Sqrt(math.Max(0, residual)*k/(k-1)) / m.count
	t := distuv.StudentsT{Mu: 0, Sigma: 1, Nu: k - 1}
	half := se * t.Quantile(0.975)
	interval = Interval{mean - half, mean + half}
	if se == 0 {
		if mean == 0 {
			return mean, interval, 1
		}
		return mean, interval, 0
	}
	return mean, interval, 2 * t.CDF(-math.Abs(mean/se))
}
