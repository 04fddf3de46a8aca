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
func probeScore(ask askScore, bad func(question.ScoreRow) int64) func(context.Context, *probes) error {
	return func(ctx context.Context, p *probes) error {
		if p.window.before.To.IsZero() {
			return nil
		}
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
		now, rows, err := counts(p.window.recent, "", "step")
		if err != nil {
			return err
		}
		before, _, err := counts(p.window.before, "", "step")
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
			var tries []tried
			test := func(split string, now, before map[string]harmed, name string, r question.ScoreRow) {
				var others []change
				all := now[name]
				for other, h := range now {
					if other != name && sameScale(other, name) {
						others = append(others, change{h, before[other]})
						all = all.plus(h)
					}
				}
				c := grewWorse(change{now[name], before[name]}, others)
				q := p.params(p.window.recent)
				q.Step, q.By = step, split
				segment := ""
				if split != "" {
					segment = segmentOf(split, r.Group)
					if isAll(now[name], all) {
						return
					}
				}
				s := p.test(step, segment, c, now[name].n, float64(max(r.Customers, r.Answers)), leastScore, q)
				s.title = fmt.Sprintf("%s%s: %s %s, %s before", p.title(step), where(segment), percent(now[name].share()), badAnswers[p.question], percent(before[name].share()))
				s.why = fmt.Sprintf("%d of %d answers since %s, %d of %d before; %s beyond the change elsewhere.",
					now[name].k, now[name].n, p.since(), before[name].k, before[name].n, points(c.excess))
				tries = append(tries, tried{index: len(p.suspicions) - 1, z: zOf(c)})
			}
			test("", now, before, name, rows[name])
			splits := p.changeSplits()
			if now[name].n < 2*leastGroup { // no two groups of it can be told apart
				splits = nil
			}
			for _, split := range splits {
				groupsNow, groupRows, err := counts(p.window.recent, step, split)
				if err != nil {
					return err
				}
				groupsBefore, _, err := counts(p.window.before, step, split)
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
			p.loudest(tries)
		}
		return nil
	}
}

func sameScale(a, b string) bool {
	_, x, _ := strings.Cut(a, "\x00")
	_, y, _ := strings.Cut(b, "\x00")
	return x == y
}
