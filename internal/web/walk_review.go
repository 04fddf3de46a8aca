package web

import (
	"maps"
	"net/http"
	"net/url"
	"strconv"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/walk"
)

// reviewQueuePage lists what waits for a reviewer or for a decision, the most urgent first.
type reviewQueuePage struct {
	walkFrame
	Rows  []queueRow
	Empty *Empty
}

func (*reviewQueuePage) view() string { return "walk_review" }

type queueRow struct {
	Title, Href, Who, Where string
	Since, By               string
	State                   Chip
	TakeHref                string
}

func (s *Site) reviewQueue(w http.ResponseWriter, r *http.Request) error {
	waiting, err := s.Rooms.Walks.ReviewQueue(r.Context())
	if err != nil {
		return err
	}
	if waiting, err = s.readable(r, waiting); err != nil {
		return err
	}
	c, err := s.cast(r.Context())
	if err != nil {
		return err
	}
	p := &reviewQueuePage{walkFrame: newWalkFrame("Review walks", "Review")}
	for _, a := range waiting {
		row := queueRow{Title: c.title(a), Href: walkHref(a.ID), Who: sentenceless(c.who(a)), Where: a.Place, State: stateChip(a, s.Now()), Since: ago(a.Submitted, s.Now()), By: s.whenText(a.Until)}
		if a.State == cx.WalkSubmitted {
			row.TakeHref = "/walks/take/" + strconv.FormatInt(a.ID, 10)
		}
		p.Rows = append(p.Rows, row)
	}
	if len(p.Rows) == 0 {
		p.Empty = &Empty{Title: "Nothing waits for you", Text: "What walkers hand in comes here. Somebody other than the walker reads it, says how the customer was treated and what came of it, and only then it counts."}
	}
	return s.show(w, r, http.StatusOK, p)
}

// reviewForm asks a reviewer for marks, the treatment before the outcome, and for praise
// as readily as for failure.
type reviewForm struct {
	Problem            *fileProblem
	Treatment, Outcome []markField
	Answers            []answerField
	Solved             string
	Praise, Failure    string
	Words              string
	Counts             string // of a ruling
}

type markField struct {
	Name, Text, Where string
	Value             string
	Walker            string
}

type answerField struct {
	Name, Question, Heard string
	Value                 string
	Options               []Option
}

// newReviewForm begins with what the walker, or the review before, said.
func newReviewForm(d walk.Detail) *reviewForm {
	f := &reviewForm{}
	marks := map[string]cx.Mark{}
	if sub := d.Visit.Submission; sub != nil {
		marks = sub.Marks
		f.Solved = solvedValue(sub.Solved)
	}
	walker := marks
	if rv := d.Review; rv != nil {
		marks, f.Praise, f.Failure, f.Solved = rv.Marks, rv.Praise, rv.Failure, solvedValue(rv.Solved)
	}
	for _, c := range d.Filled.Criteria {
		field := markField{Name: "mark-" + c.Name, Text: c.Text, Value: string(marks[c.Name]), Walker: markWords[walker[c.Name]]}
		if _, at, ok := d.Filled.Step(c.Step); ok {
			field.Where = "step " + strconv.Itoa(at+1)
		}
		if c.Kind == cx.Treatment {
			f.Treatment = append(f.Treatment, field)
		} else {
			f.Outcome = append(f.Outcome, field)
		}
	}
	for _, step := range d.Visit.Steps {
		scripted, _, _ := d.Filled.Step(step.Step)
		if scripted.Ask == nil || step.Done == walk.DoneSkipped {
			continue
		}
		field := answerField{Name: "answer-" + step.Step, Question: scripted.Ask.Question, Heard: step.Heard, Options: []Option{{"", "as it stands"}}}
		if grade := d.Graded(step.Step); grade != "" {
			field.Options[0].Label = "as it stands: " + answerWords[grade].Text
		}
		for _, grade := range cx.Answers() {
			field.Options = append(field.Options, Option{string(grade), answerWords[grade].Text})
		}
		if d.Review != nil {
			field.Value = string(d.Review.Answers[step.Step])
		}
		f.Answers = append(f.Answers, field)
	}
	return f
}

