package declare

import (
	"fmt"
	"strings"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// Problems are all the things that are wrong with a file, in the order of lines.
type Problems []*cx.Error

func (p Problems) Error() string {
	lines := make([]string, len(p))
	for i, e := range p {
		lines[i] = e.Error()
	}
	return strings.Join(lines, "\n")
}

// Unwrap makes the first problem's code the code of them all.
func (p Problems) Unwrap() []error {
	errs := make([]error, len(p))
	for i, e := range p {
		errs[i] = e
	}
	return errs
}

// nearest finds the known word that a person most likely meant, or "".
func nearest(word string, known []string) string {
	best, distance := "", 1+max(1, len(word)/3)
	for _, k := range known {
		if d := editDistance(strings.ToLower(word), strings.ToLower(k)); d < distance {
			best, distance = k, d
		}
	}
	return best
}

// editDistance is the optimal string alignment distance (Damerau 1964): inserts,
// deletions, substitutions and swaps of neighbours.
func editDistance(a, b string) int {
	s, t := []rune(a), []rune(b)
	before, row, next := make([]int, len(t)+1), make([]int, len(t)+1), make([]int, len(t)+1)
	for j := range row {
		row[j] = j
	}
	for i := range s {
		next[0] = i + 1
		for j := range t {
			cost := 1
			if s[i] == t[j] {
				cost = 0
			}
			next[j+1] = min(row[j+1]+1, next[j]+1, row[j]+cost)
			if i > 0 && j > 0 && s[i] == t[j-1] && s[i-1] == t[j] {
				next[j+1] = min(next[j+1], before[j-1]+1)
			}
		}
		before, row, next = row, next, before
	}
	return row[len(t)]
}

// mostKnown is how many words a remedy lists.
const mostKnown = 20

// DidYouMean is a remedy: the known word that is nearest, or those that there are.
func DidYouMean(word string, known []string) string {
	near := nearest(word, known)
	switch {
	case near != "":
		return fmt.Sprintf("Did you mean %q?", near)
	case len(known) == 0:
		return "There are none yet."
	case len(known) > mostKnown:
		return fmt.Sprintf("Known here: %s and %d others.", strings.Join(known[:mostKnown], ", "), len(known)-mostKnown)
	}
	return fmt.Sprintf("Known here: %s.", strings.Join(known, ", "))
}
