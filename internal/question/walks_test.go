package question

import (
	"context"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// The references in this file take the definitions literally, over the plain list of
// steps, as naive_test.go does for interactions.

func naiveSteps(world *sliceFacts, p Params) []cx.WalkStep {
	var out []cx.WalkStep
	for _, s := range world.walks {
		switch {
		case !p.Period.Holds(s.Started), !p.AsOf.IsZero() && s.Started.After(p.AsOf), p.Channel != "" && s.Channel != p.Channel:
		default:
			out = append(out, s)
		}
	}
	return out
}

// drawWalkParams draws what a question about walks understands.
func drawWalkParams(t *rapid.T) Params {
	p := drawParams(t)
	p.Persona, p.Dimension, p.Value, p.By = "", "", "", ""
	return p
}

func TestLastExperiencedEqualsItsNaiveReference(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		world, p := drawWorld(t), drawWalkParams(t)
		if p.AsOf.IsZero() {
			p.AsOf = firstDay.AddDate(0, 3, 0)
		}
		answer, err := AskLastExperienced(context.Background(), world, p)
		if err != nil {
			t.Fatal(err)
		}
		if len(answer.Rows) != 3 {
			t.Fatalf("%d rows for the three steps", len(answer.Rows))
		}
		never := 0
		for i, row := range answer.Rows {
			var last *cx.WalkStep
			var walks, well int64
			for _, s := range naiveSteps(world, p) {
				if s.Journey != "buy" || s.At != row.Group.Name {
					continue
				}
				walks++
				if s.Done != cx.StepBlocked && (s.Kept == nil || *s.Kept) && s.Felt != 1 && s.Felt != 2 {
					well++
				}
				if last == nil || s.Started.After(last.Started) || s.Started.Equal(last.Started) && (s.Walk > last.Walk || s.Walk == last.Walk && s.Order > last.Order) {
					last = &s
				}
			}
			if row.Walks != walks || row.WentWell.N != walks || row.WentWell.Shown && math.Abs(row.WentWell.Value-float64(well)/float64(walks)) > 1e-12 {
				t.Fatalf("%s: %d walks, %d went well; the answer is %+v", row.Group.Name, walks, well, row)
			}
			if last == nil {
				if never++; i != never-1 || !row.Overdue {
					t.Fatalf("never walked comes first and is overdue: %+v", answer.Rows)
				}
				continue
			}
			midnights := int64(0)
			for at := last.Started.Truncate(24 * time.Hour); at.Before(p.AsOf.Truncate(24 * time.Hour)); at = at.AddDate(0, 0, 1) {
				midnights++
			}
			if row.Last != *last || row.Days != midnights || row.Overdue != (midnights > 90) {
				t.Fatalf("%s: last %+v, %d days ago; the answer is %+v", row.Group.Name, *last, midnights, row)
			}
		}
	})
}

func TestWalkExperienceEqualsItsNaiveReference(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		world, p := drawWorld(t), drawWalkParams(t)
		answer, err := AskWalkExperience(context.Background(), world, p)
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range answer.Rows {
			var felt, seconds []float64
			var blocked, kept, checked int64
			for _, s := range naiveSteps(world, p) {
				if s.Journey != "buy" || s.At != row.Group.Name {
					continue
				}
				seconds = append(seconds, s.Seconds)
				if s.Felt > 0 {
					felt = append(felt, float64(s.Felt))
				}
				if s.Done == cx.StepBlocked {
					blocked++
				}
				if s.Kept != nil {
					checked++
					if *s.Kept {
						kept++
					}
				}
			}
			slices.Sort(seconds)
			if row.Walked != int64(len(seconds)) || row.Blocked != blocked || row.Checked != checked || row.Checked-row.Broken != kept ||
				row.Felt.N != int64(len(felt)) || math.Abs(row.Felt.Value-mean(felt)) > 1e-9 || row.Seconds.Value != seconds[(len(seconds)-1)/2] {
				t.Fatalf("%s: felt %v, %v s, %d blocked, %d of %d kept; the answer is %+v", row.Group.Name, felt, seconds, blocked, kept, checked, row)
			}
		}
	})
}

