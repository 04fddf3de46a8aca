package walk

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// Plans lists the plans, by number.
func (r *Room) Plans(ctx context.Context) ([]Plan, error) { return r.store.Plans(ctx) }

// Plan is one plan.
func (r *Room) Plan(ctx context.Context, id int64) (Plan, error) {
	all, err := r.store.Plans(ctx)
	if err != nil {
		return Plan{}, err
	}
	for _, p := range all {
		if p.ID == id {
			return p, nil
		}
	}
	return Plan{}, cx.Errorf(cx.NotFound, "there is no plan %d", id)
}

// SavePlan stores a plan (ID 0 = a new one) after it was checked, and lays its
// assignments. What was laid and not begun of a changed plan is laid afresh.
func (r *Room) SavePlan(ctx context.Context, p Plan, by string) (Plan, []Skip, error) {
	if err := r.checkPlan(ctx, &p); err != nil {
		return p, nil, err
	}
	if p.ID == 0 {
		p.Made, p.MadeBy = r.at(), by
	}
	p, err := r.store.SavePlan(ctx, p)
	if err != nil {
		return p, nil, err
	}
	if err := r.clearAhead(ctx, p, by); err != nil {
		return p, nil, err
	}
	skipped, err := r.layPlan(ctx, p)
	return p, skipped, err
}

// PausePlan stops a plan from making walks, or lets it go on; what is planned and not
// begun is cancelled.
func (r *Room) PausePlan(ctx context.Context, id int64, paused bool, by string) (Plan, error) {
	p, err := r.Plan(ctx, id)
	if err != nil || p.Paused == paused {
		return p, err
	}
	p.Paused = paused
	p, _, err = r.SavePlan(ctx, p, by)
	return p, err
}

func (r *Room) checkPlan(ctx context.Context, p *Plan) error {
	p.Name = strings.TrimSpace(p.Name)
	invalid := func(format string, args ...any) *cx.Error { return cx.Errorf(cx.Invalid, format, args...) }
	s := p.Schedule
	switch {
	case p.Name == "":
		return invalid("the plan has no name")
	case len(p.Scenarios) == 0:
		return invalid("the plan has no scenario").WithRemedy("Choose at least one from the library.")
	case !p.Robot && len(p.Walkers) == 0:
		return invalid("the plan has no walkers").WithRemedy("Choose people, or let a robot walk it.")
	case !slices.Contains([]Often{Once, Daily, Weekly, AfterRelease}, s.Often):
		return invalid("%q does not say how often", s.Often).WithRemedy("Write once, daily, weekly or after_release.")
	case s.From < 0 || s.From > 23 || s.To < 0 || s.To > 24 || s.To != 0 && s.To <= s.From:
		return invalid("the hours %d to %d are no part of a day", s.From, s.To).WithRemedy("Such as from 9 to 18.")
	case s.PerTime < 0 || s.PerTime > 50:
		return invalid("%d walks each time are not possible", s.PerTime).WithRemedy("At most 50.")
	case p.LockoutDays < 0 || p.LockoutDays > 366:
		return invalid("%d lockout days are not possible", p.LockoutDays).WithRemedy("From 0 to 366.")
	case p.CapPerMonth.Minor < 0:
		return invalid("the monthly cap is below nothing")
	case p.DueAfter < 0 || p.DueAfter > 60*24*time.Hour:
		return invalid("a walk is due within 60 days")
	case s.Often == Once && s.Start == "":
		return invalid("the plan comes round once, and does not say on which day").WithRemedy("Give it a start, like 2026-12-01.")
	}
	for _, day := range []string{s.Start, s.End} {
		if _, err := time.Parse(time.DateOnly, day); day != "" && err != nil {
			return invalid("%q is not a day", day).WithRemedy("Write it like 2026-12-01.")
		}
	}
	if s.End != "" && s.End < s.Start {
		return invalid("the plan ends (%s) before it begins (%s)", s.End, s.Start)
	}
	return r.checkCast(ctx, *p)
}

