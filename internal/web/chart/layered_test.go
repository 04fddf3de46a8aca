package chart

import (
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func drawGraph(t *rapid.T) ([]layBox, []layLink) {
	n := rapid.IntRange(1, 14).Draw(t, "boxes")
	boxes := make([]layBox, n)
	for i := range boxes {
		half := rapid.Float64Range(40, 90).Draw(t, "half")
		boxes[i] = layBox{half, half + rapid.Float64Range(0, 40).Draw(t, "left"), half + rapid.Float64Range(0, 70).Draw(t, "right"), rapid.Float64Range(40, 80).Draw(t, "height")}
	}
	var links []layLink
	for range rapid.IntRange(0, 30).Draw(t, "links") {
		from, to := rapid.IntRange(0, n-1).Draw(t, "from"), rapid.IntRange(0, n-1).Draw(t, "to")
		if from == to || slices.ContainsFunc(links, func(l layLink) bool { return l.from == from && l.to == to }) {
			continue
		}
		links = append(links, layLink{from, to, rapid.Float64Range(1, 5000).Draw(t, "weight"), 5, rapid.Float64Range(20, 80).Draw(t, "label"), 34})
	}
	return boxes, links
}

// extent is a rectangle.
type extent struct{ left, top, right, bottom float64 }

func (a extent) meets(b extent) bool {
	const slack = 1e-6
	return a.left < b.right-slack && b.left < a.right-slack && a.top < b.bottom-slack && b.top < a.bottom-slack
}

func TestALayoutKeepsItsLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		boxes, links := drawGraph(t)
		lone := rapid.Bool().Draw(t, "lone")
		got := layOut(boxes, links, lone)
		if again := layOut(boxes, links, lone); !reflect.DeepEqual(got, again) {
			t.Fatal("the same graph is laid out in two ways")
		}
		var all []extent
		for i, b := range boxes {
			all = append(all, extent{got.x[i] - b.left, got.y[i] - b.height/2, got.x[i] + b.right, got.y[i] + b.height/2})
		}
		for i, l := range links {
			at := got.labels[i]
			all = append(all, extent{at.x - l.left, at.y - l.height/2, at.x + l.right, at.y + l.height/2})
		}
		for i, a := range all {
			if math.IsNaN(a.left+a.top) || a.left < -1e-6 || a.top < -1e-6 || a.right > got.width+1e-6 || a.bottom > got.height+1e-6 {
				t.Fatalf("%+v lies outside %g × %g", a, got.width, got.height)
			}
			for _, b := range all[:i] {
				if a.meets(b) {
					t.Fatalf("%+v lies on %+v", a, b)
				}
			}
		}
		for i, l := range links {
			checkRoute(t, boxes, got, l, got.routes[i])
		}
	})
}

// checkRoute holds that a link begins and ends on its boxes, goes one way only, and
// touches no other box.
func checkRoute(t *rapid.T, boxes []layBox, got laid, l layLink, route []upright) {
	down := 1.0
	if l.to < l.from {
		down = -1
	}
	first, last := route[0], route[len(route)-1]
	for _, end := range []struct {
		box  int
		x, y float64
		side float64
	}{{l.from, first.x, first.from, down}, {l.to, last.x, last.to, -down}} {
		b := boxes[end.box]
		if math.Abs(end.x-got.x[end.box]) > b.half || math.Abs(end.y-(got.y[end.box]+end.side*b.height/2)) > 1e-6 {
			t.Fatalf("%+v ends at %g %g, not on box %d at %g %g", l, end.x, end.y, end.box, got.x[end.box], got.y[end.box])
		}
	}
	y := first.from
	for _, u := range route {
		if (u.from-y)*down < -1e-6 || (u.to-u.from)*down < -1e-6 {
			t.Fatalf("%+v turns back: %+v", l, route)
		}
		y = u.to
		for i, b := range boxes {
			in := extent{got.x[i] - b.half, got.y[i] - b.height/2, got.x[i] + b.half, got.y[i] + b.height/2}
			if i != l.from && i != l.to && in.meets(extent{u.x - 1, min(u.from, u.to), u.x + 1, max(u.from, u.to)}) {
				t.Fatalf("%+v runs over box %d", l, i)
			}
		}
	}
}

