package question

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/question/statistics"
)

// ScoreRow is one group's answers on one scale. Scales that differ in range,
// direction or rule are never added up: each is a row of its own.
type ScoreRow struct {
	Group    Group
	Scale    string // "0–10", "1–5, 4 and more satisfied"
	Answers  int64  // n
	Positive int64  // k: promoters (NPS), satisfied (CSAT), found it easy (CES)
	Negative int64  // detractors (NPS), the others (CSAT, CES)
	// Score is −100 to 100 for NPS, and the share of Positive otherwise.
	Score Estimate
	Mean  Estimate // of the raw answers; CSAT and CES only

	Respondents int64    // distinct identified customers who answered
	Customers   int64    // distinct identified customers with any interaction in the group
	Response    Estimate // Respondents ÷ Customers
	Invited     int64    // survey invitations, where the company told; only without split and filter
	Invitation  Estimate // answers ÷ Invited

	Against Comparison // of the share Positive, against the other groups on the scale
}

// Silent is how many customers of the group didn't answer.
func (r ScoreRow) Silent() int64 { return r.Customers - r.Respondents }

// Reasons for which an answer isn't in a score.
const (
	notApplicable = "answered “not applicable”"
	offScale      = "answer outside its scale"
)

// shape is what scales must share for their answers to be added up.
type shape struct {
	min, max, from float64
	highIsBad      bool
}

// shapes groups the scales of a metric by shape, in a fixed order.
func shapes(scales map[int16]cx.Scale, metric cx.Metric) (ids [][]int16, of []cx.Scale) {
	index := map[shape]int{}
	for _, id := range slices.Sorted(maps.Keys(scales)) {
		scale := scales[id]
		if scale.Metric != metric {
			continue
		}
		key := shape{scale.Min, scale.Max, scale.SatisfiedFrom, scale.HighIsBad}
		if metric == cx.NPS {
			key.from = 0
		}
		at, found := index[key]
		if !found {
			at = len(of)
			index[key] = at
			ids, of = append(ids, nil), append(of, scale)
		}
		ids[at] = append(ids[at], id)
	}
	return ids, of
}

// describe says a scale's shape.
func describe(scale cx.Scale) string {
	text := fmt.Sprintf("%g–%g", scale.Min, scale.Max)
	word := map[cx.Metric]string{cx.CSAT: "satisfied", cx.CES: "easy"}[scale.Metric]
	switch {
	case word == "":
		return text
	case scale.HighIsBad:
		return text + fmt.Sprintf(", %g and less %s", scale.SatisfiedFrom, word)
	}
	return text + fmt.Sprintf(", %g and more %s", scale.SatisfiedFrom, word)
}

// class is whether an answer is positive, neither or negative; a reason where it
// doesn't count.
func class(scale cx.Scale, answer float64) (positive, negative bool, reason string) {
	switch {
	case scale.NotApplicable != nil && answer == *scale.NotApplicable:
		return false, false, notApplicable
	case !scale.Holds(answer):
		return false, false, offScale
	case scale.Metric == cx.NPS:
		return cx.Promoter(answer), cx.Detractor(answer), ""
	}
	satisfied := scale.Satisfied(answer)
	return satisfied, !satisfied, ""
}

type scoreCount struct {
	answers, positive, negative, respondents int64
	moments                                  statistics.Moments
}

