package walk

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// ReviewQueue lists what waits for a reviewer or an appeal's decision, the most
// urgent first.
func (r *Room) ReviewQueue(ctx context.Context) ([]Assignment, error) {
	all, err := r.store.Assignments(ctx, Filter{States: []cx.WalkState{cx.WalkSubmitted, cx.WalkInReview, cx.WalkAppealed}})
	slices.SortStableFunc(all, func(a, b Assignment) int { return a.Until.Compare(b.Until) })
	return all, err
}

// Take gives a walk to a reviewer. Nobody reviews their own.
func (r *Room) Take(ctx context.Context, id int64, reviewer string) (Assignment, error) {
	return retry(func() (Assignment, error) {
		a, err := r.store.Assignment(ctx, id)
		if err != nil {
			return a, err
		}
		if err := r.notOwn(ctx, a, reviewer); err != nil {
			return a, err
		}
		if a.State == cx.WalkInReview && a.Reviewer == reviewer {
			return a, nil
		}
		return r.move(ctx, a, cx.WalkTake, reviewer, "", func(c *Change) error {
			c.Assignment.Reviewer, c.Assignment.Taken, c.Assignment.Until = reviewer, r.at(), r.at().Add(holdWithin)
			return nil
		})
	})
}

func (r *Room) notOwn(ctx context.Context, a Assignment, by string) error {
	if a.Walker == 0 || by == "" {
		return nil
	}
	w, err := r.Walker(ctx, a.Walker)
	if err == nil && w.Account != "" && w.Account == by {
		return cx.Errorf(cx.Forbidden, "nobody judges a walk of their own").WithRemedy("Ask somebody else to look at it.")
	}
	return err
}

// PutBack lets go of a walk that a reviewer took.
func (r *Room) PutBack(ctx context.Context, id int64, reviewer string) (Assignment, error) {
	return r.reviewing(ctx, id, reviewer, cx.WalkPutBack, "", func(c *Change) error {
		c.Assignment.Reviewer, c.Assignment.Until = "", c.Assignment.Submitted.Add(reviewWithin)
		return nil
	})
}

// Return asks the walker for something that is missing; words say what.
func (r *Room) Return(ctx context.Context, id int64, reviewer, words string) (Assignment, error) {
	if strings.TrimSpace(words) == "" {
		return Assignment{}, cx.Errorf(cx.Invalid, "say to the walker what is missing")
	}
	return r.reviewing(ctx, id, reviewer, cx.WalkReturn, words, func(c *Change) error {
		c.Assignment.Returns++
		c.Assignment.Until = r.at().Add(answerWithin)
		return nil
	})
}

// Reject says that a walk does not count, and why.
func (r *Room) Reject(ctx context.Context, id int64, reviewer, words string) (Assignment, error) {
	if strings.TrimSpace(words) == "" {
		return Assignment{}, cx.Errorf(cx.Invalid, "say to the walker why it does not count")
	}
	return r.reviewing(ctx, id, reviewer, cx.WalkReject, words, func(c *Change) error {
		c.Assignment.Settled, c.Assignment.Until = r.at(), r.at().Add(appealWithin)
		return nil
	})
}

// Approve makes a walk count, with the reviewer's marks. Criteria that the reviewer
// leaves out keep the walker's marks. Both prompts are to be answered.
func (r *Room) Approve(ctx context.Context, id int64, rv Review) (Assignment, error) {
	if strings.TrimSpace(rv.Praise) == "" || strings.TrimSpace(rv.Failure) == "" {
		return Assignment{}, cx.Errorf(cx.Invalid, "say both what was good and what was not").WithRemedy("If there was nothing, say “nothing”.")
	}
	return retry(func() (Assignment, error) {
		a, err := r.store.Assignment(ctx, id)
		if err != nil {
			return a, err
		}
		if a.State != cx.WalkInReview || a.Reviewer != rv.By {
			return a, cx.Errorf(cx.Conflict, "you have not taken this walk for review").WithRemedy("Take it first, so that nobody else looks at it meanwhile.")
		}
		s, v, err := r.lived(ctx, a)
		if err != nil {
			return a, err
		}
		full, err := r.judged(s, v, rv)
		if err != nil {
			return a, err
		}
		return r.move(ctx, a, cx.WalkApprove, rv.By, rv.Words, func(c *Change) error { return r.settle(ctx, c, s, v, full) })
	})
}

func (r *Room) lived(ctx context.Context, a Assignment) (cx.Scenario, Visit, error) {
	s, _, err := r.filled(ctx, a)
	if err != nil {
		return s, Visit{}, err
	}
	v, err := r.visit(ctx, a, s)
	return s, v, err
}

