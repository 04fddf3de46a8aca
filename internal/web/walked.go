package web

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/walk"
)

// walkedPage is one walk: what they did, thought and felt, and what was said of it.
type walkedPage struct {
	walkFrame
	Number                int64
	Heading, Persona, Who string
	State                 Chip
	StateText             string
	ScenarioHref          string
	Facts                 []factRow
	Missing               string // of what was handed in and is not here yet
	Robot                 *robotReport
	RobotTrouble          string
	Steps                 []livedRow
	Skipped               string
	Empty                 *Empty
	Loose                 []pieceView // evidence that belongs to no step
	Praise, Failure       string
	Solved, Spent         string
	Scores                []scoreRow
	Reviewed              *reviewView
	Appeal                *appealView
	History               []eventRow
	Form                  *reviewForm
	Ruling                *reviewForm
	Can                   walkCan
	Now                   string // for the field of a new day

	was *walk.Review // the review that there is
}

func (*walkedPage) view() string { return "walked" }

// walkCan is what may be done with a walk now.
type walkCan struct{ Link, Move, Cancel, Take, PutBack, Appeal bool }

// livedRow is a step as it was lived.
type livedRow struct {
	Number, Do, Took, Done  string
	Blocked                 bool
	Feeling                 int
	FeelingWord             string
	Did, Thought, Felt      string
	Question, Heard, Answer string
	AnswerKind              string
	Right                   string // the right answers, where theirs was not
	Went                    string
	Promises                []promiseSeen
	Met                     string // the pseudonym of who served them
	Pieces                  []pieceView
	Late                    string
}

type promiseSeen struct {
	Text, Saw string
	Chip      Chip
}

// pieceView is a photo or a voice note.
type pieceView struct {
	Href, What string
	Sound      bool
	Picture    bool
}

type scoreRow struct{ Title, Text, Share string }

type markRow struct{ Text, Where, Walker, Reviewer, Kind string }

type reviewView struct {
	By, When               string
	Tables                 []markTable
	Praise, Failure, Words string
}

// markTable holds the marks of one kind of criteria.
type markTable struct {
	Title string
	Rows  []markRow
}

type appealView struct{ By, When, Why, Decided, Words string }

func (s *Site) walk(w http.ResponseWriter, r *http.Request) error {
	p, err := s.walkedPage(r)
	if err != nil {
		return err
	}
	return s.show(w, r, http.StatusOK, p)
}

func (s *Site) walkedPage(r *http.Request) (*walkedPage, error) {
	id, err := number(r, "id", "walk")
	if err != nil {
		return nil, err
	}
	d, err := s.Rooms.Walks.Shown(r.Context(), id)
	if err != nil {
		return nil, err
	}
	p := s.newWalkedPage(d, signer(r))
	if !plans(r) {
		p.Can.Link, p.Can.Move, p.Can.Cancel, p.ScenarioHref = false, false, false, ""
	}
	if i := slices.IndexFunc(d.Visit.Pieces, func(p walk.Piece) bool { return p.Kind == cx.RobotReport }); i >= 0 {
		if p.Robot, err = s.robotReport(d, d.Visit.Pieces[i]); err != nil {
			s.Log.ErrorContext(r.Context(), "a robot's report cannot be read", "walk", id, "error", err)
			p.RobotTrouble = "What the robot measured cannot be read any more: its file is damaged or gone."
		}
	}
	return p, nil
}

