package journey

import (
	"context"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// Files keeps journey files, every version of each (the vault does).
type Files interface {
	Rulings
	// SaveJourney stores a file as the next version of its name, not yet current,
	// and returns the version's number, counted from 1.
	SaveJourney(ctx context.Context, f File) (version int32, err error)
	// SetCurrentJourney makes a version the current one; 0 withdraws the journey,
	// its versions stay.
	SetCurrentJourney(ctx context.Context, name string, version int32) error
	// CurrentJourneys lists the current version of every journey, by name.
	CurrentJourneys(ctx context.Context) ([]File, error)
	// JourneyVersions lists all versions of a journey, newest first.
	JourneyVersions(ctx context.Context, name string) ([]File, error)
}

// Rulings keeps what people say that contacts are charged to (the vault does).
type Rulings interface {
	// PutRuling stores a ruling about a contact of a profile (0 = about a reason, or
	// nobody is identified) and ends the one that it takes the place of.
	PutRuling(ctx context.Context, r cx.Ruling, profile cx.ProfileID) (cx.Ruling, error)
	// EndRuling takes a ruling back; NotFound when it is not there or has ended.
	EndRuling(ctx context.Context, id int64, by string, at time.Time) (cx.Ruling, error)
	// Rulings lists all rulings on a journey, the newest first.
	Rulings(ctx context.Context, journey string) ([]cx.Ruling, error)
}

// File is one version of a journey file.
type File struct {
	Name    string    `json:"name"`
	Version int32     `json:"version"`
	YAML    string    `json:"yaml"`
	By      string    `json:"by"` // who saved it
	Saved   time.Time `json:"saved"`
	Current bool      `json:"current"`
}

// Facts is what matching needs of the facts: signatures in, steps out.
type Facts interface {
	// Signatures and SignaturesAsCame are the dictionary of coded fields, indexed by
	// number (0 is none), in the words that they are called by and in those of the
	// sources. They are in memory: asking costs nothing.
	Signatures(ctx context.Context) ([]cx.Signature, error)
	SignaturesAsCame(ctx context.Context) ([]cx.Signature, error)
	// SignatureUse lists every signature that some customer's interaction has, by
	// number, without its Position. It looks at every interaction.
	SignatureUse(ctx context.Context) ([]SignatureUse, error)
	// Positions are the signatures' positions by number; one without is .5. It puts
	// every customer's history in order: dear, and only a proposal needs it.
	Positions(ctx context.Context) (map[int32]float64, error)
	// PutJourney stores, in one transaction, a version of a journey with its
	// step of each signature (index = signature number, value = 1 + index in
	// j.Steps(), 0 = no step), and makes it what questions see. The same version
	// again replaces its steps. Older versions' steps may go.
	PutJourney(ctx context.Context, j cx.Journey, version int32, steps []uint16) error
	// DropJourney takes a withdrawn journey and its steps out of the facts.
	DropJourney(ctx context.Context, name string) error
	// Contact finds an interaction's profile (0 = unidentified) and coded fields.
	Contact(ctx context.Context, id cx.InteractionID) (cx.ProfileID, cx.Signature, bool, error)
	// MatchedJourneys says what the facts hold: the version of each journey and
	// the highest signature number that was looked at, −1 since words were renamed.
	MatchedJourneys(ctx context.Context) ([]Matched, error)
}

// SignatureUse is a signature with how it is used, by customers only (no walks).
type SignatureUse struct {
	Signature    cx.Signature `json:"signature"` // in the words that it is called by
	Came         cx.Signature `json:"-"`         // in the words of its source
	Interactions int64        `json:"interactions"`
	Customers    int64        `json:"customers"` // identified ones
	// Position is the mean place in its customer's (or, where it has one, its
	// thread's) history, 0 = first, 1 = last; .5 where nobody has two interactions.
	Position float64 `json:"position,omitzero"`
	Scored   int64   `json:"scored"`   // with a score
	Answered int64   `json:"answered"` // with a first human answer
	Threaded int64   `json:"threaded"` // with a thread
}

// Matched is a journey as the facts hold it.
type Matched struct {
	Name    string
	Version int32
	Highest int32 // signature number
}
