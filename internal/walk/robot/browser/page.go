package browser

import (
	"context"
	"encoding/json"
	"sync"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// tab is a page or popup with its frames, kept up to date from its events. Events
// come on the goroutine that reads the browser's messages; whoever waits for
// something wakes at each.
type tab struct {
	session *session
	target  *chromedp.Target
	close   context.CancelFunc
	life    context.Context
	die     context.CancelFunc

	mu      sync.Mutex
	changed chan struct{} // closed and renewed at every event that may be waited for
	main    cdp.FrameID
	frames  map[cdp.FrameID]*frame
	gone    bool // crashed or closed
	crashed bool
	// requests under way of scripts (fetch, XMLHttpRequest), by id.
	scripted  map[string]bool
	addresses map[string]string                                     // of requests, by id
	documents map[runtime.ExecutionContextID]string                 // loaders by our world in their document
	roots     map[runtime.ExecutionContextID]runtime.RemoteObjectID // documents, as handles
}

// frame is a document's place: the page itself or an iframe.
type frame struct {
	id, parent cdp.FrameID
	children   []cdp.FrameID
	url        string
	loader     cdp.LoaderID
	unreached  string // the address that could not be loaded
	// commits counts navigations that arrived, within the document too.
	commits int
	// pending is a navigation that has begun and has not arrived.
	pending bool
	// domReady and loaded are of the present document.
	domReady, loaded bool
	// world is our isolated world in the document, 0 before it is there.
	world runtime.ExecutionContextID
	page  runtime.ExecutionContextID // the page's own world
	// The keys of the two worlds: ids come again, keys do not.
	worldKey, pageKey string
}

const worldName = "firsthand"

func newTab(s *session, target *chromedp.Target, closeTab context.CancelFunc) *tab {
	life, die := context.WithCancel(context.Background())
	return &tab{
		life: life, die: die,
		session: s, target: target, close: func() { die(); closeTab() }, changed: make(chan struct{}), frames: map[cdp.FrameID]*frame{}, scripted: map[string]bool{}, addresses: map[string]string{}, documents: map[runtime.ExecutionContextID]string{},
		roots: map[runtime.ExecutionContextID]runtime.RemoteObjectID{},
	}
}

// call sends one command to a tab; ctx bounds it, and so does the tab's own life:
// a page that crashed answers nothing any more.
func call[P, R any](ctx context.Context, t *tab, command cdp.Command[P, R], params P) (R, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(t.life, cancel)()
	r, err := cdp.Call(ctx, t.target, command, params)
	if err != nil && t.life.Err() != nil {
		err = errGone
	}
	return r, err
}

// end marks a tab that crashed or was closed.
func (t *tab) end(crashed bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.gone, t.crashed = true, t.crashed || crashed
	t.die()
	t.wake()
}

// until waits for a state of the tab; see is called with the lock held.
func (t *tab) until(ctx context.Context, see func() bool) error {
	for {
		t.mu.Lock()
		ok, gone, changed := see(), t.gone, t.changed
		t.mu.Unlock()
		switch {
		case ok:
			return nil
		case gone:
			return errGone
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-changed:
		}
	}
}

func (t *tab) hasCrashed() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.crashed
}

// wake tells waiters that something changed; the lock is held.
func (t *tab) wake() {
	close(t.changed)
	t.changed = make(chan struct{})
}

func (t *tab) frame(id cdp.FrameID) *frame {
	f, ok := t.frames[id]
	if !ok {
		f = &frame{id: id}
		t.frames[id] = f
	}
	return f
}

// adopt takes over a frame tree as it stands when the tab is met.
func (t *tab) adopt(tree *page.FrameTree, parent cdp.FrameID) {
	f := t.frame(tree.Frame.ID)
	if f.loader == "" {
		f.loader, f.url = tree.Frame.LoaderID, tree.Frame.URL+tree.Frame.URLFragment
	}
	t.attach(f, parent)
	if parent == "" {
		t.main = f.id
	}
	for _, child := range tree.ChildFrames {
		t.adopt(child, f.id)
	}
}

func (t *tab) attach(f *frame, parent cdp.FrameID) {
	if parent == "" || f.parent == parent {
		return
	}
	f.parent = parent
	p := t.frame(parent)
	p.children = append(p.children, f.id)
}

