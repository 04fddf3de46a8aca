package web

import (
	"fmt"
	"strings"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/question/statistics"
	"github.com/firsthand-cx/firsthand/internal/walk"
)

// storyLibrary are the scenarios that come with the program, as a company sees them that
// has filled in little.
func storyLibrary() []walk.Listed {
	shipped, err := walk.Library()
	if err != nil {
		return nil // a test of the walk room says so
	}
	var all []walk.Listed
	for _, s := range shipped {
		_, missing, _ := walk.Fill(s, storyValues)
		all = append(all, walk.Listed{Scenario: s, FromLibrary: s.ID != "website-on-a-phone", Missing: missing, Places: walk.Locate(s, storyJourneys(), nil)})
	}
	return all
}

var storyValues = map[string]string{
	"promo_code": "SPRING10", "promise": "10 % off everything", "product": "the blue kettle", "shop_url": "shop.example.com", "price_with_code": "35.91 EUR",
	"customer_number": "4711", "phone_number": "+49 30 1234567",
}

func storyJourneys() []cx.Journey {
	return []cx.Journey{{Name: "buy-online", Title: "Buy online", Stages: []cx.Stage{{Steps: []cx.Step{{Name: "basket", Title: "Fill the basket"}, {Name: "payment", Title: "Pay"}}}}}}
}

func storyScenario(id string) walk.Listed {
	for _, one := range storyLibrary() {
		if one.ID == id {
			return one
		}
	}
	return walk.Listed{}
}

func storyWalkers() []walk.Walker {
	return []walk.Walker{
		{ID: 1, Kind: walk.Account, Account: "maria@lumen.example", Name: "Maria Ortega", Department: "Finance"},
		{ID: 2, Kind: walk.Guest, Name: "Tom Becker", Department: "Board"},
		{ID: 3, Kind: walk.Guest, Name: "Ines Novak", Department: "Logistics", Arm: "connected"},
		{ID: 4, Kind: walk.Guest, Away: true},
	}
}

func storyCast() cast {
	c := cast{map[string]walk.Listed{}, map[int64]walk.Walker{}}
	for _, one := range storyLibrary() {
		c.scenarios[one.ID] = one
	}
	for _, w := range storyWalkers() {
		c.walkers[w.ID] = w
	}
	return c
}

