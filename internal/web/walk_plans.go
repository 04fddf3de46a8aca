package web

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/walk"
)

// plansPage lists the plans that make walks by themselves.
type plansPage struct {
	walkFrame
	Plans []planRow
	Empty *Empty
}

func (*plansPage) view() string { return "walk_plans" }

type planRow struct {
	Name, Href, When, Who, What string
	Next                        string
	Paused                      bool
}

func planHref(id int64) string { return "/walks/plans/" + strconv.FormatInt(id, 10) }

func (s *Site) walkPlans(w http.ResponseWriter, r *http.Request) error {
	plans, err := s.Rooms.Walks.Plans(r.Context())
	if err != nil {
		return err
	}
	c, err := s.cast(r.Context())
	if err != nil {
		return err
	}
	ahead, err := s.Rooms.Walks.Assignments(r.Context(), walk.Filter{From: s.Now()})
	if err != nil {
		return err
	}
	p := &plansPage{walkFrame: newWalkFrame("Plans of walks", "Plans")}
	for _, plan := range plans {
		p.Plans = append(p.Plans, s.planRow(plan, c, ahead))
	}
	if len(plans) == 0 {
		p.Empty = &Empty{"No plan yet", "A plan says which scenarios are walked, by whom, where and how often, and makes the walks by itself: evenly among walkers, places, days and hours, so that nobody can tell when the next one comes.", "/walks/plans/new", "Make a plan"}
	}
	return s.show(w, r, http.StatusOK, p)
}

func (s *Site) planRow(p walk.Plan, c cast, ahead []walk.Assignment) planRow {
	row := planRow{Name: p.Name, Href: planHref(p.ID), When: scheduleText(p.Schedule), Who: plural(len(p.Walkers), "walker", "walkers"), Paused: p.Paused}
	if p.Robot {
		row.Who = "robot"
	}
	var titles []string
	for _, id := range p.Scenarios {
		titles = append(titles, or(c.scenarios[id].Title, id))
	}
	row.What = listed(titles, 2)
	for _, a := range ahead { // they come by their time
		if a.Plan == p.ID && a.State != cx.WalkCancelled {
			row.Next = s.whenText(a.From)
			break
		}
	}
	return row
}

// listed names the first few of a list.
func listed(names []string, most int) string {
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return strings.Join(names[:most], ", ") + fmt.Sprintf(" and %d more", len(names)-most)
}

var weekdays = []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday, time.Saturday, time.Sunday}

// scheduleText says a schedule in a sentence's part.
func scheduleText(s walk.Schedule) string {
	what := "once, on " + s.Start
	switch s.Often {
	case walk.Daily:
		what = "every day"
	case walk.Weekly:
		what = "every week"
	case walk.AfterRelease:
		what = "after each release"
	}
	if len(s.Days) > 0 && (s.Often == walk.Daily || s.Often == walk.Weekly) {
		var days []string
		for _, d := range weekdays {
			for _, of := range s.Days {
				if of == d {
					days = append(days, d.String()[:3])
				}
			}
		}
		what += " on " + strings.Join(days, ", ")
	}
	if s.PerTime > 1 {
		what = fmt.Sprintf("%d walks %s", s.PerTime, what)
	}
	if s.From > 0 || s.To > 0 && s.To < 24 {
		to := s.To
		if to == 0 {
			to = 24
		}
		what += fmt.Sprintf(", %d–%d h", s.From, to)
	}
	return what
}
