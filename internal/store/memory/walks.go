package memory

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/walk"
)

var _ walk.Store = (*Walks)(nil)

// Walks keeps walks as lists, and tells the facts at once.
type Walks struct {
	facts *Facts
	key   []byte
	zone  *time.Location

	scenarios []walk.ScenarioFile
	recorded  []walk.RecordingFile
	plans     []walk.Plan
	walkers   []walk.Walker
	list      []walk.Assignment
	events    []walk.Event
	messages  map[int64][]walk.Message
	pieces    map[int64][]walk.Piece
	passes    []walk.Pass
	staff     map[int64]string
	settings  map[string]string
	turn      chan struct{}
}

// NewWalks makes an empty store of walks beside facts.
func NewWalks(facts *Facts, key []byte, zone *time.Location) *Walks {
	return &Walks{
		facts: facts, key: key, zone: zone, messages: map[int64][]walk.Message{}, pieces: map[int64][]walk.Piece{},
		staff: map[int64]string{}, settings: map[string]string{}, turn: make(chan struct{}, 1),
	}
}

func (w *Walks) lock() (unlock func()) {
	w.turn <- struct{}{}
	return func() { <-w.turn }
}

// copyOf is a copy that shares nothing, as one read back from a file is.
func copyOf[T any](v T) T {
	var out T
	text, err := json.Marshal(v)
	if err == nil {
		err = json.Unmarshal(text, &out)
	}
	if err != nil {
		panic(fmt.Sprintf("a %T does not survive JSON: %v", v, err))
	}
	return out
}

// SaveScenario numbers and keeps a version.
func (w *Walks) SaveScenario(_ context.Context, f walk.ScenarioFile) (walk.ScenarioFile, error) {
	defer w.lock()()
	f.Version = 1
	for _, o := range w.scenarios {
		if o.ID == f.ID {
			f.Version = max(f.Version, o.Version+1)
		}
	}
	w.scenarios = append(w.scenarios, f)
	return f, nil
}

// ScenarioFiles lists the newest version of each, by id.
func (w *Walks) ScenarioFiles(context.Context) ([]walk.ScenarioFile, error) {
	defer w.lock()()
	newest := map[string]walk.ScenarioFile{}
	for _, f := range w.scenarios {
		newest[f.ID] = f
	}
	return slices.SortedFunc(maps.Values(newest), func(a, b walk.ScenarioFile) int { return cmp.Compare(a.ID, b.ID) }), nil
}

// ScenarioVersions lists all versions of one, the newest first.
func (w *Walks) ScenarioVersions(_ context.Context, id string) ([]walk.ScenarioFile, error) {
	defer w.lock()()
	var out []walk.ScenarioFile
	for _, f := range slices.Backward(w.scenarios) {
		if f.ID == id {
			out = append(out, f)
		}
	}
	return out, nil
}

// SaveRecording numbers and keeps a version.
func (w *Walks) SaveRecording(_ context.Context, f walk.RecordingFile) (walk.RecordingFile, error) {
	defer w.lock()()
	f.Version = 1
	for _, o := range w.recorded {
		if o.Name == f.Name {
			f.Version = max(f.Version, o.Version+1)
		}
	}
	w.recorded = append(w.recorded, f)
	return f, nil
}

// Recordings lists the newest version of each, by name.
func (w *Walks) Recordings(context.Context) ([]walk.RecordingFile, error) {
	defer w.lock()()
	newest := map[string]walk.RecordingFile{}
	for _, f := range w.recorded {
		newest[f.Name] = f
	}
	return slices.SortedFunc(maps.Values(newest), func(a, b walk.RecordingFile) int { return cmp.Compare(a.Name, b.Name) }), nil
}

// RecordingVersions lists all versions of one, the newest first.
func (w *Walks) RecordingVersions(_ context.Context, name string) ([]walk.RecordingFile, error) {
	defer w.lock()()
	var out []walk.RecordingFile
	for _, f := range slices.Backward(w.recorded) {
		if f.Name == name {
			out = append(out, f)
		}
	}
	return out, nil
}

// SavePlan keeps a plan; a stale revision is a conflict.
func (w *Walks) SavePlan(_ context.Context, p walk.Plan) (walk.Plan, error) {
	defer w.lock()()
	p = copyOf(p)
	if p.ID == 0 {
		p.ID = int64(len(w.plans)) + 1
		w.plans = append(w.plans, walk.Plan{ID: p.ID, Revision: p.Revision})
	}
	i := int(p.ID) - 1
	if i < 0 || i >= len(w.plans) || w.plans[i].Revision != p.Revision {
		return p, walk.Stale("plan", p.ID)
	}
	p.Revision++
	w.plans[i] = p
	return copyOf(p), nil
}

