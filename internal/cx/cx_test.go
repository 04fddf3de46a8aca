package cx

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestWordsSurviveTheirNumbers(t *testing.T) {
	for _, w := range KindWords() {
		k, err := ParseKind(w)
		if err != nil || k.String() != w {
			t.Errorf("%q comes back as %q: %v", w, k, err)
		}
	}
	if _, err := ParseKind("contcat"); CodeOf(err) != Invalid {
		t.Errorf("a misspelt kind gives %v", err)
	}
	if Kind(0).String() != "" || Kind(200).String() != "" {
		t.Error("a number of no kind has a word")
	}
}

func TestAScaleSaysWhatIsWrongWithIt(t *testing.T) {
	for name, s := range map[string]Scale{
		"NPS on 1 to 5":           {Name: "s", Metric: NPS, Min: 1, Max: 5},
		"NPS the wrong way round": {Name: "s", Metric: NPS, Max: 10, HighIsBad: true},
		"no width":                {Name: "s", Metric: CSAT, Min: 5, Max: 5},
		"satisfied outside":       {Name: "s", Metric: CES, Min: 1, Max: 7, SatisfiedFrom: 8},
		"no metric":               {Name: "s", Max: 5},
	} {
		var e *Error
		if err := s.Check(); !errors.As(err, &e) || e.Remedy == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
	reversed := Scale{Name: "CES 1.0", Metric: CES, Min: 1, Max: 5, HighIsBad: true, SatisfiedFrom: 2}
	if reversed.Check() != nil || !reversed.Satisfied(1) || reversed.Satisfied(5) {
		t.Error("on a reversed scale low is easy")
	}
}

func TestAFindingNeverLeavesItsStates(t *testing.T) {
	states := []FindingState{FindingOpen, FindingAccepted, FindingDismissed, FindingClosed}
	rapid.Check(t, func(t *rapid.T) {
		s := FindingOpen
		for range 20 {
			to := rapid.SampledFrom(states).Draw(t, "to")
			if s.Next(to) {
				if to == FindingClosed {
					t.Fatal("a person closed a finding: only two quiet weeks do")
				}
				if to == s {
					t.Fatal("a move to where it is")
				}
				s = to
			}
		}
	})
}

func TestAPeriodIsHalfOpen(t *testing.T) {
	from := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	p := Period{From: from, To: from.AddDate(0, 1, 0)}
	if !p.Holds(from) || p.Holds(p.To) || !(Period{}).Holds(from) {
		t.Error("the first moment belongs to a period, its end does not")
	}
}

func TestAnInteractionIDSurvivesItsText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var id InteractionID
		copy(id[:], rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "id"))
		back, err := ParseInteractionID(id.String())
		if err != nil || back != id {
			t.Fatal(back, err)
		}
	})
	for _, wrong := range []string{"", "12", "zz", fmt.Sprintf("%040d", 1)} {
		if _, err := ParseInteractionID(wrong); CodeOf(err) != Invalid {
			t.Errorf("%q is taken for an id", wrong)
		}
	}
}

func TestAnErrorSaysWhatWhereAndWhatToDo(t *testing.T) {
	cause := errors.New("disk")
	e := Errorf(Unavailable, "cannot write: %w", cause).WithRemedy("Make room.").At(Place{File: "a.csv", Line: 3, Column: "x"})
	if got, want := e.Error(), "a.csv:3, column x: cannot write: disk. Make room."; got != want {
		t.Errorf("it says %q, want %q", got, want)
	}
	wrapped := fmt.Errorf("import: %w", e)
	if CodeOf(wrapped) != Unavailable || !errors.Is(wrapped, cause) || AsError(wrapped) != e {
		t.Error("wrapping lost its code or cause")
	}
	if CodeOf(cause) != Internal || AsError(cause).Code != Internal {
		t.Error("an unknown error is our fault")
	}
}
