package browser

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	cdpbrowser "github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/fetch"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"

	"github.com/firsthand-cx/firsthand/internal/walk/robot/guard"
	"github.com/firsthand-cx/firsthand/internal/walk/robot/recorder"
)

// session is one walk under way: its browser context, its tabs and its record.
type session struct {
	process *process
	walk    Walk
	began   time.Time
	ctx     context.Context // of the main tab's target; lives as long as the tab
	context cdp.BrowserContextID
	main    *tab
	keys    keyboard
	// background are answers to events that need commands: they end with the session.
	background sync.WaitGroup

	mu      sync.Mutex
	record  Recording
	step    int // 1-based
	popups  map[target.ID]*tab
	foreign string // where the walk left the company's sites
	changed chan struct{}
	noted   map[string]int // findings by what they say
	audited map[string]bool
	film    film
	early   []earlyVital
}

func newSession(p *process, w Walk) *session {
	if w.Profile.Name == "" {
		w.Profile = AsRecorded
	}
	if w.Network.Name == "" {
		w.Network = Fast
	}
	return &session{
		process: p, walk: w, began: time.Now(), popups: map[target.ID]*tab{}, changed: make(chan struct{}), noted: map[string]int{}, audited: map[string]bool{},
		record: Recording{
			Title: w.Flow.Mask(w.Flow.Title), Profile: w.Profile.Name, Network: w.Network.Name, Browser: p.product, Started: time.Now().UTC(), Marker: w.Marker,
			Steps: []StepRecord{}, Pages: []PageRecord{}, Findings: []Finding{},
		},
	}
}

// run walks; whatever happens is in the record.
func (s *session) run(ctx context.Context) {
	err := s.open(ctx)
	if err == nil {
		err = s.steps(ctx)
	}
	s.finish(ctx, err)
	s.closeTabs()
	s.background.Wait()
	if err := s.develop(); err != nil {
		s.lostEvidence(err)
	}
	s.record.Elapsed = millis(time.Since(s.began))
	s.judgePages()
}

// open makes a fresh browser context with one tab.
func (s *session) open(ctx context.Context) error {
	tabCtx, closeTab := chromedp.NewContext(s.process.ctx, chromedp.WithNewBrowserContext())
	// A tab binds to the context of its first call, so that one must outlive the
	// call; a timer stands in for its deadline.
	impatient := time.AfterFunc(startTimeout, closeTab)
	stop := context.AfterFunc(ctx, closeTab)
	err := chromedp.Do(tabCtx)
	impatient.Stop()
	stop()
	if err != nil {
		closeTab()
		return &broke{fmt.Errorf("no page could be opened: %w", err)}
	}
	s.ctx, s.context = tabCtx, chromedp.FromContext(tabCtx).BrowserContextID
	s.main = newTab(s, chromedp.FromContext(tabCtx).Target, closeTab)
	if err := chromedp.ListenBrowser(tabCtx, s.onBrowser); err != nil {
		return &broke{err}
	}
	_, err = cdp.Call(ctx, chromedp.FromContext(tabCtx).Browser, cdpbrowser.SetDownloadBehavior, cdpbrowser.SetDownloadBehaviorParams{
		Behavior: cdpbrowser.SetDownloadBehaviorBehaviorDeny, BrowserContextID: s.context,
	})
	if err != nil {
		return &broke{err}
	}
	if err := s.prepare(ctx, tabCtx, s.main); err != nil {
		return &broke{fmt.Errorf("the page could not be prepared: %w", err)}
	}
	if s.walk.Film && s.walk.Evidence != nil {
		return s.startFilm(ctx)
	}
	return nil
}

// prepare makes a tab look as the profile does, and watches it.
func (s *session) prepare(ctx, tabCtx context.Context, t *tab) error {
	if err := chromedp.Listen(tabCtx, func(event any) { s.onEvent(t, event) }); err != nil {
		return err
	}
	tree, err := call(ctx, t, page.GetFrameTree, cdp.Empty{})
	if err != nil {
		return err
	}
	t.mu.Lock()
	t.adopt(tree.FrameTree, "")
	t.mu.Unlock()
	binding := "firsthandVital"
	script := elementScript + "\n" + vitalsLibrary + "\n" + vitalsScript
	patterns := []*fetch.RequestPattern{{ResourceType: network.ResourceTypeDocument}}
	if s.walk.Marker != "" {
		patterns = append(patterns, &fetch.RequestPattern{ResourceType: network.ResourceTypeXHR}, &fetch.RequestPattern{ResourceType: network.ResourceTypeFetch})
	}
	for _, do := range []func() error{
		func() error {
			_, err := call(ctx, t, runtime.AddBinding, runtime.AddBindingParams{Name: binding, ExecutionContextName: worldName})
			return err
		},
		func() error {
			_, err := call(ctx, t, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: script, WorldName: worldName})
			return err
		},
		func() error {
			_, err := call(ctx, t, fetch.Enable, fetch.EnableParams{Patterns: patterns})
			return err
		},
		func() error { return s.wear(ctx, t) },
		func() error {
			if s.walk.Network.Conditions == (recorder.Network{}) {
				return nil // as fast as it comes is how a tab begins
			}
			return s.network(ctx, t, s.walk.Network.Conditions, false)
		},
	} {
		if err := do(); err != nil {
			return err
		}
	}
	return nil
}

