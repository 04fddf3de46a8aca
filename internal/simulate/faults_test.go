package simulate

import (
	"math"
	"strconv"
	"sync"
	"testing"
	"time"
)

// Each fault changes the figure that it says it changes, and only while it is at
// work; without it the figure is the ordinary one on both sides.
func TestEachFaultChangesItsFigure(t *testing.T) {
	const customers = 6000
	dir, truth := company(t, customers, 11, nil)
	with := readExports(t, dir)
	dir, _ = company(t, customers, 11, []string{})
	without := readExports(t, dir)
	for _, tt := range []struct {
		fault               string
		measure             func(t *testing.T, e *exports, from, to time.Time) (share float64, n int)
		ordinary, faulty    float64
		ordinaryMay, faultM float64 // how far off each may be
	}{
		{FaultPromoCode, codesDeniedOnPhones, promoDeniedBase, promoDeniedFault, .04, .06},
		{FaultNeverSolved, roamingComesAgain, .10, .50, .08, .1},
		{FaultMondays, mondaysBeyondPromise, .03, .5, .03, .2},
		{FaultLateWest, lateInTheWest, lateShareBase, lateShareFault, .03, .08},
		{FaultInvoice, invoiceContacts, .085, .25, .03, .1},
		{FaultMailBacklog, mailBeyondPromise, 1 - mailWithinBase, 1 - mailWithinFault, .03, .05},
		{FaultActivation, activationsFailed, activationFailBase, activationFailFlt, .04, .08},
		{FaultAutopay, about(ReasonPayment), .08, .16, .03, .05},
		{FaultReopened, plansReopened, .04, .6, .04, .1},
		{FaultChat, chatsThenCalls, .02, .3, .03, .1},
		{FaultDeadSpots, leaveAfter(ReasonNetwork, ""), .01, .1, .02, .08},
		{FaultTopUp, longGaps(methodWallet), .1, .9, .1, .1},
		{FaultLoop, wentBack(eventPayment, eventCheckout), thrownBackBase, thrownBackFault, .03, .06},
		{FaultFlood, offersToTheYoung, .2, .9, .15, .08},
		{FaultUnsubscribed, newslettersInSpite, 0, .15, .01, .1},
	} {
		t.Run(tt.fault, func(t *testing.T) {
			var f Fault
			for _, p := range truth.Faults {
				if p.Name == tt.fault {
					f = p
				}
			}
			from := f.From
			if tt.fault == FaultMondays {
				from = f.To.AddDate(0, 0, -70) // when the queue has grown
			}
			got, n := tt.measure(t, with, from, f.To)
			if n < 40 || math.Abs(got-tt.faulty) > tt.faultM {
				t.Errorf("at work: %.3f of %d, want %.2f ± %.2f", got, n, tt.faulty, tt.faultM)
			}
			got, n = tt.measure(t, without, from, f.To)
			if n < 40 || math.Abs(got-tt.ordinary) > tt.ordinaryMay {
				t.Errorf("not planted: %.3f of %d, want %.2f ± %.2f", got, n, tt.ordinary, tt.ordinaryMay)
			}
			if !f.From.After(truth.From) {
				return
			}
			got, n = tt.measure(t, with, truth.From, f.From)
			if n < 40 || math.Abs(got-tt.ordinary) > tt.ordinaryMay {
				t.Errorf("before it begins: %.3f of %d, want %.2f ± %.2f", got, n, tt.ordinary, tt.ordinaryMay)
			}
		})
	}
}

// What a fault does not touch stays as it was, byte for byte.
func TestAFaultLeavesAloneWhatItDoesNotTouch(t *testing.T) {
	all, _ := company(t, 600, 4, nil)
	for fault, untouched := range map[string][]string{
		FaultMailBacklog: {CallsFile, OrdersFile, EventsFile, CancellationsFile, ExposuresFile},
		FaultMondays:     {TicketsFile, OrdersFile, EventsFile, CancellationsFile, ExposuresFile},
		FaultNeverSolved: {OrdersFile, EventsFile, CancellationsFile},
		FaultLateWest:    {CancellationsFile},
		FaultInvoice:     {OrdersFile, CancellationsFile},
		FaultActivation:  {OrdersFile, CancellationsFile},
		FaultPromoCode:   {CancellationsFile},

		FaultAutopay:      {OrdersFile, EventsFile, CancellationsFile, PaymentsFile, MessagesFile},
		FaultReopened:     {CallsFile, OrdersFile, EventsFile, CancellationsFile, SurveysFile, PaymentsFile, InvoicesFile, MessagesFile},
		FaultChat:         {TicketsFile, OrdersFile, EventsFile, CancellationsFile, SurveysFile, PaymentsFile, InvoicesFile, MessagesFile},
		FaultTopUp:        {TicketsFile, CallsFile, OrdersFile, EventsFile, CancellationsFile, SurveysFile, InvoicesFile, MessagesFile},
		FaultLoop:         {CancellationsFile, PaymentsFile, InvoicesFile},
		FaultFlood:        {TicketsFile, CallsFile, OrdersFile, EventsFile, CancellationsFile, SurveysFile, PaymentsFile, InvoicesFile},
		FaultUnsubscribed: {TicketsFile, CallsFile, OrdersFile, EventsFile, CancellationsFile, SurveysFile, PaymentsFile, InvoicesFile},
	} {
		t.Run(fault, func(t *testing.T) {
			dir, truth := company(t, 600, 4, allBut(fault))
			if len(truth.Faults) != len(faults)-1 {
				t.Fatalf("%d planted", len(truth.Faults))
			}
			for _, name := range untouched {
				if digest(t, all, name) != digest(t, dir, name) {
					t.Errorf("%s changes with it", name)
				}
			}
		})
	}
}

