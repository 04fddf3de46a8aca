package likeness

import (
	"cmp"
	"slices"
)

// Looking at all pairs costs the square of the records, so only pairs are looked at
// that agree on one of several keys. A block of more than maxBlock records is not
// looked at whole: its records are put in order of names and each is held against
// its nearest neighbours (Hernández and Stolfo 1995, the sorted neighbourhood). So a
// record has at most len(rules) × maxBlock candidates, whatever the data, and cost
// grows with the records, never with the square of a block.
const (
	maxBlock = 48
	nearby   = 16 // neighbours on either side, in a larger block
)

// blockKeys are the keys of one record, 0 where what a key is made of is missing.
func (t *Table) blockKeys(r int, keys []uint64) []uint64 {
	first, last := t.first.of[r], t.last.of[r]
	firstSound, lastSound := t.firstSound[first], t.lastSound[last]
	born := t.birth[r]
	place := t.postcode.of[r]
	if place == 0 && t.city.of[r] != 0 {
		place = t.city.of[r] | 1<<31
	}
	email, phone := t.email.of[r], t.phone.of[r]
	// Either order of the two names has the same key.
	soundA, soundB := min(firstSound, lastSound), max(firstSound, lastSound)
	if firstSound == 0 || lastSound == 0 {
		soundA, soundB = 0, 0
	}
	return append(keys,
		key(1, email, 1),
		key(2, t.local[email], 1),
		key(3, t.tail[phone], 1),
		key(4, born, 1),
		key(5, born, min(firstSound, lastSound)|1<<31),
		key(6, soundA, soundB),
		key(7, lastSound, place),
		key(8, firstSound, place),
		key(9, t.street.of[r], 1),
		key(10, soundA, soundB, born/10000),
		key(11, soundA, soundB, t.city.of[r]),
		key(12, place, 1),
		key(13, firstSound, born%10000),
		key(14, lastSound, born%10000),
		key(15, lastSound, t.city.of[r]),
		key(16, t.number.of[r], 1),
	)
}

// key mixes the parts of a key; 0 when one is missing.
func key(rule uint64, parts ...uint32) uint64 {
	h := rule * 0x9e3779b97f4a7c15
	for _, p := range parts {
		if p == 0 {
			return 0
		}
		h ^= uint64(p)
		h *= 0xff51afd7ed558ccd
		h ^= h >> 32
	}
	return h | 1
}

// blockIndex is the records of one rule in order of key and rank: a record's block is
// around its place.
type blockIndex struct {
	order []uint32 // records that have a key
	place []uint32 // of each record in order; noPlace without a key
	start []uint32 // by place: where its block begins
	end   []uint32 // by place of a block's beginning: where it ends
}

const noPlace = ^uint32(0)

// block puts the records in the order of each rule's key.
func (t *Table) block() {
	n := t.Len()
	if n == 0 {
		return
	}
	var perRule [][]uint64
	var row []uint64
	for r := range n {
		row = t.blockKeys(r, row[:0])
		if perRule == nil {
			perRule = make([][]uint64, len(row))
			for i := range perRule {
				perRule[i] = make([]uint64, n)
			}
		}
		for i, k := range row {
			perRule[i][r] = k
		}
	}
	for _, keys := range perRule {
		t.index = append(t.index, indexOf(keys, t.rank))
	}
}

func indexOf(keys []uint64, rank []uint32) blockIndex {
	x := blockIndex{place: make([]uint32, len(keys))}
	for r, k := range keys {
		x.place[r] = noPlace
		if k != 0 {
			x.order = append(x.order, uint32(r))
		}
	}
	slices.SortFunc(x.order, func(a, b uint32) int {
		return cmp.Or(cmp.Compare(keys[a], keys[b]), cmp.Compare(rank[a], rank[b]))
	})
	x.start, x.end = make([]uint32, len(x.order)), make([]uint32, len(x.order))
	begin := 0
	for at, r := range x.order {
		if keys[r] != keys[x.order[begin]] {
			begin = at
		}
		x.place[r], x.start[at] = uint32(at), uint32(begin)
		x.end[begin] = uint32(at + 1)
	}
	return x
}

// around is the stretch of order that a record is held against.
func (x *blockIndex) around(r uint32) []uint32 {
	at := x.place[r]
	if at == noPlace {
		return nil
	}
	from := x.start[at]
	to := x.end[from]
	if to-from > maxBlock {
		from, to = max(from, at-min(at, nearby)), min(to, at+nearby+1)
	}
	return x.order[from:to]
}

// seen remembers which records came up for the present one, without being cleared.
type seen struct {
	mark []uint32
	now  uint32
}

func newSeen(n int) *seen { return &seen{mark: make([]uint32, n)} }

// candidates are the records that may be the same person as r, each once, in no
// particular order.
func (t *Table) candidates(r uint32, s *seen, out []uint32) []uint32 {
	s.now++
	s.mark[r] = s.now
	for i := range t.index {
		for _, other := range t.index[i].around(r) {
			if s.mark[other] != s.now {
				s.mark[other] = s.now
				out = append(out, other)
			}
		}
	}
	return out
}
