package web

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/firsthand-cx/firsthand/internal/question"
)

func TestWholeWaysAreDrawnUntilTheyCoverEnoughCases(t *testing.T) {
	g := storyProcess().graph(storyRepair())
	if g.cases != 2368 || len(g.ways) != 8 {
		t.Fatalf("%d cases take %d ways", g.cases, len(g.ways))
	}
	for name, c := range map[string]struct {
		cover, most int
		drawn       int // edges between steps
		of          int64
		capped      bool
	}{
		"half of the cases take one way":         {50, 26, 3, 1340, false},
		"more take the ways that wait":           {70, 26, 5, 1750, false},
		"all of them":                            {100, 26, 11, 2368, false},
		"no room but for the commonest":          {100, 3, 3, 1340, true},
		"a way without room gives way to others": {80, 4, 4, 1510, true},
	} {
		p := g.pick(c.cover, c.most)
		drawn := 0
		for key := range p.drawn {
			if g.edges[key] == nil {
				t.Errorf("%s: %v is drawn and is no edge of the answer", name, key)
			}
			if key.from != "" && key.to != "" {
				drawn++
			}
		}
		if drawn != c.drawn || p.of != c.of || p.capped != c.capped {
			t.Errorf("%s: %d edges, %d cases, capped %v; want %+v", name, drawn, p.of, p.capped, c)
		}
	}
}

func TestSlowEdgesAreTheFewestThatHoldMostOfAllTimeAndAreDrawn(t *testing.T) {
	f := storyProcess()
	g := f.graph(storyRepair())
	g.markSlow()
	var slow []string
	for _, e := range g.byTime() {
		if e.slow {
			slow = append(slow, e.key.from+" "+e.key.to)
		}
	}
	if want := []string{"solved closed", "taken solved", "opened taken"}; !slices.Equal(slow, want) { // .62, .11, .083
		t.Errorf("slow are %v, not %v", slow, want)
	}
	if words := g.slowWords(); !strings.Contains(words, "Three connections hold 81 %") {
		t.Errorf("it says %q", words)
	}
	// A slow edge on a rare way: the way is drawn with it.
	part := g.edges[edgeKey{"part", "solved"}]
	part.slow = true
	if p := g.pick(50, 26); !p.drawn[part.key] || !p.drawn[edgeKey{"taken", "part"}] {
		t.Error("the commonest way through a slow edge is not drawn")
	}
}

func TestAnEdgeIsToldApartByNamesNotTitles(t *testing.T) {
	f := storyProcess()
	for _, row := range f.follows.Rows {
		row[0].Text, row[1].Text = "the same", "the same"
	}
	g := f.graph(storyRepair())
	if e := g.edges[edgeKey{"wait", "taken"}]; e == nil || e.n != 312 {
		t.Errorf("wait to taken is %+v", e)
	}
	if e := g.edges[edgeKey{from: "closed"}]; e == nil || e.n != 2560 {
		t.Errorf("closed ends %+v", e)
	}
}

func TestTimesInOneUnit(t *testing.T) {
	for seconds, want := range map[float64]string{0: "0 s", 41: "41 s", 59.8: "1 min", 3580: "1 h", 85_000: "1 d", 90: "1.5 min", 1400: "23 min", 3600: "1 h", 21_900: "6.1 h", 216 * 3600: "9 d", 86400 * 45.7: "46 d"} {
		if got := oneUnit(seconds); got != want {
			t.Errorf("%g s is %q, not %q", seconds, got, want)
		}
	}
}

func TestTheSplitOfStayingIsOneOfFewGroups(t *testing.T) {
	dimensions := []question.Dimension{{Name: "city", Values: 900}, {Name: "plan", Values: 3}, {Name: "region", Values: 9}}
	if f := stayingField("", nil, dimensions); f.Value != "dimension:plan" || slices.ContainsFunc(f.Options, func(o Option) bool { return o.Value == "dimension:city" }) {
		t.Errorf("it is by %s of %v", f.Value, f.Options)
	}
	if f := stayingField("", nil, nil); f.Value != "channel" {
		t.Errorf("without dimensions it is by %s", f.Value)
	}
	if f := stayingField("dimension:city", nil, dimensions); f.Value != "dimension:city" || !slices.ContainsFunc(f.Options, func(o Option) bool { return o.Value == f.Value }) {
		t.Errorf("what was asked for is lost: %+v", f)
	}
}

func TestAPictureIsOfferedWithTheFiltersOfItsQuestion(t *testing.T) {
	v := url.Values{"journey": {"order"}, "channel": {"web"}, "by": {"x"}, "step": {"pay"}}
	if got := pictureOf("variants", v).Href; got != "/journeys/order/process?channel=web" {
		t.Errorf("variants lead to %s", got)
	}
	if got := pictureOf("leavers", url.Values{"by": {"channel"}, "persona": {"a"}}).Href; got != "/leavers?by=channel&persona=a" {
		t.Errorf("leavers lead to %s", got)
	}
	if got := pictureOf("nps", v).Href; got != "" {
		t.Errorf("NPS leads to %s", got)
	}
}
