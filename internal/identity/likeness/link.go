package likeness

import (
	"cmp"
	"context"
	"math"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
)

// Options set up a run; the zero value of each field means its default.
type Options struct {
	Join    float64 // the mean probability from which groups are joined; default DefaultJoin
	Review  float64 // the probability from which a pair is worth a person's look; default DefaultReview
	Seed    uint64
	Workers int // default: the processors
	// Model is what was learned before; nil = learn now.
	Model *Model
	// Only are records that are new or have changed: they, and whoever they are
	// connected with, are looked at. nil = all.
	Only []uint32
	// Joined is the smallest record that a record is one with already, itself when
	// with none. nil = nobody is.
	Joined func(record uint32) uint32
	// Apart reports whether a person said that two records are two people.
	Apart func(a, b uint32) bool
	// Progress is told how many records have been looked at, now and then.
	Progress func(done, of int)
}

// The default thresholds: to be joined without a person, 19 of 20 must be right at
// the least likely; what is as likely as not is shown.
const (
	DefaultJoin   = 0.95
	DefaultReview = 0.5
)

func (o *Options) joinWeight() float64   { return logOdds(o.Join) }
func (o *Options) reviewWeight() float64 { return logOdds(o.Review) }

func logOdds(p float64) float64 { return math.Log2(p / (1 - p)) }

// Pair is two records that are, or may be, one person, and why.
type Pair struct {
	A, B        uint32 // A < B
	Weight      float64
	Probability float64
	Swapped     bool
	Parts       []Part // of fields that both have
}

// Result is what a run found.
type Result struct {
	Model Model
	// Joined are the pairs that carry the joins: following them, and what was joined
	// before, gives the groups.
	Joined []Pair
	// Doubtful are the likeliest pairs between groups that were not joined.
	Doubtful []Pair
	// Looked are the records that the run looked at, in order: of what lies between
	// others it says nothing. nil = all.
	Looked   []uint32
	Compared int64 // pairs
}

// Link finds who is one person. The result does not depend on the number of workers.
func Link(ctx context.Context, t *Table, opt Options) (Result, error) {
	opt.Join, opt.Review = cmp.Or(opt.Join, DefaultJoin), cmp.Or(opt.Review, DefaultReview)
	opt.Workers = max(1, cmp.Or(opt.Workers, runtime.GOMAXPROCS(0)))
	stop := func() bool { return ctx.Err() != nil }
	var r Result
	if opt.Model != nil {
		r.Model = *opt.Model
	} else {
		r.Model = t.learn(opt.Seed, opt.Workers, stop)
	}
	w := r.Model.weights()
	var edges []edge
	if opt.Only == nil {
		edges, r.Compared = t.edges(&w, &opt, stop)
	} else {
		edges, r.Looked, r.Compared = t.edgesAround(&w, &opt, stop)
	}
	if err := ctx.Err(); err != nil {
		return r, err
	}
	t.decide(&r, &w, &opt, edges)
	return r, nil
}

// each calls f for every record with its candidates of higher number, from several
// goroutines.
func (t *Table) each(workers int, stop func() bool, f func(worker int, a uint32, others []uint32)) {
	const stretch = 512
	var next atomic.Int64
	var wait sync.WaitGroup
	for worker := range workers {
		wait.Go(func() {
			s := newSeen(t.Len())
			var found, higher []uint32
			for !stop() {
				from := int(next.Add(stretch)) - stretch
				if from >= t.Len() {
					return
				}
				for r := from; r < min(from+stretch, t.Len()); r++ {
					found = t.candidates(uint32(r), s, found[:0])
					higher = higher[:0]
					for _, other := range found {
						if other > uint32(r) {
							higher = append(higher, other)
						}
					}
					f(worker, uint32(r), higher)
				}
			}
		})
	}
	wait.Wait()
}

// edges are all pairs that are worth remembering.
func (t *Table) edges(w *weights, opt *Options, stop func() bool) ([]edge, int64) {
	parts := make([][]edge, opt.Workers)
	counts := make([]int64, opt.Workers)
	var done atomic.Int64
	t.each(opt.Workers, stop, func(worker int, a uint32, others []uint32) {
		counts[worker] += int64(len(others))
		for _, b := range others {
			if e, ok := t.edge(w, opt, a, b); ok {
				parts[worker] = append(parts[worker], e)
			}
		}
		if n := done.Add(1); opt.Progress != nil && n%8192 == 0 {
			opt.Progress(int(n), t.Len())
		}
	})
	var compared int64
	for _, c := range counts {
		compared += c
	}
	return slices.Concat(parts...), compared
}

func (t *Table) edge(w *weights, opt *Options, a, b uint32) (edge, bool) {
	weight, p, _, _ := t.score(w, a, b)
	ok := weight >= opt.reviewWeight() && w.guard(p) != never
	return edge{min(a, b), max(a, b), float32(weight)}, ok
}

