package cx

import (
	"encoding/hex"
	"time"
)

// InteractionID is 16 bytes: HMAC-SHA-256(install key, source, the source's own
// id, part), cut. The same thing imported twice has the same id.
type InteractionID [16]byte

func (id InteractionID) String() string { return hex.EncodeToString(id[:]) }

// MarshalText writes the id as String does.
func (id InteractionID) MarshalText() ([]byte, error) { return []byte(id.String()), nil }

// UnmarshalText reads what MarshalText writes.
func (id *InteractionID) UnmarshalText(text []byte) (err error) {
	*id, err = ParseInteractionID(string(text))
	return err
}

// ParseInteractionID reads the form that String writes.
func ParseInteractionID(s string) (InteractionID, error) {
	var id InteractionID
	b, err := hex.DecodeString(s)
	if err != nil || len(b) != len(id) {
		return id, Errorf(Invalid, "%q is not an interaction id", s).WithRemedy("It is 32 hexadecimal digits.")
	}
	copy(id[:], b)
	return id, nil
}

// ProfileID is a source's person as the vault numbered it; 0 is never given out and
// stands for "unidentified".
type ProfileID int64

// CustomerID is a person, made of one or more profiles; it is the smallest
// ProfileID among them, so that a merge undone leaves the numbers as they were.
type CustomerID int64

// ImportID numbers an import in its data folder.
type ImportID int32

// ErasedProfile is the profile of a row that must not come back: a tombstone holds
// one of its keys.
const ErasedProfile ProfileID = -1

// Voice says whose experience it is. Walk traffic (walker, robot) is never in a
// customer figure.
type Voice uint8

const (
	VoiceCustomer Voice = iota + 1
	VoiceEmployee
	VoiceWalker
	VoiceRobot
)

// Initiator says who began it.
type Initiator uint8

const (
	ByCustomer Initiator = iota + 1
	ByCompany
	BySystem
)

// Kind says what sort of interaction it is.
type Kind uint8

const (
	Contact      Kind = iota + 1 // the customer asks for help: a call, ticket, chat, visit
	Message                      // the company writes to the customer
	SurveyAnswer                 // one rated or worded answer
	Event                        // a step on the site, in the app, in a process
	Order
	Payment
	Delivery
	Return
	Invoice
	Usage
	Cancellation
)

// TimePrecision keeps a date without a time a date.
type TimePrecision uint8

const (
	ToTheSecond TimePrecision = iota + 1 // or finer
	ToTheDay
)

// Interaction is one thing that happened between a customer and the company: the
// record that everything else is made of, as a reader and a mapping produce it,
// in names. A store keeps numbers, times, codes and random ids in the facts and
// everything that names or quotes a person in the vault.
type Interaction struct {
	Part     string // which of the interactions that one source row makes; "" for the first
	SourceID string // the source's own id of the row; "" = derived from its content
	Row      int64  // 1-based row or line in the file, for provenance

	Version time.Time // the source's own update time; zero if it gives none

	Keys   []PersonKey // who it was; empty = unidentified
	Person *Person     // what else the row says of them; nil = nothing
	Thread string      // ticket, order, case or session, as the source names it
	Parent string      // SourceID of the interaction that this one continues

	Voice     Voice
	Initiator Initiator
	Kind      Kind

	Start     time.Time // UTC
	End       time.Time // zero = unknown or not over
	Precision TimePrecision
	// FirstHuman is when a person first answered; zero = nobody has (yet).
	FirstHuman time.Time
	// Censored: it was abandoned, or was still open when the file was exported,
	// so its end is not the end of what it measures.
	Censored bool

	Channel    string
	Touchpoint string
	Reason     string
	Outcome    string

	Employee string // as the source names them; the facts hold a pseudonym

	Score    float64 // raw, on Scale; only meaningful when Scale is set
	Scale    string  // name of a Scale declared by the mapping; "" = no score
	Amount   Money
	Quantity float64

	Texts      []Text            // what they said or wrote; kept in the vault
	Language   string            // ISO 639-1; "" = unknown
	Dimensions map[string]string // low-cardinality columns that the mapping declares
	Attributes map[string]string // all other columns: kept in the vault, not in the facts
}

// Text is something quoted: the words behind the numbers.
type Text struct {
	Field string `json:"field"` // the column or question it answers
	Text  string `json:"text"`
}

// Money never meets another currency in a sum.
type Money struct {
	Minor    int64  `json:"minor"`    // in the currency's smallest unit
	Currency string `json:"currency"` // ISO 4217; "" = no amount
}

// KeyKind names what identifies a person.
type KeyKind string

const (
	KeySourceID KeyKind = "source_id" // the source's own id of the person, in a namespace
	KeyEmail    KeyKind = "email"     // normalised
	KeyPhone    KeyKind = "phone"     // E.164
	KeyThread   KeyKind = "thread"    // an order or ticket number that two systems share
)

// PersonKey is one normalised fact that says who somebody is. Namespace keeps
// "17" of the shop apart from "17" of the help desk; sources that share their
// customer numbers share it. E-mail and phone have the namespace "".
type PersonKey struct {
	Kind      KeyKind `json:"kind"`
	Namespace string  `json:"namespace,omitempty"`
	Value     string  `json:"value"`
}
