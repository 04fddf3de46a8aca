package finding

import (
	"fmt"
	"testing"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/ingest"
)

// habitJourney has a step of each kind that the companies below have.
func habitJourney() (cx.Journey, func(cx.Signature) uint16) {
	steps := []cx.Step{
		{Name: "look"},
		{Name: "cart"},
		{Name: "pay"},
		{Name: "bill", Optional: true},
		{Name: "top-up", Optional: true},
		{Name: "ask", Optional: true},
		{Name: "news", Optional: true},
		{Name: "leave", Optional: true},
	}
	journey := cx.Journey{
		Name: "habits", Title: "Habits", Attempt: cx.Attempt{By: cx.AttemptByGap, Gap: time.Hour},
		Stages:            []cx.Stage{{Name: "all", Steps: steps}},
		CostPerContact:    cx.Money{Currency: "EUR", Minor: 500},
		LostCustomerValue: cx.Money{Currency: "EUR", Minor: 40_000},
	}
	kinds := map[cx.Kind]uint16{cx.Invoice: 4, cx.Payment: 5, cx.Contact: 6, cx.Message: 7, cx.Cancellation: 8}
	events := map[string]uint16{"look": 1, "cart": 2, "pay": 3}
	return journey, func(s cx.Signature) uint16 {
		if s.Kind == cx.Event {
			return events[s.Touchpoint]
		}
		return kinds[s.Kind]
	}
}

func asking(channel, reason string) cx.Signature {
	return cx.Signature{Kind: cx.Contact, Channel: channel, Touchpoint: "help", Reason: reason}
}

func transferred(s cx.Signature, is bool) cx.Signature {
	if is {
		s.Outcome = "transferred"
	}
	return s
}

// others contact the company once each, about three things on two channels.
func (k *known) others() {
	for week := range knownWeeks {
		for i := range 30 {
			k.add(5000+30*week+i, week, time.Duration(3*i)*time.Hour, asking([]string{"chat", "phone"}[i%2], []string{"invoice", "network", "delivery"}[i%3]), nil)
		}
	}
}

func dimension(name, value string) func(*ingest.Fact) {
	return func(f *ingest.Fact) { f.Dimensions = map[string]string{name: value} }
}

func byCompany(f *ingest.Fact) { f.Signature.Initiator = cx.ByCompany }

func all(with ...func(*ingest.Fact)) func(*ingest.Fact) {
	return func(f *ingest.Fact) {
		for _, w := range with {
			w(f)
		}
	}
}

