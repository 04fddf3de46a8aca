package cx

import "time"

// FindingState is where a finding stands. States that nothing produces yet are
// not among them.
type FindingState string

const (
	FindingOpen      FindingState = "open"
	FindingAccepted  FindingState = "accepted"  // a person agreed that it is a problem
	FindingDismissed FindingState = "dismissed" // with a reason; it stays dismissed while its key holds
	FindingClosed    FindingState = "closed"    // two quiet weeks, by itself
)

// Next reports whether a person may move a finding from one state to another.
func (s FindingState) Next(to FindingState) bool {
	switch s {
	case FindingOpen:
		return to == FindingAccepted || to == FindingDismissed
	case FindingAccepted:
		return to == FindingDismissed
	case FindingDismissed, FindingClosed:
		return to == FindingOpen
	}
	return false
}

// FindingKey is what makes two evaluations the same finding.
type FindingKey struct {
	Question string `json:"question"`
	Journey  string `json:"journey"`
	Step     string `json:"step"`
	Persona  string `json:"persona"`
	Segment  string `json:"segment"` // e.g. "channel=phone" or "reason=invoice"
}

// Finding is an answer that crossed a threshold, with its evidence.
type Finding struct {
	ID    int64        `json:"id"`
	Key   FindingKey   `json:"key"`
	State FindingState `json:"state"`
	Title string       `json:"title"` // one sentence a CX lead would say aloud
	Why   string       `json:"why"`   // the figures, with n and interval

	CustomersPerMonth float64 `json:"customers_per_month"`
	// Excess over the promise or base rate, as a share of those exposed: the
	// estimate and the lower bound of its interval.
	Excess      float64 `json:"excess"`
	ExcessLower float64 `json:"excess_lower"`
	N           int64   `json:"n"`
	P           float64 `json:"p"` // before correction
	Q           float64 `json:"q"` // after Benjamini–Hochberg within question and run
	// Severity = customers a month × lower bound of the excess × declared cost,
	// in minor units of Cost's currency; without a declared cost it is customers
	// a month × lower bound, and Priced is false.
	Severity float64 `json:"severity"`
	Priced   bool    `json:"priced"`
	Currency string  `json:"currency,omitempty"`
	Effort   string  `json:"effort,omitempty"` // "", small, medium, large: a person's estimate

	From     time.Time `json:"from"` // the period evaluated, half-open
	To       time.Time `json:"to"`
	Evidence string    `json:"evidence"` // link target: question and parameters, as a URL query

	FirstSeen   time.Time `json:"first_seen"`
	LastSeen    time.Time `json:"last_seen"`
	QuietWeeks  int       `json:"quiet_weeks"`
	Owner       string    `json:"owner,omitempty"`
	StateReason string    `json:"state_reason,omitempty"`
	StateBy     string    `json:"state_by,omitempty"`
}
