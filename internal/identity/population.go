package identity

import (
	"context"
	"slices"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/identity/likeness"
)

// population is everybody of whom something is known, as linking by likeness sees them:
// records by number instead of profiles.
type population struct {
	table    *likeness.Table
	profiles []cx.ProfileID // by record, in order
	root     []uint32       // by record: the smallest one that keys or people joined it with
	apart    map[[2]cx.ProfileID]bool
	likened  []Link // live links by likeness
}

// read loads everybody. What likeness joined before does not count as joined: it is
// found again, or not.
func (m *Matching) read(ctx context.Context) (*population, error) {
	p := &population{table: likeness.NewTable(), apart: map[[2]cx.ProfileID]bool{}}
	var customers []cx.CustomerID
	err := m.alike.EachPerson(ctx, func(who ProfilePerson) error {
		p.table.Add(who.Person)
		p.profiles = append(p.profiles, who.Profile)
		customers = append(customers, who.Customer)
		return nil
	})
	if err != nil {
		return nil, err
	}
	p.table.Seal()
	apart, err := m.alike.Apart(ctx)
	if err != nil {
		return nil, err
	}
	for _, l := range apart {
		p.apart[[2]cx.ProfileID{l.A, l.B}] = true
	}
	if p.likened, err = m.alike.MadeAlike(ctx); err != nil {
		return nil, err
	}
	without, err := m.withoutLikeness(ctx, p.likened)
	if err != nil {
		return nil, err
	}
	first := make(map[cx.CustomerID]uint32, len(p.profiles))
	p.root = make([]uint32, len(p.profiles))
	for r, profile := range p.profiles {
		customer := customers[r]
		if c, likened := without[profile]; likened {
			customer = c
		}
		if _, there := first[customer]; !there {
			first[customer] = uint32(r)
		}
		p.root[r] = first[customer]
	}
	return p, nil
}

// withoutLikeness is what customers the profiles around links by likeness would be
// without these.
func (m *Matching) withoutLikeness(ctx context.Context, links []Link) (map[cx.ProfileID]cx.CustomerID, error) {
	if len(links) == 0 {
		return nil, nil
	}
	var ends []cx.ProfileID
	for _, l := range links {
		ends = append(ends, l.A, l.B)
	}
	slices.Sort(ends)
	whole, _, err := m.room.around(ctx, slices.Compact(ends))
	if err != nil {
		return nil, err
	}
	whole.Links = slices.DeleteFunc(whole.Links, func(l Link) bool { return l.By == ByLikeness })
	return Customers(whole), nil
}

func (p *population) joined(r uint32) uint32 { return p.root[r] }

func (p *population) isApart(a, b uint32) bool {
	x, y := p.profiles[a], p.profiles[b]
	return len(p.apart) > 0 && p.apart[[2]cx.ProfileID{min(x, y), max(x, y)}]
}

// only are the records to look at: those that are due, and those that were alike one
// that is due or that is gone.
func (p *population) only(due []cx.ProfileID) []uint32 {
	is := make(map[cx.ProfileID]bool, len(due))
	for _, q := range due {
		is[q] = true
	}
	for _, l := range p.likened {
		if is[l.A] || is[l.B] {
			due = append(due, l.A, l.B)
		}
	}
	out := []uint32{}
	for _, q := range due {
		if r, there := slices.BinarySearch(p.profiles, q); there {
			out = append(out, uint32(r))
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func (p *population) profilesOf(records []uint32) []cx.ProfileID {
	out := make([]cx.ProfileID, len(records))
	for i, r := range records {
		out[i] = p.profiles[r]
	}
	return out
}

func (p *population) likeness(pair likeness.Pair, joined bool, at time.Time) Likeness {
	return Likeness{
		A: p.profiles[pair.A], B: p.profiles[pair.B], Joined: joined, Weight: pair.Weight, Probability: pair.Probability,
		Swapped: pair.Swapped, Parts: pair.Parts, At: at,
	}
}
