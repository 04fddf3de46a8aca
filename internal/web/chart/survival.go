package chart

import (
	"fmt"
	"html/template"
	"math"
	"strings"
)

// SurvivalCurve is how many of a group are still there, over time.
type SurvivalCurve struct {
	Name   string
	Points []SurvivalPoint // in order of time
}

// SurvivalPoint is the share still there after a time, with its interval, and how many
// were still seen.
type SurvivalPoint struct {
	After, Share, Low, High float64
	AtRisk                  int64
}

// at is the last point that is not later than a time; ok is false beyond the curve.
func (s SurvivalCurve) at(time float64) (p SurvivalPoint, ok bool) {
	for _, q := range s.Points {
		if q.After > time {
			return p, ok
		}
		p, ok = q, true
	}
	return p, ok && p.After >= time
}

// Survival is curves on one axis of time.
type Survival struct {
	Title  string
	Curves []SurvivalCurve // six at most: more cannot be told apart
	Tick   float64         // between marks of the axis
	Time   Format
}

// Draw draws the curves as steps with a band for the 95 % interval, and below the axis
// how many of each group were still seen (numbers at risk: Pocock, Clayton & Altman
// 2002). A curve ends where its group was last seen.
func (s Survival) Draw() Chart {
	out := Chart{Title: s.Title, Head: []string{"Group"}}
	longest, lowest := 0.0, 1.0
	for _, c := range s.Curves {
		for _, p := range c.Points {
			longest, lowest = max(longest, p.After), min(lowest, p.Low)
		}
	}
	if longest == 0 || s.Tick <= 0 {
		return out
	}
	var marks []float64
	for at := 0.0; at <= longest; at += s.Tick {
		marks = append(marks, at)
		out.Head = append(out.Head, s.Time(at))
	}
	for _, c := range s.Curves {
		row := []string{c.Name}
		for _, at := range marks {
			if p, ok := c.at(at); ok {
				row = append(row, fmt.Sprintf("%s (%s to %s, n = %d)", Percent(p.Share), Percent(p.Low), Percent(p.High), p.AtRisk))
			} else {
				row = append(row, "not seen so long")
			}
		}
		out.Rows = append(out.Rows, row)
	}
	floor := 0.0
	if lowest > .5 { // the axis says where it begins
		floor = math.Floor(lowest*10) / 10
	}
	out.SVG = s.draw(survivalLayout{width: 720, left: 168, row: 22}, longest, floor, marks)
	out.Narrow = s.draw(survivalLayout{width: 320, left: 42, row: 20, above: true}, longest, floor, marks)
	return out
}

// survivalLayout is where things are: above puts a group's name over its numbers.
type survivalLayout struct {
	width, left, row float64
	above            bool
}

func (s Survival) draw(l survivalLayout, longest, floor float64, marks []float64) template.HTML {
	const top, height, right = 12.0, 240.0, 26.0
	x, y := scale{0, longest, l.left, l.width - right}, scale{floor, 1, top + height, top}
	var c canvas
	for _, t := range ticks(floor, 1, 5) {
		c.line("grid", l.left, y.at(t), l.width-right, y.at(t))
		c.text("tick", l.left-8, y.at(t)+4, "end", Percent(t))
	}
	for _, at := range marks {
		c.line("axis", x.at(at), top+height, x.at(at), top+height+5)
		c.text("tick", x.at(at), top+height+19, "middle", s.Time(at))
	}
	for i, curve := range s.Curves {
		c.path(fmt.Sprintf("band s%d", i), survivalBand(curve.Points, x, y))
	}
	for i, curve := range s.Curves {
		c.path(fmt.Sprintf("curve s%d", i), survivalLine(curve.Points, x, y))
	}
	if floor == 0 {
		c.line("grid", l.left, y.at(.5), l.width-right, y.at(.5))
	}
	at := top + height + 44
	heading := "Still seen"
	if l.above {
		heading = "Still seen at that time"
	}
	c.text("tick", 0, at, "start", heading)
	for i, curve := range s.Curves {
		at += l.row
		length, numbers := 15, at
		if l.above {
			length, numbers = 38, at+16
		}
		c.line(fmt.Sprintf("curve s%d", i), 0, at-4, 30, at-4)
		c.text("label", 38, at, "start", shorten(curve.Name, length))
		for _, mark := range marks {
			n := "0"
			if p, ok := curve.at(mark); ok {
				n = thousands(p.AtRisk)
			}
			c.text("tick", x.at(mark), numbers, "middle", n)
		}
		if at = numbers; l.above {
			at += 8
		}
	}
	return c.svg("survival", l.width, at+12, s.Title, "How many are still there after a time, a stepped line for each group with its 95 % band; below, how many were still seen then.")
}

func survivalLine(points []SurvivalPoint, x, y scale) string {
	var d strings.Builder
	for i, p := range points {
		switch {
		case i == 0:
			fmt.Fprintf(&d, "M%s %s", px(x.at(p.After)), px(y.at(p.Share)))
		case p.Share != points[i-1].Share:
			fmt.Fprintf(&d, "H%sV%s", px(x.at(p.After)), px(y.at(p.Share)))
		case i == len(points)-1:
			fmt.Fprintf(&d, "H%s", px(x.at(p.After)))
		}
	}
	return d.String()
}

func survivalBand(points []SurvivalPoint, x, y scale) string {
	var d strings.Builder
	for i, p := range points {
		if i == 0 {
			fmt.Fprintf(&d, "M%s %s", px(x.at(p.After)), px(y.at(p.High)))
		} else {
			fmt.Fprintf(&d, "H%sV%s", px(x.at(p.After)), px(y.at(p.High)))
		}
	}
	for i := len(points) - 1; i >= 0; i-- {
		low := points[max(i-1, 0)].Low // the step before: each holds until the next
		fmt.Fprintf(&d, "V%sH%s", px(y.at(points[i].Low)), px(x.at(points[i].After)))
		if i > 0 {
			fmt.Fprintf(&d, "V%s", px(y.at(low)))
		}
	}
	return d.String() + "Z"
}
