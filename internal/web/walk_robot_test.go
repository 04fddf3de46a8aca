package web

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/walk"
	"github.com/firsthand-cx/firsthand/internal/walk/robot"
	walked "github.com/firsthand-cx/firsthand/internal/walk/robot/browser"
)

func TestWhatARobotWritesIsWhatThePageReads(t *testing.T) {
	covered := walked.Finding{Kind: walked.Covered, Step: 2, Text: "“Redeem” is covered by “We use cookies”", Stops: true, Count: 1}
	run := func(outcome walked.Outcome, fault walked.Fault) walked.Recording {
		return walked.Recording{
			Profile: "phone", Network: "slow 4G", Started: time.Now(), Outcome: outcome, Fault: fault, FailedStep: 2, Reason: "It is covered.", Elapsed: 14200,
			Steps: []walked.StepRecord{{Number: 1, What: "Open it", Result: walked.StepDone, Timing: walked.Timing{Page: 2400, Robot: 18}, Selector: 2, Picture: "step-001.jpg"}, {Number: 2, What: "Click it", Result: walked.StepFailed, Problem: "covered"}},
			Pages: []walked.PageRecord{{
				URL: "https://shop.example.com/", Title: "Shop", Vitals: map[string]walked.Vital{"LCP": {Value: 4200, Rating: "poor"}},
				Accessibility: []walked.Violation{{Rule: "label", Impact: "critical", Help: "Fields have labels", Count: 2, Where: []string{"#code"}}}, Mobile: &walked.Mobile{HasViewport: true, Overflow: 24},
			}},
			Film: []walked.Picture{{At: 500, Name: "film-001.jpg", Step: 1}}, Findings: []walked.Finding{covered},
		}
	}
	runs := []walked.Recording{run(walked.Failed, walked.TheirSite), run(walked.Failed, walked.TheirSite)}
	text, err := json.Marshal(map[string]any{"verdict": robot.Judge(robot.TwoOfThree, runs), "runs": runs})
	if err != nil {
		t.Fatal(err)
	}
	var f robotFile
	if err := json.Unmarshal(text, &f); err != nil {
		t.Fatal(err)
	}
	d := walk.Detail{Assignment: walk.Assignment{ID: 7}}
	for _, key := range []string{"run-1-step-001.jpg", "run-1-film-001.jpg"} {
		d.Visit.Pieces = append(d.Visit.Pieces, walk.Piece{Key: key, Kind: cx.Screenshot, Media: "image/jpeg"})
	}
	got := newRobotReport(d, f, walk.Piece{Key: "report"})
	switch {
	case got.Verdict != "Their site" || got.Text == "" || got.Share != "0 of 2 runs went well":
		t.Errorf("the verdict reads %q, %q, %q", got.Verdict, got.Text, got.Share)
	case len(got.Findings) != 2 || got.Findings[0].What != "Covered" || got.Findings[0].Often != "in 2 of 2":
		t.Errorf("the findings read %+v", got.Findings)
	case len(got.Runs) != 2 || !got.Runs[0].Open || got.Runs[0].Summary != "It is covered. · phone · slow 4G network · 14.2 s":
		t.Errorf("the runs read %+v", got.Runs)
	}
	first := got.Runs[0]
	if len(first.Film) != 1 || first.FilmHref != "/walks/evidence/7/run-1-film-001.jpg" || len(got.Runs[1].Film) != 0 {
		t.Errorf("the film is %+v and %+v: pictures that are not kept are not shown", first.Film, got.Runs[1].Film)
	}
	if s := first.Steps[0]; s.Page != "2.4 s" || s.Robot != "18 ms" || s.Healed == "" || s.Picture != "/walks/evidence/7/run-1-step-001.jpg" {
		t.Errorf("a step reads %+v", s)
	}
	if p := first.Pages[0]; len(p.Vitals) != 1 || p.Vitals[0].Kind != "bad" || len(p.Violations) != 1 || p.Violations[0].Count != "2 places" || len(p.Mobile) != 1 {
		t.Errorf("a page reads %+v", p)
	}
}
