package chart

import (
	"cmp"
	"math"
	"slices"
)

// Boxes in layers from top to bottom, and links between them that run around the boxes:
// Sugiyama, Tagawa & Toda 1981. Each box takes the layer of the longest way to it; a
// link that passes a layer has a place of its own there, and one more between two layers
// for its label, so that nothing lies on anything else; layers are put in order by
// barycentres, and places moved towards their neighbours as far as their order allows
// (isotonic regression, Barlow et al. 1972). It is the same for the same input.
//
// The Go library that there is for this calls itself work in progress, and it neither
// gives labels room nor keeps an order of layers that is given.

// layBox is a box and what hangs on its sides, around its centre.
type layBox struct{ half, left, right, height float64 }

// layLink goes from a box to another; its label's extents are around its line.
type layLink struct {
	from, to                    int
	weight, left, right, height float64
}

// laid is where boxes and links are.
type laid struct {
	width, height float64
	x, y          []float64 // of each box's centre
	routes        [][]upright
	labels        []point2 // where each link's label has its middle
}

// upright is a vertical piece of a link's way; between two of them it bends.
type upright struct{ x, from, to float64 }

type point2 struct{ x, y float64 }

// place is a box, or what a link takes up in one rank.
type place struct {
	box                 int // −1 = of a link
	label               bool
	left, right, height float64
	x, heft             float64
	up, down            []joint
}

type joint struct {
	place  int
	weight float64
}

const (
	gapBeside = 10.0 // between places of a rank
	gapBelow  = 22.0 // between ranks, for bends
	gapPorts  = 13.0 // between links at a box

	apartInRow = 3 // boxes without links
)

// layOut places boxes, which are given in the order of the journey; no link may lead
// from a box to itself. lone gives each box a layer for itself.
func layOut(boxes []layBox, links []layLink, lone bool) laid {
	l := &layering{boxes: boxes, links: links}
	l.rank(lone)
	l.order()
	l.spread()
	l.straighten()
	return l.measured()
}

type layering struct {
	boxes  []layBox
	links  []layLink
	places []place
	ranks  [][]int // places from left to right; boxes are in the even ones
	chains [][]int // of each link: its places from its upper box to its lower
}

// layers are the longest ways in the order of the boxes. A box to which nothing leads
// stands just above the first that it leads to; those without links stand below all
// others, a few in a row.
func layers(n int, links []layLink, lone bool) []int {
	layer, apart := make([]int, n), make([]bool, n)
	for i := range layer {
		apart[i] = true
		for _, e := range links {
			apart[i] = apart[i] && e.from != i && e.to != i
			if max(e.from, e.to) == i {
				layer[i] = max(layer[i], layer[min(e.from, e.to)]+1)
			}
		}
		if lone {
			layer[i] = i
		}
	}
	if lone {
		return layer
	}
	next := 0
	for i := n - 1; i >= 0; i-- {
		below, above := math.MaxInt, false
		for _, e := range links {
			above = above || max(e.from, e.to) == i
			if min(e.from, e.to) == i {
				below = min(below, layer[max(e.from, e.to)])
			}
		}
		if !above && !apart[i] {
			layer[i] = below - 1
		}
		if !apart[i] {
			next = max(next, layer[i]+1)
		}
	}
	placed := 0
	for i := range layer {
		if apart[i] {
			layer[i] = next + placed/apartInRow
			placed++
		}
	}
	return layer
}

func (l *layering) rank(lone bool) {
	layer, deepest := layers(len(l.boxes), l.links, lone), 0
	for i, b := range l.boxes {
		l.places = append(l.places, place{box: i, left: b.left, right: b.right, height: b.height, heft: .1})
		deepest = max(deepest, layer[i])
	}
	l.ranks = make([][]int, 2*deepest+1)
	for i := range l.boxes {
		l.ranks[2*layer[i]] = append(l.ranks[2*layer[i]], i)
	}
	heaviest := 0.0
	for _, e := range l.links {
		heaviest = max(heaviest, e.weight)
	}
	for _, e := range l.links {
		upper, lower := min(e.from, e.to), max(e.from, e.to)
		top, bottom := 2*layer[upper], 2*layer[lower]
		at := (top + bottom) / 2 // the rank of its label: the middle one between two layers
		at -= 1 - at%2
		chain, weight := []int{upper}, .1+math.Sqrt(e.weight/max(heaviest, 1e-9))
		for r := top + 1; r < bottom; r++ {
			p := place{box: -1, left: 4, right: 4}
			if r == at {
				p.label, p.left, p.right, p.height = true, e.left, e.right, e.height
			}
			l.places = append(l.places, p)
			chain = append(chain, len(l.places)-1)
			l.ranks[r] = append(l.ranks[r], len(l.places)-1)
		}
		chain = append(chain, lower)
		l.chains = append(l.chains, chain)
		for i := 1; i < len(chain); i++ {
			a, b, w := chain[i-1], chain[i], 2*weight
			if l.places[a].box < 0 && l.places[b].box < 0 {
				w = 8 * weight // a long link is straight before it is short
			}
			l.places[a].down, l.places[a].heft = append(l.places[a].down, joint{b, w}), l.places[a].heft+w
			l.places[b].up, l.places[b].heft = append(l.places[b].up, joint{a, w}), l.places[b].heft+w
		}
	}
}

