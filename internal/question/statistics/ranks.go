package statistics

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"
)

// mostExact is up to how many values a rank test counts all arrangements; beyond it
// the normal distribution is close enough.
const mostExact = 60

// RankTest is a test by ranks.
type RankTest struct {
	Statistic float64 // U of the first sample, or the sum of positive ranks
	Z         float64 // standardised, ties taken into account
	P         float64 // two-sided
	Exact     bool    // over all arrangements of the ranks, ties included; else by the normal distribution
}

// Counted are values in ascending order, each once, with how often it occurs: a
// million waits are a few thousand seconds.
type Counted struct {
	Values []float64
	Counts []int
}

// Count sorts values and counts those that are equal.
func Count(values []float64) Counted {
	sorted := slices.Clone(values)
	slices.Sort(sorted)
	var c Counted
	for i, v := range sorted {
		if i == 0 || v != sorted[i-1] {
			c.Values, c.Counts = append(c.Values, v), append(c.Counts, 0)
		}
		c.Counts[len(c.Counts)-1]++
	}
	return c
}

// N is how many values there are.
func (c Counted) N() int {
	n := 0
	for _, k := range c.Counts {
		n += k
	}
	return n
}

func (c Counted) all() []float64 {
	out := make([]float64, 0, c.N())
	for i, v := range c.Values {
		for range c.Counts[i] {
			out = append(out, v)
		}
	}
	return out
}

// Median is the middle value, or the mean of the two in the middle; 0 of nothing.
func (c Counted) Median() float64 {
	n := c.N()
	at := func(rank int) float64 {
		for i, k := range c.Counts {
			if rank -= k; rank < 0 {
				return c.Values[i]
			}
		}
		return 0
	}
	if n == 0 {
		return 0
	}
	return (at((n-1)/2) + at(n/2)) / 2
}

// MannWhitney tests whether values of a are as often above those of b as below
// (Mann & Whitney 1947). Statistic is U: the pairs in which a's value is larger, ties
// as halves. P counts all arrangements of the midranks up to 60 values, else it comes
// from the normal distribution with continuity correction. An empty side gives P 1.
func MannWhitney(a, b Counted) RankTest {
	m, n := a.N(), b.N()
	if m == 0 || n == 0 {
		return RankTest{P: 1}
	}
	t := RankTest{P: 1}
	var ties float64
	tie := func(k int) { ties += float64(k)*float64(k)*float64(k) - float64(k) }
	j, below := 0, 0 // values of b below the present one of a
	for i, v := range a.Values {
		for j < len(b.Values) && b.Values[j] < v {
			below += b.Counts[j]
			tie(b.Counts[j])
			j++
		}
		equal := 0
		if j < len(b.Values) && b.Values[j] == v {
			equal = b.Counts[j]
			j++
		}
		tie(a.Counts[i] + equal)
		t.Statistic += float64(a.Counts[i]) * (float64(below) + float64(equal)/2)
		below += equal
	}
	for ; j < len(b.Values); j++ {
		tie(b.Counts[j])
	}
	size, product := float64(m+n), float64(m)*float64(n)
	variance := product / 12 * (size + 1 - ties/(size*(size-1)))
	if !(variance > 0) {
		return t // all values are the same
	}
	t.Z = (t.Statistic - product/2) / math.Sqrt(variance)
	if m+n <= mostExact {
		ranks := midranks(append(a.all(), b.all()...))
		sum := 0
		for _, r := range ranks[:m] {
			sum += r
		}
		t.P, t.Exact = tails(chosen(ranks, m), sum), true
		return t
	}
	t.P = corrected(t.Statistic-product/2, 0.5, math.Sqrt(variance))
	return t
}

