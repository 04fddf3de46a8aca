package web_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

func TestAFriendIsInvitedByALinkThatIsShownOnce(t *testing.T) {
	c := newCompany(t).signIn()
	asked := c.post("/walks/invite", url.Values{"scenario": {"promo-code-online"}, "name": {"Jo"}})
	if asked.status != http.StatusUnprocessableEntity || !strings.Contains(asked.body, "5 words of yours") || !strings.Contains(asked.body, `name="value-promo_code"`) {
		t.Fatalf("a scenario that lacks words answers %d: %s", asked.status, shortened(asked.body))
	}
	if got := c.get("/walks/walkers"); strings.Contains(got.body, "Jo<") {
		t.Error("a walker was made for an invitation that was not")
	}
	got := c.post("/walks/invite", url.Values{
		"scenario": {"promo-code-online"}, "name": {"Jo"}, "value-promo_code": {"SPRING10"}, "value-promise": {"10 % off"}, "value-product": {"the kettle"},
		"value-shop_url": {"shop.example.com"}, "value-price_with_code": {"35.91 EUR"},
	})
	link := regexp.MustCompile(`http://[^"]+/w/[A-Z0-9]{26}`).FindString(got.body)
	if got.status != http.StatusOK || link == "" {
		t.Fatalf("the invitation answers %d: %s", got.status, shortened(got.body))
	}
	for _, want := range []string{"Hello Jo", "<svg class=\"qr\"", "a friend&#39;s phone cannot", "mailto:?"} {
		if !strings.Contains(got.body, want) {
			t.Errorf("the invitation lacks %q", want)
		}
	}
	list := c.get("/walks")
	page := regexp.MustCompile(`/walks/\d+`).FindString(list.body)
	if page == "" || strings.Contains(c.get(page).body, link[strings.LastIndex(link, "/")+1:]) {
		t.Errorf("the walk's page %q tells the link again", page)
	}
	again := c.post("/walks/link/"+strings.TrimPrefix(page, "/walks/"), nil)
	if other := regexp.MustCompile(`/w/[A-Z0-9]{26}`).FindString(again.body); other == "" || strings.HasSuffix(link, other) {
		t.Errorf("another link is %q", other)
	}
	if got := c.post("/walks/cancel/"+strings.TrimPrefix(page, "/walks/"), url.Values{"reason": {"the code has ended"}}); !strings.Contains(got.body, "the code has ended") {
		t.Errorf("taking it back shows %d: %s", got.status, shortened(got.body))
	}
}

func TestASecretValueIsWrittenAndNeverShown(t *testing.T) {
	c := newCompany(t).signIn()
	c.post("/walks/values", url.Values{"value-customer_number": {"hush-4711"}, "value-customer_name": {"Kim Example"}})
	for _, path := range []string{"/walks/values", "/walks/library/call-to-solve-something", "/walks/invite?scenario=call-to-solve-something", "/walks/library?format=json"} {
		if got := c.get(path); strings.Contains(got.body, "hush-4711") {
			t.Errorf("%s shows the secret", path)
		}
	}
	if got := c.get("/walks/values"); !strings.Contains(got.body, "Kim Example") {
		t.Error("what is no secret is not shown")
	}
	c.post("/walks/values", url.Values{"value-customer_number": {""}}) // an empty field leaves a secret as it is
	if got := c.get("/walks/library/call-to-solve-something"); !strings.Contains(got.body, "set, secret") {
		t.Error("the secret went with an empty field")
	}
	c.post("/walks/values", url.Values{"clear-customer_number": {"1"}})
	if got := c.get("/walks/library/call-to-solve-something"); strings.Contains(got.body, "set, secret") {
		t.Error("the secret cannot be taken away")
	}
}

