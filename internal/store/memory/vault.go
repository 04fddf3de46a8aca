package memory

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/identity"
	"github.com/firsthand-cx/firsthand/internal/ingest"
)

var (
	_ ingest.Vault   = (*Vault)(nil)
	_ identity.Vault = (*Vault)(nil)
)

// Vault is the vault as lists of what each import said.
type Vault struct {
	facts *Facts // told of customers and erasures at once

	mu         sync.Mutex
	last       cx.ImportID
	lastPerson cx.ProfileID
	running    map[cx.ImportID]bool
	words      []wordsRow
	people     []personRow
	said       []assertion
	links      []identity.Link
	customers  map[cx.ProfileID]cx.CustomerID
	tombstones map[cx.PersonKey]bool
}

type wordsRow struct {
	id      cx.InteractionID
	im      cx.ImportID
	profile cx.ProfileID
	words   identity.Words
}

type personRow struct {
	im cx.ImportID
	ingest.VaultPerson
}

type assertion struct {
	profile cx.ProfileID
	key     cx.PersonKey
	primary bool
	source  string
	im      cx.ImportID
}

// NewVault makes an empty vault beside facts.
func NewVault(facts *Facts) *Vault {
	return &Vault{facts: facts, running: map[cx.ImportID]bool{}, customers: map[cx.ProfileID]cx.CustomerID{}, tombstones: map[cx.PersonKey]bool{}}
}

// BeginImport numbers an import.
func (v *Vault) BeginImport(context.Context, ingest.Header) (cx.ImportID, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.last++
	v.running[v.last] = true
	return v.last, nil
}

// WriteBatch keeps the words of a batch.
func (v *Vault) WriteBatch(_ context.Context, id cx.ImportID, b ingest.VaultBatch) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	if !v.running[id] {
		return cx.Errorf(cx.Conflict, "import %d is not running", id)
	}
	for _, t := range b.Texts {
		v.words = append(v.words, wordsRow{t.Interaction, id, t.Profile, identity.Words{Texts: slices.Clone(t.Texts)}})
	}
	for _, p := range b.People {
		p.Attributes = maps.Clone(p.Attributes)
		v.people = append(v.people, personRow{id, p})
	}
	for _, a := range b.Attributes {
		v.words = append(v.words, wordsRow{a.Interaction, id, a.Profile, identity.Words{Attributes: maps.Clone(a.Attributes)}})
	}
	return nil
}

// IndexImport has nothing to do: maps are their own index.
func (v *Vault) IndexImport(context.Context, cx.ImportID) error { return nil }

// FinishImport marks it applied.
func (v *Vault) FinishImport(_ context.Context, id cx.ImportID, _ ingest.Summary) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	delete(v.running, id)
	return nil
}

// DropImport forgets what the import said and works everything out again.
func (v *Vault) DropImport(ctx context.Context, id cx.ImportID) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	delete(v.running, id)
	v.words = slices.DeleteFunc(v.words, func(w wordsRow) bool { return w.im == id })
	v.people = slices.DeleteFunc(v.people, func(p personRow) bool { return p.im == id })
	type pair struct {
		profile cx.ProfileID
		key     cx.PersonKey
	}
	lost := map[pair]bool{}
	for _, a := range v.said {
		if a.im == id {
			lost[pair{a.profile, a.key}] = true
		}
	}
	v.said = slices.DeleteFunc(v.said, func(a assertion) bool { return a.im == id })
	held := map[cx.ProfileID]bool{}
	for _, a := range v.said {
		held[a.profile] = true
		delete(lost, pair{a.profile, a.key})
	}
	keys := map[cx.PersonKey]bool{} // that somebody holds no more
	for l := range lost {
		keys[l.key] = true
	}
	for p := range v.customers {
		if !held[p] {
			delete(v.customers, p)
		}
	}
	v.links = slices.DeleteFunc(v.links, func(l identity.Link) bool {
		return !held[l.A] || !held[l.B] || l.By == identity.ByExactKey && keys[l.Key]
	})
	for key := range keys {
		h := v.holders(key)
		v.links = append(v.links, identity.ExactLinks(key, h.Holders, h.Total, id, time.Time{})...)
	}
	for _, c := range v.components(slices.Collect(maps.Keys(held))) {
		maps.Copy(v.customers, identity.Customers(c))
	}
	return v.facts.Mirror(ctx, v.customers)
}

