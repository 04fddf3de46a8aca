package people

import (
	"context"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// Store keeps accounts and all that opens them (the vault does).
type Store interface {
	// CommitAccount makes a change whole or not at all and returns the account as
	// stored. A stale Revision, an e-mail address that another account has, a link that
	// is used up: Conflict, and nothing is changed.
	CommitAccount(ctx context.Context, c Change) (Account, error)
	// Accounts lists all, by number.
	Accounts(ctx context.Context) ([]Account, error)
	// AccountEvents lists what happened to one, the newest first.
	AccountEvents(ctx context.Context, account int64) ([]Event, error)
	// AccountLink finds a link by the hash of its secret; NotFound when there is none.
	AccountLink(ctx context.Context, hash []byte) (Link, error)

	// AccountSession is a session that has not been ended; NotFound else.
	AccountSession(ctx context.Context, id string) (Session, error)
	// AccountSessions lists those of an account, the one seen last first.
	AccountSessions(ctx context.Context, account int64) ([]Session, error)
	// SeeSession notes that a session was used.
	SeeSession(ctx context.Context, id string, at time.Time) error

	// SaveToken stores a token; ID 0 = a new one.
	SaveToken(ctx context.Context, t Token) (Token, error)
	// Tokens lists all, by number.
	Tokens(ctx context.Context) ([]Token, error)
	// TokenOf finds one by the hash of its secret; NotFound when there is none.
	TokenOf(ctx context.Context, hash []byte) (Token, error)
}

// Change is what one CommitAccount does.
type Change struct {
	Account Account // ID 0 = new
	Events  []Event // of this account
	Link    *Link   // a new link; it makes those before it void
	Use     []byte  // the hash of the link that is used up by this
	Begin   *Session
	// End ends sessions of the account: all, or the one named, or all but the one named.
	End    Ending
	EndOne string
}

// Ending says which sessions a change ends.
type Ending string

const (
	EndNone   Ending = ""
	EndAll    Ending = "all"
	EndThis   Ending = "this"
	EndOthers Ending = "others"
)

// Account is an account as it is kept, with what opens it. It leaves the room only as
// cx.Account or as Person.
type Account struct {
	cx.Account
	Revision int64     `json:"-"`
	Password string    `json:"password,omitempty"` // argon2id; "" = none yet
	Secret   string    `json:"secret,omitempty"`   // of the second factor (TOTP, base32); "" = off
	Used     int64     `json:"used,omitempty"`     // the last time step whose code was taken
	Recovery [][]byte  `json:"recovery,omitempty"` // hashes of the codes that are left
	Subject  string    `json:"subject,omitempty"`  // who they are to the company's sign-in
	Made     time.Time `json:"made"`
	Disabled time.Time `json:"disabled,omitzero"`
	LastIn   time.Time `json:"last_in,omitzero"`
}

// Purpose is what a link is for.
type Purpose string

const (
	Invitation Purpose = "invitation"
	Reset      Purpose = "reset"
)

// Link lets somebody set their password, once. Its secret is random; its hash is kept.
type Link struct {
	Hash    []byte
	Account int64
	Purpose Purpose
	Expires time.Time
}

// Session is one signed-in browser.
type Session struct {
	ID      string
	Account Account // filled in when it is read
	Began   time.Time
	Seen    time.Time
	Device  string // what the browser calls itself
	Address string
}

// Event is one thing that happened to an account.
type Event struct {
	At   time.Time `json:"at"`
	What string    `json:"what"`
	By   string    `json:"by"`
}

// Token lets a program use the API in a role. Its secret is random; its hash is kept.
type Token struct {
	ID      int64     `json:"id"`
	Name    string    `json:"name"` // what it is for
	Role    cx.Role   `json:"role"`
	Hash    []byte    `json:"-"`
	Made    time.Time `json:"made"`
	By      string    `json:"by"`
	Expires time.Time `json:"expires"`
	Revoked time.Time `json:"revoked,omitzero"`
	Used    time.Time `json:"used,omitzero"` // last, to the hour
}
