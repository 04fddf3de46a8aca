package web_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/firsthand-cx/firsthand/internal/app"
)

// company is a running server on an empty data folder, with real stores, and one
// reader.
type company struct {
	t      *testing.T
	url    string
	link   string // the sign-in link's path
	reader *http.Client
	// shutDown ends the server before the test does, so that its folder can be read.
	shutDown func()
}

func newCompany(t *testing.T) *company {
	t.Helper()
	return openCompany(t, app.Config{Dir: t.TempDir(), Log: slog.New(slog.DiscardHandler)})
}

// newCompanyWith fills the folder before it is served.
func newCompanyWith(t *testing.T, fill func(*app.App) error) *company {
	t.Helper()
	return openCompany(t, app.Config{Dir: t.TempDir(), Log: slog.New(slog.DiscardHandler)}, fill)
}

// openCompany serves a data folder, which fill may put something into first.
func openCompany(t *testing.T, config app.Config, fill ...func(*app.App) error) *company {
	t.Helper()
	a, err := app.Open(context.Background(), config)
	if err != nil {
		t.Fatal(err)
	}
	for _, do := range fill {
		if err := do(a); err != nil {
			t.Fatal(err)
		}
	}
	listener, err := app.Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ready, stopped := make(chan *company, 1), make(chan error, 1)
	go func() {
		stopped <- a.Serve(ctx, listener, func(at app.Address, signIn string) {
			ready <- &company{t: t, url: at.URL, link: strings.TrimPrefix(signIn, at.URL)}
		})
	}()
	shutDown := sync.OnceFunc(func() {
		stop()
		if err := errors.Join(<-stopped, a.Close()); err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(shutDown)
	c := <-ready
	c.shutDown = shutDown
	jar, _ := cookiejar.New(nil)
	c.reader = &http.Client{Jar: jar}
	return c
}

func (c *company) signIn() *company {
	c.t.Helper()
	if got := c.post(c.link, nil); !strings.Contains(got.body, "Where do your customers suffer?") {
		c.t.Fatalf("signing in shows: %s", got.body)
	}
	return c
}

type reply struct {
	status int
	at     string // the address after redirects
	body   string
	header http.Header
}

func (c *company) do(r *http.Request) reply {
	c.t.Helper()
	answer, err := c.reader.Do(r)
	if err != nil {
		c.t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	return reply{answer.StatusCode, answer.Request.URL.Path, string(body), answer.Header}
}

func (c *company) get(path string) reply {
	c.t.Helper()
	r, _ := http.NewRequest("GET", c.url+path, nil)
	return c.do(r)
}

func (c *company) post(path string, fields url.Values) reply {
	c.t.Helper()
	r, _ := http.NewRequest("POST", c.url+path, strings.NewReader(fields.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return c.do(r)
}

func (c *company) upload(name, content string) reply {
	c.t.Helper()
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	part, _ := form.CreateFormFile("file", name)
	_, _ = io.WriteString(part, content)
	_ = form.Close()
	r, _ := http.NewRequest("POST", c.url+"/sources/upload", &b)
	r.Header.Set("Content-Type", form.FormDataContentType())
	return c.do(r)
}

var pages = []string{
	"/", "/journeys", "/journeys/new", "/findings", "/findings?state=closed&sort=effort", "/questions", "/leavers", "/customers", "/customers?q=jana", "/sources", "/sources/words", "/report",
	"/walks", "/walks?view=all", "/walks/review", "/walks/calendar", "/walks/plans", "/walks/plans/new", "/walks/library", "/walks/library/promo-code-online", "/walks/library/parity-late-order/edit",
	"/walks/scenarios/new", "/walks/values", "/walks/invite", "/walks/invite?scenario=write-to-us", "/walks/walkers", "/walks/participation", "/walks/comparisons", "/walks/test-customers",
}

func TestWhoeverIsNotSignedInIsToldHowToBe(t *testing.T) {
	c := newCompany(t)
	for _, path := range append(pages, "/nowhere", "/customers/1", "/questions/funnel/evidence?cell=x") {
		if got := c.get(path); got.at != "/sign-in" || !strings.Contains(got.body, "firsthand serve") {
			t.Errorf("%s leads to %s", path, got.at)
		}
	}
	if got := c.post("/customers/1/erase", url.Values{"word": {"erase"}}); got.status != http.StatusForbidden {
		t.Errorf("erasing without being signed in answers %d", got.status)
	}
}

func TestASignInLinkWorksOnceAndOnlyByItsButton(t *testing.T) {
	c := newCompany(t)
	link := c.link
	for range 2 { // a mail scanner opens it, and again
		if got := c.get(link); got.status != http.StatusOK || !strings.Contains(got.body, "Sign in") {
			t.Fatalf("the link shows %d", got.status)
		}
	}
	if got := c.post(link, nil); got.at != "/" {
		t.Fatalf("the button leads to %s", got.at)
	}
	if got := c.post("/sign-out", nil); got.at != "/sign-in" {
		t.Errorf("signing out leads to %s", got.at)
	}
	if got := c.post(link, nil); got.status == http.StatusOK && got.at == "/" {
		t.Error("the link worked twice")
	}
}

func TestEveryPageOfAnEmptyCompanyTeachesTheNextStep(t *testing.T) {
	c := newCompany(t).signIn()
	for _, path := range pages {
		if got := c.get(path); got.status != http.StatusOK || !strings.Contains(got.body, "<h1") {
			t.Errorf("%s answers %d", path, got.status)
		}
	}
}

func TestProblemsArePagesWithoutTheInside(t *testing.T) {
	c := newCompany(t).signIn()
	for path, want := range map[string]int{
		"/nowhere": 404, "/findings/999": 404, "/findings/x": 404, "/customers/999": 404, "/customers/0": 404, "/questions/none": 404, "/journeys/none": 404,
		"/sources/imports/7": 404, "/sources/uploads/none": 404, "/sources/running/none": 404, "/findings?state=sleeping": 400,
		"/questions/repeat_contact?days=soon": 422, "/questions/repeat_contact?nonsense=1": 422, "/questions/repeat_contact/evidence": 400,
	} {
		got := c.get(path)
		if got.status != want {
			t.Errorf("%s answers %d, not %d", path, got.status, want)
		}
		for _, inside := range []string{"SELECT", "goroutine", ".go:", "sqlite", "duckdb"} {
			if strings.Contains(got.body, inside) {
				t.Errorf("%s shows %q", path, inside)
			}
		}
	}
}

func TestAFormOfAnotherSiteIsRefused(t *testing.T) {
	c := newCompany(t).signIn()
	r, _ := http.NewRequest("POST", c.url+"/sign-out", nil)
	r.Header.Set("Origin", "https://elsewhere.example")
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	if got := c.do(r); got.status != http.StatusForbidden {
		t.Errorf("it answers %d", got.status)
	}
	if got := c.get("/sources"); got.at != "/sources" {
		t.Error("the reader was signed out")
	}
}

const calls = `call_id,customer_email,call_start,call_end,reason,note
1,jana@example.org,2026-03-02 09:00:00,2026-03-02 09:05:00,invoice,What is service fee 2 on my invoice?
2,jana@example.org,2026-03-04 10:00:00,2026-03-04 10:04:00,invoice,=HYPERLINK("x") third time I am asking
3,petr@example.org,2026-03-05 11:00:00,2026-03-05 11:02:00,delivery,The driver wrote not at home
4,eva@example.org,nonsense,2026-03-05 11:02:00,delivery,This row has no time
`

func TestAFileGoesFromUploadToTheCustomersOwnWords(t *testing.T) {
	c := newCompany(t).signIn()
	looked := c.upload("calls.csv", calls)
	if looked.status != http.StatusOK || !strings.Contains(looked.body, "What calls.csv becomes") {
		t.Fatalf("the upload shows %d: %s", looked.status, looked.body)
	}
	mapping := textarea(t, looked.body)
	if got := c.post(looked.at+"/preview", url.Values{"mapping": {mapping}}); !strings.HasPrefix(got.body, `<section id="preview"`) {
		t.Errorf("the live preview is %q", shortened(got.body))
	}
	if got := c.post(looked.at, url.Values{"mapping": {"source: [\nkind: nonsense"}, "do": {"import"}}); got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, "put right") {
		t.Errorf("a wrong mapping answers %d", got.status)
	}
	run := c.post(looked.at, url.Values{"mapping": {mapping}, "do": {"import"}})
	if events := c.get("/sources/running/" + lastPart(run) + "/events"); run.at != "/sources/imports/1" && !strings.Contains(events.body, "event: done") {
		t.Fatalf("the import ends with %s", events.body)
	}
	done := c.get("/sources/imports/1")
	if done.status != http.StatusOK {
		t.Fatalf("the import's page answers %d", done.status)
	}
	if got := c.get("/sources?format=json"); !strings.Contains(got.body, `"file": "calls.csv"`) {
		t.Errorf("the list of imports is %s", got.body)
	}

	found := c.get("/customers?q=jana%40example.org")
	link := regexp.MustCompile(`/customers/\d+`).FindString(found.body)
	if link == "" {
		t.Fatalf("nobody is found: %s", found.body)
	}
	if got := c.get(link); !strings.Contains(got.body, "service fee 2") || !strings.Contains(got.body, "jana@example.org") {
		t.Error("the timeline lacks the customer's words or key")
	}
	if got := c.get(link + "?format=csv"); strings.Contains(got.body, ",=HYPERLINK") || strings.Contains(got.body, "\n=HYPERLINK") {
		t.Error("the CSV holds a formula")
	}

	proposed := c.get("/journeys/new")
	if got := c.post("/journeys/new", url.Values{"yaml": {"name: ["}, "do": {"save"}}); got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, "Not saved") {
		t.Errorf("a wrong journey answers %d", got.status)
	}
	saved := c.post("/journeys/new", url.Values{"yaml": {textarea(t, proposed.body)}, "do": {"save"}})
	if saved.status != http.StatusOK || !strings.Contains(saved.body, "is in use") && !strings.Contains(saved.body, "says the same") {
		t.Fatalf("saving the proposed journey shows %d at %s: %s", saved.status, saved.at, saved.body)
	}
	for _, path := range append(pages, saved.at, saved.at+"/edit", saved.at+"?format=csv", saved.at+"?from=2026-03-01&to=2026-04-01",
		"/questions/repeat_contact?by=reason", "/questions/repeat_contact?by=reason&format=csv", "/questions/traffic?by=hour", "/questions/nps?by=month", "/questions/time_to_person?by=weekday") {
		if got := c.get(path); got.status != http.StatusOK {
			t.Errorf("%s answers %d", path, got.status)
		}
	}
	answer := c.get("/questions/traffic?by=reason")
	evidence := regexp.MustCompile(`/questions/traffic/evidence\?[^"]+`).FindString(answer.body)
	if got := c.get(strings.ReplaceAll(evidence, "&amp;", "&")); evidence == "" || got.status != http.StatusOK || !strings.Contains(got.body, "<q>") {
		t.Errorf("the evidence %q answers %d without words", evidence, got.status)
	}

	if got := c.get("/sources/words"); got.status != http.StatusOK || !strings.Contains(got.body, "invoice") {
		t.Errorf("the words show %d", got.status)
	}
	if got := c.get("/sources/words/rename?field=reason&word=invoice"); got.status != http.StatusOK || !strings.Contains(got.body, "What should “invoice” be called?") {
		t.Errorf("the form to rename shows %d", got.status)
	}
	if got := c.post("/sources/words/rename", url.Values{"field": {"reason"}, "word": {"invoice"}, "to": {""}}); got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, "cannot be empty") {
		t.Errorf("an empty name shows %d", got.status)
	}
	if got := c.post("/sources/words/rename", url.Values{"field": {"reason"}, "word": {"invoice"}, "to": {"delivery"}}); got.at != "/sources/words" || !strings.Contains(got.body, "one with “delivery” now") {
		t.Errorf("joining shows %d at %s", got.status, got.at)
	}
	if got := c.get("/questions/traffic?by=reason"); strings.Contains(got.body, ">invoice<") {
		t.Errorf("the answer has the old word still: %s", got.body)
	}
	if got := c.get("/sources/words?format=csv"); !strings.Contains(got.body, "reason,delivery,invoice,2") {
		t.Errorf("the words as CSV are %s", got.body)
	}
	if got := c.post("/sources/words/restore", url.Values{"field": {"reason"}, "came": {"invoice"}}); got.at != "/sources/words" || !strings.Contains(got.body, "as it came again") {
		t.Errorf("taking it back shows %d at %s", got.status, got.at)
	}
	if got := c.get("/sources/words/rename?field=kind&word=contact"); got.status != http.StatusBadRequest {
		t.Errorf("renaming a kind answers %d", got.status)
	}

	if got := c.post(link+"/erase", url.Values{"word": {"no"}}); got.status != http.StatusBadRequest {
		t.Errorf("erasing without the word answers %d", got.status)
	}
	if got := c.post(link+"/erase", url.Values{"word": {"erase"}}); got.at != "/customers" || !strings.Contains(got.body, "is erased") {
		t.Errorf("erasing shows %d at %s", got.status, got.at)
	}
	if got := c.get(link); got.status != http.StatusNotFound {
		t.Errorf("the erased customer's page answers %d", got.status)
	}
	if got := c.post("/sources/imports/1/undo", nil); got.at != "/sources" || !strings.Contains(got.body, "Undone") {
		t.Errorf("undoing shows %d at %s", got.status, got.at)
	}
}

func textarea(t *testing.T, body string) string {
	t.Helper()
	m := regexp.MustCompile(`(?s)<textarea[^>]*>(.*?)</textarea>`).FindStringSubmatch(body)
	if m == nil {
		t.Fatalf("there is no text area in %s", body)
	}
	return strings.NewReplacer("&#34;", `"`, "&#39;", "'", "&lt;", "<", "&gt;", ">", "&#43;", "+", "&amp;", "&").Replace(m[1])
}

func lastPart(r reply) string { return r.at[strings.LastIndexByte(r.at, '/')+1:] }

func shortened(s string) string { return s[:min(len(s), 200)] }
