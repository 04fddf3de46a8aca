package web

import (
	"strings"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/walk"
)

// libraryWalk is a walk of the library with its examples filled in.
func libraryWalk(scenario string) walk.Detail {
	library, err := walk.Library()
	if err != nil {
		return walk.Detail{} // the library's own test says why
	}
	for _, s := range library {
		if s.ID != scenario {
			continue
		}
		values := map[string]string{}
		for _, v := range s.Variables {
			values[v.Name] = v.Example
		}
		filled, missing, err := walk.Fill(s, values)
		if err != nil {
			return walk.Detail{}
		}
		return walk.Detail{
			Assignment: walk.Assignment{
				ID: 12, State: cx.WalkStarted, Scenario: s.ID, Place: "Hotline", Due: storyTime.AddDate(0, 0, 3),
				Consent: walk.Consent{Version: walk.ConsentVersion, At: storyTime},
			},
			Filled: filled, Missing: missing,
		}
	}
	return walk.Detail{}
}

func invitationStories() []story {
	invite := func(change func(p *consentPage)) *consentPage {
		d := libraryWalk("send-it-back")
		d.Consent = walk.Consent{}
		p := storySite().consent(d)
		p.Company, p.Action = "Lumen Telecom", "/w/XXXX"
		change(p)
		return p
	}
	return []story{
		{Name: "invitation/first", Page: invite(func(*consentPage) {})},
		{Name: "invitation/used-on-another-device", Page: invite(func(p *consentPage) { p.Again = true })},
		{Name: "invitation/not-agreed", Page: invite(func(p *consentPage) { p.Problem = problemOf(errNoConsent) }), Status: 400},
		{Name: "invitation/with-an-account", Page: invite(func(p *consentPage) { p.Known = true })},
		{Name: "invitation/long-words", Page: invite(func(p *consentPage) { p.Scenario = longWord + " " + longWord })},
	}
}

// longWord is as long as German words get.
const longWord = "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz"

func walkStories() []story {
	yes, seconds := true, 214.0
	told := libraryWalk("call-to-solve-something")
	if len(told.Filled.Script) > 0 {
		first := told.Filled.Script[0]
		seen := []walk.PromiseSeen{}
		for _, p := range first.Promises {
			seen = append(seen, walk.PromiseSeen{Name: p.Name, Seconds: &seconds, Kept: &yes})
		}
		told.Visit.Steps = []walk.Step{{StepRecord: walk.StepRecord{
			Step: first.Name, Revision: 1, Started: storyTime, Finished: storyTime.Add(4 * time.Minute), Done: walk.DoneYes, Feeling: 2, Promises: seen,
			Did: "I called at ten past nine. A voice told me three times that my call was important.", Thought: "If it is that important, why does nobody answer?", Felt: "Small. Then cross.", Staff: "employee-3f9c2a71",
		}}}
		told.Visit.Pieces = []walk.Piece{{Step: first.Name, Kind: cx.VoiceNote}}
	}
	returned := libraryWalk("parity-late-order")
	returned.State, returned.Arm = cx.WalkReturned, "ordinary"
	returned.Events = []walk.Event{{To: cx.WalkReturned, Reason: "In the second step, what did they say first?"}}
	long := libraryWalk("buy-a-product")
	if len(long.Filled.Script) > 1 {
		step := &long.Filled.Script[1]
		step.Do, step.Say = "Suchen Sie das "+longWord+" heraus.", longWord
		step.Branches = []cx.Branch{{If: longWord, Go: "give-up"}}
		step.Promises[0].Text, long.Filled.Criteria[0].Text = longWord, longWord
	}
	missing := libraryWalk("call-to-solve-something")
	missing.Missing = []string{"phone_number"}

	at := func(name, scenario, part string, still *walkStill) story {
		p := storySite().walkOf(libraryWalk(scenario), part)
		p.Still = still
		if still.Over != "" {
			p.At = "over."
		}
		return story{Name: "walk/" + name, Page: p}
	}
	of := func(name string, d walk.Detail, part string) story {
		p := storySite().walkOf(d, part)
		p.Still = &walkStill{}
		return story{Name: "walk/" + name, Page: p}
	}
	problem := storySite().walkOf(told, firstPart(told.Filled))
	problem.Problem = problemOf(cx.Errorf(cx.Invalid, "%q is not a number of seconds", "a while"))
	plain := storySite().walkOf(libraryWalk("send-it-back"), "register")
	return []story{
		at("brief", "buy-a-product", partBrief, &walkStill{}),
		of("brief-returned", returned, partBrief),
		of("brief-not-filled-in", missing, partBrief),
		at("step-with-a-clock", "call-to-solve-something", "wait", &walkStill{Time: "3:34"}),
		at("step-with-objections-and-branches", "send-it-back", "ask", &walkStill{}),
		at("step-that-waits", "send-it-back", "refund", &walkStill{Sync: "All that you saved has been sent.", Sent: true}),
		at("step-with-a-question-for-staff", "stump-fine-print", "stuck", &walkStill{}),
		at("step-with-a-question-for-the-walker", "read-an-invoice", "total", &walkStill{}),
		of("step-told", told, firstPart(told.Filled)),
		{Name: "walk/step-without-script", Page: plain},
		{Name: "walk/step-with-a-mistake", Page: problem, Status: 400},
		at("offline", "send-it-back", "hand-in", &walkStill{Sync: "2 notes, 1 photo and 1 voice note are only on this phone. There is no network now; you can go on.", Waiting: []string{"Step 1: note", "Step 2: note", "Step 2: screenshot, 214 kB", "Step 3: voice note, 88 kB"}}),
		at("refused", "send-it-back", "hand-in", &walkStill{Sync: "1 photo is only on this phone. The server did not take it.", Waiting: []string{"Step 2: photo, 1.2 MB"}, Refused: "This sort of file is not taken. Photos as JPEG, PNG or GIF; voice notes as WebM, Ogg, MP4, MP3, AAC or WAV."}),
		at("phone-full", "send-it-back", "register", &walkStill{Trouble: "This phone has no room left, so the photo was not kept. Send what is waiting or free some space, then do it again."}),
		at("not-a-secure-address", "send-it-back", "find-out", &walkStill{Insecure: true}),
		of("long-words", long, "basket"),
		of("long-words-at-the-end", long, partEnd),
		at("end", "send-it-back", partEnd, &walkStill{}),
		at("stop", "send-it-back", partStop, &walkStill{}),
		at("stopped-offline", "send-it-back", "over.", &walkStill{Sync: "You stopped. The server hears of it as soon as there is a network.", Over: "You stopped this walk", OverHow: "It is noted on this phone. The server hears of it as soon as there is a network: leave this page open, or open it again later."}),
	}
}

