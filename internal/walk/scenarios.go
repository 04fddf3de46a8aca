package walk

import (
	"cmp"
	"context"
	"embed"
	"errors"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/declare"
)

// library are the scenarios that come with the program.
//
//go:embed library/*.yaml
var library embed.FS

// Library lists the scenarios that come with the program, by id.
func Library() ([]cx.Scenario, error) {
	files, err := libraryFiles()
	if err != nil {
		return nil, err
	}
	out := make([]cx.Scenario, 0, len(files))
	for _, f := range files {
		s, err := Parse(f.ID+".yaml", []byte(f.YAML))
		if err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, nil
}

func libraryFiles() ([]ScenarioFile, error) {
	entries, err := library.ReadDir("library")
	if err != nil {
		return nil, cx.Errorf(cx.Internal, "the library of walks cannot be read: %w", err)
	}
	out := make([]ScenarioFile, 0, len(entries))
	for _, e := range entries {
		text, err := library.ReadFile(path.Join("library", e.Name()))
		if err != nil {
			return nil, cx.Errorf(cx.Internal, "the library of walks cannot be read: %w", err)
		}
		out = append(out, ScenarioFile{ID: strings.TrimSuffix(e.Name(), ".yaml"), YAML: string(text), SavedBy: byLibrary})
	}
	return out, nil
}

// Scenarios lists all scenarios, the company's own and those of the library; one that
// the company changed stands in the place of the library's.
func (r *Room) Scenarios(ctx context.Context) ([]Listed, error) {
	files, err := r.currentFiles(ctx)
	if err != nil {
		return nil, err
	}
	journeys, mapping, values, err := r.surroundings(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]Listed, 0, len(files))
	for _, f := range files {
		s, err := read(f)
		if err != nil {
			return nil, err
		}
		_, missing, _ := Fill(s, values) // a value that is no amount is told where it is used
		out = append(out, Listed{s, f.SavedBy == byLibrary, missing, Locate(s, journeys, mapping)})
	}
	kinds := cx.ScenarioKinds()
	slices.SortStableFunc(out, func(a, b Listed) int {
		return cmp.Or(slices.Index(kinds, a.Kind)-slices.Index(kinds, b.Kind), strings.Compare(a.Title, b.Title))
	})
	return out, nil
}

// currentFiles are the newest versions, by id.
func (r *Room) currentFiles(ctx context.Context) ([]ScenarioFile, error) {
	shipped, err := libraryFiles()
	if err != nil {
		return nil, err
	}
	byID := map[string]ScenarioFile{}
	for _, f := range shipped {
		byID[f.ID] = f
	}
	stored, err := r.store.ScenarioFiles(ctx)
	if err != nil {
		return nil, err
	}
	for _, f := range stored {
		// A newer program may bring better words for what nobody changed.
		if shipped, ok := byID[f.ID]; ok && f.SavedBy == byLibrary && shipped.YAML != f.YAML {
			continue
		}
		byID[f.ID] = f
	}
	return slices.SortedFunc(maps.Values(byID), func(a, b ScenarioFile) int { return strings.Compare(a.ID, b.ID) }), nil
}

func read(f ScenarioFile) (cx.Scenario, error) {
	s, err := Parse(f.ID, []byte(f.YAML))
	s.Version = f.Version
	return s, err
}

// Scenario is the newest version of one scenario.
func (r *Room) Scenario(ctx context.Context, id string) (cx.Scenario, error) {
	f, err := r.ScenarioFile(ctx, id)
	if err != nil {
		return cx.Scenario{}, err
	}
	return read(f)
}

// ScenarioFile is the newest version of one scenario as it is written, to be edited.
func (r *Room) ScenarioFile(ctx context.Context, id string) (ScenarioFile, error) {
	files, err := r.currentFiles(ctx)
	if err != nil {
		return ScenarioFile{}, err
	}
	names := make([]string, 0, len(files))
	for _, f := range files {
		if f.ID == id {
			return f, nil
		}
		names = append(names, f.ID)
	}
	return ScenarioFile{}, cx.Errorf(cx.NotFound, "there is no scenario %q", id).WithRemedy("%s", declare.DidYouMean(id, names))
}

