package journey_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/journey"
)

const shop = `# A shop's journey, as docs/journeys.md shows it.
name: shop
title: Buying from us
attempt: {by: gap, gap: 1 h 30 min}
cost_per_contact: 7.50 EUR
lost_customer_value: 400 EUR
business_hours:
  days: mon-fri
  from: 08:30
  to: "18:00"
  holidays: [2026-12-25, 2026-01-01]
stages:
  - name: buy
    title: Buying
    steps:
      - name: cart
        match: {kind: event, touchpoint: [cart, basket/*]}
      - name: order
        title: Ordering
        match:
          - kind: order
          - {kind: event, touchpoint: checkout/done}
        owner: E-commerce
        contributors: [Payments, Web team]
  - name: help
    steps:
      - name: call
        title: Calling us
        match: {kind: contact, channel: phone}
        optional: yes
        promises:
          - measure: time_to_person
            within: 60 s
            share: 80 %
          - name: Answered
            measure: first_human_answer
            within: 4 business hours
            share: 0.9
          - measure: resolution
            within: 2 business days
            share: 90 %
      - name: survey
        match: {kind: survey_answer}
        promises:
          - {measure: score, at_least: 8, share: 70 %}
        walk_every: 30 days
        broken: {outcome: [failed, "declined*"]}
        contacts_about: [payment, "order/*"]
personas:
  - name: students
    where: {plan: [student, youth]}
`

