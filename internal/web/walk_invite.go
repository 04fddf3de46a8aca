package web

import (
	"html/template"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/walk"
)

// invitePage asks for as little as can be: which scenario, and, if one likes, a name.
type invitePage struct {
	walkFrame
	Problem   *fileProblem
	Scenario  string
	Groups    []optionGroup
	Missing   []valueRow
	Who       string
	Walkers   []Option
	Robot     bool
	Arms      []Option
	Name      string
	Place     string
	Arm       string
	From, Due string
	More      bool // what is seldom asked for has been filled in
}

func (*invitePage) view() string { return "walk_invite" }

// optionGroup is a group of choices under one heading.
type optionGroup struct {
	Label   string
	Options []Option
}

func (s *Site) inviteForm(w http.ResponseWriter, r *http.Request) error {
	p, err := s.invitePage(r, r.URL.Query())
	if err != nil {
		return err
	}
	return s.show(w, r, http.StatusOK, p)
}

func (s *Site) invitePage(r *http.Request, v url.Values) (*invitePage, error) {
	all, err := s.Rooms.Walks.Scenarios(r.Context())
	if err != nil {
		return nil, err
	}
	walkers, err := s.Rooms.Walks.Walkers(r.Context())
	if err != nil {
		return nil, err
	}
	values, err := s.Rooms.Walks.Values(r.Context())
	if err != nil {
		return nil, err
	}
	return newInvitePage(all, walkers, values, v), nil
}

func newInvitePage(all []walk.Listed, walkers []walk.Walker, values map[string]string, v url.Values) *invitePage {
	p := &invitePage{
		walkFrame: newWalkFrame("Invite somebody to walk", "Walks"), Scenario: v.Get("scenario"), Who: v.Get("who"), Name: v.Get("name"),
		Place: v.Get("place"), Arm: v.Get("arm"), From: v.Get("from"), Due: v.Get("due"),
	}
	p.More = p.Place != "" || p.Arm != "" || p.From != "" || p.Due != ""
	for _, kind := range cx.ScenarioKinds() {
		g := optionGroup{Label: kindTitles[kind]}
		for _, one := range all {
			if one.Kind != kind {
				continue
			}
			label := one.Title
			if n := len(one.Missing); n > 0 {
				label += " (" + plural(n, "word", "words") + " to fill in)"
			}
			g.Options = append(g.Options, Option{one.ID, label})
			if one.ID != p.Scenario {
				continue
			}
			p.Robot = one.Recording != ""
			for _, arm := range one.Arms {
				p.Arms = append(p.Arms, Option{arm.Name, arm.Name})
			}
			for _, row := range valueRows(one, values) {
				if row.Missing {
					row.Value = v.Get("value-" + row.Name)
					if row.Secret {
						row.Value = ""
					}
					p.Missing = append(p.Missing, row)
				}
			}
		}
		if len(g.Options) > 0 {
			p.Groups = append(p.Groups, g)
		}
	}
	for _, walker := range walkers {
		if walker.Active() && (walker.Name != "" || walker.Kind == walk.Account) {
			label := walkerName(walker)
			if walker.Department != "" {
				label += ", " + walker.Department
			}
			p.Walkers = append(p.Walkers, Option{strconv.FormatInt(walker.ID, 10), label})
		}
	}
	return p
}

// invite makes the assignment and, unless a robot or somebody with an account walks it,
// the link, which is shown this once.
func (s *Site) invite(w http.ResponseWriter, r *http.Request) error {
	v, err := form(w, r)
	if err != nil {
		return err
	}
	a, link, err := s.invited(r, v)
	if code := cx.CodeOf(err); err != nil && (code == cx.Invalid || code == cx.Conflict || code == cx.NotFound) {
		p, failed := s.invitePage(r, v)
		if failed != nil {
			return failed
		}
		if of := problemsOf(err); len(of) > 0 {
			p.Problem = &of[0]
		}
		return s.show(w, r, http.StatusUnprocessableEntity, p)
	}
	if err != nil {
		return err
	}
	if link == "" {
		s.say(r.Context(), "good", "Asked for. It stands among the walks to be done.")
		http.Redirect(w, r, walkHref(a.ID), http.StatusSeeOther)
		return nil
	}
	return s.showInvitation(w, r, a, link)
}

func (s *Site) invited(r *http.Request, v url.Values) (walk.Assignment, string, error) {
	ctx := r.Context()
	if v.Get("scenario") == "" {
		return walk.Assignment{}, "", cx.Errorf(cx.Invalid, "no scenario is chosen").WithRemedy("Choose what they are to live through.")
	}
	one, err := s.listed(r, v.Get("scenario"))
	if err != nil {
		return walk.Assignment{}, "", err
	}
	ask := walk.Ask{Scenario: one.ID, Place: strings.TrimSpace(v.Get("place")), Arm: v.Get("arm"), Robot: v.Get("who") == "robot"}
	if ask.From, err = s.whenIn(v.Get("from")); err != nil {
		return walk.Assignment{}, "", err
	}
	if ask.Due, err = s.whenIn(v.Get("due")); err != nil {
		return walk.Assignment{}, "", err
	}
	if err := s.keepMissing(r, one, v); err != nil {
		return walk.Assignment{}, "", err
	}
	withAccount := false
	switch who := v.Get("who"); who {
	case "robot":
	case "":
		ask.Name = v.Get("name")
		return s.Rooms.Walks.InviteFriend(ctx, ask, signer(r))
	default:
		id, err := strconv.ParseInt(who, 10, 64)
		if err != nil {
			return walk.Assignment{}, "", cx.Errorf(cx.NotFound, "there is no such walker")
		}
		known, err := s.Rooms.Walks.Walker(ctx, id)
		if err != nil {
			return walk.Assignment{}, "", err
		}
		ask.Walker, withAccount = known.ID, known.Kind == walk.Account
	}
	a, err := s.Rooms.Walks.Assign(ctx, ask, signer(r))
	if err != nil || ask.Robot || withAccount {
		return a, "", err
	}
	return s.Rooms.Walks.Invite(ctx, a.ID, signer(r))
}