// Plans lists the plans, by number.
func (w *Walks) Plans(context.Context) ([]walk.Plan, error) {
	defer w.lock()()
	return copyOf(w.plans), nil
}

// SaveWalker keeps a walker; a stale revision is a conflict.
func (w *Walks) SaveWalker(_ context.Context, p walk.Walker) (walk.Walker, error) {
	defer w.lock()()
	if p.ID == 0 {
		p.ID = int64(len(w.walkers)) + 1
		w.walkers = append(w.walkers, walk.Walker{ID: p.ID, Revision: p.Revision})
	}
	i := int(p.ID) - 1
	if i < 0 || i >= len(w.walkers) || w.walkers[i].Revision != p.Revision {
		return p, walk.Stale("walker", p.ID)
	}
	p.Revision++
	w.walkers[i] = p
	return p, nil
}

// Walkers lists the walkers, by number.
func (w *Walks) Walkers(context.Context) ([]walk.Walker, error) {
	defer w.lock()()
	return copyOf(w.walkers), nil
}

// CommitWalk makes a change whole or not at all.
func (w *Walks) CommitWalk(ctx context.Context, c walk.Change) (walk.Assignment, error) {
	defer w.lock()()
	a := copyOf(c.Assignment)
	if err := w.allowed(a, c); err != nil {
		return c.Assignment, err
	}
	if a.ID == 0 {
		a.ID = int64(len(w.list)) + 1
		w.list = append(w.list, walk.Assignment{})
	}
	a.Revision++
	w.list[a.ID-1] = a
	for _, e := range c.Events {
		e.ID, e.Assignment = int64(len(w.events))+1, a.ID
		w.events = append(w.events, e)
	}
	if c.Forget {
		delete(w.messages, a.ID)
		delete(w.pieces, a.ID)
		w.passes = slices.DeleteFunc(w.passes, func(p walk.Pass) bool { return p.Assignment == a.ID })
	}
	for _, m := range c.Messages {
		if !slices.ContainsFunc(w.messages[a.ID], func(o walk.Message) bool { return o.Key == m.Key }) {
			w.messages[a.ID] = append(w.messages[a.ID], copyOf(m))
		}
	}
	for _, p := range c.Pieces {
		if !slices.ContainsFunc(w.pieces[a.ID], func(o walk.Piece) bool { return o.Key == p.Key }) {
			w.pieces[a.ID] = append(w.pieces[a.ID], p)
		}
	}
	for _, p := range c.Passes {
		p.Assignment = a.ID
		w.passes = slices.DeleteFunc(w.passes, func(o walk.Pass) bool {
			return o.Assignment == a.ID && p.Kind == walk.LinkPass && o.Kind == walk.LinkPass
		})
		w.passes = append(w.passes, p)
	}
	for pseudonym, name := range c.Staff {
		if _, ok := w.staff[pseudonym]; !ok {
			w.staff[pseudonym] = name
		}
	}
	if c.Facts != nil {
		if err := w.facts.MirrorWalks(ctx, map[int64][]walk.StepFact{a.ID: c.Facts}); err != nil {
			return a, err
		}
	}
	return copyOf(a), nil
}

// allowed looks whether a change can be made, before any of it is.
func (w *Walks) allowed(a walk.Assignment, c walk.Change) error {
	if a.ID != 0 && (int(a.ID) > len(w.list) || w.list[a.ID-1].Revision != a.Revision) {
		return walk.Stale("walk", a.ID)
	}
	for _, o := range w.list {
		if o.ID != a.ID && o.Plan == a.Plan && o.Key == a.Key {
			return cx.Errorf(cx.Conflict, "plan %d has the walk %s already", a.Plan, a.Key)
		}
	}
	if c.Forget {
		return nil
	}
	for _, m := range c.Messages {
		for _, o := range w.messages[a.ID] {
			if o.Key == m.Key && o.Sum() != m.Sum() {
				return cx.Errorf(cx.Conflict, "the message %s came before with other words", m.Key)
			}
		}
	}
	for _, p := range c.Pieces {
		for _, o := range w.pieces[a.ID] {
			if o.Key == p.Key && o.Sent != p.Sent {
				return cx.Errorf(cx.Conflict, "the evidence %s came before with other content", p.Key)
			}
		}
	}
	return nil
}

