package web

import (
	"errors"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/identity"
	"github.com/firsthand-cx/firsthand/internal/identity/likeness"
	"github.com/firsthand-cx/firsthand/internal/ingest"
	"github.com/firsthand-cx/firsthand/internal/web/chart"
	"github.com/firsthand-cx/firsthand/internal/wording"
)

// storyTime is "now" in every story.
var storyTime = time.Date(2026, 11, 16, 9, 30, 0, 0, time.UTC)

func storySite() *Site {
	return &Site{Config: Config{Zone: time.UTC, Now: func() time.Time { return storyTime }}}
}

func journeyListStories() []story {
	rows := []journeyRow{
		{Title: "Order a phone", Href: "/journeys/order", EditHref: "/journeys/order/edit", FindingsHref: "/findings", Stages: "Choose, Buy, Get it", Steps: 7, Promises: 4, Open: 3, Ownerless: "Say who you are"},
		{Title: "Get help", Href: "/journeys/help", EditHref: "/journeys/help/edit", FindingsHref: "/findings", Stages: "Notice, Ask, Solved", Steps: 5, Promises: 3, Open: 2},
	}
	unmatched := []unmatchedRow{{"shop", "event", "web", "wishlist", "", "", "812", "544"}, {"helpdesk", "contact", "e-mail", "", "press", "closed", "392", "61"}}
	many := &journeysPage{Frame: Frame{Title: "Journeys", Section: "Journeys", CSV: "/journeys?format=csv", JSON: "/journeys?format=json"}, Journeys: rows, Unmatched: unmatched, UnmatchedCount: "1,204 of 88,310 interactions, 1.4 %"}
	one := &journeysPage{Frame: Frame{Title: "Journeys", Section: "Journeys"}, Journeys: rows[1:]}
	empty := &journeysPage{Frame: Frame{Title: "Journeys", Section: "Journeys"}, Empty: &Empty{"No journey yet", "A journey is what a customer tries to get done: order, get help, move house. Firsthand proposes one from the data that is there; you put it right and save it.", "/journeys/new", "See the proposed journey"}}
	long := rows[0]
	long.Title, long.Ownerless = strings.Repeat("Umzugsbenachrichtigungsverfahren ", 3), "Find a phone, Put it in the basket and 4 more"

	editor := &journeyEditPage{
		Frame: Frame{Title: "Edit order", Section: "Journeys"}, Heading: "Edit order", MapHref: "/journeys/order", Action: "/journeys/order/edit", YAML: storyJourney,
		Intro:    "The journey as a file. Every save is a new version; earlier ones stay, and the map is matched anew.",
		Cover:    &coverage{"87,106 of 88,310 interactions, 99 %, belong to a step.", []coverageRow{{"Find a phone", "12,480", false}, {"Pay", "6,110", false}, {"Start using it", "0", true}}},
		Versions: []versionRow{{3, "14 Nov 2026", "owner", "/journeys/order/edit?version=3", true}, {2, "2 Nov 2026", "owner", "/journeys/order/edit?version=2", false}, {1, "1 Nov 2026", "proposed from the data", "/journeys/order/edit?version=1", false}},
	}
	wrong := *editor
	wrong.Cover = nil
	wrong.Problems = []fileProblem{{12, "There is no kind “contakt”.", "Did you mean contact?"}, {19, "The promise “fast” has no share.", "Say which share of the cases it is for, such as 90 %."}}
	proposed := &journeyEditPage{Frame: Frame{Title: "New journey", Section: "Journeys"}, Heading: "New journey", Intro: newIntro, Action: "/journeys/new", YAML: storyJourney, Cover: editor.Cover}
	return []story{
		{Name: "journeys/many", Page: many},
		{Name: "journeys/one", Page: one},
		{Name: "journeys/empty", Page: empty},
		{Name: "journeys/long", Page: &journeysPage{Frame: Frame{Title: "Journeys", Section: "Journeys"}, Journeys: []journeyRow{long}}},
		{Name: "journey-edit/saved", Page: editor},
		{Name: "journey-edit/wrong", Page: &wrong, Status: 422},
		{Name: "journey-edit/proposed", Page: proposed},
	}
}

