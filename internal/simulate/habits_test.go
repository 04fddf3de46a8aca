package simulate

import (
	"slices"
	"strconv"
	"testing"
	"time"
)

// about is the share of contacts that are about a reason.
func about(reason string) func(t *testing.T, x *exports, from, to time.Time) (float64, int) {
	return func(t *testing.T, x *exports, from, to time.Time) (float64, int) {
		hits, n := 0, 0
		for _, c := range x.contacts(t) {
			if holds(c.at, from, to) {
				n++
				hits += one(c.reason == reason)
			}
		}
		return share(hits, n)
	}
}

func one(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// contact is a ticket or a call; number is empty where the system does not know it.
type contact struct {
	at                  time.Time
	number, reason, via string
}

func (x *exports) contacts(t *testing.T) (all []contact) {
	for _, r := range x.tickets {
		all = append(all, contact{at(t, zendeskLayout, r["Created at"]), r["Requester external id"], r["Contact reason [list]"], r["Via"]})
	}
	for _, r := range x.calls {
		all = append(all, contact{at(t, callsLayout, r["started"]), r["customer_number"], r["reason"], "phone"})
	}
	slices.SortFunc(all, func(a, b contact) int { return a.at.Compare(b.at) })
	return all
}

func plansReopened(t *testing.T, x *exports, from, to time.Time) (float64, int) {
	hits, n := 0, 0
	for _, r := range x.tickets {
		if r["Contact reason [list]"] == ReasonPlan && holds(at(t, zendeskLayout, r["Created at"]), from, to) {
			n++
			hits += one(r["Reopens"] != "0")
		}
	}
	return share(hits, n)
}

// chatsThenCalls is the share of chats whose writer calls about the same within two days
// and gives the number, as more than half do.
func chatsThenCalls(t *testing.T, x *exports, from, to time.Time) (float64, int) {
	all := x.contacts(t)
	hits, n := 0, 0
	for i, c := range all {
		if c.via != viaChat || c.number == "" || c.reason == "" || !holds(c.at, from, to.AddDate(0, 0, -3)) {
			continue
		}
		n++
		for _, d := range all[i+1:] {
			if d.at.Sub(c.at) > 60*time.Hour {
				break
			}
			if d.number == c.number && d.reason == c.reason && d.via == "phone" {
				hits++
				break
			}
		}
	}
	return share(hits, n)
}

// leaveAfter is the share of contacts about a reason whose customer leaves within 30 days.
func leaveAfter(reason, by string) func(t *testing.T, x *exports, from, to time.Time) (float64, int) {
	return func(t *testing.T, x *exports, from, to time.Time) (float64, int) {
		left := map[string]time.Time{}
		for _, r := range x.cancellations {
			if by == "" || r["closed_by"] == by {
				left[r["customer_number"]] = at(t, time.DateOnly, r["cancelled_on"])
			}
		}
		hits, n := 0, 0
		for _, c := range x.contacts(t) {
			if c.reason != reason || c.number == "" || !holds(c.at, from, to.AddDate(0, 0, -30)) {
				continue
			}
			n++
			when, ok := left[c.number]
			hits += one(ok && when.After(c.at) && when.Sub(c.at) < 30*24*time.Hour)
		}
		return share(hits, n)
	}
}

// longGaps is the share of top-ups by a method that no other follows within 45 days.
func longGaps(method string) func(t *testing.T, x *exports, from, to time.Time) (float64, int) {
	return func(t *testing.T, x *exports, from, to time.Time) (float64, int) {
		hits, n := 0, 0
		next := map[string]time.Time{}
		for _, r := range slices.Backward(x.payments) {
			when, err := time.Parse(stripeLayout, r["Created (UTC)"])
			if err != nil {
				t.Fatal(err)
			}
			who := r["Customer ID"]
			then, again := next[who]
			next[who] = when
			if r["Payment Source Type"] != method || !holds(when, from, to.AddDate(0, 0, -60)) {
				continue
			}
			n++
			hits += one(!again || then.Sub(when) > 45*24*time.Hour)
		}
		return share(hits, n)
	}
}

// wentBack is the share of sessions with one event that later have another one.
func wentBack(from, to string) func(t *testing.T, x *exports, begin, end time.Time) (float64, int) {
	return func(t *testing.T, x *exports, begin, end time.Time) (float64, int) {
		been := map[string]int{}
		for _, e := range x.events {
			if !holds(at(t, time.RFC3339, e.Timestamp), begin, end) {
				continue
			}
			switch id := e.Context.SessionID; {
			case e.Event == from && been[id] == 0:
				been[id] = 1
			case e.Event == to && been[id] == 1:
				been[id] = 2
			}
		}
		hits := 0
		for _, what := range been {
			hits += one(what == 2)
		}
		return share(hits, len(been))
	}
}

// offersToTheYoung is the share of what the young get that is an offer.
func offersToTheYoung(t *testing.T, x *exports, from, to time.Time) (float64, int) {
	hits, n := 0, 0
	for _, r := range x.messages {
		if r["type"] == "sent" && r["age_group"] == ageYoung && holds(at(t, messagesLayout, r["at"]), from, to) {
			n++
			hits += one(r["purpose"] == purposeOffer)
		}
	}
	return share(hits, n)
}

// newslettersInSpite is the share of newsletters to those who had unsubscribed.
func newslettersInSpite(t *testing.T, x *exports, from, to time.Time) (float64, int) {
	stopped := map[string]time.Time{}
	for _, r := range x.messages {
		if r["type"] == "unsubscribed" {
			stopped[r["email"]] = at(t, messagesLayout, r["at"])
		}
	}
	hits, n := 0, 0
	for _, r := range x.messages {
		when := at(t, messagesLayout, r["at"])
		if r["purpose"] == purposeNewsletter && holds(when, from, to) {
			n++
			stop, yes := stopped[r["email"]]
			hits += one(yes && when.After(stop))
		}
	}
	return share(hits, n)
}

// mailWeeks is the share of weeks with mail in which a customer gets more than five.
func mailWeeks(t *testing.T, x *exports, from, to time.Time) (float64, int) {
	weeks := map[string]int{}
	for _, r := range x.messages {
		if when := at(t, messagesLayout, r["at"]); r["type"] == "sent" && holds(when, from, to) {
			weeks[r["email"]+strconv.Itoa(int(when.Sub(from)/(7*24*time.Hour)))]++
		}
	}
	hits := 0
	for _, n := range weeks {
		hits += one(n > 5)
	}
	return share(hits, len(weeks))
}

// monthAfterMonth is the share of those who ask for a reason that do so in three of the
// last four months.
func monthAfterMonth(reason string) func(t *testing.T, x *exports, from, to time.Time) (float64, int) {
	return func(t *testing.T, x *exports, _, to time.Time) (float64, int) {
		months := map[string]map[int]bool{}
		for _, c := range x.contacts(t) {
			if back := int(to.Sub(c.at) / (30 * 24 * time.Hour)); c.reason == reason && c.number != "" && back < 4 {
				if months[c.number] == nil {
					months[c.number] = map[int]bool{}
				}
				months[c.number][back] = true
			}
		}
		hits := 0
		for _, in := range months {
			hits += one(len(in) >= 3)
		}
		return share(hits, len(months))
	}
}

// transferred is the share of answered calls about a reason that are marked so.
func transferred(reason string) func(t *testing.T, x *exports, from, to time.Time) (float64, int) {
	return func(_ *testing.T, x *exports, _, _ time.Time) (float64, int) {
		hits, n := 0, 0
		for _, r := range x.calls {
			if r["outcome"] != outcomeAbandoned && r["reason"] == reason {
				n++
				hits += one(r["outcome"] == "transferred")
			}
		}
		return share(hits, n)
	}
}

// byForm is the share of tickets about a reason that come by web form.
func byForm(reason string) func(t *testing.T, x *exports, from, to time.Time) (float64, int) {
	return func(_ *testing.T, x *exports, _, _ time.Time) (float64, int) {
		hits, n := 0, 0
		for _, r := range x.tickets {
			if r["Contact reason [list]"] == reason {
				n++
				hits += one(r["Via"] == viaForm)
			}
		}
		return share(hits, n)
	}
}

// With nothing planted, each decoy shows a figure that who looks once takes for a
// problem, beside the ordinary one. That no finding falls for it is tested with findings.
func TestDecoysWouldFoolWhoLooksOnce(t *testing.T) {
	dir, truth := company(t, 6000, 12, []string{})
	x := readExports(t, dir)
	for _, tt := range []struct {
		decoy             string
		decoyed, ordinary func(t *testing.T, x *exports, from, to time.Time) (float64, int)
		times             float64 // as high at least
	}{
		{DecoyDataAskers, monthAfterMonth(ReasonUsage), monthAfterMonth(ReasonNetwork), 3},
		{DecoyHandedOver, transferred(ReasonCancel), transferred(ReasonNetwork), 5},
		{DecoyRoamingForm, byForm(ReasonRoaming), byForm(ReasonNetwork), 2},
		{DecoyAskToLeave, leaveAfter(ReasonCancel, "customer"), leaveAfter(ReasonNetwork, "customer"), 10},
		{DecoyOldContracts, leaveAfter(ReasonPlan, ""), leaveAfter(ReasonNetwork, ""), 2},
		{DecoySlowRhythm, longGaps(methodDebit), longGaps(methodCard), 5},
		{DecoyLookingAgain, wentBack(eventAdded, eventViewed), wentBack(eventPayment, eventCheckout), 4},
		{DecoyOrderMails, mailWeeks, offersWeeks, 3},
	} {
		t.Run(tt.decoy, func(t *testing.T) {
			got, n := tt.decoyed(t, x, truth.From, truth.To)
			usual, m := tt.ordinary(t, x, truth.From, truth.To)
			t.Logf("%.3f of %d, ordinarily %.3f of %d", got, n, usual, m)
			if n < 40 || m < 40 || got < tt.times*usual || got == 0 {
				t.Errorf("%.3f of %d would fool nobody: ordinarily it is %.3f of %d", got, n, usual, m)
			}
		})
	}
}

// offersWeeks is mailWeeks of advertising alone.
func offersWeeks(t *testing.T, x *exports, from, to time.Time) (float64, int) {
	only := *x
	only.messages = nil
	for _, r := range x.messages {
		if r["purpose"] != purposeOrder {
			only.messages = append(only.messages, r)
		}
	}
	return mailWeeks(t, &only, from, to)
}
