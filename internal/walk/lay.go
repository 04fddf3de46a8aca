package walk

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"math"
	"slices"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// Ground is what Lay works on. It is a function of nothing else: the same ground gives
// the same assignments.
type Ground struct {
	Plan      Plan
	Scenarios []cx.Scenario // of the plan, in its order
	Walkers   []Walker      // of the plan
	Past      []Assignment  // of all plans: for lockout days, caps, and what is laid already
	Zone      *time.Location
}

// Lay makes the assignments of a plan for the days of [from, to) that have none yet.
// The walker, scenario, place, hour and (where the plan leaves it open) weekday that
// were used least are taken; ties fall by the plan's seed. An occurrence for which
// nobody is free, or that would break the cap, is skipped with the reason.
func Lay(g Ground, from, to time.Time) (made []Assignment, skipped []Skip) {
	b := newBalance(g)
	for _, o := range occurrences(g.Plan, b, g.Zone, from, to) {
		for slot := range max(1, g.Plan.Schedule.PerTime) {
			key := fmt.Sprintf("%s/%d", o.key, slot+1)
			if b.laid[key] {
				continue
			}
			day := o.day
			if day.IsZero() {
				day = b.leastUsedDay(key, o.choices)
			}
			group, why := b.assign(key, day)
			if why != "" {
				skipped = append(skipped, Skip{Plan: g.Plan.ID, Key: key, Day: day, Why: why})
				continue
			}
			made = append(made, group...)
		}
	}
	return made, skipped
}

// occurrence is one time that a plan comes round: on a day, or on one of several.
type occurrence struct {
	key     string
	day     time.Time
	choices []time.Time
}

func occurrences(p Plan, b *balance, zone *time.Location, from, to time.Time) []occurrence {
	first, last := midnight(from, zone), to
	if start, err := time.ParseInLocation(time.DateOnly, p.Schedule.Start, zone); err == nil && start.After(first) {
		first = start
	}
	end := time.Date(9999, 1, 1, 0, 0, 0, 0, zone)
	if e, err := time.ParseInLocation(time.DateOnly, p.Schedule.End, zone); err == nil {
		end = e
	}
	var out []occurrence
	for d := first; d.Before(last) && !d.After(end); d = d.AddDate(0, 0, 1) {
		key := d.Format(time.DateOnly)
		switch p.Schedule.Often {
		case Once:
			if key == p.Schedule.Start {
				out = append(out, occurrence{key: key, day: d})
			}
		case Daily, Weekly:
			if p.Schedule.Often == Weekly && len(p.Schedule.Days) == 0 {
				year, week := d.ISOWeek()
				key = fmt.Sprintf("%04d-W%02d", year, week)
				if len(out) > 0 && out[len(out)-1].key == key {
					continue
				}
				out = append(out, occurrence{key: key, choices: restOfWeek(d, end)})
				continue
			}
			if len(p.Schedule.Days) == 0 || slices.Contains(p.Schedule.Days, d.Weekday()) {
				out = append(out, occurrence{key: key, day: d})
			}
		}
	}
	return out
}

// restOfWeek are the days from d to its Sunday.
func restOfWeek(d, end time.Time) []time.Time {
	var days []time.Time
	for ; !d.After(end); d = d.AddDate(0, 0, 1) {
		days = append(days, d)
		if d.Weekday() == time.Sunday {
			break
		}
	}
	return days
}

func midnight(t time.Time, zone *time.Location) time.Time {
	y, m, d := t.In(zone).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, zone)
}

// balance counts how often everything was used.
type balance struct {
	Ground
	laid     map[string]bool
	walker   map[int64]int
	onDay    map[walkerDay]int
	what     map[what]int
	hour     map[int]int
	weekday  map[time.Weekday]int
	visits   map[int64][]visitTo // of all plans: who was where
	reserved map[string]int64    // by month, of this plan
}

type walkerDay struct {
	walker int64
	day    time.Weekday
}

type what struct{ scenario, place string }

type visitTo struct {
	place string
	day   time.Time
}

