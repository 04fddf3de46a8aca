package memory

import (
	"slices"

	"github.com/firsthand-cx/firsthand/internal/question"
)

// respondents is the twin of respondents.sql.
func respondents(s Snapshot, args question.Args) [][]any {
	customers := map[place]map[int64]bool{}
	for _, r := range s.Visible {
		scale := s.Scales[r.Scale]
		if r.Customer == 0 || !slices.Contains(args["scales"].([]int32), int32(r.Scale)) || !scale.Holds(r.Score) ||
			scale.NotApplicable != nil && r.Score == *scale.NotApplicable {
			continue
		}
		p := placeOf(s, args, r)
		if customers[p] == nil {
			customers[p] = map[int64]bool{}
		}
		customers[p][r.Customer] = true
	}
	var places []place
	for p := range customers {
		places = append(places, p)
	}
	slices.SortFunc(places, comparePlaces)
	var out [][]any
	for _, p := range places {
		out = append(out, []any{int64(p.group), p.stretch, int64(len(customers[p]))})
	}
	return out
}
