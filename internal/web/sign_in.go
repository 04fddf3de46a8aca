package web

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/people"
)

// pendingLasts is how long somebody may take to find their second factor.
const pendingLasts = 5 * time.Minute

// signInPage asks for e-mail address and password.
type signInPage struct {
	Frame
	Email         string
	Next          string // where to go afterwards
	CompanySignIn bool   // there is the company's own sign-in
}

func (*signInPage) view() string { return "sign_in" }

// linkPage asks for the click that uses the machine's link up.
type linkPage struct {
	Frame
	Action string
}

func (*linkPage) view() string { return "sign_in_link" }

// codePage asks for the code of the second step.
type codePage struct {
	Frame
	Next string
}

func (*codePage) view() string { return "sign_in_code" }

// next is where somebody wanted to go who has to sign in first; "" = nowhere special.
func next(r *http.Request) string {
	if r.URL.Path == "/" {
		return ""
	}
	return r.URL.RequestURI()
}

// onward is an address of ours that a form brings back, and never another site's.
func onward(path string, role cx.Role) string {
	at, err := url.Parse(path)
	if err != nil || at.IsAbs() || at.Host != "" || !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//") || strings.Contains(path, `\`) || strings.HasPrefix(path, "/sign-in") {
		return home(role)
	}
	return path
}

func (s *Site) signInPage(w http.ResponseWriter, r *http.Request) error {
	if role := who(r.Context()).Role; role != "" {
		http.Redirect(w, r, home(role), http.StatusSeeOther)
		return nil
	}
	return s.show(w, r, http.StatusOK, s.asksToSignIn(r.URL.Query().Get("next")))
}

func (s *Site) asksToSignIn(next string) *signInPage {
	return &signInPage{Frame: Frame{Title: "Sign in"}, Next: next, CompanySignIn: s.Rooms.People.HasCompanySignIn()}
}

func (s *Site) signInByPassword(w http.ResponseWriter, r *http.Request) error {
	v, err := form(w, r)
	if err != nil {
		return err
	}
	entry, err := s.Rooms.People.SignIn(r.Context(), v.Get("email"), v.Get("password"), from(r))
	if err != nil {
		p := s.asksToSignIn(v.Get("next"))
		p.Email = v.Get("email")
		return s.showRefusal(w, r, p, err)
	}
	if entry.Session != "" {
		return s.goIn(w, r, entry, v.Get("next"))
	}
	// The password was right: whoever planted this browser's session does not share the next one.
	if err := s.sessions.RenewToken(r.Context()); err != nil {
		return err
	}
	s.sessions.Put(r.Context(), sessionPending, entry.Account.ID)
	s.sessions.Put(r.Context(), sessionPendingTo, s.Now().Add(pendingLasts).Unix())
	http.Redirect(w, r, link("/sign-in/code", url.Values{"next": {v.Get("next")}}), http.StatusSeeOther)
	return nil
}

func (s *Site) goIn(w http.ResponseWriter, r *http.Request, entry people.Entry, next string) error {
	if err := s.enter(r.Context(), entry); err != nil {
		return err
	}
	http.Redirect(w, r, onward(next, entry.Account.Role), http.StatusSeeOther)
	return nil
}

// pending is whose second step is awaited in this browser; 0 = nobody's.
func (s *Site) pending(r *http.Request) int64 {
	if s.Now().Unix() > s.sessions.GetInt64(r.Context(), sessionPendingTo) {
		return 0
	}
	return s.sessions.GetInt64(r.Context(), sessionPending)
}

func (s *Site) codePage(w http.ResponseWriter, r *http.Request) error {
	if s.pending(r) == 0 {
		http.Redirect(w, r, "/sign-in", http.StatusSeeOther)
		return nil
	}
	return s.show(w, r, http.StatusOK, &codePage{Frame: Frame{Title: "Second step"}, Next: r.URL.Query().Get("next")})
}

func (s *Site) signInByCode(w http.ResponseWriter, r *http.Request) error {
	v, err := form(w, r)
	if err != nil {
		return err
	}
	id := s.pending(r)
	if id == 0 {
		return s.showRefusal(w, r, s.asksToSignIn(v.Get("next")), cx.Errorf(cx.Forbidden, "that took longer than five minutes").WithRemedy("Begin again with your password."))
	}
	entry, err := s.Rooms.People.SecondFactor(r.Context(), id, v.Get("code"), from(r))
	if err != nil {
		return s.showRefusal(w, r, &codePage{Frame: Frame{Title: "Second step"}, Next: v.Get("next")}, err)
	}
	return s.goIn(w, r, entry, v.Get("next"))
}

// showRefusal shows a form again with what was wrong; our own faults stay faults.
func (s *Site) showRefusal(w http.ResponseWriter, r *http.Request, p page, err error) error {
	code := cx.CodeOf(err)
	if code == cx.Internal {
		return err
	}
	known := cx.AsError(err)
	p.frame().Notice = &Notice{Kind: "bad", Text: sentence(known.Text), Detail: known.Remedy}
	status := statusOf(code)
	if code == cx.Invalid {
		status = http.StatusUnprocessableEntity
	}
	return s.show(w, r, status, p)
}

// A GET never uses a token up: mail scanners and chat previews open links before
// people do. The page's button does.
func (s *Site) signInLink(w http.ResponseWriter, r *http.Request) error {
	return s.show(w, r, http.StatusOK, &linkPage{Frame: Frame{Title: "Sign in"}, Action: "/sign-in/" + r.PathValue("token")})
}

func (s *Site) signIn(w http.ResponseWriter, r *http.Request) error {
	if err := s.Exchange(r.Context(), r.PathValue("token")); err != nil {
		return err
	}
	if err := s.enter(r.Context(), people.Entry{}); err != nil {
		return err
	}
	s.sessions.Put(r.Context(), sessionOwner, true)
	http.Redirect(w, r, "/", http.StatusSeeOther)
	return nil
}

// callback is where the company's sign-in sends people back to.
func (s *Site) callback() string { return s.Origin() + "/sign-in/company/callback" }

// toCompany is a link and no form: the policy lets forms go to our own pages only.
func (s *Site) toCompany(w http.ResponseWriter, r *http.Request) error {
	at, kept, err := s.Rooms.People.BeginCompany(r.Context(), s.callback())
	if err != nil {
		return s.showRefusal(w, r, s.asksToSignIn(""), err)
	}
	text, err := json.Marshal(kept)
	if err != nil {
		return err
	}
	s.sessions.Put(r.Context(), sessionCompany, string(text))
	http.Redirect(w, r, at, http.StatusSeeOther)
	return nil
}

func (s *Site) fromCompany(w http.ResponseWriter, r *http.Request) error {
	var kept people.Handshake
	if text := s.sessions.PopString(r.Context(), sessionCompany); text != "" {
		if err := json.Unmarshal([]byte(text), &kept); err != nil {
			return err
		}
	}
	entry, err := s.Rooms.People.EndCompany(r.Context(), kept, r.URL.Query(), s.callback(), from(r))
	if err != nil {
		return s.showRefusal(w, r, s.asksToSignIn(""), err)
	}
	return s.goIn(w, r, entry, "")
}