// SignedRank tests whether differences within pairs lie around 0 (Wilcoxon 1945);
// differences of 0 count for neither side. Statistic is the sum of the ranks of
// positive differences. P is as MannWhitney's. With no difference P is 1.
func SignedRank(differences []float64) RankTest {
	var size []float64
	var positive []bool
	for _, d := range differences {
		if d != 0 {
			size, positive = append(size, math.Abs(d)), append(positive, d > 0)
		}
	}
	if len(size) == 0 {
		return RankTest{P: 1}
	}
	ranks := midranks(size)
	sum := 0
	for i, r := range ranks {
		if positive[i] {
			sum += r
		}
	}
	ties := 0.0
	for _, k := range Count(size).Counts {
		ties += float64(k*k*k - k)
	}
	n := float64(len(size))
	mean, sd := n*(n+1)/4, math.Sqrt(n*(n+1)*(2*n+1)/24-ties/48)
	t := RankTest{Statistic: float64(sum) / 2}
	t.Z = (t.Statistic - mean) / sd
	if len(size) <= mostExact {
		t.P, t.Exact = tails(subsets(ranks), sum), true
		return t
	}
	t.P = corrected(t.Statistic-mean, 0.5, sd)
	return t
}

// corrected is the two-sided p of a deviation after continuity correction.
func corrected(deviation, correction, sd float64) float64 {
	return min(1, twoSided(max(0, math.Abs(deviation)-correction)/sd))
}

// midranks are twice the rank of each value, ties sharing the mean of theirs, so that
// they are whole.
func midranks(values []float64) []int {
	order := make([]int, len(values))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int {
		switch {
		case values[a] < values[b]:
			return -1
		case values[a] > values[b]:
			return 1
		}
		return 0
	})
	ranks := make([]int, len(values))
	for from := 0; from < len(order); {
		to := from
		for to < len(order) && values[order[to]] == values[order[from]] {
			to++
		}
		for _, i := range order[from:to] {
			ranks[i] = from + 1 + to
		}
		from = to
	}
	return ranks
}

// chosen is the distribution of the sum of m ranks drawn without replacement.
func chosen(ranks []int, m int) []float64 {
	total := 0
	for _, r := range ranks {
		total += r
	}
	ways := make([][]float64, m+1) // by how many are drawn, their sum
	for i := range ways {
		ways[i] = make([]float64, total+1)
	}
	ways[0][0] = 1
	top := 0
	for at, r := range ranks {
		top += r
		for k := min(at+1, m); k >= 1; k-- {
			for s := top; s >= r; s-- {
				ways[k][s] += ways[k-1][s-r]
			}
		}
	}
	return ways[m]
}

// subsets is the distribution of the sum of the ranks whose sign is positive when
// each sign is as likely as the other.
func subsets(ranks []int) []float64 {
	total := 0
	for _, r := range ranks {
		total += r
	}
	ways := make([]float64, total+1)
	ways[0] = 1
	top := 0
	for _, r := range ranks {
		top += r
		for s := top; s >= r; s-- {
			ways[s] += ways[s-r]
		}
	}
	return ways
}

// tails is the two-sided p: twice the smaller tail, at most 1.
func tails(ways []float64, at int) float64 {
	var below, above, all float64
	for s, w := range ways {
		all += w
		if s <= at {
			below += w
		}
		if s >= at {
			above += w
		}
	}
	return min(1, 2*min(below, above)/all)
}

// Shift is the Hodges–Lehmann estimate of how far a lies above b: the median of all
// differences between a value of a and one of b, with its interval at a level (.95)
// between two of these differences (Hodges & Lehmann 1963; Hollander & Wolfe 1999,
// section 4.3). ok is false where the samples are too small for the level.
func Shift(a, b Counted, level float64) (shift float64, interval Interval, ok bool) {
	m, n := a.N(), b.N()
	if m == 0 || n == 0 {
		return 0, Interval{}, false
	}
	after := make([]int, len(b.Values)+1) // values of b from the j-th on
	for j := len(b.Values) - 1; j >= 0; j-- {
		after[j] = after[j+1] + b.Counts[j]
	}
	count := func(x float64) (below int) {
		j := 0 // those of b from j on are near enough
		for i, v := range a.Values {
			for j < len(b.Values) && v-b.Values[j] > x {
				j++
			}
			below += a.Counts[i] * after[j]
		}
		return below
	}
	var first int
	if m+n <= mostExact {
		untied := make([]int, m+n)
		for i := range untied {
			untied[i] = 2 * (i + 1)
		}
		first = rankBelow(chosen(untied, m), m*(m+1), level)
	} else {
		product := float64(m) * float64(n)
		first = int(product/2 - quantile(level)*math.Sqrt(product*float64(m+n+1)/12))
	}
	return between(count, m*n, first, a.Values[0]-b.Values[len(b.Values)-1], a.Values[len(a.Values)-1]-b.Values[0])
}