// storyWalk is a walk for a promotion code in a state, handed in yesterday where it was.
func storyWalk(state cx.WalkState) walk.Detail {
	one := storyScenario("promo-code-online")
	filled, missing, _ := walk.Fill(one.Scenario, storyValues)
	at := func(hours float64) time.Time { return storyTime.Add(time.Duration(hours * float64(time.Hour))) }
	walker := storyWalkers()[0]
	d := walk.Detail{
		Assignment: walk.Assignment{
			ID: 12, State: state, Plan: 1, Scenario: one.ID, Version: 1, Voice: cx.VoiceWalker, Walker: 1, Place: "shop.example.com", From: at(-30), Due: at(42),
		},
		Filled: filled, Missing: missing, Walked: &walker,
	}
	d.Events = []walk.Event{{What: cx.WalkMake, At: at(-80), By: "owner", Reason: "planned"}, {What: cx.WalkInvite, At: at(-40), By: "owner"}}
	switch state {
	case cx.WalkPlanned, cx.WalkInvited, cx.WalkExpired:
		return d
	}
	yes, no := true, false
	took := 48.0
	d.Consent.At, d.Started = at(-31), at(-29)
	d.Visit.Steps = []walk.Step{
		{Order: 1, Title: filled.Script[0].Do, StepRecord: walk.StepRecord{Step: "find-product", Started: at(-29), Finished: at(-28.97), Done: walk.DoneYes, Feeling: 4, Did: "Searched for “kettle”, second result.", Thought: "Quick. The photo is lovely.", Promises: []walk.PromiseSeen{{Name: "findable", Seconds: &took}}}},
		{Order: 2, Title: filled.Script[1].Do, StepRecord: walk.StepRecord{Step: "enter-code", Started: at(-28.97), Finished: at(-28.9), Done: walk.DoneBlocked, Feeling: 1, Did: "Typed SPRING10 three times, with and without capitals.", Thought: "Is it me? The page says only “invalid”.", Felt: "Stupid, and then cheated.", Went: "ask-for-help"}},
		{Order: 3, Title: filled.Script[2].Do, StepRecord: walk.StepRecord{Step: "check-price", Done: walk.DoneYes, Started: at(-28.9), Finished: at(-28.88), Feeling: 2, Heard: "39.90", Answer: cx.AnswerWrong, Promises: []walk.PromiseSeen{{Name: "price-as-advertised", Paid: cx.Money{Minor: 3990, Currency: "EUR"}}}}},
		{Order: 4, Title: filled.Script[3].Do, Skew: 4 * time.Minute, StepRecord: walk.StepRecord{Step: "ask-for-help", Done: walk.DoneYes, Started: at(-28.88), Finished: at(-28.7), Feeling: 5, Did: "Asked in the chat.", Thought: "employee-3f9c2a71 put it in for me at once and said sorry.", Staff: "employee-3f9c2a71"}},
	}
	d.Visit.Pieces = []walk.Piece{{Key: "piece-a", Kind: cx.Screenshot, Step: "enter-code", Media: "image/png"}, {Key: "piece-b", Kind: cx.VoiceNote, Step: "ask-for-help", Media: "audio/webm"}}
	if state == cx.WalkStarted {
		d.Visit.Steps, d.Until = d.Visit.Steps[:2], at(42)
		return d
	}
	marks := map[string]cx.Mark{"message-says-what-to-do": cx.No, "basket-kept": cx.Yes, "help-without-blame": cx.Yes, "code-taken": cx.No, "right-price": cx.NotSeen}
	d.Visit.Submission = &walk.Submission{Marks: marks, Solved: &yes, Praise: "The person in the chat: quick, kind, and on my side.", Failure: "The page knew why the code failed and did not say it.", Spent: cx.Money{Currency: "EUR"}}
	d.Submitted, d.Until = at(-28), at(44)
	d.Events = append(d.Events, walk.Event{What: cx.WalkSubmit, At: at(-28), By: "the walker"})
	switch state {
	case cx.WalkInReview:
		d.Reviewer, d.Until = "jana@lumen.example", at(30)
	case cx.WalkApproved, cx.WalkAppealed:
		reviewed := map[string]cx.Mark{"message-says-what-to-do": cx.No, "basket-kept": cx.Yes, "help-without-blame": cx.Yes, "code-taken": cx.No, "right-price": cx.No}
		d.Reviewer, d.Until = "jana@lumen.example", at(24*13)
		d.Review = &walk.Review{By: "jana@lumen.example", At: at(-3), Marks: reviewed, Praise: "Tell the chat team: this is how.", Failure: "Error 17 means “not for this product”. Nobody can know that.", Words: "Thank you, that was precise.", Solved: &no, Treatment: cx.Score{Met: 2, Of: 3}, Outcome: cx.Score{Met: 0, Of: 2}}
		if state == cx.WalkAppealed {
			d.Appeal = &walk.Appeal{By: "payments@lumen.example", At: at(-1), Why: "The code had ended the day before. The advertisement was not ours.", Against: cx.WalkApproved}
		}
	}
	return d
}

