package question

import (
	"context"
	"testing"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// One promise of each measure, on one interaction at a time.
func TestAPromiseIsJudgedAsItSays(t *testing.T) {
	hour := time.Hour
	start := firstDay.Add(10 * hour) // a Monday, 10:00
	late := fact{Start: start.Add(100 * hour), Signature: cx.Signature{Kind: cx.Usage, Touchpoint: "elsewhere"}}
	answer := cx.Promise{Name: "p", Measure: cx.FirstHumanAnswer, Within: 4 * hour, Share: .9}
	person := cx.Promise{Name: "p", Measure: cx.TimeToPerson, Within: 4 * hour, Share: .9}
	office := cx.Promise{Name: "p", Measure: cx.FirstHumanAnswer, Within: 4 * hour, Business: true, Share: .9}
	solved := cx.Promise{Name: "p", Measure: cx.Resolution, Within: 4 * hour, Share: .9}
	stars := cx.Promise{Name: "p", Measure: cx.ScoreAtLeast, AtLeast: 4, Share: .9}
	for _, c := range []struct {
		name       string
		promise    cx.Promise
		fact       fact
		cases, met int64
		left       string
	}{
		{"answered in time", answer, fact{FirstHuman: start.Add(4 * hour)}, 1, 1, ""},
		{"answered late", answer, fact{FirstHuman: start.Add(4*hour + 1e3)}, 1, 0, ""},
		{"never answered and long open", answer, fact{}, 1, 0, ""},
		{"given up before the promised time", answer, fact{End: start.Add(hour), Censored: true}, 0, 0, withinPromise},
		{"given up after the promised time", answer, fact{End: start.Add(5 * hour), Censored: true}, 1, 0, ""},
		{"closed unanswered in time", answer, fact{End: start.Add(hour)}, 0, 0, overWithoutPerson},
		{"closed unanswered late", answer, fact{End: start.Add(9 * hour)}, 1, 0, ""},
		{"solved by the menu, however long", person, fact{End: start.Add(9 * hour)}, 0, 0, overWithoutPerson},
		{"answered before it began", answer, fact{FirstHuman: start.Add(-hour)}, 0, 0, timesOutOfOrder},
		{"answered next morning, in business hours", office, fact{Start: firstDay.Add(16 * hour), FirstHuman: firstDay.Add(36 * hour)}, 1, 1, ""},
		{"answered next noon, in business hours", office, fact{Start: firstDay.Add(16 * hour), FirstHuman: firstDay.Add(37 * hour)}, 1, 0, ""},
		{"over in time", solved, fact{End: start.Add(3 * hour)}, 1, 1, ""},
		{"over late", solved, fact{End: start.Add(5 * hour)}, 1, 0, ""},
		{"still open in the export, long", solved, fact{Censored: true}, 1, 0, ""},
		{"no end is recorded", solved, fact{}, 0, 0, noEnd},
		{"satisfied", stars, fact{Scale: 2, Score: 4}, 1, 1, ""},
		{"not satisfied", stars, fact{Scale: 2, Score: 3}, 1, 0, ""},
		{"an answer off its scale", stars, fact{Scale: 2, Score: 9}, 0, 0, offScale},
		{"no answer was asked for", stars, fact{}, 0, 0, "nothing was promised about it"},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := c.fact
			if f.Start.IsZero() {
				f.Start = start
			}
			f.Signature = cx.Signature{Kind: cx.Contact, Touchpoint: "help"}
			world := newSliceFacts([]fact{f, late})
			world.scales = map[int16]cx.Scale{2: {Name: "stars", Metric: cx.CSAT, Min: 1, Max: 5, SatisfiedFrom: 4}}
			world.withJourney(cx.Journey{
				Name: "help", Hours: cx.Hours{Days: []time.Weekday{1, 2, 3, 4, 5}, From: 9 * hour, To: 17 * hour},
				Stages: []cx.Stage{{Steps: []cx.Step{{Name: "help", Owner: "service", Promises: []cx.Promise{c.promise}}}}},
			})
			got, err := AskStandardMet(context.Background(), world, Params{Journey: "help", MinRows: 1})
			if err != nil {
				t.Fatal(err)
			}
			var cases, met int64
			for _, row := range got.Rows {
				cases, met = cases+row.Cases, met+row.Met
			}
			left := ""
			for _, l := range got.LeftOut {
				left = l.Reason
			}
			if cases != c.cases || met != c.met || left != c.left {
				t.Errorf("%d of %d kept, left out %q; want %d of %d, %q", met, cases, left, c.met, c.cases, c.left)
			}
		})
	}
}

// A queue that grows from week to week and is worst at 17:00 local time.
func TestABrokenPromiseShowsItsTrendAndWorstHour(t *testing.T) {
	var facts []fact
	for week := range 10 {
		for i := range 200 {
			at := firstDay.AddDate(0, 0, 7*week+i%5).Add(time.Duration(9+i%10) * time.Hour)
			waited := time.Minute
			if i%10 == 8 || i%20 < week { // all at 17:00, and ever more at other hours
				waited = time.Hour
			}
			facts = append(facts, fact{Customer: int64(i + 1), Start: at, FirstHuman: at.Add(waited), Signature: cx.Signature{Kind: cx.Contact, Touchpoint: "help"}})
		}
	}
	world := newSliceFacts(facts).withJourney(cx.Journey{Name: "help", Stages: []cx.Stage{{Steps: []cx.Step{{
		Name: "help", Owner: "service", Promises: []cx.Promise{{Name: "quick", Measure: cx.TimeToPerson, Within: 10 * time.Minute, Share: .9}},
	}}}}})
	got, err := AskStandardMet(context.Background(), world, Params{Journey: "help"})
	if err != nil {
		t.Fatal(err)
	}
	row := got.Rows[0]
	if row.Verdict != Broken || row.Worst != "17" || row.WorstMet.Value != 0 || row.Slope >= 0 || row.TrendP > .001 || row.Q > .001 || row.Owner != "service" {
		t.Errorf("%+v", row)
	}
	kept, err := AskStandardMet(context.Background(), world, Params{Journey: "help", By: "hour"})
	if err != nil {
		t.Fatal(err)
	}
	if last := kept.Rows[len(kept.Rows)-1]; last.Group.Name != "18" || last.Verdict == Broken && last.Q > .05 {
		t.Errorf("%+v", last)
	}
}
