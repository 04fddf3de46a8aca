package simulate

import (
	"slices"
	"testing"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

func TestScoreHoldsFindingsAgainstTheTruth(t *testing.T) {
	truth := Truth{
		Journey: "j",
		Faults: []Fault{
			{Name: "codes", Expect: []Expectation{{Question: "drop_then_contact", Step: "checkout"}, {Question: "funnel", Step: "checkout"}}},
			{Name: "roaming", Expect: []Expectation{{Question: "repeat_contact", Segment: "*roaming*"}}},
		},
		Decoys: []Decoy{{Name: "loud", Wrong: []Expectation{{Question: "repeat_contact", Segment: "*usage*"}}}},
	}
	key := func(question, journey, step, segment string) cx.Finding {
		return cx.Finding{Key: cx.FindingKey{Question: question, Journey: journey, Step: step, Segment: segment}}
	}
	for name, tt := range map[string]struct {
		found                                     []cx.Finding
		recalled, truly, falsely, decoyed, missed int
	}{
		"nothing found misses everything":                {nil, 0, 0, 0, 0, 2},
		"one finding recalls its fault":                  {[]cx.Finding{key("drop_then_contact", "j", "checkout", "")}, 1, 1, 0, 0, 1},
		"two findings of one fault recall it once":       {[]cx.Finding{key("drop_then_contact", "j", "checkout", ""), key("funnel", "j", "checkout", "device=phone")}, 1, 2, 0, 0, 1},
		"a finding in another journey is false":          {[]cx.Finding{key("funnel", "other", "checkout", "")}, 0, 0, 1, 0, 2},
		"a question without a journey may be right":      {[]cx.Finding{key("repeat_contact", "", "", "reason=roaming-charge")}, 1, 1, 0, 0, 1},
		"a decoy is false and named":                     {[]cx.Finding{key("repeat_contact", "", "", "reason=data-usage")}, 0, 0, 1, 1, 2},
		"something at a healthy step is false":           {[]cx.Finding{key("nps", "j", "browse", "")}, 0, 0, 1, 0, 2},
		"every fault found and nothing else is flawless": {[]cx.Finding{key("funnel", "j", "checkout", ""), key("repeat_contact", "j", "", "reason=roaming-charge")}, 2, 2, 0, 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			c := Score(truth, tt.found)
			if c.Planted != 2 || c.Findings != len(tt.found) || c.True+c.False != c.Findings {
				t.Errorf("the counts do not add up: %+v", c)
			}
			if c.Recalled != tt.recalled || c.True != tt.truly || c.False != tt.falsely || c.Decoyed != tt.decoyed || len(c.Missed) != tt.missed {
				t.Errorf("got %+v", c)
			}
			if (tt.decoyed > 0) != slices.Contains(c.Fell, "loud") {
				t.Errorf("fell for %v", c.Fell)
			}
		})
	}
	if _, ok := Score(Truth{}, nil).Recall(); ok {
		t.Error("recall of nothing planted is a number")
	}
	if _, ok := Score(truth, nil).Precision(); ok {
		t.Error("precision of no findings is a number")
	}
	if share, ok := (Scorecard{Planted: 4, Recalled: 3}).Recall(); !ok || share != .75 {
		t.Errorf("recall of 3 in 4 is %g", share)
	}
}

func TestPatternsFitAsAStarSays(t *testing.T) {
	for _, tt := range []struct {
		pattern, s string
		want       bool
	}{
		{"", "anything", true},
		{"a", "a", true},
		{"a", "ab", false},
		{"a*", "ab", true},
		{"*b", "ab", true},
		{"*b*", "abc", true},
		{"*", "", true},
		{"a*c", "abbc", true},
		{"a*c", "abcd", false},
		{"*x/y*", "reason=x/y", true},
		{"a*b*c", "a1b2c", true},
		{"a*b*c", "ac", false},
	} {
		if fits(tt.pattern, tt.s) != tt.want {
			t.Errorf("%q and %q: want %v", tt.pattern, tt.s, tt.want)
		}
	}
}
