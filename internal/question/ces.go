package question

import (
	"context"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// ces — How easy was it?
//
// Plain words: the share of answers that found it easy by the scale's own rule, and
// the mean answer, with how many answered and how many are silent.
//
// Formula: answers that the scale declares easy ÷ answers. Wilson interval; the mean
// with Student's.
// Unit: share of answers. Smallest sample: 10 answers.
//
// Pitfalls: CES 2.0 is agreement from 1 to 7, high is easy; CES 1.0 is effort from 1 to
// 5, high is hard. The scale says which, and the two are never added up.
//
// Source: Dixon, Freeman & Toman 2010 (1.0); Dixon, Toman & DeLisi 2013 (2.0).
const cesVersion = 1

// AskCES answers ces.
func AskCES(ctx context.Context, facts Facts, p Params) (Answer[ScoreRow], error) {
	return runScore(cx.CES, cesVersion)(ctx, facts, p, nil)
}

func ces() Definition {
	return asked(Definition{
		Name: "ces", Title: "How easy was it?",
		Takes:    []Ingredient{scored(cx.CES, "bring survey answers that ask how easy it was")},
		Fuller:   []Ingredient{identifiedScores(cx.CES)},
		Formula:  "answers that the scale declares easy ÷ answers",
		Unit:     "share of answers",
		Smallest: "10 answers",
		Pitfalls: "CES 2.0 runs from 1 to 7 with high easy, CES 1.0 from 1 to 5 with high hard; scales that differ are never added up. Who is silent is not in it.",
		Source:   "Dixon, Freeman & Toman 2010; Dixon, Toman & DeLisi 2013; intervals: Wilson 1927, Student 1908",
		Needs:    []string{"by"},
	}, runScore(cx.CES, cesVersion), func(p Params) []Column {
		return scoreColumns(p, Column{Name: "ces", Title: "Found it easy", Unit: "share", Help: "Share of answers that count as easy by the scale's own rule."}, "Easy answers", "Other answers")
	}, scoreCells(cx.CES))
}
