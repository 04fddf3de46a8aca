package app

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"io"
	"slices"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/walk"
	"github.com/firsthand-cx/firsthand/internal/walk/robot/guard"
)

// demoStep is a step as a walker of the demo company lived it.
type demoStep struct {
	name                string
	minutes             float64
	feeling             cx.Feeling
	did, thought, heard string
	blocked             bool
	answer              cx.Answer
	took                map[string]float64 // seconds, by promise
	paid                map[string]cx.Money
	photo               cx.EvidenceKind
}

// demoWalk is a walk of the demo company, from its invitation to where it stands now.
type demoWalk struct {
	scenario        string
	walker          int // of demoWalkers
	daysAgo         int
	place, arm      string
	pair            int64
	steps           []demoStep
	unmarked        []string // criteria that were not met; all others were
	praise, failure string
	solved          bool
	verdict         string // of the reviewer: what was good; "" = nobody has reviewed it
	stop            cx.WalkState
}

var demoWalkers = []walk.Walker{
	{Kind: walk.Guest, Name: "Maya Hollis", Department: "Finance"},
	{Kind: walk.Guest, Name: "Theo Brandt", Department: "Board"},
	{Kind: walk.Guest, Name: "Ines Carrow", Department: "Web shop", Arm: "connected"},
	{Kind: walk.Guest, Name: "Omar Field", Department: "Logistics", Arm: "best"},
	{Kind: walk.Guest, Name: "Lena Voss", Department: "Call centre"},
}

var demoValues = map[string]string{
	"company": "Larkwell Mobile", "product": "a phone with a big screen", "promo_code": "LARK10", "promise": "10 % off every phone", "shop_url": "shop.larkwell.example",
	"price_with_code": "359.10 USD", "customer_name": "Kim Example", "customer_number": "4711", "phone_number": "+1 212 555 0100",
	"problem": "There is a “service fee 2” on your invoice that nobody has told you of.", "solution": "the fee is taken back", "order_number": "LK-20931",
}

// demoPlaces is where the scenarios' steps lie in the demo company's journey.
var demoPlaces = walk.Mapping{
	"visit": "being-a-customer/browse", "product-page": "being-a-customer/browse", "basket": "being-a-customer/cart",
	"person": "being-a-customer/call", "solution": "being-a-customer/call", "answer": "being-a-customer/write",
}

