package identity

import (
	"context"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// Vault keeps profiles, their keys, the links between them and tombstones.
// Linking never rewrites interactions: it changes profile → customer only.
type Vault interface {
	// FindKeys returns the profiles that hold each key, and whether a tombstone
	// holds it. Keys are compared by their keyed hash.
	FindKeys(ctx context.Context, keys []cx.PersonKey) ([]KeyHolders, error)
	// Assert stores, in one transaction, new profiles, keys asserted by the
	// import, links, and the customers that follow (with their mirror in the outbox).
	Assert(ctx context.Context, id cx.ImportID, a Assertions) error
	// NextProfile is the first number never given out; numbers are not reused.
	NextProfile(ctx context.Context) (cx.ProfileID, error)
	// Component returns all profiles linked with p by live links, the links
	// (undone ones too), and p itself.
	Component(ctx context.Context, p cx.ProfileID) (Component, error)
	// Relink stores links made or undone by a person and the customers that follow.
	Relink(ctx context.Context, links []Link, customers map[cx.ProfileID]cx.CustomerID) error
	// Keys lists the keys of profiles, in clear, for the page that shows them.
	Keys(ctx context.Context, profiles []cx.ProfileID) ([]HeldKey, error)
	// Search finds customers by (part of) a key; at most limit.
	Search(ctx context.Context, text string, limit int) ([]cx.CustomerID, error)
	// Customer is the customer of a profile.
	Customer(ctx context.Context, p cx.ProfileID) (cx.CustomerID, error)
	// Erase removes keys, texts, attributes, links and rejects of the profiles and
	// leaves tombstones of their keys.
	Erase(ctx context.Context, profiles []cx.ProfileID, at time.Time) error
}

// KeyHolders is what the vault knows of one key.
type KeyHolders struct {
	Profiles []cx.ProfileID // in order of number; at most MaxHolders+1
	Erased   bool
}

// Assertions is what one batch of an import adds.
type Assertions struct {
	Source   string
	Profiles []cx.ProfileID                 // new ones
	Keys     []HeldKey                      // every (profile, key) that this import saw first or again
	Links    []Link                         // new ones
	Customer map[cx.ProfileID]cx.CustomerID // changed or new memberships
}

// HeldKey is a key of a profile. First marks the key that the profile is found by.
type HeldKey struct {
	Profile cx.ProfileID
	Key     cx.PersonKey
	Primary bool
	Source  string
	Import  cx.ImportID
}

// Link joins two profiles for a reason, or, when Apart, says that a person has
// pulled them apart and no rule may join them again.
type Link struct {
	A, B   cx.ProfileID // A < B
	Reason string       // "same e-mail", "same phone", "merged by …"
	Key    cx.PersonKey // what they share; zero for a person's decision
	By     string       // "exact" or the person
	At     time.Time
	Undone time.Time // zero = live
	Apart  bool
	Import cx.ImportID // 0 for a person's decision
}

// Component is a customer in the making.
type Component struct {
	Profiles []cx.ProfileID
	Links    []Link
}
