package chart

import (
	"encoding/xml"
	"errors"
	"flag"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

var update = flag.Bool("update", false, "write the golden files anew")

func shown(v, low, high float64, n int64) Point {
	return Point{Value: v, Low: low, High: high, N: n, Shown: true, Href: "/questions/x/evidence?cell=a%3Db&of=c"}
}

// TestDrawings holds every drawing, in its usual and its odd states, against its
// golden file. Look at the file in a browser before you run with -update.
func TestDrawings(t *testing.T) {
	feeling := FeelingCurve{
		Title: "Feeling", Steps: []string{"Find", "Pay", "Receive", "Use"}, Max: 1, Format: Percent, ColumnWidth: 228, Height: 190,
		Series: []Series{{"New", []Point{shown(.7, .6, .8, 40), shown(.4, .3, .5, 40), {N: 3}, shown(.6, .5, .7, 40)}}},
	}
	two := feeling
	two.Series = append([]Series{{"Families & <friends>", []Point{{N: 0}, shown(.5, .4, .6, 9), shown(.5, .4, .6, 9), {N: 0}}}}, feeling.Series...)
	steps := []FunnelStep{{"Find", 1200, shown(1, 1, 1, 1200), false}, {"Pay", 600, shown(.5, .47, .53, 1200), true}, {"Use", 7, Point{N: 7}, false}}
	drawings := map[string]Chart{
		"feeling of one persona":   Feeling(feeling),
		"feeling of two personas":  Feeling(two),
		"funnel":                   Funnel("Funnel", steps),
		"estimates with a target":  Intervals(DotPlot{Title: "Promises", Max: 1, Format: Percent, Rows: []Estimate{{"A person in 4 h", shown(.71, .69, .73, 900), .9, true}, {"Few", Point{N: 4}, .9, false}}}),
		"histogram":                Histogram("Hours", []Bin{{0, 1, 4}, {1, 2, 1200}, {2, 3, 0}}, Plain),
		"promoters and detractors": Stack("NPS", []StackRow{{"Web", []Part{{"Detractors", .2, "bad"}, {"Passives", .3, "neutral"}, {"Promoters", .5, "good"}}, "+30"}}),
		"parts of a whole":         Bars("Reasons", []string{"Reason", "Customers", "Share"}, []FunnelStep{{"Price", 70, shown(.2, .17, .23, 358), false}, {"Unknown", 4, Point{N: 4}, false}}),
		"ratios":                   Intervals(DotPlot{Title: "Ratios", Log: true, Min: .4, Max: 5, Format: Plain, Rows: []Estimate{{"Outage", shown(4, 3.2, 5, 90), math.Inf(-1), true}, {"Delivery", shown(.8, .4, 1.6, 12), math.Inf(-1), false}, {"Few", Point{N: 3}, math.Inf(-1), false}}}),
		"curves of staying":        staying().Draw(),
		"a flow with its ways":     flow().Draw(),
		"estimate in a table row":  {SVG: Inline(Estimate{"", shown(.7, .6, .8, 40), .9, true}, .5, 1)},
	}
	for name, c := range drawings {
		t.Run(name, func(t *testing.T) {
			got := string(c.SVG) + "\n" + string(c.Narrow) + "\n" + fmt.Sprint(c.Head) + "\n"
			for _, row := range c.Rows {
				got += strings.Join(row, " | ") + "\n"
			}
			wellFormed(t, string(c.SVG))
			wellFormed(t, string(c.Narrow))
			file := filepath.Join("testdata", strings.ReplaceAll(name, " ", "_")+".golden")
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("the drawing differs from %s; look at it and run with -update if it is right", file)
			}
		})
	}
}

// flow has all that a flow can have: two layers passed by a line, a way back, a round, a
// slow edge, beginnings and ends, a step apart.
func flow() Flow {
	return Flow{
		Title: "Repair",
		Steps: []FlowStep{
			{Label: "I report it", Count: "120 times", Begins: "100", Href: "/a"},
			{Label: "Somebody takes charge of it & looks", Count: "90 times"},
			{Label: "I wait", Count: "30 times", Ends: "4"},
			{Label: "It is <solved>", Count: "96 times", Ends: "96"},
			{Label: "I call", Count: "7 times", Begins: "7", Ends: "7"},
		},
		Edges: []FlowEdge{
			{From: 0, To: 1, Weight: 80, Count: "80", Median: "6 h", P90: "2 d", About: "I report it → Somebody takes charge", Href: "/b"},
			{From: 0, To: 0, Weight: 20, Count: "20"},
			{From: 1, To: 2, Weight: 30, Count: "30", Median: "1 d"},
			{From: 2, To: 1, Weight: 10, Count: "10", Median: "3 d", P90: "9 d", Slow: "60 %"},
			{From: 2, To: 3, Weight: 16, Count: "16"},
			{From: 0, To: 3, Weight: 20, Count: "20"},
			{From: 1, To: 3, Weight: 60, Count: "60"},
		},
	}
}

