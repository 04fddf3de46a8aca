package question

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

var firstDay = time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)

// drawWorld makes a small company: a month of a few customers who shop, contact it,
// answer surveys and leave. Times are coarse, so that ties and bounds occur.
func drawWorld(t *rapid.T) *sliceFacts {
	n := rapid.IntRange(0, 60).Draw(t, "interactions")
	facts := make([]fact, n)
	pick := func(name string, values ...string) string { return rapid.SampledFrom(values).Draw(t, name) }
	for i := range facts {
		start := firstDay.Add(time.Duration(rapid.IntRange(0, 30*8).Draw(t, "start")) * 3 * time.Hour)
		f := fact{
			Customer: rapid.Int64Range(0, 4).Draw(t, "customer"), Start: start,
			Thread: rapid.Int64Range(0, 3).Draw(t, "thread"),
			Signature: cx.Signature{
				Source: "shop", Voice: cx.VoiceCustomer, Initiator: cx.ByCustomer,
				Kind:    cx.Event,
				Channel: pick("channel", "web", "phone"), Touchpoint: pick("touchpoint", "search", "look", "pay", "elsewhere"),
			},
		}
		if plan := pick("plan", "", "basic", "pro"); plan != "" {
			f.Dims = map[string]string{"plan": plan}
		}
		switch rapid.IntRange(0, 9).Draw(t, "kind") {
		case 0, 1, 2, 3:
			f.Signature.Kind, f.Signature.Reason = cx.Contact, pick("reason", "", "invoice", "delivery", "where is my order")
			if rapid.Bool().Draw(t, "ended") {
				f.End = start.Add(time.Duration(rapid.IntRange(0, 40).Draw(t, "end")) * time.Hour)
			}
			if rapid.Bool().Draw(t, "answered") {
				f.FirstHuman = start.Add(time.Duration(rapid.IntRange(-1, 30).Draw(t, "human")) * time.Hour)
			}
			f.Censored = rapid.Bool().Draw(t, "censored")
			f.Continues = rapid.IntRange(0, 4).Draw(t, "continues") == 0
			f.Signature.Outcome = pick("outcome", "", "solved", "failed", "transferred", "gave up")
		case 4, 5:
			f.Signature.Kind = cx.SurveyAnswer
			f.Scale = rapid.Int16Range(0, 3).Draw(t, "scale")
			f.Score = float64(rapid.IntRange(0, 11).Draw(t, "score"))
		case 6:
			f.Signature.Kind = cx.Cancellation
			if rapid.IntRange(0, 4).Draw(t, "ended by the company") == 0 {
				f.Signature.Initiator = cx.BySystem
			}
		case 7:
			f.Signature.Kind, f.Signature.Initiator = cx.Message, cx.ByCompany
			switch rapid.IntRange(0, 3).Draw(t, "order or message") {
			case 0:
				f.Signature.Kind, f.Signature.Initiator = cx.Order, cx.ByCustomer
			case 1:
				f.Signature.Kind = cx.Delivery
				if rapid.Bool().Draw(t, "arrived") {
					f.End = start.Add(time.Duration(rapid.IntRange(0, 60).Draw(t, "hours on its way")) * time.Hour)
				} else {
					f.Censored = rapid.Bool().Draw(t, "under way")
				}
			case 2:
				f.Signature.Touchpoint = "tracking page"
			}
		case 8:
			f.Signature.Kind, f.Signature.Initiator = cx.Invoice, cx.ByCompany
		case 9:
			if rapid.IntRange(0, 3).Draw(t, "unsubscribes") == 0 {
				f.Signature.Reason = "unsubscribe"
			}
		}
		if i > 0 && (f.Signature.Kind == cx.SurveyAnswer || f.Signature.Kind == cx.Event) && rapid.IntRange(0, 3).Draw(t, "part of a row") == 0 {
			f = facts[i-1] // as a survey's second answer is
			f.Row = cmp.Or(f.Row, int64(i))
			facts[i-1].Row = f.Row
		}
		facts[i] = f
	}
	world := newSliceFacts(facts)
	world.scales = map[int16]cx.Scale{
		1: {Name: "nps", Metric: cx.NPS, Max: 10},
		2: {Name: "stars", Metric: cx.CSAT, Min: 1, Max: 5, SatisfiedFrom: 4},
		3: {Name: "ease", Metric: cx.CES, Min: 1, Max: 7, SatisfiedFrom: 5},
	}
	attempt := cx.Attempt{By: cx.AttemptByThread}
	if rapid.Bool().Draw(t, "attempts by gap") {
		attempt = cx.Attempt{By: cx.AttemptByGap, Gap: time.Duration(rapid.IntRange(3, 60).Draw(t, "gap")) * time.Hour}
	}
	world.walks = drawWalks(t)
	return world.withJourney(cx.Journey{
		Name: "buy", Attempt: attempt,
		Stages: []cx.Stage{{Name: "all", Steps: []cx.Step{
			{Name: "search", Broken: []cx.Match{{Kind: []string{"event"}, Channel: []string{"phone"}}}},
			{Name: "look", Optional: rapid.Bool().Draw(t, "look is optional"), Owner: "shop", Promises: []cx.Promise{
				{Name: "answer", Measure: cx.FirstHumanAnswer, Within: 6 * time.Hour, Share: .8},
				{Name: "stars", Measure: cx.ScoreAtLeast, AtLeast: 4, Share: .8},
			}},
			{Name: "pay", Owner: "finance", ContactsAbout: []string{"inv*"}, Promises: []cx.Promise{
				{Name: "solved", Measure: cx.Resolution, Within: 12 * time.Hour, Business: true, Share: .9},
			}},
		}}},
		Personas: []cx.Persona{{Name: "payer", Where: map[string][]string{"plan": {"basic", "pro"}}}},
		Hours:    cx.Hours{Days: []time.Weekday{1, 2, 3, 4, 5}, From: 9 * time.Hour, To: 17 * time.Hour},
	})
}

