package people

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// tokenPrefix lets a token be recognised where it should not be: in a log, in a
// repository.
const tokenPrefix = "firsthand_"

const longestToken = 400 * 24 * time.Hour

// TokenRoles lists the roles that a program can have.
func TokenRoles() []cx.Role { return []cx.Role{cx.RoleWorker, cx.RoleFrontLine, cx.RoleAnalyst} }

// Active reports whether a token is good at a moment.
func (t Token) Active(now time.Time) bool { return t.Revoked.IsZero() && now.Before(t.Expires) }

// MakeToken makes a token for a program; its secret is shown once.
func (r *Room) MakeToken(ctx context.Context, name string, role cx.Role, lasts time.Duration, by cx.Account) (Token, string, error) {
	name = strings.TrimSpace(name)
	switch {
	case name == "" || len(name) > 100:
		return Token{}, "", cx.Errorf(cx.Invalid, "a token says what it is for, in at most 100 characters").WithRemedy("Such as: robot in the office.")
	case !slices.Contains(TokenRoles(), role):
		return Token{}, "", cx.Errorf(cx.Invalid, "a program cannot have the role %q", role).WithRemedy("Use worker, front_line (reads) or analyst.")
	case lasts < time.Hour || lasts > longestToken:
		return Token{}, "", cx.Errorf(cx.Invalid, "a token lasts from an hour to 400 days")
	}
	secret := tokenPrefix + newSecret()
	t, err := r.store.SaveToken(ctx, Token{Name: name, Role: role, Hash: hashOf(secret), Made: r.at(), By: by.By(), Expires: r.at().Add(lasts)})
	return t, secret, err
}

// Tokens lists those that are good, and those that were, the newest first.
func (r *Room) Tokens(ctx context.Context) ([]Token, error) {
	all, err := r.store.Tokens(ctx)
	slices.Reverse(all)
	return all, err
}

// RevokeToken makes a token worthless at once.
func (r *Room) RevokeToken(ctx context.Context, id int64) (Token, error) {
	all, err := r.store.Tokens(ctx)
	if err != nil {
		return Token{}, err
	}
	i := slices.IndexFunc(all, func(t Token) bool { return t.ID == id })
	if i < 0 {
		return Token{}, cx.Errorf(cx.NotFound, "there is no token %d", id)
	}
	if !all[i].Revoked.IsZero() {
		return all[i], nil
	}
	all[i].Revoked = r.at()
	return r.store.SaveToken(ctx, all[i])
}

// Bearer is which program sends a token, as an account without a number; NotFound for
// one that is not good.
func (r *Room) Bearer(ctx context.Context, secret string) (cx.Account, error) {
	if !strings.HasPrefix(secret, tokenPrefix) {
		return cx.Account{}, cx.Errorf(cx.NotFound, "there is no such token")
	}
	t, err := r.store.TokenOf(ctx, hashOf(secret))
	if err != nil {
		return cx.Account{}, err
	}
	if !t.Active(r.now()) {
		return cx.Account{}, cx.Errorf(cx.NotFound, "the token %q is not good any more", t.Name)
	}
	if r.now().Sub(t.Used) >= time.Hour {
		t.Used = r.at().Truncate(time.Hour)
		_, err = r.store.SaveToken(ctx, t)
	}
	return cx.Account{Name: "token " + t.Name, Role: t.Role}, err
}
