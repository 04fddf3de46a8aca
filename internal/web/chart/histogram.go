package chart

import (
	"fmt"
	"html/template"
)

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
	const height, top, left, right, bottom = 220.0, 10.0, 52.0, 24.0, 28.0
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