// checkCast holds a plan's scenarios against its walkers and values.
func (r *Room) checkCast(ctx context.Context, p Plan) error {
	values, err := r.Values(ctx)
	if err != nil {
		return err
	}
	for name, v := range p.Values {
		values[name] = v
	}
	walkers, err := r.planWalkers(ctx, p)
	if err != nil {
		return err
	}
	if !p.Robot && len(walkers) < len(p.Walkers) {
		return cx.Errorf(cx.Invalid, "some of the plan's walkers are not there any more").WithRemedy("Choose others.")
	}
	for _, id := range p.Scenarios {
		s, err := r.Scenario(ctx, id)
		if err != nil {
			return err
		}
		_, missing, err := Fill(s, values)
		if err != nil {
			return err
		}
		if len(missing) > 0 {
			return cx.Errorf(cx.Invalid, "%q needs %s", s.Title, strings.Join(missing, ", ")).
				WithRemedy("Fill them in: they stand for what only your company knows.")
		}
		if p.Robot {
			if err := r.checkRobot(ctx, s, values); err != nil {
				return err
			}
		}
		if p.CapPerMonth.Currency != "" && s.CostLimit.Minor > 0 && s.CostLimit.Currency != p.CapPerMonth.Currency {
			return cx.Errorf(cx.Invalid, "%q costs %s and the cap is in %s", s.Title, s.CostLimit.Currency, p.CapPerMonth.Currency).
				WithRemedy("Give the cap in the same currency.")
		}
		for _, arm := range s.Arms {
			if !p.Robot && !slices.ContainsFunc(walkers, func(w Walker) bool { return plays(w, arm.Name) }) {
				return cx.Errorf(cx.Invalid, "%q needs somebody to walk as %q, and none of the walkers can", s.Title, arm.Name).
					WithRemedy("Mark a walker whom the staff know to be connected, or leave this scenario out.")
			}
		}
	}
	return nil
}

func (r *Room) planWalkers(ctx context.Context, p Plan) ([]Walker, error) {
	all, err := r.store.Walkers(ctx)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(all, func(w Walker) bool { return !slices.Contains(p.Walkers, w.ID) || !w.Erased.IsZero() }), nil
}

// clearAhead cancels what a plan laid and nobody has been told of.
func (r *Room) clearAhead(ctx context.Context, p Plan, by string) error {
	ahead, err := r.store.Assignments(ctx, Filter{Plan: p.ID, States: []cx.WalkState{cx.WalkPlanned}})
	if err != nil {
		return err
	}
	for _, a := range ahead {
		if a.Release != "" && !p.Paused {
			continue // a release happens once
		}
		_, err := r.move(ctx, a, cx.WalkCancel, by, "the plan was changed", func(c *Change) error {
			// Its occurrence may be laid again.
			c.Assignment.Key = fmt.Sprintf("%s~%d", a.Key, a.ID)
			return nil
		})
		if err != nil && !isStale(err) {
			return err
		}
	}
	return nil
}

// LayAhead lays the assignments of all plans for the fourteen days to come. Done
// again, it makes only what is not there yet.
func (r *Room) LayAhead(ctx context.Context) ([]Skip, error) {
	plans, err := r.store.Plans(ctx)
	if err != nil {
		return nil, err
	}
	var skipped []Skip
	for _, p := range plans {
		skips, err := r.layPlan(ctx, p)
		if err != nil {
			return skipped, err
		}
		skipped = append(skipped, skips...)
	}
	return skipped, nil
}

func (r *Room) layPlan(ctx context.Context, p Plan) ([]Skip, error) {
	if p.Paused || p.Schedule.Often == AfterRelease {
		return nil, nil
	}
	g, err := r.ground(ctx, p)
	if err != nil {
		return nil, err
	}
	from := midnight(r.now(), g.Zone)
	made, skipped := Lay(g, from, from.AddDate(0, 0, planAhead))
	return skipped, r.keep(ctx, p, made)
}

