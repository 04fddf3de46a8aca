package web

import (
	"net/http"
	"strings"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/walk"
)

// libraryPage lists the scenarios by kind, with what is missing before each can be walked.
type libraryPage struct {
	walkFrame
	Kinds []scenarioKind
}

func (*libraryPage) view() string { return "walk_library" }

type scenarioKind struct {
	Title, About string
	Scenarios    []scenarioRow
}

type scenarioRow struct {
	Title, Href, InviteHref string
	Practices, Where        string
	Length, Costs           string
	Own                     bool // changed or written by the company
	Robot                   bool
	Missing                 string // "3 words to fill in"; "" = ready
}

var kindAbout = map[cx.ScenarioKind]string{
	cx.Everyday:       "What most customers do. Begin here.",
	cx.UnusualRequest: "What no script covers: may your people help all the same?",
	cx.Parity:         "The same errand by a connected, an ordinary and a best customer. Is everybody treated alike?",
	cx.Stump:          "Questions that few can answer. “I'll find out” is better than wrong.",
	cx.Access:         "Without a screen, a mouse, a network.",
}

func (s *Site) walkLibrary(w http.ResponseWriter, r *http.Request) error {
	all, err := s.Rooms.Walks.Scenarios(r.Context())
	if err != nil {
		return err
	}
	if done, err := exported(w, r, "scenarios", all, scenarioHead, scenarioLine); done {
		return err
	}
	p := &libraryPage{walkFrame: newWalkFrame("Library of walks", "Library")}
	p.exports(r)
	for _, kind := range cx.ScenarioKinds() {
		k := scenarioKind{Title: kindTitles[kind], About: kindAbout[kind]}
		for _, one := range all {
			if one.Kind == kind {
				k.Scenarios = append(k.Scenarios, newScenarioRow(one))
			}
		}
		if len(k.Scenarios) > 0 {
			p.Kinds = append(p.Kinds, k)
		}
	}
	return s.show(w, r, http.StatusOK, p)
}

func newScenarioRow(one walk.Listed) scenarioRow {
	row := scenarioRow{
		Title: one.Title, Href: scenarioHref(one.ID), InviteHref: "/walks/invite?scenario=" + one.ID,
		Practices: strings.Join(one.Practices, ", "), Where: one.Channel, Length: length(one.TimeLimit), Costs: moneyText(one.CostLimit),
		Own: !one.FromLibrary, Robot: one.Recording != "",
	}
	if n := len(one.Missing); n > 0 {
		row.Missing = plural(n, "word to fill in", "words to fill in")
	}
	return row
}

var scenarioHead = []string{"id", "version", "kind", "title", "practices", "channel", "from_library", "missing"}

func scenarioLine(one walk.Listed) []string {
	own := "yes"
	if !one.FromLibrary {
		own = "no"
	}
	return []string{one.ID, plain(float64(one.Version)), string(one.Kind), one.Title, strings.Join(one.Practices, " "), one.Channel, own, strings.Join(one.Missing, " ")}
}
