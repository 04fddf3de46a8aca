package web

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/walk"
)

// scenarioEditPage edits a scenario's file as text, with all that is wrong by line.
type scenarioEditPage struct {
	walkFrame
	Heading, Intro   string
	Action, BackHref string
	YAML             string
	Problems         []fileProblem
	Versions         []versionRow
	Places           []placeField
	PlacesAction     string
}

func (*scenarioEditPage) view() string { return "walk_scenario_edit" }

// ProblemCount says how many things are wrong.
func (p *scenarioEditPage) ProblemCount() string { return plural(len(p.Problems), "thing", "things") }

// placeField says where a step that a scenario touches lies in the company's journeys.
type placeField struct {
	Slug    string
	Value   string
	Options []Option
}

// newScenarioText is what an empty scenario begins as: small, and whole.
const newScenarioText = `id: my-scenario          # a–z, 0–9 and hyphens
title: What a customer tries to get done
kind: everyday           # everyday, unusual_request, parity, stump, access
persona: somebody who has never bought from us
channel: web
brief: What the walker must know before they begin.
time_limit: 20 minutes
script:
  - name: arrive
    do: Come to the site as a customer would, from the beginning.
  - name: try
    do: Do what you came for, and write down what happens.
    evidence:
      - {kind: screenshot, of: what you see at the end, optional: yes}
criteria:
  - {name: told-what-happens, kind: treatment, text: "I was told what was happening, without having to ask."}
  - {name: done, kind: outcome, text: I got what I came for., step: try}
`

func (s *Site) newScenario(w http.ResponseWriter, r *http.Request) error {
	p := blankScenario()
	if id, err := strconv.ParseInt(r.URL.Query().Get("finding"), 10, 64); err == nil {
		f, err := s.Rooms.Findings.Finding(r.Context(), id)
		if err != nil {
			return err
		}
		journeys, err := s.Rooms.Journeys.List(r.Context())
		if err != nil {
			return err
		}
		var of cx.Journey
		for _, j := range journeys {
			if j.Name == f.Key.Journey {
				of = j
			}
		}
		p.YAML = string(walk.Draft(f, of))
		p.Intro = "A draft that would reproduce the finding. Put it into the words of a customer, then save it."
	}
	return s.show(w, r, http.StatusOK, p)
}

func blankScenario() *scenarioEditPage {
	return &scenarioEditPage{
		walkFrame: newWalkFrame("New scenario", "Library"), Heading: "New scenario", Action: "/walks/scenarios/new", BackHref: "/walks/library", YAML: newScenarioText,
		Intro: "A scenario is a file: whom the walker plays, what they do, by which behaviour it is judged. Everything that is wrong is told at once, with its line.",
	}
}

func (s *Site) editScenario(w http.ResponseWriter, r *http.Request) error {
	p, err := s.scenarioEditor(r)
	if err != nil {
		return err
	}
	if given := r.URL.Query().Get("version"); given != "" {
		versions, err := s.Rooms.Walks.ScenarioVersions(r.Context(), r.PathValue("id"))
		if err != nil {
			return err
		}
		found := false
		for _, v := range versions {
			if strconv.Itoa(int(v.Version)) == given {
				p.YAML, found = v.YAML, true
			}
		}
		if !found {
			return cx.Errorf(cx.NotFound, "the scenario has no version %s", given).WithRemedy("Choose one from the list beside the editor.")
		}
		p.Intro = "This is version " + given + ". Saving it makes it the newest."
	}
	return s.show(w, r, http.StatusOK, p)
}

// scenarioEditor is the page with the current file.
func (s *Site) scenarioEditor(r *http.Request) (*scenarioEditPage, error) {
	id := r.PathValue("id")
	one, err := s.listed(r, id)
	if err != nil {
		return nil, err
	}
	file, err := s.Rooms.Walks.ScenarioFile(r.Context(), id)
	if err != nil {
		return nil, err
	}
	versions, err := s.Rooms.Walks.ScenarioVersions(r.Context(), id)
	if err != nil {
		return nil, err
	}
	journeys, err := s.Rooms.Journeys.List(r.Context())
	if err != nil {
		return nil, err
	}
	mapping, err := s.Rooms.Walks.Mapping(r.Context())
	if err != nil {
		return nil, err
	}
	p := &scenarioEditPage{
		walkFrame: newWalkFrame("Edit "+one.Title, "Library"), Heading: "Edit “" + one.Title + "”", Action: scenarioHref(id) + "/edit", BackHref: scenarioHref(id), YAML: file.YAML,
		Intro: "Every save is a new version. Walks that are planned or under way keep theirs.", PlacesAction: scenarioHref(id) + "/places",
	}
	for _, v := range versions {
		row := versionRow{Number: v.Version, Saved: day(v.Saved, s.Zone), By: v.SavedBy, Current: v.Version == file.Version, Href: p.Action + "?version=" + strconv.Itoa(int(v.Version))}
		p.Versions = append(p.Versions, row)
	}
	for _, t := range one.Places {
		p.Places = append(p.Places, newPlaceField(t, mapping, journeys))
	}
	return p, nil
}

func newPlaceField(t walk.Touch, mapping walk.Mapping, journeys []cx.Journey) placeField {
	f := placeField{Slug: t.Slug, Value: mapping[t.Slug], Options: []Option{{"", "by its name: none found"}}}
	for _, j := range journeys {
		for _, step := range j.Steps() {
			if t.Journey == j.Name && t.Step == step.Name && t.How != walk.FoundByMap {
				f.Options[0].Label = "by its name: " + stepWhere(j, step, false)
			}
			f.Options = append(f.Options, Option{j.Name + "/" + step.Name, stepWhere(j, step, false)})
		}
	}
	return f
}

func (s *Site) saveScenario(w http.ResponseWriter, r *http.Request) error {
	v, err := form(w, r)
	if err != nil {
		return err
	}
	p := blankScenario()
	if r.PathValue("id") != "" {
		if p, err = s.scenarioEditor(r); err != nil {
			return err
		}
	}
	p.YAML = strings.ReplaceAll(v.Get("yaml"), "\r\n", "\n")
	if _, err := walk.Parse("", []byte(p.YAML)); err != nil {
		p.Problems = problemsOf(err)
		return s.show(w, r, http.StatusUnprocessableEntity, p)
	}
	if v.Get("do") == "check" {
		p.Notice = &Notice{Kind: "good", Text: "It reads well.", Detail: "Nothing is saved yet."}
		return s.show(w, r, http.StatusOK, p)
	}
	saved, err := s.Rooms.Walks.SaveScenario(r.Context(), "", []byte(p.YAML), signer(r))
	if err != nil {
		return err
	}
	s.say(r.Context(), "good", "Version "+strconv.Itoa(int(saved.Version))+" is in use.")
	http.Redirect(w, r, scenarioHref(saved.ID), http.StatusSeeOther)
	return nil
}
