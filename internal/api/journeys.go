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
	Rule(ctx context.Context, ruling cx.Ruling, by string) (cx.Ruling, error)
	TakeBack(ctx context.Context, id int64, by string) (cx.Ruling, error)
	Rulings(ctx context.Context, journey string) ([]cx.Ruling, error)
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

// rulingBody says what a contact, or all contacts about a reason, are charged to.
type rulingBody struct {
	Contact string  `json:"contact,omitempty" doc:"A contact, as evidence gives its id; or give a reason"`
	Reason  *string `json:"reason,omitempty" doc:"All contacts about it; empty: those without a reason"`
	Step    string  `json:"step" doc:"Empty: none of the journey's steps"`
	Note    string  `json:"note,omitempty"`
}

func (b rulingBody) ruling(journey string) (cx.Ruling, error) {
	r := cx.Ruling{Journey: journey, Step: b.Step, Note: b.Note}
	var err error
	switch {
	case (b.Contact == "") == (b.Reason == nil):
		err = cx.Errorf(cx.Invalid, "a ruling is about one contact or about one reason").WithRemedy("Give contact or reason.")
	case b.Contact != "":
		r.Contact, err = cx.ParseInteractionID(b.Contact)
	default:
		r.Reason = *b.Reason
	}
	return r, err
}

type rulingInput struct {
	Name string `path:"name"`
	Body rulingBody
}

type endRulingInput struct {
	ID int64 `path:"id" minimum:"1"`
}

func (a *resources) rulings() {
	huma.Register(a.api, a.operation(http.MethodGet, "/journeys/{name}/rulings", "list-rulings", "What people said that contacts are charged to, the newest first", Evidence),
		func(ctx context.Context, in *journeyInput) (*body[[]cx.Ruling], error) {
			return reply(a.rooms.Journeys.Rulings(ctx, in.Name)).to(ctx, a)
		})
	huma.Register(a.api, a.operation(http.MethodPost, "/journeys/{name}/rulings", "rule", "Overrule what a contact, or all contacts about a reason, are charged to", Edit),
		func(ctx context.Context, in *rulingInput) (*body[cx.Ruling], error) {
			ruling, err := in.Body.ruling(in.Name)
			if err != nil {
				return nil, a.fail(ctx, err)
			}
			return reply(a.rooms.Journeys.Rule(ctx, ruling, who(ctx).By())).to(ctx, a)
		})
	huma.Register(a.api, a.operation(http.MethodDelete, "/rulings/{id}", "take-ruling-back", "Take a ruling back: what is reckoned holds again", Edit),
		func(ctx context.Context, in *endRulingInput) (*body[cx.Ruling], error) {
			return reply(a.rooms.Journeys.TakeBack(ctx, in.ID, who(ctx).By())).to(ctx, a)
		})
}

func (a *resources) journeys() {
	a.rulings()
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
