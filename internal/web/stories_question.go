package web

import (
	"math"
	"net/url"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/identity"
	"github.com/firsthand-cx/firsthand/internal/question"
	"github.com/firsthand-cx/firsthand/internal/web/chart"
)

func questionStories() []story {
	s := storySite()
	catalogue := &questionsPage{Frame: Frame{Title: "Questions", Section: "Questions", CSV: "/questions?format=csv", JSON: "/questions?format=json"}}
	for _, d := range question.Catalogue() {
		catalogue.add(d, answerable(storyCoverage(), d.Name))
	}
	unasked := *catalogue
	unasked.Topics = nil
	for _, d := range question.Catalogue()[:4] {
		unasked.add(d, question.Answerable{State: question.AnswerNo, Bring: d.Bring()})
	}
	unasked.Empty = &Empty{"Nothing has come in yet", "Each question says below what it takes. One export of tickets, orders, calls or survey answers is a start.", "/sources", "Import a file"}
	answered := func(d question.Definition, t question.Table, params url.Values) *questionPage {
		p := &questionPage{
			Frame: Frame{Title: d.Title, Section: "Questions", CSV: "/x?format=csv", JSON: "/x?format=json"}, Heading: d.Title, Filters: questionForm(d, params, nil, []string{"phone", "e-mail", "web"}),
			Formula: sentence(d.Formula), Unit: d.Unit, Smallest: d.Smallest, Pitfalls: d.Pitfalls, Source: d.Source,
		}
		p.fill(s, t, params)
		return p
	}
	repeat, _ := question.Describe("repeat_contact")
	byReason := url.Values{"by": {"reason"}, "days": {"7"}}
	many := answered(repeat, storyRepeat(), byReason)
	many.Picture = linkRow{"As a picture of the journey", "/journeys/order/process"}
	one := storyRepeat()
	one.Rows = one.Rows[:1]
	empty := storyRepeat()
	empty.Rows, empty.Included, empty.LeftOut, empty.Scanned = nil, 0, nil, 0
	wrong := answered(repeat, empty, byReason)
	wrong.Empty, wrong.Counted, wrong.Notes = nil, "", nil
	told := problem(cx.Errorf(cx.Invalid, "%q is not a number of days", "soon").WithRemedy("Write a whole number, such as 7 or 30."))
	wrong.Problem = &Notice{Text: told.Text, Detail: told.Remedy}

	funnelPage := answered(question.Definition{Name: "funnel", Title: "Where do they drop off?", Formula: "attempts that reached the next step ÷ attempts that reached this one", Unit: "share of attempts", Smallest: "10 attempts", Pitfalls: "A step that is not recorded looks like a drop-off.", Source: "Wilson 1927", Needs: []string{"within", "by"}}, storyRepeat(), nil)
	funnelPage.Chart = storyFunnel("Where do they drop off?")
	waits := answered(question.Definition{Name: "response_time", Title: "How long until we answer?", Formula: "time to the first human answer", Smallest: "5", Pitfalls: "The unanswered are censored, not dropped.", Source: "Kaplan & Meier 1958"}, storyRepeat(), nil)
	waits.Chart = storyDots()
	nps := answered(question.Definition{Name: "nps", Title: "Would they recommend us?", Formula: "promoters − detractors", Smallest: "10", Pitfalls: "Those who do not answer are silent, not happy.", Source: "Reichheld 2003"}, storyRepeat(), nil)
	nps.Chart = storyNPS()
	lacking := answered(repeat, empty, byReason)
	lacking.Empty, lacking.Notes = bring(answerable(storyCoverage(), "walk_experience")), nil
	thin := answered(repeat, one, byReason)
	thin.Bring = "To answer it in full, bring contacts with a reason, of customers who are identified. 7,204 of the 31,317 contacts."
	return []story{
		{Name: "question/lacking", Page: lacking},
		{Name: "question/thin", Page: thin},
		{Name: "questions/all", Page: catalogue},
		{Name: "questions/empty", Page: &unasked},
		{Name: "question/many", Page: many},
		{Name: "question/one", Page: answered(repeat, one, byReason)},
		{Name: "question/empty", Page: answered(repeat, empty, byReason)},
		{Name: "question/wrong", Page: wrong, Status: 422},
		{Name: "question/funnel", Page: funnelPage},
		{Name: "question/waits", Page: waits},
		{Name: "question/nps", Page: nps},
	}
}

