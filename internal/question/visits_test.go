package question

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// What follows directly at one step is one visit, until something of it comes again.
func TestAVisitGoesOnUntilSomethingOfItComesAgain(t *testing.T) {
	event := func(touchpoint string) cx.Signature { return cx.Signature{Kind: cx.Event, Touchpoint: touchpoint} }
	answer := cx.Signature{Kind: cx.SurveyAnswer, Touchpoint: "entered"}
	in := map[string]string{"entered": "code", "denied": "code", "paid": "pay"}
	for name, c := range map[string]struct {
		did  func(p person)
		want string // without a journey where it begins with "log: "
		took string // the median of code → pay, or of the first round
	}{
		"a code is entered and denied": {func(p person) {
			p.did(0, event("entered"))
			p.did(1, event("denied"))
			p.did(3, event("paid"))
		}, "code → pay", "72h"}, // from the start of the visit
		"it is entered again": {func(p person) {
			p.did(0, event("entered"))
			p.did(1, event("denied"))
			p.did(2, event("entered"))
			p.did(3, event("denied"))
			p.did(4, event("paid"))
		}, "code → code → pay", "48h"},
		"one survey row makes two answers": {func(p person) {
			p.did(0, answer, func(f *fact) { f.Row = 7 })
			p.did(0, answer, func(f *fact) { f.Row = 7 })
			p.did(3, event("paid"))
		}, "code → pay", "72h"},
		"two surveys are answered": {func(p person) {
			p.did(0, answer, func(f *fact) { f.Row = 7 })
			p.did(0, answer, func(f *fact) { f.Row = 7 })
			p.did(1, answer, func(f *fact) { f.Row = 8 })
			p.did(1, answer, func(f *fact) { f.Row = 8 })
			p.did(3, event("paid"))
		}, "code → code → pay", "24h"},
		"two rows of one instant are two": {func(p person) {
			p.did(0, event("entered"))
			p.did(0, event("entered"))
		}, "code → code", "0s"},
		"a survey after the code is no second code": {func(p person) {
			p.did(0, event("entered"))
			p.did(1, answer)
		}, "code", ""},
		"back from elsewhere": {func(p person) {
			p.did(0, event("entered"))
			p.did(1, event("paid"))
			p.did(2, event("denied"))
			p.did(3, event("entered")) // the visit that "denied" began goes on
		}, "code → pay → code", "48h"},
		"log: without a journey each counts": {func(p person) {
			p.did(0, event("entered"))
			p.did(1, event("denied"))
			p.did(3, event("paid"))
		}, "entered → denied → paid", ""},
	} {
		t.Run(name, func(t *testing.T) {
			var facts []fact
			c.did(person{&facts, 1})
			for i := range facts {
				facts[i].Thread = 1
			}
			world := newSliceFacts(facts).withJourney(cx.Journey{
				Name: "buy", Attempt: cx.Attempt{By: cx.AttemptByThread},
				Stages: []cx.Stage{{Name: "all", Steps: []cx.Step{{Name: "code"}, {Name: "pay"}}}},
			})
			world.steps["buy"] = func(s cx.Signature) string { return in[s.Touchpoint] }
			p := Params{Journey: "buy", MinRows: 1}
			if strings.HasPrefix(name, "log: ") {
				p.Journey = ""
			}
			ways, err := AskVariants(context.Background(), world, p)
			if err != nil || len(ways.Rows) != 1 || strings.Join(ways.Rows[0].Names, " → ") != c.want || ways.Included != int64(len(facts)) {
				t.Fatalf("%+v, %v; want %s", ways, err, c.want)
			}
			edges, err := AskDirectlyFollows(context.Background(), world, p)
			if err != nil {
				t.Fatal(err)
			}
			rounds, err := AskLoops(context.Background(), world, p)
			if err != nil {
				t.Fatal(err)
			}
			if c.took == "" {
				return
			}
			want, _ := time.ParseDuration(c.took)
			if len(rounds.Rows) > 0 {
				if got := rounds.Rows[0].Added.Value; got != want.Seconds() {
					t.Errorf("the round adds %g s, want %g s", got, want.Seconds())
				}
				return
			}
			i := slices.IndexFunc(edges.Rows, func(r EdgeRow) bool { return r.From.Name == "code" && r.To.Name == "pay" })
			if got := edges.Rows[i].Median.Value; got != want.Seconds() || strings.Count(c.want, "code") > 1 {
				t.Errorf("from code to pay takes %g s, want %g s; rounds %+v", got, want.Seconds(), rounds.Rows)
			}
		})
	}
}
