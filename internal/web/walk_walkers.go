package web

import (
	"net/http"
	"strconv"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/walk"
)

// walkersPage lists those who walk, with how far their marks can be taken as they are.
type walkersPage struct {
	walkFrame
	Problem *fileProblem
	Walkers []walkerRow
	Empty   *Empty
	Name    string
	Place   string
}

func (*walkersPage) view() string { return "walk_walkers" }

type walkerRow struct {
	Name, Href, Department, As string
	Walks                      string
	Agreement                  Figure
	Away                       bool
}

func walkerHref(id int64) string { return "/walks/walkers/" + strconv.FormatInt(id, 10) }

func (s *Site) walkers(w http.ResponseWriter, r *http.Request) error {
	p, err := s.walkersPage(r)
	if err != nil {
		return err
	}
	return s.show(w, r, http.StatusOK, p)
}

func (s *Site) walkersPage(r *http.Request) (*walkersPage, error) {
	all, err := s.Rooms.Walks.Walkers(r.Context())
	if err != nil {
		return nil, err
	}
	p := &walkersPage{walkFrame: newWalkFrame("Walkers", "Walkers")}
	for _, one := range all {
		reliable, err := s.Rooms.Walks.Reliability(r.Context(), one.ID)
		if err != nil {
			return nil, err
		}
		p.Walkers = append(p.Walkers, newWalkerRow(one, reliable))
	}
	if len(all) == 0 {
		p.Empty = &Empty{Title: "Nobody walks yet", Text: "Name colleagues here, so that plans can send them; or send a friend a link, and they stand here once you have made it."}
	}
	return p, nil
}

func newWalkerRow(one walk.Walker, reliable walk.Reliability) walkerRow {
	row := walkerRow{
		Name: sentenceless(walkerName(one)), Href: walkerHref(one.ID), Department: one.Department, As: one.Arm, Away: one.Away,
		Walks: count(reliable.Walks), Agreement: agreement(reliable),
	}
	return row
}

// agreement is the share of marks that reviewers left as they were.
func agreement(r walk.Reliability) Figure {
	if r.Withheld || r.Marks == 0 {
		return Figure{Text: "too few to tell (n = " + count(r.Walks) + ")", Withheld: true}
	}
	return Figure{Text: share(float64(r.Agreed) / float64(r.Marks)), Range: share(r.Agreement.Low) + " to " + share(r.Agreement.High), N: count(r.Marks)}
}

func (s *Site) addWalker(w http.ResponseWriter, r *http.Request) error {
	v, err := form(w, r)
	if err != nil {
		return err
	}
	one, err := s.Rooms.Walks.SaveWalker(r.Context(), walk.Walker{Kind: walk.Guest, Name: v.Get("name"), Department: v.Get("department"), Arm: v.Get("arm")})
	if err != nil && cx.CodeOf(err) == cx.Invalid {
		p, failed := s.walkersPage(r)
		if failed != nil {
			return failed
		}
		p.Name, p.Place = v.Get("name"), v.Get("department")
		if of := problemsOf(err); len(of) > 0 {
			p.Problem = &of[0]
		}
		return s.show(w, r, http.StatusUnprocessableEntity, p)
	}
	if err != nil {
		return err
	}
	s.say(r.Context(), "good", sentenceless(walkerName(one))+" can be sent on walks.")
	http.Redirect(w, r, "/walks/walkers", http.StatusSeeOther)
	return nil
}
