package question

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/firsthand-cx/firsthand/internal/question/statistics"
)

// stayingRows are how long the customers of each group stay, as leavers says it.
func (f *leaversFold) stayingRows() ([]LeaversRow, string) {
	const second = 1e6
	rows := []LeaversRow{}
	var groups []*statistics.Waits
	var curves []statistics.Survival
	var longest int64
	for _, g := range f.s.group.order(func(g int32) int64 { return waitsAt(&f.waits, g).N() }) {
		w := f.waits[g]
		groups = append(groups, w)
		longest = max(longest, w.Longest())
		rows = append(rows, LeaversRow{Group: f.s.group.groups[g], Customers: w.N(), Leavers: w.Events, P: 1, Q: 1})
	}
	for i, w := range groups {
		rest := &statistics.Waits{}
		for j, other := range groups {
			if j != i {
				rest.Join(other)
			}
		}
		row := &rows[i]
		if w.N() >= f.s.least && rest.N() >= f.s.least {
			_, freedom, p := statistics.LogRank([]*statistics.Waits{w, rest})
			row.P, row.tested = p, freedom > 0
		}
		curve := w.Survival()
		for t, after := range stayedFor {
			value, interval := curve.ShareAt(after)
			row.After[t] = Estimate{Value: value, Interval: Interval(interval), N: w.N(), Shown: w.N() >= f.s.least && w.Longest() >= after}
		}
		curves = append(curves, curve)
		time, low, high, open, ok := curve.Quantile(.5)
		row.Open = open
		row.Stayed = Estimate{Value: float64(time) / second, N: w.N(), Shown: ok && w.N() >= f.s.least, Interval: Interval{float64(low) / second, float64(high) / second}}
		if open {
			row.Stayed.Interval.High = row.Stayed.Value
		}
	}
	correctLeavers(rows)
	for _, i := range largest(rows, mostCurves) {
		if groups[i].N() >= f.s.least {
			rows[i].Curve = readCurve(groups[i], curves[i], curveTick(longest))
		}
	}
	chi2, freedom, p := statistics.LogRank(groups)
	if freedom == 0 {
		return rows, "There is one group only: nothing to compare."
	}
	chance := fmt.Sprintf("p = %.3f", p)
	if p < .001 {
		chance = "p below 0.001"
	}
	return rows, fmt.Sprintf("All groups together: log-rank χ² %.2f with %d degrees of freedom, %s.", chi2, freedom, chance)
}

// largest are the indices of the groups of most customers, at most n of them.
func largest(rows []LeaversRow, n int) []int {
	at := make([]int, len(rows))
	for i := range at {
		at[i] = i
	}
	slices.SortStableFunc(at, func(a, b int) int { return cmp.Compare(rows[b].Customers, rows[a].Customers) })
	return at[:min(n, len(at))]
}
