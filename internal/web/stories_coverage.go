package web

import (
	"time"

	"github.com/firsthand-cx/firsthand/internal/question"
)

// storyCoverage is a company with a source in its rhythm, one that fell silent, one
// that was imported once, and one with a hole.
func storyCoverage() question.Coverage {
	months := func(counts ...int64) []question.MonthCount {
		var out []question.MonthCount
		at := storyTime.AddDate(0, 1-len(counts), 0)
		for i, n := range counts {
			month := time.Date(at.Year(), at.Month()+time.Month(i), 1, 0, 0, 0, 0, time.UTC)
			out = append(out, question.MonthCount{Month: month.Format("2006-01"), Count: max(0, n), Hole: n < 0})
		}
		return out
	}
	return question.Coverage{
		Sources: []question.SourceCoverage{
			{Source: "call-centre", State: question.Stale, Imports: 11, Imported: storyTime.AddDate(0, 0, -23), First: storyTime.AddDate(-1, -2, 0), Newest: storyTime.AddDate(0, 0, -24), Age: 24, Usual: 7, Interactions: 301_220, Identified: 128_100, Reason: 301_220, Channel: 301_220, Outcome: 280_004, Words: 12_044},
			{Source: "shop", State: question.Fresh, Imports: 31, Imported: storyTime.Add(-2 * time.Hour), First: storyTime.AddDate(-1, 0, 0), Newest: storyTime.Add(-5 * time.Hour), Usual: 1, Interactions: 512_880, Identified: 512_880, Channel: 512_880, Outcome: 500_120},
			{Source: "surveys-of-a-tool-with-a-long-name", State: question.NoRhythm, Imports: 1, Imported: storyTime.AddDate(0, 0, -1), First: storyTime.AddDate(0, -5, 0), Newest: storyTime.AddDate(0, 0, -3), Age: 3, Interactions: 12_044, Identified: 11_800, Score: 12_044, Words: 4_120},
			{Source: "staff", State: question.NoRhythm, Imports: 1, Imported: storyTime.AddDate(0, 0, -1)},
		},
		Months: []question.MonthsOf{
			{Source: "call-centre", Kind: "contact", Months: months(18_000, 22_400, 24_100, 23_050, 25_700, -1, 24_420, 26_000, 24_010, 23_700, 24_300, 25_110, 24_800, 13_300)},
			{Source: "shop", Kind: "order", Months: months(0, 0, 12_100, 20_050, 14_700, 13_900, 14_420, 16_000, 14_010, 13_700, 14_300, 15_110, 19_800, 9_300)},
			{Source: "shop", Kind: "return", Months: months(0, 0, 0, 2, 0, 3, 1, 0, 0, 2, 4, 0, 1, 0)},
			{Source: "surveys-of-a-tool-with-a-long-name", Kind: "survey_answer", Months: months(0, 0, 0, 0, 0, 0, 0, 0, 900, 2_200, 2_100, 2_300, 2_400, 1_200)},
		},
		Questions: func() []question.Answerable {
			var out []question.Answerable
			for _, d := range question.Catalogue() {
				a := question.Answerable{Question: d.Name, Title: d.Title, State: question.AnswerYes}
				switch d.Name {
				case "walk_experience", "clarity", "cadence":
					a.State, a.Bring = question.AnswerNo, d.Bring()
				case "funnel":
					a.State, a.Bring = question.AnswerNo, d.Bring()
					a.Why = []string{"none of the 512,880 events"}
				case "repeat_contact", "effort":
					a.State, a.Bring, a.Why = question.AnswerPartly, d.Bring(), []string{"128,100 of the 301,220 contacts"}
				}
				out = append(out, a)
			}
			return out
		}(),
	}
}
