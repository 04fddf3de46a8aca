package api

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/walk"
)

// Leases is where robot workers take walks from, and hand in what they recorded.
type Leases interface {
	Claim(ctx context.Context, worker string, can []string, lease time.Duration) (walk.Claimed, bool, error)
	Heartbeat(ctx context.Context, id int64, lease string, length time.Duration) (time.Time, error)
	MayOrder(ctx context.Context, id int64, lease string) error
	KeepRobotEvidence(ctx context.Context, id int64, lease, key string, kind cx.EvidenceKind, step string, from io.Reader) error
	Finish(ctx context.Context, id int64, lease string, res walk.RobotResult) (walk.Assignment, error)
	Release(ctx context.Context, id int64, lease, reason string) error
}

const (
	maxRobotFile   = 12 << 20 // a picture, or the report
	maxRobotResult = 2 << 20
)

// ClaimWalk asks for a walk.
type ClaimWalk struct {
	Worker  string   `json:"worker" doc:"The worker's name"`
	Can     []string `json:"can,omitempty" doc:"What it can do beside a browser"`
	Seconds int      `json:"seconds" minimum:"1" maximum:"3600" doc:"How long the walk is held without a sign of life"`
}

// ClaimedWalk is the walk that a worker got; none when none waits.
type ClaimedWalk struct {
	Walk *walk.Claimed `json:"walk,omitempty"`
}

// LeaseUntil is a lease with its end.
type LeaseUntil struct {
	Until time.Time `json:"until"`
}

// LeaseInput names a walk and shows its lease.
type LeaseInput struct {
	ID    int64  `path:"id" minimum:"1"`
	Lease string `header:"Firsthand-Lease" required:"true"`
}

type heartbeatInput struct {
	LeaseInput
	Body struct {
		Seconds int `json:"seconds" minimum:"1" maximum:"3600"`
	}
}

type robotEvidenceInput struct {
	LeaseInput
	Key     string `query:"key" required:"true"`
	Kind    string `query:"kind" required:"true"`
	Step    string `query:"step"`
	RawBody []byte `contentType:"application/octet-stream"`
}

type finishInput struct {
	LeaseInput
	Body walk.RobotResult
}

type reLeaseInput struct {
	LeaseInput
	Body struct {
		Reason string `json:"reason" maxLength:"500"`
	}
}

func (a *resources) walkLeases() {
	huma.Register(a.api, a.operation(http.MethodPost, "/walk-leases", "claim-walk", "Claim a walk for a robot", Work),
		func(ctx context.Context, in *body[ClaimWalk]) (*body[ClaimedWalk], error) {
			claimed, ok, err := a.rooms.Leases.Claim(ctx, in.Body.Worker, in.Body.Can, time.Duration(in.Body.Seconds)*time.Second)
			if err != nil || !ok {
				return reply(ClaimedWalk{}, err).to(ctx, a)
			}
			return reply(ClaimedWalk{&claimed}, nil).to(ctx, a)
		})
	huma.Register(a.api, a.operation(http.MethodPost, "/walk-leases/{id}/heartbeat", "hold-walk", "Say that the robot is alive", Work),
		func(ctx context.Context, in *heartbeatInput) (*body[LeaseUntil], error) {
			until, err := a.rooms.Leases.Heartbeat(ctx, in.ID, in.Lease, time.Duration(in.Body.Seconds)*time.Second)
			return reply(LeaseUntil{until}, err).to(ctx, a)
		})
	huma.Register(a.api, a.operation(http.MethodPost, "/walk-leases/{id}/order", "may-order", "Count an order before a robot makes it, or refuse it", Work),
		func(ctx context.Context, in *LeaseInput) (*struct{}, error) {
			return nil, a.failed(ctx, a.rooms.Leases.MayOrder(ctx, in.ID, in.Lease))
		})
	evidence := a.operation(http.MethodPost, "/walk-leases/{id}/evidence", "keep-robot-evidence", "Hand in a picture or the report of a walk under way", Work)
	evidence.MaxBodyBytes = maxRobotFile
	huma.Register(a.api, evidence, func(ctx context.Context, in *robotEvidenceInput) (*struct{}, error) {
		return nil, a.failed(ctx, a.rooms.Leases.KeepRobotEvidence(ctx, in.ID, in.Lease, in.Key, cx.EvidenceKind(in.Kind), in.Step, bytes.NewReader(in.RawBody)))
	})
	finish := a.operation(http.MethodPost, "/walk-leases/{id}/result", "finish-walk", "Hand a robot's walk in", Work)
	finish.MaxBodyBytes = maxRobotResult
	huma.Register(a.api, finish, func(ctx context.Context, in *finishInput) (*struct{}, error) {
		_, err := a.rooms.Leases.Finish(ctx, in.ID, in.Lease, in.Body)
		return nil, a.failed(ctx, err)
	})
	huma.Register(a.api, a.operation(http.MethodPost, "/walk-leases/{id}/release", "release-walk", "Give a walk back undone", Work),
		func(ctx context.Context, in *reLeaseInput) (*struct{}, error) {
			return nil, a.failed(ctx, a.rooms.Leases.Release(ctx, in.ID, in.Lease, in.Body.Reason))
		})
}
