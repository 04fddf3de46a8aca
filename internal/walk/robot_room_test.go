package walk_test

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/jpeg"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/walk"
	"github.com/firsthand-cx/firsthand/internal/walk/robot/guard"
	"github.com/firsthand-cx/firsthand/internal/walk/robot/recorder"
)

const bought = `{"title": "Buy a lamp", "steps": [
  {"type": "setViewport", "width": 400, "height": 800, "deviceScaleFactor": 2, "isMobile": true, "hasTouch": true, "isLandscape": false},
  {"type": "navigate", "url": "https://www.shop.example/"},
  {"type": "change", "selectors": ["aria/Password"], "value": "${password}"},
  {"type": "click", "selectors": ["aria/Place order"], "offsetX": 1, "offsetY": 1, "assertedEvents": [{"type": "navigation"}]},
  {"type": "waitForElement", "selectors": ["#thanks"]}]}`

// withSite is a desk that has shown that shop.example is its own.
func withSite(t *testing.T) *desk {
	t.Helper()
	d := newDesk(t, t.TempDir())
	if _, err := d.AddSite(ctx, "shop.example", "ann"); err != nil {
		t.Fatal(err)
	}
	if _, err := d.ProveSite(ctx, "shop.example", seen); err != nil {
		t.Fatal(err)
	}
	return d
}

func seen(context.Context, guard.Site) (guard.Proof, error) { return guard.ProofFile, nil }

func gone(context.Context, guard.Site) (guard.Proof, error) {
	return "", cx.Errorf(cx.Forbidden, "nothing shows that it is yours")
}

func TestARecordingBecomesAScenarioThatRobotsWalkEachDay(t *testing.T) {
	d := withSite(t)
	saved, err := d.SaveRecording(ctx, walk.HandIn{File: "buy.json", JSON: bought}, "ann")
	if err != nil {
		t.Fatal(err)
	}
	if saved.Name != "buy-a-lamp" || saved.Version != 1 || len(saved.Steps) != 6 || saved.Orders[0] != 4 || saved.Hosts[0] != "www.shop.example" ||
		len(saved.Notes) != 1 || !strings.Contains(saved.Notes[0], "“Place order”) looks like an order") {
		t.Errorf("%+v", saved)
	}
	s, err := d.ScenarioOfRecording(ctx, walk.OfRecording{Recording: saved.Name, Values: map[string]string{"password": "corr3ct"}}, "ann")
	if err != nil {
		t.Fatal(err)
	}
	if s.Robot.Profile != "phone" || len(s.Script) != 3 || s.Script[1].Recorded != (cx.RecordedSteps{From: 3, To: 5}) || !s.Variables[0].Secret {
		t.Errorf("%+v", s)
	}
	plan, first, err := d.WalkDaily(ctx, s.ID, "ann")
	if err != nil || !plan.Robot || first.Voice != cx.VoiceRobot {
		t.Fatalf("%+v %+v %v", plan, first, err)
	}
	again, _, err := d.WalkDaily(ctx, s.ID, "ann")
	if err != nil || again.ID != plan.ID {
		t.Errorf("a second plan %d: %v", again.ID, err)
	}
	laid, err := d.Assignments(ctx, walk.Filter{Plan: plan.ID, States: []cx.WalkState{cx.WalkPlanned}})
	if err != nil || len(laid) != 14 {
		t.Errorf("%d walks are laid: %v", len(laid), err)
	}
	c, ok, err := d.Claim(ctx, "w", nil, time.Minute)
	if err != nil || !ok || c.Recording.Version != 1 || c.Sites[0] != "shop.example" || c.Values["password"] != "corr3ct" || c.Secrets[0] != "password" {
		t.Errorf("%+v %v", c, err)
	}
	// A new version that the scenario could not fill in is refused.
	if _, err := d.SaveRecording(ctx, walk.HandIn{JSON: strings.Replace(bought, "#thanks", "${thanks}", 1)}, "ann"); err == nil || !strings.Contains(err.Error(), "does not declare") {
		t.Errorf("%v", err)
	}
}

