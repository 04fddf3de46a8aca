package question

import (
	"context"
	"maps"
	"math"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// naiveCurve is Kaplan and Meier's estimate by its definition: at each time, everyone
// is counted anew.
func naiveQuantile(waits []time.Duration, events []bool, q float64) (time.Duration, bool) {
	times := slices.Clone(waits)
	slices.Sort(times)
	share := 1.0
	for _, at := range slices.Compact(times) {
		died, risk := 0, 0
		for i := range waits {
			if waits[i] >= at {
				risk++
			}
			if waits[i] == at && events[i] {
				died++
			}
		}
		share *= 1 - float64(died)/float64(risk)
		if died > 0 && share <= 1-q+1e-9 {
			return at, true
		}
	}
	return 0, false
}

type naiveWaits struct {
	waits    []time.Duration
	events   []bool
	channels []string
	reopened int64
}

func (w *naiveWaits) answered() (n int64) {
	for _, e := range w.events {
		if e {
			n++
		}
	}
	return n
}

// noneAnswered reports whether no group has an answer: then nobody knows of any.
func noneAnswered(groups map[string]*naiveWaits) bool {
	for _, w := range groups {
		if w.answered() > 0 {
			return false
		}
	}
	return true
}

func checkWait(t *rapid.T, what string, got Wait, want naiveWaits) {
	if got.N != int64(len(want.waits)) || got.Answered != want.answered() {
		t.Fatalf("%s: %d of %d answered, reference %d of %d", what, got.Answered, got.N, want.answered(), len(want.waits))
	}
	channels := slices.Clone(want.channels)
	slices.Sort(channels)
	if mixed := len(slices.Compact(channels)) > 1; got.Mixed != mixed {
		t.Fatalf("%s mixes channels: %v, reference %v", what, got.Mixed, mixed)
	} else if mixed {
		if got.Median.Shown || got.P90.Shown {
			t.Fatalf("%s mixes channels and shows a wait", what)
		}
		return
	}
	for q, e := range map[float64]Estimate{.5: got.Median, .9: got.P90} {
		at, reached := naiveQuantile(want.waits, want.events, q)
		if e.Shown != (reached && want.answered() >= 1) || e.Shown && math.Abs(e.Value-at.Seconds()) > 1e-6 {
			t.Fatalf("%s: the %g quantile is %g s (%v), reference %g s (%v)", what, q, e.Value, e.Shown, at.Seconds(), reached)
		}
	}
}

// known is an instant if it is known as of the answer.
func (n naive) known(t time.Time) time.Time {
	if !n.p.AsOf.IsZero() && t.After(n.p.AsOf) {
		return time.Time{}
	}
	return t
}

func TestTimeToPersonEqualsItsNaiveReference(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		world, p := drawWorld(t), drawParams(t)
		n := newNaive(world, byChannel(p))
		want := map[string]*naiveWaits{}
		for _, f := range world.facts {
			if f.Signature.Kind != cx.Contact || !n.asked(f) {
				continue
			}
			human, end := n.known(f.FirstHuman), n.known(f.End)
			wait, event := human.Sub(f.Start), true
			if human.IsZero() {
				event = false
				switch {
				case !f.FirstHuman.IsZero() || end.IsZero():
					wait = max(0, n.asOf.Sub(f.Start))
				case !f.Censored:
					continue // over without a person
				default:
					wait = end.Sub(f.Start)
				}
			}
			if wait < 0 {
				continue
			}
			w := want[n.groupName(f)]
			if w == nil {
				w = &naiveWaits{}
				want[n.groupName(f)] = w
			}
			w.waits, w.events, w.channels = append(w.waits, wait), append(w.events, event), append(w.channels, f.Signature.Channel)
		}
		answer, err := AskTimeToPerson(context.Background(), world, p)
		if err != nil {
			t.Fatal(err)
		}
		if noneAnswered(want) {
			clear(want)
		}
		if len(answer.Rows) != len(want) {
			t.Fatalf("%d groups, reference %v", len(answer.Rows), slices.Collect(maps.Keys(want)))
		}
		for _, row := range answer.Rows {
			checkWait(t, row.Group.Name, row.Wait, *want[row.Group.Name])
		}
	})
}

