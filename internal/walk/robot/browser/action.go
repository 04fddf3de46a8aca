package browser

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"

	"github.com/firsthand-cx/firsthand/internal/walk/robot/guard"
	"github.com/firsthand-cx/firsthand/internal/walk/robot/recorder"
)

// actions has one for each type of step.
var actions = map[recorder.StepType]func(*session, context.Context, *action) error{
	recorder.Navigate:                 (*session).navigate,
	recorder.Click:                    (*session).clickStep,
	recorder.DoubleClick:              (*session).clickStep,
	recorder.Hover:                    (*session).hover,
	recorder.Change:                   (*session).change,
	recorder.KeyDown:                  (*session).keyDown,
	recorder.KeyUp:                    (*session).keyUp,
	recorder.Scroll:                   (*session).scroll,
	recorder.SetViewport:              (*session).setViewport,
	recorder.EmulateNetworkConditions: (*session).emulateNetwork,
	recorder.WaitForElement:           (*session).waitForElement,
	recorder.WaitForExpression:        (*session).waitForExpression,
	recorder.Close:                    (*session).closeTab,
	recorder.CustomStep:               (*session).custom,
}

// element finds the step's element; what the page took to show it is the page's
// time, and so is all that follows: the page answers what is done to it.
func (s *session) element(ctx context.Context, a *action, pointing bool) (element, error) {
	began := time.Now()
	e, err := s.find(ctx, a.tab, a.frame, a.step, pointing)
	a.clock.page += max(0, time.Since(began)-e.cost)
	a.record.Selector = e.alternative
	a.clock.pages()
	return e, err
}

func (s *session) clickStep(ctx context.Context, a *action) error {
	count := 1
	if a.step.Type == recorder.DoubleClick {
		count = 2
	}
	for {
		e, err := s.element(ctx, a, true)
		if err != nil {
			return err
		}
		err = s.click(ctx, a.tab, e.x, e.y, a.step.Pointer, count, func() bool { return s.still(ctx, a, e) })
		a.clock.ours()
		if !errors.Is(err, errMoved) {
			if errors.Is(err, errGone) {
				return nil // a click may close the window that it was in
			}
			return err
		}
		if err := hold(ctx, poll); err != nil {
			return &problem{kind: NotUsable, text: e.what + " moves away from under the pointer"}
		}
	}
}

// still looks whether the point to be pressed is still the element's. In an iframe
// the points of pages differ, and the look that was had must do.
func (s *session) still(ctx context.Context, a *action, e element) bool {
	a.clock.ours()
	defer a.clock.pages()
	if f, ok := a.tab.state(e.frame); !ok || f.parent != "" {
		return ok
	}
	var same bool
	_, err := a.tab.function(ctx, e.world, `(list, x, y) => firsthand.still(list, x, y)`, &same, e.list, e.inner[0], e.inner[1])
	return err == nil && same
}

func (s *session) hover(ctx context.Context, a *action) error {
	e, err := s.element(ctx, a, true)
	if err != nil {
		return err
	}
	return s.move(ctx, a.tab, e.x, e.y)
}

func (s *session) change(ctx context.Context, a *action) error {
	e, err := s.element(ctx, a, false)
	if err != nil {
		return err
	}
	var left struct {
		Rest  *string
		Wrong string
	}
	const fill = `(list, value, secret) => firsthand.fill(list, value, secret)`
	if _, err := a.tab.function(ctx, e.world, fill, &left, e.list, a.step.Value, a.step.Secret); err != nil {
		return err
	}
	if left.Wrong != "" {
		return &problem{kind: NotUsable, text: left.Wrong, blame: CannotTell}
	}
	if left.Rest == nil {
		return nil
	}
	return s.write(ctx, a.tab, *left.Rest)
}

func (s *session) keyDown(ctx context.Context, a *action) error {
	return s.down(ctx, a.tab, recorder.Stroke(a.step.Key))
}

func (s *session) keyUp(ctx context.Context, a *action) error {
	return s.up(ctx, a.tab, recorder.Stroke(a.step.Key))
}

func (s *session) scroll(ctx context.Context, a *action) error {
	if len(a.step.Selectors) == 0 {
		world, err := a.tab.world(ctx, a.frame)
		if err != nil {
			return err
		}
		var done bool
		_, err = a.tab.function(ctx, world, `(x, y) => (scrollTo({ left: x, top: y, behavior: "instant" }), true)`, &done, a.step.X, a.step.Y)
		return err
	}
	e, err := s.element(ctx, a, false)
	if err != nil {
		return err
	}
	var done bool
	_, err = a.tab.function(ctx, e.world, `(list, x, y) => (list[0].scrollTo({ left: x, top: y, behavior: "instant" }), true)`, &done, e.list, a.step.X, a.step.Y)
	return err
}

func (s *session) setViewport(ctx context.Context, a *action) error {
	if s.walk.Profile.sets() {
		a.record.Result = StepSkipped // the walk's own screen counts
		return nil
	}
	return s.screen(ctx, a.tab, a.step.Screen)
}

