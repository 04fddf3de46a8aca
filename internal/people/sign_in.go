package people

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// From is where somebody signs in from.
type From struct {
	Address string // IP address
	Device  string // what the browser calls itself
}

// Entry is what a right password opens: a session, or the question for the second
// factor.
type Entry struct {
	Account cx.Account
	Session string // "" = the second factor is still to come
}

// errWrong says the same of a wrong password, an unknown address and a disabled
// account, and each takes as long: nobody learns who has an account here.
func errWrong() error {
	return cx.Errorf(cx.Forbidden, "the e-mail address and the password do not fit").
		WithRemedy("Try again. If you have forgotten it, ask an owner to reset it.")
}

// SignIn lets somebody in by e-mail address and password.
func (r *Room) SignIn(ctx context.Context, email, password string, from From) (Entry, error) {
	email = strings.ToLower(strings.TrimSpace(email))
	if len(email) > 254 {
		email = ""
	}
	if err := r.throttle.attempt(email, from.Address); err != nil {
		return Entry{}, err
	}
	a, err := r.find(ctx, func(a Account) bool { return a.Email == email })
	if err != nil && cx.CodeOf(err) != cx.NotFound {
		return Entry{}, err
	}
	right, err := r.matches(ctx, password, a.Password)
	if err != nil {
		return Entry{}, err
	}
	if !right || !a.Disabled.IsZero() {
		return Entry{}, errWrong()
	}
	r.throttle.succeeded(email, from.Address)
	if a.Secret != "" {
		return Entry{Account: a.Account}, nil
	}
	return r.begin(ctx, a, from, "signed in", Change{})
}

// SecondFactor lets somebody in whose password was right: by the code that their
// device shows, or by one of their recovery codes, each of them once.
func (r *Room) SecondFactor(ctx context.Context, id int64, code string, from From) (Entry, error) {
	return again(func() (Entry, error) {
		who := "code " + strconv.FormatInt(id, 10)
		if err := r.throttle.attempt(who, from.Address); err != nil {
			return Entry{}, err
		}
		a, err := r.account(ctx, id)
		if err != nil {
			return Entry{}, err
		}
		how, ok := r.useCode(&a, code)
		if !ok || !a.Disabled.IsZero() {
			return Entry{}, cx.Errorf(cx.Forbidden, "this code is not right, or has been used").
				WithRemedy("Wait for the next one; see that the clock of your device is right.")
		}
		r.throttle.succeeded(who, from.Address)
		return r.begin(ctx, a, from, "signed in with "+how, Change{})
	})
}

// begin begins a session, together with a change of the account.
func (r *Room) begin(ctx context.Context, a Account, from From, what string, c Change) (Entry, error) {
	s := Session{ID: newSecret(), Began: r.at(), Seen: r.at(), Device: shortened(from.Device, 300), Address: from.Address}
	a.LastIn = r.at()
	c.Account, c.Begin = a, &s
	c.Events = append(c.Events, r.event(what, a.By()))
	a, err := r.store.CommitAccount(ctx, c)
	return Entry{a.Account, s.ID}, err
}

// SignedIn is whose session it is; NotFound when it was ended or the account disabled.
func (r *Room) SignedIn(ctx context.Context, session string) (cx.Account, error) {
	s, err := r.store.AccountSession(ctx, session)
	if err != nil {
		return cx.Account{}, err
	}
	if !s.Account.Disabled.IsZero() {
		return cx.Account{}, cx.Errorf(cx.NotFound, "the account is disabled")
	}
	if r.now().Sub(s.Seen) > seenEvery {
		err = r.store.SeeSession(ctx, session, r.at())
	}
	return s.Account.Account, err
}

// Sessions lists where an account is signed in.
func (r *Room) Sessions(ctx context.Context, account int64) ([]Session, error) {
	return r.store.AccountSessions(ctx, account)
}

// SignOut ends one session, or all others, or all.
func (r *Room) SignOut(ctx context.Context, account int64, session string, which Ending) error {
	_, err := again(func() (Account, error) {
		a, err := r.account(ctx, account)
		if err != nil {
			return a, err
		}
		var told []Event
		if which != EndThis {
			told = []Event{r.event("signed out elsewhere", a.By())}
		}
		return r.store.CommitAccount(ctx, Change{Account: a, End: which, EndOne: session, Events: told})
	})
	return err
}

// OpenLink is whose link it is. It changes nothing, however often it is called: mail
// programs look at links before people do.
func (r *Room) OpenLink(ctx context.Context, secret string) (cx.Account, Purpose, error) {
	a, l, err := r.link(ctx, secret)
	return a.Account, l.Purpose, err
}

func (r *Room) link(ctx context.Context, secret string) (Account, Link, error) {
	l, err := r.store.AccountLink(ctx, hashOf(secret))
	if err != nil && cx.CodeOf(err) != cx.NotFound {
		return Account{}, l, err
	}
	if err != nil || !r.now().Before(l.Expires) {
		return Account{}, l, UsedUp()
	}
	a, err := r.account(ctx, l.Account)
	if err == nil && !a.Disabled.IsZero() {
		return a, l, UsedUp()
	}
	return a, l, err
}

// TakeLink uses a link up, sets the password of its account, ends what sessions it
// had and begins one.
func (r *Room) TakeLink(ctx context.Context, secret, password string, from From) (Entry, error) {
	a, l, err := r.link(ctx, secret)
	if err != nil {
		return Entry{}, err
	}
	if err := checkPassword(password, a.Account); err != nil {
		return Entry{}, err
	}
	hash, err := r.hash(ctx, password)
	if err != nil {
		return Entry{}, err
	}
	a.Password = hash
	return r.begin(ctx, a, from, "set a password by "+string(l.Purpose), Change{Use: l.Hash, End: EndAll})
}

// ChangePassword sets a new password for somebody who knows the present one, and signs
// them out everywhere but here.
func (r *Room) ChangePassword(ctx context.Context, account int64, session, present, next string, from From) error {
	if _, err := r.confirm(ctx, account, present, from); err != nil {
		return err
	}
	_, err := again(func() (Account, error) {
		a, err := r.account(ctx, account)
		if err != nil {
			return a, err
		}
		if err := checkPassword(next, a.Account); err != nil {
			return a, err
		}
		if a.Password, err = r.hash(ctx, next); err != nil {
			return a, err
		}
		return r.store.CommitAccount(ctx, Change{Account: a, End: EndOthers, EndOne: session, Events: []Event{r.event("changed the password", a.By())}})
	})
	return err
}

// confirm makes sure that it is the account's owner who sits there, before what opens
// the account is changed. Who only comes by the company's sign-in has no password.
func (r *Room) confirm(ctx context.Context, account int64, password string, from From) (Account, error) {
	a, err := r.account(ctx, account)
	if err != nil || a.Password == "" {
		return a, err
	}
	if err := r.throttle.attempt(a.Email, from.Address); err != nil {
		return a, err
	}
	right, err := r.matches(ctx, password, a.Password)
	if err != nil {
		return a, err
	}
	if !right {
		return a, cx.Errorf(cx.Invalid, "your present password is another one").WithRemedy("Type it once more.")
	}
	r.throttle.succeeded(a.Email, from.Address)
	return a, nil
}

// again does something once more while another change of the same account came
// between; do reads it afresh each time.
func again[T any](do func() (T, error)) (T, error) {
	for tries := 0; ; tries++ {
		got, err := do()
		if tries == 4 || !errors.Is(err, errStale) {
			return got, err
		}
	}
}

func shortened(s string, most int) string {
	runes := []rune(s)
	return string(runes[:min(len(runes), most)])
}
