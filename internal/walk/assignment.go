package walk

import (
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// Assignment is one walk that one walker, or one robot, is to do.
type Assignment struct {
	ID       int64        `json:"id"`
	Revision int64        `json:"revision"` // grows with each change; a stale one is refused
	State    cx.WalkState `json:"state"`

	Plan     int64             `json:"plan,omitempty"` // 0 = asked for by hand
	Key      string            `json:"key"`            // which occurrence of the plan; unique within it
	Scenario string            `json:"scenario"`
	Version  int32             `json:"version"` // of the scenario
	Values   map[string]string `json:"values,omitempty"`

	Voice  cx.Voice `json:"voice"`            // walker or robot
	Walker int64    `json:"walker,omitempty"` // 0 = a robot, or nobody yet
	Place  string   `json:"place,omitempty"`  // the shop, the line, the site
	Arm    string   `json:"arm,omitempty"`    // of a parity walk
	Pair   int64    `json:"pair,omitempty"`   // walks that are compared with one another share it
	Guards int64    `json:"guards,omitempty"` // the finding that it would reproduce

	Made time.Time `json:"made"`
	From time.Time `json:"from"` // when it is to be done
	Due  time.Time `json:"due"`  // when it expires; a started one may rest as long as its scenario waits

	Reserved cx.Money `json:"reserved,omitzero"` // of the plan's monthly cap
	Spent    cx.Money `json:"spent,omitzero"`    // as the walker says

	Consent   Consent   `json:"consent,omitzero"`
	Started   time.Time `json:"started,omitzero"`
	Submitted time.Time `json:"submitted,omitzero"`
	HandedIn  string    `json:"handed_in,omitempty"` // key of the submission that was taken last
	Settled   time.Time `json:"settled,omitzero"`    // approved, rejected or decided

	Reviewer string    `json:"reviewer,omitempty"`
	Taken    time.Time `json:"taken,omitzero"`
	Until    time.Time `json:"until,omitzero"` // the present state's time limit
	Review   *Review   `json:"review,omitempty"`
	Appeal   *Appeal   `json:"appeal,omitempty"`
	Returns  int       `json:"returns,omitempty"` // how often it was returned

	Needs    []string    `json:"needs,omitempty"` // what a robot must be able to do
	Lease    Lease       `json:"lease,omitzero"`
	Attempts int         `json:"attempts,omitempty"`
	Failures int         `json:"failures,omitempty"` // of our own machinery
	Orders   []time.Time `json:"orders,omitempty"`   // that a robot made, or was about to make
	Again    time.Time   `json:"again,omitzero"`     // not before
	Verdict  Verdict     `json:"verdict,omitempty"`  // of a robot
	Failure  string      `json:"failure,omitempty"`  // why it broke, in words
	LeftOut  bool        `json:"left_out,omitempty"` // decided on appeal: it does not count
	Reminded bool        `json:"reminded,omitempty"` // the walker has been told that it waits
	Release  string      `json:"release,omitempty"`  // after which release
	Reopened int64       `json:"reopened,omitempty"` // the finding that its failure opened again
}

// Counts reports whether the walk is in figures.
func (a Assignment) Counts() bool { return a.State.Counts() && !a.LeftOut && a.Review != nil }

// Overdue reports whether the present state's time limit has passed.
func (a Assignment) Overdue(now time.Time) bool {
	return !a.Until.IsZero() && !a.State.Final() && now.After(a.Until)
}

// Consent is what a walker agreed to, and when.
type Consent struct {
	Version string    `json:"version"`
	At      time.Time `json:"at"`
}

// Event is one thing that happened to an assignment.
type Event struct {
	ID         int64        `json:"id"`
	Assignment int64        `json:"assignment"`
	At         time.Time    `json:"at"`
	What       cx.WalkEvent `json:"what"`
	From       cx.WalkState `json:"from,omitempty"`
	To         cx.WalkState `json:"to"`
	By         string       `json:"by,omitempty"`
	Reason     string       `json:"reason,omitempty"`
}

// WalkerKind says how a walker comes in.
type WalkerKind string

const (
	Account WalkerKind = "account" // signs in
	Guest   WalkerKind = "guest"   // has a link
)

// Walker is a person who walks. Robots are workers, not walkers.
type Walker struct {
	ID         int64      `json:"id"`
	Revision   int64      `json:"revision"`
	Kind       WalkerKind `json:"kind"`
	Account    string     `json:"account,omitempty"` // of Account: who signs in
	Name       string     `json:"name,omitempty"`    // a guest need not give one
	Department string     `json:"department,omitempty"`
	// Arm is the role that they can play in a parity walk because of who they are;
	// "" = any role that needs nobody special.
	Arm     string    `json:"arm,omitempty"`
	Consent Consent   `json:"consent,omitzero"`
	Made    time.Time `json:"made"`
	Away    bool      `json:"away,omitempty"`  // gets no new walks
	Erased  time.Time `json:"erased,omitzero"` // nothing but the number is left
}

// Active reports whether the walker may get walks.
func (w Walker) Active() bool { return !w.Away && w.Erased.IsZero() }

// Pass opens one assignment without an account. The secret is random; only its hash
// is kept.
type Pass struct {
	Hash       []byte    `json:"-"`
	Assignment int64     `json:"assignment"`
	Kind       PassKind  `json:"kind"`
	Made       time.Time `json:"made"`
	Expires    time.Time `json:"expires"`
}

// PassKind says what a pass is for.
type PassKind string

const (
	LinkPass   PassKind = "link"   // stands in an invitation; looking at it consumes nothing
	DevicePass PassKind = "device" // in a cookie of the walker's device, given for a link and a consent
)