// Each probe finds what is wrong in a company, and neither what only looks like it nor
// what one busy customer makes.
func TestHabitsThatHurtAreFound(t *testing.T) {
	const last = knownWeeks
	for _, c := range []struct {
		name              string
		company           func(k *known)
		question, segment string
		want              bool
	}{
		{"forty ask about the invoice every month", func(k *known) {
			for month := range 4 {
				for i := range 40 {
					k.add(1+i, last-3-4*month, time.Duration(i)*time.Hour, asking("phone", "invoice"), nil)
				}
			}
		}, "monthly_problem", "reason=invoice", true},
		{"forty ask about everything every month", func(k *known) {
			for month := range 4 {
				for i := range 40 {
					for n, reason := range []string{"invoice", "network", "delivery"} {
						k.add(1+i, last-3-4*month, time.Duration(i+30*n)*time.Hour, asking("phone", reason), nil)
					}
				}
			}
		}, "monthly_problem", "reason=invoice", false},
		{"one asks about the invoice every day", func(k *known) {
			for day := range 7 * 20 {
				k.add(1, last-20, time.Duration(24*day)*time.Hour, asking("phone", "invoice"), nil)
			}
		}, "monthly_problem", "reason=invoice", false},

		{"invoices are opened again", func(k *known) {
			for i := range 60 {
				k.add(1+i, last-7+i%5, time.Duration(i)*time.Hour, asking("phone", "invoice"), dimension("reopened", "yes"))
			}
		}, "first_contact_resolution", "reason=invoice", true},
		{"one's invoices are opened again all the time", func(k *known) {
			for i := range 60 {
				k.add(1, last-7+i%5, time.Duration(i)*time.Hour, asking("phone", "invoice"), dimension("reopened", "yes"))
			}
		}, "first_contact_resolution", "reason=invoice", false},
		{"removals are handed on, as all of them always are", func(k *known) {
			for i := range 60 {
				for leg := range 2 {
					k.add(1+i, last-7+i%5, time.Duration(i+leg)*time.Hour, asking("phone", "removal"), func(f *ingest.Fact) {
						f.Thread = int64(1 + i)
						if leg > 0 {
							f.Parent[0] = 1
						}
					})
				}
			}
		}, "first_contact_resolution", "reason=removal", false},

		{"removals are transferred within the call, as all of them are, and written ones are not", func(k *known) {
			for i := range 120 {
				k.add(1+i, last-7+i%5, time.Duration(i)*time.Hour, transferred(asking([]string{"phone", "chat"}[i%2], "removal"), i%2 == 0), nil)
			}
		}, "first_contact_resolution", "reason=removal", false},
		{"many calls and chats about invoices are transferred", func(k *known) {
			for i := range 120 {
				k.add(1+i, last-7+i%5, time.Duration(i)*time.Hour, transferred(asking([]string{"phone", "chat"}[i%2], "invoice"), i%4 < 2), nil)
			}
		}, "first_contact_resolution", "reason=invoice", true},

		{"chats about anything end with a call", func(k *known) {
			for i := range 90 {
				reason := []string{"invoice", "network", "delivery"}[i%3]
				k.add(1+i, last-7+i%5, time.Duration(i)*time.Hour, asking("chat", reason), nil)
				k.add(1+i, last-7+i%5, time.Duration(i+20)*time.Hour, asking("phone", reason), nil)
			}
		}, "effort", "channel=chat", true},
		{"chats get what takes two contacts anywhere", func(k *known) {
			for i := range 180 {
				channel := "chat"
				if i%4 == 0 {
					channel = "phone"
				}
				k.add(1+i, last-7+i%5, time.Duration(i)*time.Hour, asking(channel, "removal"), nil)
				k.add(1+i, last-7+i%5, time.Duration(i+20)*time.Hour, asking("phone", "removal"), nil)
			}
		}, "effort", "channel=chat", false},

		{"who asks about the network leaves", leaving("network", nil), "leavers", "reason=network", true},
		{"who asks how to cancel leaves", leaving("cancel my contract", nil), "leavers", "reason=cancel my contract", false},
		{"who asks about a contract is closed by the company", leaving("old contract", func(f *ingest.Fact) { f.Signature.Initiator = cx.BySystem }), "leavers", "reason=old contract", false},

		{"who pays by wallet tops up ever more seldom", topUps(21, 60), "tail_off", "method=wallet", true},
		{"who pays by wallet tops up seldom, as ever", topUps(56, 56), "tail_off", "method=wallet", false},

		{"payments are sent back", visits(func(week, i int) (bool, time.Duration) { return week >= broke && i%2 == 0, 0 }), "directly_follows", "", true},
		{"some always go back", visits(func(_, i int) (bool, time.Duration) { return i%2 == 0, 0 }), "directly_follows", "", false},
		{"paying takes long", visits(func(week, _ int) (bool, time.Duration) {
			if week >= broke {
				return false, 25 * time.Minute
			}
			return false, 0
		}), "directly_follows", "to=pay", true},
		{"paying has always taken long", visits(func(int, int) (bool, time.Duration) { return false, 25 * time.Minute }), "directly_follows", "to=pay", false},

		{"the young are flooded", flooded("newsletter", true), "cadence", "age=young", true},
		{"the young order much and hear of it", flooded("order update", true), "cadence", "age=young", false},
		{"one is flooded", flooded("newsletter", false), "cadence", "age=young", false},
		{"who unsubscribed gets more", unsubscribed("newsletter"), "cadence", "unsubscribed", true},
		{"who unsubscribed still hears of orders", unsubscribed("order update"), "cadence", "unsubscribed", false},

		{"invoices are asked about", billed("invoice"), "invoice_contacts", "", true},
		{"invoices and all else are asked about alike", billed("invoice", "network"), "invoice_contacts", "", false},
		{"what comes after invoices is something else", billed("network"), "invoice_contacts", "", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			var k known
			k.others()
			c.company(&k)
			j, steps := habitJourney()
			kept := k.found(t, j, steps)
			if got := keyed(kept, c.question, c.segment); got != c.want {
				t.Errorf("found %v, want %v", got, c.want)
			}
			for _, s := range kept {
				if s.key.Question == "leavers" && s.cost != j.LostCustomerValue {
					t.Errorf("a customer lost costs %v", s.cost)
				}
			}
		})
	}
}