// drawWalks makes the steps of a few walks in the same month: of all kinds, in pairs
// and alone, with and without what can be said of a step.
func drawWalks(t *rapid.T) []cx.WalkStep {
	var steps []cx.WalkStep
	pick := func(name string, values ...string) string { return rapid.SampledFrom(values).Draw(t, name) }
	maybe := func(name string) *bool {
		yes := rapid.Bool().Draw(t, name)
		if rapid.Bool().Draw(t, name+" known") {
			return &yes
		}
		return nil
	}
	for walk := range rapid.IntRange(0, 30).Draw(t, "walks") {
		w := cx.WalkStep{
			Walk: int64(walk + 1), Channel: pick("walk channel", "web", "phone", "shop"), Scenario: pick("scenario", "late", "damage"), Version: 1,
			Kind: cx.Everyday, Voice: cx.VoiceWalker, Department: pick("department", "", "finance"), Journey: pick("walk journey", "buy", "buy", ""),
			Treatment: cx.Score{Met: rapid.IntRange(0, 3).Draw(t, "met"), Of: 3}, Solved: maybe("solved"),
			Started: firstDay.Add(time.Duration(rapid.IntRange(0, 30*8).Draw(t, "walk start")) * 3 * time.Hour),
		}
		switch rapid.IntRange(0, 3).Draw(t, "kind of walk") {
		case 0:
			w.Kind = cx.Stump
		case 1:
			w.Kind, w.Arm, w.Pair = cx.Parity, pick("arm", "connected", "ordinary", "best"), rapid.Int64Range(0, 8).Draw(t, "pair")
		case 2:
			w.Voice, w.Department = cx.VoiceRobot, ""
		}
		for order := range rapid.IntRange(1, 3).Draw(t, "steps") {
			s := w
			s.Order, s.Step, s.Seconds = order+1, fmt.Sprint("s", order), float64(rapid.IntRange(0, 600).Draw(t, "seconds"))
			s.At, s.Touchpoint = pick("at", "search", "look", "pay", "gone", ""), pick("place", "", "look", "the shop")
			s.Done = rapid.SampledFrom([]cx.StepDone{cx.StepYes, cx.StepYes, cx.StepBlocked}).Draw(t, "done")
			s.Felt, s.Kept = cx.Feeling(rapid.IntRange(0, 5).Draw(t, "felt")), maybe("kept")
			if rapid.Bool().Draw(t, "asked") {
				s.Topic, s.Answer = pick("topic", "returns", "price"), rapid.SampledFrom(cx.Answers()).Draw(t, "answer")
			}
			s.Started = w.Started.Add(time.Duration(order) * time.Minute)
			steps = append(steps, s)
		}
	}
	return steps
}

// drawParams draws a filter that any question understands.
func drawParams(t *rapid.T) Params {
	p := Params{Journey: "buy", MinRows: 1}
	at := func(name string) time.Time {
		return firstDay.Add(time.Duration(rapid.IntRange(0, 30*8).Draw(t, name)) * 3 * time.Hour)
	}
	if rapid.Bool().Draw(t, "bounded") {
		p.Period.From = at("from")
		p.Period.To = p.Period.From.Add(time.Duration(rapid.IntRange(1, 20).Draw(t, "days")) * 24 * time.Hour)
	}
	if rapid.Bool().Draw(t, "as of") {
		p.AsOf = at("as of")
	}
	if rapid.IntRange(0, 3).Draw(t, "filter channel") == 0 {
		p.Channel = "web"
	}
	if rapid.IntRange(0, 3).Draw(t, "filter persona") == 0 {
		p.Persona = "payer"
	}
	if rapid.IntRange(0, 3).Draw(t, "filter dimension") == 0 {
		p.Dimension, p.Value = "plan", "pro"
	}
	if rapid.Bool().Draw(t, "split") {
		p.By = rapid.SampledFrom([]string{"channel", "reason", "touchpoint", "persona", "dimension:plan", "month", "week", "weekday", "hour", "step"}).Draw(t, "by")
	}
	p.Days = rapid.IntRange(1, 10).Draw(t, "days")
	p.Within = time.Duration(rapid.IntRange(1, 80).Draw(t, "within")) * time.Hour
	return p
}