func demoWalks() []demoWalk {
	money := func(minor int64) cx.Money { return cx.Money{Minor: minor, Currency: "USD"} }
	late := func(arm string, walker int, answered float64, feeling cx.Feeling, heard, thought string, missed ...string) demoWalk {
		return demoWalk{
			scenario: "parity-late-order", walker: walker, daysAgo: 9, place: "hotline", arm: arm, pair: 1, unmarked: missed, solved: true,
			steps: []demoStep{
				{name: "call", minutes: 1 + answered/60, feeling: feeling, did: "Called and waited.", thought: thought, took: map[string]float64{"answered": answered}},
				{name: "tell", minutes: 3, feeling: feeling, did: "Said the sentence, word for word.", heard: heard, thought: "Now I know where it is, at least."},
				{name: "offer", minutes: 2, feeling: feeling, did: "Asked once, as it says.", heard: heard},
			},
			praise: "Nobody was unfriendly.", failure: "The wait.", verdict: "A clear record; the sentences were the same each time.",
		}
	}
	return []demoWalk{
		{
			scenario: "promo-code-online", walker: 1, daysAgo: 17, place: "web shop", unmarked: []string{"message-says-what-to-do", "code-taken", "right-price"},
			steps: []demoStep{
				{name: "find-product", minutes: 1.5, feeling: 4, did: "Tapped the picture on the first page.", thought: "That was quick.", took: map[string]float64{"findable": 48}},
				{name: "enter-code", minutes: 4, feeling: 1, blocked: true, did: "Typed LARK10 three times, with and without capitals.", thought: "Is it me? It says “invalid code” and nothing else.", photo: cx.Screenshot},
				{name: "ask-for-help", minutes: 6, feeling: 4, did: "Opened the chat from the basket.", thought: "A person after a minute, and on my side.", heard: "The code is for the website, the app does not know it yet."},
			},
			praise: "The chat: quick, kind, and honest about whose mistake it is.", failure: "The shop knows why it refuses the code and does not say it.", verdict: "Tell the chat team that this was good.",
		},
		{
			scenario: "call-to-solve-something", walker: 0, daysAgo: 12, place: "hotline", unmarked: []string{"told-once", "reached", "one-and-done"}, solved: true,
			steps: []demoStep{
				{name: "menu", minutes: 2.5, feeling: 2, did: "Four levels. Keyed the customer number in twice.", thought: "Why do they ask for it if nobody reads it?", took: map[string]float64{"menu-short": 150}},
				{name: "wait", minutes: 11, feeling: 1, did: "Waited, with music.", thought: "Your call is important to us. It is Monday.", took: map[string]float64{"answered": 640}},
				{name: "explain", minutes: 6, feeling: 4, did: "Told it, was put through, told it again.", thought: "The second one understood at once and said sorry.", heard: "The fee is taken back on the next invoice."},
				{name: "after", minutes: 2, feeling: 4, did: "Looked at the account three days later.", thought: "It is really gone."},
			},
			praise: "The second colleague: said her name, said sorry, and did it while I was there.", failure: "Ten minutes of waiting, and my story told twice.", verdict: "Precise about times. The second colleague deserves to hear it.",
		},
		late("connected", 2, 41, 5, "Sorry before anything else, and ten dollars without being asked.", "They knew my voice."),
		late("ordinary", 0, 210, 2, "“You have to wait for the carrier.”", "Nobody is sorry.", "sorry", "offered-first", "made-good", "direct-line"),
		late("best", 3, 95, 4, "Sorry, and five dollars when I asked.", "They saw that I have been here long.", "offered-first"),
		{
			scenario: "website-on-a-phone", walker: 4, daysAgo: 2, place: "website", unmarked: []string{"left-alone"}, solved: true,
			steps: []demoStep{
				{name: "search", minutes: 1, feeling: 4, did: "Second result.", thought: "It opens quickly.", took: map[string]float64{"opens": 3.1}, photo: cx.Screenshot},
				{name: "price", minutes: 2, feeling: 3, did: "Closed the box about cookies, then the one about the newsletter.", thought: "Let me read first.", took: map[string]float64{"findable": 52}},
				{name: "person", minutes: 1, feeling: 4, did: "The number stands at the bottom, and it can be touched."},
			},
			praise: "Price and stock stand side by side.", failure: "Two boxes lie over the page before anything can be read.",
		},
		{scenario: "website-on-a-phone", walker: 1, daysAgo: 6, place: "website", stop: cx.WalkExpired},
		{
			scenario: "promo-code-online", walker: 3, daysAgo: 1, place: "web shop", stop: cx.WalkStarted,
			steps: []demoStep{{name: "find-product", minutes: 3, feeling: 3, did: "Had to search twice.", thought: "The first page is all offers.", took: map[string]float64{"findable": 130}, paid: map[string]cx.Money{"none": money(0)}}},
		},
		{scenario: "call-to-solve-something", walker: 4, daysAgo: 0, place: "hotline", stop: cx.WalkInvited},
	}
}

// PlayWalks fills the company's walks with believable ones: done, reviewed, waiting,
// overdue, under way and planned, by people and by a robot. They are made by the room's
// own methods, as of the days on which they would have been.
func (a *App) PlayWalks(ctx context.Context) error {
	now := a.config.Now().UTC().Truncate(time.Hour)
	p := &player{app: a, clock: now.AddDate(0, 0, -20)}
	p.room = walk.New(a.stores.Vault, a.evidence, a.journeys.List, func() time.Time { return p.clock })
	if err := p.room.SetValues(ctx, demoValues); err != nil {
		return err
	}
	for _, w := range demoWalkers {
		made, err := p.room.SaveWalker(ctx, w)
		if err != nil {
			return err
		}
		p.walkers = append(p.walkers, made.ID)
	}
	for _, w := range demoWalks() {
		p.clock = now.AddDate(0, 0, -w.daysAgo).Add(-2 * time.Hour)
		if err := p.play(ctx, w, now); err != nil {
			return fmt.Errorf("the demo's walk %s: %w", w.scenario, err)
		}
	}
	p.clock = now.AddDate(0, 0, -3)
	if err := p.robot(ctx); err != nil {
		return fmt.Errorf("the demo's robot: %w", err)
	}
	p.clock = now
	_, _, err := p.room.SavePlan(ctx, walk.Plan{
		Name: "Everyday checks", Scenarios: []string{"promo-code-online", "call-to-solve-something", "website-on-a-phone"}, Walkers: p.walkers,
		Schedule: walk.Schedule{Often: walk.Weekly, From: 9, To: 18, PerTime: 2}, LockoutDays: 14, Seed: 7,
	}, "owner")
	return err
}

