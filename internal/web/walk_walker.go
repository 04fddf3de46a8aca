package web

import (
	"net/http"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/walk"
)

// walkerPage is one walker: who they are, how reliable, what they walked.
type walkerPage struct {
	walkFrame
	Heading, Action  string
	Name, Department string
	Account, Arm     string
	Guest, Away      bool
	Agreement        Figure
	Returned         Figure
	Agreed           string // when they read and accepted what a walk is
	Walks            []walkRow
	EraseHref        string
}

func (*walkerPage) view() string { return "walk_walker" }

func (s *Site) knownWalker(r *http.Request) (walk.Walker, error) {
	id, err := number(r, "id", "walker")
	if err != nil {
		return walk.Walker{}, err
	}
	one, err := s.Rooms.Walks.Walker(r.Context(), id)
	if err == nil && !one.Erased.IsZero() {
		err = cx.Errorf(cx.NotFound, "this walker was erased")
	}
	return one, err
}

func (s *Site) walker(w http.ResponseWriter, r *http.Request) error {
	one, err := s.knownWalker(r)
	if err != nil {
		return err
	}
	reliable, err := s.Rooms.Walks.Reliability(r.Context(), one.ID)
	if err != nil {
		return err
	}
	all, err := s.Rooms.Walks.Assignments(r.Context(), walk.Filter{Walker: one.ID})
	if err != nil {
		return err
	}
	c, err := s.cast(r.Context())
	if err != nil {
		return err
	}
	p := newWalkerPage(one, reliable)
	p.Agreed = day(one.Consent.At, s.Zone)
	// Which walk was whose is nobody's business once it is handed in.
	for _, a := range all {
		if a.Submitted.IsZero() && !a.State.Over() {
			p.Walks = append(p.Walks, s.walkRow(a, c))
		}
	}
	return s.show(w, r, http.StatusOK, p)
}

func newWalkerPage(one walk.Walker, reliable walk.Reliability) *walkerPage {
	p := &walkerPage{
		walkFrame: newWalkFrame(walkerName(one), "Walkers"), Heading: sentenceless(walkerName(one)), Action: walkerHref(one.ID), Name: one.Name, Department: one.Department,
		Account: one.Account, Arm: one.Arm, Guest: one.Kind == walk.Guest, Away: one.Away, EraseHref: walkerHref(one.ID) + "/erase",
		Agreement: agreement(reliable), Returned: Figure{Text: "too few to tell (n = " + count(reliable.Walks) + ")", Withheld: true},
	}
	if !reliable.Withheld && reliable.Walks > 0 {
		p.Returned = Figure{Text: share(float64(reliable.Returned) / float64(reliable.Walks)), Range: share(reliable.ReturnsIn.Low) + " to " + share(reliable.ReturnsIn.High), N: count(reliable.Walks)}
	}
	return p
}

func (s *Site) saveWalker(w http.ResponseWriter, r *http.Request) error {
	v, err := form(w, r)
	if err != nil {
		return err
	}
	one, err := s.knownWalker(r)
	if err != nil {
		return err
	}
	one.Name, one.Department, one.Arm, one.Away = v.Get("name"), v.Get("department"), v.Get("arm"), v.Get("away") != ""
	if _, err := s.Rooms.Walks.SaveWalker(r.Context(), one); err != nil {
		return err
	}
	s.say(r.Context(), "good", "Kept.")
	http.Redirect(w, r, walkerHref(one.ID), http.StatusSeeOther)
	return nil
}

func eraseWalkerQuestion(one walk.Walker) *confirmPage {
	return &confirmPage{
		Frame: Frame{Title: "Erase a walker", Section: "Walks"}, Heading: "Erase " + walkerName(one) + "?",
		Text: []string{
			"Their name, their department, and the words, photos and voice notes of all their walks go for good. What is under way stops.",
			"Of walks that counted, numbers without a name stay. Backups forget by age.",
		},
		Action: walkerHref(one.ID) + "/erase", Button: "Erase for good", Cancel: walkerHref(one.ID), Word: "erase",
	}
}

func (s *Site) confirmEraseWalker(w http.ResponseWriter, r *http.Request) error {
	one, err := s.knownWalker(r)
	if err != nil {
		return err
	}
	return s.show(w, r, http.StatusOK, eraseWalkerQuestion(one))
}

func (s *Site) eraseWalker(w http.ResponseWriter, r *http.Request) error {
	v, err := form(w, r)
	if err != nil {
		return err
	}
	one, err := s.knownWalker(r)
	if err != nil {
		return err
	}
	if v.Get("word") != "erase" {
		return cx.Errorf(cx.Invalid, "the word was not typed").WithRemedy("Go back and type “erase”.")
	}
	if err := s.Rooms.Walks.EraseWalker(r.Context(), one.ID, signer(r)); err != nil {
		return err
	}
	s.say(r.Context(), "good", "The walker is erased.")
	http.Redirect(w, r, "/walks/walkers", http.StatusSeeOther)
	return nil
}
