package web

import (
	"html/template"
	"net/url"
	"strings"

	"github.com/firsthand-cx/firsthand/internal/question"
	"github.com/firsthand-cx/firsthand/internal/web/chart"
)

// traitCard is one of what customers want first, with its figures.
type traitCard struct {
	Title    string
	Measures []traitMeasure
}

type traitMeasure struct {
	Words    string
	Figure   Figure
	Dot      template.HTML
	Rests    string // "of 1,204 contacts"
	RestsOn  string // opens them
	Promised string
	State    *Chip
	Asked    string // the question that answers it
	Href     string
	Missing  string
}

// traitCards sorts the figures of five_traits by what they are about.
func traitCards(t question.Table, params url.Values) []traitCard {
	if t.Question != "five_traits" {
		return nil
	}
	a := answer{t}
	var cards []traitCard
	for _, row := range t.Rows {
		title := a.text(row, "trait")
		if len(cards) == 0 || cards[len(cards)-1].Title != title {
			cards = append(cards, traitCard{Title: title})
		}
		card := &cards[len(cards)-1]
		m := a.traitMeasure(row, params)
		if n := len(card.Measures); n > 0 && card.Measures[n-1].Href == m.Href { // said once, below the last of them
			card.Measures[n-1].Href = ""
		}
		card.Measures = append(card.Measures, m)
	}
	return cards
}

func (a answer) traitMeasure(row []question.Cell, params url.Values) traitMeasure {
	m := traitMeasure{Words: a.text(row, "measure"), Missing: strings.TrimPrefix(a.text(row, "missing"), "Not known: ")}
	m.Missing = sentence(m.Missing)
	if _, asked, ok := a.cell(row, "question"); ok && asked.Ask != "" {
		m.Asked, m.Href = askedTitle(asked), "/questions/"+asked.Ask
	}
	if m.Missing != "" {
		return m
	}
	column, cell, _ := a.cell(row, "figure")
	m.Figure = figure(column, cell, evidenceHref(a.Question, params, cell.Evidence))
	m.Figure.N = "" // it is said in words
	counts, rests, _ := a.cell(row, "rests_on")
	m.Rests, m.RestsOn = "of "+counts.Write(rests)+" "+a.text(row, "of_what"), evidenceHref(a.Question, params, rests.Evidence)
	target := -1.0
	if _, promised, ok := a.cell(row, "promised"); ok && promised.Number != nil {
		m.Promised, target = share(*promised.Number)+" promised", *promised.Number
	}
	if cell.Unit == "share" && cell.Interval != nil && cell.Interval.Low >= 0 {
		m.Dot = chart.Inline(chart.Estimate{Point: point(cell, ""), Target: target}, 0, 1)
	}
	switch verdict := question.Verdict(a.text(row, "state")); verdict {
	case "":
	case question.Kept:
		m.State = &Chip{"good", string(verdict)}
	case question.Broken:
		m.State = &Chip{"bad", string(verdict)}
	default:
		m.State = &Chip{"", string(verdict)}
	}
	return m
}

// askedTitle is the question that a cell opens into, as people ask it.
func askedTitle(c question.Cell) string {
	if d, err := question.Describe(c.Text); err == nil {
		return d.Title
	}
	return c.Text
}
