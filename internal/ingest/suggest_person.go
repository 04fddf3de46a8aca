package ingest

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// personWords are the words by which the columns of who somebody is are known, and what
// their values must look like; in the order in which they are looked for.
var personWords = []struct {
	field string
	words []string
	whole []string // these count only where they are the whole name
	fits  func(column) bool
}{
	{"birth_date", birthWords, nil, column.isDate},
	{
		"first_name",
		[]string{"first name", "given name", "firstname", "forename", "vorname", "prénom", "voornaam", "primeiro nome"},
		[]string{"first", "given", "nombre"},
		column.isName,
	},
	{
		"last_name",
		[]string{"last name", "surname", "family name", "lastname", "nachname", "familienname", "zuname", "nom de famille", "apellido", "apellidos", "cognome", "achternaam", "sobrenome"},
		[]string{"last", "family"},
		column.isName,
	},
	{
		"name",
		[]string{"full name", "fullname", "customer name", "client name", "contact name", "member name", "cardholder", "kundenname", "kontaktname", "name des kunden", "nom du client", "nombre del cliente"},
		[]string{"name", "customer", "client", "kunde", "ansprechpartner", "nom", "nome", "naam"},
		column.isName,
	},
	{
		"street",
		[]string{"street", "street address", "address line 1", "address 1", "address1", "straße", "strasse", "anschrift", "rue", "calle", "indirizzo", "straat", "rua"},
		[]string{"address", "adresse", "dirección", "adres", "endereço"},
		column.isStreet,
	},
	{
		"postcode",
		[]string{"postcode", "post code", "postal code", "zip", "zip code", "zipcode", "plz", "postleitzahl", "code postal", "código postal"},
		[]string{"cap", "cp"},
		column.isPostcode,
	},
	{
		"city",
		[]string{"city", "town", "suburb", "locality", "wohnort", "stadt", "ville", "ciudad", "città", "woonplaats", "cidade"},
		[]string{"ort", "plaats"},
		column.isName,
	},
	{
		"number",
		[]string{
			"soc sec", "ssn", "social security", "national id", "national insurance", "tax id", "passport", "loyalty card", "contract number", "contract no",
			"versicherungsnummer", "sozialversicherungsnummer", "steuernummer", "vertragsnummer", "kundenkarte", "kartennummer",
		},
		nil,
		column.isNumber,
	},
}

var birthWords = []string{
	"date of birth", "birth date", "birthdate", "birthday", "dob", "born", "geburtsdatum", "geburtstag", "geboren", "date de naissance",
	"fecha de nacimiento", "data di nascita", "geboortedatum", "data de nascimento",
}

// sinceWords name dates that a list of people has without anything having happened on them
// that a customer would tell of.
var sinceWords = []string{
	"created", "created at", "registered", "registered at", "signup", "sign up", "joined", "member since", "customer since", "updated", "updated at",
	"modified", "last modified", "last update", "angelegt", "angelegt am", "erstellt", "erstellt am", "registriert", "kunde seit", "mitglied seit", "geändert",
}

var countryWords = []string{"country code", "country", "ländercode", "land", "pays", "país", "paese", "nazione"}

// who takes the columns that say who somebody is. An address alone is nobody's: a shop
// has one too.
func (s *suggester) who() {
	found := map[string]column{}
	for _, p := range personWords {
		free := func(c column) bool { return p.fits(c) && !c.namedAny(employeeWords) && !taken(found, c) }
		c, ok := s.find(p.words, free)
		if !ok {
			c, ok = s.find(p.whole, func(c column) bool { return c.wholeName(p.whole) && free(c) })
		}
		if ok {
			found[p.field] = c
		}
	}
	_, first := found["first_name"]
	_, last := found["last_name"]
	_, name := found["name"]
	_, born := found["birth_date"]
	if !first && !last && !name && !born {
		return
	}
	m := &s.out.Mapping
	for _, p := range personWords {
		c, ok := found[p.field]
		if !ok || p.field == "name" && first && last {
			continue
		}
		why := "by its name and its values"
		if p.field == "birth_date" {
			t := Time{Column: c.name, Order: c.order}
			if why = "dates in the order " + c.order; c.ambiguousDate {
				t.Order, why = dmy, "dates; day before month is a guess, since no day is above 12: check it"
			}
			m.Person.Born = []Time{t}
		} else {
			s.personField(p.field, c)
		}
		s.take(c, "person: "+p.field, why)
	}
}

