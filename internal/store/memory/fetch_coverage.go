package memory

import (
	"cmp"
	"slices"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/question"
)

// coverage is the twin of coverage.sql.
func coverage(s Snapshot, _ question.Args) [][]any {
	type key struct {
		day       string
		signature int32
		scale     int16
		carries   question.Carries
	}
	type seen struct {
		n           int64
		first, last time.Time
	}
	counts := map[key]*seen{}
	count := func(k key) *seen {
		if counts[k] == nil {
			counts[k] = &seen{}
		}
		counts[k].n++
		return counts[k]
	}
	stands := func(of cx.Signature) int32 { // the first signature of a source and kind
		return int32(slices.IndexFunc(s.Signatures, func(sig cx.Signature) bool {
			return sig.ID != 0 && sig.Source == of.Source && sig.Kind == of.Kind
		}))
	}
	for _, r := range s.Visible {
		var carries question.Carries
		for bit, is := range map[question.Carries]bool{
			question.Identified: r.Profile != 0, question.Ended: r.End != question.NoTime, question.Answered: r.FirstHuman != question.NoTime,
			question.Censored: r.Censored, question.InThread: r.Thread != 0, question.Worded: r.HasText,
		} {
			if is {
				carries |= bit
			}
		}
		start := time.UnixMicro(r.Start).UTC()
		alike := count(key{signature: r.Signature, scale: r.Scale, carries: carries})
		if alike.first.IsZero() || start.Before(alike.first) {
			alike.first = start
		}
		if start.After(alike.last) {
			alike.last = start
		}
		count(key{day: start.In(s.Zone).Format(time.DateOnly), signature: stands(s.Signatures[r.Signature])})
	}
	keys := make([]key, 0, len(counts))
	for k := range counts {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b key) int {
		return cmp.Or(cmp.Compare(a.day, b.day), cmp.Compare(a.signature, b.signature), cmp.Compare(a.scale, b.scale), cmp.Compare(a.carries, b.carries))
	})
	out := make([][]any, len(keys))
	for i, k := range keys {
		c := counts[k]
		out[i] = []any{int64(k.signature), int64(k.scale), int64(k.carries), k.day, c.n, c.first, c.last}
		if k.day != "" {
			out[i][5], out[i][6] = nil, nil
		}
	}
	return out
}
