package memory

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/wording"
)

var _ wording.Facts = (*Facts)(nil)

// called is what a word is called, by field and word as it came.
type called struct {
	word string
	at   time.Time
}

// shown is a signature in the words that it is called by.
func (f *Facts) shown(number int32) cx.Signature {
	sig := f.signatures[number]
	for _, field := range cx.CodeFields() {
		word := sig.Word(field)
		if c, ok := f.called[[2]string{string(field), *word}]; ok {
			*word = c.word
		}
	}
	return sig
}

// CodeWords counts the words of all current interactions, of whosever voice.
func (f *Facts) CodeWords(context.Context) ([]wording.Word, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	words := map[[2]string]wording.Word{}
	for key, c := range f.called {
		words[key] = wording.Word{Rewording: cx.Rewording{Field: cx.CodeField(key[0]), Came: key[1], Word: c.word}, Renamed: c.at}
	}
	for _, r := range f.fold() {
		sig := f.signatures[r.Signature]
		for _, field := range cx.CodeFields() {
			came := *sig.Word(field)
			if came == "" {
				continue
			}
			key := [2]string{string(field), came}
			w, ok := words[key]
			if !ok {
				w.Rewording = cx.Rewording{Field: field, Came: came, Word: came}
			}
			w.Interactions++
			if !slices.Contains(w.Sources, sig.Source) {
				w.Sources = append(w.Sources, sig.Source)
				slices.Sort(w.Sources)
			}
			words[key] = w
		}
	}
	return slices.SortedFunc(maps.Values(words), func(a, b wording.Word) int {
		return cmp.Or(cmp.Compare(a.Field, b.Field), cmp.Compare(a.Came, b.Came))
	}), nil
}

// Reword sets what words are called.
func (f *Facts) Reword(_ context.Context, list []cx.Rewording, at time.Time) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, r := range list {
		key := [2]string{string(r.Field), r.Came}
		if r.Word == r.Came {
			delete(f.called, key)
			continue
		}
		f.called[key] = called{r.Word, at}
	}
	for name, m := range f.journeys {
		m.highest = -1
		f.journeys[name] = m
	}
	return nil
}
