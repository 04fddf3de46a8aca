package browser

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/fetch"
	"github.com/chromedp/cdproto/inspector"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
)

// onEvent takes each event of a tab. It must return fast and send no command: what
// needs one goes to the background.
func (s *session) onEvent(t *tab, event any) {
	if t.follow(event) {
		return
	}
	switch e := event.(type) {
	case *runtime.EventBindingCalled:
		s.vital(t, e)
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.ConsoleAPICalledTypeError {
			s.note(ConsoleError, words(e.Args), harm)
		}
	case *runtime.EventExceptionThrown:
		s.note(Exception, thrown(e.ExceptionDetails).Error(), harm)
	case *log.EventEntryAdded:
		// Network errors come with their own events, which say more.
		if e.Entry.Level == log.EntryLevelError && e.Entry.Source != log.EntrySourceNetwork {
			s.note(ConsoleError, e.Entry.Text, harm)
		}
	case *network.EventRequestWillBeSent:
		if e.Type == network.ResourceTypeXHR || e.Type == network.ResourceTypeFetch {
			t.mark(string(e.RequestID), true)
		}
		t.request(e)
	case *network.EventResponseReceived:
		// The browser asks for an icon by itself; no customer misses it.
		if e.Response.Status >= 400 && !strings.HasSuffix(withoutQuery(e.Response.URL), "/favicon.ico") {
			s.note(HTTPError, fmt.Sprintf("%d for %s %s", e.Response.Status, kindOf(e.Type), e.Response.URL), harm)
		}
	case *network.EventLoadingFinished:
		t.mark(string(e.RequestID), false)
	case *network.EventLoadingFailed:
		t.mark(string(e.RequestID), false)
		// Canceled are those that the page left behind when it went on.
		if !e.Canceled && e.Type != network.ResourceTypeDocument && e.ErrorText != "net::ERR_ABORTED" {
			s.note(RequestFailed, fmt.Sprintf("%s for %s %s", e.ErrorText, kindOf(e.Type), t.asked(string(e.RequestID))), harm)
		}
	case *fetch.EventRequestPaused:
		s.background.Go(func() { s.pass(t, e) })
	case *page.EventJavascriptDialogOpening:
		if e.Type != page.DialogTypeBeforeunload {
			s.note(DialogShown, fmt.Sprintf("a box stops everything: “%s”", e.Message), minor)
		}
		s.background.Go(func() {
			ctx, cancel := context.WithTimeout(s.ctx, stepTimeout)
			defer cancel()
			_, _ = call(ctx, t, page.HandleJavaScriptDialog, page.HandleJavaScriptDialogParams{Accept: true, PromptText: e.DefaultPrompt})
		})
	case *page.EventScreencastFrame:
		s.frame(t, e)
	case *inspector.EventTargetCrashed:
		t.end(true)
	case *inspector.EventDetached:
		t.end(false)
	}
}

// mark keeps which requests of scripts are under way.
func (t *tab) mark(id string, begun bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if begun {
		t.scripted[id] = true
	} else if t.scripted[id] {
		delete(t.scripted, id)
		t.wake()
	}
}

// maxRequests bounds what is remembered of requests; older ones lose their address.
const maxRequests = 2000

func (t *tab) request(e *network.EventRequestWillBeSent) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.addresses) >= maxRequests {
		clear(t.addresses)
	}
	t.addresses[string(e.RequestID)] = e.Request.URL
}

func (t *tab) asked(id string) string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.addresses[id]
}

