package ingest

import (
	"context"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// An import is one thing: applied whole or not at all, and undoable by its id.
// The order that makes it so, whatever kills the process:
//
//  1. Vault.BeginImport numbers it and marks it running.
//  2. Vault rows (profiles, keys, texts, attributes, thread and employee names)
//     are written in batches, each tagged with the import id.
//  3. Facts rows are appended to one facts transaction whose last row is the
//     ledger entry; its commit is the moment at which the import happened. Beside
//     it Vault.IndexImport puts the vault rows where they are found by.
//  4. Vault.FinishImport marks it applied and stores its summary.
//
// At start, an import that the vault calls running is applied if the ledger has
// it, and otherwise its vault rows go (see store.Open).

// Header says what is imported.
type Header struct {
	Source  string // the mapping's source name: the namespace of its ids
	File    string // base name, for people
	SHA256  string // of the file's bytes, hex; "" for live input
	Mapping string // the YAML it was read with, kept for undo's sake and for the next file
	Scales  map[string]cx.Scale
	Started time.Time
}

// Vault is what an import writes of things that name or quote a person.
type Vault interface {
	BeginImport(ctx context.Context, h Header) (cx.ImportID, error)
	// WriteBatch stores texts, attributes and names of one batch durably.
	WriteBatch(ctx context.Context, id cx.ImportID, b VaultBatch) error
	// IndexImport makes what the batches brought to be found by its ids. It changes
	// nothing that anybody sees before FinishImport, which does it if it was not done.
	IndexImport(ctx context.Context, id cx.ImportID) error
	FinishImport(ctx context.Context, id cx.ImportID, s Summary) error
	// DropImport removes every vault row that only this import brought.
	DropImport(ctx context.Context, id cx.ImportID) error
}

// VaultBatch is one batch of vault rows. Ids are pseudonyms that the facts use.
type VaultBatch struct {
	Texts      []VaultText
	Attributes []VaultAttributes
	People     []VaultPerson
	Threads    map[int64]string // pseudonym → the source's own thread name
	Employees  map[int64]string
}

// VaultText is the texts of one interaction.
type VaultText struct {
	Interaction cx.InteractionID
	Profile     cx.ProfileID // 0 = unidentified; so that erasure finds it
	Texts       []cx.Text
}

// VaultAttributes is the unmapped columns of one interaction.
type VaultAttributes struct {
	Interaction cx.InteractionID
	Profile     cx.ProfileID
	Attributes  map[string]string
}

// VaultPerson is what one batch says of who a profile is; a field or an attribute that it
// leaves empty takes none away that the import gave before.
type VaultPerson struct {
	Profile    cx.ProfileID
	Person     cx.Person
	Attributes map[string]string // unmapped columns of a row of people
}

// Linker finds the profile of each row's keys and links profiles that share an
// exact key. Identity satisfies it.
type Linker interface {
	// Resolve sets out[i] to the profile of keys[i]: 0 where keys[i] is empty,
	// cx.ErasedProfile where a key belongs to somebody who was erased. New profiles, keys
	// and links are tagged with the import, durably, before it returns.
	Resolve(ctx context.Context, id cx.ImportID, source string, keys [][]cx.PersonKey, out []cx.ProfileID) error
	// NextProfile is the number that the next new profile gets.
	NextProfile(ctx context.Context) (cx.ProfileID, error)
	// NewCustomers counts the customers all of whose profiles have a number from first on:
	// who was not known before it was given out.
	NewCustomers(ctx context.Context, first cx.ProfileID) (int64, error)
}

// Matcher is told after an import that there may be new signatures to match to
// journey steps. Journey satisfies it.
type Matcher interface {
	MatchNew(ctx context.Context) error
}

// Facts is what an import writes of numbers, times, codes and random ids.
type Facts interface {
	BeginImport(ctx context.Context, id cx.ImportID, h Header) (FactsImport, error)
	// UndoImport removes what the import brought and restores what it superseded.
	UndoImport(ctx context.Context, id cx.ImportID) (Undone, error)
}

// FactsImport is one open import. It is used by one goroutine.
type FactsImport interface {
	Append(ctx context.Context, batch []Fact) error
	// Commit applies everything at once, with the ledger entry. On an error
	// nothing was applied.
	Commit(ctx context.Context, ledger LedgerNote) (Applied, error)
	Rollback() error // after Commit it does nothing
}

// LedgerNote is what the ledger keeps for people beside the counts.
type LedgerNote struct {
	Read     int64
	Rejected int64
}

// Fact is an Interaction with everything that names or quotes a person replaced
// by pseudonyms.
type Fact struct {
	ID      cx.InteractionID
	Content uint64 // keyed hash of all mapped content: equal = unchanged
	Row     int64
	Part    string
	Version time.Time
	Profile cx.ProfileID // 0 = unidentified

	Signature  cx.Signature // its ID is ignored; the store numbers signatures
	Dimensions map[string]string

	Start, End, FirstHuman time.Time // zero End and FirstHuman = null
	Precision              cx.TimePrecision
	Censored               bool

	Thread   int64            // pseudonym; 0 = none
	Parent   cx.InteractionID // zero = none
	Employee int64            // pseudonym; 0 = none

	Score    float64
	Scale    string // key of Header.Scales; "" = no score
	Amount   cx.Money
	Quantity float64
	HasText  bool
	Language string
}

// Applied counts what came of the rows of a committed import:
// New + Superseding + Unchanged + Older + Repeated = appended.
type Applied struct {
	New         int64 `json:"new"`
	Superseding int64 `json:"superseding"` // newer than what was there
	Unchanged   int64 `json:"unchanged"`   // already there, the same
	Older       int64 `json:"older"`       // already there, newer
	Repeated    int64 `json:"repeated"`    // the same id earlier or later in this file; the newest counts
}

// Undone counts what an undo did.
type Undone struct {
	Removed  int64 `json:"removed"`
	Restored int64 `json:"restored"`
	People   int64 `json:"people,omitempty"` // of a file of people: of whom it no longer says anything
	// Kept stay, because other imports hold them too, word for word or newer: HeldBy, the
	// imports of the same source.
	Kept   int64         `json:"kept,omitempty"`
	HeldBy []cx.ImportID `json:"held_by,omitempty"`
}

// Summary is what an import did, for people and for the Sources page.
type Summary struct {
	Import   cx.ImportID `json:"import"`
	Source   string      `json:"source"`
	File     string      `json:"file"`
	Started  time.Time   `json:"started"`
	Finished time.Time   `json:"finished"`
	// Recognised says what the file was taken for and how surely, where nobody said.
	Recognised string `json:"recognised,omitempty"`

	Read         int64            `json:"read"`     // source rows
	Skipped      int64            `json:"skipped"`  // by the mapping's skip rules
	Rejected     int64            `json:"rejected"` // source rows set aside
	Reasons      map[string]int64 `json:"reasons"`  // rejects by reason
	Interactions int64            `json:"interactions"`
	People       int64            `json:"people,omitempty"`     // of a file of people: whom its rows name
	NewPeople    int64            `json:"new_people,omitempty"` // customers among these whom nothing had named before
	Unidentified int64            `json:"unidentified"`
	Erased       int64            `json:"erased"` // kept out by a tombstone
	Applied      Applied          `json:"applied"`
	RejectsFile  string           `json:"rejects_file,omitempty"`
	Warnings     []string         `json:"warnings,omitempty"`
}
