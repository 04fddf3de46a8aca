package identity

import (
	"github.com/zeebo/xxh3"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// fingerprint stands for a key in memory: 128 bits, so that a chance collision
// among a billion keys is about one in 10^20, seeded per process.
type fingerprint = xxh3.Uint128

// generations is a bounded map that forgets what was not used lately: when the
// young map is full it becomes the old one, and what is found in the old one moves
// to the young one. A cheap stand-in for least-recently-used, without a list.
type generations[V any] struct {
	young, old map[fingerprint]V
	limit      int
}

func newGenerations[V any](limit int) *generations[V] {
	return &generations[V]{young: map[fingerprint]V{}, limit: limit}
}

func (g *generations[V]) get(f fingerprint) (V, bool) {
	if v, ok := g.young[f]; ok {
		return v, true
	}
	v, ok := g.old[f]
	if ok {
		g.put(f, v)
	}
	return v, ok
}

func (g *generations[V]) put(f fingerprint, v V) {
	if len(g.young) >= g.limit {
		g.old, g.young = g.young, make(map[fingerprint]V, g.limit/4)
	}
	g.young[f] = v
}

// cache remembers, for one import, which profile a primary key finds and which
// (profile, key) pairs the vault has been told of already. With both full it holds
// about 100 MB.
type cache struct {
	seed     uint64
	buffer   []byte
	profiles *generations[cx.ProfileID] // by primary key; Erased too
	told     *generations[struct{}]     // by profile and key
}

const (
	maxProfiles = 400_000 // a generation
	maxTold     = 800_000
)

func newCache(seed uint64) *cache {
	return &cache{seed: seed, profiles: newGenerations[cx.ProfileID](maxProfiles), told: newGenerations[struct{}](maxTold)}
}

func (c *cache) fingerprint(k cx.PersonKey) fingerprint {
	b := append(c.buffer[:0], k.Kind...)
	b = append(b, 0)
	b = append(b, k.Namespace...)
	b = append(b, 0)
	b = append(b, k.Value...)
	c.buffer = b
	return xxh3.Hash128Seed(b, c.seed)
}

// pair is the fingerprint of a key as a profile's own.
func (c *cache) pair(p cx.ProfileID, key fingerprint) fingerprint {
	mixed := (uint64(p) + 0x9e3779b97f4a7c15) * 0xbf58476d1ce4e5b9
	return fingerprint{Hi: key.Hi ^ mixed, Lo: key.Lo + (mixed ^ mixed>>31)}
}