func (s *Site) newWalkedPage(d walk.Detail, by string) *walkedPage {
	a := d.Assignment
	p := &walkedPage{
		walkFrame: newWalkFrame(d.Filled.Title, "Walks"), Number: a.ID, Heading: d.Filled.Title, Persona: d.Filled.Persona, Who: whoWalks(d),
		State: stateChip(a, s.Now()), StateText: s.stateText(d), ScenarioHref: scenarioHref(a.Scenario), Now: s.Now().In(s.Zone).Format("2006-01-02T15:04"),
	}
	p.Facts, p.was = s.walkFacts(d), d.Review
	p.lived(d)
	if sub := d.Visit.Submission; sub != nil {
		p.Praise, p.Failure, p.Spent = sub.Praise, sub.Failure, moneyText(sub.Spent)
		if sub.Solved != nil {
			p.Solved = map[bool]string{true: "They got what they came for.", false: "They did not get what they came for."}[*sub.Solved]
		}
	}
	if n := len(d.Visit.Missing); n > 0 {
		p.Missing = plural(n, "thing", "things") + " that they wrote or recorded is still on their phone, and comes when it finds a network."
	}
	s.judgement(p, d)
	for _, e := range slices.Backward(d.Events) {
		reason := e.Reason
		if e.What == cx.WalkMake || e.What == cx.WalkReschedule { // the word says it
			reason = ""
		}
		p.History = append(p.History, eventRow{What: eventWords[e.What], Reason: reason, When: moment(e.At, s.Zone, cx.ToTheSecond), By: e.By})
	}
	p.Can = s.mayDo(a, by)
	if a.State == cx.WalkInReview && a.Reviewer == by {
		p.Form = newReviewForm(d)
	}
	if a.State == cx.WalkAppealed && a.Appeal != nil && a.Reviewer != by && a.Appeal.By != by {
		p.Ruling = newReviewForm(d)
	}
	return p
}

func (s *Site) mayDo(a walk.Assignment, by string) walkCan {
	may := func(e cx.WalkEvent) bool { _, err := a.State.After(e); return err == nil }
	return walkCan{
		Link: a.Voice == cx.VoiceWalker && !a.State.Over() && a.State != cx.WalkSubmitted && a.State != cx.WalkInReview, Move: may(cx.WalkReschedule), Cancel: may(cx.WalkCancel),
		Take: may(cx.WalkTake), PutBack: a.State == cx.WalkInReview && a.Reviewer == by,
		Appeal: may(cx.WalkAppeal) && (a.Until.IsZero() || !s.Now().After(a.Until)),
	}
}

func whoWalks(d walk.Detail) string {
	switch {
	case d.Voice == cx.VoiceRobot:
		return "a robot"
	case d.Walked == nil:
		return "nobody yet"
	case !d.Submitted.IsZero():
		return unnamedWalker(*d.Walked)
	}
	return walkerName(*d.Walked)
}

// stateText says what happens next, and until when.
func (s *Site) stateText(d walk.Detail) string {
	until := ""
	if !d.Until.IsZero() {
		until = s.whenText(d.Until)
	}
	switch d.State {
	case cx.WalkPlanned:
		return "It is to be done from " + s.whenText(d.From) + " until " + s.whenText(d.Due) + "."
	case cx.WalkInvited:
		return "The walker has the link and has not agreed yet. It expires on " + s.whenText(d.Due) + "."
	case cx.WalkConsented:
		return "The walker has agreed and not begun. It expires on " + s.whenText(d.Due) + "."
	case cx.WalkStarted:
		return "They are on their way, until " + until + "."
	case cx.WalkSubmitted:
		return "Somebody other than the walker looks at it, by " + until + "."
	case cx.WalkInReview:
		return d.Reviewer + " has it for review until " + until + "; then it is put back for somebody else."
	case cx.WalkReturned:
		return "The walker is asked for something, until " + until + "."
	case cx.WalkApproved:
		if s.Now().Before(d.Until) {
			return "It is in the figures about walks. An appeal is possible until " + until + "."
		}
		return "It is in the figures about walks."
	case cx.WalkRejected:
		return "It is in no figure. An appeal is possible until " + until + "."
	case cx.WalkAppealed:
		return "Somebody who is no party to it decides, by " + until + "."
	case cx.WalkDecided:
		return map[bool]string{true: "It is in no figure. That is the last word.", false: "It is in the figures about walks. That is the last word."}[d.LeftOut]
	case cx.WalkExpired:
		return "Nobody did it in time."
	case cx.WalkStopped:
		return "The walker stopped, and needs no reason."
	case cx.WalkInfrastructure:
		return "Our own robot failed three times. It says nothing about the company: " + or(d.Failure, "no reason is known") + "."
	case cx.WalkCancelled:
		return "It was taken back."
	}
	return ""
}

var eventWords = map[cx.WalkEvent]string{
	cx.WalkMake: "Planned", cx.WalkInvite: "Link made", cx.WalkConsent: "Agreed", cx.WalkBegin: "Begun", cx.WalkSubmit: "Handed in", cx.WalkTake: "Taken for review",
	cx.WalkPutBack: "Put back", cx.WalkReturn: "Returned", cx.WalkApprove: "Approved", cx.WalkReject: "Rejected", cx.WalkAppeal: "Appealed against",
	cx.WalkDecide: "Decided", cx.WalkCancel: "Cancelled", cx.WalkExpire: "Expired", cx.WalkStop: "Stopped", cx.WalkGiveBack: "Given back",
	cx.WalkBreak: "Broken by our robot", cx.WalkReschedule: "Moved",
}

