package finding

import (
	"context"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// Store keeps findings, what happened to them, and the runs that evaluated them
// (the vault does).
type Store interface {
	// SaveRun stores one evaluation in one transaction: the run, findings (ID 0 =
	// new: it is numbered, and the key must be unused; else the row is replaced)
	// and events (an event of a new finding says its index as Finding = −1 − index).
	// It returns the findings with their numbers, in the same order.
	SaveRun(ctx context.Context, r Run, findings []cx.Finding, events []Event) ([]cx.Finding, error)
	// SaveFinding stores one finding that a person or a walk changed, with its event, in
	// one transaction; a Conflict error when the stored state is no longer was. What was
	// noted of an event's walk before is passed over.
	SaveFinding(ctx context.Context, f cx.Finding, was cx.FindingState, e Event) error
	// Findings lists findings, in no particular order.
	Findings(ctx context.Context, states ...cx.FindingState) ([]cx.Finding, error)
	// Finding is one finding; NotFound when there is none.
	Finding(ctx context.Context, id int64) (cx.Finding, error)
	// Events lists what happened to a finding, oldest first.
	Events(ctx context.Context, id int64) ([]Event, error)
	// LastRun is the newest run; the zero Run when there was none.
	LastRun(ctx context.Context) (Run, error)
}

// Run is one evaluation of all questions.
type Run struct {
	ID       int64     `json:"id"`
	At       time.Time `json:"at"`   // when it ran
	From     time.Time `json:"from"` // the period that it looked at, half-open
	To       time.Time `json:"to"`
	Tested   int       `json:"tested"`   // hypotheses
	Withheld int       `json:"withheld"` // not tested: too few
	Open     int       `json:"open"`     // findings open or accepted after it
}

// Event is one thing that happened to a finding.
type Event struct {
	ID      int64           `json:"id"`
	Finding int64           `json:"finding"`
	Run     int64           `json:"run,omitempty"` // 0 = a person's doing
	At      time.Time       `json:"at"`
	What    string          `json:"what"`           // opened, seen, quiet, closed, reopened, accepted, dismissed, effort, renamed, walk_failed, walk_passed
	Walk    int64           `json:"walk,omitempty"` // that guards it
	From    cx.FindingState `json:"from,omitempty"`
	To      cx.FindingState `json:"to,omitempty"`
	By      string          `json:"by,omitempty"`
	Reason  string          `json:"reason,omitempty"`
	Figures string          `json:"figures,omitempty"` // Finding.Why at that time
}
