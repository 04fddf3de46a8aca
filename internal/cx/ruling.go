package cx

import "time"

// Ruling is a person's word on which step of a journey caused a contact, or all
// contacts about a reason: it overrules what is reckoned.
type Ruling struct {
	ID      int64         `json:"id"`
	Journey string        `json:"journey"`
	Contact InteractionID `json:"contact,omitzero"` // zero = every contact about Reason
	Reason  string        `json:"reason,omitempty"`
	Step    string        `json:"step,omitempty"` // "" = none of the journey's steps
	Note    string        `json:"note,omitempty"`
	By      string        `json:"by"`
	At      time.Time     `json:"at"`
	// Ended is when it was taken back or another took its place; zero = it holds.
	Ended   time.Time `json:"ended,omitzero"`
	EndedBy string    `json:"ended_by,omitempty"`
}

// Holds reports whether the ruling was neither taken back nor replaced.
func (r Ruling) Holds() bool { return r.Ended.IsZero() }