const storyJourney = `name: order
title: Order a phone
attempt:
  by: thread
stages:
  - name: choose
    title: Choose
    steps:
      - name: browse
        title: Find a phone
        owner: Web shop
        match:
          - kind: event
            touchpoint: [catalogue, phone/*]
  - name: buy
    title: Buy
    steps:
      - name: pay
        title: Pay
        owner: Payments
        match:
          - kind: payment
        promises:
          - payment in one try, 97 %
`

func findingStories() []story {
	tabs := func(current int) []tab {
		t := []tab{{"Open", "/findings", 5, false}, {"Accepted", "/findings?state=accepted", 2, false}, {"Dismissed", "/findings?state=dismissed", 1, false}, {"Closed", "/findings?state=closed", 14, false}}
		t[current].Current = true
		return t
	}
	sorts := []tab{{Title: "severity", Href: "/findings", Current: true}, {Title: "severity per effort", Href: "/findings?sort=effort"}}
	list := func(current int) *findingsPage {
		return &findingsPage{Frame: Frame{Title: "Findings", Section: "Findings", CSV: "/findings?format=csv", JSON: "/findings?format=json"}, States: tabs(current), Sorts: sorts}
	}
	many := list(0)
	many.Findings = []findingRow{findingPromo(), findingInvoice(), findingMonday()}
	many.Evaluated = "Last looked for on 16 Nov 2026: 412 comparisons made, 88 withheld because too few customers were behind them. False-discovery rate 5 % within each question and run."
	one := list(1)
	one.Findings, one.Unpriced = []findingRow{findingInvoice()}, true
	one.Findings[0].Cost, one.Findings[0].Chip = "", &Chip{"accent", "Accepted"}
	none, never := list(0), list(0)
	none.Empty, never.Empty = noFindings(cx.FindingOpen, false), noFindings(cx.FindingOpen, true)

	row := findingPromo()
	open := &findingPage{
		Frame: Frame{Title: row.Title, Section: "Findings"}, Href: row.Href, Heading: row.Title, Why: row.Why, Where: row.Where, Customers: row.Customers, Excess: "23 points", ExcessLower: "20 points", N: "1,204", Cost: row.Cost,
		Evidence: row.Evidence, Map: row.Map, Quotes: []Quote{*row.Quote, {"It said error 17. What is error 17?", "Chat, 9 Nov 2026", "/customers/9"}},
		Question: "Where do they drop off?", QuestionHref: "/questions/funnel", Period: "5 October – 15 November 2026", Segment: "device=phone",
		Chance: chance(.00002, .0004), Severity: "410 customers a month × at least 20 % × declared cost = EUR 9,800 a month",
		History: []eventRow{{"Opened", "", "9 Nov 2026", "", ""}}, DraftHref: "/walks/scenarios/new?finding=31",
		StateTitle: "Open", StateText: "Nobody has judged it yet. Look at the evidence, then accept it or say why it is none.", CanAccept: true, CanDismiss: true, Judged: true, Efforts: efforts, Owner: "Web shop",
	}
	dismissed := *open
	dismissed.StateTitle, dismissed.StateText, dismissed.CanAccept, dismissed.CanDismiss, dismissed.CanReopen = "Dismissed", "The code was for partners only. by owner", false, false, true
	dismissed.Quotes, dismissed.Owner, dismissed.Cost = nil, "", ""
	dismissed.History = []eventRow{{"Dismissed", "the code was for partners only", "14 Nov 2026", "owner", ""}, {"Opened", "", "9 Nov 2026", "", ""}}
	guarded := *open
	guarded.Guards = []guardRow{{Chip{"bad", "Met it again"}, "16 Nov 2026", "/walks/41"}, {Chip{"good", "Went through"}, "9 Nov 2026", "/walks/37"}, {Chip{"good", "Went through"}, "2 Nov 2026", "/walks/33"}}
	guarded.History = []eventRow{{"A walk met it again, which opened it", "", "16 Nov 2026", "", "/walks/41"}, {"A walk went through", "", "9 Nov 2026", "", "/walks/37"}, {"Closed", "", "4 Nov 2026", "", ""}, {"A walk went through", "", "2 Nov 2026", "", "/walks/33"}, {"Opened", "", "12 Oct 2026", "", ""}}
	reading := *open
	reading.Who.Role, reading.CanAccept, reading.CanDismiss, reading.Judged = cx.RoleFrontLine, false, false, false
	return []story{
		{Name: "findings/many", Page: many},
		{Name: "findings/one", Page: one},
		{Name: "findings/none", Page: none},
		{Name: "findings/never", Page: never},
		{Name: "finding/open", Page: open},
		{Name: "finding/dismissed", Page: &dismissed},
		{Name: "finding/guarded", Page: &guarded},
		{Name: "finding/front-line", Page: &reading},
	}
}

