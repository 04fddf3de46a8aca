package memory

import (
	"cmp"
	"slices"

	"github.com/firsthand-cx/firsthand/internal/question"
)

// newestTexts is the twin of newest_texts.sql.
func newestTexts(s Snapshot, args question.Args) [][]any {
	steps := s.Steps[args["journey"].(string)]
	most := args["most"].(int64)
	said := map[uint16][]Row{}
	for _, r := range s.Visible {
		if r.HasText && int(r.Signature) < len(steps) && steps[r.Signature] > 0 {
			said[steps[r.Signature]] = append(said[steps[r.Signature]], r)
		}
	}
	var out [][]any
	for step := uint16(1); int(step) <= len(said)+len(steps); step++ {
		rows := said[step]
		slices.SortFunc(rows, func(a, b Row) int {
			return cmp.Or(cmp.Compare(b.Start, a.Start), slices.Compare(a.ID[:], b.ID[:]))
		})
		for i, r := range rows {
			if int64(i) < most {
				out = append(out, []any{int64(step), r.ID})
			}
		}
	}
	return out
}
