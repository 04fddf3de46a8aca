package robot

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/walk"
	"github.com/firsthand-cx/firsthand/internal/walk/robot/browser"
	"github.com/firsthand-cx/firsthand/internal/walk/robot/recorder"
)

// Report is all that a robot's walks of one errand measured, as it is kept beside them.
type Report struct {
	Verdict          Verdict             `json:"verdict"`
	Rule             string              `json:"rule"` // 2 of 3
	Recording        string              `json:"recording"`
	RecordingVersion int32               `json:"recording_version"`
	DryRun           bool                `json:"dry_run"` // it stops before it orders
	Shown            int                 `json:"shown"`   // the walk, from 1, whose pictures are kept
	Runs             []browser.Recording `json:"runs"`
}

const (
	reportKey = "report"
	// keptFrames is how much of the film is kept: enough to scrub through.
	keptFrames  = 60
	longestWalk = 30 * time.Minute
	maxText     = 2000
)

// do walks a claimed errand as often as its rule needs and hands in what came of it.
func (w *Worker) do(ctx context.Context, c walk.Claimed) error {
	need, of := c.Scenario.Robot.Rule()
	rule := Rule{Need: need, Of: of}
	order, trouble := w.order(c)
	if trouble != "" {
		// It is the recording or its values, not the site, and no other try would help.
		_, err := w.Desk.Finish(ctx, c.Assignment.ID, c.Lease, walk.RobotResult{Verdict: walk.VerdictCannotTell, Why: trouble, Failure: trouble})
		return err
	}
	var pictures []map[string][]byte // of each walk
	verdict, runs, err := Run(ctx, w.Walker, rule, func(run int) (browser.Walk, error) {
		taken := map[string][]byte{}
		pictures = append(pictures, taken)
		next := order
		next.Marker = fmt.Sprintf("%d-%d", c.Assignment.ID, run)
		next.Evidence = func(name string, jpeg []byte) error {
			taken[name] = jpeg
			return nil
		}
		return next, nil
	})
	if err != nil {
		return err
	}
	report := Report{
		Verdict: verdict, Rule: fmt.Sprintf("%d of %d", need, of), Recording: c.Recording.Name, RecordingVersion: c.Recording.Version,
		DryRun: order.DryRun, Runs: runs,
	}
	res := resultOf(c.Scenario, verdict, runs)
	if res.Verdict == walk.VerdictInfrastructure {
		_, err := w.Desk.Finish(ctx, c.Assignment.ID, c.Lease, res) // nothing is kept of what says nothing
		return err
	}
	if err := w.handIn(ctx, c, report, pictures); err != nil {
		return err
	}
	_, err = w.Desk.Finish(ctx, c.Assignment.ID, c.Lease, res)
	return err
}

// order is what the browser is asked to walk; trouble says why it cannot be.
func (w *Worker) order(c walk.Claimed) (order browser.Walk, trouble string) {
	flow, err := recorder.Parse(c.Recording.Name, []byte(c.Recording.JSON))
	if err != nil {
		return order, err.Error()
	}
	variables := map[string]recorder.Variable{}
	for name, value := range c.Values {
		variables[name] = recorder.Variable{Value: value, Secret: slices.Contains(c.Secrets, name)}
	}
	if flow, err = flow.Bind(variables); err != nil {
		return order, err.Error()
	}
	if len(c.Sites) == 0 {
		return order, "No site is shown to be yours, so no robot walks."
	}
	how := c.Scenario.Robot
	order = browser.Walk{
		Flow: flow, Sites: c.Sites, DryRun: how.OrdersPerDay == 0, Film: true, Audit: true, Limit: min(c.Scenario.TimeLimit, longestWalk),
		MayOrder: func(ctx context.Context) error { return w.Desk.MayOrder(ctx, c.Assignment.ID, c.Lease) },
	}
	for _, p := range browser.Profiles() {
		if p.Name == how.Profile {
			order.Profile = p
		}
	}
	for _, n := range browser.Networks() {
		if n.Name == how.Network {
			order.Network = n
		}
	}
	if order.Profile.Name != how.Profile || order.Network.Name != how.Network {
		return order, fmt.Sprintf("This robot has no profile %q with a network %q; a newer one may.", how.Profile, how.Network)
	}
	return order, ""
}

// handIn keeps the pictures of the walk that shows what the verdict says, and the report.
func (w *Worker) handIn(ctx context.Context, c walk.Claimed, report Report, pictures []map[string][]byte) error {
	shown := shownOf(report.Verdict, report.Runs)
	report.Shown = shown + 1
	for i := range report.Runs {
		run := &report.Runs[i]
		if i == shown {
			run.Film = thinned(run.Film, keptFrames)
			continue
		}
		run.Film = nil
		for n := range run.Steps {
			run.Steps[n].Picture = ""
		}
	}
	keep := func(key string, kind cx.EvidenceKind, recorded int, content []byte) error {
		step := stepOf(c.Scenario, recorded)
		return w.Desk.KeepRobotEvidence(ctx, c.Assignment.ID, c.Lease, key, kind, step, bytes.NewReader(content))
	}
	run := report.Runs[shown]
	prefix := fmt.Sprintf("run-%d-", report.Shown)
	for _, s := range run.Steps {
		if s.Picture == "" {
			continue
		}
		if err := keep(prefix+s.Picture, cx.Screenshot, s.Number, pictures[shown][s.Picture]); err != nil {
			return err
		}
	}
	for _, f := range run.Film {
		if err := keep(prefix+f.Name, cx.Screenshot, f.Step, pictures[shown][f.Name]); err != nil {
			return err
		}
	}
	text, err := json.Marshal(report)
	if err != nil {
		return cx.Errorf(cx.Internal, "the report cannot be written: %w", err)
	}
	return keep(reportKey, cx.RobotReport, 0, text)
}

