package finding

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/question"
)

// Room evaluates the questions and keeps the findings.
type Room struct {
	store    Store
	facts    question.Facts
	journeys func(context.Context) ([]cx.Journey, error)
	now      func() time.Time
	running  sync.Mutex // one evaluation at a time
}

// New makes the room from where findings are kept, what is asked, the current
// journeys, and a clock.
func New(store Store, facts question.Facts, journeys func(context.Context) ([]cx.Journey, error), now func() time.Time) *Room {
	return &Room{store: store, facts: facts, journeys: journeys, now: now}
}

// Options say what an evaluation looks at. The zero value is the weekly one.
type Options struct {
	// Weeks is the length of the window in closed weeks; 0 = 8. A week alone carries
	// few answers; eight make a small step's change visible.
	Weeks int
	// Whole looks at everything there is as one window; changes are still those of
	// the last weeks against the ones before.
	Whole bool
	// Until ends the last week looked at; zero = the last closed week of the data.
	Until time.Time
	// Progress is told which part is being evaluated, of how many; may be nil.
	Progress func(done, of int, what string)
}

// defaultWeeks is the length of the weekly window.
const defaultWeeks = 8

// Evaluate asks all questions for the closed weeks and brings the findings up to
// date, in one transaction at its end: an evaluation that is cancelled changes
// nothing. Unavailable data (no closed week, no journey) gives an empty run.
func (r *Room) Evaluate(ctx context.Context, o Options) (Run, error) {
	r.running.Lock()
	defer r.running.Unlock()
	run := Run{At: r.now().UTC()}
	span, err := r.facts.Span(ctx)
	if err != nil {
		return run, fmt.Errorf("finding out which weeks there are: %w", err)
	}
	w, ok := windowOf(span, o, r.facts.Zone())
	if !ok {
		return run, nil
	}
	run.From, run.To = w.now.From, w.now.To
	journeys, err := r.journeys(ctx)
	if err != nil {
		return run, fmt.Errorf("listing the journeys: %w", err)
	}
	suspicions, withheld, err := r.suspect(ctx, w, journeys, o.Progress)
	if err != nil {
		return run, err
	}
	run.Tested, run.Withheld = len(suspicions), withheld
	kept, q := discoveries(suspicions)
	found := make([]cx.Finding, len(kept))
	for i, s := range kept {
		found[i] = s.finding(q[s.key], w.now, r.facts.Zone())
	}
	last, err := r.store.LastRun(ctx)
	if err != nil {
		return run, fmt.Errorf("reading the last run: %w", err)
	}
	weeks := 0
	if !last.To.IsZero() {
		weeks = int(w.now.To.Sub(last.To).Round(24*time.Hour) / (7 * 24 * time.Hour))
	}
	there, err := r.store.Findings(ctx)
	if err != nil {
		return run, fmt.Errorf("listing the findings: %w", err)
	}
	changed, events := advance(there, found, run.At, weeks)
	run.Open = open(there, changed)
	saved, err := r.store.SaveRun(ctx, run, changed, events)
	if err != nil {
		return run, fmt.Errorf("saving %d findings: %w", len(saved), err)
	}
	return r.store.LastRun(ctx)
}

func open(there, changed []cx.Finding) int {
	states := map[cx.FindingKey]cx.FindingState{}
	for _, list := range [][]cx.Finding{there, changed} {
		for _, f := range list {
			states[f.Key] = f.State
		}
	}
	n := 0
	for _, s := range states {
		if s == cx.FindingOpen || s == cx.FindingAccepted {
			n++
		}
	}
	return n
}

// suspect runs every probe over every journey.
func (r *Room) suspect(ctx context.Context, w window, journeys []cx.Journey, progress func(int, int, string)) ([]suspicion, int, error) {
	p := &probes{facts: r.facts, window: w}
	if err := p.readDimensions(ctx); err != nil {
		return nil, 0, err
	}
	list := probeList()
	for i, j := range journeys {
		p.journey, p.first = j, i == 0
		passes, err := newPasses(ctx, r.facts, j, w, p.changeSplits())
		if err != nil {
			return nil, 0, fmt.Errorf("reading what journey %q is split by: %w", j.Name, err)
		}
		p.passes = passes
		for k, probe := range list {
			if progress != nil {
				progress(i*len(list)+k, len(journeys)*len(list), j.Title+": "+strings.ReplaceAll(probe.question, "_", " "))
			}
			if err := p.runProbe(ctx, probe); err != nil {
				return nil, 0, fmt.Errorf("evaluating %s of journey %q: %w", probe.question, j.Name, err)
			}
		}
	}
	return p.suspicions, p.withheld, nil
}

// window is the weeks that an evaluation looks at.
type window struct {
	now cx.Period
	// turns are where a change may have come: the latest weeks against those before,
	// then a longer stretch, since what broke months ago is in the weeks just before
	// as well. None when there are too few weeks.
	turns []turn
}

// turn is the weeks after a change and those before it.
type turn struct{ recent, before cx.Period }

const (
	mostBefore  = 52 // weeks: about a year bounds what changes are held against
	leastBefore = 4
	longWeeks   = 24 // of the longer stretch
)

