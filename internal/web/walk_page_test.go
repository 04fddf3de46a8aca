package web_test

import (
	"bytes"
	"context"
	"encoding/json"
	"html"
	"image"
	"image/png"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/firsthand-cx/firsthand/internal/app"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/walk"
)

// step sends a step's form as a browser without script does.
func (c *company) step(path string, fields map[string]string, files map[string][]byte) reply {
	c.t.Helper()
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	for name, value := range fields {
		_ = form.WriteField(name, value)
	}
	for name, content := range files {
		part, _ := form.CreateFormFile(name, "file")
		_, _ = part.Write(content)
	}
	_ = form.Close()
	r, _ := http.NewRequest("POST", c.url+path, &b)
	r.Header.Set("Content-Type", form.FormDataContentType())
	return c.do(r)
}

func (c *company) json(path string, body any) reply {
	c.t.Helper()
	raw, _ := json.Marshal(body)
	r, _ := http.NewRequest("POST", c.url+path, bytes.NewReader(raw))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return c.do(r)
}

// agree accepts an invitation.
func (c *company) agree(link string) reply {
	c.t.Helper()
	return c.post(link, url.Values{"version": {walk.ConsentVersion}, "agree": {"yes"}, "name": {"Bea"}, "department": {"Finance"}})
}

