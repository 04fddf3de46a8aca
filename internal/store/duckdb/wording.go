package duckdb

import (
	"context"
	"database/sql"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/wording"
)

var _ wording.Facts = (*Store)(nil)

// CodeWords lists each word of each field that some interaction has or that was
// renamed, by field and word as it came.
func (s *Store) CodeWords(ctx context.Context) ([]wording.Word, error) {
	db, done, err := s.open()
	if err != nil {
		return nil, err
	}
	defer done()
	ctx, free, err := s.slot(ctx)
	if err != nil {
		return nil, err
	}
	defer free()
	came, err := s.SignaturesAsCame(ctx)
	if err != nil {
		return nil, err
	}
	s.words.mu.RLock()
	called := s.words.reworded // replaced, never changed
	s.words.mu.RUnlock()
	words := map[reworded]*wording.Word{}
	word := func(key reworded) *wording.Word {
		w, ok := words[key]
		if !ok {
			w = &wording.Word{Rewording: cx.Rewording{Field: key.Field, Came: key.Came, Word: key.Came}}
			words[key] = w
		}
		return w
	}
	for key, r := range called {
		w := word(key)
		w.Word, w.Renamed = r.Word, r.At
	}
	err = each(ctx, db, codeUse, nil, func(rows *sql.Rows) error {
		var signature int
		var n int64
		if err := rows.Scan(&signature, &n); err != nil || signature >= len(came) {
			return err
		}
		sig := came[signature]
		for _, field := range cx.CodeFields() {
			if said := *sig.Word(field); said != "" {
				w := word(reworded{field, said})
				w.Interactions += n
				if !slices.Contains(w.Sources, sig.Source) {
					w.Sources = append(w.Sources, sig.Source)
				}
			}
		}
		return nil
	})
	if err != nil {
		return nil, wrap(err, "count how words are used")
	}
	keys := slices.SortedFunc(maps.Keys(words), func(a, b reworded) int {
		return strings.Compare(string(a.Field)+"\x00"+a.Came, string(b.Field)+"\x00"+b.Came)
	})
	out := make([]wording.Word, len(keys))
	for i, key := range keys {
		slices.Sort(words[key].Sources)
		out[i] = *words[key]
	}
	return out, nil
}

// Reword sets what words are called. It touches one row a word; that no journey
// counts as matched is in the same transaction, so that a crash leaves none unfollowed.
func (s *Store) Reword(ctx context.Context, list []cx.Rewording, at time.Time) error {
	s.words.naming.Lock()
	defer s.words.naming.Unlock()
	err := s.change(ctx, false, "rename words", func(tx *sql.Tx) error {
		for _, r := range list {
			if _, err := tx.ExecContext(ctx, "DELETE FROM reworded WHERE field = ? AND came = ?", string(r.Field), r.Came); err != nil {
				return err
			}
			if r.Word == r.Came {
				continue
			}
			if _, err := tx.ExecContext(ctx, "INSERT INTO reworded VALUES (?, ?, ?, ?)", string(r.Field), r.Came, r.Word, at.UTC()); err != nil {
				return err
			}
		}
		_, err := tx.ExecContext(ctx, "UPDATE journey_current SET highest = -1")
		return err
	})
	if err != nil {
		return err
	}
	if err := s.reloadWords(ctx); err != nil {
		return err
	}
	s.changes.Add(1) // an answer given since the commit may rest on the words before
	return nil
}
