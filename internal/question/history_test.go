package question

import (
	"context"
	"math"
	"testing"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/question/statistics"
)

// person writes down what one customer did, by days from the first of a company.
type person struct {
	facts    *[]fact
	customer int64
}

var january = time.Date(2026, 1, 1, 10, 0, 0, 0, time.UTC)

func (p person) did(day float64, sig cx.Signature, change ...func(*fact)) {
	f := fact{Customer: p.customer, Start: january.Add(time.Duration(day * 24 * float64(time.Hour))), Signature: sig}
	if sig.Initiator == 0 {
		f.Signature.Initiator = cx.ByCustomer
	}
	for _, c := range change {
		c(&f)
	}
	*p.facts = append(*p.facts, f)
}

func asksAbout(reason string) cx.Signature {
	return cx.Signature{Kind: cx.Contact, Channel: "phone", Reason: reason}
}

func inThread(n int64) func(*fact) { return func(f *fact) { f.Thread = n } }
func continuing(f *fact)           { f.Continues = true }
func came(outcome string) func(*fact) {
	return func(f *fact) { f.Signature.Outcome = outcome }
}

// hangsUp is a customer who waits for nobody: answered says whether a person came first.
func hangsUp(answered bool) func(*fact) {
	return func(f *fact) {
		f.Censored, f.End = true, f.Start.Add(time.Hour)
		if answered {
			f.FirstHuman = f.Start.Add(time.Minute)
		}
	}
}

func TestAProblemThatReturnsEveryMonthIsMoreThanChance(t *testing.T) {
	var facts []fact
	for c := int64(1); c <= 40; c++ {
		p := person{&facts, c}
		p.did(0, cx.Signature{Kind: cx.Event})
		switch {
		case c <= 20: // the same in each month
			for month := range 4 {
				p.did(float64(31*month)+3, asksAbout("outage"))
			}
		default: // as many contacts, all in one week
			for i := range 4 {
				p.did(60+float64(i), asksAbout("address"))
			}
		}
		p.did(130, cx.Signature{Kind: cx.Event}) // the data go on into May
	}
	answer, err := AskMonthlyProblem(context.Background(), newSliceFacts(facts), Params{})
	if err != nil {
		t.Fatal(err)
	}
	chance := monthlyChance(4)
	if want := 1 - (4+6*14.0)/256; math.Abs(chance-want) > 1e-12 {
		t.Errorf("by chance %g, want %g", chance, want)
	}
	if len(answer.Rows) != 2 {
		t.Fatalf("rows %+v", answer.Rows)
	}
	outage, address := answer.Rows[0], answer.Rows[1]
	if outage.Group.Name != "outage" || outage.Customers != 20 || outage.Monthly != 20 || outage.Contacts != 80 || math.Abs(outage.Chance-20*chance) > 1e-9 || outage.Q > .05 {
		t.Errorf("outage %+v", outage)
	}
	if address.Monthly != 0 || address.P != 1 {
		t.Errorf("address %+v", address)
	}
}

func TestFewerThanFourWholeMonthsAnswerNothing(t *testing.T) {
	var facts []fact
	p := person{&facts, 1}
	p.did(0, asksAbout("outage"))
	p.did(100, asksAbout("outage"))
	answer, err := AskMonthlyProblem(context.Background(), newSliceFacts(facts), Params{})
	if err != nil || len(answer.Rows) != 0 || answer.Scanned != 0 || len(answer.Notes) != 1 {
		t.Errorf("%+v, %v", answer, err)
	}
}

func TestThePoissonBinomialTailIsThatOfTheBinomial(t *testing.T) {
	half := make([]float64, 10)
	for i := range half {
		half[i] = .5
	}
	if got := statistics.PoissonBinomialTail(half, 8); math.Abs(got-56.0/1024) > 1e-12 {
		t.Errorf("P(X ≥ 8 of 10 coins) = %g", got)
	}
	many := make([]float64, 4000)
	for i := range many {
		many[i] = .01 + .1*float64(i%3)
	}
	exact := statistics.PoissonBinomialTail(many[:2000], 240) // mean 220
	if exact < .05 || exact > .15 {
		t.Errorf("P(X ≥ 240) = %g", exact)
	}
	if near := statistics.PoissonBinomialTail(many[:1999], 240) - exact; math.Abs(near) > .01 {
		t.Errorf("one trial less changes it by %g", near)
	}
	if got := statistics.PoissonBinomialTail(many, 470); got < .05 || got > .15 { // mean 440, sd 19.8
		t.Errorf("approximately P(X ≥ 470) = %g", got)
	}
}

