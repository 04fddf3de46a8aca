package identity

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// Room links profiles and holds what a person decides about them. It satisfies
// ingest.Linker. It may be used by several goroutines; one at a time changes links.
type Room struct {
	vault Vault
	facts Facts
	now   func() time.Time

	mu     sync.Mutex
	of     cx.ImportID // whose cache it is
	cached *cache
	next   cx.ProfileID // next number to give out, 0 = ask the vault
}

// New makes the room from where identities and facts are kept, and a clock.
func New(vault Vault, facts Facts, now func() time.Time) *Room {
	return &Room{vault: vault, facts: facts, now: now}
}

// Forget drops what the room remembers of the vault. Whoever changes the vault's
// profiles without the room (an undo, a restore) calls it afterwards.
func (r *Room) Forget() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.forget()
}

func (r *Room) forget() { r.of, r.cached, r.next = 0, nil, 0 }

// Resolve finds or makes the profile of each row's keys, asserts the keys that the
// import has not asserted yet, and links profiles that share one: see
// ingest.Linker. Its cost grows with the new rows of keys in the batch; those that the
// import has shown lately cost a look into memory.
func (r *Room) Resolve(ctx context.Context, id cx.ImportID, source string, keys [][]cx.PersonKey, out []cx.ProfileID) error {
	if len(keys) != len(out) {
		return cx.Errorf(cx.Internal, "resolving %d rows into %d places", len(keys), len(out))
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.cached == nil || r.of != id {
		r.cached, r.of = newCache(rand.Uint64()), id
	}
	var open []int
	for i, row := range keys {
		if len(row) == 0 {
			out[i] = 0
		} else if p, known := r.cached.rows.get(r.cached.fingerprint(row)); known {
			out[i] = p
		} else {
			open = append(open, i)
		}
	}
	if len(open) == 0 {
		return nil
	}
	if err := r.resolve(ctx, id, source, keys, out, open); err != nil {
		r.forget() // what the vault holds is uncertain now
		return fmt.Errorf("finding the people of %d rows: %w", len(open), err)
	}
	return nil
}

// NextProfile is the number that the next new profile gets.
func (r *Room) NextProfile(ctx context.Context) (cx.ProfileID, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.nextNumber(ctx)
}

// NewCustomers counts the customers all of whose profiles have a number from first on.
func (r *Room) NewCustomers(ctx context.Context, first cx.ProfileID) (int64, error) {
	return r.vault.NewCustomers(ctx, first)
}

// holding is a key with who holds it, as the vault knew it and with this batch.
type holding struct {
	KeyHolders
	before int  // of Holders
	was    bool // shared by too many before this batch
}

func (r *Room) resolve(ctx context.Context, id cx.ImportID, source string, keys [][]cx.PersonKey, out []cx.ProfileID, open []int) error {
	held, order, err := r.lookUp(ctx, keys, open)
	if err != nil {
		return err
	}
	next, err := r.nextNumber(ctx)
	if err != nil {
		return err
	}
	a := Assertions{Source: source}
	told := map[HeldKey]bool{}
	for _, i := range open {
		row := keys[i]
		if slices.ContainsFunc(row, func(k cx.PersonKey) bool { return held[k].Erased }) {
			out[i] = cx.ErasedProfile
			continue
		}
		primary := Primary(row)
		p := cx.ProfileID(0)
		for _, h := range held[primary].Holders {
			if h.Primary {
				p = h.Profile
			}
		}
		if p == 0 {
			p = next
			next++
			a.Profiles = append(a.Profiles, p)
		}
		out[i] = p
		for _, k := range row {
			t := HeldKey{Profile: p, Key: k, Primary: k == primary, Source: source, Import: id}
			if told[t] {
				continue
			}
			told[t] = true
			a.Keys = append(a.Keys, t)
			held[k].add(Holder{Profile: p, Primary: k == primary, Kind: primary.Kind, Namespace: primary.Namespace})
		}
	}
	touched := r.link(&a, held, order, id)
	if err := r.settle(ctx, &a, touched); err != nil {
		return err
	}
	if err := r.vault.Assert(ctx, id, a); err != nil {
		return err
	}
	r.next = next
	for _, i := range open {
		r.cached.rows.put(r.cached.fingerprint(keys[i]), out[i])
	}
	return nil
}

// lookUp asks the vault once for all different keys of the open rows.
func (r *Room) lookUp(ctx context.Context, keys [][]cx.PersonKey, open []int) (map[cx.PersonKey]*holding, []cx.PersonKey, error) {
	held := map[cx.PersonKey]*holding{}
	var order []cx.PersonKey
	for _, i := range open {
		for _, k := range keys[i] {
			if held[k] == nil {
				held[k] = &holding{}
				order = append(order, k)
			}
		}
	}
	found, err := r.vault.FindKeys(ctx, order)
	if err != nil {
		return nil, nil, err
	}
	if len(found) != len(order) {
		return nil, nil, cx.Errorf(cx.Internal, "the vault answered %d of %d keys", len(found), len(order))
	}
	for i, k := range order {
		*held[k] = holding{KeyHolders: found[i], before: len(found[i].Holders), was: Shared(k, found[i].Holders, found[i].Total)}
	}
	return held, order, nil
}

func (r *Room) nextNumber(ctx context.Context) (cx.ProfileID, error) {
	if r.next > 0 {
		return r.next, nil
	}
	return r.vault.NextProfile(ctx)
}

// add counts a holder that the vault does not know yet.
func (h *holding) add(holder Holder) {
	for _, there := range h.Holders {
		if there.Profile == holder.Profile {
			return
		}
	}
	// With more holders than are listed it may be one of the others; the key is
	// shared by too many either way.
	if h.was && h.Total > MaxListed && !holder.Primary {
		return
	}
	h.Holders = append(h.Holders, holder)
	h.Total++
}

// link adds the links that follow from new holders and returns the profiles whose
// customer may change.
func (r *Room) link(a *Assertions, held map[cx.PersonKey]*holding, order []cx.PersonKey, id cx.ImportID) map[cx.ProfileID]bool {
	at := r.now().UTC()
	touched := map[cx.ProfileID]bool{}
	for _, k := range order {
		h := held[k]
		if len(h.Holders) == h.before || h.was {
			continue
		}
		if Shared(k, h.Holders, h.Total) {
			a.Shared = append(a.Shared, SharedKey{Key: k, At: at, Reason: SharedReason})
			for _, holder := range h.Holders[:h.before] {
				touched[holder.Profile] = true
			}
			continue
		}
		if len(h.Holders) < 2 {
			continue
		}
		smallest := slices.MinFunc(h.Holders, func(x, y Holder) int { return int(x.Profile - y.Profile) }).Profile
		for _, holder := range h.Holders[h.before:] {
			other := smallest
			if holder.Profile == smallest { // a new holder may be an old profile
				if h.before == 0 {
					continue
				}
				other = h.Holders[0].Profile
			}
			a.Links = append(a.Links, exactLink(k, other, holder.Profile, id, at))
			touched[other], touched[holder.Profile] = true, true
		}
	}
	return touched
}

// settle works out the customers of new profiles and of those whose links change.
func (r *Room) settle(ctx context.Context, a *Assertions, touched map[cx.ProfileID]bool) error {
	a.Customer = make(map[cx.ProfileID]cx.CustomerID, len(a.Profiles))
	for _, p := range a.Profiles {
		a.Customer[p] = cx.CustomerID(p)
	}
	var old []cx.ProfileID
	for _, p := range slices.Sorted(maps.Keys(touched)) {
		if _, isNew := a.Customer[p]; !isNew {
			old = append(old, p)
		}
	}
	if len(touched) == 0 {
		return nil
	}
	whole := Component{Profiles: slices.Clone(a.Profiles), Links: slices.Clone(a.Links)}
	before := map[cx.ProfileID]cx.CustomerID{}
	if len(old) > 0 {
		components, err := r.vault.Components(ctx, old)
		if err != nil {
			return err
		}
		shared := map[cx.PersonKey]bool{}
		for _, s := range a.Shared {
			shared[s.Key] = true
		}
		for _, c := range components {
			maps.Copy(before, Customers(c))
			whole.Profiles = append(whole.Profiles, c.Profiles...)
			for _, l := range c.Links {
				if l.By != ByExactKey || !shared[l.Key] {
					whole.Links = append(whole.Links, l)
				}
			}
		}
	}
	// Customers treats separate components separately, so one call does them all.
	for p, customer := range Customers(whole) {
		if was, known := before[p]; !known || was != customer {
			a.Customer[p] = customer
		}
	}
	return nil
}
