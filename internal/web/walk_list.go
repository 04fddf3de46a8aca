package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/walk"
)

// walksPage lists walks by where they stand.
type walksPage struct {
	walkFrame
	Views []tab
	Walks []walkRow
	Empty *Empty
	More  string // what is not shown
}

func (*walksPage) view() string { return "walks" }

type walkRow struct {
	Title, Href, Who, Where string
	When, Due               string
	State                   Chip
	Treatment, Outcome      string
}

// walkViews are what a list of walks can be narrowed to.
var walkViews = []struct {
	name, title string
	holds       func(walk.Assignment) bool
}{
	{"open", "To be done", func(a walk.Assignment) bool {
		return !a.State.Over() && a.State != cx.WalkSubmitted && a.State != cx.WalkInReview
	}},
	{"review", "In review", func(a walk.Assignment) bool {
		return a.State == cx.WalkSubmitted || a.State == cx.WalkInReview || a.State == cx.WalkAppealed
	}},
	{"done", "Counting", func(a walk.Assignment) bool { return a.Counts() && a.State != cx.WalkAppealed }},
	{"not", "Not counting", func(a walk.Assignment) bool {
		return a.State.Over() && !a.Counts() && a.State != cx.WalkCancelled && a.State != cx.WalkAppealed
	}},
	{"all", "All", func(walk.Assignment) bool { return true }},
}

const walksShown = 200

func (s *Site) walks(w http.ResponseWriter, r *http.Request) error {
	all, err := s.Rooms.Walks.Assignments(r.Context(), walk.Filter{Scenario: r.URL.Query().Get("scenario")})
	if err != nil {
		return err
	}
	view := r.URL.Query().Get("view")
	if !plans(r) {
		if all, err = s.readable(r, all); err != nil {
			return err
		}
		view = or(view, "review")
	}
	view = or(view, "open")
	var shown []walk.Assignment
	var views []tab
	known := false
	for _, v := range walkViews {
		n := 0
		for _, a := range all {
			if v.holds(a) {
				n++
				if v.name == view {
					shown = append(shown, a)
				}
			}
		}
		known = known || v.name == view
		href := link("/walks", url.Values{"view": {v.name}, "scenario": {r.URL.Query().Get("scenario")}})
		views = append(views, tab{v.title, href, n, v.name == view})
	}
	if !known {
		return cx.Errorf(cx.Invalid, "there is no view %q of walks", view).WithRemedy("Choose one of the tabs.")
	}
	if view != "open" { // what lies behind: the newest first
		slices.Reverse(shown)
	}
	c, err := s.cast(r.Context())
	if err != nil {
		return err
	}
	if done, err := exported(w, r, "walks", shown, walkHead, c.walkLine); done {
		return err
	}
	p := &walksPage{walkFrame: newWalkFrame("Walks", "Walks"), Views: views}
	p.exports(r)
	if len(shown) > walksShown {
		p.More = "The first " + count(walksShown) + " of " + count(int64(len(shown))) + ". The download holds all."
		shown = shown[:walksShown]
	}
	for _, a := range shown {
		p.Walks = append(p.Walks, s.walkRow(a, c))
	}
	if len(shown) == 0 {
		p.Empty = noWalks(view, len(all) == 0)
	}
	return s.show(w, r, http.StatusOK, p)
}

// readable are the walks that whoever asks may read.
func (s *Site) readable(r *http.Request, all []walk.Assignment) ([]walk.Assignment, error) {
	var out []walk.Assignment
	for _, a := range all {
		switch err := s.Rooms.MayReview(r.Context(), who(r.Context()), a.ID); {
		case err == nil:
			out = append(out, a)
		case cx.CodeOf(err) != cx.Forbidden:
			return nil, err
		}
	}
	return out, nil
}

func (s *Site) walkRow(a walk.Assignment, c cast) walkRow {
	row := walkRow{
		Title: c.title(a), Href: walkHref(a.ID), Who: sentenceless(c.who(a)), Where: a.Place, State: stateChip(a, s.Now()),
		When: s.whenText(a.From), Due: day(a.Due, s.Zone),
	}
	if a.Arm != "" {
		row.Who += ", as " + a.Arm
	}
	if !a.Submitted.IsZero() {
		row.When, row.Due = s.whenText(a.Submitted), ""
	}
	if a.Review != nil {
		row.Treatment, row.Outcome = scoreText(a.Review.Treatment), scoreText(a.Review.Outcome)
	}
	return row
}

func noWalks(view string, none bool) *Empty {
	switch {
	case none:
		return &Empty{"Be your own customer", "Nobody has walked yet. Send a friend a link: they open it on their phone, do what a customer does, and write down how it felt. It takes them twenty minutes and needs no account.", "/walks/invite", "Invite a friend"}
	case view == "open":
		return &Empty{"Nothing is planned", "No walk waits to be done. A plan makes them by itself, every week or after each release.", "/walks/plans/new", "Make a plan"}
	case view == "review":
		return &Empty{Title: "Nothing waits for review", Text: "What walkers hand in comes here first. Somebody other than the walker looks at it before it counts."}
	case view == "done":
		return &Empty{Title: "No walk counts yet", Text: "A walk counts once somebody has reviewed it."}
	}
	return &Empty{Title: "There is none", Text: "Walks that were rejected, stopped, not done in time or broken by our own robot stand here."}
}

var walkHead = []string{"walk", "state", "scenario", "version", "title", "walked_by", "walker", "place", "arm", "from", "due", "submitted", "treatment_met", "treatment_of", "outcome_met", "outcome_of", "verdict"}

func (c cast) walkLine(a walk.Assignment) []string {
	line := []string{
		strconv.FormatInt(a.ID, 10), string(a.State), a.Scenario, strconv.Itoa(int(a.Version)), c.title(a), a.Voice.String(), c.who(a), a.Place, a.Arm,
		instant(a.From), instant(a.Due), instant(a.Submitted), "", "", "", "", string(a.Verdict),
	}
	if rv := a.Review; rv != nil {
		for i, n := range []int{rv.Treatment.Met, rv.Treatment.Of, rv.Outcome.Met, rv.Outcome.Of} {
			line[12+i] = strconv.Itoa(n)
		}
	}
	return line
}
