package finding

import (
	"context"
	"fmt"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// Guard notes a walk that counts with the finding that it would reproduce, given by the
// walk's steps. One that fails opens a closed finding again, with the walk as evidence,
// and keeps an open one from closing for two weeks; one that passes is noted. What a
// person dismissed stays dismissed. Being told the same walk again changes nothing.
func (r *Room) Guard(ctx context.Context, steps []cx.WalkStep) error {
	if len(steps) == 0 || steps[0].Guards == 0 {
		return nil
	}
	walk, id, what := steps[0].Walk, steps[0].Guards, WalkFailed
	if cx.WalkPassed(steps) {
		what = WalkPassed
	}
	for tries := 0; ; tries++ {
		f, err := r.store.Finding(ctx, id)
		if cx.CodeOf(err) == cx.NotFound {
			return nil // of a scenario file from elsewhere
		}
		if err != nil {
			return fmt.Errorf("reading what walk %d guards: %w", walk, err)
		}
		was := f.State
		e := Event{Finding: id, At: r.now().UTC(), What: what, From: was, To: was, Walk: walk, Figures: f.Why}
		if what == WalkFailed {
			f.QuietWeeks = 0
			if was == cx.FindingClosed {
				f.State, f.StateBy, f.StateReason = cx.FindingOpen, "", fmt.Sprintf("walk %d met it again", walk)
				e.To = f.State
			}
		}
		err = r.store.SaveFinding(ctx, f, was, e)
		if cx.CodeOf(err) == cx.Conflict && err != nil && tries < 4 {
			continue // somebody moved it meanwhile
		}
		if err != nil {
			return fmt.Errorf("noting walk %d with finding %d: %w", walk, id, err)
		}
		return nil
	}
}

// GuardAll does so for all walks among steps: at start, in case the program ended
// before it had noted one.
func (r *Room) GuardAll(ctx context.Context, steps []cx.WalkStep) error {
	byWalk := map[int64][]cx.WalkStep{}
	var order []int64
	for _, s := range steps {
		if s.Guards == 0 {
			continue
		}
		if byWalk[s.Walk] == nil {
			order = append(order, s.Walk)
		}
		byWalk[s.Walk] = append(byWalk[s.Walk], s)
	}
	for _, walk := range order {
		if err := r.Guard(ctx, byWalk[walk]); err != nil {
			return err
		}
	}
	return nil
}
