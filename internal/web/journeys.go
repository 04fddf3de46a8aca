package web

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/journey"
)

// journeysPage lists the journeys, and what belongs to none.
type journeysPage struct {
	Frame
	Journeys       []journeyRow
	Empty          *Empty
	Unmatched      []unmatchedRow
	UnmatchedCount string
}

func (*journeysPage) view() string { return "journeys" }

type journeyRow struct {
	Title, Href, EditHref, FindingsHref string
	Stages                              string
	Steps, Promises, Open               int
	Ownerless                           string
}

type unmatchedRow struct {
	Source, Kind, Channel, Touchpoint, Reason, Outcome string
	Interactions, Customers                            string
}

// shownUnmatched is how many kinds of unmatched interactions the page shows.
const shownUnmatched = 12

func (s *Site) journeys(w http.ResponseWriter, r *http.Request) error {
	list, err := s.Rooms.Journeys.List(r.Context())
	if err != nil {
		return err
	}
	if done, err := exported(w, r, "journeys", list, []string{"name", "title", "stages", "steps"}, func(j cx.Journey) []string {
		return []string{j.Name, j.Title, strconv.Itoa(len(j.Stages)), strconv.Itoa(len(j.Steps()))}
	}); done {
		return err
	}
	found, err := s.Rooms.Findings.ListFindings(r.Context(), cx.FindingOpen, cx.FindingAccepted)
	if err != nil {
		return err
	}
	unmatched, all, err := s.Rooms.Journeys.Unmatched(r.Context())
	if err != nil {
		return err
	}
	p := &journeysPage{Frame: Frame{Title: "Journeys", Section: "Journeys"}}
	p.exports(r)
	for _, j := range list {
		p.Journeys = append(p.Journeys, newJourneyRow(j, found))
	}
	if len(list) == 0 {
		p.Empty = &Empty{"No journey yet", "A journey is what a customer tries to get done: order, get help, move house. Firsthand proposes one from the data that is there; you put it right and save it.", "/journeys/new", "See the proposed journey"}
		if all == 0 {
			p.Empty = &Empty{"No journey yet", "A journey is what a customer tries to get done. Once a first file is imported, Firsthand proposes one from what happened.", "/sources", "Import a file"}
		}
	}
	p.fillUnmatched(unmatched, all)
	return s.show(w, r, http.StatusOK, p)
}

func newJourneyRow(j cx.Journey, found []cx.Finding) journeyRow {
	row := journeyRow{Title: or(j.Title, j.Name), Href: journeyHref(j.Name), EditHref: journeyHref(j.Name) + "/edit", FindingsHref: "/findings"}
	var stages, ownerless []string
	for _, stage := range j.Stages {
		stages = append(stages, or(stage.Title, stage.Name))
	}
	for _, step := range j.Steps() {
		row.Steps++
		row.Promises += len(step.Promises)
		if step.Owner == "" {
			ownerless = append(ownerless, or(step.Title, step.Name))
		}
	}
	for _, f := range found {
		if f.Key.Journey == j.Name {
			row.Open++
		}
	}
	row.Stages = strings.Join(stages, ", ")
	row.Ownerless = strings.Join(ownerless, ", ")
	if len(ownerless) > 3 {
		row.Ownerless = strings.Join(ownerless[:2], ", ") + " and " + strconv.Itoa(len(ownerless)-2) + " more"
	}
	return row
}

func (p *journeysPage) fillUnmatched(unmatched []journey.SignatureUse, all int64) {
	var n int64
	for i, u := range unmatched {
		n += u.Interactions
		if i < shownUnmatched {
			sig := u.Signature
			p.Unmatched = append(p.Unmatched, unmatchedRow{sig.Source, sig.Kind.String(), sig.Channel, sig.Touchpoint, sig.Reason, sig.Outcome, count(u.Interactions), count(u.Customers)})
		}
	}
	if all > 0 {
		p.UnmatchedCount = count(n) + " of " + count(all) + " interactions, " + share(float64(n)/float64(all))
		if len(unmatched) > shownUnmatched {
			p.UnmatchedCount += "; the " + strconv.Itoa(shownUnmatched) + " most frequent kinds of " + count(int64(len(unmatched)))
		}
	}
}

func journeyHref(name string) string { return "/journeys/" + url.PathEscape(name) }
