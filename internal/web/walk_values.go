package web

import (
	"net/http"
	"slices"
	"strings"

	"github.com/firsthand-cx/firsthand/internal/walk"
)

// valuesPage fills in what only the company knows. Secrets are written, never shown.
type valuesPage struct {
	walkFrame
	Action, Of string
	Fields     []valueField
	Empty      *Empty
}

func (*valuesPage) view() string { return "walk_values" }

// valueField is a variable with the scenarios that use it.
type valueField struct {
	valueRow
	Used string
}

func (s *Site) walkValues(w http.ResponseWriter, r *http.Request) error {
	all, err := s.Rooms.Walks.Scenarios(r.Context())
	if err != nil {
		return err
	}
	values, err := s.Rooms.Walks.Values(r.Context())
	if err != nil {
		return err
	}
	p := newValuesPage(all, values, r.URL.Query().Get("scenario"))
	return s.show(w, r, http.StatusOK, p)
}

func newValuesPage(all []walk.Listed, values map[string]string, only string) *valuesPage {
	p := &valuesPage{walkFrame: newWalkFrame("Your words", "Library"), Action: link("/walks/values", map[string][]string{"scenario": {only}})}
	for _, one := range all {
		if only != "" && one.ID != only {
			continue
		}
		if only != "" {
			p.Of = one.Title
		}
		for _, row := range valueRows(one, values) {
			i := slices.IndexFunc(p.Fields, func(f valueField) bool { return f.Name == row.Name })
			if i >= 0 {
				p.Fields[i].Used += ", " + one.Title
				p.Fields[i].Missing = p.Fields[i].Missing || row.Missing
				p.Fields[i].Secret = p.Fields[i].Secret || row.Secret
				continue
			}
			if !row.Set {
				row.Value = "" // a default is no value of the company's
			}
			p.Fields = append(p.Fields, valueField{row, one.Title})
		}
	}
	for i := range p.Fields {
		if p.Fields[i].Secret {
			p.Fields[i].Value = ""
		}
	}
	slices.SortStableFunc(p.Fields, func(a, b valueField) int {
		if a.Missing != b.Missing {
			if a.Missing {
				return -1
			}
			return 1
		}
		return 0
	})
	if len(p.Fields) == 0 {
		p.Empty = &Empty{Title: "There is nothing to fill in", Text: "A scenario with words like ${promo_code} asks for them here."}
	}
	return p
}

// setWalkValues keeps what was typed. An empty secret stays as it is; the box beside it
// takes it away.
func (s *Site) setWalkValues(w http.ResponseWriter, r *http.Request) error {
	v, err := form(w, r)
	if err != nil {
		return err
	}
	values, err := s.Rooms.Walks.Values(r.Context())
	if err != nil {
		return err
	}
	all, err := s.Rooms.Walks.Scenarios(r.Context())
	if err != nil {
		return err
	}
	for _, f := range newValuesPage(all, values, r.URL.Query().Get("scenario")).Fields {
		name := "value-" + f.Name
		text := strings.TrimSpace(v.Get(name))
		switch {
		case v.Get("clear-"+f.Name) != "":
			delete(values, f.Name)
		case !v.Has(name), f.Secret && text == "":
		case text == "":
			delete(values, f.Name)
		default:
			values[f.Name] = text
		}
	}
	if err := s.Rooms.Walks.SetValues(r.Context(), values); err != nil {
		return err
	}
	s.say(r.Context(), "good", "Your words are kept.")
	to := "/walks/values"
	if only := r.URL.Query().Get("scenario"); only != "" {
		to = scenarioHref(only)
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}
