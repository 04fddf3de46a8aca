package web

import (
	"net/url"

	"github.com/firsthand-cx/firsthand/internal/question"
)

// traitStories show the five traits with all kinds of figures, and of a company that has
// brought nothing yet.
func traitStories() []story {
	d, _ := question.Describe("five_traits")
	of := func(rows ...[]question.Cell) *questionPage {
		p := &questionPage{
			Frame: Frame{Title: d.Title, Section: "Questions", CSV: "/x?format=csv", JSON: "/x?format=json"}, Heading: d.Title, Filters: questionForm(d, url.Values{}, nil, []string{"phone", "e-mail"}),
			Formula: sentence(d.Formula), Unit: d.Unit, Smallest: d.Smallest, Pitfalls: d.Pitfalls, Source: d.Source,
		}
		p.fill(storySite(), question.Table{Question: d.Name, Version: 1, AsOf: storyTime, Scanned: 89_594, Included: 56_493, Columns: storyTraitColumns, Rows: rows}, url.Values{})
		return p
	}
	number := func(v float64) question.Cell { return question.Cell{Number: &v} }
	told := func(trait, measure, unit string, v, low, high, n float64, what string, promised question.Cell, state question.Verdict, asked, missing string) []question.Cell {
		figure, rests := question.Cell{Unit: unit, Withheld: v < 0, N: int64(n)}, number(n)
		rests.Evidence = "of=" + asked
		if v >= 0 {
			figure.Number, figure.Interval, figure.Evidence = &v, &question.Interval{Low: low, High: high}, "of="+asked
		}
		if missing != "" {
			figure, rests = question.Cell{}, question.Cell{}
		}
		ask := question.Cell{Text: asked}
		if asked != "" {
			ask.Ask = asked + "?journey=order"
		}
		return []question.Cell{{Text: trait}, {Text: measure}, figure, rests, {Text: what}, promised, {Text: string(state)}, ask, {Text: missing}}
	}
	const fast, simple, tracked, clear, several = "Fast answers", "A simple purchase", "Order tracking in real time", "Clear and equal information", "Several channels"
	none := question.Cell{}
	full := of(
		told(fast, "I call: a person within 3 minutes", "share", .93, .915, .943, 3034, "cases", number(.9), question.Kept, "standard_met", ""),
		told(fast, "I write: a first answer in 4 business hours", "share", .82, .81, .84, 2193, "cases", number(.9), question.Broken, "standard_met", ""),
		told(fast, "Half have a person's answer, by the clock, within: phone", "seconds", 66, 64, 68, 3102, "waits", none, "", "response_time", ""),
		told(fast, "Half have a person's answer, by the clock, within: e-mail", "seconds", 66180, 60780, 74100, 1058, "waits", none, "", "response_time", ""),
		told(simple, "Of those who begin to buy, ordered", "share", .23, .22, .24, 7464, "attempts", none, "", "funnel", ""),
		told(simple, "Found it easy to order", "share", -1, 0, 0, 4, "answers (1–7, 5 and more easy)", none, "", "ces", ""),
		told(tracked, "Saw the order's status before it was sent or delivered", "share", .64, .61, .66, 1739, "deliveries", none, "", "", ""),
		told(tracked, "Asked where the order is before it was sent or delivered", "share", .032, .025, .042, 1739, "deliveries", none, "", "", ""),
		told(clear, "Right answers to the same question, on all channels", "share", .71, .6, .8, 84, "answers of walks", none, "", "clarity", ""),
		told(clear, "Largest difference between customers: time, best − ordinary (treated differently)", "seconds", 210, 120, 260, 22, "walks", none, "", "parity", ""),
		told(several, "Needs that took more than one channel", "share", .065, .058, .073, 4064, "needs", none, "", "effort", ""),
		told(several, "Solved at the first contact, most on Kundenrückgewinnungsbriefverkehr", "share", .77, .74, .79, 996, "contacts", none, "", "first_contact_resolution", ""),
	)
	lacks := func(trait, measure, asked, missing string) []question.Cell {
		return told(trait, measure, "", 0, 0, 0, 0, "", none, "", asked, "Not known: "+missing)
	}
	bare := of(
		lacks(fast, "How long until a person answers", "response_time", "bring calls, chats or tickets that say when a person first answered."),
		lacks(simple, "Of those who begin to buy, ordered", "funnel", "declare a journey whose steps lead to an order, and bring what customers do on the way to it."),
		lacks(tracked, "Saw the order's status before it was sent or delivered", "", "bring deliveries of known customers, and their orders."),
		lacks(clear, "Right answers to the same question, on all channels", "clarity", "make walks that ask the same question on several channels."),
		lacks(several, "Channels on which customers ask for help", "contacts_by_reason", "bring contacts with their channel."),
	)
	return []story{{Name: "traits/full", Page: full}, {Name: "traits/bare", Page: bare}}
}

var storyTraitColumns = []question.Column{
	{Name: "trait", Title: "Trait", Unit: "text"},
	{Name: "measure", Title: "Measure", Unit: "text"},
	{Name: "figure", Title: "Figure"},
	{Name: "rests_on", Title: "Rests on", Unit: "count"},
	{Name: "of_what", Title: "Of what", Unit: "text"},
	{Name: "promised", Title: "Promised", Unit: "share"},
	{Name: "state", Title: "State", Unit: "text"},
	{Name: "question", Title: "Question", Unit: "text"},
	{Name: "missing", Title: "Not known", Unit: "text"},
}
