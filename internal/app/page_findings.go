package app

import (
	"context"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/finding"
)

// pageFindings is the finding room as the pages call it.
type pageFindings struct{ *finding.Room }

// ListFindings lists findings, the most severe first.
func (f pageFindings) ListFindings(ctx context.Context, states ...cx.FindingState) ([]cx.Finding, error) {
	return f.List(ctx, finding.BySeverity, states...)
}

// Finding is one finding.
func (f pageFindings) Finding(ctx context.Context, id int64) (cx.Finding, error) {
	one, _, err := f.Room.Finding(ctx, id)
	return one, err
}

// Events is what happened to a finding.
func (f pageFindings) Events(ctx context.Context, id int64) ([]finding.Event, error) {
	_, events, err := f.Room.Finding(ctx, id)
	return events, err
}

// Move brings a finding into another state, as a person decided.
func (f pageFindings) Move(ctx context.Context, id int64, to cx.FindingState, by, reason string) (cx.Finding, error) {
	switch to {
	case cx.FindingAccepted:
		return f.Accept(ctx, id, by)
	case cx.FindingDismissed:
		return f.Dismiss(ctx, id, by, reason)
	case cx.FindingOpen:
		return f.Reopen(ctx, id, by, reason)
	}
	return cx.Finding{}, cx.Errorf(cx.Invalid, "nobody can move a finding to %q", to)
}

// SetEffort keeps a person's estimate of what a fix takes.
func (f pageFindings) SetEffort(ctx context.Context, id int64, effort, by string) (cx.Finding, error) {
	return f.Estimate(ctx, id, effort, by)
}