// PseudoMedian is the Hodges–Lehmann estimate of the middle of differences within
// pairs: the median of the means of all two of them (each with itself too), with its
// interval at a level (Hollander & Wolfe 1999, section 3.3). ok is false where there
// are too few pairs for the level: below 6 for .95.
func PseudoMedian(differences []float64, level float64) (middle float64, interval Interval, ok bool) {
	n := len(differences)
	if n == 0 {
		return 0, Interval{}, false
	}
	d := slices.Clone(differences)
	slices.Sort(d)
	count := func(x float64) (below int) {
		j := n - 1
		for i := range d { // pairs i ≤ j with (d[i] + d[j]) / 2 ≤ x
			for j >= 0 && (d[i]+d[j])/2 > x {
				j--
			}
			if j < i {
				break
			}
			below += j - i + 1
		}
		return below
	}
	var first int
	if n <= mostExact {
		untied := make([]int, n)
		for i := range untied {
			untied[i] = 2 * (i + 1)
		}
		first = rankBelow(subsets(untied), 0, level)
	} else {
		size := float64(n)
		first = int(size*(size+1)/4 - quantile(level)*math.Sqrt(size*(size+1)*(2*size+1)/24))
	}
	return between(count, n*(n+1)/2, first, d[0], d[n-1])
}

func quantile(level float64) float64 { return distuv.UnitNormal.Quantile((1 + level) / 2) }

// rankBelow is the largest C whose tail P(statistic < C) is at most (1 − level) / 2;
// ways is by twice the rank sum, which begins at least.
func rankBelow(ways []float64, least int, level float64) int {
	var all, below float64
	for _, w := range ways {
		all += w
	}
	c := 0
	for s := least; s < len(ways); s += 2 {
		if below += ways[s]; below/all > (1-level)/2 {
			break
		}
		c++
	}
	return c
}

// between finds the median of `of` values that are only known by how many lie at or
// below x, and the interval from the first-th value to the first-th from the end.
func between(count func(x float64) int, of, first int, least, most float64) (float64, Interval, bool) {
	middle := kth(count, (of+1)/2, least, most)
	if of%2 == 0 {
		middle = (middle + kth(count, of/2+1, least, most)) / 2
	}
	if first < 1 {
		return middle, Interval{}, false
	}
	return middle, Interval{kth(count, first, least, most), kth(count, of+1-first, least, most)}, true
}

// kth is the smallest x at or below which k values lie, found by halving the floats
// between least and most: exact, in time linear in the samples.
func kth(count func(x float64) int, k int, least, most float64) float64 {
	low, high := ordered(least), ordered(most)
	for low < high {
		middle := low + (high-low)/2
		if count(unordered(middle)) >= k {
			high = middle
		} else {
			low = middle + 1
		}
	}
	return unordered(low)
}

// ordered maps floats to whole numbers in the same order.
func ordered(x float64) uint64 {
	bits := math.Float64bits(x)
	if bits>>63 == 1 {
		return ^bits
	}
	return bits | 1<<63
}

func unordered(n uint64) float64 {
	if n>>63 == 1 {
		return math.Float64frombits(n &^ (1 << 63))
	}
	return math.Float64frombits(^n)
}

// MedianInterval is the distribution-free interval of the median between two order
// statistics; ok is false below 6 values. See QuantileInterval.
func (c Counted) MedianInterval() (low, high float64, ok bool) {
	n := c.N()
	first, last, ok := quantileRanks(n, .5)
	if !ok {
		return 0, 0, false
	}
	at := func(rank int) float64 {
		for i, k := range c.Counts {
			if rank -= k; rank <= 0 {
				return c.Values[i]
			}
		}
		return 0
	}
	return at(first), at(last), true
}
