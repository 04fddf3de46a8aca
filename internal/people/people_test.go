package people_test

import (
	"context"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/people"
	"github.com/firsthand-cx/firsthand/internal/store/sqlite"
)

// house is a room over a real vault, with a clock of its own.
type house struct {
	*people.Room
	t     *testing.T
	clock time.Time
}

const good = "four teapots beside a river"

var (
	ctx   = context.Background()
	owner = cx.Account{Role: cx.RoleOwner}
	desk  = people.From{Address: "192.0.2.7", Device: "Firefox"}
)

func newHouse(t *testing.T, company people.OIDC) *house {
	t.Helper()
	h := &house{t: t, clock: time.Date(2026, 11, 30, 9, 0, 0, 0, time.UTC)}
	now := func() time.Time { return h.clock }
	vault, err := sqlite.Open(ctx, filepath.Join(t.TempDir(), "vault.sqlite"), sqlite.Options{Now: now}, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = vault.Close() })
	h.Room = people.New(vault, company, func(context.Context, cx.Account) error { return nil }, now)
	return h
}

// invited is somebody with an account and a link that they have not used.
func (h *house) invited(email string, role cx.Role) (people.Person, string) {
	h.t.Helper()
	p, secret, err := h.Invite(ctx, people.Newcomer{Email: email, Name: "Jana Nováková", Role: role}, "owner")
	if err != nil {
		h.t.Fatal(err)
	}
	return p, secret
}

// member is somebody who has set a password; what they are told is their session.
func (h *house) member(email string, role cx.Role) (people.Person, string) {
	h.t.Helper()
	p, secret := h.invited(email, role)
	entry, err := h.TakeLink(ctx, secret, good, desk)
	if err != nil {
		h.t.Fatal(err)
	}
	return p, entry.Session
}

func (h *house) in(session string) bool {
	h.t.Helper()
	_, err := h.SignedIn(ctx, session)
	if err != nil && cx.CodeOf(err) != cx.NotFound {
		h.t.Fatal(err)
	}
	return err == nil
}

func code(t *testing.T, err error) cx.Code {
	t.Helper()
	if err == nil {
		t.Fatal("nothing was refused")
	}
	return cx.CodeOf(err)
}

func TestAnInvitationIsLookedAtOftenAndTakenOnce(t *testing.T) {
	h := newHouse(t, people.OIDC{})
	_, secret := h.invited("Jana@Example.org ", cx.RoleAnalyst)
	for range 3 {
		who, purpose, err := h.OpenLink(ctx, secret)
		if err != nil || who.Email != "jana@example.org" || purpose != people.Invitation {
			t.Fatalf("the link opens %+v, %s, %v", who, purpose, err)
		}
	}
	entry, err := h.TakeLink(ctx, secret, good, desk)
	if err != nil || !h.in(entry.Session) {
		t.Fatalf("taking the link: %+v, %v", entry, err)
	}
	if _, err := h.TakeLink(ctx, secret, good, desk); code(t, err) != cx.Forbidden {
		t.Errorf("taking it twice: %v", err)
	}
	if _, _, err := h.Invite(ctx, people.Newcomer{Email: "JANA@example.org", Name: "Another", Role: cx.RoleWalker}, "owner"); code(t, err) != cx.Conflict {
		t.Errorf("inviting the address twice: %v", err)
	}
}

func TestALinkEndsByItself(t *testing.T) {
	h := newHouse(t, people.OIDC{})
	_, secret := h.invited("jana@example.org", cx.RoleAnalyst)
	h.clock = h.clock.Add(8 * 24 * time.Hour)
	if _, _, err := h.OpenLink(ctx, secret); code(t, err) != cx.Forbidden {
		t.Errorf("an old link opens: %v", err)
	}
	if _, err := h.TakeLink(ctx, secret, good, desk); code(t, err) != cx.Forbidden {
		t.Errorf("an old link is taken: %v", err)
	}
}

