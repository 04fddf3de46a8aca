package walk

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// Bounds of what a device sends.
const (
	maxMessages = 500
	maxBody     = 64 << 10
	maxWords    = 8000 // characters of one text
)

// Ack says what the server has of a walk, so that a device knows what to send.
type Ack struct {
	State   cx.WalkState `json:"state"`
	Have    []string     `json:"have"`    // keys of messages and pieces
	Missing []string     `json:"missing"` // of what was handed in, and is not here yet
}

// Send takes messages of a walker's device. A message that is there already, word for
// word, is passed over; the same key with other words is a Conflict. Once all that the
// device says it wrote is here, the walk is handed in.
func (r *Room) Send(ctx context.Context, id int64, messages []Message) (Ack, error) {
	a, err := retry(func() (Assignment, error) {
		a, s, err := r.open(ctx, id)
		if err != nil {
			return a, err
		}
		c := Change{Assignment: a}
		for _, m := range messages {
			checked, person, name, err := r.check(s, m)
			if err != nil {
				return a, err
			}
			if person != 0 {
				if c.Staff == nil {
					c.Staff = map[int64]string{}
				}
				c.Staff[person] = name
			}
			c.Messages = append(c.Messages, checked)
		}
		return r.receive(ctx, c, s)
	})
	if err != nil {
		return Ack{}, err
	}
	return r.ack(ctx, a)
}

// receive stores what came, begins the walk with it, and hands it in when all is here.
func (r *Room) receive(ctx context.Context, c Change, s cx.Scenario) (Assignment, error) {
	a := c.Assignment
	there, err := r.store.Messages(ctx, a.ID)
	if err != nil {
		return a, err
	}
	fresh, err := newOnes(there, c.Messages)
	if err != nil {
		return a, err
	}
	pieces, err := r.store.Pieces(ctx, a.ID)
	if err != nil {
		return a, err
	}
	for _, p := range c.Pieces {
		if !slices.ContainsFunc(pieces, func(o Piece) bool { return o.Key == p.Key }) {
			pieces = append(pieces, p)
		}
	}
	if len(there)+len(fresh) > maxMessages {
		return a, cx.Errorf(cx.Invalid, "a walk has at most %d messages", maxMessages)
	}
	if len(fresh) == 0 && len(c.Pieces) == 0 {
		return a, nil // all of it was here
	}
	if a.State != cx.WalkStarted && a.State != cx.WalkReturned && a.State != cx.WalkConsented {
		return a, cx.Errorf(cx.Conflict, "a walk that is %s takes nothing more", a.State.Words()).
			WithRemedy("If something is missing, ask the reviewer to return it.")
	}
	c.Messages = fresh
	note := func(e cx.WalkEvent) error {
		from := c.Assignment.State
		to, err := from.After(e)
		c.Events = append(c.Events, Event{Assignment: a.ID, At: r.at(), What: e, From: from, To: to, By: "the walker"})
		c.Assignment.State = to
		return err
	}
	if a.State != cx.WalkStarted {
		if err := note(cx.WalkBegin); err != nil {
			return a, err
		}
		c.Assignment.Until = c.Assignment.Due.Add(s.Waits())
		if c.Assignment.Started.IsZero() {
			c.Assignment.Started = r.at()
		}
		if a.State == cx.WalkReturned {
			c.Assignment.Until = r.at().Add(answerWithin)
		}
	}
	v, err := Gather(s, slices.Concat(there, fresh), pieces)
	if err != nil {
		return a, err
	}
	// After a return only a fresh submission hands it in again.
	if v.Complete() && v.HandedIn != a.HandedIn {
		if err := note(cx.WalkSubmit); err != nil {
			return a, err
		}
		c.Assignment.Submitted, c.Assignment.Until = r.at(), r.at().Add(reviewWithin)
		c.Assignment.Spent, c.Assignment.HandedIn = v.Submission.Spent, v.HandedIn
	}
	return r.store.CommitWalk(ctx, c)
}

// newOnes are the messages that are not there yet; one with a known key must say the same.
func newOnes(there, came []Message) ([]Message, error) {
	known := map[string]Message{}
	for _, m := range there {
		known[m.Key] = m
	}
	var fresh []Message
	for _, m := range came {
		old, ok := known[m.Key]
		if !ok {
			known[m.Key] = m
			fresh = append(fresh, m)
			continue
		}
		if old.Sum() != m.Sum() {
			return nil, cx.Errorf(cx.Conflict, "the message %s came before with other words", m.Key).
				WithRemedy("A device gives each thing that it writes a key of its own.")
		}
	}
	return fresh, nil
}