// judged completes a review with what the walker said, and scores it.
func (r *Room) judged(s cx.Scenario, v Visit, rv Review) (*Review, error) {
	marks := map[string]cx.Mark{}
	if v.Submission != nil {
		maps.Copy(marks, v.Submission.Marks)
		if rv.Solved == nil {
			rv.Solved = v.Submission.Solved
		}
	}
	for name, mark := range rv.Marks {
		if !slices.ContainsFunc(s.Criteria, func(c cx.Criterion) bool { return c.Name == name }) {
			return nil, cx.Errorf(cx.Invalid, "the scenario has no criterion %q", name)
		}
		if mark != cx.Yes && mark != cx.No && mark != cx.NotSeen {
			return nil, cx.Errorf(cx.Invalid, "%q is not a mark", mark).WithRemedy("Write yes, no or not_seen.")
		}
		marks[name] = mark
	}
	for _, c := range s.Criteria {
		if marks[c.Name] == "" {
			return nil, cx.Errorf(cx.Invalid, "nobody has marked %q", c.Text).WithRemedy("Write yes, no or not_seen.")
		}
	}
	for step, answer := range rv.Answers {
		if scripted, _, ok := s.Step(step); !ok || scripted.Ask == nil || !slices.Contains(cx.Answers(), answer) {
			return nil, cx.Errorf(cx.Invalid, "%q is not a grade of an answer at step %q", answer, step)
		}
	}
	rv.At, rv.Marks = r.at(), marks
	rv.Treatment, rv.Outcome = cx.ScoreOf(s.Criteria, marks, cx.Treatment), cx.ScoreOf(s.Criteria, marks, cx.Outcome)
	return &rv, nil
}

// settle makes a walk count: its review stands and the facts are told.
func (r *Room) settle(ctx context.Context, c *Change, s cx.Scenario, v Visit, rv *Review) error {
	c.Assignment.Review, c.Assignment.Settled, c.Assignment.Until = rv, r.at(), r.at().Add(appealWithin)
	if v.Submission != nil && v.Submission.Spent.Currency != "" {
		c.Assignment.Spent = v.Submission.Spent
	}
	facts, err := r.facts(ctx, c.Assignment, s, v)
	c.Facts = facts
	return err
}

func (r *Room) reviewing(ctx context.Context, id int64, reviewer string, e cx.WalkEvent, words string, also func(*Change) error) (Assignment, error) {
	return retry(func() (Assignment, error) {
		a, err := r.store.Assignment(ctx, id)
		if err != nil {
			return a, err
		}
		if a.State == cx.WalkInReview && a.Reviewer != reviewer {
			return a, cx.Errorf(cx.Conflict, "somebody else has this walk for review")
		}
		return r.move(ctx, a, e, reviewer, words, also)
	})
}

// Appeal says that a walk should not have been returned or rejected, or that one that
// counts should not, or not so. The walker and the owner of the step may.
func (r *Room) Appeal(ctx context.Context, id int64, by, why string) (Assignment, error) {
	if strings.TrimSpace(why) == "" {
		return Assignment{}, cx.Errorf(cx.Invalid, "say why")
	}
	return retry(func() (Assignment, error) {
		a, err := r.store.Assignment(ctx, id)
		if err != nil {
			return a, err
		}
		if (a.State == cx.WalkApproved || a.State == cx.WalkRejected) && !a.Until.IsZero() && r.now().After(a.Until) {
			return a, cx.Errorf(cx.Conflict, "an appeal is possible for %d days, and they have passed", int(appealWithin.Hours()/24))
		}
		return r.move(ctx, a, cx.WalkAppeal, by, why, func(c *Change) error {
			c.Assignment.Appeal = &Appeal{By: by, At: r.at(), Why: why, Against: a.State}
			c.Assignment.Until = r.at().Add(decideWithin)
			return nil
		})
	})
}

// Ruling is the decision on an appeal, by somebody else than the reviewer.
type Ruling struct {
	By     string  `json:"by"`
	Counts bool    `json:"counts"`           // the walk counts from now on
	Review *Review `json:"review,omitempty"` // other marks; nil = those that there are
	Words  string  `json:"words"`
}

