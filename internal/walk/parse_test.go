package walk_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/walk"
)

func TestAllMistakesOfAScenarioAreToldAtOnceWithTheirLines(t *testing.T) {
	_, err := walk.Parse("bad.yaml", []byte(`id: Bad One
title: x
kind: everyda
practices: [W21]
channel: phone
brief: Ask for ${prodct}.
variables:
  - {name: product, means: what}
script:
  - name: one
    do: Say it.
    branches:
      - {if: no, go: tow}
    evidence:
      - {kind: film, of: it}
  - name: one
    do: Again.
    wait: 100 days
criteria:
  - {name: a, kind: mood, text: It was nice.}
`))
	var all walk.Problems
	if !errors.As(err, &all) {
		t.Fatalf("it says %v", err)
	}
	want := []string{
		"bad.yaml:1: the scenario's id", "bad.yaml:1: ${prodct} is used", "bad.yaml:3: \"everyda\"", "bad.yaml:4: \"W21\"",
		"bad.yaml:8: variable \"product\"", "bad.yaml:10: step \"one\" leads to \"tow\"", "bad.yaml:15: \"film\"",
		"bad.yaml:16: there is a step \"one\"", "bad.yaml:16: step \"one\" waits", "bad.yaml:20: \"mood\"",
	}
	for _, text := range want {
		found := false
		for _, p := range all {
			found = found || strings.HasPrefix(p.Error(), text)
		}
		if !found {
			t.Errorf("nobody says %q", text)
		}
	}
	if t.Failed() {
		t.Logf("it says:\n%v", err)
	}
}

func TestAnswersAreGradedByTheirKey(t *testing.T) {
	key := cx.AnswerKey{Right: []string{"24 months", "two years"}, Partly: []string{"more than a year"}, Wrong: []string{"12 months"}}
	for heard, want := range map[string]cx.Answer{
		"It's 24 months.": cx.AnswerRight, "TWO  YEARS!": cx.AnswerRight, "more than a year, I believe": cx.AnswerPartly,
		"12 months, or 24 months": cx.AnswerWrong, "124 months": "", "": "", "I'll find out": "",
	} {
		if got, ok := walk.Grade(key, heard); got != want || ok != (want != "") {
			t.Errorf("%q is graded %q", heard, got)
		}
	}
}

func TestVariablesAreFilledInEverywhereAndAmountsAreRead(t *testing.T) {
	if _, err := walk.Parse("s.yaml", []byte(strings.Replace(small, "within: 1 minute}", "at_most: \"${limit}\"}", 1))); err == nil {
		t.Fatal("a variable that is not declared is used")
	}
	s, err := walk.Parse("s.yaml", []byte(strings.NewReplacer("within: 1 minute}", "at_most: \"${limit}\"}",
		"variables:\n", "variables:\n  - {name: limit, means: the price}\n").Replace(small)))
	if err != nil {
		t.Fatal(err)
	}
	if _, missing, err := walk.Fill(s, nil); err != nil || !cmp.Equal(missing, []string{"limit"}) {
		t.Errorf("missing %v, %v", missing, err)
	}
	if _, _, err := walk.Fill(s, map[string]string{"limit": "cheap"}); cx.CodeOf(err) != cx.Invalid {
		t.Errorf("a price of cheap: %v", err)
	}
	f, missing, err := walk.Fill(s, map[string]string{"limit": "7.50 EUR", "product": "a lamp"})
	if err != nil || len(missing) > 0 || f.Title != "Buy a lamp" || f.Script[0].Promises[0].AtMost != (cx.Money{Minor: 750, Currency: "EUR"}) {
		t.Errorf("%+v %v %v", f, missing, err)
	}
	if s.Title != "Buy ${product}" {
		t.Error("filling in changed the scenario itself")
	}
}

func TestStepsAreFoundInTheCompanysJourneysLeniently(t *testing.T) {
	journeys := []cx.Journey{
		{Name: "a-other", Stages: []cx.Stage{{Steps: []cx.Step{{Name: "payment"}}}}},
		{Name: "buy-online", Stages: []cx.Stage{{Steps: []cx.Step{{Name: "payment"}, {Name: "cart", Title: "The basket"}}}}},
	}
	s := cx.Scenario{Journey: "buy-online", Touches: []string{"payment", "basket", "gift-wrap", "delivery"}}
	got := walk.Locate(s, journeys, walk.Mapping{"delivery": "a-other/payment", "payment": "gone/away"})
	want := []walk.Touch{
		{Slug: "payment", Journey: "buy-online", Step: "payment", How: walk.FoundByName},
		{Slug: "basket", Journey: "buy-online", Step: "cart", How: walk.FoundGuess},
		{Slug: "gift-wrap", How: walk.FoundNot},
		{Slug: "delivery", Journey: "a-other", Step: "payment", How: walk.FoundByMap},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestAFindingBecomesAScenarioThatCanBeSaved(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := cx.Finding{ID: 12, Title: rapid.String().Draw(t, "title"), Key: cx.FindingKey{
			Journey: rapid.SampledFrom([]string{"", "buy-online", "Odd Name"}).Draw(t, "journey"),
			Step:    rapid.SampledFrom([]string{"", "payment", "Odd Step"}).Draw(t, "step"),
			Segment: rapid.SampledFrom([]string{"", "channel=phone", "reason=x"}).Draw(t, "segment"),
		}}
		if !strings.ContainsFunc(f.Title, func(r rune) bool { return r > ' ' }) {
			f.Title = "x"
		}
		s, err := walk.Parse("draft.yaml", walk.Draft(f, cx.Journey{}))
		if err != nil || s.Guards != 12 {
			t.Fatalf("the draft is refused: %v\n%s", err, walk.Draft(f, cx.Journey{}))
		}
	})
}

func FuzzParse(f *testing.F) {
	files, err := filepath.Glob("library/*.yaml")
	if err != nil || len(files) == 0 {
		f.Fatal("no library", err)
	}
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Add([]byte(small))
	f.Fuzz(func(t *testing.T, text []byte) {
		s, err := walk.Parse("fuzz.yaml", text)
		if err != nil {
			if cx.CodeOf(err) != cx.Invalid {
				t.Fatalf("it is our fault: %v", err)
			}
			return
		}
		if _, _, err := walk.Fill(s, map[string]string{}); err != nil && cx.CodeOf(err) != cx.Invalid {
			t.Fatal(err)
		}
	})
}
