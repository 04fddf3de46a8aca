package memory

import (
	"cmp"
	"slices"

	"github.com/firsthand-cx/firsthand/internal/question"
)

// scores is the twin of scores.sql.
func scores(s Snapshot, args question.Args) [][]any {
	type given struct {
		place
		scale int16
		score float64
	}
	counts := map[given]int64{}
	for _, r := range s.Visible {
		if slices.Contains(args["scales"].([]int32), int32(r.Scale)) {
			counts[given{placeOf(s, args, r), r.Scale, r.Score}]++
		}
	}
	var all []given
	for g := range counts {
		all = append(all, g)
	}
	slices.SortFunc(all, func(a, b given) int {
		return cmp.Or(comparePlaces(a.place, b.place), cmp.Compare(a.scale, b.scale), cmp.Compare(a.score, b.score))
	})
	var out [][]any
	for _, g := range all {
		out = append(out, []any{int64(g.group), g.stretch, int64(g.scale), g.score, counts[g]})
	}
	return out
}
