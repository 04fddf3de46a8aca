package web

import (
	"net/http"
	"strings"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/walk"
)

// consentPage says what a walk is, and asks for consent before anything else.
type consentPage struct {
	Frame
	Action   string
	Version  string // of the consent
	Scenario string
	About    []string // how long, what it costs, where
	Intro    string
	Points   []consentPoint
	Again    bool // somebody has agreed with this link before
	Known    bool // they have an account: no name is asked for
	Problem  *problemPage
}

func (*consentPage) view() string { return "consent" }

// consentPoint is one point of the consent: what it is about, and what it says.
type consentPoint struct{ Lead, Text string }

// invitation shows what an invitation is to. Looking uses nothing up: mail programs
// open links before people do.
func (s *Site) invitation(w http.ResponseWriter, r *http.Request) error {
	a, kind, err := s.Rooms.Walking.Open(r.Context(), r.PathValue("secret"))
	if err != nil {
		return err
	}
	if kind != walk.LinkPass {
		return cx.Errorf(cx.Forbidden, "this link is not valid any more").WithRemedy("Ask whoever sent it for a new one.")
	}
	r.SetPathValue("id", formatID(a.ID))
	if _, _, err := s.myWalk(r); err == nil { // this device has agreed already
		http.Redirect(w, r, walkPath(a.ID), http.StatusSeeOther)
		return nil
	}
	if a.State.Over() {
		return s.showClosed(w, r, a)
	}
	return s.askConsent(w, r, a.ID, "/w/"+r.PathValue("secret"), false, nil)
}

func (s *Site) askConsent(w http.ResponseWriter, r *http.Request, id int64, action string, known bool, problem error) error {
	d, err := s.Rooms.Walking.Assignment(r.Context(), id)
	if err != nil {
		return err
	}
	p := s.consent(d)
	p.Action, p.Known = action, known
	status := http.StatusOK
	if problem != nil {
		p.Problem = problemOf(problem)
		status = statusOf(cx.CodeOf(problem))
	}
	return s.show(w, r, status, p)
}

func (s *Site) consent(d walk.Detail) *consentPage {
	p := &consentPage{Frame: Frame{Title: "You are invited to a walk"}, Version: walk.ConsentVersion, Scenario: d.Filled.Title, About: about(d), Again: !d.Consent.At.IsZero()}
	p.Intro, p.Points = consentText(walk.ConsentText)
	return p
}

// consentText reads the consent's Markdown: a paragraph, then points that begin in bold.
func consentText(markdown string) (intro string, points []consentPoint) {
	for _, line := range strings.Split(strings.TrimSpace(markdown), "\n") {
		point, ok := strings.CutPrefix(line, "- **")
		if !ok {
			intro = strings.TrimSpace(intro + " " + line)
			continue
		}
		lead, text, _ := strings.Cut(point, "**")
		points = append(points, consentPoint{lead, text})
	}
	return intro, points
}

// acceptInvitation exchanges the link and a consent for a pass of this device.
func (s *Site) acceptInvitation(w http.ResponseWriter, r *http.Request) error {
	v, err := form(w, r)
	if err != nil {
		return err
	}
	secret := r.PathValue("secret")
	a, kind, err := s.Rooms.Walking.Open(r.Context(), secret)
	if err != nil {
		return err
	}
	if v.Get("agree") == "" && kind == walk.LinkPass && !a.State.Over() {
		return s.askConsent(w, r, a.ID, "/w/"+secret, false, errNoConsent)
	}
	a, device, err := s.Rooms.Walking.Accept(r.Context(), secret, guestAgreement(v.Get("version"), v.Get("name"), v.Get("department")))
	if err != nil {
		return err
	}
	s.givePass(w, a.ID, device)
	http.Redirect(w, r, walkPath(a.ID), http.StatusSeeOther)
	return nil
}

// acceptMine is the consent of a walker who signed in.
func (s *Site) acceptMine(w http.ResponseWriter, r *http.Request) error {
	id, walker, err := s.myWalk(r)
	if err != nil {
		return err
	}
	v, err := form(w, r)
	if err != nil {
		return err
	}
	if v.Get("agree") == "" {
		return s.askConsent(w, r, id, walkPath(id)+"agree", true, errNoConsent)
	}
	if _, err := s.Rooms.Walking.AcceptAs(r.Context(), walker, id, guestAgreement(v.Get("version"), "", "")); err != nil {
		return err
	}
	http.Redirect(w, r, walkPath(id), http.StatusSeeOther)
	return nil
}

var errNoConsent = cx.Errorf(cx.Invalid, "tick the box to agree").WithRemedy("If you would rather not walk, just close this page.")

// guestAgreement cuts a name that is too long to be one: nobody is kept from walking by it.
func guestAgreement(version, name, department string) walk.Agreement {
	return walk.Agreement{Version: version, Name: firstRunes(name, 60), Department: firstRunes(department, 40)}
}

func firstRunes(s string, most int) string {
	if runes := []rune(strings.TrimSpace(s)); len(runes) > most {
		return string(runes[:most])
	}
	return strings.TrimSpace(s)
}