// shownOf is the walk, from 0, that shows what the verdict says: one that went as it did.
func shownOf(v Verdict, runs []browser.Recording) int {
	for i, r := range runs {
		well := r.Outcome == browser.Completed || r.Outcome == browser.StoppedDry
		if r.Outcome != browser.Infrastructure && well == (v.Outcome == WentWell) && (well || v.FailedStep == 0 || r.FailedStep == v.FailedStep) {
			return i
		}
	}
	return len(runs) - 1
}

// thinned keeps at most so many pictures of a film, evenly, the first and the last among them.
func thinned(film []browser.Picture, most int) []browser.Picture {
	if len(film) <= most {
		return film
	}
	out := make([]browser.Picture, most)
	for i := range out {
		out[i] = film[i*(len(film)-1)/(most-1)]
	}
	return out
}

// stepOf is the step of the script that a step of the recording, from 1, belongs to; ""
// for none.
func stepOf(s cx.Scenario, recorded int) string {
	if recorded == 0 || len(s.Script) == 0 {
		return ""
	}
	said := false
	for _, step := range s.Script {
		if at := step.Recorded; at.From > 0 {
			said = true
			if recorded >= at.From && recorded <= at.To {
				return step.Name
			}
		}
	}
	if said {
		return ""
	}
	return s.Script[0].Name
}

// resultOf is what the walks come to, as walks of people are told.
func resultOf(s cx.Scenario, v Verdict, runs []browser.Recording) walk.RobotResult {
	res := walk.RobotResult{
		Verdict: verdictOf(v), Why: cut(v.Text), Praise: cut(strings.Join(v.Praise, " ")), Failure: cut(failures(v)),
		Runs: v.Walks, Good: v.Well, Marks: map[string]cx.Mark{},
	}
	if res.Verdict == walk.VerdictInfrastructure || len(runs) == 0 {
		return res
	}
	res.Steps = stepsOf(s, v, runs[shownOf(v, runs)])
	if res.Verdict == walk.VerdictCannotTell {
		return res
	}
	fine := res.Verdict == walk.VerdictFine
	res.Solved = &fine
	mark := func(name string, met bool) {
		if slices.ContainsFunc(s.Criteria, func(c cx.Criterion) bool { return c.Name == name }) {
			res.Marks[name] = cx.No
			if met {
				res.Marks[name] = cx.Yes
			}
		}
	}
	mark("works", fine)
	mark("unhindered", !slices.ContainsFunc(v.Findings, func(f Repeated) bool { return f.Kind == browser.Covered || f.Kind == browser.Overlay }))
	return res
}

// verdictOf: what our robot did wrong is never an experience; where harm was avoided, or
// nobody can tell, a person looks.
func verdictOf(v Verdict) walk.Verdict {
	switch {
	case v.Outcome == WentWell:
		return walk.VerdictFine
	case v.Outcome == WentBadly:
		return walk.VerdictTheirSite
	case v.Outcome == Undecided && v.Fault == browser.OurRobot:
		return walk.VerdictInfrastructure
	}
	return walk.VerdictCannotTell
}

// failures are what did harm in most of the walks, in sentences.
func failures(v Verdict) string {
	var all []string
	if v.Outcome != WentWell {
		all = append(all, v.Text)
	}
	for _, f := range v.Findings {
		if !f.Minor && !f.Stops {
			all = append(all, strings.TrimSuffix(f.Text, ".")+".")
		}
	}
	return strings.Join(all, " ")
}

// stepsOf tells the steps of the script as one walk did them; their time is the page's
// own, by the median of the walks.
func stepsOf(s cx.Scenario, v Verdict, run browser.Recording) []walk.StepRecord {
	var out []walk.StepRecord
	for _, step := range s.Script {
		rec := walk.StepRecord{Step: step.Name, Done: walk.DoneYes}
		done, waited := 0, 0.0
		for _, r := range run.Steps {
			if stepOf(s, r.Number) != step.Name || r.Result == browser.StepNotRun {
				continue
			}
			if rec.Started.IsZero() {
				rec.Started = run.Started.Add(time.Duration(float64(r.Began) * float64(time.Millisecond)))
			}
			done++
			i := slices.IndexFunc(v.Steps, func(t StepTime) bool { return t.Number == r.Number })
			if i >= 0 {
				waited += float64(v.Steps[i].Median) / 1000
			} else {
				waited += float64(r.Timing.Page) / 1000
			}
			if r.Result == browser.StepFailed {
				rec.Done, rec.Did = walk.DoneBlocked, fmt.Sprintf("Step %d of the recording, %s: %s", r.Number, r.What, r.Problem)
			}
		}
		if done == 0 {
			continue // the walk did not come so far
		}
		rec.Finished = rec.Started.Add(time.Duration(waited * float64(time.Second)))
		rec.Did = cut(cmp.Or(rec.Did, fmt.Sprintf("%d steps of the recording; the page took %.1f s.", done, waited)))
		for _, p := range step.Promises {
			if p.Within > 0 && rec.Done == walk.DoneYes {
				rec.Promises = append(rec.Promises, walk.PromiseSeen{Name: p.Name, Seconds: &waited})
			}
		}
		out = append(out, rec)
	}
	return out
}

func cut(text string) string {
	if runes := []rune(text); len(runes) > maxText {
		return string(runes[:maxText-1]) + "…"
	}
	return text
}