func picture(t *testing.T, w, h int) []byte {
	t.Helper()
	var b bytes.Buffer
	p := image.NewRGBA(image.Rect(0, 0, w, h))
	for i := range p.Pix {
		p.Pix[i] = byte(i*7919 + i/3)
	}
	if err := png.Encode(&b, p); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestAWalkIsDoneWithoutScript(t *testing.T) {
	dir := t.TempDir()
	link := invited(t, dir, phoneScenario)
	c := openCompany(t, app.Config{Dir: dir, Log: slog.New(slog.DiscardHandler)})
	for range 2 { // a mail scanner, and again
		if got := c.stranger().get(link); got.status != 200 || !strings.Contains(got.body, "It is your choice.") || got.header.Get("Set-Cookie") != "" {
			t.Fatalf("the invitation shows %d: %s", got.status, got.body)
		}
	}
	if got := c.post(link, url.Values{"version": {walk.ConsentVersion}}); got.status != 400 || !strings.Contains(got.body, "Tick the box") {
		t.Errorf("without consent it answers %d", got.status)
	}
	got := c.agree(link)
	if got.at != "/walk/1/" || !strings.Contains(got.body, "whistles in a wrong key. Ask what can be done.</p>") || got.header.Get("Permissions-Policy") != "camera=(self), microphone=(self), geolocation=()" {
		t.Fatalf("agreeing leads to %s: %s", got.at, got.body)
	}
	if again := c.get(link); again.at != "/walk/1/" {
		t.Errorf("the link leads the same device to %s", again.at)
	}

	typed := map[string]string{"did": "I waited.", "feeling": "2", "done": "done", "seconds.quick": "a while", "staff": "Sandra Moe"}
	got = c.step("/walk/1/steps/call", typed, nil)
	if got.status != 400 || !strings.Contains(got.body, "is not a number of seconds") || !strings.Contains(got.body, ">I waited.</textarea>") {
		t.Errorf("a wrong number answers %d, and what was typed is gone: %s", got.status, got.body)
	}
	typed["seconds.quick"] = "61,5"
	typed["thought"] = "Sandra was kind"
	if got = c.step("/walk/1/steps/call", typed, nil); got.status != 200 || !strings.Contains(got.body, "Step 2 of 4") {
		t.Fatalf("saving the first step shows %d: %s", got.status, got.body)
	}
	photo := picture(t, 40, 30)
	fields := map[string]string{"done": "blocked", "heard": "24 months", "answer": "right", "went": "thank", "form": "form-of-this-page"}
	for range 2 { // a double tap
		if got = c.step("/walk/1/steps/ask", fields, map[string][]byte{"piece-0": photo, "piece-1": nil}); got.status != 200 {
			t.Fatalf("saving the second step shows %d: %s", got.status, got.body)
		}
	}
	if got = c.get("/walk/1/?at=thank"); !strings.Contains(got.body, "/walk/1/?at=ask\" data-to=\"ask\" data-back") {
		t.Error("back from a branch does not lead where the walker came from")
	}
	if strings.Contains(got.body, "marmalade") {
		t.Error("the walker can read the answer that they are to find")
	}
	if got = c.step("/walk/1/steps/ask", map[string]string{"done": "done", "went": "nowhere"}, nil); got.status != 400 {
		t.Errorf("a branch that is not there answers %d", got.status)
	}
	if got = c.step("/walk/1/steps/ask", map[string]string{"done": "done"}, map[string][]byte{"piece-0": []byte("not a picture at all, by far")}); got.status != 400 || !strings.Contains(got.body, "This sort of file is not taken") {
		t.Errorf("a file that is no picture answers %d", got.status)
	}
	if got = c.step("/walk/1/steps/thank", map[string]string{"done": "skipped", "paid.free": "1,50"}, nil); !strings.Contains(got.body, "How was it, all in all?") {
		t.Fatalf("the last step leads to %s", got.body)
	}
	end := url.Values{"mark.name": {"yes"}, "mark.solved": {"not_seen"}, "solved": {"yes"}, "praise": {"patient"}, "spent": {"1.50"}, "currency": {"eur"}}
	if got = c.post("/walk/1/hand-in", end); got.status != 400 || !strings.Contains(got.body, ">patient</textarea>") || !strings.Contains(got.body, "Say both what was good and what was not") {
		t.Errorf("without a failure it answers %d", got.status)
	}
	end.Set("failure", "nothing")
	if got = c.post("/walk/1/hand-in", end); got.at != "/walk/1/" || !strings.Contains(got.body, "Handed in. Thank you.") {
		t.Fatalf("handing in shows %s", got.body)
	}
	if got.header.Get("Walk-State") != "" {
		t.Error("the phone may keep the page of a walk that is over")
	}
	if got = c.step("/walk/1/steps/call", typed, nil); got.status != 409 {
		t.Errorf("writing after handing in answers %d", got.status)
	}

	c.shutDown()
	d := lived(t, dir)
	if d.State != cx.WalkSubmitted || len(d.Visit.Steps) != 3 || len(d.Visit.Pieces) != 1 || d.Walked.Name != "Bea" {
		t.Fatalf("the room has a walk that is %s, %d steps, %d pieces of %q", d.State, len(d.Visit.Steps), len(d.Visit.Pieces), d.Walked.Name)
	}
	call, ask, thank := d.Visit.Steps[0], d.Visit.Steps[1], d.Visit.Steps[2]
	if call.Feeling != 2 || *call.Promises[0].Seconds != 61.5 || call.Person == 0 || strings.Contains(call.Thought+call.Staff, "Sandra") {
		t.Errorf("the first step is %+v", call.StepRecord)
	}
	if ask.Done != walk.DoneBlocked || ask.Answer != cx.AnswerRight || ask.Went != "thank" || len(ask.Evidence) != 1 || ask.Evidence[0] != d.Visit.Pieces[0].Key {
		t.Errorf("the second step is %+v", ask.StepRecord)
	}
	if thank.Feeling != 0 || thank.Promises[0].Paid != (cx.Money{Minor: 150, Currency: "EUR"}) {
		t.Errorf("the last step is %+v", thank.StepRecord)
	}
	if sub := d.Visit.Submission; sub.Marks["solved"] != cx.NotSeen || !*sub.Solved || d.Spent.Minor != 150 {
		t.Errorf("the whole is %+v", sub)
	}
}

func TestAPassOpensItsOwnWalkOnly(t *testing.T) {
	dir := t.TempDir()
	first, second := invited(t, dir, phoneScenario), invited(t, dir, phoneScenario)
	var logged bytes.Buffer
	c := openCompany(t, app.Config{Dir: dir, Log: slog.New(slog.NewTextHandler(&logged, &slog.HandlerOptions{Level: slog.LevelDebug}))})
	other := c.stranger()
	c.agree(first)
	other.agree(second)
	note := map[string]any{"messages": []any{}}
	for path, want := range map[string]int{
		"/walk/1/messages": 200, "/walk/2/messages": 403, "/walk/99/messages": 403, "/walk/x/messages": 403, "/walk/01x/messages": 403,
	} {
		if got := c.json(path, note); got.status != want {
			t.Errorf("%s answers %d: %s", path, got.status, got.body)
		}
	}
	for _, path := range []string{"/walk/2/", "/walk/2", "/walk/99/"} {
		if got := c.get(path); got.status != 403 || !strings.Contains(got.body, "Open the link of your invitation") {
			t.Errorf("%s answers %d", path, got.status)
		}
	}
	if got := c.step("/walk/2/steps/call", map[string]string{"done": "done"}, nil); got.status != 403 {
		t.Errorf("writing in another's walk answers %d", got.status)
	}
	if got := c.post("/walk/2/stop", url.Values{"forget": {"yes"}}); got.status != 403 {
		t.Errorf("stopping another's walk answers %d", got.status)
	}
	// A link's secret in the cookie's place is no pass: nobody has agreed with it.
	r, _ := http.NewRequest("GET", c.url+"/walk/2/", nil)
	r.AddCookie(&http.Cookie{Name: "walk-2", Value: strings.TrimPrefix(second, "/w/")})
	if got := c.stranger().do(r); got.status != 403 {
		t.Errorf("a link's secret opens the walk itself: %d", got.status)
	}
	r, _ = http.NewRequest("POST", c.url+"/walk/1/messages", strings.NewReader(`{"messages":[]}`))
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	if got := c.do(r); got.status != 403 {
		t.Errorf("a foreign page's request answers %d: %s", got.status, got.body)
	}
	if got := c.stranger().get("/w/NOSUCHSECRET"); got.status != 403 || !strings.Contains(got.body, "not valid any more") {
		t.Errorf("a link that is none answers %d", got.status)
	}
	if got := c.stranger().get("/walks/mine"); got.at != "/sign-in" {
		t.Errorf("my walks lead a stranger to %s", got.at)
	}
	c.shutDown()
	for _, secret := range []string{strings.TrimPrefix(first, "/w/"), strings.TrimPrefix(second, "/w/")} {
		if strings.Contains(logged.String(), secret) {
			t.Error("the log holds a link's secret")
		}
	}
}

func TestAPhoneSendsWhatItKeptOnce(t *testing.T) {
	dir := t.TempDir()
	link := invited(t, dir, phoneScenario)
	c := openCompany(t, app.Config{Dir: dir, Log: slog.New(slog.DiscardHandler)})
	c.agree(link)
	at := time.Now().UTC()
	record := func(step, did string) map[string]any {
		return map[string]any{"step": step, "started": at, "finished": at.Add(time.Minute), "done": "done", "did": did}
	}
	send := func(key, step, did string) reply {
		return c.json("/walk/1/messages", map[string]any{"messages": []any{map[string]any{"key": key, "kind": "step", "sent": time.Now().UTC(), "body": record(step, did)}}})
	}
	for range 3 {
		if got := send("key-of-the-call", "call", "I called"); got.status != 200 || !strings.Contains(got.body, `"have":["key-of-the-call"]`) {
			t.Fatalf("sending answers %d: %s", got.status, got.body)
		}
	}
	type problem struct{ Code, Text, Remedy string }
	for name, got := range map[string]reply{
		"the same key with other words": send("key-of-the-call", "call", "I did not call"),
		"a step that is not there":      send("key-of-nothing", "nothing", "x"),
		"a key that is too short":       send("short", "call", "x"),
		"no JSON":                       c.post("/walk/1/messages", url.Values{"a": {"b"}}),
		"more than is read":             c.json("/walk/1/messages", strings.Repeat("x", 5<<20)),
	} {
		var p problem
		if err := json.Unmarshal([]byte(got.body), &p); err != nil || got.status < 400 || got.status >= 500 || p.Text == "" {
			t.Errorf("%s answers %d: %s", name, got.status, got.body)
		}
	}
	piece := func(key string, content []byte) reply {
		r, _ := http.NewRequest("POST", c.url+"/walk/1/evidence?key="+key+"&kind=photo&step=ask", bytes.NewReader(content))
		return c.do(r)
	}
	photo := picture(t, 60, 20)
	for range 2 {
		if got := piece("key-of-the-photo", photo); got.status != 200 {
			t.Fatalf("a photo answers %d: %s", got.status, got.body)
		}
	}
	if got := piece("key-of-the-photo", picture(t, 20, 60)); got.status != 409 {
		t.Errorf("another photo under the same key answers %d", got.status)
	}
	if got := piece("key-of-a-large-one", make([]byte, 42<<20)); got.status < 400 || got.status >= 600 {
		t.Errorf("42 MiB answer %d", got.status)
	}
	c.shutDown()
	d := lived(t, dir)
	if len(d.Visit.Steps) != 1 || d.Visit.Steps[0].Did != "I called" || len(d.Visit.Pieces) != 1 {
		t.Errorf("the room has %d steps and %d pieces", len(d.Visit.Steps), len(d.Visit.Pieces))
	}
	if files, _ := filepath.Glob(filepath.Join(dir, "evidence", "*", "*")); len(files) != 1 {
		t.Errorf("the folder of evidence holds %v", files)
	}
}

func TestAWalkerStopsAndTakesAllBack(t *testing.T) {
	for name, forget := range map[string]string{"and leaves what was sent": "no", "and removes everything": "yes"} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			link := invited(t, dir, phoneScenario)
			c := openCompany(t, app.Config{Dir: dir, Log: slog.New(slog.DiscardHandler)})
			c.agree(link)
			c.step("/walk/1/steps/call", map[string]string{"done": "done", "did": "I called."}, map[string][]byte{"piece-0": picture(t, 10, 10)})
			got := c.post("/walk/1/stop", url.Values{"forget": {forget}})
			if got.status != 200 || !strings.Contains(got.body, "You stopped this walk") || strings.Contains(got.body, "has been removed") != (forget == "yes") {
				t.Fatalf("stopping shows %d: %s", got.status, got.body)
			}
			if got = c.get("/walk/1/"); forget == "yes" && got.status != 403 || forget == "no" && !strings.Contains(got.body, "You stopped this walk") {
				t.Errorf("the walk shows %d afterwards", got.status)
			}
			c.shutDown()
			d := lived(t, dir)
			files, _ := filepath.Glob(filepath.Join(dir, "evidence", "*", "*"))
			want := map[string]int{"yes": 0, "no": 1}[forget]
			if d.State != cx.WalkStopped || len(d.Visit.Steps) != want || len(d.Visit.Pieces) != want || len(files) != want {
				t.Errorf("the room has a walk that is %s, with %d steps, %d pieces, %d files", d.State, len(d.Visit.Steps), len(d.Visit.Pieces), len(files))
			}
		})
	}
}