// Skipped lists what a plan cannot lay in the days to come, and why; it lays nothing.
func (r *Room) Skipped(ctx context.Context, id int64) ([]Skip, error) {
	p, err := r.Plan(ctx, id)
	if err != nil || p.Paused || p.Schedule.Often == AfterRelease {
		return nil, err
	}
	g, err := r.ground(ctx, p)
	if err != nil {
		return nil, err
	}
	from := midnight(r.now(), g.Zone)
	_, skipped := Lay(g, from, from.AddDate(0, 0, planAhead))
	return skipped, nil
}

func (r *Room) ground(ctx context.Context, p Plan) (Ground, error) {
	g := Ground{Plan: p, Zone: r.store.Zone()}
	var err error
	if g.Walkers, err = r.planWalkers(ctx, p); err != nil {
		return g, err
	}
	if g.Past, err = r.store.Assignments(ctx, Filter{}); err != nil {
		return g, err
	}
	for _, id := range p.Scenarios {
		s, err := r.adopt(ctx, id)
		if err != nil {
			return g, err
		}
		g.Scenarios = append(g.Scenarios, s)
	}
	return g, nil
}

// keep stores what was laid; what another call laid meanwhile is passed over.
func (r *Room) keep(ctx context.Context, p Plan, made []Assignment) error {
	at := r.at()
	for _, a := range made {
		a.Made = at
		_, err := r.store.CommitWalk(ctx, Change{Assignment: a, Events: []Event{{At: at, What: cx.WalkMake, To: a.State, By: cmp.Or(p.MadeBy, "plan"), Reason: "planned"}}})
		if err != nil && cx.CodeOf(err) != cx.Conflict {
			return err
		}
	}
	return nil
}

// Released lets every plan that walks after a release do so, once for each release.
func (r *Room) Released(ctx context.Context, release, by string) (made int, skipped []Skip, err error) {
	release = strings.TrimSpace(release)
	if release == "" || len(release) > 100 {
		return 0, nil, cx.Errorf(cx.Invalid, "a release needs a name of at most 100 characters").WithRemedy("Such as shop-2026.48.")
	}
	plans, err := r.store.Plans(ctx)
	if err != nil {
		return 0, nil, err
	}
	for _, p := range plans {
		if p.Paused || p.Schedule.Often != AfterRelease {
			continue
		}
		g, err := r.ground(ctx, p)
		if err != nil {
			return made, skipped, err
		}
		b := newBalance(g)
		today := midnight(r.now(), g.Zone)
		for slot := range max(1, p.Schedule.PerTime) {
			key := fmt.Sprintf("release %s/%d", release, slot+1)
			if b.laid[key] {
				continue
			}
			group, why := b.assign(key, today)
			if why != "" {
				skipped = append(skipped, Skip{Plan: p.ID, Key: key, Day: today, Why: why})
				continue
			}
			due := group[0].Due.Sub(group[0].From)
			for i := range group { // at once: that is what it is for
				group[i].From, group[i].Release = r.at(), release
				group[i].Due, group[i].Again = group[i].From.Add(due), time.Time{}
			}
			if err := r.keep(ctx, p, group); err != nil {
				return made, skipped, err
			}
			made += len(group)
		}
	}
	return made, skipped, nil
}

// Ask is a walk asked for by hand.
type Ask struct {
	Scenario string            `json:"scenario"`
	Walker   int64             `json:"walker,omitempty"` // 0: a guest who is not known yet, or a robot
	Name     string            `json:"name,omitempty"`   // of a friend who is invited and not known yet
	Robot    bool              `json:"robot,omitempty"`
	Needs    []string          `json:"needs,omitempty"`
	Place    string            `json:"place,omitempty"`
	Arm      string            `json:"arm,omitempty"`
	Pair     int64             `json:"pair,omitempty"`
	Values   map[string]string `json:"values,omitempty"`
	From     time.Time         `json:"from,omitzero"` // zero = now
	Due      time.Time         `json:"due,omitzero"`  // zero = three days later
	Guards   int64             `json:"guards,omitempty"`
}

