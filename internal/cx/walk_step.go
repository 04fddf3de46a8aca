package cx

import "time"

// WalkStep is what the facts hold of one step of a walk that counts: numbers, times,
// codes and random ids. It never becomes an interaction, so that no walk is in a
// customer's figure.
type WalkStep struct {
	Walk       int64        `json:"walk"`
	Order      int          `json:"order"` // 1-based place in the script
	Step       string       `json:"step"`  // of the script
	Journey    string       `json:"journey,omitempty"`
	At         string       `json:"at,omitempty"` // step of the journey; "" = none of the company's
	Touchpoint string       `json:"touchpoint,omitempty"`
	Channel    string       `json:"channel"`
	Scenario   string       `json:"scenario"`
	Version    int32        `json:"version"`
	Kind       ScenarioKind `json:"kind"`
	Persona    string       `json:"persona,omitempty"`
	Arm        string       `json:"arm,omitempty"`
	Pair       int64        `json:"pair,omitempty"`
	Voice      Voice        `json:"voice"`
	Walker     int64        `json:"walker,omitempty"`
	Department string       `json:"department,omitempty"` // the walker's
	Started    time.Time    `json:"started"`
	Seconds    float64      `json:"seconds"`
	Done       StepDone     `json:"done"`
	Felt       Feeling      `json:"felt,omitempty"` // 0 = not said
	// Treatment and Outcome are scores of the whole walk, the same in each of its steps.
	Treatment Score  `json:"treatment"`
	Outcome   Score  `json:"outcome"`
	Solved    *bool  `json:"solved,omitempty"` // of the whole walk; nil = nothing to solve
	Topic     string `json:"topic,omitempty"`  // of the question that the step asks
	Answer    Answer `json:"answer,omitempty"`
	Kept      *bool  `json:"kept,omitempty"` // every promise that the step checked; nil = none checked
	Guards    int64  `json:"guards,omitempty"`
}

// Blocked reports that the step could not be done.
func (s WalkStep) Blocked() bool { return s.Done == StepBlocked }

// WentWell reports that the step could be done, that no promise was broken in it and
// that it did not feel bad. What was not checked or not said is no fault.
func (s WalkStep) WentWell() bool {
	return !s.Blocked() && (s.Kept == nil || *s.Kept) && (s.Felt == 0 || s.Felt >= 3)
}

// WalkPassed reports that a walk, given by all its steps, met what it was to meet: every
// step could be done, no promise was broken, all of its outcome criteria were met, and
// what was to be solved was. Where nothing was to be met, walking it through is enough.
func WalkPassed(steps []WalkStep) bool {
	for _, s := range steps {
		if s.Blocked() || s.Kept != nil && !*s.Kept || s.Outcome.Met < s.Outcome.Of || s.Solved != nil && !*s.Solved {
			return false
		}
	}
	return true
}

// StepDone says what became of a step.
type StepDone string

const (
	StepYes     StepDone = "done"
	StepBlocked StepDone = "blocked" // it could not be done: that is a result
	StepSkipped StepDone = "skipped" // the script led past it
)
