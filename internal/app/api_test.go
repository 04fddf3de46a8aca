package app_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/firsthand-cx/firsthand/internal/api"
	"github.com/firsthand-cx/firsthand/internal/app"
	"github.com/firsthand-cx/firsthand/internal/ingest"
	"github.com/firsthand-cx/firsthand/internal/question"
)

const callsMapping = `source: calls
id: call
start: started
kind: contact
channel: phone
reason: reason
customer:
  - source_id: customer
nobody: ["0"]
`

const calls = `call,customer,started,reason
1,1001,2026-03-02 09:00:00,invoice
2,1001,2026-03-04 10:00:00,invoice
3,1002,2026-03-05 11:00:00,invoice
4,0,2026-03-20 12:00:00,delivery
5,1002,2026-03-20 13:00:00,delivery
`

// server is an app that answers over HTTP.
func server(t *testing.T) (*app.App, *httptest.Server) {
	t.Helper()
	a := open(t)
	s := httptest.NewServer(a.Handler())
	t.Cleanup(s.Close)
	return a, s
}

// request asks with a token and decodes the answer into out, if it is given.
func request(t *testing.T, s *httptest.Server, method, path, token string, in io.Reader, out any) *http.Response {
	t.Helper()
	r, err := http.NewRequest(method, s.URL+path, in)
	if err != nil {
		t.Fatal(err)
	}
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	if in != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	res, err := s.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	if out != nil {
		if err := json.Unmarshal(body, out); err != nil {
			t.Fatalf("%s %s answers %s: %s", method, path, res.Status, body)
		}
	}
	return res
}

type openapi struct {
	OpenAPI string
	Paths   map[string]map[string]struct {
		OperationID string `json:"operationId"`
		Security    []map[string][]string
	}
}

func TestEveryOperationNeedsSomebodySignedIn(t *testing.T) {
	_, s := server(t)
	var doc openapi
	request(t, s, http.MethodGet, "/api/v1/openapi.json", "", nil, &doc)
	if !strings.HasPrefix(doc.OpenAPI, "3.1") {
		t.Errorf("the description is OpenAPI %s, not 3.1", doc.OpenAPI)
	}
	if len(doc.Paths) < 20 {
		t.Errorf("only %d paths are described", len(doc.Paths))
	}
	for path, methods := range doc.Paths {
		for method, op := range methods {
			concrete := strings.NewReplacer("{id}", "1", "{name}", "nps").Replace(path)
			for _, token := range []string{"", "wrong"} {
				res := request(t, s, strings.ToUpper(method), concrete, token, nil, nil)
				open := op.OperationID == "health"
				if open != (res.StatusCode == http.StatusOK) || (!open && res.StatusCode != http.StatusForbidden) {
					t.Errorf("%s %s with token %q answers %s", method, path, token, res.Status)
				}
			}
			if op.OperationID != "health" && len(op.Security) == 0 {
				t.Errorf("%s %s does not say that it needs a token", method, path)
			}
		}
	}
}

func TestAFormOfAnotherSiteIsRefused(t *testing.T) {
	a, s := server(t)
	r, err := http.NewRequest(http.MethodPost, s.URL+"/api/v1/findings/evaluate", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+a.LocalToken())
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	res, err := s.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode != http.StatusForbidden {
		t.Errorf("answers %s", res.Status)
	}
}

func TestAnEmptyCompanyAnswersWithEmptyLists(t *testing.T) {
	a, s := server(t)
	for _, path := range []string{"/findings", "/imports", "/journeys", "/customers?search=nobody"} {
		var list []json.RawMessage
		if request(t, s, http.MethodGet, "/api/v1"+path, a.LocalToken(), nil, &list); list == nil {
			t.Errorf("%s answers null", path)
		}
	}
}

func TestAFileGoesFromUploadToAnswerToEvidence(t *testing.T) {
	a, s := server(t)
	token := a.LocalToken()
	run := bringOverHTTP(t, s, token, "calls.csv", calls, callsMapping)
	if run.State != ingest.RunDone || run.Summary.Applied.New != 5 || run.Summary.Unidentified != 1 {
		t.Fatalf("the import ended as %+v", run)
	}
	var table question.Table
	request(t, s, http.MethodGet, "/api/v1/questions/repeat_contact?days=7", token, nil, &table)
	again := -1
	for i, c := range table.Columns {
		if c.Name == "repeated" {
			again = i
		}
	}
	if again < 0 || len(table.Rows) != 1 || *table.Rows[0][again].Number != 1 {
		t.Fatalf("the answer is %+v", table)
	}
	var found struct {
		Interactions []json.RawMessage `json:"interactions"`
	}
	request(t, s, http.MethodGet, "/api/v1/questions/repeat_contact/evidence?days=7&cell="+url.QueryEscape(table.Rows[0][again].Evidence), token, nil, &found)
	if len(found.Interactions) != 1 {
		t.Errorf("the number 1 opens into %d interactions", len(found.Interactions))
	}
	var wrong struct{ Code, Detail, Remedy string }
	res := request(t, s, http.MethodGet, "/api/v1/questions/repeat_contact?day=7", token, nil, &wrong)
	if res.StatusCode != http.StatusBadRequest || wrong.Remedy == "" || !strings.Contains(wrong.Detail, `"day"`) {
		t.Errorf("a misspelt parameter answers %s %+v", res.Status, wrong)
	}
}

// bringOverHTTP uploads, imports, and watches to the end.
func bringOverHTTP(t *testing.T, s *httptest.Server, token, name, content, mapping string) ingest.Run {
	t.Helper()
	var up ingest.Upload
	request(t, s, http.MethodPost, "/api/v1/uploads?name="+name, token, strings.NewReader(content), &up)
	raw, err := json.Marshal(api.ImportRequest{Upload: up.ID, Mapping: mapping})
	if err != nil {
		t.Fatal(err)
	}
	var run ingest.Run
	request(t, s, http.MethodPost, "/api/v1/imports", token, bytes.NewReader(raw), &run)
	for !run.State.Over() {
		request(t, s, http.MethodGet, "/api/v1/runs/"+run.ID, token, nil, &run)
	}
	return run
}

func TestASignInLinkWorksOnceAndOnlyWhenPressed(t *testing.T) {
	a, s := server(t)
	jar := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	link := s.URL + a.SignInPath()
	for range 3 { // what a mail scanner does
		res, err := jar.Get(link)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode != http.StatusOK || len(res.Cookies()) > 0 {
			t.Errorf("opening the link answers %s with %d cookies", res.Status, len(res.Cookies()))
		}
	}
	press := func() *http.Response {
		res, err := jar.Post(link, "", nil)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		return res
	}
	first := press()
	if first.StatusCode != http.StatusSeeOther || len(first.Cookies()) == 0 {
		t.Fatalf("pressing the button answers %s", first.Status)
	}
	for _, c := range first.Cookies() {
		if !c.HttpOnly || c.SameSite == http.SameSiteNoneMode {
			t.Errorf("the cookie %s can be stolen: %+v", c.Name, c)
		}
		r, err := http.NewRequest(http.MethodGet, s.URL+"/api/v1/imports", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.AddCookie(c)
		res, err := jar.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode != http.StatusOK {
			t.Errorf("a signed-in browser gets %s from the API", res.Status)
		}
	}
	if second := press(); second.StatusCode == http.StatusSeeOther {
		t.Error("the link worked twice")
	}
}
