package question

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// drawHabits makes a company of a few people who buy, get mail and unsubscribe.
func drawHabits(t *rapid.T) *sliceFacts {
	facts := make([]fact, rapid.IntRange(0, 80).Draw(t, "interactions"))
	pick := func(name string, values ...string) string { return rapid.SampledFrom(values).Draw(t, name) }
	for i := range facts {
		f := fact{
			Customer: rapid.Int64Range(0, 4).Draw(t, "customer"), Start: firstDay.Add(time.Duration(rapid.IntRange(0, 60*4).Draw(t, "start")) * 6 * time.Hour),
			Signature: cx.Signature{Source: "shop", Voice: cx.VoiceCustomer, Initiator: cx.ByCustomer, Channel: pick("channel", "web", "shop")},
			Dims:      map[string]string{"plan": pick("plan", "basic", "pro")},
		}
		switch rapid.IntRange(0, 12).Draw(t, "kind") {
		case 0, 1, 2, 3, 4, 5, 6:
			f.Signature.Kind, f.Signature.Touchpoint = cx.Payment, "pay"
		case 7, 8, 9, 10:
			f.Signature.Kind, f.Signature.Initiator, f.Signature.Touchpoint = cx.Message, cx.ByCompany, pick("purpose", "newsletter", "newsletter", "order update")
		case 11:
			f.Signature.Kind, f.Signature.Touchpoint = cx.Event, "unsubscribe"
		default:
			f.Signature.Kind = cx.Cancellation
		}
		facts[i] = f
	}
	return newSliceFacts(facts).withJourney(cx.Journey{
		Name: "buy", Attempt: cx.Attempt{By: cx.AttemptByGap, Gap: time.Hour},
		Stages:   []cx.Stage{{Name: "all", Steps: []cx.Step{{Name: "pay"}, {Name: "news", Optional: true}}}},
		Personas: []cx.Persona{{Name: "payer", Where: map[string][]string{"plan": {"pro"}}}},
	})
}

func TestHabitsAddUpToTailOff(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ctx, world := context.Background(), drawHabits(t)
		p := Params{Journey: "buy", MinRows: 1, By: rapid.SampledFrom([]string{"channel", "persona", "dimension:plan"}).Draw(t, "by")}
		p.Period = cx.Period{From: firstDay.AddDate(0, 0, 30), To: firstDay.AddDate(0, 0, rapid.IntRange(40, 61).Draw(t, "to"))}
		splitter, err := NewSplitter(ctx, world, "buy")
		if err != nil {
			t.Fatal(err)
		}
		asked, err := AskTailOff(ctx, world, p)
		if err != nil {
			t.Fatal(err)
		}
		strata, err := TailOffStrata(ctx, world, p)
		if err != nil {
			t.Fatal(err)
		}
		want, got := map[string]kn{}, map[string]kn{}
		for _, r := range asked.Rows {
			put(want, r.Group.Name, r.Slowing+r.Gone, r.Customers)
		}
		for _, s := range strata {
			put(got, splitter.Group(p.By, s.Stratum).Name, s.K, s.N)
		}
		if !maps.Equal(want, got) {
			t.Fatalf("by %q: strata %v, asked %v", p.By, got, want)
		}
	})
}