// edgesAround are the edges of the records asked for, and of all that they are
// connected with: whole components, so that they are grouped as a run over
// everything would group them.
func (t *Table) edgesAround(w *weights, opt *Options, stop func() bool) (edges []edge, looked []uint32, compared int64) {
	s := newSeen(t.Len())
	in := make(map[uint32]bool, len(opt.Only))
	var ring, found []uint32
	visit := func(r uint32) {
		if !in[r] {
			in[r] = true
			ring = append(ring, r)
		}
	}
	var together map[uint32][]uint32
	if opt.Joined != nil {
		together = map[uint32][]uint32{}
		for r := range uint32(t.Len()) {
			if root := opt.Joined(r); root != r {
				together[root] = append(together[root], r)
			}
		}
	}
	for _, r := range opt.Only {
		visit(r)
	}
	for at := 0; at < len(ring) && !stop(); at++ {
		r := ring[at]
		if opt.Joined != nil {
			root := opt.Joined(r)
			visit(root)
			for _, other := range together[root] {
				visit(other)
			}
		}
		found = t.candidates(r, s, found[:0])
		compared += int64(len(found))
		for _, other := range found {
			if e, ok := t.edge(w, opt, r, other); ok {
				edges = append(edges, e)
				visit(other)
			}
		}
		if opt.Progress != nil && at%8192 == 8191 {
			opt.Progress(at, len(ring))
		}
	}
	slices.Sort(ring)
	return edges, ring, compared
}

// decide groups the records of each component and sorts the edges into joined and
// doubtful.
func (t *Table) decide(r *Result, w *weights, opt *Options, edges []edge) {
	slices.SortFunc(edges, func(x, y edge) int { return cmp.Or(cmp.Compare(x.a, y.a), cmp.Compare(x.b, y.b)) })
	edges = slices.Compact(edges)
	for _, c := range t.components(opt, edges) {
		g := group(t, w, opt, c.records, c.edges)
		for _, e := range g.joined {
			r.Joined = append(r.Joined, t.pair(w, e))
		}
		best := map[[2]uint32]edge{}
		for _, e := range c.edges {
			a, b := g.of[e.a], g.of[e.b]
			if a == b || opt.Apart != nil && opt.Apart(e.a, e.b) {
				continue
			}
			k := [2]uint32{min(a, b), max(a, b)}
			if there, ok := best[k]; !ok || e.weight > there.weight {
				best[k] = e
			}
		}
		for k, e := range best {
			if !g.never(k[0], k[1]) {
				r.Doubtful = append(r.Doubtful, t.pair(w, e))
			}
		}
	}
	for _, list := range [][]Pair{r.Joined, r.Doubtful} {
		slices.SortFunc(list, func(x, y Pair) int {
			return cmp.Or(cmp.Compare(y.Weight, x.Weight), cmp.Compare(x.A, y.A), cmp.Compare(x.B, y.B))
		})
	}
}

// never reports whether a pair across two groups is held apart for good.
func (g *grouping) never(a, b uint32) bool {
	br := g.next[a][b]
	return br != nil && br.verdict() == never
}

// pair explains an edge.
func (t *Table) pair(w *weights, e edge) Pair {
	weight, p, swapped, parts := t.score(w, e.a, e.b)
	out := Pair{A: e.a, B: e.b, Weight: weight, Probability: probability(weight), Swapped: swapped}
	for f, l := range p {
		if l != missing {
			out.Parts = append(out.Parts, Part{Field(f), l, parts[f]})
		}
	}
	return out
}

type component struct {
	records []uint32
	edges   []edge
}

// maxComponent is how many records are grouped together; a larger component is cut
// at its weakest edges first, since grouping costs the square of it at worst.
const maxComponent = 2000

// components are the records that edges, or what was joined before, connect; those of
// one record are left out.
func (t *Table) components(opt *Options, edges []edge) []component {
	root := map[uint32]uint32{}
	find := func(r uint32) uint32 {
		for {
			up, there := root[r]
			if !there || up == r {
				return r
			}
			if further, there := root[up]; there {
				root[r] = further
			}
			r = up
		}
	}
	join := func(a, b uint32) {
		a, b = find(a), find(b)
		root[max(a, b)] = min(a, b)
	}
	for _, e := range edges {
		root[e.a], root[e.b] = find(e.a), find(e.b)
		join(e.a, e.b)
	}
	if opt.Joined != nil {
		for r := range uint32(t.Len()) {
			if first := opt.Joined(r); first != r {
				if _, there := root[find(first)]; there {
					join(first, r)
				} else if _, there := root[find(r)]; there {
					join(first, r)
				}
			}
		}
	}
	byRoot := map[uint32]*component{}
	var order []uint32
	of := func(r uint32) *component {
		at := find(r)
		if byRoot[at] == nil {
			byRoot[at] = &component{}
			order = append(order, at)
		}
		return byRoot[at]
	}
	records := make([]uint32, 0, len(root))
	for r := range root {
		records = append(records, r)
	}
	slices.Sort(records)
	for _, r := range records {
		c := of(r)
		c.records = append(c.records, r)
	}
	for _, e := range edges {
		c := of(e.a)
		c.edges = append(c.edges, e)
	}
	var out []component
	for _, at := range order {
		c := byRoot[at]
		if len(c.records) > maxComponent && len(c.edges) > 1 {
			out = append(out, t.components(opt, stronger(c.edges))...)
			continue
		}
		out = append(out, *c)
	}
	return out
}

// stronger is the stronger half of edges.
func stronger(edges []edge) []edge {
	by := slices.Clone(edges)
	slices.SortFunc(by, func(x, y edge) int {
		return cmp.Or(cmp.Compare(y.weight, x.weight), cmp.Compare(x.a, y.a), cmp.Compare(x.b, y.b))
	})
	by = by[:len(by)/2]
	slices.SortFunc(by, func(x, y edge) int { return cmp.Or(cmp.Compare(x.a, y.a), cmp.Compare(x.b, y.b)) })
	return by
}
