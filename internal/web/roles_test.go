package web_test

import (
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/web"
)

const goodPassword = "four teapots beside a river"

// stranger is another browser at the same server.
func (c *company) stranger() *company {
	jar, _ := cookiejar.New(nil)
	other := *c
	other.reader = &http.Client{Jar: jar}
	return &other
}

// invited is the path of an invitation that the owner makes on the page People.
func (c *company) invited(email string, role cx.Role, owns ...string) string {
	c.t.Helper()
	got := c.post("/people", url.Values{"name": {"Jana Nováková"}, "email": {email}, "role": {string(role)}, "owns": owns})
	link := regexp.MustCompile(`/invitation/[A-Z2-7]+`).FindString(got.body)
	if got.status != http.StatusOK || link == "" || !strings.Contains(got.body, c.url+link) {
		c.t.Fatalf("inviting shows %d: %s", got.status, got.body)
	}
	return link
}

// member is somebody who took an invitation, in a browser of their own.
func (c *company) member(email string, role cx.Role, owns ...string) *company {
	c.t.Helper()
	link := c.invited(email, role, owns...)
	m := c.stranger()
	if got := m.post(link, url.Values{"password": {goodPassword}, "again": {goodPassword}}); got.status != http.StatusOK {
		c.t.Fatalf("taking the invitation shows %d: %s", got.status, got.body)
	}
	return m
}

// TestEveryPageAnswersEveryRoleAsTheTableSays asks the running server for every page as
// every role, and as nobody.
func TestEveryPageAnswersEveryRoleAsTheTableSays(t *testing.T) {
	c := newCompany(t).signIn()
	readers := map[cx.Role]*company{"": c.stranger()}
	for _, role := range cx.Roles() {
		readers[role] = c.member(string(role)+"@example.org", role)
	}
	for role, reader := range readers {
		reader.reader.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
		for pattern := range web.Needs() {
			if allowed[pattern] == strange || pattern == "GET /report.pdf" { // the latter starts a browser; routes_test.go has it
				continue
			}
			method, path, _ := strings.Cut(pattern, " ")
			path = strings.NewReplacer("{$}", "", "{id}", "999999", "{name}", "none").Replace(path)
			if pattern == "GET /" {
				path = "/nowhere"
			}
			got := reader.get(path)
			if method == "POST" {
				got = reader.post(path, nil)
			}
			refused := strings.Contains(got.body, "is not among what your role")
			switch may := role != "" && slices.Contains(strings.Fields(allowed[pattern]), string(role)); {
			case role == "" && method == "GET":
				if got.status != http.StatusSeeOther || !strings.HasPrefix(got.header.Get("Location"), "/sign-in") {
					t.Errorf("%s answers nobody with %d", pattern, got.status)
				}
			case role == "":
				if got.status != http.StatusForbidden {
					t.Errorf("%s answers nobody with %d", pattern, got.status)
				}
			case may && (refused || strings.HasPrefix(got.header.Get("Location"), "/sign-in")):
				t.Errorf("%s refuses %s", pattern, role)
			case !may && path == "/":
				if got.status != http.StatusSeeOther || got.header.Get("Location") == "/" {
					t.Errorf("%s does not send %s home: %d", pattern, role, got.status)
				}
			case !may && (!refused || got.status != http.StatusForbidden):
				t.Errorf("%s answers %s with %d", pattern, role, got.status)
			}
		}
	}
}

func TestPagesOfferWhatTheirReaderMayDo(t *testing.T) {
	c := newCompany(t).signIn()
	for role, want := range map[cx.Role]map[string]bool{ // link or button on the page Sources or in the navigation
		cx.RoleOwner:     {`href="/customers"`: true, `action="/sources/upload"`: true, `href="/report"`: true},
		cx.RoleStepOwner: {`href="/customers"`: false, `action="/sources/upload"`: false, `href="/report"`: true},
		cx.RoleFrontLine: {`href="/customers"`: false, `action="/sources/upload"`: false, `href="/report"`: false},
	} {
		got := c.member(string(role)+"@example.org", role).get("/sources")
		for part, there := range want {
			if strings.Contains(got.body, part) != there {
				t.Errorf("%s sees %s: %v", role, part, !there)
			}
		}
	}
}

