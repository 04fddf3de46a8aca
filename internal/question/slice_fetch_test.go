package question

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// stretchOf names a stretch of time as the engines' SQL does.
func (f *sliceFacts) stretchOf(clock string, start time.Time) string {
	local := start.In(f.zone)
	switch clock {
	case "month":
		return local.Format("2006-01")
	case "week":
		for local.Weekday() != time.Monday {
			local = local.AddDate(0, 0, -1)
		}
		return local.Format("2006-01-02")
	case "weekday":
		return string("7123456"[local.Weekday()])
	case "hour":
		return local.Format("15")
	}
	return ""
}

// grouped runs the fetches that count by group and stretch.
func (f *sliceFacts) grouped(fetch string, filter Filter, args Args, row func(func(...any) error) error) error {
	type key struct {
		group   int32
		stretch string
		scale   int16
		score   float64
	}
	type count struct {
		interactions, unidentified, contacts int64
		customers                            map[int64]bool
	}
	counts := map[key]*count{}
	for _, fact := range f.facts {
		if !f.keeps(filter, fact) {
			continue
		}
		k := key{
			group:   args["signature_groups"].([]int32)[fact.signature] + args["dims_groups"].([]int32)[fact.dims],
			stretch: f.stretchOf(args["clock"].(string), fact.Start),
		}
		if scales, scored := args["scales"]; scored {
			if !slices.Contains(scales.([]int32), int32(fact.Scale)) {
				continue
			}
			scale := f.scales[fact.Scale]
			if fetch == "scores" {
				k.scale, k.score = fact.Scale, fact.Score
			} else if fact.Customer == 0 || !scale.Holds(fact.Score) || scale.NotApplicable != nil && fact.Score == *scale.NotApplicable {
				continue
			}
		}
		c := counts[k]
		if c == nil {
			c = &count{customers: map[int64]bool{}}
			counts[k] = c
		}
		c.interactions++
		if fact.Customer == 0 {
			c.unidentified++
		} else {
			c.customers[fact.Customer] = true
		}
		if fact.Signature.Kind == cx.Contact {
			c.contacts++
		}
	}
	keys := make([]key, 0, len(counts))
	for k := range counts {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b key) int { return strings.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
	for _, k := range keys {
		c := counts[k]
		if err := row(func(dest ...any) error {
			*dest[0].(*int32), *dest[1].(*string) = k.group, k.stretch
			switch fetch {
			case "scores":
				*dest[2].(*int32), *dest[3].(*float64), *dest[4].(*int64) = int32(k.scale), k.score, c.interactions
			case "respondents":
				*dest[2].(*int64) = int64(len(c.customers))
			default:
				*dest[2].(*int64), *dest[3].(*int64) = c.interactions, int64(len(c.customers))
				*dest[4].(*int64), *dest[5].(*int64) = c.unidentified, c.contacts
			}
			return nil
		}); err != nil {
			return err
		}
	}
	return nil
}

// coverage tells of one interaction at a time, which adds up to the same.
func (f *sliceFacts) coverage(filter Filter, row func(func(...any) error) error) error {
	for _, fact := range f.facts {
		if !f.keeps(filter, fact) {
			continue
		}
		var carries Carries
		for bit, is := range map[Carries]bool{
			Identified: fact.Customer != 0, Ended: !fact.End.IsZero(), Answered: !fact.FirstHuman.IsZero(), Censored: fact.Censored, InThread: fact.Thread != 0,
		} {
			if is {
				carries |= bit
			}
		}
		for _, on := range []string{"", fact.Start.In(f.zone).Format(time.DateOnly)} {
			if err := row(func(dest ...any) error {
				*dest[0].(*int32), *dest[1].(*int32), *dest[2].(*int32) = fact.signature, int32(fact.Scale), int32(carries)
				*dest[3].(*string), *dest[4].(*int64) = on, 1
				*dest[5].(**time.Time), *dest[6].(**time.Time) = &fact.Start, &fact.Start
				return nil
			}); err != nil {
				return err
			}
		}
	}
	return nil
}
