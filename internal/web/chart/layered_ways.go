package chart

import (
	"cmp"
	"math"
	"slices"
)

// straighten moves the places of each link under one another as far as their neighbours
// leave room, the heaviest links first.
func (l *layering) straighten() {
	heaviest := make([]int, len(l.links))
	for i := range heaviest {
		heaviest[i] = i
	}
	slices.SortStableFunc(heaviest, func(a, b int) int { return cmp.Compare(l.links[b].weight, l.links[a].weight) })
	next := make([][2]int, len(l.places)) // to the left and to the right; −1 = nobody
	for _, rank := range l.ranks {
		for i, p := range rank {
			next[p] = [2]int{-1, -1}
			if i > 0 {
				next[p][0], next[rank[i-1]][1] = rank[i-1], p
			}
		}
	}
	for range 6 {
		for _, e := range heaviest {
			rest := l.chains[e][1 : len(l.chains[e])-1]
			for len(rest) > 0 {
				n, low, high, sum := 0, math.Inf(-1), math.Inf(1), 0.0
				for ; n < len(rest); n++ { // as many as can stand under one another
					a, b := l.room(rest[n], next[rest[n]])
					if max(low, a) > min(high, b) {
						break
					}
					low, high, sum = max(low, a), min(high, b), sum+l.places[rest[n]].x
				}
				n = max(n, 1)
				for _, p := range rest[:n] {
					if low <= high && n > 1 {
						l.places[p].x = min(max(sum/float64(n), low), high)
					}
				}
				rest = rest[n:]
			}
		}
	}
}

// room is from where to where a place can move between its neighbours.
func (l *layering) room(p int, next [2]int) (low, high float64) {
	at := l.places[p]
	low, high = math.Inf(-1), math.Inf(1)
	if next[0] >= 0 {
		low = l.places[next[0]].x + l.places[next[0]].right + gapBeside + at.left
	}
	if next[1] >= 0 {
		high = l.places[next[1]].x - l.places[next[1]].left - gapBeside - at.right
	}
	return min(low, at.x), max(high, at.x) // it may stay where it is, rounding or not
}

// measured gives ranks their heights and links their ways.
func (l *layering) measured() laid {
	out := laid{x: make([]float64, len(l.boxes)), y: make([]float64, len(l.boxes)), labels: make([]point2, len(l.links))}
	left, right := 0.0, 0.0
	for i, p := range l.places {
		if i == 0 {
			left, right = p.x-p.left, p.x+p.right
		}
		left, right = min(left, p.x-p.left), max(right, p.x+p.right)
	}
	for i := range l.places {
		l.places[i].x -= left
	}
	top, bottom := make([]float64, len(l.ranks)), make([]float64, len(l.ranks))
	rankOf := make([]int, len(l.places))
	for r, rank := range l.ranks {
		height := 0.0
		for _, p := range rank {
			height, rankOf[p] = max(height, l.places[p].height), r
		}
		if r > 0 {
			top[r] = bottom[r-1] + gapBelow
		}
		bottom[r] = top[r] + height
	}
	out.width, out.height = right-left, bottom[len(bottom)-1]
	for i := range l.boxes {
		r := rankOf[i]
		out.x[i], out.y[i] = l.places[i].x, (top[r]+bottom[r])/2
	}
	starts, ends := l.ports(true), l.ports(false)
	for e, chain := range l.chains {
		upper, lower := chain[0], chain[len(chain)-1]
		under, over := out.y[upper]+l.boxes[upper].height/2, out.y[lower]-l.boxes[lower].height/2
		way := []upright{{starts[e], under, max(under, bottom[rankOf[upper]])}}
		for _, id := range chain[1 : len(chain)-1] {
			p, r := l.places[id], rankOf[id]
			way = append(way, upright{p.x, top[r], bottom[r]})
			if p.label {
				out.labels[e] = point2{p.x, (top[r] + bottom[r]) / 2}
			}
		}
		way = append(way, upright{ends[e], min(over, top[rankOf[lower]]), over})
		if l.links[e].from != upper {
			slices.Reverse(way)
			for i, u := range way {
				way[i] = upright{u.x, u.to, u.from}
			}
		}
		out.routes = append(out.routes, way)
	}
	return out
}

// ports is where each link meets its upper box (below it) or its lower one (above it):
// straight under its next place where that is beneath the box.
func (l *layering) ports(upper bool) []float64 {
	out := make([]float64, len(l.links))
	for b, box := range l.boxes {
		type port struct {
			link int
			next float64
		}
		var ports []port
		for e, chain := range l.chains {
			at, next := chain[0], chain[1]
			if !upper {
				at, next = chain[len(chain)-1], chain[len(chain)-2]
			}
			if at == b {
				ports = append(ports, port{e, l.places[next].x})
			}
		}
		slices.SortStableFunc(ports, func(a, b port) int { return cmp.Compare(a.next, b.next) })
		reach, x, n := box.half-12, l.places[b].x, len(ports)
		apart := min(gapPorts, 2*reach/max(1, float64(n-1)))
		wish, heft, gaps := make([]float64, n), make([]float64, n), make([]float64, n)
		for i, p := range ports {
			// Those left and right of it leave it so far inside that all have room.
			low, high := x-reach+float64(i)*apart, x+reach-float64(n-1-i)*apart
			wish[i], heft[i] = min(max(p.next, low), high), 1
			if i > 0 {
				gaps[i] = apart
			}
		}
		for i, at := range isotonic(wish, heft, gaps) {
			out[ports[i].link] = at
		}
	}
	return out
}