func walksStories() []story {
	s := storySite()
	c := storyCast()
	all := storyLibrary()
	framed := func(f walkFrame) walkFrame { f.CSV, f.JSON = "/walks?format=csv", "/walks?format=json"; return f }

	list := &walksPage{walkFrame: framed(newWalkFrame("Walks", "Walks"))}
	for i, v := range walkViews {
		list.Views = append(list.Views, tab{v.title, "/walks?view=" + v.name, []int{4, 2, 31, 3, 40}[i], i == 4})
	}
	for _, state := range []cx.WalkState{cx.WalkInvited, cx.WalkStarted, cx.WalkSubmitted, cx.WalkApproved, cx.WalkExpired} {
		list.Walks = append(list.Walks, s.walkRow(storyWalk(state).Assignment, c))
	}
	overdue := storyWalk(cx.WalkSubmitted).Assignment
	overdue.Until, overdue.Place = storyTime.Add(-time.Hour), strings.Repeat("Umzugsbenachrichtigungsverfahren ", 3)
	list.Walks = append(list.Walks, s.walkRow(overdue, c))
	list.More = "The first 200 of 1,204. The download holds all."
	empty := &walksPage{walkFrame: newWalkFrame("Walks", "Walks"), Views: list.Views, Empty: noWalks("open", true)}

	page := func(state cx.WalkState, by string) *walkedPage { return s.newWalkedPage(storyWalk(state), by) }
	wrong := page(cx.WalkInReview, "jana@lumen.example")
	wrong.Form.Problem = &fileProblem{Text: "Say both what was good and what was not", Remedy: "If there was nothing, say “nothing”."}
	late := page(cx.WalkStarted, "owner")
	late.Missing = "Two things that they wrote or recorded are still on their phone, and come when it finds a network."

	queue := &reviewQueuePage{walkFrame: newWalkFrame("Review walks", "Review")}
	for i, a := range []walk.Assignment{overdue, storyWalk(cx.WalkSubmitted).Assignment, storyWalk(cx.WalkInReview).Assignment} {
		row := queueRow{Title: c.title(a), Href: walkHref(a.ID), Who: sentenceless(c.who(a)), Where: a.Place, State: stateChip(a, storyTime), Since: ago(a.Submitted, storyTime), By: s.whenText(a.Until)}
		if i < 2 {
			row.TakeHref = "/walks/take/12"
		}
		queue.Rows = append(queue.Rows, row)
	}
	noQueue := &reviewQueuePage{walkFrame: newWalkFrame("Review walks", "Review"), Empty: &Empty{Title: "Nothing waits for you", Text: "What walkers hand in comes here. Somebody other than the walker reads it, says how the customer was treated and what came of it, and only then it counts."}}
	return append([]story{
		{Name: "walks/many", Page: list},
		{Name: "walks/empty", Page: empty},
		{Name: "walk/invited", Page: page(cx.WalkInvited, "owner")},
		{Name: "walk/started", Page: late},
		{Name: "walk/submitted", Page: page(cx.WalkSubmitted, "owner")},
		{Name: "walk/in-review", Page: page(cx.WalkInReview, "jana@lumen.example")},
		{Name: "walk/review-wrong", Page: wrong, Status: 422},
		{Name: "walk/approved", Page: page(cx.WalkApproved, "owner")},
		{Name: "walk/appealed", Page: page(cx.WalkAppealed, "jana@lumen.example")},
		{Name: "walk/ruling", Page: page(cx.WalkAppealed, "owner")},
		{Name: "walk/expired", Page: page(cx.WalkExpired, "owner")},
		{Name: "walk/robot", Page: storyRobotPage(s)},
		{Name: "walk/robot-lost", Page: storyRobotLost(s)},
		{Name: "walk-review/many", Page: queue},
		{Name: "walk-review/none", Page: noQueue},
	}, append(planningStories(s, all), walkerStories(s, c)...)...)
}

