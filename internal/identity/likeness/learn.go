package likeness

import (
	"maps"
	"math"
	"math/rand/v2"
	"slices"
)

// Model is what was learned of a table: how often each level occurs among pairs of
// one person (M) and of two (U), and how likely a random pair is one person.
type Model struct {
	Records int                     `json:"records"` // it was learned from
	Prior   float64                 `json:"prior"`
	M       [fields][levels]float64 `json:"m"`
	U       [fields][levels]float64 `json:"u"`
	Rounds  int                     `json:"rounds"` // of EM until nothing changed
	Seed    uint64                  `json:"seed"`
	// Matches is how many pairs of one person the table is thought to hold among
	// those looked at.
	Matches float64 `json:"matches"`
	// Renamed is how many of those have one birth date and different first names,
	// Redated how many have different birth dates and agree in names and place.
	Renamed float64 `json:"renamed"`
	Redated float64 `json:"redated"`
}

// coincidences is the most pairs that there can be, for each record, of twins (about 12
// of 1,000 births, Monden, Pison, Smits 2021) and of people of one name in one house,
// with room for tables of families. More than that are people of whom a source has
// replaced the first name or the birth date.
const (
	coincidences = 0.02
	fewPairs     = 20 // say nothing about a source
)

func (m *Model) beyondChance(pairs float64) bool {
	return pairs > max(fewPairs, coincidences*float64(m.Records))
}

const (
	randomPairs  = 300_000   // u is read off so many
	learnedPairs = 2_000_000 // candidates that m is learned from, about
	mostRounds   = 100
)

// assumed is what m is before anything was seen. It weighs as much as assumedPairs
// pairs, so that a table with few duplicates does not learn from accidents.
var assumed = [fields][levels]float64{
	FirstName: {0, .06, .07, .07, .80},
	LastName:  {0, .06, .04, .06, .84},
	Born:      {0, .02, .01, .01, .02, .04, .90},
	Street:    {0, .17, .04, .09, .70},
	Place:     {0, .15, .04, .06, .04, .06, .65},
	Email:     {0, .22, .06, .07, .65},
	Phone:     {0, .25, .03, .02, .70},
	Number:    {0, .05, .05, .90},
}

const assumedPairs = 10

// learn finds the model. EM runs over the candidates, which hold nearly all pairs of
// one person, but the prior and u are those of all pairs: a pair that is no candidate
// counts as two people. Fields are independent given the truth (Winkler 1988).
// Random pairs are weighed by how unlikely they are one person, since in a small
// table many are.
func (t *Table) learn(seed uint64, workers int, stop func() bool) Model {
	n := t.Len()
	all := float64(n) * float64(n-1) / 2
	random := t.randomPatterns(seed)
	looked, share := t.candidatePatterns(seed, workers, stop)
	m := Model{Records: n, Seed: seed, Prior: math.Min(.01, float64(max(1, n/20))/math.Max(1, all))}
	m.M = assumed
	m.U = levelShares(random, func(pattern) float64 { return 1 })
	for m.Rounds = 1; m.Rounds <= mostRounds; m.Rounds++ {
		before := m
		w := m.weights()
		expected(&m, looked, &w, share)
		m.Prior = math.Min(.5, math.Max(m.Matches, .5)/math.Max(1, all))
		m.U = levelShares(random, func(p pattern) float64 { return 1 - probability(w.of(p)) })
		if closeTo(before, m) {
			break
		}
	}
	return m
}

type patternCount struct {
	pattern pattern
	n       float64
}

// randomPatterns counts the patterns of random pairs: of all pairs, in a small table.
func (t *Table) randomPatterns(seed uint64) []patternCount {
	n := t.Len()
	counts := map[uint32]uint32{}
	if n*(n-1)/2 <= randomPairs {
		for a := range n {
			for b := a + 1; b < n; b++ {
				p, _ := t.compare(uint32(a), uint32(b))
				counts[p.code()]++
			}
		}
		return counted(counts)
	}
	rng := rand.New(rand.NewPCG(seed, 1))
	for range randomPairs {
		a := rng.IntN(n)
		b := rng.IntN(n - 1)
		if b >= a {
			b++
		}
		p, _ := t.compare(uint32(a), uint32(b))
		counts[p.code()]++
	}
	return counted(counts)
}

