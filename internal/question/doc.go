// Package question holds what can be asked of the facts: one file per question, each
// with its definition in its comment (plain words, formula, unit, smallest sample,
// pitfalls, source), its typed rows and its door (AskFunnel, AskRepeatContact …).
// Catalogue lists them all as Definitions that give a Table and the evidence behind
// each cell, for pages, the API and the command line.
//
// Two kinds: group-by questions (traffic, contacts_by_reason, nps, csat, ces) are
// named fetches that every engine answers in its own SQL; sequence questions (all
// others) are one fold in Go over the engine's ordered stream, the same for every
// engine. Questions about walks (walks.go) read the steps of walks, which are in no
// other answer, and open into walks instead of interactions. The laws that hold for all of them are in world_test.go; the naive
// references that the folds must equal in naive_test.go.
//
// It doesn't know which engine runs, writes nothing, and decides nothing: whether an
// answer is a problem is the finding room's to say.
//
// Start reading at answer.go and facts.go (what goes out and comes in), then
// repeat_contact.go as the simplest fold; scope.go and grouping.go turn parameters
// into a filter and a split.
package question
