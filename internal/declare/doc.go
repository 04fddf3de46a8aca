// Package declare reads declarations: the short YAML files in which a company says
// what its journeys are and what a walk is. It keeps the line of every value, gathers
// all mistakes instead of stopping at the first, and reads lengths of time, money,
// shares and days as people write them.
//
// It knows no file's fields: journey and walk do. Start reading at Parse, then Reader.
package declare
