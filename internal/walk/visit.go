package walk

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/json"
	"slices"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// MessageKind says what a message from a walker's device holds.
type MessageKind string

const (
	StepMessage   MessageKind = "step"   // a StepRecord
	SubmitMessage MessageKind = "submit" // a Submission
)

// Message is one thing that a walker's device sends. It may come late, twice, or
// before those that were written earlier: the visit is the same.
type Message struct {
	Key      string          `json:"key"` // the device's UUID for it
	Kind     MessageKind     `json:"kind"`
	Sent     time.Time       `json:"sent"` // by the device's clock, when it was sent
	Body     json.RawMessage `json:"body"`
	Received time.Time       `json:"received"` // by ours
}

// Sum tells whether two messages with one key say the same. The time of sending is
// not part of it: a device tries again.
func (m Message) Sum() [sha256.Size]byte {
	var compact bytes.Buffer
	if err := json.Compact(&compact, m.Body); err != nil {
		compact.Reset()
		compact.Write(m.Body)
	}
	return sha256.Sum256(append([]byte(string(m.Kind)+"\n"), compact.Bytes()...))
}

// Done says what became of a step.
type Done = cx.StepDone

const (
	DoneYes     = cx.StepYes
	DoneBlocked = cx.StepBlocked
	DoneSkipped = cx.StepSkipped
)

// StepRecord is what a walker says of one step, by the clock of their device.
type StepRecord struct {
	Step     string    `json:"step"`
	Revision int       `json:"revision"` // a later one replaces an earlier
	Started  time.Time `json:"started"`
	Finished time.Time `json:"finished"`
	Done     Done      `json:"done"`

	Did     string     `json:"did,omitempty"`
	Thought string     `json:"thought,omitempty"`
	Felt    string     `json:"felt,omitempty"` // in their own words
	Feeling cx.Feeling `json:"feeling,omitempty"`

	Heard  string    `json:"heard,omitempty"` // the answer that was given
	Answer cx.Answer `json:"answer,omitempty"`
	Went   string    `json:"went,omitempty"` // to which step a branch led

	Promises []PromiseSeen `json:"promises,omitempty"`
	Staff    string        `json:"staff,omitempty"`    // who served them; kept as a pseudonym
	Evidence []string      `json:"evidence,omitempty"` // keys of pieces
}

// PromiseSeen is what a walker saw of a promise.
type PromiseSeen struct {
	Name string `json:"name"`
	// Seconds that it took, Paid what it cost: where the promise has a limit, whether
	// it was kept follows from them.
	Seconds *float64 `json:"seconds,omitempty"`
	Paid    cx.Money `json:"paid,omitzero"`
	Kept    *bool    `json:"kept,omitempty"` // as the walker says
}

// Submission is what a walker says of the whole, when they hand it in.
type Submission struct {
	// Messages and Pieces are the keys of all that the device wrote: the walk is handed
	// in once they are all here, in whatever order they come.
	Messages []string           `json:"messages"`
	Pieces   []string           `json:"pieces,omitempty"`
	Marks    map[string]cx.Mark `json:"marks,omitempty"`  // by criterion
	Solved   *bool              `json:"solved,omitempty"` // did they get what they came for; nil = they came for nothing
	Praise   string             `json:"praise"`           // who or what was good
	Failure  string             `json:"failure"`          // what was not
	Spent    cx.Money           `json:"spent,omitzero"`
}

// Piece is one piece of evidence.
type Piece struct {
	Key      string          `json:"key"`  // the device's UUID for it
	File     string          `json:"file"` // its name in the evidence folder
	Kind     cx.EvidenceKind `json:"kind"`
	Step     string          `json:"step"`
	Media    string          `json:"media"`  // MIME type of what is kept
	SHA256   string          `json:"sha256"` // of what is kept
	Sent     string          `json:"sent"`   // SHA-256 of what was sent: sent again, it is the same
	Size     int64           `json:"size"`
	Received time.Time       `json:"received"`
}

// Step is a step of a visit: what the walker says, with times by our clock.
type Step struct {
	StepRecord
	Key      string        `json:"key"`
	Order    int           `json:"order"`
	Received time.Time     `json:"received"`
	Skew     time.Duration `json:"skew"` // how far the device's clock was behind ours; the times are corrected
	Title    string        `json:"title"`
	Person   int64         `json:"person,omitempty"` // pseudonym of Staff
}

// Seconds is how long the step took.
func (s Step) Seconds() float64 { return max(0, s.Finished.Sub(s.Started).Seconds()) }

