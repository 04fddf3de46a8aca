package web

import (
	"net/http"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/people"
)

// personPage is one person: what they may do, and what happened to their account.
type personPage struct {
	Frame
	Tabs                 []tab
	Href, Name, Email    string
	State                *Chip
	Role, LastIn, Second string
	Roles                []roleChoice
	Owners               []tick
	Invited, Disabled    bool
	Self                 bool // it is the reader's own account
	History              []eventRow
	Link                 *handedLink
}

func (*personPage) view() string { return "person" }

func (s *Site) person(w http.ResponseWriter, r *http.Request) error {
	p, err := s.personPage(r)
	if err != nil {
		return err
	}
	return s.show(w, r, http.StatusOK, p)
}

func (s *Site) personPage(r *http.Request) (*personPage, error) {
	id, err := number(r, "id", "person")
	if err != nil {
		return nil, err
	}
	one, events, err := s.Rooms.People.Person(r.Context(), id)
	if err != nil {
		return nil, err
	}
	p := &personPage{
		Href: personHref(id), Name: one.Name, Email: one.Email, State: accountChip(one.State), Role: one.Role.Words(), LastIn: "never", Second: "off",
		Roles: roleChoices(one.Role), Invited: one.State == "invited", Disabled: one.State == "disabled", Self: id == who(r.Context()).ID,
	}
	p.Frame, p.Tabs = tabbed(r, one.Name, "people")
	if !one.LastIn.IsZero() {
		p.LastIn = moment(one.LastIn, s.Zone, cx.ToTheSecond)
	}
	if one.SecondFactor {
		p.Second = "on"
	}
	for _, e := range events {
		p.History = append(p.History, eventRow{What: sentenceless(e.What), When: moment(e.At, s.Zone, cx.ToTheSecond), By: e.By})
	}
	p.Owners, err = s.ownerChoices(r, one.Owns)
	return p, err
}

// managed does something to a person and shows them again.
func (s *Site) managed(w http.ResponseWriter, r *http.Request, said string, do func(id int64) error) error {
	id, err := number(r, "id", "person")
	if err != nil {
		return err
	}
	if err := do(id); err != nil {
		return err
	}
	s.say(r.Context(), "good", said)
	http.Redirect(w, r, personHref(id), http.StatusSeeOther)
	return nil
}

func (s *Site) setRole(w http.ResponseWriter, r *http.Request) error {
	v, err := form(w, r)
	if err != nil {
		return err
	}
	return s.managed(w, r, "The role is changed. They are signed out everywhere.", func(id int64) error {
		_, err := s.Rooms.People.SetRole(r.Context(), id, cx.Role(v.Get("role")), owns(v), who(r.Context()))
		return err
	})
}

func (s *Site) disable(w http.ResponseWriter, r *http.Request) error {
	return s.managed(w, r, "Disabled, and signed out everywhere.", func(id int64) error {
		_, err := s.Rooms.People.Disable(r.Context(), id, who(r.Context()))
		return err
	})
}

func (s *Site) enable(w http.ResponseWriter, r *http.Request) error {
	return s.managed(w, r, "They can come in again.", func(id int64) error {
		_, err := s.Rooms.People.Enable(r.Context(), id, who(r.Context()))
		return err
	})
}

func (s *Site) reset(w http.ResponseWriter, r *http.Request) error {
	id, err := number(r, "id", "person")
	if err != nil {
		return err
	}
	one, secret, err := s.Rooms.People.Reset(r.Context(), id, who(r.Context()))
	if err != nil {
		return err
	}
	p, err := s.personPage(r)
	if err != nil {
		return err
	}
	p.Link = &handedLink{one.Name, s.Origin() + "/invitation/" + secret, lasts(one)}
	return s.show(w, r, http.StatusOK, p)
}

// lasts is how long a link made anew is good.
func lasts(p people.Person) string {
	if p.LastIn.IsZero() {
		return "seven days"
	}
	return "a day"
}
