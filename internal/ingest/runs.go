package ingest

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// RunState is where a run of an import stands.
type RunState string

const (
	RunWaiting   RunState = "waiting" // another import goes first
	RunRunning   RunState = "running"
	RunDone      RunState = "done"
	RunFailed    RunState = "failed"
	RunCancelled RunState = "cancelled" // nothing of it was applied
)

// Over reports whether the run will not change any more.
func (s RunState) Over() bool { return s == RunDone || s == RunFailed || s == RunCancelled }

// Run is one run of an import as people watch it.
type Run struct {
	ID      string    `json:"id"`
	File    string    `json:"file"`
	State   RunState  `json:"state"`
	Began   time.Time `json:"began"`
	Rows    int64     `json:"rows"`
	Bytes   int64     `json:"bytes"`       // read of the file
	Total   int64     `json:"total_bytes"` // the file's size
	Phase   string    `json:"phase,omitempty"`
	Rate    float64   `json:"rows_per_second"`
	Left    float64   `json:"seconds_left"` // 0 = not known yet
	Summary *Summary  `json:"summary,omitempty"`
	Error   string    `json:"error,omitempty"` // what happened and what to do
	Code    cx.Code   `json:"code,omitempty"`
}

// Runs runs imports one after the other, in the background, and keeps the last
// hundred for those who watch. The store is never asked to hold two open imports.
type Runs struct {
	clock func() time.Time
	log   *slog.Logger
	turn  chan struct{} // holds a token while nobody imports
	base  context.Context
	stop  context.CancelFunc
	group sync.WaitGroup

	mu     sync.Mutex
	runs   map[string]*watched
	recent []string
}

type watched struct {
	run     Run
	cancel  context.CancelFunc
	changed chan struct{} // closed and replaced at every change
}

const keepRuns = 100

// NewRuns makes a runner that works until Stop.
func NewRuns(clock func() time.Time, log *slog.Logger) *Runs {
	base, stop := context.WithCancel(context.Background())
	r := &Runs{clock: clock, log: log, turn: make(chan struct{}, 1), base: base, stop: stop, runs: map[string]*watched{}}
	r.turn <- struct{}{}
	return r
}

// Work does an import; it calls report as it goes along.
type Work func(ctx context.Context, report func(rows, bytes int64, phase string)) (Summary, error)

// Start begins a run (or queues it behind the one under way) and returns at once.
func (r *Runs) Start(file string, total int64, work Work, after func()) (Run, error) {
	if err := r.base.Err(); err != nil {
		return Run{}, cx.Errorf(cx.Unavailable, "the server is stopping").WithRemedy("Import the file again once it is back.")
	}
	ctx, cancel := context.WithCancel(r.base)
	w := &watched{
		run:    Run{ID: rand.Text(), File: file, State: RunWaiting, Began: r.clock(), Total: total},
		cancel: cancel, changed: make(chan struct{}),
	}
	r.mu.Lock()
	r.runs[w.run.ID] = w
	r.recent = append(r.recent, w.run.ID)
	if len(r.recent) > keepRuns && r.runs[r.recent[0]].run.State.Over() {
		delete(r.runs, r.recent[0])
		r.recent = r.recent[1:]
	}
	first := w.run
	r.mu.Unlock()

	r.group.Go(func() {
		defer cancel()
		if after != nil {
			defer after()
		}
		select {
		case <-r.turn:
			defer func() { r.turn <- struct{}{} }()
		case <-ctx.Done():
			r.finish(w, Summary{}, ctx.Err())
			return
		}
		began := r.clock()
		r.update(w, func(run *Run) { run.State, run.Began = RunRunning, began })
		summary, err := work(ctx, func(rows, bytes int64, phase string) {
			r.update(w, func(run *Run) {
				run.Rows, run.Bytes, run.Phase = rows, bytes, phase
				if took := r.clock().Sub(began).Seconds(); took > 0 {
					run.Rate = float64(rows) / took
					if bytes > 0 && run.Total > bytes {
						run.Left = took * float64(run.Total-bytes) / float64(bytes)
					} else {
						run.Left = 0
					}
				}
			})
		})
		r.finish(w, summary, err)
	})
	return first, nil
}

func (r *Runs) finish(w *watched, s Summary, err error) {
	r.update(w, func(run *Run) {
		run.Left = 0
		switch {
		case err == nil:
			run.State, run.Summary = RunDone, &s
		case errors.Is(err, context.Canceled):
			run.State = RunCancelled
		default:
			run.State, run.Error, run.Code = RunFailed, err.Error(), cx.CodeOf(err)
			if run.Code == cx.Internal {
				r.log.Error("import failed", "file", run.File, "error", err)
				run.Error = "something went wrong on our side; nothing was imported. The server's log has the cause."
			}
		}
	})
}

func (r *Runs) update(w *watched, change func(*Run)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	change(&w.run)
	close(w.changed)
	w.changed = make(chan struct{})
}

// Run is a run as it stands, with a channel that is closed at its next change.
func (r *Runs) Run(id string) (Run, <-chan struct{}, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	w, ok := r.runs[id]
	if !ok {
		return Run{}, nil, cx.Errorf(cx.NotFound, "there is no import under way with the number %s", id).
			WithRemedy("See the list of imports: it may be done.")
	}
	return w.run, w.changed, nil
}

// Recent lists runs that were started since the server did, newest first.
func (r *Runs) Recent() []Run {
	r.mu.Lock()
	defer r.mu.Unlock()
	list := make([]Run, 0, len(r.recent))
	for i := len(r.recent) - 1; i >= 0; i-- {
		list = append(list, r.runs[r.recent[i]].run)
	}
	return list
}

// Cancel stops a run; nothing of it is applied, unless it was already committing.
func (r *Runs) Cancel(id string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	w, ok := r.runs[id]
	if !ok {
		return cx.Errorf(cx.NotFound, "there is no import under way with the number %s", id)
	}
	w.cancel()
	return nil
}

// Stopping reports whether Stop has been called: what is cancelled then was not by a
// person.
func (r *Runs) Stopping() bool { return r.base.Err() != nil }

// Stop cancels what is under way and waits until it is clean.
func (r *Runs) Stop() {
	r.stop()
	r.group.Wait()
}