// Decide has the last word on an appeal.
func (r *Room) Decide(ctx context.Context, id int64, d Ruling) (Assignment, error) {
	if strings.TrimSpace(d.Words) == "" {
		return Assignment{}, cx.Errorf(cx.Invalid, "say why it is decided so")
	}
	return retry(func() (Assignment, error) {
		a, err := r.store.Assignment(ctx, id)
		if err != nil {
			return a, err
		}
		if a.State != cx.WalkAppealed || a.Appeal == nil {
			return a, cx.Errorf(cx.Conflict, "nobody has appealed")
		}
		if d.By == a.Reviewer || d.By == a.Appeal.By {
			return a, cx.Errorf(cx.Forbidden, "an appeal is decided by somebody who is no party to it")
		}
		if err := r.notOwn(ctx, a, d.By); err != nil {
			return a, err
		}
		s, v, err := r.lived(ctx, a)
		if err != nil {
			return a, err
		}
		rv := d.Review
		if rv == nil {
			rv = a.Review
		}
		if d.Counts {
			if rv == nil {
				return a, cx.Errorf(cx.Invalid, "the walk has no review, so it cannot count").WithRemedy("Give the marks with the decision.")
			}
			full := *rv
			full.By = d.By
			if rv, err = r.judged(s, v, full); err != nil {
				return a, err
			}
		}
		return r.move(ctx, a, cx.WalkDecide, d.By, d.Words, func(c *Change) error {
			ap := *a.Appeal
			ap.Decided, ap.Decider, ap.Words = r.at(), d.By, d.Words
			ap.Upheld = d.Counts != (ap.Against == cx.WalkApproved) || d.Review != nil
			c.Assignment.Appeal, c.Assignment.LeftOut = &ap, !d.Counts
			if !d.Counts {
				c.Facts, c.Assignment.Settled = []StepFact{}, r.at()
				return nil
			}
			if err := r.settle(ctx, c, s, v, rv); err != nil {
				return err
			}
			c.Assignment.Until = c.Assignment.Settled
			return nil
		})
	})
}

// facts are what the facts hold of a walk that counts.
func (r *Room) facts(ctx context.Context, a Assignment, s cx.Scenario, v Visit) ([]StepFact, error) {
	journeys, mapping, _, err := r.surroundings(ctx)
	if err != nil {
		return nil, err
	}
	department := ""
	if a.Walker != 0 {
		w, err := r.Walker(ctx, a.Walker)
		if err != nil {
			return nil, err
		}
		department = w.Department
	}
	out := make([]StepFact, 0, len(v.Steps))
	for _, step := range v.Steps {
		if step.Done == DoneSkipped {
			continue // the script led past it: nothing was lived there
		}
		scripted, _, _ := s.Step(step.Step)
		f := StepFact{
			Walk: a.ID, Order: step.Order, Step: step.Step, Touchpoint: a.Place, Channel: s.Channel, Scenario: s.ID, Version: s.Version,
			Kind: s.Kind, Persona: s.Persona, Arm: a.Arm, Pair: a.Pair, Voice: a.Voice, Walker: a.Walker, Department: department,
			Started: step.Started, Seconds: step.Seconds(), Done: step.Done, Felt: step.Feeling,
			Treatment: a.Review.Treatment, Outcome: a.Review.Outcome, Solved: a.Review.Solved, Guards: a.Guards,
			Answer: gradeOf(scripted, step.StepRecord, a.Review.Answers), Kept: allKept(scripted, step.Promises),
		}
		if f.Answer != "" {
			f.Topic = cmp.Or(scripted.Ask.Topic, s.ID+"/"+step.Step)
		}
		if scripted.Touches != "" {
			at := locate(scripted.Touches, s.Journey, journeys, mapping)
			f.Journey, f.At = at.Journey, at.Step
		}
		out = append(out, f)
	}
	return out, nil
}

// gradeOf is how good an answer was: as the reviewer says, as the key says, or as the
// walker says.
func gradeOf(s cx.ScriptStep, rec StepRecord, reviewed map[string]cx.Answer) cx.Answer {
	if s.Ask == nil {
		return ""
	}
	if a := reviewed[s.Name]; a != "" {
		return a
	}
	if rec.Answer != "" && s.Ask.By == cx.ByStaff {
		return rec.Answer
	}
	if a, ok := Grade(*s.Ask, rec.Heard); ok {
		return a
	}
	return rec.Answer
}

// Retell tells the facts of all walks that count afresh: after the company said
// otherwise where steps lie in its journeys.
func (r *Room) Retell(ctx context.Context) error {
	all, err := r.store.Assignments(ctx, Filter{States: []cx.WalkState{cx.WalkApproved, cx.WalkAppealed, cx.WalkDecided}})
	if err != nil {
		return err
	}
	for _, a := range all {
		_, err := retry(func() (Assignment, error) {
			a, err := r.store.Assignment(ctx, a.ID)
			if err != nil || !a.Counts() {
				return a, err
			}
			s, v, err := r.lived(ctx, a)
			if err != nil || len(v.Steps) == 0 { // its words were erased: what the facts hold stays
				return a, err
			}
			facts, err := r.facts(ctx, a, s, v)
			if err != nil {
				return a, err
			}
			return r.store.CommitWalk(ctx, Change{Assignment: a, Facts: facts})
		})
		if err != nil {
			return err
		}
	}
	return nil
}
