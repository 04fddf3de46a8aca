package web

import (
	"cmp"
	"context"
	"net/url"
	"slices"
	"strings"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/question"
)

// lastTime heads Today: when did the company last experience what its customers do?
type lastTime struct {
	Answer  string // "3 days ago, at Pay, by a robot"; "" = nobody has walked
	Href    string
	Warning string // how many steps are overdue
	Steps   int
	Tiles   []lastTile // the most overdue first
	More    int
	AllHref string
}

// lastTile is one step.
type lastTile struct {
	Step, Journey string
	Ago           string // "41 days"; "never"
	State         string // never, overdue, in time
	Due           string // "due every 30 days"
	Result        string
	Href          string

	urgency float64
	days    float64
}

// shownTiles is how many steps the home page shows.
const shownTiles = 8

// lastTime asks for each journey when its steps were last walked. A nil one has
// nothing to say: there are no journeys.
func (s *Site) lastTime(ctx context.Context, journeys []cx.Journey) (*lastTime, error) {
	if !s.asks("last_experienced") || len(journeys) == 0 {
		return nil, nil
	}
	var tiles []lastTile
	for _, j := range journeys {
		params := url.Values{"journey": {j.Name}}
		a, err := s.ask(ctx, "last_experienced", params)
		if err != nil {
			return nil, err
		}
		for _, row := range a.Rows {
			tile := a.lastTile(row, params)
			if len(journeys) > 1 {
				tile.Journey = or(j.Title, j.Name)
			}
			tiles = append(tiles, tile)
		}
	}
	slices.SortStableFunc(tiles, func(a, b lastTile) int { return cmp.Compare(b.urgency, a.urgency) })
	l := &lastTime{Steps: len(tiles), AllHref: link("/questions/last_experienced", url.Values{"journey": {journeys[0].Name}})}
	l.sum(tiles)
	if l.Answer != "" {
		l.Tiles = tiles[:min(shownTiles, len(tiles))]
		l.More = len(tiles) - len(l.Tiles)
	}
	return l, nil
}

func (l *lastTime) sum(tiles []lastTile) {
	var latest *lastTile
	never, overdue := 0, 0
	for i, tile := range tiles {
		switch tile.State {
		case "never walked":
			never++
			continue
		case "overdue":
			overdue++
		}
		if latest == nil || tile.days < latest.days {
			latest = &tiles[i]
		}
	}
	if latest == nil {
		return
	}
	l.Answer, l.Href = sentence(agoWords(latest.days)+": "+latest.Step+", by "+latest.Result), latest.Href
	var said []string
	if overdue > 0 {
		said = append(said, plural(overdue, "step is", "steps are")+" overdue")
	}
	if never > 0 {
		said = append(said, plural(never, "step was", "steps were")+" never walked")
	}
	if len(said) > 0 {
		l.Warning = sentence(strings.Join(said, ", "))
	}
}

func (a answer) lastTile(row []question.Cell, params url.Values) lastTile {
	number := func(name string) float64 {
		_, c, _ := a.cell(row, name)
		if c.Number == nil {
			return 0
		}
		return *c.Number
	}
	_, days, _ := a.cell(row, "days")
	tile := lastTile{
		Step: a.text(row, "group"), State: a.text(row, "due"), days: number("days"), Due: everyWords(number("every")),
		Href: evidenceHref("last_experienced", params, days.Evidence), urgency: number("days") - number("every"),
	}
	if tile.State == "never walked" {
		tile.Ago, tile.urgency = "never", 1e9
		return tile
	}
	tile.Ago = daysWords(tile.days)
	tile.Result = a.text(row, "by") + ", " + a.text(row, "result")
	return tile
}

func daysWords(days float64) string {
	switch days {
	case 0:
		return "today"
	case 1:
		return "1 day"
	}
	return count(int64(days)) + " days"
}

func everyWords(days float64) string {
	if days == 1 {
		return "every day"
	}
	return "every " + count(int64(days)) + " days"
}

func agoWords(days float64) string {
	switch days {
	case 0:
		return "today"
	case 1:
		return "yesterday"
	}
	return daysWords(days) + " ago"
}
