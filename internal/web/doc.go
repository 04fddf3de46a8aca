// Package web is what people see: one file per page, rendered on the server from
// a typed struct, readable without script, printable.
//
// A page asks the rooms (question, journey, finding, identity, ingest) through
// the small doors in ports.go, fits what they say into its struct, and leaves the
// words to its template in view/. It holds no rule of the field and no SQL.
//
// Start at routes.go for where a page is, at today.go for how one is made, and at
// storybook.go for every page in every state.
package web