func TestAdvertisingEqualsItsNaiveReference(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ctx, world := context.Background(), drawHabits(t)
		from, to := firstDay.AddDate(0, 0, rapid.IntRange(0, 20).Draw(t, "from")), firstDay.AddDate(0, 0, rapid.IntRange(30, 61).Draw(t, "to"))
		got, err := AdvertisingStrata(ctx, world, Params{Period: cx.Period{From: from, To: to}})
		if err != nil {
			t.Fatal(err)
		}
		want, ignored := map[string]kn{}, kn{}
		for customer := int64(1); customer <= 4; customer++ {
			weeks, stop, late, last := map[int]int{}, time.Time{}, false, ""
			for _, f := range world.facts {
				if f.Customer != customer || !f.Start.Before(to) {
					continue
				}
				if f.Signature.Touchpoint == "unsubscribe" && stop.IsZero() {
					stop = f.Start
				}
				if f.Signature.Touchpoint == "newsletter" && !f.Start.Before(from) {
					weeks[int(f.Start.Sub(from)/(7*24*time.Hour))]++
					last = f.Dims["plan"] + " " + f.Signature.Channel
					late = late || !stop.IsZero() && f.Start.Sub(stop) > 10*24*time.Hour
				}
			}
			if !stop.IsZero() && to.Sub(stop) > 10*24*time.Hour {
				ignored = kn{ignored.k + one(late), ignored.n + 1}
			}
			if last != "" {
				put(want, last, one(slices.Max(slices.Collect(maps.Values(weeks))) > 5), 1)
			}
		}
		counted := map[string]kn{}
		for _, s := range got.Over {
			put(counted, world.sets[s.Dims]["plan"]+" "+s.Channel, s.K, s.N)
		}
		if !maps.Equal(want, counted) || ignored != (kn{got.Ignored.K, got.Ignored.N}) {
			t.Fatalf("over %v, ignored %v; reference %v, %v", counted, got.Ignored, want, ignored)
		}
	})
}

func TestNeedsAddUpToEffort(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ctx, world := context.Background(), drawWorld(t)
		by := rapid.SampledFrom([]string{"channel", "reason"}).Draw(t, "by")
		p := Params{MinRows: 1, By: by, Days: rapid.IntRange(1, 10).Draw(t, "days")}
		asked, err := AskEffort(ctx, world, p)
		if err != nil {
			t.Fatal(err)
		}
		strata, err := NeedStrata(ctx, world, p)
		if err != nil {
			t.Fatal(err)
		}
		want, got := map[string]kn{}, map[string]kn{}
		for _, r := range asked.Rows {
			put(want, r.Group.Name, r.Needs-int64(r.Once.Value*float64(r.Needs)+.5), r.Needs)
		}
		for _, s := range strata {
			put(got, map[string]string{"channel": s.Channel, "reason": s.Reason}[by], s.K, s.N)
			if s.OnceN > s.N || s.OnceK > s.K || s.OnceK > s.OnceN {
				t.Fatalf("a customer a week: %+v", s)
			}
		}
		if !maps.Equal(want, got) {
			t.Fatalf("by %s: strata %v, asked %v", by, got, want)
		}
	})
}

func TestHandedOnAndReopenedAreWhatFirstContactSays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		world := drawWorld(t)
		p := Params{MinRows: 1, By: rapid.SampledFrom([]string{"reason", "channel"}).Draw(t, "by"), Days: 3}
		asked, err := AskFirstContactResolution(context.Background(), world, p)
		if err != nil {
			t.Fatal(err)
		}
		strata, err := FirstContactStrata(context.Background(), world, p)
		if err != nil {
			t.Fatal(err)
		}
		want, got := map[string]kn{}, map[string]kn{}
		for _, r := range asked.Rows {
			put(want, r.Group.Name, r.Once.OnceK, r.Once.OnceN)
		}
		for _, s := range strata {
			put(got, map[string]string{"reason": s.Reason, "channel": s.Channel}[p.By], s.Once.OnceK, s.Once.OnceN)
		}
		if !maps.Equal(want, got) {
			t.Fatalf("by %s: strata %v, asked %v", p.By, got, want)
		}
		for _, r := range asked.Rows {
			if r.Once.N != r.Contacts || r.Once.K != r.HandedOn()+r.Reopened() || r.Once.OnceN > r.Once.N {
				t.Fatalf("%s: %+v of %d contacts, %d handed on, %d reopened", r.Group.Name, r.Once, r.Contacts, r.HandedOn(), r.Reopened())
			}
		}
	})
}

