package web

import (
	"context"
	"io"
	"net/url"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/finding"
	"github.com/firsthand-cx/firsthand/internal/identity"
	"github.com/firsthand-cx/firsthand/internal/ingest"
	"github.com/firsthand-cx/firsthand/internal/journey"
	"github.com/firsthand-cx/firsthand/internal/people"
	"github.com/firsthand-cx/firsthand/internal/question"
	"github.com/firsthand-cx/firsthand/internal/walk"
	"github.com/firsthand-cx/firsthand/internal/wording"
)

// Rooms is what the pages ask. All but Quotes must be there.
type Rooms struct {
	Questions Questions
	Quotes    Quotes
	Journeys  Journeys
	Findings  Findings
	Customers Customers
	Linking   Linking
	Imports   Imports
	MayJudge  Judge
	// MayReview says whether somebody may read a walk and judge it.
	MayReview Judge
	Walks     Walks
	Robots    Robots
	Walking   Walking
	// Evidence opens a file of what walkers and robots recorded.
	Evidence Opener
	Words    Words
	People   *people.Room
	// WalkerOf is who an account is among the walkers; 0 = they are none.
	WalkerOf func(ctx context.Context, account cx.Account) (int64, error)
}

// Opener opens a file by the name that the depot of evidence gave it.
type Opener func(file string) (io.ReadSeekCloser, error)

// Questions asks named questions of the company's facts.
type Questions interface {
	Catalogue() []question.Definition
	// Available is what there is to ask about, without looking at any interaction.
	Available(ctx context.Context) (question.Available, error)
	// Coverage says what is there, of which source, and which questions it answers.
	Coverage(ctx context.Context) (question.Coverage, error)
	// Ask parses the parameters in the company's zone and answers.
	Ask(ctx context.Context, name string, params url.Values) (question.Table, error)
	// Evidence lists the interactions behind a cell, with their words.
	Evidence(ctx context.Context, name string, params url.Values, cell string, limit int) (records []cx.Record, more bool, err error)
	// Charges says what a contact is charged to in each journey, and why.
	Charges(ctx context.Context, contact cx.InteractionID) ([]question.JourneyCharge, error)
	// Records are interactions with their words, in the order of their ids; those that
	// are gone are left out.
	Records(ctx context.Context, ids []cx.InteractionID) ([]cx.Record, error)
	// Walks lists what is behind a cell of a question about walks.
	Walks(ctx context.Context, name string, params url.Values, cell string, limit int) (pieces []question.WalkPiece, more bool, err error)
}

// Quotes finds customers' words at the steps of a journey: for each step, by its
// name, the newest interactions with a text that pass the filters, at most perStep.
type Quotes interface {
	Quotes(ctx context.Context, journey string, params url.Values, perStep int) (map[string][]cx.Record, error)
}

// Journeys keeps journey files; the journey room does.
type Journeys interface {
	List(ctx context.Context) ([]cx.Journey, error)
	Current(ctx context.Context, name string) (journey.File, error)
	Versions(ctx context.Context, name string) ([]journey.File, error)
	Save(ctx context.Context, file string, text []byte, by string) (journey.Saved, error)
	Preview(ctx context.Context, file string, text []byte) (cx.Journey, journey.Coverage, error)
	ProposeFromData(ctx context.Context) (cx.Journey, []byte, error)
	Unmatched(ctx context.Context) (unmatched []journey.SignatureUse, interactions int64, err error)
	Rule(ctx context.Context, ruling cx.Ruling, by string) (cx.Ruling, error)
	TakeBack(ctx context.Context, id int64, by string) (cx.Ruling, error)
	Rulings(ctx context.Context, journey string) ([]cx.Ruling, error)
}

// Findings keeps what crossed a threshold.
type Findings interface {
	ListFindings(ctx context.Context, states ...cx.FindingState) ([]cx.Finding, error)
	Finding(ctx context.Context, id int64) (cx.Finding, error)
	Events(ctx context.Context, id int64) ([]finding.Event, error)
	LastRun(ctx context.Context) (finding.Run, error)
	Move(ctx context.Context, id int64, to cx.FindingState, by, reason string) (cx.Finding, error)
	SetEffort(ctx context.Context, id int64, effort, by string) (cx.Finding, error)
}

