package wording

import (
	"context"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// Facts keeps what words are called.
type Facts interface {
	// CodeWords lists each word of each field that some interaction has or that was
	// renamed, by field and word as it came, with how it is used.
	CodeWords(ctx context.Context) ([]Word, error)
	// Reword sets what words are called, in one transaction; a word that is called as
	// it came is renamed no more. Afterwards no journey counts as matched.
	Reword(ctx context.Context, list []cx.Rewording, at time.Time) error
}

// Word is a word as its sources say it.
type Word struct {
	cx.Rewording
	Interactions int64     `json:"interactions"`
	Sources      []string  `json:"sources"`
	Renamed      time.Time `json:"renamed,omitzero"` // zero = it is called as it came
}