// pass lets a request go on: marked where it goes to the company's own site, and
// not at all where it would take the page off those sites.
func (s *session) pass(t *tab, e *fetch.EventRequestPaused) {
	ctx, cancel := context.WithTimeout(s.ctx, stepTimeout)
	defer cancel()
	own := s.own(e.Request.URL)
	t.mu.Lock()
	main := t.main
	t.mu.Unlock()
	if e.ResourceType == network.ResourceTypeDocument && e.FrameID == main && !own {
		s.mu.Lock()
		if s.foreign == "" {
			s.foreign = s.walk.Flow.Mask(withoutQuery(e.Request.URL))
		}
		s.mu.Unlock()
		_, _ = call(ctx, t, fetch.FailRequest, fetch.FailRequestParams{RequestID: e.RequestID, ErrorReason: network.ErrorReasonBlockedByClient})
		t.mu.Lock()
		t.wake()
		t.mu.Unlock()
		return
	}
	params := fetch.ContinueRequestParams{RequestID: e.RequestID}
	if s.walk.Marker != "" && own && sameOrigin(e.Request) {
		for name, value := range e.Request.Headers {
			params.Headers = append(params.Headers, &fetch.HeaderEntry{Name: name, Value: fmt.Sprint(value)})
		}
		params.Headers = append(params.Headers, &fetch.HeaderEntry{Name: MarkerHeader, Value: s.walk.Marker})
	}
	_, _ = call(ctx, t, fetch.ContinueRequest, params)
}

// sameOrigin reports whether a request stays where it is from: a header more would
// make any other ask for leave first (CORS), and fail for the walk's sake.
func sameOrigin(r *network.Request) bool {
	for name, value := range r.Headers {
		if strings.EqualFold(name, "Origin") {
			u, err := url.Parse(r.URL)
			return err == nil && fmt.Sprint(value) == u.Scheme+"://"+u.Host
		}
	}
	return true
}

func withoutQuery(address string) string {
	address, _, _ = strings.Cut(address, "?")
	return address
}

// words is what was logged, as the console shows it.
func words(args []*runtime.RemoteObject) string {
	var all []string
	for _, a := range args {
		var text string
		switch {
		case json.Unmarshal(a.Value, &text) == nil:
			all = append(all, text)
		case a.Description != "":
			line, _, _ := strings.Cut(a.Description, "\n")
			all = append(all, line)
		default:
			all = append(all, string(a.Value))
		}
	}
	return strings.Join(all, " ")
}

func kindOf(t network.ResourceType) string {
	switch t {
	case network.ResourceTypeDocument:
		return "the page"
	case network.ResourceTypeXHR, network.ResourceTypeFetch:
		return "data"
	}
	return strings.ToLower(string(t))
}

// vital keeps what a document measured of itself, as long as it speaks.
func (s *session) vital(t *tab, e *runtime.EventBindingCalled) {
	var v struct {
		Name, Rating string
		Value        float64
	}
	if t != s.main || json.Unmarshal([]byte(e.Payload), &v) != nil {
		return
	}
	t.mu.Lock()
	if f, ok := t.frames[t.main]; ok && f.world == e.ExecutionContextID {
		t.documents[e.ExecutionContextID] = string(f.loader)
	}
	loader := t.documents[e.ExecutionContextID]
	t.mu.Unlock()
	s.mu.Lock()
	defer s.mu.Unlock()
	vital := Vital{Value: v.Value, Rating: v.Rating}
	for i := len(s.record.Pages) - 1; i >= 0; i-- {
		if p := &s.record.Pages[i]; p.loader == loader {
			p.Vitals[v.Name] = vital
			return
		}
	}
	// It speaks before the walk has looked at the page.
	s.early = append(s.early, earlyVital{loader, v.Name, vital})
}

type earlyVital struct {
	loader, name string
	vital        Vital
}

// arrive writes down the page that the walk stands on, once for each document, and
// tells which of the record's pages it is; -1 is none.
func (s *session) arrive(title string) int {
	f, ok := s.main.state(mainOf(s.main))
	if !ok || f.url == "" || f.url == "about:blank" {
		return -1
	}
	at := s.walk.Flow.Mask(f.url)
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range s.record.Pages {
		if p := &s.record.Pages[i]; p.loader == string(f.loader) && p.URL == at {
			return i
		}
	}
	if len(s.record.Pages) >= maxPages {
		return -1
	}
	p := PageRecord{URL: at, Title: s.walk.Flow.Mask(title), Step: s.step, Vitals: map[string]Vital{}, loader: string(f.loader)}
	for _, e := range s.early {
		if e.loader == string(f.loader) {
			p.Vitals[e.name] = e.vital
		}
	}
	s.early = nil
	s.record.Pages = append(s.record.Pages, p)
	return len(s.record.Pages) - 1
}

const maxPages = 200

func mainOf(t *tab) cdp.FrameID {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.main
}
