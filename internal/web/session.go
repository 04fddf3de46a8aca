package web

import (
	"context"
	"net/http"
	"time"

	"github.com/alexedwards/scs/v2"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

const (
	sessionOwner = "owner"  // who is signed in
	sessionSaid  = "notice" // what to say once on the next page
	sessionKind  = "notice-kind"
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
	return cx.Account{}, false, nil
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

// signInPage asks for the click that signs in, or says how to get a link.
type signInPage struct {
	Frame
	Action        string // where the click goes; "" = there is no link
	Heading, Text string
}

func (*signInPage) view() string { return "sign_in" }

// A GET never uses a token up: mail scanners and chat previews open links before
// people do. The page's button does.
func (s *Site) signInLink(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Referrer-Policy", "no-referrer") // the address holds the token
	return s.show(w, r, http.StatusOK, &signInPage{Frame: Frame{Title: "Sign in"}, Action: "/sign-in/" + r.PathValue("token")})
}

func (s *Site) signIn(w http.ResponseWriter, r *http.Request) error {
	if err := s.Exchange(r.Context(), r.PathValue("token")); err != nil {
		return err
	}
	if err := s.sessions.RenewToken(r.Context()); err != nil {
		return err
	}
	s.sessions.Put(r.Context(), sessionOwner, true)
	http.Redirect(w, r, "/", http.StatusSeeOther)
	return nil
}

func (s *Site) signInHelp(w http.ResponseWriter, r *http.Request) error {
	if who(r.Context()).Role != "" {
		http.Redirect(w, r, "/", http.StatusSeeOther)
		return nil
	}
	return s.show(w, r, http.StatusOK, howToSignIn())
}

func howToSignIn() *signInPage {
	return &signInPage{Frame: Frame{Title: "Sign in"}, Heading: "You are not signed in", Text: "Firsthand has no password. Whoever looks after it gives you a link that signs you in on this device."}
}

func (s *Site) signOut(w http.ResponseWriter, r *http.Request) error {
	if err := s.sessions.Destroy(r.Context()); err != nil {
		return err
	}
	http.Redirect(w, r, "/sign-in", http.StatusSeeOther)
	return nil
}
