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
	At             float64 // in the unit of the x axis
	Survival       float64
	Low, High      float64
	AtRisk, Events int64
}

// Survival draws the share that still waits (Kaplan & Meier 1958) over time, with
// its band. Steps are in order of At; the curve starts at 1.
func Survival(title string, steps []SurvivalStep, x Format) Chart {
	const left, width, right, height, top, bottom = 52.0, 640.0, 16.0, 240.0, 10.0, 28.0
	out := Chart{Title: title, Head: []string{"After", "Still waiting", "At risk"}}
	if len(steps) == 0 {
		return out
	}
	last := steps[len(steps)-1].At
	xs := scale{0, last, left, width - right}
	ys := scale{0, 1, height - bottom, top}
	var c canvas
	for _, t := range []float64{0, .25, .5, .75, 1} {
		c.line("grid", left, ys.at(t), width-right, ys.at(t))
		c.text("tick", left-8, ys.at(t)+4, "end", Percent(t))
	}
	for _, t := range ticks(0, last, 6) {
		c.text("tick", xs.at(t), height-8, "middle", x(t))
	}
	var line, upper, lower strings.Builder
	fmt.Fprintf(&line, "M%s %s", px(xs.at(0)), px(ys.at(1)))
	fmt.Fprintf(&upper, "M%s %s", px(xs.at(0)), px(ys.at(1)))
	back := []string{}
	low := 1.0
	for _, s := range steps {
		fmt.Fprintf(&line, "H%sV%s", px(xs.at(s.At)), px(ys.at(s.Survival)))
		fmt.Fprintf(&upper, "H%sV%s", px(xs.at(s.At)), px(ys.at(s.High)))
		back = append(back, fmt.Sprintf("V%sH%s", px(ys.at(s.Low)), px(xs.at(s.At))))
		low = s.Low
		out.Rows = append(out.Rows, []string{x(s.At), fmt.Sprintf("%s (%s to %s)", Percent(s.Survival), Percent(s.Low), Percent(s.High)), fmt.Sprint(s.AtRisk)})
	}
	fmt.Fprintf(&lower, "V%s", px(ys.at(low)))
	for i := len(back) - 1; i >= 0; i-- {
		lower.WriteString(back[i])
	}
	fmt.Fprintf(&lower, "V%sH%sZ", px(ys.at(1)), px(xs.at(0)))
	c.path("band s0", upper.String()+lower.String())
	c.path("curve s0", line.String())
	c.line("median", left, ys.at(.5), width-right, ys.at(.5))
	out.SVG = c.svg("survival", width, height, title, "The share that still waits after each time, with its 95 % band; where it crosses one half is the median.")
	return out
}

// Bin is one bar of a histogram, [From, To).
type Bin struct {
	From, To float64
	Count    int64
}

// Histogram draws how often values fall into each bin.
func Histogram(title string, bins []Bin, x Format) Chart {
	const left, width, right, height, top, bottom = 52.0, 640.0, 16.0, 220.0, 10.0, 28.0
	out := Chart{Title: title, Head: []string{"From", "To", "Count"}}
	if len(bins) == 0 {
		return out
	}
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
		out.Rows = append(out.Rows, []string{x(b.From), x(b.To), fmt.Sprint(b.Count)})
	}
	for _, t := range ticks(xs.lo, xs.hi, 6) {
		c.text("tick", xs.at(t), height-8, "middle", x(t))
	}
	out.SVG = c.svg("histogram", width, height, title, "How many fall into each range.")
	return out
}

// Part is one part of a whole.
type Part struct {
	Label string
	Share float64
	Kind  string // "good", "neutral" or "bad": it decides colour and pattern
}

// StackRow is one bar of a stacked chart; its parts sum to 1.
type StackRow struct {
	Label string
	Parts []Part
	Score string // written at the end
}

// Stack draws a whole split into parts, row by row: promoters, passives and
// detractors of an NPS.
func Stack(title string, rows []StackRow) Chart {
	const labels, width, right, rowHeight, top = 190.0, 640.0, 70.0, 36.0, 4.0
	out := Chart{Title: title}
	if len(rows) == 0 {
		return out
	}
	out.Head = []string{""}
	for _, p := range rows[0].Parts {
		out.Head = append(out.Head, p.Label)
	}
	out.Head = append(out.Head, "Score")
	var c canvas
	for i, r := range rows {
		y := top + rowHeight*float64(i)
		c.text("label", labels-12, y+rowHeight/2+4, "end", shorten(r.Label, 28))
		x := labels
		cells := []string{r.Label}
		for _, p := range r.Parts {
			w := p.Share * (width - right - labels)
			c.rect("part "+p.Kind, x+.5, y+6, w-1, rowHeight-12)
			if w > 44 {
				c.text("part-value "+p.Kind, x+w/2, y+rowHeight/2+4, "middle", Percent(p.Share))
			}
			x += w
			cells = append(cells, Percent(p.Share))
		}
		c.text("value", width-right+10, y+rowHeight/2+4, "start", r.Score)
		out.Rows = append(out.Rows, append(cells, r.Score))
	}
	out.SVG = c.svg("stack", width, top*2+rowHeight*float64(len(rows)), title, "Each bar is the whole, split into its parts from left to right: "+partNames(rows[0].Parts)+".")
	return out
}

func partNames(parts []Part) string {
	var names []string
	for _, p := range parts {
		names = append(names, strings.ToLower(p.Label))
	}
	return strings.Join(names, ", ")
}