func TestInvoiceStrataAddUpToInvoiceContacts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ctx, world := context.Background(), drawWorld(t)
		cuts, period, in := drawCuts(t)
		asked, err := AskInvoiceContacts(ctx, world, Params{Period: period, MinRows: 1})
		if err != nil {
			t.Fatal(err)
		}
		strata, err := InvoiceStrata(ctx, world, cuts)
		if err != nil {
			t.Fatal(err)
		}
		var want, got, other, naive kn
		for _, r := range asked.Rows {
			want = kn{r.Asked, r.Invoices}
		}
		for i, s := range strata {
			if in(Stratum{Stretch: i}) {
				got = kn{got.k + s.Asked.K, got.n + s.Asked.N}
				other = kn{other.k + s.Else.K, other.n + s.Else.N}
			}
		}
		span, _ := world.Span(ctx)
		for i, f := range world.facts {
			if f.Customer == 0 || f.Signature.Kind != cx.Invoice || f.Start.Before(period.From) || !f.Start.Before(period.To) || f.Start.AddDate(0, 0, 14).After(span.To) {
				continue
			}
			naive.n++
			for _, g := range world.facts[i+1:] {
				if g.Customer != f.Customer || g.Signature.Kind == cx.Invoice || g.Start.After(f.Start.AddDate(0, 0, 14)) {
					break
				}
				if g.Signature.Kind == cx.Contact && g.Signature.Reason != "invoice" {
					naive.k++
					break
				}
			}
		}
		if want != got || other != naive {
			t.Fatalf("strata %v, asked %v; about other things %v, reference %v", got, want, other, naive)
		}
	})
}

func TestPassagesAndDeparturesAreThoseOfTheProcess(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ctx, world := context.Background(), drawWorld(t)
		p := Params{Journey: "buy", MinRows: 1, Period: cx.Period{From: firstDay, To: firstDay.AddDate(0, 0, rapid.IntRange(10, 31).Draw(t, "days"))}}
		cuts := Cuts{p.Period.From, p.Period.From.AddDate(0, 0, 8), p.Period.To}
		edges, err := AskDirectlyFollows(ctx, world, p)
		if err != nil {
			t.Fatal(err)
		}
		ways, err := AskVariants(ctx, world, p)
		if err != nil {
			t.Fatal(err)
		}
		departures, passages, err := ProcessStrata(ctx, world, "buy", cuts)
		if err != nil {
			t.Fatal(err)
		}
		steps := world.journeys["buy"].Steps()
		want, got := map[string]kn{}, map[string]kn{}
		for _, r := range edges.Rows {
			if r.From.Name != "" && r.To.Name != "" && r.From.Name != r.To.Name {
				put(want, r.From.Name+" → "+r.To.Name, 0, r.Transitions)
			}
		}
		for _, w := range passages {
			put(got, steps[w.From].Name+" → "+steps[w.To].Name, 0, w.Waits.N())
			if w.Once.N() > w.Waits.N() {
				t.Fatalf("%d first ones of %d", w.Once.N(), w.Waits.N())
			}
		}
		order := map[string]int{}
		for i, s := range steps {
			order[s.Name] = i
		}
		for _, r := range ways.Rows {
			back, left := map[string]bool{}, map[string]bool{}
			for i, from := range r.Activities {
				switch {
				case i+1 == len(r.Activities):
					left[from] = true
				case r.Activities[i+1] != from:
					left[from] = true
					to := r.Activities[i+1]
					back[from] = back[from] || order[to] < order[from] && slices.Contains(r.Activities[:i], to)
				}
			}
			for from := range left {
				put(want, from, r.Cases*one(back[from]), r.Cases)
			}
		}
		for _, d := range departures {
			put(got, steps[d.From].Name, d.Back.K, d.Back.N)
		}
		if !maps.Equal(want, got) {
			t.Fatalf("strata %v,\nasked %v", got, want)
		}
	})
}

