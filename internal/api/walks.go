package api

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/people"
	"github.com/firsthand-cx/firsthand/internal/walk"
	"github.com/firsthand-cx/firsthand/internal/walk/evidence"
)

// Walks asks for walks, shows them and takes them back; the walk room does. The files
// beside this one declare what else it does.
type Walks interface {
	WalkReviews
	WalkPlans
	WalkLibrary
	Walkers

	Assignments(ctx context.Context, f walk.Filter) ([]walk.Assignment, error)
	Shown(ctx context.Context, id int64) (walk.Detail, error)
	Assign(ctx context.Context, ask walk.Ask, by string) (walk.Assignment, error)
	Invite(ctx context.Context, id int64, by string) (walk.Assignment, string, error)
	InviteFriend(ctx context.Context, ask walk.Ask, by string) (walk.Assignment, string, error)
	Cancel(ctx context.Context, id int64, by, reason string) (walk.Assignment, error)
	Reschedule(ctx context.Context, id int64, from time.Time, by string) (walk.Assignment, error)
	Pieces(ctx context.Context, id int64) ([]walk.Piece, error)
}

type walkInput struct {
	ID int64 `path:"id" minimum:"1"`
}

type walksInput struct {
	State    string `query:"state" doc:"Such as submitted; all without"`
	Scenario string `query:"scenario"`
	Plan     int64  `query:"plan" minimum:"0"`
}

type askBody struct {
	Scenario string            `json:"scenario" minLength:"1"`
	Walker   int64             `json:"walker,omitempty" minimum:"0" doc:"0: somebody new, or a robot"`
	Name     string            `json:"name,omitempty" maxLength:"200" doc:"Of somebody new"`
	Robot    bool              `json:"robot,omitempty"`
	Invite   bool              `json:"invite,omitempty" doc:"Make a link"`
	Place    string            `json:"place,omitempty" maxLength:"200"`
	Arm      string            `json:"arm,omitempty"`
	Values   map[string]string `json:"values,omitempty"`
	From     time.Time         `json:"from,omitempty"`
	Due      time.Time         `json:"due,omitempty"`
}

// Invitation is a walk that was asked for, and the path of its link ("" = no link was
// made). The link is told this once.
type Invitation struct {
	Walk walk.Assignment `json:"walk"`
	Path string          `json:"path,omitempty"`
}

// WalkDetail is a walk with all that belongs to it; secrets of its scenario are not in it.
type WalkDetail struct {
	Walk    walk.Assignment `json:"walk"`
	Filled  cx.Scenario     `json:"filled"`
	Missing []string        `json:"missing"`
	Visit   walk.Visit      `json:"visit"`
	Events  []walk.Event    `json:"events"`
	Late    bool            `json:"late"`
}

type reasonInput struct {
	ID   int64 `path:"id" minimum:"1"`
	Body struct {
		Reason string `json:"reason,omitempty" maxLength:"500"`
	}
}

type moveWalkInput struct {
	ID   int64 `path:"id" minimum:"1"`
	Body struct {
		From time.Time `json:"from"`
	}
}

