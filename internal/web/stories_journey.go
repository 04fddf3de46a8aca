package web

import (
	"strings"

	"github.com/firsthand-cx/firsthand/internal/web/chart"
)

func journeyStories() []story {
	many := orderMap([]string{"All customers"})
	walkLane(many)
	chargedLane(many)
	personas := orderMap([]string{"New customers", "Families", "Business"})
	one := orderMap([]string{"All customers"})
	one.Stages = one.Stages[:1]
	one.Stages[0].Steps = one.Stages[0].Steps[:1]
	finishMap(one, []string{"All customers"})
	empty := &journeyMapPage{
		Frame: Frame{Title: "Order", Section: "Journeys", Wide: true}, Name: "Order", Period: "1–31 January 2020", Attempts: "no attempt in this period", EditHref: "/journeys/order/edit", Filters: mapFilters(),
		Empty: &Empty{"Nothing happened in this period", "No interaction of this journey lies between these dates, or none passes the filters.", "/journeys/order", "Show the whole time"},
	}
	long := orderMap([]string{"All customers"})
	long.Stages[0].Steps[0].Title = "Search, compare, doubt, ask the family and come back to the configurator"
	long.Stages[0].Steps[0].Owner = "Department for Digital Self-Service Channels"
	long.Stages[0].Steps[0].Quotes = []Quote{{strings.Repeat("I looked everywhere and it was not there. ", 8), "Survey, 3 Nov 2026", "/customers/1"}}
	finishMap(long, []string{"All customers"})
	return []story{{Name: "journey-map/many", Page: many}, {Name: "journey-map/personas", Page: personas}, {Name: "journey-map/one", Page: one}, {Name: "journey-map/empty", Page: empty}, {Name: "journey-map/long", Page: long}}
}

func mapFilters() Filters {
	return Filters{Action: "/journeys/order", Set: true, Fields: []Field{
		{Name: "from", Label: "From", Type: "date", Value: "2026-10-01"},
		{Name: "to", Label: "Until, not including", Type: "date", Value: "2026-11-16"},
		{Name: "persona", Label: "Persona", Options: []Option{{"", "All customers"}, {"new", "New customers"}, {"family", "Families"}}},
		{Name: "channel", Label: "Channel", Options: []Option{{"", "All channels"}, {"web", "web"}, {"phone", "phone"}}},
		{Name: "dimension", Label: "Dimension", Type: "text", Placeholder: "region=north"},
	}}
}

func orderMap(personas []string) *journeyMapPage {
	p := &journeyMapPage{
		Frame: Frame{Title: "Order", Section: "Journeys", Wide: true}, Name: "Order a phone", Period: "1 October – 15 November 2026",
		Attempts: "12,480 attempts by 9,120 customers", Unmatched: Figure{Text: "1,204 interactions", Href: "/journeys/order/unmatched"}, EditHref: "/journeys/order/edit", ProcessHref: "/journeys/order/process",
		Filters: mapFilters(), FeelingScale: "CSAT, share satisfied", Scrolls: true,
		Notes: []string{"Attempts that began in the last 7 days can still go on; 312 of them are left out.", "Nobody was asked how they felt at Receive on the phone channel."},
		Stages: []mapStage{
			{"Choose", []mapStep{
				{Name: "browse", Title: "Find a phone", Reached: fig("12,480", "", ""), Lost: fig("38 %", "37 % to 39 %", "12,480"), Median: fig("4 min 10 s", "", "7,730"), Slowest: fig("22 min", "", "7,730"), Contacts: fig("2.1 %", "1.7 % to 2.6 %", "4,750"), Owner: "Web shop", Contributors: "Product, Content", Quotes: []Quote{{"I could not tell which tariff goes with which phone.", "Survey, 3 Nov", "/customers/1"}}},
				{Name: "basket", Title: "Put it in the basket", Reached: fig("7,730", "", ""), Lost: fig("21 %", "20 % to 22 %", "7,730"), Median: fig("1 min 5 s", "", "6,110"), Slowest: fig("6 min", "", "6,110"), Contacts: fig("3.4 %", "2.6 % to 4.4 %", "1,620"), Owner: "Web shop"},
			}},
			{"Buy", []mapStep{
				{Name: "identify", Title: "Say who you are", Optional: true, Reached: fig("4,015", "", ""), Lost: fig("9 %", "8 % to 10 %", "4,015"), Median: fig("50 s", "", "3,650"), Slowest: fig("4 min", "", "3,650"), Contacts: few("12"), Owner: "", Quotes: []Quote{{"Why do you need my birthday to sell me a cable?", "Chat, 28 Oct", "/customers/2"}}},
				{
					Name: "pay", Title: "Pay", Worst: true, Reached: fig("6,110", "", ""), Lost: fig("34 %", "33 % to 35 %", "6,110"), Median: fig("2 min 40 s", "", "4,030"), Slowest: fig("11 min", "", "4,030"), Contacts: fig("18 %", "16 % to 20 %", "2,080"), Owner: "Payments", Contributors: "Web shop, Marketing",
					Quotes:   []Quote{{"The code worked in your e-mail and nowhere else. I tried four times.", "Help desk, 12 Nov", "/customers/4411"}, {"It said error 17. What is error 17?", "Chat, 9 Nov", "/customers/9"}},
					Promises: []promiseRow{{Title: "Payment in one try, 97 %", Met: fig("81 %", "80 % to 82 %", "6,110"), Broken: true}},
					Findings: []linkRow{{"On phones, the promo code fails", "/findings/31"}, {"Those who stop at payment call within a day", "/findings/40"}},
				},
			}},
			{"Get it", []mapStep{
				{Name: "confirm", Title: "Get a confirmation", Reached: fig("4,030", "", ""), Lost: fig("1.2 %", "0.9 % to 1.6 %", "4,030"), Median: fig("12 s", "", "3,980"), Slowest: fig("40 s", "", "3,980"), Contacts: few("9"), Owner: "Web shop", Promises: []promiseRow{{Title: "Within a minute, 99 %", Met: fig("99 %", "99 % to 100 %", "4,030"), Kept: true}}},
				{Name: "receive", Title: "Receive it", Reached: fig("3,980", "", ""), Lost: fig("4.4 %", "3.8 % to 5.1 %", "3,980"), Median: fig("2 d 3 h", "", "3,804"), Slowest: fig("5 d 2 h", "", "3,804"), Contacts: fig("44 %", "37 % to 51 %", "175"), Owner: "Logistics", Contributors: "Delivery partners", Quotes: []Quote{{"The driver wrote “not at home”. I was at home.", "Phone, 1 Nov", "/customers/6"}}, Promises: []promiseRow{{Title: "Within 3 days, 95 %", Met: fig("88 %", "87 % to 89 %", "3,980"), Broken: true}}, Findings: []linkRow{{"In the north, one partner is two days late", "/findings/22"}}},
				{Name: "start", Title: "Start using it", Reached: fig("3,790", "", ""), Lost: Figure{}, Median: Figure{}, Slowest: Figure{}, Contacts: Figure{}, Owner: "Onboarding"},
			}},
		},
	}
	finishMap(p, personas)
	return p
}