func TestClarityEqualsItsNaiveReference(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		world, p := drawWorld(t), drawWalkParams(t)
		answer, err := AskClarity(context.Background(), world, p)
		if err != nil {
			t.Fatal(err)
		}
		var asked []cx.WalkStep
		for _, s := range naiveSteps(world, p) {
			if s.Answer != "" && s.Kind != cx.Stump {
				asked = append(asked, s)
			}
		}
		if answer.Included != int64(len(asked)) {
			t.Fatalf("%d answers included, %d were given", answer.Included, len(asked))
		}
		agree := func(topic string, without int) (share float64, pairs int) {
			same := 0
			for i, a := range asked {
				for j, b := range asked[:i] {
					if i == without || j == without || a.Topic != topic || b.Topic != topic || a.Channel == b.Channel {
						continue
					}
					pairs++
					if a.Answer == b.Answer {
						same++
					}
				}
			}
			return float64(same) / float64(pairs), pairs
		}
		rows := 0
		for _, row := range answer.Rows {
			var n, right int64
			for _, s := range asked {
				if s.Topic == row.Topic && s.Channel == row.Channel.Name {
					n++
					if s.Answer == cx.AnswerRight {
						right++
					}
				}
			}
			rows += int(n)
			if row.Answers != n || row.Right.Value != float64(right)/float64(n) {
				t.Fatalf("%s on %s: %d of %d right, the answer is %+v", row.Topic, row.Channel.Name, right, n, row)
			}
			share, pairs := agree(row.Topic, -1)
			if pairs == 0 {
				continue
			}
			var left []float64
			for i, s := range asked {
				if s.Topic == row.Topic {
					if without, pairs := agree(row.Topic, i); pairs > 0 {
						left = append(left, without)
					}
				}
			}
			var spread float64
			for _, v := range left {
				spread += (v - mean(left)) * (v - mean(left))
			}
			half := 1.959963984540054 * math.Sqrt(spread*float64(len(left)-1)/float64(len(left)))
			if math.Abs(row.Agreement.Value-share) > 1e-12 || len(left) > 1 && math.Abs(row.Agreement.Interval.Low-max(0, share-half)) > 1e-9 {
				t.Fatalf("%s: channels agree in %g − %g, the answer is %+v", row.Topic, share, half, row.Agreement)
			}
		}
		if rows != len(asked) {
			t.Fatalf("the rows hold %d of %d answers", rows, len(asked))
		}
	})
}

func TestStumpEqualsItsNaiveReference(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		world, p := drawWorld(t), drawWalkParams(t)
		answer, err := AskStump(context.Background(), world, p)
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range answer.Rows {
			var n, right, honest int64
			var seconds []float64
			for _, s := range naiveSteps(world, p) {
				if s.Kind != cx.Stump || s.Topic != row.Topic || s.Channel != row.Channel.Name || s.Answer == "" {
					continue
				}
				n++
				seconds = append(seconds, s.Seconds)
				if s.Answer == cx.AnswerRight {
					right++
				}
				if s.Answer == cx.AnswerRight || s.Answer == cx.AnswerFindOut {
					honest++
				}
			}
			slices.Sort(seconds)
			if row.Answers != n || row.Right.Value != float64(right)/float64(n) || row.Honest.Value != float64(honest)/float64(n) || row.Seconds.Value != seconds[(n-1)/2] {
				t.Fatalf("%d of %d right, %d honest, %v: the answer is %+v", right, n, honest, seconds, row)
			}
			if row.Right.Shown != (n >= 5) || row.Seconds.Shown != (n >= 5) || row.Teach && n < 5 {
				t.Fatalf("%d answers may be one person's: %+v", n, row)
			}
		}
	})
}

