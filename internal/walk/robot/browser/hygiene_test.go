package browser_test

import (
	"bufio"
	"context"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/firsthand-cx/firsthand/internal/walk/robot/browser"
	"github.com/firsthand-cx/firsthand/internal/walk/robot/guard"
	"github.com/firsthand-cx/firsthand/internal/walk/robot/recorder"
)

// workerArgument makes this test binary a robot worker that walks until it is killed.
const workerArgument = "walk-for-the-hygiene-test"

func worker(dir string) int {
	b, err := browser.New(browser.Options{Policy: loopback, Dir: dir})
	if err != nil {
		fmt.Println(err)
		return 1
	}
	f, err := recorder.Parse("worker.json", []byte(`{"title":"wait","steps":[{"type":"waitForExpression","timeout":30000,"expression":"false"}]}`))
	if err != nil {
		return 1
	}
	go func() {
		// Once Chromium runs, the walk is under way.
		for len(childrenOf(os.Getpid())) == 0 {
			time.Sleep(20 * time.Millisecond)
		}
		fmt.Println("walking")
	}()
	_, _ = b.Walk(context.Background(), browser.Walk{Flow: f, Sites: []guard.Site{"site.test"}})
	return 0
}

// users are the processes whose command line names a folder.
func users(dir string) []int {
	var all []int
	lines, _ := filepath.Glob("/proc/[0-9]*/cmdline")
	for _, path := range lines {
		raw, err := os.ReadFile(path)
		pid, _ := strconv.Atoi(filepath.Base(filepath.Dir(path)))
		if err == nil && strings.Contains(string(raw), dir) && strings.Contains(string(raw), "--user-data-dir") {
			all = append(all, pid)
		}
	}
	return all
}

func folders(t *testing.T, dir string) int {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(dir, "profile-*"))
	if err != nil {
		t.Fatal(err)
	}
	return len(found)
}

