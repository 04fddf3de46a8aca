package chart

import (
	"fmt"
	"html/template"
	"math"
	"strings"
)

// Flow is how a journey runs: steps, and what comes directly after what.
type Flow struct {
	Title string
	Steps []FlowStep // in the journey's order
	Edges []FlowEdge
}

// FlowStep is a box.
type FlowStep struct {
	Label, Count string
	Begins, Ends string // how many cases do there; "" = none that is shown
	Href         string
}

// FlowEdge leads from a step to another, or back to itself.
type FlowEdge struct {
	From, To    int // of Steps
	Weight      float64
	Count       string
	Median, P90 string // times between, in one unit; "" = too few to tell
	Slow        string // how much of all time it takes, where that makes it slow
	About, Href string
}

// Back reports whether an edge leads back to where a case may have been.
func (e FlowEdge) Back() bool { return e.To <= e.From }

// flowLayout is the size of things.
type flowLayout struct {
	box    float64 // width
	rows   int     // of a label
	widest float64 // of a line of an edge
	lone   bool    // each step has a layer for itself
}

var (
	broadFlow = flowLayout{box: 172, rows: 2, widest: 9}
	slimFlow  = flowLayout{box: 120, rows: 3, widest: 6, lone: true}
)

// Draw draws the flow from top to bottom. The table is the caller's, who knows more of
// each edge than is drawn.
func (f Flow) Draw() Chart {
	out := Chart{Title: f.Title}
	if len(f.Steps) == 0 {
		return out
	}
	out.SVG, out.Narrow = f.draw(broadFlow), f.draw(slimFlow)
	return out
}

const flowLine = 15.0 // the height of a line of text

func (f Flow) draw(size flowLayout) template.HTML {
	boxes, labels := make([]layBox, len(f.Steps)), make([][]string, len(f.Steps))
	for i, s := range f.Steps {
		labels[i] = wrapped(s.Label, int((size.box-20)/7), size.rows)
		b := layBox{half: size.box / 2, height: 34 + flowLine*float64(len(labels[i]))}
		b.left, b.right = b.half, b.half
		if s.Begins != "" || s.Ends != "" {
			b.left += max(34, 10+max(wide12(s.Begins), wide12(s.Ends)))
		}
		boxes[i] = b
	}
	var links []layLink
	heaviest := 0.0
	for _, e := range f.Edges {
		heaviest = max(heaviest, e.Weight)
	}
	thick := func(e FlowEdge) float64 { return max(1.2, size.widest*math.Sqrt(e.Weight/max(heaviest, 1))) }
	ofLink := map[int]int{}
	for i, e := range f.Edges {
		lines := size.lines(e)
		if e.From == e.To {
			boxes[e.From].right += 34 + widest(lines)
			continue
		}
		ofLink[i] = len(links)
		half := thick(e) / 2
		links = append(links, layLink{e.From, e.To, e.Weight, half + 2, half + 8 + widest(lines), flowLine*float64(len(lines)) + 4})
	}
	at := layOut(boxes, links, size.lone)
	var c canvas
	for i, e := range f.Edges { // the thin over the thick, their labels over all
		if n, linked := ofLink[i]; linked {
			c.way(e, at.routes[n], thick(e))
		}
	}
	for i, s := range f.Steps {
		c.step(s, labels[i], at.x[i], at.y[i], boxes[i])
	}
	for i, e := range f.Edges {
		if n, linked := ofLink[i]; linked {
			c.edgeLabel(e, size.lines(e), at.labels[n].x+thick(e)/2+5, at.labels[n].y)
		} else {
			c.round(e, size.lines(e), at.x[e.From]+boxes[e.From].half, at.y[e.From], thick(e))
		}
	}
	return c.svg("flow", math.Ceil(at.width), math.Ceil(at.height), f.Title, "Steps from top to bottom, and lines for what comes directly after what: the thicker, the more often. Dashed lines lead back. The same numbers stand in the table below.")
}

// lines are what stands beside an edge, one under another where there is little room.
func (l flowLayout) lines(e FlowEdge) []string {
	out := []string{e.Count}
	switch {
	case e.Median == "":
	case e.P90 == "":
		out = append(out, e.Median)
	case l.lone:
		out = append(out, e.Median+" /", e.P90)
	default:
		out = append(out, e.Median+" / "+e.P90)
	}
	switch {
	case e.Slow == "":
	case l.lone:
		out = append(out, e.Slow)
	default:
		out = append(out, e.Slow+" of all time")
	}
	return out
}

func (e FlowEdge) class() string {
	class := "edge"
	if e.Back() {
		class += " back"
	}
	if e.Slow != "" {
		class += " slow"
	}
	return class
}

// way draws a link with its arrow; it bends between its upright pieces only.
func (c *canvas) way(e FlowEdge, route []upright, thick float64) {
	last := route[len(route)-1]
	tip := arrowLength(thick)
	down := 1.0
	if route[0].from > last.to {
		down = -1
	}
	var d strings.Builder
	fmt.Fprintf(&d, "M%s %s", px(route[0].x), px(route[0].from))
	x, y := route[0].x, route[0].from
	for i, u := range route {
		if i > 0 {
			end := u.from
			if i == len(route)-1 && math.Abs(u.from-last.to) < tip {
				end = last.to - down*tip
			}
			if u.x == x {
				fmt.Fprintf(&d, "V%s", px(end))
			} else {
				mid := px((y + end) / 2)
				fmt.Fprintf(&d, "C%s %s %s %s %s %s", px(x), mid, px(u.x), mid, px(u.x), px(end))
			}
			x, y = u.x, end
		}
		if to := u.to; i < len(route)-1 || math.Abs(y-u.to) > tip {
			if i == len(route)-1 {
				to -= down * tip
			}
			if to != y {
				fmt.Fprintf(&d, "V%s", px(to))
				y = to
			}
		}
	}
	c.stroke(e.class(), d.String(), thick)
	half := tip * .62
	c.path(strings.Replace(e.class(), "edge", "arrow", 1), fmt.Sprintf("M%s %sl%s %sh%sz", px(last.x), px(last.to), px(-half), px(-down*tip), px(2*half)))
}

