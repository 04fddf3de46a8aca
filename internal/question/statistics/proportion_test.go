package statistics

import (
	"math"
	"testing"
)

func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if math.IsNaN(got) || math.Abs(got-want) > tolerance {
		t.Errorf("%s is %.12g, want %.12g", what, got, want)
	}
}

// The values are those of statsmodels 0.14 (proportion_confint, method "wilson");
// 81 of 263, 15 of 148 and 1 of 29 are the examples of Newcombe (1998).
func TestWilsonAgreesWithPublishedExamples(t *testing.T) {
	for _, c := range []struct {
		k, n      int64
		low, high float64
	}{
		{0, 10, 0, 0.27753279986288926},
		{10, 10, 0.7224672001371106, 1},
		{1, 29, 0.006113214292762667, 0.17175521879320294},
		{15, 148, 0.06238639953073628, 0.16048724172330803},
		{81, 263, 0.2552885198782742, 0.36620957698280004},
		{0, 0, 0, 1},
	} {
		got := Wilson(c.k, c.n)
		near(t, "low", got.Low, c.low, 1e-12)
		near(t, "high", got.High, c.high, 1e-12)
	}
}

// Newcombe (1998), Statistics in Medicine 17:873, examples (a) 56/70 − 48/80 and
// 9/10 − 3/10; p by statsmodels' proportions_ztest.
func TestTwoSharesAgreesWithNewcombe(t *testing.T) {
	p, d := TwoShares(56, 70, 48, 80)
	near(t, "p", p, 0.00804508136819656, 1e-12)
	near(t, "low", d.Low, 0.05243147240236498, 1e-12)
	near(t, "high", d.High, 0.33387265403690614, 1e-12)
	p, d = TwoShares(9, 10, 3, 10)
	near(t, "p", p, 0.006169899320544151, 1e-12)
	near(t, "low", d.Low, 0.1705227239345029, 1e-12)
	near(t, "high", d.High, 0.809017973535488, 1e-12)
	if p, _ := TwoShares(0, 10, 0, 20); p != 1 {
		t.Errorf("nothing on both sides tells nothing, but p is %g", p)
	}
	if p, _ := TwoShares(0, 0, 3, 20); p != 1 {
		t.Errorf("an empty side tells nothing, but p is %g", p)
	}
}

// scipy 1.16 binomtest(alternative="less").
func TestShareBelowAgreesWithTheExactBinomialTest(t *testing.T) {
	near(t, "80 of 100 against .9", ShareBelow(80, 100, .9), 0.001978560865771225, 1e-12)
	near(t, "7 of 10 against .8", ShareBelow(7, 10, .8), 0.32220047359999987, 1e-12)
	if ShareBelow(9, 10, 1) != 0 || ShareBelow(10, 10, 1) != 1 {
		t.Error("a promise of 100 % is broken by one case and kept by none")
	}
}

// statsmodels' Table.test_ordinal_association gives z = 2.5007835762612096 with the
// hypergeometric variance; Cochran–Armitage (R's prop.trend.test) has N for N − 1.
func TestTrendAgreesWithCochranArmitage(t *testing.T) {
	slope, p := Trend([]int64{35, 30, 25, 20}, []int64{100, 100, 100, 100}, []float64{0, 1, 2, 3})
	near(t, "slope", slope, -0.05, 1e-12)
	near(t, "p", p, twoSided(2.5007835762612096*math.Sqrt(400.0/399)), 1e-9)
	if _, p := Trend([]int64{3}, []int64{9}, []float64{0}); p != 1 {
		t.Error("one week has no trend")
	}
}

func TestNetPromoterAddsThreeAnswers(t *testing.T) {
	// 12 promoters, 5 detractors, 20 answers: by hand p = 12.75/23, d = 5.75/23.
	score, interval := NetPromoter(12, 5, 20)
	near(t, "score", score, 0.35, 1e-12)
	p, d := 12.75/23, 5.75/23
	half := 1.959963984540054 * math.Sqrt((p+d-(p-d)*(p-d))/23)
	near(t, "low", interval.Low, p-d-half, 1e-12)
	near(t, "high", interval.High, p-d+half, 1e-12)
	if _, i := NetPromoter(0, 0, 0); i.Low != -1 || i.High != 1 {
		t.Error("without answers everything is possible")
	}
}