func solvedValue(solved *bool) string {
	switch {
	case solved == nil:
		return ""
	case *solved:
		return "yes"
	}
	return "no"
}

// typed puts what was typed back into the form.
func (f *reviewForm) typed(v url.Values) {
	for _, fields := range [][]markField{f.Treatment, f.Outcome} {
		for i := range fields {
			fields[i].Value = v.Get(fields[i].Name)
		}
	}
	for i := range f.Answers {
		f.Answers[i].Value = v.Get(f.Answers[i].Name)
	}
	f.Solved, f.Praise, f.Failure, f.Words, f.Counts = v.Get("solved"), v.Get("praise"), v.Get("failure"), v.Get("words"), v.Get("counts")
}

// review reads a review out of the form.
func (f *reviewForm) review(by string) walk.Review {
	rv := walk.Review{By: by, Marks: map[string]cx.Mark{}, Answers: map[string]cx.Answer{}, Praise: f.Praise, Failure: f.Failure, Words: f.Words}
	for _, fields := range [][]markField{f.Treatment, f.Outcome} {
		for _, field := range fields {
			if field.Value != "" {
				rv.Marks[field.Name[len("mark-"):]] = cx.Mark(field.Value)
			}
		}
	}
	for _, field := range f.Answers {
		if field.Value != "" {
			rv.Answers[field.Name[len("answer-"):]] = cx.Answer(field.Value)
		}
	}
	if f.Solved == "yes" || f.Solved == "no" {
		solved := f.Solved == "yes"
		rv.Solved = &solved
	}
	return rv
}

// judgeWalk approves, returns or rejects a walk that the caller has for review.
func (s *Site) judgeWalk(w http.ResponseWriter, r *http.Request) error {
	v, err := form(w, r)
	if err != nil {
		return err
	}
	p, err := s.walkedPage(r)
	if err != nil {
		return err
	}
	if p.Form == nil {
		return cx.Errorf(cx.Conflict, "you do not have this walk for review").WithRemedy("Take it first, so that nobody else looks at it meanwhile.")
	}
	p.Form.typed(v)
	said := ""
	switch v.Get("do") {
	case "approve":
		_, err = s.Rooms.Walks.Approve(r.Context(), p.Number, p.Form.review(signer(r)))
		said = "It counts. Thank you for looking."
	case "return":
		_, err = s.Rooms.Walks.Return(r.Context(), p.Number, signer(r), v.Get("words"))
		said = "The walker is asked for what is missing."
	case "reject":
		_, err = s.Rooms.Walks.Reject(r.Context(), p.Number, signer(r), v.Get("words"))
		said = "It does not count. The walker may appeal for fourteen days."
	default:
		err = cx.Errorf(cx.Invalid, "nothing was chosen").WithRemedy("Approve it, return it or reject it.")
	}
	if cx.CodeOf(err) == cx.Invalid && err != nil {
		if all := problemsOf(err); len(all) > 0 {
			p.Form.Problem = &all[0]
			return s.show(w, r, http.StatusUnprocessableEntity, p)
		}
	}
	return s.afterWalk(w, r, p.Number, said, err)
}