// wear gives a tab the profile's screen and user agent.
func (s *session) wear(ctx context.Context, t *tab) error {
	p, major := s.walk.Profile, s.process.major()
	agent := emulation.SetUserAgentOverrideParams{AcceptLanguage: ""}
	if p.agent != "" {
		brands := []*emulation.UserAgentBrandVersion{{Brand: "Chromium", Version: major}, {Brand: "Not.A/Brand", Version: "24"}}
		agent.UserAgent = p.userAgent(major)
		agent.UserAgentMetadata = &emulation.UserAgentMetadata{
			Brands: brands, FullVersionList: brands, Platform: p.hints, PlatformVersion: p.os, Model: p.model, Mobile: p.mobile,
		}
	} else {
		// Sites that turn robots away would turn away every walk.
		agent.UserAgent = Desk.userAgent(major)
	}
	if _, err := call(ctx, t, emulation.SetUserAgentOverride, agent); err != nil {
		return err
	}
	if p.sets() {
		return s.screen(ctx, t, p.Screen)
	}
	return nil
}

// screen sets the viewport of a tab.
func (s *session) screen(ctx context.Context, t *tab, v recorder.Screen) error {
	orientation := &emulation.ScreenOrientation{Type: emulation.ScreenOrientationTypePortraitPrimary}
	if v.Landscape {
		orientation = &emulation.ScreenOrientation{Type: emulation.ScreenOrientationTypeLandscapePrimary, Angle: 90}
	}
	_, err := call(ctx, t, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{
		Width: int64(v.Width), Height: int64(v.Height), DeviceScaleFactor: v.DeviceScaleFactor, Mobile: v.Mobile, ScreenOrientation: orientation,
	})
	if err != nil {
		return err
	}
	touch := emulation.SetTouchEmulationEnabledParams{Enabled: v.Touch}
	if v.Touch {
		touch.MaxTouchPoints = 5
	}
	_, err = call(ctx, t, emulation.SetTouchEmulationEnabled, touch)
	if t == s.main { // popups are met in the background, and look like the page
		s.keys.touch, s.keys.mobile = v.Touch, v.Mobile
	}
	return err
}

// network sets how fast a tab's network is; where a direction is zero it is not bounded.
func (s *session) network(ctx context.Context, t *tab, n recorder.Network, offline bool) error {
	bound := func(f float64) float64 {
		if f == 0 {
			return -1
		}
		return f
	}
	_, err := call(ctx, t, network.EmulateNetworkConditionsByRule, network.EmulateNetworkConditionsByRuleParams{
		MatchedNetworkConditions: []*network.Conditions{{Latency: n.Latency, DownloadThroughput: bound(n.Download), UploadThroughput: bound(n.Upload), Offline: offline}},
	})
	if err != nil {
		return err
	}
	_, err = call(ctx, t, network.OverrideNetworkState, network.OverrideNetworkStateParams{
		Offline: offline, Latency: n.Latency, DownloadThroughput: bound(n.Download), UploadThroughput: bound(n.Upload),
	})
	return err
}

// onBrowser meets popups of this walk, and hears of pages that crashed.
func (s *session) onBrowser(event any) {
	if crash, ok := event.(*target.EventTargetCrashed); ok {
		if crash.TargetID == s.main.target.TargetID {
			s.main.end(true)
		}
		return
	}
	created, ok := event.(*target.EventTargetCreated)
	if !ok || created.TargetInfo.Type != "page" || created.TargetInfo.BrowserContextID != s.context || created.TargetInfo.TargetID == s.main.target.TargetID {
		return
	}
	s.background.Go(func() { s.meet(created.TargetInfo.TargetID) })
}