func runScore(metric cx.Metric, version int) func(context.Context, Facts, Params, *collector) (Answer[ScoreRow], error) {
	return func(ctx context.Context, facts Facts, p Params, c *collector) (Answer[ScoreRow], error) {
		s, err := newScope(ctx, facts, p, needs{splits: everySplit, least: 10})
		if err != nil {
			return Answer[ScoreRow]{}, err
		}
		scales, err := facts.Scales(ctx)
		if err != nil {
			return Answer[ScoreRow]{}, err
		}
		if c != nil {
			return Answer[ScoreRow]{}, s.collectScores(ctx, c, scales, metric)
		}
		customers, err := s.traffic(ctx)
		if err != nil {
			return Answer[ScoreRow]{}, err
		}
		var t tally
		rows := []ScoreRow{}
		ids, scalesOf := shapes(scales, metric)
		for i, scale := range scalesOf {
			counts, err := s.scores(ctx, &t, scales, ids[i])
			if err != nil {
				return Answer[ScoreRow]{}, err
			}
			rows = append(rows, s.scoreRows(scale, counts, customers)...)
		}
		if err := s.invited(ctx, rows); err != nil {
			return Answer[ScoreRow]{}, err
		}
		all := make([]*Comparison, len(rows))
		for i := range rows {
			all[i] = &rows[i].Against
		}
		correct(all)
		return answer(s, &t, version, rows, scoreNotes(scalesOf)), nil
	}
}

func scoreNotes(scales []cx.Scale) []string {
	if len(scales) > 1 {
		return []string{"Answers were given on scales that differ; each has rows of its own."}
	}
	return nil
}

