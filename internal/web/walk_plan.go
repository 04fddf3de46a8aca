package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/declare"
	"github.com/firsthand-cx/firsthand/internal/walk"
)

// planPage makes or changes a plan, and shows what it laid and what it skipped.
type planPage struct {
	walkFrame
	Heading, Action string
	Problem         *fileProblem
	Number          int64
	Revision        int64
	Paused          bool
	Name            string
	Scenarios       []choiceGroup
	Walkers         []choice
	Robot           bool
	Places          string
	Often           string
	Start, End      string
	Days            []choice
	FromHour        string
	ToHour          string
	PerTime         string
	Lockout         string
	Cap             string
	DueDays         string
	Ahead           []walkRow
	Skipped         []skipRow
}

func (*planPage) view() string { return "walk_plan" }

// choice is a box that can be ticked.
type choice struct {
	Value, Label, Note string
	Chosen             bool
}

type choiceGroup struct {
	Label   string
	Choices []choice
}

type skipRow struct{ Day, Why string }

func (s *Site) newPlan(w http.ResponseWriter, r *http.Request) error {
	p, err := s.planPage(r, walk.Plan{Schedule: walk.Schedule{Often: walk.Weekly, From: 9, To: 18, PerTime: 1}, LockoutDays: 30})
	if err != nil {
		return err
	}
	return s.show(w, r, http.StatusOK, p)
}

func (s *Site) walkPlan(w http.ResponseWriter, r *http.Request) error {
	id, err := number(r, "id", "plan")
	if err != nil {
		return err
	}
	plan, err := s.Rooms.Walks.Plan(r.Context(), id)
	if err != nil {
		return err
	}
	p, err := s.planPage(r, plan)
	if err != nil {
		return err
	}
	return s.show(w, r, http.StatusOK, p)
}

func (s *Site) planPage(r *http.Request, plan walk.Plan) (*planPage, error) {
	all, err := s.Rooms.Walks.Scenarios(r.Context())
	if err != nil {
		return nil, err
	}
	walkers, err := s.Rooms.Walks.Walkers(r.Context())
	if err != nil {
		return nil, err
	}
	p := newPlanPage(plan, all, walkers)
	if plan.ID == 0 {
		return p, nil
	}
	c, err := s.cast(r.Context())
	if err != nil {
		return nil, err
	}
	ahead, err := s.Rooms.Walks.Assignments(r.Context(), walk.Filter{Plan: plan.ID, From: s.Now().Add(-24 * time.Hour)})
	if err != nil {
		return nil, err
	}
	for _, a := range ahead {
		if a.State != cx.WalkCancelled {
			p.Ahead = append(p.Ahead, s.walkRow(a, c))
		}
	}
	skipped, err := s.Rooms.Walks.Skipped(r.Context(), plan.ID)
	for _, skip := range skipped {
		p.Skipped = append(p.Skipped, skipRow{day(skip.Day, s.Zone), sentenceless(skip.Why)})
	}
	return p, err
}

func newPlanPage(plan walk.Plan, all []walk.Listed, walkers []walk.Walker) *planPage {
	sched := plan.Schedule
	p := &planPage{
		walkFrame: newWalkFrame(or(plan.Name, "New plan"), "Plans"), Heading: or(plan.Name, "New plan"), Action: "/walks/plans/new",
		Number: plan.ID, Revision: plan.Revision, Paused: plan.Paused, Name: plan.Name, Robot: plan.Robot, Places: strings.Join(plan.Places, "\n"),
		Often: string(sched.Often), Start: sched.Start, End: sched.End, FromHour: strconv.Itoa(sched.From), ToHour: strconv.Itoa(sched.To),
		PerTime: strconv.Itoa(max(1, sched.PerTime)), Lockout: strconv.Itoa(plan.LockoutDays), Cap: moneyText(plan.CapPerMonth),
		DueDays: strconv.Itoa(int(plan.DueAfter / (24 * time.Hour))),
	}
	if sched.To == 0 {
		p.ToHour = "24"
	}
	if plan.DueAfter == 0 {
		p.DueDays = "3"
	}
	if plan.ID != 0 {
		p.Action = planHref(plan.ID)
	}
	for _, kind := range cx.ScenarioKinds() {
		g := choiceGroup{Label: kindTitles[kind]}
		for _, one := range all {
			if one.Kind != kind {
				continue
			}
			note := ""
			if n := len(one.Missing); n > 0 {
				note = plural(n, "word", "words") + " to fill in first"
			}
			g.Choices = append(g.Choices, choice{one.ID, one.Title, note, slices.Contains(plan.Scenarios, one.ID)})
		}
		if len(g.Choices) > 0 {
			p.Scenarios = append(p.Scenarios, g)
		}
	}
	for _, w := range walkers {
		if !w.Active() && !slices.Contains(plan.Walkers, w.ID) {
			continue
		}
		note := w.Department
		if w.Arm != "" {
			note = strings.TrimPrefix(note+", walks as "+w.Arm, ", ")
		}
		if w.Name == "" && w.Kind == walk.Guest && !slices.Contains(plan.Walkers, w.ID) {
			continue // a friend who came by a link and gave no name
		}
		p.Walkers = append(p.Walkers, choice{strconv.FormatInt(w.ID, 10), walkerName(w), note, slices.Contains(plan.Walkers, w.ID)})
	}
	for _, d := range weekdays {
		p.Days = append(p.Days, choice{strconv.Itoa(int(d)), d.String(), "", slices.Contains(sched.Days, d)})
	}
	return p
}

