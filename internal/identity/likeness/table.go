package likeness

import (
	"cmp"
	"slices"
	"strings"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// Record is what a source says of a person, as it was written. Name is used where
// first and last name are not apart.
type Record = cx.Person

// column is one field of all records: each different value once, records by its number.
type column struct {
	number map[string]uint32
	values []string // 0 is the missing one
	count  []uint32 // records that have it
	of     []uint32 // by record
	filled int
}

func newColumn() *column {
	return &column{number: map[string]uint32{}, values: []string{""}, count: []uint32{0}}
}

func (c *column) add(v string) {
	if v == "" {
		c.of = append(c.of, 0)
		return
	}
	n, known := c.number[v]
	if !known {
		n = uint32(len(c.values))
		v = strings.Clone(v)
		c.number[v] = n
		c.values = append(c.values, v)
		c.count = append(c.count, 0)
	}
	c.count[n]++
	c.filled++
	c.of = append(c.of, n)
}

// seal frees what only adding needs.
func (c *column) seal() { c.number = nil }

// share is how many of the records with this field have the value.
func (c *column) share(v uint32) float64 { return float64(c.count[v]) / float64(max(1, c.filled)) }

// derive is a number for each value, from the value.
func (c *column) derive(f func(string) uint32) []uint32 {
	out := make([]uint32, len(c.values))
	for i, v := range c.values {
		if i > 0 {
			out[i] = f(v)
		}
	}
	return out
}

// Table is records made ready to be compared. Add them, then Seal it once.
type Table struct {
	first, last, street, city, postcode, email, phone, number *column
	birth                                                     []uint32 // YYYYMMDD, 0 = missing
	births                                                    map[uint32]uint32
	bornKnown                                                 int

	// by value
	firstSound, lastSound []uint32
	local                 []uint32 // the part of an e-mail address before the @
	locals                *column
	digits                []uint32 // of an e-mail address, mixed
	localNumber           []bool   // two digits or more before the @
	tail                  []uint32 // the last seven digits of a phone number
	rank                  []uint32 // by record, in order of names: neighbours are alike

	index []blockIndex // block.go
}

// NewTable makes an empty table.
func NewTable() *Table {
	return &Table{
		first: newColumn(), last: newColumn(), street: newColumn(), city: newColumn(), postcode: newColumn(),
		email: newColumn(), phone: newColumn(), number: newColumn(), births: map[uint32]uint32{},
	}
}

// Add appends a record; records are numbered from 0 in the order they come.
func (t *Table) Add(r Record) {
	first, last := plainFirst(r.FirstName), plainName(r.LastName)
	if first == "" && last == "" && r.Name != "" {
		first, last = splitName(r.Name)
	}
	t.first.add(first)
	t.last.add(last)
	t.street.add(plainStreet(r.Street))
	t.city.add(cut(plain(r.City)))
	t.postcode.add(plainCode(r.Postcode))
	t.email.add(plainEmail(r.Email))
	t.phone.add(plainPhone(r.Phone))
	t.number.add(plainCode(r.Number))
	born := BirthDate(r.BirthDate)
	t.birth = append(t.birth, born)
	if born != 0 {
		t.births[born]++
		t.bornKnown++
	}
}

// Len is how many records there are.
func (t *Table) Len() int { return len(t.birth) }

// Seal works out what comparing needs. Nothing may be added afterwards.
func (t *Table) Seal() {
	for _, c := range []*column{t.first, t.last, t.street, t.city, t.postcode, t.email, t.phone, t.number} {
		c.seal()
	}
	t.firstSound, t.lastSound = t.first.derive(soundex), t.last.derive(soundex)
	t.locals = newColumn()
	t.local = t.email.derive(func(s string) uint32 {
		at := strings.LastIndexByte(s, '@')
		t.locals.add(s[:at])
		return t.locals.of[len(t.locals.of)-1]
	})
	t.locals.seal()
	t.localNumber = make([]bool, len(t.email.values))
	for i, s := range t.email.values {
		local, _, _ := strings.Cut(s, "@")
		t.localNumber[i] = strings.IndexAny(local, "0123456789") != strings.LastIndexAny(local, "0123456789")
	}
	t.digits = t.email.derive(func(s string) uint32 {
		n := uint32(1)
		for i := range len(s) {
			if s[i] >= '0' && s[i] <= '9' {
				n = n*31 + uint32(s[i])
			}
		}
		return n
	})
	t.tail = t.phone.derive(func(s string) uint32 {
		var n uint32
		for _, r := range s[max(0, len(s)-7):] {
			n = n*10 + uint32(r-'0')
		}
		return n + 1 // never 0
	})
	t.order()
	t.block()
}

// order ranks the records by last name, first name and birth date.
func (t *Table) order() {
	lastAt, firstAt := alphabetical(t.last), alphabetical(t.first)
	by := make([]uint32, t.Len())
	for i := range by {
		by[i] = uint32(i)
	}
	slices.SortFunc(by, func(a, b uint32) int {
		return cmp.Or(
			cmp.Compare(lastAt[t.last.of[a]], lastAt[t.last.of[b]]), cmp.Compare(firstAt[t.first.of[a]], firstAt[t.first.of[b]]),
			cmp.Compare(t.birth[a], t.birth[b]), cmp.Compare(a, b))
	})
	t.rank = make([]uint32, t.Len())
	for at, record := range by {
		t.rank[record] = uint32(at)
	}
}

// alphabetical is each value's place in the alphabet.
func alphabetical(c *column) []uint32 {
	by := make([]uint32, len(c.values))
	for i := range by {
		by[i] = uint32(i)
	}
	slices.SortFunc(by, func(a, b uint32) int { return strings.Compare(c.values[a], c.values[b]) })
	place := make([]uint32, len(by))
	for at, v := range by {
		place[v] = uint32(at)
	}
	return place
}
