package web

import (
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/walk"
)

// participationPage says who in the company has been a customer, and who never.
type participationPage struct {
	walkFrame
	Action string
	Fields []Field
	Set    bool
	Span   string
	Rows   []departmentRow
	Empty  *Empty
}

func (*participationPage) view() string { return "walk_participation" }

type departmentRow struct {
	Name, Walkers, Walks, Last string
	None                       bool
}

func (s *Site) participation(w http.ResponseWriter, r *http.Request) error {
	period, err := s.periodOf(r.URL.Query())
	if err != nil {
		return err
	}
	all, err := s.Rooms.Walks.Participation(r.Context(), period)
	if err != nil {
		return err
	}
	if done, err := exported(w, r, "participation", all, []string{"department", "walkers", "known", "walks", "last"}, func(d walk.Department) []string {
		return []string{d.Name, strconv.Itoa(d.Walkers), strconv.Itoa(d.Known), strconv.Itoa(d.Walks), instant(d.Last)}
	}); done {
		return err
	}
	p := &participationPage{walkFrame: newWalkFrame("Who walked", "Walkers"), Action: "/walks/participation", Fields: periodFields(r.URL.Query()), Set: len(r.URL.Query()) > 0, Span: span(period, s.Zone)}
	p.exports(r)
	for _, d := range all {
		p.Rows = append(p.Rows, departmentRow{or(d.Name, "not said"), strconv.Itoa(d.Walkers) + " of " + strconv.Itoa(d.Known), strconv.Itoa(d.Walks), day(d.Last, s.Zone), d.Walks == 0})
	}
	if len(all) == 0 {
		p.Empty = &Empty{"Nobody walks yet", "Who in the company has been a customer lately, department by department, and who never.", "/walks/invite", "Invite somebody"}
	}
	return s.show(w, r, http.StatusOK, p)
}

// periodOf reads from and to; without them it is the last ninety days.
func (s *Site) periodOf(v url.Values) (cx.Period, error) {
	p := cx.Period{From: s.Now().AddDate(0, 0, -90), To: s.Now().Add(1)}
	for _, end := range []struct {
		name string
		to   *time.Time
	}{{"from", &p.From}, {"to", &p.To}} {
		if text := v.Get(end.name); text != "" {
			t, err := time.ParseInLocation(time.DateOnly, text, s.Zone)
			if err != nil {
				return p, cx.Errorf(cx.Invalid, "%q is not a day", text).WithRemedy("Write it like 2026-12-01.")
			}
			*end.to = t
		}
	}
	return p, nil
}