func planningStories(s *Site, all []walk.Listed) []story {
	library := &libraryPage{walkFrame: newWalkFrame("Library of walks", "Library")}
	for _, kind := range cx.ScenarioKinds() {
		k := scenarioKind{Title: kindTitles[kind], About: kindAbout[kind]}
		for _, one := range all {
			if one.Kind == kind {
				k.Scenarios = append(k.Scenarios, newScenarioRow(one))
			}
		}
		library.Kinds = append(library.Kinds, k)
	}
	ready := newScenarioPage(storyScenario("promo-code-online"), storyValues, storyJourneys())
	ready.Walked, ready.WalkedHref = "31 walks count", "/walks?scenario=promo-code-online&view=done"
	arms := newScenarioPage(storyScenario("parity-late-order"), nil, nil)
	hard := newScenarioPage(storyScenario("stump-fine-print"), nil, nil)

	edit := blankScenario()
	edit.Heading, edit.Versions = "Edit “Does the promotion code work online?”", []versionRow{{2, "14 Nov 2026", "owner", "/x", true}, {1, "2 Nov 2026", "library", "/x", false}}
	for _, t := range storyScenario("promo-code-online").Places {
		edit.Places = append(edit.Places, newPlaceField(t, nil, storyJourneys()))
	}
	wrong := blankScenario()
	wrong.YAML = strings.Replace(newScenarioText, "kind: everyday", "kind: evryday", 1)
	_, err := walk.Parse("", []byte(wrong.YAML))
	wrong.Problems = problemsOf(err)

	invite := newInvitePage(all, storyWalkers(), storyValues, map[string][]string{"scenario": {"promo-code-online"}})
	missing := newInvitePage(all, storyWalkers(), nil, map[string][]string{"scenario": {"parity-late-order"}, "place": {"hotline"}})
	missing.Problem = &fileProblem{Text: "“My order is late: by three people” needs 3 words of yours", Remedy: "Fill them in below; they are kept for the next time."}
	d := storyWalk(cx.WalkInvited)
	here, _ := s.invitationPage(d, "http://127.0.0.1:8470", "Q4BXY7ZK2M5RW3TN6PLJH0VGDS")
	there, _ := s.invitationPage(d, "https://walks.lumen.example", "Q4BXY7ZK2M5RW3TN6PLJH0VGDS")

	weekly := walk.Plan{
		ID: 1, Name: "Everyday checks", Scenarios: []string{"promo-code-online", "website-on-a-phone", "call-to-solve-something"}, Walkers: []int64{1, 2}, Places: []string{"shop.example.com", "hotline"},
		Schedule: walk.Schedule{Often: walk.Weekly, From: 9, To: 18, PerTime: 2, Days: []time.Weekday{time.Tuesday, time.Thursday}}, LockoutDays: 30, CapPerMonth: cx.Money{Minor: 10000, Currency: "EUR"},
	}
	robot := walk.Plan{ID: 2, Name: "Every release", Robot: true, Scenarios: []string{"website-on-a-phone"}, Schedule: walk.Schedule{Often: walk.AfterRelease}, Paused: true}
	plans := &plansPage{walkFrame: newWalkFrame("Plans of walks", "Plans")}
	for _, p := range []walk.Plan{weekly, robot} {
		plans.Plans = append(plans.Plans, s.planRow(p, storyCast(), []walk.Assignment{storyWalk(cx.WalkPlanned).Assignment}))
	}
	plan := newPlanPage(weekly, all, storyWalkers())
	plan.Ahead = []walkRow{s.walkRow(storyWalk(cx.WalkPlanned).Assignment, storyCast())}
	plan.Skipped = []skipRow{{"26 Nov 2026", "Nobody is free: every walker has been there within 30 days"}}
	fresh := newPlanPage(walk.Plan{Schedule: walk.Schedule{Often: walk.Weekly, From: 9, To: 18}}, all, nil)
	fresh.Problem = &fileProblem{Text: "The plan has no walkers", Remedy: "Choose people, or let a robot walk it."}

	entries := []walk.Entry{
		{Assignment: 11, Title: "Does the promotion code work online?", Who: "Maria Ortega", Place: "shop.example.com", State: cx.WalkPlanned, From: storyTime.Add(2 * time.Hour)},
		{Assignment: 12, Title: "Call us to have something solved", Who: "Ines Novak", Arm: "connected", State: cx.WalkConsented, From: storyTime.Add(5 * time.Hour)},
		{Assignment: 13, Title: "Use our website on a phone", Who: "robot", State: cx.WalkPlanned, From: storyTime.Add(30 * time.Hour)},
	}
	period := cx.Period{From: storyTime.Truncate(24 * time.Hour), To: storyTime.Truncate(24*time.Hour).AddDate(0, 0, 28)}
	address := "https://walks.lumen.example/walks/calendar/Q4BXY7ZK2M5RW3TN6PLJH0VGDS.ics"
	return []story{
		{Name: "walk-library/many", Page: library},
		{Name: "walk-scenario/ready", Page: ready},
		{Name: "walk-scenario/arms", Page: arms},
		{Name: "walk-scenario/hard-question", Page: hard},
		{Name: "walk-scenario-edit/saved", Page: edit},
		{Name: "walk-scenario-edit/wrong", Page: wrong, Status: 422},
		{Name: "walk-values/many", Page: newValuesPage(all, storyValues, "")},
		{Name: "walk-values/one", Page: newValuesPage(all, storyValues, "call-to-solve-something")},
		{Name: "walk-values/none", Page: newValuesPage(nil, nil, "")},
		{Name: "walk-invite/ready", Page: invite},
		{Name: "walk-invite/missing", Page: missing, Status: 422},
		{Name: "walk-invitation/here-only", Page: here},
		{Name: "walk-invitation/there", Page: there},
		{Name: "walk-plans/many", Page: plans},
		{Name: "walk-plans/none", Page: &plansPage{walkFrame: newWalkFrame("Plans of walks", "Plans"), Empty: &Empty{"No plan yet", "A plan says which scenarios are walked, by whom, where and how often, and makes the walks by itself: evenly among walkers, places, days and hours, so that nobody can tell when the next one comes.", "/walks/plans/new", "Make a plan"}}},
		{Name: "walk-plan/laid", Page: plan},
		{Name: "walk-plan/wrong", Page: fresh, Status: 422},
		{Name: "walk-calendar/weeks", Page: s.calendarPage(period, entries, address)},
		{Name: "walk-calendar/empty", Page: s.calendarPage(period, nil, address)},
	}
}

