package walk

import (
	"context"
	"crypto/subtle"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// Entry is a walk in the calendar.
type Entry struct {
	Assignment int64        `json:"assignment"`
	Plan       int64        `json:"plan,omitempty"`
	Title      string       `json:"title"`
	Kind       string       `json:"kind"`
	Place      string       `json:"place,omitempty"`
	Arm        string       `json:"arm,omitempty"`
	Walker     int64        `json:"walker,omitempty"`
	Who        string       `json:"who"` // name, "a guest" or "robot"
	State      cx.WalkState `json:"state"`
	From       time.Time    `json:"from"`
	To         time.Time    `json:"to"` // From and the scenario's time limit
	Due        time.Time    `json:"due"`
	Changed    int64        `json:"changed"` // revision
}

// Calendar lists the walks of a period, by time; cancelled ones are left out. walker
// 0 = everybody's.
func (r *Room) Calendar(ctx context.Context, p cx.Period, walker int64) ([]Entry, error) {
	walks, err := r.store.Assignments(ctx, Filter{From: p.From, To: p.To, Walker: walker})
	if err != nil {
		return nil, err
	}
	walkers, err := r.store.Walkers(ctx)
	if err != nil {
		return nil, err
	}
	names := map[int64]string{}
	for _, w := range walkers {
		names[w.ID] = w.Name
	}
	scenarios := map[string]cx.Scenario{}
	out := make([]Entry, 0, len(walks))
	for _, a := range walks {
		if a.State == cx.WalkCancelled {
			continue
		}
		key := fmt.Sprintf("%s/%d", a.Scenario, a.Version)
		s, ok := scenarios[key]
		if !ok {
			if s, err = r.version(ctx, a.Scenario, a.Version); err != nil {
				return nil, err
			}
			scenarios[key] = s
		}
		filled, _, err := Fill(s, a.Values)
		if err != nil {
			filled = s // a value that is no amount is told on the walk's own page
		}
		e := Entry{
			Assignment: a.ID, Plan: a.Plan, Title: filled.Title, Kind: string(s.Kind), Place: a.Place, Arm: a.Arm, Walker: a.Walker,
			Who: names[a.Walker], State: a.State, From: a.From, To: a.From.Add(s.TimeLimit), Due: a.Due, Changed: a.Revision,
		}
		switch {
		case a.Voice == cx.VoiceRobot:
			e.Who = "robot"
		case !a.Submitted.IsZero(): // a name does not stand with a result
			e.Who = "a walker"
		case e.Who == "":
			e.Who = "a guest"
		}
		out = append(out, e)
	}
	return out, nil
}

// CalendarSecret is the secret part of the address under which calendar programs
// subscribe to all walks; they cannot sign in. A fresh one makes the one before void.
func (r *Room) CalendarSecret(ctx context.Context, fresh bool) (string, error) {
	secret, err := r.store.Setting(ctx, calendarSetting)
	if err != nil || secret != "" && !fresh {
		return secret, err
	}
	secret = newSecret()
	return secret, r.store.SetSetting(ctx, calendarSetting, secret)
}

// CalendarOpens says whether a secret opens the calendar.
func (r *Room) CalendarOpens(ctx context.Context, secret string) error {
	want, err := r.store.Setting(ctx, calendarSetting)
	if err != nil {
		return err
	}
	if want == "" || subtle.ConstantTimeCompare([]byte(want), []byte(secret)) != 1 {
		return cx.Errorf(cx.NotFound, "this is not the address of a calendar").WithRemedy("Copy it again from the calendar's page: it may have been changed.")
	}
	return nil
}

// ICal writes a calendar as iCalendar text (RFC 5545), for a calendar program to
// subscribe to. host makes the events' ids the installation's own; link is put before
// a walk's number to make its address ("" = no address).
func ICal(name, host, link string, entries []Entry, now time.Time) string {
	var b strings.Builder
	line := func(property, value string) { fold(&b, property+":"+value) }
	stamp := func(t time.Time) string { return t.UTC().Format("20060102T150405Z") }
	line("BEGIN", "VCALENDAR")
	line("VERSION", "2.0")
	line("PRODID", "-//Firsthand//Walks//EN")
	line("CALSCALE", "GREGORIAN")
	line("METHOD", "PUBLISH")
	line("X-WR-CALNAME", icalText(name))
	for _, e := range entries {
		to := e.To
		if !to.After(e.From) {
			to = e.From.Add(30 * time.Minute)
		}
		line("BEGIN", "VEVENT")
		line("UID", fmt.Sprintf("walk-%d@%s", e.Assignment, icalText(host)))
		line("SEQUENCE", fmt.Sprint(e.Changed))
		line("DTSTAMP", stamp(now))
		line("DTSTART", stamp(e.From))
		line("DTEND", stamp(to))
		line("SUMMARY", icalText(e.Title))
		about := []string{e.Who, e.State.Words(), "due " + e.Due.UTC().Format("2006-01-02 15:04 UTC")}
		if e.Arm != "" {
			about = append(about, "as "+e.Arm)
		}
		line("DESCRIPTION", icalText(strings.Join(about, "\n")))
		if e.Place != "" {
			line("LOCATION", icalText(e.Place))
		}
		if link != "" {
			line("URL", fmt.Sprintf("%s%d", link, e.Assignment))
		}
		status := "CONFIRMED"
		switch e.State {
		case cx.WalkPlanned, cx.WalkInvited:
			status = "TENTATIVE"
		case cx.WalkExpired, cx.WalkStopped, cx.WalkInfrastructure:
			status = "CANCELLED"
		}
		line("STATUS", status)
		line("TRANSP", "TRANSPARENT")
		line("END", "VEVENT")
	}
	line("END", "VCALENDAR")
	return b.String()
}

// icalText escapes a text value (RFC 5545, 3.3.11); control characters go.
func icalText(s string) string {
	s = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(s)
	var b strings.Builder
	for _, c := range s {
		switch {
		case c == '\\' || c == ';' || c == ',':
			b.WriteByte('\\')
			b.WriteRune(c)
		case c == '\n':
			b.WriteString(`\n`)
		case c < ' ' && c != '\t' || c == 0x7f:
		default:
			b.WriteRune(c)
		}
	}
	return b.String()
}

// fold writes a content line in pieces of at most 75 bytes, never through a character
// (RFC 5545, 3.1).
func fold(b *strings.Builder, line string) {
	limit := 75
	for len(line) > limit {
		cut := limit
		for cut > 1 && !utf8.RuneStart(line[cut]) {
			cut--
		}
		b.WriteString(line[:cut])
		b.WriteString("\r\n ")
		line, limit = line[cut:], 74 // the space counts
	}
	b.WriteString(line)
	b.WriteString("\r\n")
}
