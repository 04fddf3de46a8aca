// Package statistics holds the few statistics that the questions need: intervals
// for shares, net promoter scores, quantiles and survival, tests for comparisons,
// and the correction for many of them. Everything is a pure function of numbers;
// it knows no interaction, no store and no clock. Intervals are at 95 % and tests
// are two-sided unless the name says otherwise.
//
// Start reading at proportion.go; survival.go is the longest.
package statistics

import "gonum.org/v1/gonum/stat/distuv"

// Z is the 97.5 % quantile of the standard normal distribution.
var Z = distuv.UnitNormal.Quantile(0.975)

// Interval is a confidence interval at 95 %.
type Interval struct{ Low, High float64 }

// Holds reports whether v lies in the interval.
func (i Interval) Holds(v float64) bool { return v >= i.Low && v <= i.High }

// twoSided is the probability of a standard normal value at least as far from 0 as z.
func twoSided(z float64) float64 {
	if z < 0 {
		z = -z
	}
	return 2 * distuv.UnitNormal.CDF(-z)
}
