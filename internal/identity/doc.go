// Package identity says which profiles are one customer. A profile is found by
// the strongest key of a row (the source's own id, then e-mail, phone, thread);
// profiles that share an exact key are linked with the key as the reason, unless
// too many hold it; a person may merge customers and pull them apart, and that
// decision outlasts every rule. Profiles that no key joins are linked when they are
// alike enough (alike.go, by the arithmetic of likeness), last of all. The customer is
// the smallest profile number.
//
// Linking never rewrites an interaction, so all of it is reversible.
//
// Start reading at links.go, which holds the rules as functions of a value;
// resolve.go applies them to an import's batches, decide.go to a person's word.
package identity