func (s *Site) walkFacts(d walk.Detail) []factRow {
	var out []factRow
	add := func(term, text, href string) {
		if text != "" {
			out = append(out, factRow{term, text, href})
		}
	}
	add("Walked by", sentenceless(whoWalks(d)), "")
	add("As", d.Arm, "")
	add("Where", d.Place, "")
	add("Channel", d.Filled.Channel, "")
	add("Begun", s.whenText(d.Started), "")
	add("Handed in", s.whenText(d.Submitted), "")
	if total := walkedFor(d.Visit); total > 0 {
		add("Walked for", seconds(total), "")
	}
	add("Spent", moneyText(d.Spent), "")
	if d.Plan != 0 {
		add("Plan", "Plan "+strconv.FormatInt(d.Plan, 10), planHref(d.Plan))
	}
	add("After release", d.Release, "")
	if d.Guards != 0 {
		add("Guards", "Finding "+strconv.FormatInt(d.Guards, 10), findingHref(d.Guards))
	}
	if d.Pair != 0 {
		add("Compared", "With the others of its pair", "/walks/comparisons#pair-"+strconv.FormatInt(d.Pair, 10))
	}
	return out
}

// walkedFor is how long the steps took together, in seconds; the waiting between them is
// not walking.
func walkedFor(v walk.Visit) float64 {
	total := 0.0
	for _, step := range v.Steps {
		total += step.Seconds()
	}
	return total
}

// lived fills in the steps, and what lies beside them.
func (p *walkedPage) lived(d walk.Detail) {
	used := map[string]bool{}
	skipped := 0
	for _, step := range d.Visit.Steps {
		if step.Done == walk.DoneSkipped {
			skipped++
			continue
		}
		scripted, _, _ := d.Filled.Step(step.Step)
		row := newLivedRow(step, scripted, d)
		for _, piece := range d.Visit.Pieces {
			if piece.Step == step.Step && d.Voice == cx.VoiceWalker {
				used[piece.Key] = true
				row.Pieces = append(row.Pieces, newPieceView(d.ID, piece, scripted))
			}
		}
		p.Steps = append(p.Steps, row)
	}
	if skipped > 0 {
		p.Skipped = "The script led past " + plural(skipped, "step", "steps") + "."
	}
	for _, piece := range d.Visit.Pieces {
		if !used[piece.Key] && d.Voice == cx.VoiceWalker {
			p.Loose = append(p.Loose, newPieceView(d.ID, piece, cx.ScriptStep{}))
		}
	}
	if len(p.Steps) == 0 {
		p.Empty = &Empty{Title: "Nothing is written down yet", Text: "What the walker does, thinks and feels appears here step by step, as their phone sends it."}
		if d.State.Over() {
			p.Empty = &Empty{Title: "There is nothing to read", Text: "The walk was not done, or its walker has taken their words back."}
		}
	}
}

var answerWords = map[cx.Answer]Chip{
	cx.AnswerRight: {"good", "Right"}, cx.AnswerPartly: {"warn", "Partly right"}, cx.AnswerFindOut: {"accent", "“I'll find out”"}, cx.AnswerWrong: {"bad", "Wrong"},
}

func newLivedRow(step walk.Step, scripted cx.ScriptStep, d walk.Detail) livedRow {
	row := livedRow{
		Number: strconv.Itoa(step.Order), Do: step.Title, Took: seconds(step.Seconds()), Blocked: step.Done == walk.DoneBlocked,
		Feeling: int(step.Feeling), Did: step.Did, Thought: step.Thought, Felt: step.Felt, Heard: step.Heard, Met: step.Staff,
	}
	if step.Feeling.Valid() {
		row.FeelingWord = step.Feeling.String()
	}
	if scripted.Ask != nil {
		row.Question = scripted.Ask.Question
		if grade := d.Graded(step.Step); grade != "" {
			chip := answerWords[grade]
			row.Answer, row.AnswerKind = chip.Text, chip.Kind
			if grade != cx.AnswerRight {
				row.Right = strings.Join(scripted.Ask.Right, " · ")
			}
		}
	}
	if _, at, ok := d.Filled.Step(step.Went); ok {
		row.Went = "Went on to step " + strconv.Itoa(at+1)
	}
	for _, check := range scripted.Promises {
		row.Promises = append(row.Promises, seenPromise(check, step.Promises))
	}
	if step.Skew != 0 {
		row.Late = "Their clock was wrong by " + seconds(step.Skew.Abs().Seconds()) + "; the times are put right."
	}
	return row
}

