package web

import (
	"html/template"
	"net/http"
	"strings"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/people"
)

// accountPage is one's own account.
type accountPage struct {
	Frame
	Tabs        []tab
	Name, Email string
	Role, For   string
	Owns        string
	Machine     bool // signed in by the machine's link, without an account
	Password    bool // there is one to change
	SecondStep  bool
	Sessions    []sessionRow
}

func (*accountPage) view() string { return "account" }

type sessionRow struct {
	ID, Device, Seen string
	Here             bool
}

// secondStepPage sets a second step up.
type secondStepPage struct {
	Frame
	QR       template.HTML
	Secret   string // for those who cannot scan, in groups
	Password bool
}

func (*secondStepPage) view() string { return "second_step" }

// recoveryPage shows the recovery codes, once.
type recoveryPage struct {
	Frame
	Codes []string
}

func (*recoveryPage) view() string { return "recovery" }

func (s *Site) myAccount(w http.ResponseWriter, r *http.Request) error {
	p, err := s.accountPage(r)
	if err != nil {
		return err
	}
	return s.show(w, r, http.StatusOK, p)
}

func (s *Site) accountPage(r *http.Request) (*accountPage, error) {
	me := who(r.Context())
	p := &accountPage{Name: me.Name, Email: me.Email, Role: me.Role.Words(), For: roleMay[me.Role], Owns: strings.Join(me.Owns, ", "), Machine: me.ID == 0}
	p.Frame, p.Tabs = tabbed(r, "My account", "account")
	if p.Machine {
		return p, nil
	}
	mine, _, err := s.Rooms.People.Person(r.Context(), me.ID)
	if err != nil {
		return nil, err
	}
	p.Password, p.SecondStep = mine.HasPassword, mine.SecondFactor
	open, err := s.Rooms.People.Sessions(r.Context(), me.ID)
	here := s.sessions.GetString(r.Context(), sessionEntry)
	for _, o := range open {
		p.Sessions = append(p.Sessions, sessionRow{o.ID, device(o.Device), ago(o.Seen, s.Now()) + ", from " + o.Address, o.ID == here})
	}
	return p, err
}

// device names a browser by what it calls itself.
func device(agent string) string {
	browser, system := "A browser", ""
	for _, known := range [][2]string{{"Firefox/", "Firefox"}, {"Edg", "Edge"}, {"OPR/", "Opera"}, {"SamsungBrowser", "Samsung Internet"}, {"Chrome/", "Chrome"}, {"CriOS", "Chrome"}, {"Safari/", "Safari"}} {
		if strings.Contains(agent, known[0]) {
			browser = known[1]
			break
		}
	}
	for _, known := range [][2]string{{"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Android", "Android"}, {"Windows", "Windows"}, {"Mac OS", "Mac"}, {"Linux", "Linux"}} {
		if strings.Contains(agent, known[0]) {
			system = " on " + known[1]
			break
		}
	}
	return browser + system
}

// mine refuses what only an account has.
func mine(r *http.Request) (cx.Account, error) {
	me := who(r.Context())
	if me.ID == 0 {
		return me, cx.Errorf(cx.Conflict, "you came by the machine's link and have no account").WithRemedy("Invite yourself on the page People.")
	}
	return me, nil
}

func (s *Site) changePassword(w http.ResponseWriter, r *http.Request) error {
	me, err := mine(r)
	if err != nil {
		return err
	}
	v, err := form(w, r)
	if err != nil {
		return err
	}
	if v.Get("password") != v.Get("again") {
		return s.accountChanged(w, r, errTypedTwice, "")
	}
	err = s.Rooms.People.ChangePassword(r.Context(), me.ID, s.sessions.GetString(r.Context(), sessionEntry), v.Get("present"), v.Get("password"), from(r))
	return s.accountChanged(w, r, err, "Your password is changed. You are signed out everywhere else.")
}

// accountChanged shows the account again: with what was wrong, or with what was done,
// under a new session token.
func (s *Site) accountChanged(w http.ResponseWriter, r *http.Request, err error, said string) error {
	if err != nil {
		p, failed := s.accountPage(r)
		if failed != nil {
			return failed
		}
		return s.showRefusal(w, r, p, err)
	}
	if err := s.sessions.RenewToken(r.Context()); err != nil {
		return err
	}
	s.say(r.Context(), "good", said)
	http.Redirect(w, r, "/account", http.StatusSeeOther)
	return nil
}

func (s *Site) endSessions(w http.ResponseWriter, r *http.Request) error {
	me, err := mine(r)
	if err != nil {
		return err
	}
	v, err := form(w, r)
	if err != nil {
		return err
	}
	which, session, said := people.EndThis, v.Get("session"), "That session is ended."
	if session == "" {
		which, session, said = people.EndOthers, s.sessions.GetString(r.Context(), sessionEntry), "You are signed out everywhere else."
	}
	return s.accountChanged(w, r, s.Rooms.People.SignOut(r.Context(), me.ID, session, which), said)
}

func (s *Site) secondStep(w http.ResponseWriter, r *http.Request) error {
	p, err := s.secondStepPage(r)
	if err != nil {
		return err
	}
	return s.show(w, r, http.StatusOK, p)
}

// secondStepPage shows the secret that this browser's session keeps until it is
// confirmed, or a new one.
func (s *Site) secondStepPage(r *http.Request) (*secondStepPage, error) {
	me, err := mine(r)
	if err != nil {
		return nil, err
	}
	secret := s.sessions.GetString(r.Context(), sessionSecret)
	if secret == "" {
		secret = people.NewSecret()
		s.sessions.Put(r.Context(), sessionSecret, secret)
	}
	code, err := qrCode(people.Enrolment(secret, me), "QR code for your authenticator app")
	if err != nil {
		return nil, err
	}
	mine, _, err := s.Rooms.People.Person(r.Context(), me.ID)
	return &secondStepPage{Frame: Frame{Title: "Second step", Section: "Account"}, QR: code, Secret: grouped(secret), Password: mine.HasPassword}, err
}

func (s *Site) turnSecondStepOn(w http.ResponseWriter, r *http.Request) error {
	me, err := mine(r)
	if err != nil {
		return err
	}
	v, err := form(w, r)
	if err != nil {
		return err
	}
	codes, err := s.Rooms.People.TurnOn(r.Context(), me.ID, s.sessions.GetString(r.Context(), sessionEntry), s.sessions.GetString(r.Context(), sessionSecret), v.Get("code"), v.Get("password"), from(r))
	if err != nil {
		p, failed := s.secondStepPage(r)
		if failed != nil {
			return failed
		}
		return s.showRefusal(w, r, p, err)
	}
	s.sessions.Remove(r.Context(), sessionSecret)
	if err := s.sessions.RenewToken(r.Context()); err != nil {
		return err
	}
	return s.show(w, r, http.StatusOK, &recoveryPage{Frame: Frame{Title: "Recovery codes", Section: "Account"}, Codes: codes})
}

func (s *Site) turnSecondStepOff(w http.ResponseWriter, r *http.Request) error {
	me, err := mine(r)
	if err != nil {
		return err
	}
	v, err := form(w, r)
	if err != nil {
		return err
	}
	return s.accountChanged(w, r, s.Rooms.People.TurnOff(r.Context(), me.ID, s.sessions.GetString(r.Context(), sessionEntry), v.Get("password"), from(r)), "The second step is off.")
}

// grouped is a secret in fours, to be typed.
func grouped(secret string) string {
	var parts []string
	for len(secret) > 4 {
		parts, secret = append(parts, secret[:4]), secret[4:]
	}
	return strings.Join(append(parts, secret), " ")
}