// candidatePatterns counts the patterns of candidate pairs, of a sample of records in
// a large table; share is how many of all candidates that is.
func (t *Table) candidatePatterns(seed uint64, workers int, stop func() bool) (list []patternCount, share float64) {
	n := t.Len()
	share = 1
	// A look at some records tells how many candidates there are.
	s := newSeen(n)
	var found []uint32
	probe, total := min(n, 2000), 0
	rng := rand.New(rand.NewPCG(seed, 2))
	for range probe {
		found = t.candidates(uint32(rng.IntN(n)), s, found[:0])
		total += len(found)
	}
	if pairs := float64(total) / float64(max(1, probe)) * float64(n) / 2; pairs > learnedPairs {
		share = learnedPairs / pairs
	}
	limit := uint32(share * math.MaxUint32)
	tables := make([]map[uint32]uint32, workers)
	t.each(workers, stop, func(worker int, a uint32, others []uint32) {
		if tables[worker] == nil {
			tables[worker] = map[uint32]uint32{}
		}
		if share < 1 && uint32(key(99, a+1, uint32(seed)|1)>>8) > limit {
			return
		}
		for _, b := range others {
			p, _ := t.compare(a, b)
			if p.teaches() {
				tables[worker][p.code()]++
			}
		}
	})
	sum := map[uint32]uint32{}
	for _, one := range tables {
		for i, c := range one {
			sum[i] += c
		}
	}
	return counted(sum), share
}

func counted(counts map[uint32]uint32) []patternCount {
	list := make([]patternCount, 0, len(counts))
	for _, code := range slices.Sorted(maps.Keys(counts)) { // in order, so that sums are the same each time
		list = append(list, patternCount{patternOf(code), float64(counts[code])})
	}
	return list
}

// expected is one step of EM for m, and for how many pairs are thought to be one person.
func expected(m *Model, looked []patternCount, w *weights, share float64) {
	m.Matches, m.Renamed, m.Redated = 0, 0, 0
	for f := range m.M {
		for l := range m.M[f] {
			m.M[f][l] = assumed[f][l] * assumedPairs
		}
	}
	for _, c := range looked {
		p := probability(w.of(c.pattern)) * c.n
		m.Matches += p / share
		switch {
		case c.pattern[FirstName] == different && c.pattern[Born] == level6:
			m.Renamed += p / share
		case c.pattern[Born] == different && c.pattern[FirstName] >= level3 && c.pattern[LastName] >= level3:
			m.Redated += p / share
		}
		for f, l := range c.pattern {
			if l != missing {
				m.M[f][l] += p
			}
		}
	}
	for f := range m.M {
		shares(&m.M[f])
	}
}

// levelShares is how often each level occurs where the field is in both records. Half a
// pair is added to each level: what never came up is rare, not impossible.
func levelShares(list []patternCount, weigh func(pattern) float64) (u [fields][levels]float64) {
	for f := range u {
		for l := different; l <= top[f]; l++ {
			u[f][l] = .5
		}
	}
	for _, c := range list {
		n := c.n * weigh(c.pattern)
		for f, l := range c.pattern {
			if l != missing {
				u[f][l] += n
			}
		}
	}
	for f := range u {
		shares(&u[f])
	}
	return u
}

func shares(of *[levels]float64) {
	var sum float64
	for _, v := range of {
		sum += v
	}
	for l := range of {
		of[l] /= sum
	}
}

func closeTo(a, b Model) bool {
	if math.Abs(a.Prior-b.Prior) > 1e-3*b.Prior {
		return false
	}
	for f := range a.M {
		for l := range a.M[f] {
			if math.Abs(a.M[f][l]-b.M[f][l]) > 1e-4 {
				return false
			}
		}
	}
	return true
}