// player plays walks with a clock of its own.
type player struct {
	app     *App
	room    *walk.Room
	clock   time.Time
	walkers []int64
}

func (p *player) play(ctx context.Context, w demoWalk, now time.Time) error {
	ask := walk.Ask{Scenario: w.scenario, Walker: p.walkers[w.walker], Place: w.place, Arm: w.arm, Pair: w.pair}
	a, link, err := p.room.InviteFriend(ctx, ask, "owner")
	if err != nil || w.stop == cx.WalkInvited || w.stop == cx.WalkExpired { // the clock lets it expire
		return err
	}
	if _, _, err := p.room.Accept(ctx, link, walk.Agreement{Version: walk.ConsentVersion}); err != nil {
		return err
	}
	d, err := p.room.Assignment(ctx, a.ID)
	if err != nil {
		return err
	}
	messages, err := p.lived(ctx, a.ID, w)
	if err != nil {
		return err
	}
	if w.stop != cx.WalkStarted {
		sub := walk.Submission{Marks: map[string]cx.Mark{}, Solved: &w.solved, Praise: w.praise, Failure: w.failure}
		for _, c := range d.Filled.Criteria {
			sub.Marks[c.Name] = cx.Yes
			if slices.Contains(w.unmarked, c.Name) {
				sub.Marks[c.Name] = cx.No
			}
		}
		for _, m := range messages {
			sub.Messages = append(sub.Messages, m.Key)
		}
		body, err := json.Marshal(sub)
		if err != nil {
			return err
		}
		messages = append(messages, walk.Message{Key: "demo-submit", Kind: walk.SubmitMessage, Sent: p.clock, Body: body})
	}
	if _, err := p.room.Send(ctx, a.ID, messages); err != nil || w.verdict == "" {
		return err
	}
	p.clock = p.clock.Add(20 * time.Hour)
	if p.clock.After(now) {
		p.clock = now
	}
	if _, err := p.room.Take(ctx, a.ID, "reviewer@larkwell.example"); err != nil {
		return err
	}
	_, err = p.room.Approve(ctx, a.ID, walk.Review{By: "reviewer@larkwell.example", Praise: w.praise, Failure: w.failure, Words: w.verdict})
	return err
}

// lived are the messages of a walk's steps; pictures are kept on the way.
func (p *player) lived(ctx context.Context, id int64, w demoWalk) ([]walk.Message, error) {
	var out []walk.Message
	for i, step := range w.steps {
		rec := walk.StepRecord{
			Step: step.name, Started: p.clock, Done: walk.DoneYes, Did: step.did, Thought: step.thought, Feeling: step.feeling, Heard: step.heard, Answer: step.answer,
		}
		if step.blocked {
			rec.Done = walk.DoneBlocked
		}
		p.clock = p.clock.Add(time.Duration(step.minutes * float64(time.Minute)))
		rec.Finished = p.clock
		for name, took := range step.took {
			rec.Promises = append(rec.Promises, walk.PromiseSeen{Name: name, Seconds: &took})
		}
		if step.photo != "" {
			if _, err := p.room.KeepEvidence(ctx, id, fmt.Sprintf("demo-picture-%d", i), step.photo, step.name, drawn(i)); err != nil {
				return nil, err
			}
		}
		body, err := json.Marshal(rec)
		if err != nil {
			return nil, err
		}
		out = append(out, walk.Message{Key: "demo-step-" + step.name, Kind: walk.StepMessage, Sent: p.clock, Body: body})
	}
	return out, nil
}