func TestWhatIsWrongWithARecordingIsToldBeforeItIsKept(t *testing.T) {
	d := withSite(t)
	for name, c := range map[string]struct{ from, to, says string }{
		"a password as it was typed":     {"${password}", "hunter2", "stands in the recording as it was typed"},
		"a step that is not there":       {"waitForElement", "waitForever", "there is no step type"},
		"a variable with another name":   {"${password}", "${Pass-Word}", "is no name for a variable"},
		"a title that makes no name":     {"Buy a lamp", "购买", "is not a name for a recording"},
		"two mistakes are told together": {`"offsetX": 1, "offsetY": 1`, `"offsetX": "1"`, `"offsetY" is missing`},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := d.SaveRecording(ctx, walk.HandIn{File: "buy.json", JSON: strings.Replace(bought, c.from, c.to, 1)}, "ann")
			if err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("%v", err)
			}
			var mistakes recorder.Mistakes
			if errors.As(err, &mistakes) && mistakes[0].Remedy == "" {
				t.Error("no remedy is named")
			}
		})
	}
	none, zero := 9, 0
	if _, err := d.SaveRecording(ctx, walk.HandIn{JSON: bought, Order: &none}, "ann"); err == nil {
		t.Error("a step that is not there orders")
	}
	if r, err := d.SaveRecording(ctx, walk.HandIn{JSON: bought, Order: &zero}, "ann"); err != nil || len(r.Orders) > 0 {
		t.Errorf("nothing orders, and marked is %v: %v", r.Orders, err)
	}
}

func TestNoRobotIsPlannedWhereItMayNotWalk(t *testing.T) {
	d := newDesk(t, t.TempDir())
	if _, err := d.SaveRecording(ctx, walk.HandIn{JSON: bought}, "ann"); err != nil {
		t.Fatal(err)
	}
	s, err := d.ScenarioOfRecording(ctx, walk.OfRecording{Recording: "buy-a-lamp", Values: map[string]string{"password": "corr3ct"}}, "ann")
	if err != nil {
		t.Fatal(err)
	}
	planned := func() error { _, _, err := d.WalkDaily(ctx, s.ID, "ann"); return err }
	refused := func(when string) {
		t.Helper()
		if err := planned(); cx.CodeOf(err) != cx.Forbidden || !strings.Contains(err.Error(), "walk site add www.shop.example") {
			t.Errorf("%s: %v", when, err)
		}
	}
	refused("no site is ours")
	if _, err := d.AddSite(ctx, "shop.example", "ann"); err != nil {
		t.Fatal(err)
	}
	refused("it is added only")
	if _, err := d.ProveSite(ctx, "shop.example", gone); cx.CodeOf(err) != cx.Forbidden {
		t.Error(err)
	}
	refused("nothing shows it")
	if _, err := d.ProveSite(ctx, "shop.example", seen); err != nil {
		t.Fatal(err)
	}
	if err := planned(); err != nil {
		t.Error(err)
	}
	// The proof is taken down, and looked for each day: after thirty it is worth nothing.
	for range 31 {
		d.clock = d.clock.Add(24 * time.Hour)
		if err := d.ProveAgain(ctx, gone); err != nil {
			t.Fatal(err)
		}
	}
	refused("it was not seen for a month")
	if sites, _ := d.Sites(ctx); sites[0].Trouble == "" || sites[0].Looked != d.clock {
		t.Errorf("%+v", sites[0])
	}
	if err := d.RemoveSite(ctx, "shop.example"); err != nil {
		t.Error(err)
	}
	if _, err := d.ProveSite(ctx, "shop.example", seen); cx.CodeOf(err) != cx.NotFound {
		t.Errorf("a site that was removed: %v", err)
	}
}

// claimed is a walk of a robot that may order twice a day.
func claimed(t *testing.T, d *desk) walk.Claimed {
	t.Helper()
	c, ok, err := d.Claim(ctx, "w", nil, time.Minute)
	if err != nil || !ok {
		t.Fatalf("nothing to claim: %v", err)
	}
	return c
}

func ordering(t *testing.T, d *desk) {
	t.Helper()
	if _, err := d.SaveRecording(ctx, walk.HandIn{JSON: bought}, "ann"); err != nil {
		t.Fatal(err)
	}
	if _, err := d.ScenarioOfRecording(ctx, walk.OfRecording{Recording: "buy-a-lamp", Values: map[string]string{"password": "corr3ct"}}, "ann"); err != nil {
		t.Fatal(err)
	}
	f, err := d.ScenarioFile(ctx, "buy-a-lamp")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.SaveScenario(ctx, "buy.yaml", []byte(strings.Replace(f.YAML, "robot:", "robot:\n  walks: 1 of 1\n  orders_per_day: 2", 1)), "ann"); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if _, err := d.Assign(ctx, walk.Ask{Scenario: "buy-a-lamp", Robot: true}, "ann"); err != nil {
			t.Fatal(err)
		}
	}
}