func (s *session) meet(id target.ID) {
	ctx, closeTab := chromedp.NewContext(s.ctx, chromedp.WithTargetID(id))
	if err := chromedp.Do(ctx); err != nil {
		closeTab()
		return // it closed as fast as it came
	}
	t := newTab(s, chromedp.FromContext(ctx).Target, closeTab)
	within, cancel := context.WithTimeout(ctx, stepTimeout)
	defer cancel()
	if err := s.prepare(within, ctx, t); err != nil {
		closeTab()
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.popups[id] = t
	close(s.changed)
	s.changed = make(chan struct{})
}

// tabFor is the tab and frame that a step's target names, waited for.
func (s *session) tabFor(ctx context.Context, name string) (*tab, cdp.FrameID, error) {
	if name == "" || name == "main" {
		s.main.mu.Lock()
		defer s.main.mu.Unlock()
		return s.main, s.main.main, nil
	}
	for {
		s.mu.Lock()
		changed := s.changed
		tabs := make([]*tab, 0, len(s.popups))
		for _, t := range s.popups {
			tabs = append(tabs, t)
		}
		s.mu.Unlock()
		for _, t := range tabs {
			t.mu.Lock()
			f, ok := t.frames[t.main]
			ok = ok && !t.gone && f.url == name
			main := t.main
			t.mu.Unlock()
			if ok {
				return t, main, nil
			}
		}
		s.main.mu.Lock()
		pageChanged := s.main.changed
		for id, f := range s.main.frames {
			if f.url == name && f.parent != "" {
				s.main.mu.Unlock()
				return s.main, id, nil
			}
		}
		s.main.mu.Unlock()
		select {
		case <-ctx.Done():
			return nil, "", &problem{kind: NotFound, text: fmt.Sprintf("there is no window or frame %s", name)}
		case <-changed:
		case <-pageChanged:
		case <-time.After(poll):
			// A popup's own address changes without a sign here.
		}
	}
}

func (s *session) closeTabs() {
	s.mu.Lock()
	tabs := []*tab{s.main}
	for _, t := range s.popups {
		tabs = append(tabs, t)
	}
	s.mu.Unlock()
	slices.Reverse(tabs)
	for _, t := range tabs {
		if t != nil {
			t.close()
		}
	}
}

// own reports whether an address is on one of the company's sites.
func (s *session) own(address string) bool {
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	if u.Scheme != "http" && u.Scheme != "https" {
		return u.Scheme == "about"
	}
	return slices.ContainsFunc(s.walk.Sites, func(site guard.Site) bool { return site.Holds(u.Host) })
}

// finish says in the record how the walk ended.
func (s *session) finish(ctx context.Context, err error) {
	s.mu.Lock()
	r := &s.record
	foreign, step := s.foreign, s.step
	s.mu.Unlock()
	var p *problem
	var b *broke
	switch {
	case foreign != "" && !errors.Is(err, errDry):
		s.note(ForeignSite, "the walk leads to "+foreign+", which is not shown to be yours", stops)
		r.Outcome, r.Reason = Refused, "it leads off your sites, to "+foreign
	case err == nil:
		r.Outcome = Completed
	case errors.Is(err, errDry):
		r.Outcome = StoppedDry
	case s.process.ctx.Err() != nil:
		r.Outcome, r.Reason, r.Fault = Infrastructure, "Chromium died", OurRobot
		s.note(RobotBroke, r.Reason, stops)
	case errors.As(err, &b):
		r.Outcome, r.Reason, r.Fault = Infrastructure, s.walk.Flow.Mask(b.Error()), OurRobot
		s.note(RobotBroke, r.Reason, stops)
	case errors.Is(context.Cause(ctx), errLimit):
		r.Outcome, r.Reason, r.Fault = Failed, errLimit.Error(), CannotTell
	case errors.As(err, &p):
		r.Outcome, r.Reason, r.Fault = Failed, s.walk.Flow.Mask(p.text), p.fault()
		if p.kind == OrderCapped {
			r.Outcome, r.Fault = Refused, ""
		}
	default:
		r.Outcome, r.Reason, r.Fault = Infrastructure, s.walk.Flow.Mask(err.Error()), OurRobot
	}
	if r.Outcome == Failed || r.Outcome == Refused || r.Outcome == Infrastructure {
		r.FailedStep = step
	}
	for n := len(r.Steps); n < len(s.walk.Flow.Steps); n++ {
		r.Steps = append(r.Steps, StepRecord{Number: n + 1, Type: string(s.walk.Flow.Steps[n].Type), What: s.what(s.walk.Flow.Steps[n]), Result: StepNotRun})
	}
}

// note keeps a finding, once a walk.
func (s *session) note(kind Kind, text string, weight weight) {
	text = strings.ToValidUTF8(s.walk.Flow.Mask(text), "�")
	if len(text) > maxFinding {
		text = strings.ToValidUTF8(text[:maxFinding], "") + "…"
	}
	at := ""
	if s.main != nil {
		at = s.walk.Flow.Mask(s.main.url())
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	key := string(kind) + "\x00" + text
	if i, ok := s.noted[key]; ok {
		f := &s.record.Findings[i]
		f.Count++
		f.Stops = f.Stops || weight == stops
		return
	}
	if len(s.record.Findings) >= maxFindings {
		return
	}
	s.noted[key] = len(s.record.Findings)
	s.record.Findings = append(s.record.Findings, Finding{
		Kind: kind, Step: s.step, URL: at, Text: text, Count: 1, Stops: weight == stops, Minor: weight == minor,
	})
}

// What a record holds at most: a page that logs an error a millisecond must not fill the disk.
const (
	maxFinding  = 400
	maxFindings = 500
)

// weight is how much a finding matters by itself.
type weight int

const (
	harm weight = iota
	minor
	stops
)
