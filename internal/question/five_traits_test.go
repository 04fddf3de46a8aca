package question

import (
	"context"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// Order tracking, by the plainest reading of its definition.
func TestTrackingEqualsItsNaiveReference(t *testing.T) {
	var all tracking
	rapid.Check(t, func(t *rapid.T) {
		world, p := drawShop(t), drawParams(t)
		p.By, p.Days, p.Within = "", 0, 0
		n := newNaive(world, p)
		var want tracking
		for _, d := range world.facts {
			if d.Signature.Kind != cx.Delivery || d.Customer == 0 || !n.asked(d) {
				continue
			}
			arrived := d.Start
			if !d.End.IsZero() {
				arrived = d.End
			}
			if d.Censored && d.End.IsZero() || arrived.After(n.asOf) {
				continue
			}
			var order, sameThread *fact
			for i, o := range world.facts {
				if o.Signature.Kind != cx.Order || o.Customer != d.Customer || o.Start.After(d.Start) || d.Start.Sub(o.Start) > 60*24*time.Hour {
					continue
				}
				order = &world.facts[i]
				if d.Thread != 0 && o.Thread == d.Thread {
					sameThread = order
				}
			}
			if sameThread != nil {
				order = sameThread
			}
			if order == nil || arrived.Before(order.Start) {
				continue
			}
			informed, asked := false, false
			for _, f := range world.facts {
				if f.Customer != d.Customer || !f.Start.After(order.Start) || f.Start.After(arrived) {
					continue
				}
				informed = informed || f.Signature.Touchpoint == "tracking page" && f.Signature.Kind == cx.Message
				asked = asked || f.Signature.Kind == cx.Contact && f.Signature.Reason == "where is my order"
			}
			want.deliveries++
			want.informed += one(informed)
			want.asked += one(asked)
		}
		got, _, _, err := runTracking(context.Background(), world, p, nil)
		if err != nil {
			t.Fatal(err)
		}
		all.deliveries, all.informed, all.asked = all.deliveries+got.deliveries, all.informed+got.informed, all.asked+got.asked
		if got.deliveries != want.deliveries || got.informed != want.informed || got.asked != want.asked {
			t.Fatalf("%d deliveries, %d informed, %d asked; reference %d, %d, %d", got.deliveries, got.informed, got.asked, want.deliveries, want.informed, want.asked)
		}
	})
	if all.deliveries < 20 || all.informed == 0 || all.asked == 0 || all.informed == all.deliveries {
		t.Errorf("the shops show too little: %+v", all)
	}
}

// drawShop is a world in which much is ordered, delivered, told and asked.
func drawShop(t *rapid.T) *sliceFacts {
	world := drawWorld(t)
	facts := slices.Clone(world.facts)
	for i := range facts {
		f := &facts[i]
		switch rapid.IntRange(0, 5).Draw(t, "in the shop") {
		case 0:
			f.Signature.Kind, f.Signature.Initiator = cx.Order, cx.ByCustomer
		case 1, 2:
			f.Signature.Kind, f.Signature.Initiator = cx.Delivery, cx.ByCompany
		case 3:
			f.Signature.Kind, f.Signature.Initiator, f.Signature.Touchpoint = cx.Message, cx.ByCompany, "tracking page"
		case 4:
			f.Signature.Kind, f.Signature.Reason = cx.Contact, "where is my order"
		}
	}
	shop := newSliceFacts(facts)
	shop.journeys, shop.steps, shop.scales, shop.walks = world.journeys, world.steps, world.scales, world.walks
	return shop
}

// Every figure is the underlying question's own: its link asks that question, and what
// it counts opens as many interactions.
func TestTraitsAreTheAnswersOfTheirQuestions(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		world, p := drawWorld(t), drawParams(t)
		p.By = ""
		a, err := AskFiveTraits(context.Background(), world, p)
		if err != nil {
			t.Fatal(err)
		}
		seen := map[Trait]bool{}
		for _, r := range a.Rows {
			seen[r.Trait] = true
			if r.Missing != "" {
				if r.Figure != (Estimate{}) || r.Rests != 0 {
					t.Fatalf("%s is not known, and has a figure: %+v", r.Measure, r)
				}
				continue
			}
			if r.Question == "" {
				continue // order tracking is this question's own
			}
			name, query, _ := strings.Cut(r.Question, "?")
			v, err := url.ParseQuery(query)
			if err != nil {
				t.Fatal(err)
			}
			asked, err := ParseParams(v, world.Zone())
			if err != nil {
				t.Fatal(err)
			}
			d, err := Describe(name)
			if err != nil {
				t.Fatal(err)
			}
			table, err := d.Ask(context.Background(), world, asked)
			if err != nil {
				t.Fatal(err)
			}
			if r.plain || name == "clarity" && strings.HasPrefix(r.Measure, "Right") { // sums of its rows
				continue
			}
			if !slices.ContainsFunc(table.Rows, func(row []Cell) bool {
				return slices.ContainsFunc(row, func(c Cell) bool {
					return c.Number != nil && r.Figure.Shown && *c.Number == r.Figure.Value || c.Withheld && !r.Figure.Shown && !r.open ||
						c.Text == "not reached" && r.open
				})
			}) {
				t.Fatalf("%s is %+v, which %s does not say: %+v", r.Measure, r.Figure, r.Question, table.Rows)
			}
		}
		if len(seen) != 5 {
			t.Fatalf("%d traits", len(seen))
		}
	})
}