// Assign makes one assignment by hand.
func (r *Room) Assign(ctx context.Context, ask Ask, by string) (Assignment, error) {
	a, err := r.asked(ctx, ask)
	if err != nil {
		return a, err
	}
	return r.store.CommitWalk(ctx, Change{Assignment: a, Events: []Event{{At: a.Made, What: cx.WalkMake, To: a.State, By: by, Reason: "asked for"}}})
}

// asked is the assignment that is asked for, after it was checked.
func (r *Room) asked(ctx context.Context, ask Ask) (Assignment, error) {
	s, err := r.adopt(ctx, ask.Scenario)
	if err != nil {
		return Assignment{}, err
	}
	at := r.at()
	a := Assignment{
		State: cx.WalkPlanned, Key: newSecret(), Scenario: s.ID, Version: s.Version, Values: ask.Values, Voice: cx.VoiceWalker,
		Walker: ask.Walker, Place: ask.Place, Arm: ask.Arm, Pair: ask.Pair, Guards: cmp.Or(ask.Guards, s.Guards), Made: at,
		From: ask.From.UTC(), Reserved: s.CostLimit,
	}
	if ask.From.IsZero() {
		a.From = at
	}
	if a.Due = ask.Due.UTC(); ask.Due.IsZero() {
		a.Due = a.From.Add(defaultDue)
	}
	switch {
	case !a.Due.After(a.From) || !a.Due.After(at):
		return a, cx.Errorf(cx.Invalid, "the walk would be due before it begins, or has passed")
	case ask.Arm != "" && !slices.ContainsFunc(s.Arms, func(arm cx.Arm) bool { return arm.Name == ask.Arm }):
		return a, cx.Errorf(cx.Invalid, "%q has no arm %q", s.Title, ask.Arm)
	}
	if ask.Robot {
		a.Voice, a.Walker, a.Needs = cx.VoiceRobot, 0, ask.Needs
	} else if a.Walker != 0 {
		if _, err := r.Walker(ctx, a.Walker); err != nil {
			return a, err
		}
	}
	if _, missing, err := r.filled(ctx, a); err != nil {
		return a, err
	} else if len(missing) > 0 {
		return a, cx.Errorf(cx.Invalid, "%q needs %s", s.Title, strings.Join(missing, ", ")).
			WithRemedy("Fill them in: they stand for what only your company knows.")
	}
	if ask.Robot {
		values, err := r.Values(ctx)
		if err != nil {
			return a, err
		}
		maps.Copy(values, ask.Values)
		if err := r.checkRobot(ctx, s, values); err != nil {
			return a, err
		}
	}
	return a, nil
}

// Cancel takes a walk back.
func (r *Room) Cancel(ctx context.Context, id int64, by, reason string) (Assignment, error) {
	return retry(func() (Assignment, error) {
		a, err := r.store.Assignment(ctx, id)
		if err != nil {
			return a, err
		}
		return r.move(ctx, a, cx.WalkCancel, by, reason, endLease)
	})
}

// Reschedule moves a walk that has not begun to another time.
func (r *Room) Reschedule(ctx context.Context, id int64, from time.Time, by string) (Assignment, error) {
	return retry(func() (Assignment, error) {
		a, err := r.store.Assignment(ctx, id)
		if err != nil {
			return a, err
		}
		if from.Before(r.now()) {
			return a, cx.Errorf(cx.Invalid, "a walk cannot be moved into the past")
		}
		return r.move(ctx, a, cx.WalkReschedule, by, "moved", func(c *Change) error {
			length := a.Due.Sub(a.From)
			c.Assignment.From, c.Assignment.Due = from.UTC(), from.Add(length).UTC()
			if c.Assignment.Voice == cx.VoiceRobot {
				c.Assignment.Again = c.Assignment.From
			}
			return nil
		})
	})
}