// keepMissing keeps what was typed for the words that a scenario still lacks, for this
// and all later walks, and says which are lacking still.
func (s *Site) keepMissing(r *http.Request, one walk.Listed, v url.Values) error {
	values, err := s.Rooms.Walks.Values(r.Context())
	if err != nil || len(one.Missing) == 0 {
		return err
	}
	var lacking []string
	for _, name := range one.Missing {
		if text := strings.TrimSpace(v.Get("value-" + name)); text != "" {
			values[name] = text
		} else {
			lacking = append(lacking, name)
		}
	}
	if len(lacking) > 0 {
		return cx.Errorf(cx.Invalid, "“%s” needs %s", one.Title, plural(len(lacking), "word of yours", "words of yours")).WithRemedy("Fill them in below; they are kept for the next time.")
	}
	return s.Rooms.Walks.SetValues(r.Context(), values)
}

// invitationPage shows a link once, to be copied, sent or photographed.
type invitationPage struct {
	walkFrame
	Heading, What string
	Href          string
	Link, Message copyField
	MailHref      string
	QR            template.HTML
	Ends          string
	Warning       *Notice
}

func (*invitationPage) view() string { return "walk_invitation" }

// copyField is a text that is there to be copied.
type copyField struct {
	ID, Label, Text string
	Rows            int
}

func (s *Site) showInvitation(w http.ResponseWriter, r *http.Request, a walk.Assignment, secret string) error {
	d, err := s.Rooms.Walks.Shown(r.Context(), a.ID)
	if err != nil {
		return err
	}
	p, err := s.invitationPage(d, s.origin(r), secret)
	if err != nil {
		return err
	}
	return s.show(w, r, http.StatusOK, p)
}

func (s *Site) invitationPage(d walk.Detail, origin, secret string) (*invitationPage, error) {
	address := origin + "/w/" + secret
	name := ""
	if d.Walked != nil {
		name = d.Walked.Name
	}
	text := strings.TrimSpace("Hello "+name) + ",\n\nwould you be our customer for a moment? “" + d.Filled.Title + "” takes about " + or(length(d.Filled.TimeLimit), "twenty minutes") +
		" on your phone. You need no account and no app, you can stop at any time, and what was good is as welcome as what was not.\n\n" + address + "\n\nIt can be done until " + day(d.Due, s.Zone) + ". Thank you!"
	heading := "The invitation is ready"
	if name != "" {
		heading = "The invitation for " + name + " is ready"
	}
	p := &invitationPage{
		walkFrame: newWalkFrame("Invitation", "Walks"), Heading: heading, What: d.Filled.Title, Href: walkHref(d.ID), Ends: day(d.Due, s.Zone),
		Link: copyField{ID: "link", Label: "The link", Text: address}, Message: copyField{ID: "message", Label: "A message to go with it", Text: text, Rows: 9},
		MailHref: "mailto:?" + strings.ReplaceAll(url.Values{"subject": {"Would you be our customer for a moment?"}, "body": {text}}.Encode(), "+", "%20"),
		Warning:  reach(origin),
	}
	var err error
	p.QR, err = qrCode(address, "QR code of the link")
	return p, err
}

// reach says what keeps a friend's phone from a link, and what to do about it.
func reach(origin string) *Notice {
	u, err := url.Parse(origin)
	if err != nil {
		return nil
	}
	host := u.Hostname()
	ip := net.ParseIP(host)
	switch {
	case host == "localhost" || strings.HasSuffix(host, ".localhost") || ip != nil && ip.IsLoopback():
		return &Notice{
			Kind: "warn", Text: "Only this computer can open this link: a friend's phone cannot.",
			Detail: "Start the server with the address under which others reach it, such as “firsthand serve --public-url https://walks.example.com --acme”, or with --behind-proxy where a proxy ends TLS, and make the link again. To try it now, open the link in another window of this computer.",
		}
	case u.Scheme == "http":
		return &Notice{
			Kind: "warn", Text: "This address has no HTTPS.",
			Detail: "Phones open it, but without HTTPS they keep nothing while there is no network, and a walk may lose what was written. Start the server with --public-url and make the link again.",
		}
	}
	return nil
}

// newLink makes another link for a walk; the one before is void.
func (s *Site) newLink(w http.ResponseWriter, r *http.Request) error {
	id, err := number(r, "id", "walk")
	if err != nil {
		return err
	}
	a, secret, err := s.Rooms.Walks.Invite(r.Context(), id, signer(r))
	if err != nil {
		return err
	}
	return s.showInvitation(w, r, a, secret)
}
