package walk

import (
	"context"
	_ "embed"
	"slices"
	"strings"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// ConsentVersion is of ConsentText; who agreed to another one is asked again.
const ConsentVersion = "1"

// ConsentText is what a walker reads and agrees to before anything else, in Markdown.
//
//go:embed consent.md
var ConsentText string

// Invite makes a link's secret for an assignment; it is shown once, only its hash is
// kept. A new one makes those before it void.
func (r *Room) Invite(ctx context.Context, id int64, by string) (Assignment, string, error) {
	secret := newSecret()
	a, err := retry(func() (Assignment, error) {
		a, err := r.store.Assignment(ctx, id)
		if err != nil {
			return a, err
		}
		if a.Voice == cx.VoiceRobot {
			return a, cx.Errorf(cx.Invalid, "a robot walks it; nobody can be invited")
		}
		pass := Pass{Hash: hashOf(secret), Assignment: a.ID, Kind: LinkPass, Made: r.at(), Expires: r.passEnds(a)}
		if _, err := a.State.After(cx.WalkInvite); err == nil {
			return r.move(ctx, a, cx.WalkInvite, by, "", func(c *Change) error {
				c.Passes = []Pass{pass}
				return nil
			})
		}
		if a.State.Over() {
			return a, cx.Errorf(cx.Conflict, "a walk that is %s needs no invitation", a.State.Words())
		}
		// Under way: another device is let in.
		return r.store.CommitWalk(ctx, Change{Assignment: a, Passes: []Pass{pass}})
	})
	return a, secret, err
}

// passEnds is when a link ends: after all that the walk may take.
func (r *Room) passEnds(a Assignment) time.Time {
	ends := a.Due.Add(answerWithin)
	if most := r.at().Add(passLives); ends.Before(most) {
		ends = most
	}
	return ends
}

// InviteFriend makes an assignment for somebody who is not known yet, and a link for
// it; who they are they say themselves, if they like.
func (r *Room) InviteFriend(ctx context.Context, ask Ask, by string) (Assignment, string, error) {
	if ask.Walker == 0 {
		if _, err := r.asked(ctx, ask); err != nil { // before anybody is made for it
			return Assignment{}, "", err
		}
		w, err := r.SaveWalker(ctx, Walker{Kind: Guest, Name: ask.Name})
		if err != nil {
			return Assignment{}, "", err
		}
		ask.Walker = w.ID
	}
	a, err := r.Assign(ctx, ask, by)
	if err != nil {
		return a, "", err
	}
	return r.Invite(ctx, a.ID, by)
}

// Open is the assignment that a secret opens. It changes nothing, however often it is
// called: mail programs look at links before people do.
func (r *Room) Open(ctx context.Context, secret string) (Assignment, PassKind, error) {
	pass, err := r.store.Pass(ctx, hashOf(secret))
	if cx.CodeOf(err) == cx.NotFound && err != nil || err == nil && !r.now().Before(pass.Expires) {
		return Assignment{}, "", cx.Errorf(cx.Forbidden, "this link is not valid any more").WithRemedy("Ask whoever sent it for a new one.")
	}
	if err != nil {
		return Assignment{}, "", err
	}
	a, err := r.store.Assignment(ctx, pass.Assignment)
	return a, pass.Kind, err
}

// Agreement is what a guest says when they accept a walk.
type Agreement struct {
	Version    string `json:"version"` // of the ConsentText that they read
	Name       string `json:"name,omitempty"`
	Department string `json:"department,omitempty"`
}

// Accept exchanges a link for a device's own secret, with the walker's consent. It may
// be done again from another device while the walk is not over.
func (r *Room) Accept(ctx context.Context, link string, g Agreement) (Assignment, string, error) {
	opened, kind, err := r.Open(ctx, link)
	if err != nil {
		return opened, "", err
	}
	if kind != LinkPass || opened.State.Over() {
		return opened, "", cx.Errorf(cx.Forbidden, "this walk is over").WithRemedy("Ask whoever sent the link for a new one.")
	}
	secret := newSecret()
	a, err := r.agree(ctx, opened.ID, g, "the walker", Pass{Hash: hashOf(secret), Assignment: opened.ID, Kind: DevicePass, Made: r.at(), Expires: r.passEnds(opened)})
	return a, secret, err
}

// AcceptAs is Accept for a walker who signed in.
func (r *Room) AcceptAs(ctx context.Context, walker, id int64, g Agreement) (Assignment, error) {
	a, err := r.own(ctx, walker, id)
	if err != nil {
		return a, err
	}
	return r.agree(ctx, id, g, "the walker")
}

// own is an assignment of a walker's; others are not there for them.
func (r *Room) own(ctx context.Context, walker, id int64) (Assignment, error) {
	a, err := r.store.Assignment(ctx, id)
	if err == nil && (walker == 0 || a.Walker != walker) {
		return Assignment{}, cx.Errorf(cx.NotFound, "there is no walk %d of yours", id)
	}
	return a, err
}

// OpenFor lists a walker's own walks that are not over, the nearest first.
func (r *Room) OpenFor(ctx context.Context, walker int64) ([]Assignment, error) {
	all, err := r.store.Assignments(ctx, Filter{Walker: walker})
	return slices.DeleteFunc(all, func(a Assignment) bool { return walker == 0 || a.State.Over() }), err
}

func (r *Room) agree(ctx context.Context, id int64, g Agreement, by string, passes ...Pass) (Assignment, error) {
	if g.Version != ConsentVersion {
		return Assignment{}, cx.Errorf(cx.Invalid, "the consent is to another text (version %q, this is %s)", g.Version, ConsentVersion).
			WithRemedy("Read the present one and agree to it.")
	}
	consent := Consent{Version: g.Version, At: r.at()}
	a, err := retry(func() (Assignment, error) {
		a, err := r.store.Assignment(ctx, id)
		if err != nil {
			return a, err
		}
		if _, err := a.State.After(cx.WalkConsent); err != nil {
			if a.Consent.At.IsZero() || a.State.Over() {
				return a, err
			}
			return r.store.CommitWalk(ctx, Change{Assignment: a, Passes: passes}) // agreed already, another device
		}
		return r.move(ctx, a, cx.WalkConsent, by, "", func(c *Change) error {
			c.Assignment.Consent, c.Passes = consent, passes
			return nil
		})
	})
	if err != nil || a.Walker == 0 {
		return a, err
	}
	return a, r.nameGuest(ctx, a.Walker, g, consent)
}

// nameGuest keeps what a guest said of themselves, and their consent.
func (r *Room) nameGuest(ctx context.Context, id int64, g Agreement, consent Consent) error {
	_, err := retry(func() (Walker, error) {
		w, err := r.Walker(ctx, id)
		if err != nil {
			return w, err
		}
		w.Consent = consent
		if w.Kind == Guest {
			if name := strings.TrimSpace(g.Name); name != "" {
				w.Name = name
			}
			if d := strings.TrimSpace(g.Department); d != "" {
				w.Department = d
			}
		}
		return r.SaveWalker(ctx, w)
	})
	return err
}
