package walk_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"image"
	"image/png"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/store/memory"
	"github.com/firsthand-cx/firsthand/internal/walk"
	"github.com/firsthand-cx/firsthand/internal/walk/evidence"
)

var ctx = context.Background()

// desk is a room with its surroundings.
type desk struct {
	*walk.Room
	facts *memory.Facts
	depot *evidence.Depot
	clock time.Time
}

type failer interface {
	Helper()
	Fatal(args ...any)
}

func newDesk(t failer, dir string) *desk {
	d := &desk{facts: memory.NewFacts(nil), depot: evidence.New(dir, 0), clock: monday.Add(9 * time.Hour)}
	journeys := func(context.Context) ([]cx.Journey, error) {
		return []cx.Journey{{Name: "buy-online", Stages: []cx.Stage{{Steps: []cx.Step{{Name: "payment", Title: "Pay"}, {Name: "cart", Title: "Fill the basket"}}}}}}, nil
	}
	d.Room = walk.New(memory.NewWalks(d.facts, []byte("key"), time.UTC), d.depot, journeys, func() time.Time { return d.clock })
	if _, err := d.SaveScenario(ctx, "small.yaml", []byte(small), "ann"); err != nil {
		t.Fatal(err)
	}
	return d
}

const small = `
id: small
title: Buy ${product}
kind: everyday
channel: phone
journey: buy-online
brief: Call and ask.
cost_limit: 5 EUR
variables:
  - {name: product, means: what you buy, default: a kettle}
script:
  - name: call
    do: Call them.
    touches: cart
    promises:
      - {name: quick, text: We answer within a minute., within: 1 minute}
  - name: ask
    do: Ask how long ${product} is guaranteed.
    touches: payment
    ask: {question: "How long is the guarantee?", right: [24 months, two years], wrong: [12 months]}
  - name: thank
    do: Thank them.
criteria:
  - {name: name, kind: treatment, text: They said their name.}
  - {name: listened, kind: treatment, text: They let me finish.}
  - {name: solved, kind: outcome, text: I know how long the guarantee is.}
`

// agreed is a walk that its walker, a guest, has agreed to.
func (d *desk) agreed(t failer) (walk.Assignment, string) {
	t.Helper()
	_, link, err := d.InviteFriend(ctx, walk.Ask{Scenario: "small", Place: "hotline"}, "ann")
	if err != nil {
		t.Fatal(err)
	}
	a, secret, err := d.Accept(ctx, link, walk.Agreement{Version: walk.ConsentVersion, Name: "Bea", Department: "Finance"})
	if err != nil {
		t.Fatal(err)
	}
	return a, secret
}

func message(key string, kind walk.MessageKind, sent time.Time, body any) walk.Message {
	text, err := json.Marshal(body)
	if err != nil {
		panic(err)
	}
	return walk.Message{Key: key, Kind: kind, Sent: sent, Body: text}
}

func ptr[T any](v T) *T { return &v }

// whole are the messages of a whole walk.
func (d *desk) whole() []walk.Message {
	at := func(minutes int) time.Time { return d.clock.Add(time.Duration(minutes) * time.Minute) }
	return []walk.Message{
		message("step-call-1", walk.StepMessage, at(1), walk.StepRecord{
			Step: "call", Started: at(0), Finished: at(1), Done: walk.DoneYes, Feeling: 4, Thought: "Sandra Moe was kind",
			Promises: []walk.PromiseSeen{{Name: "quick", Seconds: ptr(61.0)}}, Staff: "Sandra Moe",
		}),
		message("step-ask-1", walk.StepMessage, at(2), walk.StepRecord{Step: "ask", Started: at(1), Finished: at(2), Done: walk.DoneYes, Heard: "Two years, I think", Revision: 1}),
		message("step-ask-2", walk.StepMessage, at(2), walk.StepRecord{Step: "ask", Started: at(1), Finished: at(3), Done: walk.DoneYes, Heard: "24 months", Revision: 2, Feeling: 5}),
		message("step-thank", walk.StepMessage, at(3), walk.StepRecord{Step: "thank", Started: at(3), Finished: at(3), Done: walk.DoneSkipped}),
		message("submit-all", walk.SubmitMessage, at(4), walk.Submission{
			Messages: []string{"step-call-1", "step-ask-1", "step-ask-2", "step-thank"}, Solved: ptr(true),
			Marks:  map[string]cx.Mark{"name": cx.Yes, "listened": cx.Yes, "solved": cx.Yes},
			Praise: "patient", Failure: "nothing", Spent: cx.Money{Minor: 120, Currency: "EUR"},
		}),
	}
}

