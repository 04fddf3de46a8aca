package memory

import (
	"time"

	"github.com/firsthand-cx/firsthand/internal/question"
)

// lastIdentified is the twin of last_identified.sql.
func lastIdentified(s Snapshot, _ question.Args) [][]any {
	var last any
	for _, r := range s.Visible {
		if at := time.UnixMicro(r.Start).UTC(); r.Customer != 0 && (last == nil || at.After(last.(time.Time))) {
			last = at
		}
	}
	return [][]any{{last}}
}
