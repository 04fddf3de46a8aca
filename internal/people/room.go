package people

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"net/mail"
	"slices"
	"strings"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

const (
	invitationLasts = 7 * 24 * time.Hour
	resetLasts      = 24 * time.Hour
	seenEvery       = 5 * time.Minute // how often a session's use is noted
)

// Room is where people are let in.
type Room struct {
	store    Store
	now      func() time.Time
	throttle *throttle
	company  *companySignIn // nil = there is none
	greet    Greet
	hashing  chan struct{} // bounds the memory that hashing passwords takes
}

// Greet makes somebody known where their role has them: a walker among the walkers.
// It is told of everybody who gets a role, as often as they get one.
type Greet func(ctx context.Context, who cx.Account) error

// New makes the room. company is the company's own sign-in; its zero value = none.
func New(store Store, company OIDC, greet Greet, now func() time.Time) *Room {
	r := &Room{store: store, now: now, greet: greet, throttle: newThrottle(now), hashing: make(chan struct{}, 2)}
	if company.Issuer != "" {
		r.company = &companySignIn{config: company, now: now}
	}
	return r
}

// at is the present moment as stores keep it.
func (r *Room) at() time.Time { return r.now().UTC().Truncate(time.Microsecond) }

// Person is an account as owners see it.
type Person struct {
	ID           int64     `json:"id"`
	Name         string    `json:"name"`
	Email        string    `json:"email"`
	Role         cx.Role   `json:"role"`
	Owns         []string  `json:"owns,omitempty"`
	State        string    `json:"state"` // invited, active, disabled
	SecondFactor bool      `json:"second_factor"`
	HasPassword  bool      `json:"has_password"`
	Made         time.Time `json:"made"`
	LastIn       time.Time `json:"last_in,omitzero"`
}

func (a Account) person() Person {
	p := Person{ID: a.ID, Name: a.Name, Email: a.Email, Role: a.Role, Owns: a.Owns, State: "active", SecondFactor: a.Secret != "", HasPassword: a.Password != "", Made: a.Made, LastIn: a.LastIn}
	switch {
	case !a.Disabled.IsZero():
		p.State = "disabled"
	case a.Password == "" && a.Subject == "":
		p.State = "invited"
	}
	return p
}

// People lists everybody, by name.
func (r *Room) People(ctx context.Context) ([]Person, error) {
	all, err := r.store.Accounts(ctx)
	out := make([]Person, len(all))
	for i, a := range all {
		out[i] = a.person()
	}
	slices.SortFunc(out, func(a, b Person) int { return strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)) })
	return out, err
}

// Person is one, with what happened to the account, the newest first.
func (r *Room) Person(ctx context.Context, id int64) (Person, []Event, error) {
	a, err := r.account(ctx, id)
	if err != nil {
		return Person{}, nil, err
	}
	events, err := r.store.AccountEvents(ctx, id)
	return a.person(), events, err
}

func (r *Room) account(ctx context.Context, id int64) (Account, error) {
	return r.find(ctx, func(a Account) bool { return a.ID == id })
}

func (r *Room) find(ctx context.Context, is func(Account) bool) (Account, error) {
	all, err := r.store.Accounts(ctx)
	if err != nil {
		return Account{}, err
	}
	if i := slices.IndexFunc(all, is); i >= 0 {
		return all[i], nil
	}
	return Account{}, cx.Errorf(cx.NotFound, "there is no such person").WithRemedy("The page People lists everybody.")
}

// Newcomer is who is invited.
type Newcomer struct {
	Email string   `json:"email"`
	Name  string   `json:"name"`
	Role  cx.Role  `json:"role"`
	Owns  []string `json:"owns,omitempty"` // owners of steps for whom a step owner speaks
}

// Invite makes an account and the secret of the link by which its owner sets a
// password; it is shown once.
func (r *Room) Invite(ctx context.Context, who Newcomer, by string) (Person, string, error) {
	email, err := address(who.Email)
	if err != nil {
		return Person{}, "", err
	}
	if who.Name = strings.TrimSpace(who.Name); who.Name == "" || len(who.Name) > 200 {
		return Person{}, "", cx.Errorf(cx.Invalid, "the person needs a name of at most 200 characters")
	}
	if who.Role, err = cx.ParseRole(string(who.Role)); err != nil {
		return Person{}, "", err
	}
	if _, err := r.find(ctx, func(a Account) bool { return a.Email == email }); err == nil {
		return Person{}, "", Taken(email)
	}
	secret := newSecret()
	a := Account{Account: cx.Account{Name: who.Name, Email: email, Role: who.Role, Owns: tidy(who.Owns)}, Made: r.at()}
	if err := r.greet(ctx, a.Account); err != nil {
		return Person{}, "", err
	}
	a, err = r.store.CommitAccount(ctx, Change{
		Account: a, Events: []Event{r.event("invited as "+strings.ToLower(who.Role.Words()), by)},
		Link: &Link{Hash: hashOf(secret), Purpose: Invitation, Expires: r.at().Add(invitationLasts)},
	})
	return a.person(), secret, err
}