func customerStories() []story {
	s := storySite()
	csat := &cx.Scale{Name: "csat5", Metric: cx.CSAT, Min: 1, Max: 5, SatisfiedFrom: 4}
	at := func(days, hour int) time.Time { return time.Date(2026, 11, 14-days, hour, 12, 0, 0, time.UTC) }
	timeline := []cx.Record{
		{Customer: 4411, Start: at(0, 11), Precision: cx.ToTheSecond, Score: 2, Scale: csat, Signature: cx.Signature{Kind: cx.SurveyAnswer, Initiator: cx.ByCustomer, Channel: "e-mail", Touchpoint: "after contact", Source: "surveys"}, Texts: []cx.Text{{Text: "Nobody could tell me why the code fails. Friendly, though."}}},
		{Customer: 4411, Start: at(2, 16), End: at(2, 16).Add(540 * time.Second), FirstHuman: at(2, 16).Add(169 * time.Second), Precision: cx.ToTheSecond, Thread: "T-20931", Signature: cx.Signature{Kind: cx.Contact, Initiator: cx.ByCustomer, Channel: "phone", Reason: "promo code", Outcome: "not solved", Source: "call centre"}, Texts: []cx.Text{{Text: "The code worked in your e-mail and nowhere else. I tried four times and bought it elsewhere."}}},
		{Customer: 4411, Start: at(2, 9), Precision: cx.ToTheSecond, Thread: "O-88120", Signature: cx.Signature{Kind: cx.Event, Initiator: cx.ByCustomer, Channel: "web", Touchpoint: "pay", Outcome: "failed", Source: "shop"}, Dimensions: map[string]string{"device": "phone", "region": "north"}},
		{Customer: 4411, Start: at(40, 8), Precision: cx.ToTheDay, Amount: cx.Money{Minor: 4900, Currency: "EUR"}, Signature: cx.Signature{Kind: cx.Invoice, Initiator: cx.ByCompany, Channel: "post", Source: "billing"}},
	}
	page := CustomerPage{Customer: 4411, Timeline: timeline}
	page.Keys = storyKeys()
	page.Links = storyLinks()
	page.People = []identity.ProfileOf{
		{Profile: 4411, Person: cx.Person{Name: "Jana Novak", Street: "Long Lane 5", Postcode: "LS1 4AP", City: "Leeds", Email: "jana.novak@example.org"}},
		{Profile: 5120, Person: cx.Person{FirstName: "Jana", LastName: "Nowak", BirthDate: "1971-06-24", Street: "Long Lane 5", City: "Leeds"}},
	}
	page.Links = append(page.Links, identity.Link{A: 4411, B: 5120, Reason: "same street", By: identity.ByLikeness, At: at(1, 8)})
	page.Likeness = []identity.Likeness{{A: 4411, B: 5120, Joined: true, Probability: .994, Parts: []likeness.Part{{Field: likeness.FirstName, Level: 4, Weight: 6.1}, {Field: likeness.LastName, Level: 3, Weight: 7.9}, {Field: likeness.Street, Level: 4, Weight: 11.2}, {Field: likeness.Place, Level: 3, Weight: 3.1}, {Field: likeness.Phone, Level: 1, Weight: -1.2}}}}
	many := &customerPage{Frame: Frame{Title: "Customer 4411", Section: "Customers", CSV: "/customers/4411?format=csv"}, Name: "Customer 4411", Href: "/customers/4411", Shown: 200, More: true}
	many.fill(s, page)
	empty := &customerPage{Frame: Frame{Title: "Customer 17", Section: "Customers"}, Name: "Customer 17", Href: "/customers/17"}
	empty.fill(s, CustomerPage{Customer: 17})

	evidence := &evidencePage{Frame: Frame{Title: "Evidence", Section: "Questions", CSV: "/x?format=csv", JSON: "/x?format=json"}, BackHref: "/questions/funnel", What: "Where do they drop off: dropped · pay", Counted: "The first 100 in order of time. The download holds up to 1,000."}
	for _, r := range timeline {
		evidence.Records = append(evidence.Records, record(r, time.UTC).withCustomer(r.Customer))
	}
	evidence.Records[3].Customer, evidence.Records[3].CustomerHref = "unidentified customer", ""
	none := &evidencePage{Frame: Frame{Title: "Evidence", Section: "Questions"}, BackHref: "/questions/funnel", What: "Where do they drop off: dropped · pay", Empty: &Empty{Title: "No interaction is behind this number", Text: "It is zero, or an import was undone since you opened the answer."}}
	frame := Frame{Title: "Customers", Section: "Customers"}
	return []story{
		{Name: "customers/start", Page: &customersPage{Frame: frame, Empty: &Empty{Title: "One timeline over all channels", Text: "Search for somebody you know of. The page shows every order, call, ticket and answer in order, why we think it is one person, and lets you correct, export or erase it."}}},
		{Name: "customers/doubts", Page: &customersPage{Frame: frame, Doubts: "31 pairs may be one person", Empty: &Empty{Title: "One timeline over all channels", Text: "Search for somebody you know of."}}},
		{Name: "customers/found", Page: &customersPage{Frame: frame, Query: "novak", Counted: "2 customers found", Found: []customerRow{{"Customer 4411", "/customers/4411", "jana.novak@example.org"}, {"Customer 871", "/customers/871", strings.Repeat("a-very-long-address", 4) + "@example.org"}}}},
		{Name: "customers/none", Page: &customersPage{Frame: frame, Query: "xyz", Empty: &Empty{Title: "Nobody found for “xyz”", Text: "A part of an e-mail address, phone number, customer, order or ticket number will do. Somebody who was erased cannot be found any more."}}},
		{Name: "customer/many", Page: many},
		{Name: "customer/empty", Page: empty},
		{Name: "doubts/many", Page: newDoubts(storyDoubts(), 31)},
		{Name: "doubts/none", Page: newDoubts(nil, 0)},
		{Name: "customer/erase", Page: eraseQuestion(4411)},
		{Name: "evidence/many", Page: evidence},
		{Name: "evidence/empty", Page: none},
	}
}

