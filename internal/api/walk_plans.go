package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/declare"
	"github.com/firsthand-cx/firsthand/internal/walk"
)

// WalkPlans says which walks are done, by whom, where and how often.
type WalkPlans interface {
	Plans(ctx context.Context) ([]walk.Plan, error)
	Plan(ctx context.Context, id int64) (walk.Plan, error)
	SavePlan(ctx context.Context, p walk.Plan, by string) (walk.Plan, []walk.Skip, error)
	PausePlan(ctx context.Context, id int64, paused bool, by string) (walk.Plan, error)
	Skipped(ctx context.Context, id int64) ([]walk.Skip, error)
	Released(ctx context.Context, release, by string) (made int, skipped []walk.Skip, err error)
	Calendar(ctx context.Context, p cx.Period, walker int64) ([]walk.Entry, error)
	CalendarSecret(ctx context.Context, fresh bool) (string, error)
}

// PlanBody is a plan as it is written.
type PlanBody struct {
	ID          int64             `json:"id,omitempty" minimum:"0" doc:"0: a new one"`
	Name        string            `json:"name" minLength:"1" maxLength:"200"`
	Scenarios   []string          `json:"scenarios" minItems:"1"`
	Walkers     []int64           `json:"walkers,omitempty"`
	Robot       bool              `json:"robot,omitempty"`
	Needs       []string          `json:"needs,omitempty" doc:"What the robot must be able to do"`
	Places      []string          `json:"places,omitempty"`
	Values      map[string]string `json:"values,omitempty"`
	Often       walk.Often        `json:"often" enum:"once,daily,weekly,after_release"`
	Start       string            `json:"start,omitempty"`
	End         string            `json:"end,omitempty"`
	Days        []time.Weekday    `json:"days,omitempty" doc:"0 is Sunday"`
	FromHour    int               `json:"from_hour,omitempty" minimum:"0" maximum:"23"`
	ToHour      int               `json:"to_hour,omitempty" minimum:"0" maximum:"24"`
	PerTime     int               `json:"per_time,omitempty" minimum:"0" maximum:"50"`
	LockoutDays int               `json:"lockout_days,omitempty" minimum:"0" maximum:"366"`
	CapPerMonth string            `json:"cap_per_month,omitempty" doc:"Such as 100 EUR"`
	DueDays     int               `json:"due_days,omitempty" minimum:"0" maximum:"60"`
	Seed        uint64            `json:"seed,omitempty"`
}

// PlanLaid is a plan and what of it could not be laid.
type PlanLaid struct {
	Plan    walk.Plan   `json:"plan"`
	Skipped []walk.Skip `json:"skipped"`
}

// ReleaseLaid says what a release made.
type ReleaseLaid struct {
	Made    int         `json:"made"`
	Skipped []walk.Skip `json:"skipped"`
}

type planInput struct {
	ID int64 `path:"id" minimum:"1"`
}

type pauseInput struct {
	ID   int64 `path:"id" minimum:"1"`
	Body struct {
		Paused bool `json:"paused"`
	}
}

type calendarInput struct {
	From time.Time `query:"from"`
	To   time.Time `query:"to"`
}

// period is from three months ago until in three months where nothing is said.
func (in calendarInput) period() cx.Period {
	p := cx.Period{From: in.From, To: in.To}
	if p.From.IsZero() {
		p.From = time.Now().AddDate(0, -3, 0)
	}
	if p.To.IsZero() {
		p.To = time.Now().AddDate(0, 3, 0)
	}
	return p
}

