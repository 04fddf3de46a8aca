package web_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/firsthand-cx/firsthand/internal/app"
)

func TestPlayedWalksAreReadReviewedAndServed(t *testing.T) {
	c := newCompanyWith(t, func(a *app.App) error { return a.PlayWalks(t.Context()) }).signIn()
	all := c.get("/walks?view=all")
	for _, want := range []string{"Waits for review", "Counts", "Under way", "Robot", "2 of 3"} {
		if !strings.Contains(all.body, want) {
			t.Errorf("the list lacks %q", want)
		}
	}
	robot, photographed, waiting := "", "", ""
	for _, path := range regexp.MustCompile(`/walks/\d+`).FindAllString(all.body, -1) {
		switch page := c.get(path); {
		case page.status != http.StatusOK:
			t.Errorf("%s answers %d", path, page.status)
		case strings.Contains(page.body, "data-film"):
			robot = page.body
		case strings.Contains(page.body, "Take it for review"):
			waiting = path
			fallthrough
		case strings.Contains(page.body, "/walks/evidence/"):
			photographed = page.body
		}
	}
	if !strings.Contains(robot, "Their site") || !strings.Contains(robot, "1 of 3 runs went well") {
		t.Errorf("the robot's page says %s", shortened(robot))
	}
	for _, body := range []string{robot, photographed} {
		picture := regexp.MustCompile(`/walks/evidence/[^"]+`).FindString(body)
		got := c.get(picture)
		if kind := got.header.Get("Content-Type"); got.status != http.StatusOK || !strings.HasPrefix(kind, "image/") {
			t.Errorf("%s answers %d %s", picture, got.status, kind)
		}
		for name, want := range map[string]string{"Content-Security-Policy": "sandbox", "X-Content-Type-Options": "nosniff", "Content-Disposition": "inline", "Cross-Origin-Resource-Policy": "same-origin"} {
			if !strings.Contains(got.header.Get(name), want) {
				t.Errorf("%s has %s %q", picture, name, got.header.Get(name))
			}
		}
	}
	report := regexp.MustCompile(`/walks/evidence/\d+/report`).FindString(robot)
	if got := c.get(report); got.header.Get("Content-Type") != "application/json" || !strings.Contains(got.header.Get("Content-Disposition"), "attachment") {
		t.Errorf("the report is sent as %s, %s", got.header.Get("Content-Type"), got.header.Get("Content-Disposition"))
	}
	for _, path := range []string{"/walks/evidence/1/none", "/walks/evidence/99/report", "/walks/evidence/1/..%2f..%2fvault.sqlite"} {
		if got := c.get(path); got.status != http.StatusNotFound {
			t.Errorf("%s answers %d", path, got.status)
		}
	}

	id := strings.TrimPrefix(waiting, "/walks/")
	if got := c.post("/walks/judge/"+id, url.Values{"do": {"approve"}}); got.status != http.StatusConflict {
		t.Errorf("judging what one has not taken answers %d", got.status)
	}
	c.post("/walks/take/"+id, nil)
	if got := c.post("/walks/judge/"+id, url.Values{"do": {"approve"}, "praise": {"quick"}, "mark-left-alone": {"no"}}); got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, ">quick</textarea>") {
		t.Errorf("a review without its failure answers %d", got.status)
	}
	if got := c.post("/walks/judge/"+id, url.Values{"do": {"return"}, "words": {""}}); got.status != http.StatusUnprocessableEntity {
		t.Errorf("returning without a word answers %d", got.status)
	}
	if got := c.post("/walks/judge/"+id, url.Values{"do": {"approve"}, "praise": {"quick"}, "failure": {"boxes"}}); !strings.Contains(got.body, "It counts") || !strings.Contains(got.body, "75 %") {
		t.Errorf("approving shows %s", shortened(got.body))
	}
	if got := c.post("/walks/appeal/"+id, url.Values{"why": {"it was the old page"}}); !strings.Contains(got.body, "it was the old page") || strings.Contains(got.body, "Your decision") {
		t.Error("whoever appeals and reviewed decides, too")
	}
	if got := c.get("/walks/comparisons"); !strings.Contains(got.body, "Connected") || !strings.Contains(got.body, "Pair by pair") {
		t.Errorf("the comparisons lack the pair: %d", got.status)
	}
	if got := c.get("/walks/participation"); !strings.Contains(got.body, "Finance") {
		t.Error("no department took part")
	}
	if got := c.post("/walks/walkers/1/erase", url.Values{"word": {"erase"}}); got.at != "/walks/walkers" || strings.Contains(got.body, "Maya") {
		t.Errorf("erasing a walker leads to %s", got.at)
	}
}
