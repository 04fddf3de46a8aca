// Package finding turns answers into findings: it asks the questions for closed
// weeks, tests what they say against a promise, a base rate, other groups or the
// weeks before, corrects for the number of tests, and keeps what is left with its
// evidence and its life cycle.
//
// It computes no figure of its own that a question could give, and it knows no
// cause: a finding says where customers suffer, how sure that is and whose step it is.
//
// Start reading at room.go (Evaluate); each probe_*.go holds the tests over one
// question, suspicion.go what they hand over, lifecycle.go what becomes of it.
package finding