func TestLayersAreTheLongestWaysInTheOrderOfTheJourney(t *testing.T) {
	link := func(from, to int) layLink { return layLink{from: from, to: to} }
	for name, c := range map[string]struct {
		n     int
		links []layLink
		want  []int
	}{
		"one after another":                   {3, []layLink{link(0, 1), link(1, 2)}, []int{0, 1, 2}},
		"a step left out by some":             {3, []layLink{link(0, 1), link(1, 2), link(0, 2)}, []int{0, 1, 2}},
		"two ways beside one another":         {4, []layLink{link(0, 1), link(0, 2), link(1, 3), link(2, 3)}, []int{0, 1, 1, 2}},
		"back is a layer too":                 {2, []layLink{link(1, 0)}, []int{0, 1}},
		"what begins late stands late":        {4, []layLink{link(0, 1), link(1, 3), link(2, 3)}, []int{0, 1, 1, 2}},
		"without links below, three in a row": {6, []layLink{link(1, 3)}, []int{2, 0, 2, 1, 2, 3}},
	} {
		if got := layers(c.n, c.links, false); !slices.Equal(got, c.want) {
			t.Errorf("%s: layers %v, not %v", name, got, c.want)
		}
	}
}

// A diamond drawn with its two middles the wrong way round crosses; two sweeps undo it.
func TestSweepsUndoCrossings(t *testing.T) {
	box := layBox{50, 50, 50, 40}
	boxes := []layBox{box, box, box, box, box}
	l := &layering{boxes: boxes, links: []layLink{{0, 4, 1, 5, 5, 10}, {1, 3, 1, 5, 5, 10}, {0, 3, 9, 5, 5, 10}, {2, 4, 1, 5, 5, 10}}}
	l.rank(false)
	before := l.crossings()
	l.order()
	if after := l.crossings(); before == 0 || after != 0 {
		t.Errorf("%d crossings became %d", before, after)
	}
}

func TestIsotonicIsTheNearestInOrder(t *testing.T) {
	for name, c := range map[string]struct{ wish, apart, want []float64 }{
		"free as wished":           {[]float64{0, 20, 50}, []float64{0, 10, 10}, []float64{0, 20, 50}},
		"two that want one place":  {[]float64{10, 10}, []float64{0, 10}, []float64{5, 15}},
		"the wrong way round":      {[]float64{20, 0}, []float64{0, 10}, []float64{5, 15}},
		"three pushed by the last": {[]float64{0, 10, 0}, []float64{0, 10, 10}, []float64{-20. / 3, 10. / 3, 40. / 3}},
	} {
		got := isotonic(c.wish, slices.Repeat([]float64{1}, len(c.wish)), c.apart)
		for i := range got {
			if math.Abs(got[i]-c.want[i]) > 1e-9 {
				t.Errorf("%s: %v, not %v", name, got, c.want)
				break
			}
		}
	}
}

func TestAnyFlowIsWellFormed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		boxes, links := drawGraph(t)
		f := Flow{Title: rapid.StringMatching(`[a-z <&]*`).Draw(t, "title")}
		for range boxes {
			f.Steps = append(f.Steps, FlowStep{Label: rapid.StringMatching(`[a-zäß <&]{1,60}`).Draw(t, "label"), Count: "12", Begins: rapid.SampledFrom([]string{"", "12"}).Draw(t, "begins")})
		}
		for _, l := range links {
			f.Edges = append(f.Edges, FlowEdge{From: l.from, To: l.to, Weight: l.weight, Count: "9", Median: "2 d", Href: "/x", About: "about"})
		}
		f.Edges = append(f.Edges, FlowEdge{Count: "3", Weight: 3})
		for _, svg := range []string{string(f.Draw().SVG), string(f.Draw().Narrow)} {
			if svg == "" || strings.Contains(svg, "NaN") || strings.Contains(svg, "Inf") {
				t.Fatalf("no drawing: %s", svg)
			}
		}
	})
}
