package memory

import (
	"bytes"
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/identity"
	"github.com/firsthand-cx/firsthand/internal/journey"
	"github.com/firsthand-cx/firsthand/internal/question"
)

// Journey is the current version of a journey.
func (f *Facts) Journey(_ context.Context, name string) (cx.Journey, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	m, ok := f.journeys[name]
	if !ok {
		return cx.Journey{}, cx.Errorf(cx.NotFound, "there is no journey %q", name)
	}
	return m.journey, nil
}

// Steps maps a journey's current version onto signatures.
func (f *Facts) Steps(_ context.Context, name string) ([]uint16, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	steps := make([]uint16, len(f.signatures))
	copy(steps, f.journeys[name].steps)
	return steps, nil
}

// PutJourney stores a version with its steps and makes it the current one.
func (f *Facts) PutJourney(_ context.Context, j cx.Journey, version int32, steps []uint16) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.journeys[j.Name] = matched{j, version, slices.Clone(steps), int32(max(len(steps)-1, 0))}
	return nil
}

// DropJourney forgets a journey.
func (f *Facts) DropJourney(_ context.Context, name string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.journeys, name)
	return nil
}

// MatchedJourneys lists the journeys by name.
func (f *Facts) MatchedJourneys(context.Context) ([]journey.Matched, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	var out []journey.Matched
	for _, name := range slices.Sorted(maps.Keys(f.journeys)) {
		m := f.journeys[name]
		out = append(out, journey.Matched{Name: name, Version: m.version, Highest: m.highest})
	}
	return out, nil
}

// Positions are the mean places of signatures in their histories.
func (f *Facts) Positions(context.Context) (map[int32]float64, error) {
	rows := f.Visible(question.Filter{})
	type history struct{ thread, customer int64 }
	of := func(r Row) history {
		if r.Thread != 0 {
			return history{thread: r.Thread}
		}
		return history{customer: r.Customer}
	}
	histories := map[history][]Row{}
	for _, r := range rows {
		if h := of(r); h != (history{}) {
			histories[h] = append(histories[h], r)
		}
	}
	type sum struct {
		total float64
		n     int
	}
	positions := map[int32]sum{}
	for _, rs := range histories {
		slices.SortFunc(rs, func(a, b Row) int { return cmp.Or(cmp.Compare(a.Start, b.Start), bytes.Compare(a.ID[:], b.ID[:])) })
		for i, r := range rs {
			if len(rs) > 1 {
				s := positions[r.Signature]
				positions[r.Signature] = sum{s.total + float64(i)/float64(len(rs)-1), s.n + 1}
			}
		}
	}
	out := map[int32]float64{}
	for n, s := range positions {
		out[n] = s.total / float64(s.n)
	}
	return out, nil
}

// SignatureUse counts how customers' interactions use each signature.
func (f *Facts) SignatureUse(context.Context) ([]journey.SignatureUse, error) {
	uses := map[int32]*journey.SignatureUse{}
	customers := map[int32]map[int64]bool{}
	for _, r := range f.Visible(question.Filter{}) {
		u := uses[r.Signature]
		if u == nil {
			u = &journey.SignatureUse{Signature: f.shown(r.Signature), Came: f.signatures[r.Signature]}
			uses[r.Signature], customers[r.Signature] = u, map[int64]bool{}
		}
		u.Interactions++
		if r.Customer != 0 && !customers[r.Signature][r.Customer] {
			customers[r.Signature][r.Customer] = true
			u.Customers++
		}
		if r.Scale != 0 {
			u.Scored++
		}
		if r.FirstHuman != question.NoTime {
			u.Answered++
		}
		if r.Thread != 0 {
			u.Threaded++
		}
	}
	var out []journey.SignatureUse
	for _, n := range slices.Sorted(maps.Keys(uses)) {
		out = append(out, *uses[n])
	}
	return out, nil
}

// Timeline lists the interactions of profiles after a place in time order.
func (f *Facts) Timeline(_ context.Context, profiles []cx.ProfileID, after identity.Cursor, limit int) ([]identity.Entry, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	var out []identity.Entry
	for _, r := range f.fold() {
		e := f.entry(r.Row)
		later := after.Start.IsZero() || e.Start.After(after.Start) ||
			e.Start.Equal(after.Start) && bytes.Compare(e.ID[:], after.ID[:]) > 0
		if r.Profile != 0 && slices.Contains(profiles, cx.ProfileID(r.Profile)) && later {
			out = append(out, e)
		}
	}
	slices.SortFunc(out, func(a, b identity.Entry) int {
		return cmp.Or(a.Start.Compare(b.Start), bytes.Compare(a.ID[:], b.ID[:]))
	})
	return out[:min(limit, len(out))], nil
}

func (f *Facts) entry(r Row) identity.Entry {
	e := identity.Entry{
		ID: r.ID, Profile: cx.ProfileID(r.Profile), Import: r.Import, Signature: f.shown(r.Signature), Dimensions: f.sets[r.Dims],
		Start: time.UnixMicro(r.Start).UTC(), Precision: r.Precision, Censored: r.Censored, Thread: r.Thread, Employee: r.Employee,
		Amount: r.Amount, Quantity: r.Quantity, HasText: r.HasText, Language: r.Language,
	}
	if r.End != question.NoTime {
		e.End = time.UnixMicro(r.End).UTC()
	}
	if r.FirstHuman != question.NoTime {
		e.FirstHuman = time.UnixMicro(r.FirstHuman).UTC()
	}
	if r.Scale != 0 {
		e.Score, e.Scale = &r.Score, f.scales[r.Scale].Name
	}
	return e
}
