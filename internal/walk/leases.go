package walk

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/walk/robot/guard"
)

// Claimed is an assignment that a robot worker holds.
type Claimed struct {
	Assignment Assignment        `json:"assignment"`
	Scenario   cx.Scenario       `json:"scenario"` // filled in
	Values     map[string]string `json:"values"`   // for the recording, secrets among them
	Secrets    []string          `json:"secrets"`  // names of the values that must be in no log
	Recording  RecordingFile     `json:"recording"`
	Sites      []guard.Site      `json:"sites"` // where robots may walk
	Lease      string            `json:"lease"` // the worker shows it with everything that follows
	Until      time.Time         `json:"until"` // a heartbeat in time makes it longer
}

// Claim gives a worker the oldest walk that waits for a robot and needs nothing that
// the worker cannot do; ok is false when there is none. A worker that does not say
// anything before the lease ends loses it, and the walk is done again.
func (r *Room) Claim(ctx context.Context, worker string, can []string, length time.Duration) (claimed Claimed, ok bool, err error) {
	if worker = strings.TrimSpace(worker); worker == "" || len(worker) > 100 {
		return claimed, false, cx.Errorf(cx.Invalid, "a worker has a name of at most 100 characters")
	}
	if length < time.Second || length > maxLeaseLength {
		return claimed, false, cx.Errorf(cx.Invalid, "a lease is from a second to an hour long, not %s", length)
	}
	if err := r.takeBackLeases(ctx); err != nil {
		return claimed, false, err
	}
	waiting, err := r.store.Assignments(ctx, Filter{Claimable: r.at()})
	if err != nil {
		return claimed, false, err
	}
	for _, a := range waiting {
		if slices.ContainsFunc(a.Needs, func(n string) bool { return !slices.Contains(can, n) }) || !r.now().Before(a.Due) {
			continue
		}
		claimed, err := r.claim(ctx, a, worker, length)
		if isStale(err) {
			continue // another worker was quicker
		}
		return claimed, err == nil, err
	}
	return claimed, false, nil
}

func (r *Room) claim(ctx context.Context, a Assignment, worker string, length time.Duration) (Claimed, error) {
	s, err := r.version(ctx, a.Scenario, a.Version)
	if err != nil {
		return Claimed{}, err
	}
	values, err := r.Values(ctx)
	if err != nil {
		return Claimed{}, err
	}
	for name, v := range a.Values {
		values[name] = v
	}
	file, _, err := r.Recording(ctx, s.Recording)
	if err != nil {
		return Claimed{}, err
	}
	sites, err := r.ownSites(ctx)
	if err != nil {
		return Claimed{}, err
	}
	out := Claimed{Recording: file, Sites: sites, Values: map[string]string{}, Lease: newSecret(), Until: r.at().Add(length)}
	for _, v := range s.Variables {
		out.Values[v.Name] = values[v.Name]
		if out.Values[v.Name] == "" {
			out.Values[v.Name] = v.Default
		}
		if v.Secret {
			out.Secrets = append(out.Secrets, v.Name)
		}
	}
	if out.Scenario, _, err = Fill(s, values); err != nil {
		return Claimed{}, err
	}
	out.Assignment, err = r.move(ctx, a, cx.WalkBegin, worker, "", func(c *Change) error {
		c.Assignment.Lease = Lease{Worker: worker, Hash: hashOf(out.Lease), Until: out.Until}
		c.Assignment.Attempts++
		c.Assignment.Until = out.Until
		if c.Assignment.Started.IsZero() {
			c.Assignment.Started = r.at()
		}
		return nil
	})
	return out, err
}

// held is the assignment of a lease that is still good.
func (r *Room) held(ctx context.Context, id int64, lease string) (Assignment, error) {
	a, err := r.store.Assignment(ctx, id)
	if err != nil {
		return a, err
	}
	if a.State != cx.WalkStarted || len(a.Lease.Hash) == 0 || !bytes.Equal(a.Lease.Hash, hashOf(lease)) || !r.now().Before(a.Lease.Until) {
		return a, cx.Errorf(cx.Conflict, "the lease of walk %d is over", id).WithRemedy("Drop what was recorded: the walk is done again.")
	}
	return a, nil
}

