package web_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/firsthand-cx/firsthand/internal/app"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/store"
	"github.com/firsthand-cx/firsthand/internal/walk"
)

const walkedJourney = `name: buy
title: Buying
attempt: {by: gap, gap: 30 days}
stages:
  - name: help
    steps:
      - name: call
        title: I call
        match: {kind: contact}
        walk_every: 30 days
      - name: rate
        title: I am asked
        match: {kind: survey_answer}
`

// walkedCompany has three walks of its step "call", the last of them 40 days ago.
func walkedCompany(t *testing.T, dir string) {
	t.Helper()
	ctx := context.Background()
	s, err := store.Open(ctx, dir, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for i := range 3 {
		a, err := s.Vault.CommitWalk(ctx, walk.Change{Assignment: walk.Assignment{State: cx.WalkSubmitted, Key: string(rune('a' + i)), Scenario: "call", Voice: cx.VoiceWalker}})
		if err != nil {
			t.Fatal(err)
		}
		kept := i < 2
		a.State = cx.WalkApproved
		if _, err := s.Vault.CommitWalk(ctx, walk.Change{Assignment: a, Facts: []cx.WalkStep{{
			Walk: a.ID, Order: 1, Step: "dial", Journey: "buy", At: "call", Channel: "phone", Scenario: "call", Version: 1, Kind: cx.Everyday, Voice: cx.VoiceWalker,
			Department: "Finance", Started: time.Now().AddDate(0, 0, -42+i), Seconds: 90, Done: cx.StepYes, Felt: 2, Kept: &kept,
		}}}); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

// Today says when each step was last walked, the map what walkers met there, and every
// number opens into the walks behind it.
func TestWalksHeadTodayAndStandOnTheMap(t *testing.T) {
	dir := t.TempDir()
	walkedCompany(t, dir)
	c := openCompany(t, app.Config{Dir: dir, Log: slog.New(slog.DiscardHandler)}).signIn()
	looked := c.upload("calls.csv", calls)
	run := c.post(looked.at, url.Values{"mapping": {textarea(t, looked.body)}, "do": {"import"}})
	c.get("/sources/running/" + lastPart(run) + "/events")
	if saved := c.post("/journeys/new", url.Values{"yaml": {walkedJourney}, "do": {"save"}}); saved.status != http.StatusOK {
		t.Fatalf("saving the journey answers %d", saved.status)
	}

	today := c.get("/").body
	for _, says := range []string{"When was the last time you experienced your customer experience?", "40 days", "somebody of Finance, a promise was broken, felt annoying", "never walked", "I am asked"} {
		if !strings.Contains(today, says) {
			t.Errorf("Today does not say %q", says)
		}
	}
	onMap := c.get("/journeys/buy").body
	for _, says := range []string{"beside customers in the same weeks", "2.00", "1 min 30 s"} {
		if !strings.Contains(onMap, says) {
			t.Errorf("the map does not say %q", says)
		}
	}
	if narrowed := c.get("/journeys/buy?from=2020-01-01&to=2020-02-01").body; strings.Contains(narrowed, "1 min 30 s") {
		t.Error("the map of another year shows these walks")
	}

	answer := c.get("/questions/walk_experience?journey=buy")
	link := regexp.MustCompile(`/questions/walk_experience/evidence\?[^"]+`).FindString(answer.body)
	opened := c.get(strings.ReplaceAll(link, "&amp;", "&"))
	if link == "" || opened.status != http.StatusOK || !strings.Contains(opened.body, `href="/walks/1"`) || !strings.Contains(opened.body, "All 3 walks") {
		t.Errorf("%q opens into %d: %s", link, opened.status, shortened(opened.body))
	}
	if got := c.get(strings.ReplaceAll(link, "&amp;", "&") + "&format=csv"); !strings.HasPrefix(got.body, "walk,step,started\n") {
		t.Errorf("the download is %q", shortened(got.body))
	}
}
