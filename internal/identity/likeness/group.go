package likeness

import (
	"cmp"
	"container/heap"
	"slices"
)

// edge is a pair that is likely enough to be remembered.
type edge struct {
	a, b   uint32
	weight float32
}

// grouping joins records by average linkage (Sokal and Michener 1958), the highest
// mean weight across two groups first: they become one when a pair across them is
// likely enough, and the mean of all pairs does not speak against it. A chain of
// likely pairs whose ends are strangers stays apart.
type grouping struct {
	t       *Table
	w       *weights
	opt     *Options
	members map[uint32][]uint32 // by the group's smallest record
	of      map[uint32]uint32
	next    map[uint32]map[uint32]*bridge // between groups
	queue   queue
	joined  []edge // the likeliest pair of each join
}

// bridge is what lies between two groups.
type bridge struct {
	a, b   uint32
	sum    float64
	pairs  int
	judged [3]int // pairs by verdict, where both have a first name
	apart  bool   // a person said so of a pair
	best   edge   // the likeliest pair of those that may be joined
	dead   bool
}

func (b *bridge) mean() float64 { return b.sum / float64(b.pairs) }

// verdict is that of the pairs: one misread record among several does not keep a
// person in two, but where more than a third of the pairs that can tell speak
// against it, the groups are not joined.
func (b *bridge) verdict() verdict {
	all := b.judged[may] + b.judged[ask] + b.judged[never]
	switch {
	case b.apart || b.judged[never]*3 > all:
		return never
	case (b.judged[never]+b.judged[ask])*3 > all:
		return ask
	}
	return may
}

type queue []*bridge

func (q queue) Len() int { return len(q) }
func (q queue) Less(i, k int) bool {
	x, y := q[i], q[k]
	return cmp.Or(cmp.Compare(y.mean(), x.mean()), cmp.Compare(x.a, y.a), cmp.Compare(x.b, y.b)) < 0
}
func (q queue) Swap(i, k int) { q[i], q[k] = q[k], q[i] }
func (q *queue) Push(x any)   { *q = append(*q, x.(*bridge)) }
func (q *queue) Pop() any {
	old := *q
	last := old[len(old)-1]
	*q = old[:len(old)-1]
	return last
}

// meanFloor is the mean weight of all pairs across two groups below which no likely
// pair joins them: on the whole, one person must be as likely as two.
const meanFloor = 0

// maxGroup is how many records one person may have; more are an artefact.
const maxGroup = 500

// floor and ceiling bound what one pair adds to a mean, so that neither a pair of
// which nothing is known nor one that agrees in everything decides alone.
const floor, ceiling = -20, 25

// group joins the records of one component. Records that are joined already (by keys
// or a person) start as one group.
func group(t *Table, w *weights, opt *Options, records []uint32, edges []edge) *grouping {
	g := &grouping{t: t, w: w, opt: opt, members: map[uint32][]uint32{}, of: map[uint32]uint32{}, next: map[uint32]map[uint32]*bridge{}}
	for _, r := range records {
		root := r
		if opt.Joined != nil {
			root = opt.Joined(r)
		}
		g.of[r] = root
		g.members[root] = append(g.members[root], r)
	}
	for _, e := range edges {
		if a, b := g.of[e.a], g.of[e.b]; a != b {
			g.span(a, b)
		}
	}
	for g.queue.Len() > 0 {
		b := heap.Pop(&g.queue).(*bridge)
		if b.dead {
			continue
		}
		if float64(b.best.weight) >= opt.joinWeight() && b.mean() >= meanFloor && b.verdict() == may && len(g.members[b.a])+len(g.members[b.b]) <= maxGroup {
			g.join(b)
		}
	}
	return g
}

// span makes the bridge between two groups, if it is not there, from all pairs
// across them.
func (g *grouping) span(a, b uint32) *bridge {
	if b < a {
		a, b = b, a
	}
	if there := g.next[a][b]; there != nil {
		return there
	}
	br := &bridge{a: a, b: b, best: edge{weight: -1000}}
	for _, x := range g.members[a] {
		for _, y := range g.members[b] {
			weight, p, _, _ := g.t.score(g.w, x, y)
			v := g.w.guard(p)
			if p[FirstName] != missing {
				br.judged[v]++
			}
			br.apart = br.apart || g.opt.Apart != nil && g.opt.Apart(x, y)
			if v != never && float32(weight) > br.best.weight {
				br.best = edge{min(x, y), max(x, y), float32(weight)}
			}
			br.sum += min(ceiling, max(floor, weight))
			br.pairs++
		}
	}
	g.put(br)
	return br
}

func (g *grouping) put(br *bridge) {
	for _, end := range [][2]uint32{{br.a, br.b}, {br.b, br.a}} {
		if g.next[end[0]] == nil {
			g.next[end[0]] = map[uint32]*bridge{}
		}
		g.next[end[0]][end[1]] = br
	}
	heap.Push(&g.queue, br)
}

// join makes the two ends of a bridge one group, whose bridges are those of both.
func (g *grouping) join(br *bridge) {
	into, from := br.a, br.b
	br.dead = true
	delete(g.next[into], from)
	delete(g.next[from], into)
	neighbours := map[uint32]bool{}
	for n := range g.next[into] {
		neighbours[n] = true
	}
	for n := range g.next[from] {
		neighbours[n] = true
	}
	sorted := make([]uint32, 0, len(neighbours))
	for n := range neighbours {
		sorted = append(sorted, n)
	}
	slices.Sort(sorted)
	g.joined = append(g.joined, br.best)
	for _, n := range sorted {
		x, y := g.span(into, n), g.span(from, n)
		x.dead, y.dead = true, true
		delete(g.next[n], from)
		sum := &bridge{
			a: min(into, n), b: max(into, n), sum: x.sum + y.sum, pairs: x.pairs + y.pairs,
			apart: x.apart || y.apart, best: x.best,
		}
		for v := range sum.judged {
			sum.judged[v] = x.judged[v] + y.judged[v]
		}
		if y.best.weight > x.best.weight {
			sum.best = y.best
		}
		g.put(sum)
	}
	delete(g.next, from)
	g.members[into] = append(g.members[into], g.members[from]...)
	delete(g.members, from)
	for _, r := range g.members[into] {
		g.of[r] = into
	}
}