func newBalance(g Ground) *balance {
	b := &balance{
		Ground: g, laid: map[string]bool{}, walker: map[int64]int{}, onDay: map[walkerDay]int{}, what: map[what]int{},
		hour: map[int]int{}, weekday: map[time.Weekday]int{}, visits: map[int64][]visitTo{}, reserved: map[string]int64{},
	}
	groups := map[string]bool{}
	for _, a := range g.Past {
		own := a.Plan == g.Plan.ID
		if own {
			b.laid[occurrenceOf(a.Key)] = true
		}
		if a.State == cx.WalkCancelled || a.State == cx.WalkExpired && a.Started.IsZero() {
			continue // it did not take place
		}
		b.count(a, own, groups)
	}
	return b
}

// occurrenceOf is an assignment's key without its arm.
func occurrenceOf(key string) string {
	for i := range len(key) {
		if key[i] == '#' {
			return key[:i]
		}
	}
	return key
}

func (b *balance) count(a Assignment, own bool, groups map[string]bool) {
	at := a.From.In(b.Zone)
	if a.Walker != 0 {
		b.visits[a.Walker] = append(b.visits[a.Walker], visitTo{a.Place, midnight(at, b.Zone)})
	}
	if !own {
		return
	}
	b.walker[a.Walker]++
	b.onDay[walkerDay{a.Walker, at.Weekday()}]++
	cost := a.Reserved.Minor
	if a.Spent.Currency == a.Reserved.Currency && a.State.Over() {
		cost = a.Spent.Minor
	}
	b.reserved[at.Format("2006-01")] += cost
	if key := occurrenceOf(a.Key); !groups[key] {
		groups[key] = true
		b.what[what{a.Scenario, a.Place}]++
		b.hour[at.Hour()]++
		b.weekday[at.Weekday()]++
	}
}

// tie breaks ties by the plan's seed, the occurrence and the choice, and by nothing else.
func (b *balance) tie(key string, choice any) uint64 {
	h := fnv.New64a()
	fmt.Fprintf(h, "%d|%d|%s|%v", b.Plan.Seed, b.Plan.ID, key, choice)
	var sum [8]byte
	binary.BigEndian.PutUint64(sum[:], h.Sum64())
	mixed := sha256.Sum256(sum[:]) // FNV alone leaves neighbours in order
	return binary.BigEndian.Uint64(mixed[:])
}

func (b *balance) leastUsedDay(key string, days []time.Time) time.Time {
	return slices.MinFunc(days, func(x, y time.Time) int {
		return cmp.Or(cmp.Compare(b.weekday[x.Weekday()], b.weekday[y.Weekday()]),
			cmp.Compare(b.tie(key, x.Weekday()), b.tie(key, y.Weekday())))
	})
}

// assign makes the walks of one occurrence on a day: one, or one for each arm.
func (b *balance) assign(key string, day time.Time) (group []Assignment, why string) {
	var options []what
	places := b.Plan.Places
	if len(places) == 0 {
		places = []string{""}
	}
	for _, s := range b.Scenarios {
		for _, place := range places {
			options = append(options, what{s.ID, place})
		}
	}
	if len(options) == 0 {
		return nil, "the plan has no scenario"
	}
	slices.SortFunc(options, func(x, y what) int {
		return cmp.Or(cmp.Compare(b.what[x], b.what[y]), cmp.Compare(b.tie(key, x), b.tie(key, y)))
	})
	for _, o := range options {
		s := b.Scenarios[slices.IndexFunc(b.Scenarios, func(s cx.Scenario) bool { return s.ID == o.scenario })]
		made, no := b.group(key, day, s, o.place)
		if no == "" {
			groups := map[string]bool{}
			for _, a := range made {
				b.count(a, true, groups)
			}
			b.laid[key] = true
			return made, ""
		}
		why = no
	}
	return nil, why
}