// scores counts the answers on some scales of one shape, by group.
func (s *scope) scores(ctx context.Context, t *tally, scales map[int16]cx.Scale, ids []int16) ([]scoreCount, error) {
	args := s.group.args(s)
	wanted := make([]int32, len(ids))
	for i, id := range ids {
		wanted[i] = int32(id)
	}
	args["scales"] = wanted
	var counts []scoreCount
	err := s.facts.Rows(ctx, "scores", s.single(), args, func(scan func(...any) error) error {
		var group, scale int32
		var stretch string
		var value float64
		var answers int64
		if err := scan(&group, &stretch, &scale, &value, &answers); err != nil {
			return err
		}
		positive, negative, reason := class(scales[int16(scale)], value)
		if reason != "" {
			t.dropMany(reason, answers)
			return nil
		}
		t.scanned += answers
		t.included += answers
		count := counterAt(&counts, s.group.placed(group, stretch))
		count.answers += answers
		count.moments.AddTimes(value, answers)
		if positive {
			count.positive += answers
		}
		if negative {
			count.negative += answers
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return counts, s.facts.Rows(ctx, "respondents", s.single(), args, func(scan func(...any) error) error {
		var group int32
		var stretch string
		var respondents int64
		if err := scan(&group, &stretch, &respondents); err != nil {
			return err
		}
		counterAt(&counts, s.group.placed(group, stretch)).respondents = respondents
		return nil
	})
}

func (s *scope) scoreRows(scale cx.Scale, counts []scoreCount, customers []TrafficRow) []ScoreRow {
	order := s.group.order(func(g int32) int64 { return counterAt(&counts, g).answers })
	rows := make([]ScoreRow, 0, len(order))
	var k, n []int64
	for _, g := range order {
		count := counts[g]
		row := ScoreRow{
			Group: s.group.groups[g], Scale: describe(scale), Answers: count.answers, Positive: count.positive, Negative: count.negative,
			Respondents: count.respondents, Customers: counterAt(&customers, g).Customers,
		}
		row.Response = share(row.Respondents, row.Customers, s.least)
		if scale.Metric == cx.NPS {
			row.Score = netPromoter(count.positive, count.negative, count.answers, s.least)
		} else {
			row.Score = share(count.positive, count.answers, s.least)
			row.Mean = Estimate{Value: count.moments.Mean(), N: count.answers}
			if count.answers >= max(2, s.least) {
				row.Mean.Shown, row.Mean.Interval = true, Interval(count.moments.Interval())
			}
		}
		k, n = append(k, count.positive), append(n, count.answers)
		rows = append(rows, row)
	}
	for i, against := range againstTheOthers(k, n, s.least) {
		rows[i].Against = against
	}
	return rows
}

// netPromoter is an NPS in points, −100 to 100.
func netPromoter(promoters, detractors, n, least int64) Estimate {
	score, interval := statistics.NetPromoter(promoters, detractors, n)
	return Estimate{
		Value: 100 * score, Interval: Interval{Low: 100 * interval.Low, High: 100 * interval.High},
		N: n, Shown: n >= max(1, least),
	}
}

// invited sets how many were invited, where the company declared it and the answer
// is neither split nor filtered.
func (s *scope) invited(ctx context.Context, rows []ScoreRow) error {
	p := s.p
	if len(rows) != 1 || p.By != "" || p.Channel != "" || p.Step != "" || p.Persona != "" || p.Dimension != "" {
		return nil
	}
	invited, err := s.exposure(ctx, "invited")
	if err != nil || invited == 0 {
		return err
	}
	rows[0].Invited = invited
	if rows[0].Answers <= invited {
		rows[0].Invitation = share(rows[0].Answers, invited, s.least)
	}
	return nil
}

// exposure is what the company declared of a count ("customers", "invited") over
// stretches that lie in the period.
func (s *scope) exposure(ctx context.Context, what string) (count int64, err error) {
	period := s.single().Period
	args := Args{"what": what, "from": s.span.From, "to": s.span.To.AddDate(1, 0, 0)}
	if !period.From.IsZero() {
		args["from"] = period.From
	}
	if !period.To.IsZero() {
		args["to"] = period.To
	}
	err = s.facts.Rows(ctx, "exposure", Filter{}, args, func(scan func(...any) error) error { return scan(&count) })
	return count, err
}

func (s *scope) collectScores(ctx context.Context, c *collector, scales map[int16]cx.Scale, metric cx.Metric) error {
	return s.collect(ctx, c, Want{Score: true}, func(b *Sequence, i int) (string, []string) {
		scale, found := scales[b.Scale[i]]
		if !found || scale.Metric != metric {
			return "", nil
		}
		positive, negative, reason := class(scale, b.Score[i])
		switch {
		case reason != "":
			return "", nil
		case positive:
			return describe(scale), []string{"answers", "positive"}
		case negative:
			return describe(scale), []string{"answers", "negative"}
		}
		return describe(scale), []string{"answers"}
	})
}

// scoreColumns and scoreCells show a score's rows; words are its positive, negative
// and the score's own column.
func scoreColumns(p Params, score Column, positive, negative string) []Column {
	columns := []Column{
		groupColumn(p),
		{Name: "scale", Title: "Scale", Unit: "text"},
		score,
		{Name: "answers", Title: "Answers", Unit: "count"},
		{Name: "positive", Title: positive, Unit: "count"},
		{Name: "negative", Title: negative, Unit: "count"},
	}
	if score.Unit == "share" {
		columns = append(columns, Column{Name: "mean", Title: "Mean", Unit: "score", Help: "Mean of the answers as they were given."})
	}
	return append(columns,
		Column{Name: "response", Title: "Answered", Unit: "share", Help: "Customers who answered, of all identified customers with any interaction here."},
		Column{Name: "silent", Title: "Silent customers", Unit: "count", Help: "Customers with an interaction here who did not answer: their opinion is not in the score."},
		Column{Name: "invited", Title: "Answers per invitation", Unit: "share", Help: "Answers ÷ invitations sent, where the company declared how many."},
		qColumn())
}

func scoreCells(metric cx.Metric) func(Params, ScoreRow) []Cell {
	return func(_ Params, r ScoreRow) []Cell {
		row := rowOf(r.Group.Name, r.Scale)
		cells := []Cell{
			groupCell(r.Group), textCell(r.Scale), estimateCell(r.Score, evidence("answers", row)),
			countCell(r.Answers, evidence("answers", row)), countCell(r.Positive, evidence("positive", row)),
			countCell(r.Negative, evidence("negative", row)),
		}
		if metric != cx.NPS {
			cells = append(cells, estimateCell(r.Mean, evidence("answers", row)))
		}
		invited := Cell{}
		if r.Invited > 0 {
			invited = estimateCell(r.Invitation, "")
		}
		silent := Cell{} // where nobody is identified, nobody is known to be silent
		if r.Customers > 0 {
			silent = countCell(r.Silent(), "")
		}
		return append(cells, estimateCell(r.Response, ""), silent, invited, qCell(r.Against))
	}
}
