package web

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/walk"
)

// scenarioPage shows one scenario as those who plan walks read it: with its answers.
type scenarioPage struct {
	walkFrame
	Heading, Persona           string
	Brief                      []string
	InviteHref, EditHref       string
	Facts                      []factRow
	Bring, Never               []string
	Arms                       []cx.Arm
	Steps                      []scriptRow
	Treatment, Outcome         []criterionRow
	Values                     []valueRow
	ValuesHref                 string
	Missing                    int
	Touches                    []touchRow
	Walked, WalkedHref, Source string
}

func (*scenarioPage) view() string { return "walk_scenario" }

// factRow is a term and what it is.
type factRow struct{ Term, Text, Href string }

// scriptRow is a step of a script.
type scriptRow struct {
	Anchor, Number     string
	Do, Say, Wait      string
	Touches            string
	Ask                *answerKey
	FollowUps          []string
	Objections         []cx.Objection
	Branches           []branchRow
	Promises, Evidence []string
	Ends               bool
}

type answerKey struct {
	Question, By, Source string
	Right, Partly, Wrong []string
}

type branchRow struct{ If, To, Href string }

type criterionRow struct{ Text, Where string }

type valueRow struct {
	Name, Means, Value, Example string
	Secret, Set, Missing        bool
}

type touchRow struct {
	Slug, Where, Href, How string
	Found                  bool
}

func (s *Site) listed(r *http.Request, id string) (walk.Listed, error) {
	all, err := s.Rooms.Walks.Scenarios(r.Context())
	if err != nil {
		return walk.Listed{}, err
	}
	for _, one := range all {
		if one.ID == id {
			return one, nil
		}
	}
	return walk.Listed{}, cx.Errorf(cx.NotFound, "there is no scenario %q", id).WithRemedy("The library lists those that there are.")
}

func (s *Site) scenario(w http.ResponseWriter, r *http.Request) error {
	one, err := s.listed(r, r.PathValue("id"))
	if err != nil {
		return err
	}
	values, err := s.Rooms.Walks.Values(r.Context())
	if err != nil {
		return err
	}
	walked, err := s.Rooms.Walks.Assignments(r.Context(), walk.Filter{Scenario: one.ID})
	if err != nil {
		return err
	}
	journeys, err := s.Rooms.Journeys.List(r.Context())
	if err != nil {
		return err
	}
	p := newScenarioPage(one, values, journeys)
	if n := len(slices.DeleteFunc(walked, func(a walk.Assignment) bool { return !a.Counts() })); n > 0 {
		p.Walked, p.WalkedHref = plural(n, "walk counts", "walks count"), link("/walks", map[string][]string{"scenario": {one.ID}, "view": {"done"}})
	}
	return s.show(w, r, http.StatusOK, p)
}

func newScenarioPage(one walk.Listed, values map[string]string, journeys []cx.Journey) *scenarioPage {
	p := &scenarioPage{
		walkFrame: newWalkFrame(one.Title, "Library"), Heading: one.Title, Persona: one.Persona, Brief: paragraphs(one.Brief),
		InviteHref: "/walks/invite?scenario=" + one.ID, EditHref: scenarioHref(one.ID) + "/edit", Bring: one.Bring, Never: one.Never, Arms: one.Arms,
		ValuesHref: "/walks/values?scenario=" + one.ID, Missing: len(one.Missing), Source: "As it came with the program",
	}
	if !one.FromLibrary {
		p.Source = "Yours, version " + strconv.Itoa(int(one.Version))
	}
	fact := func(term, text string) {
		if text != "" {
			p.Facts = append(p.Facts, factRow{Term: term, Text: text})
		}
	}
	fact("Kind", kindTitles[one.Kind])
	fact("Practices", strings.Join(one.Practices, ", "))
	fact("Channel", one.Channel)
	fact("Takes", length(one.TimeLimit))
	if waits := one.Waits(); waits > 0 {
		fact("May rest", length(waits)+" in all, for what has to arrive")
	}
	fact("May cost", or(moneyText(one.CostLimit), "nothing"))
	if one.Recording != "" {
		fact("Robot", "Can walk it, by "+one.Recording)
	}
	if one.Guards != 0 {
		p.Facts = append(p.Facts, factRow{"Guards", "Finding " + strconv.FormatInt(one.Guards, 10), findingHref(one.Guards)})
	}
	for i, step := range one.Script {
		p.Steps = append(p.Steps, newScriptRow(i, step, one.Scenario))
	}
	for _, c := range one.Criteria {
		row := criterionRow{Text: c.Text}
		if _, i, ok := one.Step(c.Step); ok {
			row.Where = "step " + strconv.Itoa(i+1)
		}
		if c.Kind == cx.Treatment {
			p.Treatment = append(p.Treatment, row)
		} else {
			p.Outcome = append(p.Outcome, row)
		}
	}
	p.Values = valueRows(one, values)
	for _, t := range one.Places {
		p.Touches = append(p.Touches, newTouchRow(t, journeys))
	}
	return p
}