// Visit is a walk as it was lived: what its messages say together.
type Visit struct {
	Steps      []Step      `json:"steps"` // in the order of the script
	Submission *Submission `json:"submission,omitempty"`
	HandedIn   string      `json:"handed_in,omitempty"` // key of the submission that stands
	Pieces     []Piece     `json:"pieces"`
	// Missing are the keys of what the device says it wrote and has not sent yet.
	Missing []string `json:"missing"`
}

// Complete reports whether the walk can be handed in.
func (v Visit) Complete() bool { return v.Submission != nil && len(v.Missing) == 0 }

// Gather makes a visit of its messages and evidence. Any order of the same messages
// gives the same visit.
func Gather(s cx.Scenario, messages []Message, pieces []Piece) (Visit, error) {
	v := Visit{Pieces: slices.Clone(pieces)}
	newest := map[string]Step{}
	have := map[string]bool{}
	var handedIn Message
	for _, m := range messages {
		have[m.Key] = true
		switch m.Kind {
		case StepMessage:
			step, err := stepOf(s, m)
			if err != nil {
				return Visit{}, err
			}
			old, there := newest[step.Step]
			if !there || cmp.Or(cmp.Compare(step.Revision, old.Revision), cmp.Compare(step.Key, old.Key)) > 0 {
				newest[step.Step] = step
			}
		case SubmitMessage:
			if v.Submission != nil && cmp.Or(m.Sent.Compare(handedIn.Sent), cmp.Compare(m.Key, handedIn.Key)) < 0 {
				continue
			}
			var sub Submission
			if err := json.Unmarshal(m.Body, &sub); err != nil {
				return Visit{}, cx.Errorf(cx.Invalid, "what was handed in cannot be read: %w", err)
			}
			v.Submission, v.HandedIn, handedIn = &sub, m.Key, m
		}
	}
	for _, step := range newest {
		v.Steps = append(v.Steps, step)
	}
	slices.SortFunc(v.Steps, func(a, b Step) int { return cmp.Compare(a.Order, b.Order) })
	slices.SortFunc(v.Pieces, func(a, b Piece) int { return cmp.Compare(a.Key, b.Key) })
	for _, p := range pieces {
		have[p.Key] = true
	}
	if v.Submission != nil {
		for _, key := range slices.Concat(v.Submission.Messages, v.Submission.Pieces) {
			if !have[key] {
				v.Missing = append(v.Missing, key)
			}
		}
	}
	return v, nil
}

func stepOf(s cx.Scenario, m Message) (Step, error) {
	var rec StepRecord
	if err := json.Unmarshal(m.Body, &rec); err != nil {
		return Step{}, cx.Errorf(cx.Invalid, "a step cannot be read: %w", err)
	}
	scripted, order, ok := s.Step(rec.Step)
	if !ok {
		return Step{}, cx.Errorf(cx.Invalid, "the scenario %q has no step %q", s.ID, rec.Step).
			WithRemedy("The scenario has been changed since this walk was prepared; open the walk again.")
	}
	skew := m.Received.Sub(m.Sent)
	if m.Sent.IsZero() || skew.Abs() < 2*time.Second { // that is the way, not the clock
		skew = 0
	}
	rec.Started, rec.Finished = rec.Started.Add(skew).UTC(), rec.Finished.Add(skew).UTC()
	return Step{StepRecord: rec, Key: m.Key, Order: order + 1, Received: m.Received, Skew: skew, Title: scripted.Do}, nil
}

// Kept reports whether a promise was kept, as far as it was seen.
func Kept(check cx.PromiseCheck, seen PromiseSeen) *bool {
	verdict := func(b bool) *bool { return &b }
	switch {
	case check.Within > 0 && seen.Seconds != nil:
		return verdict(*seen.Seconds <= check.Within.Seconds())
	case check.AtMost.Currency != "" && seen.Paid.Currency == check.AtMost.Currency:
		return verdict(seen.Paid.Minor <= check.AtMost.Minor)
	}
	return seen.Kept
}

// allKept is whether every promise of a step that was seen was kept; nil when none was.
func allKept(step cx.ScriptStep, seen []PromiseSeen) *bool {
	var all *bool
	for _, check := range step.Promises {
		i := slices.IndexFunc(seen, func(p PromiseSeen) bool { return p.Name == check.Name })
		if i < 0 {
			continue
		}
		if kept := Kept(check, seen[i]); kept != nil {
			if all == nil {
				all = new(bool)
				*all = true
			}
			*all = *all && *kept
		}
	}
	return all
}
