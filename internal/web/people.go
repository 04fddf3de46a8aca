package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/people"
)

// peoplePage lists who may come in, and invites.
type peoplePage struct {
	Frame
	Tabs   []tab
	People []personRow
	Roles  []roleChoice
	Owners []tick // whose steps a step owner can speak for
	Name   string // what was typed, when it was refused
	Email  string
	Link   *handedLink
}

func (*peoplePage) view() string { return "people" }

type personRow struct {
	Name, Email, Href string
	Role              string
	State             *Chip // nil = active
	LastIn            string
	SecondStep        bool
}

type roleChoice struct {
	Value, Name, May string
	Chosen           bool
}

type tick struct {
	Value  string
	Chosen bool
}

// handedLink is a link that is shown once, to be handed on.
type handedLink struct {
	Whom, URL, Until string
}

// roleMay says in a line what a role is for, where it is chosen.
var roleMay = map[cx.Role]string{
	cx.RoleOwner:     "everything, also people and erasing customers",
	cx.RoleAnalyst:   "everything but people and erasing",
	cx.RoleStepOwner: "reads figures and findings; judges findings and walks at their own steps",
	cx.RoleFrontLine: "reads figures and findings; no customers by name",
	cx.RoleWalker:    "sees and walks their own walks, nothing else",
}

func accountTabs(f *Frame, at string) []tab {
	tabs := []tab{{Title: "My account", Href: "/account", Current: at == "account"}}
	if f.May(MayManage) {
		tabs = append(tabs, tab{Title: "People", Href: "/people", Current: at == "people"}, tab{Title: "Tokens", Href: "/tokens", Current: at == "tokens"})
	}
	return tabs
}

// tabbed is a frame of the account pages, with their tabs.
func tabbed(r *http.Request, title, at string) (Frame, []tab) {
	f := Frame{Title: title, Section: "Account", Who: who(r.Context())}
	return f, accountTabs(&f, at)
}

func (s *Site) people(w http.ResponseWriter, r *http.Request) error {
	p, err := s.peoplePage(r)
	if err != nil {
		return err
	}
	return s.show(w, r, http.StatusOK, p)
}

func (s *Site) peoplePage(r *http.Request) (*peoplePage, error) {
	all, err := s.Rooms.People.People(r.Context())
	if err != nil {
		return nil, err
	}
	p := &peoplePage{Roles: roleChoices(cx.RoleAnalyst)}
	p.Frame, p.Tabs = tabbed(r, "People", "people")
	for _, one := range all {
		row := personRow{Name: one.Name, Email: one.Email, Href: personHref(one.ID), Role: one.Role.Words(), State: accountChip(one.State), LastIn: "never", SecondStep: one.SecondFactor}
		if !one.LastIn.IsZero() {
			row.LastIn = ago(one.LastIn, s.Now())
		}
		p.People = append(p.People, row)
	}
	p.Owners, err = s.ownerChoices(r, nil)
	return p, err
}

func roleChoices(chosen cx.Role) []roleChoice {
	var out []roleChoice
	for _, role := range cx.Roles() {
		out = append(out, roleChoice{string(role), role.Words(), roleMay[role], role == chosen})
	}
	return out
}

// ownerChoices are the owners that the journeys' steps name, and those chosen before.
func (s *Site) ownerChoices(r *http.Request, chosen []string) ([]tick, error) {
	journeys, err := s.Rooms.Journeys.List(r.Context())
	if err != nil {
		return nil, err
	}
	names := slices.Clone(chosen)
	for _, j := range journeys {
		for _, step := range j.Steps() {
			if step.Owner != "" {
				names = append(names, step.Owner)
			}
		}
	}
	slices.Sort(names)
	var out []tick
	for _, name := range slices.Compact(names) {
		out = append(out, tick{name, slices.Contains(chosen, name)})
	}
	return out, nil
}

func accountChip(state string) *Chip {
	switch state {
	case "invited":
		return &Chip{"accent", "Invited"}
	case "disabled":
		return &Chip{"", "Disabled"}
	}
	return nil
}

func personHref(id int64) string { return "/people/" + strconv.FormatInt(id, 10) }

func (s *Site) invitePerson(w http.ResponseWriter, r *http.Request) error {
	v, err := form(w, r)
	if err != nil {
		return err
	}
	invited, secret, err := s.Rooms.People.Invite(r.Context(), people.Newcomer{Name: v.Get("name"), Email: v.Get("email"), Role: cx.Role(v.Get("role")), Owns: owns(v)}, who(r.Context()).By())
	p, failed := s.peoplePage(r)
	if failed != nil {
		return failed
	}
	if err != nil {
		p.Name, p.Email, p.Roles = v.Get("name"), v.Get("email"), roleChoices(cx.Role(v.Get("role")))
		return s.showRefusal(w, r, p, err)
	}
	p.Link = &handedLink{invited.Name, s.Origin() + "/invitation/" + secret, "seven days"}
	return s.show(w, r, http.StatusOK, p)
}

// owns are the owners ticked; only a step owner has any.
func owns(v url.Values) []string {
	if cx.Role(v.Get("role")) != cx.RoleStepOwner {
		return nil
	}
	return v["owns"]
}
