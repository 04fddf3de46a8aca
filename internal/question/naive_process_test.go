package question

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// naiveCases are the cases of a journey, each in order: everything of one customer's
// thread, or of one customer without a longer gap.
func (n naive) cases() [][]fact {
	journey := n.world.journeys["buy"]
	gap := journey.Attempt.By == cx.AttemptByGap
	type key struct{ customer, thread int64 }
	of := map[key][]fact{}
	for _, f := range n.world.facts {
		if _, found := journey.Step(f.Signature.Touchpoint); !found || !n.asked(f) || gap && f.Customer == 0 || !gap && f.Thread == 0 {
			continue
		}
		k := key{f.Customer, f.Thread}
		if gap {
			k.thread = 0
		}
		of[k] = append(of[k], f)
	}
	var out [][]fact
	for _, all := range of {
		slices.SortStableFunc(all, func(a, b fact) int { return a.Start.Compare(b.Start) })
		from := 0
		for i := 1; i <= len(all); i++ {
			if i == len(all) || gap && all[i].Start.Sub(all[i-1].Start) > journey.Attempt.Gap {
				out, from = append(out, all[from:i]), i
			}
		}
	}
	return out
}

// visits are the first interactions of the visits to steps of each case: a visit ends
// where another step comes, or something of it comes again in another row or later.
func (n naive) visits() [][]fact {
	var out [][]fact
	for _, of := range n.cases() {
		var firsts, here []fact
		for _, f := range of {
			again := slices.ContainsFunc(here, func(g fact) bool {
				return g.Signature.Touchpoint != f.Signature.Touchpoint ||
					g.Signature.Kind == f.Signature.Kind && (!g.Start.Equal(f.Start) || g.Row == 0 || g.Row != f.Row)
			})
			if again || len(here) == 0 {
				firsts, here = append(firsts, f), nil
			}
			here = append(here, f)
		}
		out = append(out, firsts)
	}
	return out
}

// naiveRound is a round of one case and how long it took.
type naiveRound struct {
	way  string
	took time.Duration
}

// naiveRounds takes the first round that can be found out of a case, again and again.
func naiveRounds(of []fact) []naiveRound {
	type step struct {
		name string
		took time.Duration
	}
	var steps []step
	for i, f := range of {
		s := step{name: f.Signature.Touchpoint}
		if i > 0 {
			s.took = f.Start.Sub(of[i-1].Start)
		}
		steps = append(steps, s)
	}
	var rounds []naiveRound
again:
	for to := range steps {
		for from := range to {
			if steps[from].name != steps[to].name {
				continue
			}
			r := naiveRound{way: steps[from].name}
			for _, s := range steps[from+1 : to+1] {
				r.way, r.took = r.way+"\n"+s.name, r.took+s.took
			}
			rounds = append(rounds, r)
			steps = slices.Delete(steps, from+1, to+1)
			goto again
		}
	}
	return rounds
}

func TestLoopsEqualTheirNaiveReference(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		world, p := drawWorld(t), drawParams(t)
		p.By = ""
		got, err := AskLoops(context.Background(), world, p)
		if err != nil {
			t.Fatal(err)
		}
		type want struct {
			rounds int64
			added  []time.Duration
		}
		wants, cases, all := map[string]*want{}, newNaive(world, p).visits(), time.Duration(0)
		for _, of := range cases {
			all += of[len(of)-1].Start.Sub(of[0].Start)
			mine := map[string]time.Duration{}
			for _, r := range naiveRounds(of) {
				if wants[r.way] == nil {
					wants[r.way] = &want{}
				}
				wants[r.way].rounds++
				mine[r.way] += r.took
			}
			for way, took := range mine {
				wants[way].added = append(wants[way].added, took)
			}
		}
		if len(got.Rows) != len(wants) {
			t.Fatalf("%d rounds, reference %d", len(got.Rows), len(wants))
		}
		for _, row := range got.Rows {
			way := strings.Join(namesOf(row.Activities), "\n")
			w := wants[way]
			if w == nil || row.Rounds != w.rounds || row.Cases != int64(len(w.added)) || row.Share.N != int64(len(cases)) {
				t.Fatalf("%q: %d rounds in %d of %d cases, reference %+v of %d", way, row.Rounds, row.Cases, row.Share.N, w, len(cases))
			}
			slices.Sort(w.added)
			median, sum := w.added[(len(w.added)-1)/2], time.Duration(0)
			for _, took := range w.added {
				sum += took
			}
			if row.Added.Shown && row.Added.Value != median.Seconds() {
				t.Fatalf("%q adds %g s, reference %g s", way, row.Added.Value, median.Seconds())
			}
			if row.Time.Shown && math.Abs(row.Time.Value-sum.Seconds()/all.Seconds()) > 1e-9 {
				t.Fatalf("%q takes %g of all time, reference %g", way, row.Time.Value, sum.Seconds()/all.Seconds())
			}
		}
	})
}

func TestEdgesAndVariantsEqualTheirNaiveReference(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		world, p := drawWorld(t), drawParams(t)
		p.By = ""
		follows, err := AskDirectlyFollows(context.Background(), world, p)
		if err != nil {
			t.Fatal(err)
		}
		ways, err := AskVariants(context.Background(), world, p)
		if err != nil {
			t.Fatal(err)
		}
		type edge struct {
			n, cases int64
			time     time.Duration
		}
		edges, variants, all := map[string]*edge{}, map[string]int64{}, time.Duration(0)
		cases := newNaive(world, p).visits()
		for _, of := range cases {
			names, seen := []string{""}, map[string]bool{}
			all += of[len(of)-1].Start.Sub(of[0].Start)
			for _, f := range of {
				names = append(names, f.Signature.Touchpoint)
			}
			variants[strings.Join(names[1:], "\n")]++
			names = append(names, "")
			for i := 1; i < len(names); i++ {
				key := names[i-1] + "→" + names[i]
				e := cmp.Or(edges[key], &edge{})
				edges[key] = e
				if e.n++; !seen[key] {
					seen[key], e.cases = true, e.cases+1
				}
				if i > 1 && i < len(names)-1 {
					e.time += of[i-1].Start.Sub(of[i-2].Start)
				}
			}
		}
		if len(follows.Rows) != len(edges) || len(ways.Rows) != len(variants) {
			t.Fatalf("%d edges and %d variants, reference %d and %d", len(follows.Rows), len(ways.Rows), len(edges), len(variants))
		}
		for _, row := range follows.Rows {
			e := edges[row.From.Name+"→"+row.To.Name]
			if e == nil || row.Transitions != e.n || row.Cases != e.cases {
				t.Fatalf("%s → %s: %d in %d cases, reference %+v", row.From.Name, row.To.Name, row.Transitions, row.Cases, e)
			}
			if row.Time.Shown && math.Abs(row.Time.Value-e.time.Seconds()/all.Seconds()) > 1e-9 {
				t.Fatalf("%s → %s takes %g of all time, reference %g", row.From.Name, row.To.Name, row.Time.Value, e.time.Seconds()/all.Seconds())
			}
		}
		for _, row := range ways.Rows {
			if n := variants[strings.Join(row.Names, "\n")]; row.Cases != n {
				t.Fatalf("%v: %d cases, reference %d", row.Names, row.Cases, n)
			}
		}
	})
}