// eventually waits for a state of the system that no event tells of.
func eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	for range 500 {
		if is() {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Errorf("%s never came true", what)
}

func TestAKilledWorkerLeavesNoProcessAndNoFolderBehind(t *testing.T) {
	if !hasChromium() {
		t.Skip("there is no Chromium on this machine: apt-get install -y chromium")
	}
	if _, err := os.Stat("/proc/self/cmdline"); err != nil {
		t.Skip("processes are looked up in /proc, which this system does not have")
	}
	// A test's own folder has too long a path.
	dir, err := os.MkdirTemp("", "robot")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self, workerArgument, dir)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(out).ReadString('\n'); err != nil || !strings.HasPrefix(line, "walking") {
		t.Fatalf("the worker said %q: %v", line, err)
	}
	eventually(t, "Chromium with its helpers", func() bool { return len(users(dir)) >= 3 })
	if err := cmd.Process.Signal(syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()
	eventually(t, "no Chromium left", func() bool { return len(users(dir)) == 0 })
	if folders(t, dir) != 1 {
		t.Fatalf("%d folders were left by a worker that was killed", folders(t, dir))
	}
	// The next robot sweeps, and takes its own away when it closes.
	b, err := browser.New(browser.Options{Policy: loopback, Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	site := pages(t)
	if _, err := b.Walk(t.Context(), browser.Walk{Flow: flow(t, site), Sites: []guard.Site{"site.test"}}); err != nil {
		t.Fatal(err)
	}
	if n := folders(t, dir); n != 1 {
		t.Errorf("%d folders while one robot runs", n)
	}
	b.Close()
	if n := folders(t, dir); n != 0 || len(users(dir)) != 0 {
		t.Errorf("%d folders and processes %v after closing", n, users(dir))
	}
}

func TestACrashedBrowserIsInfrastructureAndTheNextWalkGoesOn(t *testing.T) {
	b := chromium(t)
	site := pages(t)
	walk := browser.Walk{Sites: []guard.Site{"site.test"}}
	for name, crash := range map[string]func(pid int){
		"Chromium is killed":           func(pid int) { _ = syscall.Kill(pid, syscall.SIGKILL) },
		"the page's process is killed": func(pid int) { killRenderers(pid) },
	} {
		t.Run(name, func(t *testing.T) {
			walk.Flow = flow(t, site, `{"type":"navigate","url":"SITE/empty.html"}`,
				`{"type":"customStep","name":"firsthand.order","parameters":{}}`, `{"type":"waitForExpression","timeout":20000,"expression":"false"}`)
			walk.MayOrder = func(context.Context) error { crash(b.Process()); return nil }
			r, err := b.Walk(t.Context(), walk)
			if err != nil || r.Outcome != browser.Infrastructure || r.Fault != browser.OurRobot {
				t.Fatalf("%v: %s", err, shown(r))
			}
			walk.Flow = flow(t, site, `{"type":"navigate","url":"SITE/empty.html"}`)
			if r, err := b.Walk(t.Context(), walk); err != nil || r.Outcome != browser.Completed {
				t.Fatalf("the next walk: %v: %s", err, shown(r))
			}
		})
	}
}

// killRenderers kills the processes that show a browser's pages: its descendants of that type.
func killRenderers(browser int) {
	for _, child := range childrenOf(browser) {
		raw, _ := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", child))
		if strings.Contains(string(raw), "--type=renderer") {
			_ = syscall.Kill(child, syscall.SIGKILL)
		}
		killRenderers(child)
	}
}

func childrenOf(parent int) []int {
	var all []int
	tasks, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", parent))
	for _, task := range tasks {
		raw, _ := os.ReadFile(task)
		for _, field := range strings.Fields(string(raw)) {
			if pid, err := strconv.Atoi(field); err == nil {
				all = append(all, pid)
			}
		}
	}
	return all
}

func TestACancelledWalkEndsAndTheBrowserStays(t *testing.T) {
	b := chromium(t)
	site := pages(t)
	ctx, cancel := context.WithCancel(t.Context())
	walk := browser.Walk{Sites: []guard.Site{"site.test"}, MayOrder: func(context.Context) error { cancel(); return nil }}
	walk.Flow = flow(t, site, `{"type":"navigate","url":"SITE/empty.html"}`, `{"type":"customStep","name":"firsthand.order","parameters":{}}`,
		`{"type":"waitForExpression","timeout":30000,"expression":"false"}`)
	if _, err := b.Walk(ctx, walk); err == nil {
		t.Error("a cancelled walk came to a result")
	}
	before := b.Process()
	walk.Flow = flow(t, site, `{"type":"navigate","url":"SITE/empty.html"}`)
	if r, err := b.Walk(t.Context(), walk); err != nil || r.Outcome != browser.Completed || b.Process() != before {
		t.Errorf("%v %s", err, shown(r))
	}
}

func TestAWalkEndsAtItsLimit(t *testing.T) {
	site := pages(t)
	r := walked(t, browser.Walk{Limit: 700 * time.Millisecond, Flow: flow(t, site, `{"type":"navigate","url":"SITE/empty.html"}`, `{"type":"waitForExpression","timeout":30000,"expression":"false"}`)})
	if r.Outcome != browser.Failed || r.Fault != browser.CannotTell || !strings.Contains(r.Reason, "longer than it may") {
		t.Error(shown(r))
	}
}

func TestAPageCannotReachInside(t *testing.T) {
	inside := httptest.NewServer(nil)
	defer inside.Close()
	b, err := browser.New(browser.Options{}) // the public internet only
	if err != nil {
		t.Skip(err)
	}
	defer b.Close()
	f := flow(t, inside.URL, `{"type":"navigate","url":"SITE/"}`)
	r, err := b.Walk(t.Context(), browser.Walk{Flow: f, Sites: []guard.Site{"127.0.0.1"}})
	if err != nil || r.Outcome != browser.Failed || r.Fault != browser.OurRobot {
		t.Errorf("%v %s", err, shown(r))
	}
}
