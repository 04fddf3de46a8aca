package browser

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/chromedp/cdproto/page"

	"github.com/firsthand-cx/firsthand/internal/walk/robot/recorder"
)

//go:embed script/mobile.js
var mobileScript string

//go:embed script/axe/axe-4.14.1.min.js
var axeLibrary string

// axeRun asks for the rules that the law (WCAG 2.2 AA) and good practice know.
// Iframes are left out: they are pages of their own.
const axeRun = `axe.run(document, { iframes: false, resultTypes: ["violations"], runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] })
  .then((r) => r.violations.map((v) => ({ rule: v.id, impact: v.impact ?? "", help: v.help, count: v.nodes.length, where: v.nodes.slice(0, 4).map((n) => n.target.flat().join(" ")) })))`

const (
	lookTimeout    = 15 * time.Second
	pictureWidth   = 780 // pixels: sharp enough to read, a third of a phone's real glass
	pictureQuality = 70
)

// look judges the page that a step led to, once for each page, and takes a
// picture. None of it can fail the walk: what could not be seen is left out.
func (s *session) look(ctx context.Context, step recorder.Step, r *StepRecord) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), lookTimeout)
	defer cancel()
	began := time.Now()
	s.audit(ctx)
	r.Timing.Audit = millis(time.Since(began))
	if s.walk.Evidence == nil {
		return
	}
	began = time.Now()
	if err := s.picture(ctx, r); err != nil {
		s.lostEvidence(err)
	}
	r.Timing.Picture = millis(time.Since(began))
}

// lostEvidence says that a picture could not be kept: the walk itself stands.
func (s *session) lostEvidence(err error) {
	s.note(RobotBroke, "a picture is missing: "+err.Error(), minor)
}

func (s *session) audit(ctx context.Context) {
	id := mainOf(s.main)
	f, ok := s.main.state(id)
	if !ok || f.unreached != "" {
		return
	}
	s.mu.Lock()
	known := slices.ContainsFunc(s.record.Pages, func(p PageRecord) bool { return p.loader == string(f.loader) && p.URL == s.walk.Flow.Mask(f.url) })
	s.mu.Unlock()
	if known {
		return
	}
	title, err := s.title(ctx, s.main, id)
	if err != nil {
		return
	}
	n := s.arrive(title)
	if n < 0 {
		return
	}
	world, err := s.main.world(ctx, id)
	if err != nil {
		return
	}
	if s.keys.mobile {
		if measured, err := s.main.evaluate(ctx, world, mobileScript, true); err == nil {
			var m Mobile
			if json.Unmarshal(measured.Value, &m) == nil {
				s.mu.Lock()
				s.record.Pages[n].Mobile = &m
				s.mu.Unlock()
			}
		}
	}
	// The rules are judged once for each address, however often the walk comes by.
	at := withoutQuery(f.url)
	if !s.walk.Audit || s.audited[at] {
		return
	}
	s.audited[at] = true
	var violations []Violation
	made, err := call(ctx, s.main, page.CreateIsolatedWorld, page.CreateIsolatedWorldParams{FrameID: id, WorldName: "firsthand-rules"})
	if err != nil {
		return
	}
	if _, err := s.main.evaluate(ctx, made.ExecutionContextID, axeLibrary+";true", true); err != nil {
		return
	}
	found, err := s.main.evaluate(ctx, made.ExecutionContextID, axeRun, true)
	if err != nil || json.Unmarshal(found.Value, &violations) != nil {
		return
	}
	for i := range violations {
		for n := range violations[i].Where {
			violations[i].Where[n] = s.walk.Flow.Mask(violations[i].Where[n])
		}
	}
	s.mu.Lock()
	s.record.Pages[n].Accessibility = violations
	s.mu.Unlock()
}

// picture takes what is on the screen, at a size to be looked at.
func (s *session) picture(ctx context.Context, r *StepRecord) error {
	world, err := s.main.world(ctx, mainOf(s.main))
	if err != nil {
		return nil // between two pages
	}
	var v struct{ X, Y, W, H, Scale float64 }
	const view = `() => ({ x: visualViewport.pageLeft, y: visualViewport.pageTop, w: visualViewport.width, h: visualViewport.height, scale: devicePixelRatio * visualViewport.scale })`
	if _, err := s.main.function(ctx, world, view, &v); err != nil || v.W == 0 || v.H == 0 || v.Scale == 0 {
		return nil
	}
	shot, err := call(ctx, s.main, page.CaptureScreenshot, page.CaptureScreenshotParams{
		Format: page.CaptureScreenshotFormatJpeg, Quality: ptr(int64(pictureQuality)), OptimizeForSpeed: ptr(true),
		Clip: &page.Viewport{X: v.X, Y: v.Y, Width: v.W, Height: v.H, Scale: min(1, pictureWidth/(v.W*v.Scale))},
	})
	if err != nil {
		return nil
	}
	name := fmt.Sprintf("step-%03d.jpg", r.Number)
	if err := s.walk.Evidence(name, shot.Data); err != nil {
		return err
	}
	r.Picture = name
	return nil
}

