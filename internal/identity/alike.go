package identity

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/identity/likeness"
)

// ByLikeness is the author of links between profiles that no key joins, but that are
// alike in name, birth date, address, e-mail and phone.
const ByLikeness = "likeness"

// Alike keeps who profiles are and which of them are alike.
type Alike interface {
	// EachPerson visits the profiles of which something is known beside their keys, in
	// order of number.
	EachPerson(ctx context.Context, visit func(ProfilePerson) error) error
	// Due lists profiles whose person has changed since a run said it was Done.
	Due(ctx context.Context) ([]cx.ProfileID, error)
	// MadeAlike lists the live links by likeness, Apart the live decisions that two are two.
	MadeAlike(ctx context.Context) ([]Link, error)
	Apart(ctx context.Context) ([]Link, error)
	// SaveAlike stores what a run found, in one transaction.
	SaveAlike(ctx context.Context, found Found) error
	// Doubtful lists pairs worth a person's look that are neither one customer nor held
	// apart, the likeliest first: limit of all.
	Doubtful(ctx context.Context, limit int) (pairs []Likeness, all int, err error)
	// LikenessOf lists the pairs that carry the joins of profiles.
	LikenessOf(ctx context.Context, profiles []cx.ProfileID) ([]Likeness, error)
	// Remember keeps a note by name; Remembered reads it, or leaves into as it is.
	Remember(ctx context.Context, name string, note any) error
	Remembered(ctx context.Context, name string, into any) error
}

// ProfilePerson is a profile with what is known of who it is.
type ProfilePerson struct {
	Profile  cx.ProfileID
	Customer cx.CustomerID
	Person   cx.Person
}

// Likeness is a pair that is alike, and what each field said.
type Likeness struct {
	A           cx.ProfileID    `json:"a"` // A < B
	B           cx.ProfileID    `json:"b"`
	Joined      bool            `json:"joined"` // else doubtful
	Weight      float64         `json:"weight"` // log2 of the odds
	Probability float64         `json:"probability"`
	Swapped     bool            `json:"swapped,omitempty"`
	Parts       []likeness.Part `json:"parts"`
	At          time.Time       `json:"at"`
}

// Reason says in words what a pair has in common, the weightiest first.
func (l Likeness) Reason() string {
	parts := slices.Clone(l.Parts)
	slices.SortStableFunc(parts, func(x, y likeness.Part) int { return cmp.Compare(y.Weight, x.Weight) })
	var words []string
	for _, p := range parts {
		if p.Weight > 0 {
			words = append(words, p.Words())
		}
	}
	if l.Swapped {
		words = append(words, "first and last name exchanged")
	}
	return strings.Join(words, ", ")
}

// Found is what a run of linking by likeness changes.
type Found struct {
	All       bool           // everything was looked at
	Looked    []cx.ProfileID // else these were: their old pairs go
	Pairs     []Likeness
	Links     []Link // new ones, and old ones that are undone
	Customers map[cx.ProfileID]cx.CustomerID
	Done      []cx.ProfileID // no longer due
}

// LikenessSettings say whether profiles are linked by likeness, and from when on.
type LikenessSettings struct {
	On     bool    `json:"on"`
	Join   float64 `json:"join"`   // probability from which two are joined without a person
	Review float64 `json:"review"` // probability from which a person is asked
}

// Check says what is wrong with settings.
func (s LikenessSettings) Check() error {
	if s.Join < .8 || s.Join >= 1 {
		return cx.Errorf(cx.Invalid, "people are joined by themselves from %g on", s.Join).WithRemedy("Choose a probability from 0.8 to below 1; 0.95 is usual.")
	}
	if s.Review <= 0 || s.Review > s.Join {
		return cx.Errorf(cx.Invalid, "people are asked about from %g on", s.Review).WithRemedy("Choose a probability above 0, and not above that of joining.")
	}
	return nil
}

// LikenessRun is what a run did, for people.
type LikenessRun struct {
	At       time.Time     `json:"at"`
	Took     time.Duration `json:"took"`
	All      bool          `json:"all"`      // everything was looked at, else what was new
	Profiles int           `json:"profiles"` // with something to compare
	Looked   int           `json:"looked"`
	Compared int64         `json:"compared"` // pairs
	Learned  bool          `json:"learned"`  // the model was learned anew
	Linked   int           `json:"linked"`   // new links
	Undone   int           `json:"undone"`   // links that no longer hold
	Links    int           `json:"links"`    // by likeness, all that hold
	Doubtful int           `json:"doubtful"` // waiting for a person, all that there are
}

