package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/walk"
)

// WalkReviews judges walks.
type WalkReviews interface {
	ReviewQueue(ctx context.Context) ([]walk.Assignment, error)
	Take(ctx context.Context, id int64, reviewer string) (walk.Assignment, error)
	PutBack(ctx context.Context, id int64, reviewer string) (walk.Assignment, error)
	Return(ctx context.Context, id int64, reviewer, words string) (walk.Assignment, error)
	Reject(ctx context.Context, id int64, reviewer, words string) (walk.Assignment, error)
	Approve(ctx context.Context, id int64, rv walk.Review) (walk.Assignment, error)
	Appeal(ctx context.Context, id int64, by, why string) (walk.Assignment, error)
	Decide(ctx context.Context, id int64, d walk.Ruling) (walk.Assignment, error)
}

type wordsInput struct {
	ID   int64 `path:"id" minimum:"1"`
	Body struct {
		Words string `json:"words" maxLength:"8000"`
	}
}

// ReviewBody is what a reviewer says of a walk. Criteria that are left out keep the
// walker's marks.
type ReviewBody struct {
	Marks   map[string]cx.Mark   `json:"marks,omitempty" doc:"By criterion: yes, no or not_seen"`
	Answers map[string]cx.Answer `json:"answers,omitempty" doc:"By step, where the reviewer differs: right, partly, find_out or wrong"`
	Praise  string               `json:"praise" maxLength:"8000" doc:"What was good"`
	Failure string               `json:"failure" maxLength:"8000" doc:"What was not"`
	Words   string               `json:"words,omitempty" maxLength:"8000" doc:"To the walker"`
	Solved  *bool                `json:"solved,omitempty"`
}

func (b ReviewBody) review(by string) walk.Review {
	return walk.Review{By: by, Marks: b.Marks, Answers: b.Answers, Praise: b.Praise, Failure: b.Failure, Words: b.Words, Solved: b.Solved}
}

type approveInput struct {
	ID   int64 `path:"id" minimum:"1"`
	Body ReviewBody
}

type decideInput struct {
	ID   int64 `path:"id" minimum:"1"`
	Body struct {
		Counts bool        `json:"counts"`
		Words  string      `json:"words" maxLength:"8000"`
		Review *ReviewBody `json:"review,omitempty" doc:"Other marks than there are"`
	}
}

func (a *resources) walkReviews() {
	room := a.rooms.Walks
	huma.Register(a.api, a.operation(http.MethodGet, "/walk-reviews", "review-queue", "What waits for a reviewer or a decision, the most urgent first", Review),
		func(ctx context.Context, _ *struct{}) (*body[[]walk.Assignment], error) {
			all, err := room.ReviewQueue(ctx)
			if err != nil {
				return nil, a.fail(ctx, err)
			}
			return reply(a.readable(ctx, all)).to(ctx, a)
		})
	// judging is a change of a walk by somebody who may review it.
	judging := func(ctx context.Context, id int64, do func(by string) (walk.Assignment, error)) (*body[walk.Assignment], error) {
		if err := a.rooms.MayReview(ctx, who(ctx), id); err != nil {
			return nil, a.fail(ctx, err)
		}
		one, err := do(who(ctx).By())
		return reply(plainWalk(one), err).to(ctx, a)
	}
	huma.Register(a.api, a.operation(http.MethodPost, "/walks/{id}/take", "take-walk", "Take a walk for review", Review),
		func(ctx context.Context, in *walkInput) (*body[walk.Assignment], error) {
			return judging(ctx, in.ID, func(by string) (walk.Assignment, error) { return room.Take(ctx, in.ID, by) })
		})
	huma.Register(a.api, a.operation(http.MethodPost, "/walks/{id}/put-back", "put-back-walk", "Let go of a walk that one took", Review),
		func(ctx context.Context, in *walkInput) (*body[walk.Assignment], error) {
			return judging(ctx, in.ID, func(by string) (walk.Assignment, error) { return room.PutBack(ctx, in.ID, by) })
		})
	huma.Register(a.api, a.operation(http.MethodPost, "/walks/{id}/return", "return-walk", "Ask the walker for what is missing", Review),
		func(ctx context.Context, in *wordsInput) (*body[walk.Assignment], error) {
			return judging(ctx, in.ID, func(by string) (walk.Assignment, error) { return room.Return(ctx, in.ID, by, in.Body.Words) })
		})
	huma.Register(a.api, a.operation(http.MethodPost, "/walks/{id}/reject", "reject-walk", "Say that a walk does not count, and why", Review),
		func(ctx context.Context, in *wordsInput) (*body[walk.Assignment], error) {
			return judging(ctx, in.ID, func(by string) (walk.Assignment, error) { return room.Reject(ctx, in.ID, by, in.Body.Words) })
		})
	huma.Register(a.api, a.operation(http.MethodPost, "/walks/{id}/approve", "approve-walk", "Make a walk count", Review),
		func(ctx context.Context, in *approveInput) (*body[walk.Assignment], error) {
			return judging(ctx, in.ID, func(by string) (walk.Assignment, error) { return room.Approve(ctx, in.ID, in.Body.review(by)) })
		})
	huma.Register(a.api, a.operation(http.MethodPost, "/walks/{id}/appeal", "appeal-walk", "Disagree with what was decided on a walk", Review),
		func(ctx context.Context, in *wordsInput) (*body[walk.Assignment], error) {
			return judging(ctx, in.ID, func(by string) (walk.Assignment, error) { return room.Appeal(ctx, in.ID, by, in.Body.Words) })
		})
	huma.Register(a.api, a.operation(http.MethodPost, "/walks/{id}/decide", "decide-walk", "Have the last word on an appeal", Review),
		func(ctx context.Context, in *decideInput) (*body[walk.Assignment], error) {
			return judging(ctx, in.ID, func(by string) (walk.Assignment, error) {
				d := walk.Ruling{By: by, Counts: in.Body.Counts, Words: in.Body.Words}
				if in.Body.Review != nil {
					rv := in.Body.Review.review(by)
					d.Review = &rv
				}
				return room.Decide(ctx, in.ID, d)
			})
		})
}
