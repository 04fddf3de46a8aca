package ingest

import (
	"encoding/hex"
	"strconv"

	"github.com/zeebo/xxh3"

	"github.com/firsthand-cx/firsthand/internal/ingest/rows"
)

// contentIDs names rows whose source gives no id: by their content and by which
// occurrence of it they are, since real files hold exact duplicates.
//
// Memory is about 11 bytes per different row: 50 million rows take 550 MB. The
// set is in many small tables so that growing one does not double the whole.
type contentIDs struct {
	shards [256]hashSet
	again  map[uint64]uint32 // occurrences beyond the first
	buf    []byte
	hex    [33]byte
}

func newContentIDs() *contentIDs { return &contentIDs{again: map[uint64]uint32{}} }

// next is the id of the next row.
func (c *contentIDs) next(row *rows.Row) string {
	c.buf = c.buf[:0]
	add := func(cells []string) {
		for _, s := range cells {
			c.buf = strconv.AppendInt(c.buf, int64(len(s)), 10) // so that no two rows run into the same bytes
			c.buf = append(c.buf, ':')
			c.buf = append(c.buf, s...)
		}
	}
	if len(row.Merged) > 0 {
		for _, m := range row.Merged {
			add(m.Cells)
		}
	} else {
		add(row.Cells)
		add(row.Extra)
	}
	sum := xxh3.Hash128(c.buf)
	c.hex[0] = '~'
	b := sum.Bytes()
	hex.Encode(c.hex[1:], b[:])
	if c.shards[byte(sum.Hi)].add(sum.Lo) {
		return string(c.hex[:])
	}
	c.again[sum.Lo]++
	return string(c.hex[:]) + "#" + strconv.Itoa(int(c.again[sum.Lo])+1)
}

// hashSet is an open-addressing set of hashes; 0 is kept aside.
type hashSet struct {
	slots []uint64
	n     int
	zero  bool
}

// add reports whether h is new.
func (s *hashSet) add(h uint64) bool {
	if h == 0 {
		was := s.zero
		s.zero = true
		return !was
	}
	if s.n*10 >= len(s.slots)*8 {
		s.grow()
	}
	if !s.put(h) {
		return false
	}
	s.n++
	return true
}

func (s *hashSet) put(h uint64) bool {
	for i := int(h % uint64(len(s.slots))); ; i++ {
		if i == len(s.slots) {
			i = 0
		}
		switch s.slots[i] {
		case h:
			return false
		case 0:
			s.slots[i] = h
			return true
		}
	}
}

func (s *hashSet) grow() {
	old := s.slots
	s.slots = make([]uint64, max(64, len(old)*3/2))
	for _, h := range old {
		if h != 0 {
			s.put(h)
		}
	}
}