// A small shop, counted by hand.
func TestTheTraitsOfASmallShop(t *testing.T) {
	const hour = time.Hour
	var facts []fact
	add := func(customer int64, at time.Duration, kind cx.Kind, touchpoint string, change ...func(*fact)) {
		f := fact{Customer: customer, Start: firstDay.Add(at), Signature: cx.Signature{Source: "shop", Kind: kind, Touchpoint: touchpoint, Channel: "web", Initiator: cx.ByCustomer}}
		for _, c := range change {
			c(&f)
		}
		facts = append(facts, f)
	}
	by := func(channel, reason string, answered time.Duration) func(*fact) {
		return func(f *fact) {
			f.Signature.Channel, f.Signature.Reason = channel, reason
			f.FirstHuman = f.Start.Add(answered)
			f.End = f.FirstHuman.Add(hour)
		}
	}
	// Twenty begin to buy, fifteen order, twelve get their parcel two days later. Nine of
	// them are told that it was shipped, the tenth after it came; three ask where it is.
	for c := int64(1); c <= 20; c++ {
		at := time.Duration(c) * 24 * hour
		thread := func(f *fact) { f.Thread = 100 + c }
		add(c, at, cx.Event, "look", thread)
		if c <= 15 {
			add(c, at+hour, cx.Order, "order", thread)
		}
		if c <= 12 {
			add(c, at+20*hour, cx.Delivery, "parcel", func(f *fact) { f.Thread, f.End = 100+c, f.Start.Add(30*hour) })
		}
		if c <= 9 {
			add(c, at+21*hour, cx.Message, "Parcel shipped", func(f *fact) { f.Signature.Initiator = cx.ByCompany })
		}
		if c == 10 {
			add(c, at+60*hour, cx.Message, "Parcel shipped", func(f *fact) { f.Signature.Initiator = cx.ByCompany })
		}
		if c <= 3 {
			add(c, at+40*hour, cx.Contact, "help", by("phone", "where-is-my-order", 2*time.Minute))
		}
	}
	// Another thirty ask by phone and by mail, answered in 2 minutes and in 5 hours.
	for c := int64(101); c <= 130; c++ {
		at := time.Duration(c-100) * 24 * hour
		if c%2 == 0 {
			add(c, at, cx.Contact, "help", by("phone", "price", 2*time.Minute))
		} else {
			add(c, at, cx.Contact, "help", by("mail", "price", 5*hour))
		}
	}
	add(999, 100*24*hour, cx.Event, "elsewhere")
	world := newSliceFacts(facts).withJourney(cx.Journey{
		Name: "buy", Attempt: cx.Attempt{By: cx.AttemptByThread},
		Stages: []cx.Stage{{Name: "all", Steps: []cx.Step{
			{Name: "look"},
			{Name: "order"},
			{Name: "help", Title: "I ask", Optional: true, Promises: []cx.Promise{{Name: "a person in an hour", Measure: cx.FirstHumanAnswer, Within: hour, Share: .9}}},
		}}},
	})
	a, err := AskFiveTraits(context.Background(), world, Params{Journey: "buy"})
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]TraitRow{}
	for _, r := range a.Rows {
		found[r.Measure] = r
	}
	for measure, want := range map[string]struct {
		value   float64
		n       int64
		verdict Verdict
	}{
		"I ask: a person in an hour":                               {18. / 33, 33, Broken},
		"Half have a person's answer, by the clock, within: phone": {120, 18, ""},
		"Half have a person's answer, by the clock, within: mail":  {5 * 3600, 15, ""},
		"Of those who begin to buy, ordered":                       {15. / 20, 20, ""},
		"Saw the order's status before it came":                    {9. / 12, 12, ""},
		"Asked where the order is before it came":                  {3. / 12, 12, ""},
		"Channels on which customers ask for help":                 {2, 33, ""},
		"Needs that took more than one channel":                    {0, 26, ""}, // the last week of contacts may go on
	} {
		if r := found[measure]; r.Figure.Value != want.value || r.Rests != want.n || r.Verdict != want.verdict || r.Missing != "" || !r.Figure.Shown {
			t.Errorf("%s: %+v; want %g of %d, %q", measure, r, want.value, want.n, want.verdict)
		}
	}
	for _, measure := range []string{"Found it easy to order", "Right answers to the same question, on all channels", "Largest difference between customers"} {
		if r := found[measure]; !strings.HasPrefix(r.Missing, "Not known: ") || r.Figure.Shown {
			t.Errorf("%s: %+v; want that it is not known", measure, r)
		}
	}
	open := func(cell string) int {
		ids, _, err := fiveTraits().Evidence(context.Background(), world, Params{Journey: "buy"}, cell, 100)
		if err != nil {
			t.Fatal(err)
		}
		return len(ids)
	}
	for measure, want := range map[string][2]int{"Saw the order's status before it came": {12, 9}, "Asked where the order is before it came": {12, 3}, "Of those who begin to buy, ordered": {20, 15}, "I ask: a person in an hour": {33, 15}} {
		if r := found[measure]; open(r.rests) != want[0] || open(r.opens) != want[1] {
			t.Errorf("%s opens %d and %d interactions, want %v", measure, open(r.rests), open(r.opens), want)
		}
	}
	if _, _, err := fiveTraits().Evidence(context.Background(), world, Params{}, "of=five_traits&row=x", 1); cx.CodeOf(err) != cx.Invalid {
		t.Errorf("a cell that is none gives %v", err)
	}
}