func TestAWalkFromTheInvitationToTheFacts(t *testing.T) {
	d := newDesk(t, t.TempDir())
	a, secret := d.agreed(t)
	opened, kind, err := d.Open(ctx, secret)
	if err != nil || kind != walk.DevicePass || opened.ID != a.ID {
		t.Fatalf("the device's secret opens %+v: %v", opened, err)
	}
	ack, err := d.Send(ctx, a.ID, d.whole())
	if err != nil || ack.State != cx.WalkSubmitted {
		t.Fatalf("sent, and it is %s: %v", ack.State, err)
	}
	if _, err := d.Take(ctx, a.ID, "carl"); err != nil {
		t.Fatal(err)
	}
	done, err := d.Approve(ctx, a.ID, walk.Review{By: "carl", Marks: map[string]cx.Mark{"name": cx.No}, Praise: "patient", Failure: "no name"})
	if err != nil || done.State != cx.WalkApproved || done.Review.Treatment != (cx.Score{Met: 1, Of: 2}) || done.Review.Outcome != (cx.Score{Met: 1, Of: 1}) {
		t.Fatalf("approved: %+v, %v", done.Review, err)
	}
	steps, err := d.facts.WalkSteps(ctx, cx.Period{})
	if err != nil {
		t.Fatal(err)
	}
	want := []walk.StepFact{
		{
			Walk: a.ID, Order: 1, Step: "call", Touchpoint: "hotline", Channel: "phone", Scenario: "small", Version: 1, Kind: cx.Everyday,
			Journey: "buy-online", At: "cart", Voice: cx.VoiceWalker, Walker: a.Walker, Department: "Finance", Started: d.clock, Seconds: 60,
			Done: walk.DoneYes, Felt: 4, Treatment: cx.Score{Met: 1, Of: 2}, Outcome: cx.Score{Met: 1, Of: 1}, Solved: ptr(true), Kept: ptr(false),
		},
		{
			Walk: a.ID, Order: 2, Step: "ask", Touchpoint: "hotline", Channel: "phone", Scenario: "small", Version: 1, Kind: cx.Everyday,
			Journey: "buy-online", At: "payment", Voice: cx.VoiceWalker, Walker: a.Walker, Department: "Finance", Started: d.clock.Add(time.Minute),
			Seconds: 120, Done: walk.DoneYes, Felt: 5, Treatment: cx.Score{Met: 1, Of: 2}, Outcome: cx.Score{Met: 1, Of: 1}, Solved: ptr(true),
			Topic: "small/ask", Answer: cx.AnswerRight,
		},
	}
	if diff := cmp.Diff(want, steps, cmpopts.EquateApproxTime(10*time.Minute)); diff != "" {
		t.Errorf("the facts are told something else:\n%s", diff)
	}
	got, err := d.Assignment(ctx, a.ID)
	if err != nil {
		t.Fatal(err)
	}
	if got.Filled.Title != "Buy a kettle" {
		t.Errorf("the title is %q", got.Filled.Title)
	}
	if first := got.Visit.Steps[0]; bytes.Contains([]byte(first.Thought+first.Staff), []byte("Sandra")) || first.Person == 0 {
		t.Errorf("the name of who served them is in %q, %q", first.Thought, first.Staff)
	}
	if name, err := d.StaffName(ctx, got.Visit.Steps[0].Person); err != nil || name != "Sandra Moe" {
		t.Errorf("their own lead reads %q: %v", name, err)
	}
	if one, err := d.Person(ctx, got.Visit.Steps[0].Person); err != nil || !one.Withheld || one.Walks != 1 {
		t.Errorf("one walk gives a figure about a person: %+v, %v", one, err)
	}

	if _, err := d.Appeal(ctx, a.ID, "owner", "it was a test line"); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Decide(ctx, a.ID, walk.Ruling{By: "carl", Words: "no"}); cx.CodeOf(err) != cx.Forbidden {
		t.Errorf("the reviewer decides on an appeal against themselves: %v", err)
	}
	if _, err := d.Decide(ctx, a.ID, walk.Ruling{By: "dora", Words: "right, it was"}); err != nil {
		t.Fatal(err)
	}
	if steps, _ := d.facts.WalkSteps(ctx, cx.Period{}); len(steps) != 0 {
		t.Errorf("a walk that was decided not to count left %d facts", len(steps))
	}
}

