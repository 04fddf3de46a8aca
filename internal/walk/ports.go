package walk

import (
	"context"
	"io"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/walk/evidence"
)

// Store keeps all that the room knows (the vault does).
type Store interface {
	// SaveScenario stores a new version of a scenario file and numbers it.
	SaveScenario(ctx context.Context, f ScenarioFile) (ScenarioFile, error)
	// ScenarioFiles lists the newest version of each, by id.
	ScenarioFiles(ctx context.Context) ([]ScenarioFile, error)
	// ScenarioVersions lists all versions of one, the newest first.
	ScenarioVersions(ctx context.Context, id string) ([]ScenarioFile, error)

	// SaveRecording stores a new version of a recording and numbers it.
	SaveRecording(ctx context.Context, f RecordingFile) (RecordingFile, error)
	// Recordings lists the newest version of each, by name.
	Recordings(ctx context.Context) ([]RecordingFile, error)
	// RecordingVersions lists all versions of one, the newest first.
	RecordingVersions(ctx context.Context, name string) ([]RecordingFile, error)

	// SavePlan stores a plan: ID 0 is numbered; else its Revision must be the stored
	// one, or it is a Conflict. The result has the next Revision. SaveWalker likewise.
	SavePlan(ctx context.Context, p Plan) (Plan, error)
	Plans(ctx context.Context) ([]Plan, error)
	SaveWalker(ctx context.Context, w Walker) (Walker, error)
	Walkers(ctx context.Context) ([]Walker, error)

	// CommitWalk makes a change of one assignment whole or not at all, and returns it as
	// stored. A stale Revision, a Key that its plan has, a message's key with another
	// content: Conflict, and nothing is changed.
	CommitWalk(ctx context.Context, c Change) (Assignment, error)
	// Assignment is one; NotFound when there is none.
	Assignment(ctx context.Context, id int64) (Assignment, error)
	// Assignments lists those that a filter lets through, by From, then ID.
	Assignments(ctx context.Context, f Filter) ([]Assignment, error)
	// AssignmentEvents lists what happened to one, oldest first.
	AssignmentEvents(ctx context.Context, id int64) ([]Event, error)
	// Messages lists what came from a walker's device, in the order of coming.
	Messages(ctx context.Context, assignment int64) ([]Message, error)
	// Pieces lists the evidence of a walk, in the order of coming.
	Pieces(ctx context.Context, assignment int64) ([]Piece, error)
	// Pass finds a pass by the hash of its secret; NotFound when there is none.
	Pass(ctx context.Context, hash []byte) (Pass, error)
	// StaffName is the name behind a pseudonym; "" when it is not known any more.
	StaffName(ctx context.Context, pseudonym int64) (string, error)

	// Setting reads a setting ("" = never made), SetSetting makes it.
	Setting(ctx context.Context, name string) (string, error)
	SetSetting(ctx context.Context, name, value string) error
	// InstallKey is the secret under which pseudonyms are made.
	InstallKey() []byte
	// Zone is the company's zone.
	Zone() *time.Location
}

// Change is what one CommitWalk does.
type Change struct {
	Assignment Assignment // ID 0 = new
	Events     []Event    // of this assignment; their numbers are given
	Messages   []Message  // new ones; one that is there already, word for word, is passed over
	Pieces     []Piece    // the same
	Passes     []Pass
	Staff      map[int64]string // pseudonyms with their names
	// Facts are what the facts are to hold of this walk from now on, by way of the
	// outbox; nil = they need not be told, empty = nothing any more.
	Facts []StepFact
	// Forget removes messages, evidence and passes of this assignment for good.
	Forget bool
}

// Filter selects assignments; a zero field selects all.
type Filter struct {
	IDs       []int64
	Plan      int64
	Walker    int64
	Scenario  string
	States    []cx.WalkState
	Voice     cx.Voice
	From, To  time.Time // of Assignment.From, half-open
	Claimable time.Time // planned, for robots, and not to wait beyond this moment
}

// Journeys lists the company's journeys, for the steps that scenarios touch.
type Journeys func(ctx context.Context) ([]cx.Journey, error)

// Depot keeps the bytes of evidence; evidence.Depot is one.
type Depot interface {
	// Keep cleans a file and keeps it under a name that it gives.
	Keep(kind cx.EvidenceKind, from io.Reader) (evidence.Kept, error)
	// Remove removes files for good; a missing one is no error.
	Remove(files ...string) error
}