// open is an assignment that its walker has agreed to, with its scenario.
func (r *Room) open(ctx context.Context, id int64) (Assignment, cx.Scenario, error) {
	a, err := r.store.Assignment(ctx, id)
	if err != nil {
		return a, cx.Scenario{}, err
	}
	if a.Voice == cx.VoiceWalker && a.Consent.At.IsZero() {
		return a, cx.Scenario{}, cx.Errorf(cx.Forbidden, "the walker has not agreed yet").WithRemedy("Read what a walk is, and accept it first.")
	}
	s, _, err := r.filled(ctx, a)
	return a, s, err
}

// check reads a message strictly, and hides the names of staff in it.
func (r *Room) check(s cx.Scenario, m Message) (checked Message, person int64, name string, err error) {
	m.Received, m.Sent = r.at(), m.Sent.UTC().Truncate(time.Microsecond)
	switch {
	case len(m.Key) < 8 || len(m.Key) > 64:
		return m, 0, "", cx.Errorf(cx.Invalid, "a message needs a key of 8 to 64 characters").WithRemedy("Such as a UUID.")
	case len(m.Body) > maxBody:
		return m, 0, "", cx.Errorf(cx.Invalid, "a message is at most %d KiB", maxBody>>10)
	case m.Sent.IsZero() || m.Sent.After(m.Received.AddDate(50, 0, 0)):
		return m, 0, "", cx.Errorf(cx.Invalid, "a message says when it was sent, by the device's clock")
	}
	var body any
	switch m.Kind {
	case StepMessage:
		var rec StepRecord
		if err := json.Unmarshal(m.Body, &rec); err != nil {
			return m, 0, "", cx.Errorf(cx.Invalid, "a step cannot be read: %w", err)
		}
		if err := checkStep(s, rec); err != nil {
			return m, 0, "", err
		}
		person, name = hideStaff(r.store.InstallKey(), &rec)
		body = rec
	case SubmitMessage:
		var sub Submission
		if err := json.Unmarshal(m.Body, &sub); err != nil {
			return m, 0, "", cx.Errorf(cx.Invalid, "what is handed in cannot be read: %w", err)
		}
		if err := checkSubmission(s, sub); err != nil {
			return m, 0, "", err
		}
		body = sub
	default:
		return m, 0, "", cx.Errorf(cx.Invalid, "%q is not a kind of message", m.Kind).WithRemedy("Write step or submit.")
	}
	m.Body, err = json.Marshal(body)
	return m, person, name, err
}

func checkStep(s cx.Scenario, rec StepRecord) error {
	if _, _, ok := s.Step(rec.Step); !ok {
		return cx.Errorf(cx.Invalid, "the scenario has no step %q", rec.Step)
	}
	if rec.Done != DoneYes && rec.Done != DoneBlocked && rec.Done != DoneSkipped {
		return cx.Errorf(cx.Invalid, "%q does not say what became of the step", rec.Done).WithRemedy("Write done, blocked or skipped.")
	}
	if rec.Started.IsZero() || rec.Finished.Before(rec.Started) || rec.Finished.Sub(rec.Started) > 100*24*time.Hour {
		return cx.Errorf(cx.Invalid, "the step %q ended before it began, or does not say when", rec.Step)
	}
	if rec.Feeling != 0 && !rec.Feeling.Valid() {
		return cx.Errorf(cx.Invalid, "%d is not on the scale of feelings", rec.Feeling).WithRemedy("It goes from 1 (awful) to 5 (delightful).")
	}
	if rec.Answer != "" && !slices.Contains(cx.Answers(), rec.Answer) {
		return cx.Errorf(cx.Invalid, "%q is not a grade of an answer", rec.Answer).WithRemedy("Write right, partly, find_out or wrong.")
	}
	for _, p := range rec.Promises {
		if p.Seconds != nil && (*p.Seconds < 0 || *p.Seconds > 1e8) {
			return cx.Errorf(cx.Invalid, "%g seconds are no time that a promise can take", *p.Seconds)
		}
	}
	for _, text := range []string{rec.Did, rec.Thought, rec.Felt, rec.Heard, rec.Staff} {
		if len([]rune(text)) > maxWords {
			return cx.Errorf(cx.Invalid, "a text is at most %d characters", maxWords)
		}
	}
	return nil
}