func TestParityEqualsItsNaiveReference(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		world, p := drawWorld(t), drawWalkParams(t)
		answer, err := AskParity(context.Background(), world, p)
		if err != nil {
			t.Fatal(err)
		}
		steps := naiveSteps(world, p)
		seconds := map[int64]float64{}
		first := map[int64]cx.WalkStep{}
		for _, s := range steps {
			seconds[s.Walk] += s.Seconds
			if f, ok := first[s.Walk]; !ok || s.Started.Before(f.Started) {
				first[s.Walk] = s
			}
		}
		last := func(scenario string, pair int64, arm string) (walk int64) { // as walked last
			for id, f := range first {
				if f.Arm == arm && f.Pair == pair && pair != 0 && f.Scenario == scenario &&
					(walk == 0 || f.Started.After(first[walk].Started) || f.Started.Equal(first[walk].Started) && id > walk) {
					walk = id
				}
			}
			return walk
		}
		for _, row := range answer.Rows {
			if row.Measure != "time" || row.Scenario.Name == "" || !row.Paired {
				continue
			}
			var differences []float64
			for pair := int64(1); pair <= 8; pair++ {
				a, b := last(row.Scenario.Name, pair, row.Arm), last(row.Scenario.Name, pair, row.Reference)
				if a != 0 && b != 0 {
					differences = append(differences, seconds[a]-seconds[b])
				}
			}
			var means []float64
			for i, a := range differences {
				for _, b := range differences[i:] {
					means = append(means, (a+b)/2)
				}
			}
			slices.Sort(means)
			if row.Pairs != int64(len(differences)) || row.Walks != 2*row.Pairs || row.Difference.Shown != (row.Pairs >= 6) {
				t.Fatalf("%d pairs, the answer is %+v", len(differences), row)
			}
			if middle := (means[(len(means)-1)/2] + means[len(means)/2]) / 2; math.Abs(row.Difference.Value-middle) > 1e-9 {
				t.Fatalf("pseudo-median of %v is %g, the answer %g", differences, middle, row.Difference.Value)
			}
		}
	})
}

// pairsOf makes parity walks that last as long as the values say, in minutes.
func pairsOf(first, second []float64) []cx.WalkStep {
	var out []cx.WalkStep
	for i := range max(len(first), len(second)) {
		for arm, values := range map[string][]float64{"connected": first, "ordinary": second} {
			if i >= len(values) {
				continue
			}
			yes := arm == "connected"
			out = append(out, cx.WalkStep{
				Walk: int64(2*i + 1 + len(arm)%2), Order: 1, Step: "call", Scenario: "late", Kind: cx.Parity, Arm: arm, Pair: int64(i + 1), Channel: "phone",
				Voice: cx.VoiceWalker, Started: firstDay.AddDate(0, 0, i), Seconds: values[i] * 60, Done: cx.StepYes, Solved: &yes, Treatment: cx.Score{Met: 2, Of: 4},
			})
		}
	}
	return out
}

// Hollander and Wolfe's depression scores as minutes: the figures that R gives.
func TestParityGivesThePublishedAnswer(t *testing.T) {
	world := newSliceFacts(nil)
	world.walks = pairsOf([]float64{1.83, 0.50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30}, []float64{0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29})
	answer, err := AskParity(context.Background(), world, Params{})
	if err != nil {
		t.Fatal(err)
	}
	byMeasure := map[string]ParityRow{}
	for _, row := range answer.Rows {
		byMeasure[row.Measure] = row
	}
	time := byMeasure["time"]
	for what, pair := range map[string][2]float64{
		"difference": {time.Difference.Value, .46 * 60}, "low": {time.Difference.Interval.Low, .01 * 60}, "high": {time.Difference.Interval.High, .786 * 60}, "p": {time.P, .0390625},
	} {
		if math.Abs(pair[0]-pair[1]) > 1e-9 {
			t.Errorf("%s is %g, published %g", what, pair[0], pair[1])
		}
	}
	if solved := byMeasure["solved"]; math.Abs(solved.P-2./512) > 1e-12 || solved.Verdict != Gap || solved.Difference.Value != 1 {
		t.Errorf("all nine connected were helped and no ordinary one: %+v", solved)
	}
	if treatment := byMeasure["treatment"]; treatment.Verdict != NoGap || treatment.Difference.Value != 0 || treatment.P != 1 {
		t.Errorf("treated the same in all pairs: %+v", treatment)
	}
	if answer.Included != 18 || len(answer.LeftOut) != 0 {
		t.Errorf("%d walks included, left out %v", answer.Included, answer.LeftOut)
	}
}

