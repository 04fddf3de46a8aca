package statistics

import "slices"

// BenjaminiHochberg turns p-values into q-values: a row whose q is at most .05 is
// among discoveries of which on average at most 5 % are false (Benjamini &
// Hochberg 1995; the adjusted values of Yekutieli & Benjamini 1999). The order of
// the result is that of p.
func BenjaminiHochberg(p []float64) []float64 {
	order := make([]int, len(p))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case p[a] < p[b]:
			return -1
		case p[a] > p[b]:
			return 1
		}
		return 0
	})
	q := make([]float64, len(p))
	least := 1.0
	for rank := len(order); rank >= 1; rank-- {
		i := order[rank-1]
		least = min(least, p[i]*float64(len(p))/float64(rank))
		q[i] = least
	}
	return q
}