func storyRepeat() question.Table {
	number := func(v float64) question.Cell { return question.Cell{Number: &v, Evidence: "of=contacts&row=invoice"} }
	estimate := func(v, low, high float64, n int64) question.Cell {
		return question.Cell{Number: &v, Interval: &question.Interval{Low: low, High: high}, N: n, Evidence: "of=repeated&row=invoice"}
	}
	return question.Table{
		Question: "repeat_contact", Version: 1, AsOf: storyTime, Scanned: 31_599, Included: 13_430,
		Columns: []question.Column{
			{Name: "group", Title: "Reason", Unit: "text"},
			{Name: "contacts", Title: "Contacts", Unit: "count", Help: "Contacts of identified customers with a reason whose days are over."},
			{Name: "repeated", Title: "Contacted again", Unit: "count"},
			{Name: "share", Title: "Share", Unit: "share", Help: "With its 95 % interval (Wilson)."},
		},
		Rows: [][]question.Cell{
			{{Text: "invoice"}, number(982), number(403), estimate(.41, .38, .44, 982)},
			{{Text: "promo code"}, number(1204), number(397), estimate(.33, .303, .357, 1204)},
			{{Text: "delivery"}, number(644), number(122), estimate(.19, .161, .222, 644)},
			{{Text: "a reason that somebody wrote out in full so that it would be clear"}, number(90), number(12), estimate(.133, .078, .218, 90)},
			{{Text: "number porting"}, number(7), number(3), question.Cell{Withheld: true, N: 7}},
		},
		LeftOut: []question.LeftOut{{Reason: "caller not identified", Count: 18_169}},
		Notes:   []string{"57 % of the callers are not identified: whether they call again can't be told."},
	}
}

func storyFunnel(title string) chart.Chart {
	step := func(label string, reached int64, v, low, high float64, worst bool) chart.FunnelStep {
		return chart.FunnelStep{Label: label, Reached: reached, Worst: worst, Share: chart.Point{Value: v, Low: low, High: high, N: 12480, Shown: true, Href: "/questions/funnel/evidence?cell=x"}}
	}
	return chart.Funnel(title, []chart.FunnelStep{
		step("Find a phone", 12480, 1, 1, 1, false), step("Put it in the basket", 7730, .619, .611, .628, false), step("Pay", 6110, .49, .481, .498, true),
		step("Get a confirmation", 4030, .323, .315, .331, false),
		{Label: "Start using it", Reached: 7, Share: chart.Point{N: 7}},
	})
}

func storyDots() chart.Chart {
	pt := func(v float64, n int64) chart.Point {
		return chart.Point{Value: v, Low: v - .06, High: v + .05, N: n, Shown: true, Href: "/questions/csat/evidence?cell=x"}
	}
	return chart.Intervals(chart.DotPlot{Title: "How they feel: CSAT, share satisfied", Min: 0, Max: 1, Format: chart.Percent, Rows: []chart.Estimate{
		{Label: "Find a phone", Point: pt(.71, 420), Target: math.Inf(-1)}, {Label: "Pay", Point: pt(.38, 300), Target: math.Inf(-1)}, {Label: "Receive it", Point: chart.Point{N: 6}, Target: math.Inf(-1)},
	}})
}

func storyNPS() chart.Chart {
	row := func(label string, bad, neutral, good float64, score string) chart.StackRow {
		return chart.StackRow{Label: label, Score: score, Parts: []chart.Part{{Label: "Detractors", Share: bad, Kind: "bad"}, {Label: "Passives", Share: neutral, Kind: "neutral"}, {Label: "Promoters", Share: good, Kind: "good"}}}
	}
	return chart.Stack("Would they recommend us?", []chart.StackRow{row("Web", .18, .27, .55, "+37"), row("Phone", .44, .31, .25, "−19"), row("Shop", .05, .2, .75, "+70")})
}

func storyKeys() []identity.HeldKey {
	return []identity.HeldKey{
		{Profile: 4411, Key: cx.PersonKey{Kind: cx.KeyEmail, Value: "jana.novak@example.org"}, Primary: true, Source: "shop"},
		{Profile: 5120, Key: cx.PersonKey{Kind: cx.KeyPhone, Value: "+420 601 234 567"}, Source: "call-centre"},
	}
}

func storyLinks() []identity.Link {
	return []identity.Link{
		{A: 4411, B: 5120, Reason: "same e-mail", By: "exact", At: storyTime.AddDate(0, -2, 0)},
		{A: 4411, B: 6003, Reason: "pulled apart on the customer's page", By: "owner", At: storyTime.AddDate(0, 0, -3), Apart: true},
	}
}