// walkLane puts walks into the lane of a map's steps.
func walkLane(p *journeyMapPage) {
	p.Walked = true
	walks := map[string]*stepWalks{
		"browse": {Walked: Figure{Text: "2", Href: "/questions/walk_experience"}, Last: "9 Nov 2026, a robot: promises kept"},
		"pay": {Walked: Figure{Text: "14", Href: "/questions/walk_experience"}, Last: "12 Nov 2026, somebody of Finance: a promise was broken, felt awful", Beside: []beside{
			{"Felt, of 5", fig("2.1", "1.6 to 2.6", "12"), fig("38 %", "33 % to 43 %", "310"), "CSAT, share satisfied"},
			{"Time", fig("3 min 10 s", "2 min 40 s to 4 min", "14"), fig("2 min 40 s", "", "4,030"), "to the next step"},
			{"Promises kept", fig("43 %", "21 % to 67 %", "14"), fig("81 %", "80 % to 82 %", "6,110"), ""},
		}},
		"receive": {Walked: Figure{Text: "4", Href: "/questions/walk_experience"}, Last: "11 Aug 2026, a walker: felt pleasant", Beside: []beside{
			{"Felt, of 5", fig("4.00", "", "4"), Figure{}, ""},
			{"Promises kept", few("4"), fig("88 %", "87 % to 89 %", "3,980"), ""},
		}},
	}
	for i := range p.Steps {
		p.Steps[i].Walks = walks[p.Steps[i].Name]
	}
	for i := range p.Stages {
		for j := range p.Stages[i].Steps {
			p.Stages[i].Steps[j].Walks = walks[p.Stages[i].Steps[j].Name]
		}
	}
}

// chargedLane puts what contacts are charged to into the lane of a map's steps.
func chargedLane(p *journeyMapPage) {
	p.Charged, p.BillHref = true, "/journeys/order/bill"
	for i := range p.Stages {
		for j := range p.Stages[i].Steps {
			if step := &p.Stages[i].Steps[j]; step.Name == "pay" || step.Name == "receive" {
				step.Charged = &charged{fig("186", "", ""), Figure{Text: "3.5 %", Range: "3.0 to 4.0 %", N: "5,315"}, fig("1,209 EUR", "", ""), "33 seen to break, 153 by reason alone"}
			}
		}
	}
	finishMap(p, []string{"All customers"})
}

// finishMap lays the steps side by side and draws the curve over them.
func finishMap(p *journeyMapPage, personas []string) {
	p.Steps = nil
	for i := range p.Stages {
		for j := range p.Stages[i].Steps {
			step := &p.Stages[i].Steps[j]
			step.Traffic = Figure{Text: step.Reached.Text, Range: "9,120 customers", Href: step.Reached.Href}
		}
	}
	for _, s := range p.Stages {
		p.Steps = append(p.Steps, s.Steps...)
	}
	values := []float64{.71, .74, .62, .38, .66, .55, .7}
	curve := chart.FeelingCurve{Title: "Feeling at each step", Min: 0, Max: 1, Format: chart.Percent, ColumnWidth: 228, Height: 190}
	for _, s := range p.Steps {
		curve.Steps = append(curve.Steps, s.Title)
	}
	for i, persona := range personas {
		series := chart.Series{Name: persona}
		for j := range p.Steps {
			v := values[j] + float64(i)*.09*float64(1-j%3)
			pt := chart.Point{Value: v, Low: v - .05, High: v + .05, N: int64(420 - 40*j), Shown: j != 4, Href: "/questions/csat/evidence?cell=pay"}
			if j == 4 {
				pt.N = 7
			}
			series.Points = append(series.Points, pt)
			p.Steps[j].Feelings = append(p.Steps[j].Feelings, feeling{persona, Figure{Text: chart.Percent(v), Range: chart.Percent(v-.05) + " to " + chart.Percent(v+.05), N: count(pt.N)}})
		}
		curve.Series = append(curve.Series, series)
		if len(personas) > 1 {
			p.Legend = append(p.Legend, legendEntry{chart.Legend(i), persona})
		}
	}
	p.Curve = chart.Feeling(curve)
	at := 0
	for i := range p.Stages {
		n := len(p.Stages[i].Steps)
		p.Stages[i].Steps = p.Steps[at : at+n]
		at += n
	}
}
