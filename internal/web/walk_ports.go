package web

import (
	"context"
	"io"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/walk"
)

// Walking is a walk as its walker sees it; the walks' room is it.
type Walking interface {
	// Open is the assignment that a link's or a device's secret opens. It changes nothing.
	Open(ctx context.Context, secret string) (walk.Assignment, walk.PassKind, error)
	Accept(ctx context.Context, link string, g walk.Agreement) (a walk.Assignment, device string, err error)
	AcceptAs(ctx context.Context, walker, id int64, g walk.Agreement) (walk.Assignment, error)

	Assignment(ctx context.Context, id int64) (walk.Detail, error)
	OpenFor(ctx context.Context, walker int64) ([]walk.Assignment, error)

	Send(ctx context.Context, id int64, messages []walk.Message) (walk.Ack, error)
	KeepEvidence(ctx context.Context, id int64, key string, kind cx.EvidenceKind, step string, from io.Reader) (walk.Ack, error)
	Stop(ctx context.Context, id int64, forget bool) (walk.Assignment, error)
}
