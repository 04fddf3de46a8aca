package finding

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

func TestALifeOfAFinding(t *testing.T) {
	key := cx.FindingKey{Question: "funnel", Step: "checkout"}
	seen := []cx.Finding{{Key: key, State: cx.FindingOpen}}
	for _, c := range []struct {
		name       string
		was        cx.FindingState
		quiet      int
		seen       bool
		weeks      int
		now        cx.FindingState
		quietAfter int
		what       string
	}{
		{"a new one opens", "", 0, true, 1, cx.FindingOpen, 0, Opened},
		{"one that is seen again stays", cx.FindingOpen, 1, true, 1, cx.FindingOpen, 0, Seen},
		{"a first quiet week is noted", cx.FindingOpen, 0, false, 1, cx.FindingOpen, 1, Quiet},
		{"a second one closes it", cx.FindingOpen, 1, false, 1, cx.FindingClosed, 2, ClosedNow},
		{"two quiet weeks at once close it", cx.FindingAccepted, 0, false, 2, cx.FindingClosed, 2, ClosedNow},
		{"the same weeks again make nobody quieter", cx.FindingOpen, 1, false, 0, cx.FindingOpen, 1, ""},
		{"a closed one that comes back opens", cx.FindingClosed, 2, true, 1, cx.FindingOpen, 0, Reopened},
		{"a dismissed one stays dismissed when it is seen", cx.FindingDismissed, 0, true, 1, cx.FindingDismissed, 0, Seen},
		{"and when it is not", cx.FindingDismissed, 0, false, 4, cx.FindingDismissed, 0, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			var there []cx.Finding
			if c.was != "" {
				there = []cx.Finding{{ID: 7, Key: key, State: c.was, QuietWeeks: c.quiet, Effort: "small"}}
			}
			found := seen
			if !c.seen {
				found = nil
			}
			changed, events := advance(there, found, time.Unix(1, 0), c.weeks)
			if c.what == "" {
				if len(changed)+len(events) > 0 {
					t.Fatalf("something changed: %+v", changed)
				}
				return
			}
			if len(changed) != 1 || len(events) != 1 {
				t.Fatalf("%d changed, %d events", len(changed), len(events))
			}
			f, e := changed[0], events[0]
			if f.State != c.now || f.QuietWeeks != c.quietAfter || e.What != c.what {
				t.Errorf("%s after %d quiet weeks (%s), want %s after %d (%s)", f.State, f.QuietWeeks, e.What, c.now, c.quietAfter, c.what)
			}
			if c.was != "" && (f.ID != 7 || f.Effort != "small" || e.Finding != 7) {
				t.Errorf("its number or its effort got lost: %+v, %+v", f, e)
			}
			if c.was == "" && e.Finding != -1 {
				t.Errorf("the event of a new finding says %d", e.Finding)
			}
		})
	}
}

// In any course of weeks a dismissed finding is never raised, and no key is twice.
func TestStatesNeverLeaveTheirMachine(t *testing.T) {
	keys := []cx.FindingKey{{Question: "nps", Step: "a"}, {Question: "nps", Step: "b"}}
	rapid.Check(t, func(t *rapid.T) {
		state := map[cx.FindingKey]cx.Finding{}
		for range rapid.IntRange(1, 12).Draw(t, "weeks") {
			var there, found []cx.Finding
			for _, f := range state {
				there = append(there, f)
			}
			for _, k := range keys {
				if rapid.Bool().Draw(t, "seen") {
					found = append(found, cx.Finding{Key: k, State: cx.FindingOpen})
				}
			}
			changed, _ := advance(there, found, time.Unix(1, 0), 1)
			once := map[cx.FindingKey]bool{}
			for _, f := range changed {
				if once[f.Key] {
					t.Fatal("one finding changed twice")
				}
				once[f.Key] = true
				if was, ok := state[f.Key]; ok && was.State == cx.FindingDismissed && f.State != cx.FindingDismissed {
					t.Fatal("a dismissed finding was raised")
				}
				if rapid.IntRange(0, 5).Draw(t, "dismiss") == 0 && f.State.Next(cx.FindingDismissed) {
					f.State = cx.FindingDismissed
				}
				state[f.Key] = f
			}
		}
	})
}

func TestAChangeIsHeldAgainstTheOthers(t *testing.T) {
	for _, c := range []struct {
		name   string
		group  change
		others []change
		worse  bool
	}{
		{"a rise that nobody else has", change{harmed{60, 100}, harmed{20, 100}}, []change{{harmed{20, 100}, harmed{20, 100}}}, true},
		{"a rise that everybody has is a season", change{harmed{60, 100}, harmed{20, 100}}, []change{{harmed{60, 100}, harmed{20, 100}}}, false},
		{"another one's trouble does not hide this one's", change{harmed{60, 100}, harmed{20, 100}}, []change{{harmed{90, 100}, harmed{20, 100}}, {harmed{20, 100}, harmed{20, 100}}, {harmed{21, 100}, harmed{20, 100}}}, true},
		{"growth without a change of the share", change{harmed{200, 1000}, harmed{20, 100}}, nil, false},
		{"too few to tell", change{harmed{3, 5}, harmed{1, 5}}, nil, false},
	} {
		if got := grewWorse(c.group, c.others); (got.low > 0) != c.worse {
			t.Errorf("%s: excess %.2f, at least %.2f", c.name, got.excess, got.low)
		}
	}
}

func TestManyTestsOfNothingGiveNothing(t *testing.T) {
	var all []suspicion
	for i := range 100 {
		all = append(all, suspicion{key: cx.FindingKey{Question: "nps", Segment: string(rune('a' + i))}, p: (float64(i) + .5) / 100, low: 1})
	}
	if kept, _ := discoveries(all); len(kept) > 0 {
		t.Errorf("%d discoveries among evenly spread p", len(kept))
	}
	all = append(all, suspicion{key: cx.FindingKey{Question: "nps", Step: "x"}, p: 1e-6, low: .2, least: .1}, suspicion{key: cx.FindingKey{Question: "nps", Step: "y"}, p: 1e-6, low: .05, least: .1})
	if kept, _ := discoveries(all); len(kept) != 1 || kept[0].key.Step != "x" {
		t.Errorf("want the one that is sure and big enough, got %v", kept)
	}
}

func TestSeverityIsCustomersTimesLowerBoundTimesCost(t *testing.T) {
	window := cx.Period{From: time.Unix(0, 0), To: time.Unix(0, 0).Add(time.Duration(month))}
	f := suspicion{exposed: 1000, low: .1, cost: cx.Money{Minor: 750, Currency: "EUR"}}.finding(.01, window, time.UTC)
	if !f.Priced || f.Currency != "EUR" || f.Severity != 1000*.1*750 {
		t.Errorf("severity %v %s", f.Severity, f.Currency)
	}
	if f := (suspicion{exposed: 1000, low: .1}).finding(.01, window, time.UTC); f.Priced || f.Severity != 100 {
		t.Errorf("unpriced severity %v", f.Severity)
	}
	list := []cx.Finding{{Severity: 10, Effort: "large"}, {Severity: 4, Effort: "small"}, {Severity: 1, Priced: true}}
	Sort(list, ByWorth)
	if !list[0].Priced || list[1].Effort != "small" {
		t.Errorf("sorted to %+v", list)
	}
}