func (b *balance) group(key string, day time.Time, s cx.Scenario, place string) ([]Assignment, string) {
	arms := s.Arms
	if len(arms) == 0 {
		arms = []cx.Arm{{}}
	}
	limit := s.CostLimit
	if b.Plan.CapPerMonth.Currency != "" && limit.Minor > 0 {
		if limit.Currency != b.Plan.CapPerMonth.Currency {
			return nil, fmt.Sprintf("the scenario costs %s and the plan's cap is in %s", limit.Currency, b.Plan.CapPerMonth.Currency)
		}
		if b.reserved[day.Format("2006-01")]+limit.Minor*int64(len(arms)) > b.Plan.CapPerMonth.Minor {
			return nil, "the month's cap is reached"
		}
	}
	start := b.startOn(key, day)
	due := b.Plan.DueAfter
	if due <= 0 {
		due = defaultDue
	}
	var group []Assignment
	taken := map[int64]bool{}
	for _, arm := range arms {
		a := Assignment{
			State: cx.WalkPlanned, Plan: b.Plan.ID, Key: key, Scenario: s.ID, Version: s.Version, Values: b.Plan.Values,
			Voice: cx.VoiceWalker, Place: place, Arm: arm.Name, Guards: cmp.Or(b.Plan.Guards, s.Guards),
			From: start.UTC(), Due: start.Add(due).UTC(), Reserved: limit,
		}
		if arm.Name != "" {
			a.Key += "#" + arm.Name
			a.Pair = b.pair(key)
		}
		if b.Plan.Robot {
			a.Voice, a.Needs, a.Again = cx.VoiceRobot, b.Plan.Needs, a.From
		} else {
			w, ok := b.pick(key, day, place, arm.Name, taken)
			if !ok {
				return nil, "no walker is free: lockout days, or too few walkers for the arms"
			}
			taken[w] = true
			a.Walker = w
		}
		group = append(group, a)
	}
	return group, ""
}

// pick is the walker who was sent least: altogether, then on this weekday.
func (b *balance) pick(key string, day time.Time, place, arm string, taken map[int64]bool) (int64, bool) {
	var free []Walker
	for _, w := range b.Walkers {
		if w.Active() && !taken[w.ID] && plays(w, arm) && !b.lockedOut(w.ID, place, day) {
			free = append(free, w)
		}
	}
	if len(free) == 0 {
		return 0, false
	}
	best := slices.MinFunc(free, func(x, y Walker) int {
		return cmp.Or(cmp.Compare(b.walker[x.ID], b.walker[y.ID]),
			cmp.Compare(b.onDay[walkerDay{x.ID, day.Weekday()}], b.onDay[walkerDay{y.ID, day.Weekday()}]),
			cmp.Compare(b.tie(key, x.ID), b.tie(key, y.ID)))
	})
	return best.ID, true
}

// Connected is the arm that only somebody can play whom the staff know to be connected.
const Connected = "connected"

// plays reports whether a walker can play an arm: nobody can pretend to be connected,
// and one who is known to be cannot be ordinary.
func plays(w Walker, arm string) bool {
	switch {
	case arm == "":
		return true
	case arm == Connected:
		return w.Arm == Connected
	case w.Arm == "":
		return true
	}
	return w.Arm == arm
}

func (b *balance) lockedOut(walker int64, place string, day time.Time) bool {
	for _, v := range b.visits[walker] {
		apart := math.Abs(math.Round(v.day.Sub(day).Hours() / 24))
		if v.place == place && int(apart) < max(1, b.Plan.LockoutDays) {
			return true // at least not twice on a day
		}
	}
	return false
}

// startOn is a time on a day: in the hour that was used least, at a quarter.
func (b *balance) startOn(key string, day time.Time) time.Time {
	to := b.Plan.Schedule.To
	if to <= 0 || to > 24 {
		to = 24
	}
	hours := make([]int, 0, 24)
	for h := min(b.Plan.Schedule.From, to-1); h < to; h++ {
		hours = append(hours, h)
	}
	hour := slices.MinFunc(hours, func(x, y int) int {
		return cmp.Or(cmp.Compare(b.hour[x], b.hour[y]), cmp.Compare(b.tie(key, x), b.tie(key, y)))
	})
	minute := int(b.tie(key, "minute")%4) * 15
	y, m, d := day.Date()
	return time.Date(y, m, d, hour, minute, 0, 0, b.Zone)
}

// pair numbers walks that are compared with one another: the same for the same
// occurrence, whenever it is laid.
func (b *balance) pair(key string) int64 {
	sum := sha256.Sum256(fmt.Appendf(nil, "%d|%s", b.Plan.ID, key))
	return max(1, int64(binary.BigEndian.Uint64(sum[:8])&math.MaxInt64))
}