func (v *Vault) holders(key cx.PersonKey) identity.KeyHolders {
	found := map[cx.ProfileID]*identity.Holder{}
	for _, a := range v.said {
		if a.key != key {
			continue
		}
		if found[a.profile] == nil {
			primary := v.primary(a.profile)
			found[a.profile] = &identity.Holder{Profile: a.profile, Kind: primary.Kind, Namespace: primary.Namespace}
		}
		found[a.profile].Primary = found[a.profile].Primary || a.primary
	}
	out := identity.KeyHolders{Total: int64(len(found)), Erased: v.tombstones[key]}
	for _, h := range found {
		out.Holders = append(out.Holders, *h)
	}
	slices.SortFunc(out.Holders, func(a, b identity.Holder) int { return cmp.Compare(a.Profile, b.Profile) })
	if len(out.Holders) > identity.MaxListed {
		slices.SortStableFunc(out.Holders, func(a, b identity.Holder) int {
			if a.Primary == b.Primary {
				return 0
			} else if a.Primary {
				return -1
			}
			return 1
		})
		out.Holders = out.Holders[:identity.MaxListed]
	}
	return out
}

func (v *Vault) primary(p cx.ProfileID) cx.PersonKey {
	for _, a := range v.said {
		if a.profile == p && a.primary {
			return a.key
		}
	}
	return cx.PersonKey{}
}

// FindKeys says who holds each key.
func (v *Vault) FindKeys(_ context.Context, keys []cx.PersonKey) ([]identity.KeyHolders, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	out := make([]identity.KeyHolders, len(keys))
	for i, k := range keys {
		out[i] = v.holders(k)
	}
	return out, nil
}

// NextProfile is the first number never given out.
func (v *Vault) NextProfile(context.Context) (cx.ProfileID, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.lastPerson + 1, nil
}

// NewCustomers counts the customers all of whose profiles have a number from first on.
func (v *Vault) NewCustomers(_ context.Context, first cx.ProfileID) (int64, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	oldest := map[cx.CustomerID]cx.ProfileID{}
	for p, c := range v.customers {
		if was, there := oldest[c]; !there || p < was {
			oldest[c] = p
		}
	}
	var n int64
	for _, p := range oldest {
		if p >= first {
			n++
		}
	}
	return n, nil
}

// Components follows live links.
func (v *Vault) Components(_ context.Context, profiles []cx.ProfileID) ([]identity.Component, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.components(profiles), nil
}

func (v *Vault) components(profiles []cx.ProfileID) []identity.Component {
	var out []identity.Component
	done := map[cx.ProfileID]bool{}
	for _, start := range slices.Sorted(slices.Values(profiles)) {
		if done[start] {
			continue
		}
		members := map[cx.ProfileID]bool{start: true}
		for grown := true; grown; {
			grown = false
			for _, l := range v.links {
				if l.Live() && !l.Apart && members[l.A] != members[l.B] {
					members[l.A], members[l.B], grown = true, true, true
				}
			}
		}
		c := identity.Component{Profiles: slices.Sorted(maps.Keys(members))}
		for _, l := range v.links {
			if members[l.A] || members[l.B] {
				c.Links = append(c.Links, l)
			}
		}
		maps.Copy(done, members)
		out = append(out, c)
	}
	return out
}

// Assert keeps what an import said about people.
func (v *Vault) Assert(ctx context.Context, id cx.ImportID, a identity.Assertions) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	if !v.running[id] {
		return cx.Errorf(cx.Conflict, "import %d is not running", id)
	}
	for _, p := range a.Profiles {
		v.lastPerson = max(v.lastPerson, p)
		v.customers[p] = cx.CustomerID(p)
	}
	for _, k := range a.Keys {
		said := assertion{k.Profile, k.Key, k.Primary, a.Source, id}
		if !slices.Contains(v.said, said) {
			v.said = append(v.said, said)
		}
	}
	for _, l := range a.Links {
		if !slices.ContainsFunc(v.links, func(o identity.Link) bool {
			return o.A == l.A && o.B == l.B && o.Key == l.Key && o.Apart == l.Apart
		}) {
			v.links = append(v.links, l)
		}
	}
	for _, shared := range a.Shared {
		for i := range v.links {
			if l := &v.links[i]; l.Key == shared.Key && l.Live() && !l.Apart && l.By == identity.ByExactKey {
				l.Undone, l.UndoneBy, l.UndoneReason = shared.At, identity.ByExactKey, shared.Reason
			}
		}
	}
	maps.Copy(v.customers, a.Customer)
	return v.facts.Mirror(ctx, a.Customer)
}

// Relink keeps what a person decided.
func (v *Vault) Relink(ctx context.Context, links []identity.Link, customers map[cx.ProfileID]cx.CustomerID) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	for _, l := range links {
		at := slices.IndexFunc(v.links, func(o identity.Link) bool {
			return o.A == l.A && o.B == l.B && o.Key == l.Key && o.Apart == l.Apart && o.At.Equal(l.At)
		})
		if at < 0 {
			v.links = append(v.links, l)
		} else {
			v.links[at] = l
		}
	}
	maps.Copy(v.customers, customers)
	return v.facts.Mirror(ctx, customers)
}