// Matching links profiles by likeness: on top of exact keys, never against a person.
type Matching struct {
	room  *Room
	alike Alike
	now   func() time.Time
	one   sync.Mutex // run at a time
}

// NewMatching makes it on a room and what is kept of who people are.
func NewMatching(room *Room, alike Alike, now func() time.Time) *Matching {
	return &Matching{room: room, alike: alike, now: now}
}

const (
	settingsNote = "likeness_settings"
	modelNote    = "likeness_model"
	runNote      = "likeness_run"
)

// Settings are those in force; until somebody changes them, the default.
func (m *Matching) Settings(ctx context.Context) (LikenessSettings, error) {
	s := LikenessSettings{On: true, Join: likeness.DefaultJoin, Review: likeness.DefaultReview}
	err := m.alike.Remembered(ctx, settingsNote, &s)
	return s, err
}

// SetSettings changes them. Links stay as they are until the next run.
func (m *Matching) SetSettings(ctx context.Context, s LikenessSettings) error {
	if err := s.Check(); err != nil {
		return err
	}
	return m.alike.Remember(ctx, settingsNote, s)
}

// Why lists what each field said of the pairs that join profiles.
func (m *Matching) Why(ctx context.Context, profiles []cx.ProfileID) ([]Likeness, error) {
	return m.alike.LikenessOf(ctx, profiles)
}

// LastRun is what the last run did; zero when there was none.
func (m *Matching) LastRun(ctx context.Context) (run LikenessRun, err error) {
	err = m.alike.Remembered(ctx, runNote, &run)
	return run, err
}

// modelOf is a learned model with the thresholds it was used with.
type modelOf struct {
	Model    likeness.Model
	Settings LikenessSettings
}

// relearn is by how much the profiles must have grown for the model to be learned anew.
const relearn = 1.25

// Link looks for profiles that are one person. With all, or when the thresholds or the
// number of profiles have changed much, everything is looked at and the model learned;
// else what is new since the last run, and all that it is connected with, by the model
// that was learned. progress may be nil.
//
// Customers joined by keys or by a person are never taken apart, and who a person pulled
// apart is never joined.
func (m *Matching) Link(ctx context.Context, all bool, progress func(done, of int)) (LikenessRun, error) {
	m.one.Lock()
	defer m.one.Unlock()
	began := m.now().UTC()
	settings, err := m.Settings(ctx)
	if err != nil {
		return LikenessRun{}, err
	}
	due, err := m.alike.Due(ctx)
	if err != nil {
		return LikenessRun{}, err
	}
	var before modelOf
	if err := m.alike.Remembered(ctx, modelNote, &before); err != nil {
		return LikenessRun{}, err
	}
	if len(due) == 0 && !all && before.Settings == settings {
		run, err := m.LastRun(ctx)
		if err == nil {
			_, run.Doubtful, err = m.alike.Doubtful(ctx, 1) // some were decided since
		}
		return run, err
	}
	p, err := m.read(ctx)
	if err != nil {
		return LikenessRun{}, fmt.Errorf("reading who everybody is: %w", err)
	}
	all = all || before.Settings != settings || float64(len(p.profiles)) > relearn*float64(before.Model.Records)
	opt := likeness.Options{Join: settings.Join, Review: settings.Review, Seed: 1, Joined: p.joined, Apart: p.isApart, Progress: progress}
	if !all {
		opt.Model, opt.Only = &before.Model, p.only(due)
	}
	found, err := likeness.Link(ctx, p.table, opt)
	if err != nil {
		return LikenessRun{}, err
	}
	run := LikenessRun{At: began, All: all, Profiles: len(p.profiles), Looked: len(p.profiles), Compared: found.Compared, Learned: all}
	if !all {
		run.Looked = len(found.Looked)
	}
	if err := m.apply(ctx, p, found, due, &run); err != nil {
		return LikenessRun{}, fmt.Errorf("storing who is one person: %w", err)
	}
	if all {
		if err := m.alike.Remember(ctx, modelNote, modelOf{found.Model, settings}); err != nil {
			return run, err
		}
	}
	if _, run.Doubtful, err = m.alike.Doubtful(ctx, 1); err != nil {
		return run, err
	}
	run.Took = m.now().Sub(began)
	return run, m.alike.Remember(ctx, runNote, run)
}

