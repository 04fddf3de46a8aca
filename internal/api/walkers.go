package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/walk"
)

// Walkers keeps those who walk.
type Walkers interface {
	Walkers(ctx context.Context) ([]walk.Walker, error)
	SaveWalker(ctx context.Context, w walk.Walker) (walk.Walker, error)
	EraseWalker(ctx context.Context, id int64, by string) error
	Reliability(ctx context.Context, walker int64) (walk.Reliability, error)
	Participation(ctx context.Context, p cx.Period) ([]walk.Department, error)
}

// WalkerBody is a walker who comes by link.
type WalkerBody struct {
	Name       string `json:"name" minLength:"1" maxLength:"200"`
	Department string `json:"department,omitempty" maxLength:"100"`
	Arm        string `json:"arm,omitempty" doc:"The role that only they can play, such as connected"`
}

type walkerInput struct {
	ID int64 `path:"id" minimum:"1"`
}

func (a *resources) walkers() {
	room := a.rooms.Walks
	huma.Register(a.api, a.operation(http.MethodGet, "/walkers", "list-walkers", "Those who walk", Plan),
		func(ctx context.Context, _ *struct{}) (*body[[]walk.Walker], error) {
			return reply(room.Walkers(ctx)).to(ctx, a)
		})
	huma.Register(a.api, a.operation(http.MethodPost, "/walkers", "add-walker", "Name a walker, so that plans can send them", Plan),
		func(ctx context.Context, in *body[WalkerBody]) (*body[walk.Walker], error) {
			return reply(room.SaveWalker(ctx, walk.Walker{Kind: walk.Guest, Name: in.Body.Name, Department: in.Body.Department, Arm: in.Body.Arm})).to(ctx, a)
		})
	huma.Register(a.api, a.operation(http.MethodGet, "/walkers/{id}/reliability", "walker-reliability", "How far a walker's marks can be taken as they are; withheld under five walks", Plan),
		func(ctx context.Context, in *walkerInput) (*body[walk.Reliability], error) {
			return reply(room.Reliability(ctx, in.ID)).to(ctx, a)
		})
	huma.Register(a.api, a.operation(http.MethodDelete, "/walkers/{id}", "erase-walker", "Erase a walker for good, with the words and evidence of their walks", Erase),
		func(ctx context.Context, in *walkerInput) (*struct{}, error) {
			return nil, a.failed(ctx, room.EraseWalker(ctx, in.ID, who(ctx).By()))
		})
	huma.Register(a.api, a.operation(http.MethodGet, "/walk-participation", "walk-participation", "Who in the company has been a customer, department by department", Review),
		func(ctx context.Context, in *calendarInput) (*body[[]walk.Department], error) {
			return reply(room.Participation(ctx, in.period())).to(ctx, a)
		})
}