func walkerStories(s *Site, c cast) []story {
	reliable := walk.Reliability{Walks: 14, Agreed: 61, Marks: 68, Returned: 2, Agreement: statistics.Wilson(61, 68), ReturnsIn: statistics.Wilson(2, 14)}
	few := walk.Reliability{Walks: 3, Withheld: true}
	list := &walkersPage{walkFrame: newWalkFrame("Walkers", "Walkers")}
	for i, w := range storyWalkers() {
		list.Walkers = append(list.Walkers, newWalkerRow(w, []walk.Reliability{reliable, few, reliable, few}[i]))
	}
	one := newWalkerPage(storyWalkers()[0], reliable)
	one.Agreed, one.Walks = "2 Nov 2026", []walkRow{s.walkRow(storyWalk(cx.WalkInvited).Assignment, c)}
	took := &participationPage{
		walkFrame: newWalkFrame("Who walked", "Walkers"), Action: "/walks/participation", Fields: periodFields(nil), Span: "18 August – 16 November 2026",
		Rows: []departmentRow{{"Finance", "3 of 4", "12", "14 Nov 2026", false}, {"Board", "1 of 5", "1", "2 Sep 2026", false}, {"Logistics", "0 of 6", "0", "", true}},
	}

	walks, details := storyPairs()
	compared := s.comparisonsPage(walks, details, c)
	compared.ParityHref, compared.StumpHref, compared.ClarityHref = "/questions/parity", "/questions/stump", "/questions/clarity"
	keys := walk.TestCustomers{{Kind: cx.KeyEmail, Value: "walker1@lumen.example"}, {Kind: cx.KeyPhone, Value: "+420601234567"}, {Kind: cx.KeySourceID, Namespace: "shop", Value: "10042"}}
	wrong := newTestCustomersPage(nil)
	wrong.Keys, wrong.Problem = "Maria", &fileProblem{Text: "“Maria” does not identify a test customer", Remedy: "Write an e-mail address, a telephone number like +420601234567, or a customer number like shop:10042."}
	return []story{
		{Name: "walk-walkers/many", Page: list},
		{Name: "walk-walkers/none", Page: &walkersPage{walkFrame: newWalkFrame("Walkers", "Walkers"), Empty: &Empty{Title: "Nobody walks yet", Text: "Name colleagues here, so that plans can send them; or send a friend a link, and they stand here once you have made it."}}},
		{Name: "walk-walker/reliable", Page: one},
		{Name: "walk-walker/few", Page: newWalkerPage(storyWalkers()[1], few)},
		{Name: "walk-walker/erase", Page: eraseWalkerQuestion(storyWalkers()[0])},
		{Name: "walk-participation/many", Page: took},
		{Name: "walk-comparisons/many", Page: compared},
		{Name: "walk-comparisons/none", Page: s.comparisonsPage(nil, nil, c)},
		{Name: "walk-test-customers/some", Page: newTestCustomersPage(keys)},
		{Name: "walk-test-customers/wrong", Page: wrong, Status: 422},
	}
}

// storyPairs are two errands walked by three customers each, and a hard question.
func storyPairs() ([]walk.Assignment, map[int64]walk.Detail) {
	details := map[int64]walk.Detail{}
	var walks []walk.Assignment
	words := map[string]string{"question": "If I move abroad, when does my contract end?"}
	add := func(scenario, arm string, pair int64, met int, answer cx.Answer) {
		d := storyWalk(cx.WalkApproved)
		one := storyScenario(scenario)
		one.Scenario, _, _ = walk.Fill(one.Scenario, words)
		d.ID, d.Scenario, d.Arm, d.Pair, d.Filled = int64(len(walks)+20), scenario, arm, pair, one.Scenario
		d.Review.Treatment, d.Review.Outcome = cx.Score{Met: met, Of: 4}, cx.Score{Met: met - 2, Of: 2}
		if answer != "" {
			d.Visit.Steps = []walk.Step{{StepRecord: walk.StepRecord{Step: "ask", Answer: answer}}}
		}
		walks, details[d.ID] = append(walks, d.Assignment), d
	}
	for pair := range int64(2) {
		add("parity-late-order", "connected", pair+1, 4, "")
		add("parity-late-order", "ordinary", pair+1, 2, "")
		add("parity-late-order", "best", pair+1, 3, "")
	}
	for _, a := range []cx.Answer{cx.AnswerRight, cx.AnswerFindOut, cx.AnswerWrong, cx.AnswerWrong} {
		add("stump-fine-print", "", 0, 3, a)
	}
	add("promo-code-online", "", 0, 3, "")
	return walks, details
}

