package finding

import (
	"slices"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// quietWeeks is after how many weeks without the finding it closes by itself.
const quietWeeks = 2

// What an event says happened.
const (
	Opened    = "opened"
	Seen      = "seen"
	Quiet     = "quiet"
	ClosedNow = "closed"
	Reopened  = "reopened"
	Accepted  = "accepted"
	Dismissed = "dismissed"
	Effort    = "effort"
	Renamed   = "renamed" // a word that it is about
	// Of a walk that would reproduce the finding.
	WalkFailed = "walk_failed"
	WalkPassed = "walk_passed"
)

// advance brings the findings that there are and those that a run found together.
// weeks is how many closed weeks passed since the run before: the same weeks looked
// at again make nobody quieter. It returns what changed, with events; an event of a
// new finding says −1 − its index.
//
// A finding that a person dismissed stays dismissed, with its figures kept fresh;
// one that closed opens again when it comes back.
func advance(there, found []cx.Finding, at time.Time, weeks int) (changed []cx.Finding, events []Event) {
	known := map[cx.FindingKey]cx.Finding{}
	for _, f := range there {
		known[f.Key] = f
	}
	seen := map[cx.FindingKey]bool{}
	note := func(f cx.Finding, what string, from, to cx.FindingState) {
		changed = append(changed, f)
		id := f.ID
		if id == 0 {
			id = int64(-len(changed))
		}
		events = append(events, Event{Finding: id, At: at, What: what, From: from, To: to, Figures: f.Why})
	}
	for _, f := range found {
		seen[f.Key] = true
		old, ok := known[f.Key]
		f.LastSeen = at
		if !ok {
			f.FirstSeen = at
			note(f, Opened, "", f.State)
			continue
		}
		f.ID, f.State, f.FirstSeen = old.ID, old.State, old.FirstSeen
		f.Effort, f.StateReason, f.StateBy = old.Effort, old.StateReason, old.StateBy
		if old.State == cx.FindingClosed {
			f.State, f.StateReason, f.StateBy = cx.FindingOpen, "it came back", ""
			note(f, Reopened, cx.FindingClosed, cx.FindingOpen)
			continue
		}
		note(f, Seen, old.State, old.State)
	}
	for _, f := range there {
		if seen[f.Key] || weeks <= 0 || f.State != cx.FindingOpen && f.State != cx.FindingAccepted {
			continue
		}
		f.QuietWeeks += weeks
		was := f.State
		if f.QuietWeeks < quietWeeks {
			note(f, Quiet, was, was)
			continue
		}
		f.State, f.StateReason, f.StateBy = cx.FindingClosed, "not seen for two weeks", ""
		note(f, ClosedNow, was, cx.FindingClosed)
	}
	return changed, events
}

// Order is how findings are sorted.
type Order string

const (
	BySeverity Order = "severity"
	// ByWorth puts what harms most for the least effort first: severity ÷ effort,
	// where effort is a person's estimate; one without an estimate counts as medium.
	ByWorth Order = "worth"
)

// effortWeights are the ratio of days of work that the three words stand for.
var effortWeights = map[string]float64{"small": 1, "medium": 3, "": 3, "large": 9}

// Worth is a finding's severity per unit of effort.
func Worth(f cx.Finding) float64 { return f.Severity / effortWeights[f.Effort] }

// Sort orders findings, the worst first. Findings with a price and without have no
// common measure: those with one come first.
func Sort(findings []cx.Finding, by Order) {
	measure := func(f cx.Finding) float64 { return f.Severity }
	if by == ByWorth {
		measure = Worth
	}
	slices.SortStableFunc(findings, func(a, b cx.Finding) int {
		switch {
		case a.Priced != b.Priced:
			if a.Priced {
				return -1
			}
			return 1
		case measure(a) > measure(b):
			return -1
		case measure(a) < measure(b):
			return 1
		}
		return compareKeys(a.Key, b.Key)
	})
}
