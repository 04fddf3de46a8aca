package question

import (
	"context"
	"math"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/question/statistics"
)

func TestACurveEndsWhereItsGroupWasLastSeen(t *testing.T) {
	var w statistics.Waits
	for days := range int64(20) {
		w.Add(days*day, days%2 == 0)
	}
	c := readCurve(&w, w.Survival(), curveTick(100*day))
	if last := c.Points[len(c.Points)-1]; last.After != 19*86400 || last.AtRisk != 1 {
		t.Errorf("the last point is %+v", last)
	}
	for i := 1; i < len(c.Points); i++ {
		a, b := c.Points[i-1], c.Points[i]
		if b.After <= a.After || b.Share > a.Share || b.AtRisk > a.AtRisk {
			t.Errorf("after %+v comes %+v", a, b)
		}
	}
}

func TestACurvesTicksAreFewAndReachItsEnd(t *testing.T) {
	for _, days := range []int64{0, 1, 6, 7, 89, 366, 2160, 5000, 30_000} {
		if n := (days*day + curveTick(days*day) - 1) / curveTick(days*day); n > curveTicks && days < 21_900 {
			t.Errorf("%d days have %d ticks", days, n)
		}
	}
}

// What leavers said opens their cancellation and what came within 30 days before it;
// all leavers open at once.
func TestWhatLeaversSaidIsOpened(t *testing.T) {
	begin := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	after := func(days int, kind cx.Kind) fact {
		return fact{Customer: 1, Start: begin.AddDate(0, 0, days), Signature: cx.Signature{Kind: kind, Initiator: cx.ByCustomer}}
	}
	other := after(99, cx.Contact)
	other.Customer = 2
	world := newSliceFacts([]fact{after(0, cx.Contact), after(80, cx.Contact), after(85, cx.Order), after(90, cx.SurveyAnswer), after(100, cx.Cancellation), after(101, cx.Contact), other})
	for cell, want := range map[string][]int{"of=said": {2, 4, 5}, "of=left": {5}} {
		ids, more, err := leavers().Evidence(context.Background(), world, Params{}, cell, 10)
		if err != nil || more {
			t.Fatal(more, err)
		}
		var got []int
		for _, id := range ids {
			got = append(got, int(id[15]))
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s opens %v, not %v", cell, got, want)
		}
	}
}

func TestAStepOpensHowOftenCasesCameToIt(t *testing.T) {
	begin := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	var facts []fact
	for i, touchpoint := range []string{"look", "pay", "look"} {
		facts = append(facts, fact{Thread: 1, Start: begin.Add(time.Duration(i) * time.Hour), Signature: cx.Signature{Kind: cx.Event, Touchpoint: touchpoint}})
	}
	ids, _, err := directlyFollows().Evidence(context.Background(), newSliceFacts(facts), Params{}, "of=step&row=look", 10)
	if err != nil || len(ids) != 2 {
		t.Errorf("%d interactions: %v", len(ids), err)
	}
}

func TestWhatIsAvailableIsToldByTheDictionaries(t *testing.T) {
	one := fact{Signature: cx.Signature{Kind: cx.Event, Initiator: cx.ByCustomer}, Dims: map[string]string{"plan": "pro", "region": "north"}}
	two := fact{Signature: cx.Signature{Kind: cx.Contact, Initiator: cx.ByCustomer}, Dims: map[string]string{"plan": "basic"}}
	got, err := Availability(context.Background(), newSliceFacts([]fact{one, two}))
	if err != nil || got.Cancellations || !slices.Equal(got.Dimensions, []Dimension{{"plan", 2}, {"region", 1}}) {
		t.Errorf("%+v, %v", got, err)
	}
	two.Signature.Kind = cx.Cancellation
	if got, err = Availability(context.Background(), newSliceFacts([]fact{two})); err != nil || !got.Cancellations {
		t.Errorf("somebody left, and it says %+v, %v", got, err)
	}
}

// A curve is Kaplan and Meier's product by its definition, everyone counted anew at
// every point.
func TestACurveEqualsItsNaiveReference(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var w statistics.Waits
		var times []int64
		var left []bool
		for range rapid.IntRange(1, 40).Draw(t, "customers") {
			days, leaves := rapid.Int64Range(0, 30).Draw(t, "days"), rapid.Bool().Draw(t, "leaves")
			times, left = append(times, days*day), append(left, leaves)
			w.Add(days*day, !leaves)
		}
		c := readCurve(&w, w.Survival(), curveTick(slices.Max(times)))
		for _, p := range c.Points {
			at, share, risk := int64(p.After*1e6+.5), 1.0, int64(0)
			for when := int64(0); when <= at; when += day {
				died, there := 0, 0
				for i := range times {
					if times[i] >= when {
						there++
					}
					if times[i] == when && left[i] {
						died++
					}
				}
				if there > 0 {
					share *= 1 - float64(died)/float64(there)
				}
			}
			for i := range times {
				if times[i] >= at {
					risk++
				}
			}
			if math.Abs(p.Share-share) > 1e-9 || p.AtRisk != risk {
				t.Fatalf("after %g s: %g of %d, reference %g of %d", p.After, p.Share, p.AtRisk, share, risk)
			}
		}
	})
}
