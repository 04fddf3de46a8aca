package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/firsthand-cx/firsthand/internal/api"
	"github.com/firsthand-cx/firsthand/internal/app"
	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/walk"
	"github.com/firsthand-cx/firsthand/internal/walk/robot"
	"github.com/firsthand-cx/firsthand/internal/walk/robot/shop"
)

const password = "corr3ct horse"

// robots is a company with a server over HTTP, and a shop of its own.
type robots struct {
	*client
	app   *app.App
	dir   string
	ahead atomic.Int64 // how far the server's clock is ahead of ours
	log   logged
}

// logged is a log that several goroutines write.
type logged struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *logged) Write(line []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(line)
}

func (l *logged) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

func newRobots(t *testing.T) *robots {
	t.Helper()
	if !hasChromium() {
		t.Skip("there is no Chromium on this machine: apt-get install -y chromium")
	}
	r := &robots{dir: t.TempDir()}
	var err error
	r.app, err = app.Open(t.Context(), app.Config{
		Dir: r.dir, Memory: "256MiB", Log: slog.New(slog.NewTextHandler(&r.log, nil)), RobotsMayVisit: []string{"127.0.0.0/8"},
		Now: func() time.Time { return time.Now().Add(time.Duration(r.ahead.Load())) },
	})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(r.app.Handler())
	t.Cleanup(func() {
		server.Close()
		if err := r.app.Close(); err != nil {
			t.Error(err)
		}
	})
	r.client = &client{base: server.URL, token: r.app.LocalToken(), http: server.Client(), close: func() error { return nil }}
	return r
}

func hasChromium() bool {
	return slices.ContainsFunc([]string{"chromium", "chromium-browser", "chromium-headless-shell", "google-chrome"}, func(name string) bool {
		_, err := exec.LookPath(name)
		return err == nil
	})
}

// ours opens a shop that shows that it is the company's own.
func (r *robots) ours(t *testing.T, faults ...shop.Fault) (*shop.Shop, string) {
	t.Helper()
	s := shop.New(faults...)
	var token atomic.Value
	token.Store("")
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if req.URL.Path == "/.well-known/firsthand-site.txt" {
			io.WriteString(w, token.Load().(string))
			return
		}
		s.ServeHTTP(w, req)
	}))
	t.Cleanup(server.Close)
	name := strings.TrimPrefix(server.URL, "http://")
	var site api.Site
	r.must(t, http.MethodPost, "/walk-sites", map[string]string{"name": name}, &site)
	if err := r.send(t.Context(), http.MethodPost, "/walk-sites/"+name+"/proof", nil, nil); cx.CodeOf(err) != cx.Forbidden {
		t.Errorf("a site that nothing shows to be ours: %v", err)
	}
	token.Store(strings.Fields(site.Ways["file"])[5])
	r.must(t, http.MethodPost, "/walk-sites/"+name+"/proof", nil, &site)
	if !site.Own {
		t.Fatalf("the site is not ours: %+v", site)
	}
	return s, server.URL
}

func (r *robots) must(t *testing.T, method, path string, in, out any) {
	t.Helper()
	if err := r.send(t.Context(), method, path, in, out); err != nil {
		t.Fatalf("%s %s: %v", method, path, err)
	}
}

// daily hands a recording in and lets robots walk it each day, and once now.
func (r *robots) daily(t *testing.T, recording, title, site, profile string) int64 {
	t.Helper()
	var saved walk.Recording
	r.must(t, http.MethodPost, "/walk-recordings", walk.HandIn{File: recording, Name: strings.ToLower(title), JSON: string(shop.Recording(recording))}, &saved)
	var s cx.Scenario
	values := map[string]string{"site": site, "code": shop.Code, "password": password}
	r.must(t, http.MethodPost, "/walk-recordings/scenario", walk.OfRecording{Recording: saved.Name, Title: title, Profile: profile, Values: values}, &s)
	var daily api.DailyWalk
	r.must(t, http.MethodPost, "/walk-recordings/daily", map[string]string{"scenario": s.ID}, &daily)
	if daily.Plan.Schedule.Often != walk.Daily || daily.First.ID == 0 {
		t.Fatalf("%+v", daily)
	}
	return daily.First.ID
}

