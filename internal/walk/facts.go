package walk

import (
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// StepFact is what the facts hold of one step of a walk that counts: numbers, times,
// codes and random ids. It never becomes an interaction.
type StepFact struct {
	Walk       int64           `json:"walk"`
	Order      int             `json:"order"` // 1-based place in the script
	Step       string          `json:"step"`  // of the script
	Journey    string          `json:"journey,omitempty"`
	At         string          `json:"at,omitempty"` // step of the journey; "" = none of the company's
	Touchpoint string          `json:"touchpoint,omitempty"`
	Channel    string          `json:"channel"`
	Scenario   string          `json:"scenario"`
	Version    int32           `json:"version"`
	Kind       cx.ScenarioKind `json:"kind"`
	Persona    string          `json:"persona,omitempty"`
	Arm        string          `json:"arm,omitempty"`
	Pair       int64           `json:"pair,omitempty"`
	Voice      cx.Voice        `json:"voice"`
	Walker     int64           `json:"walker,omitempty"`
	Department string          `json:"department,omitempty"`
	Started    time.Time       `json:"started"`
	Seconds    float64         `json:"seconds"`
	Done       Done            `json:"done"`
	Felt       cx.Feeling      `json:"felt,omitempty"` // 0 = not said
	// Treatment and Outcome are scores of the whole walk, the same in each of its steps.
	Treatment cx.Score  `json:"treatment"`
	Outcome   cx.Score  `json:"outcome"`
	Solved    *bool     `json:"solved,omitempty"` // of the whole walk; nil = nothing to solve
	Answer    cx.Answer `json:"answer,omitempty"`
	Kept      *bool     `json:"kept,omitempty"` // every promise that the step checked; nil = none checked
	Guards    int64     `json:"guards,omitempty"`
}
