package bench

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http/httptest"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/walk/robot/browser"
	"github.com/firsthand-cx/firsthand/internal/walk/robot/guard"
	"github.com/firsthand-cx/firsthand/internal/walk/robot/recorder"
	"github.com/firsthand-cx/firsthand/internal/walk/robot/shop"
)

const (
	childRobotArgument = "-child-robot"
	walksInARow        = 300
	walksBeside        = 20
)

var loopback = guard.Policy{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}}

// robots measures the browser robot on the small shop: its own time beside the page's,
// walks a minute beside the reference player, 300 walks in a row, and kills.
func (b *bench) robots(ctx context.Context) error {
	server := httptest.NewServer(shop.New())
	defer server.Close()
	robot, err := b.robot("one")
	if err != nil {
		return err
	}
	defer robot.Close()
	if _, err := robot.Walk(ctx, errand(server.URL, shop.OpenOnPhone)); err != nil { // Chromium starts
		return err
	}
	for _, part := range []func() error{
		func() error { return b.overhead(ctx, robot, server.URL) },
		func() error { return b.besides(ctx, robot, server.URL) },
		func() error { return b.inARow(ctx, robot, server.URL) },
		func() error { return b.killRobots(ctx, server.URL) },
	} {
		if err := part(); err != nil {
			return err
		}
	}
	return nil
}

// robot has a folder with a short path: Chromium's socket needs that.
func (b *bench) robot(name string) (*browser.Browser, error) {
	return browser.New(browser.Options{Policy: loopback, Dir: filepath.Join(b.dir, name)})
}

// errand is one of the shop's recordings, which nothing is ordered by.
func errand(site, name string) browser.Walk {
	flow, err := recorder.Parse(name, shop.Recording(name))
	if err == nil {
		flow, err = flow.Bind(map[string]recorder.Variable{"site": {Value: site}, "code": {Value: shop.Code}, "password": {Value: "corr3ct horse", Secret: true}})
	}
	if err != nil {
		panic(err) // the shop's own recordings are tested
	}
	return browser.Walk{Flow: flow, Sites: []guard.Site{guard.Site(strings.TrimPrefix(site, "http://"))}, MayOrder: func(context.Context) error { return nil }}
}

// overhead tells how much of the steps' time is the robot's own: finding, judging,
// pointing, typing, with pictures and audits apart.
func (b *bench) overhead(ctx context.Context, robot *browser.Browser, site string) error {
	b.printf("the robot's own time over the page's, pictures and audits apart (load %s)\n  network · walks · steps · page ms a step · robot ms a step · robot ÷ page · the same by the median walk\n", load())
	for _, network := range browser.Networks() {
		var page, own browser.Millis
		var ratios []float64
		steps := 0
		for range 5 {
			for _, name := range []string{shop.OpenOnPhone, shop.Promo, shop.Buy, shop.Return} {
				w := errand(site, name)
				w.Network, w.Profile = network, browser.Phone
				r, err := robot.Walk(ctx, w)
				if err != nil || r.Outcome != browser.Completed {
					return cx.Errorf(cx.Internal, "%s: %s %s %w", name, r.Outcome, r.Reason, err)
				}
				var p, o browser.Millis
				for _, s := range r.Steps {
					p, o, steps = p+s.Timing.Page, o+s.Timing.Robot, steps+1
				}
				page, own, ratios = page+p, own+o, append(ratios, float64(o/p))
			}
		}
		slices.Sort(ratios)
		b.printf("  %s · %d · %d · %.1f · %.1f · %.1f %% · %.1f %%\n", network.Name, len(ratios), steps, float64(page)/float64(steps), float64(own)/float64(steps), 100*float64(own/page), 100*ratios[len(ratios)/2])
	}
	return nil
}

// besides walks the same recordings as the reference player does, by turns.
func (b *bench) besides(ctx context.Context, robot *browser.Browser, site string) error {
	names := []string{shop.OpenOnPhone, shop.Promo, shop.Return}
	ours := func(robot *browser.Browser, n int) (time.Duration, error) {
		began := time.Now()
		for i := range n {
			if r, err := robot.Walk(ctx, errand(site, names[i%len(names)])); err != nil || r.Outcome != browser.Completed {
				return 0, cx.Errorf(cx.Internal, "%s %s %w", r.Outcome, r.Reason, err)
			}
		}
		return time.Since(began), nil
	}
	perMinute := func(n int, d time.Duration) float64 { return float64(n) / d.Minutes() }
	one, err := ours(robot, walksBeside)
	if err != nil {
		return err
	}
	b.printf("walks a minute, one after the other, without pictures: %.0f (load %s)\n", perMinute(walksBeside, one), load())
	if modules := os.Getenv("PEER_MODULES"); modules != "" {
		theirs, err := replayed(ctx, site, names)
		if err != nil {
			return err
		}
		again, err := ours(robot, walksBeside)
		if err != nil {
			return err
		}
		b.printf("  the reference player between: %.0f; ours ÷ theirs: %.2f\n", perMinute(walksBeside, theirs), float64(theirs)/float64((one+again)/2))
	} else {
		b.printf("  the reference player is not there: set PEER_MODULES as docs/peers/run.sh does\n")
	}
	second, err := b.robot("two")
	if err != nil {
		return err
	}
	defer second.Close()
	if _, err := ours(second, 1); err != nil { // Chromium starts
		return err
	}
	began := time.Now()
	var both sync.WaitGroup
	errs := make([]error, 2)
	for i, r := range []*browser.Browser{robot, second} {
		both.Go(func() { _, errs[i] = ours(r, walksBeside) })
	}
	both.Wait()
	if err := errors.Join(errs...); err != nil {
		return err
	}
	b.printf("  with two workers: %.0f (load %s)\n", perMinute(2*walksBeside, time.Since(began)), load())
	return nil
}