func walkClosedStories() []story {
	var all []story
	for _, state := range []cx.WalkState{cx.WalkSubmitted, cx.WalkApproved, cx.WalkRejected, cx.WalkStopped, cx.WalkExpired, cx.WalkCancelled} {
		all = append(all, story{Name: "walk-closed/" + string(state), Page: closedWalk(walk.Assignment{State: state, Review: &walk.Review{Words: "The shop was shut that day; it says nothing about how they treat customers."}})})
	}
	bad := func(name string, status int, err error) story {
		p := problemOf(err)
		return story{Name: "walk-closed/" + name, Status: status, Page: &walkClosedPage{Frame: p.Frame, Heading: p.Heading, Text: p.Text, Remedy: p.Remedy}}
	}
	all = append(all,
		bad("link-expired", 403, cx.Errorf(cx.Forbidden, "this link is not valid any more").WithRemedy("Ask whoever sent it for a new one.")),
		bad("other-device", 403, errOtherDevice),
		bad("disk-full", 503, cx.Errorf(cx.Unavailable, "the evidence cannot be kept").WithRemedy("Send it again in a while.")),
	)
	rows := []myWalkRow{
		{Title: "Send something back until the money is there", Href: "/walk/12/", About: []string{"about 40 min", "until 19 Nov 2026"}, Chip: &Chip{"accent", "under way"}},
		{Title: "My order is late: by three people", Href: "/walk/15/", About: []string{"about 25 min", "Hotline"}},
		{Title: strings.Repeat(longWord+" ", 2), Href: "/walk/16/", Chip: &Chip{"warn", "something is asked of you"}},
	}
	return append(all,
		story{Name: "walk-mine/many", Page: &myWalksPage{Frame: Frame{Title: "My walks", Section: "My walks", Who: cx.Account{Role: cx.RoleWalker}}, Walks: rows}},
		story{Name: "walk-mine/none", Page: &myWalksPage{Frame: Frame{Title: "My walks", Section: "My walks", Who: cx.Account{Role: cx.RoleWalker}}, Empty: noneWaiting}},
	)
}
