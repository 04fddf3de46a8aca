package ingest

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/ingest/rows"
)

// PersonRow is what a row of a file of people says: who somebody is. Nothing happened,
// so there is no interaction in it and nothing of it goes to the facts.
type PersonRow struct {
	Keys       []cx.PersonKey    `json:"keys"` // none = nobody can be found by it
	Person     cx.Person         `json:"person"`
	Attributes map[string]string `json:"attributes,omitempty"`
}

// MapPerson appends what a row says of a person to dst, with a mapping of people. A row
// with a bad value adds nothing and is returned as a Reject; one that the mapping skips
// adds nothing without one.
func (m *Mapper) MapPerson(row *rows.Row, dst []PersonRow) ([]PersonRow, *Reject) {
	if !m.begin(row) {
		return dst, m.rejected()
	}
	s := &m.specs[0]
	one := PersonRow{Keys: m.keys(s.customer)}
	if who := m.personOf(&s.person); who != nil {
		one.Person = *who
	}
	if m.refused != nil {
		return dst, m.rejected()
	}
	if len(m.extras) > 0 || len(row.Extra) > 0 {
		one.Attributes = m.attributes()
	}
	return append(dst, one), nil
}

// DescribePerson says in words who a row of people is.
func DescribePerson(p PersonRow) string {
	words := []string{"nobody to be found by", p.Person.String()}
	if who := people(p.Keys); who != "" {
		words[0] = who
	}
	for _, name := range slices.Sorted(maps.Keys(p.Attributes)) {
		words = append(words, name+": "+short(p.Attributes[name]))
	}
	return "person · " + strings.Join(slices.DeleteFunc(words, func(s string) bool { return s == "" }), " · ")
}

// writePeople stores who the rows of a linked batch are.
func (w *writer) writePeople(ctx context.Context, b *batch) error {
	people := gathered{at: map[cx.ProfileID]int{}}
	for i, profile := range b.profiles {
		switch profile {
		case cx.ErasedProfile:
			w.summary.Erased++
			continue
		case 0:
			w.summary.Unidentified++
			continue
		}
		if w.people.add(profile) {
			w.summary.People++
		}
		if row := &b.people[i]; row.Person != (cx.Person{}) || row.Attributes != nil {
			people.add(VaultPerson{profile, row.Person, row.Attributes})
		}
	}
	return w.im.Vault.WriteBatch(ctx, w.id, VaultBatch{People: people.list})
}

// crowd is a set of profiles, a bit for each number ever given out: an eighth of a byte
// a person, whatever the file.
type crowd []uint64

// add reports whether the profile was not there yet.
func (c *crowd) add(p cx.ProfileID) bool {
	at, bit := int(p/64), uint64(1)<<(p%64)
	if at >= len(*c) {
		*c = append(*c, make([]uint64, at+1-len(*c))...)
	}
	if (*c)[at]&bit != 0 {
		return false
	}
	(*c)[at] |= bit
	return true
}
