package browser

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"syscall"

	"github.com/firsthand-cx/firsthand/internal/walk/robot/recorder"
)

// temporary errors of a dial may be our own network's: no name, no route.
func temporary(err error) bool {
	var dns *net.DNSError
	return errors.As(err, &dns) || errors.Is(err, syscall.ENETUNREACH) || errors.Is(err, syscall.EHOSTUNREACH) || errors.Is(err, context.DeadlineExceeded)
}

// custom is one of our own steps; somebody else's is passed over, as everywhere.
func (s *session) custom(ctx context.Context, a *action) error {
	e := a.step.Expect
	if e == nil {
		a.record.Result = StepSkipped
		return nil
	}
	switch e.Name {
	case recorder.Stop:
		if s.walk.DryRun {
			return errDry
		}
		return nil
	case recorder.Order:
		return s.order(ctx)
	}
	a.clock.pages()
	for {
		wrong, err := s.expect(ctx, a, e)
		if err == nil && wrong == "" {
			return nil
		}
		var m *mistake
		if errors.As(err, &m) {
			return &problem{kind: ScriptMistake, text: m.text}
		}
		if err != nil && !transient(ctx, err) && ctx.Err() == nil {
			return err
		}
		if waited := hold(ctx, poll); waited != nil {
			if wrong == "" {
				wrong = "the page did not answer in time"
			}
			return s.orProblem(ctx, waited, NotAsExpected, wrong)
		}
	}
}

// order asks whether the next step may order for real.
func (s *session) order(ctx context.Context) error {
	if s.walk.DryRun {
		return errDry
	}
	if s.walk.MayOrder == nil {
		return &problem{kind: OrderCapped, text: "this walk may not order"}
	}
	if err := s.walk.MayOrder(ctx); err != nil {
		return &problem{kind: OrderCapped, text: err.Error()}
	}
	return nil
}

// expect holds the page against an expectation; "" when it is met.
func (s *session) expect(ctx context.Context, a *action, e *recorder.Expectation) (string, error) {
	if e.Name == recorder.ExpectURL {
		f, ok := a.tab.state(a.frame)
		if !ok {
			return "", errGone
		}
		if !matches(e.URL, f.url) {
			return fmt.Sprintf("the page is %s, not %s", f.url, e.URL), nil
		}
		return "", nil
	}
	text, found, err := s.shown(ctx, a)
	if err != nil {
		return "", err
	}
	squeezed := strings.Join(strings.Fields(text), " ")
	wanted := strings.Join(strings.Fields(e.Text), " ")
	switch e.Name {
	case recorder.ExpectText:
		if !strings.Contains(squeezed, wanted) {
			return fmt.Sprintf("“%s” is not shown%s", e.Text, instead(a.step, squeezed)), nil
		}
	case recorder.ExpectNoText:
		if strings.Contains(squeezed, wanted) {
			return fmt.Sprintf("“%s” is shown", e.Text), nil
		}
	case recorder.ExpectPrice:
		price, ok := recorder.ParsePrice(squeezed)
		switch {
		case !found:
			return fmt.Sprintf("there is no price at %s", a.step.Selectors[0]), nil
		case !ok:
			return fmt.Sprintf("“%.80s” is no price", squeezed), nil
		case price < e.Least-0.005 || price > e.Most+0.005:
			return fmt.Sprintf("the price is %.2f, not %s", price, e.Bounds()), nil
		}
	}
	return "", nil
}

func instead(step recorder.Step, text string) string {
	if len(step.Selectors) == 0 {
		return ""
	}
	return fmt.Sprintf(" at %s, but “%.80s”", step.Selectors[0], text)
}

// shown is the text that a person reads on the page, or in the step's element.
func (s *session) shown(ctx context.Context, a *action) (text string, found bool, err error) {
	world, err := a.tab.world(ctx, a.frame)
	if err != nil {
		return "", false, err
	}
	if len(a.step.Selectors) == 0 {
		_, err = a.tab.function(ctx, world, `() => document.body?.innerText ?? ""`, &text)
		return text, true, err
	}
	for i, selector := range a.step.Selectors {
		list, err := a.tab.query(ctx, a.frame, selector)
		if err != nil {
			return "", false, err
		}
		var r struct {
			Text  string
			Count int
		}
		if _, err := a.tab.function(ctx, world, `(list) => ({ text: firsthand.shown(list), count: list.length })`, &r, list); err != nil {
			return "", false, err
		}
		if r.Count > 0 {
			a.record.Selector = i + 1
			return r.Text, true, nil
		}
	}
	return "", false, nil
}
