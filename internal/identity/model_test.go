package identity_test

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/identity"
)

// model is the vault as its port describes it, in maps: the reference that laws
// are checked on, fast enough for thousands of random histories.
type model struct {
	next      cx.ProfileID
	asserted  map[assertion]bool
	primary   map[cx.ProfileID]cx.PersonKey
	links     []identity.Link
	customer  map[cx.ProfileID]cx.CustomerID
	tombstone map[cx.PersonKey]bool
	calls     int
}

type assertion struct {
	profile cx.ProfileID
	key     cx.PersonKey
	of      cx.ImportID
}

func newModel() *model {
	return &model{
		next: 1, asserted: map[assertion]bool{}, primary: map[cx.ProfileID]cx.PersonKey{},
		customer: map[cx.ProfileID]cx.CustomerID{}, tombstone: map[cx.PersonKey]bool{},
	}
}

func (m *model) holders(k cx.PersonKey) identity.KeyHolders {
	seen := map[cx.ProfileID]bool{}
	var all []identity.Holder
	for a := range m.asserted {
		if a.key == k && !seen[a.profile] {
			seen[a.profile] = true
			p := m.primary[a.profile]
			all = append(all, identity.Holder{Profile: a.profile, Primary: p == k, Kind: p.Kind, Namespace: p.Namespace})
		}
	}
	slices.SortFunc(all, func(a, b identity.Holder) int { return int(a.Profile - b.Profile) })
	out := identity.KeyHolders{Total: int64(len(all)), Erased: m.tombstone[k]}
	for i, h := range all {
		if i < identity.MaxListed || h.Primary {
			out.Holders = append(out.Holders, h)
		}
	}
	return out
}

func (m *model) FindKeys(_ context.Context, keys []cx.PersonKey) ([]identity.KeyHolders, error) {
	m.calls++
	out := make([]identity.KeyHolders, len(keys))
	for i, k := range keys {
		out[i] = m.holders(k)
	}
	return out, nil
}

func (m *model) NextProfile(context.Context) (cx.ProfileID, error) { return m.next, nil }

func (m *model) Components(_ context.Context, profiles []cx.ProfileID) ([]identity.Component, error) {
	m.calls++
	var out []identity.Component
	done := map[cx.ProfileID]bool{}
	for _, p := range profiles {
		if done[p] {
			continue
		}
		reached := map[cx.ProfileID]bool{p: true}
		for grew := true; grew; {
			grew = false
			for _, l := range m.links {
				if l.Live() && !l.Apart && reached[l.A] != reached[l.B] {
					reached[l.A], reached[l.B], grew = true, true, true
				}
			}
		}
		var c identity.Component
		for q := range reached {
			done[q] = true
			c.Profiles = append(c.Profiles, q)
		}
		slices.Sort(c.Profiles)
		for _, l := range m.links {
			if reached[l.A] || reached[l.B] {
				c.Links = append(c.Links, l)
			}
		}
		out = append(out, c)
	}
	return out, nil
}

func (m *model) Assert(_ context.Context, id cx.ImportID, a identity.Assertions) error {
	m.calls++
	for _, p := range a.Profiles {
		m.next = max(m.next, p+1)
	}
	for _, k := range a.Keys {
		m.asserted[assertion{k.Profile, k.Key, id}] = true
		if k.Primary {
			m.primary[k.Profile] = k.Key
		}
	}
	for _, l := range a.Links {
		there := slices.ContainsFunc(m.links, func(o identity.Link) bool { return o.A == l.A && o.B == l.B && o.Key == l.Key && !o.Apart })
		if !there {
			m.links = append(m.links, l)
		}
	}
	for _, s := range a.Shared {
		for i, l := range m.links {
			if l.Key == s.Key && l.By == identity.ByExactKey && l.Live() {
				m.links[i].Undone, m.links[i].UndoneBy, m.links[i].UndoneReason = s.At, identity.ByExactKey, s.Reason
			}
		}
	}
	maps.Copy(m.customer, a.Customer)
	return nil
}

