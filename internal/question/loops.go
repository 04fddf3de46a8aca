package question

import (
	"context"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// loops — Where do journeys go round in circles?
//
// Plain words: which rounds lead a case back to where it was, how many cases go them and
// what that costs in time.
//
// Formula: a case is followed from its beginning; when it comes to an activity where it
// has been, what lies between the two is one round, and is taken out of the case before
// it goes on. So each transition belongs to one round, or to the way that is left, and
// the times of all rounds and of that way add up to the time of the case. Cases as in
// directly_follows, where staying at a step is no round; share with Wilson's interval; added: the time of all a case's rounds
// of this kind, median over the cases that go it, by order statistics; share of all time
// as in directly_follows.
// Unit: rounds; cases; seconds. Smallest sample: 10 cases for a share, 6 for a median.
//
// Pitfalls: going back can be right: a second look at a hard case is no fault. What
// happened at one instant comes in the order of its file. A round of two parts can be
// told from either; it stands where the case met it first.
//
// Source: loop erasure of a walk: Lawler 1980; rework: van der Aalst 2016, chapter 9.
const loopsVersion = 2

// LoopRow is one round, from an activity back to itself.
type LoopRow struct {
	Activities []Group // the first and the last are the same
	Rounds     int64
	Cases      int64
	Share      Estimate // of all cases
	Added      Estimate // seconds of a case
	Time       Estimate // share of all cases' time
}

// AskLoops answers loops.
func AskLoops(ctx context.Context, facts Facts, p Params) (Answer[LoopRow], error) {
	return runLoops(ctx, facts, p, nil)
}

func loops() Definition {
	return asked(Definition{
		Name: "loops", Title: "Where do journeys go round in circles?",
		Takes:    []Ingredient{casesOfEvents},
		Formula:  "cases that come back to where they were by this round ÷ all cases; added: the time that a case spends in it",
		Unit:     "share of cases; seconds; share of time",
		Smallest: "10 cases for a share, 6 for a median",
		Pitfalls: "Going back can be right: a second look at a hard case is no fault. What follows directly at one step is one visit, until something of it comes again. What happened at one instant comes in the order of its file.",
		Source:   "Loop erasure: Lawler 1980; rework: van der Aalst 2016; interval: Wilson 1927; quantiles: Conover 1999",
		Needs:    []string{"journey"},
	}, runLoops, func(Params) []Column {
		return []Column{
			{Name: "loop", Title: "The round", Unit: "text"},
			{Name: "rounds", Title: "How often", Unit: "count"},
			{Name: "cases", Title: "In cases", Unit: ""},
			{Name: "share", Title: "Of all cases", Unit: "share"},
			{Name: "added", Title: "Adds, at the median", Unit: "seconds", Help: "The time of all such rounds of a case together; half of the cases that go it spend less."},
			{Name: "time", Title: "Share of all time", Unit: "share", Help: "Of the time of all cases from first to last, how much is spent in this round."},
		}
	}, func(_ Params, r LoopRow) []Cell {
		more := evidence("loop", strings.Join(namesOf(r.Activities), "\n"))
		return []Cell{
			textCell(strings.Join(titlesOf(r.Activities), " → ")), countCell(r.Rounds, more), countCell(r.Cases, ""),
			estimateCell(r.Share, more), estimateCell(r.Added, more), estimateCell(r.Time, more),
		}
	})
}

// coming is an activity on the way of a case, and the time that coming to it took.
type coming struct {
	activity uint16
	took     int64
}

type loopCount struct {
	rounds, cases int64
	time          timeShare
	added         []int64 // by case
}

func runLoops(ctx context.Context, facts Facts, p Params, c *collector) (Answer[LoopRow], error) {
	w, err := newProcess(ctx, facts, p)
	if err != nil {
		return Answer[LoopRow]{}, err
	}
	found, of := map[string]*loopCount{}, map[*timeShare]*loopCount{}
	var all timeShare
	var cases, round int64
	var key []byte
	w.step = func(k *oneCase, to uint16, start int64, id cx.InteractionID) {
		took := start - k.last
		at := slices.IndexFunc(k.path, func(v coming) bool { return v.activity == to })
		if at < 0 {
			k.path = append(k.path, coming{to, took})
			return
		}
		key = key[:0]
		for i, v := range k.path[at:] {
			key = binary.BigEndian.AppendUint16(key, v.activity)
			if i > 0 {
				took += v.took
			}
		}
		key = binary.BigEndian.AppendUint16(key, to)
		k.path = k.path[:at+1]
		l := found[string(key)]
		if l == nil {
			l = &loopCount{}
			found[string(key)], of[&l.time] = l, l
		}
		l.rounds++
		if k.spend(&l.time, took) {
			l.cases++
		}
		if c != nil {
			_, names := w.words(string(key))
			c.note("loop", strings.Join(names, "\n"), start, id)
		}
	}
	w.over = func(k *oneCase) {
		cases++
		round += one(len(k.spent) > 0)
		for _, s := range k.spent {
			of[s.on].added = append(of[s.on].added, s.time)
		}
		k.settle(&all)
	}
	if err := w.run(ctx, c != nil); err != nil {
		return Answer[LoopRow]{}, err
	}
	rows := make([]LoopRow, 0, len(found))
	for way, l := range found {
		slices.Sort(l.added)
		row := LoopRow{
			Rounds: l.rounds, Cases: l.cases, Share: share(l.cases, cases, w.s.least),
			Added: elapsedQuantile(l.added, .5, 1), Time: l.time.of(&all, l.rounds, w.s.least),
		}
		for i := 0; i+1 < len(way); i += 2 {
			row.Activities = append(row.Activities, w.activities[binary.BigEndian.Uint16([]byte(way[i:i+2]))])
		}
		rows = append(rows, row)
	}
	slices.SortFunc(rows, func(a, b LoopRow) int {
		if a.Cases != b.Cases {
			return int(max(-1, min(1, b.Cases-a.Cases)))
		}
		return slices.Compare(namesOf(a.Activities), namesOf(b.Activities))
	})
	notes := []string{fmt.Sprintf("%s of %s cases come back to where they were.", grouped(round), grouped(cases))}
	return answer(w.s, &w.tally, loopsVersion, rows, notes), nil
}

func titlesOf(groups []Group) []string {
	out := make([]string, len(groups))
	for i, g := range groups {
		out[i] = g.Title
	}
	return out
}

func namesOf(groups []Group) []string {
	out := make([]string, len(groups))
	for i, g := range groups {
		out[i] = g.Name
	}
	return out
}