func (a *resources) walkPlans() {
	room := a.rooms.Walks
	huma.Register(a.api, a.operation(http.MethodGet, "/walk-plans", "list-walk-plans", "The plans of walks", Plan),
		func(ctx context.Context, _ *struct{}) (*body[[]walk.Plan], error) {
			return reply(room.Plans(ctx)).to(ctx, a)
		})
	huma.Register(a.api, a.operation(http.MethodGet, "/walk-plans/{id}", "get-walk-plan", "A plan, and what of it could not be laid and why", Plan),
		func(ctx context.Context, in *planInput) (*body[PlanLaid], error) {
			plan, err := room.Plan(ctx, in.ID)
			if err != nil {
				return nil, a.fail(ctx, err)
			}
			skipped, err := room.Skipped(ctx, in.ID)
			return reply(PlanLaid{plan, orEmpty(skipped)}, err).to(ctx, a)
		})
	huma.Register(a.api, a.operation(http.MethodPost, "/walk-plans", "save-walk-plan", "Make or change a plan, and lay its walks for fourteen days", Plan),
		func(ctx context.Context, in *body[PlanBody]) (*body[PlanLaid], error) {
			return reply(a.savePlan(ctx, in.Body)).to(ctx, a)
		})
	huma.Register(a.api, a.operation(http.MethodPost, "/walk-plans/{id}/pause", "pause-walk-plan", "Pause a plan, or let it go on", Plan),
		func(ctx context.Context, in *pauseInput) (*body[walk.Plan], error) {
			return reply(room.PausePlan(ctx, in.ID, in.Body.Paused, who(ctx).By())).to(ctx, a)
		})
	type releaseBody struct {
		Release string `json:"release" minLength:"1" maxLength:"100"`
	}
	huma.Register(a.api, a.operation(http.MethodPost, "/walk-releases", "announce-release", "Say that something was released: plans walk after it, once for each release", Plan),
		func(ctx context.Context, in *body[releaseBody]) (*body[ReleaseLaid], error) {
			made, skipped, err := room.Released(ctx, in.Body.Release, who(ctx).By())
			return reply(ReleaseLaid{made, orEmpty(skipped)}, err).to(ctx, a)
		})
	huma.Register(a.api, a.operation(http.MethodGet, "/walk-calendar", "walk-calendar", "Walks by their time", Plan),
		func(ctx context.Context, in *calendarInput) (*body[[]walk.Entry], error) {
			return reply(room.Calendar(ctx, in.period(), 0)).to(ctx, a)
		})
	type textBody struct {
		ContentType string `header:"Content-Type"`
		Body        []byte
	}
	huma.Register(a.api, a.operation(http.MethodGet, "/walk-calendar.ics", "walk-ical", "The calendar as iCalendar text (RFC 5545)", Plan),
		func(ctx context.Context, in *calendarInput) (*textBody, error) {
			entries, err := room.Calendar(ctx, in.period(), 0)
			if err != nil {
				return nil, a.fail(ctx, err)
			}
			return &textBody{"text/calendar; charset=utf-8", []byte(walk.ICal("Walks", "firsthand", "", entries, time.Now()))}, nil
		})
	type addressBody struct {
		Path string `json:"path" doc:"For a calendar program to subscribe to; whoever has it sees when walks are"`
	}
	huma.Register(a.api, a.operation(http.MethodGet, "/walk-calendar/address", "walk-calendar-address", "Where calendar programs subscribe", Plan),
		func(ctx context.Context, _ *struct{}) (*body[addressBody], error) {
			secret, err := room.CalendarSecret(ctx, false)
			return reply(addressBody{"/walks/calendar/" + secret + ".ics"}, err).to(ctx, a)
		})
}

func (a *resources) savePlan(ctx context.Context, in PlanBody) (PlanLaid, error) {
	p := walk.Plan{Seed: in.Seed}
	var err error
	if in.ID != 0 {
		if p, err = a.rooms.Walks.Plan(ctx, in.ID); err != nil {
			return PlanLaid{}, err
		}
	}
	p.Name, p.Scenarios, p.Walkers, p.Robot, p.Needs, p.Places, p.Values = in.Name, in.Scenarios, in.Walkers, in.Robot, in.Needs, in.Places, in.Values
	p.Schedule = walk.Schedule{Often: in.Often, Start: in.Start, End: in.End, Days: in.Days, From: in.FromHour, To: in.ToHour, PerTime: in.PerTime}
	p.LockoutDays, p.DueAfter, p.CapPerMonth = in.LockoutDays, time.Duration(in.DueDays)*24*time.Hour, cx.Money{}
	if in.CapPerMonth != "" {
		if p.CapPerMonth, err = declare.ParseMoney(in.CapPerMonth); err != nil {
			return PlanLaid{}, err
		}
	}
	saved, skipped, err := a.rooms.Walks.SavePlan(ctx, p, who(ctx).By())
	return PlanLaid{saved, orEmpty(skipped)}, err
}

// orEmpty makes an empty list of none: [], not null.
func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
