package statistics

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// Ratio is the ratio of two sums over independent clusters, such as messages over weeks
// of customers, with the linearised variance between clusters (Cochran 1977, section
// 6.3) and Student's t on clusters − 1.
type Ratio struct {
	n              int64
	x, y           float64
	xx, xy, yySums float64
}

// Add takes one cluster: y counts over x of exposure.
func (r *Ratio) Add(y, x float64) {
	r.n++
	r.x, r.y = r.x+x, r.y+y
	r.xx, r.xy, r.yySums = r.xx+x*x, r.xy+x*y, r.yySums+y*y
}

// Among is the ratio over all clusters, where r holds those only that count at all: the
// others add exposure.
func (r Ratio) Among(all Ratio) Ratio {
	r.n, r.x, r.xx = all.n, all.x, all.xx
	return r
}

// Clusters is how many were added.
func (r *Ratio) Clusters() int64 { return r.n }

// Exposed reports whether there is anything to divide by.
func (r *Ratio) Exposed() bool { return r.x > 0 }

// Value is the ratio; 0 of nothing.
func (r *Ratio) Value() float64 {
	if r.x == 0 {
		return 0
	}
	return r.y / r.x
}

// Interval is the ratio's interval, not below 0. With fewer than two clusters it is
// unbounded.
func (r *Ratio) Interval() Interval {
	if r.n < 2 || r.x == 0 {
		return Interval{0, math.Inf(1)}
	}
	n, v := float64(r.n), r.Value()
	residual := max(0, r.yySums-2*v*r.xy+v*v*r.xx)
	se := math.Sqrt(n/(n-1)*residual) / r.x
	t := distuv.StudentsT{Mu: 0, Sigma: 1, Nu: n - 1}.Quantile(.975)
	return Interval{max(0, v-t*se), v + t*se}
}
