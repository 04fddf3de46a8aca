package web

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/walk"
)

// calendarPage lists walks by day, and gives the address for calendar programs.
type calendarPage struct {
	walkFrame
	Span, Before, After string
	Days                []calendarDay
	Empty               *Empty
	Address             copyField
}

func (*calendarPage) view() string { return "walk_calendar" }

type calendarDay struct {
	Title   string
	Today   bool
	Entries []calendarEntry
}

type calendarEntry struct {
	Time, Title, Href, Who, Where string
	State                         Chip
}

const calendarWeeks = 4

func (s *Site) walkCalendar(w http.ResponseWriter, r *http.Request) error {
	today := s.Now().In(s.Zone)
	start := time.Date(today.Year(), today.Month(), today.Day(), 0, 0, 0, 0, s.Zone)
	start = start.AddDate(0, 0, -(int(start.Weekday())+6)%7) // its Monday
	if given := r.URL.Query().Get("from"); given != "" {
		var err error
		if start, err = time.ParseInLocation(time.DateOnly, given, s.Zone); err != nil {
			return cx.Errorf(cx.Invalid, "%q is not a day", given).WithRemedy("Write it like 2026-12-01.")
		}
	}
	period := cx.Period{From: start, To: start.AddDate(0, 0, 7*calendarWeeks)}
	entries, err := s.Rooms.Walks.Calendar(r.Context(), period, 0)
	if err != nil {
		return err
	}
	secret, err := s.Rooms.Walks.CalendarSecret(r.Context(), false)
	if err != nil {
		return err
	}
	return s.show(w, r, http.StatusOK, s.calendarPage(period, entries, s.origin(r)+"/walks/calendar/"+secret+".ics"))
}

func (s *Site) calendarPage(period cx.Period, entries []walk.Entry, address string) *calendarPage {
	at := func(weeks int) string {
		return link("/walks/calendar", url.Values{"from": {period.From.AddDate(0, 0, 7*weeks).Format(time.DateOnly)}})
	}
	p := &calendarPage{
		walkFrame: newWalkFrame("Calendar of walks", "Calendar"), Span: span(period, s.Zone), Before: at(-calendarWeeks), After: at(calendarWeeks),
		Address: copyField{ID: "address", Label: "Address for your calendar program", Text: address},
	}
	for _, e := range entries {
		title := e.From.In(s.Zone).Format("Monday, 2 January")
		if n := len(p.Days); n == 0 || p.Days[n-1].Title != title {
			p.Days = append(p.Days, calendarDay{Title: title, Today: day(e.From, s.Zone) == day(s.Now(), s.Zone)})
		}
		last := &p.Days[len(p.Days)-1]
		who := sentenceless(e.Who)
		if e.Arm != "" {
			who += ", as " + e.Arm
		}
		last.Entries = append(last.Entries, calendarEntry{e.From.In(s.Zone).Format("15:04"), e.Title, walkHref(e.Assignment), who, e.Place, stateChip(walk.Assignment{State: e.State}, s.Now())})
	}
	if len(p.Days) == 0 {
		p.Empty = &Empty{"No walk in these weeks", "What plans lay and what you ask for by hand stands here, day by day.", "/walks/plans/new", "Make a plan"}
	}
	return p
}

// freshCalendar makes the address before void, such as when somebody who had it leaves.
func (s *Site) freshCalendar(w http.ResponseWriter, r *http.Request) error {
	if _, err := s.Rooms.Walks.CalendarSecret(r.Context(), true); err != nil {
		return err
	}
	s.say(r.Context(), "good", "There is a new address; the one before opens nothing any more.")
	http.Redirect(w, r, "/walks/calendar", http.StatusSeeOther)
	return nil
}

// iCalendar answers calendar programs, which cannot sign in: the secret in the address
// is what lets them in.
func (s *Site) iCalendar(w http.ResponseWriter, r *http.Request) error {
	secret, ok := strings.CutSuffix(r.PathValue("file"), ".ics")
	if !ok {
		return cx.Errorf(cx.NotFound, "this is not the address of a calendar")
	}
	if err := s.Rooms.Walks.CalendarOpens(r.Context(), secret); err != nil {
		return err
	}
	now := s.Now()
	entries, err := s.Rooms.Walks.Calendar(r.Context(), cx.Period{From: now.AddDate(0, -3, 0), To: now.AddDate(0, 3, 0)}, 0)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/calendar; charset=utf-8")
	w.Header().Set("Content-Disposition", `inline; filename="walks.ics"`)
	host := r.Host
	_, err = w.Write([]byte(walk.ICal(or(s.Company, "Firsthand")+": walks", host, s.origin(r)+"/walks/", entries, now)))
	return err
}