// windowOf finds the closed weeks. A week is closed when the data reach its last
// half day: the last interaction hardly ever falls on the last second.
func windowOf(span cx.Period, o Options, zone *time.Location) (window, bool) {
	if span.To.IsZero() {
		return window{}, false
	}
	end := monday(span.To.Add(12*time.Hour), zone)
	if !o.Until.IsZero() && monday(o.Until, zone).Before(end) {
		end = monday(o.Until, zone)
	}
	first := monday(span.From, zone)
	weeks := o.Weeks
	if weeks <= 0 {
		weeks = defaultWeeks
	}
	back := func(n int) time.Time {
		return latest(end.In(zone).AddDate(0, 0, -7*n).UTC(), first)
	}
	if !back(weeks).Before(end) {
		return window{}, false
	}
	w := window{now: cx.Period{From: back(weeks), To: end}}
	if o.Whole {
		w.now.From = first
	}
	earliest := back(weeks + mostBefore)
	for _, n := range []int{weeks, max(longWeeks, 2*weeks)} {
		from := back(n)
		// A stretch must be at most as long as what it is held against, or nearly.
		enough := leastBefore
		if n > weeks {
			enough = n / 2
		}
		if !from.AddDate(0, 0, -7*enough).Before(earliest) {
			w.turns = append(w.turns, turn{cx.Period{From: from, To: end}, cx.Period{From: earliest, To: from}})
		}
	}
	return w, true
}

func latest(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}

func monday(t time.Time, zone *time.Location) time.Time {
	local := t.In(zone)
	day := time.Date(local.Year(), local.Month(), local.Day(), 0, 0, 0, 0, zone)
	return day.AddDate(0, 0, -(int(local.Weekday())+6)%7).UTC()
}

// List lists findings in the states, all when none is given, the worst first.
func (r *Room) List(ctx context.Context, by Order, states ...cx.FindingState) ([]cx.Finding, error) {
	list, err := r.store.Findings(ctx, states...)
	if err != nil {
		return nil, fmt.Errorf("listing the findings: %w", err)
	}
	Sort(list, by)
	return list, nil
}

// Finding is one finding with what happened to it, oldest first.
func (r *Room) Finding(ctx context.Context, id int64) (cx.Finding, []Event, error) {
	f, err := r.store.Finding(ctx, id)
	if err != nil {
		return f, nil, err
	}
	events, err := r.store.Events(ctx, id)
	if err != nil {
		return f, nil, fmt.Errorf("reading the history of finding %d: %w", id, err)
	}
	return f, events, nil
}

// LastRun is the newest evaluation; the zero Run when there was none.
func (r *Room) LastRun(ctx context.Context) (Run, error) { return r.store.LastRun(ctx) }

// Accept says that a finding is a problem.
func (r *Room) Accept(ctx context.Context, id int64, by string) (cx.Finding, error) {
	return r.move(ctx, id, cx.FindingAccepted, Accepted, by, "")
}

// Dismiss says that a finding is none, and why; it stays dismissed while its key holds.
func (r *Room) Dismiss(ctx context.Context, id int64, by, reason string) (cx.Finding, error) {
	if strings.TrimSpace(reason) == "" {
		return cx.Finding{}, cx.Errorf(cx.Invalid, "a dismissal needs a reason").WithRemedy("Say in a few words why this is no problem; it will not be raised again.")
	}
	return r.move(ctx, id, cx.FindingDismissed, Dismissed, by, reason)
}

// Reopen takes a dismissal back, or opens a closed finding again.
func (r *Room) Reopen(ctx context.Context, id int64, by, reason string) (cx.Finding, error) {
	return r.move(ctx, id, cx.FindingOpen, Reopened, by, reason)
}

func (r *Room) move(ctx context.Context, id int64, to cx.FindingState, what, by, reason string) (cx.Finding, error) {
	f, err := r.store.Finding(ctx, id)
	if err != nil {
		return f, err
	}
	if !f.State.Next(to) {
		return f, cx.Errorf(cx.Conflict, "finding %d is %s and cannot become %s", id, f.State, to).WithRemedy("Reload the page to see where it stands.")
	}
	was := f.State
	f.State, f.StateBy, f.StateReason = to, by, reason
	if to == cx.FindingOpen {
		f.QuietWeeks = 0
	}
	err = r.store.SaveFinding(ctx, f, was, Event{Finding: id, At: r.now().UTC(), What: what, From: was, To: to, By: by, Reason: reason, Figures: f.Why})
	return f, err
}

// Estimate records how much work a person thinks the fix is: small, medium, large,
// or nothing to take the estimate back.
func (r *Room) Estimate(ctx context.Context, id int64, effort, by string) (cx.Finding, error) {
	if _, known := effortWeights[effort]; !known {
		return cx.Finding{}, cx.Errorf(cx.Invalid, "%q is not an effort", effort).WithRemedy("Use small, medium or large.")
	}
	f, err := r.store.Finding(ctx, id)
	if err != nil {
		return f, err
	}
	f.Effort = effort
	err = r.store.SaveFinding(ctx, f, f.State, Event{Finding: id, At: r.now().UTC(), What: Effort, From: f.State, To: f.State, By: by, Reason: effort, Figures: f.Why})
	return f, err
}