func TestAScenariosMistakesAreToldWithTheirLines(t *testing.T) {
	c := newCompany(t).signIn()
	text := textarea(t, c.get("/walks/scenarios/new").body)
	wrong := strings.Replace(strings.Replace(text, "kind: everyday", "kind: evryday", 1), "step: try", "step: tray", 1)
	if got := c.post("/walks/scenarios/new", url.Values{"yaml": {wrong}, "do": {"save"}}); got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, `data-line="3"`) || !strings.Contains(got.body, "2 things to put right") {
		t.Errorf("two mistakes answer %d: %s", got.status, got.body[:min(len(got.body), 3000)])
	}
	if got := c.post("/walks/scenarios/new", url.Values{"yaml": {text}, "do": {"check"}}); !strings.Contains(got.body, "Nothing is saved yet") {
		t.Errorf("checking answers %d", got.status)
	}
	if got := c.post("/walks/scenarios/new", url.Values{"yaml": {text}, "do": {"save"}}); got.at != "/walks/library/my-scenario" || !strings.Contains(got.body, "Version 1 is in use") {
		t.Errorf("saving leads to %s", got.at)
	}
	if got := c.post("/walks/library/my-scenario/edit", url.Values{"yaml": {strings.Replace(text, "20 minutes", "25 minutes", 1)}, "do": {"save"}}); !strings.Contains(got.body, "Version 2 is in use") {
		t.Errorf("saving again shows %s", shortened(got.body))
	}
	if got := c.get("/walks/library/my-scenario/edit?version=1"); !strings.Contains(got.body, "time_limit: 20 minutes") {
		t.Error("the first version is not there any more")
	}
}

func TestAPlanLaysItsWalksInTheCalendarAndPausesThem(t *testing.T) {
	c := newCompany(t).signIn()
	c.post("/walks/walkers", url.Values{"name": {"Ann"}, "department": {"Finance"}})
	plan := url.Values{"name": {"Weekly look"}, "scenario": {"website-on-a-phone"}, "walker": {"1"}, "often": {"daily"}, "from_hour": {"9"}, "to_hour": {"18"}, "per_time": {"1"}, "lockout": {"3"}, "due_days": {"3"}}
	if got := c.post("/walks/plans/new", plan); got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, "needs") || !strings.Contains(got.body, `value="Weekly look"`) {
		t.Errorf("a plan whose scenario lacks words answers %d", got.status)
	}
	c.post("/walks/values", url.Values{"value-company": {"Lark"}, "value-product": {"a filter"}})
	got := c.post("/walks/plans/new", plan)
	if got.at != "/walks/plans/1" || !strings.Contains(got.body, "Could not be laid") || !strings.Contains(got.body, "Ann") {
		t.Fatalf("keeping the plan leads to %s: %s", got.at, shortened(got.body))
	}
	calendar := c.get("/walks/calendar")
	address := regexp.MustCompile(`/walks/calendar/[A-Z0-9]{26}\.ics`).FindString(calendar.body)
	c.post("/sign-out", nil)
	if ics := c.get(address); ics.status != http.StatusOK || !strings.Contains(ics.body, "BEGIN:VEVENT") || !strings.HasPrefix(ics.header.Get("Content-Type"), "text/calendar") {
		t.Errorf("a calendar program gets %d %s", ics.status, shortened(ics.body))
	}
	if ics := c.get("/walks/calendar/AAAAAAAAAAAAAAAAAAAAAAAAAA.ics"); ics.status != http.StatusNotFound {
		t.Errorf("a guessed address answers %d", ics.status)
	}
	if got := c.get("/walks/calendar"); got.at != "/sign-in" {
		t.Errorf("the calendar's page is open to all: %s", got.at)
	}
}

func TestTestCustomersAreReadOneOnALine(t *testing.T) {
	c := newCompany(t).signIn()
	if got := textarea(t, c.post("/walks/test-customers", url.Values{"keys": {"A@Example.com\r\n+420 601 234 567\r\nshop:10042"}}).body); strings.TrimSpace(got) != "a@example.com\n+420601234567\nshop:10042" {
		t.Errorf("they are kept as %q", got)
	}
	if got := c.post("/walks/test-customers", url.Values{"keys": {"Maria"}}); got.status != http.StatusUnprocessableEntity {
		t.Errorf("a name answers %d", got.status)
	}
}