func TestPasswordsThatAreGuessedFirstAreRefused(t *testing.T) {
	for name, c := range map[string]struct {
		password string
		fine     bool
	}{
		"eleven characters":                  {"vK9#mQ2xLw!", false},
		"the word itself, dressed up":        {"P@ssw0rd2024!", false},
		"a row of digits":                    {"123456789012", false},
		"a row of keys":                      {"qwertyuiop[]", false},
		"one letter many times":              {"aaaaaaaaaaaaaaaa", false},
		"a season and a year":                {"Autumn-2026-!!", false},
		"their own name and a year":          {"JanaNovakova77", false},
		"their own address":                  {"jana.example.org", false},
		"two common words":                   {"sunshinepassword", false},
		"this program's name":                {"firsthand-firsthand", false},
		"four words":                         {good, true},
		"random characters":                  {"vK9#mQ2xLw!7", true},
		"a sentence in another alphabet":     {"три кота и чайник", true},
		"a passphrase with a common word in": {"banana lighthouse gravel motif", true},
		"longer than anybody types":          {strings.Repeat("vK9#mQ2xLw!7", 30), false},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t, people.OIDC{})
			_, secret := h.invited("jana@example.org", cx.RoleAnalyst)
			_, err := h.TakeLink(ctx, secret, c.password, desk)
			if c.fine != (err == nil) || err != nil && cx.CodeOf(err) != cx.Invalid {
				t.Errorf("%q: %v", c.password, err)
			}
		})
	}
}

func TestAWrongPasswordAnUnknownAddressAndADisabledAccountSayTheSame(t *testing.T) {
	h := newHouse(t, people.OIDC{})
	h.member("jana@example.org", cx.RoleAnalyst)
	gone, _ := h.member("petr@example.org", cx.RoleAnalyst)
	if _, err := h.Disable(ctx, gone.ID, owner); err != nil {
		t.Fatal(err)
	}
	h.invited("eva@example.org", cx.RoleAnalyst)
	said := map[string]bool{}
	for _, try := range [][2]string{{"jana@example.org", "wrong"}, {"nobody@example.org", good}, {"petr@example.org", good}, {"eva@example.org", ""}, {"", ""}, {strings.Repeat("x", 999), "x"}} {
		_, err := h.SignIn(ctx, try[0], try[1], desk)
		said[err.Error()] = true
	}
	if len(said) != 1 {
		t.Errorf("%d different answers: %v", len(said), said)
	}
	if entry, err := h.SignIn(ctx, " JANA@example.org", good, desk); err != nil || !h.in(entry.Session) {
		t.Errorf("the right password: %+v, %v", entry, err)
	}
}

func TestGuessingIsSlowedDownAndNobodyIsLockedOutForEver(t *testing.T) {
	h := newHouse(t, people.OIDC{})
	h.member("jana@example.org", cx.RoleAnalyst)
	wrong := func(email, address string) error {
		_, err := h.SignIn(ctx, email, "a wrong password", people.From{Address: address})
		return err
	}
	tries := 0
	for cx.CodeOf(wrong("jana@example.org", "203.0.113.9")) == cx.Forbidden {
		tries++
	}
	if tries != 5 {
		t.Errorf("%d free tries from one address", tries)
	}
	if _, err := h.SignIn(ctx, "jana@example.org", good, people.From{Address: "203.0.113.9"}); code(t, err) != cx.Unavailable {
		t.Errorf("the right password while the wait runs: %v", err)
	}
	if _, err := h.SignIn(ctx, "jana@example.org", good, desk); err != nil {
		t.Errorf("from another address: %v", err)
	}
	waited := time.Duration(0)
	for range 30 { // whoever waits may try again, and waits longer each time
		h.clock = h.clock.Add(time.Second)
		for start := h.clock; cx.CodeOf(wrong("jana@example.org", "203.0.113.9")) == cx.Unavailable; h.clock = h.clock.Add(time.Second) {
			waited = h.clock.Sub(start)
		}
	}
	if waited < 10*time.Minute || waited > 15*time.Minute {
		t.Errorf("the longest wait is %s", waited)
	}
	h.clock = h.clock.Add(15 * time.Minute)
	if _, err := h.SignIn(ctx, "jana@example.org", good, people.From{Address: "203.0.113.9"}); err != nil {
		t.Errorf("the right password after the wait: %v", err)
	}
	// One address that tries many accounts is slowed down too; in IPv6 by its network.
	tries = 0
	for cx.CodeOf(wrong(strings.Repeat("x", tries%99)+"@example.org", "2001:db8::"+string("123456789abcdef"[tries%15]))) == cx.Forbidden && tries < 200 {
		tries++
	}
	if tries != 30 {
		t.Errorf("%d accounts can be tried from one network", tries)
	}
	// Many addresses at one account: a minute's wait at most.
	for i := range 300 {
		_ = wrong("petr@example.org", "198.51.100."+string(rune('0'+i%10))+string(rune('0'+i/10%10)))
	}
	if err := wrong("petr@example.org", "192.0.2.200"); code(t, err) != cx.Unavailable {
		t.Errorf("an account tried from everywhere: %v", err)
	}
	h.clock = h.clock.Add(time.Minute)
	if err := wrong("petr@example.org", "192.0.2.200"); code(t, err) != cx.Forbidden {
		t.Errorf("a minute later: %v", err)
	}
}