// The claim of the interval's comment, at its hardest corner: exact coverage by
// enumeration of all outcomes of n = 10 and n = 20 answers.
func TestNetPromoterCoversWhereThePlainIntervalDoesNot(t *testing.T) {
	for _, c := range []struct {
		n    int
		p, d float64
	}{{10, .5, .2}, {10, .8, .05}, {20, .4, .3}, {50, .7, .1}} {
		covered := 0.0
		for promoters := 0; promoters <= c.n; promoters++ {
			for detractors := 0; promoters+detractors <= c.n; detractors++ {
				_, i := NetPromoter(int64(promoters), int64(detractors), int64(c.n))
				if i.Low <= c.p-c.d && c.p-c.d <= i.High {
					covered += multinomial(c.n, promoters, detractors, c.p, c.d)
				}
			}
		}
		if covered < .92 || covered > .985 {
			t.Errorf("n = %d, %g promoters, %g detractors: covers %.3f", c.n, c.p, c.d, covered)
		}
	}
}

func multinomial(n, a, b int, p, d float64) float64 {
	lg := func(k int) float64 { v, _ := math.Lgamma(float64(k + 1)); return v }
	return math.Exp(lg(n) - lg(a) - lg(b) - lg(n-a-b) +
		float64(a)*math.Log(p) + float64(b)*math.Log(d) + float64(n-a-b)*math.Log(1-p-d))
}

// Benjamini & Hochberg (1995), the 15 p-values of their example (Neuhaus et al.
// 1992): four are discoveries at .05. Adjusted values by statsmodels' fdr_bh.
func TestBenjaminiHochbergAgreesWithTheirExample(t *testing.T) {
	p := []float64{
		0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344,
		0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.000,
	}
	want := []float64{0.0015, 0.003, 0.0095, 0.035625, 0.0603, 0.06385714, 0.06385714, 0.0645, 0.0765, 0.486, 0.58118182, 0.714875, 0.75323077, 0.81321429, 1}
	for i, q := range BenjaminiHochberg(p) {
		near(t, "q", q, want[i], 1e-7)
	}
	shuffled := BenjaminiHochberg([]float64{0.5, 0.01})
	near(t, "q of the first", shuffled[0], 0.5, 1e-12)
	near(t, "q of the second", shuffled[1], 0.02, 1e-12)
}

// scipy: stats.t.interval and ttest_1samp.
func TestMeansAgreeWithStudent(t *testing.T) {
	var m Moments
	for _, v := range []float64{5.1, 4.9, 6.2, 5.8, 6.0, 5.5} {
		m.Add(v)
	}
	near(t, "mean", m.Mean(), 5.583333333333333, 1e-12)
	near(t, "low", m.Interval().Low, 5.046511698649814, 1e-9)
	near(t, "high", m.Interval().High, 6.120154968016852, 1e-9)

	var once, times Moments
	for range 7 {
		once.Add(3)
	}
	once.Add(10)
	times.AddTimes(3, 7)
	times.AddTimes(10, 1)
	near(t, "spread", times.m2, once.m2, 1e-9)

	var pairs Matched // one pair a cluster: the paired t-test
	for _, d := range []float64{.5, -.25, 1, .75, 0, .5} {
		pairs.Add(d, 1)
	}
	mean, interval, p := pairs.Difference()
	near(t, "mean", mean, 2.5/6, 1e-12)
	near(t, "low", interval.Low, -0.07181903953312618, 1e-9)
	near(t, "high", interval.High, 0.9051523728664596, 1e-9)
	near(t, "p", p, 0.07983012632564225, 1e-9)
}
