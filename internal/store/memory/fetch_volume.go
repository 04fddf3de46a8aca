package memory

import (
	"maps"
	"slices"

	"github.com/firsthand-cx/firsthand/internal/question"
)

// volume is the twin of volume.sql.
func volume(s Snapshot, _ question.Args) [][]any {
	counts := map[int32]int64{}
	for _, r := range s.Visible {
		counts[r.Signature]++
	}
	var out [][]any
	for _, signature := range slices.Sorted(maps.Keys(counts)) {
		out = append(out, []any{int64(signature), counts[signature]})
	}
	return out
}
