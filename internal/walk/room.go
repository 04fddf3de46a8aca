package walk

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"sync"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// Time limits of what people do with a walk. After one has passed the walk is
// overdue, and Tick does what can be done without a person.
const (
	reviewWithin   = 3 * 24 * time.Hour  // handed in → a reviewer takes it; after it: overdue
	holdWithin     = 2 * 24 * time.Hour  // taken → decided; after it: put back
	answerWithin   = 7 * 24 * time.Hour  // returned → handed in again; after it: expired
	appealWithin   = 14 * 24 * time.Hour // approved or rejected → appealed; after it: no more
	decideWithin   = 7 * 24 * time.Hour  // appealed → decided; after it: overdue
	defaultDue     = 3 * 24 * time.Hour  // a walk's time → it expires
	planAhead      = 14                  // days for which assignments are made
	maxFailures    = 3                   // of our machinery, before a robot's walk is given up
	passLives      = 60 * 24 * time.Hour // an invitation, at most
	fewestForOne   = 5                   // walks before a figure about one person
	maxLeaseLength = time.Hour
)

// Room is where walks are planned, done and reviewed.
type Room struct {
	store    Store
	files    Depot
	journeys Journeys
	now      func() time.Time
	sites    sync.Mutex // held while the list of sites is changed
	orders   sync.Mutex // held while a robot's order is counted
	// of test customers; see OnTestCustomers
	normal  func(cx.PersonKey) (cx.PersonKey, bool)
	changed func(ctx context.Context, keys TestCustomers) error
}

// New makes the room. files keep evidence, journeys are those of the company.
func New(store Store, files Depot, journeys Journeys, now func() time.Time) *Room {
	return &Room{store: store, files: files, journeys: journeys, now: now}
}

// at is the present moment as stores keep it.
func (r *Room) at() time.Time { return r.now().UTC().Truncate(time.Microsecond) }

// Assignments lists those that a filter lets through, by their time.
func (r *Room) Assignments(ctx context.Context, f Filter) ([]Assignment, error) {
	return r.store.Assignments(ctx, f)
}

// Detail is an assignment with all that belongs to it.
type Detail struct {
	Assignment
	Filled  cx.Scenario `json:"filled"`  // the scenario with its variables filled in
	Missing []string    `json:"missing"` // variables that nobody has filled in
	Visit   Visit       `json:"visit"`
	Events  []Event     `json:"events"`
	Walked  *Walker     `json:"walked,omitempty"` // nil for a robot
	Late    bool        `json:"late"`             // the present state's time limit has passed
}

// Assignment is one with its scenario, its visit and its history.
func (r *Room) Assignment(ctx context.Context, id int64) (Detail, error) {
	a, err := r.store.Assignment(ctx, id)
	if err != nil {
		return Detail{}, err
	}
	d := Detail{Assignment: a, Late: a.Overdue(r.now())}
	if d.Filled, d.Missing, err = r.filled(ctx, a); err != nil {
		return d, err
	}
	if d.Visit, err = r.visit(ctx, a, d.Filled); err != nil {
		return d, err
	}
	if d.Events, err = r.store.AssignmentEvents(ctx, id); err != nil {
		return d, err
	}
	if a.Walker != 0 {
		w, err := r.Walker(ctx, a.Walker)
		if err != nil {
			return d, err
		}
		d.Walked = &w
	}
	return d, nil
}

// Shown is Assignment for people at a desk: what only the walker is to know, the values
// marked as secret, is not in it.
func (r *Room) Shown(ctx context.Context, id int64) (Detail, error) {
	d, err := r.Assignment(ctx, id)
	if err != nil {
		return d, err
	}
	s, err := r.version(ctx, d.Scenario, d.Version)
	if err != nil {
		return d, err
	}
	values, err := r.Values(ctx)
	if err != nil {
		return d, err
	}
	maps.Copy(values, d.Values)
	if d.Filled, _, err = Fill(s, WithoutSecrets(s, values)); err != nil {
		return d, err
	}
	d.Values, d.Lease.Hash = WithoutSecrets(s, d.Values), nil
	for i := range d.Visit.Steps {
		step, _, _ := d.Filled.Step(d.Visit.Steps[i].Step)
		d.Visit.Steps[i].Title = step.Do
	}
	return d, nil
}

// Graded is how good the answer at a step was; "" where nothing was asked or nobody
// can tell.
func (d Detail) Graded(step string) cx.Answer {
	scripted, _, _ := d.Filled.Step(step)
	for _, lived := range d.Visit.Steps {
		if lived.Step == step {
			var reviewed map[string]cx.Answer
			if d.Review != nil {
				reviewed = d.Review.Answers
			}
			return gradeOf(scripted, lived.StepRecord, reviewed)
		}
	}
	return ""
}

func (r *Room) visit(ctx context.Context, a Assignment, s cx.Scenario) (Visit, error) {
	messages, err := r.store.Messages(ctx, a.ID)
	if err != nil {
		return Visit{}, err
	}
	pieces, err := r.store.Pieces(ctx, a.ID)
	if err != nil {
		return Visit{}, err
	}
	v, err := Gather(s, messages, pieces)
	for i := range v.Steps {
		v.Steps[i].Person = staffPerson(v.Steps[i].Staff)
	}
	return v, err
}

// move makes one step of an assignment's life; also is what else changes with it.
func (r *Room) move(ctx context.Context, a Assignment, e cx.WalkEvent, by, reason string, also func(c *Change) error) (Assignment, error) {
	to, err := a.State.After(e)
	if err != nil {
		return a, err
	}
	at := r.at()
	c := Change{Assignment: a, Events: []Event{{Assignment: a.ID, At: at, What: e, From: a.State, To: to, By: by, Reason: reason}}}
	c.Assignment.State, c.Assignment.Until = to, time.Time{}
	if also != nil {
		if err := also(&c); err != nil {
			return a, err
		}
	}
	return r.store.CommitWalk(ctx, c)
}

// retry does something again while another change of the same assignment came
// between; do reads it afresh each time.
func retry[T any](do func() (T, error)) (T, error) {
	for tries := 0; ; tries++ {
		got, err := do()
		if cx.CodeOf(err) != cx.Conflict || err == nil || tries == 4 || !isStale(err) {
			return got, err
		}
	}
}

// Stale is the error of a change that rests on what is no longer so. Stores return it
// for an outdated Revision.
func Stale(what string, id int64) error {
	return cx.Errorf(cx.Conflict, "%s %d has been changed meanwhile: %w", what, id, errStale).WithRemedy("Look at it again, then decide.")
}

var errStale = fmt.Errorf("its revision is outdated")

// Names of the room's settings.
const (
	valuesSetting    = "walk_values"         // values of variables, for all plans
	mappingSetting   = "walk_mapping"        // Mapping
	customersSetting = "walk_test_customers" // TestCustomers
	calendarSetting  = "walk_calendar"       // the secret of the calendar's address
)

func (r *Room) setting(ctx context.Context, name string, to any) error {
	text, err := r.store.Setting(ctx, name)
	if err != nil || text == "" {
		return err
	}
	if err := json.Unmarshal([]byte(text), to); err != nil {
		return cx.Errorf(cx.Internal, "setting %s cannot be read: %w", name, err)
	}
	return nil
}

func (r *Room) setSetting(ctx context.Context, name string, value any) error {
	text, err := json.Marshal(value)
	if err != nil {
		return cx.Errorf(cx.Internal, "setting %s cannot be written: %w", name, err)
	}
	return r.store.SetSetting(ctx, name, string(text))
}