// Who has many matters in a week, about whatever, is one case of a channel.
func TestABusyCallersMattersCountOnceAWeek(t *testing.T) {
	var facts []fact
	for d := range 28 {
		facts = append(facts, fact{Customer: 1, Start: firstDay.AddDate(0, 0, d), Signature: cx.Signature{Kind: cx.Contact, Channel: "phone", Reason: fmt.Sprint("r", d)}})
	}
	facts = append(facts, fact{Customer: 2, Start: firstDay.AddDate(0, 0, 60), Signature: cx.Signature{Kind: cx.Contact, Channel: "chat", Reason: "r1"}})
	strata, err := NeedStrata(context.Background(), newSliceFacts(facts), Params{Period: cx.Period{From: firstDay, To: firstDay.AddDate(0, 0, 61)}})
	if err != nil {
		t.Fatal(err)
	}
	var n, once int64
	for _, s := range strata {
		if s.Channel == "phone" {
			n, once = n+s.N, once+s.OnceN
		}
	}
	if n != 28 || once != 4 {
		t.Errorf("%d needs, %d counted; want 28 and 4", n, once)
	}
}

func TestLeavingIsWhatLeaversSays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ctx, world := context.Background(), drawWorld(t)
		p := Params{MinRows: 1, By: "reason", Period: cx.Period{From: firstDay.AddDate(0, 0, rapid.IntRange(0, 20).Draw(t, "from"))}}
		asked, err := AskLeavers(ctx, world, p)
		if err != nil {
			t.Fatal(err)
		}
		all, after, err := LeavingStrata(ctx, world, p)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range asked.Rows {
			i := slices.IndexFunc(after, func(l Leaving) bool { return l.Reason == r.Group.Name })
			if i < 0 || after[i].Leavers != r.Leavers {
				if i < 0 && r.Leavers > 0 && !r.Ratio.Shown {
					continue // they left at the instant of the contact
				}
				t.Fatalf("after %q %d left: %+v", r.Group.Name, r.Leavers, after)
			}
			rest := all.Days - after[i].Days
			if r.Ratio.Shown {
				ratio := float64(r.Leavers) / after[i].Days * rest / float64(all.Leavers-r.Leavers)
				if d := ratio/r.Ratio.Value - 1; d > 1e-9 || d < -1e-9 {
					t.Fatalf("%g times as often, asked %g", ratio, r.Ratio.Value)
				}
			}
		}
	})
}

// Who unsubscribed before the period wants nothing in it either.
func TestCadenceRemembersWhoUnsubscribedBefore(t *testing.T) {
	var facts []fact
	for customer := int64(1); customer <= 12; customer++ {
		if customer <= 6 {
			facts = append(facts, fact{Customer: customer, Start: firstDay, Signature: cx.Signature{Kind: cx.Event, Initiator: cx.ByCustomer, Touchpoint: "unsubscribe"}})
		}
		for week := 5; week < 9; week++ {
			if customer != 1 || week == 5 {
				facts = append(facts, fact{Customer: customer, Start: firstDay.AddDate(0, 0, 7*week), Signature: cx.Signature{Kind: cx.Message, Initiator: cx.ByCompany, Touchpoint: "newsletter"}})
			}
		}
	}
	p := Params{Period: cx.Period{From: firstDay.AddDate(0, 0, 35), To: firstDay.AddDate(0, 0, 56)}, MinRows: 1}
	answer, err := AskCadence(context.Background(), newSliceFacts(facts), p)
	if err != nil || len(answer.Rows) != 1 {
		t.Fatalf("%d rows, %v", len(answer.Rows), err)
	}
	if r := answer.Rows[0]; r.Ignored.N != 6 || r.Ignored.Value != 1 || r.Customers != 12 || r.Messages != 11*3+1 {
		t.Errorf("%d messages to %d customers; %g of %d who unsubscribed got one, want all of 6", r.Messages, r.Customers, r.Ignored.Value, r.Ignored.N)
	}
}