// storyDoubts are a slip between two systems, and a couple of one home.
func storyDoubts() []identity.Doubt {
	return []identity.Doubt{
		{
			Likeness: identity.Likeness{A: 4411, B: 6002, Probability: .87, Parts: []likeness.Part{
				{Field: likeness.FirstName, Level: 4, Weight: 6.1}, {Field: likeness.LastName, Level: 3, Weight: 7.9}, {Field: likeness.Place, Level: 3, Weight: 3.1}, {Field: likeness.Born, Level: 3, Weight: -1},
			}},
			CustomerA: 4411, CustomerB: 6002,
			PersonA: cx.Person{FirstName: "Jana", LastName: "Novak", BirthDate: "1971-06-24", City: "Leeds"},
			PersonB: cx.Person{FirstName: "Jana", LastName: "Nowak", BirthDate: "1972-06-01", City: "Leeds", Phone: "+44 113 496 0000"},
			KeysA:   []identity.HeldKey{{Key: cx.PersonKey{Kind: cx.KeyEmail, Value: "jana.novak@example.org"}, Source: "shop"}},
			KeysB:   []identity.HeldKey{{Key: cx.PersonKey{Kind: cx.KeySourceID, Value: "27644400"}, Source: "call centre"}},
		},
		{
			Likeness: identity.Likeness{A: 17, B: 871, Probability: .998, Parts: []likeness.Part{
				{Field: likeness.FirstName, Level: 1, Weight: -5}, {Field: likeness.LastName, Level: 4, Weight: 8}, {Field: likeness.Street, Level: 4, Weight: 11}, {Field: likeness.Place, Level: 6, Weight: 9},
			}},
			CustomerA: 17, CustomerB: 871,
			PersonA: cx.Person{FirstName: "Petr", LastName: "Dvořák", Street: "Na Příkopě 28, a very long address at the back of the yard", Postcode: "110 00", City: "Praha 1"},
			PersonB: cx.Person{FirstName: "Milena", LastName: "Dvořák", Street: "Na Příkopě 28, a very long address at the back of the yard", Postcode: "11000", City: "Praha 1"},
			KeysA:   []identity.HeldKey{{Key: cx.PersonKey{Kind: cx.KeySourceID, Value: "A-17"}, Source: "billing"}},
			KeysB:   []identity.HeldKey{{Key: cx.PersonKey{Kind: cx.KeyThread, Value: "T-20931"}, Source: "desk"}},
		},
	}
}

