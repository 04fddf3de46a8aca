package question

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// The references in this file take the definitions literally, over a plain slice,
// comparing everything with everything. They share no code with the folds but the
// rule of a persona.

// naive is a world and a question put to it.
type naive struct {
	world *sliceFacts
	p     Params
	asOf  time.Time
}

func newNaive(world *sliceFacts, p Params) naive {
	n := naive{world: world, p: p, asOf: p.AsOf}
	if n.asOf.IsZero() {
		for _, f := range world.facts {
			if f.Start.After(n.asOf) {
				n.asOf = f.Start
			}
		}
	}
	return n
}

// asked reports whether an interaction lies in the period and the filter.
func (n naive) asked(f fact) bool {
	return n.inPeriod(f) && n.filter(f)
}

func (n naive) inPeriod(f fact) bool {
	return n.p.Period.Holds(f.Start) && (n.p.AsOf.IsZero() || !f.Start.After(n.p.AsOf))
}

func (n naive) filter(f fact) bool {
	if n.p.Channel != "" && f.Signature.Channel != n.p.Channel {
		return false
	}
	if n.p.Persona != "" && !holdsPersona(n.world.journeys["buy"].Personas[0], f.Dims) {
		return false
	}
	return n.p.Dimension == "" || f.Dims[n.p.Dimension] == n.p.Value
}

// groupName is the name of an interaction's group.
func (n naive) groupName(f fact) string {
	or := func(s string) string { return cmp.Or(s, "-") }
	switch n.p.By {
	case "channel":
		return or(f.Signature.Channel)
	case "reason":
		return or(f.Signature.Reason)
	case "touchpoint":
		return or(f.Signature.Touchpoint)
	case "step":
		if _, found := n.world.journeys["buy"].Step(f.Signature.Touchpoint); !found {
			return "-"
		}
		return f.Signature.Touchpoint
	case "persona":
		if holdsPersona(n.world.journeys["buy"].Personas[0], f.Dims) {
			return "payer"
		}
		return "-"
	case "dimension:plan":
		return or(f.Dims["plan"])
	case "month":
		return f.Start.Format("2006-01")
	case "week":
		for f.Start.Weekday() != time.Monday {
			f.Start = f.Start.AddDate(0, 0, -1)
		}
		return f.Start.Format("2006-01-02")
	case "weekday":
		return string("7123456"[f.Start.Weekday()])
	case "hour":
		return f.Start.Format("15")
	}
	return ""
}

func TestRepeatContactEqualsItsNaiveReference(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		world, p := drawWorld(t), drawParams(t)
		n := newNaive(world, p)
		within := time.Duration(p.Days) * 24 * time.Hour
		if p.AsOf.IsZero() {
			n.asOf = time.Time{}
			for _, f := range world.facts {
				if f.Customer != 0 && f.Signature.Kind == cx.Contact && f.Start.After(n.asOf) {
					n.asOf = f.Start
				}
			}
		}
		contacts, repeated := map[string]int64{}, map[string]int64{}
		var scanned int64
		for i, f := range world.facts {
			if f.Signature.Kind != cx.Contact || !n.asked(f) {
				continue
			}
			scanned++
			if f.Customer == 0 || f.Signature.Reason == "" || f.Start.Add(within).After(n.asOf) {
				continue
			}
			contacts[n.groupName(f)]++
			for _, later := range world.facts[i+1:] {
				if later.Customer == f.Customer && later.Signature.Kind == cx.Contact && later.Signature.Reason == f.Signature.Reason &&
					!later.Start.After(f.Start.Add(within)) {
					repeated[n.groupName(f)]++
					break
				}
			}
		}
		answer, err := AskRepeatContact(context.Background(), world, p)
		if err != nil {
			t.Fatal(err)
		}
		gotContacts, gotRepeated := map[string]int64{}, map[string]int64{}
		for _, row := range answer.Rows {
			gotContacts[row.Group.Name] = row.Contacts
			if row.Repeated > 0 {
				gotRepeated[row.Group.Name] = row.Repeated
			}
		}
		if !maps.Equal(contacts, gotContacts) || !maps.Equal(repeated, gotRepeated) || answer.Scanned != scanned {
			t.Fatalf("%v of %v (%d scanned), reference %v of %v (%d)", gotRepeated, gotContacts, answer.Scanned, repeated, contacts, scanned)
		}
	})
}

// naiveAttempt is one try at the journey, literally.
type naiveAttempt struct {
	entry   fact
	facts   []fact // from the entry to the end of the window
	reached map[string]time.Time
}

// attempts finds every attempt of the world whose entry lies where the look-back of
// the period can see it.
func (n naive) attempts(window time.Duration) []naiveAttempt { return n.attemptsFrom(window, window) }

