package identity

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// MaxHolders is how many people of one system may share a key before it says
// nothing about who they are: a family shares a phone, an office's switchboard or
// info@ address belongs to everybody.
const MaxHolders = 5

// strength orders the kinds of keys; the strongest key of a row is its profile's
// primary one.
func strength(k cx.KeyKind) int {
	switch k {
	case cx.KeySourceID:
		return 0
	case cx.KeyEmail:
		return 1
	case cx.KeyPhone:
		return 2
	case cx.KeyThread:
		return 3
	}
	return 4
}

// Primary is the key that a row's profile is found by: the strongest kind, the
// first of its kind. keys is not empty.
func Primary(keys []cx.PersonKey) cx.PersonKey {
	best := keys[0]
	for _, k := range keys[1:] {
		if strength(k.Kind) < strength(best.Kind) {
			best = k
		}
	}
	return best
}

// Shared reports whether a key is held by too many to say who somebody is: by more
// than MaxHolders profiles that one system tells apart by a key at least as
// strong, or by more than FindKeys lists.
func Shared(key cx.PersonKey, holders []Holder, total int64) bool {
	if total > MaxListed {
		return true
	}
	type system struct {
		kind      cx.KeyKind
		namespace string
	}
	apart := map[system]int{}
	for _, h := range holders {
		if strength(h.Kind) <= strength(key.Kind) {
			apart[system{h.Kind, h.Namespace}]++
			if apart[system{h.Kind, h.Namespace}] > MaxHolders {
				return true
			}
		}
	}
	return false
}

// SharedReason says to people why a shared key links nobody.
var SharedReason = fmt.Sprintf("held by more than %d people", MaxHolders)

// ExactLinks are the links that follow from who holds a key: the smallest profile
// with each other one, none when the key is shared by too many. A store that took
// keys away puts the live exact links of each such key right with it.
func ExactLinks(key cx.PersonKey, holders []Holder, total int64, id cx.ImportID, at time.Time) []Link {
	if Shared(key, holders, total) {
		return nil
	}
	profiles := make([]cx.ProfileID, len(holders))
	for i, h := range holders {
		profiles[i] = h.Profile
	}
	slices.Sort(profiles)
	var links []Link
	for _, p := range slices.Compact(profiles) {
		if p != profiles[0] {
			links = append(links, exactLink(key, profiles[0], p, id, at))
		}
	}
	return links
}

func exactLink(key cx.PersonKey, a, b cx.ProfileID, id cx.ImportID, at time.Time) Link {
	return Link{A: min(a, b), B: max(a, b), Reason: "same " + keyWords[key.Kind], Key: key, By: ByExactKey, At: at, Import: id}
}

var keyWords = map[cx.KeyKind]string{
	cx.KeySourceID: "customer number", cx.KeyEmail: "e-mail", cx.KeyPhone: "phone", cx.KeyThread: "order or ticket number",
}

// Customers says which customer each profile of a component is: the smallest
// profile among those that live links join, where nobody whom a person pulled
// apart is joined. It depends on the set of links only, not on their order: what a
// person merged joins first, then keys by strength, then likeness, and two groups stay two when
// joining them would bring together a pair that is apart.
func Customers(c Component) map[cx.ProfileID]cx.CustomerID {
	g := newGroups(c)
	for _, l := range c.Links {
		if l.Apart && l.Live() {
			g.apart = append(g.apart, [2]cx.ProfileID{l.A, l.B})
		}
	}
	for _, members := range inOrder(c.Links) {
		// Every holder joins the first one before it that it may join, so that it makes
		// no difference which of them the links happen to run between.
		for i := range members {
			for k := range i {
				if g.join(members[k], members[i]) {
					break
				}
			}
		}
	}
	out := make(map[cx.ProfileID]cx.CustomerID, len(g.members))
	for p := range g.root {
		out[p] = cx.CustomerID(g.find(p))
	}
	return out
}

// inOrder gathers live links into sets of profiles that something joins, in the
// order in which they join: each merge of a person, then each key's holders.
func inOrder(links []Link) [][]cx.ProfileID {
	live := make([]Link, 0, len(links))
	for _, l := range links {
		if l.Live() && !l.Apart {
			live = append(live, l)
		}
	}
	slices.SortFunc(live, func(x, y Link) int {
		return cmp.Or(
			cmp.Compare(rank(x), rank(y)),
			cmp.Compare(x.Key.Namespace, y.Key.Namespace), cmp.Compare(x.Key.Value, y.Key.Value),
			cmp.Compare(x.A, y.A), cmp.Compare(x.B, y.B))
	})
	var sets [][]cx.ProfileID
	for i := 0; i < len(live); {
		n := i + 1
		if live[i].Key != (cx.PersonKey{}) {
			for n < len(live) && live[n].Key == live[i].Key {
				n++
			}
		}
		var set []cx.ProfileID
		for _, l := range live[i:n] {
			set = append(set, l.A, l.B)
		}
		slices.Sort(set)
		sets = append(sets, slices.Compact(set))
		i = n
	}
	return sets
}

func rank(l Link) int {
	if l.By == ByLikeness {
		return strength("") + 1 // after every key
	}
	if l.Key == (cx.PersonKey{}) {
		return -1
	}
	return strength(l.Key.Kind)
}

// groups is a union-find whose root is the smallest member, and which refuses to
// join across a pair that is apart.
type groups struct {
	root    map[cx.ProfileID]cx.ProfileID
	members map[cx.ProfileID][]cx.ProfileID // of roots
	apart   [][2]cx.ProfileID
}

func newGroups(c Component) *groups {
	g := &groups{root: map[cx.ProfileID]cx.ProfileID{}, members: map[cx.ProfileID][]cx.ProfileID{}}
	for _, p := range c.Profiles {
		g.add(p)
	}
	for _, l := range c.Links {
		if l.Live() && !l.Apart {
			g.add(l.A)
			g.add(l.B)
		}
	}
	return g
}

func (g *groups) add(p cx.ProfileID) {
	if _, there := g.root[p]; !there {
		g.root[p] = p
		g.members[p] = []cx.ProfileID{p}
	}
}

func (g *groups) find(p cx.ProfileID) cx.ProfileID {
	for g.root[p] != p {
		p = g.root[p]
	}
	return p
}

// join reports whether the two are in one group afterwards.
func (g *groups) join(a, b cx.ProfileID) bool {
	ra, rb := g.find(a), g.find(b)
	if ra == rb {
		return true
	}
	for _, pair := range g.apart {
		if _, known := g.root[pair[0]]; !known {
			continue
		}
		if _, known := g.root[pair[1]]; !known {
			continue
		}
		x, y := g.find(pair[0]), g.find(pair[1])
		if x == ra && y == rb || x == rb && y == ra {
			return false
		}
	}
	low, high := min(ra, rb), max(ra, rb)
	for _, p := range g.members[high] {
		g.root[p] = low
	}
	g.members[low] = append(g.members[low], g.members[high]...)
	delete(g.members, high)
	return true
}