// Where one parcel has the time of its hand-over alone, the measure says so.
func TestTrackingSaysUpToWhenItLooks(t *testing.T) {
	for sent, want := range map[bool]string{false: "before it came", true: "before it was sent or delivered, as the source records it"} {
		var facts []fact
		for c := int64(1); c <= 12; c++ {
			p := person{&facts, c}
			p.did(0, cx.Signature{Kind: cx.Order})
			p.did(1, cx.Signature{Kind: cx.Contact, Channel: "phone", Reason: "where-is-my-order"})
			p.did(2, cx.Signature{Kind: cx.Delivery}, func(f *fact) {
				if !sent || c > 1 {
					f.End = f.Start.Add(24 * time.Hour)
				}
			})
			p.did(9, cx.Signature{Kind: cx.Event})
		}
		a, err := AskFiveTraits(context.Background(), newSliceFacts(facts), Params{})
		if err != nil {
			t.Fatal(err)
		}
		i := slices.IndexFunc(a.Rows, func(r TraitRow) bool { return r.Measure == "Asked where the order is "+want })
		if i < 0 || a.Rows[i].Figure.Value != 1 || a.Rows[i].Rests != 12 {
			t.Errorf("no measure %q in %+v", want, a.Rows)
		}
		if noted := slices.ContainsFunc(a.Notes, func(n string) bool { return strings.HasPrefix(n, "For 1 of 12 deliveries") }); noted != sent {
			t.Errorf("notes %q", a.Notes)
		}
	}
}