// worker is `firsthand worker` as a process of its own.
type worker struct {
	*exec.Cmd
	folder string // where its Chromium lives
	said   bytes.Buffer
}

func (r *robots) start(t *testing.T, arguments ...string) *worker {
	t.Helper()
	// Not t.TempDir: Chromium's socket needs a short path.
	folder, err := os.MkdirTemp("", "fh")
	if err != nil {
		t.Fatal(err)
	}
	w := &worker{folder: folder, Cmd: exec.Command(os.Args[0], append([]string{"worker", "--server", r.base, "--pause", "100ms", "--robots-may-visit", "127.0.0.0/8", "-v"}, arguments...)...)}
	w.Env = append(os.Environ(), "FIRSTHAND_AS_PROGRAM=1", "FIRSTHAND_TOKEN="+r.token, "TMPDIR="+folder)
	w.Stdout, w.Stderr = &w.said, &w.said
	if err := w.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = w.Process.Kill()
		_ = w.Wait()
		_ = os.RemoveAll(folder)
	})
	return w
}

// chromiums are the processes of a worker's browser.
func (w *worker) chromiums() (running int) {
	lines, _ := filepath.Glob("/proc/[0-9]*/cmdline")
	for _, path := range lines {
		if raw, err := os.ReadFile(path); err == nil && strings.Contains(string(raw), w.folder) {
			running++
		}
	}
	return running
}

// until waits for something that a process elsewhere does.
func until(t *testing.T, what string, is func() bool) {
	t.Helper()
	for began := time.Now(); !is(); time.Sleep(20 * time.Millisecond) {
		if time.Since(began) > 4*time.Minute {
			t.Fatalf("in vain: %s", what)
		}
	}
}