// judgePages turns what was measured of the pages into findings.
func (s *session) judgePages() {
	for i := range s.record.Pages {
		p := &s.record.Pages[i]
		for _, name := range []string{"LCP", "INP", "CLS", "FCP", "TTFB"} {
			if v, ok := p.Vitals[name]; ok && v.Rating == "poor" {
				s.noteAt(p, Slow, slowness[name]+measure(name, v.Value), false)
			}
		}
		for _, v := range p.Accessibility {
			s.noteAt(p, Inaccessible, fmt.Sprintf("%s (%s, %s): %d × %s", v.Help, v.Rule, v.Impact, v.Count, strings.Join(v.Where, ", ")), v.Impact == "minor" || v.Impact == "moderate")
		}
		if p.Mobile != nil {
			s.judgeMobile(p, p.Mobile)
		}
	}
}

// slowness says what each of the vitals is; what counts as poor is Google's word.
var slowness = map[string]string{
	"LCP":  "the main thing is seen only after ",
	"INP":  "the page answers a touch only after ",
	"CLS":  "the page jumps about while one reads it: ",
	"FCP":  "nothing at all is seen before ",
	"TTFB": "the server's first word comes only after ",
}

func measure(name string, value float64) string {
	if name == "CLS" {
		return fmt.Sprintf("%.2f", value)
	}
	return fmt.Sprintf("%.1f s", value/1000)
}

// The share of the screen that may lie under fixed layers, and of text that may be small.
const (
	tooCovered   = 0.30
	tooSmallText = 0.05
)

func (s *session) judgeMobile(p *PageRecord, m *Mobile) {
	of := func(list []string) string { return strings.Join(list, ", ") }
	if !m.HasViewport {
		s.noteAt(p, NoViewport, fmt.Sprintf("the page is laid out %.0f pixels wide and shown small: it has no viewport for phones", m.LayoutWidth), false)
	}
	if m.ZoomBlocked {
		s.noteAt(p, ZoomBlocked, "the page forbids to zoom in", false)
	}
	if m.Overflow > 1 {
		s.noteAt(p, Overflow, fmt.Sprintf("the page is %.0f pixels wider than the screen: %s", m.Overflow, of(m.OverflowCauses)), false)
	}
	if m.TinyTargets > 0 {
		s.noteAt(p, TinyTargets, fmt.Sprintf("%d of %d targets are smaller than 24 pixels and crowded: %s", m.TinyTargets, m.Targets, of(m.Tiny)), false)
	}
	if m.Text > 0 && float64(m.SmallText)/float64(m.Text) > tooSmallText {
		s.noteAt(p, SmallText, fmt.Sprintf("%d of %d characters are smaller than 12 pixels: %s", m.SmallText, m.Text, of(m.SmallTexts)), false)
	}
	if m.ZoomingInputs > 0 {
		s.noteAt(p, ZoomingInputs, fmt.Sprintf("iPhones zoom into %d inputs, whose text is smaller than 16 pixels: %s", m.ZoomingInputs, of(m.Zooming)), true)
	}
	if m.OverlayShare > tooCovered {
		s.noteAt(p, Overlay, fmt.Sprintf("%.0f %% of the screen lies under %s", m.OverlayShare*100, of(m.Overlays)), false)
	}
}

// noteAt is note for a page that the walk has left.
func (s *session) noteAt(p *PageRecord, kind Kind, text string, small bool) {
	key := string(kind) + "\x00" + withoutQuery(p.URL) + text
	if i, ok := s.noted[key]; ok {
		s.record.Findings[i].Count++
		return
	}
	if len(s.record.Findings) >= maxFindings {
		return
	}
	if len(text) > maxFinding {
		text = strings.ToValidUTF8(text[:maxFinding], "") + "…"
	}
	s.noted[key] = len(s.record.Findings)
	s.record.Findings = append(s.record.Findings, Finding{Kind: kind, Step: p.Step, URL: p.URL, Text: s.walk.Flow.Mask(text), Count: 1, Minor: small})
}

// what says in words what a step does.
func (s *session) what(step recorder.Step) string {
	return s.walk.Flow.Mask(step.Words(s.walk.Profile.Screen.Touch))
}
