package walk

import (
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// Review is what a reviewer says of a walk that was handed in.
type Review struct {
	By    string             `json:"by"`
	At    time.Time          `json:"at"`
	Marks map[string]cx.Mark `json:"marks"`
	// Answers are the grades of answers where the reviewer differs from the walker, by step.
	Answers map[string]cx.Answer `json:"answers,omitempty"`
	// Praise and Failure are both asked for, so that what was good is told as readily
	// as what was not.
	Praise    string   `json:"praise"`
	Failure   string   `json:"failure"`
	Words     string   `json:"words,omitempty"` // to the walker
	Solved    *bool    `json:"solved,omitempty"`
	Treatment cx.Score `json:"treatment"`
	Outcome   cx.Score `json:"outcome"`
}

// Appeal is a disagreement with what was decided on a walk.
type Appeal struct {
	By      string       `json:"by"`
	At      time.Time    `json:"at"`
	Why     string       `json:"why"`
	Against cx.WalkState `json:"against"` // the state that was appealed against
	Decided time.Time    `json:"decided,omitzero"`
	Decider string       `json:"decider,omitempty"`
	Upheld  bool         `json:"upheld,omitempty"` // the appeal was right
	Words   string       `json:"words,omitempty"`
}

// Verdict is what a robot says its walk showed.
type Verdict string

const (
	VerdictFine           Verdict = "fine"           // all went as the recording expects
	VerdictTheirSite      Verdict = "their_site"     // a customer would have failed too
	VerdictCannotTell     Verdict = "cannot_tell"    // a person has to look
	VerdictInfrastructure Verdict = "infrastructure" // our robot failed; never an experience
)

// Lease is a robot worker's hold on an assignment.
type Lease struct {
	Worker string    `json:"worker,omitempty"`
	Hash   []byte    `json:"hash,omitempty"` // of the secret that the worker shows
	Until  time.Time `json:"until,omitzero"`
}