// Judge says whether somebody may judge a finding: a step owner those of
// their own steps only.
type Judge func(ctx context.Context, who cx.Account, id int64) error

// Customers finds people, shows all about one, and changes who is one.
type Customers interface {
	Search(ctx context.Context, text string) ([]CustomerHit, error)
	Page(ctx context.Context, id cx.CustomerID, limit int) (CustomerPage, error)
	Merge(ctx context.Context, a, b cx.ProfileID, by, reason string) (cx.CustomerID, error)
	Unmerge(ctx context.Context, p cx.ProfileID, by, reason string) error
	Export(ctx context.Context, id cx.CustomerID) (io.ReadCloser, error)
	Erase(ctx context.Context, id cx.CustomerID) error
}

// Linking asks about pairs of profiles that may be one person.
type Linking interface {
	Doubts(ctx context.Context, limit int) (pairs []identity.Doubt, all int, err error)
	Decide(ctx context.Context, a, b cx.ProfileID, same bool, by, reason string) error
}

// CustomerHit is a customer that a search found.
type CustomerHit struct {
	Customer cx.CustomerID `json:"customer"`
	KnownBy  string        `json:"known_by"`
}

// CustomerPage is one customer: keys, links with their reasons, timeline.
type CustomerPage struct {
	Customer cx.CustomerID        `json:"customer"`
	Keys     []identity.HeldKey   `json:"keys"`
	People   []identity.ProfileOf `json:"people"`
	Links    []identity.Link      `json:"links"`
	Likeness []identity.Likeness  `json:"likeness"` // behind the links by likeness
	Timeline []cx.Record          `json:"timeline"` // newest first
	More     bool                 `json:"more"`
}

// Walks plans, shows and reviews walks; the walk room does.
type Walks interface {
	Scenarios(ctx context.Context) ([]walk.Listed, error)
	ScenarioFile(ctx context.Context, id string) (walk.ScenarioFile, error)
	ScenarioVersions(ctx context.Context, id string) ([]walk.ScenarioFile, error)
	SaveScenario(ctx context.Context, file string, text []byte, by string) (cx.Scenario, error)
	Values(ctx context.Context) (map[string]string, error)
	SetValues(ctx context.Context, values map[string]string) error
	Mapping(ctx context.Context) (walk.Mapping, error)
	SetMapping(ctx context.Context, m walk.Mapping) error

	Plans(ctx context.Context) ([]walk.Plan, error)
	Plan(ctx context.Context, id int64) (walk.Plan, error)
	SavePlan(ctx context.Context, p walk.Plan, by string) (walk.Plan, []walk.Skip, error)
	PausePlan(ctx context.Context, id int64, paused bool, by string) (walk.Plan, error)
	Skipped(ctx context.Context, id int64) ([]walk.Skip, error)

	Assignments(ctx context.Context, f walk.Filter) ([]walk.Assignment, error)
	Shown(ctx context.Context, id int64) (walk.Detail, error)
	Pieces(ctx context.Context, id int64) ([]walk.Piece, error)
	Assign(ctx context.Context, ask walk.Ask, by string) (walk.Assignment, error)
	Invite(ctx context.Context, id int64, by string) (walk.Assignment, string, error)
	InviteFriend(ctx context.Context, ask walk.Ask, by string) (walk.Assignment, string, error)
	Cancel(ctx context.Context, id int64, by, reason string) (walk.Assignment, error)
	Reschedule(ctx context.Context, id int64, from time.Time, by string) (walk.Assignment, error)
	Calendar(ctx context.Context, p cx.Period, walker int64) ([]walk.Entry, error)
	CalendarSecret(ctx context.Context, fresh bool) (string, error)
	CalendarOpens(ctx context.Context, secret string) error

	ReviewQueue(ctx context.Context) ([]walk.Assignment, error)
	Take(ctx context.Context, id int64, reviewer string) (walk.Assignment, error)
	PutBack(ctx context.Context, id int64, reviewer string) (walk.Assignment, error)
	Return(ctx context.Context, id int64, reviewer, words string) (walk.Assignment, error)
	Reject(ctx context.Context, id int64, reviewer, words string) (walk.Assignment, error)
	Approve(ctx context.Context, id int64, rv walk.Review) (walk.Assignment, error)
	Appeal(ctx context.Context, id int64, by, why string) (walk.Assignment, error)
	Decide(ctx context.Context, id int64, d walk.Ruling) (walk.Assignment, error)

	Walkers(ctx context.Context) ([]walk.Walker, error)
	Walker(ctx context.Context, id int64) (walk.Walker, error)
	SaveWalker(ctx context.Context, w walk.Walker) (walk.Walker, error)
	EraseWalker(ctx context.Context, id int64, by string) error
	Reliability(ctx context.Context, walker int64) (walk.Reliability, error)
	Participation(ctx context.Context, p cx.Period) ([]walk.Department, error)
	TestCustomers(ctx context.Context) (walk.TestCustomers, error)
	SetTestCustomers(ctx context.Context, keys walk.TestCustomers) error
}

