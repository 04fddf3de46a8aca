package simulate

import (
	"slices"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// Scorecard holds findings against what was planted. It is a guard, not a
// proof: the company is invented, and so are its problems. Never call it accuracy.
type Scorecard struct {
	Planted  int `json:"planted"`
	Recalled int `json:"recalled"` // planted faults that at least one finding is about
	Findings int `json:"findings"`
	True     int `json:"true"`    // findings about a planted fault
	False    int `json:"false"`   // findings about nothing that was planted
	Decoyed  int `json:"decoyed"` // of those false, how many fell for a decoy

	Missed   []string        `json:"missed,omitempty"`    // faults without a finding
	FalseKey []cx.FindingKey `json:"false_key,omitempty"` // the false findings
	Fell     []string        `json:"fell,omitempty"`      // decoys fallen for
}

// Recall is the share of planted faults found; ok is false when none was planted.
func (s Scorecard) Recall() (share float64, ok bool) { return ratio(s.Recalled, s.Planted) }

// Precision is the share of findings that are about a planted fault; ok is false
// when there are no findings.
func (s Scorecard) Precision() (share float64, ok bool) { return ratio(s.True, s.Findings) }

func ratio(a, b int) (float64, bool) {
	if b == 0 {
		return 0, false
	}
	return float64(a) / float64(b), true
}

// Score matches findings with the truth by their keys. Findings that a person
// dismissed or that closed count like the others: what matters is that they were
// raised. A finding that fits a fault and a decoy counts as true: it is about
// something that is really there.
func Score(truth Truth, found []cx.Finding) Scorecard {
	card := Scorecard{Planted: len(truth.Faults), Findings: len(found)}
	recalled := map[string]bool{}
	for _, f := range found {
		hit := false
		for _, p := range truth.Faults {
			if f.Key.Journey != "" && f.Key.Journey != truth.Journey {
				continue
			}
			if anyHolds(p.Expect, f.Key) {
				hit = true
				recalled[p.Name] = true
			}
		}
		if hit {
			card.True++
			continue
		}
		card.False++
		card.FalseKey = append(card.FalseKey, f.Key)
		decoyed := false
		for _, d := range truth.Decoys {
			if anyHolds(d.Wrong, f.Key) {
				decoyed = true
				if !slices.Contains(card.Fell, d.Name) {
					card.Fell = append(card.Fell, d.Name)
				}
			}
		}
		if decoyed {
			card.Decoyed++
		}
	}
	for _, p := range truth.Faults {
		if !recalled[p.Name] {
			card.Missed = append(card.Missed, p.Name)
		}
	}
	card.Recalled = len(recalled)
	return card
}

func anyHolds(patterns []Expectation, k cx.FindingKey) bool {
	return slices.ContainsFunc(patterns, func(e Expectation) bool { return e.Holds(k) })
}
