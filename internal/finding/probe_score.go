package finding

import (
	"context"
	"fmt"
	"strings"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/question"
)

// leastScore is by how much the share of bad answers must have grown.
const leastScore = .03

type askScore func(context.Context, question.Facts, question.Params) (question.Answer[question.ScoreRow], error)

// badAnswers says what a metric counts as bad.
var badAnswers = map[string]string{"nps": "are detractors", "csat": "are not satisfied", "ces": "find it hard"}

func detractors(r question.ScoreRow) int64   { return r.Negative }
func dissatisfied(r question.ScoreRow) int64 { return r.Answers - r.Positive }

// probeScore tests where answers got worse: at a step against the change at the
// other steps, and in a group against the change of the other groups at the same
// step. Steps and groups that have always scored lower are no finding: people score
// a call and a parcel differently, and the old differently from the young.
func probeScore(ask askScore, bad func(question.ScoreRow) int64) func(context.Context, *probes, turn) error {
	return func(ctx context.Context, p *probes, t turn) error {
		counts := func(period cx.Period, step, split string) (map[string]harmed, map[string]question.ScoreRow, error) {
			q := p.params(period)
			q.Step, q.By = step, split
			a, err := ask(ctx, p.facts, q)
			out, rows := map[string]harmed{}, map[string]question.ScoreRow{}
			for _, r := range a.Rows {
				// Scales never mix: each is a group of its own.
				name := r.Group.Name + "\x00" + r.Scale
				out[name], rows[name] = harmed{bad(r), r.Answers}, r
			}
			return out, rows, err
		}
		now, rows, err := counts(t.recent, "", "step")
		if err != nil {
			return err
		}
		before, _, err := counts(t.before, "", "step")
		if err != nil {
			return err
		}
		for _, name := range keysOf(now) {
			step := rows[name].Group.Name
			if step == unnamed {
				continue
			}
			if now[name].n < leastGroup || before[name].n < leastGroup {
				p.withheld++
				continue
			}
			test := func(split string, now, before map[string]harmed, name string, r question.ScoreRow) {
				var others []change
				all := now[name]
				for other, h := range now {
					if other != name && sameScale(other, name) {
						others = append(others, change{h, before[other]})
						all = all.plus(h)
					}
				}
				segment := ""
				if split != "" {
					segment = segmentOf(split, r.Group)
					if isAll(now[name], all) {
						return
					}
				}
				s := p.testChange(t, step, segment, change{now[name], before[name]}, others, leastScore, float64(max(r.Customers, r.Answers)), split)
				s.title = fmt.Sprintf("%s%s: %s %s, %s before", p.title(step), where(segment), percent(now[name].share()), badAnswers[p.question], percent(before[name].share()))
				s.why = fmt.Sprintf("%d of %d answers since %s, %d of %d before; %s beyond the change elsewhere.",
					now[name].k, now[name].n, p.since(t), before[name].k, before[name].n, points(s.excess))
			}
			test("", now, before, name, rows[name])
			splits := p.changeSplits()
			// Groups are small: only the longest stretch has enough answers of them, and
			// where no two of them can be told apart nothing is asked.
			if t != p.window.turns[len(p.window.turns)-1] || now[name].n < 2*leastGroup {
				splits = nil
			}
			for _, split := range splits {
				groupsNow, groupRows, err := counts(t.recent, step, split)
				if err != nil {
					return err
				}
				if !anyTestable(groupsNow, now[name]) {
					continue
				}
				groupsBefore, _, err := counts(t.before, step, split)
				if err != nil {
					return err
				}
				for _, group := range keysOf(groupsNow) {
					r := groupRows[group]
					if r.Scale != rows[name].Scale || r.Group.Name == unnamed || len(groupsNow) < 2 {
						continue
					}
					if groupsNow[group].n < leastGroup || groupsBefore[group].n < leastGroup {
						p.withheld++
						continue
					}
					test(split, groupsNow, groupsBefore, group, r)
				}
			}
		}
		return nil
	}
}

// anyTestable reports whether some group is big enough to be tested and not all there is.
func anyTestable(groups map[string]harmed, all harmed) bool {
	for _, g := range groups {
		if g.n >= leastGroup && !isAll(g, all) {
			return true
		}
	}
	return false
}

func sameScale(a, b string) bool {
	_, x, _ := strings.Cut(a, "\x00")
	_, y, _ := strings.Cut(b, "\x00")
	return x == y
}
