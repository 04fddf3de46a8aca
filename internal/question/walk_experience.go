package question

import (
	"context"
	"slices"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/question/statistics"
)

// walk_experience — What did walkers meet?
//
// Plain words: for every step of the journey (or channel, touchpoint, month, week) how
// often it was walked in the period, how it felt, how long it took, and how often the
// promises that were checked were kept. It stands beside what customers met in the same
// weeks.
//
// Formula: mean of the feelings said, 1 awful to 5 delightful, with Student's interval;
// median seconds with the interval of its order statistics; promises kept ÷ steps at
// which one was checked, and steps that could be done ÷ steps walked, with Wilson's.
// Unit: points of 5; seconds; shares. Smallest sample: 3 walked steps; 5 for shares.
//
// Pitfalls: walkers are few and know that they walk; look for agreement with what
// customers say, not for the second digit. The clock is the walker's, reading and
// writing included; a robot's is the page's. Feelings are a scale of their own and never
// mixed with survey scores.
//
// Source: Student 1908; Conover 1999; Wilson 1927.
const walkExperienceVersion = 1

// WalkExperienceRow is one step's answer, or one group's.
type WalkExperienceRow struct {
	Group   Group
	Walked  int64 // times that a step was walked
	Blocked int64 // of them, could not be done
	Checked int64 // promises were checked
	Broken  int64
	Felt    Estimate // 1 to 5
	Seconds Estimate // median
	Kept    Estimate
	Done    Estimate
}

// AskWalkExperience answers walk_experience.
func AskWalkExperience(ctx context.Context, facts Facts, p Params) (Answer[WalkExperienceRow], error) {
	return runWalkExperience(ctx, facts, p, nil)
}

func walkExperience() Definition {
	return askedOfWalks(Definition{
		Name: "walk_experience", Title: "What did walkers meet?",
		Takes:    []Ingredient{aJourney, walksAtSteps},
		Formula:  "mean feeling (1 to 5), median time, promises kept ÷ checked, of the steps of walks that count",
		Unit:     "points of 5; seconds; shares",
		Smallest: "3 walked steps; 5 for shares",
		Pitfalls: "Walkers are few and know that they walk. Their clock includes reading and writing; a robot's does not. Feelings are no survey scores.",
		Source:   "Student 1908; order statistics: Conover 1999; Wilson 1927",
		Needs:    []string{"journey", "by"},
	}, runWalkExperience, func(p Params) []Column {
		return []Column{
			lastGroupColumn(p),
			{Name: "walked", Title: "Walked", Unit: "count"},
			{Name: "felt", Title: "Felt, of 5", Unit: "score", Help: "1 awful, 2 annoying, 3 neither good nor bad, 4 pleasant, 5 delightful."},
			{Name: "seconds", Title: "Median time", Unit: "seconds"},
			{Name: "kept", Title: "Promises kept", Unit: "share"},
			{Name: "broken", Title: "Promises broken", Unit: "count"},
			{Name: "done", Title: "Could be done", Unit: "share"},
			{Name: "blocked", Title: "Could not be done", Unit: "count"},
		}
	}, func(_ Params, r WalkExperienceRow) []Cell {
		row := r.Group.Name
		return []Cell{
			groupCell(r.Group), countCell(r.Walked, evidence("walked", row)), estimateCell(r.Felt, evidence("walked", row)), estimateCell(r.Seconds, evidence("walked", row)),
			estimateCell(r.Kept, evidence("walked", row)), countCell(r.Broken, evidence("broken", row)),
			estimateCell(r.Done, evidence("walked", row)), countCell(r.Blocked, evidence("blocked", row)),
		}
	})
}

func runWalkExperience(ctx context.Context, facts Facts, p Params, c *walkCollector) (Answer[WalkExperienceRow], error) {
	if p.Journey == "" {
		return Answer[WalkExperienceRow]{}, cx.Errorf(cx.Invalid, "this question is about the steps of a journey, and none is named").
			WithRemedy("Name one of the company's journeys: journey=<name>, on the command line --journey <name>.")
	}
	s, err := newWalkScope(ctx, facts, p, 3, walkSplits, c)
	if err != nil {
		return Answer[WalkExperienceRow]{}, err
	}
	if s.by == "" {
		s.by = "step"
	}
	leastShare := max(s.least, 5)
	if p.MinRows > 0 {
		leastShare = p.MinRows
	}
	var t tally
	var rows []WalkExperienceRow
	at := map[string]int{}
	felt, seconds := map[string]*statistics.Moments{}, map[string][]int64{}
	for _, step := range s.steps {
		g := s.group(step)
		if step.Journey != p.Journey || step.At == "" || s.by == "step" && g.Name == none {
			t.drop("at no step of the journey")
			continue
		}
		t.use()
		i, known := at[g.Name]
		if !known {
			i = len(rows)
			at[g.Name] = i
			rows = append(rows, WalkExperienceRow{Group: g})
			felt[g.Name] = &statistics.Moments{}
		}
		row := &rows[i]
		row.Walked++
		s.note("walked", g.Name, step)
		if step.Blocked() {
			row.Blocked++
			s.note("blocked", g.Name, step)
		}
		if step.Kept != nil {
			row.Checked++
			if !*step.Kept {
				row.Broken++
				s.note("broken", g.Name, step)
			}
		}
		if step.Felt.Valid() {
			felt[g.Name].Add(float64(step.Felt))
		}
		seconds[g.Name] = append(seconds[g.Name], int64(step.Seconds*1e3))
	}
	for i := range rows {
		row := &rows[i]
		m := felt[row.Group.Name]
		row.Felt = Estimate{Value: m.Mean(), Interval: Interval(m.Interval()), N: m.N, Shown: m.N >= s.least}
		row.Felt.Interval = Interval{max(1, row.Felt.Interval.Low), min(5, row.Felt.Interval.High)}
		row.Seconds = medianSeconds(seconds[row.Group.Name], s.least)
		row.Kept = share(row.Checked-row.Broken, row.Checked, leastShare)
		row.Done = share(row.Walked-row.Blocked, row.Walked, leastShare)
	}
	slices.SortFunc(rows, func(a, b WalkExperienceRow) int { return s.byTitle(a.Group, b.Group) })
	if rows == nil {
		rows = []WalkExperienceRow{}
	}
	return walkAnswer(s, &t, walkExperienceVersion, rows), nil
}
