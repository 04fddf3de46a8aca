package walk_test

import (
	"fmt"
	"testing"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/walk"
)

func TestAPlanIsLaidAheadOnceAndAReleaseWalksOnce(t *testing.T) {
	d := newDesk(t, t.TempDir())
	var walkers []int64
	for i := range 3 {
		w, err := d.SaveWalker(ctx, walk.Walker{Kind: walk.Account, Account: fmt.Sprint("user", i), Name: fmt.Sprint("User ", i)})
		if err != nil {
			t.Fatal(err)
		}
		walkers = append(walkers, w.ID)
	}
	p, skipped, err := d.SavePlan(ctx, walk.Plan{Name: "Every day", Scenarios: []string{"small"}, Walkers: walkers, Schedule: walk.Schedule{Often: walk.Daily, From: 9, To: 18}}, "ann")
	if err != nil || len(skipped) > 0 {
		t.Fatal(err, skipped)
	}
	if _, err := d.LayAhead(ctx); err != nil {
		t.Fatal(err)
	}
	made, err := d.Assignments(ctx, walk.Filter{Plan: p.ID})
	if err != nil || len(made) != 14 {
		t.Fatalf("%d walks are laid: %v", len(made), err)
	}
	if _, err := d.PausePlan(ctx, p.ID, true, "ann"); err != nil {
		t.Fatal(err)
	}
	open, err := d.Assignments(ctx, walk.Filter{Plan: p.ID, States: []cx.WalkState{cx.WalkPlanned}})
	if err != nil || len(open) != 0 {
		t.Errorf("a paused plan has %d walks planned: %v", len(open), err)
	}
	if _, err := d.PausePlan(ctx, p.ID, false, "ann"); err != nil {
		t.Fatal(err)
	}
	if open, _ := d.Assignments(ctx, walk.Filter{Plan: p.ID, States: []cx.WalkState{cx.WalkPlanned}}); len(open) != 14 {
		t.Errorf("a plan that goes on has %d walks planned", len(open))
	}
	if _, _, err := d.SavePlan(ctx, walk.Plan{Name: "After releases", Scenarios: []string{"small"}, Walkers: walkers, Schedule: walk.Schedule{Often: walk.AfterRelease}}, "ann"); err != nil {
		t.Fatal(err)
	}
	for i, want := range []int{1, 0} {
		if n, skipped, err := d.Released(ctx, "2026.48", "ci"); err != nil || n != want && len(skipped) == 0 {
			t.Errorf("call %d made %d walks: %v %v", i, n, skipped, err)
		}
	}
	calendar, err := d.Calendar(ctx, cx.Period{}, 0)
	if err != nil || len(calendar) < 14 {
		t.Errorf("the calendar has %d entries: %v", len(calendar), err)
	}
}

func TestTheMistakesOfAPlanAreTold(t *testing.T) {
	d := newDesk(t, t.TempDir())
	w, err := d.SaveWalker(ctx, walk.Walker{Kind: walk.Guest})
	if err != nil {
		t.Fatal(err)
	}
	good := walk.Plan{Name: "P", Scenarios: []string{"small"}, Walkers: []int64{w.ID}, Schedule: walk.Schedule{Often: walk.Daily}}
	for name, spoil := range map[string]func(p *walk.Plan){
		"no name":                          func(p *walk.Plan) { p.Name = " " },
		"no scenario":                      func(p *walk.Plan) { p.Scenarios = nil },
		"a scenario that is not there":     func(p *walk.Plan) { p.Scenarios = []string{"smal"} },
		"no walkers":                       func(p *walk.Plan) { p.Walkers = nil },
		"a walker who is not there":        func(p *walk.Plan) { p.Walkers = []int64{99} },
		"a word that is not how often":     func(p *walk.Plan) { p.Schedule.Often = "hourly" },
		"once without a day":               func(p *walk.Plan) { p.Schedule.Often = walk.Once },
		"hours that are none":              func(p *walk.Plan) { p.Schedule.From, p.Schedule.To = 18, 9 },
		"a day that is none":               func(p *walk.Plan) { p.Schedule.Start = "tomorrow" },
		"an end before the start":          func(p *walk.Plan) { p.Schedule.Start, p.Schedule.End = "2026-12-02", "2026-12-01" },
		"a robot without a recording":      func(p *walk.Plan) { p.Robot = true },
		"a cap in another currency":        func(p *walk.Plan) { p.CapPerMonth = cx.Money{Minor: 1, Currency: "USD"} },
		"variables that nobody filled in":  func(p *walk.Plan) { p.Scenarios = []string{"promo-code-online"} },
		"more walks each time than anyone": func(p *walk.Plan) { p.Schedule.PerTime = 51 },
	} {
		p := good
		spoil(&p)
		if _, _, err := d.SavePlan(ctx, p, "ann"); err == nil || cx.CodeOf(err) == cx.Internal {
			t.Errorf("a plan with %s is taken: %v", name, err)
		}
	}
	if _, _, err := d.SavePlan(ctx, good, "ann"); err != nil {
		t.Error(err)
	}
}
