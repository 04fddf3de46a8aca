package walk_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/walk"
)

var monday = time.Date(2026, 11, 30, 0, 0, 0, 0, time.UTC)

func ground(t *rapid.T, often []walk.Often) walk.Ground {
	g := walk.Ground{Zone: time.FixedZone("", rapid.IntRange(-11, 12).Draw(t, "zone")*3600), Plan: walk.Plan{
		ID: 7, Seed: rapid.Uint64().Draw(t, "seed"),
		Schedule: walk.Schedule{
			Often: rapid.SampledFrom(often).Draw(t, "often"), From: rapid.IntRange(0, 12).Draw(t, "from"),
			To: rapid.IntRange(13, 24).Draw(t, "to"), PerTime: rapid.IntRange(1, 3).Draw(t, "per time"),
		},
	}}
	for i := range rapid.IntRange(1, 3).Draw(t, "scenarios") {
		g.Scenarios = append(g.Scenarios, cx.Scenario{ID: fmt.Sprint("scenario-", i), Version: 1, CostLimit: cx.Money{Minor: 1000, Currency: "EUR"}})
	}
	for i := range rapid.IntRange(4, 9).Draw(t, "walkers") {
		g.Walkers = append(g.Walkers, walk.Walker{ID: int64(i + 1)})
	}
	for i := range rapid.IntRange(0, 3).Draw(t, "places") {
		g.Plan.Places = append(g.Plan.Places, fmt.Sprint("shop ", i))
	}
	return g
}

var repeating = []walk.Often{walk.Daily, walk.Weekly}

func TestPlansAreBalanced(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := ground(t, repeating)
		made, skipped := walk.Lay(g, monday, monday.AddDate(0, 0, 7*rapid.IntRange(1, 6).Draw(t, "weeks")))
		if len(skipped) > 0 {
			t.Fatalf("nobody is locked out and %v is skipped", skipped)
		}
		walkers, hours, whats, days := map[any]int{}, map[any]int{}, map[any]int{}, map[any]int{}
		for _, w := range g.Walkers {
			walkers[w.ID] = 0
		}
		for h := g.Plan.Schedule.From; h < g.Plan.Schedule.To; h++ {
			hours[h] = 0
		}
		for _, a := range made {
			at := a.From.In(g.Zone)
			walkers[a.Walker]++
			hours[at.Hour()]++
			whats[a.Scenario+a.Place]++
			days[at.Weekday()]++
		}
		for name, counts := range map[string]map[any]int{"walkers": walkers, "hours": hours, "scenarios and places": whats, "weekdays": days} {
			if name == "weekdays" && g.Plan.Schedule.Often == walk.Weekly {
				continue // several walks of a week fall on days of their own only where there are so many weeks
			}
			if least, most := bounds(counts); most-least > g.Plan.Schedule.PerTime && name == "weekdays" || most-least > 1 && name != "weekdays" && name != "walkers" {
				t.Fatalf("%s are used from %d to %d times: %v", name, least, most, counts)
			} else if name == "walkers" && most-least > 1 {
				t.Fatalf("walkers are sent from %d to %d times", least, most)
			}
		}
	})
}

func bounds(counts map[any]int) (least, most int) {
	least = 1 << 30
	for _, n := range counts {
		least, most = min(least, n), max(most, n)
	}
	return least, most
}

func TestLockoutDaysAndTheCapAreKept(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := ground(t, repeating)
		g.Plan.LockoutDays = rapid.IntRange(1, 20).Draw(t, "lockout")
		limit := int64(rapid.IntRange(1, 40).Draw(t, "cap")) * 1000
		g.Plan.CapPerMonth = cx.Money{Minor: limit, Currency: "EUR"}
		made, skipped := walk.Lay(g, monday, monday.AddDate(0, 0, 42))
		months := map[string]int64{}
		for i, a := range made {
			months[a.From.In(g.Zone).Format("2006-01")] += a.Reserved.Minor
			for _, b := range made[:i] {
				if a.Walker == b.Walker && a.Place == b.Place && days(a.From.In(g.Zone), b.From.In(g.Zone)) < g.Plan.LockoutDays {
					t.Fatalf("walker %d is sent to %q on %s and %s, with %d lockout days", a.Walker, a.Place, a.From, b.From, g.Plan.LockoutDays)
				}
			}
		}
		for month, spent := range months {
			if spent > limit {
				t.Fatalf("%s costs %d, over the cap of %d", month, spent, limit)
			}
		}
		for _, s := range skipped {
			if s.Why == "" {
				t.Fatal("something is skipped and nobody says why")
			}
		}
	})
}

func days(a, b time.Time) int {
	day := func(t time.Time) time.Time { return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC) }
	n := int(day(a).Sub(day(b)).Hours() / 24)
	return max(n, -n)
}

func TestLayingAgainMakesNothingAndLayingInPartsMakesTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := ground(t, repeating)
		end := monday.AddDate(0, 0, 28)
		whole, _ := walk.Lay(g, monday, end)
		again := g
		again.Past = whole
		if more, _ := walk.Lay(again, monday, end); len(more) > 0 {
			t.Fatalf("laying again made %d more", len(more))
		}
		parts := g
		cut := monday.AddDate(0, 0, 7*rapid.IntRange(1, 3).Draw(t, "cut"))
		first, _ := walk.Lay(g, monday, cut)
		parts.Past = first
		second, _ := walk.Lay(parts, cut, end)
		if diff := cmp.Diff(whole, append(first, second...)); diff != "" {
			t.Fatalf("laid in two parts it is another plan:\n%s", diff)
		}
	})
}

func TestAParityWalkIsDoneByEachArmAtOnce(t *testing.T) {
	g := walk.Ground{
		Zone: time.UTC, Plan: walk.Plan{ID: 1, Schedule: walk.Schedule{Often: walk.Daily}},
		Scenarios: []cx.Scenario{{ID: "family", Kind: cx.Parity, Arms: []cx.Arm{{Name: "connected"}, {Name: "ordinary"}, {Name: "best"}}}},
		Walkers:   []walk.Walker{{ID: 1, Arm: "connected"}, {ID: 2}, {ID: 3}, {ID: 4}},
	}
	made, skipped := walk.Lay(g, monday, monday.AddDate(0, 0, 5))
	if len(made) != 15 || len(skipped) != 0 {
		t.Fatalf("made %d, skipped %v", len(made), skipped)
	}
	for i := 0; i < len(made); i += 3 {
		a, b, c := made[i], made[i+1], made[i+2]
		if a.Pair == 0 || a.Pair != b.Pair || b.Pair != c.Pair || a.Walker == b.Walker || b.Walker == c.Walker || a.Walker == c.Walker {
			t.Errorf("these are no pair by three people: %+v %+v %+v", a, b, c)
		}
		if a.Arm != "connected" || a.Walker != 1 || b.Walker == 1 || c.Walker == 1 {
			t.Errorf("the connected one is %d, the ordinary %d, the best %d", a.Walker, b.Walker, c.Walker)
		}
		if !a.From.Equal(b.From) || !b.From.Equal(c.From) {
			t.Error("the arms walk at different times")
		}
	}
}
