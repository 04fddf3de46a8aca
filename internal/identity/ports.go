package identity

import (
	"context"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// Vault keeps profiles, their keys, the links between them and tombstones.
// Linking never rewrites interactions: it changes profile → customer only, and
// the vault mirrors that to the facts through its outbox.
//
// A store drops an import's keys by itself (undo, crash recovery). It then brings
// links and customers back in line, in the same transaction: for each key that lost
// a holder, its exact links (live, and those undone because it was shared) are
// replaced by ExactLinks of the holders that remain; links of profiles that are
// gone go too; and the components of all remaining profiles concerned get their
// Customers anew.
type Vault interface {
	// FindKeys returns who holds each key, in the order of keys. Keys are compared
	// by their keyed hash.
	FindKeys(ctx context.Context, keys []cx.PersonKey) ([]KeyHolders, error)
	// NextProfile is the first number never given out; numbers are not reused,
	// not even those of an import that was undone.
	NextProfile(ctx context.Context) (cx.ProfileID, error)
	// NewCustomers counts the customers all of whose profiles have a number from first on.
	NewCustomers(ctx context.Context, first cx.ProfileID) (int64, error)
	// Components returns the components that the profiles lie in, each once: all
	// profiles reached over live links that are not Apart, with every link (also
	// Apart and undone ones) that has an end among them. A profile without links,
	// known or not, is a component of its own.
	Components(ctx context.Context, profiles []cx.ProfileID) ([]Component, error)
	// Assert stores one batch of an import in one transaction: profiles, keys, links
	// (a link that is there already by A, B and Key stays as it is), links undone
	// and the customers that follow, with their mirror in the outbox.
	Assert(ctx context.Context, id cx.ImportID, a Assertions) error
	// Relink stores, in one transaction, links that a person made or undid (a link is
	// the same when A, B, Key, Apart and At are; then what undid it may be new) and the
	// customers that follow, mirrored.
	Relink(ctx context.Context, links []Link, customers map[cx.ProfileID]cx.CustomerID) error
	// Keys lists the keys of profiles, in clear, with the profile's primary first.
	Keys(ctx context.Context, profiles []cx.ProfileID) ([]HeldKey, error)
	// Search finds customers by (part of) a key; at most limit, the smallest first.
	Search(ctx context.Context, text string, limit int) ([]cx.CustomerID, error)
	// Profiles are all profiles of a customer, in order; none = no such customer.
	Profiles(ctx context.Context, c cx.CustomerID) ([]cx.ProfileID, error)
	// Words are what the vault holds of interactions: texts, columns outside the
	// facts, and the clear names behind pseudonyms. Missing ids are left out.
	Words(ctx context.Context, ids []cx.InteractionID) (map[cx.InteractionID]Words, error)
	// People are what sources say of who profiles are; those of whom they say nothing
	// are left out.
	People(ctx context.Context, profiles []cx.ProfileID) (map[cx.ProfileID]ProfileOf, error)
	// Erase removes people, keys, texts, attributes, links and rejects of the profiles,
	// leaves tombstones (keyed hashes only) of the given keys, and puts the erasure
	// of their facts into the outbox: one transaction, no clear copy left in the file.
	Erase(ctx context.Context, profiles []cx.ProfileID, tombstones []cx.PersonKey, at time.Time) error
}

// Facts is what a customer's page, export and erasure need of the facts.
type Facts interface {
	// Timeline lists the interactions of profiles in time order (ties by id): at
	// most limit of those after the cursor; the zero cursor is the beginning.
	Timeline(ctx context.Context, profiles []cx.ProfileID, after Cursor, limit int) ([]Entry, error)
	// EraseProfiles removes the interactions of profiles, current and superseded,
	// and asks for the file to be rewritten. Doing it again does nothing.
	EraseProfiles(ctx context.Context, profiles []cx.ProfileID) (removed int64, err error)
}

// Holder is a profile that holds a key.
type Holder struct {
	Profile cx.ProfileID
	Primary bool // this key is the one that the profile is found by
	// Kind and Namespace of the profile's primary key, whatever it is: two holders
	// with the same are two different people (or accounts) in one system.
	Kind      cx.KeyKind
	Namespace string
}

// KeyHolders is what the vault knows of one key.
type KeyHolders struct {
	Holders []Holder // in order of number; at most MaxListed, and always the primary one
	Total   int64    // all holders
	Erased  bool     // a tombstone holds it
}

// MaxListed is how many holders of a key FindKeys lists.
const MaxListed = 64

// Assertions is what one batch of an import adds. All parts may be repeated:
// asserting the same thing twice for the same import does nothing.
type Assertions struct {
	Source   string
	Profiles []cx.ProfileID // new ones; each has exactly one primary key in Keys
	Keys     []HeldKey      // every (profile, key) that this import saw first or again
	Links    []Link         // new ones
	// Shared keys turned out to be held by too many people: their live exact
	// links are undone at the given time with the reason.
	Shared   []SharedKey
	Customer map[cx.ProfileID]cx.CustomerID // changed or new memberships
}

// SharedKey is a key that too many people hold for it to say who somebody is.
type SharedKey struct {
	Key    cx.PersonKey
	At     time.Time
	Reason string
}

// HeldKey is a key of a profile. Primary marks the key that the profile is found by.
type HeldKey struct {
	Profile cx.ProfileID `json:"profile"`
	Key     cx.PersonKey `json:"key"`
	Primary bool         `json:"primary"`
	Source  string       `json:"source"` // that said so
	Import  cx.ImportID  `json:"import"` // the first that said so and is not undone
}

// Link joins two profiles for a reason, or, when Apart, says that a person has
// pulled them apart and no rule may join them again.
type Link struct {
	A      cx.ProfileID `json:"a"` // A < B
	B      cx.ProfileID `json:"b"`
	Reason string       `json:"reason"`          // "same e-mail", "same phone", or the person's own words
	Key    cx.PersonKey `json:"key,omitzero"`    // what they share; zero for a person's decision
	By     string       `json:"by"`              // ByExactKey or the person
	At     time.Time    `json:"at"`              //
	Import cx.ImportID  `json:"import"`          // 0 for a person's decision
	Apart  bool         `json:"apart"`           //
	Undone time.Time    `json:"undone,omitzero"` // zero = live
	// UndoneBy and UndoneReason say who undid it and why.
	UndoneBy     string `json:"undone_by,omitempty"`
	UndoneReason string `json:"undone_reason,omitempty"`
}

// ByExactKey is the author of links that follow from a shared key.
const ByExactKey = "exact key"

// Live reports whether the link or the decision holds.
func (l Link) Live() bool { return l.Undone.IsZero() }

// Component is profiles connected by live links, and their links.
type Component struct {
	Profiles []cx.ProfileID
	Links    []Link
}

// Cursor is a position in a timeline: after this time and id.
type Cursor struct {
	Start time.Time
	ID    cx.InteractionID
}

// Entry is one line of a customer's timeline, in names.
type Entry struct {
	ID      cx.InteractionID `json:"id"`
	Profile cx.ProfileID     `json:"profile"`
	Import  cx.ImportID      `json:"import"`

	Signature  cx.Signature      `json:"signature"`
	Dimensions map[string]string `json:"dimensions,omitempty"`

	Start      time.Time        `json:"start"`
	End        time.Time        `json:"end,omitzero"`
	FirstHuman time.Time        `json:"first_human,omitzero"`
	Precision  cx.TimePrecision `json:"precision"`
	Censored   bool             `json:"censored,omitempty"`

	Thread   int64    `json:"thread,omitempty"`
	Employee int64    `json:"employee,omitempty"`
	Score    *float64 `json:"score,omitempty"`
	Scale    string   `json:"scale,omitempty"`
	Amount   cx.Money `json:"amount,omitzero"`
	Quantity float64  `json:"quantity,omitempty"`
	HasText  bool     `json:"has_text,omitempty"`
	Language string   `json:"language,omitempty"`
}

// Words are what the vault holds of one interaction.
type Words struct {
	Texts      []cx.Text         `json:"texts,omitempty"`
	Attributes map[string]string `json:"attributes,omitempty"`
}
