package storetest_test

import (
	"bufio"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/store"
	"github.com/firsthand-cx/firsthand/internal/store/memory"
	"github.com/firsthand-cx/firsthand/internal/walk"
	"github.com/firsthand-cx/firsthand/internal/walk/evidence"
	"github.com/firsthand-cx/firsthand/internal/walk/robot/guard"
)

const walkScenario = `
id: small
title: Ask
kind: everyday
channel: web
brief: Ask.
recording: small.json
script:
  - {name: one, do: Ask., touches: pay}
  - {name: two, do: Thank them.}
criteria:
  - {name: kind, kind: treatment, text: They were kind.}
  - {name: done, kind: outcome, text: It was done.}
`

// forRobots saves the scenario, the recording by which robots walk it, and a site that is ours.
func forRobots(s walkSide) error {
	if _, err := s.SaveScenario(ctx, "small.yaml", []byte(walkScenario), "ann"); err != nil {
		return err
	}
	recording := `{"title": "Small", "steps": [{"type": "navigate", "url": "https://shop.example/"}]}`
	if _, err := s.SaveRecording(ctx, walk.HandIn{Name: "small", JSON: recording}, "ann"); err != nil {
		return err
	}
	if _, err := s.AddSite(ctx, "shop.example", "ann"); err != nil {
		return err
	}
	_, err := s.ProveSite(ctx, "shop.example", func(context.Context, guard.Site) (guard.Proof, error) { return guard.ProofDNS, nil })
	return err
}

// walkSide is a walks' room with the facts that it tells.
type walkSide struct {
	*walk.Room
	facts interface {
		WalkSteps(ctx context.Context, p cx.Period) ([]walk.StepFact, error)
	}
}

func noJourneys(context.Context) ([]cx.Journey, error) { return nil, nil }

// TestWalksAreTheSameInEveryStore lets walks live at random in the real stores and in
// the reference; after each step both must hold the same, and the facts what counts.
func TestWalksAreTheSameInEveryStore(t *testing.T) {
	if err := flag.Set("rapid.checks", fmt.Sprint(2**histories)); err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(rt *rapid.T) {
		dir, err := os.MkdirTemp(t.TempDir(), "walks")
		if err != nil {
			rt.Fatal(err)
		}
		m := &walkMachine{dir: dir, clock: walkEpoch()}
		facts := memory.NewFacts(nil)
		m.model = walkSide{walk.New(memory.NewWalks(facts, []byte("key"), time.UTC), evidence.New(dir+"/model", 0), noJourneys, m.now), facts}
		m.open(rt)
		defer func() { m.stores.Close() }()
		m.both(rt, "save the scenario", forRobots)
		rt.Repeat(map[string]func(*rapid.T){
			"assign": m.assign, "assign more": m.assign, "act": m.act, "act more": m.act, "and more": m.act, "robot": m.robot,
			"tick": m.tick, "restart": m.restart, "": m.compare,
		})
	})
}

var ctx = context.Background()

// walkEpoch is when the made-up walks begin.
func walkEpoch() time.Time { return time.Date(2026, 11, 30, 9, 0, 0, 0, time.UTC) }

type walkMachine struct {
	dir    string
	stores *store.Stores
	real   walkSide
	model  walkSide
	clock  time.Time
	made   int64
}

func (m *walkMachine) now() time.Time { return m.clock }

