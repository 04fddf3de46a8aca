package wording

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// longest is how many characters a word may have.
const longest = 200

// Room renames and joins code words.
type Room struct {
	facts Facts
	// follow is told which words nobody sees any more and what they are called now, so
	// that journeys are matched again and findings keep their history.
	follow   func(ctx context.Context, gone []cx.Rewording) error
	now      func() time.Time
	renaming sync.Mutex // one at a time: each looks at what words are called first
}

// New makes the room from where words are kept, what follows a rename, and a clock.
func New(facts Facts, follow func(ctx context.Context, gone []cx.Rewording) error, now func() time.Time) *Room {
	return &Room{facts: facts, follow: follow, now: now}
}

// Code is a word as everybody sees it, with the words that came for it.
type Code struct {
	Field        cx.CodeField `json:"field"`
	Word         string       `json:"word"`
	Interactions int64        `json:"interactions"`
	Came         []Word       `json:"came"` // the most used first
}

// Renamed says what a rename did.
type Renamed struct {
	Field        cx.CodeField `json:"field"`
	From         string       `json:"from"`
	Word         string       `json:"word"`
	Interactions int64        `json:"interactions"` // that are called so now and were not before
	Joined       bool         `json:"joined"`       // others were called so already
}

// List lists all words by field, the most used first.
func (r *Room) List(ctx context.Context) ([]Code, error) {
	words, err := r.facts.CodeWords(ctx)
	if err != nil {
		return nil, fmt.Errorf("listing the words: %w", err)
	}
	at := map[[2]string]int{}
	var out []Code
	for _, w := range words {
		key := [2]string{string(w.Field), w.Word}
		i, known := at[key]
		if !known {
			i = len(out)
			at[key] = i
			out = append(out, Code{Field: w.Field, Word: w.Word})
		}
		out[i].Interactions += w.Interactions
		out[i].Came = append(out[i].Came, w)
	}
	for _, c := range out {
		slices.SortStableFunc(c.Came, func(a, b Word) int { return cmp.Compare(b.Interactions, a.Interactions) })
	}
	order := cx.CodeFields()
	slices.SortStableFunc(out, func(a, b Code) int {
		return cmp.Or(cmp.Compare(slices.Index(order, a.Field), slices.Index(order, b.Field)),
			cmp.Compare(b.Interactions, a.Interactions), cmp.Compare(a.Word, b.Word))
	})
	return out, nil
}

// Rename calls a word that everybody sees by another one. Where the other one is a
// word already, the two are joined: from then on they are one.
func (r *Room) Rename(ctx context.Context, field cx.CodeField, from, to string) (Renamed, error) {
	to, err := usable(to)
	if err != nil {
		return Renamed{}, err
	}
	r.renaming.Lock()
	defer r.renaming.Unlock()
	words, err := r.facts.CodeWords(ctx)
	if err != nil {
		return Renamed{}, fmt.Errorf("listing the words: %w", err)
	}
	done := Renamed{Field: field, From: from, Word: to}
	if from == to {
		return done, cx.Errorf(cx.Invalid, "%s %q is called so already", field, from).WithRemedy("Give it another word.")
	}
	var list []cx.Rewording
	for _, w := range words {
		switch {
		case w.Field != field:
		case w.Word == from:
			list = append(list, cx.Rewording{Field: field, Came: w.Came, Word: to})
			done.Interactions += w.Interactions
		case w.Word == to:
			done.Joined = true
		}
	}
	if len(list) == 0 {
		return done, unknown(field, from, words)
	}
	return done, r.reword(ctx, words, list)
}

// Restore calls a word as it came again: it takes a rename back, or takes one word
// out of those that were joined.
func (r *Room) Restore(ctx context.Context, field cx.CodeField, came string) (Renamed, error) {
	r.renaming.Lock()
	defer r.renaming.Unlock()
	words, err := r.facts.CodeWords(ctx)
	if err != nil {
		return Renamed{}, fmt.Errorf("listing the words: %w", err)
	}
	done := Renamed{Field: field, Word: came}
	found := false
	for _, w := range words {
		if w.Field == field && w.Came == came && w.Word != came {
			found, done.From, done.Interactions = true, w.Word, w.Interactions
		} else if w.Field == field && w.Word == came {
			done.Joined = true
		}
	}
	if !found {
		return done, cx.Errorf(cx.NotFound, "no rename of %s %q is there to take back", field, came).
			WithRemedy("Give the word as it came; the list of words shows it.")
	}
	return done, r.reword(ctx, words, []cx.Rewording{{Field: field, Came: came, Word: came}})
}

// reword stores what words are called from now on and tells those who follow which
// words are gone.
func (r *Room) reword(ctx context.Context, before []Word, list []cx.Rewording) error {
	if err := r.facts.Reword(ctx, list, r.now().UTC()); err != nil {
		return err
	}
	now := map[cx.Rewording]string{} // by field and word as it came
	for _, w := range list {
		now[cx.Rewording{Field: w.Field, Came: w.Came}] = w.Word
	}
	stays := map[cx.Rewording]bool{} // by field and word as seen
	var gone []cx.Rewording
	for _, w := range before {
		if word, changed := now[cx.Rewording{Field: w.Field, Came: w.Came}]; changed {
			gone = append(gone, cx.Rewording{Field: w.Field, Came: w.Word, Word: word})
		} else {
			stays[cx.Rewording{Field: w.Field, Word: w.Word}] = true
		}
	}
	gone = slices.DeleteFunc(gone, func(w cx.Rewording) bool { return stays[cx.Rewording{Field: w.Field, Word: w.Came}] })
	return r.follow(ctx, slices.Compact(gone))
}

// usable is a word as it is kept: without spaces around it, on one line.
func usable(word string) (string, error) {
	word = strings.TrimSpace(word)
	switch {
	case word == "":
		return "", cx.Errorf(cx.Invalid, "a word cannot be empty").WithRemedy("Say what it is to be called; to take a rename back, restore the word as it came.")
	case utf8.RuneCountInString(word) > longest:
		return "", cx.Errorf(cx.Invalid, "a word may have %d characters at most", longest).WithRemedy("Choose a shorter one: it stands in tables and charts.")
	case !utf8.ValidString(word) || strings.ContainsFunc(word, unicode.IsControl):
		return "", cx.Errorf(cx.Invalid, "the word holds characters that cannot be shown").WithRemedy("Type it again.")
	}
	return word, nil
}

func unknown(field cx.CodeField, word string, words []Word) error {
	var seen []string
	for _, w := range words {
		if w.Field == field && !slices.Contains(seen, w.Word) {
			seen = append(seen, w.Word)
		}
	}
	e := cx.Errorf(cx.NotFound, "there is no %s %q", field, word)
	if len(seen) == 0 {
		return e.WithRemedy("No interaction has a %s yet.", field)
	}
	if len(seen) > 12 {
		seen = append(seen[:12], "…")
	}
	return e.WithRemedy("There are: %s.", strings.Join(seen, ", "))
}