func TestAFileSaysWhatTheJourneyIs(t *testing.T) {
	got, err := journey.Parse("shop.journey.yaml", []byte(shop))
	if err != nil {
		t.Fatal(err)
	}
	want := cx.Journey{
		Name: "shop", Title: "Buying from us",
		Attempt:        cx.Attempt{By: cx.AttemptByGap, Gap: 90 * time.Minute},
		CostPerContact: cx.Money{Minor: 750, Currency: "EUR"}, LostCustomerValue: cx.Money{Minor: 40000, Currency: "EUR"},
		Hours: cx.Hours{
			Days: []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday},
			From: 8*time.Hour + 30*time.Minute, To: 18 * time.Hour, Holidays: []string{"2026-01-01", "2026-12-25"},
		},
		Stages: []cx.Stage{
			{Name: "buy", Title: "Buying", Steps: []cx.Step{
				{Name: "cart", Title: "Cart", Match: []cx.Match{{Kind: []string{"event"}, Touchpoint: []string{"cart", "basket/*"}}}},
				{
					Name: "order", Title: "Ordering", Owner: "E-commerce", Contributors: []string{"Payments", "Web team"},
					Match: []cx.Match{{Kind: []string{"order"}}, {Kind: []string{"event"}, Touchpoint: []string{"checkout/done"}}},
				},
			}},
			{Name: "help", Title: "Help", Steps: []cx.Step{
				{
					Name: "call", Title: "Calling us", Optional: true,
					Match: []cx.Match{{Kind: []string{"contact"}, Channel: []string{"phone"}}},
					Promises: []cx.Promise{
						{Name: "Speaking to a person within 1 minute", Measure: cx.TimeToPerson, Within: time.Minute, Share: .8},
						{Name: "Answered", Measure: cx.FirstHumanAnswer, Within: 4 * time.Hour, Business: true, Share: .9},
						{Name: "Solved within 19 business hours", Measure: cx.Resolution, Within: 19 * time.Hour, Business: true, Share: .9},
					},
				},
				{
					Name: "survey", Title: "Survey", Match: []cx.Match{{Kind: []string{"survey_answer"}}},
					Promises: []cx.Promise{{Name: "A score of at least 8", Measure: cx.ScoreAtLeast, AtLeast: 8, Share: .7}}, WalkEvery: 30 * 24 * time.Hour,
					Broken: []cx.Match{{Outcome: []string{"failed", "declined*"}}}, ContactsAbout: []string{"payment", "order/*"},
				},
			}},
		},
		Personas: []cx.Persona{{Name: "students", Title: "Students", Where: map[string][]string{"plan": {"student", "youth"}}}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestAMistakeIsNamedWithItsLineAndRemedy(t *testing.T) {
	for _, c := range []struct {
		name, change, to string
		line             int
		says             string
	}{
		{"a misspelt field", "cost_per_contact:", "cost_per_contakt:", 5, `Did you mean "cost_per_contact"?`},
		{"a misspelt measure", "measure: time_to_person", "measure: time_to_persn", 32, `Did you mean "time_to_person"?`},
		{"a misspelt kind", "kind: contact", "kind: contct", 29, `Did you mean "contact"?`},
		{"no currency", "7.50 EUR", "7.50", 5, `"7.50 EUR"`},
		{"too precise an amount", "400 EUR", "400.125 EUR", 6, "2 digits"},
		{"an unknown unit", "60 s", "60 sekunden", 33, "is not a length of time"},
		{"walked every few hours", "walk_every: 30 days", "walk_every: 5 hours", 46, "Write it like 30 days"},
		{"a share above all", "80 %", "180 %", 34, "is not a share"},
		{"a day that does not exist", "mon-fri", "mon-frx", 8, "is not a day"},
		{"hours that end before they begin", `"18:00"`, `"08:00"`, 8, "end (08:00) before they begin"},
		{"a zone, which is the company's", "days: mon-fri", "zone: Europe/Lisbon", 8, `has no "zone"`},
		{"two steps of one name", "name: order", "name: cart", 18, `there is a step "cart" on line 16 already`},
		{"a name with capitals", "name: order", "name: Order", 18, "a–z, 0–9 and hyphens"},
		{"a step that can never match", "match: {kind: survey_answer}", "match: {kind: event, touchpoint: basket/7}", 42, `"cart" before it takes everything`},
		{"a star in the middle", "basket/*", "bas*ket", 17, "a star stands at the end"},
		{"an attempt by gap without one", "{by: gap, gap: 1 h 30 min}", "gap", 4, "needs the gap"},
		{"an attempt by something else", "{by: gap, gap: 1 h 30 min}", "customer", 4, "does not say what one attempt is"},
		{"a promise without a share", "            share: 80 %\n", "", 32, "has no share"},
		{"a reason that two steps cause", "owner: E-commerce", "contacts_about: Payment", 48, `contacts about "payment" are charged to the step on line 23 already`},
		{"a star in the middle of a reason", "order/*", "or*der", 48, "a star stands at the end"},
		{"a stray indentation", "  - name: help", "   - name: help", 12, "not YAML"},
		{"a field twice", "title: Ordering", "name: order2", 19, `"name" stands here twice`},
		{"an alias", "mon-fri", "*days", 8, "unknown anchor"},
		{"an empty value", "owner: E-commerce", "owner:", 23, "has no value"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if !strings.Contains(shop, c.change) {
				t.Fatalf("the file has no %q", c.change)
			}
			_, err := journey.Parse("shop.journey.yaml", []byte(strings.Replace(shop, c.change, c.to, 1)))
			var first *cx.Error
			if !errors.As(err, &first) || first.Code != cx.Invalid {
				t.Fatalf("got %v, want an Invalid error", err)
			}
			if !strings.Contains(err.Error(), c.says) || first.Place.Line != c.line || first.Place.File != "shop.journey.yaml" {
				t.Errorf("got %q on line %d, want %q on line %d", err, first.Place.Line, c.says, c.line)
			}
		})
	}
}

func TestAllMistakesAreNamedAtOnce(t *testing.T) {
	text := strings.NewReplacer("title: Buying from us", "titel: Buying", "80 %", "0", "kind: contact", "kind: call").Replace(shop)
	_, err := journey.Parse("x", []byte(text))
	var all journey.Problems
	if !errors.As(err, &all) || len(all) != 3 {
		t.Errorf("want three problems, got %v", err)
	}
}

func TestTheExamplesAreReadAndWrittenBackTheSame(t *testing.T) {
	files, err := filepath.Glob("../../examples/*.journey.yaml")
	if err != nil || len(files) < 5 {
		t.Fatalf("found %d examples, %v", len(files), err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			j, err := journey.Parse(filepath.Base(file), text)
			if err != nil {
				t.Fatal(err)
			}
			again(t, j)
		})
	}
}

func again(t interface {
	Fatalf(string, ...any)
	Fatal(...any)
}, j cx.Journey,
) {
	text, err := journey.Format(j)
	if err != nil {
		t.Fatal(err)
	}
	back, err := journey.Parse("again", text)
	if err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	if diff := cmp.Diff(j, back); diff != "" {
		t.Fatalf("%s\n%s", diff, text)
	}
}