// drawn is a picture of a phone's page, drawn with a few boxes: the demo has no camera.
func drawn(n int) io.Reader {
	const width, height = 360, 640
	page := image.NewRGBA(image.Rect(0, 0, width, height))
	box := func(x0, y0, x1, y1 int, c color.RGBA) {
		draw.Draw(page, image.Rect(x0, y0, x1, y1), image.NewUniform(c), image.Point{}, draw.Src)
	}
	grey, dark := color.RGBA{226, 230, 233, 255}, color.RGBA{70, 83, 95, 255}
	box(0, 0, width, height, color.RGBA{255, 255, 255, 255})
	box(0, 0, width, 56, color.RGBA{11, 85, 102, 255})
	box(24, 84, 336, 260, grey)
	for i := range 4 {
		box(24, 284+28*i, 336-40*(i%3), 298+28*i, grey)
	}
	box(24, 420, 336, 468, dark)
	if n%4 > 0 { // a layer that covers the button
		box(0, height-60*(n%4)-120, width, height, color.RGBA{253, 243, 216, 255})
		box(250, height-60, 336, height-24, dark)
	}
	var b bytes.Buffer
	if err := png.Encode(&b, page); err != nil {
		return &b // a drawing in memory always can be written; an empty file is refused
	}
	return &b
}

const demoRecording = `{"title": "Put a phone into the basket", "steps": [
 {"type": "setViewport", "width": 390, "height": 844, "deviceScaleFactor": 1, "isMobile": true, "hasTouch": true, "isLandscape": false},
 {"type": "navigate", "url": "https://shop.larkwell.example/phones"},
 {"type": "click", "selectors": [["#lark-9"]], "offsetX": 10, "offsetY": 10},
 {"type": "click", "selectors": [["text/Add to basket"]], "offsetX": 10, "offsetY": 10}]}`

const demoScenario = `id: phone-into-the-basket
title: Put a phone into the basket
kind: everyday
practices: [W6]
journey: being-a-customer
channel: web
brief: A robot opens the shop on a phone and puts the newest phone into the basket.
recording: phone-into-the-basket
script:
  - name: basket
    do: Open the shop, choose the newest phone, and put it into the basket.
    touches: cart
criteria:
  - {name: nothing-in-the-way, kind: treatment, text: Nothing lay over what I wanted to touch.}
  - {name: works, kind: outcome, text: The phone was in the basket.}
`

// demoSite is the demo company's shop. Nobody can own a name of .example (RFC 2606), so
// it counts as shown to be theirs while the demo is made, and not after.
const demoSite = "shop.larkwell.example"

// robot plays a robot's walk that a box about cookies ended.
func (p *player) robot(ctx context.Context) (err error) {
	if _, err := p.room.AddSite(ctx, demoSite, "owner"); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.room.RemoveSite(ctx, demoSite)) }()
	shown := func(context.Context, guard.Site) (guard.Proof, error) { return guard.ProofFile, nil }
	if _, err := p.room.ProveSite(ctx, demoSite, shown); err != nil {
		return err
	}
	if _, err := p.room.SaveRecording(ctx, walk.HandIn{Name: "phone-into-the-basket", JSON: demoRecording}, "owner"); err != nil {
		return err
	}
	if _, err := p.room.SaveScenario(ctx, "phone-into-the-basket.yaml", []byte(demoScenario), "owner"); err != nil {
		return err
	}
	if _, err := p.room.Assign(ctx, walk.Ask{Scenario: "phone-into-the-basket", Robot: true, Place: "web shop"}, "owner"); err != nil {
		return err
	}
	claimed, ok, err := p.room.Claim(ctx, "demo", nil, time.Hour)
	if err != nil || !ok {
		return err
	}
	id := claimed.Assignment.ID
	keep := func(key string, kind cx.EvidenceKind, from io.Reader) error {
		return p.room.KeepRobotEvidence(ctx, id, claimed.Lease, key, kind, "", from)
	}
	for n := range 8 {
		if err := keep(fmt.Sprintf("run-1-film-%03d.jpg", n+1), cx.Screenshot, drawn(n/2)); err != nil {
			return err
		}
	}
	for n := range 3 {
		if err := keep(fmt.Sprintf("run-1-step-%03d.jpg", n+2), cx.Screenshot, drawn(n)); err != nil {
			return err
		}
	}
	if err := keep("report", cx.RobotReport, bytes.NewReader(demoReport())); err != nil {
		return err
	}
	began := p.clock
	p.clock = p.clock.Add(2 * time.Minute)
	_, err = p.room.Finish(ctx, id, claimed.Lease, walk.RobotResult{
		Verdict: walk.VerdictTheirSite, Why: "“Add to basket” is covered by “We use cookies”", Praise: "The page opens within two seconds.", Failure: "A box about cookies lies over the button.",
		Steps: []walk.StepRecord{{Step: "basket", Started: began, Finished: p.clock, Done: walk.DoneBlocked, Did: "Opened the shop, chose the phone, and could not touch “Add to basket”."}},
		Marks: map[string]cx.Mark{"nothing-in-the-way": cx.No, "works": cx.No}, Runs: 3, Good: 1,
	})
	return err
}

