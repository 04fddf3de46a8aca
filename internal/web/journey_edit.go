package web

import (
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/journey"
)

// journeyEditPage edits a journey's file as text, with what is wrong by line and
// what it would cover.
type journeyEditPage struct {
	Frame
	Heading, Intro  string
	Action, MapHref string
	YAML            string
	Problems        []fileProblem
	Cover           *coverage
	Versions        []versionRow
}

func (*journeyEditPage) view() string { return "journey_edit" }

// ProblemCount says how many things are wrong.
func (p *journeyEditPage) ProblemCount() string { return plural(len(p.Problems), "thing", "things") }

// fileProblem is one thing that is wrong in a file.
type fileProblem struct {
	Line         int
	Text, Remedy string
}

type coverage struct {
	Sentence string
	Steps    []coverageRow
}

type coverageRow struct {
	Title, Count string
	None         bool
}

type versionRow struct {
	Number    int32
	Saved, By string
	Href      string
	Current   bool
}

// problemsOf lists what is wrong with a file, all at once where the reader says so.
func problemsOf(err error) []fileProblem {
	var all journey.Problems
	if !errors.As(err, &all) {
		var many interface{ Unwrap() []error }
		var one *cx.Error
		if errors.As(err, &many) {
			for _, e := range many.Unwrap() {
				if errors.As(e, &one) {
					all = append(all, one)
				}
			}
		} else if errors.As(err, &one) {
			all = append(all, one)
		}
	}
	out := make([]fileProblem, len(all))
	for i, e := range all {
		out[i] = fileProblem{Line: e.Place.Line, Text: sentence(e.Text), Remedy: e.Remedy}
	}
	return out
}

const newIntro = "Proposed from what is in the data. Give the stages and steps the names that customers would use, then save it."

func (s *Site) newJourney(w http.ResponseWriter, r *http.Request) error {
	p := &journeyEditPage{Frame: Frame{Title: "New journey", Section: "Journeys"}, Heading: "New journey", Intro: newIntro, Action: "/journeys/new"}
	_, text, err := s.Rooms.Journeys.ProposeFromData(r.Context())
	switch {
	case err != nil && cx.CodeOf(err) == cx.NotFound:
		p.Intro = "There is nothing in the data yet to propose one from. You can write one, or import a file first."
	case err != nil:
		return err
	default:
		p.YAML = string(text)
		s.addCover(r, p)
	}
	return s.show(w, r, http.StatusOK, p)
}

func (s *Site) editJourney(w http.ResponseWriter, r *http.Request) error {
	p, err := s.journeyEditor(r)
	if err != nil {
		return err
	}
	if given := r.URL.Query().Get("version"); given != "" {
		p.YAML, err = s.journeyVersion(r, given)
		if err != nil {
			return err
		}
		p.Intro = "This is version " + given + ". Saving it makes it the newest."
	}
	s.addCover(r, p)
	return s.show(w, r, http.StatusOK, p)
}

// journeyEditor is the page with the current file.
func (s *Site) journeyEditor(r *http.Request) (*journeyEditPage, error) {
	name := r.PathValue("name")
	file, err := s.Rooms.Journeys.Current(r.Context(), name)
	if err != nil {
		return nil, err
	}
	versions, err := s.Rooms.Journeys.Versions(r.Context(), name)
	if err != nil {
		return nil, err
	}
	p := &journeyEditPage{
		Frame: Frame{Title: "Edit " + name, Section: "Journeys"}, Heading: "Edit " + name, MapHref: journeyHref(name), Action: journeyHref(name) + "/edit",
		Intro: "The journey as a file. Every save is a new version; earlier ones stay, and the map is matched anew.", YAML: file.YAML,
	}
	for _, v := range versions {
		p.Versions = append(p.Versions, versionRow{Number: v.Version, Saved: day(v.Saved, s.Zone), By: v.By, Current: v.Version == file.Version, Href: p.Action + "?version=" + strconv.Itoa(int(v.Version))})
	}
	return p, nil
}

func (s *Site) journeyVersion(r *http.Request, given string) (string, error) {
	versions, err := s.Rooms.Journeys.Versions(r.Context(), r.PathValue("name"))
	if err != nil {
		return "", err
	}
	for _, v := range versions {
		if strconv.Itoa(int(v.Version)) == given {
			return v.YAML, nil
		}
	}
	return "", cx.Errorf(cx.NotFound, "journey %q has no version %s", r.PathValue("name"), given).WithRemedy("Choose one from the list beside the editor.")
}

// addCover says what the text would cover, or what is wrong with it.
func (s *Site) addCover(r *http.Request, p *journeyEditPage) bool {
	j, cover, err := s.Rooms.Journeys.Preview(r.Context(), "", []byte(p.YAML))
	if err != nil {
		p.Problems = problemsOf(err)
		if len(p.Problems) == 0 {
			s.Log.ErrorContext(r.Context(), "journey preview failed", "error", err)
			p.Problems = []fileProblem{{Text: "It could not be checked just now.", Remedy: "Try again in a moment."}}
		}
		return false
	}
	c := &coverage{Sentence: "No interaction is there yet."}
	if cover.Interactions > 0 {
		c.Sentence = count(cover.Matched) + " of " + count(cover.Interactions) + " interactions, " + share(float64(cover.Matched)/float64(cover.Interactions)) + ", belong to a step."
	}
	for _, step := range j.Steps() {
		n := cover.Steps[step.Name]
		c.Steps = append(c.Steps, coverageRow{or(step.Title, step.Name), count(n), n == 0})
	}
	p.Cover = c
	return true
}

func (s *Site) saveJourney(w http.ResponseWriter, r *http.Request) error {
	v, err := form(w, r)
	if err != nil {
		return err
	}
	p := &journeyEditPage{Frame: Frame{Title: "New journey", Section: "Journeys"}, Heading: "New journey", Intro: newIntro, Action: "/journeys/new"}
	if r.PathValue("name") != "" {
		if p, err = s.journeyEditor(r); err != nil {
			return err
		}
	}
	p.YAML = strings.ReplaceAll(v.Get("yaml"), "\r\n", "\n")
	if !s.addCover(r, p) {
		return s.show(w, r, http.StatusUnprocessableEntity, p)
	}
	if v.Get("do") == "check" {
		p.Notice = &Notice{Kind: "good", Text: "It reads well.", Detail: "Nothing is saved yet."}
		return s.show(w, r, http.StatusOK, p)
	}
	saved, err := s.Rooms.Journeys.Save(r.Context(), "", []byte(p.YAML), who(r.Context()).By())
	if err != nil {
		if p.Problems = problemsOf(err); len(p.Problems) > 0 && cx.CodeOf(err) == cx.Invalid {
			return s.show(w, r, http.StatusUnprocessableEntity, p)
		}
		return err
	}
	said := "Version " + strconv.Itoa(int(saved.Version)) + " is in use."
	if !saved.Changed {
		said = "Nothing changed: version " + strconv.Itoa(int(saved.Version)) + " says the same."
	}
	s.say(r.Context(), "good", said)
	http.Redirect(w, r, journeyHref(saved.Journey.Name), http.StatusSeeOther)
	return nil
}
