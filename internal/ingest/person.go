package ingest

import (
	"maps"
	"strings"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// person is a compiled Person.
type person struct {
	born   []timeField
	fields []personField
}

type personField struct {
	field   field
	of      func(*cx.Person) *string
	unguard func(string) string
}

func (m *Mapper) person(p Person) (out person, err error) {
	if out.born, err = m.timeFields(p.Born); err != nil {
		return out, err
	}
	for _, f := range cx.PersonFields() {
		if len(p.Fields[f.Name]) == 0 {
			continue
		}
		compiled, err := m.field(p.Fields[f.Name])
		if err != nil {
			return out, err
		}
		unguard := unguarded
		if f.Name == "postcode" {
			unguard = unguardedPostcode
		}
		out.fields = append(out.fields, personField{compiled, f.Of, unguard})
	}
	return out, nil
}

// longestField bounds what a person's field may hold: it is for words, not for texts.
const longestField = 200

// personOf is what the present row says of who somebody is. It never sets a row aside:
// a birth date that cannot be read is left out and counted.
func (m *Mapper) personOf(p *person) *cx.Person {
	if len(p.fields) == 0 && len(p.born) == 0 {
		return nil
	}
	var who cx.Person
	for i := range p.fields {
		v := p.fields[i].unguard(m.value(&p.fields[i].field))
		if len(v) > longestField {
			v = strings.ToValidUTF8(v[:longestField], "")
		}
		*p.fields[i].of(&who) = strings.Clone(v)
	}
	who.BirthDate = m.birthDate(p.born)
	if who == (cx.Person{}) {
		return nil
	}
	return &who
}

// unguarded takes off the apostrophe by which exports keep spreadsheets from reading a
// postcode, a phone or a number as a figure; 's-Hertogenbosch keeps its own.
func unguarded(v string) string {
	if len(v) > 1 && v[0] == '\'' && strings.IndexByte("+0123456789", v[1]) >= 0 {
		return v[1:]
	}
	return v
}

// unguardedPostcode takes it off letters too: no postcode begins with one ('SW1A 1AA).
func unguardedPostcode(v string) string { return strings.TrimPrefix(v, "'") }

func (m *Mapper) birthDate(fields []timeField) string {
	for i := range fields {
		f := &fields[i]
		if !m.has(f) {
			continue
		}
		// A date that no clock reads is no reason to set the row aside.
		before := m.refused
		t, _, ok := m.timeOf(fields[i:i+1], time.Time{})
		if m.refused != before || !ok {
			m.refused = before
			m.Dropped[f.name]++
			return ""
		}
		return t.In(f.reader.zone.loc).Format("2006-01-02")
	}
	return ""
}

// gathered is one Person for each profile of a batch, the last word of each field.
type gathered struct {
	at   map[cx.ProfileID]int
	list []VaultPerson
}

func (g *gathered) add(p VaultPerson) {
	i, there := g.at[p.Profile]
	if !there {
		g.at[p.Profile] = len(g.list)
		g.list = append(g.list, p)
		return
	}
	before := &g.list[i]
	before.Person = p.Person.Over(before.Person)
	if before.Attributes == nil {
		before.Attributes = p.Attributes
		return
	}
	maps.Copy(before.Attributes, p.Attributes)
}