func (t *tab) detach(id cdp.FrameID) {
	f, ok := t.frames[id]
	if !ok {
		return
	}
	for _, child := range f.children {
		t.detach(child)
	}
	if p, ok := t.frames[f.parent]; ok {
		kept := p.children[:0:0]
		for _, c := range p.children {
			if c != id {
				kept = append(kept, c)
			}
		}
		p.children = kept
	}
	delete(t.frames, id)
}

// follow keeps frames, documents and worlds; it reports whether the event was one of these.
func (t *tab) follow(event any) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch e := event.(type) {
	case *page.EventFrameAttached:
		t.attach(t.frame(e.FrameID), e.ParentFrameID)
	case *page.EventFrameDetached:
		if e.Reason != page.FrameDetachedReasonSwap {
			t.detach(e.FrameID)
		}
	case *page.EventFrameNavigated:
		f := t.frame(e.Frame.ID)
		for _, child := range f.children {
			t.detach(child)
		}
		f.children = nil
		f.url, f.loader, f.unreached = e.Frame.URL+e.Frame.URLFragment, e.Frame.LoaderID, e.Frame.UnreachableURL
		f.pending, f.domReady, f.loaded = false, false, false
		f.commits++
		if e.Frame.ParentID == "" {
			t.main = f.id
		}
	case *page.EventNavigatedWithinDocument:
		f := t.frame(e.FrameID)
		f.url = e.URL
		f.commits++
	case *page.EventFrameRequestedNavigation:
		if e.Disposition == page.ClientNavigationDispositionCurrentTab {
			t.frame(e.FrameID).pending = true
		}
	case *page.EventFrameStartedNavigating:
		switch e.NavigationType {
		case page.FrameStartedNavigatingNavigationTypeSameDocument, page.FrameStartedNavigatingNavigationTypeHistorySameDocument:
		default:
			t.frame(e.FrameID).pending = true
		}
	case *page.EventFrameStoppedLoading:
		// A download or an answer without content begins a navigation that never arrives.
		t.frame(e.FrameID).pending = false
	case *page.EventLifecycleEvent:
		f := t.frame(e.FrameID)
		if f.loader == e.LoaderID {
			switch e.Name {
			case "DOMContentLoaded":
				f.domReady = true
			case "load":
				f.domReady, f.loaded = true, true
			}
		}
	case *runtime.EventExecutionContextCreated:
		var aux struct {
			FrameID   cdp.FrameID `json:"frameId"`
			IsDefault bool        `json:"isDefault"`
		}
		if json.Unmarshal(e.Context.AuxData, &aux) != nil || aux.FrameID == "" {
			return true
		}
		switch {
		case aux.IsDefault:
			f := t.frame(aux.FrameID)
			f.page, f.pageKey = e.Context.ID, e.Context.UniqueID
		case e.Context.Name == worldName:
			f := t.frame(aux.FrameID)
			f.world, f.worldKey = e.Context.ID, e.Context.UniqueID
		}
	case *runtime.EventExecutionContextDestroyed:
		for _, f := range t.frames {
			if f.worldKey == e.ExecutionContextUniqueID {
				f.world = 0
			}
			if f.pageKey == e.ExecutionContextUniqueID {
				f.page = 0
			}
		}
	case *runtime.EventExecutionContextsCleared:
		clear(t.roots)
		for _, f := range t.frames {
			f.world, f.page = 0, 0
		}
	default:
		return false
	}
	t.wake()
	return true
}

// state is a copy of a frame as it stands; ok is false when it is gone.
func (t *tab) state(id cdp.FrameID) (frame, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	f, ok := t.frames[id]
	if !ok {
		return frame{}, false
	}
	return *f, true
}

// url is where the tab stands.
func (t *tab) url() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	if f, ok := t.frames[t.main]; ok {
		return f.url
	}
	return ""
}

// child is the frame at the end of a path of child numbers, "" before it is there.
func (t *tab) child(from cdp.FrameID, path []int) cdp.FrameID {
	for _, n := range path {
		f, ok := t.frames[from]
		if !ok || n >= len(f.children) {
			return ""
		}
		from = f.children[n]
	}
	return from
}
