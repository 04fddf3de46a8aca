package identity

import (
	"encoding/binary"

	"github.com/zeebo/xxh3"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// fingerprint stands for the keys of a row in memory: 128 bits, so that a chance collision
// among a billion rows is about one in 10^20, seeded per process.
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

// cache remembers, for one import, what rows' keys led to: the vault has been told
// of each of them as that profile's. With both generations full it holds about 70 MB.
type cache struct {
	seed   uint64
	buffer []byte
	rows   *generations[cx.ProfileID] // by all keys of a row; ErasedProfile too
}

const maxRows = 800_000 // a generation

func newCache(seed uint64) *cache {
	return &cache{seed: seed, rows: newGenerations[cx.ProfileID](maxRows)}
}

// fingerprint of a row's keys, in their order. Each part has its length, so that no
// two rows are the same bytes.
func (c *cache) fingerprint(row []cx.PersonKey) fingerprint {
	b := c.buffer[:0]
	for i := range row {
		for _, part := range [...]string{string(row[i].Kind), row[i].Namespace, row[i].Value} {
			b = binary.AppendUvarint(b, uint64(len(part)))
			b = append(b, part...)
		}
	}
	c.buffer = b
	return xxh3.Hash128Seed(b, c.seed)
}
