package walk

import (
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// Plan says which walks are done, by whom, where and how often.
type Plan struct {
	ID        int64             `json:"id"`
	Revision  int64             `json:"revision"`
	Name      string            `json:"name"`
	Scenarios []string          `json:"scenarios"`
	Walkers   []int64           `json:"walkers,omitempty"` // none with Robot
	Robot     bool              `json:"robot,omitempty"`   // robots walk it
	Needs     []string          `json:"needs,omitempty"`   // what the robot must be able to do
	Places    []string          `json:"places,omitempty"`  // shops, lines, sites; none = one that has no name
	Values    map[string]string `json:"values,omitempty"`  // of the scenarios' variables, over the company's own

	Schedule Schedule `json:"schedule"`
	// LockoutDays: a walker is not sent to the same place again within so many days;
	// staff would know them.
	LockoutDays int           `json:"lockout_days,omitempty"`
	CapPerMonth cx.Money      `json:"cap_per_month,omitzero"` // no currency = no cap
	DueAfter    time.Duration `json:"due_after"`              // from its time until it expires; 0 = three days
	Seed        uint64        `json:"seed"`                   // ties are broken by it, and in no other way
	Paused      bool          `json:"paused,omitempty"`
	Guards      int64         `json:"guards,omitempty"` // the finding that it guards
	MadeBy      string        `json:"made_by,omitempty"`
	Made        time.Time     `json:"made,omitzero"`
}

// Often says how often a plan comes round.
type Often string

const (
	Once         Often = "once"
	Daily        Often = "daily"
	Weekly       Often = "weekly"
	AfterRelease Often = "after_release" // when the company says that it released something
)

// Schedule is when a plan's walks are done, in the company's zone.
type Schedule struct {
	Often   Often          `json:"often"`
	Start   string         `json:"start,omitempty"` // first day, 2006-01-02; Once: the day
	End     string         `json:"end,omitempty"`   // last day; "" = none
	Days    []time.Weekday `json:"days,omitempty"`  // none: daily on every day, weekly on a day that the balance chooses
	From    int            `json:"from_hour"`       // hours of the day, half-open
	To      int            `json:"to_hour"`         // 0 = 24
	PerTime int            `json:"per_time"`        // walks each time; 0 = 1
}

// Skip is an occurrence of a plan that could not be assigned, and why.
type Skip struct {
	Plan int64     `json:"plan"`
	Key  string    `json:"key"`
	Day  time.Time `json:"day"`
	Why  string    `json:"why"`
}
