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

// naiveStay is how long one customer was seen.
type naiveStay struct {
	first        fact
	took         time.Duration
	left, unseen bool // by their own cancellation; first seen as it came
}

// stays are of those who were not gone before the period.
func (n naive) stays() (stays []naiveStay) {
	limit := n.asOf
	if to := n.p.Period.To; !to.IsZero() && !to.After(limit) {
		limit = to.Add(-time.Microsecond)
	}
	for customer := int64(1); customer <= 4; customer++ {
		var seen []fact // from the first that the filter holds
		for _, f := range n.world.facts {
			if f.Customer == customer && !f.Start.After(limit) && (len(seen) > 0 || n.filter(f)) {
				seen = append(seen, f)
			}
		}
		if len(seen) == 0 {
			continue
		}
		end, s := limit, naiveStay{first: seen[0]}
		if i := slices.IndexFunc(seen, func(f fact) bool { return f.Signature.Kind == cx.Cancellation }); i >= 0 {
			end, s.left = seen[i].Start, seen[i].Signature.Initiator == cx.ByCustomer
			s.unseen = end.Equal(s.first.Start)
		}
		s.took = end.Sub(s.first.Start)
		if !end.Before(n.p.Period.From) {
			stays = append(stays, s)
		}
	}
	return stays
}

func TestStayingEqualsItsNaiveReference(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		world, p := drawWorld(t), drawParams(t)
		p.By = rapid.SampledFrom([]string{"channel", "touchpoint", "persona", "dimension:plan", "month", "week", "step"}).Draw(t, "by")
		n := newNaive(world, p)
		want, of := map[string]kn{}, map[string]*naiveWaits{}
		for _, s := range n.stays() {
			if s.unseen || s.first.Start.Before(p.Period.From) {
				continue
			}
			name := n.groupName(s.first)
			put(want, name, one(s.left), 1)
			if of[name] == nil {
				of[name] = &naiveWaits{}
			}
			of[name].waits, of[name].events = append(of[name].waits, s.took), append(of[name].events, s.left)
		}
		answer, err := AskLeavers(context.Background(), world, p)
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]kn{}
		for _, r := range answer.Rows {
			put(got, r.Group.Name, r.Leavers, r.Customers)
			if w := of[r.Group.Name]; w != nil && r.Stayed.Shown {
				if at, reached := naiveQuantile(w.waits, w.events, .5); !reached || at.Seconds() != r.Stayed.Value {
					t.Fatalf("%q: half have left after %g s, reference %v", r.Group.Name, r.Stayed.Value, at)
				}
			}
		}
		if !maps.Equal(want, got) {
			t.Fatalf("%v left, reference %v", got, want)
		}
	})
}

func TestStatedReasonsEqualTheirNaiveReference(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		world, p := drawWorld(t), drawParams(t)
		p.By = ""
		var left, unseen int64
		for _, s := range newNaive(world, p).stays() {
			left, unseen = left+one(s.left), unseen+one(s.left && s.unseen)
		}
		answer, err := AskLeavers(context.Background(), world, p)
		if err != nil {
			t.Fatal(err)
		}
		var got, timed int64
		for _, r := range answer.Rows {
			got, timed = got+r.Leavers, timed+r.Stayed.N
		}
		if got != left || timed != left-unseen {
			t.Fatalf("%d left, %d of them with a time; reference %d and %d", got, timed, left, left-unseen)
		}
	})
}
