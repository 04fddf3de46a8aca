package source

import (
	"regexp"
	"slices"
	"strings"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/ingest"
)

// Who answered stands in fields that companies pass into their surveys, and in what they
// ask: "What is your e-mail address?".

var (
	// leadIn is what comes before the thing asked for.
	leadIn        = regexp.MustCompile(`(?i)^(person\.)?((what( is|'s|’s)|(please )?(enter|give|tell us|provide|state)|wie (ist|lautet)|bitte) )?((your|us|ihr|ihre) )?`)
	namesCustomer = regexp.MustCompile(`(?i)^(user|customer|client|account|external)[ _-]?(id|no|number|reference)$`)
	namesFirst    = regexp.MustCompile(`(?i)^(first[ _-]?name|vorname)$`)
	namesLast     = regexp.MustCompile(`(?i)^(last[ _-]?name|surname|nachname|familienname)$`)
	namesWhole    = regexp.MustCompile(`(?i)^(full[ _-]?)?name$`)
	namesEmail    = regexp.MustCompile(`(?i)^e-?mail([ _-]?address)?$`)
	namesPhone    = regexp.MustCompile(`(?i)^(tele)?phone([ _-]?number)?$`)

	asksEmail = regexp.MustCompile(`(?i)(^|[^a-z])e-?mail|\bmail\b|courriel|adresse électronique|correo|posta elettronica`)
	asksPhone = regexp.MustCompile(`(?i)phone|\bmobile\b|telefon|handy|rufnummer|téléphone|teléfono|\bcell(ular)?\b`)
	// ofSomebodyElse asks for another person than the one who answers.
	ofSomebodyElse = regexp.MustCompile(`(?i)\bfriend|colleague|manager|supervisor|\b(his|her|their)\b|\breferr|\bfreunde?\b|\bfreundin|kolleg|vorgesetzt|\bamie?s?\b|amigo|\bamic[oi]\b`)

	looksLikeMail  = regexp.MustCompile(`^[^@\s]+@[^@\s]+\.[^@\s]+$`)
	looksLikePhone = regexp.MustCompile(`^'?\+?[(]?[0-9][0-9 ()./-]{6,20}$`)
	looksLikeDate  = regexp.MustCompile(`^([0-9]{4}-[0-9]{1,2}-|[0-9]{1,2}[./-][0-9]{1,2}[./-][0-9]{2,4}\b)`)
)

// addIdentity makes customer keys and names of columns that say who answered, and
// reports whether the column is one. words are what was asked, or the column's name. What
// asks for an e-mail or a phone must be answered so by four in five.
func addIdentity(m *ingest.Mapping, column, words string, values []string) bool {
	asked := strings.TrimRight(strings.TrimSpace(words), "?:* ")
	asked = asked[len(leadIn.FindString(asked)):]
	key := ingest.Key{Column: column}
	switch {
	case ofSomebodyElse.MatchString(words):
		return false
	case namesFirst.MatchString(asked):
		return addName(m, "first_name", column)
	case namesLast.MatchString(asked):
		return addName(m, "last_name", column)
	case namesWhole.MatchString(asked):
		return addName(m, "name", column)
	case namesEmail.MatchString(asked) && len(values) == 0, asksEmail.MatchString(words) && mostAre(values, looksLikeMail.MatchString):
		key.Kind = cx.KeyEmail
	case namesPhone.MatchString(asked), asksPhone.MatchString(words) && mostAre(values, isPhone):
		key.Kind = cx.KeyPhone
	case namesCustomer.MatchString(asked):
		key.Kind, key.Namespace = cx.KeySourceID, "customer"
	default:
		return false
	}
	if !slices.ContainsFunc(m.Customer, func(k ingest.Key) bool { return k.Column == column }) {
		m.Customer = append(m.Customer, key)
	}
	return true
}

func isPhone(v string) bool { return looksLikePhone.MatchString(v) && !looksLikeDate.MatchString(v) }

// addName takes a column for a name, the first of its kind.
func addName(m *ingest.Mapping, field, column string) bool {
	if m.Person.Fields == nil {
		m.Person.Fields = map[string]ingest.Field{}
	}
	if len(m.Person.Fields[field]) == 0 {
		m.Person.Fields[field] = ingest.Field{{Column: column}}
	}
	return true
}
