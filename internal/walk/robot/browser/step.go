package browser

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"

	"github.com/firsthand-cx/firsthand/internal/walk/robot/recorder"
)

// given is the timeout that the recording gives a step, or else the usual one.
func (s *session) given(step recorder.Step, usual time.Duration) time.Duration {
	for _, d := range []time.Duration{step.Timeout, s.walk.Flow.Timeout} {
		if d > 0 {
			return d
		}
	}
	return usual
}

// timeout is how long a step may look for what it needs; what it causes has its
// own time.
func (s *session) timeout(step recorder.Step) time.Duration {
	if step.Type == recorder.Navigate {
		return s.given(step, loadTimeout)
	}
	return s.given(step, stepTimeout)
}

// steps goes through the recording until it ends or cannot go on.
func (s *session) steps(ctx context.Context) error {
	for i, step := range s.walk.Flow.Steps {
		s.mu.Lock()
		s.step = i + 1
		s.mu.Unlock()
		r := StepRecord{Number: i + 1, Type: string(step.Type), What: s.what(step), Result: StepDone, Began: millis(time.Since(s.began))}
		c := &clock{began: time.Now()}
		err := s.do(ctx, step, &r, c)
		if err == nil {
			s.mu.Lock()
			if s.foreign != "" {
				err = &problem{kind: ForeignSite, text: "the walk left your sites", blame: CannotTell}
			}
			s.mu.Unlock()
		}
		r.Timing.Page, r.Timing.Robot = millis(c.page), millis(time.Since(c.began)-c.page)
		r.URL = s.walk.Flow.Mask(s.main.url())
		if err != nil && !errors.Is(err, errDry) {
			r.Result, r.Problem = StepFailed, s.walk.Flow.Mask(err.Error())
			var p *problem
			if errors.As(err, &p) && p.kind != ForeignSite {
				s.note(p.kind, p.text, stops)
			}
		}
		var lost *broke
		if r.Result != StepSkipped && !errors.As(err, &lost) && s.process.ctx.Err() == nil {
			s.look(ctx, step, &r)
		}
		s.mu.Lock()
		s.record.Steps = append(s.record.Steps, r)
		s.mu.Unlock()
		if err != nil {
			return err
		}
	}
	return nil
}

// clock tells the page's time of a step from ours.
type clock struct {
	began time.Time
	page  time.Duration
	from  time.Time // since when the page is busy; zero while we are
}

func (c *clock) pages() {
	if c.from.IsZero() {
		c.from = time.Now()
	}
}

func (c *clock) ours() {
	if !c.from.IsZero() {
		c.page += time.Since(c.from)
		c.from = time.Time{}
	}
}

// do does one step and waits for what it caused.
func (s *session) do(ctx context.Context, step recorder.Step, r *StepRecord, c *clock) error {
	walk := ctx
	ctx, cancel := context.WithTimeout(walk, s.timeout(step))
	defer cancel()
	defer c.ours()
	c.pages()
	t, frame, err := s.tabFor(ctx, step.Target)
	if err != nil {
		return s.why(ctx, nil, err)
	}
	err = t.until(ctx, func() bool {
		id := t.child(frame, step.Frame)
		if id != "" {
			frame, step.Frame = id, nil
		}
		return id != ""
	})
	if err != nil {
		return s.why(ctx, t, s.orProblem(ctx, err, NotFound, "the frame that the step was recorded in is not there"))
	}
	c.ours()
	act, ok := actions[step.Type]
	if !ok {
		return &broke{fmt.Errorf("no action for a step of type %q", step.Type)}
	}
	before := t.mark0(frame)
	err = act(s, ctx, &action{tab: t, frame: frame, step: step, record: r, clock: c})
	if err == nil && r.Result == StepDone && step.Type != recorder.Close {
		c.pages()
		ctx, cancel = context.WithTimeout(walk, s.given(step, loadTimeout))
		defer cancel()
		err = s.settle(ctx, t, frame, step, before)
		c.ours()
	}
	s.letGo(t, r.Number)
	return s.why(ctx, t, err)
}

// action is a step in its place.
type action struct {
	tab    *tab
	frame  cdp.FrameID
	step   recorder.Step
	record *StepRecord
	clock  *clock
}

// why makes of whatever stopped a step the reason that a reader needs.
func (s *session) why(ctx context.Context, t *tab, err error) error {
	var p *problem
	var b *broke
	switch {
	case err == nil, errors.As(err, &p), errors.As(err, &b), errors.Is(err, errDry):
		return err
	case s.process.ctx.Err() != nil:
		return &broke{errors.New("the browser died")}
	case t != nil && errors.Is(err, errGone):
		if t.hasCrashed() {
			return &broke{errors.New("the page's process crashed")}
		}
		return &problem{kind: NotFound, text: "the window was closed"}
	case errors.Is(context.Cause(ctx), errLimit):
		return errLimit
	case errors.Is(err, context.DeadlineExceeded):
		return &problem{kind: NotUsable, text: "the page did not answer in time"}
	}
	return &broke{err}
}

// orProblem is a problem where a wait ran out, and err itself otherwise.
func (s *session) orProblem(ctx context.Context, err error, kind Kind, text string) error {
	if errors.Is(err, context.DeadlineExceeded) && !errors.Is(context.Cause(ctx), errLimit) {
		return &problem{kind: kind, text: text}
	}
	return err
}

// mark0 is how often a frame had navigated before the step.
func (t *tab) mark0(id cdp.FrameID) int {
	t.mu.Lock()
	defer t.mu.Unlock()
	if f, ok := t.frames[id]; ok {
		return f.commits
	}
	return 0
}

