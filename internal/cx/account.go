package cx

import "strings"

// Role is what somebody who signs in is there for. What each role may do stands in
// the people room, in one table.
type Role string

const (
	RoleOwner     Role = "owner"      // everything, people and erasing too
	RoleAnalyst   Role = "analyst"    // everything but people and erasing
	RoleStepOwner Role = "step_owner" // leads steps of a journey, and judges what is found there
	RoleFrontLine Role = "front_line" // serves customers, and reads what goes wrong for them
	RoleWalker    Role = "walker"     // walks: their own open assignments and nothing else
	RoleWorker    Role = "worker"     // a program that walks; it has a token and no password
)

var roleWords = map[Role]string{
	RoleOwner: "Owner", RoleAnalyst: "Analyst", RoleStepOwner: "Step owner", RoleFrontLine: "Front line", RoleWalker: "Walker", RoleWorker: "Robot worker",
}

// Roles lists those that a person can have, those who may do most first.
func Roles() []Role {
	return []Role{RoleOwner, RoleAnalyst, RoleStepOwner, RoleFrontLine, RoleWalker}
}

// Words is the role as pages say it.
func (r Role) Words() string { return roleWords[r] }

// ParseRole reads a person's role.
func ParseRole(s string) (Role, error) {
	var known []string
	for _, r := range Roles() {
		if string(r) == s {
			return r, nil
		}
		known = append(known, string(r))
	}
	return "", Errorf(Invalid, "%q is not a role", s).WithRemedy("Use one of: %s.", strings.Join(known, ", "))
}

// Account is somebody who signs in. ID 0 is whoever holds the machine and came by the
// link that the server prints: an owner without a name.
type Account struct {
	ID    int64  `json:"id"`
	Name  string `json:"name"`
	Email string `json:"email"`
	Role  Role   `json:"role"`
	// Owns are the owners of steps, as journey files name them, for whom a step owner
	// speaks: "Web shop".
	Owns []string `json:"owns,omitempty"`
	// Walker is who they are among the walkers; 0 = they are none.
	Walker int64 `json:"walker,omitempty"`
}

// By signs what the account does, where a room keeps who did it.
func (a Account) By() string {
	switch {
	case a.Email != "":
		return a.Email
	case a.Name != "":
		return a.Name
	}
	return string(a.Role)
}