// apply turns what was found into links and customers. It holds the room's lock, so
// that no import and no person changes links meanwhile.
func (m *Matching) apply(ctx context.Context, p *population, found likeness.Result, due []cx.ProfileID, run *LikenessRun) error {
	m.room.mu.Lock()
	defer m.room.mu.Unlock()
	live, err := m.alike.MadeAlike(ctx)
	if err != nil {
		return err
	}
	at := m.now().UTC().Truncate(time.Microsecond)
	out := Found{All: run.All, Done: due}
	looked := func(cx.ProfileID) bool { return true }
	if !run.All {
		out.Looked = p.profilesOf(found.Looked)
		in := make(map[cx.ProfileID]bool, len(out.Looked)+len(due))
		for _, q := range append(slices.Clone(out.Looked), due...) {
			in[q] = true
		}
		looked = func(q cx.ProfileID) bool { return in[q] }
	}
	wanted := map[[2]cx.ProfileID]Likeness{}
	for _, pair := range found.Joined {
		l := p.likeness(pair, true, at)
		wanted[[2]cx.ProfileID{l.A, l.B}] = l
		out.Pairs = append(out.Pairs, l)
	}
	for _, pair := range found.Doubtful {
		out.Pairs = append(out.Pairs, p.likeness(pair, false, at))
	}
	run.Links = len(live)
	var touched []cx.ProfileID
	for _, l := range live {
		_, want := wanted[[2]cx.ProfileID{l.A, l.B}]
		switch {
		case want:
			delete(wanted, [2]cx.ProfileID{l.A, l.B})
		case looked(l.A) || looked(l.B):
			l.Undone, l.UndoneBy, l.UndoneReason = at, ByLikeness, "no longer alike enough"
			out.Links = append(out.Links, l)
			touched = append(touched, l.A, l.B)
			run.Undone++
		}
	}
	for _, pair := range slices.SortedFunc(maps.Values(wanted), func(x, y Likeness) int { return cmp.Or(cmp.Compare(x.A, y.A), cmp.Compare(x.B, y.B)) }) {
		out.Links = append(out.Links, Link{A: pair.A, B: pair.B, Reason: pair.Reason(), By: ByLikeness, At: at})
		touched = append(touched, pair.A, pair.B)
		run.Linked++
	}
	run.Links += run.Linked - run.Undone
	if out.Customers, err = m.customersAfter(ctx, touched, out.Links); err != nil {
		return err
	}
	return m.alike.SaveAlike(ctx, out)
}

// customersAfter are the customers that differ once links are new or undone.
func (m *Matching) customersAfter(ctx context.Context, touched []cx.ProfileID, changed []Link) (map[cx.ProfileID]cx.CustomerID, error) {
	if len(touched) == 0 {
		return nil, nil
	}
	slices.Sort(touched)
	whole, before, err := m.room.around(ctx, slices.Compact(touched))
	if err != nil {
		return nil, err
	}
	type ends struct {
		a, b cx.ProfileID
		at   time.Time
	}
	undone := map[ends]bool{}
	for _, l := range changed {
		if l.Live() {
			whole.Links = append(whole.Links, l)
		} else {
			undone[ends{l.A, l.B, l.At}] = true
		}
	}
	for i, l := range whole.Links {
		if l.By == ByLikeness && undone[ends{l.A, l.B, l.At}] {
			whole.Links[i].Undone = m.now()
		}
	}
	return differences(before, Customers(whole)), nil
}

// Unlink takes back every link by likeness, so that customers are what keys and people
// made them. The next run would find them again: turn linking by likeness off to stay so.
func (m *Matching) Unlink(ctx context.Context, by, reason string) (undone int, err error) {
	if err := named(by, reason); err != nil {
		return 0, err
	}
	m.one.Lock()
	defer m.one.Unlock()
	m.room.mu.Lock()
	defer m.room.mu.Unlock()
	live, err := m.alike.MadeAlike(ctx)
	if err != nil || len(live) == 0 {
		return 0, err
	}
	at := m.now().UTC().Truncate(time.Microsecond)
	var touched []cx.ProfileID
	for i := range live {
		live[i].Undone, live[i].UndoneBy, live[i].UndoneReason = at, by, reason
		touched = append(touched, live[i].A, live[i].B)
	}
	found := Found{All: true, Links: live}
	if found.Customers, err = m.customersAfter(ctx, touched, live); err != nil {
		return 0, err
	}
	if err := m.alike.SaveAlike(ctx, found); err != nil {
		return 0, fmt.Errorf("taking links by likeness back: %w", err)
	}
	// With no model remembered, the next run looks at everything.
	return len(live), m.alike.Remember(ctx, modelNote, modelOf{})
}
