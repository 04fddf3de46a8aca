package web

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/alexedwards/scs/v2"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// Config is what the pages need. Rooms, Sessions, Exchange and Log must be set.
type Config struct {
	Rooms    Rooms
	Company  string
	Zone     *time.Location   // the company's; nil = UTC
	Now      func() time.Time // nil = time.Now
	Log      *slog.Logger
	Sessions scs.Store
	// Exchange consumes a one-time token; an error says why it is not good any more.
	Exchange func(ctx context.Context, token string) error
	// Secure marks cookies for HTTPS only; false on plain localhost.
	Secure bool
	// Origin is where the pages are reached, https://cx.example.org, for links that are
	// handed on; "" while no server runs.
	Origin func() string
	// PDF prints a page of ours, given as HTML, on A4; nil = there is no browser to do it.
	PDF func(ctx context.Context, html []byte) ([]byte, error)
	// Storybook offers /storybook, for designers.
	Storybook bool
}

// Site is the pages. It is an http.Handler.
type Site struct {
	Config
	views    map[cx.Role]views
	sessions *scs.SessionManager
	handler  http.Handler
}

// New checks the configuration and every template, and makes the pages.
func New(c Config) (*Site, error) {
	r := c.Rooms
	if r.Questions == nil || r.Journeys == nil || r.Findings == nil || r.Customers == nil || r.Imports == nil || r.Walks == nil || r.Walking == nil || r.Evidence == nil || r.MayJudge == nil || r.MayReview == nil || r.Words == nil || r.People == nil || r.WalkerOf == nil {
		return nil, fmt.Errorf("web: a room is missing")
	}
	if c.Sessions == nil || c.Exchange == nil || c.Log == nil || c.Origin == nil {
		return nil, fmt.Errorf("web: sessions, exchange, log and origin must be set")
	}
	if c.Zone == nil {
		c.Zone = time.UTC
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	v, err := viewsByRole()
	if err != nil {
		return nil, fmt.Errorf("web: %w", err)
	}
	s := &Site{Config: c, views: v, sessions: newSessions(c)}
	mux := http.NewServeMux()
	for _, route := range s.routes() {
		mux.Handle(route.pattern, s.guarded(route))
	}
	mux.Handle("GET /static/", static())
	if c.Storybook {
		book, err := Storybook()
		if err != nil {
			return nil, fmt.Errorf("web: %w", err)
		}
		mux.Handle("GET /storybook", book)
		mux.Handle("GET /storybook/", book)
	}
	protection := http.NewCrossOriginProtection()
	if origin := c.Origin(); origin != "" { // a proxy before us may name us otherwise
		if err := protection.AddTrustedOrigin(origin); err != nil {
			return nil, fmt.Errorf("web: %w", err)
		}
	}
	protection.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.fail(w, r, errForeignForm)
	}))
	s.handler = hardened(s.sessions.LoadAndSave(protection.Handler(mux)))
	return s, nil
}

func (s *Site) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// show renders a page inside its frame.
func (s *Site) show(w http.ResponseWriter, r *http.Request, status int, p page) error {
	f := p.frame()
	f.Company = s.Company
	f.Who = who(r.Context())
	f.SignedIn = f.Who.Role != ""
	if t, ok := p.(interface{ tabsFor(cx.Role) }); ok {
		t.tabsFor(f.Who.Role)
	}
	if f.Notice == nil {
		f.Notice = s.popNotice(r.Context())
	}
	body, err := s.views[f.Who.Role].render(p)
	if err != nil {
		return err
	}
	writePage(w, status, body)
	return nil
}

// fragment renders a named part of a page, for htmx.
func (s *Site) fragment(w http.ResponseWriter, view, part string, of any) error {
	var b bytes.Buffer
	if err := s.views[cx.RoleOwner][view].ExecuteTemplate(&b, part, of); err != nil {
		return fmt.Errorf("render %s: %w", part, err)
	}
	writePage(w, http.StatusOK, b.Bytes())
	return nil
}