func (r *robots) walked(t *testing.T, id int64) walk.Detail {
	t.Helper()
	d, err := r.app.Walks().Assignment(context.WithoutCancel(t.Context()), id)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// report is what a robot measured on a walk.
func (r *robots) report(t *testing.T, d walk.Detail) (report robot.Report) {
	t.Helper()
	i := slices.IndexFunc(d.Visit.Pieces, func(p walk.Piece) bool { return p.Key == "report" })
	if i < 0 {
		t.Fatalf("walk %d has no report: %+v", d.ID, d.Visit.Pieces)
	}
	f, err := r.app.Evidence(d.Visit.Pieces[i].File)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := json.NewDecoder(f).Decode(&report); err != nil {
		t.Fatal(err)
	}
	return report
}

// From a recording that was handed in to the facts, through a worker process of its own
// and the API, on a shop that is well and on one that is not.
func TestRobotsWalkWhatWasRecordedFromThePlanToTheFacts(t *testing.T) {
	r := newRobots(t)
	good, well := r.ours(t)
	_, ill := r.ours(t, shop.PromoFailsOnPhone)
	type errand struct {
		recording, title, site, profile string
		verdict                         walk.Verdict
		works                           cx.Mark
	}
	walks := map[int64]errand{}
	for _, e := range []errand{
		{shop.OpenOnPhone, "W1", well, "phone", walk.VerdictFine, cx.Yes},
		{shop.Promo, "W2", well, "", walk.VerdictFine, cx.Yes},
		{shop.Buy, "W6", well, "desk", walk.VerdictFine, cx.Yes},
		{shop.Return, "W8", well, "phone", walk.VerdictFine, cx.Yes},
	} {
		walks[r.daily(t, e.recording, e.title, e.site, e.profile)] = e
	}
	// The company's values are by name: the other shop's address is that walk's own.
	sick := errand{shop.Promo, "W2", ill, "phone", walk.VerdictTheirSite, cx.No}
	a, err := r.app.Walks().Assign(t.Context(), walk.Ask{Scenario: "w2", Robot: true, Values: map[string]string{"site": ill}}, "ann")
	if err != nil {
		t.Fatal(err)
	}
	walks[a.ID] = sick
	w := r.start(t)
	t.Cleanup(func() {
		if t.Failed() {
			t.Log(w.said.String())
		}
	})
	until(t, "all walks to be done", func() bool {
		done := 0
		for id := range walks {
			if s := r.walked(t, id).State; s != cx.WalkPlanned && s != cx.WalkStarted {
				done++
			}
		}
		return done == len(walks)
	})
	if err := w.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := w.Wait(); err != nil {
		t.Errorf("the worker ended with %v", err)
	}
	if n := w.chromiums(); n > 0 {
		t.Errorf("%d processes of Chromium are left", n)
	}
	steps, err := r.app.WalkSteps(t.Context(), cx.Period{})
	if err != nil {
		t.Fatal(err)
	}
	for id, e := range walks {
		t.Run(fmt.Sprintf("%s on %s is %s", e.title, e.site, e.verdict), func(t *testing.T) {
			d := r.walked(t, id)
			if d.State != cx.WalkApproved || d.Verdict != e.verdict || d.Review.Marks["works"] != e.works {
				t.Fatalf("it is %s, %s: %s, %+v\n%s", d.State, d.Verdict, d.Failure, d.Review, w.said.String())
			}
			inFacts := 0
			for _, f := range steps {
				if f.Walk == id {
					inFacts++
				}
			}
			if inFacts == 0 || inFacts != len(d.Visit.Steps) {
				t.Errorf("%d steps were walked and the facts hold %d", len(d.Visit.Steps), inFacts)
			}
			report := r.report(t, d)
			if len(report.Runs) < 2 || report.Verdict.Text != d.Failure || report.Recording != strings.ToLower(e.title) {
				t.Errorf("the report says %q, of %d walks of %q", report.Verdict.Text, len(report.Runs), report.Recording)
			}
			keys := map[string]bool{}
			for _, p := range d.Visit.Pieces {
				keys[p.Key] = true
			}
			shown := report.Runs[report.Shown-1]
			for _, s := range shown.Steps {
				if s.Picture != "" && !keys[fmt.Sprintf("run-%d-%s", report.Shown, s.Picture)] {
					t.Errorf("the picture of step %d is missing", s.Number)
				}
			}
			if len(shown.Film) == 0 || len(shown.Film) > 60 {
				t.Errorf("%d pictures in the film", len(shown.Film))
			}
			for _, f := range shown.Film {
				if !keys[fmt.Sprintf("run-%d-%s", report.Shown, f.Name)] {
					t.Errorf("%s is missing", f.Name)
				}
			}
		})
	}
	if good.Orders() != 0 {
		t.Errorf("%d orders were made by robots that may order nothing", good.Orders())
	}
	if good.Marked() == 0 {
		t.Error("no request says that it is a walk's")
	}
	all, _ := json.Marshal(steps)
	for name, text := range map[string]string{"the facts": string(all), "the server's log": r.log.String(), "the worker's log": w.said.String()} {
		if strings.Contains(text, password) {
			t.Errorf("%s hold a secret", name)
		}
	}
	for id := range walks {
		if text, _ := json.Marshal(r.report(t, r.walked(t, id))); strings.Contains(string(text), password) {
			t.Errorf("the report of walk %d holds a secret", id)
		}
	}
}

// hanging is a recording that waits until somebody kills the robot.
const hanging = `{"title": "Hang", "steps": [
	{"type": "navigate", "url": "${site}/"},
	{"type": "waitForExpression", "timeout": 30000, "expression": "false"}]}`

func TestAKilledWorkerLeavesNothingAndItsWalkIsDoneAgain(t *testing.T) {
	r := newRobots(t)
	_, site := r.ours(t)
	var s cx.Scenario
	hand := func(text string) {
		r.must(t, http.MethodPost, "/walk-recordings", walk.HandIn{Name: "hang", JSON: text}, nil)
	}
	hand(hanging)
	r.must(t, http.MethodPost, "/walk-recordings/scenario", walk.OfRecording{Recording: "hang", Values: map[string]string{"site": site}}, &s)
	a, err := r.app.Walks().Assign(t.Context(), walk.Ask{Scenario: s.ID, Robot: true}, "ann")
	if err != nil {
		t.Fatal(err)
	}
	for kill, end := range map[string]func(*worker){
		"killed": func(w *worker) { _ = w.Process.Kill() },
		"asked":  func(w *worker) { _ = w.Process.Signal(syscall.SIGTERM) },
	} {
		w := r.start(t, "--name", kill)
		until(t, "Chromium to run", func() bool { return w.chromiums() > 1 && r.walked(t, a.ID).State == cx.WalkStarted })
		end(w)
		_ = w.Wait()
		until(t, "Chromium to end", func() bool { return w.chromiums() == 0 })
		if kill == "asked" {
			if d := r.walked(t, a.ID); d.State != cx.WalkPlanned || d.Failures > 1 {
				t.Errorf("a worker that was stopped leaves the walk %s with %d failures: %s", d.State, d.Failures, w.said.String())
			}
		} else if d := r.walked(t, a.ID); d.State != cx.WalkStarted {
			t.Errorf("a worker that was killed leaves the walk %s", d.State)
		}
		r.ahead.Add(int64(5 * time.Minute)) // its lease is over, and the pause after a failure
		if _, err := r.app.Walks().Tick(t.Context()); err != nil {
			t.Fatal(err)
		}
		r.ahead.Add(int64(5 * time.Minute))
	}
	hand(strings.Replace(hanging, `"false"`, `"true"`, 1))
	w := r.start(t)
	until(t, "the walk to be done again", func() bool { return r.walked(t, a.ID).State == cx.WalkApproved })
	if d := r.walked(t, a.ID); d.Verdict != walk.VerdictFine || d.Failures != 1 || d.Attempts != 3 {
		t.Errorf("%s after %d failures and %d attempts: %s", d.Verdict, d.Failures, d.Attempts, w.said.String())
	}
}

func TestAServerWalksByItselfWhereItMay(t *testing.T) {
	r := newRobots(t)
	_, site := r.ours(t)
	id := r.daily(t, shop.OpenOnPhone, "W1", site, "")
	if err := r.app.Close(); err != nil {
		t.Fatal(err)
	}
	listener, err := app.Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if r.app, err = app.Open(t.Context(), app.Config{Dir: r.dir, Memory: "256MiB", Log: slog.New(slog.NewTextHandler(&r.log, nil)), Robots: true, RobotsMayVisit: []string{"127.0.0.0/8"}}); err != nil {
		t.Fatal(err)
	}
	serving, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- r.app.Serve(serving, listener, func(app.Address, string) {}) }()
	until(t, "the server to walk", func() bool { return r.walked(t, id).State == cx.WalkApproved })
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if d := r.walked(t, id); d.Verdict != walk.VerdictFine {
		t.Errorf("it is %s: %s", d.Verdict, d.Failure)
	}
}

func TestAWorkerSaysWhatIsWrongWithItsServer(t *testing.T) {
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	nobody := "http://" + closed.Addr().String()
	closed.Close()
	for name, c := range map[string]struct {
		arguments []string
		code      int
		says      string
	}{
		"no address":  {[]string{"--server", "shop", "--token", "x"}, exitCode(cx.Invalid), "is not an address of a server"},
		"no token":    {[]string{"--server", nobody}, exitCode(cx.Invalid), "needs a token"},
		"no server":   {[]string{"--data", t.TempDir()}, exitCode(cx.Unavailable), "no server runs"},
		"a bad range": {[]string{"--server", nobody, "--token", "x", "--robots-may-visit", "inside"}, exitCode(cx.Invalid), "is no range of addresses"},
	} {
		t.Run(name, func(t *testing.T) {
			var said bytes.Buffer
			code := run(t.Context(), append([]string{"worker"}, c.arguments...), streams{strings.NewReader(""), &said, &said})
			if code != c.code || !strings.Contains(said.String(), c.says) {
				t.Errorf("code %d: %s", code, said.String())
			}
		})
	}
}

var _ robot.Desk = leaseClient{}