func TestFewerThanSixPairsAreRefused(t *testing.T) {
	world := newSliceFacts(nil)
	world.walks = pairsOf([]float64{1, 2, 3, 4}, []float64{5, 6, 7, 8})
	answer, err := AskParity(context.Background(), world, Params{MinRows: 1})
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range answer.Rows {
		if row.Difference.Shown || !strings.Contains(string(row.Verdict), "6 pairs") {
			t.Errorf("four pairs tell nothing, whatever the smallest sample: %+v", row)
		}
	}
}

// Where pairs are missing the arms are compared walk by walk: Hollander and Wolfe's
// membranes, ten against five.
func TestArmsWithoutPairsAreComparedWalkByWalk(t *testing.T) {
	world := newSliceFacts(nil)
	for i, minutes := range []float64{0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46, 1.15, 0.88, 0.90, 0.74, 1.21} {
		arm := "connected"
		if i >= 10 {
			arm = "ordinary"
		}
		world.walks = append(world.walks, cx.WalkStep{
			Walk: int64(i + 1), Order: 1, Step: "call", Scenario: "late", Kind: cx.Parity, Arm: arm, Started: firstDay.AddDate(0, 0, i), Seconds: minutes * 60, Done: cx.StepYes,
		})
	}
	answer, err := AskParity(context.Background(), world, Params{})
	if err != nil {
		t.Fatal(err)
	}
	row := answer.Rows[0]
	if row.Measure != "time" || row.Paired || row.Walks != 15 || math.Abs(row.Difference.Value-.305*60) > 1e-9 || math.Abs(row.P-.2544122544122544) > 1e-12 {
		t.Errorf("%+v", row)
	}
}

// Priority customers of the bank were secretly given a head start (the field document
// says so). Calls to the normal service that queued, January and February 1999;
// figures by scipy.
func TestTheBanksPriorityCustomersWaitLess(t *testing.T) {
	if testing.Short() {
		t.Skip("reads two months of calls")
	}
	var queued []fact
	for _, call := range append(bankCalls(t, "january.txt"), bankCalls(t, "february.txt")...) {
		if call.Signature.Reason == "PS" && call.queued > 0 {
			call.Start = call.End.Add(-call.queued)
			if call.Dims["priority"] != "2" {
				call.Dims = map[string]string{"priority": "rest"}
			}
			if !call.Censored {
				call.FirstHuman = call.End // phantoms too: the published comparison has all that queued
			}
			queued = append(queued, call)
		}
	}
	answer, err := AskGroupGap(context.Background(), newSliceFacts(queued), Params{By: "dimension:priority"})
	if err != nil {
		t.Fatal(err)
	}
	var row GroupGapRow
	for _, r := range answer.Rows {
		if r.Group.Name == "2" {
			row = r
		}
	}
	if row.Contacts != 15021 || answer.Included-row.Contacts != 8290 || row.Median.Value != 43 || row.Others != 49 {
		t.Errorf("%d calls with a median of %g s against %d with %g s", row.Contacts, row.Median.Value, answer.Included-row.Contacts, row.Others)
	}
	if row.Test.Statistic != 58293776 || math.Abs(row.Test.Z+8.07) > .005 || row.Verdict != SmallGap {
		t.Errorf("U %.0f, z %.3f: %s", row.Test.Statistic, row.Test.Z, row.Verdict)
	}
	if math.Abs(row.Odds.Value-.460) > .0005 || math.Abs(row.Share.Value-.107) > .0005 {
		t.Errorf("gave up: %g, odds ratio %g", row.Share.Value, row.Odds.Value)
	}
}
