package question

import (
	"context"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// nps — Would they recommend us?
//
// Plain words: the share of promoters (9 and 10) minus that of detractors (0 to 6),
// in points, with how many answered and how many are silent.
//
// Formula: 100 × (promoters − detractors) ÷ answers. Interval: variance
// (p + d − (p − d)²)/n after adding ¾ promoter, ¾ detractor and 1½ passive.
// Unit: points, −100 to 100. Smallest sample: 10 answers.
//
// Pitfalls: who left and who is silent are not in it: see lost_in_denominator. It
// counts answers, so who answers often counts often. Asked after a call it is about
// the call; split by step.
//
// Source: Reichheld 2003; interval after Agresti & Coull 1998.
const npsVersion = 1

// AskNPS answers nps.
func AskNPS(ctx context.Context, facts Facts, p Params) (Answer[ScoreRow], error) {
	return runScore(cx.NPS, npsVersion)(ctx, facts, p, nil)
}

func nps() Definition {
	return asked(Definition{
		Name: "nps", Title: "Would they recommend us?",
		Takes:    []Ingredient{scored(cx.NPS, "bring survey answers that ask whether they would recommend you")},
		Fuller:   []Ingredient{identifiedScores(cx.NPS)},
		Formula:  "100 × (promoters − detractors) ÷ answers; promoters answer 9 or 10, detractors 0 to 6",
		Unit:     "points, −100 to 100",
		Smallest: "10 answers",
		Pitfalls: "Who left and who is silent are not in it: see lost_in_denominator. Answers are counted, so who answers often counts often.",
		Source:   "Reichheld 2003; interval with ¾, ¾ and 1½ answers added, after Agresti & Coull 1998",
		Needs:    []string{"by"},
	}, runScore(cx.NPS, npsVersion), func(p Params) []Column {
		return scoreColumns(p, Column{Name: "nps", Title: "NPS", Unit: "points", Help: "Promoters (9, 10) minus detractors (0 to 6), in points from −100 to 100."}, "Promoters", "Detractors")
	}, scoreCells(cx.NPS))
}