func staying() Survival {
	curve := func(name string, loss float64, points int) SurvivalCurve {
		c := SurvivalCurve{Name: name}
		for i := range points {
			v := 1 - loss*float64(i)
			c.Points = append(c.Points, SurvivalPoint{After: float64(i), Share: v, Low: v - .02, High: min(1, v+.02), AtRisk: int64(100 - 10*i)})
		}
		return c
	}
	return Survival{Title: "Staying", Tick: 2, Time: Plain, Curves: []SurvivalCurve{curve("Monthly & <cheap>", .09, 9), curve("Yearly", .01, 5)}}
}

func TestACurveOfStayingIsReadAtItsLastPointAndNotBeyondIt(t *testing.T) {
	c := staying().Curves[1]
	for time, want := range map[float64]float64{0: 1, 1: .99, 1.5: .99, 4: .96} {
		if p, ok := c.at(time); !ok || p.Share != want {
			t.Errorf("after %g it is %g (%v), not %g", time, p.Share, ok, want)
		}
	}
	if _, ok := c.at(4.5); ok {
		t.Error("it is told how many are there when nobody was seen any more")
	}
}

func TestDoublingsStandAtOneAndAreFew(t *testing.T) {
	for _, c := range []struct {
		low, high float64
		n         int
		want      []float64
	}{{.5, 4, 5, []float64{.5, 1, 2, 4}}, {.4, 5, 7, []float64{.5, 1, 2, 4}}, {.1, 60, 5, []float64{.25, 1, 4, 16}}} {
		if got := doublings(c.low, c.high, c.n); !slices.Equal(got, c.want) {
			t.Errorf("%g to %g has %v, not %v", c.low, c.high, got, c.want)
		}
	}
}

func TestNothingToDrawIsEmptyAndNoPanic(t *testing.T) {
	for name, c := range map[string]Chart{
		"feeling": Feeling(FeelingCurve{}), "funnel": Funnel("", nil), "intervals": Intervals(DotPlot{}),
		"histogram": Histogram("", nil, Plain), "stack": Stack("", nil), "bars": Bars("", nil, nil), "survival": Survival{Tick: 1}.Draw(), "flow": Flow{}.Draw(), "inline": {SVG: Inline(Estimate{}, 0, 1)},
	} {
		if !c.Empty() {
			t.Errorf("%s drew something of nothing", name)
		}
	}
}

func TestAnyFeelingIsWellFormedAndStaysInside(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 12).Draw(t, "steps")
		f := FeelingCurve{Title: rapid.String().Draw(t, "title"), Min: -100, Max: 100, Format: Plain, ColumnWidth: 228, Height: 190}
		s := Series{Name: rapid.String().Draw(t, "persona")}
		for range n {
			f.Steps = append(f.Steps, rapid.String().Draw(t, "step"))
			v := rapid.Float64Range(-1000, 1000).Draw(t, "value")
			s.Points = append(s.Points, Point{Value: v, Low: v - 5, High: v + 5, N: 9, Shown: rapid.Bool().Draw(t, "shown")})
		}
		f.Series = []Series{s}
		c := Feeling(f)
		if strings.Contains(string(c.SVG), "NaN") || strings.Contains(string(c.SVG), "Inf") {
			t.Fatalf("a coordinate is no number: %s", c.SVG)
		}
		if len(c.Rows) != n {
			t.Fatalf("the table has %d rows for %d steps", len(c.Rows), n)
		}
	})
}

func TestTicksAreRoundAndInside(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lo := rapid.Float64Range(-1e6, 1e6).Draw(t, "lo")
		hi := lo + rapid.Float64Range(1e-3, 1e6).Draw(t, "width")
		n := rapid.IntRange(1, 10).Draw(t, "n")
		got := ticks(lo, hi, n)
		if len(got) > n+2 {
			t.Fatalf("%d ticks where about %d were asked for", len(got), n)
		}
		for _, v := range got {
			if v < lo-1e-6*(hi-lo) || v > hi+1e-6*(hi-lo) {
				t.Fatalf("tick %g lies outside %g to %g", v, lo, hi)
			}
		}
	})
}

func wellFormed(t *testing.T, svg string) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(svg))
	for {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			t.Fatalf("the drawing is not well-formed: %v", err)
		}
	}
}
