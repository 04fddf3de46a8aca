// Package wording says what code words are called: the channels, touchpoints,
// reasons and outcomes that sources bring in their own words. A person renames a
// word, or joins two by giving them one name. What came stays as it came, so that a
// rename rewrites no interaction, holds for later imports, and can be taken back.
//
// Start reading at Room.
package wording
