package chart

import (
	"encoding/xml"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
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

func TestNothingToDrawIsEmptyAndNoPanic(t *testing.T) {
	for name, c := range map[string]Chart{
		"feeling": Feeling(FeelingCurve{}), "funnel": Funnel("", nil), "intervals": Intervals(DotPlot{}),
		"histogram": Histogram("", nil, Plain), "stack": Stack("", nil), "inline": {SVG: Inline(Estimate{}, 0, 1)},
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
