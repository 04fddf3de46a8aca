package cx

import "strings"

// Holds reports whether the rule holds for a signature: every field that it gives has
// one of its values. A rule without fields holds always. A field has the word that it
// is called by, and the one that came: a rename takes no interaction away from rules
// that were written before it.
func (m Match) Holds(s, came Signature) bool {
	any := func(values []string, words ...string) bool { return len(values) == 0 || OneFits(values, words...) }
	return any(m.Source, s.Source) && any(m.Kind, s.Kind.String()) && any(m.Initiator, s.Initiator.String()) &&
		any(m.Channel, s.Channel, came.Channel) && any(m.Touchpoint, s.Touchpoint, came.Touchpoint) &&
		any(m.Reason, s.Reason, came.Reason) && any(m.Outcome, s.Outcome, came.Outcome)
}

// OneFits reports whether one of the patterns fits one of the words.
func OneFits(patterns []string, words ...string) bool {
	for _, p := range patterns {
		for _, word := range words {
			if Fits(p, word) {
				return true
			}
		}
	}
	return false
}

// Fits reports whether a pattern of a journey file fits a word, capitals aside: a
// trailing * stands for anything, nothing included.
func Fits(pattern, word string) bool {
	if prefix, open := strings.CutSuffix(pattern, "*"); open {
		return len(word) >= len(prefix) && strings.EqualFold(word[:len(prefix)], prefix)
	}
	return strings.EqualFold(pattern, word)
}