// storyPicture stands for a screen, in a story.
const storyPicture = "/static/icon.svg"

func storyRobotPage(s *Site) *walkedPage {
	p := storyRobotLost(s)
	p.RobotTrouble = ""
	film := []filmFrame{}
	for i := range 12 {
		film = append(film, filmFrame{storyPicture, fmt.Sprintf("%.1f s", float64(i)/2), fmt.Sprintf("step %d", i/4+1)})
	}
	run := func(n int, chip Chip, open bool) robotRun {
		return robotRun{
			Title: fmt.Sprintf("Run %d", n), Chip: chip, Open: open, Summary: "phone · slow 4G network · 14.2 s", Film: film, FilmHref: storyPicture,
			Steps: []robotStep{
				{Number: "1", What: "Open https://shop.example.com/kettle", Result: "Done", Kind: "good", Page: "2.4 s", Robot: "18 ms", Picture: storyPicture},
				{Number: "2", What: "Click “Add to basket”", Result: "Done", Kind: "good", Page: "310 ms", Robot: "22 ms", Healed: "Found by its second selector: the recording grows old.", Picture: storyPicture},
				{Number: "3", What: "Click “Redeem”", Result: "Failed", Kind: "bad", Problem: "It is covered by “We use cookies”.", Page: "5.0 s", Robot: "40 ms", Picture: storyPicture},
				{Number: "4", What: "Expect the price 35.91 EUR", Result: "Not run"},
			},
			Pages: []robotPage{{
				URL: "https://shop.example.com/basket", Title: "Your basket",
				Vitals:     []robotVital{{"LCP, until the main thing is seen", "4.2 s", "bad"}, {"INP, until it reacts", "180 ms", "good"}, {"CLS, how much it jumps", "0.14", "warn"}},
				Violations: []robotViolation{{"Form elements must have labels", "label", "critical", "#code", "1 place"}, {"Elements must meet minimum color contrast ratio thresholds", "color-contrast", "serious", ".hint, .price small", "4 places"}},
				Mobile:     []string{"It is 24 pixels wider than the screen.", "3 things are too small to touch: a.close, button.plus, button.minus"},
			}},
		}
	}
	p.Robot = &robotReport{
		Verdict: "Their site", Kind: "bad", Text: "In 2 of 3 runs the button “Redeem” could not be clicked: a box about cookies lies over it.", Share: "1 of 3 runs went well",
		Findings:  []robotFinding{{"Covered", "“Redeem” is covered by “We use cookies”", "step 3", "in 2 of 3", "bad"}, {"Slow", "The main thing is seen after 4.2 s", "step 1", "in 3 of 3", "bad"}, {"Found another way", "“Add to basket” by its second selector", "step 2", "in 3 of 3", ""}},
		Sometimes: []robotFinding{{"Error in the page", "TypeError: cart is null", "step 3", "in 1 of 3", "bad"}}, Praise: []string{"No page was without a title."},
		Runs:       []robotRun{run(1, Chip{"bad", "Their site"}, true), run(2, Chip{"good", "It went well"}, false)},
		ReportHref: "/walks/evidence/12/report",
	}
	return p
}

func storyRobotLost(s *Site) *walkedPage {
	d := storyWalk(cx.WalkApproved)
	d.Voice, d.Walked, d.Verdict, d.Visit.Submission, d.Visit.Pieces = cx.VoiceRobot, nil, walk.VerdictTheirSite, nil, nil
	d.Visit.Steps = d.Visit.Steps[:2]
	d.Review.By, d.Review.Praise = "robot", "nothing"
	p := s.newWalkedPage(d, "owner")
	p.RobotTrouble = "What the robot measured cannot be read any more: its file is damaged or gone."
	return p
}