func sourceStories() []story {
	s := storySite()
	frame := Frame{Title: "Sources", Section: "Sources"}
	summary := ingest.Summary{
		Import: 12, Source: "call-centre", File: "calls-2026-11.csv.gz", Finished: storyTime.Add(-2 * time.Hour), Read: 31_599, Rejected: 42, Skipped: 240, Interactions: 31_317, Unidentified: 18_169, Erased: 3,
		Applied: ingest.Applied{New: 30_004, Superseding: 812, Unchanged: 498, Older: 1, Repeated: 2}, RejectsFile: "rejects-12.csv",
		Reasons:  map[string]int64{"column start: not a time": 40, "column duration: not a number": 2},
		Warnings: []string{"57.5 % of the rows name no customer: who calls again can't be told for them."},
	}
	long := s.importRow(summary)
	long.File, long.Rejected = "orders-wrong-file-with-a-very-long-name-that-somebody-exported-twice.xlsx", ""
	many := &sourcesPage{
		Frame: frame, Running: []linkRow{{"tickets.jsonl", "/sources/running/a"}},
		Covered: s.coveragePart(storyCoverage(), []ingest.Summary{summary}),
		Imports: []importRow{s.importRow(summary), long},
		Folder:  "exports", Watched: []watchedRow{
			{"calls-2026-11-18.csv", "18 Nov 2026, 06:10", "1,204", "", "/sources/imports/4"},
			{"partner-list.csv", "17 Nov 2026, 06:10", "0", "partner-list.csv is not of a format that is known without a mapping. Have one proposed (the Sources page does, and firsthand import --suggest partner-list.csv), look it over, and put it beside the file as partner-list.mapping.yaml, where it is found by its name.", ""},
		},
	}
	many.CSV, many.JSON = "/sources?format=csv", "/sources?format=json"
	empty := &sourcesPage{Frame: frame, Empty: &Empty{Title: "Nothing has come in yet", Text: "Exports of help desks, survey tools, shops, payment providers, web analytics and mailboxes are recognised by themselves. For any other table Firsthand proposes which column is what, and shows what each row becomes before anything is kept."}}
	clean := summary
	clean.Rejected, clean.Reasons, clean.RejectsFile, clean.Warnings = 0, nil, "", nil

	people := ingest.Summary{
		Import: 13, Source: "shopify_customers", File: "customers_export.csv", Finished: storyTime.Add(-time.Hour), Read: 1_204, Unidentified: 12, People: 1_192, NewPeople: 140,
		Recognised: "Shopify customer export, 100 % sure: 15 of its 15 usual columns are there",
		Warnings:   []string{"12 rows have no number, e-mail or phone to know somebody by: nothing of them was kept"},
	}
	many.Imports = append(many.Imports, s.importRow(people))

	words := s.wordsPage(storyWords(), url.Values{})
	words.CSV, words.JSON = "/sources/words?format=csv", "/sources/words?format=json"
	rename := &renamePage{Frame: Frame{Title: "Rename “tel”", Section: "Sources"}, Field: "channel", Word: "tel", Kind: "channel", Interactions: "18,204", To: "tel", Others: []string{"phone", "e-mail", "web"}}
	unnamed := *rename
	unnamed.To, unnamed.Problem = "", "A word cannot be empty. Say what it is to be called; to take a rename back, restore the word as it came."

	mapping := storyMapping(s)
	wrong := *mapping
	wrong.Problems = []fileProblem{{7, "There is no column “call_strat”.", "Did you mean call_start?"}}
	wrong.Rows, wrong.Counted = nil, "The rows can be shown once the mapping reads well."
	run := ingest.Run{ID: "a", File: "calls-2026-11.csv.gz", State: ingest.RunRunning, Rows: 412_000, Rate: 61_200, Bytes: 40, Total: 100, Left: 14}
	failed, cancelled, waiting := run, run, run
	failed.State, failed.Error = ingest.RunFailed, "the disk is full; nothing was imported. Free some space and import the file again"
	cancelled.State, waiting.State = ingest.RunCancelled, ingest.RunWaiting
	return []story{
		{Name: "sources/many", Page: many},
		{Name: "sources/empty", Page: empty},
		{Name: "words/many", Page: words},
		{Name: "words/found", Page: s.wordsPage(storyWords(), url.Values{"q": {"tel"}})},
		{Name: "words/none", Page: s.wordsPage(storyWords(), url.Values{"q": {"xyz"}})},
		{Name: "words/empty", Page: s.wordsPage(nil, url.Values{})},
		{Name: "rename/ask", Page: rename},
		{Name: "rename/wrong", Page: &unnamed, Status: 422},
		{Name: "import/done", Page: s.importDonePage(summary)},
		{Name: "import/clean", Page: s.importDonePage(clean)},
		{Name: "import/people", Page: s.importDonePage(people)},
		{Name: "import/undo", Page: undoQuestion(summary)},
		{Name: "import/undo-people", Page: undoQuestion(people)},
		{Name: "mapping/proposed", Page: mapping},
		{Name: "mapping/wrong", Page: &wrong, Status: 422},
		{Name: "mapping/people", Page: storyMappingOfPeople(s)},
		{Name: "mapping/which", Page: storyWhich()},
		{Name: "import-run/running", Page: newImportRun(run)},
		{Name: "import-run/waiting", Page: newImportRun(waiting)},
		{Name: "import-run/failed", Page: newImportRun(failed)},
		{Name: "import-run/cancelled", Page: newImportRun(cancelled)},
	}
}