// answering is how long data that a step asked for is waited for.
const answering = 2 * time.Second

// settle waits for what a step caused: a navigation, expected or not, or data.
func (s *session) settle(ctx context.Context, t *tab, frame cdp.FrameID, step recorder.Step, before int) error {
	arrived := func() bool {
		f, ok := t.frames[frame]
		return ok && f.commits > before && !f.pending && f.loaded
	}
	if len(step.Expected) > 0 {
		if err := t.until(ctx, func() bool { return arrived() || s.left() }); err != nil {
			text := "the page that should have come did not come"
			if step.Expected[0].URL != "" {
				text += ": " + step.Expected[0].URL
			}
			return s.orProblem(ctx, err, NoNavigation, text)
		}
		if s.left() {
			return nil
		}
		return s.compare(ctx, t, frame, step.Expected)
	}
	busy := func() bool { f, ok := t.frames[frame]; return ok && (f.pending || !f.loaded && f.commits > before) }
	short, cancel := context.WithTimeout(ctx, answering)
	defer cancel()
	if err := t.until(short, func() bool { return busy() || len(t.scripted) == 0 || s.left() }); err != nil && ctx.Err() != nil {
		return nil // slow data is no failed step; the next step waits for what it needs
	}
	if err := t.until(ctx, func() bool { return !busy() || s.left() }); err != nil && errors.Is(err, errGone) && t == s.main {
		return err
	}
	return s.reached(t, frame)
}

func (s *session) left() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.foreign != ""
}

// reached is an error where the page that came is the browser's own, about one that did not.
func (s *session) reached(t *tab, frame cdp.FrameID) error {
	f, ok := t.state(frame)
	if !ok || f.unreached == "" || s.left() {
		return nil
	}
	return s.unreached(f.unreached, "")
}

// compare holds a page against what the recording saw; the reference does not.
func (s *session) compare(ctx context.Context, t *tab, frame cdp.FrameID, expected []recorder.Navigation) error {
	if err := s.reached(t, frame); err != nil {
		return err
	}
	// Pages set their address and title by script, too, a moment after they came.
	began := time.Now()
	for {
		wrong, err := s.differs(ctx, t, frame, expected)
		if err != nil || wrong == "" {
			return err
		}
		if time.Since(began) > patience {
			return &problem{kind: WrongPage, text: wrong}
		}
		if err := hold(ctx, poll); err != nil {
			return &problem{kind: WrongPage, text: wrong}
		}
	}
}

func (s *session) differs(ctx context.Context, t *tab, frame cdp.FrameID, expected []recorder.Navigation) (string, error) {
	f, ok := t.state(frame)
	if !ok {
		return "", errGone
	}
	for _, want := range expected {
		if want.URL != "" && !matches(want.URL, f.url) {
			return fmt.Sprintf("%s came, not %s", f.url, want.URL), nil
		}
		if want.Title == "" {
			continue
		}
		title, err := s.title(ctx, t, frame)
		if err != nil {
			return "", err
		}
		if !matches(want.Title, title) {
			return fmt.Sprintf("the page is titled “%s”, not “%s”", title, want.Title), nil
		}
	}
	return "", nil
}

func (s *session) title(ctx context.Context, t *tab, frame cdp.FrameID) (string, error) {
	world, err := t.world(ctx, frame)
	if err != nil {
		return "", err
	}
	var title string
	_, err = t.function(ctx, world, `() => document.title`, &title)
	return title, err
}

// matches compares with a pattern in which an asterisk stands for any text.
func matches(pattern, text string) bool {
	if pattern == text {
		return true
	}
	parts := strings.Split(pattern, "*")
	for i := range parts {
		parts[i] = regexp.QuoteMeta(parts[i])
	}
	ok, err := regexp.MatchString("(?s)^"+strings.Join(parts, ".*")+"$", text)
	return err == nil && ok
}

// letGo frees what a step held inside the page, without making the next one wait.
func (s *session) letGo(t *tab, step int) {
	s.background.Go(func() {
		ctx, cancel := context.WithTimeout(s.ctx, stepTimeout)
		defer cancel()
		_, _ = call(ctx, t, runtime.ReleaseObjectGroup, runtime.ReleaseObjectGroupParams{ObjectGroup: group(step)})
	})
}

// navigate goes to an address and waits until it has loaded.
func (s *session) navigate(ctx context.Context, a *action) error {
	if !s.own(a.step.URL) {
		s.mu.Lock()
		s.foreign = s.walk.Flow.Mask(withoutQuery(a.step.URL))
		s.mu.Unlock()
		return &problem{kind: ForeignSite, text: "the recording leads off your sites"}
	}
	a.clock.pages()
	answer, err := call(ctx, a.tab, page.Navigate, page.NavigateParams{URL: a.step.URL, FrameID: a.frame})
	if err != nil {
		return s.orProblem(ctx, err, LoadFailed, "the page did not answer in time: "+a.step.URL)
	}
	if answer.ErrorText != "" {
		if s.left() {
			return nil
		}
		return s.unreached(a.step.URL, answer.ErrorText)
	}
	loaded := func() bool {
		f, ok := a.tab.frames[a.frame]
		return ok && (answer.LoaderID == "" || f.loader == answer.LoaderID && f.loaded || f.loader != answer.LoaderID && f.loaded && !f.pending)
	}
	if err := a.tab.until(ctx, func() bool { return loaded() || s.left() }); err != nil {
		return s.orProblem(ctx, err, LoadFailed, "the page did not finish loading in time: "+a.step.URL)
	}
	return nil
}
