package question

import (
	"context"
	"testing"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// charging is a journey whose steps say what they cause, as far as they do.
var charging = cx.Journey{
	Name: "buy", Attempt: cx.Attempt{By: cx.AttemptByThread}, CostPerContact: cx.Money{Minor: 650, Currency: "EUR"},
	Stages: []cx.Stage{{Name: "all", Steps: []cx.Step{
		{Name: "order", Owner: "Shop"},
		{Name: "delivery", Owner: "Logistics", ContactsAbout: []string{"parcel"}},
		{Name: "invoice", Owner: "Finance", ContactsAbout: []string{"billing/*"}, Broken: []cx.Match{{Outcome: []string{"unreadable"}}}},
		{Name: "call", Owner: "Service"},
	}}},
}

func charged(t *testing.T, facts []fact, p Params) []UpstreamRow {
	t.Helper()
	p.Journey = "buy"
	answer, err := AskUpstream(context.Background(), newSliceFacts(facts).withJourney(charging), p)
	if err != nil {
		t.Fatal(err)
	}
	return answer.Rows
}

func TestAContactIsChargedToTheStepThatBrokeBeforeIt(t *testing.T) {
	at := func(step, outcome string) cx.Signature {
		return cx.Signature{Kind: cx.Event, Touchpoint: step, Outcome: outcome}
	}
	about := func(reason string) cx.Signature {
		return cx.Signature{Kind: cx.Contact, Touchpoint: "call", Reason: reason}
	}
	type did struct {
		day float64
		sig cx.Signature
	}
	for name, c := range map[string]struct {
		story []did
		step  string
		how   Charged
	}{
		"what broke last on the matter":         {[]did{{1, at("invoice", "unreadable")}, {2, at("delivery", "late")}, {3, about("billing/total")}}, "invoice", ChargedSeen},
		"another matter than what broke":        {[]did{{1, at("delivery", "late")}, {3, about("billing/total")}}, "invoice", ChargedByReason},
		"a word within a code":                  {[]did{{1, at("delivery", "parcel_lost")}, {3, about("parcel")}}, "delivery", ChargedSeen},
		"it broke too long ago":                 {[]did{{1, at("delivery", "late")}, {16, about("parcel")}}, "delivery", ChargedByReason},
		"on the last day that counts":           {[]did{{1, at("delivery", "late")}, {15, about("parcel")}}, "delivery", ChargedSeen},
		"it broke afterwards":                   {[]did{{3, about("parcel")}, {4, at("delivery", "late")}}, "delivery", ChargedByReason},
		"its own word for what is broken":       {[]did{{1, at("invoice", "late")}, {3, about("billing/total")}}, "invoice", ChargedByReason},
		"the call before, which was given up":   {[]did{{2, func() cx.Signature { s := about("parcel"); s.Outcome = "abandoned"; return s }()}, {3, about("parcel")}}, "call", ChargedSeen},
		"a reason of nobody's, and nothing yet": {[]did{{1, at("delivery", "late")}, {2, about("colour")}}, "-", ChargedToNobody},
		"nothing is known":                      {[]did{{2, about("colour")}}, "-", ChargedToNobody},
	} {
		t.Run(name, func(t *testing.T) {
			var facts []fact
			p := person{&facts, 1}
			for _, d := range c.story {
				p.did(d.day, d.sig)
			}
			var last UpstreamRow
			for _, r := range charged(t, facts, Params{}) {
				if r.Charged[c.how] > 0 {
					last = r
				}
			}
			if last.Step.Name != c.step || last.Charged[c.how] != 1 {
				t.Errorf("%+v, want %s at %s", charged(t, facts, Params{}), c.how, c.step)
			}
		})
	}
}

// A reason that no step names is learnt where contacts follow a step's breaks, and not
// where those who meet breaks are simply those who call.
func TestAReasonIsLearntFromWhatItFollows(t *testing.T) {
	var facts []fact
	broke, fine := cx.Signature{Kind: cx.Event, Touchpoint: "order", Outcome: "failed"}, cx.Signature{Kind: cx.Event, Touchpoint: "order"}
	for c := int64(1); c <= 60; c++ {
		p := person{&facts, c}
		p.did(0, fine)
		p.did(150, asksAbout("app")) // everybody's once
		if c <= 30 {
			p.did(200, broke)
			if c <= 20 {
				p.did(203, asksAbout("app")) // because of it
			}
			for i := range 12 { // these call about everything all the year
				p.did(10+30*float64(i), asksAbout("chat"))
			}
		}
		p.did(400, fine)
	}
	rows := charged(t, facts, Params{By: "reason"})
	got := map[string]int64{}
	for _, r := range rows {
		got[r.Reason.Name+" → "+r.Step.Name] = r.Contacts
	}
	if len(got) != 3 || got["app → order"] != 20 || got["app → -"] != 60 || got["chat → -"] != 360 {
		t.Errorf("%v", got)
	}
}

func TestABillIsContactsTimesCostByMonthAndOwner(t *testing.T) {
	var facts []fact
	for c := int64(1); c <= 12; c++ {
		p := person{&facts, c}
		p.did(3, asksAbout("parcel"))
		p.did(35, asksAbout("parcel"))
		p.did(36, asksAbout("billing/date"))
	}
	rows := charged(t, facts, Params{By: "owner"})
	if len(rows) != 3 {
		t.Fatalf("%+v", rows)
	}
	for i, want := range []struct {
		owner string
		share float64
		minor int64
	}{{"Finance", .5, 7800}, {"Logistics", .5, 7800}, {"Logistics", 1, 7800}} {
		r := rows[i]
		if r.Owner != want.owner || r.Contacts != 12 || r.Share.Value != want.share || r.Cost.Minor != want.minor || r.Month < rows[2].Month {
			t.Errorf("row %d: %+v", i, r)
		}
	}
}

// A ruling on a reason outlasts its renaming, as rules of a journey file do.
func TestARulingHoldsForWhatItsReasonIsCalledNow(t *testing.T) {
	var facts []fact
	person{&facts, 1}.did(1, asksAbout("colour"))
	world := newSliceFacts(facts).withJourney(charging)
	world.called = map[string]string{"colour": "looks"}
	old, now := cx.Ruling{Reason: "colour", Step: "order"}, cx.Ruling{Reason: "looks", Step: "call"}
	for step, rulings := range map[string][][]cx.Ruling{"order": {{old}}, "call": {{old, now}, {now, old}}} {
		for _, world.rulings = range rulings {
			answer, err := AskUpstream(context.Background(), world, Params{Journey: "buy", By: "reason"})
			if err != nil {
				t.Fatal(err)
			}
			if r := answer.Rows; len(r) != 1 || r[0].Reason.Name != "looks" || r[0].Step.Name != step || r[0].Charged[ChargedRuled] != 1 {
				t.Errorf("%v: %+v", world.rulings, r)
			}
		}
	}
}