func (a *resources) walks() {
	room := a.rooms.Walks
	huma.Register(a.api, a.operation(http.MethodGet, "/walks", "list-walks", "Walks, by their time", Review),
		func(ctx context.Context, in *walksInput) (*body[[]walk.Assignment], error) {
			f := walk.Filter{Scenario: in.Scenario, Plan: in.Plan}
			if in.State != "" {
				f.States = []cx.WalkState{cx.WalkState(in.State)}
			}
			all, err := room.Assignments(ctx, f)
			if err != nil {
				return nil, a.fail(ctx, err)
			}
			return reply(a.readable(ctx, all)).to(ctx, a)
		})
	huma.Register(a.api, a.operation(http.MethodPost, "/walks", "ask-for-walk", "Ask somebody, or a robot, to walk; with a link for whoever has no account", Plan),
		func(ctx context.Context, in *body[askBody]) (*body[Invitation], error) {
			return reply(a.askForWalk(ctx, in.Body)).to(ctx, a)
		})
	huma.Register(a.api, a.operation(http.MethodGet, "/walks/{id}", "get-walk", "One walk: what they did, thought and felt, and what was said of it", Review),
		func(ctx context.Context, in *walkInput) (*body[WalkDetail], error) {
			if err := a.rooms.MayReview(ctx, who(ctx), in.ID); err != nil {
				return nil, a.fail(ctx, err)
			}
			d, err := room.Shown(ctx, in.ID)
			return reply(WalkDetail{d.Assignment, d.Filled, orEmpty(d.Missing), d.Visit, d.Events, d.Late}, err).to(ctx, a)
		})
	huma.Register(a.api, a.operation(http.MethodPost, "/walks/{id}/link", "make-link", "Make a link to a walk; the one before is void", Plan),
		func(ctx context.Context, in *walkInput) (*body[Invitation], error) {
			one, secret, err := room.Invite(ctx, in.ID, who(ctx).By())
			return reply(Invitation{plainWalk(one), "/w/" + secret}, err).to(ctx, a)
		})
	huma.Register(a.api, a.operation(http.MethodPost, "/walks/{id}/cancel", "cancel-walk", "Take a walk back", Plan),
		func(ctx context.Context, in *reasonInput) (*body[walk.Assignment], error) {
			one, err := room.Cancel(ctx, in.ID, who(ctx).By(), in.Body.Reason)
			return reply(plainWalk(one), err).to(ctx, a)
		})
	huma.Register(a.api, a.operation(http.MethodPost, "/walks/{id}/move", "move-walk", "Move a walk that has not begun to another time", Plan),
		func(ctx context.Context, in *moveWalkInput) (*body[walk.Assignment], error) {
			one, err := room.Reschedule(ctx, in.ID, in.Body.From, who(ctx).By())
			return reply(plainWalk(one), err).to(ctx, a)
		})
	type pieceInput struct {
		ID  int64  `path:"id" minimum:"1"`
		Key string `path:"key"`
	}
	huma.Register(a.api, a.operation(http.MethodGet, "/walks/{id}/evidence/{key}", "walk-evidence", "A photo, a voice note, or what a robot recorded", Review),
		func(ctx context.Context, in *pieceInput) (*huma.StreamResponse, error) {
			return a.piece(ctx, in.ID, in.Key)
		})
}

func (a *resources) askForWalk(ctx context.Context, in askBody) (Invitation, error) {
	room, by := a.rooms.Walks, who(ctx).By()
	ask := walk.Ask{Scenario: in.Scenario, Walker: in.Walker, Robot: in.Robot, Place: in.Place, Arm: in.Arm, Values: in.Values, From: in.From, Due: in.Due}
	if in.Name != "" && (in.Robot || in.Walker != 0) {
		return Invitation{}, cx.Errorf(cx.Invalid, "a name is for somebody new").WithRemedy("Leave the name or the walker out.")
	}
	if in.Invite && !in.Robot && in.Walker == 0 {
		ask.Name = in.Name
		one, secret, err := room.InviteFriend(ctx, ask, by)
		return Invitation{plainWalk(one), "/w/" + secret}, err
	}
	one, err := room.Assign(ctx, ask, by)
	if err != nil || !in.Invite {
		return Invitation{Walk: plainWalk(one)}, err
	}
	one, secret, err := room.Invite(ctx, one.ID, by)
	return Invitation{plainWalk(one), "/w/" + secret}, err
}

// readable are the walks that the caller may read, without what only walkers know.
func (a *resources) readable(ctx context.Context, all []walk.Assignment) ([]walk.Assignment, error) {
	out := make([]walk.Assignment, 0, len(all))
	for _, one := range all {
		if !people.May(who(ctx).Role, people.Plan) {
			if err := a.rooms.MayReview(ctx, who(ctx), one.ID); cx.CodeOf(err) == cx.Forbidden && err != nil {
				continue
			} else if err != nil {
				return nil, err
			}
		}
		out = append(out, plainWalk(one))
	}
	return out, nil
}

// plainWalk is an assignment without what only its walker knows.
func plainWalk(one walk.Assignment) walk.Assignment {
	one.Values, one.Lease.Hash = nil, nil
	return one
}

func (a *resources) piece(ctx context.Context, id int64, key string) (*huma.StreamResponse, error) {
	if err := a.rooms.MayReview(ctx, who(ctx), id); err != nil {
		return nil, a.fail(ctx, err)
	}
	pieces, err := a.rooms.Walks.Pieces(ctx, id)
	if err != nil {
		return nil, a.fail(ctx, err)
	}
	for _, p := range pieces {
		if p.Key != key {
			continue
		}
		file, err := a.rooms.Evidence(p.File)
		if err != nil {
			return nil, a.fail(ctx, err)
		}
		return &huma.StreamResponse{Body: func(ctx huma.Context) {
			defer file.Close()
			r, w := humago.Unwrap(ctx)
			evidence.Serve(w, r, file, fmt.Sprintf("walk-%d-%s", id, p.Kind), p.Media, p.Received)
		}}, nil
	}
	return nil, a.fail(ctx, cx.Errorf(cx.NotFound, "the walk has no such evidence"))
}