func (m *walkMachine) open(t *rapid.T) {
	s, err := store.Open(ctx, m.dir, store.Options{Now: m.now, Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	m.stores = s
	m.real = walkSide{walk.New(s.Vault, evidence.New(m.dir+"/evidence", 0), noJourneys, m.now), s.Facts}
}

func (m *walkMachine) restart(t *rapid.T) {
	if err := m.stores.Close(); err != nil {
		t.Fatal(err)
	}
	m.open(t)
}

// both does the same on both sides; they must agree whether it can be done.
func (m *walkMachine) both(t *rapid.T, what string, do func(walkSide) error) {
	a, b := do(m.real), do(m.model)
	if (a == nil) != (b == nil) || a != nil && cx.CodeOf(a) != cx.CodeOf(b) {
		t.Fatalf("%s: the stores say %v, the reference %v", what, a, b)
	}
	if a != nil && cx.CodeOf(a) == cx.Internal {
		t.Fatalf("%s: %v", what, a)
	}
}

func (m *walkMachine) assign(t *rapid.T) {
	robot := rapid.Bool().Draw(t, "robot")
	m.both(t, "assign", func(s walkSide) error {
		if robot {
			_, err := s.Assign(ctx, walk.Ask{Scenario: "small", Robot: true}, "ann")
			return err
		}
		a, link, err := s.InviteFriend(ctx, walk.Ask{Scenario: "small"}, "ann")
		if err != nil {
			return err
		}
		_, _, err = s.Accept(ctx, link, walk.Agreement{Version: walk.ConsentVersion, Name: fmt.Sprint("Guest ", a.ID)})
		return err
	})
	m.made++
}

// act does something to one of the walks.
func (m *walkMachine) act(t *rapid.T) {
	if m.made == 0 {
		t.Skip("there is no walk")
	}
	id := rapid.Int64Range(1, m.made).Draw(t, "walk")
	what := rapid.SampledFrom([]string{"step", "submit", "take", "approve", "return", "reject", "appeal", "decide", "cancel", "stop", "forget"}).Draw(t, "what")
	counts := rapid.Bool().Draw(t, "counts")
	words := rapid.SampledFrom([]string{"as it was", "otherwise"}).Draw(t, "words")
	m.both(t, what, func(s walkSide) (err error) {
		switch what {
		case "step":
			_, err = s.Send(ctx, id, []walk.Message{step("one", m.clock, words)})
		case "submit":
			_, err = s.Send(ctx, id, []walk.Message{step("two", m.clock, "x"), submission(m.clock)})
		case "take":
			_, err = s.Take(ctx, id, "carl")
		case "approve":
			_, err = s.Approve(ctx, id, walk.Review{By: "carl", Praise: "a", Failure: "b", Marks: map[string]cx.Mark{"kind": cx.Yes, "done": cx.No}})
		case "return":
			_, err = s.Return(ctx, id, "carl", "more")
		case "reject":
			_, err = s.Reject(ctx, id, "carl", "no")
		case "appeal":
			_, err = s.Appeal(ctx, id, "dora", "why")
		case "decide":
			_, err = s.Decide(ctx, id, walk.Ruling{By: "eve", Counts: counts, Words: "so"})
		case "cancel":
			_, err = s.Cancel(ctx, id, "ann", "")
		case "stop", "forget":
			_, err = s.Stop(ctx, id, what == "forget")
		}
		return err
	})
}

func step(name string, at time.Time, words string) walk.Message {
	body, _ := json.Marshal(walk.StepRecord{Step: name, Started: at, Finished: at, Done: walk.DoneYes, Did: words, Staff: "Sandra Moe"})
	return walk.Message{Key: "step-" + name, Kind: walk.StepMessage, Sent: at, Body: body}
}

func submission(at time.Time) walk.Message {
	body, _ := json.Marshal(walk.Submission{
		Messages: []string{"step-one", "step-two"}, Praise: "a", Failure: "b", Marks: map[string]cx.Mark{"kind": cx.Yes, "done": cx.Yes},
	})
	return walk.Message{Key: fmt.Sprint("submit-", at.UnixNano()), Kind: walk.SubmitMessage, Sent: at, Body: body}
}

// robot lets a worker claim a walk, and finish it or not.
func (m *walkMachine) robot(t *rapid.T) {
	verdict := rapid.SampledFrom([]walk.Verdict{walk.VerdictFine, walk.VerdictTheirSite, walk.VerdictCannotTell, walk.VerdictInfrastructure, "", "release"}).Draw(t, "verdict")
	m.both(t, "robot", func(s walkSide) error {
		c, ok, err := s.Claim(ctx, "worker", nil, time.Minute)
		if err != nil || !ok || verdict == "" { // it dies
			return err
		}
		if verdict == "release" {
			return s.Release(ctx, c.Assignment.ID, c.Lease, "going home")
		}
		_, err = s.Finish(ctx, c.Assignment.ID, c.Lease, walk.RobotResult{
			Verdict: verdict, Why: "it says so", Steps: []walk.StepRecord{{Step: "one", Started: m.clock, Finished: m.clock, Done: walk.DoneYes}},
			Marks: map[string]cx.Mark{"done": cx.Yes},
		})
		return err
	})
}

func (m *walkMachine) tick(t *rapid.T) {
	m.clock = m.clock.Add(time.Duration(rapid.IntRange(1, 60).Draw(t, "hours")) * time.Hour)
	m.both(t, "tick", func(s walkSide) error {
		_, err := s.Tick(ctx)
		return err
	})
}

func (m *walkMachine) compare(t *rapid.T) {
	var sides [2]struct {
		Walks   []walk.Detail
		Steps   []walk.StepFact
		Walkers []walk.Walker
	}
	for i, s := range []walkSide{m.real, m.model} {
		all, err := s.Assignments(ctx, walk.Filter{})
		if err != nil {
			t.Fatal(err)
		}
		counting := map[int64]bool{}
		for _, a := range all {
			d, err := s.Assignment(ctx, a.ID)
			if err != nil {
				t.Fatal(err)
			}
			sides[i].Walks = append(sides[i].Walks, d)
			if a.Counts() {
				counting[a.ID] = true
			}
			if a.State == cx.WalkInfrastructure && a.Counts() {
				t.Fatal("a walk that our own robot broke counts")
			}
		}
		if sides[i].Steps, err = s.facts.WalkSteps(ctx, cx.Period{}); err != nil {
			t.Fatal(err)
		}
		told := map[int64]bool{}
		for _, f := range sides[i].Steps {
			told[f.Walk] = true
		}
		if !cmp.Equal(counting, told) {
			t.Fatalf("these count: %v, and the facts hold %v", counting, told)
		}
		if sides[i].Walkers, err = s.Walkers(ctx); err != nil {
			t.Fatal(err)
		}
	}
	opts := cmp.Options{
		cmpopts.EquateEmpty(), cmpopts.IgnoreFields(walk.Assignment{}, "Key"), cmpopts.IgnoreFields(walk.Lease{}, "Hash"),
		cmpopts.IgnoreFields(walk.Step{}, "Person"), cmpopts.IgnoreFields(walk.StepRecord{}, "Staff"),
	}
	if diff := cmp.Diff(sides[0], sides[1], opts); diff != "" {
		t.Fatalf("the stores (-) and the reference (+) differ:\n%s", diff)
	}
}

const workerFolder = "WALK_WORKER_FOLDER"

// TestAKilledWorkersWalkIsDoneAgain kills processes that claim and finish walks of one
// data folder at random moments: each walk is done once, or again, and never half.
func TestAKilledWorkersWalkIsDoneAgain(t *testing.T) {
	if dir := os.Getenv(workerFolder); dir != "" {
		workUntilKilled(t, dir)
		return
	}
	const walks, kills = 12, 4
	dir, clock := t.TempDir(), walkEpoch()
	now := func() time.Time { return clock }
	open := func() (*store.Stores, walkSide) {
		s, err := store.Open(ctx, dir, store.Options{Now: now, Threads: 1})
		if err != nil {
			t.Fatal(err)
		}
		return s, walkSide{walk.New(s.Vault, evidence.New(dir+"/evidence", 0), noJourneys, now), s.Facts}
	}
	s, room := open()
	if err := forRobots(room); err != nil {
		t.Fatal(err)
	}
	for range walks {
		if _, err := room.Assign(ctx, walk.Ask{Scenario: "small", Robot: true}, "ann"); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	for kill := range kills {
		killAfter(t, dir, 1+kill)
		s, room := open()
		whole(t, room)
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	s, room = open()
	defer s.Close()
	for range 2 * walks {
		clock = clock.Add(2 * time.Hour) // leases run out
		c, ok, err := room.Claim(ctx, "last", nil, time.Minute)
		if err != nil {
			t.Fatal(err)
		}
		if ok {
			finish(t, room, c, clock)
		}
	}
	whole(t, room)
	all, err := room.Assignments(ctx, walk.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range all {
		if a.State != cx.WalkApproved || a.Failures > kills {
			t.Errorf("walk %d is %s after %d attempts, %d of which failed", a.ID, a.State, a.Attempts, a.Failures)
		}
	}
}

// whole checks that what counts is in the facts, all of it and once.
func whole(t *testing.T, room walkSide) {
	t.Helper()
	all, err := room.Assignments(ctx, walk.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	steps, err := room.facts.WalkSteps(ctx, cx.Period{})
	if err != nil {
		t.Fatal(err)
	}
	held := map[int64]int{}
	for _, f := range steps {
		held[f.Walk]++
	}
	for _, a := range all {
		want := 0
		if a.Counts() {
			want = 2
		}
		if held[a.ID] != want {
			t.Errorf("walk %d is %s and has %d steps in the facts", a.ID, a.State, held[a.ID])
		}
	}
}

func finish(t *testing.T, room walkSide, c walk.Claimed, at time.Time) {
	t.Helper()
	_, err := room.Finish(ctx, c.Assignment.ID, c.Lease, walk.RobotResult{Verdict: walk.VerdictFine, Steps: []walk.StepRecord{
		{Step: "one", Started: at, Finished: at, Done: walk.DoneYes}, {Step: "two", Started: at, Finished: at, Done: walk.DoneYes},
	}})
	if err != nil {
		t.Fatal(err)
	}
}

// workUntilKilled claims and finishes walks, and says so after each; it holds the last.
func workUntilKilled(t *testing.T, dir string) {
	s, err := store.Open(ctx, dir, store.Options{Now: walkEpoch, Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	room := walkSide{walk.New(s.Vault, evidence.New(dir+"/evidence", 0), noJourneys, walkEpoch), s.Facts}
	for {
		c, ok, err := room.Claim(ctx, "worker", nil, time.Minute)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Println("claimed", ok)
		if !ok {
			select {}
		}
		finish(t, room, c, walkEpoch())
	}
}

// killAfter starts a worker and kills it right after it has claimed so many walks.
func killAfter(t *testing.T, dir string, claims int) {
	t.Helper()
	worker := exec.Command(os.Args[0], "-test.run=^TestAKilledWorkersWalkIsDoneAgain$")
	worker.Env = append(os.Environ(), workerFolder+"="+dir)
	out, err := worker.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := worker.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for claims > 0 && lines.Scan() {
		if strings.HasPrefix(lines.Text(), "claimed") {
			claims--
		}
	}
	if err := worker.Process.Kill(); err != nil {
		t.Error(err)
	}
	if err := worker.Wait(); err == nil {
		t.Error("the worker ended by itself")
	}
}
