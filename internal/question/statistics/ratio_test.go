package statistics

import (
	"testing"

	"pgregory.net/rapid"
)

// A ratio among all clusters is the ratio in which the others count nothing.
func TestARatioAmongAllIsTheOneWithTheOthersAtZero(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var some, all, plain Ratio
		for range rapid.IntRange(2, 30).Draw(t, "clusters") {
			x, y := rapid.Float64Range(0, 100).Draw(t, "x"), rapid.Float64Range(0, 100).Draw(t, "y")
			if rapid.Bool().Draw(t, "counts") {
				some.Add(y, x)
			} else {
				y = 0
			}
			all.Add(0, x)
			plain.Add(y, x)
		}
		got := some.Among(all)
		if !all.Exposed() || all.Clusters() < 2 {
			t.Skip("nothing to divide by")
		}
		near := func(a, b float64) bool { return a-b < 1e-6 && b-a < 1e-6 }
		if g, w := got.Interval(), plain.Interval(); !near(got.Value(), plain.Value()) || !near(g.Low, w.Low) || !near(g.High, w.High) {
			t.Fatalf("%g %v, not %g %v", got.Value(), g, plain.Value(), w)
		}
	})
}
