package people

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// OIDC is the company's own sign-in (OpenID Connect), by the code flow with PKCE.
type OIDC struct {
	Issuer       string
	ClientID     string
	ClientSecret string
	HTTP         *http.Client // nil = one of its own with a time limit
}

// handshakeLasts is how long somebody may take at their company's sign-in.
const handshakeLasts = 10 * time.Minute

// companySignIn finds the provider at the first use, so that Firsthand starts without.
type companySignIn struct {
	config   OIDC
	now      func() time.Time
	mu       sync.Mutex
	provider *oidc.Provider
}

// Handshake is what a browser's session keeps while its owner is at the company's
// sign-in.
type Handshake struct {
	State, Nonce, Verifier string
	Began                  time.Time
}

// HasCompanySignIn reports whether the company's own sign-in is set up.
func (r *Room) HasCompanySignIn() bool { return r.company != nil }

func (c *companySignIn) client(ctx context.Context) context.Context {
	client := c.config.HTTP
	if client == nil {
		client = &http.Client{Timeout: 10 * time.Second}
	}
	return oidc.ClientContext(ctx, client)
}

func (c *companySignIn) find(ctx context.Context) (*oidc.Provider, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.provider != nil {
		return c.provider, nil
	}
	// The provider outlives the request: it fetches its keys again when they change.
	found, err := oidc.NewProvider(c.client(context.WithoutCancel(ctx)), c.config.Issuer)
	if err != nil {
		return nil, cx.Errorf(cx.Unavailable, "the company's sign-in does not answer: %w", err).
			WithRemedy("Try again in a moment, or sign in with your password.")
	}
	c.provider = found
	return found, nil
}

func (c *companySignIn) oauth(p *oidc.Provider, callback string) *oauth2.Config {
	return &oauth2.Config{ClientID: c.config.ClientID, ClientSecret: c.config.ClientSecret, Endpoint: p.Endpoint(), RedirectURL: callback, Scopes: []string{oidc.ScopeOpenID, "email"}}
}

// BeginCompany is where to send a browser, and what its session is to keep.
func (r *Room) BeginCompany(ctx context.Context, callback string) (at string, kept Handshake, err error) {
	if r.company == nil {
		return "", kept, cx.Errorf(cx.NotFound, "there is no company sign-in here")
	}
	p, err := r.company.find(ctx)
	if err != nil {
		return "", kept, err
	}
	kept = Handshake{State: rand.Text(), Nonce: rand.Text(), Verifier: oauth2.GenerateVerifier(), Began: r.at()}
	return r.company.oauth(p, callback).AuthCodeURL(kept.State, oidc.Nonce(kept.Nonce), oauth2.S256ChallengeOption(kept.Verifier)), kept, nil
}

// EndCompany lets somebody in whom the company's sign-in vouches for, if an owner has
// invited the e-mail address that it has verified.
func (r *Room) EndCompany(ctx context.Context, kept Handshake, answer url.Values, callback string, from From) (Entry, error) {
	if r.company == nil {
		return Entry{}, cx.Errorf(cx.NotFound, "there is no company sign-in here")
	}
	state := answer.Get("state")
	if kept.State == "" || subtle.ConstantTimeCompare([]byte(state), []byte(kept.State)) != 1 || r.now().Sub(kept.Began) > handshakeLasts {
		return Entry{}, cx.Errorf(cx.Forbidden, "this sign-in was not begun in this browser, or too long ago").WithRemedy("Begin again on the page Sign in.")
	}
	if why := answer.Get("error"); why != "" {
		return Entry{}, cx.Errorf(cx.Forbidden, "the company's sign-in refused (%s)", shortened(why, 60)).WithRemedy("Begin again, or ask those who look after it.")
	}
	// RFC 9207: an answer says who gives it.
	if iss := answer.Get("iss"); iss != "" && iss != r.company.config.Issuer {
		return Entry{}, cx.Errorf(cx.Forbidden, "the answer came from another sign-in than the company's")
	}
	p, err := r.company.find(ctx)
	if err != nil {
		return Entry{}, err
	}
	claims, err := r.company.redeem(ctx, p, kept, answer.Get("code"), callback)
	if err != nil {
		return Entry{}, err
	}
	if claims.Email == "" || !claims.Verified {
		return Entry{}, cx.Errorf(cx.Forbidden, "the company's sign-in has not verified an e-mail address of yours").WithRemedy("Ask those who look after it, or sign in with your password.")
	}
	email := strings.ToLower(claims.Email)
	return again(func() (Entry, error) {
		a, err := r.find(ctx, func(a Account) bool { return a.Email == email })
		if err != nil && cx.CodeOf(err) != cx.NotFound {
			return Entry{}, err
		}
		if err != nil || !a.Disabled.IsZero() {
			return Entry{}, cx.Errorf(cx.Forbidden, "%s is not invited here", email).WithRemedy("Ask an owner to invite this address.")
		}
		subject := r.company.config.Issuer + " " + claims.Subject
		if a.Subject != "" && a.Subject != subject {
			// The company gave the address to somebody else: they are not the one who was invited.
			return Entry{}, cx.Errorf(cx.Forbidden, "this address belonged to somebody else when they first signed in").WithRemedy("Ask an owner to reset the account, if it is yours.")
		}
		a.Subject = subject
		return r.begin(ctx, a, from, "signed in with the company's sign-in", Change{})
	})
}

type claims struct {
	Subject  string `json:"sub"`
	Email    string `json:"email"`
	Verified bool   `json:"email_verified"`
}

// redeem exchanges the code for an ID token and checks its signature, issuer,
// audience, times and nonce.
func (c *companySignIn) redeem(ctx context.Context, p *oidc.Provider, kept Handshake, code, callback string) (claims, error) {
	refused := func(err error) (claims, error) {
		return claims{}, cx.Errorf(cx.Forbidden, "the company's sign-in could not be checked: %w", err).WithRemedy("Begin again on the page Sign in.")
	}
	ctx = c.client(ctx)
	token, err := c.oauth(p, callback).Exchange(ctx, code, oauth2.VerifierOption(kept.Verifier))
	if err != nil {
		return refused(err)
	}
	raw, _ := token.Extra("id_token").(string)
	checked, err := p.Verifier(&oidc.Config{ClientID: c.config.ClientID, Now: c.now}).Verify(ctx, raw)
	if err != nil {
		return refused(err)
	}
	if subtle.ConstantTimeCompare([]byte(checked.Nonce), []byte(kept.Nonce)) != 1 {
		return claims{}, cx.Errorf(cx.Forbidden, "the answer of the company's sign-in belongs to another try").WithRemedy("Begin again on the page Sign in.")
	}
	var said claims
	if err := checked.Claims(&said); err != nil {
		return refused(err)
	}
	return said, nil
}
