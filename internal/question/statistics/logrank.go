package statistics

import (
	"slices"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat/distuv"
)

// LogRank tests whether groups wait alike (Mantel 1966; Peto & Peto 1972; variance as in
// Kalbfleisch & Prentice 2002, section 1.5): the statistic, its degrees of freedom and
// p. Groups without waits are passed over; with fewer than two others, or without any
// event, p is 1. It sorts the waits in place.
func LogRank(groups []*Waits) (chi2 float64, freedom int, p float64) {
	var all []*Waits
	for _, g := range groups {
		if g != nil && g.N() > 0 {
			sortNumbers(g.packed)
			all = append(all, g)
		}
	}
	k := len(all)
	if k < 2 {
		return 0, 0, 1
	}
	difference := make([]float64, k) // observed − expected
	covariance := mat.NewSymDense(k-1, nil)
	at, atRisk, died := make([]int, k), make([]float64, k), make([]float64, k)
	for _, time := range eventTimes(all) {
		var risk, deaths float64
		for i, g := range all {
			for at[i] < len(g.packed) && g.packed[at[i]] < time<<1 {
				at[i]++
			}
			j := at[i]
			for j < len(g.packed) && g.packed[j] == time<<1 {
				j++
			}
			atRisk[i], died[i] = float64(len(g.packed)-at[i]), float64(j-at[i])
			risk, deaths = risk+atRisk[i], deaths+died[i]
		}
		for i := range all {
			difference[i] += died[i] - deaths*atRisk[i]/risk
		}
		if risk < 2 {
			continue
		}
		scale := deaths * (risk - deaths) / (risk * risk * (risk - 1))
		for i := range k - 1 {
			for j := i; j < k-1; j++ {
				v := -atRisk[i] * atRisk[j] * scale
				if i == j {
					v = atRisk[i] * (risk - atRisk[i]) * scale
				}
				covariance.SetSym(i, j, covariance.At(i, j)+v)
			}
		}
	}
	var factor mat.Cholesky
	if !factor.Factorize(covariance) {
		return 0, k - 1, 1
	}
	z := mat.NewVecDense(k-1, difference[:k-1])
	var solved mat.VecDense
	if factor.SolveVecTo(&solved, z) != nil {
		return 0, k - 1, 1
	}
	chi2 = mat.Dot(z, &solved)
	return chi2, k - 1, distuv.ChiSquared{K: float64(k - 1)}.Survival(chi2)
}

// eventTimes lists the times of events of sorted waits, each once.
func eventTimes(all []*Waits) []int64 {
	var times []int64
	for _, g := range all {
		for i, packed := range g.packed {
			if packed&1 == 0 && (i == 0 || packed != g.packed[i-1]) {
				times = append(times, packed>>1)
			}
		}
	}
	slices.Sort(times)
	return slices.Compact(times)
}

// ShareAt is the share that still waits after a time, with its log-log interval.
func (s Survival) ShareAt(time int64) (share float64, interval Interval) {
	i, found := slices.BinarySearch(s.Time, time)
	if found {
		i++
	}
	if i == 0 {
		return 1, Interval{1, 1}
	}
	return s.Share[i-1], s.band(i - 1)
}

// Longest is the longest time that was seen, censored or not.
func (w *Waits) Longest() int64 {
	var longest int64
	for _, packed := range w.packed {
		longest = max(longest, packed>>1)
	}
	return longest
}
