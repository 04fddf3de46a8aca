package people

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base32"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/pquerna/otp/totp"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// Time-based one-time passwords as RFC 6238 has them: six digits, half a minute, a
// step before and after for clocks that differ. Each step's code is taken once.
const (
	stepLength    = 30
	recoveryCodes = 10
)

// NewSecret makes a secret for a second factor: 160 bits, as RFC 4226 advises.
func NewSecret() string {
	raw := make([]byte, 20)
	rand.Read(raw)
	return base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(raw)
}

// Enrolment is what a QR code tells an authenticator app, in the otpauth form that they
// share.
func Enrolment(secret string, who cx.Account) string {
	link := url.URL{Scheme: "otpauth", Host: "totp", Path: "/Firsthand:" + who.Email}
	link.RawQuery = "secret=" + secret + "&issuer=Firsthand&algorithm=SHA1&digits=6&period=30"
	return link.String()
}

// TurnOn makes a secret the account's second factor, once its owner shows a code of
// it. It gives the recovery codes, which are shown once.
func (r *Room) TurnOn(ctx context.Context, account int64, session, secret, code, password string, from From) ([]string, error) {
	if _, err := r.confirm(ctx, account, password, from); err != nil {
		return nil, err
	}
	return again(func() ([]string, error) {
		a, err := r.account(ctx, account)
		if err != nil {
			return nil, err
		}
		if a.Secret != "" {
			return nil, cx.Errorf(cx.Conflict, "the second step is on already").WithRemedy("Turn it off first, then on with the new device.")
		}
		step, ok := r.stepOf(secret, code)
		if !ok {
			return nil, cx.Errorf(cx.Invalid, "this code does not fit").WithRemedy("Wait for the next one; see that the clock of your device is right.")
		}
		codes := make([]string, recoveryCodes)
		a.Secret, a.Used, a.Recovery = secret, step, nil
		for i := range codes {
			codes[i] = recoveryCode()
			a.Recovery = append(a.Recovery, hashOf(bare(codes[i])))
		}
		_, err = r.store.CommitAccount(ctx, Change{Account: a, End: EndOthers, EndOne: session, Events: []Event{r.event("turned the second step on", a.By())}})
		return codes, err
	})
}

// TurnOff takes the second factor away.
func (r *Room) TurnOff(ctx context.Context, account int64, session, password string, from From) error {
	if _, err := r.confirm(ctx, account, password, from); err != nil {
		return err
	}
	_, err := again(func() (Account, error) {
		a, err := r.account(ctx, account)
		if err != nil {
			return a, err
		}
		a.Secret, a.Recovery = "", nil
		return r.store.CommitAccount(ctx, Change{Account: a, End: EndOthers, EndOne: session, Events: []Event{r.event("turned the second step off", a.By())}})
	})
	return err
}

// useCode takes a code of the device or a recovery code, and marks it used.
func (r *Room) useCode(a *Account, code string) (how string, ok bool) {
	if a.Secret == "" {
		return "", false
	}
	if step, ok := r.stepOf(a.Secret, code); ok && step > a.Used {
		a.Used = step
		return "a second step", true
	}
	hash := hashOf(bare(code))
	for i, left := range a.Recovery {
		if subtle.ConstantTimeCompare(left, hash) == 1 {
			a.Recovery = slices.Delete(slices.Clone(a.Recovery), i, i+1)
			return "a recovery code", true
		}
	}
	return "", false
}

// stepOf is the time step whose code it is, among the present one and its neighbours.
func (r *Room) stepOf(secret, code string) (step int64, ok bool) {
	code = strings.Join(strings.Fields(code), "")
	present := r.now().Unix() / stepLength
	for s := present - 1; s <= present+1; s++ {
		right, err := totp.GenerateCode(secret, time.Unix(s*stepLength, 0))
		if err == nil && subtle.ConstantTimeCompare([]byte(right), []byte(code)) == 1 {
			step, ok = s, true
		}
	}
	return step, ok
}

// recoveryCode is 120 random bits in groups that can be copied by hand.
func recoveryCode() string {
	raw := make([]byte, 15)
	rand.Read(raw)
	s := base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(raw)
	return s[:6] + "-" + s[6:12] + "-" + s[12:18] + "-" + s[18:]
}

// bare is a recovery code without what people add or leave out in typing.
func bare(code string) string {
	return strings.Map(func(c rune) rune {
		if c == '-' || c == ' ' {
			return -1
		}
		return c
	}, strings.ToUpper(strings.TrimSpace(code)))
}