func taken(found map[string]column, c column) bool {
	for _, other := range found {
		if other.index == c.index {
			return true
		}
	}
	return false
}

func (s *suggester) personField(field string, c column) {
	m := &s.out.Mapping
	if m.Person.Fields == nil {
		m.Person.Fields = map[string]Field{}
	}
	if len(m.Person.Fields[field]) == 0 {
		m.Person.Fields[field] = Field{{Column: c.name}}
	}
}

// knows reports whether anything but an address says who somebody is.
func (s *suggester) knows() bool {
	return len(s.out.Mapping.Person.Fields) > 0 || len(s.out.Mapping.Person.Born) > 0
}

// listsPeople reports whether the rows are people and nothing that happened: nothing says
// when, or only since when somebody is known, each row has somebody of its own and there
// are no words, tickets or orders.
func (s *suggester) listsPeople() (why string, ok bool) {
	if !s.knows() || !slices.ContainsFunc(s.columns, func(c column) bool { return s.names(c) }) {
		return "", false
	}
	since := ""
	for _, c := range s.columns {
		switch {
		case s.taken[c.index] || !c.isDate():
		case !c.namedAny(sinceWords):
			return "", false
		default:
			since = c.name
		}
	}
	if since == "" {
		return "they say who people are, and nothing says when anything happened", true
	}
	apart := slices.ContainsFunc(s.columns, func(c column) bool { return s.names(c) && c.unique() })
	happened := slices.ContainsFunc(s.columns, func(c column) bool {
		return c.prose || c.namedAny(threadWords) || c.namedAny([]string{"order", "ticket", "invoice", "call", "bestellung", "rechnung", "anruf"})
	})
	return fmt.Sprintf("each is somebody else, and %s only says since when they are known", since), apart && !happened
}

// names reports whether a free column names a person by a key.
func (s *suggester) names(c column) bool {
	return !s.taken[c.index] && (c.email || c.phone || c.isNumber() && (c.namedAny(customerWords) || c.namedAny(idWords) && c.unique()))
}

// people proposes a mapping of people: their keys beside who they are.
func (s *suggester) people(why string) {
	m := &s.out.Mapping
	m.Rows = peopleRows
	s.out.Guesses = append(s.out.Guesses, Guess{As: "rows: people", Why: why})
	id := func(c column) bool { return c.isNumber() && !c.email && !c.phone }
	c, ok := s.find(customerWords, id)
	if !ok {
		c, ok = s.find(idWords, func(c column) bool { return id(c) && c.unique() })
	}
	if ok {
		m.Customer = append(m.Customer, Key{Kind: cx.KeySourceID, Column: c.name})
		s.take(c, "customer: source_id", "everybody has one of their own")
	}
	s.contacts()
}

func (c column) isDate() bool { return c.order != "" || c.ambiguousDate }

// isNumber reports whether the values can be numbers that people have: short, and one word
// where there is no digit in it.
func (c column) isNumber() bool {
	return c.filled > 0 && !c.isDate() && c.most(func(v string) bool {
		return len(v) <= 40 && (strings.ContainsFunc(v, unicode.IsDigit) || !strings.Contains(v, " "))
	})
}

// isName reports whether the values can be names of people or places.
func (c column) isName() bool {
	return c.filled > 0 && !c.isDate() && !c.email && c.most(func(v string) bool {
		return len(v) <= 80 && !strings.ContainsFunc(v, unicode.IsDigit) && strings.ContainsFunc(v, unicode.IsLetter) && !strings.ContainsAny(v, "@/\\:;=_")
	})
}

func (c column) isStreet() bool {
	return c.filled > 0 && !c.isDate() && !c.email && c.most(func(v string) bool {
		return strings.ContainsFunc(v, unicode.IsLetter) && !strings.ContainsAny(v, "@\\:;=_")
	})
}

func (c column) isPostcode() bool {
	return c.filled > 0 && !c.isDate() && c.most(func(v string) bool { return len(v) <= 12 && strings.ContainsFunc(v, unicode.IsDigit) })
}

func (c column) isRegion() bool { return c.filled > 0 && c.most(isRegion) }

// most reports whether four in five of the different values hold.
func (c column) most(holds func(string) bool) bool {
	n := 0
	for _, v := range c.values {
		if holds(v) {
			n++
		}
	}
	return n*10 >= len(c.values)*8
}

// wholeName reports whether one of the words is the column's whole name.
func (c column) wholeName(list []string) bool {
	return slices.Contains(list, strings.Join(c.words, " "))
}
