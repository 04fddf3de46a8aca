package chart

import (
	"fmt"
	"html/template"
	"strings"
)

// Point is an estimate at one place of a chart. Where Shown is false the sample
// was too small: nothing is drawn there and the table says why.
type Point struct {
	Value, Low, High float64
	N                int64
	Shown            bool
	Href             string
}

// Series is a named run of points, one per column of its chart.
type Series struct {
	Name   string
	Points []Point
}

// FeelingCurve is what customers felt at each step of a journey, per persona.
type FeelingCurve struct {
	Title       string
	Steps       []string
	Series      []Series
	Min, Max    float64 // of the scale that is drawn
	Target      float64 // a line drawn across; Min = none
	Format      Format
	ColumnWidth float64
	Height      float64
}

// Feeling draws the curve: a line through the values, a band for the 95 %
// interval, a gap where the sample is too small. Its columns are ColumnWidth wide,
// so that it lies under a table's columns.
func Feeling(f FeelingCurve) Chart {
	if len(f.Steps) == 0 || len(f.Series) == 0 {
		return Chart{Title: f.Title}
	}
	const top, bottom = 18, 14
	w, h := f.ColumnWidth*float64(len(f.Steps)), f.Height
	y := scale{f.Min, f.Max, h - bottom, top}
	mid := func(i int) float64 { return (float64(i) + .5) * f.ColumnWidth }
	var c canvas
	for _, t := range ticks(f.Min, f.Max, 4) {
		c.line("grid", 0, y.at(t), w, y.at(t))
		c.text("tick", 2, y.at(t)-3, "start", f.Format(t))
	}
	if f.Target > f.Min {
		c.line("target", 0, y.at(f.Target), w, y.at(f.Target))
	}
	out := Chart{Title: f.Title, Head: append([]string{"Step"}, names(f.Series)...)}
	for si, s := range f.Series {
		for _, run := range runs(s.Points) {
			c.path(fmt.Sprintf("band s%d", si), bandPath(s.Points, run, mid, y))
		}
		for _, run := range runs(s.Points) {
			c.path(fmt.Sprintf("curve s%d", si), curvePath(s.Points, run, mid, y))
		}
	}
	for si, s := range f.Series {
		for i, p := range s.Points {
			x := mid(i)
			if !p.Shown {
				if len(f.Series) == 1 {
					c.text("withheld", x, h/2+4, "middle", unasked(p))
				}
				continue
			}
			label := fmt.Sprintf("%s, %s: %s, 95 %% interval %s to %s, n = %d", f.Steps[i], s.Name, f.Format(p.Value), f.Format(p.Low), f.Format(p.High), p.N)
			c.open(p.Href, label)
			c.line(fmt.Sprintf("whisker s%d", si), x, y.at(p.Low), x, y.at(p.High))
			c.circle("hit", x, y.at(p.Value), 12)
			c.marker(si, x, y.at(p.Value))
			c.shut(p.Href)
			if len(f.Series) == 1 {
				c.text("value", x+9, y.at(p.Value)-7, "start", f.Format(p.Value))
			}
		}
	}
	for i, step := range f.Steps {
		row := []string{step}
		for _, s := range f.Series {
			row = append(row, pointText(s.Points[i], f.Format))
		}
		out.Rows = append(out.Rows, row)
	}
	out.SVG = c.svg("feeling", w, h, f.Title, "What customers felt at each step, with 95 % intervals. The same numbers stand in the table beside it.")
	return out
}

// unasked says why a step has no value.
func unasked(p Point) string {
	if p.N == 0 {
		return "nobody was asked"
	}
	return fmt.Sprintf("too few to tell (n = %d)", p.N)
}

// runs are the stretches [from, to] of points that are shown.
func runs(points []Point) [][2]int {
	var out [][2]int
	for i, p := range points {
		switch {
		case !p.Shown:
		case i > 0 && points[i-1].Shown:
			out[len(out)-1][1] = i
		default:
			out = append(out, [2]int{i, i})
		}
	}
	return out
}

// curvePath has horizontal tangents at every point, so that the curve never shows
// a high or low that no step has.
func curvePath(points []Point, run [2]int, x func(int) float64, y scale) string {
	var d strings.Builder
	for i := run[0]; i <= run[1]; i++ {
		bend(&d, i == run[0], x, i-1, i, y.at(points[max(i-1, 0)].Value), y.at(points[i].Value))
	}
	return d.String()
}

func bandPath(points []Point, run [2]int, x func(int) float64, y scale) string {
	var d strings.Builder
	if run[0] == run[1] { // a lone point: a short band that is as wide as its mark
		i := run[0]
		fmt.Fprintf(&d, "M%s %sH%sV%sH%sZ", px(x(i)-8), px(y.at(points[i].High)), px(x(i)+8), px(y.at(points[i].Low)), px(x(i)-8))
		return d.String()
	}
	for i := run[0]; i <= run[1]; i++ {
		bend(&d, i == run[0], x, i-1, i, y.at(points[max(i-1, 0)].High), y.at(points[i].High))
	}
	fmt.Fprintf(&d, "L%s %s", px(x(run[1])), px(y.at(points[run[1]].Low)))
	for i := run[1] - 1; i >= run[0]; i-- {
		bend(&d, false, x, i+1, i, y.at(points[i+1].Low), y.at(points[i].Low))
	}
	return d.String() + "Z"
}

// bend appends the curve from column a at height ya to column b at yb, or moves
// to b when it is the first.
func bend(d *strings.Builder, first bool, x func(int) float64, a, b int, ya, yb float64) {
	if first {
		fmt.Fprintf(d, "M%s %s", px(x(b)), px(yb))
		return
	}
	mid := px((x(a) + x(b)) / 2)
	fmt.Fprintf(d, "C%s %s %s %s %s %s", mid, px(ya), mid, px(yb), px(x(b)), px(yb))
}

func names(series []Series) []string {
	out := make([]string, len(series))
	for i, s := range series {
		out[i] = s.Name
	}
	return out
}

// pointText writes a point for a table: value, interval, n.
func pointText(p Point, f Format) string {
	if !p.Shown {
		return fmt.Sprintf("too few to tell (n = %d)", p.N)
	}
	return fmt.Sprintf("%s (%s to %s, n = %d)", f(p.Value), f(p.Low), f(p.High), p.N)
}

// Legend draws a series' mark alone, for a legend in HTML.
func Legend(series int) template.HTML {
	var c canvas
	c.line(fmt.Sprintf("curve s%d", series), 0, 8, 28, 8)
	c.marker(series, 14, 8)
	return template.HTML(`<svg class="chart legend" width="28" height="16" viewBox="0 0 28 16" aria-hidden="true" focusable="false">` + c.b.String() + `</svg>`)
}