func seenPromise(check cx.PromiseCheck, seen []walk.PromiseSeen) promiseSeen {
	out := promiseSeen{Text: promiseText(check), Chip: Chip{"", "Not seen"}}
	for _, saw := range seen {
		if saw.Name != check.Name {
			continue
		}
		switch {
		case saw.Seconds != nil:
			out.Saw = "It took " + seconds(*saw.Seconds) + "."
		case saw.Paid.Currency != "":
			out.Saw = "They paid " + moneyText(saw.Paid) + "."
		}
		if kept := walk.Kept(check, saw); kept != nil {
			out.Chip = map[bool]Chip{true: {"good", "Kept"}, false: {"bad", "Broken"}}[*kept]
		}
	}
	return out
}

func newPieceView(id int64, piece walk.Piece, scripted cx.ScriptStep) pieceView {
	v := pieceView{Href: evidencePath(id, piece.Key), What: sentenceless(string(piece.Kind)), Sound: strings.HasPrefix(piece.Media, "audio/"), Picture: strings.HasPrefix(piece.Media, "image/")}
	if piece.Kind == cx.VoiceNote {
		v.What = "Voice note"
	}
	for _, wanted := range scripted.Evidence {
		if wanted.Kind == piece.Kind {
			v.What += " of " + wanted.Of
			break
		}
	}
	return v
}

var markWords = map[cx.Mark]string{cx.Yes: "yes", cx.No: "no", cx.NotSeen: "not seen", "": "–"}

// judgement fills in scores, review and appeal.
func (s *Site) judgement(p *walkedPage, d walk.Detail) {
	rv := d.Review
	if rv != nil {
		for _, of := range []struct {
			title string
			score cx.Score
		}{{"How they were treated", rv.Treatment}, {"What came of it", rv.Outcome}} {
			row := scoreRow{Title: of.title, Text: "no criterion was seen"}
			if v, ok := of.score.Share(); ok {
				row.Share, row.Text = share(v), fmt.Sprintf("%d of %d criteria", of.score.Met, of.score.Of)
			}
			p.Scores = append(p.Scores, row)
		}
		view := &reviewView{By: rv.By, When: day(rv.At, s.Zone), Praise: rv.Praise, Failure: rv.Failure, Words: rv.Words}
		for _, t := range []markTable{{"How they were treated", markRows(d, cx.Treatment)}, {"What came of it", markRows(d, cx.Outcome)}} {
			if len(t.Rows) > 0 {
				view.Tables = append(view.Tables, t)
			}
		}
		p.Reviewed = view
	}
	if ap := d.Appeal; ap != nil {
		p.Appeal = &appealView{By: ap.By, When: day(ap.At, s.Zone), Why: ap.Why, Words: ap.Words}
		if !ap.Decided.IsZero() {
			p.Appeal.Decided = "Decided by " + ap.Decider + " on " + day(ap.Decided, s.Zone) + ": " + map[bool]string{true: "the appeal was right", false: "it stays as it was"}[ap.Upheld] + "."
		}
	}
}

func markRows(d walk.Detail, kind cx.CriterionKind) []markRow {
	var rows []markRow
	for _, c := range d.Filled.Criteria {
		if c.Kind != kind {
			continue
		}
		row := markRow{Text: c.Text, Walker: "–", Reviewer: "–"}
		if _, at, ok := d.Filled.Step(c.Step); ok {
			row.Where = "step " + strconv.Itoa(at+1)
		}
		if d.Visit.Submission != nil {
			row.Walker = markWords[d.Visit.Submission.Marks[c.Name]]
		}
		if d.Review != nil {
			mark := d.Review.Marks[c.Name]
			row.Reviewer, row.Kind = markWords[mark], map[cx.Mark]string{cx.Yes: "good", cx.No: "bad"}[mark]
		}
		rows = append(rows, row)
	}
	return rows
}
