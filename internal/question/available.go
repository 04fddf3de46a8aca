package question

import (
	"context"
	"slices"
	"strings"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// Available is what a page can offer to ask, told by the dictionaries alone: no
// interaction is looked at.
type Available struct {
	Dimensions    []Dimension // by name
	Cancellations bool
}

// Dimension is a column of few values, and how many it has.
type Dimension struct {
	Name   string
	Values int
}

// Availability reads the dictionaries.
func Availability(ctx context.Context, facts Facts) (Available, error) {
	var a Available
	sets, err := facts.DimensionSets(ctx)
	if err != nil {
		return a, err
	}
	values := map[string]map[string]bool{}
	for _, set := range sets {
		for name, value := range set {
			if values[name] == nil {
				values[name] = map[string]bool{}
			}
			values[name][value] = true
		}
	}
	for name, all := range values {
		a.Dimensions = append(a.Dimensions, Dimension{name, len(all)})
	}
	slices.SortFunc(a.Dimensions, func(x, y Dimension) int { return strings.Compare(x.Name, y.Name) })
	signatures, err := facts.Signatures(ctx)
	a.Cancellations = slices.ContainsFunc(signatures, func(s cx.Signature) bool {
		return s.Kind == cx.Cancellation && s.Initiator == cx.ByCustomer && s.Voice != cx.VoiceWalker && s.Voice != cx.VoiceRobot
	})
	return a, err
}
