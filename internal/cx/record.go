package cx

import "time"

// Record is a stored interaction as a person sees it: the facts' numbers with
// the vault's words joined to them. Evidence lists and timelines are made of it.
type Record struct {
	ID         InteractionID `json:"-"`
	IDText     string        `json:"id"`
	Import     ImportID      `json:"import"`
	Row        int64         `json:"row"` // in the imported file
	Profile    ProfileID     `json:"profile,omitempty"`
	Customer   CustomerID    `json:"customer,omitempty"` // 0 = unidentified
	Signature  Signature     `json:"signature"`
	Start      time.Time     `json:"start"`
	End        time.Time     `json:"end,omitzero"`
	Precision  TimePrecision `json:"precision"`
	FirstHuman time.Time     `json:"first_human,omitzero"`
	Censored   bool          `json:"censored,omitempty"`

	Thread   string `json:"thread,omitempty"`   // the source's own name
	Employee string `json:"employee,omitempty"` // pseudonym; names stay in the vault

	Score    float64 `json:"score,omitempty"`
	Scale    *Scale  `json:"scale,omitempty"` // nil = no score
	Amount   Money   `json:"amount,omitzero"`
	Quantity float64 `json:"quantity,omitempty"`

	Texts      []Text            `json:"texts,omitempty"`
	Language   string            `json:"language,omitempty"`
	Dimensions map[string]string `json:"dimensions,omitempty"`
}