// Heartbeat makes a lease longer, counted from now.
func (r *Room) Heartbeat(ctx context.Context, id int64, lease string, length time.Duration) (until time.Time, err error) {
	if length < time.Second || length > maxLeaseLength {
		return until, cx.Errorf(cx.Invalid, "a lease is from a second to an hour long, not %s", length)
	}
	a, err := retry(func() (Assignment, error) {
		a, err := r.held(ctx, id, lease)
		if err != nil {
			return a, err
		}
		a.Lease.Until = r.at().Add(length)
		a.Until = a.Lease.Until
		return r.store.CommitWalk(ctx, Change{Assignment: a})
	})
	return a.Lease.Until, err
}

// Release gives a walk back undone, such as when a worker is shut down. It counts as
// no failure.
func (r *Room) Release(ctx context.Context, id int64, lease, reason string) error {
	_, err := r.forgotten(ctx, id, func() (Assignment, error) {
		return retry(func() (Assignment, error) {
			a, err := r.held(ctx, id, lease)
			if err != nil {
				return a, err
			}
			return r.move(ctx, a, cx.WalkGiveBack, a.Lease.Worker, reason, func(c *Change) error {
				c.Assignment.Again, c.Forget = r.at(), true
				return endLease(c)
			})
		})
	})
	return err
}

// RobotResult is what a robot's walk came to.
type RobotResult struct {
	Verdict Verdict            `json:"verdict"`
	Why     string             `json:"why"`               // in words
	Praise  string             `json:"praise,omitempty"`  // what was good
	Failure string             `json:"failure,omitempty"` // what was not
	Steps   []StepRecord       `json:"steps"`
	Marks   map[string]cx.Mark `json:"marks,omitempty"` // of criteria that a robot can see
	Solved  *bool              `json:"solved,omitempty"`
	Spent   cx.Money           `json:"spent,omitzero"`
	Runs    int                `json:"runs"` // of how many runs the verdict is
	Good    int                `json:"good"` // of them, those that went well
}

// Finish ends a robot's walk. A failure of our own machinery is no experience: the
// walk is done again, and given up as infrastructure after the third. What shows their
// site counts at once; where nobody can tell, a person looks. The evidence has come before.
func (r *Room) Finish(ctx context.Context, id int64, lease string, res RobotResult) (Assignment, error) {
	if !slices.Contains([]Verdict{VerdictFine, VerdictTheirSite, VerdictCannotTell, VerdictInfrastructure}, res.Verdict) {
		return Assignment{}, cx.Errorf(cx.Invalid, "%q is not a verdict", res.Verdict).WithRemedy("Write fine, their_site, cannot_tell or infrastructure.")
	}
	return retry(func() (Assignment, error) {
		a, err := r.held(ctx, id, lease)
		if err != nil {
			return a, err
		}
		if res.Verdict == VerdictInfrastructure {
			return r.failed(ctx, a, a.Lease.Worker, res.Why)
		}
		s, _, err := r.filled(ctx, a)
		if err != nil {
			return a, err
		}
		messages, err := r.robotMessages(s, a, res)
		if err != nil {
			return a, err
		}
		pieces, err := r.store.Pieces(ctx, id)
		if err != nil {
			return a, err
		}
		v, err := Gather(s, messages, pieces)
		if err != nil {
			return a, err
		}
		return r.move(ctx, a, cx.WalkSubmit, a.Lease.Worker, res.Why, func(c *Change) error {
			c.Messages = messages
			c.Assignment.Verdict, c.Assignment.Failure, c.Assignment.Spent = res.Verdict, res.Why, res.Spent
			c.Assignment.Submitted, c.Assignment.Until, c.Assignment.HandedIn = r.at(), r.at().Add(reviewWithin), v.HandedIn
			if err := endLease(c); err != nil || res.Verdict == VerdictCannotTell {
				return err
			}
			return r.countAtOnce(ctx, c, s, v, res)
		})
	})
}