// typedPlan reads a plan out of the form, over what it was.
func typedPlan(v url.Values, was walk.Plan) (walk.Plan, error) {
	p := was
	p.Name, p.Scenarios, p.Robot, p.Places = v.Get("name"), v["scenario"], v.Get("robot") != "", chosen(v["places"])
	p.Schedule = walk.Schedule{Often: walk.Often(v.Get("often")), Start: v.Get("start"), End: v.Get("end")}
	p.Walkers, p.Schedule.Days = nil, nil
	var err error
	whole := func(name, label string) int {
		text := strings.TrimSpace(v.Get(name))
		if text == "" {
			return 0
		}
		n, wrong := strconv.Atoi(text)
		if wrong != nil && err == nil {
			err = cx.Errorf(cx.Invalid, "%s: %q is no whole number", label, text)
		}
		return n
	}
	p.Schedule.From, p.Schedule.To = whole("from_hour", "from hour"), whole("to_hour", "until hour")
	p.Schedule.PerTime, p.LockoutDays = whole("per_time", "walks each time"), whole("lockout", "lockout days")
	p.DueAfter = time.Duration(whole("due_days", "days to do it")) * 24 * time.Hour
	if p.Schedule.To == 24 {
		p.Schedule.To = 0
	}
	for _, one := range v["walker"] {
		if id, wrong := strconv.ParseInt(one, 10, 64); wrong == nil && !p.Robot {
			p.Walkers = append(p.Walkers, id)
		}
	}
	for _, one := range v["day"] {
		if d, wrong := strconv.Atoi(one); wrong == nil && d >= 0 && d < 7 {
			p.Schedule.Days = append(p.Schedule.Days, time.Weekday(d))
		}
	}
	p.CapPerMonth = cx.Money{}
	if text := strings.TrimSpace(v.Get("cap")); text != "" && err == nil {
		p.CapPerMonth, err = declare.ParseMoney(text)
	}
	if revision, wrong := strconv.ParseInt(v.Get("revision"), 10, 64); wrong == nil {
		p.Revision = revision
	}
	return p, err
}

func (s *Site) savePlan(w http.ResponseWriter, r *http.Request) error {
	v, err := form(w, r)
	if err != nil {
		return err
	}
	was := walk.Plan{}
	if r.PathValue("id") != "" {
		id, err := number(r, "id", "plan")
		if err != nil {
			return err
		}
		if was, err = s.Rooms.Walks.Plan(r.Context(), id); err != nil {
			return err
		}
	} else {
		was.Seed = uint64(s.Now().UnixNano())
	}
	plan, err := typedPlan(v, was)
	var skipped []walk.Skip
	if err == nil {
		var saved walk.Plan
		if saved, skipped, err = s.Rooms.Walks.SavePlan(r.Context(), plan, signer(r)); err == nil {
			plan = saved
		}
	}
	if code := cx.CodeOf(err); err != nil && (code == cx.Invalid || code == cx.Conflict) {
		p, failed := s.planPage(r, plan)
		if failed != nil {
			return failed
		}
		if of := problemsOf(err); len(of) > 0 {
			p.Problem = &of[0]
		}
		return s.show(w, r, http.StatusUnprocessableEntity, p)
	}
	if err != nil {
		return err
	}
	said := "The plan is kept, and its walks for the next fourteen days are laid."
	if len(skipped) > 0 {
		said = "The plan is kept. " + plural(len(skipped), "walk", "walks") + " could not be laid; the reasons stand below."
	}
	s.say(r.Context(), "good", said)
	http.Redirect(w, r, planHref(plan.ID), http.StatusSeeOther)
	return nil
}

func (s *Site) pausePlan(w http.ResponseWriter, r *http.Request) error {
	id, err := number(r, "id", "plan")
	if err != nil {
		return err
	}
	v, err := form(w, r)
	if err != nil {
		return err
	}
	paused := v.Get("paused") != ""
	if _, err := s.Rooms.Walks.PausePlan(r.Context(), id, paused, signer(r)); err != nil {
		return err
	}
	s.say(r.Context(), "good", map[bool]string{true: "Paused. What nobody has been told of is cancelled.", false: "It goes on."}[paused])
	http.Redirect(w, r, planHref(id), http.StatusSeeOther)
	return nil
}