// ScenarioVersions lists the stored versions of one scenario, the newest first.
func (r *Room) ScenarioVersions(ctx context.Context, id string) ([]ScenarioFile, error) {
	return r.store.ScenarioVersions(ctx, id)
}

// SaveScenario stores a scenario file as a new version, of the company's own or in the
// place of the library's; with mistakes it returns Problems and stores nothing.
func (r *Room) SaveScenario(ctx context.Context, file string, text []byte, by string) (cx.Scenario, error) {
	s, err := Parse(file, text)
	if err != nil {
		return s, err
	}
	if by == byLibrary {
		by = "a person"
	}
	stored, err := r.store.SaveScenario(ctx, ScenarioFile{ID: s.ID, YAML: string(text), SavedBy: by, Saved: r.at()})
	s.Version = stored.Version
	return s, err
}

// adopt makes sure that a scenario is stored, so that an assignment can keep to its
// version when it changes later.
func (r *Room) adopt(ctx context.Context, id string) (cx.Scenario, error) {
	f, err := r.ScenarioFile(ctx, id)
	if err != nil {
		return cx.Scenario{}, err
	}
	if f.Version == 0 {
		f.Saved = r.at()
		if f, err = r.store.SaveScenario(ctx, f); err != nil {
			return cx.Scenario{}, err
		}
	}
	return read(f)
}

// version is a stored version of a scenario.
func (r *Room) version(ctx context.Context, id string, version int32) (cx.Scenario, error) {
	all, err := r.store.ScenarioVersions(ctx, id)
	if err != nil {
		return cx.Scenario{}, err
	}
	for _, f := range all {
		if f.Version == version {
			return read(f)
		}
	}
	return cx.Scenario{}, cx.Errorf(cx.NotFound, "there is no version %d of scenario %q", version, id)
}

// filled is an assignment's scenario with its values: its own, then the company's.
func (r *Room) filled(ctx context.Context, a Assignment) (cx.Scenario, []string, error) {
	s, err := r.version(ctx, a.Scenario, a.Version)
	if err != nil {
		return s, nil, err
	}
	values, err := r.Values(ctx)
	if err != nil {
		return s, nil, err
	}
	maps.Copy(values, a.Values)
	return Fill(s, values)
}

// Values are what the company says for variables, for all plans.
func (r *Room) Values(ctx context.Context) (map[string]string, error) {
	values := map[string]string{}
	return values, r.setting(ctx, valuesSetting, &values)
}

// SetValues stores what the company says for variables.
func (r *Room) SetValues(ctx context.Context, values map[string]string) error {
	for name, v := range values {
		if !variableName.MatchString(name) {
			return cx.Errorf(cx.Invalid, "%q is not a name for a variable", name).WithRemedy("Use a–z, 0–9 and _.")
		}
		if len(v) > 4096 {
			return cx.Errorf(cx.Invalid, "the value of %s is longer than 4096 characters", name)
		}
	}
	return r.setSetting(ctx, valuesSetting, values)
}

// Mapping is where the company says that the steps of scenarios lie in its journeys.
func (r *Room) Mapping(ctx context.Context) (Mapping, error) {
	m := Mapping{}
	return m, r.setting(ctx, mappingSetting, &m)
}

// SetMapping stores it, and tells the facts of all walks that count afresh.
func (r *Room) SetMapping(ctx context.Context, m Mapping) error {
	for from, to := range m {
		journey, step, ok := strings.Cut(to, "/")
		if !ok || !slug.MatchString(journey) || !slug.MatchString(step) {
			return cx.Errorf(cx.Invalid, "%q is not a place in a journey for %q", to, from).WithRemedy("Write it like buy-online/payment.")
		}
	}
	if err := r.setSetting(ctx, mappingSetting, m); err != nil {
		return err
	}
	return r.Retell(ctx)
}

func (r *Room) surroundings(ctx context.Context) ([]cx.Journey, Mapping, map[string]string, error) {
	journeys, err1 := r.journeys(ctx)
	mapping, err2 := r.Mapping(ctx)
	values, err3 := r.Values(ctx)
	return journeys, mapping, values, errors.Join(err1, err2, err3)
}

func isStale(err error) bool { return errors.Is(err, errStale) }
