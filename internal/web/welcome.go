package web

import (
	"net/http"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/people"
)

// welcomePage lets somebody set their password by the link that they were given.
type welcomePage struct {
	Frame
	Action        string
	Name, Email   string
	Role          string
	Again         bool // the password was reset: they have been here before
	CompanySignIn bool
}

func (*welcomePage) view() string { return "welcome" }

func (s *Site) welcomeOf(r *http.Request) (*welcomePage, error) {
	secret := r.PathValue("secret")
	account, purpose, err := s.Rooms.People.OpenLink(r.Context(), secret)
	if err != nil {
		return nil, err
	}
	return &welcomePage{
		Frame: Frame{Title: "Welcome"}, Action: "/invitation/" + secret, Name: account.Name, Email: account.Email,
		Role: account.Role.Words(), Again: purpose == people.Reset, CompanySignIn: s.Rooms.People.HasCompanySignIn(),
	}, nil
}

// A GET never uses a link up, as with the machine's own.
func (s *Site) accountLink(w http.ResponseWriter, r *http.Request) error {
	p, err := s.welcomeOf(r)
	if err != nil {
		return err
	}
	return s.show(w, r, http.StatusOK, p)
}

func (s *Site) takeAccountLink(w http.ResponseWriter, r *http.Request) error {
	v, err := form(w, r)
	if err != nil {
		return err
	}
	p, err := s.welcomeOf(r)
	if err != nil {
		return err
	}
	if v.Get("password") != v.Get("again") {
		return s.showRefusal(w, r, p, errTypedTwice)
	}
	entry, err := s.Rooms.People.TakeLink(r.Context(), r.PathValue("secret"), v.Get("password"), from(r))
	if err != nil {
		return s.showRefusal(w, r, p, err)
	}
	return s.goIn(w, r, entry, "")
}

var errTypedTwice = cx.Errorf(cx.Invalid, "the two passwords are not the same").WithRemedy("Type it once more in both fields.")
