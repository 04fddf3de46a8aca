package web

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/declare"
	"github.com/firsthand-cx/firsthand/internal/people"
	"github.com/firsthand-cx/firsthand/internal/question"
	"github.com/firsthand-cx/firsthand/internal/walk"
)

// walkFrame surrounds the pages about walks: they are a section with tabs of its own.
type walkFrame struct {
	Frame
	Tabs []tab
}

// walkTabs are the pages of the section.
var walkTabs = []entry{
	{"Walks", "/walks", MayReview},
	{"Review", "/walks/review", MayReview},
	{"Calendar", "/walks/calendar", MayPlan},
	{"Plans", "/walks/plans", MayPlan},
	{"Library", "/walks/library", MayPlan},
	{"Robots", "/walks/recordings", MayPlan},
	{"Walkers", "/walks/walkers", MayPlan},
	{"Comparisons", "/walks/comparisons", MayReview},
}

// newWalkFrame marks one of the tabs.
func newWalkFrame(title, current string) walkFrame {
	f := walkFrame{Frame: Frame{Title: title, Section: "Walks"}}
	for _, t := range walkTabs {
		f.Tabs = append(f.Tabs, tab{Title: t.Name, Href: t.Href, Current: t.Name == current})
	}
	return f
}

// tabsFor leaves the tabs that a role may open.
func (f *walkFrame) tabsFor(role cx.Role) {
	f.Tabs = slices.DeleteFunc(f.Tabs, func(t tab) bool {
		i := slices.IndexFunc(walkTabs, func(e entry) bool { return e.Href == t.Href })
		return i >= 0 && !people.May(role, walkTabs[i].needs)
	})
}

// signer is who signs what is done.
func signer(r *http.Request) string { return who(r.Context()).By() }

// plans reports whether whoever asks plans walks. The others see what was handed in and
// nothing before: staff know that walks happen, and not when.
func plans(r *http.Request) bool { return people.May(who(r.Context()).Role, MayPlan) }

// origin is the address that links for others are made of: where the server says that it
// is reached, or, where it does not know, where the reader reached it.
func (s *Site) origin(r *http.Request) string {
	if s.Origin != nil && s.Origin() != "" {
		return s.Origin()
	}
	if s.Secure || r.TLS != nil {
		return "https://" + r.Host
	}
	return "http://" + r.Host
}

func scenarioHref(id string) string { return "/walks/library/" + id }

// kindTitles are the kinds of scenarios as headings.
var kindTitles = map[cx.ScenarioKind]string{
	cx.Everyday: "Everyday", cx.UnusualRequest: "Unusual requests", cx.Parity: "Parity", cx.Stump: "Hard questions", cx.Access: "Access",
}

// stateChip says a walk's state in a word and a colour.
func stateChip(a walk.Assignment, now time.Time) Chip {
	c := Chip{Text: sentenceless(a.State.Words())}
	switch a.State {
	case cx.WalkApproved:
		c = Chip{"good", "Counts"}
	case cx.WalkDecided:
		c = Chip{"good", "Counts, after an appeal"}
		if a.LeftOut {
			c = Chip{"", "Left out, after an appeal"}
		}
	case cx.WalkRejected, cx.WalkInfrastructure:
		c.Kind = "bad"
	case cx.WalkReturned, cx.WalkAppealed:
		c.Kind = "warn"
	case cx.WalkStarted:
		c = Chip{"accent", "Under way"}
	case cx.WalkSubmitted:
		c = Chip{"accent", "Waits for review"}
	case cx.WalkInReview:
		c.Kind = "accent"
	}
	if a.Overdue(now) && a.State != cx.WalkApproved && a.State != cx.WalkRejected { // those wait for an appeal only
		c = Chip{"warn", c.Text + ", overdue"}
	}
	return c
}

// cast knows scenarios and walkers by name, for lists of walks.
type cast struct {
	scenarios map[string]walk.Listed
	walkers   map[int64]walk.Walker
}

func (s *Site) cast(ctx context.Context) (cast, error) {
	c := cast{map[string]walk.Listed{}, map[int64]walk.Walker{}}
	scenarios, err := s.Rooms.Walks.Scenarios(ctx)
	if err != nil {
		return c, err
	}
	for _, one := range scenarios {
		c.scenarios[one.ID] = one
	}
	walkers, err := s.Rooms.Walks.Walkers(ctx)
	for _, w := range walkers {
		c.walkers[w.ID] = w
	}
	return c, err
}

// title is a scenario's, with the values that a walk has of its own; secrets stay away.
func (c cast) title(a walk.Assignment) string {
	one, ok := c.scenarios[a.Scenario]
	if !ok {
		return a.Scenario
	}
	filled, _, err := walk.Fill(one.Scenario, walk.WithoutSecrets(one.Scenario, a.Values))
	if err != nil {
		return one.Title
	}
	return filled.Title
}

func (c cast) who(a walk.Assignment) string {
	if a.Voice == cx.VoiceRobot {
		return "robot"
	}
	w := c.walkers[a.Walker]
	if !a.Submitted.IsZero() { // walkers were told that their name does not stand with the result
		return unnamedWalker(w)
	}
	return walkerName(w)
}

// unnamedWalker is what may be said of a walker beside a result.
func unnamedWalker(w walk.Walker) string {
	if w.Department != "" {
		return "a walker from " + w.Department
	}
	return "a walker"
}

func walkerName(w walk.Walker) string {
	switch {
	case !w.Erased.IsZero():
		return "somebody who was erased"
	case w.Name != "":
		return w.Name
	case w.ID != 0:
		return "a guest"
	}
	return "nobody yet"
}

// scoreText writes a score with what it rests on: "3 of 4".
func scoreText(s cx.Score) string {
	if s.Of == 0 {
		return "–"
	}
	return fmt.Sprintf("%d of %d", s.Met, s.Of)
}

// length writes a duration as people say it: "20 minutes", "10 days".
func length(d time.Duration) string {
	unit := func(n int64, one string) string { return plural(int(n), one, one+"s") }
	switch {
	case d <= 0:
		return ""
	case d%(24*time.Hour) == 0:
		return unit(int64(d/(24*time.Hour)), "day")
	case d%time.Hour == 0:
		return unit(int64(d/time.Hour), "hour")
	case d >= time.Minute:
		return unit(int64(d.Round(time.Minute)/time.Minute), "minute")
	}
	return unit(int64(d/time.Second), "second")
}

func seconds(v float64) string { return question.Duration(v) }

// moneyText writes money exactly.
func moneyText(m cx.Money) string {
	if m.Currency == "" {
		return ""
	}
	return declare.FormatMoney(m)
}

// whenText is a moment in the company's zone with its weekday.
func (s *Site) whenText(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(s.Zone).Format("Mon 2 Jan 2006, 15:04")
}

// whenIn reads what <input type="datetime-local"> sends, in the company's zone.
func (s *Site) whenIn(text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	t, err := time.ParseInLocation("2006-01-02T15:04", text, s.Zone)
	if err != nil {
		return t, cx.Errorf(cx.Invalid, "%q is no day and time", text).WithRemedy("Write it like 2026-12-01T14:00.")
	}
	return t, nil
}

// chosen are the values of a field that may come several times, in order and once each.
func chosen(values []string) []string {
	var out []string
	for _, v := range values {
		for _, one := range strings.FieldsFunc(v, func(r rune) bool { return r == '\n' || r == '\r' }) {
			if one = strings.TrimSpace(one); one != "" && !slices.Contains(out, one) {
				out = append(out, one)
			}
		}
	}
	return out
}
