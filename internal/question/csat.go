package question

import (
	"context"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// csat — How satisfied are they?
//
// Plain words: the share of answers that count as satisfied by the scale's own rule,
// and the mean answer, with how many answered and how many are silent.
//
// Formula: answers that the scale declares satisfied ÷ answers. Wilson interval; the
// mean with Student's.
// Unit: share of answers. Smallest sample: 10 answers.
//
// Pitfalls: top-two-box of five and 4-of-7 are different rules: scales that differ are
// never added up. "Not applicable" is no answer. Who is silent is not in it.
//
// Source: top-box scoring as the scale declares; Wilson 1927; Student 1908.
const csatVersion = 1

// AskCSAT answers csat.
func AskCSAT(ctx context.Context, facts Facts, p Params) (Answer[ScoreRow], error) {
	return runScore(cx.CSAT, csatVersion)(ctx, facts, p, nil)
}

func csat() Definition {
	return asked(Definition{
		Name: "csat", Title: "How satisfied are they?",
		Takes:    []Ingredient{scored(cx.CSAT, "bring survey answers or ratings that ask how satisfied they are")},
		Fuller:   []Ingredient{identifiedScores(cx.CSAT)},
		Formula:  "answers that the scale declares satisfied ÷ answers",
		Unit:     "share of answers",
		Smallest: "10 answers",
		Pitfalls: "Scales that differ in range or rule are never added up. Not applicable is no answer. Who is silent is not in it.",
		Source:   "Top-box share; intervals: Wilson 1927, Student 1908",
		Needs:    []string{"by"},
	}, runScore(cx.CSAT, csatVersion), func(p Params) []Column {
		return scoreColumns(p, Column{Name: "csat", Title: "Satisfied", Unit: "share", Help: "Share of answers that count as satisfied by the scale's own rule."}, "Satisfied answers", "Other answers")
	}, scoreCells(cx.CSAT))
}
