package web

import (
	"fmt"
	"html/template"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/question"
	"github.com/firsthand-cx/firsthand/internal/web/chart"
)

// Figure is a number as a page shows it, with what it rests on.
type Figure struct {
	Text     string // "34 %"; "too few to tell (n = 7)" when Withheld
	Range    string // "31 to 37 %"
	N        string // "1,204"
	Withheld bool
	Href     string // the interactions behind it
	Dot      template.HTML
}

// figure writes a cell of a question's answer.
func figure(column question.Column, cell question.Cell, href string) Figure {
	f := Figure{Text: column.Write(cell), Withheld: cell.Withheld}
	if cell.Withheld {
		return f
	}
	f.Range = column.WriteInterval(cell)
	if cell.N > 0 {
		f.N = count(cell.N)
	}
	f.Href = href
	return f
}

// point turns a cell into a point of a chart.
func point(cell question.Cell, href string) chart.Point {
	if cell.Withheld || cell.Number == nil {
		return chart.Point{N: cell.N}
	}
	p := chart.Point{Value: *cell.Number, Low: *cell.Number, High: *cell.Number, N: cell.N, Shown: true, Href: href}
	if cell.Interval != nil {
		p.Low, p.High = cell.Interval.Low, cell.Interval.High
	}
	return p
}

var countColumn = question.Column{Unit: "count"}

// count groups a whole number in threes: 1,204.
func count(n int64) string { return countColumn.Figure(float64(n)) }

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return count(int64(n)) + " " + many
}

var smallNumbers = []string{"No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine"}

// inWords writes a count at the start of a sentence.
func inWords(n int) string {
	if n < len(smallNumbers) {
		return smallNumbers[n]
	}
	return count(int64(n))
}

func share(v float64) string { return question.Column{Unit: "share"}.Figure(v) }

// money writes an amount without decimals, for sums that are estimates anyway.
func money(minor float64, currency string) string {
	digits := 2
	if strings.Contains(" JPY KRW VND CLP ISK HUF ", " "+currency+" ") {
		digits = 0
	}
	major := minor / math.Pow10(digits)
	return currency + " " + count(int64(roughly(major)))
}

// roughly keeps two significant digits: an estimate claims no more.
func roughly(v float64) float64 {
	if v == 0 {
		return 0
	}
	magnitude := math.Pow(10, math.Floor(math.Log10(math.Abs(v)))-1)
	if magnitude < 1 {
		magnitude = 1
	}
	return math.Round(v/magnitude) * magnitude
}

func day(t time.Time, zone *time.Location) string {
	if t.IsZero() {
		return ""
	}
	return t.In(zone).Format("2 Jan 2006")
}

func moment(t time.Time, zone *time.Location, precision cx.TimePrecision) string {
	if precision == cx.ToTheDay {
		return day(t, zone)
	}
	return t.In(zone).Format("2 Jan 2006, 15:04")
}

// span writes a half-open period by its first and last day.
func span(p cx.Period, zone *time.Location) string {
	switch {
	case p.From.IsZero() && p.To.IsZero():
		return "The whole time"
	case p.From.IsZero():
		return "Until " + day(p.To.Add(-time.Second), zone)
	case p.To.IsZero():
		return "Since " + day(p.From, zone)
	}
	first, last := p.From.In(zone), p.To.Add(-time.Second).In(zone)
	switch {
	case first.Year() != last.Year():
		return first.Format("2 January 2006") + " – " + last.Format("2 January 2006")
	case first.Month() != last.Month():
		return first.Format("2 January") + " – " + last.Format("2 January 2006")
	case first.Day() != last.Day():
		return strconv.Itoa(first.Day()) + "–" + last.Format("2 January 2006")
	}
	return first.Format("2 January 2006")
}

// ago says how long ago something was, in the unit a person would use.
func ago(t, now time.Time) string {
	d := now.Sub(t)
	switch {
	case t.IsZero():
		return "never"
	case d < 2*time.Minute:
		return "just now"
	case d < 2*time.Hour:
		return fmt.Sprintf("%d minutes ago", int(d.Minutes()))
	case d < 48*time.Hour:
		return fmt.Sprintf("%d hours ago", int(d.Hours()))
	}
	return fmt.Sprintf("%d days ago", int(d.Hours()/24))
}
