package chart

import (
	"fmt"
	"html/template"
	"math"
)

// Estimate is one labelled row of a dot plot.
type Estimate struct {
	Label  string
	Point  Point
	Target float64 // NaN or below Min = none
	Bad    bool    // it breaks what was promised
}

// DotPlot draws estimates with their 95 % intervals under one another.
type DotPlot struct {
	Title    string
	Rows     []Estimate
	Min, Max float64
	Format   Format
	// Log is for ratios: equal steps of the axis multiply, and a line stands at 1.
	Log bool
}

// Intervals draws a dot plot: a dot for each estimate, a line for its interval
// and a tick for its target (Cleveland & McGill 1984 on why position beats length).
func Intervals(d DotPlot) Chart {
	out := Chart{Title: d.Title, Head: []string{"", "Value, 95 % interval, n"}}
	if len(d.Rows) == 0 {
		return out
	}
	for _, r := range d.Rows {
		out.Rows = append(out.Rows, []string{r.Label, pointText(r.Point, d.Format)})
	}
	out.SVG, out.Narrow = d.draw(wide.fit(firsts(out.Rows)), 5), d.draw(narrow, 3)
	return out
}

func (d DotPlot) draw(l layout, marks int) template.HTML {
	const top, bottom = 8.0, 24.0
	h := top + bottom + l.row*float64(len(d.Rows))
	on, values := func(v float64) float64 { return v }, ticks(d.Min, d.Max, marks)
	if d.Log {
		on, values = math.Log2, doublings(d.Min, d.Max, marks+2)
	}
	x := scale{on(d.Min), on(d.Max), l.labels + 8, l.width - l.right}
	var c canvas
	for _, t := range values {
		class := "grid"
		if d.Log && t == 1 {
			class = "same"
		}
		c.line(class, x.at(on(t)), top, x.at(on(t)), h-bottom)
		c.text("tick", x.at(on(t)), h-8, "middle", d.Format(t))
	}
	for i, r := range d.Rows {
		y := l.label(&c, top+l.row*float64(i), r.Label)
		if !r.Point.Shown {
			c.text("withheld", x.a, y+4, "start", fmt.Sprintf("too few to tell (n = %d)", r.Point.N))
			continue
		}
		c.open(r.Point.Href, r.Label+": "+pointText(r.Point, d.Format))
		drawn := r
		drawn.Point.Low, drawn.Point.Value, drawn.Point.High = on(r.Point.Low), on(r.Point.Value), on(r.Point.High)
		if d.Log {
			drawn.Target = x.lo
		}
		dot(&c, x, y, drawn)
		c.shut(r.Point.Href)
		c.text("value", l.width-l.right+10, y+4, "start", d.Format(r.Point.Value))
	}
	return c.svg("intervals", l.width, h, d.Title, "A dot for each value, a line for its 95 % interval, a tick for its target where there is one.")
}

// doublings are powers of two from low to high, each or every second, so that there are
// at most n of them.
func doublings(low, high float64, n int) []float64 {
	for step := 1.0; ; step++ {
		var out []float64
		for e := step * math.Ceil(math.Log2(low)/step-1e-9); e <= math.Log2(high)+1e-9; e += step {
			out = append(out, math.Exp2(e))
		}
		if len(out) <= max(n, 1) {
			return out
		}
	}
}

func dot(c *canvas, x scale, y float64, r Estimate) {
	class := ""
	if r.Bad {
		class = " bad"
	}
	c.rect("hit", x.a, y-12, x.b-x.a, 24)
	c.line("whisker"+class, x.at(r.Point.Low), y, x.at(r.Point.High), y)
	if r.Target > x.lo {
		c.line("target", x.at(r.Target), y-8, x.at(r.Target), y+8)
	}
	if r.Bad {
		c.path("mark bad", fmt.Sprintf("M%s %sl5 5l-5 5l-5 -5z", px(x.at(r.Point.Value)), px(y-5)))
		return
	}
	c.circle("mark", x.at(r.Point.Value), y, 4.5)
}

// Inline draws one estimate small enough for a table row. It is decoration: the
// row says the same in words, so readers of the screen skip it.
func Inline(r Estimate, lo, hi float64) template.HTML {
	if !r.Point.Shown {
		return ""
	}
	const w, h = 132, 20
	x := scale{lo, hi, 6, w - 6}
	var c canvas
	c.line("axis", 6, h/2, w-6, h/2)
	dotInline(&c, x, h/2, r)
	return template.HTML(fmt.Sprintf(`<svg class="chart inline" viewBox="0 0 %d %d" width="%d" height="%d" aria-hidden="true" focusable="false">%s</svg>`, w, h, w, h, c.b.String()))
}

func dotInline(c *canvas, x scale, y float64, r Estimate) {
	r.Point.Href = ""
	class := ""
	if r.Bad {
		class = " bad"
	}
	c.line("whisker thick"+class, x.at(r.Point.Low), y, x.at(r.Point.High), y)
	if r.Target > x.lo {
		c.line("target", x.at(r.Target), y-8, x.at(r.Target), y+8)
	}
	c.circle("mark"+class, x.at(r.Point.Value), y, 4)
}