func storyWords() []wording.Code {
	word := func(f cx.CodeField, came, word string, n int64, sources ...string) wording.Word {
		w := wording.Word{Rewording: cx.Rewording{Field: f, Came: came, Word: word}, Interactions: n, Sources: sources}
		if came != word {
			w.Renamed = storyTime.AddDate(0, 0, -3)
		}
		return w
	}
	alone := func(w wording.Word) wording.Code {
		return wording.Code{Field: w.Field, Word: w.Word, Interactions: w.Interactions, Came: []wording.Word{w}}
	}
	list := []wording.Code{
		{Field: cx.CodeChannel, Word: "phone", Interactions: 301_220, Came: []wording.Word{
			word(cx.CodeChannel, "phone", "phone", 282_016, "call-centre"), word(cx.CodeChannel, "tel", "phone", 18_204, "helpdesk"), word(cx.CodeChannel, "telephone_inbound_legacy_system", "phone", 1_000, "helpdesk-old"),
		}},
		alone(word(cx.CodeChannel, "web", "web", 512_880, "shop")),
		alone(word(cx.CodeTouchpoint, "pay", "pay", 41_002, "shop")),
		alone(word(cx.CodeReason, "KAT-07", "invoice", 9_120, "call-centre")),
		alone(word(cx.CodeOutcome, "abandoned", "abandoned", 4_410, "call-centre")),
	}
	for i := range mostWords + 10 {
		list = append(list, alone(word(cx.CodeReason, "reason "+strconv.Itoa(i+1), "reason "+strconv.Itoa(i+1), int64(900-i), "helpdesk")))
	}
	return list
}

