package chart

import (
	"html/template"
	"strings"
)

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
	out := Chart{Title: title}
	if len(rows) == 0 {
		return out
	}
	out.Head = []string{""}
	for _, p := range rows[0].Parts {
		out.Head = append(out.Head, p.Label)
	}
	out.Head = append(out.Head, "Score")
	for _, r := range rows {
		cells := []string{r.Label}
		for _, p := range r.Parts {
			cells = append(cells, Percent(p.Share))
		}
		out.Rows = append(out.Rows, append(cells, r.Score))
	}
	out.SVG, out.Narrow = drawStack(title, rows, wide.fit(firsts(out.Rows))), drawStack(title, rows, narrow)
	return out
}

func drawStack(title string, rows []StackRow, l layout) template.HTML {
	const top, half = 4.0, 12.0
	var c canvas
	for i, r := range rows {
		mid := l.label(&c, top+l.row*float64(i), r.Label)
		x := l.labels
		for _, p := range r.Parts {
			w := p.Share * (l.width - l.right - l.labels)
			c.rect("part "+p.Kind, x+.5, mid-half, w-1, 2*half)
			if w > 40 {
				c.text("part-value "+p.Kind, x+w/2, mid+4, "middle", Percent(p.Share))
			}
			x += w
		}
		c.text("value", l.width-l.right+10, mid+4, "start", r.Score)
	}
	// The key: which part is which, by name and not by colour alone.
	y, x := top+l.row*float64(len(rows))+14, l.labels
	for _, p := range rows[0].Parts {
		c.rect("part "+p.Kind, x, y-9, 10, 10)
		c.text("tick", x+15, y, "start", p.Label)
		x += 28 + 7*float64(len(p.Label))
	}
	return c.svg("stack", l.width, y+10, title, "Each bar is the whole, split into its parts from left to right: "+partNames(rows[0].Parts)+".")
}

func partNames(parts []Part) string {
	var names []string
	for _, p := range parts {
		names = append(names, strings.ToLower(p.Label))
	}
	return strings.Join(names, ", ")
}
