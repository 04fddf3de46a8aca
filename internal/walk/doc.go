// Package walk lets people and robots be the company's customers, on a schedule:
// scenarios (what to live through), plans (who, when, where), assignments (one walk by
// one walker), visits (what they did, thought and felt), reviews (how the customer was
// treated, then what came of it) and leases for robots.
//
// It holds no pages and drives no browser: walk/robot does. What a counting walk saw
// goes to the facts as StepFacts through the vault's outbox, never as interactions, so
// that no walk is in a customer's figure.
//
// Start reading at assignment.go, then room.go; lay.go is how plans become
// assignments, visit.go how a phone's messages become a visit.
package walk
