package journey

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/declare"
)

// Room keeps journeys and matches interactions to their steps. It satisfies
// ingest.Matcher.
type Room struct {
	files Files
	facts Facts
	now   func() time.Time
	// one matching at a time: two would race for which version is current.
	matching sync.Mutex
}

// New makes the room from where files and facts are kept, and a clock.
func New(files Files, facts Facts, now func() time.Time) *Room {
	return &Room{files: files, facts: facts, now: now}
}

// Saved says what saving a journey file did.
type Saved struct {
	Journey cx.Journey `json:"journey"`
	Version int32      `json:"version"`
	Changed bool       `json:"changed"` // false: the current version says the same already
	Cover   Coverage   `json:"cover"`
}

// Save reads a journey file, matches every interaction to it in a new version
// and then switches to it; until the switch, questions see the version before.
// A file that says the same as the current version makes no new one. by is the
// person who saves.
func (r *Room) Save(ctx context.Context, file string, text []byte, by string) (Saved, error) {
	j, err := Parse(file, text)
	if err != nil {
		return Saved{}, err
	}
	r.matching.Lock()
	defer r.matching.Unlock()
	current, err := r.files.CurrentJourneys(ctx)
	if err != nil {
		return Saved{}, fmt.Errorf("listing the journeys: %w", err)
	}
	version, changed := int32(0), true
	for _, f := range current {
		if f.Name == j.Name && f.YAML == string(text) {
			version, changed = f.Version, false
		}
	}
	if changed {
		version, err = r.files.SaveJourney(ctx, File{Name: j.Name, YAML: string(text), By: by, Saved: r.now()})
		if err != nil {
			return Saved{}, fmt.Errorf("saving journey %q: %w", j.Name, err)
		}
	}
	use, err := r.facts.SignatureUse(ctx)
	if err != nil {
		return Saved{}, fmt.Errorf("listing what there is to match: %w", err)
	}
	// The file's version becomes current first: if we die between the two, the
	// start's MatchNew brings the facts after it.
	if changed {
		if err := r.files.SetCurrentJourney(ctx, j.Name, version); err != nil {
			return Saved{}, fmt.Errorf("switching journey %q to version %d: %w", j.Name, version, err)
		}
	}
	signatures, came, err := r.dictionary(ctx)
	if err != nil {
		return Saved{}, err
	}
	if err := r.facts.PutJourney(ctx, j, version, Steps(j, signatures, came)); err != nil {
		return Saved{}, fmt.Errorf("matching journey %q: %w", j.Name, err)
	}
	return Saved{Journey: j, Version: version, Changed: changed, Cover: cover(j, use)}, nil
}

// Preview says what a journey file would match, and keeps nothing.
func (r *Room) Preview(ctx context.Context, file string, text []byte) (cx.Journey, Coverage, error) {
	j, err := Parse(file, text)
	if err != nil {
		return cx.Journey{}, Coverage{}, err
	}
	use, err := r.facts.SignatureUse(ctx)
	if err != nil {
		return cx.Journey{}, Coverage{}, fmt.Errorf("listing what there is to match: %w", err)
	}
	return j, cover(j, use), nil
}

// MatchNew brings the facts in line with the current journey files: signatures
// that an import brought get their steps, a journey whose file is newer than its
// steps or whose words were renamed is matched, and one that was withdrawn goes.
// Where nothing is new it writes nothing. It costs per signature, not per interaction.
func (r *Room) MatchNew(ctx context.Context) error { return r.match(ctx, false) }

// Rematch matches every journey, whatever the facts hold: words were renamed.
func (r *Room) Rematch(ctx context.Context) error { return r.match(ctx, true) }

func (r *Room) match(ctx context.Context, all bool) error {
	r.matching.Lock()
	defer r.matching.Unlock()
	files, err := r.files.CurrentJourneys(ctx)
	if err != nil {
		return fmt.Errorf("listing the journeys: %w", err)
	}
	there, err := r.facts.MatchedJourneys(ctx)
	if err != nil {
		return fmt.Errorf("listing the matched journeys: %w", err)
	}
	signatures, came, err := r.dictionary(ctx)
	if err != nil {
		return err
	}
	highest := int32(len(signatures)) // they are numbered from 1
	matched := map[string]Matched{}
	for _, m := range there {
		matched[m.Name] = m
	}
	for _, f := range files {
		m, ok := matched[f.Name]
		delete(matched, f.Name)
		if ok && !all && m.Version == f.Version && m.Highest >= highest {
			continue
		}
		j, err := Parse(f.Name, []byte(f.YAML))
		if err != nil {
			return fmt.Errorf("reading version %d of journey %q: %w", f.Version, f.Name, err)
		}
		if err := r.facts.PutJourney(ctx, j, f.Version, Steps(j, signatures, came)); err != nil {
			return fmt.Errorf("matching journey %q: %w", f.Name, err)
		}
	}
	for name := range matched {
		if err := r.facts.DropJourney(ctx, name); err != nil {
			return fmt.Errorf("taking journey %q out: %w", name, err)
		}
	}
	return nil
}

// Withdraw takes a journey out of use; its versions stay and Save brings it back.
func (r *Room) Withdraw(ctx context.Context, name string) error {
	if _, err := r.Current(ctx, name); err != nil {
		return err
	}
	if err := r.files.SetCurrentJourney(ctx, name, 0); err != nil {
		return fmt.Errorf("withdrawing journey %q: %w", name, err)
	}
	return r.MatchNew(ctx)
}

