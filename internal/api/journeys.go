package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/journey"
)

// Journeys keeps journey files; the journey room does.
type Journeys interface {
	List(ctx context.Context) ([]cx.Journey, error)
	Current(ctx context.Context, name string) (journey.File, error)
	Save(ctx context.Context, file string, text []byte, by string) (journey.Saved, error)
	ProposeFromData(ctx context.Context) (cx.Journey, []byte, error)
}

type journeyInput struct {
	Name string `path:"name"`
}

type journeyBody struct {
	YAML string `json:"yaml"`
	File string `json:"file,omitempty" doc:"What an error calls the file"`
}

type proposedBody struct {
	Name string `json:"name"`
	YAML string `json:"yaml"`
}

func (a *resources) journeys() {
	huma.Register(a.api, a.operation(http.MethodGet, "/journeys", "list-journeys", "The current version of every journey", Read),
		func(ctx context.Context, _ *struct{}) (*body[[]cx.Journey], error) {
			return reply(a.rooms.Journeys.List(ctx)).to(ctx, a)
		})
	huma.Register(a.api, a.operation(http.MethodGet, "/journeys/proposal", "propose-journey", "A journey proposed from the data", Read),
		func(ctx context.Context, _ *struct{}) (*body[proposedBody], error) {
			j, text, err := a.rooms.Journeys.ProposeFromData(ctx)
			return reply(proposedBody{j.Name, string(text)}, err).to(ctx, a)
		})
	huma.Register(a.api, a.operation(http.MethodGet, "/journeys/{name}", "get-journey", "A journey's file", Read),
		func(ctx context.Context, in *journeyInput) (*body[journey.File], error) {
			return reply(a.rooms.Journeys.Current(ctx, in.Name)).to(ctx, a)
		})
	huma.Register(a.api, a.operation(http.MethodPost, "/journeys", "save-journey", "Check a journey file and make it current", Edit),
		func(ctx context.Context, in *body[journeyBody]) (*body[journey.Saved], error) {
			return reply(a.rooms.Journeys.Save(ctx, in.Body.File, []byte(in.Body.YAML), who(ctx).By())).to(ctx, a)
		})
}
