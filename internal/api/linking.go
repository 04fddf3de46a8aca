package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/identity"
)

// Linking links profiles by likeness and asks about doubtful ones; the identity room's
// matching does.
type Linking interface {
	Settings(ctx context.Context) (identity.LikenessSettings, error)
	SetSettings(ctx context.Context, s identity.LikenessSettings) error
	LastRun(ctx context.Context) (identity.LikenessRun, error)
	Link(ctx context.Context, all bool, progress func(done, of int)) (identity.LikenessRun, error)
	Unlink(ctx context.Context, by, reason string) (int, error)
	Doubts(ctx context.Context, limit int) ([]identity.Doubt, int, error)
	Decide(ctx context.Context, a, b cx.ProfileID, same bool, by, reason string) error
	Why(ctx context.Context, profiles []cx.ProfileID) ([]identity.Likeness, error)
}

// LinkingState is how linking by likeness is set, and what its last run did.
type LinkingState struct {
	Settings identity.LikenessSettings `json:"settings"`
	LastRun  identity.LikenessRun      `json:"last_run"`
}

// Doubts is the list of pairs that a person should look at.
type Doubts struct {
	Pairs []identity.Doubt `json:"pairs"`
	All   int              `json:"all"`
}

type linkBody struct {
	All bool `json:"all,omitempty" doc:"Look at everybody and learn anew, not only at what is new"`
}

type decideBody struct {
	A      cx.ProfileID `json:"a" minimum:"1"`
	B      cx.ProfileID `json:"b" minimum:"1"`
	Same   bool         `json:"same"`
	Reason string       `json:"reason" minLength:"1"`
}

type doubtsInput struct {
	Limit int `query:"limit" minimum:"1" maximum:"1000" default:"50"`
}

type unlinkInput struct {
	Reason string `query:"reason" required:"true" minLength:"1"`
}

type undoneBody struct {
	Undone int `json:"undone"`
}

func (a *resources) linking() {
	room := a.rooms.Linking
	huma.Register(a.api, a.operation(http.MethodGet, "/linking", "linking", "How people are linked by likeness, and what the last run did", Read),
		func(ctx context.Context, _ *struct{}) (*body[LinkingState], error) {
			s, err := room.Settings(ctx)
			if err != nil {
				return nil, a.fail(ctx, err)
			}
			run, err := room.LastRun(ctx)
			return reply(LinkingState{s, run}, err).to(ctx, a)
		})
	huma.Register(a.api, a.operation(http.MethodPut, "/linking/settings", "set-linking", "Turn linking by likeness on or off, set its thresholds", Link),
		func(ctx context.Context, in *body[identity.LikenessSettings]) (*body[identity.LikenessSettings], error) {
			return reply(in.Body, room.SetSettings(ctx, in.Body)).to(ctx, a)
		})
	huma.Register(a.api, a.operation(http.MethodPost, "/linking/runs", "link", "Look for profiles that are one person", Link),
		func(ctx context.Context, in *body[linkBody]) (*body[identity.LikenessRun], error) {
			return reply(room.Link(ctx, in.Body.All, nil)).to(ctx, a)
		})
	huma.Register(a.api, a.operation(http.MethodDelete, "/linking/links", "unlink", "Take back every link by likeness", Link),
		func(ctx context.Context, in *unlinkInput) (*body[undoneBody], error) {
			n, err := room.Unlink(ctx, who(ctx).By(), in.Reason)
			return reply(undoneBody{n}, err).to(ctx, a)
		})
	huma.Register(a.api, a.operation(http.MethodGet, "/linking/review", "doubts", "Pairs that may be one person, side by side", Customer),
		func(ctx context.Context, in *doubtsInput) (*body[Doubts], error) {
			pairs, all, err := room.Doubts(ctx, in.Limit)
			if pairs == nil {
				pairs = []identity.Doubt{}
			}
			return reply(Doubts{pairs, all}, err).to(ctx, a)
		})
	huma.Register(a.api, a.operation(http.MethodPost, "/linking/review", "decide", "Say whether two are one person", Link),
		func(ctx context.Context, in *body[decideBody]) (*body[decideBody], error) {
			return reply(in.Body, room.Decide(ctx, in.Body.A, in.Body.B, in.Body.Same, who(ctx).By(), in.Body.Reason)).to(ctx, a)
		})
}