// Restore makes an earlier version the current one, as a new version.
func (r *Room) Restore(ctx context.Context, name string, version int32, by string) (Saved, error) {
	versions, err := r.files.JourneyVersions(ctx, name)
	if err != nil {
		return Saved{}, fmt.Errorf("listing the versions of journey %q: %w", name, err)
	}
	for _, f := range versions {
		if f.Version == version {
			return r.Save(ctx, name, []byte(f.YAML), by)
		}
	}
	return Saved{}, cx.Errorf(cx.NotFound, "journey %q has no version %d", name, version)
}

// List is the current journeys, by name.
func (r *Room) List(ctx context.Context) ([]cx.Journey, error) {
	files, err := r.files.CurrentJourneys(ctx)
	if err != nil {
		return nil, fmt.Errorf("listing the journeys: %w", err)
	}
	out := make([]cx.Journey, 0, len(files))
	for _, f := range files {
		j, err := Parse(f.Name, []byte(f.YAML))
		if err != nil {
			return nil, fmt.Errorf("reading version %d of journey %q: %w", f.Version, f.Name, err)
		}
		out = append(out, j)
	}
	return out, nil
}

// Current is the file of a journey's current version.
func (r *Room) Current(ctx context.Context, name string) (File, error) {
	files, err := r.files.CurrentJourneys(ctx)
	if err != nil {
		return File{}, fmt.Errorf("listing the journeys: %w", err)
	}
	names := make([]string, 0, len(files))
	for _, f := range files {
		if f.Name == name {
			return f, nil
		}
		names = append(names, f.Name)
	}
	e := cx.Errorf(cx.NotFound, "there is no journey %q", name)
	if len(names) == 0 {
		return File{}, e.WithRemedy("Save a journey file, or let one be proposed from the data.")
	}
	return File{}, e.WithRemedy("%s", declare.DidYouMean(name, names))
}

// Versions lists all versions of a journey, newest first.
func (r *Room) Versions(ctx context.Context, name string) ([]File, error) {
	return r.files.JourneyVersions(ctx, name)
}

// Coverage is what a journey takes of the data.
type Coverage struct {
	Interactions int64            `json:"interactions"` // all
	Matched      int64            `json:"matched"`
	Steps        map[string]int64 `json:"steps"`     // by step, with 0 for those that nothing matches
	Unmatched    []SignatureUse   `json:"unmatched"` // the most used first
}

func cover(j cx.Journey, use []SignatureUse) Coverage {
	c := Coverage{Steps: map[string]int64{}}
	steps := j.Steps()
	for _, s := range steps {
		c.Steps[s.Name] = 0
	}
	for _, u := range use {
		c.Interactions += u.Interactions
		if at := stepOf(steps, u.Signature, u.Came); at > 0 {
			c.Matched += u.Interactions
			c.Steps[steps[at-1].Name] += u.Interactions
		} else {
			c.Unmatched = append(c.Unmatched, u)
		}
	}
	sortByUse(c.Unmatched)
	return c
}

// Unmatched lists the signatures that no current journey claims, the most used
// first, with the number of all interactions: nothing is dropped in silence.
func (r *Room) Unmatched(ctx context.Context) (unmatched []SignatureUse, interactions int64, err error) {
	journeys, err := r.List(ctx)
	if err != nil {
		return nil, 0, err
	}
	use, err := r.facts.SignatureUse(ctx)
	if err != nil {
		return nil, 0, fmt.Errorf("listing what there is to match: %w", err)
	}
	for _, u := range use {
		interactions += u.Interactions
		claimed := false
		for _, j := range journeys {
			claimed = claimed || stepOf(j.Steps(), u.Signature, u.Came) > 0
		}
		if !claimed {
			unmatched = append(unmatched, u)
		}
	}
	sortByUse(unmatched)
	return unmatched, interactions, nil
}

// ProposeFromData proposes a journey from what there is, as a file to edit and
// save; it keeps nothing. NotFound when there is no data.
func (r *Room) ProposeFromData(ctx context.Context) (cx.Journey, []byte, error) {
	use, err := r.facts.SignatureUse(ctx)
	if err != nil {
		return cx.Journey{}, nil, fmt.Errorf("listing what there is: %w", err)
	}
	if len(use) == 0 {
		return cx.Journey{}, nil, cx.Errorf(cx.NotFound, "there is nothing yet to make a journey of").WithRemedy("Import a file first.")
	}
	positions, err := r.facts.Positions(ctx)
	if err != nil {
		return cx.Journey{}, nil, fmt.Errorf("looking what comes first: %w", err)
	}
	use = slices.Clone(use) // it may be remembered
	for i := range use {
		use[i].Position = .5
		if at, ok := positions[use[i].Signature.ID]; ok {
			use[i].Position = at
		}
	}
	j := Propose(use)
	text, err := Format(j)
	return j, text, err
}

// ProposeIfNone saves a proposed journey when there is no journey and there is
// data; it reports whether it did.
func (r *Room) ProposeIfNone(ctx context.Context) (bool, error) {
	files, err := r.files.CurrentJourneys(ctx)
	if err != nil {
		return false, fmt.Errorf("listing the journeys: %w", err)
	}
	if len(files) > 0 {
		return false, nil
	}
	_, text, err := r.ProposeFromData(ctx)
	if cx.CodeOf(err) == cx.NotFound && err != nil {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	_, err = r.Save(ctx, "proposed", text, "proposed from the data")
	return err == nil, err
}

// dictionary is all signatures in the words that they are called by, and in those
// that came.
func (r *Room) dictionary(ctx context.Context) (signatures, came []cx.Signature, err error) {
	if signatures, err = r.facts.Signatures(ctx); err == nil {
		came, err = r.facts.SignaturesAsCame(ctx)
	}
	if err != nil {
		return nil, nil, fmt.Errorf("listing what there is to match: %w", err)
	}
	n := min(len(signatures), len(came)) // an import may have numbered one in between
	return signatures[1:n], came[1:n], nil
}
