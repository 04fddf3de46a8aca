package statistics

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// Hollander & Wolfe's examples as R's wilcox.test gives them: depression before and
// after a tranquilliser (V = 40, p = .03906), and the permeability of membranes (W = 35,
// p = .1272 one-sided there, .2544 two-sided).
func TestRankTestsAgreeWithHollanderAndWolfe(t *testing.T) {
	before := []float64{1.83, 0.50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30}
	after := []float64{0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29}
	d := make([]float64, len(before))
	for i := range d {
		d[i] = before[i] - after[i]
	}
	signed := SignedRank(d)
	near(t, "V", signed.Statistic, 40, 0)
	near(t, "p of V", signed.P, 0.0390625, 1e-15)
	middle, interval, ok := PseudoMedian(d, .95)
	if !ok {
		t.Fatal("nine pairs carry an interval")
	}
	near(t, "pseudo-median", middle, 0.46, 1e-9)
	near(t, "low", interval.Low, 0.01, 1e-9)
	near(t, "high", interval.High, 0.786, 1e-9)

	term := []float64{0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46}
	earlier := []float64{1.15, 0.88, 0.90, 0.74, 1.21}
	u := MannWhitney(Count(term), Count(earlier))
	near(t, "U", u.Statistic, 35, 0)
	near(t, "p of U", u.P, 0.2544122544122544, 1e-12)
	shift, interval, ok := Shift(Count(term), Count(earlier), .95)
	if !ok {
		t.Fatal("ten against five carry an interval")
	}
	near(t, "shift", shift, 0.305, 1e-9)
	near(t, "low", interval.Low, -0.15, 1e-9)
	near(t, "high", interval.High, 0.76, 1e-9)
}

func TestTooFewValuesCarryNoInterval(t *testing.T) {
	if _, _, ok := PseudoMedian([]float64{1, 2, 3, 4, 5}, .95); ok {
		t.Error("five pairs cannot carry an interval at 95 %: the least p is 1/16")
	}
	if _, _, ok := PseudoMedian([]float64{1, 2, 3, 4, 5, 6}, .95); !ok {
		t.Error("six pairs can")
	}
	if _, _, ok := Shift(Count([]float64{1, 2, 3}), Count([]float64{4, 5, 6}), .95); ok {
		t.Error("three against three cannot: the least p is 1/10")
	}
	if _, _, ok := Shift(Count([]float64{1, 2, 3, 4}), Count([]float64{4, 5, 6, 7}), .95); !ok {
		t.Error("four against four can")
	}
	if SignedRank([]float64{0, 0}).P != 1 || MannWhitney(Counted{}, Count([]float64{1})).P != 1 || MannWhitney(Count([]float64{2, 2}), Count([]float64{2})).P != 1 {
		t.Error("nothing differs, so nothing can be told")
	}
}

func drawValues(t *rapid.T, name string, most int) []float64 {
	whole := rapid.SliceOfN(rapid.IntRange(-6, 6), 1, most).Draw(t, name)
	out := make([]float64, len(whole))
	for i, v := range whole {
		out[i] = float64(v) / 4
	}
	return out
}

// The exact p counts all arrangements: here they are written out.
func TestExactPEqualsAllArrangementsWrittenOut(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := drawValues(t, "a", 5), drawValues(t, "b", 5)
		both := append(slices.Clone(a), b...)
		u := func(first []float64, second []float64) (u float64) {
			for _, x := range first {
				for _, y := range second {
					switch {
					case x > y:
						u++
					case x == y:
						u += .5
					}
				}
			}
			return u
		}
		seen := u(a, b)
		var below, above, all float64
		for mask := range 1 << len(both) {
			var first, second []float64
			for i, v := range both {
				if mask>>i&1 == 1 {
					first = append(first, v)
				} else {
					second = append(second, v)
				}
			}
			if len(first) != len(a) {
				continue
			}
			all++
			if u(first, second) <= seen {
				below++
			}
			if u(first, second) >= seen {
				above++
			}
		}
		got := MannWhitney(Count(a), Count(b))
		if got.Statistic != seen || math.Abs(got.P-min(1, 2*min(below, above)/all)) > 1e-12 {
			t.Fatalf("%v against %v: %+v, written out U = %g, p = %g", a, b, got, seen, min(1, 2*min(below, above)/all))
		}
	})
}

func TestExactSignedRankEqualsAllSignsWrittenOut(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var d []float64
		for _, v := range drawValues(t, "d", 9) {
			if v != 0 {
				d = append(d, v)
			}
		}
		rank := func(i int) (r float64) { // midrank of |d[i]|
			for _, v := range d {
				switch {
				case math.Abs(v) < math.Abs(d[i]):
					r++
				case math.Abs(v) == math.Abs(d[i]):
					r += .5
				}
			}
			return r + .5
		}
		var seen, below, above float64
		for i, v := range d {
			if v > 0 {
				seen += rank(i)
			}
		}
		for mask := range 1 << len(d) {
			var sum float64
			for i := range d {
				if mask>>i&1 == 1 {
					sum += rank(i)
				}
			}
			if sum <= seen {
				below++
			}
			if sum >= seen {
				above++
			}
		}
		want := min(1, 2*min(below, above)/float64(int(1)<<len(d)))
		if got := SignedRank(d); math.Abs(got.P-want) > 1e-12 || len(d) > 0 && got.Statistic != seen {
			t.Fatalf("%v: %+v, written out %g, p %g", d, got, seen, want)
		}
	})
}