func TestResponseTimeEqualsItsNaiveReference(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		world, p := drawWorld(t), drawParams(t)
		n := newNaive(world, byChannel(p))
		calendar, business := map[string]*naiveWaits{}, map[string]*naiveWaits{}
		for _, wait := range n.responseWaits() {
			if !n.asked(wait.first) {
				continue
			}
			group := n.groupName(wait.first)
			if calendar[group] == nil {
				calendar[group], business[group] = &naiveWaits{}, &naiveWaits{}
			}
			until, event := wait.answered, true
			if until.IsZero() {
				until, event = wait.end, false
			}
			if until.IsZero() {
				until = n.asOf
			}
			if until.Before(wait.first.Start) {
				until = wait.first.Start
			}
			c, b := calendar[group], business[group]
			c.waits, c.events = append(c.waits, until.Sub(wait.first.Start)), append(c.events, event)
			b.waits, b.events = append(b.waits, naiveBusiness(world.journeys["buy"].Hours, wait.first.Start, until)), append(b.events, event)
			c.channels, b.channels = append(c.channels, wait.first.Signature.Channel), append(b.channels, wait.first.Signature.Channel)
			if wait.reopened {
				c.reopened++
			}
		}
		answer, err := AskResponseTime(context.Background(), world, p)
		if err != nil {
			t.Fatal(err)
		}
		if noneAnswered(calendar) {
			clear(calendar)
		}
		if len(answer.Rows) != len(calendar) {
			t.Fatalf("%d groups, reference %v", len(answer.Rows), slices.Collect(maps.Keys(calendar)))
		}
		for _, row := range answer.Rows {
			checkWait(t, row.Group.Name+" by the clock", row.Calendar, *calendar[row.Group.Name])
			checkWait(t, row.Group.Name+" in business hours", row.Business, *business[row.Group.Name])
			if row.Reopened != calendar[row.Group.Name].reopened {
				t.Fatalf("%d reopened, reference %d", row.Reopened, calendar[row.Group.Name].reopened)
			}
		}
	})
}

type naiveWait struct {
	first         fact
	answered, end time.Time
	reopened      bool
}

// responseWaits cuts every thread's contacts into waits.
func (n naive) responseWaits() (waits []naiveWait) {
	reach := 30 * 24 * time.Hour
	var contacts []fact
	for _, f := range n.world.facts {
		human, end := n.known(f.FirstHuman), n.known(f.End)
		if f.Signature.Kind == cx.Contact && !f.Start.After(n.asOf) &&
			(n.p.Period.From.IsZero() || !f.Start.Before(n.p.Period.From.Add(-reach))) &&
			(n.p.Period.To.IsZero() || f.Start.Before(n.p.Period.To.Add(reach))) &&
			(human.IsZero() || !human.Before(f.Start)) && (end.IsZero() || !end.Before(f.Start)) {
			f.FirstHuman, f.End = human, end
			contacts = append(contacts, f)
		}
	}
	taken := make([]bool, len(contacts))
	for i, f := range contacts {
		if taken[i] {
			continue
		}
		wait := naiveWait{first: f, answered: f.FirstHuman, end: f.End}
		if f.Customer == 0 || f.Thread == 0 {
			waits = append(waits, wait)
			continue
		}
		for j := i + 1; j < len(contacts); j++ {
			g := contacts[j]
			if g.Customer != f.Customer || g.Thread != f.Thread {
				continue
			}
			taken[j] = true
			switch {
			case wait.answered.IsZero():
				wait.answered, wait.end = g.FirstHuman, g.End
			case !g.Start.Before(wait.answered):
				waits = append(waits, wait)
				wait = naiveWait{first: g, answered: g.FirstHuman, end: g.End, reopened: true}
			}
		}
		waits = append(waits, wait)
	}
	return waits
}