// SetRole gives a person another role, and the owners of steps for whom they speak.
// They are signed out everywhere.
func (r *Room) SetRole(ctx context.Context, id int64, role cx.Role, owns []string, by cx.Account) (Person, error) {
	if _, err := cx.ParseRole(string(role)); err != nil {
		return Person{}, err
	}
	a, err := r.account(ctx, id)
	if err != nil {
		return Person{}, err
	}
	a.Role = role
	if err := r.greet(ctx, a.Account); err != nil {
		return Person{}, err
	}
	return r.manage(ctx, id, by, func(a *Account) Change {
		a.Role, a.Owns = role, tidy(owns)
		what := "is now " + strings.ToLower(role.Words())
		if len(a.Owns) > 0 {
			what += " for " + strings.Join(a.Owns, ", ")
		}
		return Change{Events: []Event{r.event(what, by.By())}, End: EndAll}
	})
}

// Disable keeps a person out, at once and everywhere, until they are let in again.
func (r *Room) Disable(ctx context.Context, id int64, by cx.Account) (Person, error) {
	return r.manage(ctx, id, by, func(a *Account) Change {
		a.Disabled = r.at()
		return Change{Events: []Event{r.event("disabled", by.By())}, End: EndAll}
	})
}

// Enable lets a person in again.
func (r *Room) Enable(ctx context.Context, id int64, by cx.Account) (Person, error) {
	return r.manage(ctx, id, by, func(a *Account) Change {
		a.Disabled = time.Time{}
		return Change{Events: []Event{r.event("enabled", by.By())}}
	})
}

// Reset takes a person's password and second factor away, signs them out everywhere
// and makes the secret of a link by which they set a new one; it is shown once.
func (r *Room) Reset(ctx context.Context, id int64, by cx.Account) (Person, string, error) {
	secret := newSecret()
	p, err := r.manage(ctx, id, by, func(a *Account) Change {
		purpose, lasts := Reset, resetLasts
		if a.person().State == "invited" {
			purpose, lasts = Invitation, invitationLasts
		}
		a.Password, a.Secret, a.Recovery, a.Subject = "", "", nil, ""
		return Change{Events: []Event{r.event("reset", by.By())}, End: EndAll, Link: &Link{Hash: hashOf(secret), Purpose: purpose, Expires: r.at().Add(lasts)}}
	})
	return p, secret, err
}

// manage is a change by an owner, of somebody else: who takes their own rights away
// does so by mistake.
func (r *Room) manage(ctx context.Context, id int64, by cx.Account, change func(a *Account) Change) (Person, error) {
	if id == by.ID {
		return Person{}, cx.Errorf(cx.Conflict, "this is your own account").WithRemedy("Another owner can change it; your password is on the page My account.")
	}
	return again(func() (Person, error) {
		a, err := r.account(ctx, id)
		if err != nil {
			return Person{}, err
		}
		c := change(&a)
		c.Account = a
		a, err = r.store.CommitAccount(ctx, c)
		return a.person(), err
	})
}

func (r *Room) event(what, by string) Event { return Event{At: r.at(), What: what, By: by} }

// address reads an e-mail address: bare, in lower case, as accounts are found by it.
func address(s string) (string, error) {
	s = strings.ToLower(strings.TrimSpace(s))
	parsed, err := mail.ParseAddress(s)
	if err != nil || parsed.Address != s || len(s) > 254 {
		return "", cx.Errorf(cx.Invalid, "%q is not an e-mail address", s).WithRemedy("Write it like jana@example.org.")
	}
	return s, nil
}

// tidy drops what is empty or said twice.
func tidy(names []string) []string {
	var out []string
	for _, n := range names {
		if n = strings.TrimSpace(n); n != "" && !slices.Contains(out, n) {
			out = append(out, n)
		}
	}
	return out
}

// newSecret is 130 random bits.
func newSecret() string { return rand.Text() }

func hashOf(secret string) []byte {
	h := sha256.Sum256([]byte(secret))
	return h[:]
}

// Stale is the error of a change that rests on what is no longer so; stores return it.
func Stale(id int64) error {
	return cx.Errorf(cx.Conflict, "account %d has been changed meanwhile: %w", id, errStale).WithRemedy("Look at it again, then decide.")
}

var errStale = errors.New("its revision is outdated")

// Taken is the error of an e-mail address that another account has; stores return it.
func Taken(email string) error {
	return cx.Errorf(cx.Conflict, "%s has an account already", email).WithRemedy("Change their role, or reset their password.")
}

// UsedUp is the error of a link that is not good any more; stores return it.
func UsedUp() error {
	return cx.Errorf(cx.Forbidden, "this link has been used, or is too old").WithRemedy("Ask an owner for a new one.")
}