func (n naive) attemptsFrom(window, lookBack time.Duration) []naiveAttempt {
	j := n.world.journeys["buy"]
	stepOf := func(f fact) string {
		if _, found := j.Step(f.Signature.Touchpoint); found {
			return f.Signature.Touchpoint
		}
		return ""
	}
	var seen []fact
	for _, f := range n.world.facts {
		if stepOf(f) == "" || !n.p.Period.From.IsZero() && f.Start.Before(n.p.Period.From.Add(-lookBack)) || f.Start.After(n.asOf) {
			continue
		}
		seen = append(seen, f)
	}
	place := map[string]int{}
	for i, step := range j.Steps() {
		place[step.Name] = i
	}
	// At one instant the journey's order decides, then the words.
	slices.SortStableFunc(seen, func(a, b fact) int {
		return cmp.Or(cmp.Compare(a.Customer, b.Customer), a.Start.Compare(b.Start), cmp.Compare(place[stepOf(a)], place[stepOf(b)]),
			cmp.Compare(fmt.Sprint(a.Signature, a.Dims), fmt.Sprint(b.Signature, b.Dims)))
	})
	var runs [][]fact
	if j.Attempt.By == cx.AttemptByThread {
		type key struct{ customer, thread int64 }
		by := map[key][]fact{}
		for _, f := range seen {
			if f.Thread != 0 {
				k := key{f.Customer, f.Thread}
				by[k] = append(by[k], f)
			}
		}
		runs = slices.Collect(maps.Values(by))
	} else {
		for _, f := range seen {
			if f.Customer == 0 {
				continue
			}
			if k := len(runs) - 1; k >= 0 && runs[k][0].Customer == f.Customer && f.Start.Sub(runs[k][len(runs[k])-1].Start) <= j.Attempt.Gap {
				runs[k] = append(runs[k], f)
			} else {
				runs = append(runs, []fact{f})
			}
		}
	}
	var out []naiveAttempt
	for _, run := range runs {
		at := slices.IndexFunc(run, func(f fact) bool { return stepOf(f) == "search" })
		if at < 0 {
			continue
		}
		a := naiveAttempt{entry: run[at], reached: map[string]time.Time{}}
		for _, f := range run[at:] {
			if f.Start.After(a.entry.Start.Add(window)) {
				break
			}
			a.facts = append(a.facts, f)
			step, _ := j.Step(stepOf(f))
			before := true // all required steps before it were reached
			for _, other := range j.Steps() {
				if other.Name == step.Name {
					break
				}
				if _, reached := a.reached[other.Name]; !other.Optional && !reached {
					before = false
				}
			}
			if _, already := a.reached[step.Name]; before && !already {
				a.reached[step.Name] = f.Start
			}
		}
		out = append(out, a)
	}
	return out
}

// counted reports whether an attempt is in the answer.
func (n naive) counted(a naiveAttempt, window time.Duration) bool {
	return n.asked(a.entry) && !a.entry.Start.Add(window).After(n.asOf)
}

func TestFunnelEqualsItsNaiveReference(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		world, p := drawWorld(t), drawParams(t)
		if p.By == "step" {
			p.By = ""
		}
		n := newNaive(world, p)
		j := world.journeys["buy"]
		type key struct{ group, step string }
		reached, continued := map[key]int64{}, map[key]int64{}
		var included int64
		for _, a := range n.attempts(p.Within) {
			if !n.counted(a, p.Within) {
				continue
			}
			for _, f := range a.facts {
				if n.inPeriod(f) {
					included++
				}
			}
			group := n.groupName(a.entry)
			for i, step := range j.Steps() {
				if _, ok := a.reached[step.Name]; !ok {
					continue
				}
				reached[key{group, step.Name}]++
				for _, next := range j.Steps()[i+1:] {
					if next.Optional {
						continue
					}
					if _, ok := a.reached[next.Name]; ok {
						continued[key{group, step.Name}]++
					}
					break
				}
			}
		}
		answer, err := AskFunnel(context.Background(), world, p)
		if err != nil {
			t.Fatal(err)
		}
		gotReached, gotContinued := map[key]int64{}, map[key]int64{}
		for _, row := range answer.Rows {
			k := key{row.Group.Name, row.Step}
			if row.Reached > 0 {
				gotReached[k] = row.Reached
			}
			if row.Continued > 0 {
				gotContinued[k] = row.Continued
			}
		}
		if !maps.Equal(reached, gotReached) || !maps.Equal(continued, gotContinued) {
			t.Fatalf("reached %v, continued %v; reference %v, %v", gotReached, gotContinued, reached, continued)
		}
		var scanned int64
		for _, f := range world.facts {
			if n.inPeriod(f) {
				scanned++
			}
		}
		if answer.Scanned != scanned || answer.Included != included {
			t.Fatalf("%d scanned, %d included; reference %d, %d", answer.Scanned, answer.Included, scanned, included)
		}
	})
}
