package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"
)

// desk is a help desk's log: forty tickets are reported, taken and solved, and twelve of
// them wait and come back in between.
func desk() string {
	var b strings.Builder
	b.WriteString("ticket,customer_email,at,what\n")
	begin := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	for i := range 40 {
		at := begin.Add(time.Duration(i) * 24 * time.Hour)
		ways := []string{"reported", "taken", "solved"}
		if i < 12 {
			ways = []string{"reported", "taken", "waiting", "taken", "solved"}
		}
		for k, what := range ways {
			fmt.Fprintf(&b, "T%d,c%d@example.org,%s,%s\n", i, i, at.Add(time.Duration(k*k)*time.Hour).Format("2006-01-02 15:04:05"), what)
		}
	}
	return b.String()
}

const deskMapping = `source: desk
customer:
  - {email: customer_email}
thread: ticket
kind: event
channel: ticket
start: {column: at, order: ymd}
touchpoint: {column: what}
`

const deskJourney = `name: repair
title: Getting it repaired
attempt: thread
stages:
  - name: all
    title: All
    steps:
      - {name: reported, title: I report it, match: {touchpoint: reported}}
      - {name: taken, title: Somebody takes charge, match: {touchpoint: taken}}
      - {name: waiting, title: I wait, optional: true, match: {touchpoint: waiting}}
      - {name: solved, title: It is solved, match: {touchpoint: solved}}
`

// imported uploads a file, imports it with a mapping, and waits for its end.
func (c *company) imported(name, content, mapping string) {
	c.t.Helper()
	looked := c.upload(name, content)
	run := c.post(looked.at, url.Values{"mapping": {mapping}, "do": {"import"}})
	if events := c.get("/sources/running/" + lastPart(run) + "/events"); !strings.HasPrefix(run.at, "/sources/imports/") && !strings.Contains(events.body, "event: done") {
		c.t.Fatalf("the import of %s ends with %s: %s", name, events.body, run.body)
	}
}

// opened follows the first link of a page that a pattern finds, and counts what it opens.
func (c *company) opened(body, pattern string) string {
	c.t.Helper()
	found := regexp.MustCompile(pattern).FindStringSubmatch(body)
	if found == nil {
		c.t.Fatalf("nothing on the page is %s", pattern)
	}
	got := c.get(strings.ReplaceAll(found[1], "&amp;", "&"))
	if got.status != http.StatusOK {
		c.t.Fatalf("%s answers %d", found[1], got.status)
	}
	return got.body
}

func TestAJourneyIsDrawnAsItRunsAndEachNumberOpens(t *testing.T) {
	c := newCompany(t).signIn()
	c.post("/journeys/new", url.Values{"yaml": {deskJourney}, "do": {"save"}})
	if got := c.get("/journeys/repair/process"); got.status != http.StatusOK || !strings.Contains(got.body, "No case to follow yet") {
		t.Errorf("before the first import it shows %d: %s", got.status, got.body)
	}
	c.imported("desk.csv", desk(), deskMapping)
	got := c.get("/journeys/repair/process")
	for _, part := range []string{"40 cases take 2 ways", `class="chart flow"`, "Everything is drawn: 4 connections.", "12 of 40 cases come back", "where most time goes"} {
		if !strings.Contains(got.body, part) {
			t.Errorf("the page lacks %q", part)
		}
	}
	for what, want := range map[string]string{
		`href="([^"]+)" aria-label="40[^"]*: I report it → Somebody takes charge, 40 times in 40 cases`: "All 40 interactions",
		`href="([^"]+)" aria-label="Somebody takes charge 52 times"`:                                    "All 52 interactions",
		`How often</dt><dd><span class="figure"><a href="([^"]+loops[^"]+)">12</a>`:                     "All 12 interactions",
		`Cases</dt><dd><span class="figure"><a href="([^"]+variants[^"]+)">28</a>`:                      "All 28 interactions",
	} {
		if body := c.opened(got.body, what); !strings.Contains(body, want) {
			t.Errorf("%s does not open %s", what, want)
		}
	}
	if got := c.get("/journeys/repair/process?cover=50"); !strings.Contains(got.body, "2 of 4 connections are drawn") && !strings.Contains(got.body, "Everything is drawn") {
		t.Errorf("half of the cases show %s", got.body)
	}
	if got := c.get("/journeys/repair/process?from=2030-01-01"); !strings.Contains(got.body, "Nothing to follow with these filters") {
		t.Error("a filter that holds nothing does not say so")
	}
	if got := c.get("/journeys/repair/process?from=2026-04-01&to=2026-03-01"); got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, "before it begins") {
		t.Errorf("a wrong period shows %d", got.status)
	}
	if got := c.get("/journeys/none/process"); got.status != http.StatusNotFound {
		t.Errorf("an unknown journey shows %d", got.status)
	}
	if got := c.get("/journeys/repair/process?format=csv&cover=50"); !strings.HasPrefix(got.body, "from,to,transitions") {
		t.Errorf("the CSV is %s", got.body)
	}
	for page, link := range map[string]string{"/journeys/repair": "/journeys/repair/process", "/questions/variants": "/journeys/repair/process", "/questions/leavers": "/leavers", "/questions": "/leavers", "/customers": "/leavers"} {
		if got := c.get(page); !strings.Contains(got.body, `href="`+link) {
			t.Errorf("%s has no link to %s", page, link)
		}
	}
	if got := c.get("/"); strings.Contains(got.body, `href="/leavers"`) {
		t.Error("nobody left, and Today asks why")
	}
}