func checkSubmission(s cx.Scenario, sub Submission) error {
	for name, mark := range sub.Marks {
		if !slices.ContainsFunc(s.Criteria, func(c cx.Criterion) bool { return c.Name == name }) {
			return cx.Errorf(cx.Invalid, "the scenario has no criterion %q", name)
		}
		if mark != cx.Yes && mark != cx.No && mark != cx.NotSeen {
			return cx.Errorf(cx.Invalid, "%q is not a mark", mark).WithRemedy("Write yes, no or not_seen.")
		}
	}
	if strings.TrimSpace(sub.Praise) == "" || strings.TrimSpace(sub.Failure) == "" {
		return cx.Errorf(cx.Invalid, "say both what was good and what was not").WithRemedy("If there was nothing, say “nothing”.")
	}
	if len([]rune(sub.Praise)) > maxWords || len([]rune(sub.Failure)) > maxWords {
		return cx.Errorf(cx.Invalid, "a text is at most %d characters", maxWords)
	}
	if len(sub.Messages) > maxMessages || len(sub.Pieces) > maxMessages {
		return cx.Errorf(cx.Invalid, "a walk has at most %d messages", maxMessages)
	}
	return nil
}

func (r *Room) ack(ctx context.Context, a Assignment) (Ack, error) {
	s, _, err := r.filled(ctx, a)
	if err != nil {
		return Ack{}, err
	}
	messages, err := r.store.Messages(ctx, a.ID)
	if err != nil {
		return Ack{}, err
	}
	pieces, err := r.store.Pieces(ctx, a.ID)
	if err != nil {
		return Ack{}, err
	}
	v, err := Gather(s, messages, pieces)
	ack := Ack{State: a.State, Have: []string{}, Missing: v.Missing}
	for _, m := range messages {
		ack.Have = append(ack.Have, m.Key)
	}
	for _, p := range pieces {
		ack.Have = append(ack.Have, p.Key)
	}
	return ack, err
}

// Attach keeps a piece of evidence whose bytes lie in the evidence folder already. A
// key that is there with the same bytes is passed over: duplicate is true, and the
// caller removes the file; with other bytes it is a Conflict.
func (r *Room) Attach(ctx context.Context, id int64, p Piece) (ack Ack, duplicate bool, err error) {
	a, err := retry(func() (Assignment, error) {
		a, s, err := r.open(ctx, id)
		if err != nil {
			return a, err
		}
		if len(p.Key) < 8 || len(p.Key) > 64 || !slices.Contains(cx.EvidenceKinds(), p.Kind) {
			return a, cx.Errorf(cx.Invalid, "evidence needs a key of 8 to 64 characters and a kind: photo, receipt, screenshot or voice")
		}
		if _, _, ok := s.Step(p.Step); !ok {
			return a, cx.Errorf(cx.Invalid, "the scenario has no step %q", p.Step)
		}
		there, err := r.store.Pieces(ctx, id)
		if err != nil {
			return a, err
		}
		total := p.Size
		for _, o := range there {
			if o.Key == p.Key {
				if o.Sent != p.Sent {
					return a, cx.Errorf(cx.Conflict, "the evidence %s came before with other content", p.Key)
				}
				duplicate = true
				return a, nil
			}
			total += o.Size
		}
		if len(there) >= maxPieces || total > maxPieceBytes {
			return a, cx.Errorf(cx.Invalid, "a walk has at most %d pieces of evidence of %d MiB together", maxPieces, maxPieceBytes>>20)
		}
		p.Received = r.at()
		return r.receive(ctx, Change{Assignment: a, Pieces: []Piece{p}}, s)
	})
	if err != nil {
		return Ack{}, false, err
	}
	ack, err = r.ack(ctx, a)
	return ack, duplicate, err
}

const (
	maxPieces     = 60
	maxPieceBytes = 300 << 20
)

// Stop ends a walk at its walker's wish, at any time and without a reason. With forget
// their words and evidence are removed for good; a walk that counted counts no more.
func (r *Room) Stop(ctx context.Context, id int64, forget bool) (Assignment, error) {
	pieces, err := r.store.Pieces(ctx, id)
	if err != nil {
		return Assignment{}, err
	}
	a, err := retry(func() (Assignment, error) {
		a, err := r.store.Assignment(ctx, id)
		if err != nil {
			return a, err
		}
		return r.move(ctx, a, cx.WalkStop, "the walker", "", func(c *Change) error {
			c.Forget = forget
			if a.Counts() {
				c.Facts = []StepFact{}
			}
			if forget {
				c.Assignment.Review, c.Assignment.Appeal = nil, nil
			}
			return endLease(c)
		})
	})
	if err != nil || !forget {
		return a, err
	}
	files := make([]string, len(pieces))
	for i, p := range pieces {
		files[i] = p.File
	}
	return a, r.files.Remove(files...)
}
