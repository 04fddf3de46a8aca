package chart

import (
	"fmt"
	"html/template"
	"math"
	"strings"
)

// Sparkline draws a trend as small as a word. NaN values leave a gap. It stands
// beside its last value in words, so readers of the screen skip it.
func Sparkline(values []float64) template.HTML {
	const w, h = 96, 24
	lo, hi := math.Inf(1), math.Inf(-1)
	for _, v := range values {
		if !math.IsNaN(v) {
			lo, hi = min(lo, v), max(hi, v)
		}
	}
	if len(values) < 2 || math.IsInf(lo, 1) {
		return ""
	}
	y := scale{lo, hi, h - 5, 5}
	x := scale{0, float64(len(values) - 1), 4, w - 6}
	var c canvas
	var d strings.Builder
	pen, lastX, lastY := "M", 0.0, 0.0
	for i, v := range values {
		if math.IsNaN(v) {
			pen = "M"
			continue
		}
		lastX, lastY = x.at(float64(i)), y.at(v)
		fmt.Fprintf(&d, "%s%s %s", pen, px(lastX), px(lastY))
		pen = "L"
	}
	c.path("curve s0", d.String())
	c.circle("mark s0", lastX, lastY, 3)
	return template.HTML(fmt.Sprintf(`<svg class="chart spark" viewBox="0 0 %d %d" width="%d" height="%d" aria-hidden="true" focusable="false">%s</svg>`, w, h, w, h, c.b.String()))
}

// SurvivalStep is where a Kaplan–Meier curve changes.
type SurvivalStep struct {
	At             float64 // seconds
	Survival       float64
	Low, High      float64
	AtRisk, Events int64
}

// Survival draws the share that still waits (Kaplan & Meier 1958) over time, with
// its band. Steps are in order of At; the curve starts at 1.
func Survival(title string, steps []SurvivalStep, x Format) Chart {
	out := Chart{Title: title, Head: []string{"After", "Still waiting", "At risk"}}
	if len(steps) == 0 {
		return out
	}
	for _, s := range steps {
		out.Rows = append(out.Rows, []string{x(s.At), fmt.Sprintf("%s (%s to %s)", Percent(s.Survival), Percent(s.Low), Percent(s.High)), fmt.Sprint(s.AtRisk)})
	}
	out.SVG, out.Narrow = drawSurvival(title, steps, x, 640, 6), drawSurvival(title, steps, x, 320, 3)
	return out
}

const left, right, bottom = 52.0, 24.0, 28.0 // margins of charts with two axes

func drawSurvival(title string, steps []SurvivalStep, x Format, width float64, marks int) template.HTML {
	const height, top = 240.0, 10.0
	last := steps[len(steps)-1].At
	xs := scale{0, last, left, width - right}
	ys := scale{0, 1, height - bottom, top}
	var c canvas
	for _, t := range []float64{0, .25, .5, .75, 1} {
		c.line("grid", left, ys.at(t), width-right, ys.at(t))
		c.text("tick", left-8, ys.at(t)+4, "end", Percent(t))
	}
	for _, t := range timeTicks(last, marks) {
		c.text("tick", xs.at(t), height-8, "middle", x(t))
	}
	var line, band strings.Builder
	fmt.Fprintf(&line, "M%s %s", px(left), px(ys.at(1)))
	fmt.Fprintf(&band, "M%s %s", px(left), px(ys.at(1)))
	for _, s := range steps {
		fmt.Fprintf(&line, "H%sV%s", px(xs.at(s.At)), px(ys.at(s.Survival)))
		fmt.Fprintf(&band, "H%sV%s", px(xs.at(s.At)), px(ys.at(s.High)))
	}
	// Back along the lower bound: before a step's time the bound of the step before holds.
	for i := len(steps) - 1; i >= 0; i-- {
		before := 1.0
		if i > 0 {
			before = steps[i-1].Low
		}
		fmt.Fprintf(&band, "V%sH%s", px(ys.at(steps[i].Low)), px(xs.at(steps[i].At)))
		fmt.Fprintf(&band, "V%s", px(ys.at(before)))
	}
	band.WriteString("Z")
	c.path("band s0", band.String())
	c.path("curve s0", line.String())
	c.line("median", left, ys.at(.5), width-right, ys.at(.5))
	return c.svg("survival", width, height, title, "The share that still waits after each time, with its 95 % band; where it crosses one half is the median.")
}

// timeTicks are round lengths of time up to last seconds, about n of them.
func timeTicks(last float64, n int) []float64 {
	const minute, hour, day = 60.0, 3600.0, 86400.0
	step := last
	for _, s := range []float64{1, 2, 5, 10, 30, minute, 2 * minute, 5 * minute, 10 * minute, 30 * minute, hour, 2 * hour, 6 * hour, 12 * hour, day, 2 * day, 7 * day, 14 * day, 28 * day, 91 * day, 364 * day} {
		if last/s <= float64(n) {
			step = s
			break
		}
	}
	var out []float64
	for t := 0.0; t <= last && step > 0; t += step {
		out = append(out, t)
	}
	return out
}

// Bin is one bar of a histogram, [From, To).
type Bin struct {
	From, To float64
	Count    int64
}

// Histogram draws how often values fall into each bin.
func Histogram(title string, bins []Bin, x Format) Chart {
	out := Chart{Title: title, Head: []string{"From", "To", "Count"}}
	if len(bins) == 0 {
		return out
	}
	for _, b := range bins {
		out.Rows = append(out.Rows, []string{x(b.From), x(b.To), fmt.Sprint(b.Count)})
	}
	out.SVG, out.Narrow = drawHistogram(title, bins, x, 640, 6), drawHistogram(title, bins, x, 320, 3)
	return out
}

func drawHistogram(title string, bins []Bin, x Format, width float64, marks int) template.HTML {
	const height, top = 220.0, 10.0
	var most int64
	for _, b := range bins {
		most = max(most, b.Count)
	}
	xs := scale{bins[0].From, bins[len(bins)-1].To, left, width - right}
	ys := scale{0, float64(most), height - bottom, top}
	var c canvas
	for _, t := range ticks(0, float64(most), 4) {
		c.line("grid", left, ys.at(t), width-right, ys.at(t))
		c.text("tick", left-8, ys.at(t)+4, "end", thousands(int64(t)))
	}
	for _, b := range bins {
		c.rect("bar", xs.at(b.From)+.5, ys.at(float64(b.Count)), xs.at(b.To)-xs.at(b.From)-1, height-bottom-ys.at(float64(b.Count)))
	}
	for _, t := range ticks(xs.lo, xs.hi, marks) {
		c.text("tick", xs.at(t), height-8, "middle", x(t))
	}
	return c.svg("histogram", width, height, title, "How many fall into each range.")
}