func TestFormatThenParseIsNothing(t *testing.T) {
	word := rapid.StringMatching(`[a-zA-Z0-9ä:#*'"%@\-,{}\[\]& ]{1,12}`).Filter(func(s string) bool {
		return strings.TrimSpace(s) == s && !strings.Contains(strings.TrimSuffix(s, "*"), "*")
	})
	rapid.Check(t, func(t *rapid.T) {
		length := rapid.Custom(func(t *rapid.T) time.Duration {
			return time.Duration(rapid.IntRange(1, 100_000).Draw(t, "n")) * rapid.SampledFrom([]time.Duration{time.Second, time.Minute, time.Hour / 2}).Draw(t, "unit")
		})
		money := func(name string) cx.Money {
			if rapid.Bool().Draw(t, name+" declared") {
				return cx.Money{Minor: rapid.Int64Range(0, 1_000_000).Draw(t, name), Currency: rapid.SampledFrom([]string{"EUR", "JPY", "TND"}).Draw(t, "currency")}
			}
			return cx.Money{}
		}
		j := cx.Journey{Name: "j", Title: word.Draw(t, "title"), CostPerContact: money("cost"), LostCustomerValue: money("value"), Attempt: cx.Attempt{By: cx.AttemptByThread}}
		if rapid.Bool().Draw(t, "gap") {
			j.Attempt = cx.Attempt{By: cx.AttemptByGap, Gap: length.Draw(t, "gap")}
		}
		for i := range rapid.IntRange(1, 3).Draw(t, "stages") {
			stage := cx.Stage{Name: fmt.Sprintf("stage-%d", i), Title: word.Draw(t, "stage")}
			for k := range rapid.IntRange(1, 3).Draw(t, "steps") {
				step := cx.Step{
					Name: fmt.Sprintf("s%d-%d", i, k), Title: word.Draw(t, "step"), Optional: rapid.Bool().Draw(t, "optional"),
					// The channel tells the steps apart, so that none hides another.
					Match: []cx.Match{{
						Channel: []string{fmt.Sprintf("c%d-%d", i, k)}, Reason: rapid.SliceOfN(word, 0, 2).Draw(t, "reasons"),
						Kind: rapid.SliceOfN(rapid.SampledFrom(cx.KindWords()), 0, 2).Draw(t, "kinds"),
					}},
				}
				if rapid.Bool().Draw(t, "causes contacts") {
					step.Broken, step.ContactsAbout = []cx.Match{{Outcome: []string{word.Draw(t, "broken")}}}, []string{fmt.Sprintf("r%d-%d", i, k)}
				}
				if rapid.Bool().Draw(t, "promise") {
					step.Promises = []cx.Promise{{
						Name: word.Draw(t, "promise"), Measure: cx.Resolution, Within: length.Draw(t, "within"),
						Business: rapid.Bool().Draw(t, "business"), Share: float64(rapid.IntRange(1, 1000).Draw(t, "share")) / 1000,
					}, {Name: "good", Measure: cx.ScoreAtLeast, AtLeast: rapid.Float64Range(-10, 10).Draw(t, "score"), Share: rapid.Float64Range(.01, 1).Draw(t, "share")}}
				}
				for m := range step.Match {
					if len(step.Match[m].Reason) == 0 {
						step.Match[m].Reason = nil
					}
					if len(step.Match[m].Kind) == 0 {
						step.Match[m].Kind = nil
					}
				}
				stage.Steps = append(stage.Steps, step)
			}
			j.Stages = append(j.Stages, stage)
		}
		again(t, j)
	})
}

func FuzzParseNeverPanicsAndWhatItReadsIsReadAgain(f *testing.F) {
	f.Add(shop)
	f.Add("name: a\nattempt: thread\nstages:\n- name: s\n  steps:\n  - name: t\n    match: {}\n")
	f.Add("- [{]}")
	f.Add("a: &x [*x]\n? [1]\n: |\n  text\n")
	f.Fuzz(func(t *testing.T, text string) {
		j, err := journey.Parse("fuzz", []byte(text))
		if err != nil {
			var e *cx.Error
			if !errors.As(err, &e) || e.Code != cx.Invalid {
				t.Fatalf("an error that a user cannot read: %v", err)
			}
			return
		}
		again(t, j)
	})
}
