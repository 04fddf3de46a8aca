package chart

import "fmt"

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
	const labels, width, right, rowHeight, top = 190.0, 640.0, 130.0, 38.0, 4.0
	out := Chart{Title: title, Head: []string{"Step", "Reached", "Share of those who began"}}
	if len(steps) == 0 {
		return out
	}
	x := scale{0, 1, labels, width - right}
	var c canvas
	c.line("axis", labels, top, labels, top+rowHeight*float64(len(steps)))
	for i, s := range steps {
		y := top + rowHeight*float64(i)
		out.Rows = append(out.Rows, []string{s.Label, fmt.Sprint(s.Reached), pointText(s.Share, Percent)})
		c.text("label", labels-12, y+rowHeight/2+4, "end", shorten(s.Label, 28))
		if !s.Share.Shown {
			c.text("withheld", labels+8, y+rowHeight/2+4, "start", fmt.Sprintf("too few to tell (n = %d)", s.Share.N))
			continue
		}
		c.open(s.Share.Href, s.Label+": "+pointText(s.Share, Percent))
		class := "bar"
		if s.Worst {
			class += " bad"
		}
		c.rect("hit", labels, y+4, width-right-labels, rowHeight-8)
		c.rect(class, labels, y+8, x.at(s.Share.Value)-labels, rowHeight-16)
		mid := y + rowHeight/2
		c.line("whisker", x.at(s.Share.Low), mid, x.at(s.Share.High), mid)
		c.line("whisker", x.at(s.Share.Low), mid-5, x.at(s.Share.Low), mid+5)
		c.line("whisker", x.at(s.Share.High), mid-5, x.at(s.Share.High), mid+5)
		c.shut(s.Share.Href)
		c.text("value", width-right+10, mid+4, "start", Percent(s.Share.Value))
		c.text("tick", width-right+58, mid+4, "start", thousands(s.Reached))
	}
	out.SVG = c.svg("funnel", width, top*2+rowHeight*float64(len(steps)), title, "A bar for each step: the share of those who began that reached it, with its 95 % interval, and how many that is.")
	return out
}

// thousands groups digits in threes.
func thousands(n int64) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
