package web

import (
	"net/url"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// stepWalks is what walkers met at a step of the map, beside what customers met there
// in the same weeks.
type stepWalks struct {
	Walked Figure // how often
	Last   string // "12 Nov 2026, a robot: promises kept"
	Beside []beside
}

// beside is one thing as walkers and as customers met it. Their scales differ, so that
// each is written in its own.
type beside struct {
	What              string
	Walkers           Figure
	Customers         Figure
	CustomersMeasured string // what theirs is, where it isn't the same thing
}

// walkParams are the map's filters that walks understand: they belong to no segment of
// customers.
func walkParams(params url.Values) url.Values {
	out := cloned(params)
	for _, name := range []string{"persona", "dimension"} {
		out.Del(name)
	}
	return out
}

// stepWalks lays a step's walks beside the customers' figures of its column.
func (f mapFigures) stepWalks(s *Site, step cx.Step, of mapStep) *stepWalks {
	row := f.walks.stepRow(step)
	if row == nil {
		return nil
	}
	params := walkParams(f.params)
	w := &stepWalks{Walked: f.walks.figure(row, params, "walked")}
	if last := f.lastWalks.stepRow(step); last != nil {
		if _, at, _ := f.lastWalks.cell(last, "last"); at.Number != nil {
			w.Last = day(time.Unix(int64(*at.Number), 0), s.Zone) + ", " + f.lastWalks.text(last, "by") + ": " + f.lastWalks.text(last, "result")
		}
	}
	add := func(what, column string, customers Figure, measured string) {
		walkers := f.walks.figure(row, params, column)
		if walkers.Text == "" || walkers.Withheld && customers.Text == "" {
			return
		}
		w.Beside = append(w.Beside, beside{what, walkers, customers, measured})
	}
	var score, kept Figure
	measured := ""
	if len(of.Feelings) > 0 {
		score, measured = of.Feelings[0].Score, f.feelings[0].metric.words
	}
	add("Felt, of 5", "felt", score, measured)
	add("Time", "seconds", of.Median, "to the next step")
	for i, p := range of.Promises {
		if i == 0 || p.Broken {
			kept = p.Met
		}
		if p.Broken {
			break
		}
	}
	add("Promises kept", "kept", kept, "")
	return w
}