func storyMapping(s *Site) *mappingPage {
	p := &mappingPage{
		Frame: Frame{Title: "calls.csv", Section: "Sources"}, File: "calls.csv", Size: "3.1 MiB", Detected: "Proposed from the names and values of its columns. Put it right where it is wrong.", Action: "/sources/uploads/a",
		YAML:  "source: call-centre\nzone: Europe/Prague\nid: [call_id]\ncustomer:\n  - column: customer_id\n    kind: source_id\nstart: {column: call_start}\nend: {column: call_end}\nkind: contact\nchannel: phone\nreason: {column: type}\ntext: [note]\n",
		Notes: []string{"“date” could be day-month or month-day; every value fits day-month."},
	}
	start := time.Date(2026, 11, 3, 8, 1, 0, 0, time.UTC)
	call := cx.Interaction{Start: start, End: start.Add(4 * time.Minute), FirstHuman: start.Add(43 * time.Second), Precision: cx.ToTheSecond, Kind: cx.Contact, Initiator: cx.ByCustomer, Channel: "phone", Reason: "promo code", Keys: []cx.PersonKey{{Kind: cx.KeySourceID, Value: "27644400"}}, Texts: []cx.Text{{Field: "note", Text: "Says the code from the e-mail is refused."}}}
	nobody := call
	nobody.Keys, nobody.Texts, nobody.FirstHuman, nobody.Censored = nil, nil, time.Time{}, true
	columns := []string{"call_id", "customer_id", "call_start", "call_end", "type", "note"}
	p.previewPart = s.preview([]PreviewRow{
		{Line: 2, Columns: columns, Cells: []string{"33116", "27644400", "03.11.2026 09:01", "03.11.2026 09:05", "promo code", "Says the code from the e-mail is refused."}, Interactions: []cx.Interaction{call}},
		{Line: 3, Columns: columns, Cells: []string{"33117", "0", "03.11.2026 09:02", "03.11.2026 09:03", "promo code", ""}, Interactions: []cx.Interaction{nobody}},
		{Line: 4, Columns: columns, Cells: []string{"33118", "27644401", "31.02.2026 10:00", "", "", ""}, Rejected: "column call_start: “31.02.2026 10:00” is not a time"},
		{Line: 5, Columns: columns, Cells: []string{"Total", "", "", "", "", ""}, Skipped: true},
	})
	return p
}

func storyMappingOfPeople(s *Site) *mappingPage {
	p := &mappingPage{
		Frame: Frame{Title: "customers_export.csv", Section: "Sources"}, File: "customers_export.csv", Size: "212 KiB", Detected: "Recognised: Shopify customer export, 100 % sure: 15 of its 15 usual columns are there.", Action: "/sources/uploads/a",
		Other: &choiceRow{Why: "Is it something else?", Title: "Have a mapping proposed from its columns", Href: "/sources/uploads/a?source=none"},
		YAML:  "source: shopify_customers\nrows: people\ncustomer:\n  - {source_id: Customer ID, namespace: shopify}\n  - {email: Email}\nperson:\n  first_name: First Name\n  last_name: Last Name\n",
		Notes: []string{"read as format.delimiter: , (100 % of the first 500 rows have 20 cells with it)"},
	}
	columns := []string{"Customer ID", "First Name", "Last Name", "Email", "Total Spent", "Tags"}
	p.previewPart = s.preview([]PreviewRow{
		{Line: 2, Columns: columns, Cells: []string{"'7001", "Ana", "Silva", "Ana.Silva@example.com", "120.50", "vip, newsletter"}, Person: &ingest.PersonRow{
			Keys:   []cx.PersonKey{{Kind: cx.KeySourceID, Namespace: "shopify", Value: "7001"}, {Kind: cx.KeyEmail, Value: "ana.silva@example.com"}},
			Person: cx.Person{FirstName: "Ana", LastName: "Silva"}, Attributes: map[string]string{"Total Spent": "120.50", "Tags": "vip, newsletter"},
		}},
		{Line: 3, Columns: columns, Cells: []string{"", "No", "Body", "", "19.90", ""}, Person: &ingest.PersonRow{Person: cx.Person{FirstName: "No", LastName: "Body"}}},
		{Line: 4, Columns: columns, Cells: []string{"'7003"}, Rejected: "the row has 1 cells, the header 6"},
	})
	return p
}