func TestEachContactComesToOneEnd(t *testing.T) {
	var facts []fact
	heardOf := cx.Signature{Kind: cx.Event}
	for c, live := range map[int64]func(p person){
		1: func(p person) { p.did(1, asksAbout("bill")); p.did(5, asksAbout("bill")); p.did(50, heardOf) }, // again; then solved
		2: func(p person) { p.did(1, asksAbout("bill")); p.did(50, heardOf) },                              // solved
		3: func(p person) { p.did(1, asksAbout("bill")) },                                                  // silent
		4: func(p person) { p.did(1, asksAbout("bill")); p.did(3, cx.Signature{Kind: cx.Cancellation}) },   // left
		5: func(p person) {
			p.did(1, asksAbout("bill"), inThread(9))
			p.did(1.1, asksAbout("bill"), inThread(9), continuing)
			p.did(50, heardOf)
		}, // handed on
		6: func(p person) {
			p.did(1, asksAbout("bill"), func(f *fact) { f.Dims = map[string]string{"reopened": "yes"} })
			p.did(50, heardOf)
		},
		7:  func(p person) { p.did(1, asksAbout("bill")); p.did(9, asksAbout("bill")); p.did(50, heardOf) }, // nine days later is another matter: solved twice
		8:  func(p person) { p.did(1, asksAbout("bill")); p.did(2, asksAbout("parcel")); p.did(50, heardOf) },
		9:  func(p person) { p.did(49, asksAbout("bill")) }, // too recent
		10: func(p person) { p.did(1, asksAbout("bill"), came("Transferred to retention")); p.did(50, heardOf) },
		11: func(p person) { p.did(1, asksAbout("bill"), came("not_transferred")); p.did(50, heardOf) }, // solved
		12: func(p person) { p.did(1, asksAbout("bill"), hangsUp(false)); p.did(50, heardOf) },          // given up
		13: func(p person) { p.did(1, asksAbout("bill"), hangsUp(true)); p.did(50, heardOf) },           // had an answer: solved
		14: func(p person) { p.did(1, asksAbout("bill"), came("abandoned")) },                           // given up, and silent
		15: func(p person) {
			p.did(1, asksAbout("bill"), func(f *fact) { f.Censored, f.FirstHuman = true, f.Start.Add(time.Hour) })
			p.did(50, heardOf)
		}, // answered and still open
		16: func(p person) {
			p.did(1, asksAbout("bill"), hangsUp(false))
			p.did(2, asksAbout("bill"))
			p.did(50, heardOf)
		}, // again; then solved
		17: func(p person) {
			p.did(1, asksAbout("bill"), hangsUp(false), came("escalated"))
			p.did(3, cx.Signature{Kind: cx.Cancellation})
		}, // handed on comes before left, and left before given up
		18: func(p person) {
			p.did(1, asksAbout("bill"), hangsUp(false))
			p.did(3, cx.Signature{Kind: cx.Cancellation})
		},
		0: func(p person) { p.did(1, asksAbout("bill")) }, // nobody
	} {
		live(person{&facts, c})
	}
	answer, err := AskFirstContactResolution(context.Background(), newSliceFacts(facts), Params{MinRows: 1})
	if err != nil {
		t.Fatal(err)
	}
	row := answer.Rows[0]
	want := [fcrOutcomes]int64{fcrAgain: 2, fcrHandedOn: 3, fcrReopened: 1, fcrLeft: 2, fcrGivenUp: 3, fcrSilent: 1, fcrSolved: 9}
	if row.Came != want || row.Contacts != 21 {
		t.Errorf("%d contacts, %v, want %v", row.Contacts, row.Came, want)
	}
	if math.Abs(row.AtLeast.Value-9.0/21) > 1e-12 || math.Abs(row.AtMost.Value-10.0/21) > 1e-12 {
		t.Errorf("from %g to %g", row.AtLeast.Value, row.AtMost.Value)
	}
}

func TestOutcomesSayThatSomebodyElseHadToGoOn(t *testing.T) {
	for outcome, want := range map[string][2]bool{ // handed on, given up
		"transferred": {true, false}, "Call transferred": {true, false}, "forwarded to tier 2": {true, false}, "handed_over": {true, false},
		"ESCALATED": {true, false}, "Transfer": {true, false}, "an Technik weitergeleitet": {true, false},
		"not transferred": {}, "resolved without being escalated": {}, "bank transfer": {}, "resolved": {}, "": {}, "closed, no answer from customer": {},
		"abandoned": {false, true}, "caller hung-up": {false, true}, "not_answered": {false, true}, "Missed call": {false, true},
	} {
		if got := [2]bool{handedOn(outcome), givenUp(outcome)}; got != want {
			t.Errorf("%q: handed on, given up %v, want %v", outcome, got, want)
		}
	}
}