// Imports takes files in, shows how it goes, and takes imports back.
type Imports interface {
	Keep(name string, r io.Reader) (ingest.Upload, error)
	Find(upload string) (ingest.Upload, error)
	Drop(upload string) error
	// Propose looks at an upload as of a source ("" = whatever it is recognised as,
	// NoSource = none): the outside format that it is, or a mapping.
	Propose(ctx context.Context, upload, source string) (Proposal, error)
	// Preview says what the first rows of an upload become with a mapping.
	Preview(ctx context.Context, upload, mapping string) ([]PreviewRow, error)
	Start(ctx context.Context, upload, mapping string) (ingest.Run, error)
	Run(id string) (ingest.Run, <-chan struct{}, error)
	Recent() []ingest.Run
	Cancel(id string) error
	List(ctx context.Context) ([]ingest.Summary, error)
	Undo(ctx context.Context, id cx.ImportID) (ingest.Undone, error)
	// Watched is the folder that is watched for new files ("" = none), and what became
	// of them, the last first.
	Watched(ctx context.Context) (folder string, files []ingest.WatchedFile, err error)
	// Rejects opens the rejects file of an import.
	Rejects(ctx context.Context, id cx.ImportID) (io.ReadCloser, error)
}

// Words renames and joins what channels, touchpoints, reasons and outcomes are
// called; the wording room does.
type Words interface {
	List(ctx context.Context) ([]wording.Code, error)
	Rename(ctx context.Context, field cx.CodeField, from, to string) (wording.Renamed, error)
	Restore(ctx context.Context, field cx.CodeField, came string) (wording.Renamed, error)
}

// Proposal is what a file looks like to us, before anything is imported.
type Proposal struct {
	Detected string // the outside format recognised and how surely, or the one named; "" = none
	Mapping  string // YAML, to be edited; "" = a candidate has to be chosen
	Preview  []PreviewRow
	Notes    []string
	// Candidates are the outside formats that the file may be of, the likeliest first.
	Candidates []Candidate
}

// Candidate is an outside format that a file may be of.
type Candidate struct {
	Source     string // its name, to choose it by
	Title      string
	Confidence float64 // 0 to 1
	Why        string
}

// NoSource is named as the source of a file that is of none.
const NoSource = "none"

// Capability is what a route needs its caller to be allowed to do; which role has
// which stands in the people room.
type Capability = people.Capability

const (
	Public         = people.Public
	MaySelf        = people.Self
	MayRead        = people.Read
	MaySeeEvidence = people.Evidence
	MayJudge       = people.Judge
	MaySeeCustomer = people.Customer
	MayEdit        = people.Edit
	MayImport      = people.Import
	MayLink        = people.Merge
	MayErase       = people.Erase
	MayPlan        = people.Plan
	MayReview      = people.Review
	MayWalk        = people.Walk
	MayManage      = people.Manage
)

// PreviewRow is one of an upload's first rows and what it becomes.
type PreviewRow struct {
	Line         int64
	Columns      []string
	Cells        []string
	Interactions []cx.Interaction
	Person       *ingest.PersonRow // of a file of people
	Skipped      bool
	Rejected     string // why, "" = it is not
}
