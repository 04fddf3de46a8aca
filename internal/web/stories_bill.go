package web

import (
	"html/template"
	"strings"

	"github.com/firsthand-cx/firsthand/internal/web/chart"
)

func billStories() []story {
	rule := "/journeys/order/charge?reason=invoice"
	many := &billPage{
		Frame: Frame{Title: "Contacts charged", Section: "Journeys"}, Name: "Order a phone", JourneyHref: "/journeys/order", Month: "October 2026",
		Sub:     "October 2026 · 290 of 528 contacts are charged to a step",
		Filters: Filters{Action: "/journeys/order/bill", Fields: []Field{{Name: "month", Label: "Month", Value: "2026-10", Options: []Option{{"2026-10", "October 2026"}, {"2026-09", "September 2026"}}}}},
		Owners: []billOwner{
			{Name: "Finance", Contacts: fig("193", "", ""), Share: Figure{Text: "37 %", Range: "33 to 41 %", N: "528"}, Cost: fig("1,254 EUR", "", ""), Before: "224 in September", Trend: storySpark(), Lines: []billLine{
				{Reason: "invoice", Step: "I read my invoice", Contacts: fig("126", "", ""), How: "3 seen to break, 123 by reason alone", RuleHref: rule},
				{Reason: "payment failed", Step: "I pay", Contacts: fig("67", "", ""), How: "10 a walk failed there, 57 by reason alone", RuleHref: rule},
			}},
			{Name: strings.Repeat("Department for digital self-service ", 2), Contacts: fig("7", "", ""), Share: Figure{Text: "1.3 %", Range: "0.6 to 2.7 %", N: "528"}, Before: "0 in September", Trend: storySpark(), Lines: []billLine{
				{Reason: "promo code", Step: "I enter my code", Contacts: fig("7", "", ""), How: "7 follow its breaks", RuleHref: rule},
			}},
		},
		NotKnown: &billOwner{Name: "Not known", Contacts: fig("238", "", ""), Share: Figure{Text: "45 %", Range: "41 to 49 %", N: "528"}, Before: "243 in September", Trend: storySpark(), Lines: []billLine{
			{Reason: "network", Step: "", Contacts: fig("40", "", ""), How: "", RuleHref: rule}, {Reason: "(no reason)", Step: "", Contacts: fig("14", "", ""), How: "", RuleHref: rule},
		}},
		Rulings: []rulingRow{
			{ID: 4, About: "Contacts about “network”", Step: "I start using it", By: "Jana", When: "3 Nov 2026", Note: "The masts are ours."},
			{ID: 3, About: "One contact about “invoice”", Step: "none of the steps", Href: "/contacts/0102", By: "Ola", When: "1 Nov 2026"},
			{ID: 2, About: "Contacts about “network”", Step: "I pay", By: "Ola", When: "20 Oct 2026", Over: "ended 3 Nov 2026 by Jana"},
		},
		Notes:        []string{"Contacts about promo code come 6.2 times as often (4.1 to 9.4) after a break at “I enter my code” as at other times of the same customers (n = 41)."},
		QuestionHref: "/questions/upstream?journey=order",
	}
	one := &billPage{
		Frame: many.Frame, Name: many.Name, JourneyHref: many.JourneyHref, Month: "October 2026", Sub: "October 2026 · 0 of 12 contacts are charged to a step", Filters: many.Filters,
		NotKnown: &billOwner{Name: "Not known", Contacts: fig("12", "", ""), Share: Figure{Text: "100 %", Range: "76 to 100 %", N: "12"}}, QuestionHref: many.QuestionHref,
		Notes: []string{"No step of the journey says which contacts it causes: give steps their reasons under contacts_about, so that contacts can be charged by reason."},
	}
	empty := &billPage{Frame: many.Frame, Name: many.Name, JourneyHref: many.JourneyHref, Empty: &Empty{"No contact to charge yet", "Here stands which steps cause the contacts of each month, and what that costs their owners. To see it, bring contacts: tickets, calls, conversations.", "/sources", "Import a file"}}

	call := recordRow{When: "3 Sep 2026, 08:40", Took: "took 5 min 12 s", What: "Asked for help · phone", Details: "about promo code · a person after 1 min 31 s · from phone-log", Customer: "Customer 3130", CustomerHref: "/customers/3130", Quotes: []Quote{{Text: "The code in your e-mail does not work."}}}
	denied := recordRow{When: "2 Sep 2026, 16:32", What: "Coupon Denied · web", Details: "from segment"}
	contact := &contactPage{Frame: Frame{Title: "A contact", Section: "Journeys"}, Record: call, Charges: []contactCharge{
		{Journey: "Order a phone", JourneyHref: "/journeys/order/bill", Step: "I enter my code", Owner: "Marketing", Because: "Something broke there for this customer before.", Broke: &denied, RuleHref: "/journeys/order/charge?contact=01"},
		{Journey: "Stay", JourneyHref: "/journeys/stay/bill", Step: "I pay", Owner: "Finance", Because: "A person said so.", Said: &rulingRow{ID: 4, About: "Contacts about “promo code”", By: "Jana", When: "3 Nov 2026", Note: "The masts are ours."}, RuleHref: "/journeys/stay/charge?contact=01"},
		{Journey: "Get help", JourneyHref: "/journeys/help/bill", Step: "Not known", Because: "No step names this reason, and nothing that it follows was seen to break.", RuleHref: "/journeys/help/charge?contact=01"},
	}}
	charge := &chargePage{
		Frame: Frame{Title: "Charge to another step", Section: "Journeys"}, JourneyHref: "/journeys/order", Name: "Order a phone", Heading: "Which step causes contacts about “network”?", OfReason: true, Reason: "network",
		About: "All of them are charged to the step that you choose, those that were and those that come.", BackHref: "/journeys/order/bill",
		Steps: []Option{{"-", "None of the journey’s steps"}, {"pay", "I pay (Payments)"}, {"start", "I start using it (Product)"}},
	}
	wrong := *charge
	wrong.Problem = "Choose a step, or none of them."
	return []story{
		{Name: "bill/many", Page: many},
		{Name: "bill/not-known", Page: one},
		{Name: "bill/empty", Page: empty},
		{Name: "contact/charged", Page: contact},
		{Name: "charge/reason", Page: charge},
		{Name: "charge/problem", Page: &wrong},
	}
}

func storySpark() template.HTML {
	return chart.Spark([]int64{20, 31, 12, 18, 22, 19, 17, 24, 33, 29}, 8, "By month: …")
}