func TestAReturnedWalkSaysWhatIsAsked(t *testing.T) {
	dir := t.TempDir()
	link := invited(t, dir, phoneScenario)
	c := openCompany(t, app.Config{Dir: dir, Log: slog.New(slog.DiscardHandler)})
	c.agree(link)
	c.step("/walk/1/steps/call", map[string]string{"done": "done", "did": "I called."}, nil)
	c.post("/walk/1/hand-in", url.Values{"praise": {"patient"}, "failure": {"nothing"}})
	c.shutDown()
	inRoom(t, dir, func(room *walk.Room) {
		_, err1 := room.Take(context.Background(), 1, "carl")
		_, err2 := room.Return(context.Background(), 1, "carl", "What did they say first?")
		if err1 != nil || err2 != nil {
			t.Fatal(err1, err2)
		}
	})
	again := openCompany(t, app.Config{Dir: dir, Log: slog.New(slog.DiscardHandler)})
	again.reader = c.reader
	got := again.agree(link)
	if got.at != "/walk/1/" || !strings.Contains(got.body, "What did they say first?") || !strings.Contains(got.body, ">I called.</textarea>") || !strings.Contains(got.body, ">patient</textarea>") {
		t.Fatalf("the returned walk shows %s", html.UnescapeString(got.body))
	}
	again.step("/walk/1/steps/call", map[string]string{"done": "done", "did": "They said good morning."}, nil)
	if got = again.post("/walk/1/hand-in", url.Values{"praise": {"patient"}, "failure": {"nothing"}}); !strings.Contains(got.body, "Handed in. Thank you.") {
		t.Errorf("handing in again shows %s", got.body)
	}
	again.shutDown()
	if d := lived(t, dir); d.State != cx.WalkSubmitted || d.Visit.Steps[0].Did != "They said good morning." {
		t.Errorf("the room has %s, %q", d.State, d.Visit.Steps[0].Did)
	}
}

