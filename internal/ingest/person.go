package ingest

import (
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
	field field
	of    func(*cx.Person) *string
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
		out.fields = append(out.fields, personField{compiled, f.Of})
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
		v := m.value(&p.fields[i].field)
		if len(v) > 1 && v[0] == '\'' && strings.IndexByte("+0123456789", v[1]) >= 0 {
			v = v[1:] // it guards a postcode or a phone from spreadsheets; 's-Hertogenbosch keeps its own
		}
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

func (g *gathered) add(profile cx.ProfileID, p *cx.Person) {
	i, there := g.at[profile]
	if !there {
		g.at[profile] = len(g.list)
		g.list = append(g.list, VaultPerson{profile, *p})
		return
	}
	g.list[i].Person = p.Over(g.list[i].Person)
}
