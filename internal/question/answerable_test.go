package question

import (
	"context"
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// lacks are ways in which a company's data can be poor.
var lacks = map[string]func(f *fact){
	"everything":    nil,
	"customers":     func(f *fact) { f.Customer = 0 },
	"threads":       func(f *fact) { f.Thread = 0 },
	"reasons":       func(f *fact) { f.Signature.Reason = "" },
	"scores":        func(f *fact) { f.Scale, f.Score = 0, 0 },
	"answers":       func(f *fact) { f.FirstHuman, f.Censored, f.End = noTime, false, f.Start.Add(3600e9) },
	"contacts":      func(f *fact) { f.not(cx.Contact) },
	"cancellations": func(f *fact) { f.not(cx.Cancellation) },
	"invoices":      func(f *fact) { f.not(cx.Invoice) },
	"messages":      func(f *fact) { f.not(cx.Message) },
	"events":        func(f *fact) { f.not(cx.Event) },
	"places":        func(f *fact) { f.Signature.Touchpoint = "elsewhere" },
	"time":          func(f *fact) { f.Start = firstDay },
}

var noTime = fact{}.End

// not makes an interaction of a kind into one that says nothing.
func (f *fact) not(kind cx.Kind) {
	if f.Signature.Kind == kind {
		f.Signature.Kind, f.Signature.Reason, f.Signature.Touchpoint, f.Scale = cx.Return, "", "elsewhere", 0
	}
}

// shows reports whether an answer shows a figure that it estimated, or, where it
// estimates nothing, any number at all.
func shows(t Table) bool {
	estimates, numbers := false, false
	for _, row := range t.Rows {
		for _, c := range row {
			if c.Interval != nil && !c.Withheld {
				return true
			}
			estimates, numbers = estimates || c.Withheld, numbers || c.Number != nil
		}
	}
	return numbers && !estimates
}

// What is said not to be answerable has no answer: the ingredients and the questions
// do not drift apart. The smallest sample is 1, so that smallness hides nothing.
func TestWhatCannotBeAnsweredHasNoAnswer(t *testing.T) {
	for _, d := range Catalogue() {
		t.Run(d.Name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				world := drawWorld(t)
				lack := rapid.SampledFrom(slices.Sorted(maps.Keys(lacks))).Draw(t, "lack")
				facts := slices.Clone(world.facts)
				if lack == "everything" {
					facts, world.walks = nil, nil
				}
				for i := range facts {
					if change := lacks[lack]; change != nil {
						change(&facts[i])
					}
				}
				poor := newSliceFacts(facts)
				poor.journeys, poor.steps, poor.scales, poor.walks = world.journeys, world.steps, world.scales, world.walks
				p := Params{Journey: "buy", MinRows: 1, Days: 3}
				stock, err := ReadStock(context.Background(), poor, []string{"buy"})
				if err != nil {
					t.Fatal(err)
				}
				table, err := d.Ask(context.Background(), poor, p)
				if err != nil {
					t.Fatal(err)
				}
				if can := stock.canAnswer(d); can.State == AnswerNo && shows(table) {
					t.Fatalf("without %s it is said to lack %q, and answers %+v", lack, can.Bring, table.Rows)
				}
			})
		})
	}
}
