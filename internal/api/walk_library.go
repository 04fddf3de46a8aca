package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/walk"
)

// WalkLibrary keeps scenarios and what the company fills in.
type WalkLibrary interface {
	Scenarios(ctx context.Context) ([]walk.Listed, error)
	ScenarioFile(ctx context.Context, id string) (walk.ScenarioFile, error)
	ScenarioVersions(ctx context.Context, id string) ([]walk.ScenarioFile, error)
	SaveScenario(ctx context.Context, file string, text []byte, by string) (cx.Scenario, error)
	Values(ctx context.Context) (map[string]string, error)
	SetValues(ctx context.Context, values map[string]string) error
	TestCustomers(ctx context.Context) (walk.TestCustomers, error)
	SetTestCustomers(ctx context.Context, keys walk.TestCustomers) error
}

// WalkValue is what stands for a word of the scenarios. A secret is written and never told.
type WalkValue struct {
	Name   string `json:"name"`
	Means  string `json:"means"`
	Value  string `json:"value,omitempty"`
	Set    bool   `json:"set"`
	Secret bool   `json:"secret,omitempty"`
}

type scenarioInput struct {
	Name string `path:"name"`
}

func (a *resources) walkLibrary() {
	room := a.rooms.Walks
	huma.Register(a.api, a.operation(http.MethodGet, "/walk-scenarios", "list-scenarios", "What can be walked, and what each still lacks", Plan),
		func(ctx context.Context, _ *struct{}) (*body[[]walk.Listed], error) {
			return reply(room.Scenarios(ctx)).to(ctx, a)
		})
	huma.Register(a.api, a.operation(http.MethodGet, "/walk-scenarios/{name}", "get-scenario", "A scenario's file", Plan),
		func(ctx context.Context, in *scenarioInput) (*body[walk.ScenarioFile], error) {
			return reply(room.ScenarioFile(ctx, in.Name)).to(ctx, a)
		})
	huma.Register(a.api, a.operation(http.MethodGet, "/walk-scenarios/{name}/versions", "scenario-versions", "All stored versions of a scenario, the newest first", Plan),
		func(ctx context.Context, in *scenarioInput) (*body[[]walk.ScenarioFile], error) {
			return reply(room.ScenarioVersions(ctx, in.Name)).to(ctx, a)
		})
	huma.Register(a.api, a.operation(http.MethodPost, "/walk-scenarios", "save-scenario", "Check a scenario's file and make it current", Plan),
		func(ctx context.Context, in *body[journeyBody]) (*body[cx.Scenario], error) {
			return reply(room.SaveScenario(ctx, in.Body.File, []byte(in.Body.YAML), who(ctx).By())).to(ctx, a)
		})
	huma.Register(a.api, a.operation(http.MethodGet, "/walk-values", "list-walk-values", "What stands for the words of scenarios", Plan),
		func(ctx context.Context, _ *struct{}) (*body[[]WalkValue], error) {
			return reply(a.walkValues(ctx)).to(ctx, a)
		})
	huma.Register(a.api, a.operation(http.MethodPost, "/walk-values", "set-walk-values", "Say what stands for words of scenarios; an empty one is taken away", Plan),
		func(ctx context.Context, in *body[map[string]string]) (*body[[]WalkValue], error) {
			values, err := room.Values(ctx)
			if err != nil {
				return nil, a.fail(ctx, err)
			}
			for name, v := range in.Body {
				if values[name] = v; v == "" {
					delete(values, name)
				}
			}
			if err := room.SetValues(ctx, values); err != nil {
				return nil, a.fail(ctx, err)
			}
			return reply(a.walkValues(ctx)).to(ctx, a)
		})
	huma.Register(a.api, a.operation(http.MethodGet, "/walk-test-customers", "list-test-customers", "Under which identities walkers appear in the company's systems", Plan),
		func(ctx context.Context, _ *struct{}) (*body[walk.TestCustomers], error) {
			return reply(room.TestCustomers(ctx)).to(ctx, a)
		})
	huma.Register(a.api, a.operation(http.MethodPost, "/walk-test-customers", "set-test-customers", "Name them all anew", Plan),
		func(ctx context.Context, in *body[walk.TestCustomers]) (*body[walk.TestCustomers], error) {
			if err := room.SetTestCustomers(ctx, in.Body); err != nil {
				return nil, a.fail(ctx, err)
			}
			return reply(room.TestCustomers(ctx)).to(ctx, a)
		})
}

// walkValues lists the variables of all scenarios, each once.
func (a *resources) walkValues(ctx context.Context) ([]WalkValue, error) {
	all, err := a.rooms.Walks.Scenarios(ctx)
	if err != nil {
		return nil, err
	}
	values, err := a.rooms.Walks.Values(ctx)
	if err != nil {
		return nil, err
	}
	secret, at := map[string]bool{}, map[string]bool{}
	for _, one := range all {
		for _, v := range one.Variables {
			secret[v.Name] = secret[v.Name] || v.Secret
		}
	}
	out := []WalkValue{}
	for _, one := range all {
		for _, v := range one.Variables {
			if at[v.Name] {
				continue
			}
			at[v.Name] = true
			row := WalkValue{Name: v.Name, Means: v.Means, Set: values[v.Name] != "", Secret: secret[v.Name]}
			if !row.Secret {
				row.Value = values[v.Name]
			}
			out = append(out, row)
		}
	}
	return out, nil
}
