package cx_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

func TestAWalkNeverLeavesItsStates(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		state := cx.WalkPlanned
		approved := false
		for range rapid.IntRange(0, 40).Draw(t, "events") {
			event := rapid.SampledFrom(cx.WalkEvents()).Draw(t, "event")
			next, err := state.After(event)
			if !slices.Contains(cx.WalkStates(), next) {
				t.Fatalf("%s leads from %s to %q, which is no state", event, state, next)
			}
			if (err == nil) != slices.Contains(state.May(), event) {
				t.Fatalf("After and May disagree on %s in %s", event, state)
			}
			if err != nil {
				if cx.CodeOf(err) != cx.Conflict || next != state {
					t.Fatalf("a refused %s changed %s to %s: %v", event, state, next, err)
				}
				continue
			}
			if state.Final() && event != cx.WalkStop {
				t.Fatalf("%s is final and %s happened", state, event)
			}
			approved = approved || next == cx.WalkApproved || next == cx.WalkDecided
			if next.Counts() && !approved && next != cx.WalkAppealed {
				t.Fatalf("%s counts without ever being approved", next)
			}
			state = next
		}
	})
}

func TestEveryStateCanBeReachedAndOpenOnesEnd(t *testing.T) {
	reached := map[cx.WalkState]bool{cx.WalkPlanned: true}
	for range cx.WalkStates() {
		for _, from := range cx.WalkStates() {
			for _, e := range from.May() {
				if to, _ := from.After(e); reached[from] {
					reached[to] = true
				}
			}
		}
	}
	for _, s := range cx.WalkStates() {
		if !reached[s] {
			t.Errorf("%s can never be reached", s)
		}
		if s != cx.WalkStopped && !s.Final() && !slices.Contains(s.May(), cx.WalkStop) && s != cx.WalkInfrastructure {
			t.Errorf("a walker cannot stop a walk that is %s", s)
		}
	}
}

func TestScoresCountWhatWasSeenAndKeepTheKindsApart(t *testing.T) {
	criteria := []cx.Criterion{
		{Name: "greeted", Kind: cx.Treatment},
		{Name: "heard", Kind: cx.Treatment},
		{Name: "apology", Kind: cx.Treatment},
		{Name: "solved", Kind: cx.Outcome},
	}
	marks := map[string]cx.Mark{"greeted": cx.Yes, "heard": cx.No, "apology": cx.NotSeen, "solved": cx.No}
	if got := cx.ScoreOf(criteria, marks, cx.Treatment); got != (cx.Score{Met: 1, Of: 2}) {
		t.Errorf("treatment is %+v", got)
	}
	if got := cx.ScoreOf(criteria, marks, cx.Outcome); got != (cx.Score{Met: 0, Of: 1}) {
		t.Errorf("outcome is %+v", got)
	}
	if _, ok := (cx.Score{}).Share(); ok {
		t.Error("a score of nothing has a share")
	}
}