// order takes the best of a few sweeps down and up by barycentres.
func (l *layering) order() {
	best, fewest := l.copied(), l.crossings()
	for sweep := 0; sweep < 16 && fewest > 0; sweep++ {
		at := make([]float64, len(l.places))
		l.number(at)
		for i := range l.ranks {
			r, side := i, func(p place) []joint { return p.up }
			if sweep%2 == 1 {
				r, side = len(l.ranks)-1-i, func(p place) []joint { return p.down }
			}
			centre := make(map[int]float64, len(l.ranks[r]))
			for _, p := range l.ranks[r] {
				centre[p] = mean(side(l.places[p]), at, at[p])
			}
			if sweep/2%2 == 1 { // equals change places, or a crossing of theirs would stay
				slices.Reverse(l.ranks[r])
			}
			slices.SortStableFunc(l.ranks[r], func(a, b int) int { return cmp.Compare(centre[a], centre[b]) })
			l.number(at)
		}
		if n := l.crossings(); n < fewest {
			best, fewest = l.copied(), n
		}
	}
	l.ranks = best
}

func (l *layering) copied() [][]int {
	out := make([][]int, len(l.ranks))
	for i, r := range l.ranks {
		out[i] = slices.Clone(r)
	}
	return out
}

// number says where in its rank each place is, from 0 to 1.
func (l *layering) number(at []float64) {
	for _, rank := range l.ranks {
		for i, p := range rank {
			at[p] = (float64(i) + .5) / float64(len(rank))
		}
	}
}

func mean(joints []joint, at []float64, otherwise float64) float64 {
	sum, weight := 0.0, 0.0
	for _, j := range joints {
		sum, weight = sum+j.weight*at[j.place], weight+j.weight
	}
	if weight == 0 {
		return otherwise
	}
	return sum / weight
}

// crossings counts the links between neighbouring ranks that cross.
func (l *layering) crossings() int {
	at, n := make([]float64, len(l.places)), 0
	for _, rank := range l.ranks {
		for i, p := range rank {
			at[p] = float64(i)
		}
	}
	for _, rank := range l.ranks {
		var ends [][2]float64
		for _, p := range rank {
			for _, j := range l.places[p].down {
				ends = append(ends, [2]float64{at[p], at[j.place]})
			}
		}
		for i, a := range ends {
			for _, b := range ends[:i] {
				if (a[0]-b[0])*(a[1]-b[1]) < 0 {
					n++
				}
			}
		}
	}
	return n
}

// spread gives every place its x: near its neighbours, in its rank's order.
func (l *layering) spread() {
	at := make([]float64, len(l.places))
	for sweep := range 60 {
		for i := range l.ranks {
			r := i
			if sweep%2 == 1 {
				r = len(l.ranks) - 1 - i
			}
			rank := l.ranks[r]
			wish, heft, apart := make([]float64, len(rank)), make([]float64, len(rank)), make([]float64, len(rank))
			for k, id := range rank {
				p := l.places[id]
				side := slices.Concat(p.up, p.down)
				if sweep == 0 {
					side = p.up
				}
				wish[k], heft[k] = mean(side, at, at[id]), p.heft
				if k > 0 {
					apart[k] = l.places[rank[k-1]].right + gapBeside + p.left
				}
			}
			for k, x := range isotonic(wish, heft, apart) {
				at[rank[k]] = x
			}
		}
	}
	for i := range l.places {
		l.places[i].x = at[i]
	}
}

// isotonic is the nearest to what is wished for, by squares, of which each lies at least
// its apart to the right of the one before: pool adjacent violators.
func isotonic(wish, heft, apart []float64) []float64 {
	type pool struct {
		sum, heft float64
		n         int
	}
	var pools []pool
	shift, shifts := 0.0, make([]float64, len(wish))
	for i := range wish {
		shift += apart[i]
		shifts[i] = shift
		pools = append(pools, pool{heft[i] * (wish[i] - shift), heft[i], 1})
		for n := len(pools); n > 1 && pools[n-2].sum/pools[n-2].heft > pools[n-1].sum/pools[n-1].heft; n-- {
			a, b := pools[n-2], pools[n-1]
			pools = append(pools[:n-2], pool{a.sum + b.sum, a.heft + b.heft, a.n + b.n})
		}
	}
	out := make([]float64, 0, len(wish))
	for _, p := range pools {
		for range p.n {
			out = append(out, p.sum/p.heft+shifts[len(out)])
		}
	}
	return out
}