func TestManyTriesAtOnceAreNoMoreThanOneAfterAnother(t *testing.T) {
	h := newHouse(t, people.OIDC{})
	h.member("jana@example.org", cx.RoleAnalyst)
	var looked atomic.Int64
	var all sync.WaitGroup
	for range 40 {
		all.Go(func() {
			if _, err := h.SignIn(ctx, "jana@example.org", "a wrong password", desk); cx.CodeOf(err) == cx.Forbidden {
				looked.Add(1)
			}
		})
	}
	all.Wait()
	if looked.Load() != 5 {
		t.Errorf("%d of 40 passwords were looked at", looked.Load())
	}
}

func TestWhatEndsSessions(t *testing.T) {
	for name, change := range map[string]struct {
		do               func(h *house, p people.Person, session string) error
		here, everywhere bool // still signed in
	}{
		"a new password, everywhere else": {func(h *house, p people.Person, s string) error {
			return h.ChangePassword(ctx, p.ID, s, good, "another river of teapots", desk)
		}, true, false},
		"another role": {func(h *house, p people.Person, _ string) error {
			_, err := h.SetRole(ctx, p.ID, cx.RoleWalker, nil, owner)
			return err
		}, false, false},
		"being disabled": {func(h *house, p people.Person, _ string) error {
			_, err := h.Disable(ctx, p.ID, owner)
			return err
		}, false, false},
		"a reset": {func(h *house, p people.Person, _ string) error {
			_, _, err := h.Reset(ctx, p.ID, owner)
			return err
		}, false, false},
		"signing out here":   {func(h *house, p people.Person, s string) error { return h.SignOut(ctx, p.ID, s, people.EndThis) }, false, true},
		"signing out others": {func(h *house, p people.Person, s string) error { return h.SignOut(ctx, p.ID, s, people.EndOthers) }, true, false},
		"nothing":            {func(*house, people.Person, string) error { return nil }, true, true},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t, people.OIDC{})
			p, here := h.member("jana@example.org", cx.RoleAnalyst)
			_, other := h.member("petr@example.org", cx.RoleAnalyst)
			elsewhere, err := h.SignIn(ctx, "jana@example.org", good, desk)
			if err != nil {
				t.Fatal(err)
			}
			if err := change.do(h, p, here); err != nil {
				t.Fatal(err)
			}
			if h.in(here) != change.here || h.in(elsewhere.Session) != change.everywhere || !h.in(other) {
				t.Errorf("signed in here %v, elsewhere %v, somebody else %v", h.in(here), h.in(elsewhere.Session), h.in(other))
			}
		})
	}
}

func TestSomebodyDisabledCannotComeBackByAnyWay(t *testing.T) {
	h := newHouse(t, people.OIDC{})
	p, secret := h.invited("jana@example.org", cx.RoleAnalyst)
	if _, err := h.Disable(ctx, p.ID, owner); err != nil {
		t.Fatal(err)
	}
	if _, err := h.TakeLink(ctx, secret, good, desk); code(t, err) != cx.Forbidden {
		t.Errorf("by the link: %v", err)
	}
	if _, err := h.Enable(ctx, p.ID, owner); err != nil {
		t.Fatal(err)
	}
	if _, err := h.TakeLink(ctx, secret, good, desk); err != nil {
		t.Errorf("once let in again: %v", err)
	}
}

