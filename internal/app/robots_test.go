package app_test

import (
	"bytes"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/firsthand-cx/firsthand/internal/walk/robot/shop"
)

// A newcomer's way: the site, the recording, what is wrong with it, what it was kept as.
func TestARecordingIsHandedInOnThePage(t *testing.T) {
	a := open(t)
	cookie, err := a.SignInForBench()
	if err != nil {
		t.Fatal(err)
	}
	send := func(method, path, kind string, in io.Reader) (status int, text string) {
		t.Helper()
		r := httptest.NewRequest(method, path, in)
		r.AddCookie(cookie)
		if kind != "" {
			r.Header.Set("Content-Type", kind)
		}
		w := httptest.NewRecorder()
		a.Handler().ServeHTTP(w, r)
		return w.Code, w.Body.String()
	}
	page := func(says ...string) {
		t.Helper()
		status, text := send(http.MethodGet, "/walks/recordings", "", nil)
		if status != http.StatusOK {
			t.Fatalf("the page answers %d", status)
		}
		for _, want := range says {
			if !strings.Contains(text, want) {
				t.Errorf("the page does not say %q", want)
			}
		}
	}
	hand := func(recording string, daily bool) (int, string) {
		t.Helper()
		var body bytes.Buffer
		form := multipart.NewWriter(&body)
		file, err := form.CreateFormFile("file", "buy.json")
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(file, recording)
		if daily {
			form.WriteField("daily", "1")
		}
		form.Close()
		return send(http.MethodPost, "/walks/recordings", form.FormDataContentType(), &body)
	}
	post := func(path string, v url.Values) int {
		t.Helper()
		status, _ := send(http.MethodPost, path, "application/x-www-form-urlencoded", strings.NewReader(v.Encode()))
		return status
	}
	page("None yet.")
	if status := post("/walks/sites", url.Values{"name": {"shop.example"}}); status != http.StatusSeeOther {
		t.Errorf("adding a site answers %d", status)
	}
	page("shop.example", "not shown yet", "/.well-known/firsthand-site.txt")
	if status, text := hand(strings.ReplaceAll(string(shop.Recording(shop.Buy)), "${password}", "hunter2"), false); status != http.StatusUnprocessableEntity || !strings.Contains(text, "stands in the recording as it was typed") {
		t.Errorf("a password as it was typed: %d", status)
	}
	if status, text := hand("{}", false); status != http.StatusUnprocessableEntity || !strings.Contains(text, "buy.json was not kept") {
		t.Errorf("no recording: %d", status)
	}
	if status, _ := send(http.MethodPost, "/walks/recordings", "multipart/form-data; boundary=x", strings.NewReader("")); status != http.StatusBadRequest {
		t.Errorf("no file: %d", status)
	}
	if status, _ := hand(string(shop.Recording(shop.Buy)), true); status != http.StatusSeeOther {
		t.Errorf("handing it in answers %d", status)
	}
	// Its variables have no value yet: it is kept, and the page says what is missing.
	page("The recording is kept, and not walked yet", "password", "Buy a lamp", "order for real", "buy-a-lamp")
	if status := post("/walks/sites/shop.example/remove", nil); status != http.StatusSeeOther {
		t.Errorf("removing a site answers %d", status)
	}
	if status := post("/walks/recordings/nothing/daily", nil); status != http.StatusNotFound {
		t.Errorf("a recording that is not there: %d", status)
	}
}
