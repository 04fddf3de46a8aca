package browser_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/firsthand-cx/firsthand/internal/walk/robot/browser"
	"github.com/firsthand-cx/firsthand/internal/walk/robot/guard"
	"github.com/firsthand-cx/firsthand/internal/walk/robot/recorder"
)

// The reference ships a recording, a page and the log of events that a player must cause.
func TestTheReferencesOwnRecordingCausesTheEventsThatItExpects(t *testing.T) {
	read := func(name string) string {
		text, err := os.ReadFile("testdata/replay/" + name)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	var mu sync.Mutex
	var log strings.Builder
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.Method == http.MethodPost:
			body, _ := io.ReadAll(r.Body)
			mu.Lock()
			log.Write(body)
			mu.Unlock()
		case r.URL.Path == "/spec.html":
			w.Header().Set("Content-Type", "text/html")
			// Its log is fetched from several connections at once: one after the other, it
			// comes in the order of the events.
			io.WriteString(w, strings.Replace(read("spec.html"), "<script>", `<script>
window.fetch = (at, o) => { const x = new XMLHttpRequest(); x.open(o.method, at, false); x.send(o.body); return Promise.resolve(); };`, 1))
		default:
			http.NotFound(w, r)
		}
	}))
	defer server.Close()
	site := strings.TrimPrefix(server.URL, "http://")
	f, err := recorder.Parse("recording.json", []byte(strings.ReplaceAll(read("recording.json"), "localhost:8907", site)))
	if err != nil {
		t.Fatal(err)
	}
	r := walked(t, browser.Walk{Flow: f, Sites: []guard.Site{guard.Site(site)}})
	if r.Outcome != browser.Completed {
		t.Fatal(shown(r))
	}
	mu.Lock()
	defer mu.Unlock()
	if got, want := log.String(), strings.TrimSpace(read("expected.log")); got != want {
		t.Errorf("the log is\n%s\nnot\n%s", got, want)
	}
}