func TestASecondStepTakesEachCodeOnce(t *testing.T) {
	h := newHouse(t, people.OIDC{})
	p, session := h.member("jana@example.org", cx.RoleAnalyst)
	secret := people.NewSecret()
	shows := func() string {
		c, err := totp.GenerateCode(secret, h.clock)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	if _, err := h.TurnOn(ctx, p.ID, session, secret, "000000", good, desk); code(t, err) != cx.Invalid {
		t.Errorf("a wrong code turns it on: %v", err)
	}
	if _, err := h.TurnOn(ctx, p.ID, session, secret, shows(), "a wrong password", desk); code(t, err) != cx.Invalid {
		t.Errorf("a wrong password turns it on: %v", err)
	}
	recovery, err := h.TurnOn(ctx, p.ID, session, secret, shows(), good, desk)
	if err != nil || len(recovery) != 10 {
		t.Fatalf("turning it on: %d codes, %v", len(recovery), err)
	}
	entry, err := h.SignIn(ctx, "jana@example.org", good, desk)
	if err != nil || entry.Session != "" {
		t.Fatalf("a password alone gives %+v, %v", entry, err)
	}
	second := func(code string) error {
		_, err := h.SecondFactor(ctx, p.ID, code, desk)
		return err
	}
	if err := second(shows()); code(t, err) != cx.Forbidden {
		t.Errorf("the code that turned it on works again: %v", err)
	}
	h.clock = h.clock.Add(30 * time.Second)
	now := shows()
	if err := second(now[:3] + " " + now[3:]); err != nil {
		t.Errorf("a fresh code: %v", err)
	}
	if err := second(now); code(t, err) != cx.Forbidden {
		t.Errorf("the same code again: %v", err)
	}
	h.clock = h.clock.Add(2 * time.Minute)
	if err := second(now); code(t, err) != cx.Forbidden {
		t.Errorf("an old code: %v", err)
	}
	if err := second(strings.ToLower(strings.ReplaceAll(recovery[3], "-", " "))); err != nil {
		t.Errorf("a recovery code: %v", err)
	}
	if err := second(recovery[3]); code(t, err) != cx.Forbidden {
		t.Errorf("a recovery code again: %v", err)
	}
	if err := h.TurnOff(ctx, p.ID, session, good, desk); err != nil {
		t.Fatal(err)
	}
	if entry, err := h.SignIn(ctx, "jana@example.org", good, desk); err != nil || entry.Session == "" {
		t.Errorf("without a second step: %+v, %v", entry, err)
	}
}

func TestSecondStepsAreNotGuessed(t *testing.T) {
	h := newHouse(t, people.OIDC{})
	p, session := h.member("jana@example.org", cx.RoleAnalyst)
	secret := people.NewSecret()
	right, _ := totp.GenerateCode(secret, h.clock)
	if _, err := h.TurnOn(ctx, p.ID, session, secret, right, good, desk); err != nil {
		t.Fatal(err)
	}
	tries := 0
	for {
		if _, err := h.SecondFactor(ctx, p.ID, "123123", desk); cx.CodeOf(err) != cx.Forbidden {
			break
		}
		tries++
	}
	if tries != 5 {
		t.Errorf("%d codes can be tried", tries)
	}
}

func TestNobodyTakesTheirOwnRightsAway(t *testing.T) {
	h := newHouse(t, people.OIDC{})
	p, _ := h.member("jana@example.org", cx.RoleOwner)
	if _, err := h.Disable(ctx, p.ID, cx.Account{ID: p.ID}); code(t, err) != cx.Conflict {
		t.Errorf("disabling oneself: %v", err)
	}
	if _, err := h.SetRole(ctx, p.ID, cx.RoleWalker, nil, cx.Account{ID: p.ID}); code(t, err) != cx.Conflict {
		t.Errorf("demoting oneself: %v", err)
	}
}

func TestATokenIsGoodUntilItEndsOrIsRevoked(t *testing.T) {
	h := newHouse(t, people.OIDC{})
	for _, role := range []cx.Role{cx.RoleOwner, cx.RoleWalker, "king"} {
		if _, _, err := h.MakeToken(ctx, "robot", role, 24*time.Hour, owner); code(t, err) != cx.Invalid {
			t.Errorf("a token for %s: %v", role, err)
		}
	}
	one, secret, err := h.MakeToken(ctx, "robot in the office", cx.RoleWorker, 24*time.Hour, owner)
	if err != nil {
		t.Fatal(err)
	}
	two, other, err := h.MakeToken(ctx, "figures for the wall", cx.RoleFrontLine, 24*time.Hour, owner)
	if err != nil {
		t.Fatal(err)
	}
	if who, err := h.Bearer(ctx, secret); err != nil || who.Role != cx.RoleWorker || who.By() != "token robot in the office" {
		t.Errorf("it is %+v, %v", who, err)
	}
	if _, err := h.RevokeToken(ctx, one.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Bearer(ctx, secret); code(t, err) != cx.NotFound {
		t.Errorf("a revoked one: %v", err)
	}
	h.clock = h.clock.Add(25 * time.Hour)
	if _, err := h.Bearer(ctx, other); code(t, err) != cx.NotFound {
		t.Errorf("one that ended: %v", err)
	}
	all, err := h.Tokens(ctx)
	if err != nil || len(all) != 2 || all[0].ID != two.ID || all[1].Used.IsZero() {
		t.Errorf("the list is %+v, %v", all, err)
	}
}
