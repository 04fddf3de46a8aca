package web

import (
	"context"
	"net/url"
	"slices"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/journey"
	"github.com/firsthand-cx/firsthand/internal/question"
	"github.com/firsthand-cx/firsthand/internal/web/chart"
)

// asks reports whether the catalogue has a question.
func (s *Site) asks(name string) bool {
	return slices.ContainsFunc(s.Rooms.Questions.Catalogue(), func(d question.Definition) bool { return d.Name == name })
}

// journeyPromises is how each promise of one journey is kept, the broken ones first.
func (s *Site) journeyPromises(ctx context.Context, v url.Values, j cx.Journey, only bool) ([]promiseRow, error) {
	table, err := s.Rooms.Questions.Ask(ctx, "standard_met", v)
	if err != nil {
		return nil, err
	}
	a := answer{table}
	var out []promiseRow
	for _, step := range j.Steps() {
		for _, promise := range step.Promises {
			row := a.promiseRow(step, promise)
			if row == nil {
				continue
			}
			out = append(out, promised(a, row, stepWhere(j, step, only), step, promise, v))
		}
	}
	slices.SortStableFunc(out, func(a, b promiseRow) int {
		if a.Broken != b.Broken {
			if a.Broken {
				return -1
			}
			return 1
		}
		return 0
	})
	return out, nil
}

// promiseRow finds a promise's row: its evidence names it as step/promise, its
// cells by the step's title.
func (a answer) promiseRow(step cx.Step, promise cx.Promise) []question.Cell {
	for _, row := range a.Rows {
		for _, c := range row {
			if slices.Contains(rowNames(c.Evidence), step.Name+"/"+promise.Name) {
				return row
			}
		}
	}
	for _, row := range a.Rows {
		if at := a.text(row, "step"); a.text(row, "promise") == promise.Name && (at == step.Title || at == step.Name) {
			return row
		}
	}
	return nil
}

func promised(a answer, row []question.Cell, where string, step cx.Step, promise cx.Promise, v url.Values) promiseRow {
	column, cell, _ := a.cell(row, "share")
	verdict := question.Verdict(a.text(row, "verdict"))
	out := promiseRow{
		Title: sentenceless(or(promise.Name, journey.DescribePromise(promise))), Where: where, Owner: step.Owner,
		Target: share(promise.Share), Met: figure(column, cell, evidenceHref("standard_met", v, cell.Evidence)),
		Href: link("/questions/standard_met", v), step: step.Name, target: promise.Share, point: point(cell, ""),
	}
	out.Broken, out.Kept = verdict == question.Broken, verdict == question.Kept
	if pt := out.point; pt.Shown {
		out.Dot = chart.Inline(chart.Estimate{Point: pt, Target: promise.Share, Bad: out.Broken}, max(0, min(.5, pt.Low-.05)), 1)
	}
	return out
}
