package memory

import (
	"time"

	"github.com/firsthand-cx/firsthand/internal/question"
)

// exposure is the twin of exposure.sql.
func exposure(s Snapshot, args question.Args) [][]any {
	var declared int64
	for _, e := range s.Exposures {
		if e.What == args["what"] && !e.From.Before(args["from"].(time.Time)) && !e.To.After(args["to"].(time.Time)) {
			declared += e.Count
		}
	}
	return [][]any{{declared}}
}
