package walk

import (
	"context"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/question/statistics"
)

// PersonFigure is what walks say of one person of the staff, by their pseudonym, for
// those who lead that person's own team. Under five walks it is withheld: one bad day
// is nobody's figure. It is for learning what people are stumped on, never a ranking.
type PersonFigure struct {
	Person    int64                `json:"person"`
	Walks     int64                `json:"walks"`
	Withheld  bool                 `json:"withheld"`
	Treatment cx.Score             `json:"treatment"` // criteria of all their walks together
	Of        statistics.Interval  `json:"of"`        // Wilson, of the treatment share
	Answers   map[cx.Answer]int64  `json:"answers,omitempty"`
	Praise    []string             `json:"praise,omitempty"` // what reviewers found good
	Questions map[string]cx.Answer `json:"questions,omitempty"`
}

// Person gathers the walks that count in which a person served the walker.
func (r *Room) Person(ctx context.Context, pseudonym int64) (PersonFigure, error) {
	out := PersonFigure{Person: pseudonym, Answers: map[cx.Answer]int64{}, Questions: map[string]cx.Answer{}}
	walks, err := r.store.Assignments(ctx, Filter{States: []cx.WalkState{cx.WalkApproved, cx.WalkAppealed, cx.WalkDecided}})
	if err != nil {
		return out, err
	}
	for _, a := range walks {
		if !a.Counts() {
			continue
		}
		s, v, err := r.lived(ctx, a)
		if err != nil {
			return out, err
		}
		met := false
		for _, step := range v.Steps {
			if step.Person != pseudonym {
				continue
			}
			met = true
			scripted, _, _ := s.Step(step.Step)
			if grade := gradeOf(scripted, step.StepRecord, a.Review.Answers); grade != "" && scripted.Ask.By == cx.ByStaff {
				out.Answers[grade]++
				out.Questions[scripted.Ask.Question] = grade
			}
		}
		if !met {
			continue
		}
		out.Walks++
		out.Treatment.Met += a.Review.Treatment.Met
		out.Treatment.Of += a.Review.Treatment.Of
		if a.Review.Praise != "" {
			out.Praise = append(out.Praise, a.Review.Praise)
		}
	}
	if out.Walks < fewestForOne {
		return PersonFigure{Person: pseudonym, Walks: out.Walks, Withheld: true}, nil
	}
	out.Of = statistics.Wilson(int64(out.Treatment.Met), int64(out.Treatment.Of))
	return out, nil
}

// StaffName is the name behind a pseudonym, for those who lead that person's own team:
// whoever calls this has made sure of that.
func (r *Room) StaffName(ctx context.Context, pseudonym int64) (string, error) {
	name, err := r.store.StaffName(ctx, pseudonym)
	if err == nil && name == "" {
		return "", cx.Errorf(cx.NotFound, "nobody of that pseudonym is known")
	}
	return name, err
}

// Totals are the scores of several walks together: treatment first, then outcome.
type Totals struct {
	Walks     int64               `json:"walks"`
	Treatment cx.Score            `json:"treatment"`
	Outcome   cx.Score            `json:"outcome"`
	OfTreated statistics.Interval `json:"of_treated"` // Wilson, over criteria
	OfOutcome statistics.Interval `json:"of_outcome"`
}

// Total adds up walks that count; others are passed over.
func Total(walks []Assignment) Totals {
	var t Totals
	for _, a := range walks {
		if !a.Counts() {
			continue
		}
		t.Walks++
		t.Treatment = cx.Score{Met: t.Treatment.Met + a.Review.Treatment.Met, Of: t.Treatment.Of + a.Review.Treatment.Of}
		t.Outcome = cx.Score{Met: t.Outcome.Met + a.Review.Outcome.Met, Of: t.Outcome.Of + a.Review.Outcome.Of}
	}
	t.OfTreated = statistics.Wilson(int64(t.Treatment.Met), int64(t.Treatment.Of))
	t.OfOutcome = statistics.Wilson(int64(t.Outcome.Met), int64(t.Outcome.Of))
	return t
}
