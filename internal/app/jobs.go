package app

import (
	"context"
	"sync"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/finding"
	"github.com/firsthand-cx/firsthand/internal/identity"
)

// evaluateEvery is how often a server looks whether a week has closed; an
// evaluation of the same closed weeks again changes nothing but what is new.
const evaluateEvery = 6 * time.Hour

// tickEvery is how often a server looks whether a walk's time has come or gone.
const tickEvery = time.Minute

// beginJobs starts what a server does in the background: looking for findings
// after imports and when a week closes, rewriting the facts at night when
// erasures wait, and doing what the clock asks of walks.
func (a *App) beginJobs(ctx context.Context) {
	ctx, a.background = context.WithCancel(context.WithoutCancel(ctx))
	a.changed = make(chan struct{}, 1)
	a.stopped = make(chan struct{})
	var jobs sync.WaitGroup
	jobs.Go(func() { a.tickWalks(ctx) })
	if a.watch != nil {
		jobs.Go(func() { a.watchFolder(ctx) })
	}
	jobs.Go(func() { a.walkByRobot(ctx) })
	jobs.Go(func() {
		ticker := time.NewTicker(evaluateEvery)
		defer ticker.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-a.changed:
			case <-ticker.C:
				a.forgetErased(ctx)
			}
			if err := a.linkAfterImport(ctx); err != nil && ctx.Err() == nil {
				a.config.Log.Error("linking people by likeness failed; it is tried again", "error", err)
			}
			if err := a.lookForFindings(ctx); err != nil && ctx.Err() == nil {
				a.config.Log.Error("looking for findings failed", "error", err)
			}
		}
	})
	go func() {
		jobs.Wait()
		close(a.stopped)
	}()
	if run, err := a.findings.LastRun(ctx); err == nil && run.At.IsZero() {
		a.afterChange()
	}
}

// tickWalks lays plans ahead, ends what nobody did in time and takes leases back.
func (a *App) tickWalks(ctx context.Context) {
	ticker := time.NewTicker(tickEvery)
	defer ticker.Stop()
	sites := a.siteDesk()
	for {
		if _, err := a.walks.Tick(ctx); err != nil && ctx.Err() == nil {
			a.config.Log.Error("looking after walks failed; it is tried again", "error", err)
		}
		if err := a.walks.ProveAgain(ctx, sites.prover); err != nil && ctx.Err() == nil {
			a.config.Log.Error("looking again whether sites are ours failed; it is tried again", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

// endJobs stops the background work and waits for it.
func (a *App) endJobs() {
	if a.background != nil {
		a.background()
		<-a.stopped
		a.background = nil
	}
}

// afterChange notes that the data have changed, so that a server looks for
// findings again. It does not wait.
func (a *App) afterChange() {
	if a.changed == nil {
		return
	}
	select {
	case a.changed <- struct{}{}:
	default: // it will look anyway
	}
}

// followWords has journeys, findings and answers follow a rename.
func (a *App) followWords(ctx context.Context, gone []cx.Rewording) error {
	if err := a.journeys.Rematch(ctx); err != nil {
		return err
	}
	if err := a.findings.Follow(ctx, gone); err != nil {
		return err
	}
	a.afterChange()
	return nil
}

// lookForFindings makes sure that there is a journey, and evaluates.
func (a *App) lookForFindings(ctx context.Context) error {
	if _, err := a.journeys.ProposeIfNone(ctx); err != nil {
		return err
	}
	_, err := a.findings.Evaluate(ctx, finding.Options{})
	return err
}

// forgetErased rewrites the facts file while erasures wait for it: deleted rows
// stay in a DuckDB file until then.
func (a *App) forgetErased(ctx context.Context) {
	if err := a.stores.Rewrite(ctx); err != nil && ctx.Err() == nil {
		a.config.Log.Error("rewriting the facts after erasures failed; it is tried again", "error", err)
	}
}

// eraser erases customers from the stores and from the rejects files.
type eraser struct {
	*identity.Room
	app *App
}

func (a *App) eraser() eraser { return eraser{a.identity, a} }

// Erase erases a customer: the stores, the rejects files that quote them, and, at
// once rather than at night, the bytes that the facts file still holds.
func (e eraser) Erase(ctx context.Context, id cx.CustomerID) (identity.Erased, error) {
	one, err := e.Customer(ctx, id)
	if err != nil {
		return identity.Erased{}, err
	}
	if err := e.app.forgetRejects(one.Keys); err != nil {
		return identity.Erased{}, err
	}
	erased, err := e.Room.Erase(ctx, id)
	if err != nil {
		return erased, err
	}
	return erased, e.app.stores.Rewrite(ctx)
}