func TestEffortIsThatOfTheWholeNeed(t *testing.T) {
	var facts []fact
	a := person{&facts, 1}
	a.did(1, asksAbout("bill"))
	a.did(3, cx.Signature{Kind: cx.Contact, Channel: "chat", Reason: "bill"})
	a.did(4, asksAbout("bill"), continuing, func(f *fact) { f.End = f.Start.Add(6 * time.Hour) })
	a.did(20, asksAbout("bill")) // another need
	b := person{&facts, 2}
	b.did(2, asksAbout("parcel"))
	b.did(60, asksAbout("parcel")) // may go on
	c := person{&facts, 3}
	c.did(2, asksAbout("parcel"), came("handed over")) // to somebody in the same call
	c.did(2.2, cx.Signature{Kind: cx.Event})
	answer, err := AskEffort(context.Background(), newSliceFacts(facts), Params{MinRows: 1})
	if err != nil {
		t.Fatal(err)
	}
	row := answer.Rows[0]
	if row.Needs != 4 || row.Contacts != 6 || math.Abs(row.PerNeed.Value-6.0/4) > 1e-12 || row.Once.Value != 3.0/4 || row.Channels.Value != 1.0/4 || row.HandedOn.Value != 2.0/4 {
		t.Errorf("%+v", row)
	}
	if row.P90.Value != (3*24+6)*3600 || row.Median.Shown {
		t.Errorf("elapsed %+v, %+v", row.Median, row.P90)
	}
	if answer.Included != 6 || answer.LeftOut[0].Reason != notOver {
		t.Errorf("included %d, left out %v", answer.Included, answer.LeftOut)
	}
}

func TestMessagesAreCountedPerWeekOfThoseWhoGetThem(t *testing.T) {
	var facts []fact
	mail := func(purpose string) cx.Signature {
		return cx.Signature{Kind: cx.Message, Channel: "email", Touchpoint: purpose, Initiator: cx.ByCompany}
	}
	for c := int64(1); c <= 10; c++ {
		p := person{&facts, c}
		for week := range 4 {
			p.did(float64(7*week), mail("news"))
			p.did(float64(7*week)+1, mail("news"))
		}
		p.did(2, mail("answer"))
		if c == 1 {
			p.did(0.5, cx.Signature{Kind: cx.Event, Touchpoint: "unsubscribe"})
		}
		if c == 2 { // seven in one week
			for i := range 4 {
				p.did(3+float64(i)/10, mail("news"))
			}
		}
		p.did(28, cx.Signature{Kind: cx.Event})
	}
	answer, err := AskCadence(context.Background(), newSliceFacts(facts), Params{MinRows: 1})
	if err != nil {
		t.Fatal(err)
	}
	news := answer.Rows[0]
	if news.Group.Name != "news" || news.Messages != 84 || news.Customers != 10 || news.Weeks != 40 || math.Abs(news.PerWeek.Value-2.1) > 1e-12 {
		t.Errorf("%+v", news)
	}
	if news.Over.N != 40 || news.Over.Value != 1.0/40 || news.Ignored.N != 1 || news.Ignored.Value != 1 {
		t.Errorf("over %+v, ignored %+v", news.Over, news.Ignored)
	}
}

func TestAContactAboutAnInvoiceIsChargedToTheLatest(t *testing.T) {
	var facts []fact
	bill := cx.Signature{Kind: cx.Invoice, Initiator: cx.ByCompany}
	p := person{&facts, 1}
	p.did(0, bill)
	p.did(10, bill)
	p.did(11, asksAbout("Invoice unclear"))
	p.did(12, asksAbout("Invoice unclear"))
	p.did(13, asksAbout("parcel"))
	p.did(40, bill)
	p.did(60, asksAbout("Invoice unclear")) // too late
	p.did(70, bill)                         // too recent
	answer, err := AskInvoiceContacts(context.Background(), newSliceFacts(facts), Params{MinRows: 1, AsOf: january.AddDate(0, 0, 75)})
	if err != nil {
		t.Fatal(err)
	}
	row := answer.Rows[0]
	if row.Invoices != 3 || row.Asked != 1 || row.Contacts != 2 || row.Share.Value != 1.0/3 {
		t.Errorf("%+v", row)
	}
}
