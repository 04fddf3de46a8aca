package question

import (
	"context"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// NewestTexts finds the newest interactions with words at each step of a journey,
// by the step's name, at most perStep each and the newest first. It is no question:
// it has no number, and newest is not typical.
func NewestTexts(ctx context.Context, facts Facts, p Params, perStep int) (map[string][]cx.InteractionID, error) {
	s, err := newScope(ctx, facts, p, needs{journey: true, splits: []string{""}})
	if err != nil {
		return nil, err
	}
	found := map[string][]cx.InteractionID{}
	args := Args{"journey": s.journey.Name, "most": int64(perStep)}
	err = facts.Rows(ctx, "newest_texts", s.single(), args, func(scan func(...any) error) error {
		var step int
		var id cx.InteractionID
		if err := scan(&step, &id); err != nil {
			return err
		}
		if step >= 1 && step <= len(s.steps) {
			name := s.steps[step-1].Name
			found[name] = append(found[name], id)
		}
		return nil
	})
	return found, err
}