// leaving: sixty contact the company for a reason and leave ten days later; others leave
// without a word.
func leaving(reason string, with func(*ingest.Fact)) func(k *known) {
	return func(k *known) {
		for i := range 60 {
			week := knownWeeks - 20 + i%16
			k.add(1+i, week, 9*time.Hour, asking("phone", reason), nil)
			k.add(1+i, week+1, 80*time.Hour, cx.Signature{Kind: cx.Cancellation, Touchpoint: "form"}, with)
			k.add(200+i, 2, 9*time.Hour, cx.Signature{Kind: cx.Payment, Channel: "web", Touchpoint: "top-up"}, nil)
			if i%3 == 0 {
				k.add(200+i, week, 9*time.Hour, cx.Signature{Kind: cx.Cancellation, Touchpoint: "form"}, nil)
			}
		}
	}
}

// topUps: sixty pay by wallet every so many days, at the end every so many others; a
// hundred by card every three weeks.
func topUps(usual, lately int) func(k *known) {
	return func(k *known) {
		for i := range 160 {
			method, gap := "wallet", usual
			if i >= 60 {
				method, gap = "card", 21
			}
			for day := i % 14; day < 7*knownWeeks; {
				k.add(1+i, 0, time.Duration(24*day+9)*time.Hour, cx.Signature{Kind: cx.Payment, Channel: "web", Touchpoint: "top-up"}, dimension("method", method))
				if day += gap + (day+i)%5; method == "wallet" && day > 7*18 {
					gap = lately
				}
			}
		}
	}
}

// visits: forty a week look, put in the cart and pay; some go back from paying to the
// cart, and paying takes a while.
func visits(how func(week, i int) (back bool, longer time.Duration)) func(k *known) {
	return func(k *known) {
		for week := range knownWeeks {
			for i := range 40 {
				at := time.Duration(3*i) * time.Hour
				touch := func(step string, minutes int) {
					k.add(1+i+40*(week%5), week, at+time.Duration(minutes)*time.Minute, cx.Signature{Kind: cx.Event, Channel: "web", Touchpoint: step}, nil)
				}
				back, longer := how(week, i)
				minute := 3 + (i+week)%4 + int(longer.Minutes())
				touch("look", 0)
				touch("cart", 2)
				touch("pay", minute)
				if back {
					touch("cart", minute+1)
					touch("pay", minute+3)
				}
			}
		}
	}
}

// flooded: two hundred get a message a week, and in the end sixty of them, or one, every
// day.
func flooded(purpose string, many bool) func(k *known) {
	return func(k *known) {
		message := func(i, week, day int, age, purpose string) {
			k.add(1+i, week, time.Duration(24*day+9)*time.Hour, cx.Signature{Kind: cx.Message, Channel: "email", Touchpoint: purpose}, all(byCompany, dimension("age", age)))
		}
		for i := range 200 {
			age := "old"
			if i < 60 {
				age = "young"
			}
			for week := range knownWeeks {
				message(i, week, 1, age, "newsletter")
				for day := range 6 {
					if week >= broke && (many && i < 60 || i == 0) {
						message(i, week, day, age, purpose)
					}
				}
			}
		}
	}
}

// unsubscribed: sixty unsubscribe and get something all the same.
func unsubscribed(purpose string) func(k *known) {
	return func(k *known) {
		for i := range 60 {
			k.add(1+i, 10, time.Duration(i)*time.Hour, cx.Signature{Kind: cx.Event, Channel: "email", Touchpoint: "unsubscribe"}, nil)
			for week := 20; week < knownWeeks; week += 3 {
				k.add(1+i, week, time.Duration(i)*time.Hour, cx.Signature{Kind: cx.Message, Channel: "email", Touchpoint: purpose}, byCompany)
			}
		}
	}
}

// billed: three hundred get an invoice every four weeks, and of late one in five contacts
// the company about each of the reasons.
func billed(reasons ...string) func(k *known) {
	return func(k *known) {
		for week := 0; week < knownWeeks; week += 4 {
			for i := range 300 {
				k.add(1+i, week, 8*time.Hour, cx.Signature{Kind: cx.Invoice, Channel: "email", Touchpoint: "invoice"}, byCompany)
				for n, reason := range reasons {
					if (i+n+week)%50 == 0 || week >= broke && (i+n+week)%5 == 0 {
						k.add(1+i, week, time.Duration(30+i%60+n)*time.Hour, asking(fmt.Sprint("phone", i%2), reason), nil)
					}
				}
			}
		}
	}
}
