package walk

import (
	"context"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// Ticked counts what the clock did.
type Ticked struct {
	Expired int    `json:"expired"`
	PutBack int    `json:"put_back"` // reviews that were held too long
	Skipped []Skip `json:"skipped"`
}

// Tick does what the clock asks for: walks that nobody did in time expire, reviews that
// are held too long are put back, leases that ran out are taken back, and plans are
// laid ahead. It may be called as often as one likes.
func (r *Room) Tick(ctx context.Context) (Ticked, error) {
	var done Ticked
	if err := r.takeBackLeases(ctx); err != nil {
		return done, err
	}
	open, err := r.store.Assignments(ctx, Filter{States: []cx.WalkState{
		cx.WalkPlanned, cx.WalkInvited, cx.WalkConsented, cx.WalkStarted, cx.WalkInReview, cx.WalkReturned,
	}})
	if err != nil {
		return done, err
	}
	for _, a := range open {
		if err := r.clock(ctx, a, &done); err != nil && !isStale(err) {
			return done, err
		}
	}
	done.Skipped, err = r.LayAhead(ctx)
	return done, err
}

// clock does with one assignment what its time limits ask for.
func (r *Room) clock(ctx context.Context, a Assignment, done *Ticked) error {
	switch {
	case a.State == cx.WalkStarted && len(a.Lease.Hash) > 0:
		return nil // a lease has its own end
	case a.State == cx.WalkInReview:
		if !a.Overdue(r.now()) {
			return nil
		}
		_, err := r.move(ctx, a, cx.WalkPutBack, "", "held too long", func(c *Change) error {
			c.Assignment.Reviewer, c.Assignment.Until = "", c.Assignment.Submitted.Add(reviewWithin)
			return nil
		})
		if err == nil {
			done.PutBack++
		}
		return err
	}
	limit := a.Until
	if limit.IsZero() {
		limit = a.Due
	}
	if !r.now().After(limit) {
		return nil
	}
	_, err := r.move(ctx, a, cx.WalkExpire, "", "not done in time", nil)
	if err == nil {
		done.Expired++
	}
	return err
}