func TestAVisitIsTheSameInWhateverOrderAndHoweverOftenItComes(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(rt *rapid.T) {
		straight, mixed := newDesk(rt, dir), newDesk(rt, dir)
		a, _ := straight.agreed(rt)
		b, _ := mixed.agreed(rt)
		if _, err := straight.Send(ctx, a.ID, straight.whole()); err != nil {
			rt.Fatal(err)
		}
		all := mixed.whole()
		order := rapid.Permutation(append(all, rapid.SliceOfN(rapid.SampledFrom(all), 0, 4).Draw(rt, "again")...)).Draw(rt, "order")
		for len(order) > 0 {
			n := rapid.IntRange(1, len(order)).Draw(rt, "at once")
			if _, err := mixed.Send(ctx, b.ID, order[:n]); err != nil {
				rt.Fatal(err)
			}
			order = order[n:]
		}
		x, err := straight.Assignment(ctx, a.ID)
		if err != nil {
			rt.Fatal(err)
		}
		y, err := mixed.Assignment(ctx, b.ID)
		if err != nil {
			rt.Fatal(err)
		}
		if diff := cmp.Diff(x.Visit, y.Visit); diff != "" || x.State != y.State || x.State != cx.WalkSubmitted {
			rt.Fatalf("%s and %s; the visits differ:\n%s", x.State, y.State, diff)
		}
	})
}

func TestTheSameKeyWithOtherWordsIsAConflictAndChangesNothing(t *testing.T) {
	d := newDesk(t, t.TempDir())
	a, _ := d.agreed(t)
	all := d.whole()
	if _, err := d.Send(ctx, a.ID, all[:2]); err != nil {
		t.Fatal(err)
	}
	other := message(all[0].Key, walk.StepMessage, d.clock, walk.StepRecord{Step: "thank", Started: d.clock, Finished: d.clock, Done: walk.DoneYes})
	fresh := message("step-fresh", walk.StepMessage, d.clock, walk.StepRecord{Step: "thank", Started: d.clock, Finished: d.clock, Done: walk.DoneYes})
	if _, err := d.Send(ctx, a.ID, []walk.Message{fresh, other}); cx.CodeOf(err) != cx.Conflict {
		t.Fatalf("sent other words under a known key: %v", err)
	}
	ack, err := d.Send(ctx, a.ID, nil)
	if err != nil || len(ack.Have) != 2 {
		t.Errorf("a refused message left something: %+v, %v", ack, err)
	}
}

