package robot

import (
	"cmp"
	"context"
	"errors"
	"io"
	"log/slog"
	"sync"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/walk"
)

// Desk is where a worker takes its orders from and hands in what it recorded: the API
// of a server, or the walks' room itself.
type Desk interface {
	Claim(ctx context.Context, worker string, can []string, lease time.Duration) (walk.Claimed, bool, error)
	Heartbeat(ctx context.Context, id int64, lease string, length time.Duration) (time.Time, error)
	MayOrder(ctx context.Context, id int64, lease string) error
	KeepRobotEvidence(ctx context.Context, id int64, lease, key string, kind cx.EvidenceKind, step string, from io.Reader) error
	Finish(ctx context.Context, id int64, lease string, res walk.RobotResult) (walk.Assignment, error)
	Release(ctx context.Context, id int64, lease, reason string) error
}

// Worker claims walks, one after the other, walks them and hands them in.
type Worker struct {
	Desk   Desk
	Walker Walker
	Name   string
	Can    []string // what it can do, beside a browser
	Log    *slog.Logger

	// Lease is how long a walk is held without a sign of life; 0 is two minutes.
	Lease time.Duration
	// Pause is how long to wait where nothing is to be done; 0 is five seconds.
	Pause time.Duration
}

const (
	defaultLease = 2 * time.Minute
	defaultPause = 5 * time.Second
	longestPause = time.Minute
	partingTime  = 5 * time.Second // for what is said when a worker is stopped
)

// Run works until ctx ends; the walk under way is then given back. A desk that does
// not answer is asked again, less and less often.
func (w *Worker) Run(ctx context.Context) error {
	quiet := cmp.Or(w.Pause, defaultPause)
	pause := quiet
	for {
		worked, err := w.Once(ctx)
		switch {
		case ctx.Err() != nil:
			return err
		case err != nil && (cx.CodeOf(err) == cx.Forbidden || cx.CodeOf(err) == cx.Invalid):
			return err // no waiting mends that
		case err != nil:
			w.Log.Warn("no walk was done; it is tried again", "after", pause, "error", err)
			pause = min(2*pause, longestPause)
		default:
			pause = quiet
		}
		if worked && err == nil {
			continue
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(pause):
		}
	}
}

// Once does one walk; worked is false where none waits.
func (w *Worker) Once(ctx context.Context) (worked bool, err error) {
	lease := cmp.Or(w.Lease, defaultLease)
	c, ok, err := w.Desk.Claim(ctx, w.Name, w.Can, lease)
	if err != nil || !ok {
		return false, err
	}
	id := c.Assignment.ID
	log := w.Log.With("walk", id, "scenario", c.Scenario.ID)
	log.Info("walking", "attempt", c.Assignment.Attempts)
	walking, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	var beats sync.WaitGroup
	beats.Go(func() { w.beat(walking, stop, c, lease) })
	err = w.do(walking, c)
	stop(nil)
	beats.Wait()
	switch cause := context.Cause(walking); {
	case errors.Is(cause, errLost):
		log.Warn("the lease is over; what was recorded is dropped")
		return true, nil
	case ctx.Err() != nil:
		return true, w.giveBack(ctx, c, "the worker was stopped")
	case err == nil:
		return true, nil
	case cx.CodeOf(err) == cx.Conflict:
		log.Warn("the walk is somebody else's by now", "error", err)
		return true, nil
	}
	log.Error("the walk could not be done", "error", err)
	why := cx.AsError(err).Text
	if cx.CodeOf(err) == cx.Unavailable { // of this machine or the way to the desk: another try may do
		return true, errors.Join(err, w.giveBack(ctx, c, why))
	}
	_, finish := w.Desk.Finish(ctx, id, c.Lease, walk.RobotResult{Verdict: walk.VerdictInfrastructure, Why: why})
	return true, finish
}

var errLost = errors.New("the lease is over")

// beat says that the worker is alive, until the walk is over; where the desk says that
// the lease is not good any more the walk ends.
func (w *Worker) beat(ctx context.Context, stop context.CancelCauseFunc, c walk.Claimed, lease time.Duration) {
	until := time.Now().Add(lease) // by our own clock: the desk's may be another
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(lease / 4):
		}
		began := time.Now()
		_, err := w.Desk.Heartbeat(ctx, c.Assignment.ID, c.Lease, lease)
		switch code := cx.CodeOf(err); {
		case ctx.Err() != nil:
			return
		case err == nil:
			until = began.Add(lease)
		case code == cx.Conflict || code == cx.NotFound || code == cx.Forbidden || time.Now().After(until):
			stop(errLost)
			return
		}
	}
}

// giveBack releases a walk although the worker is being stopped.
func (w *Worker) giveBack(ctx context.Context, c walk.Claimed, reason string) error {
	parting, cancel := context.WithTimeout(context.WithoutCancel(ctx), partingTime)
	defer cancel()
	err := w.Desk.Release(parting, c.Assignment.ID, c.Lease, reason)
	if cx.CodeOf(err) == cx.Conflict {
		return nil // it is not ours any more
	}
	return err
}
