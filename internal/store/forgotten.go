package store

import (
	"context"

	"github.com/firsthand-cx/firsthand/internal/store/sqlite"
	"github.com/firsthand-cx/firsthand/internal/walk"
)

// forgotten is what a vault keeps no words of: walkers who were erased and walks whose
// words were taken back. A backup that has them still must forget them again.
type forgotten struct {
	walkers []walk.Walker
	walks   map[int64]walk.Assignment
}

func forgottenIn(ctx context.Context, vault *sqlite.Store) (forgotten, error) {
	f := forgotten{walks: map[int64]walk.Assignment{}}
	all, err := vault.Walkers(ctx)
	if err != nil {
		return f, err
	}
	for _, w := range all {
		if !w.Erased.IsZero() {
			f.walkers = append(f.walkers, w)
		}
	}
	ids, err := vault.Wordless(ctx)
	if err != nil || len(ids) == 0 {
		return f, err
	}
	walks, err := vault.Assignments(ctx, walk.Filter{IDs: ids})
	for _, a := range walks {
		f.walks[a.ID] = a
	}
	return f, err
}

// again forgets in the stores of a backup what was forgotten since. Their files go when
// the folder is opened: nothing names them any more.
func (f forgotten) again(ctx context.Context, s *Stores) error {
	wordless, err := s.Vault.Wordless(ctx)
	if err != nil {
		return err
	}
	silent := map[int64]bool{}
	for _, id := range wordless {
		silent[id] = true
	}
	then, err := s.Vault.Assignments(ctx, walk.Filter{})
	if err != nil {
		return err
	}
	for _, a := range then {
		now, ok := f.walks[a.ID]
		if !ok || silent[a.ID] || !now.Made.Equal(a.Made) {
			continue
		}
		now.Revision = a.Revision
		c := walk.Change{Assignment: now, Forget: true}
		if !now.Counts() {
			c.Facts = []walk.StepFact{}
		}
		if _, err := s.Vault.CommitWalk(ctx, c); err != nil {
			return err
		}
	}
	walkers, err := s.Vault.Walkers(ctx)
	if err != nil {
		return err
	}
	for _, gone := range f.walkers {
		for _, w := range walkers {
			if w.ID != gone.ID || !w.Made.Equal(gone.Made) {
				continue
			}
			gone.Revision = w.Revision
			if _, err := s.Vault.SaveWalker(ctx, gone); err != nil {
				return err
			}
		}
	}
	return s.Drain(ctx)
}