// decideWalk has the last word on an appeal.
func (s *Site) decideWalk(w http.ResponseWriter, r *http.Request) error {
	v, err := form(w, r)
	if err != nil {
		return err
	}
	p, err := s.walkedPage(r)
	if err != nil {
		return err
	}
	if p.Ruling == nil {
		return cx.Errorf(cx.Forbidden, "an appeal is decided by somebody who is no party to it").WithRemedy("Ask somebody who neither reviewed the walk nor appealed.")
	}
	p.Ruling.typed(v)
	d := walk.Ruling{By: signer(r), Counts: p.Ruling.Counts == "yes", Words: p.Ruling.Words}
	if d.Counts {
		rv, was := p.Ruling.review(d.By), p.was
		if was == nil || !maps.Equal(rv.Marks, was.Marks) || !maps.Equal(rv.Answers, was.Answers) { // other marks than there are
			d.Review = &rv
		}
	}
	if p.Ruling.Counts == "" {
		err = cx.Errorf(cx.Invalid, "say whether the walk counts")
	} else {
		_, err = s.Rooms.Walks.Decide(r.Context(), p.Number, d)
	}
	if cx.CodeOf(err) == cx.Invalid && err != nil {
		if all := problemsOf(err); len(all) > 0 {
			p.Ruling.Problem = &all[0]
			return s.show(w, r, http.StatusUnprocessableEntity, p)
		}
	}
	return s.afterWalk(w, r, p.Number, "Decided.", err)
}

// afterWalk goes back to a walk's page and says what was done.
func (s *Site) afterWalk(w http.ResponseWriter, r *http.Request, id int64, said string, err error) error {
	if err != nil {
		return err
	}
	s.say(r.Context(), "good", said)
	http.Redirect(w, r, walkHref(id), http.StatusSeeOther)
	return nil
}

// ofWalk is a route's handler that needs to be allowed to review the walk it names.
func (s *Site) ofWalk(serve func(w http.ResponseWriter, r *http.Request) error) func(w http.ResponseWriter, r *http.Request) error {
	return func(w http.ResponseWriter, r *http.Request) error {
		id, err := number(r, "id", "walk")
		if err != nil {
			return err
		}
		if err := s.Rooms.MayReview(r.Context(), who(r.Context()), id); err != nil {
			return err
		}
		return serve(w, r)
	}
}

func (s *Site) takeWalk(w http.ResponseWriter, r *http.Request) error {
	return s.changeWalk(w, r, "It is yours for two days.", func(id int64, _ url.Values) error {
		_, err := s.Rooms.Walks.Take(r.Context(), id, signer(r))
		return err
	})
}

func (s *Site) putBackWalk(w http.ResponseWriter, r *http.Request) error {
	return s.changeWalk(w, r, "Put back, for somebody else.", func(id int64, _ url.Values) error {
		_, err := s.Rooms.Walks.PutBack(r.Context(), id, signer(r))
		return err
	})
}

func (s *Site) appealWalk(w http.ResponseWriter, r *http.Request) error {
	return s.changeWalk(w, r, "Your appeal is noted. Somebody who is no party to it decides.", func(id int64, v url.Values) error {
		_, err := s.Rooms.Walks.Appeal(r.Context(), id, signer(r), v.Get("why"))
		return err
	})
}

func (s *Site) cancelWalk(w http.ResponseWriter, r *http.Request) error {
	return s.changeWalk(w, r, "Taken back. Its link opens nothing any more.", func(id int64, v url.Values) error {
		_, err := s.Rooms.Walks.Cancel(r.Context(), id, signer(r), v.Get("reason"))
		return err
	})
}

func (s *Site) moveWalk(w http.ResponseWriter, r *http.Request) error {
	return s.changeWalk(w, r, "Moved.", func(id int64, v url.Values) error {
		to, err := s.whenIn(v.Get("from"))
		if err == nil && to.IsZero() {
			err = cx.Errorf(cx.Invalid, "no day was given").WithRemedy("Choose the day and the hour.")
		}
		if err == nil {
			_, err = s.Rooms.Walks.Reschedule(r.Context(), id, to, signer(r))
		}
		return err
	})
}

func (s *Site) changeWalk(w http.ResponseWriter, r *http.Request, said string, do func(id int64, v url.Values) error) error {
	id, err := number(r, "id", "walk")
	if err != nil {
		return err
	}
	v, err := form(w, r)
	if err != nil {
		return err
	}
	return s.afterWalk(w, r, id, said, do(id, v))
}
