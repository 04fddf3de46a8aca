package question

import (
	"context"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

func TestLostInDenominatorEqualsItsNaiveReference(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		world, p := drawWorld(t), drawParams(t)
		p.By, p.Journey, p.Metric = "", "buy", cx.NPS
		n := newNaive(world, p)
		// customers, answered, promoters, detractors of who stayed and who left
		var counts [2][4]int64
		for customer := int64(1); customer <= 4; customer++ {
			seen, left, last := false, 0, -1
			for i, f := range world.facts {
				if f.Customer != customer || !n.asked(f) {
					continue
				}
				seen = true
				if f.Signature.Kind == cx.Cancellation {
					left = 1
				}
				if f.Scale == 1 && f.Score <= 10 {
					last = i
				}
			}
			if !seen {
				continue
			}
			counts[left][0]++
			if last >= 0 {
				counts[left][1]++
				if world.facts[last].Score >= 9 {
					counts[left][2]++
				}
				if world.facts[last].Score <= 6 {
					counts[left][3]++
				}
			}
		}
		all := counts[0]
		for i := range all {
			all[i] += counts[1][i]
		}
		answer, err := AskLostInDenominator(context.Background(), world, p)
		if err != nil {
			t.Fatal(err)
		}
		if all[1] == 0 {
			if len(answer.Rows) > 0 {
				t.Fatal("nobody answered, but rows are there")
			}
			return
		}
		silent := all[0] - all[1]
		want := map[LostFigure][3]int64{ // customers, positive, negative
			LostRespondents: {all[1], all[2], all[3]},
			LostStayers:     {counts[0][1], counts[0][2], counts[0][3]},
			LostLeavers:     {counts[1][1], counts[1][2], counts[1][3]},
			LostWithLeavers: {counts[0][1] + counts[1][0], counts[0][2], counts[0][3] + counts[1][0]},
			LostLower:       {all[0], all[2], all[3] + silent},
			LostUpper:       {all[0], all[2] + silent, all[3]},
			LostSilent:      {silent, 0, 0},
		}
		scores := map[LostFigure]float64{}
		for _, row := range answer.Rows {
			scores[row.Figure] = row.Score.Value
			if w, found := want[row.Figure]; found && w != [3]int64{row.Customers, row.Positive, row.Negative} {
				t.Fatalf("%s: %d customers, %d positive, %d negative; reference %v", row.Figure, row.Customers, row.Positive, row.Negative, w)
			}
		}
		if all[1] > 0 && (scores[LostWeighted] < scores[LostLower]-1e-9 || scores[LostWeighted] > scores[LostUpper]+1e-9) {
			t.Fatalf("the weighted score %g lies outside the bounds %g to %g", scores[LostWeighted], scores[LostLower], scores[LostUpper])
		}
	})
}

// Unhappy customers answer less and those who left least of all: weighting by class
// recovers the score that everybody would have given, where the plain score flatters.
func TestWeightingRecoversTheScoreOfTheSilent(t *testing.T) {
	var facts []fact
	for customer := int64(1); customer <= 3000; customer++ {
		at := firstDay.Add(time.Duration(customer) * time.Minute)
		left := customer%3 == 0
		event := func(kind cx.Kind, scale int16, score float64) {
			at = at.Add(time.Hour)
			facts = append(facts, fact{Customer: customer, Start: at, Signature: cx.Signature{Kind: kind, Touchpoint: "elsewhere"}, Scale: scale, Score: score})
		}
		event(cx.Usage, 0, 0)
		score := 10.0 // who stayed recommends us and answers every time
		if left {
			event(cx.Cancellation, 0, 0)
			score = 0 // who left doesn't, and one in five says so
		}
		if !left || customer%5 == 0 {
			event(cx.SurveyAnswer, 1, score)
		}
	}
	world := newSliceFacts(facts)
	world.scales = map[int16]cx.Scale{1: {Name: "nps", Metric: cx.NPS, Max: 10}}
	answer, err := AskLostInDenominator(context.Background(), world, Params{})
	if err != nil {
		t.Fatal(err)
	}
	scores := map[LostFigure]Estimate{}
	for _, row := range answer.Rows {
		scores[row.Figure] = row.Score
	}
	truth := 100 * (2000.0 - 1000.0) / 3000 // 33.3
	if got := scores[LostWeighted]; got.Value < truth-1e-6 || got.Value > truth+1e-6 || got.Interval.Low > truth || got.Interval.High < truth {
		t.Errorf("weighted %+v, the truth is %g", got, truth)
	}
	if got := scores[LostRespondents].Value; got < 80 {
		t.Errorf("respondents alone say %g, which should flatter", got)
	}
}