func share(hits, n int) (float64, int) {
	if n == 0 {
		return 0, 0
	}
	return float64(hits) / float64(n), n
}

// exports are a company's files that the figures are taken from.
type exports struct {
	tickets, calls, orders, cancellations, payments, messages []map[string]string
	events                                                    []event
}

func readExports(t *testing.T, dir string) *exports {
	t.Helper()
	return &exports{
		tickets: table(t, dir, TicketsFile), calls: table(t, dir, CallsFile), orders: table(t, dir, OrdersFile),
		cancellations: table(t, dir, CancellationsFile), payments: table(t, dir, PaymentsFile), messages: table(t, dir, MessagesFile),
		events: readEvents(t, dir),
	}
}

var testZone = sync.OnceValues(func() (*time.Location, error) { return time.LoadLocation(Zone) })

func at(t *testing.T, layout, text string) time.Time {
	t.Helper()
	zone, err := testZone()
	if err != nil {
		t.Fatal(err)
	}
	when, err := time.ParseInLocation(layout, text, zone)
	if err != nil {
		t.Fatal(err)
	}
	return when
}

func holds(when, from, to time.Time) bool { return !when.Before(from) && when.Before(to) }

func codesDeniedOnPhones(t *testing.T, x *exports, from, to time.Time) (float64, int) {
	denied, n := 0, 0
	for _, e := range x.events {
		if e.Context.Device.Type != devicePhone || !holds(at(t, time.RFC3339, e.Timestamp), from, to) {
			continue
		}
		switch e.Event {
		case eventCouponDenied:
			denied++
			n++
		case eventCouponApplied:
			n++
		}
	}
	return share(denied, n)
}

func activationsFailed(t *testing.T, x *exports, from, to time.Time) (float64, int) {
	failed, n := 0, 0
	for _, e := range x.events {
		if !holds(at(t, time.RFC3339, e.Timestamp), from, to) {
			continue
		}
		switch e.Event {
		case eventActivationFailed:
			failed++
		case eventActivationStarted:
			n++
		}
	}
	return share(failed, n)
}

// roamingComesAgain follows tickets and identified calls of a customer number.
func roamingComesAgain(t *testing.T, x *exports, from, to time.Time) (float64, int) {
	times := map[string][]time.Time{}
	numbers := map[string]string{}
	for _, r := range x.tickets {
		if n := r["Requester external id"]; n != "" {
			numbers[r["Requester id"]] = n
		}
	}
	for _, r := range x.tickets {
		if n := numbers[r["Requester id"]]; n != "" && r["Contact reason [list]"] == ReasonRoaming {
			times[n] = append(times[n], at(t, zendeskLayout, r["Created at"]))
		}
	}
	for _, r := range x.calls {
		if n := r["customer_number"]; n != "" && r["reason"] == ReasonRoaming {
			times[n] = append(times[n], at(t, callsLayout, r["started"]))
		}
	}
	again, n := 0, 0
	for _, list := range times {
		for _, a := range list {
			if !holds(a, from, to.AddDate(0, 0, -7)) {
				continue
			}
			n++
			for _, b := range list {
				if b.After(a) && b.Before(a.AddDate(0, 0, 7)) {
					again++
					break
				}
			}
		}
	}
	return share(again, n)
}

func mondaysBeyondPromise(t *testing.T, x *exports, from, to time.Time) (float64, int) {
	late, n := 0, 0
	for _, r := range x.calls {
		when := at(t, callsLayout, r["started"])
		if when.Weekday() != time.Monday || !holds(when, from, to) {
			continue
		}
		menu, _ := strconv.Atoi(r["menu_seconds"])
		queue, _ := strconv.Atoi(r["queue_seconds"])
		if n++; menu+queue > 180 {
			late++
		}
	}
	return share(late, n)
}

func lateInTheWest(t *testing.T, x *exports, from, to time.Time) (float64, int) {
	late, n := 0, 0
	for _, r := range x.orders {
		if r["Tags"] != regionWest || r["Shipping Method"] != lateCarrier+" Standard" || r["Fulfilled at"] == "" {
			continue
		}
		created := at(t, shopifyLayout, r["Created at"])
		if !holds(created, from, to.AddDate(0, 0, -10)) {
			continue
		}
		if n++; at(t, shopifyLayout, r["Fulfilled at"]).Sub(created) > 72*time.Hour {
			late++
		}
	}
	return share(late, n)
}

// invoiceContacts is the share of contacts that are about the invoice.
func invoiceContacts(t *testing.T, x *exports, from, to time.Time) (float64, int) {
	hits, n := 0, 0
	count := func(when time.Time, reason string) {
		if !holds(when, from, to) {
			return
		}
		if n++; reason == ReasonInvoice {
			hits++
		}
	}
	for _, r := range x.tickets {
		count(at(t, zendeskLayout, r["Created at"]), r["Contact reason [list]"])
	}
	for _, r := range x.calls {
		count(at(t, callsLayout, r["started"]), r["reason"])
	}
	return share(hits, n)
}

func mailBeyondPromise(t *testing.T, x *exports, from, to time.Time) (float64, int) {
	late, n := 0, 0
	for _, r := range x.tickets {
		minutes, err := strconv.Atoi(r["First reply time in minutes within business hours"])
		if err != nil || r["Via"] != viaMail || !holds(at(t, zendeskLayout, r["Created at"]), from, to) {
			continue
		}
		if n++; minutes > promisedReply {
			late++
		}
	}
	return share(late, n)
}
