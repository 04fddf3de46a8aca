package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/people"
)

// Invited is a person with the link by which they set their password. It is shown once.
type Invited struct {
	Person people.Person `json:"person"`
	Link   string        `json:"link"` // a path while no server runs
}

// MadeToken is a token with its secret, which is shown once.
type MadeToken struct {
	Token  people.Token `json:"token"`
	Secret string       `json:"secret"`
}

type personInput struct {
	ID int64 `path:"id" minimum:"1"`
}

type roleInput struct {
	ID   int64 `path:"id" minimum:"1"`
	Body struct {
		Role cx.Role  `json:"role"`
		Owns []string `json:"owns,omitempty" doc:"Owners of steps, as journey files name them, for whom a step owner speaks"`
	}
}

type tokenBody struct {
	Name string  `json:"name" doc:"What it is for"`
	Role cx.Role `json:"role" enum:"worker,front_line,analyst"`
	Days int     `json:"days" minimum:"1" maximum:"400" doc:"How long it lasts"`
}

func (a *resources) people() {
	room := a.rooms.People
	invited := func(p people.Person, secret string, err error) replied[Invited] {
		if err != nil {
			return reply(Invited{}, err)
		}
		return reply(Invited{p, a.rooms.Origin() + "/invitation/" + secret}, nil)
	}
	huma.Register(a.api, a.operation(http.MethodGet, "/people", "list-people", "Who may come in", Manage),
		func(ctx context.Context, _ *struct{}) (*body[[]people.Person], error) {
			return reply(room.People(ctx)).to(ctx, a)
		})
	huma.Register(a.api, a.operation(http.MethodPost, "/people", "invite-person", "Invite somebody; the link is shown once", Manage),
		func(ctx context.Context, in *body[people.Newcomer]) (*body[Invited], error) {
			return invited(room.Invite(ctx, in.Body, who(ctx).By())).to(ctx, a)
		})
	huma.Register(a.api, a.operation(http.MethodPost, "/people/{id}/role", "set-role", "Give a person another role; they are signed out everywhere", Manage),
		func(ctx context.Context, in *roleInput) (*body[people.Person], error) {
			return reply(room.SetRole(ctx, in.ID, in.Body.Role, in.Body.Owns, who(ctx))).to(ctx, a)
		})
	huma.Register(a.api, a.operation(http.MethodPost, "/people/{id}/disable", "disable-person", "Keep a person out, at once and everywhere", Manage),
		func(ctx context.Context, in *personInput) (*body[people.Person], error) {
			return reply(room.Disable(ctx, in.ID, who(ctx))).to(ctx, a)
		})
	huma.Register(a.api, a.operation(http.MethodPost, "/people/{id}/enable", "enable-person", "Let a person in again", Manage),
		func(ctx context.Context, in *personInput) (*body[people.Person], error) {
			return reply(room.Enable(ctx, in.ID, who(ctx))).to(ctx, a)
		})
	huma.Register(a.api, a.operation(http.MethodPost, "/people/{id}/reset", "reset-person", "Take password and second step away; the link for a new one is shown once", Manage),
		func(ctx context.Context, in *personInput) (*body[Invited], error) {
			return invited(room.Reset(ctx, in.ID, who(ctx))).to(ctx, a)
		})
	huma.Register(a.api, a.operation(http.MethodGet, "/tokens", "list-tokens", "Tokens of programs", Manage),
		func(ctx context.Context, _ *struct{}) (*body[[]people.Token], error) {
			return reply(room.Tokens(ctx)).to(ctx, a)
		})
	huma.Register(a.api, a.operation(http.MethodPost, "/tokens", "make-token", "Make a token for a program; it is shown once", Manage),
		func(ctx context.Context, in *body[tokenBody]) (*body[MadeToken], error) {
			t, secret, err := room.MakeToken(ctx, in.Body.Name, in.Body.Role, time.Duration(in.Body.Days)*24*time.Hour, who(ctx))
			return reply(MadeToken{t, secret}, err).to(ctx, a)
		})
	huma.Register(a.api, a.operation(http.MethodDelete, "/tokens/{id}", "revoke-token", "Make a token worthless at once", Manage),
		func(ctx context.Context, in *personInput) (*body[people.Token], error) {
			return reply(room.RevokeToken(ctx, in.ID)).to(ctx, a)
		})
}
