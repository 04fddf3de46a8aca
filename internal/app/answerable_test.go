package app_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/firsthand-cx/firsthand/internal/app"
	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/question"
)

// What is said to be answerable has an answer, and what isn't has none: on the demo
// and on every public data set that the tests import.
func TestTheDemoAnswersWhatItIsSaidToAnswer(t *testing.T) {
	a := open(t)
	if err := a.LoadDemo(t.Context(), 300, 7, func(string) {}); err != nil {
		t.Fatal(err)
	}
	checkAnswerable(t, a, map[question.AnswerState]int{question.AnswerYes: 20, question.AnswerNo: 2})
	get := pages(t, a)
	for path, want := range map[string]string{
		trackedDeliveries:                   "in order of time",
		"/sources":                          "To answer it, make walks that ask hard questions",
		"/questions":                        "Not answered yet",
		"/questions/stump":                  "To answer it, make walks that ask hard questions",
		"/questions?format=csv":             "smallest_sample,pitfalls,source,state,bring,why",
		"/sources?list=sources&format=csv":  "source,state,imports,imported,first,newest",
		"/sources?list=months&format=csv":   "phone-log,contact,",
		"/sources?list=months&format=json":  `"kind": "survey_answer"`,
		"/questions/five_traits":            "A simple purchase",
		"/questions/five_traits?format=csv": "trait,measure,figure,figure_low,figure_high,figure_n,rests_on",
		"/api/v1/coverage":                  `"question":"five_traits"`,
	} {
		if status, text := get(path); status != http.StatusOK || !strings.Contains(text, want) {
			t.Errorf("%s answers %d and does not say %q", path, status, want)
		}
	}
}

// trackedDeliveries are the deliveries behind order tracking.
var trackedDeliveries = "/questions/five_traits/evidence?cell=" + url.QueryEscape("of=tracking&row="+url.QueryEscape("of=deliveries"))

// pages opens pages as the owner.
func pages(t *testing.T, a *app.App) func(path string) (status int, text string) {
	cookie, err := a.SignInForBench()
	if err != nil {
		t.Fatal(err)
	}
	return func(path string) (int, string) {
		r := httptest.NewRequest(http.MethodGet, path, nil)
		r.AddCookie(cookie)
		w := httptest.NewRecorder()
		a.Handler().ServeHTTP(w, r)
		return w.Code, w.Body.String()
	}
}

func TestAnEmptyCompanyAnswersNothing(t *testing.T) {
	a := open(t)
	checkAnswerable(t, a, map[question.AnswerState]int{question.AnswerNo: len(question.Catalogue())})
	get := pages(t, a)
	for path, want := range map[string]string{
		"/sources": "Nothing has come in yet", "/questions": "One export of tickets, orders, calls or survey answers is a start", "/questions/five_traits": "Not known",
		"/sources?list=months&format=json": "[]",
	} {
		if status, text := get(path); status != http.StatusOK || !strings.Contains(text, want) {
			t.Errorf("%s answers %d and does not say %q", path, status, want)
		}
	}
}

// ofRegulars are questions about customers who come often. How often each comes is not
// counted in what is said of them: where too few do, the answer withholds its figures.
var ofRegulars = map[string]bool{"tail_off": true, "sporadic_use": true}

// checkAnswerable asks every question and holds the answer against what is said of it;
// least is how many of each state there are at least.
func checkAnswerable(t *testing.T, a *app.App, least map[question.AnswerState]int) {
	t.Helper()
	covered, err := a.Coverage(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	states := map[question.AnswerState]int{}
	for _, q := range covered.Questions {
		states[q.State]++
		table, err := a.Ask(t.Context(), q.Question, nil)
		if cx.CodeOf(err) == cx.Invalid && err != nil {
			table = question.Table{} // it is about a journey, and there is none
		} else if err != nil {
			t.Fatal(err)
		}
		estimated, shown, numbers := false, false, false
		for _, row := range table.Rows {
			for _, c := range row {
				estimated, numbers = estimated || c.Withheld || c.Interval != nil, numbers || c.Number != nil
				shown = shown || c.Interval != nil && !c.Withheld
			}
		}
		switch {
		case q.State == question.AnswerNo && (shown || numbers && !estimated):
			t.Errorf("%s is said to lack %q, and has an answer", q.Question, q.Bring)
		case q.State == question.AnswerPartly && len(table.Rows) == 0:
			t.Errorf("%s is said to be answered in part, and has no answer", q.Question)
		case q.State == question.AnswerYes && (len(table.Rows) == 0 || estimated && !shown && !ofRegulars[q.Question]):
			t.Errorf("%s is said to be answered, and shows nothing: %d rows, %v", q.Question, len(table.Rows), table.Notes)
		}
		if (q.Bring == "") != (q.State == question.AnswerYes) {
			t.Errorf("%s is %s with %q", q.Question, q.State, q.Bring)
		}
	}
	for state, n := range least {
		if states[state] < n {
			t.Errorf("%d questions are %q, at least %d are known to be: %v", states[state], state, n, covered.Questions)
		}
	}
}
