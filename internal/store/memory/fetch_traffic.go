package memory

import (
	"cmp"
	"slices"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/question"
)

// place is where an interaction counts in an answer that is split: its group and its
// stretch of local time, as traffic.sql, scores.sql and respondents.sql name them.
type place struct {
	group   int32
	stretch string
}

func comparePlaces(a, b place) int {
	return cmp.Or(cmp.Compare(a.group, b.group), cmp.Compare(a.stretch, b.stretch))
}

func placeOf(s Snapshot, args question.Args, r Row) place {
	local := time.UnixMicro(r.Start).In(s.Zone)
	isoDay := (int(local.Weekday())+6)%7 + 1
	p := place{group: args["signature_groups"].([]int32)[r.Signature] + args["dims_groups"].([]int32)[r.Dims]}
	switch args["clock"] {
	case "month":
		p.stretch = local.Format("2006-01")
	case "week":
		p.stretch = local.AddDate(0, 0, 1-isoDay).Format(time.DateOnly)
	case "weekday":
		p.stretch = string(rune('0' + isoDay))
	case "hour":
		p.stretch = local.Format("15")
	}
	return p
}

// traffic is the twin of traffic.sql.
func traffic(s Snapshot, args question.Args) [][]any {
	rows := map[place][]Row{}
	for _, r := range s.Visible {
		p := placeOf(s, args, r)
		rows[p] = append(rows[p], r)
	}
	var places []place
	for p := range rows {
		places = append(places, p)
	}
	slices.SortFunc(places, comparePlaces)
	var out [][]any
	for _, p := range places {
		customers := map[int64]bool{}
		var unidentified, contacts int64
		for _, r := range rows[p] {
			if r.Customer == 0 {
				unidentified++
			} else {
				customers[r.Customer] = true
			}
			if s.Signatures[r.Signature].Kind == cx.Contact {
				contacts++
			}
		}
		out = append(out, []any{int64(p.group), p.stretch, int64(len(rows[p])), int64(len(customers)), unidentified, contacts})
	}
	return out
}
