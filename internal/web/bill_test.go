package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

const billJourney = `name: help
attempt: thread
cost_per_contact: 5 EUR
stages:
  - name: all
    steps:
      - name: invoice
        title: I read my invoice
        owner: Finance
        match: {reason: never}
        contacts_about: invoice
      - name: parcel
        title: I get my parcel
        owner: Logistics
        match: {reason: "never*"}
      - name: call
        title: I call
        owner: Service
        match: {kind: contact}
`

const billMapping = `source: calls
id: id
kind: contact
channel: phone
start: {column: started, order: ymd}
reason: {column: reason}
customer:
  - email: email
`

// What a page says without its tags.
func (r reply) words() string {
	return strings.Join(strings.Fields(regexp.MustCompile(`<[^>]*>`).ReplaceAllString(r.body, " ")), " ")
}

func TestAChargeIsOverruledOnTheBillAndTakenBack(t *testing.T) {
	c := newCompany(t).signIn()
	rows := "id,email,started,reason\n"
	for i := range 24 {
		reason := []string{"invoice", "delivery"}[i%2]
		rows += fmt.Sprintf("%d,p%d@example.org,2026-0%d-%02d 09:00:00,%s\n", i+1, i, 3+i/12, 1+i, reason)
	}
	looked := c.upload("calls.csv", rows)
	c.get("/sources/running/" + lastPart(c.post(looked.at, url.Values{"mapping": {billMapping}, "do": {"import"}})) + "/events")
	if got := c.post("/journeys/new", url.Values{"yaml": {billJourney}, "do": {"save"}}); !strings.Contains(got.body, "is in use") {
		t.Fatalf("saving the journey shows %s", got.words())
	}
	says := func(path string, want ...string) reply {
		t.Helper()
		got := c.get(path)
		for _, w := range want {
			if !strings.Contains(got.words(), w) {
				t.Errorf("%s (%d) does not say %q:\n%s", path, got.status, w, got.words())
			}
		}
		return got
	}
	const bill = "/journeys/help/bill?month=2026-03"
	says(bill, "March 2026 · 6 of 12 contacts are charged to a step", "Cost 30.00 EUR", "6 by reason alone", "invoice · I read my invoice 6 by reason alone", "delivery 6 · Say which step")
	says("/journeys/help/bill?format=csv", "2026-03,Finance,6,")
	if got := c.get("/journeys/help/bill?month=2020-01"); got.status != http.StatusNotFound {
		t.Errorf("a month without contacts answers %d", got.status)
	}

	for _, reason := range []string{"invoice", "delivery"} { // each line leads to its own reason
		if !strings.Contains(c.get(bill).body, `href="/journeys/help/charge?reason=`+reason+`"`) {
			t.Errorf("the bill does not ask which step causes contacts about %s", reason)
		}
	}
	form := says("/journeys/help/charge?reason=delivery", "Which step causes contacts about “delivery”?")
	if strings.Contains(form.body, " selected") {
		t.Error("a step is chosen beforehand")
	}
	if got := c.post("/journeys/help/charge", url.Values{"reason": {"delivery"}}); got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, "Choose a step") {
		t.Errorf("no step shows %d", got.status)
	}
	if got := c.post("/journeys/help/charge", url.Values{"reason": {"delivery"}, "step": {"parcel"}, "note": {strings.Repeat("x", 501)}}); got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, "fewer words") {
		t.Errorf("a long note shows %d", got.status)
	}
	if got := c.post("/journeys/help/charge", url.Values{"reason": {"delivery"}, "step": {"parcel"}, "note": {"The carrier is <ours>."}}); got.at != "/journeys/help/bill" || !strings.Contains(got.body, "Charged as you said") || !strings.Contains(got.body, "The carrier is &lt;ours&gt;.") {
		t.Errorf("charging shows %d at %s", got.status, got.at)
	}
	says(bill, "12 of 12 contacts are charged to a step", "Logistics Contacts 6", "6 said by a person")

	evidence := says("/questions/upstream/evidence?journey=help&cell="+url.QueryEscape("of=overruled&row=parcel"), "All 12 interactions", "Which step caused it?")
	contact := regexp.MustCompile(`/contacts/[0-9a-f]{32}`).FindString(evidence.body)
	says(contact, "I get my parcel Charged to Logistics A person said so. Contacts about “delivery”: ", "“The carrier is &lt;ours&gt;.” Take back")
	id := strings.TrimPrefix(contact, "/contacts/")
	says("/journeys/help/charge?contact="+id, "Now: I get my parcel")
	if got := c.post("/journeys/help/charge", url.Values{"contact": {id}, "step": {"-"}}); got.at != contact || !strings.Contains(got.words(), "Not known A person said so.") {
		t.Errorf("charging one contact to none shows %d at %s: %s", got.status, got.at, got.words())
	}
	list := says(bill, "11 of 12 contacts are charged to a step", "One contact about “delivery” → none of the steps")
	end := regexp.MustCompile(`/journeys/rulings/\d+/end`).FindAllString(list.body, -1)
	if len(end) != 2 {
		t.Fatalf("%d rulings can be taken back", len(end))
	}
	for _, path := range end {
		if got := c.post(path, nil); got.at != "/journeys/help/bill" || !strings.Contains(got.body, "Taken back") {
			t.Errorf("taking back shows %d at %s", got.status, got.at)
		}
	}
	if got := c.post(end[0], nil); got.status != http.StatusNotFound {
		t.Errorf("taking back twice answers %d", got.status)
	}
	says(bill, "6 of 12 contacts are charged to a step", "ended")
	says("/journeys/help", "Contacts charged", "12 by reason alone")

	for _, path := range []string{"/contacts/x", "/contacts/" + strings.Repeat("0", 32), "/journeys/none/bill", "/journeys/help/charge?contact=x"} {
		if got := c.get(path); got.status != http.StatusBadRequest && got.status != http.StatusNotFound {
			t.Errorf("%s answers %d", path, got.status)
		}
	}
	frontLine := c.member("front@example.org", cx.RoleFrontLine).get(bill)
	if frontLine.status != http.StatusOK || strings.Contains(frontLine.body, "/charge?") || strings.Contains(frontLine.body, "/evidence") || strings.Contains(frontLine.body, "Take back") {
		t.Errorf("the front line sees %d, or what it may not do", frontLine.status)
	}
}