// countAtOnce approves a robot's walk by what the robot saw; criteria that it cannot
// see count for nothing.
func (r *Room) countAtOnce(ctx context.Context, c *Change, s cx.Scenario, v Visit, res RobotResult) error {
	marks := map[string]cx.Mark{}
	for _, criterion := range s.Criteria {
		if marks[criterion.Name] = res.Marks[criterion.Name]; marks[criterion.Name] == "" {
			marks[criterion.Name] = cx.NotSeen
		}
	}
	rv, err := r.judged(s, v, Review{By: byRobot, Marks: marks, Solved: res.Solved, Praise: cmp.Or(res.Praise, "nothing"), Failure: cmp.Or(res.Failure, "nothing")})
	if err != nil {
		return err
	}
	from := c.Assignment.State
	if c.Assignment.State, err = from.After(cx.WalkApprove); err != nil {
		return err
	}
	c.Events = append(c.Events, Event{Assignment: c.Assignment.ID, At: r.at(), What: cx.WalkApprove, From: from, To: c.Assignment.State, By: byRobot, Reason: strings.ReplaceAll(string(res.Verdict), "_", " ")})
	return r.settle(ctx, c, s, v, rv)
}

// byRobot marks a review that rests on what a robot measured.
const byRobot = "robot"

// robotMessages are a robot's steps as a device would have sent them.
func (r *Room) robotMessages(s cx.Scenario, a Assignment, res RobotResult) ([]Message, error) {
	var out []Message
	add := func(key string, kind MessageKind, body any) error {
		text, err := json.Marshal(body)
		if err == nil {
			out = append(out, Message{Key: key, Kind: kind, Sent: r.at(), Received: r.at(), Body: text})
		}
		return err
	}
	sub := Submission{Marks: res.Marks, Solved: res.Solved, Spent: res.Spent, Praise: cmp.Or(res.Praise, "nothing"), Failure: cmp.Or(res.Failure, "nothing")}
	if err := checkSubmission(s, sub); err != nil {
		return nil, err
	}
	for _, rec := range res.Steps {
		if err := checkStep(s, rec); err != nil {
			return nil, err
		}
		key := "robot-step-" + rec.Step
		if slices.Contains(sub.Messages, key) {
			return nil, cx.Errorf(cx.Invalid, "step %q stands in the result twice", rec.Step)
		}
		sub.Messages = append(sub.Messages, key)
		if err := add(key, StepMessage, rec); err != nil {
			return nil, err
		}
	}
	return out, add("robot-submit", SubmitMessage, sub)
}

// failed is what becomes of a walk when our own machinery failed.
func (r *Room) failed(ctx context.Context, a Assignment, by, why string) (Assignment, error) {
	e := cx.WalkGiveBack
	if a.Failures+1 >= maxFailures {
		e = cx.WalkBreak
	}
	return r.forgotten(ctx, a.ID, func() (Assignment, error) {
		return r.move(ctx, a, e, by, why, func(c *Change) error {
			c.Assignment.Failures++
			c.Assignment.Failure, c.Assignment.Verdict = why, VerdictInfrastructure
			c.Assignment.Again = r.at().Add(time.Minute << c.Assignment.Failures)
			c.Forget = true
			return endLease(c)
		})
	})
}

// endLease takes a worker's hold away.
func endLease(c *Change) error {
	c.Assignment.Lease = Lease{}
	return nil
}

// takeBackLeases gives up the leases that ran out: their workers died.
func (r *Room) takeBackLeases(ctx context.Context) error {
	held, err := r.store.Assignments(ctx, Filter{States: []cx.WalkState{cx.WalkStarted}, Voice: cx.VoiceRobot})
	if err != nil {
		return err
	}
	for _, a := range held {
		if a.Lease.Until.IsZero() || r.now().Before(a.Lease.Until) {
			continue
		}
		if _, err := r.failed(ctx, a, a.Lease.Worker, "the worker said nothing before its lease ended"); err != nil && !isStale(err) {
			return err
		}
	}
	return nil
}
