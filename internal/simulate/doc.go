// Package simulate writes a year of an invented company, Larkwell Mobile, a
// regional phone company with a web shop, as the exports that its systems would
// give: Zendesk, Qualtrics, Shopify, Segment, Stripe, a table of invoices, and a
// phone log, a list of cancellations and a mail tool's log that need a mapping.
// Problems are planted in that year, and decoys that look like problems and are
// none; truth.json says which, where and how strongly, and Score holds findings
// against it. That is a guard against getting worse, not a proof of being right:
// never call it accuracy.
//
// Everything follows from the seed: the same configuration writes the same
// bytes, customer by customer and in bounded memory, on any number of processors.
// Each concern of each customer draws from a random stream of its own, so that a
// fault switched off leaves what it does not touch as it was.
//
// Start reading at names.go, which alone spells steps, reasons, faults and
// decoys, then run.go and year.go.
package simulate
