package question

import (
	"context"
	"slices"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/declare"
)

// CheckWords refuses a channel or a dimension that no interaction has: "nothing passes
// the filter" would be taken for an answer. Where there is nothing yet, there is nothing
// to misspell.
func (d Definition) CheckWords(ctx context.Context, facts Facts, p Params) error {
	if d.Walks != nil { // walks have channels of their own
		return nil
	}
	if p.Channel != "" {
		signatures, err := facts.Signatures(ctx)
		if err != nil {
			return err
		}
		var channels []string
		for _, s := range signatures {
			channels = append(channels, s.Channel)
		}
		if err := oneOf("channel", p.Channel, channels); err != nil {
			return err
		}
	}
	name, split := dimensionName(p.By)
	if !split {
		name = p.Dimension
	}
	if name == "" {
		return nil
	}
	sets, err := facts.DimensionSets(ctx)
	if err != nil {
		return err
	}
	var names, values []string
	for _, set := range sets {
		for n := range set {
			names = append(names, n)
		}
		values = append(values, set[p.Dimension])
	}
	if err := oneOf("dimension", name, names); err != nil {
		return err
	}
	if p.Dimension == "" {
		return nil
	}
	if err := oneOf("dimension", p.Dimension, names); err != nil {
		return err
	}
	return oneOf(p.Dimension, p.Value, values)
}

func oneOf(what, word string, there []string) error {
	there = slices.DeleteFunc(there, func(w string) bool { return w == "" })
	slices.Sort(there)
	there = slices.Compact(there)
	if len(there) == 0 || slices.Contains(there, word) {
		return nil
	}
	return cx.Errorf(cx.NotFound, "no interaction has the %s %q", what, word).WithRemedy("%s", declare.DidYouMean(word, there))
}
