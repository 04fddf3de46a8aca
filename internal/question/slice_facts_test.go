package question

import (
	"bytes"
	"cmp"
	"context"
	"encoding/binary"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// fact is one interaction of a sliceFacts.
type fact struct {
	Customer   int64
	Start      time.Time
	End        time.Time
	FirstHuman time.Time
	Censored   bool
	Signature  cx.Signature
	Thread     int64
	Continues  bool
	Score      float64
	Scale      int16
	Dims       map[string]string
	queued     time.Duration // of a call of the bank
	Row        int64         // 0 = one of its own

	id        cx.InteractionID
	signature int32
	dims      int32
}

// sliceFacts is Facts over a plain slice: what the folds are tested and measured
// on. Its fetches are the plainest
// reading of their SQL.
type sliceFacts struct {
	facts      []fact
	signatures []cx.Signature
	sets       []map[string]string
	journeys   map[string]cx.Journey
	steps      map[string]func(cx.Signature) string
	scales     map[int16]cx.Scale
	walks      []cx.WalkStep
	rulings    []cx.Ruling
	called     map[string]string // what reasons were renamed to
	zone       *time.Location
	batch      int
}

func newSliceFacts(facts []fact) *sliceFacts {
	f := &sliceFacts{
		facts: facts, signatures: make([]cx.Signature, 1), sets: []map[string]string{{}},
		journeys: map[string]cx.Journey{}, steps: map[string]func(cx.Signature) string{}, zone: time.UTC, batch: 7,
	}
	bySignature, bySet := map[cx.Signature]int32{}, map[string]int32{"map[]": 0}
	for i := range facts {
		row := &f.facts[i]
		binary.BigEndian.PutUint64(row.id[8:], uint64(i+1))
		sig := row.Signature
		sig.ID = 0
		n, found := bySignature[sig]
		if !found {
			n = int32(len(f.signatures))
			bySignature[sig] = n
			sig.ID = n
			f.signatures = append(f.signatures, sig)
		}
		row.signature = n
		set := fmt.Sprint(row.Dims)
		d, found := bySet[set]
		if !found {
			d = int32(len(f.sets))
			bySet[set] = d
			f.sets = append(f.sets, maps.Clone(row.Dims))
		}
		row.dims = d
	}
	slices.SortFunc(f.facts, func(a, b fact) int {
		return cmp.Or(
			cmp.Compare(uint64(a.Customer-1), uint64(b.Customer-1)), // 0 last
			a.Start.Compare(b.Start), bytes.Compare(a.id[:], b.id[:]))
	})
	return f
}

// withJourney adds a journey whose steps are found by a touchpoint of their name.
func (f *sliceFacts) withJourney(j cx.Journey) *sliceFacts {
	f.journeys[j.Name] = j
	f.steps[j.Name] = func(s cx.Signature) string { return s.Touchpoint }
	return f
}

func (f *sliceFacts) Rows(_ context.Context, fetch string, filter Filter, args Args, row func(func(...any) error) error) error {
	switch fetch {
	case "last_identified":
	case "volume":
		return f.volume(filter, row)
	case "traffic", "scores", "respondents":
		return f.grouped(fetch, filter, args, row)
	case "exposure":
		return row(func(...any) error { return nil })
	case "coverage":
		return f.coverage(filter, row)
	default:
		return cx.Errorf(cx.Internal, "a slice has no fetch %q", fetch)
	}
	var last *time.Time
	for i := range f.facts {
		if f.facts[i].Customer != 0 && f.keeps(filter, f.facts[i]) && (last == nil || f.facts[i].Start.After(*last)) {
			last = &f.facts[i].Start
		}
	}
	return row(func(dest ...any) error {
		*dest[0].(**time.Time) = last
		return nil
	})
}

func (f *sliceFacts) volume(filter Filter, row func(func(...any) error) error) error {
	counts := map[int32]int64{}
	for _, fact := range f.facts {
		if f.keeps(filter, fact) {
			counts[fact.signature]++
		}
	}
	for _, signature := range slices.Sorted(maps.Keys(counts)) {
		if err := row(func(dest ...any) error {
			*dest[0].(*int32), *dest[1].(*int64) = signature, counts[signature]
			return nil
		}); err != nil {
			return err
		}
	}
	return nil
}

func (f *sliceFacts) Sequences(ctx context.Context, filter Filter, want Want, batch func(Sequence) error) error {
	var b Sequence
	flush := func() error {
		if len(b.Start) == 0 {
			return nil
		}
		err := batch(b)
		b = Sequence{}
		return err
	}
	micro := func(t time.Time) int64 {
		if t.IsZero() {
			return NoTime
		}
		return t.UnixMicro()
	}
	for _, row := range f.facts {
		if !f.keeps(filter, row) {
			continue
		}
		b.Customer = append(b.Customer, row.Customer)
		b.Start = append(b.Start, row.Start.UnixMicro())
		b.Signature = append(b.Signature, row.signature)
		if want.ID {
			b.ID = append(b.ID, row.id)
		}
		if want.End {
			b.End = append(b.End, micro(row.End))
		}
		if want.FirstHuman {
			b.FirstHuman = append(b.FirstHuman, micro(row.FirstHuman))
			b.Censored = append(b.Censored, row.Censored)
		}
		if want.Thread {
			b.Thread = append(b.Thread, row.Thread)
		}
		if want.Row {
			b.Row = append(b.Row, cmp.Or(row.Row, int64(binary.BigEndian.Uint64(row.id[8:]))))
		}
		if want.Continues {
			b.Continues = append(b.Continues, row.Continues)
		}
		if want.Score {
			b.Score, b.Scale = append(b.Score, row.Score), append(b.Scale, row.Scale)
		}
		if want.Dims {
			b.Dims = append(b.Dims, row.dims)
		}
		if len(b.Start) == f.batch {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	return flush()
}

func (f *sliceFacts) keeps(filter Filter, row fact) bool {
	set := f.sets[row.dims]
	return filter.Period.Holds(row.Start) &&
		(filter.Signatures == nil || slices.Contains(filter.Signatures, row.signature)) &&
		(filter.Persona == nil || holdsPersona(*filter.Persona, set)) &&
		(filter.Dimension == "" || set[filter.Dimension] == filter.Value) &&
		(filter.Customer == 0 || int64(filter.Customer) == row.Customer)
}

func (f *sliceFacts) Signatures(context.Context) ([]cx.Signature, error) {
	called := slices.Clone(f.signatures)
	for i := range called {
		called[i].Reason = cmp.Or(f.called[called[i].Reason], called[i].Reason)
	}
	return called, nil
}

// WalkSteps lists the steps of walks that began in a period.
func (f *sliceFacts) WalkSteps(_ context.Context, p cx.Period) ([]cx.WalkStep, error) {
	var out []cx.WalkStep
	for _, s := range f.walks {
		if p.Holds(s.Started) {
			out = append(out, s)
		}
	}
	slices.SortFunc(out, func(a, b cx.WalkStep) int {
		return cmp.Or(a.Started.Compare(b.Started), cmp.Compare(a.Walk, b.Walk), cmp.Compare(a.Order, b.Order))
	})
	return out, nil
}

func (f *sliceFacts) DimensionSets(context.Context) ([]map[string]string, error) { return f.sets, nil }

func (f *sliceFacts) Steps(_ context.Context, journey string) ([]uint16, error) {
	steps := make([]uint16, len(f.signatures))
	for i, sig := range f.signatures {
		name := f.steps[journey](sig)
		steps[i] = uint16(1 + slices.IndexFunc(f.journeys[journey].Steps(), func(s cx.Step) bool { return s.Name == name }))
	}
	return steps, nil
}

func (f *sliceFacts) Journey(_ context.Context, name string) (cx.Journey, error) {
	j, found := f.journeys[name]
	if !found {
		return j, cx.Errorf(cx.NotFound, "there is no journey %q", name)
	}
	return j, nil
}

func (f *sliceFacts) Scales(context.Context) (map[int16]cx.Scale, error) { return f.scales, nil }

func (f *sliceFacts) Span(context.Context) (cx.Period, error) {
	var p cx.Period
	for _, row := range f.facts {
		if p.From.IsZero() || row.Start.Before(p.From) {
			p.From = row.Start
		}
		if row.Start.After(p.To) {
			p.To = row.Start
		}
	}
	return p, nil
}

func (f *sliceFacts) Zone() *time.Location { return f.zone }

func (f *sliceFacts) SignaturesAsCame(context.Context) ([]cx.Signature, error) {
	return f.signatures, nil
}

func (f *sliceFacts) Rulings(context.Context, string) ([]cx.Ruling, error) { return f.rulings, nil }
