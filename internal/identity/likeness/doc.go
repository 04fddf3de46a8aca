// Package likeness says which records are of one person when no key says so: by
// names, birth date, address, e-mail and phone, each of which may be missing,
// misspelt or shared. It is arithmetic over a table in memory; it reads and writes
// nothing and decides nothing about customers.
//
// The model is Fellegi and Sunter's (1969, "A theory for record linkage", JASA 64):
// for each field and each level of agreement, how often it occurs among pairs of one
// person (m) and among pairs of two (u); the logarithms of m/u add up, because fields
// are taken as independent given the truth. u is read off random pairs, m is learned
// without examples by EM (Dempster, Laird, Rubin 1977; Winkler 1988), and agreeing
// on a rare value counts more than on a frequent one (Winkler 1989), as Splink does
// (Linacre and others 2022, moj-analytical-services.github.io/splink). Groups are
// made by average linkage with guards, never by following every likely pair.
//
// Start reading at link.go; then table.go (records), block.go (which pairs are
// looked at), compare.go (levels), learn.go (m and u), group.go (who is one).
package likeness
