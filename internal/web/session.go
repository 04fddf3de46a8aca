package web

import (
	"context"
	"net"
	"net/http"
	"time"

	"github.com/alexedwards/scs/v2"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/people"
)

// What a browser's session holds.
const (
	sessionOwner     = "owner"   // signed in by the machine's link
	sessionEntry     = "entry"   // the people room's session
	sessionPending   = "pending" // whose second factor is still to come
	sessionPendingTo = "pending-to"
	sessionCompany   = "company" // what is kept while somebody is at the company's sign-in
	sessionSecret    = "secret"  // of a second factor that is being set up
	sessionSaid      = "notice"  // what to say once on the next page
	sessionKind      = "notice-kind"
)

func newSessions(c Config) *scs.SessionManager {
	m := scs.New()
	m.Store = c.Sessions
	m.Lifetime = 30 * 24 * time.Hour
	m.IdleTimeout = 7 * 24 * time.Hour
	m.HashTokenInStore = true // the store's file gives nobody a session
	m.Cookie.Name = "firsthand"
	if c.Secure {
		m.Cookie.Name = "__Host-firsthand"
	}
	m.Cookie.Secure = c.Secure
	m.Cookie.HttpOnly = true
	m.Cookie.SameSite = http.SameSiteLaxMode
	return m
}

type accountKey struct{}

func withAccount(ctx context.Context, who cx.Account) context.Context {
	return context.WithValue(ctx, accountKey{}, who)
}

// who is signed in; a handler of a route that is not Public may rely on it.
func who(ctx context.Context) cx.Account {
	account, _ := ctx.Value(accountKey{}).(cx.Account)
	return account
}

// signedInAs is whose session it is.
func (s *Site) signedInAs(ctx context.Context) (who cx.Account, signedIn bool, err error) {
	if s.sessions.GetBool(ctx, sessionOwner) {
		return cx.Account{Role: cx.RoleOwner}, true, nil
	}
	entry := s.sessions.GetString(ctx, sessionEntry)
	if entry == "" {
		return who, false, nil
	}
	who, err = s.Rooms.People.SignedIn(ctx, entry)
	if cx.CodeOf(err) == cx.NotFound && err != nil {
		return cx.Account{}, false, nil // ended elsewhere
	}
	return who, err == nil, err
}

// enter makes the browser's session that of somebody who signed in, under a new token:
// one that was planted before opens nothing.
func (s *Site) enter(ctx context.Context, entry people.Entry) error {
	if err := s.sessions.RenewToken(ctx); err != nil {
		return err
	}
	for _, name := range []string{sessionOwner, sessionPending, sessionPendingTo, sessionCompany, sessionSecret} {
		s.sessions.Remove(ctx, name)
	}
	s.sessions.Put(ctx, sessionEntry, entry.Session)
	return nil
}

// from is where a request comes from.
func from(r *http.Request) people.From {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	return people.From{Address: host, Device: r.UserAgent()}
}

// SignedIn is whose session's cookie a request carries, for handlers beside the pages,
// such as the API's.
func (s *Site) SignedIn(r *http.Request) (who cx.Account, signedIn bool) {
	cookie, err := r.Cookie(s.sessions.Cookie.Name)
	if err != nil {
		return who, false
	}
	ctx, err := s.sessions.Load(r.Context(), cookie.Value)
	if err != nil {
		return who, false
	}
	who, signedIn, err = s.signedInAs(ctx)
	return who, signedIn && err == nil
}

// say keeps a notice for the page that the answer redirects to.
func (s *Site) say(ctx context.Context, kind, text string) {
	s.sessions.Put(ctx, sessionSaid, text)
	s.sessions.Put(ctx, sessionKind, kind)
}

func (s *Site) popNotice(ctx context.Context) *Notice {
	text := s.sessions.PopString(ctx, sessionSaid)
	if text == "" {
		return nil
	}
	return &Notice{Kind: s.sessions.PopString(ctx, sessionKind), Text: text}
}

func (s *Site) signOut(w http.ResponseWriter, r *http.Request) error {
	if entry := s.sessions.GetString(r.Context(), sessionEntry); entry != "" && who(r.Context()).ID != 0 {
		if err := s.Rooms.People.SignOut(r.Context(), who(r.Context()).ID, entry, people.EndThis); err != nil {
			return err
		}
	}
	if err := s.sessions.Destroy(r.Context()); err != nil {
		return err
	}
	http.Redirect(w, r, "/sign-in", http.StatusSeeOther)
	return nil
}