func TestADeviceWhoseClockIsWrongGivesRightTimes(t *testing.T) {
	d := newDesk(t, t.TempDir())
	a, _ := d.agreed(t)
	behind := d.clock.Add(-3 * time.Hour)
	_, err := d.Send(ctx, a.ID, []walk.Message{message("step-call-1", walk.StepMessage, behind, walk.StepRecord{
		Step: "call", Started: behind.Add(-5 * time.Minute), Finished: behind.Add(-4 * time.Minute), Done: walk.DoneYes,
	})})
	if err != nil {
		t.Fatal(err)
	}
	got, err := d.Assignment(ctx, a.ID)
	if err != nil || !got.Visit.Steps[0].Started.Equal(d.clock.Add(-5*time.Minute)) {
		t.Errorf("started at %v: %v", got.Visit.Steps, err)
	}
}

func TestAReturnedWalkIsHandedInAgainOnlyWhenItsWalkerSaysSo(t *testing.T) {
	d := newDesk(t, t.TempDir())
	a, _ := d.agreed(t)
	if _, err := d.Send(ctx, a.ID, d.whole()); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Take(ctx, a.ID, "carl"); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Return(ctx, a.ID, "carl", "What did they say first?"); err != nil {
		t.Fatal(err)
	}
	more := message("step-call-2", walk.StepMessage, d.clock, walk.StepRecord{Step: "call", Started: d.clock, Finished: d.clock, Done: walk.DoneYes, Revision: 2, Did: "They said hello."})
	if ack, err := d.Send(ctx, a.ID, []walk.Message{more}); err != nil || ack.State != cx.WalkStarted {
		t.Fatalf("an amended step makes it %s: %v", ack.State, err)
	}
	again := d.whole()[4]
	again.Key, again.Sent = "submit-again", d.clock.Add(time.Hour)
	if ack, err := d.Send(ctx, a.ID, []walk.Message{again}); err != nil || ack.State != cx.WalkSubmitted {
		t.Fatalf("handed in again, it is %s: %v", ack.State, err)
	}
}

func TestAWalkerStopsAtAnyTimeAndTakesTheirWordsAlong(t *testing.T) {
	d := newDesk(t, t.TempDir())
	a, secret := d.agreed(t)
	var picture bytes.Buffer
	if err := png.Encode(&picture, image.NewRGBA(image.Rect(0, 0, 4, 3))); err != nil {
		t.Fatal(err)
	}
	for range 2 { // sent twice, kept once
		if _, err := d.KeepEvidence(ctx, a.ID, "photo-of-shop", cx.Photo, "call", bytes.NewReader(picture.Bytes())); err != nil {
			t.Fatal(err)
		}
	}
	detail, err := d.Assignment(ctx, a.ID)
	if err != nil || len(detail.Visit.Pieces) != 1 {
		t.Fatalf("%d pieces: %v", len(detail.Visit.Pieces), err)
	}
	file := detail.Visit.Pieces[0].File
	if f, err := d.depot.Open(file); err != nil {
		t.Fatal(err)
	} else {
		f.Close()
	}
	if _, err := d.Send(ctx, a.ID, d.whole()[:2]); err != nil {
		t.Fatal(err)
	}
	stopped, err := d.Stop(ctx, a.ID, true)
	if err != nil || stopped.State != cx.WalkStopped {
		t.Fatalf("stopped: %s, %v", stopped.State, err)
	}
	if _, err := d.depot.Open(file); cx.CodeOf(err) != cx.NotFound {
		t.Errorf("the photo is still there: %v", err)
	}
	if _, _, err := d.Open(ctx, secret); cx.CodeOf(err) != cx.Forbidden {
		t.Errorf("the secret still opens it: %v", err)
	}
	if detail, err := d.Assignment(ctx, a.ID); err != nil || len(detail.Visit.Steps)+len(detail.Visit.Pieces) != 0 {
		t.Errorf("words are left: %+v, %v", detail.Visit, err)
	}
	if err := d.EraseWalker(ctx, a.Walker, "ann"); err != nil {
		t.Fatal(err)
	}
	if w, err := d.Walker(ctx, a.Walker); err != nil || w.Name != "" || w.Department != "" || w.Active() {
		t.Errorf("of the erased walker is left: %+v, %v", w, err)
	}
}

