// Package cx holds the field's words: interactions, customers, journeys,
// personas, promises, findings, scales and error codes, with the rules that
// follow from a value alone. It does no I/O and knows no other room.
//
// Start reading at interaction.go: every other room turns something into an
// Interaction, stores it, or asks a question about many of them.
package cx
