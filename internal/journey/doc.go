// Package journey holds journey files: stages and steps from the customer's
// viewpoint, what belongs to each step, who owns it and what was promised. It
// reads and writes the files (docs/journeys.md), matches interactions to steps by
// their signature, keeps every version, and proposes a first journey from data.
//
// It does not draw the map (web) and asks no questions (question).
//
// Start reading at room.go; Parse in parse.go reads a file, Steps in match.go
// says which signature belongs to which step.
package journey
