package chart

import (
	"fmt"
	"html/template"
)

// FunnelStep is one step of a funnel: how many reached it, and the share of the
// first step's attempts that did, with its interval.
type FunnelStep struct {
	Label   string
	Reached int64
	Share   Point
	Worst   bool // the step after which most are lost
}

// Funnel draws a bar for each step with a whisker for the interval of its share.
func Funnel(title string, steps []FunnelStep) Chart {
	return bars(Chart{Title: title, Head: []string{"Step", "Reached", "Share of those who began"}}, steps, 1, "A bar for each step: the share of those who began that reached it, with its 95 % interval, and how many that is.")
}

// Bars draws parts of a whole under one another in the same way. The longest fills the
// width.
func Bars(title string, head []string, parts []FunnelStep) Chart {
	most := 0.0
	for _, p := range parts {
		if p.Share.Shown {
			most = max(most, p.Share.High)
		}
	}
	return bars(Chart{Title: title, Head: head}, parts, most, "A bar for each part: its share of the whole, with its 95 % interval, and how many that is.")
}

func bars(out Chart, steps []FunnelStep, most float64, desc string) Chart {
	if len(steps) == 0 {
		return out
	}
	for _, s := range steps {
		out.Rows = append(out.Rows, []string{s.Label, fmt.Sprint(s.Reached), pointText(s.Share, Percent)})
	}
	broad, slim := wide.fit(firsts(out.Rows)), narrow
	broad.right, slim.right, slim.row = 130, 116, 54
	out.SVG, out.Narrow = drawBars(out.Title, desc, steps, broad, most), drawBars(out.Title, desc, steps, slim, most)
	return out
}

func drawBars(title, desc string, steps []FunnelStep, l layout, most float64) template.HTML {
	const top, half = 4.0, 9.0
	x := scale{0, most, l.labels, l.width - l.right}
	var c canvas
	for i, s := range steps {
		mid := l.label(&c, top+l.row*float64(i), s.Label)
		if !s.Share.Shown {
			c.text("withheld", l.labels+8, mid+4, "start", fmt.Sprintf("too few to tell (n = %d)", s.Share.N))
			continue
		}
		c.open(s.Share.Href, s.Label+": "+pointText(s.Share, Percent))
		class := "bar"
		if s.Worst {
			class += " bad"
		}
		c.rect("hit", l.labels, mid-12, x.b-x.a, 24)
		c.rect(class, l.labels, mid-half, x.at(s.Share.Value)-l.labels, 2*half)
		c.line("whisker", x.at(s.Share.Low), mid, x.at(s.Share.High), mid)
		c.line("whisker", x.at(s.Share.Low), mid-5, x.at(s.Share.Low), mid+5)
		c.line("whisker", x.at(s.Share.High), mid-5, x.at(s.Share.High), mid+5)
		c.shut(s.Share.Href)
		c.text("value", x.b+10, mid+4, "start", Percent(s.Share.Value))
		c.text("tick", x.b+60, mid+4, "start", thousands(s.Reached))
	}
	c.line("axis", l.labels, top, l.labels, top+l.row*float64(len(steps)))
	return c.svg("funnel", l.width, top*2+l.row*float64(len(steps)), title, desc)
}

// thousands groups digits in threes.
func thousands(n int64) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
