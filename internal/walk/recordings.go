package walk

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/declare"
	"github.com/firsthand-cx/firsthand/internal/walk/robot/guard"
	"github.com/firsthand-cx/firsthand/internal/walk/robot/recorder"
)

// RecordingFile is one version of a recording of Chrome's Recorder, as it was handed in.
type RecordingFile struct {
	Name    string    `json:"name"`
	Version int32     `json:"version"`
	JSON    string    `json:"json"`
	SavedBy string    `json:"saved_by"`
	Saved   time.Time `json:"saved"`
}

// Recording is a recording as people read it.
type Recording struct {
	Name      string    `json:"name"`
	Version   int32     `json:"version"`
	Title     string    `json:"title"`
	Steps     []string  `json:"steps"` // in words
	Variables []string  `json:"variables"`
	Hosts     []string  `json:"hosts"`  // where it leads, as far as no variable hides it
	Orders    []int     `json:"orders"` // steps, from 1, before which a robot that may not order stops
	SavedBy   string    `json:"saved_by"`
	Saved     time.Time `json:"saved"`
	Scenarios []string  `json:"scenarios"` // ids of those that it walks
	// Notes say what was done to it, or looks doubtful, when it was saved.
	Notes []string `json:"notes,omitempty"`
}

// HandIn is a recording on its way in.
type HandIn struct {
	Name string `json:"name,omitempty"` // "" = by its title
	File string `json:"file,omitempty"` // what errors call it
	JSON string `json:"json"`
	// Order is the step, from 1, that orders for real; nil = what looks like it; 0 = none does.
	Order *int `json:"order,omitempty"`
}

// recordingName is how a recording is called, with or without the ending of its file.
func recordingName(name string) string { return strings.TrimSuffix(strings.TrimSpace(name), ".json") }

// SaveRecording keeps a recording as a new version after it was checked: all mistakes
// are told at once. A step that seems to order is marked, so that no robot orders
// by accident.
func (r *Room) SaveRecording(ctx context.Context, in HandIn, by string) (Recording, error) {
	file := cmp.Or(in.File, in.Name, "the recording")
	text := []byte(in.JSON)
	flow, err := recorder.Parse(file, text)
	if err != nil {
		return Recording{}, err
	}
	if err := flow.Secrets(file); err != nil {
		return Recording{}, err
	}
	var notes []string
	step := flow.LooksLikeOrder()
	if in.Order != nil {
		step = *in.Order
	} else if step > 0 {
		notes = append(notes, fmt.Sprintf("Step %d (%s) looks like an order: a robot stops before it, unless a scenario allows orders.", step, flow.Steps[step-1].Words(false)))
	}
	if step != 0 {
		if text, err = recorder.MarkOrder(file, text, step); err != nil {
			return Recording{}, err
		}
		if flow, err = recorder.Parse(file, text); err != nil {
			return Recording{}, err
		}
	}
	for _, v := range flow.Variables() {
		if !variableName.MatchString(v) {
			return Recording{}, cx.Errorf(cx.Invalid, "%s: ${%s} is no name for a variable", file, v).WithRemedy("Use a–z, 0–9 and _, beginning with a letter.")
		}
	}
	name := recordingName(in.Name)
	if name == "" {
		name = slugOf(flow.Title)
	}
	if !slug.MatchString(name) || len(name) > 80 {
		return Recording{}, cx.Errorf(cx.Invalid, "%q is not a name for a recording", cmp.Or(name, flow.Title)).WithRemedy("Give it one of a–z, 0–9 and hyphens.")
	}
	if err := r.fitsScenarios(ctx, name, flow); err != nil {
		return Recording{}, err
	}
	stored, err := r.store.SaveRecording(ctx, RecordingFile{Name: name, JSON: string(text), SavedBy: by, Saved: r.at()})
	if err != nil {
		return Recording{}, err
	}
	out, err := r.describe(ctx, stored)
	out.Notes = notes
	return out, err
}

// fitsScenarios refuses a new version of a recording that a scenario could not fill in.
func (r *Room) fitsScenarios(ctx context.Context, name string, flow recorder.Flow) error {
	all, err := r.Scenarios(ctx)
	if err != nil {
		return err
	}
	for _, s := range all {
		if recordingName(s.Recording) != name || s.FromLibrary {
			continue // what the library calls its recordings is a proposal
		}
		if err := bindable(s.Scenario, flow); err != nil {
			return err
		}
	}
	return nil
}