// Assignment is one.
func (w *Walks) Assignment(_ context.Context, id int64) (walk.Assignment, error) {
	defer w.lock()()
	if id < 1 || int(id) > len(w.list) {
		return walk.Assignment{}, cx.Errorf(cx.NotFound, "there is no walk %d", id)
	}
	return copyOf(w.list[id-1]), nil
}

// Assignments lists those that a filter lets through, by their time.
func (w *Walks) Assignments(_ context.Context, f walk.Filter) ([]walk.Assignment, error) {
	defer w.lock()()
	var out []walk.Assignment
	for _, a := range w.list {
		through := (len(f.IDs) == 0 || slices.Contains(f.IDs, a.ID)) &&
			(f.Plan == 0 || a.Plan == f.Plan) && (f.Walker == 0 || a.Walker == f.Walker) &&
			(f.Scenario == "" || a.Scenario == f.Scenario) && (len(f.States) == 0 || slices.Contains(f.States, a.State)) &&
			(f.Voice == 0 || a.Voice == f.Voice) && (f.From.IsZero() || !a.From.Before(f.From)) && (f.To.IsZero() || a.From.Before(f.To)) &&
			(f.Claimable.IsZero() || a.State == cx.WalkPlanned && a.Voice == cx.VoiceRobot && !a.Again.After(f.Claimable))
		if through {
			out = append(out, copyOf(a))
		}
	}
	slices.SortStableFunc(out, func(a, b walk.Assignment) int { return a.From.Compare(b.From) })
	return out, nil
}

// AssignmentEvents lists what happened to one.
func (w *Walks) AssignmentEvents(_ context.Context, id int64) ([]walk.Event, error) {
	defer w.lock()()
	var out []walk.Event
	for _, e := range w.events {
		if e.Assignment == id {
			out = append(out, e)
		}
	}
	return out, nil
}

// Messages lists what came from a walker's device.
func (w *Walks) Messages(_ context.Context, assignment int64) ([]walk.Message, error) {
	defer w.lock()()
	return copyOf(w.messages[assignment]), nil
}

// Pieces lists the evidence of a walk.
func (w *Walks) Pieces(_ context.Context, assignment int64) ([]walk.Piece, error) {
	defer w.lock()()
	return slices.Clone(w.pieces[assignment]), nil
}

// Pass finds a pass by the hash of its secret.
func (w *Walks) Pass(_ context.Context, hash []byte) (walk.Pass, error) {
	defer w.lock()()
	for _, p := range w.passes {
		if bytes.Equal(p.Hash, hash) {
			return p, nil
		}
	}
	return walk.Pass{}, cx.Errorf(cx.NotFound, "there is no such pass")
}

// StaffName is the name behind a pseudonym.
func (w *Walks) StaffName(_ context.Context, pseudonym int64) (string, error) {
	defer w.lock()()
	return w.staff[pseudonym], nil
}

// Setting reads a setting.
func (w *Walks) Setting(_ context.Context, name string) (string, error) {
	defer w.lock()()
	return w.settings[name], nil
}

// SetSetting makes a setting.
func (w *Walks) SetSetting(_ context.Context, name, value string) error {
	defer w.lock()()
	w.settings[name] = value
	return nil
}

// InstallKey is the secret under which pseudonyms are made.
func (w *Walks) InstallKey() []byte { return w.key }

// Zone is the company's zone.
func (w *Walks) Zone() *time.Location { return w.zone }

// MirrorWalks holds of each walk what is given, and nothing else.
func (f *Facts) MirrorWalks(_ context.Context, walks map[int64][]walk.StepFact) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	for id, steps := range walks {
		f.walkSteps = slices.DeleteFunc(f.walkSteps, func(s walk.StepFact) bool { return s.Walk == id })
		f.walkSteps = append(f.walkSteps, copyOf(steps)...)
	}
	return nil
}

// WalkSteps lists the steps of walks that began in a period, by time, walk and order.
func (f *Facts) WalkSteps(_ context.Context, p cx.Period) ([]walk.StepFact, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	var out []walk.StepFact
	for _, s := range f.walkSteps {
		if !s.Started.Before(p.From) && (p.To.IsZero() || s.Started.Before(p.To)) {
			out = append(out, s)
		}
	}
	slices.SortFunc(out, func(a, b walk.StepFact) int {
		return cmp.Or(a.Started.Compare(b.Started), cmp.Compare(a.Walk, b.Walk), cmp.Compare(a.Order, b.Order))
	})
	return out, nil
}
