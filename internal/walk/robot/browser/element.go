package browser

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/cdproto/runtime"

	"github.com/firsthand-cx/firsthand/internal/walk/robot/recorder"
)

// poll is how often an element that is not there is looked for again.
const poll = 50 * time.Millisecond

// patience is how long the first selector has alone before a later one may help:
// else a page that is still arriving would be taken for one that changed.
const patience = 1 * time.Second

// element is where a person would act.
type element struct {
	list        runtime.RemoteObjectID // handle of the elements that the selector leads to
	world       runtime.ExecutionContextID
	frame       cdp.FrameID
	alternative int // 1-based
	what        string
	x, y        float64    // a point of the glass
	inner       [2]float64 // the same point, of the element's own page
	cost        time.Duration
}

// readiness is what ready in element.js tells.
type readiness struct {
	State, What, By string
	X, Y            float64
}

// find waits until a person could use the element: point it out when pointing.
// What it cost beyond waiting for the page is in the element.
func (s *session) find(ctx context.Context, t *tab, frame cdp.FrameID, step recorder.Step, pointing bool) (element, error) {
	began := time.Now()
	var last readiness
	for {
		tried := time.Now()
		for i, selector := range step.Selectors {
			if i > 0 && time.Since(began) < min(patience, s.timeout(step)/2) {
				break
			}
			e, r, err := s.try(ctx, t, frame, selector, step, pointing)
			var m *mistake
			switch {
			case errors.As(err, &m):
				return element{}, &problem{kind: ScriptMistake, text: m.text}
			case err != nil && !transient(ctx, err):
				return element{}, err
			case err != nil:
				continue
			}
			if r.State == "ready" {
				e.alternative, e.cost = i+1, time.Since(tried)
				if i > 0 {
					s.note(Healed, fmt.Sprintf("%s was found by %s; %s no longer leads to it", e.what, selector, step.Selectors[0]), minor)
				}
				return e, nil
			}
			if r.State != "absent" {
				last = r
				break // it is there: a later selector would only lead elsewhere
			}
		}
		select {
		case <-ctx.Done():
			return element{}, s.unfound(ctx, t, step, last)
		case <-time.After(poll):
		}
	}
}

// transient errors come of pages that change under one's hands: look again.
func transient(ctx context.Context, err error) bool {
	var e *exception
	var protocol *cdp.Error
	return ctx.Err() == nil && !errors.Is(err, errGone) && (errors.As(err, &protocol) || errors.As(err, &e))
}

func (s *session) unfound(ctx context.Context, t *tab, step recorder.Step, last readiness) error {
	if errors.Is(context.Cause(ctx), errLimit) {
		return errLimit
	}
	switch last.State {
	case "covered":
		return &problem{kind: Covered, text: fmt.Sprintf("%s is covered by %s", last.What, last.By)}
	case "hidden":
		return &problem{kind: NotUsable, text: last.What + " is there but cannot be seen"}
	case "disabled":
		return &problem{kind: NotUsable, text: last.What + " cannot be used: it is disabled"}
	case "moving":
		return &problem{kind: NotUsable, text: last.What + " never stands still"}
	case "outside":
		return &problem{kind: NotUsable, text: last.What + " cannot be brought onto the screen"}
	}
	return &problem{kind: NotFound, text: fmt.Sprintf("there is no %s on %s", step.Selectors[0], t.url())}
}

// try looks once by one selector.
func (s *session) try(ctx context.Context, t *tab, frame cdp.FrameID, selector recorder.Selector, step recorder.Step, pointing bool) (element, readiness, error) {
	list, err := t.query(ctx, frame, selector)
	if err != nil {
		return element{}, readiness{}, err
	}
	world, err := t.world(ctx, frame)
	if err != nil {
		return element{}, readiness{}, err
	}
	var offsetX, offsetY any
	if step.Type == recorder.Click || step.Type == recorder.DoubleClick {
		offsetX, offsetY = step.Pointer.OffsetX, step.Pointer.OffsetY
	}
	var r readiness
	if _, err := t.function(ctx, world, `(list, x, y, pointing) => firsthand.ready(list, x, y, pointing)`, &r, list, offsetX, offsetY, pointing); err != nil {
		return element{}, readiness{}, err
	}
	e := element{list: list, world: world, frame: frame, what: s.walk.Flow.Mask(r.What), x: r.X, y: r.Y, inner: [2]float64{r.X, r.Y}}
	if r.State != "ready" || !pointing {
		return e, r, nil
	}
	return e, r, s.outward(ctx, t, &e, &r)
}

// outward carries a point from an iframe out to the glass, looking at each page on
// the way whether something lies over the iframe.
func (s *session) outward(ctx context.Context, t *tab, e *element, r *readiness) error {
	id := e.frame
	for {
		f, ok := t.state(id)
		if !ok {
			return errGone
		}
		if f.parent == "" {
			break
		}
		world, err := t.world(ctx, f.parent)
		if err != nil {
			return err
		}
		owner, err := call(ctx, t, dom.GetFrameOwner, dom.GetFrameOwnerParams{FrameID: id})
		if err != nil {
			return err
		}
		iframe, err := call(ctx, t, dom.ResolveNode, dom.ResolveNodeParams{BackendNodeID: owner.BackendNodeID, ExecutionContextID: world, ObjectGroup: t.group()})
		if err != nil {
			return err
		}
		var p struct {
			X, Y float64
			By   string
		}
		if _, err := t.function(ctx, world, `(iframe, x, y) => firsthand.outward(iframe, x, y)`, &p, iframe.Object.ObjectID, e.x, e.y); err != nil {
			return err
		}
		e.x, e.y = p.X, p.Y
		if p.By != "" {
			r.State, r.By = "covered", p.By
			return nil
		}
		id = f.parent
	}
	if !s.keys.mobile {
		return nil // only a phone shows a page at another scale than it is laid out
	}
	world, err := t.world(ctx, id)
	if err != nil {
		return err
	}
	var p struct{ X, Y float64 }
	_, err = t.function(ctx, world, `(x, y) => firsthand.onGlass(x, y)`, &p, e.x, e.y)
	e.x, e.y = p.X, p.Y
	return err
}
