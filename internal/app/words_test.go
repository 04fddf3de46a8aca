package app_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/firsthand-cx/firsthand/internal/app"
	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/ingest"
	"github.com/firsthand-cx/firsthand/internal/journey"
	"github.com/firsthand-cx/firsthand/internal/question"
	"github.com/firsthand-cx/firsthand/internal/wording"
)

const lettersMapping = `source: desk
id: no
start: at
kind: contact
channel: {column: way}
reason: {column: why}
customer:
  - source_id: who
`

const letters = `no,who,at,way,why
1,a,2026-03-02 09:00:00,tel,invoice
2,b,2026-03-04 10:00:00,tel,invoice
3,c,2026-03-05 11:00:00,phone,invoice
4,d,2026-03-06 12:00:00,mail,delivery
`

const callsJourney = `name: help
title: Get help
attempt: thread
stages:
  - name: ask
    steps:
      - name: call
        match: {channel: phone}
      - name: write
        match: {channel: mail}
`

// by is the contacts of a split, as the answer shows them now.
func by(t *testing.T, s *httptest.Server, token, query string) map[string]float64 {
	t.Helper()
	var table question.Table
	request(t, s, http.MethodGet, "/api/v1/questions/traffic?"+query, token, nil, &table)
	group, contacts := -1, -1
	for i, c := range table.Columns {
		switch c.Name {
		case "group":
			group = i
		case "contacts":
			contacts = i
		}
	}
	if group < 0 || contacts < 0 {
		t.Fatalf("the answer has the columns %+v", table.Columns)
	}
	out := map[string]float64{}
	for _, row := range table.Rows {
		out[row[group].Text] = *row[contacts].Number
	}
	return out
}

func post(t *testing.T, s *httptest.Server, token, path string, in, out any) *http.Response {
	t.Helper()
	raw, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	return request(t, s, http.MethodPost, "/api/v1"+path, token, bytes.NewReader(raw), out)
}

func TestARenamedWordIsFollowedByAnswersJourneysAndImports(t *testing.T) {
	dir := t.TempDir()
	a, err := app.Open(t.Context(), app.Config{Dir: dir, Log: quiet(t), Memory: "512MiB"})
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewServer(a.Handler())
	token := a.LocalToken()
	bringOverHTTP(t, s, token, "letters.csv", letters, lettersMapping)
	var saved journey.Saved
	post(t, s, token, "/journeys", map[string]string{"yaml": callsJourney}, &saved)
	if saved.Cover.Matched != 2 {
		t.Fatalf("%d interactions find a step before the rename, want 2", saved.Cover.Matched)
	}
	const steps = "by=step&journey=help"
	want := func(when, query string, want map[string]float64) {
		t.Helper()
		got := by(t, s, token, query)
		for group, n := range want {
			if got[group] != n {
				t.Errorf("%s, %s of %s: %v, want %v (of %v)", when, group, query, got[group], n, got)
			}
		}
	}
	want("at first", "by=channel", map[string]float64{"tel": 2, "phone": 1, "mail": 1})
	want("at first", steps, map[string]float64{"Call": 1, "Write": 1})

	var done wording.Renamed
	post(t, s, token, "/words/rename", map[string]string{"field": "channel", "word": "tel", "to": "phone"}, &done)
	if done != (wording.Renamed{Field: cx.CodeChannel, From: "tel", Word: "phone", Interactions: 2, Joined: true}) {
		t.Errorf("the rename did %+v", done)
	}
	want("renamed", "by=channel", map[string]float64{"phone": 3, "mail": 1, "tel": 0})
	want("renamed", steps, map[string]float64{"Call": 3, "Write": 1})
	want("renamed", "by=channel&channel=phone", map[string]float64{"phone": 3})

	again := bringOverHTTP(t, s, token, "letters.csv", letters, lettersMapping)
	if again.State != ingest.RunDone || again.Summary.Applied != (ingest.Applied{Unchanged: 4}) {
		t.Errorf("the same file again: %s %+v", again.State, again.Summary.Applied)
	}
	bringOverHTTP(t, s, token, "more.csv", "no,who,at,way,why\n5,e,2026-03-07 09:00:00,tel,delivery\n", lettersMapping)
	want("after a later import", "by=channel", map[string]float64{"phone": 4})
	want("after a later import", steps, map[string]float64{"Call": 4})

	s.Close()
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	a = openAt(t, dir)
	s = httptest.NewServer(a.Handler())
	t.Cleanup(s.Close)
	token = a.LocalToken()
	want("after a restart", "by=channel", map[string]float64{"phone": 4})
	want("after a restart", steps, map[string]float64{"Call": 4})

	// Rules written in the words that came go on holding.
	post(t, s, token, "/journeys", map[string]string{"yaml": strings.ReplaceAll(callsJourney, "channel: phone", "channel: tel")}, &saved)
	want("with a rule of the old word", steps, map[string]float64{"Call": 3})
	post(t, s, token, "/journeys", map[string]string{"yaml": callsJourney}, &saved)

	post(t, s, token, "/words/restore", map[string]string{"field": "channel", "came": "tel"}, &done)
	want("taken back", "by=channel", map[string]float64{"tel": 3, "phone": 1, "mail": 1})
	want("taken back", steps, map[string]float64{"Call": 1})
}

func TestWordsThatCannotBeRenamedAreNamed(t *testing.T) {
	a, s := server(t)
	bringOverHTTP(t, s, a.LocalToken(), "letters.csv", letters, lettersMapping)
	for name, c := range map[string]struct {
		path   string
		in     map[string]string
		status int
		says   string
	}{
		"a field without words":    {"/words/rename", map[string]string{"field": "kind", "word": "contact", "to": "call"}, 400, `"kind" is not a field`},
		"a word that is not there": {"/words/rename", map[string]string{"field": "channel", "word": "fax", "to": "phone"}, 404, `there is no channel "fax"`},
		"an empty name":            {"/words/rename", map[string]string{"field": "channel", "word": "tel", "to": " "}, 400, "cannot be empty"},
		"nothing to take back":     {"/words/restore", map[string]string{"field": "channel", "came": "tel"}, 404, "take back"},
	} {
		var wrong struct{ Detail, Remedy string }
		res := post(t, s, a.LocalToken(), c.path, c.in, &wrong)
		if res.StatusCode != c.status || !strings.Contains(wrong.Detail, c.says) || wrong.Remedy == "" {
			t.Errorf("%s answers %s %+v", name, res.Status, wrong)
		}
	}
}