// replayed is how long the reference player takes for so many walks.
func replayed(ctx context.Context, site string, names []string) (time.Duration, error) {
	cmd := exec.CommandContext(ctx, "node", "docs/peers/replay/play.cjs")
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		return 0, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return 0, err
	}
	if err := cmd.Start(); err != nil {
		return 0, err
	}
	lines := bufio.NewReader(out)
	var began time.Time
	for i := range walksBeside + 1 { // with the first Chromium starts
		if i == 1 {
			began = time.Now()
		}
		text := strings.NewReplacer("${site}", site, "${code}", shop.Code).Replace(string(shop.Recording(names[(i+len(names)-1)%len(names)])))
		var line bytes.Buffer
		if err := json.Compact(&line, []byte(text)); err != nil {
			return 0, err
		}
		fmt.Fprintf(in, "%s\n", line.Bytes())
		answer, err := lines.ReadBytes('\n')
		if err != nil {
			return 0, err
		}
		if !bytes.Contains(answer, []byte(`"ok":true`)) {
			return 0, cx.Errorf(cx.Internal, "the reference player: %s", answer)
		}
	}
	took := time.Since(began)
	in.Close()
	return took, cmd.Wait()
}

// inARow walks and looks, every fifty walks, what memory and processes there are.
func (b *bench) inARow(ctx context.Context, robot *browser.Browser, site string) error {
	b.printf("%d walks in a row, with pictures and film; Chromium is started afresh after each 100\n  walks · processes · their memory MiB · ours MiB · open files\n", walksInARow)
	w := errand(site, shop.OpenOnPhone)
	w.Profile, w.Film = browser.Phone, true
	w.Evidence = func(string, []byte) error { return nil }
	for i := range walksInARow {
		r, err := robot.Walk(ctx, w)
		if err != nil || r.Outcome != browser.Completed {
			return cx.Errorf(cx.Internal, "walk %d: %s %s %w", i+1, r.Outcome, r.Reason, err)
		}
		if (i+1)%50 == 0 {
			family := familyOf(robot.Process())
			theirs := 0
			for _, pid := range family {
				theirs += rss(pid)
			}
			files, _ := os.ReadDir("/proc/self/fd")
			b.printf("  %d · %d · %d · %d · %d\n", i+1, len(family), theirs, rss(os.Getpid()), len(files))
		}
	}
	return nil
}

// familyOf is a process with all that it started.
func familyOf(pid int) []int {
	all := []int{pid}
	tasks, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
	for _, task := range tasks {
		raw, _ := os.ReadFile(task)
		for _, field := range strings.Fields(string(raw)) {
			if child, err := strconv.Atoi(field); err == nil {
				all = append(all, familyOf(child)...)
			}
		}
	}
	return all
}

// rss is the memory of a process, in MiB; what processes share counts in each.
func rss(pid int) int {
	raw, _ := os.ReadFile(fmt.Sprintf("/proc/%d/statm", pid))
	fields := strings.Fields(string(raw))
	if len(fields) < 2 {
		return 0
	}
	pages, _ := strconv.Atoi(fields[1])
	return pages * os.Getpagesize() >> 20
}

// childRobot walks until it is killed.
func childRobot(ctx context.Context, dir, site string) int {
	robot, err := browser.New(browser.Options{Policy: loopback, Dir: dir})
	if err != nil {
		return 1
	}
	for {
		if _, err := robot.Walk(ctx, errand(site, shop.OpenOnPhone)); err != nil {
			return 1
		}
	}
}

// killRobots kills robots with SIGKILL at random moments and looks what is left.
func (b *bench) killRobots(ctx context.Context, site string) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	dir := filepath.Join(b.dir, "killed")
	rng := rand.New(rand.NewPCG(7, 7))
	orphans, running := 0, 0
	for range killTimes {
		child := exec.CommandContext(ctx, self, childRobotArgument, dir, site)
		if err := child.Start(); err != nil {
			return err
		}
		time.Sleep(time.Duration(rng.Float64() * float64(8*time.Second)))
		if len(livingIn(dir)) > 0 {
			running++
		}
		_ = child.Process.Kill()
		_ = child.Wait()
		for wait := 0; len(livingIn(dir)) > 0 && wait < 50; wait++ {
			time.Sleep(100 * time.Millisecond) // the kernel ends them, one after the other
		}
		orphans += len(livingIn(dir))
	}
	robot, err := b.robot("killed")
	if err != nil {
		return err
	}
	if _, err := robot.Walk(ctx, errand(site, shop.OpenOnPhone)); err != nil {
		return err
	}
	folders, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	b.printf("%d kills of a robot, %d while its Chromium ran: %d processes left after 5 s; folders once another robot began: %d (its own)\n", killTimes, running, orphans, len(folders))
	return robot.Close()
}

// livingIn are the processes whose command line names a folder as the browser's own.
func livingIn(dir string) (all []string) {
	lines, _ := filepath.Glob("/proc/[0-9]*/cmdline")
	for _, path := range lines {
		if raw, err := os.ReadFile(path); err == nil && strings.Contains(string(raw), dir) && strings.Contains(string(raw), "--user-data-dir") {
			all = append(all, path)
		}
	}
	return all
}