func TestSomebodyIsInvitedSignsOutAndInAgainToWhereTheyWanted(t *testing.T) {
	c := newCompany(t).signIn()
	link := c.invited("jana@example.org", cx.RoleAnalyst)
	jana := c.stranger()
	for range 2 { // a mail scanner opens it, and again
		if got := jana.get(link); got.status != http.StatusOK || !strings.Contains(got.body, "Welcome, Jana") {
			t.Fatalf("the invitation shows %d: %s", got.status, got.body)
		}
	}
	if got := jana.post(link, url.Values{"password": {"password1234"}, "again": {"password1234"}}); got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, "first that are guessed") {
		t.Errorf("a common password shows %d", got.status)
	}
	if got := jana.post(link, url.Values{"password": {goodPassword}, "again": {"another"}}); got.status != http.StatusUnprocessableEntity {
		t.Errorf("two different passwords show %d", got.status)
	}
	if got := jana.post(link, url.Values{"password": {goodPassword}, "again": {goodPassword}}); got.at != "/" {
		t.Fatalf("taking the invitation leads to %s: %s", got.at, got.body)
	}
	if got := c.stranger().get(link); got.status != http.StatusForbidden || !strings.Contains(got.body, "has been used") {
		t.Errorf("the used invitation shows %d", got.status)
	}
	if got := jana.post("/sign-out", nil); got.at != "/sign-in" {
		t.Fatalf("signing out leads to %s", got.at)
	}
	asked := jana.get("/findings?state=closed")
	next := regexp.MustCompile(`name="next" value="([^"]*)"`).FindStringSubmatch(asked.body)
	if next == nil || next[1] != "/findings?state=closed" {
		t.Fatalf("the way back is %q", next)
	}
	if got := jana.post("/sign-in", url.Values{"email": {"jana@example.org"}, "password": {"wrong"}}); got.status != http.StatusForbidden || !strings.Contains(got.body, "do not fit") {
		t.Errorf("a wrong password shows %d", got.status)
	}
	if got := jana.post("/sign-in", url.Values{"email": {"jana@example.org"}, "password": {goodPassword}, "next": {next[1]}}); got.at != "/findings" {
		t.Errorf("signing in leads to %s", got.at)
	}
	jana.post("/sign-out", nil)
	for _, evil := range []string{"https://evil.example/", "//evil.example/", `/\evil.example/`, "evil", "/sign-in/code"} {
		if got := jana.post("/sign-in", url.Values{"email": {"jana@example.org"}, "password": {goodPassword}, "next": {evil}}); got.at != "/" {
			t.Errorf("%q leads to %s", evil, got.at)
		}
		jana.post("/sign-out", nil)
	}
}

func TestANewSessionTokenAtEverySignIn(t *testing.T) {
	c := newCompany(t).signIn()
	c.member("jana@example.org", cx.RoleAnalyst)
	jana := c.stranger()
	jana.reader.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	jana.get("/sign-in")
	home, _ := url.Parse(c.url)
	var seen []string
	for range 3 {
		jana.post("/sign-in", url.Values{"email": {"jana@example.org"}, "password": {goodPassword}})
		for _, cookie := range jana.reader.Jar.Cookies(home) {
			if slices.Contains(seen, cookie.Value) {
				t.Error("the token stays the same")
			}
			seen = append(seen, cookie.Value)
		}
	}
	if len(seen) != 3 {
		t.Errorf("%d tokens at three sign-ins", len(seen))
	}
}

func TestAnotherRoleTakesEffectAtOnce(t *testing.T) {
	c := newCompany(t).signIn()
	jana := c.member("jana@example.org", cx.RoleAnalyst)
	if got := jana.get("/customers"); got.at != "/customers" {
		t.Fatalf("an analyst's customers are at %s", got.at)
	}
	if got := c.post("/people/1/role", url.Values{"role": {"front_line"}}); !strings.Contains(got.body, "The role is changed") {
		t.Fatalf("changing the role shows %d: %s", got.status, got.body)
	}
	if got := jana.get("/customers"); got.at != "/sign-in" {
		t.Errorf("the old session leads to %s", got.at)
	}
	if got := jana.post("/sign-in", url.Values{"email": {"jana@example.org"}, "password": {goodPassword}, "next": {"/customers"}}); got.status != http.StatusForbidden {
		t.Errorf("front line sees customers: %d", got.status)
	}
	if got := c.post("/people/1/disable", nil); !strings.Contains(got.body, "Disabled") {
		t.Errorf("disabling shows %d", got.status)
	}
	if got := jana.get("/findings"); got.at != "/sign-in" {
		t.Errorf("somebody disabled is led to %s", got.at)
	}
}

func TestAWalkerWithAnAccountSignsInAndWalksWhatIsTheirs(t *testing.T) {
	c := newCompany(t).signIn()
	bea := c.member("bea@example.org", cx.RoleWalker)
	if got := bea.get("/"); got.at != "/walks/mine" || got.status != http.StatusOK {
		t.Fatalf("a walker begins at %s with %d", got.at, got.status)
	}
	r, _ := http.NewRequest("POST", c.url+"/api/v1/walks", strings.NewReader(`{"scenario": "website-on-a-phone", "walker": 1, "values": {"company": "Lumen", "product": "a lamp", "shop_url": "shop.test", "website": "shop.test"}}`))
	r.Header.Set("Content-Type", "application/json")
	if got := c.do(r); got.status != http.StatusOK {
		t.Fatalf("asking for a walk answers %d: %s", got.status, got.body)
	}
	if got := bea.get("/walks/mine"); !strings.Contains(got.body, "/walk/1") {
		t.Errorf("her walks are %s", got.body)
	}
	if got := bea.get("/walk/1/"); got.status != http.StatusOK {
		t.Errorf("her walk answers %d: %s", got.status, got.body)
	}
	for name, other := range map[string]*company{"a stranger": c.stranger(), "another walker": c.member("carl@example.org", cx.RoleWalker)} {
		if got := other.get("/walk/1/"); got.status != http.StatusForbidden {
			t.Errorf("her walk answers %s with %d", name, got.status)
		}
	}
}
