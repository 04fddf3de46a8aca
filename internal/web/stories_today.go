package web

import (
	"html/template"
	"math"
	"strings"

	"github.com/firsthand-cx/firsthand/internal/web/chart"
)

func todayStories() []story {
	full := &todayPage{
		Leavers:  true,
		Frame:    Frame{Title: "Today", Section: "Today"},
		Period:   "9–15 November 2026",
		Headline: "Two new problems this week. Five are open. Two promises are broken.",
		Findings: []findingRow{findingPromo(), findingInvoice(), findingMonday()},
		Open:     5, More: true,
		Broken: []promiseRow{
			{Title: "A person within 4 business hours", Where: "Get help › Ask", Owner: "Service", Target: "90 %", Met: fig("71 %", "69 % to 73 %", "2,318"), Broken: true, Dot: dotOf(.71, .69, .73, .9, true), Href: "/questions/standard_met"},
			{Title: "Delivered within 3 days", Where: "Order › Receive", Owner: "Logistics", Target: "95 %", Met: fig("88 %", "87 % to 89 %", "4,902"), Broken: true, Dot: dotOf(.88, .87, .89, .95, true), Href: "/questions/standard_met"},
		},
		Kept: 4, Unclear: 1,
		Sources: []freshRow{
			{"Shop orders", "2 hours ago", false}, {"Help desk tickets", "2 hours ago", false}, {"Call centre", "9 days ago", true}, {"Surveys", "1 day ago", false},
		},
	}
	one := &todayPage{
		Frame: Frame{Title: "Today", Section: "Today"}, Period: "9–15 November 2026",
		Headline: "One problem is open. Every promise is kept.",
		Findings: []findingRow{findingInvoice()}, Open: 1, Kept: 3, Unpriced: true,
		Sources: []freshRow{{"Shop orders", "2 hours ago", false}},
	}
	one.Findings[0].Cost = ""
	quiet := &todayPage{
		Frame: Frame{Title: "Today", Section: "Today"}, Period: "9–15 November 2026",
		Headline: "Nothing is open, and every promise is kept.",
		Kept:     7, Sources: []freshRow{{"Shop orders", "just now", false}},
	}
	empty := &todayPage{
		Frame: Frame{Title: "Today", Section: "Today"}, Period: "Before the first import",
		Headline: "Where do your customers suffer?",
		Empty:    &Empty{"Start with one export", "An export of tickets, orders, calls or survey answers is enough. Firsthand reads it, finds who is who, and shows here what hurts customers most, how sure that is, and in whose words.", "/sources", "Import a file"},
	}
	full.LastTime = lastTimeStory(6)
	one.LastTime, quiet.LastTime = &lastTime{Steps: 7}, lastTimeStory(2)
	long := *full
	long.LastTime = lastTimeStory(8)
	long.LastTime.Tiles[0].Step, long.LastTime.Tiles[1].Journey = "Search, compare, doubt, ask the family and come back to the configurator", "Donaudampfschifffahrtsgesellschaftskapitänskonto"
	row := findingPromo()
	row.Title = strings.Repeat("Customers with a Donaudampfschifffahrtsgesellschaftskapitänskonto cannot finish ", 2)
	row.Where, row.Owner = "A stage with a very long name indeed › A step whose name nobody shortened", "Department for Digital Self-Service Channels and Partner Portals"
	long.Findings = []findingRow{row, findingInvoice()}
	return []story{{Name: "today/many", Page: full}, {Name: "today/one", Page: one}, {Name: "today/quiet", Page: quiet}, {Name: "today/empty", Page: empty}, {Name: "today/long", Page: &long}}
}