// The laws of every question: included and left out are all that was scanned; no
// count is below 0; and the evidence of a count is exactly as many interactions.
func TestEveryQuestionKeepsTheLaws(t *testing.T) {
	for _, d := range Catalogue() {
		t.Run(d.Name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				ctx, world, p := context.Background(), drawWorld(t), drawParams(t)
				table, err := d.Ask(ctx, world, p)
				if cx.CodeOf(err) == cx.Invalid && err != nil && (p.By != "" || d.Walks != nil && (p.Persona != "" || p.Dimension != "")) {
					t.Skip("not split or filtered that way")
				}
				if err != nil {
					t.Fatal(err)
				}
				checkTable(t, table)
				checkEvidence(t, d, world, p, table)
			})
		})
	}
}

func checkTable(t *rapid.T, table Table) {
	sum := table.Included
	for _, left := range table.LeftOut {
		if left.Count <= 0 || left.Reason == "" {
			t.Fatalf("left out %d for %q", left.Count, left.Reason)
		}
		sum += left.Count
	}
	if sum != table.Scanned {
		t.Fatalf("%d included and %v left out are not the %d scanned", table.Included, table.LeftOut, table.Scanned)
	}
	for _, row := range table.Rows {
		if len(row) != len(table.Columns) {
			t.Fatalf("a row of %d cells under %d columns", len(row), len(table.Columns))
		}
	}
}

func checkEvidence(t *rapid.T, d Definition, world *sliceFacts, p Params, table Table) {
	for _, row := range table.Rows {
		for i, cell := range row {
			if cell.Evidence == "" || table.Columns[i].Unit != "count" {
				continue
			}
			if d.Walks != nil {
				checkWalks(t, d, world, p, cell)
				continue
			}
			ids, more, err := d.Evidence(context.Background(), world, p, cell.Evidence, 1000)
			if err != nil {
				t.Fatal(err)
			}
			if more || float64(len(ids)) != *cell.Number {
				t.Fatalf("%s %s is %g and opens %d interactions", row[0].Text, table.Columns[i].Name, *cell.Number, len(ids))
			}
			if !slices.IsSortedFunc(ids, func(a, b cx.InteractionID) int { return world.startOf(a).Compare(world.startOf(b)) }) {
				t.Fatalf("evidence is not in time order")
			}
			if first, more, err := d.Evidence(context.Background(), world, p, cell.Evidence, 1); err != nil || len(first) != 1 || first[0] != ids[0] || more != (len(ids) > 1) {
				t.Fatalf("the first piece of evidence is %v (more %v), of %v: %v", first, more, ids, err)
			}
		}
	}
}

// checkWalks does the same for a question about walks.
func checkWalks(t *rapid.T, d Definition, world *sliceFacts, p Params, cell Cell) {
	pieces, more, err := d.Walks(context.Background(), world, p, cell.Evidence, 1000)
	if err != nil {
		t.Fatal(err)
	}
	if more || float64(len(pieces)) != *cell.Number {
		t.Fatalf("%s is %g and opens %d walks", cell.Evidence, *cell.Number, len(pieces))
	}
	if !slices.IsSortedFunc(pieces, func(a, b WalkPiece) int { return a.Started.Compare(b.Started) }) {
		t.Fatalf("walks are not in time order")
	}
	if first, more, err := d.Walks(context.Background(), world, p, cell.Evidence, 1); err != nil || len(first) != 1 || first[0] != pieces[0] || more != (len(pieces) > 1) {
		t.Fatalf("the first walk is %v (more %v), of %v: %v", first, more, pieces, err)
	}
}

func (f *sliceFacts) startOf(id cx.InteractionID) time.Time {
	for _, row := range f.facts {
		if row.id == id {
			return row.Start
		}
	}
	return time.Time{}
}

func TestEveryQuestionIsDescribed(t *testing.T) {
	names := map[string]bool{}
	for _, d := range Catalogue() {
		if d.Name == "" || d.Title == "" || d.Formula == "" || d.Unit == "" || d.Smallest == "" || d.Pitfalls == "" || d.Source == "" || d.Bring() == "" || d.Ask == nil || (d.Evidence == nil) == (d.Walks == nil) {
			t.Errorf("%q lacks part of its definition", d.Name)
		}
		if names[d.Name] {
			t.Errorf("%q is there twice", d.Name)
		}
		names[d.Name] = true
		if found, err := Describe(d.Name); err != nil || found.Title != d.Title {
			t.Errorf("%q is not found by its name: %v", d.Name, err)
		}
		if d.Title[len(d.Title)-1] != '?' {
			t.Errorf("%q is no question", d.Title)
		}
	}
	if _, err := Describe("nonsense"); cx.CodeOf(err) != cx.NotFound {
		t.Error(fmt.Errorf("an unknown question gives %w", err))
	}
}
