package browser

import (
	"context"
	"errors"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/walk/robot/guard"
	"github.com/firsthand-cx/firsthand/internal/walk/robot/recorder"
)

// Walk is what to walk, and within which bounds.
type Walk struct {
	// Flow is a recording with its variables bound.
	Flow    recorder.Flow
	Profile Profile
	Network Network
	// Sites are the company's own. The page may stand on no other; what it loads
	// from elsewhere is let through.
	Sites []guard.Site
	// DryRun ends the walk before it orders.
	DryRun bool
	// MayOrder is asked before each order; its error ends the walk. Where it is nil,
	// nothing may be ordered.
	MayOrder func(context.Context) error
	// Marker marks the walk's requests to the company's own sites, by MarkerHeader.
	Marker string
	// Evidence keeps a picture under a name; nil takes none.
	Evidence func(name string, jpeg []byte) error
	// Film takes a filmstrip besides a picture after each step.
	Film bool
	// Audit judges each page by accessibility rules.
	Audit bool
	// Limit is how long the whole walk may take; 0 is ten minutes.
	Limit time.Duration
}

// MarkerHeader is in the requests of walks for pages, and for data from where the
// page itself is from, so that a site can tell walks from customers.
const MarkerHeader = "Firsthand-Walk"

const (
	defaultLimit = 10 * time.Minute
	// stepTimeout and loadTimeout are the reference's.
	stepTimeout = 5 * time.Second
	loadTimeout = 30 * time.Second
)

// Walk walks a recording and writes down what it met. An error means that it was
// not begun; a robot that breaks on the way is in the Recording, as Infrastructure.
func (b *Browser) Walk(ctx context.Context, w Walk) (Recording, error) {
	if len(w.Sites) == 0 {
		return Recording{}, cx.Errorf(cx.Forbidden, "no site is yours to walk on yet").WithRemedy("Show that a site is yours, then walk on it.")
	}
	if names := w.Flow.Variables(); len(names) > 0 {
		if _, err := w.Flow.Bind(nil); err != nil {
			return Recording{}, err
		}
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return Recording{}, err
	}
	p, err := b.ready(ctx)
	if err != nil {
		return Recording{}, err
	}
	p.walks++
	if w.Limit == 0 {
		w.Limit = defaultLimit
	}
	within, cancel := context.WithTimeoutCause(ctx, w.Limit, errLimit)
	defer cancel()
	s := newSession(p, w)
	s.run(within)
	if err := ctx.Err(); err != nil {
		return Recording{}, err // whoever asked no longer wants it
	}
	if s.record.Outcome == Infrastructure {
		b.stop() // whatever it was, the next walk begins with a new Chromium
	}
	return s.record, nil
}

var errLimit = errors.New("the walk took longer than it may")