func TestTheWorkerIsOfItsVersionAndItsPlace(t *testing.T) {
	dir := t.TempDir()
	link := invited(t, dir, phoneScenario)
	c := openCompany(t, app.Config{Dir: dir, Log: slog.New(slog.DiscardHandler)})
	page := c.agree(link)
	worker := c.get("/walk/1/worker.js")
	version := strings.SplitN(strings.SplitN(page.body, "walk.js?v=", 2)[1], `"`, 2)[0]
	if worker.status != 200 || !strings.Contains(worker.body, `const version = "`+version+`"`) || !strings.HasPrefix(worker.header.Get("Content-Type"), "text/javascript") {
		t.Errorf("the worker answers %d without version %q", worker.status, version)
	}
	if worker.header.Get("Service-Worker-Allowed") != "" {
		t.Error("the worker may reach beyond its walk")
	}
	for _, policy := range []string{"worker-src 'self'", "media-src blob:", "script-src 'self'"} {
		if !strings.Contains(page.header.Get("Content-Security-Policy"), policy) {
			t.Errorf("the page's policy lacks %s", policy)
		}
	}
	if other := c.get("/sign-in"); strings.Contains(other.header.Get("Content-Security-Policy"), "blob:") || strings.Contains(other.header.Get("Permissions-Policy"), "self") {
		t.Error("other pages may use the camera too")
	}
}
