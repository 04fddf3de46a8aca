package people

import (
	"slices"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// Capability is what a page or an operation of the API needs its caller to be
// allowed to do.
type Capability string

const (
	Public   Capability = "public"   // nobody needs to be signed in
	Self     Capability = "self"     // one's own account
	Read     Capability = "read"     // figures, findings, journeys, sources
	Evidence Capability = "evidence" // the interactions behind a number, with what was said
	Judge    Capability = "judge"    // accept and dismiss findings; a step owner those of their steps
	Customer Capability = "customer" // who customers are, and all about one
	Edit     Capability = "edit"     // journeys, and any finding
	Import   Capability = "import"   // bring in and undo data
	Merge    Capability = "link"     // say which profiles are one customer
	Erase    Capability = "erase"    // erase and export people
	Keep     Capability = "keep"     // backup, doctor
	Plan     Capability = "plan"     // scenarios, plans, invitations to walk
	Review   Capability = "review"   // judge walks; a step owner those that touch their steps
	Walk     Capability = "walk"     // walk one's own open assignments
	Work     Capability = "worker"   // claim walks for a robot, and hand in what it recorded
	Manage   Capability = "people"   // invite, change and disable people; make tokens
)

// may is the one table of who may do what; docs/people.md shows it.
var may = map[cx.Role][]Capability{
	cx.RoleOwner:     {Self, Read, Evidence, Judge, Customer, Edit, Import, Merge, Erase, Keep, Plan, Review, Walk, Work, Manage},
	cx.RoleAnalyst:   {Self, Read, Evidence, Judge, Customer, Edit, Import, Merge, Keep, Plan, Review, Walk, Work},
	cx.RoleStepOwner: {Self, Read, Evidence, Judge, Review, Walk},
	cx.RoleFrontLine: {Self, Read, Walk},
	cx.RoleWalker:    {Self, Walk},
	cx.RoleWorker:    {Work},
}

// May reports whether a role has a capability.
func May(role cx.Role, c Capability) bool { return c == Public || slices.Contains(may[role], c) }

// Capabilities lists what a role may do.
func Capabilities(role cx.Role) []Capability { return slices.Clone(may[role]) }