// demoReport is what a robot would have written of it.
func demoReport() []byte {
	type m = map[string]any
	film := []m{}
	for n := range 8 {
		film = append(film, m{"at_ms": 400 * n, "name": fmt.Sprintf("film-%03d.jpg", n+1), "step": 2 + n/3})
	}
	covered := m{"kind": "covered", "step": 4, "text": "“Add to basket” is covered by “We use cookies”", "walks": 2, "count": 1, "stops": true}
	step := func(n int, what, result, problem string, page float64) m {
		return m{"number": n, "what": what, "result": result, "problem": problem, "url": "https://shop.larkwell.example/phones", "selector": 1, "timing": m{"page_ms": page, "robot_ms": 21}, "picture": fmt.Sprintf("step-%03d.jpg", n)}
	}
	run := func(outcome, fault, reason string, more m) m {
		r := m{"profile": "phone", "network": "slow 4G", "browser": "Chrome", "outcome": outcome, "fault": fault, "reason": reason, "elapsed_ms": 9400, "steps": []m{}, "pages": []m{}}
		for name, v := range more {
			r[name] = v
		}
		return r
	}
	full := m{
		"film": film, "steps": []m{step(2, "Open https://shop.larkwell.example/phones", "done", "", 1900), step(3, "Click #lark-9", "done", "", 420), step(4, "Click “Add to basket”", "failed", "It is covered by “We use cookies”.", 5000)},
		"pages": []m{{
			"url": "https://shop.larkwell.example/phones", "title": "Phones", "step": 2,
			"vitals":        m{"LCP": m{"value": 1900, "rating": "good"}, "INP": m{"value": 240, "rating": "needs-improvement"}, "CLS": m{"value": .31, "rating": "poor"}},
			"accessibility": []m{{"rule": "button-name", "impact": "critical", "help": "Buttons must have discernible text", "count": 1, "where": []string{".cookies .close"}}},
			"mobile":        m{"hasViewport": true, "overflow": 0, "tinyTargets": 2, "tiny": []string{".cookies .close", ".stars a"}},
		}},
	}
	text, err := json.Marshal(m{
		"verdict": m{"outcome": "went_badly", "fault": "their_site", "text": "In 2 of 3 walks “Add to basket” could not be touched: a box about cookies lies over it.", "walks": 3, "well": 1, "badly": 2, "reason": "It is covered.", "findings": []m{covered}, "sometimes": []m{}, "praise": []string{"The page opens within two seconds."}},
		"rule":    "2 of 3", "recording": "phone-into-the-basket", "shown": 1,
		"runs": []m{run("failed", "their_site", "It is covered by “We use cookies”.", full), run("completed", "", "", nil), run("failed", "their_site", "It is covered by “We use cookies”.", nil)},
	})
	if err != nil { // maps of texts always can be written
		return nil
	}
	return text
}