func (s *session) emulateNetwork(ctx context.Context, a *action) error {
	n := a.step.Network
	return s.network(ctx, s.main, n, n.Download == 0 && n.Upload == 0)
}

func (s *session) waitForElement(ctx context.Context, a *action) error {
	a.clock.pages()
	w := a.step.Wait
	for {
		met, count, err := s.elements(ctx, a)
		var m *mistake
		switch {
		case errors.As(err, &m):
			return &problem{kind: ScriptMistake, text: m.text}
		case err != nil && !transient(ctx, err) && ctx.Err() == nil:
			return err
		case err == nil && met != w.Gone:
			return nil
		}
		if err := hold(ctx, poll); err != nil {
			what := fmt.Sprintf("%s: %s %d were waited for, %d are there", a.step.Selectors[0], w.Operator, w.Count, count)
			if w.Gone {
				what = fmt.Sprintf("%s is still there", a.step.Selectors[0])
			}
			return s.orProblem(ctx, err, NotFound, what)
		}
	}
}

// elements holds what is there against what the step waits for; the first selector
// that leads to anything counts, as in the reference.
func (s *session) elements(ctx context.Context, a *action) (met bool, count int, err error) {
	world, err := a.tab.world(ctx, a.frame)
	if err != nil {
		return false, 0, err
	}
	const judge = `(list, operator, count, attributes, properties) => ({ count: list.length, met: firsthand.meets(list, operator, count, attributes, properties) })`
	w := a.step.Wait
	for i, selector := range a.step.Selectors {
		list, err := a.tab.query(ctx, a.frame, selector)
		if err != nil {
			return false, 0, err
		}
		var r struct {
			Count int
			Met   bool
		}
		if _, err := a.tab.function(ctx, world, judge, &r, list, w.Operator, w.Count, w.Attributes, w.Properties); err != nil {
			return false, 0, err
		}
		if r.Count > 0 || i == len(a.step.Selectors)-1 {
			a.record.Selector = i + 1
			return r.Met, r.Count, nil
		}
	}
	return false, 0, nil
}

// waitForExpression asks in the page's own world: expressions speak of its variables.
func (s *session) waitForExpression(ctx context.Context, a *action) error {
	a.clock.pages()
	for {
		f, ok := a.tab.state(a.frame)
		if !ok {
			return errGone
		}
		if f.page != 0 {
			value, err := a.tab.evaluate(ctx, f.page, a.step.Script, false)
			var e *exception
			switch {
			case err == nil && truthy(value):
				return nil
			case errors.As(err, &e) && strings.HasPrefix(e.text, "SyntaxError"):
				return &problem{kind: ScriptMistake, text: "the expression is not JavaScript: " + e.text}
			case err != nil && !transient(ctx, err) && ctx.Err() == nil:
				return err
			}
		}
		if err := hold(ctx, poll); err != nil {
			return s.orProblem(ctx, err, NotAsExpected, "it never came true: "+a.step.Script)
		}
	}
}

func truthy(v *runtime.RemoteObject) bool {
	switch {
	case v.ObjectID != "":
		return true
	case v.UnserializableValue != "":
		return v.UnserializableValue != "NaN" && v.UnserializableValue != "-0" && v.UnserializableValue != "0n"
	}
	switch string(v.Value) {
	case "", "false", "null", "0", `""`:
		return false
	}
	return true
}

func (s *session) closeTab(ctx context.Context, a *action) error {
	if a.tab == s.main {
		return nil // the walk's own tab closes with the walk
	}
	_, err := call(ctx, a.tab, page.Close, struct{}{})
	return err
}

// unreached is a page that did not come: whose doing it is, the proxy can tell.
func (s *session) unreached(address, errorText string) error {
	p := &problem{kind: LoadFailed, text: fmt.Sprintf("%s could not be loaded", withoutQuery(address)), blame: CannotTell}
	u, err := url.Parse(address)
	if err != nil {
		return p
	}
	at := u.Host
	if u.Port() == "" {
		at += map[string]string{"http": ":80", "https": ":443"}[u.Scheme]
	}
	why := s.process.proxy.Why(at)
	var forbidden *guard.Forbidden
	switch {
	case errors.As(why, &forbidden):
		p.text += ": " + forbidden.Error()
		p.blame = OurRobot
	case why != nil && !temporary(why):
		p.text += ": " + why.Error()
		p.blame = TheirSite
	case why != nil:
		p.text += ": " + why.Error()
	case strings.Contains(errorText, "CERT") || strings.Contains(errorText, "SSL") || strings.Contains(errorText, "EMPTY_RESPONSE") ||
		strings.Contains(errorText, "INVALID") || strings.Contains(errorText, "TOO_MANY_REDIRECTS") || strings.Contains(errorText, "CONNECTION_RESET"):
		p.text += ": " + errorText
		p.blame = TheirSite
	case errorText != "":
		p.text += ": " + errorText
	}
	return p
}
