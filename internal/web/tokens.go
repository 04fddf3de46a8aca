package web

import (
	"net/http"
	"strconv"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/people"
)

// tokensPage lists the tokens of programs, and makes them.
type tokensPage struct {
	Frame
	Tabs   []tab
	Tokens []tokenRow
	Roles  []roleChoice
	Name   string // what was typed, when it was refused
	Secret string // shown once
}

func (*tokensPage) view() string { return "tokens" }

type tokenRow struct {
	Name, Role, Made, Used, Ends string
	Over                         string // why it is not good any more; "" = it is
	Revoke                       string
}

// tokenMay says in a line what a token's role is for.
var tokenMay = map[cx.Role]string{
	cx.RoleWorker:    "takes robot walks and hands in what it recorded",
	cx.RoleFrontLine: "reads figures and findings",
	cx.RoleAnalyst:   "reads, imports and edits",
}

// tokenName is a role as programs have it: none of them stands at a counter.
func tokenName(role cx.Role) string {
	if role == cx.RoleFrontLine {
		return "Reader"
	}
	return role.Words()
}

func (s *Site) tokens(w http.ResponseWriter, r *http.Request) error {
	p, err := s.tokensPage(r)
	if err != nil {
		return err
	}
	return s.show(w, r, http.StatusOK, p)
}

func (s *Site) tokensPage(r *http.Request) (*tokensPage, error) {
	all, err := s.Rooms.People.Tokens(r.Context())
	if err != nil {
		return nil, err
	}
	p := &tokensPage{Roles: tokenRoles(cx.RoleWorker)}
	p.Frame, p.Tabs = tabbed(r, "Tokens", "tokens")
	for _, t := range all {
		row := tokenRow{Name: t.Name, Role: tokenName(t.Role), Made: day(t.Made, s.Zone) + ", " + t.By, Used: "never", Ends: day(t.Expires, s.Zone), Revoke: "/tokens/" + strconv.FormatInt(t.ID, 10) + "/revoke"}
		if !t.Used.IsZero() {
			row.Used = ago(t.Used, s.Now())
		}
		switch {
		case !t.Revoked.IsZero():
			row.Over = "Revoked"
		case !t.Active(s.Now()):
			row.Over = "Ended"
		}
		p.Tokens = append(p.Tokens, row)
	}
	return p, nil
}

func tokenRoles(chosen cx.Role) []roleChoice {
	var out []roleChoice
	for _, role := range people.TokenRoles() {
		out = append(out, roleChoice{string(role), tokenName(role), tokenMay[role], role == chosen})
	}
	return out
}

func (s *Site) makeToken(w http.ResponseWriter, r *http.Request) error {
	v, err := form(w, r)
	if err != nil {
		return err
	}
	days, _ := strconv.Atoi(v.Get("days")) // what is no number is refused as too short
	_, secret, err := s.Rooms.People.MakeToken(r.Context(), v.Get("name"), cx.Role(v.Get("role")), time.Duration(min(days, 1000))*24*time.Hour, who(r.Context()))
	p, failed := s.tokensPage(r)
	if failed != nil {
		return failed
	}
	if err != nil {
		p.Name, p.Roles = v.Get("name"), tokenRoles(cx.Role(v.Get("role")))
		return s.showRefusal(w, r, p, err)
	}
	p.Secret = secret
	return s.show(w, r, http.StatusOK, p)
}

func (s *Site) revokeToken(w http.ResponseWriter, r *http.Request) error {
	id, err := number(r, "id", "token")
	if err != nil {
		return err
	}
	t, err := s.Rooms.People.RevokeToken(r.Context(), id)
	if err != nil {
		return err
	}
	s.say(r.Context(), "good", "“"+t.Name+"” opens nothing any more.")
	http.Redirect(w, r, "/tokens", http.StatusSeeOther)
	return nil
}