func arrowLength(thick float64) float64 { return 6 + thick*.8 }

// stroke draws a line of a width that its number decides.
func (c *canvas) stroke(class, d string, width float64) {
	fmt.Fprintf(&c.b, `<path class="%s" stroke-width="%s" d="%s"/>`, class, px(width), d)
}

// round draws an edge back to its own step, at the right of its box.
func (c *canvas) round(e FlowEdge, lines []string, x, y, thick float64) {
	thick = min(thick, 4)
	tip := arrowLength(thick)
	c.stroke(e.class(), fmt.Sprintf("M%s %sC%s %s %s %s %s %s", px(x), px(y-9), px(x+28), px(y-16), px(x+28), px(y+16), px(x+tip), px(y+9)), thick)
	c.path(strings.Replace(e.class(), "edge", "arrow", 1), fmt.Sprintf("M%s %sl%s %sv%sz", px(x), px(y+9), px(tip), px(-tip*.62), px(tip*1.24)))
	c.edgeLabel(e, lines, x+30, y)
}

// edgeLabel writes what an edge says from x on, around y.
func (c *canvas) edgeLabel(e FlowEdge, lines []string, x, y float64) {
	height := flowLine * float64(len(lines))
	c.open(e.Href, strings.Join(lines, " ")+": "+e.About) // it begins with what is seen: WCAG 2.2, 2.5.3
	c.rect("hit", x-3, y-max(height, 24)/2, max(widest(lines)+4, 24), max(height, 24))
	for i, s := range lines {
		class := "tick"
		switch {
		case i == 0:
			class = "value"
		case e.Slow != "" && i == len(lines)-1:
			class = "tick slow"
		}
		c.text("edge-text "+class, x, y-height/2+flowLine*(float64(i)+.78), "start", s)
		c.b.WriteByte(' ')
	}
	c.shut(e.Href)
}

// step draws a box with its label, its count, and who begins and ends there.
func (c *canvas) step(s FlowStep, label []string, x, y float64, b layBox) {
	seen := strings.Join(label, " ")
	name := seen + " " + s.Count
	if seen != s.Label {
		name += ": " + s.Label
	}
	c.open(s.Href, name)
	fmt.Fprintf(&c.b, `<rect class="step" x="%s" y="%s" width="%s" height="%s" rx="8"/>`, px(x-b.half), px(y-b.height/2), px(2*b.half), px(b.height))
	top := y - b.height/2 + 20
	for i, line := range label {
		c.text("step-label", x, top+flowLine*float64(i), "middle", line)
		c.b.WriteByte(' ')
	}
	c.text("tick", x, top+flowLine*float64(len(label))+2, "middle", s.Count)
	c.shut(s.Href)
	edge := x - b.half
	if s.Begins != "" {
		at := y - b.height/4 + 2
		c.line("border", edge-24, at, edge-7, at)
		c.path("arrow", fmt.Sprintf("M%s %sl-7 -4v8z", px(edge), px(at)))
		c.circle("begin", edge-27, at, 4)
		c.text("tick", edge-5, at-7, "end", s.Begins)
	}
	if s.Ends != "" {
		at := y + b.height/4 - 2
		c.line("border", edge, at, edge-20, at)
		c.circle("end", edge-26, at, 5)
		c.circle("begin", edge-26, at, 2)
		c.text("tick", edge-5, at+16, "end", s.Ends)
	}
}

// FlowLegend draws one mark of a flow alone: "edge", "back", "slow", "begin" or "end".
func FlowLegend(kind string) template.HTML {
	var c canvas
	switch kind {
	case "begin":
		c.circle("begin", 14, 8, 4)
	case "end":
		c.circle("end", 14, 8, 5)
		c.circle("begin", 14, 8, 2)
	case "edge":
		c.stroke("edge", "M0 11H13", 1.5)
		c.stroke("edge", "M15 8H28", 7)
	default:
		c.stroke("edge "+kind, "M0 8H28", 3)
	}
	return template.HTML(`<svg class="chart legend" width="28" height="16" viewBox="0 0 28 16" aria-hidden="true" focusable="false">` + c.b.String() + `</svg>`)
}

// wide12 is about how wide a text is in the charts' small letters.
func wide12(s string) float64 { return 6.7 * float64(len([]rune(s))) }

func widest(lines []string) float64 {
	w := 0.0
	for _, s := range lines {
		w = max(w, wide12(s))
	}
	return w
}

// wrapped breaks a label between words into at most so many lines; what does not fit is
// cut.
func wrapped(s string, runes, most int) []string {
	lines := []string{""}
	for _, word := range strings.Fields(s) {
		last := &lines[len(lines)-1]
		switch {
		case *last == "":
			*last = word
		case len([]rune(*last))+1+len([]rune(word)) <= runes || len(lines) == most:
			*last += " " + word
		default:
			lines = append(lines, word)
		}
	}
	for i, line := range lines {
		lines[i] = shorten(line, runes)
	}
	return lines
}
