// Package storetest holds what every engine must pass: suites of facts and of the
// vault, written against the ports, and a random history (machine_test.go) in which
// the real stores of a data folder and the naive reference live through the same
// imports, undos, merges, erasures, restarts and kills and must stay equal.
package storetest