// asked are what the reference's own tests of its runner ask of a player, on pages of
// ours: by what they show, the steps with SITE and OTHER standing for two sites.
func asked() map[string][]string {
	const (
		at     = `,"offsetX":1,"offsetY":1}`
		screen = `{"type":"setViewport","width":800,"height":600,"deviceScaleFactor":1,"isMobile":false,"hasTouch":false,"isLandscape":false}`
	)
	open := func(page string) string { return `{"type":"navigate","url":"SITE/` + page + `.html"}` }
	is := func(expression string) string {
		return `{"type":"waitForExpression","timeout":1500,"expression":"` + expression + `"}`
	}
	press := func(key string) string {
		return `{"type":"keyDown","key":"` + key + `"},{"type":"keyUp","key":"` + key + `"}`
	}
	click := func(selectors string) string { return `{"type":"click","selectors":` + selectors + at }
	change := func(selectors, value string) string {
		return `{"type":"change","selectors":` + selectors + `,"value":"` + value + `"}`
	}
	return map[string][]string{
		"an empty flow ends well":       {},
		"the page is the one asked for": {open("empty"), is(`location.pathname == '/empty.html'`)},
		"each mouse button is pressed": {
			open("clicks"),
			`{"type":"click","button":"primary","selectors":["#all"]` + at, `{"type":"click","button":"auxiliary","selectors":["#all"]` + at,
			`{"type":"click","button":"secondary","selectors":["#all"]` + at, `{"type":"click","button":"back","selectors":["#all"]` + at,
			`{"type":"click","button":"forward","selectors":["#all"]` + at, is(`log.join() == '0,1,2,3,4'`),
		},
		"shapes are clicked":                                  {open("clicks"), `{"type":"click","selectors":["svg > path"],"offsetX":9,"offsetY":9}`, click(`["svg"]`), is(`log.join() == 'path,svg'`)},
		"an element inside an empty one is clicked":           {open("clicks"), click(`["div > .inner"]`), is(`log.join() == 'inner'`)},
		"a checkbox is ticked":                                {open("clicks"), click(`["#agree"]`), is(`document.getElementById('agree').checked`)},
		"a label's text gives its input the focus":            {open("clicks"), click(`["text/Inp"]`), is(`document.activeElement.id == 'named'`)},
		"a double click is one":                               {open("clicks"), `{"type":"doubleClick","selectors":["#twice"]` + at, is(`log.join() == 'twice'`)},
		"keys go where the focus is":                          {open("inputs"), press("Tab"), press("1"), press("Tab"), press("2"), is(`log.join() == 'one:1,change one,two:2'`)},
		"Enter sends a form":                                  {open("form"), change(`["#name"]`, "x"), `{"type":"keyDown","key":"Enter","assertedEvents":[{"type":"navigation","url":"SITE/empty.html?q=x"}]}`},
		"Shift makes capitals":                                {open("inputs"), click(`["#one"]`), `{"type":"keyDown","key":"ShiftLeft"}`, press("a"), press("Digit1"), `{"type":"keyUp","key":"ShiftLeft"}`, press("b"), is(`document.getElementById('one').value == 'A!b'`)},
		"an option is chosen by its accessible name":          {open("inputs"), change(`["aria/Choose"]`, "B"), is(`document.getElementById('choice').value == 'B' && log.join() == 'change choice'`)},
		"an option is chosen after a click":                   {open("inputs"), click(`["aria/Choose"]`), change(`["aria/Choose"]`, "B"), is(`document.getElementById('choice').value == 'B'`)},
		"inputs that are not typed into change":               {open("inputs"), change(`["#colour"]`, "#333333"), change(`["#day"]`, "2026-03-01"), is(`document.getElementById('colour').value == '#333333' && document.getElementById('day').value == '2026-03-01'`)},
		"numbers and addresses are typed":                     {open("inputs"), change(`["#number"]`, "12"), change(`["#mail"]`, "a@b.example"), is(`document.getElementById('number').value == '12' && document.getElementById('mail').value == 'a@b.example'`)},
		"a value is replaced":                                 {open("inputs"), change(`["#filled"]`, "cba"), is(`document.getElementById('filled').value == 'cba'`)},
		"a value that is begun is finished":                   {open("inputs"), change(`["#filled"]`, "abcdef"), is(`document.getElementById('filled').value == 'abcdef'`)},
		"a value is emptied":                                  {open("inputs"), change(`["#filled"]`, ""), is(`document.getElementById('filled').value == ''`)},
		"letters that no key has are typed":                   {open("inputs"), change(`["#long"]`, "žluťoučký 日本 🙂"), is(`document.getElementById('long').value == 'žluťoučký 日本 🙂'`)},
		"rich text is typed":                                  {open("inputs"), change(`["#rich"]`, "Dear Ann"), is(`document.getElementById('rich').innerText == 'Dear Ann'`)},
		"the screen is set":                                   {open("empty"), screen, is(`visualViewport.width == 800 && visualViewport.height == 600`)},
		"the page and a box scroll":                           {open("scrolls"), screen, `{"type":"scroll","selectors":["#box"],"x":0,"y":40}`, `{"type":"scroll","x":40,"y":40}`, is(`scrollX == 40 && scrollY == 40 && document.getElementById('box').scrollTop == 40`)},
		"what is out of sight is brought into it":             {screen, open("scrolls"), click(`["button"]`), is(`document.querySelector('button').textContent == 'clicked'`)},
		"an input is found by its accessible name":            {open("form"), click(`["aria/Name:"]`), is(`document.activeElement.id == 'name'`)},
		"a name and a role are sought together":               {open("clicks"), click(`["aria/Agree[role=\"checkbox\"]"]`), is(`document.getElementById('agree').checked`)},
		"an element in a shadow root is waited for":           {open("shadows"), `{"type":"waitForElement","selectors":[["my-card","button"]]}`},
		"a shadow root is pierced":                            {open("shadows"), click(`["pierce/button"]`), is(`document.querySelectorAll('my-card').length == 2`)},
		"an accessible name is sought inside a shadow host":   {open("shadows"), click(`[["my-card","aria/More"]]`), is(`document.querySelectorAll('my-card').length == 2`)},
		"a number of elements is waited for":                  {open("shadows"), click(`[["my-card","button"]]`), `{"type":"waitForElement","selectors":[["my-card","button"]],"operator":">=","count":2}`},
		"what is not so yet is waited to be gone":             {open("shadows"), `{"type":"waitForElement","selectors":[["my-card","button"]],"visible":false,"properties":{"className":"test"}}`},
		"properties and attributes are waited for":            {open("shadows"), `{"type":"waitForElement","selectors":[["my-card","button"]],"properties":{"className":"known"},"attributes":{"class":"known"}}`},
		"an XPath is followed":                                {open("clicks"), click(`["xpath///*[@id=\"agree\"]"]`), is(`document.getElementById('agree').checked`)},
		"a promise is waited for":                             {open("empty"), is(`new Promise((done) => setTimeout(() => done(true), 100))`)},
		"a window is used and closed":                         {open("clicks"), click(`[["aria/Open a window"]]`), `{"type":"click","target":"SITE/popup.html","selectors":[["aria/In the window"]]` + at, `{"type":"close","target":"SITE/popup.html"}`, is(`log.join() == 'popup'`)},
		"a frame of another site is used":                     {open("outer"), `{"type":"click","target":"OTHER/inner.html","selectors":[["aria/To the second"]],"assertedEvents":[{"type":"navigation","url":"OTHER/inner2.html"}],"offsetX":1,"offsetY":1}`},
		"a frame goes from this site to another":              {open("local"), `{"type":"click","frame":[0],"selectors":[["aria/To the other site"]],"assertedEvents":[{"type":"navigation","url":"OTHER/inner2.html","title":"Second"}],"offsetX":1,"offsetY":1}`},
		"the pointer hovers":                                  {open("clicks"), `{"type":"hover","selectors":["#hover"]}`, is(`document.getElementById('hover').textContent == 'Hovered'`)},
		"somebody else's steps are passed over":               {`{"type":"customStep","name":"step1","parameters":{}}`, open("empty")},
		"a slow network is slow, and fast again":              {`{"type":"emulateNetworkConditions","download":100000,"upload":100000,"latency":300}`, open("empty"), is(`performance.getEntriesByType('navigation')[0].duration > 280`), `{"type":"emulateNetworkConditions","download":10000000,"upload":10000000,"latency":0}`, open("form"), is(`performance.getEntriesByType('navigation')[0].duration < 280`)},
		"no network at all is offline":                        {open("empty"), `{"type":"emulateNetworkConditions","download":0,"upload":0,"latency":0}`, is(`!navigator.onLine`)},
		"an address that a page sets by itself is waited for": {open("clicks"), is(`history.pushState(0, '', 'x') || true`), `{"type":"customStep","name":"firsthand.expectURL","parameters":{"url":"*/x"}}`},
	}
}

func TestStepsDoWhatTheReferenceDoes(t *testing.T) {
	site := pages(t)
	for name, steps := range asked() {
		t.Run(name, func(t *testing.T) {
			if r := walked(t, browser.Walk{Flow: flow(t, site, steps...)}); r.Outcome != browser.Completed {
				t.Errorf("%s", shown(r))
			}
		})
	}
	t.Run("an element that is not there fails the step", func(t *testing.T) {
		r := walked(t, browser.Walk{Flow: flow(t, site, `{"type":"navigate","url":"SITE/clicks.html"}`,
			`{"type":"click","selectors":[[".none"]],"timeout":300,"offsetX":1,"offsetY":1}`, `{"type":"navigate","url":"SITE/empty.html"}`)})
		if r.Outcome != browser.Failed || r.FailedStep != 2 || r.Fault != browser.CannotTell || r.Steps[2].Result != browser.StepNotRun {
			t.Errorf("%s", shown(r))
		}
	})
}