// The estimates are medians of all differences and of all means of two.
func TestHodgesLehmannEstimatesEqualTheirDefinitions(t *testing.T) {
	median := func(v []float64) float64 {
		slices.Sort(v)
		return (v[(len(v)-1)/2] + v[len(v)/2]) / 2
	}
	rapid.Check(t, func(t *rapid.T) {
		a, b := drawValues(t, "a", 40), drawValues(t, "b", 40)
		var differences, means []float64
		for i, x := range a {
			for _, y := range b {
				differences = append(differences, x-y)
			}
			for _, y := range a[i:] {
				means = append(means, (x+y)/2)
			}
		}
		if shift, _, _ := Shift(Count(a), Count(b), .95); shift != median(differences) {
			t.Fatalf("shift %g, median of all differences %g", shift, median(differences))
		}
		if middle, _, _ := PseudoMedian(a, .95); middle != median(means) {
			t.Fatalf("pseudo-median %g, median of all means %g", middle, median(means))
		}
	})
}

// Fisher's tea (1935): 3 of 4 against 1 of 4; and Newcombe's 36, 12, 2, 0 of 50 pairs
// (1998, Statistics in Medicine 17:2635, table II).
func TestTablesAgreeWithPublishedExamples(t *testing.T) {
	near(t, "the lady's tea", Fisher(3, 4, 1, 4), 0.4857142857142857, 1e-12)
	near(t, "convicted twins", Fisher(10, 13, 2, 17), 0.0005367241191434, 1e-12)
	if Fisher(0, 5, 0, 9) != 1 || Fisher(0, 0, 1, 2) != 1 {
		t.Error("where nothing differs p is 1")
	}
	pairs := Pairs{36, 12, 2, 0}
	near(t, "McNemar", pairs.McNemar(), 0.012939453125, 1e-15)
	difference, interval := pairs.Difference(.95)
	near(t, "difference", difference, .2, 1e-12)
	near(t, "low", interval.Low, .0569, 5e-5)
	near(t, "high", interval.High, .3404, 5e-5)
	ratio, _ := OddsRatio(10, 30, 5, 40)
	near(t, "odds ratio", ratio, 3.5, 1e-12)
	if ratio, interval := OddsRatio(0, 5, 3, 5); !(ratio > 0 && interval.Low > 0 && !math.IsInf(interval.High, 1)) {
		t.Error("an empty cell still gives a ratio")
	}
}

func TestEquivalenceNeedsTheWholeIntervalWithinTheMargin(t *testing.T) {
	if !Equivalent(Interval{-.09, .08}, .1) || Equivalent(Interval{-.11, .02}, .1) || Equivalent(Interval{.02, .12}, .1) {
		t.Error("the whole interval must lie within the margin")
	}
}

// Computed with scipy 1.14: mannwhitneyu and wilcoxon with continuity correction where
// there are many values, and over all arrangements where they are few and tied;
// fisher_exact and binomtest. The shift's interval is of numpy's sorted differences.
func TestRankTestsAgreeWithScipy(t *testing.T) {
	var a, b, d []float64
	for i := range 80 {
		a = append(a, float64(i*37%101)/4)
	}
	for i := range 70 {
		b = append(b, float64(i*53%89)/4+2)
	}
	for i := range 100 {
		d = append(d, float64(i*29%41)-15)
	}
	many := MannWhitney(Count(a), Count(b))
	near(t, "U of many", many.Statistic, 2655, 0)
	near(t, "p of many", many.P, 0.5861839365539647, 1e-12)
	shift, interval, _ := Shift(Count(a), Count(b), .95)
	near(t, "shift", shift, -.75, 0)
	near(t, "low", interval.Low, -3, 0)
	near(t, "high", interval.High, 1.75, 0)
	near(t, "p of many differences", SignedRank(d).P, 0.0003663485938816603, 1e-12)
	near(t, "p of tied differences", SignedRank([]float64{3, -1, 2, 2, 4, -2, 5, 1, 1, 3}).P, 0.0390625, 1e-12)
	near(t, "p of tied values", MannWhitney(Count([]float64{1, 2, 2, 3, 4, 4, 5}), Count([]float64{2, 3, 3, 4, 5, 5, 5, 4})).P, 0.25485625485625485, 1e-12)
	near(t, "Fisher", Fisher(7, 18, 21, 25), 0.0035069699666529226, 1e-12)
	near(t, "McNemar", Pairs{YesYes: 5, YesNo: 3, NoYes: 14, NoNo: 2}.McNemar(), 0.012725830078125, 1e-12)
}
