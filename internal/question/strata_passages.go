package question

import (
	"cmp"
	"context"
	"slices"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/question/statistics"
)

// Passage is going from one step of a journey directly to another, in one stretch.
type Passage struct {
	Stretch, From, To int               // indices of the cuts and in the journey's steps
	Waits             *statistics.Waits // between their starts, in microseconds: all, and
	Once              *statistics.Waits // each customer's first of a week
}

// Departure is leaving a step: the cases of a stretch that went on from it or ended there
// (N), and how many of these went back from it to a step that comes before it in the
// journey and where they had been (K).
type Departure struct {
	Stretch, From int
	Back          Count
}

// ProcessStrata answers directly_follows, by steps of a journey, for all stretches in one
// pass. Staying at a step is no departure.
func ProcessStrata(ctx context.Context, facts Facts, journey string, cuts Cuts) ([]Departure, []Passage, error) {
	w, err := newProcess(ctx, facts, Params{Period: cuts.period(), Journey: journey})
	if err != nil {
		return nil, nil, err
	}
	stretches := w.s.withStrata(cuts, false, false)
	f := &processStrata{cuts: stretches, once: weeklyAnyOrder{monday: w.s.from}, passages: map[[3]int]*Passage{}, departures: map[[2]int]*Departure{}, steps: len(w.s.steps), at: make([]int, len(w.s.steps))}
	for _, a := range w.activities {
		f.stepOf = append(f.stepOf, slices.IndexFunc(w.s.steps, func(s cx.Step) bool { return s.Name == a.Name }))
	}
	w.step = func(k *oneCase, to uint16, start int64, _ cx.InteractionID) {
		if n := len(k.way); n > 0 && k.way[n-1] != to {
			from, at := f.stepOf[k.way[n-1]], f.stepOf[to]
			f.pass(w.customer, from, at, start, start-k.last)
		}
	}
	w.over = func(k *oneCase) { f.depart(w.customer, k) }
	if err := w.run(ctx, false); err != nil {
		return nil, nil, err
	}
	return f.lists()
}

type processStrata struct {
	cuts       *strata
	once       weeklyAnyOrder
	steps      int
	stepOf     []int // by activity
	at         []int // by step, of the case at hand
	departures map[[2]int]*Departure
	passages   map[[3]int]*Passage
}

// depart counts a case once at each step that it left.
func (f *processStrata) depart(customer int64, k *oneCase) {
	const been, left, back = 1, 2, 4
	clear(f.at)
	for i, activity := range k.way {
		from := f.stepOf[activity]
		f.at[from] |= been
		switch {
		case i+1 == len(k.way):
			f.at[from] |= left
		case k.way[i+1] != activity:
			f.at[from] |= left
			if to := f.stepOf[k.way[i+1]]; to < from && f.at[to] != 0 {
				f.at[from] |= back
			}
		}
	}
	stretch := f.cuts.stretch(k.first)
	for from, was := range f.at {
		if was&left == 0 {
			continue
		}
		d := f.departures[[2]int{stretch, from}]
		if d == nil {
			d = &Departure{Stretch: stretch, From: from}
			f.departures[[2]int{stretch, from}] = d
		}
		d.Back.add(was&back != 0, f.once.first(customer, k.first, from))
	}
}

func (f *processStrata) pass(customer int64, from, to int, at, took int64) {
	stretch := f.cuts.stretch(at)
	p := f.passages[[3]int{stretch, from, to}]
	if p == nil {
		p = &Passage{Stretch: stretch, From: from, To: to, Waits: &statistics.Waits{}, Once: &statistics.Waits{}}
		f.passages[[3]int{stretch, from, to}] = p
	}
	p.Waits.Add(took, false)
	if f.once.first(customer, at, f.steps*(1+from)+to) {
		p.Once.Add(took, false)
	}
}

func (f *processStrata) lists() (departures []Departure, passages []Passage, err error) {
	for _, d := range f.departures {
		departures = append(departures, *d)
	}
	for _, p := range f.passages {
		passages = append(passages, *p)
	}
	slices.SortFunc(departures, func(a, b Departure) int { return cmp.Or(a.Stretch-b.Stretch, a.From-b.From) })
	slices.SortFunc(passages, func(a, b Passage) int { return cmp.Or(a.Stretch-b.Stretch, a.From-b.From, a.To-b.To) })
	return departures, passages, nil
}
