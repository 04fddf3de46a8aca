package question

import (
	"context"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

func TestMatchedHoursShowTheSameOnTheLocalClock(t *testing.T) {
	zone, err := time.LoadLocation("Europe/Amsterdam")
	if err != nil {
		t.Fatal(err)
	}
	f := &dropFold{s: &scope{zone: zone}}
	first := time.Date(2025, 1, 1, 0, 0, 0, 0, zone)
	rapid.Check(t, func(t *rapid.T) {
		at := first.Add(time.Duration(rapid.Int64Range(0, 2*365*24*60).Draw(t, "minutes")) * time.Minute)
		weeks := rapid.IntRange(-4, 4).Draw(t, "weeks")
		want := at.AddDate(0, 0, 7*weeks)
		if got := f.sameHour(at.UnixMicro(), weeks); got != want.UnixMicro() {
			t.Fatalf("%v and %d weeks: %v, want %v", at, weeks, time.UnixMicro(got).In(zone), want)
		}
	})
}

// Who calls every day at the same hour calls after a drop-off too: that is no excess.
// Who calls only after a drop-off is.
func TestFrequentCallersDoNotFakeADropOff(t *testing.T) {
	var facts []fact
	event := func(customer int64, at time.Time, touchpoint string, kind cx.Kind) {
		facts = append(facts, fact{Customer: customer, Start: at, Signature: cx.Signature{Kind: kind, Touchpoint: touchpoint, Channel: "web"}})
	}
	for customer := int64(1); customer <= 40; customer++ {
		dropsOff := firstDay.AddDate(0, 0, 35).Add(time.Duration(customer) * time.Minute)
		step := "search"
		event(customer, dropsOff, "search", cx.Event)
		if customer%2 == 0 { // even ones get to the second step and call because of it
			step = "look"
			event(customer, dropsOff.Add(time.Minute), "look", cx.Event)
		}
		for d := range 70 {
			at := firstDay.AddDate(0, 0, d).Add(12 * time.Hour)
			if step == "search" || d == 35 {
				event(customer, at, "elsewhere", cx.Contact)
			} else {
				event(customer, at, "elsewhere", cx.Usage)
			}
		}
	}
	world := newSliceFacts(facts).withJourney(cx.Journey{
		Name: "buy", Attempt: cx.Attempt{By: cx.AttemptByGap, Gap: 24 * time.Hour},
		Stages: []cx.Stage{{Steps: []cx.Step{{Name: "search"}, {Name: "look"}, {Name: "pay"}}}},
	})
	answer, err := AskDropThenContact(context.Background(), world, Params{Journey: "buy"})
	if err != nil {
		t.Fatal(err)
	}
	if len(answer.Rows) != 2 {
		t.Fatalf("%d rows", len(answer.Rows))
	}
	for _, row := range answer.Rows {
		if row.Dropped != 20 || row.Contacted != 20 {
			t.Errorf("%s: %d of %d contacted", row.Step, row.Contacted, row.Dropped)
		}
		base, excess := 1.0, 0.0
		if row.Step == "look" {
			base, excess = 0, 1
		}
		if row.Base.Value != base || row.Excess.Value != excess || (row.Against.Q < .05) != (excess > 0) {
			t.Errorf("%s: base %g, excess %g, q %g", row.Step, row.Base.Value, row.Excess.Value, row.Against.Q)
		}
	}
}

// Where calling is itself a step of the journey, a call right after the drop-off is
// in the attempt. It is still the contact that followed.
func TestAContactWithinTheAttemptFollowsTheDropOff(t *testing.T) {
	var facts []fact
	for customer := int64(1); customer <= 40; customer++ {
		at := firstDay.AddDate(0, 0, 35).Add(time.Duration(customer) * time.Minute)
		facts = append(facts, fact{Customer: customer, Start: at, Signature: cx.Signature{Kind: cx.Event, Touchpoint: "search", Channel: "web"}})
		if customer%2 == 0 {
			facts = append(facts, fact{Customer: customer, Start: at.Add(10 * time.Minute), Signature: cx.Signature{Kind: cx.Contact, Touchpoint: "help", Channel: "phone"}})
		}
	}
	facts = append(facts, fact{Customer: 99, Start: firstDay.AddDate(0, 0, 70), Signature: cx.Signature{Kind: cx.Usage, Touchpoint: "elsewhere"}})
	world := newSliceFacts(facts).withJourney(cx.Journey{
		Name: "buy", Attempt: cx.Attempt{By: cx.AttemptByGap, Gap: 24 * time.Hour},
		Stages: []cx.Stage{{Steps: []cx.Step{{Name: "search"}, {Name: "look"}, {Name: "help", Optional: true}}}},
	})
	answer, err := AskDropThenContact(context.Background(), world, Params{Journey: "buy"})
	if err != nil {
		t.Fatal(err)
	}
	if len(answer.Rows) != 1 || answer.Rows[0].Dropped != 40 || answer.Rows[0].Contacted != 20 {
		t.Errorf("want 20 of 40 drop-offs followed by a contact: %+v", answer.Rows)
	}
}
