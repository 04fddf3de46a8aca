package walk_test

import (
	"testing"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/walk"
)

func TestReliabilityAndFiguresAreWithheldUnderFiveWalks(t *testing.T) {
	d := newDesk(t, t.TempDir())
	w, err := d.SaveWalker(ctx, walk.Walker{Kind: walk.Account, Account: "bea", Name: "Bea", Department: "IT"})
	if err != nil {
		t.Fatal(err)
	}
	for i := range 5 {
		r, err := d.Reliability(ctx, w.ID)
		if err != nil || !r.Withheld || r.Walks != int64(i) || r.Marks != 0 {
			t.Fatalf("after %d walks: %+v, %v", i, r, err)
		}
		a, err := d.Assign(ctx, walk.Ask{Scenario: "small", Walker: w.ID}, "ann")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := d.AcceptAs(ctx, w.ID, a.ID, walk.Agreement{Version: walk.ConsentVersion}); err != nil {
			t.Fatal(err)
		}
		if _, err := d.Send(ctx, a.ID, d.whole()); err != nil {
			t.Fatal(err)
		}
		if _, err := d.Take(ctx, a.ID, "bea"); cx.CodeOf(err) != cx.Forbidden {
			t.Fatalf("somebody reviews their own walk: %v", err)
		}
		if _, err := d.Take(ctx, a.ID, "carl"); err != nil {
			t.Fatal(err)
		}
		if _, err := d.Approve(ctx, a.ID, walk.Review{By: "carl", Marks: map[string]cx.Mark{"name": cx.No}, Praise: "x", Failure: "y"}); err != nil {
			t.Fatal(err)
		}
	}
	r, err := d.Reliability(ctx, w.ID)
	if err != nil || r.Withheld || r.Walks != 5 || r.Marks != 15 || r.Agreed != 10 || r.Agreement.Low < .41 || r.Agreement.High > .86 {
		t.Errorf("%+v, %v", r, err)
	}
	got, err := d.Participation(ctx, cx.Period{From: monday, To: monday.AddDate(0, 0, 7)})
	if err != nil || len(got) != 1 || got[0].Name != "IT" || got[0].Walks != 5 || got[0].Walkers != 1 {
		t.Errorf("%+v, %v", got, err)
	}
}

// Department by department, those who never walked too; what somebody took back is not
// counted, nor what nobody has handed in, and the period's end may be open.
func TestParticipationSaysWhoWalkedAndWhoNeverDid(t *testing.T) {
	d := newDesk(t, t.TempDir())
	walker := func(account, department string) walk.Walker {
		t.Helper()
		w, err := d.SaveWalker(ctx, walk.Walker{Kind: walk.Account, Account: account, Name: account, Department: department})
		if err != nil {
			t.Fatal(err)
		}
		return w
	}
	hand := func(w walk.Walker, in bool) walk.Assignment {
		t.Helper()
		a, err := d.Assign(ctx, walk.Ask{Scenario: "small", Walker: w.ID}, "boss")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := d.AcceptAs(ctx, w.ID, a.ID, walk.Agreement{Version: walk.ConsentVersion}); err != nil {
			t.Fatal(err)
		}
		if in {
			if _, err := d.Send(ctx, a.ID, d.whole()); err != nil {
				t.Fatal(err)
			}
		}
		return a
	}
	ann, bea, carl := walker("ann", "Finance"), walker("bea", "Finance"), walker("carl", "IT")
	walker("dora", "HR")
	hand(ann, true)
	d.clock = d.clock.AddDate(0, 0, 10)
	hand(ann, true)
	hand(bea, true)
	hand(carl, false)
	back := hand(carl, true)
	if _, err := d.Stop(ctx, back.ID, false); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name           string
		period         cx.Period
		walks, walkers int
	}{
		{"the whole time", cx.Period{}, 3, 2},
		{"since the second week", cx.Period{From: monday.AddDate(0, 0, 7)}, 2, 2},
		{"the first week", cx.Period{From: monday, To: monday.AddDate(0, 0, 7)}, 1, 1},
	} {
		got, err := d.Participation(ctx, c.period)
		if err != nil || len(got) != 3 {
			t.Fatalf("%s: %+v, %v", c.name, got, err)
		}
		if f := got[0]; f.Name != "Finance" || f.Known != 2 || f.Walks != c.walks || f.Walkers != c.walkers || f.Last.IsZero() {
			t.Errorf("%s: %+v", c.name, f)
		}
		for _, never := range got[1:] {
			if never.Walks != 0 || never.Walkers != 0 || never.Known != 1 || !never.Last.IsZero() {
				t.Errorf("%s: %s never walked: %+v", c.name, never.Name, never)
			}
		}
	}
}