func (m *model) Relink(_ context.Context, links []identity.Link, customers map[cx.ProfileID]cx.CustomerID) error {
	for _, l := range links {
		at := slices.IndexFunc(m.links, func(o identity.Link) bool {
			return o.A == l.A && o.B == l.B && o.Key == l.Key && o.Apart == l.Apart && o.At.Equal(l.At)
		})
		if at < 0 {
			m.links = append(m.links, l)
		} else {
			m.links[at] = l
		}
	}
	maps.Copy(m.customer, customers)
	return nil
}

func (m *model) Keys(_ context.Context, profiles []cx.ProfileID) ([]identity.HeldKey, error) {
	var out []identity.HeldKey
	for a := range m.asserted {
		if slices.Contains(profiles, a.profile) {
			out = append(out, identity.HeldKey{Profile: a.profile, Key: a.key, Primary: m.primary[a.profile] == a.key, Import: a.of})
		}
	}
	return out, nil
}

func (m *model) Search(_ context.Context, text string, limit int) ([]cx.CustomerID, error) {
	var out []cx.CustomerID
	for a := range m.asserted {
		if c := m.customer[a.profile]; strings.Contains(a.key.Value, text) && !slices.Contains(out, c) {
			out = append(out, c)
		}
	}
	slices.Sort(out)
	return out[:min(limit, len(out))], nil
}

func (m *model) Profiles(_ context.Context, c cx.CustomerID) ([]cx.ProfileID, error) {
	var out []cx.ProfileID
	for p, of := range m.customer {
		if of == c {
			out = append(out, p)
		}
	}
	slices.Sort(out)
	return out, nil
}

func (m *model) Words(context.Context, []cx.InteractionID) (map[cx.InteractionID]identity.Words, error) {
	return nil, nil
}

func (m *model) Erase(_ context.Context, profiles []cx.ProfileID, tombstones []cx.PersonKey, _ time.Time) error {
	for _, k := range tombstones {
		m.tombstone[k] = true
	}
	m.drop(func(a assertion) bool { return slices.Contains(profiles, a.profile) })
	return nil
}

// dropImport is what a store does when an import is undone.
func (m *model) dropImport(id cx.ImportID) { m.drop(func(a assertion) bool { return a.of == id }) }

func (m *model) drop(gone func(assertion) bool) {
	lost := map[cx.PersonKey]bool{}
	for a := range m.asserted {
		if gone(a) {
			delete(m.asserted, a)
			lost[a.key] = true
		}
	}
	remains := map[cx.ProfileID]bool{}
	for a := range m.asserted {
		remains[a.profile] = true
	}
	for p := range m.customer {
		if !remains[p] {
			delete(m.customer, p)
			delete(m.primary, p)
		}
	}
	m.links = slices.DeleteFunc(m.links, func(l identity.Link) bool {
		return !remains[l.A] || !remains[l.B] || l.By == identity.ByExactKey && lost[l.Key]
	})
	for k := range lost {
		h := m.holders(k)
		m.links = append(m.links, identity.ExactLinks(k, h.Holders, h.Total, 0, time.Time{})...)
	}
	components, _ := m.Components(context.Background(), slices.Collect(maps.Keys(m.customer)))
	for _, c := range components {
		maps.Copy(m.customer, identity.Customers(c))
	}
}

// facts is a timeline without interactions, for customers that have none.
type facts struct{ erased []cx.ProfileID }

func (f *facts) Timeline(context.Context, []cx.ProfileID, identity.Cursor, int) ([]identity.Entry, error) {
	return nil, nil
}

func (f *facts) EraseProfiles(_ context.Context, profiles []cx.ProfileID) (int64, error) {
	f.erased = append(f.erased, profiles...)
	return int64(len(profiles)), nil
}

// People knows nobody: the laws of keys and links do not rest on it.
func (m *model) People(context.Context, []cx.ProfileID) (map[cx.ProfileID]identity.ProfileOf, error) {
	return map[cx.ProfileID]identity.ProfileOf{}, nil
}

// NewCustomers is not asked here.
func (m *model) NewCustomers(context.Context, cx.ProfileID) (int64, error) { return 0, nil }
