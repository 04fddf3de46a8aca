package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/finding"
)

// Findings evaluates the company's figures and keeps what crossed a threshold;
// the finding room does.
type Findings interface {
	List(ctx context.Context, by finding.Order, states ...cx.FindingState) ([]cx.Finding, error)
	Evaluate(ctx context.Context, o finding.Options) (finding.Run, error)
	Accept(ctx context.Context, id int64, by string) (cx.Finding, error)
	Dismiss(ctx context.Context, id int64, by, reason string) (cx.Finding, error)
	Reopen(ctx context.Context, id int64, by, reason string) (cx.Finding, error)
}

type findingsInput struct {
	State string `query:"state" enum:"open,accepted,dismissed,closed" doc:"Only these; default open and accepted"`
}

type moveInput struct {
	ID   int64 `path:"id"`
	Body struct {
		State  string `json:"state" enum:"open,accepted,dismissed"`
		Reason string `json:"reason,omitempty"`
	}
}

func (a *resources) findings() {
	huma.Register(a.api, a.operation(http.MethodGet, "/findings", "list-findings", "Findings, the most severe first", Read),
		func(ctx context.Context, in *findingsInput) (*body[[]cx.Finding], error) {
			states := []cx.FindingState{cx.FindingOpen, cx.FindingAccepted}
			if in.State != "" {
				states = []cx.FindingState{cx.FindingState(in.State)}
			}
			return reply(a.rooms.Findings.List(ctx, finding.BySeverity, states...)).to(ctx, a)
		})
	huma.Register(a.api, a.operation(http.MethodPost, "/findings/evaluate", "evaluate", "Look for findings now", Edit),
		func(ctx context.Context, _ *struct{}) (*body[finding.Run], error) {
			return reply(a.rooms.Findings.Evaluate(ctx, finding.Options{})).to(ctx, a)
		})
	huma.Register(a.api, a.operation(http.MethodPost, "/findings/{id}/state", "move-finding", "Accept, dismiss with a reason, or open again", Judge),
		func(ctx context.Context, in *moveInput) (*body[cx.Finding], error) {
			if err := a.rooms.MayJudge(ctx, who(ctx), in.ID); err != nil {
				return nil, a.fail(ctx, err)
			}
			room := a.rooms.Findings
			switch cx.FindingState(in.Body.State) {
			case cx.FindingAccepted:
				return reply(room.Accept(ctx, in.ID, who(ctx).By())).to(ctx, a)
			case cx.FindingDismissed:
				return reply(room.Dismiss(ctx, in.ID, who(ctx).By(), in.Body.Reason)).to(ctx, a)
			}
			return reply(room.Reopen(ctx, in.ID, who(ctx).By(), in.Body.Reason)).to(ctx, a)
		})
}