// Keys lists the keys of profiles.
func (v *Vault) Keys(_ context.Context, profiles []cx.ProfileID) ([]identity.HeldKey, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	first := map[assertion]assertion{} // by profile and key
	for _, a := range v.said {
		k := assertion{profile: a.profile, key: a.key}
		if was, ok := first[k]; slices.Contains(profiles, a.profile) {
			if !ok || a.im < was.im {
				a.primary = a.primary || was.primary
				first[k] = a
			}
		}
	}
	var out []identity.HeldKey
	for _, a := range first {
		out = append(out, identity.HeldKey{Profile: a.profile, Key: a.key, Primary: a.primary, Source: a.source, Import: a.im})
	}
	slices.SortFunc(out, func(a, b identity.HeldKey) int {
		first := func(k identity.HeldKey) int {
			if k.Primary {
				return 0
			}
			return 1
		}
		return cmp.Or(cmp.Compare(a.Profile, b.Profile), cmp.Compare(first(a), first(b)),
			cmp.Compare(a.Key.Kind, b.Key.Kind), cmp.Compare(a.Key.Namespace, b.Key.Namespace), cmp.Compare(a.Key.Value, b.Key.Value))
	})
	return out, nil
}

// People are what sources say of who profiles are, the newest import's word first.
func (v *Vault) People(_ context.Context, profiles []cx.ProfileID) (map[cx.ProfileID]identity.ProfileOf, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	out := map[cx.ProfileID]identity.ProfileOf{}
	for _, p := range v.people { // in order of imports, and of rows in one
		if !slices.Contains(profiles, p.Profile) {
			continue
		}
		who := identity.ProfileOf{Profile: p.Profile, Person: p.Person.Over(out[p.Profile].Person), Attributes: map[string]string{}}
		maps.Copy(who.Attributes, out[p.Profile].Attributes)
		maps.Copy(who.Attributes, p.Attributes)
		out[p.Profile] = who
	}
	return out, nil
}

// Search finds customers by a part of a key.
func (v *Vault) Search(_ context.Context, text string, limit int) ([]cx.CustomerID, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	found := map[cx.CustomerID]bool{}
	for _, a := range v.said {
		if strings.Contains(strings.ToLower(a.key.Value), strings.ToLower(text)) {
			found[v.customers[a.profile]] = true
		}
	}
	out := slices.Sorted(maps.Keys(found))
	return out[:min(limit, len(out))], nil
}

// Profiles are all profiles of a customer.
func (v *Vault) Profiles(_ context.Context, c cx.CustomerID) ([]cx.ProfileID, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	var out []cx.ProfileID
	for p, of := range v.customers {
		if of == c {
			out = append(out, p)
		}
	}
	slices.Sort(out)
	return out, nil
}

// Words are the words of interactions, of their current version.
func (v *Vault) Words(_ context.Context, ids []cx.InteractionID) (map[cx.InteractionID]identity.Words, error) {
	v.facts.mu.Lock()
	current := v.facts.fold()
	v.facts.mu.Unlock()
	v.mu.Lock()
	defer v.mu.Unlock()
	out := map[cx.InteractionID]identity.Words{}
	for _, w := range v.words {
		if !slices.Contains(ids, w.id) || current[w.id].Import != w.im {
			continue
		}
		of := out[w.id]
		if w.words.Texts != nil {
			of.Texts = w.words.Texts
		}
		if w.words.Attributes != nil {
			of.Attributes = w.words.Attributes
		}
		out[w.id] = of
	}
	return out, nil
}

// Erase forgets profiles, but for tombstones of their keys.
func (v *Vault) Erase(ctx context.Context, profiles []cx.ProfileID, tombstones []cx.PersonKey, _ time.Time) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	for _, k := range tombstones {
		v.tombstones[k] = true
	}
	theirs := func(p cx.ProfileID) bool { return slices.Contains(profiles, p) }
	v.words = slices.DeleteFunc(v.words, func(w wordsRow) bool { return theirs(w.profile) })
	v.people = slices.DeleteFunc(v.people, func(p personRow) bool { return theirs(p.Profile) })
	v.said = slices.DeleteFunc(v.said, func(a assertion) bool { return theirs(a.profile) })
	v.links = slices.DeleteFunc(v.links, func(l identity.Link) bool { return theirs(l.A) || theirs(l.B) })
	for _, p := range profiles {
		delete(v.customers, p)
	}
	_, err := v.facts.EraseProfiles(ctx, profiles)
	return err
}