func TestAnErasedWalkersWalkLeavesNumbersWithoutThem(t *testing.T) {
	d := newDesk(t, t.TempDir())
	a, _ := d.agreed(t)
	if _, err := d.Send(ctx, a.ID, d.whole()); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Take(ctx, a.ID, "carl"); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Approve(ctx, a.ID, walk.Review{By: "carl", Marks: map[string]cx.Mark{"name": cx.Yes}, Praise: "patient", Failure: "none"}); err != nil {
		t.Fatal(err)
	}
	before, err := d.facts.WalkSteps(ctx, cx.Period{})
	if err != nil || len(before) == 0 || before[0].Department != "Finance" {
		t.Fatalf("%+v, %v", before, err)
	}
	if err := d.EraseWalker(ctx, a.Walker, "ann"); err != nil {
		t.Fatal(err)
	}
	if err := d.SetMapping(ctx, walk.Mapping{"basket": "buy-online/cart"}); err != nil { // which tells the facts afresh
		t.Fatal(err)
	}
	after, err := d.facts.WalkSteps(ctx, cx.Period{})
	if err != nil || len(after) != len(before) {
		t.Fatalf("%d steps are left of %d: %v", len(after), len(before), err)
	}
	for i, step := range after {
		if step.Department != "" || step.Walker != 0 || step.Felt != before[i].Felt || step.Seconds != before[i].Seconds {
			t.Errorf("of %+v is left %+v", before[i], step)
		}
	}
}

func TestTheClockExpiresWhatNobodyDoesAndPutsHeldReviewsBack(t *testing.T) {
	d := newDesk(t, t.TempDir())
	idle, _ := d.agreed(t)
	held, _ := d.agreed(t)
	if _, err := d.Send(ctx, held.ID, d.whole()); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Take(ctx, held.ID, "carl"); err != nil {
		t.Fatal(err)
	}
	d.clock = d.clock.AddDate(0, 0, 4)
	ticked, err := d.Tick(ctx)
	if err != nil || ticked.Expired != 1 || ticked.PutBack != 1 {
		t.Fatalf("%+v, %v", ticked, err)
	}
	a, err := d.Assignment(ctx, idle.ID)
	if err != nil || a.State != cx.WalkExpired {
		t.Errorf("it is %s: %v", a.State, err)
	}
	b, err := d.Assignment(ctx, held.ID)
	if err != nil || b.State != cx.WalkSubmitted || !b.Late {
		t.Errorf("it is %s, late: %v, %v", b.State, b.Late, err)
	}
}

func TestWhatIsNotTheWalkersIsNotThereForThem(t *testing.T) {
	d := newDesk(t, t.TempDir())
	a, _ := d.agreed(t)
	if _, err := d.AcceptAs(ctx, a.Walker+1, a.ID, walk.Agreement{Version: walk.ConsentVersion}); cx.CodeOf(err) != cx.NotFound {
		t.Errorf("somebody else accepts it: %v", err)
	}
	_, link, err := d.InviteFriend(ctx, walk.Ask{Scenario: "small"}, "ann")
	if err != nil {
		t.Fatal(err)
	}
	opened, _, err := d.Open(ctx, link)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.Send(ctx, opened.ID, d.whole()); cx.CodeOf(err) != cx.Forbidden {
		t.Errorf("something is taken before there is consent: %v", err)
	}
	if _, _, err := d.Accept(ctx, link, walk.Agreement{Version: "0"}); cx.CodeOf(err) != cx.Invalid {
		t.Errorf("consent to another text is taken: %v", err)
	}
	d.clock = d.clock.AddDate(0, 3, 0)
	if _, _, err := d.Open(ctx, link); cx.CodeOf(err) != cx.Forbidden {
		t.Errorf("an old link opens: %v", err)
	}
	var told *cx.Error
	if errors.As(err, &told) && told.Remedy == "" {
		t.Error("nobody says what to do")
	}
}
