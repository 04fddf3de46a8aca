package statistics

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func waits(times []int64, events []int) *Waits {
	var w Waits
	for i, t := range times {
		w.Add(t, events[i] == 0)
	}
	return &w
}

// Remission times of Freireich et al. (1963), in weeks, as in Cox & Oakes (1984):
// the 6-MP group. Published: S(6) = .857, S(10) = .753, S(23) = .448, median 23, SAS
// LIFETEST (log-log) 95 % from 13, upper end open. lifelines 0.30 gives the same.
func TestKaplanMeierAgreesWithFreireich(t *testing.T) {
	w := waits(
		[]int64{6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35},
		[]int{1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0})
	s := w.Survival()
	for at, want := range map[int64]float64{5: 1, 6: .857143, 7: .806723, 10: .752941, 13: .690196, 16: .627451, 22: .537815, 23: .448179, 99: .448179} {
		near(t, "share", s.At(at), want, 1e-6)
	}
	// Greenwood's standard error at 10 weeks is published as .0963.
	near(t, "standard error", s.Share[2]*math.Sqrt(s.greenwood[2]), .0963, 5e-5)
	median, low, _, open, ok := s.Quantile(.5)
	if !ok || median != 23 || low != 13 || !open {
		t.Errorf("median %d from %d, open %v, ok %v", median, low, open, ok)
	}
	if _, _, _, _, ok := s.Quantile(.9); ok {
		t.Error("nine in ten never relapsed within the study, but a time is given")
	}
}

// Miller (1997), acute myelogenous leukaemia (R's survival::aml); log-log intervals
// by lifelines 0.30.
func TestQuantileIntervalsAgreeWithTheirPeer(t *testing.T) {
	maintained := waits([]int64{9, 13, 13, 18, 23, 28, 31, 34, 45, 48, 161}, []int{1, 1, 0, 1, 1, 0, 1, 1, 0, 1, 0}).Survival()
	not := waits([]int64{5, 5, 8, 8, 12, 16, 23, 27, 30, 33, 43, 45}, []int{1, 1, 1, 1, 1, 0, 1, 1, 1, 1, 1, 1}).Survival()
	placebo := waits([]int64{1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23}, slices.Repeat([]int{1}, 21)).Survival()
	for _, c := range []struct {
		name            string
		s               Survival
		q               float64
		time, low, high int64 // high 0 = open
	}{
		{"maintained, median", maintained, .5, 31, 13, 0},
		{"maintained, three quarters", maintained, .75, 48, 31, 0},
		{"not maintained, median", not, .5, 23, 5, 33},
		{"placebo, median", placebo, .5, 8, 4, 11},
		{"placebo, three quarters", placebo, .75, 12, 8, 22},
	} {
		time, low, high, open, ok := c.s.Quantile(c.q)
		if !ok || time != c.time || low != c.low || high != c.high || open != (c.high == 0) {
			t.Errorf("%s: %d [%d, %d] open %v ok %v", c.name, time, low, high, open, ok)
		}
	}
}

// Without censoring the curve is the share of longer waits, and its quantile is
// the order statistic.
func TestKaplanMeierWithoutCensoringIsCounting(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		times := rapid.SliceOfN(rapid.Int64Range(0, 30), 1, 60).Draw(t, "times")
		var w Waits
		for _, v := range times {
			w.Add(v, false)
		}
		s := w.Survival()
		slices.Sort(times)
		for at := int64(0); at <= 31; at++ {
			longer := 0
			for _, v := range times {
				if v > at {
					longer++
				}
			}
			if math.Abs(s.At(at)-float64(longer)/float64(len(times))) > 1e-9 {
				t.Fatalf("share at %d is %g, %d of %d are longer", at, s.At(at), longer, len(times))
			}
		}
		for _, q := range []float64{.5, .9} {
			if got, _, _, _, ok := s.Quantile(q); !ok || got != Quantile(times, q) {
				t.Fatalf("quantile %g is %d, order statistic %d", q, got, Quantile(times, q))
			}
		}
	})
}

// Ranks by enumeration of the binomial distribution (scipy): for n = 10 the median
// lies between the 2nd and the 9th with 97.9 %, as in Conover (1999).
func TestQuantileIntervalUsesTheBinomialRanks(t *testing.T) {
	for _, c := range []struct {
		n    int
		q    float64
		r, s int64
	}{{10, .5, 2, 9}, {25, .5, 8, 18}, {100, .5, 40, 61}, {100, .9, 84, 96}, {46, .9, 37, 46}, {6, .5, 1, 6}} {
		values := make([]int64, c.n)
		for i := range values {
			values[i] = int64(i + 1)
		}
		low, high, ok := QuantileInterval(values, c.q)
		if !ok || low != c.r || high != c.s {
			t.Errorf("n = %d, q = %g: ranks %d and %d (%v), want %d and %d", c.n, c.q, low, high, ok, c.r, c.s)
		}
	}
	for n, q := range map[int]float64{5: .5, 30: .9} {
		if _, _, ok := QuantileInterval(make([]int64, n), q); ok {
			t.Errorf("%d values cannot carry an interval of the %g quantile", n, q)
		}
	}
}

func TestNumbersAreSortedHoweverMany(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	for _, n := range []int{0, 1, 100, 5000, 20000} {
		for _, most := range []int64{1, 1000, 1 << 40, math.MaxInt64} {
			numbers := make([]int64, n)
			for i := range numbers {
				numbers[i] = random.Int64N(most)
			}
			want := slices.Sorted(slices.Values(numbers))
			if sortNumbers(numbers); !slices.Equal(numbers, want) {
				t.Errorf("%d numbers below %d are out of order", n, most)
			}
		}
	}
}
