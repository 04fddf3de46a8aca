package question

import (
	"context"
	"maps"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// naiveEnd is what a contact came to, looking at all that its customer did.
func (n naive) contactEnd(at int, within time.Duration) string {
	f := n.world.facts[at]
	soon := func(g fact) bool { return !g.Start.After(f.Start.Add(within)) }
	var again, on, left, heard bool
	for i, g := range n.world.facts {
		if i <= at || g.Customer != f.Customer || !n.p.AsOf.IsZero() && g.Start.After(n.p.AsOf) {
			continue
		}
		contact, byCustomer := g.Signature.Kind == cx.Contact, g.Signature.Initiator == cx.ByCustomer
		joined := contact && g.Continues && g.Thread != 0
		again = again || contact && !joined && g.Signature.Reason == f.Signature.Reason && soon(g)
		on = on || joined && g.Thread == f.Thread && soon(g)
		left = left || g.Signature.Kind == cx.Cancellation && byCustomer && soon(g)
		heard = heard || byCustomer
	}
	switch outcome := f.Signature.Outcome; {
	case again:
		return "again"
	case on, outcome == "transferred":
		return "handed_on"
	case left:
		return "left"
	case f.FirstHuman.IsZero() && (f.Censored || outcome == "gave up"), f.Censored && f.End.IsZero():
		return "given_up"
	case !heard:
		return "silent"
	}
	return "solved"
}

func TestFirstContactEqualsItsNaiveReference(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		world, p := drawWorld(t), drawParams(t)
		n := newNaive(world, p)
		within := time.Duration(p.Days) * 24 * time.Hour
		want := map[string]map[string]int64{}
		for i, f := range world.facts {
			if f.Customer == 0 || f.Signature.Kind != cx.Contact || f.Signature.Reason == "" || f.Continues || !n.asked(f) || f.Start.Add(within).After(n.asOf) {
				continue
			}
			group := n.groupName(f)
			if want[group] == nil {
				want[group] = map[string]int64{}
			}
			want[group][n.contactEnd(i, within)]++
		}
		answer, err := AskFirstContactResolution(context.Background(), world, p)
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]map[string]int64{}
		for _, row := range answer.Rows {
			ends := map[string]int64{}
			for outcome, k := range row.Came {
				if k > 0 {
					ends[fcrParts[outcome]] = k
				}
			}
			if row.Contacts > 0 {
				got[row.Group.Name] = ends
			}
			if sum := row.Came[fcrSolved] + row.Came[fcrSilent]; row.AtMost.Shown && row.AtMost.Value != float64(sum)/float64(row.Contacts) {
				t.Fatalf("at most %g, reference %d of %d", row.AtMost.Value, sum, row.Contacts)
			}
		}
		if !maps.EqualFunc(want, got, maps.Equal) {
			t.Fatalf("%v, reference %v (groups %v)", got, want, slices.Sorted(maps.Keys(want)))
		}
	})
}

// A need is handed on where a contact of it is: by its thread or by its own outcome.
func TestHandedOnNeedsEqualTheirNaiveReference(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		world, days := drawWorld(t), rapid.IntRange(1, 10).Draw(t, "days")
		within := time.Duration(days) * 24 * time.Hour
		var asOf time.Time
		type key struct {
			customer int64
			reason   string
		}
		of := map[key][]fact{}
		for _, f := range world.facts {
			if f.Customer != 0 && f.Signature.Kind == cx.Contact {
				asOf = later(asOf, f.Start)
				if f.Signature.Reason != "" {
					k := key{f.Customer, f.Signature.Reason}
					of[k] = append(of[k], f)
				}
			}
		}
		var want kn
		for _, all := range of {
			from := 0
			for i := 1; i <= len(all); i++ {
				if i < len(all) && !all[i].Start.After(all[i-1].Start.Add(within)) {
					continue
				}
				if !all[i-1].Start.Add(within).After(asOf) {
					want.n++
					want.k += one(slices.ContainsFunc(all[from:i], func(f fact) bool { return f.Continues || f.Signature.Outcome == "transferred" }))
				}
				from = i
			}
		}
		answer, err := AskEffort(context.Background(), world, Params{MinRows: 1, Days: days})
		if err != nil {
			t.Fatal(err)
		}
		var got kn
		for _, row := range answer.Rows {
			got = kn{int64(row.HandedOn.Value*float64(row.Needs) + .5), row.Needs}
		}
		if got != want {
			t.Fatalf("%d of %d handed on, reference %d of %d", got.k, got.n, want.k, want.n)
		}
	})
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
