package duckdb

import (
	"context"
	"sync"
)

// gate lets many in, or one alone. Unlike a sync.RWMutex it lets those in who are
// inside already (an import that looks up a word), even while somebody waits to
// be alone: a waiting rewrite must not stop the import that it waits for.
type gate struct {
	mu     sync.Mutex
	inside int
	alone  bool
	moved  chan struct{} // closed and replaced when inside or alone goes down
}

func (g *gate) enter() {
	g.mu.Lock()
	for g.alone {
		wait := g.waitChan()
		g.mu.Unlock()
		<-wait
		g.mu.Lock()
	}
	g.inside++
	g.mu.Unlock()
}

func (g *gate) leave() {
	g.mu.Lock()
	g.inside--
	g.signal()
	g.mu.Unlock()
}

// shut waits until nobody is inside and keeps others out until reopen.
func (g *gate) shut(ctx context.Context) error {
	g.mu.Lock()
	for g.alone || g.inside > 0 {
		wait := g.waitChan()
		g.mu.Unlock()
		select {
		case <-wait:
		case <-ctx.Done():
			return wrap(ctx.Err(), "wait until nobody uses the facts")
		}
		g.mu.Lock()
	}
	g.alone = true
	g.mu.Unlock()
	return nil
}

func (g *gate) reopen() {
	g.mu.Lock()
	g.alone = false
	g.signal()
	g.mu.Unlock()
}

func (g *gate) waitChan() chan struct{} {
	if g.moved == nil {
		g.moved = make(chan struct{})
	}
	return g.moved
}

func (g *gate) signal() {
	if g.moved != nil {
		close(g.moved)
		g.moved = nil
	}
}
