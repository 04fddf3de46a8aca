package app_test

import (
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
	checkAnswerable(t, a, map[question.AnswerState]int{question.AnswerYes: 20, question.AnswerNo: 3})
}

func TestAnEmptyCompanyAnswersNothing(t *testing.T) {
	a := open(t)
	checkAnswerable(t, a, map[question.AnswerState]int{question.AnswerNo: len(question.Catalogue())})
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
		estimated, shown := false, false
		for _, row := range table.Rows {
			for _, c := range row {
				estimated = estimated || c.Withheld || c.Interval != nil
				shown = shown || c.Interval != nil && !c.Withheld
			}
		}
		switch {
		case q.State == question.AnswerNo && (shown || len(table.Rows) > 0 && !estimated):
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