// naiveBusiness walks a wait minute by minute.
func naiveBusiness(h cx.Hours, from, to time.Time) (open time.Duration) {
	for at := from; at.Before(to); at = at.Add(time.Minute) {
		since := time.Duration(at.Hour())*time.Hour + time.Duration(at.Minute())*time.Minute
		if slices.Contains(h.Days, at.Weekday()) && since >= h.From && since < h.To {
			open += time.Minute
		}
	}
	return open
}

func TestDropThenContactEqualsItsNaiveReference(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		world, p := drawWorld(t), drawParams(t)
		if p.By == "step" {
			p.By = ""
		}
		n := newNaive(world, p)
		type key struct{ group, step string }
		type drop struct {
			key
			customer int64
			at       time.Time
		}
		window, span := 7*24*time.Hour, world.facts
		var drops []drop
		for _, a := range n.attemptsFrom(window, (7*4+1)*24*time.Hour) {
			if a.entry.Customer == 0 || !n.asked(a.entry) || a.entry.Start.Add(window+p.Within).After(n.asOf) {
				continue
			}
			if _, done := a.reached["pay"]; done {
				continue
			}
			step := "search"
			if look := world.journeys["buy"].Steps()[1]; !look.Optional {
				if _, ok := a.reached["look"]; ok {
					step = "look"
				}
			}
			moment := a.entry.Start // of the last that is no contact
			for _, f := range a.facts {
				if f.Signature.Kind != cx.Contact {
					moment = f.Start
				}
			}
			drops = append(drops, drop{key{n.groupName(a.entry), step}, a.entry.Customer, moment})
		}
		contactAfter := func(customer int64, at time.Time) bool {
			return slices.ContainsFunc(span, func(f fact) bool {
				return f.Customer == customer && f.Signature.Kind == cx.Contact && f.Start.After(at) && !f.Start.After(at.Add(p.Within))
			})
		}
		first, _ := world.Span(context.Background())
		dropped, contacted, matched, base := map[key]int64{}, map[key]int64{}, map[key]int64{}, map[key]float64{}
		for _, d := range drops {
			dropped[d.key]++
			if contactAfter(d.customer, d.at) {
				contacted[d.key]++
			}
			windows, hits := 0.0, 0.0
			for week := -4; week <= 4; week++ {
				at := d.at.AddDate(0, 0, 7*week)
				near := slices.ContainsFunc(drops, func(o drop) bool { return o.customer == d.customer && at.Sub(o.at).Abs() < p.Within })
				if week == 0 || near || at.Before(first.From) || at.Add(p.Within).After(n.asOf) {
					continue
				}
				windows++
				if contactAfter(d.customer, at) {
					hits++
				}
			}
			if windows > 0 {
				matched[d.key]++
				base[d.key] += hits / windows
			}
		}
		answer, err := AskDropThenContact(context.Background(), world, p)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.ContainsFunc(world.signatures, func(s cx.Signature) bool { return s.Kind == cx.Contact }) {
			dropped = nil // without contacts nobody knows who asked for help
		}
		if len(answer.Rows) != len(dropped) {
			t.Fatalf("%d rows, reference %v", len(answer.Rows), dropped)
		}
		for _, row := range answer.Rows {
			k := key{row.Group.Name, row.Step}
			if row.Dropped != dropped[k] || row.Contacted != contacted[k] || row.Matched != matched[k] {
				t.Fatalf("%v: %d of %d contacted, %d matched; reference %d of %d, %d", k, row.Contacted, row.Dropped, row.Matched, contacted[k], dropped[k], matched[k])
			}
			if row.Base.Shown && math.Abs(row.Base.Value-base[k]/float64(matched[k])) > 1e-9 {
				t.Fatalf("%v: base %g, reference %g", k, row.Base.Value, base[k]/float64(matched[k]))
			}
		}
	})
}
