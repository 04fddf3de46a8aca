package journey

import (
	"strings"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// Steps says which step each signature belongs to: index = signature number,
// value = 1 + index in j.Steps(), 0 = none. Within a journey the first step with
// a rule that holds wins. Signatures are in the words that they are called by; came
// has the same in the words of their sources.
func Steps(j cx.Journey, signatures, came []cx.Signature) []uint16 {
	highest := int32(0)
	for _, s := range signatures {
		highest = max(highest, s.ID)
	}
	out := make([]uint16, highest+1)
	steps := j.Steps()
	for i, s := range signatures {
		out[s.ID] = stepOf(steps, s, came[i])
	}
	return out
}

func stepOf(steps []cx.Step, s, came cx.Signature) uint16 {
	for i, step := range steps {
		for _, m := range step.Match {
			if m.Holds(s, came) {
				return uint16(i + 1)
			}
		}
	}
	return 0
}

// covers reports whether rules take everything that others would: for each of the
// others there is one at least as wide. (It may miss a cover by several together.)
func covers(rules, others []cx.Match) bool {
	for _, o := range others {
		wider := false
		for _, m := range rules {
			all := true
			other := ruleFields(o)
			for i, f := range ruleFields(m) {
				all = all && valuesCover(*f.values, *other[i].values)
			}
			wider = wider || all
		}
		if !wider {
			return false
		}
	}
	return len(others) > 0
}

func valuesCover(wide, narrow []string) bool {
	if len(wide) == 0 {
		return true
	}
	if len(narrow) == 0 {
		return false
	}
	for _, n := range narrow {
		found := false
		for _, w := range wide {
			if strings.HasSuffix(n, "*") {
				found = found || strings.HasSuffix(w, "*") && cx.Fits(w, strings.TrimSuffix(n, "*"))
			} else {
				found = found || cx.Fits(w, n)
			}
		}
		if !found {
			return false
		}
	}
	return true
}

type ruleField struct {
	name   string
	values *[]string
}

// ruleFields lists a rule's fields in the order in which a file gives them.
func ruleFields(m cx.Match) []ruleField {
	return []ruleField{
		{"source", &m.Source},
		{"kind", &m.Kind},
		{"initiator", &m.Initiator},
		{"channel", &m.Channel},
		{"touchpoint", &m.Touchpoint},
		{"reason", &m.Reason},
		{"outcome", &m.Outcome},
	}
}