func storyWhich() *mappingPage {
	p := &mappingPage{Frame: Frame{Title: "both.csv", Section: "Sources"}, File: "both.csv", Size: "3 KiB", Action: "/sources/uploads/a"}
	p.ask([]Candidate{
		{Source: "orders", Title: "table of orders", Confidence: 1, Why: "6 of its 6 usual columns are there"},
		{Source: "invoices", Title: "table of invoices", Confidence: .857, Why: "6 of its 7 usual columns are there"},
	})
	return p
}

func reportStories() []story {
	order := orderMap([]string{"All customers"})
	frame := Frame{Title: "Report", Section: "Report", Company: "Lumen Telecom"}
	full := &reportPage{
		Leavers: true,
		Frame:   frame, Filters: Filters{Action: "/report", Fields: []Field{{Name: "from", Label: "From", Type: "date", Value: "2026-10-01"}, {Name: "to", Label: "Until, not including", Type: "date", Value: "2026-11-16"}}},
		Period: "1 October – 15 November 2026", Headline: "Two new problems this week. Three are open. One promise is broken.", Basis: "From 4 sources and 2 journeys.", Made: "16 Nov 2026", PDFHref: "/report.pdf",
		Findings: []findingRow{findingPromo(), findingInvoice(), findingMonday()},
		Promises: []promiseRow{
			{Title: "A person within 4 business hours", Where: "Get help › Ask", Owner: "Service", Target: "90 %", Met: fig("71 %", "69 % to 73 %", "2,318"), Broken: true, target: .9, point: chart.Point{Value: .71, Low: .69, High: .73, N: 2318, Shown: true}},
			{Title: "Payment in one try", Where: "Order › Pay", Owner: "Payments", Target: "97 %", Met: fig("98 %", "97 % to 99 %", "6,110"), Kept: true, target: .97, point: chart.Point{Value: .98, Low: .97, High: .99, N: 6110, Shown: true}},
			{Title: "Solved within 2 days", Where: "Get help › Solved", Owner: "Service", Target: "80 %", Met: few("7"), target: .8, point: chart.Point{N: 7}},
		},
		Journeys: []reportJourney{{Name: "Order a phone", Attempts: "12,480 attempts", Funnel: storyFunnel("How far they get"), Feeling: storyDots(), Quotes: []Quote{order.Steps[3].Quotes[0], order.Steps[5].Quotes[0]}}},
		Sources:  []freshRow{{"shop", "2 hours ago", false}, {"call-centre", "9 days ago", true}},
		Notes:    []string{"312 interactions are left out of the funnel: their window is not over."},
	}
	full.PromiseChart = promiseChart(full.Promises)
	empty := &reportPage{Frame: frame, Filters: Filters{Action: "/report", Fields: full.Filters.Fields}, Empty: &Empty{"There is nothing to report yet", "The report sums up findings, promises and journeys. Import a first file, and it fills itself.", "/sources", "Import a file"}}
	return []story{{Name: "report/full", Page: full}, {Name: "report/empty", Page: empty}}
}

func problemStories() []story {
	make := func(section string, err error) *problemPage {
		p := problem(err)
		p.Section = section
		return p
	}
	broken := make("Questions", errors.New("database is on fire"))
	broken.Reference = "K7RZ2M4QXA"
	return []story{
		{Name: "problem/not-found", Page: make("Customers", cx.Errorf(cx.NotFound, "there is no customer 99").WithRemedy("Search by e-mail, phone or customer number.")), Status: 404},
		{Name: "problem/forbidden", Page: make("Sources", errForeignForm), Status: 403},
		{Name: "problem/internal", Page: broken, Status: 500},
		{Name: "problem/unavailable", Page: make("Sources", cx.Errorf(cx.Unavailable, "the disk is full").WithRemedy("Free some space, then try again.")), Status: 503},
	}
}