// bindable says which variables of a recording a scenario does not declare.
func bindable(s cx.Scenario, flow recorder.Flow) error {
	var missing []string
	for _, name := range flow.Variables() {
		if !slices.ContainsFunc(s.Variables, func(v cx.Variable) bool { return v.Name == name }) {
			missing = append(missing, "${"+name+"}")
		}
	}
	if len(missing) > 0 {
		return cx.Errorf(cx.Invalid, "the scenario %q does not declare what its recording uses: %s", s.ID, strings.Join(missing, ", ")).
			WithRemedy("Declare them under variables: in the scenario, or take them out of the recording.")
	}
	return nil
}

// Recordings lists the newest version of each recording, by name.
func (r *Room) Recordings(ctx context.Context) ([]Recording, error) {
	files, err := r.store.Recordings(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]Recording, 0, len(files))
	for _, f := range files {
		one, err := r.describe(ctx, f)
		if err != nil {
			return nil, err
		}
		out = append(out, one)
	}
	return out, nil
}

// Recording is the newest version of one as it was handed in, and as people read it.
func (r *Room) Recording(ctx context.Context, name string) (RecordingFile, Recording, error) {
	name = recordingName(name)
	versions, err := r.store.RecordingVersions(ctx, name)
	if err != nil {
		return RecordingFile{}, Recording{}, err
	}
	if len(versions) == 0 {
		var names []string
		if all, err := r.store.Recordings(ctx); err == nil {
			for _, f := range all {
				names = append(names, f.Name)
			}
		}
		remedy := declare.DidYouMean(name, names)
		if len(names) == 0 {
			remedy = "Record it in Chrome, export it as JSON, and hand it in."
		}
		return RecordingFile{}, Recording{}, cx.Errorf(cx.NotFound, "there is no recording %q", name).WithRemedy("%s", remedy)
	}
	described, err := r.describe(ctx, versions[0])
	return versions[0], described, err
}

func (r *Room) describe(ctx context.Context, f RecordingFile) (Recording, error) {
	flow, err := recorder.Parse(f.Name, []byte(f.JSON))
	if err != nil {
		return Recording{}, err
	}
	out := Recording{Name: f.Name, Version: f.Version, Title: flow.Title, Variables: flow.Variables(), Orders: flow.OrderedAt(), SavedBy: f.SavedBy, Saved: f.Saved}
	hosts := map[string]bool{}
	for _, s := range flow.Steps {
		out.Steps = append(out.Steps, s.Words(false))
		if u, err := url.Parse(s.URL); err == nil && u.Host != "" && !strings.Contains(u.Host, "$") {
			hosts[u.Host] = true
		}
	}
	out.Hosts = slices.Sorted(maps.Keys(hosts))
	files, err := r.currentFiles(ctx)
	if err != nil {
		return out, err
	}
	for _, f := range files {
		if s, err := read(f); err == nil && f.SavedBy != byLibrary && recordingName(s.Recording) == out.Name {
			out.Scenarios = append(out.Scenarios, s.ID)
		}
	}
	return out, nil
}

// checkRobot says why no robot could walk a scenario with these values: before it is
// planned rather than each morning after.
func (r *Room) checkRobot(ctx context.Context, s cx.Scenario, values map[string]string) error {
	if s.Recording == "" {
		return cx.Errorf(cx.Invalid, "no robot can walk %q: it has no recording", s.Title).
			WithRemedy("Record it in Chrome and name the recording, or let people walk it.")
	}
	f, _, err := r.Recording(ctx, s.Recording)
	if err != nil {
		return err
	}
	flow, err := recorder.Parse(f.Name, []byte(f.JSON))
	if err != nil {
		return err
	}
	if err := bindable(s, flow); err != nil {
		return err
	}
	variables := map[string]recorder.Variable{}
	for _, v := range s.Variables {
		variables[v.Name] = recorder.Variable{Value: cmp.Or(values[v.Name], v.Default), Secret: v.Secret}
	}
	bound, err := flow.Bind(variables)
	if err != nil {
		return err
	}
	sites, err := r.ownSites(ctx)
	if err != nil {
		return err
	}
	for _, step := range bound.Steps {
		u, err := url.Parse(step.URL)
		if step.Type != recorder.Navigate || err != nil {
			continue
		}
		if !slices.ContainsFunc(sites, func(site guard.Site) bool { return site.Holds(u.Host) }) {
			return cx.Errorf(cx.Forbidden, "the recording leads to %s, which is not shown to be yours", bound.Mask(u.Host)).
				WithRemedy("Show that the site is yours: firsthand walk site add %s", bound.Mask(u.Host))
		}
	}
	return nil
}

var notSlug = regexp.MustCompile(`[^a-z0-9]+`)

// slugOf makes a name of a title.
func slugOf(title string) string {
	s := strings.Trim(notSlug.ReplaceAllString(strings.ToLower(title), "-"), "-")
	return strings.Trim(s[:min(len(s), 60)], "-")
}
