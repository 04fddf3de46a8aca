package walk

import (
	"slices"
	"strings"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// Touch is where a step of a scenario lies in the company's journeys.
type Touch struct {
	Slug    string `json:"slug"` // as the scenario says
	Journey string `json:"journey,omitempty"`
	Step    string `json:"step,omitempty"`
	How     Found  `json:"how"`
}

// Found says how a scenario's step was found in a journey.
type Found string

const (
	FoundByMap  Found = "map"   // somebody of the company said so
	FoundByName Found = "name"  // the journey has a step of that name
	FoundGuess  Found = "guess" // a name or title that is like it
	FoundNot    Found = "not"   // the company has no such step; the walk can be done all the same
)

// Mapping is where a company says that the steps of scenarios lie: from a slug to
// "journey/step".
type Mapping map[string]string

// Locate finds the steps that a scenario touches among journeys. A company without
// such a step can use the scenario all the same.
func Locate(s cx.Scenario, journeys []cx.Journey, mapping Mapping) []Touch {
	slugs := slices.Clone(s.Touches)
	for _, step := range s.Script {
		if step.Touches != "" && !slices.Contains(slugs, step.Touches) {
			slugs = append(slugs, step.Touches)
		}
	}
	out := make([]Touch, 0, len(slugs))
	for _, slug := range slugs {
		out = append(out, locate(slug, s.Journey, journeys, mapping))
	}
	return out
}

func locate(slug, preferred string, journeys []cx.Journey, mapping Mapping) Touch {
	if journey, step, ok := strings.Cut(mapping[slug], "/"); ok {
		for _, j := range journeys {
			if _, there := j.Step(step); there && j.Name == journey {
				return Touch{Slug: slug, Journey: journey, Step: step, How: FoundByMap}
			}
		}
	}
	// The journey that the scenario names is looked through first.
	ordered := slices.Clone(journeys)
	slices.SortStableFunc(ordered, func(a, b cx.Journey) int {
		switch {
		case a.Name == preferred && b.Name != preferred:
			return -1
		case b.Name == preferred && a.Name != preferred:
			return 1
		}
		return strings.Compare(a.Name, b.Name)
	})
	for _, j := range ordered {
		if _, ok := j.Step(slug); ok {
			return Touch{Slug: slug, Journey: j.Name, Step: slug, How: FoundByName}
		}
	}
	best, likeness := Touch{Slug: slug, How: FoundNot}, 0.0
	for _, j := range ordered {
		for _, step := range j.Steps() {
			if l := max(alike(slug, step.Name), alike(slug, step.Title)); l >= .5 && l > likeness {
				best, likeness = Touch{Slug: slug, Journey: j.Name, Step: step.Name, How: FoundGuess}, l
			}
		}
	}
	return best
}

// alike is the share of words that two names have in common (Jaccard 1901).
func alike(a, b string) float64 {
	split := func(s string) []string {
		words := strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return r == '-' || r == ' ' || r == '_' || r == ',' })
		slices.Sort(words)
		return slices.Compact(words)
	}
	x, y := split(a), split(b)
	both := 0
	for _, w := range x {
		if slices.Contains(y, w) {
			both++
		}
	}
	if both == 0 {
		return 0
	}
	return float64(both) / float64(len(x)+len(y)-both)
}
