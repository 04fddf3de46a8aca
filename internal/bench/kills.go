package bench

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"time"

	"github.com/firsthand-cx/firsthand/internal/app"
)

const (
	childArgument = "-child-import"
	killRows      = 200_000
	killTimes     = 20
)

// childImport is a process that is there to be killed.
func childImport(ctx context.Context, dir, csv, mapping string) int {
	a, err := app.Open(ctx, app.Config{Dir: dir, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	if _, err := a.ImportFile(ctx, csv, mapping); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	if err := a.Close(); err != nil {
		return 1
	}
	return 0
}

// kills imports over a first import, is killed with SIGKILL at random points, and
// says what was found afterwards: all or nothing of the second import.
func (b *bench) kills(ctx context.Context) error {
	csv := filepath.Join(b.dir, "kill.csv")
	if err := writeCSV(csv, killRows); err != nil {
		return err
	}
	whole0 := whole
	alone, err := b.runChild(ctx, csv, whole0, 0)
	if err != nil {
		return err
	}
	rng := rand.New(rand.NewPCG(7, 7))
	nothing, all, wrong := 0, 0, 0
	var ready []time.Duration
	for range killTimes {
		after := time.Duration(rng.Float64() * 1.05 * float64(alone.took))
		r, err := b.runChild(ctx, csv, whole0, after)
		if err != nil {
			return err
		}
		switch r.interactions {
		case 0:
			nothing++
		case killRows:
			all++
		default:
			wrong++
		}
		if r.again != killRows { // a second try after the kill brings exactly everything
			wrong++
		}
		ready = append(ready, r.ready)
	}
	slices.Sort(ready)
	b.printf("%d kills during an import of %d rows: %d left nothing, %d left all, %d were half, lost or doubled; ready again: median %v, worst %v\n",
		killTimes, killRows, nothing, all, wrong, ready[len(ready)/2].Round(time.Millisecond), ready[len(ready)-1].Round(time.Millisecond))
	return nil
}

type killed struct {
	took, ready  time.Duration
	interactions int64 // found after the kill
	again        int64 // found after importing the same file again
}

// runChild imports in a child process, kills it (after 0 = never), and looks.
func (b *bench) runChild(ctx context.Context, csv, mapping string, after time.Duration) (r killed, err error) {
	dir := filepath.Join(b.dir, "kill")
	defer os.RemoveAll(dir)
	self, err := os.Executable()
	if err != nil {
		return r, err
	}
	child := exec.CommandContext(ctx, self, childArgument, dir, csv, mapping)
	child.Stderr = os.Stderr
	began := time.Now()
	if err := child.Start(); err != nil {
		return r, err
	}
	if after > 0 {
		timer := time.AfterFunc(after, func() { _ = child.Process.Kill() })
		defer timer.Stop()
	}
	var exit *exec.ExitError
	if err := child.Wait(); err != nil && !errors.As(err, &exit) {
		return r, err
	}
	r.took = time.Since(began)
	began = time.Now()
	a, err := b.open(ctx, dir)
	if err != nil {
		return r, err
	}
	defer a.Close()
	r.ready = time.Since(began)
	count := func() (int64, error) {
		t, err := a.Ask(ctx, "repeat_contact", url.Values{})
		return t.Scanned, err
	}
	if r.interactions, err = count(); err != nil {
		return r, err
	}
	if after > 0 {
		if _, err := a.ImportFile(ctx, csv, mapping); err != nil {
			return r, err
		}
		r.again, err = count()
	}
	return r, err
}
