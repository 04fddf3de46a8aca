package web

import (
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/firsthand-cx/firsthand/internal/question"
	"github.com/firsthand-cx/firsthand/internal/web/chart"
)

// chartOf draws an answer where a picture says more than its table: a funnel, an
// NPS as its parts, and otherwise the groups' estimates under one another.
func chartOf(t question.Table, title string, params url.Values) chart.Chart {
	a := answer{t}
	switch {
	case t.Question == "funnel" && params.Get("by") == "":
		return a.funnelChart(title, params)
	case t.Question == "nps":
		if c := a.npsChart(title); !c.Empty() {
			return c
		}
	}
	if c := a.dotPlot(title, params); !c.Empty() {
		return c
	}
	if params.Get("by") == "hour" {
		return a.dayChart(title)
	}
	return chart.Chart{}
}

// dayChart draws an answer of counts by the hour of the day.
func (a answer) dayChart(title string) chart.Chart {
	at := slices.IndexFunc(a.Columns, func(c question.Column) bool { return c.Unit == "count" })
	if at < 0 {
		return chart.Chart{}
	}
	bins := make([]chart.Bin, 24)
	for i := range bins {
		bins[i] = chart.Bin{From: float64(i), To: float64(i + 1)}
	}
	for _, row := range a.Rows {
		hour, err := strconv.Atoi(strings.TrimSuffix(row[0].Text, ":00"))
		if err == nil && hour >= 0 && hour < 24 && row[at].Number != nil {
			bins[hour].Count += int64(*row[at].Number)
		}
	}
	return chart.Histogram(title+" "+a.Columns[at].Title+" by hour of the day", bins, func(v float64) string { return strconv.Itoa(int(v)) + ":00" })
}

func (a answer) funnelChart(title string, params url.Values) chart.Chart {
	var steps []chart.FunnelStep
	worst, most := -1, 0.0
	for i, row := range a.Rows {
		_, cell, ok := a.cell(row, "of_entered")
		_, reached, _ := a.cell(row, "reached")
		if !ok || reached.Number == nil {
			continue
		}
		steps = append(steps, chart.FunnelStep{Label: row[0].Text, Reached: int64(*reached.Number), Share: point(cell, evidenceHref(a.Question, params, cell.Evidence))})
		if _, dropped, ok := a.cell(row, "dropped"); ok && dropped.Number != nil && *dropped.Number > most {
			worst, most = i, *dropped.Number
		}
	}
	if worst >= 0 && worst < len(steps) {
		steps[worst].Worst = true
	}
	return chart.Funnel(title, steps)
}

// npsChart splits each group's answers into detractors, passives and promoters.
func (a answer) npsChart(title string) chart.Chart {
	var rows []chart.StackRow
	for _, row := range a.Rows {
		_, answers, _ := a.cell(row, "answers")
		_, promoters, _ := a.cell(row, "positive")
		_, detractors, _ := a.cell(row, "negative")
		column, score, _ := a.cell(row, "nps")
		if answers.Number == nil || *answers.Number == 0 || promoters.Number == nil || detractors.Number == nil || score.Withheld || score.Number == nil {
			continue
		}
		good, bad := *promoters.Number / *answers.Number, *detractors.Number / *answers.Number
		rows = append(rows, chart.StackRow{Label: row[0].Text, Score: column.Write(score), Parts: []chart.Part{
			{Label: "Detractors", Share: bad, Kind: "bad"},
			{Label: "Passives", Share: max(0, 1-good-bad), Kind: "neutral"},
			{Label: "Promoters", Share: good, Kind: "good"},
		}})
	}
	return chart.Stack(title, rows)
}

// comparableWaits is the column of the median waits, where all rows show one and they
// are of one order: beside a letter's days, a call's seconds would be no line at all.
func (a answer) comparableWaits() int {
	at := slices.IndexFunc(a.Columns, func(c question.Column) bool { return c.Name == "median" && c.Unit == "seconds" })
	if at < 0 {
		return -1
	}
	least, most := math.Inf(1), 0.0
	for _, row := range a.Rows {
		if row[at].Number == nil || row[at].Withheld {
			if row[at].Withheld {
				continue
			}
			return -1
		}
		least, most = min(least, *row[at].Number), max(most, *row[at].Number)
	}
	if most <= 0 || most > 60*max(least, 1) {
		return -1
	}
	return at
}

// dotPlot draws the answer's main estimate: the first share, score or time that
// has intervals, for at most thirty groups.
func (a answer) dotPlot(title string, params url.Values) chart.Chart {
	main := -1
	for i, c := range a.Columns {
		if c.Unit != "share" && c.Unit != "seconds" && c.Unit != "score" && c.Unit != "points" {
			continue
		}
		for _, row := range a.Rows {
			if i < len(row) && row[i].Interval != nil {
				main = i
				break
			}
		}
		if main >= 0 {
			break
		}
	}
	if at := a.comparableWaits(); at >= 0 {
		main = at
	}
	if main < 0 || len(a.Rows) < 2 || len(a.Rows) > 30 {
		return chart.Chart{}
	}
	column := a.Columns[main]
	plot := chart.DotPlot{Title: title + " " + column.Title, Format: func(v float64) string { return column.Figure(v) }, Min: math.Inf(1), Max: math.Inf(-1)}
	for _, row := range a.Rows {
		cell := row[main]
		pt := point(cell, evidenceHref(a.Question, params, cell.Evidence))
		if pt.Shown {
			if math.IsInf(pt.High, 0) {
				pt.High = pt.Value
			}
			plot.Min, plot.Max = min(plot.Min, pt.Low), max(plot.Max, pt.High)
		}
		estimate := chart.Estimate{Label: or(row[0].Text, column.Title), Point: pt, Target: math.Inf(-1)}
		if promise := a.text(row, "promise"); promise != "" {
			estimate.Label = sentenceless(promise)
			estimate.Bad = question.Verdict(a.text(row, "verdict")) == question.Broken
			if _, promised, ok := a.cell(row, "promised"); ok && promised.Number != nil {
				estimate.Target = *promised.Number
				plot.Max = max(plot.Max, estimate.Target)
			}
		}
		plot.Rows = append(plot.Rows, estimate)
	}
	if math.IsInf(plot.Min, 1) {
		return chart.Chart{}
	}
	if column.Unit == "share" || column.Unit == "seconds" {
		plot.Min = 0
	}
	return chart.Intervals(plot)
}