func newScriptRow(i int, step cx.ScriptStep, s cx.Scenario) scriptRow {
	row := scriptRow{
		Anchor: "step-" + step.Name, Number: strconv.Itoa(i + 1), Do: step.Do, Say: step.Say, Touches: step.Touches, FollowUps: step.FollowUps,
		Objections: step.Objections, Ends: step.Ends, Wait: length(step.Wait),
	}
	if k := step.Ask; k != nil {
		row.Ask = &answerKey{k.Question, map[cx.Answerer]string{cx.ByStaff: "your people answer", cx.ByWalker: "the walker answers"}[k.By], k.Source, k.Right, k.Partly, k.Wrong}
	}
	for _, b := range step.Branches {
		to := branchRow{b.If, "the walk ends", ""}
		if _, at, ok := s.Step(b.Go); ok {
			to.To, to.Href = "go to step "+strconv.Itoa(at+1), "#step-"+b.Go
		}
		row.Branches = append(row.Branches, to)
	}
	for _, promise := range step.Promises {
		row.Promises = append(row.Promises, promiseText(promise))
	}
	for _, e := range step.Evidence {
		text := string(e.Kind) + " of " + e.Of
		if e.Kind == cx.VoiceNote {
			text = "voice note: " + e.Of
		}
		if e.Optional {
			text += " (if they like)"
		}
		row.Evidence = append(row.Evidence, sentenceless(text))
	}
	return row
}

func promiseText(p cx.PromiseCheck) string {
	switch {
	case p.Text != "":
		return p.Text
	case p.Within > 0:
		return "Within " + length(p.Within) + "."
	case p.Limit != "":
		return "At most " + p.Limit + "."
	}
	return "The promise “" + or(p.Journey, p.Name) + "” of the journey's step."
}

func valueRows(one walk.Listed, values map[string]string) []valueRow {
	var rows []valueRow
	for _, v := range one.Variables {
		row := valueRow{Name: v.Name, Means: v.Means, Example: v.Example, Secret: v.Secret, Set: values[v.Name] != "", Missing: slices.Contains(one.Missing, v.Name)}
		switch {
		case v.Secret && row.Set:
		case row.Set:
			row.Value = values[v.Name]
		case v.Default != "":
			row.Value = v.Default
		}
		rows = append(rows, row)
	}
	return rows
}

func newTouchRow(t walk.Touch, journeys []cx.Journey) touchRow {
	row := touchRow{Slug: t.Slug, Found: t.How != walk.FoundNot, Where: "none of your steps is like it"}
	for _, j := range journeys {
		if step, ok := j.Step(t.Step); ok && j.Name == t.Journey {
			row.Where, row.Href = stepWhere(j, step, false), journeyHref(j.Name)+"#step-"+step.Name
		}
	}
	row.How = map[walk.Found]string{walk.FoundByMap: "as you said", walk.FoundByName: "by its name", walk.FoundGuess: "a guess", walk.FoundNot: ""}[t.How]
	return row
}

// paragraphs splits a text at its empty lines, and keeps lines together within one.
func paragraphs(text string) []string {
	var out []string
	for _, p := range strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n\n") {
		if p = strings.Join(strings.Fields(p), " "); p != "" {
			out = append(out, p)
		}
	}
	return out
}

// mapTouches keeps where the steps that a scenario touches lie in the company's journeys.
func (s *Site) mapTouches(w http.ResponseWriter, r *http.Request) error {
	v, err := form(w, r)
	if err != nil {
		return err
	}
	one, err := s.listed(r, r.PathValue("id"))
	if err != nil {
		return err
	}
	m, err := s.Rooms.Walks.Mapping(r.Context())
	if err != nil {
		return err
	}
	for _, t := range one.Places {
		switch to := strings.TrimSpace(v.Get("touch-" + t.Slug)); {
		case !v.Has("touch-" + t.Slug):
		case to == "":
			delete(m, t.Slug)
		default:
			m[t.Slug] = to
		}
	}
	if err := s.Rooms.Walks.SetMapping(r.Context(), m); err != nil {
		return err
	}
	s.say(r.Context(), "good", fmt.Sprintf("Kept where %s lies. Walks that count were placed afresh.", plural(len(one.Places), "step", "steps")))
	http.Redirect(w, r, scenarioHref(one.ID), http.StatusSeeOther)
	return nil
}
