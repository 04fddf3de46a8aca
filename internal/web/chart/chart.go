// Package chart draws answers as SVG on the server: no script, printable, and
// coloured by the style sheet alone (every mark has a class, none a style), so
// that a strict Content-Security-Policy and a dark theme both hold.
//
// It knows numbers, labels and links only. A Chart carries the same figures as
// a table, which pages show beside it. Start at Feeling, the journey map's curve.
package chart

import (
	"fmt"
	"hash/fnv"
	"html"
	"html/template"
	"math"
	"strconv"
	"strings"
)

// Chart is a drawing with the table of the numbers that it draws.
type Chart struct {
	Title  string
	SVG    template.HTML
	Narrow template.HTML // the same for a phone, its labels above the marks; "" = SVG serves both
	Head   []string
	Rows   [][]string
}

// layout is where a chart of labelled rows puts things.
type layout struct {
	labels, width, right, row float64
	above                     bool // labels stand above their marks
}

var (
	wide   = layout{labels: 200, width: 640, right: 76, row: 34}
	narrow = layout{labels: 0, width: 320, right: 56, row: 50, above: true}
)

// fit narrows the labels' column to what the longest of them needs.
func (l layout) fit(labels []string) layout {
	if l.above {
		return l
	}
	longest := 0
	for _, s := range labels {
		longest = max(longest, len([]rune(s)))
	}
	l.labels = min(l.labels, max(48, 7.4*float64(longest)+14))
	return l
}

// label writes a row's label and returns the height at which its marks are.
func (l layout) label(c *canvas, top float64, text string) (y float64) {
	if l.above {
		c.text("label", 0, top+14, "start", shorten(text, 44))
		return top + 34
	}
	c.text("label", l.labels-12, top+l.row/2+4, "end", shorten(text, 30))
	return top + l.row/2
}

// Empty reports whether there is nothing to draw.
func (c Chart) Empty() bool { return c.SVG == "" }

// Format writes a value for people: an axis label, a table cell.
type Format func(v float64) string

// Percent writes a share of 0–1 as "34 %".
func Percent(v float64) string { return Plain(math.Round(100*v)) + " %" }

// Plain writes a number with at most one decimal.
func Plain(v float64) string {
	s := strconv.FormatFloat(math.Round(v*10)/10+0, 'f', 1, 64) // + 0 makes −0 plain 0
	return strings.Replace(strings.TrimSuffix(s, ".0"), "-", "−", 1)
}

// canvas collects the elements of one drawing.
type canvas struct{ b strings.Builder }

func px(v float64) string { return strconv.FormatFloat(math.Round(v*10)/10, 'f', -1, 64) }

func (c *canvas) line(class string, x1, y1, x2, y2 float64) {
	fmt.Fprintf(&c.b, `<line class="%s" x1="%s" y1="%s" x2="%s" y2="%s"/>`, class, px(x1), px(y1), px(x2), px(y2))
}

func (c *canvas) rect(class string, x, y, w, h float64) {
	fmt.Fprintf(&c.b, `<rect class="%s" x="%s" y="%s" width="%s" height="%s"/>`, class, px(x), px(y), px(max(w, 0)), px(max(h, 0)))
}

func (c *canvas) circle(class string, x, y, r float64) {
	fmt.Fprintf(&c.b, `<circle class="%s" cx="%s" cy="%s" r="%s"/>`, class, px(x), px(y), px(r))
}

func (c *canvas) path(class, d string) {
	fmt.Fprintf(&c.b, `<path class="%s" d="%s"/>`, class, d)
}

// text writes a label; anchor is "start", "middle" or "end".
func (c *canvas) text(class string, x, y float64, anchor, s string) {
	fmt.Fprintf(&c.b, `<text class="%s" x="%s" y="%s" text-anchor="%s">%s</text>`, class, px(x), px(y), anchor, html.EscapeString(s))
}

// open and shut wrap what lies between them in a link, unless href is "".
func (c *canvas) open(href, label string) {
	if href != "" {
		fmt.Fprintf(&c.b, `<a href="%s" aria-label="%s">`, html.EscapeString(href), html.EscapeString(label))
	}
}

func (c *canvas) shut(href string) {
	if href != "" {
		c.b.WriteString("</a>")
	}
}

// marker draws point i's series shape, so that series differ without colour.
func (c *canvas) marker(series int, x, y float64) {
	class := "mark s" + strconv.Itoa(series)
	switch series % 4 {
	case 0:
		c.circle(class, x, y, 5)
	case 1:
		c.rect(class, x-4.5, y-4.5, 9, 9)
	case 2:
		c.path(class, fmt.Sprintf("M%s %sl6 10h-12z", px(x), px(y-6)))
	default:
		c.path(class, fmt.Sprintf("M%s %sl6 6l-6 6l-6 -6z", px(x), px(y-6)))
	}
}

// svg closes the drawing. Links inside need the group role: an image's children
// are not reachable.
func (c *canvas) svg(class string, w, h float64, title, desc string) template.HTML {
	body := c.b.String()
	sum := fnv.New32a()
	sum.Write([]byte(title + desc + body))
	id := strconv.FormatUint(uint64(sum.Sum32()), 36)
	role := "img"
	if strings.Contains(body, "<a ") {
		role = "group"
	}
	head := fmt.Sprintf(`<svg class="chart %s" role="%s" viewBox="0 0 %s %s" width="%s" height="%s" aria-labelledby="t%s d%s"><title id="t%s">%s</title><desc id="d%s">%s</desc>`,
		class, role, px(w), px(h), px(w), px(h), id, id, id, html.EscapeString(title), id, html.EscapeString(desc))
	return template.HTML(head + body + "</svg>")
}

// scale maps [lo, hi] onto [a, b].
type scale struct{ lo, hi, a, b float64 }

func (s scale) at(v float64) float64 {
	if s.hi == s.lo {
		return (s.a + s.b) / 2
	}
	v = min(max(v, s.lo), s.hi)
	return s.a + (v-s.lo)/(s.hi-s.lo)*(s.b-s.a)
}

// ticks are round numbers from lo to hi, about n of them (Heckbert 1990).
func ticks(lo, hi float64, n int) []float64 {
	if !(hi > lo) || n < 1 {
		return []float64{lo}
	}
	raw := (hi - lo) / float64(n)
	mag := math.Pow(10, math.Floor(math.Log10(raw)))
	step := 10 * mag
	for _, m := range []float64{1, 2, 5} {
		if raw <= m*mag*1.0001 {
			step = m * mag
			break
		}
	}
	var out []float64
	for i := math.Ceil(lo/step - 1e-9); i*step <= hi+step*1e-9; i++ {
		out = append(out, i*step)
	}
	return out
}

// firsts are the first cells of rows: their labels.
func firsts(rows [][]string) []string {
	out := make([]string, len(rows))
	for i, row := range rows {
		out[i] = row[0]
	}
	return out
}

// shorten cuts a label that does not fit, on a whole rune.
func shorten(s string, runes int) string {
	r := []rune(s)
	if len(r) <= runes {
		return s
	}
	return strings.TrimRight(string(r[:runes-1]), " ") + "…"
}
