package statistics

import "testing"

// Mortality of current and past users of clozapine in two age groups: Rothman 2012,
// Epidemiology: An Introduction, chapter 10, gives .47.
func TestRateStrataAgreeWithTheTextbook(t *testing.T) {
	var r RateStrata
	r.Add(196, 62_119, 111, 15_763)
	r.Add(167, 6_085, 157, 2_780)
	r.Add(5, 0, 3, 10) // never exposed: says nothing
	ratio, interval, p, ok := r.Ratio()
	if !ok {
		t.Fatal("no ratio")
	}
	near(t, "ratio", ratio, .4689, 5e-5)
	near(t, "low", interval.Low, .400, 5e-4)
	near(t, "high", interval.High, .550, 5e-4)
	if p > 1e-15 || r.Exposed != 363 || r.Others != 268 {
		t.Errorf("p %g of %d and %d", p, r.Exposed, r.Others)
	}
	if _, _, _, ok := new(RateStrata).Ratio(); ok {
		t.Error("nothing has a ratio")
	}
}