// lastTimeStory has n of the most overdue steps.
func lastTimeStory(n int) *lastTime {
	tiles := []lastTile{
		{Step: "Return it", Ago: "never", State: "never walked", Due: "every 90 days"},
		{Step: "Get help by phone", Ago: "132 days", State: "overdue", Due: "every 30 days", Result: "somebody of Finance, could not be done, felt awful", Href: "/questions/last_experienced"},
		{Step: "Receive it", Ago: "97 days", State: "overdue", Due: "every 90 days", Result: "a walker, felt pleasant", Href: "/questions/last_experienced"},
		{Step: "Pay", Ago: "today", State: "in time", Due: "every day", Result: "a robot, a promise was broken", Href: "/questions/last_experienced"},
		{Step: "Find a phone", Ago: "1 day", State: "in time", Due: "every 7 days", Result: "a robot, promises kept", Href: "/questions/last_experienced"},
		{Step: "Put it in the basket", Ago: "12 days", State: "in time", Due: "every 90 days", Result: "somebody of IT, promises kept, felt pleasant", Href: "/questions/last_experienced"},
		{Step: "Start using it", Ago: "30 days", State: "in time", Due: "every 90 days", Result: "somebody of Legal, felt neither good nor bad", Href: "/questions/last_experienced"},
		{Step: "Say who you are", Ago: "41 days", State: "in time", Due: "every 90 days", Result: "a walker, felt annoying", Href: "/questions/last_experienced"},
	}
	l := &lastTime{Steps: 12, Answer: "Today: Pay, by a robot, a promise was broken.", Href: "/questions/last_experienced", Tiles: tiles[:n], AllHref: "/questions/last_experienced", Warning: "2 steps are overdue, 1 step was never walked."}
	if n == 2 {
		l.Answer, l.Warning, l.Tiles = "Yesterday: Find a phone, by a robot, promises kept.", "", tiles[4:6]
	}
	if n > 6 {
		l.More = 4
	}
	return l
}

func findingPromo() findingRow {
	return findingRow{
		Rank: 1, Title: "On phones, the promo code fails and people leave the order",
		Why:   "Of those who entered a code on a phone, 34 % (31 % to 37 %) stopped at payment; on other devices 11 %. n = 1,204.",
		Where: "Order › Pay", Owner: "Web shop", Chip: &Chip{"bad", "New this week"},
		Customers: "410", Cost: "EUR 9,800",
		Quote: &Quote{"The code worked in your e-mail and nowhere else. I tried four times and bought it elsewhere.", "Help desk, 12 Nov 2026", "/customers/4411"},
		Href:  "/findings/31", Evidence: "/questions/funnel/evidence?cell=pay", Map: "/journeys/order?step=pay",
	}
}

func findingInvoice() findingRow {
	return findingRow{
		Rank: 2, Title: "People who ask about their invoice ask again within a week",
		Why:   "41 % (38 % to 44 %) contact us again about the same invoice within 7 days; over all reasons it is 19 %. n = 982.",
		Where: "Get help › Ask", Owner: "Billing", Chip: &Chip{"", "Open for 5 weeks"},
		Customers: "275", Cost: "EUR 4,100",
		Quote: &Quote{"Third time I am asking what “service fee 2” is. Every answer is different.", "Phone, 10 Nov 2026", "/customers/207"},
		Href:  "/findings/12", Evidence: "/questions/repeat_contact/evidence?cell=invoice", Map: "/journeys/help?step=ask",
	}
}

func findingMonday() findingRow {
	return findingRow{
		Rank: 3, Title: "On Mondays it takes nine minutes to reach a person",
		Why:   "Half of Monday's callers wait longer than 9 min 10 s (8 min 30 s to 9 min 55 s); on other days 2 min 40 s. n = 3,551.",
		Where: "Get help › Call", Owner: "Call centre", Chip: &Chip{"bad", "New this week"},
		Customers: "1,190", Cost: "EUR 2,300",
		Href: "/findings/33", Evidence: "/questions/time_to_person/evidence?cell=monday", Map: "/journeys/help?step=call",
	}
}

func fig(text, interval, n string) Figure {
	return Figure{Text: text, Range: interval, N: n, Href: "/questions/funnel/evidence?cell=pay"}
}

func few(n string) Figure {
	return Figure{Text: "too few to tell (n = " + n + ")", Withheld: true}
}

func dotOf(v, low, high, target float64, bad bool) template.HTML {
	return chart.Inline(chart.Estimate{Point: chart.Point{Value: v, Low: low, High: high, Shown: true}, Target: target, Bad: bad}, math.Min(.5, low), 1)
}