func TestNoMoreIsOrderedInADayThanTheScenarioAllows(t *testing.T) {
	d := withSite(t)
	ordering(t, d)
	first, second := claimed(t, d), claimed(t, d)
	if err := d.MayOrder(ctx, first.Assignment.ID, first.Lease); err != nil {
		t.Fatal(err)
	}
	// The first dies after it ordered: its order counts, whoever walks it again.
	d.clock = d.clock.Add(2 * time.Minute)
	if _, err := d.Tick(ctx); err != nil {
		t.Fatal(err)
	}
	if err := d.MayOrder(ctx, second.Assignment.ID, second.Lease); cx.CodeOf(err) != cx.Conflict {
		t.Errorf("without a lease: %v", err)
	}
	d.clock = d.clock.Add(10 * time.Minute)
	third := claimed(t, d)
	if err := d.MayOrder(ctx, third.Assignment.ID, third.Lease); err != nil {
		t.Errorf("the second order: %v", err)
	}
	if err := d.MayOrder(ctx, third.Assignment.ID, third.Lease); cx.CodeOf(err) != cx.Forbidden {
		t.Errorf("the third order: %v", err)
	}
	d.clock = d.clock.Add(24 * time.Hour)
	next := claimed(t, d)
	if err := d.MayOrder(ctx, next.Assignment.ID, next.Lease); err != nil {
		t.Errorf("the next day: %v", err)
	}
}

func TestARobotsEvidenceGoesWithTheWalkThatIsDoneAgain(t *testing.T) {
	dir := t.TempDir()
	d := newDesk(t, dir)
	if _, err := d.AddSite(ctx, "shop.example", "ann"); err != nil {
		t.Fatal(err)
	}
	if _, err := d.ProveSite(ctx, "shop.example", seen); err != nil {
		t.Fatal(err)
	}
	ordering(t, d)
	var picture bytes.Buffer
	if err := jpeg.Encode(&picture, image.NewGray(image.Rect(0, 0, 40, 30)), nil); err != nil {
		t.Fatal(err)
	}
	files := func() (n int) {
		folders, _ := os.ReadDir(dir)
		for _, f := range folders {
			inside, _ := os.ReadDir(dir + "/" + f.Name())
			n += len(inside)
		}
		return n
	}
	c := claimed(t, d)
	keep := func(key string, kind cx.EvidenceKind, step string, content []byte) error {
		return d.KeepRobotEvidence(ctx, c.Assignment.ID, c.Lease, key, kind, step, bytes.NewReader(content))
	}
	for range 2 { // it is sent twice
		if err := keep("run-1-step-001.jpg", cx.Screenshot, "page-1", picture.Bytes()); err != nil {
			t.Fatal(err)
		}
	}
	if err := keep("report", cx.RobotReport, "", []byte(`{"runs": []}`)); err != nil || files() != 2 {
		t.Fatalf("%d files: %v", files(), err)
	}
	for what, err := range map[string]error{
		"no JSON":         keep("report-2", cx.RobotReport, "", []byte("no")),
		"another sort":    keep("voice", cx.VoiceNote, "", picture.Bytes()),
		"a bad key":       keep("../x", cx.Screenshot, "", picture.Bytes()),
		"another step":    keep("x", cx.Screenshot, "elsewhere", picture.Bytes()),
		"another lease":   d.KeepRobotEvidence(ctx, c.Assignment.ID, "x", "x", cx.Screenshot, "", bytes.NewReader(picture.Bytes())),
		"other content":   keep("report", cx.RobotReport, "", []byte(`{}`)),
		"what is no JPEG": keep("x", cx.Screenshot, "", []byte("\xff\xd8\xff and nothing more")),
	} {
		if err == nil {
			t.Errorf("%s is kept", what)
		}
	}
	if files() != 2 {
		t.Errorf("%d files after what was refused", files())
	}
	if err := d.Release(ctx, c.Assignment.ID, c.Lease, "going home"); err != nil || files() != 0 {
		t.Errorf("%d files after it was given back: %v", files(), err)
	}
	c = claimed(t, d)
	if err := keep("report", cx.RobotReport, "", []byte(`{"runs": []}`)); err != nil {
		t.Fatal(err)
	}
	a, err := d.Finish(ctx, c.Assignment.ID, c.Lease, walk.RobotResult{Verdict: walk.VerdictTheirSite, Why: "It failed.", Failure: "It failed.", Marks: map[string]cx.Mark{"works": cx.No}, Steps: []walk.StepRecord{
		{Step: "page-1", Started: d.clock, Finished: d.clock, Done: walk.DoneBlocked},
	}})
	if err != nil || a.State != cx.WalkApproved || a.Review.Failure != "It failed." || a.Review.Praise != "nothing" {
		t.Fatalf("%+v: %v", a, err)
	}
	if shown, err := d.Assignment(ctx, a.ID); err != nil || len(shown.Visit.Pieces) != 1 || files() != 1 {
		t.Errorf("%+v, %d files: %v", shown.Visit.Pieces, files(), err)
	}
}