// subscribers are forty customers; sixteen leave after three months, of whom six had
// called about the bill.
func subscribers() string {
	var b strings.Builder
	b.WriteString("id,what,at,reason,plan,note\n")
	begin := time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC)
	line := func(i int, what string, day int, reason, note string) {
		fmt.Fprintf(&b, "%d,%s,%s,%s,%s,%s\n", i, what, begin.AddDate(0, 0, day).Format("2006-01-02"), reason, []string{"basic", "pro"}[i%2], note)
	}
	for i := range 40 {
		line(i, "order", 0, "", "")
		if i < 6 {
			line(i, "contact", 80, "bill", "Why is my bill twice what it was before?")
		}
		if i < 16 {
			line(i, "cancellation", 90+i%3, []string{"too expensive", "competitor"}[i%2], "")
		} else {
			line(i, "usage", 120, "", "")
		}
	}
	return b.String()
}

const subscriberMapping = `source: crm
customer:
  - {source_id: id, namespace: customer}
kind: {column: what, map: {order: order, contact: contact, cancellation: cancellation, usage: usage}}
initiator: customer
channel: web
start: {column: at, order: ymd}
touchpoint: {column: what}
reason: {column: reason}
texts: [note]
dimensions: [plan]
`

func TestThePageOnLeaversShowsItsThreeViewsAndOpens(t *testing.T) {
	c := newCompany(t).signIn()
	if got := c.get("/leavers"); !strings.Contains(got.body, "Nobody has left yet") || !strings.Contains(got.body, "bring cancellations") {
		t.Errorf("an empty company shows %s", got.body)
	}
	c.imported("crm.csv", subscribers(), subscriberMapping)
	got := c.get("/leavers")
	for _, part := range []string{"16 of 40 customers left.", "Price", "A better offer elsewhere", "Importance is not cause", `class="chart survival"`, "by plan", "Why is my bill twice what it was before?", "log-rank"} {
		if !strings.Contains(got.body, part) {
			t.Errorf("the page lacks %q", part)
		}
	}
	if body := c.opened(got.body, `In the last 30 days: <a href="([^"]+)">16 customers`); !strings.Contains(body, "All 16 interactions") || !strings.Contains(body, "/customers/") {
		t.Error("those who left lately do not open into customers")
	}
	if body := c.opened(got.body, `href="([^"]+)" aria-label="Price: `); !strings.Contains(body, "All 8 interactions") {
		t.Error("a stated reason does not open")
	}
	if body := c.opened(got.body, `href="([^"]+)" aria-label="bill: `); !strings.Contains(body, "All 6 interactions") {
		t.Error("what came before does not open")
	}
	if body := c.opened(got.body, `<a href="([^"]+)">All that they asked`); !strings.Contains(body, "All 22 interactions") {
		t.Error("what they said does not open")
	}
	if got := c.get("/leavers?by=channel&from=2026-01-01&to=2026-02-01"); !strings.Contains(got.body, "Nobody left with these filters") {
		t.Error("a month in which nobody left does not say so")
	}
	if got := c.get("/leavers?dimension=plan"); got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, "has no value") {
		t.Errorf("a wrong dimension shows %d", got.status)
	}
	if got := c.get("/leavers?by=reason"); got.status != http.StatusOK || !strings.Contains(got.body, "by plan") {
		t.Errorf("by reason shows %d", got.status)
	}
	if got := c.get("/leavers?format=csv"); !strings.HasPrefix(got.body, "group,leavers") {
		t.Errorf("the CSV is %s", got.body)
	}
	if got := c.get("/"); !strings.Contains(got.body, `href="/leavers"`) {
		t.Error("Today does not lead to the page")
	}
}
