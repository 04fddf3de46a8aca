package ingest

import (
	"net/mail"
	"strings"

	"github.com/nyaruka/phonenumbers"
	"golang.org/x/net/idna"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// NormalEmail is an e-mail address as it is compared: without space, name and
// capitals, the domain in its ASCII form. ok is false for what is no address.
func NormalEmail(s string) (string, bool) {
	s = strings.TrimSpace(s)
	if s == "" || len(s) > 320 {
		return "", false
	}
	if plainAddress(s) {
		return strings.ToLower(s), true
	}
	a, err := mail.ParseAddress(s)
	if err != nil {
		return "", false
	}
	local, domain, ok := cutLast(a.Address, '@')
	if !ok {
		return "", false
	}
	ascii, err := idna.Lookup.ToASCII(domain)
	if err != nil || !strings.Contains(ascii, ".") {
		return "", false
	}
	return strings.ToLower(local) + "@" + strings.ToLower(ascii), true
}

// plainAddress is the quick way for name@host.tld in plain ASCII.
func plainAddress(s string) bool {
	at, dot := -1, -1
	for i := range len(s) {
		switch c := s[i]; {
		case c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || isDigit(c):
		case c == '.':
			if i == 0 || s[i-1] == '.' || s[i-1] == '@' || i == len(s)-1 || s[i+1] == '@' {
				return false
			}
			dot = i
		case c == '-' || c == '_' || c == '+':
			if at >= 0 && (c != '-' || i == at+1) {
				return false
			}
		case c == '@':
			if at >= 0 || i == 0 {
				return false
			}
			at = i
		default:
			return false
		}
	}
	return at > 0 && dot > at && dot < len(s)-1
}

func cutLast(s string, b byte) (before, after string, ok bool) {
	if i := strings.LastIndexByte(s, b); i >= 0 {
		return s[:i], s[i+1:], true
	}
	return s, "", false
}

// NormalPhone is a phone number in E.164. country is used for numbers written
// without one. ok is false for what cannot be a number there.
func NormalPhone(s, country string) (string, bool) {
	s = strings.TrimLeft(strings.TrimSpace(s), "'") // spreadsheets guard a leading + so
	if len(s) < 3 || len(s) > 64 {
		return "", false
	}
	if strings.HasPrefix(s, "00") {
		s = "+" + s[2:]
	}
	n, err := phonenumbers.Parse(s, country)
	if err != nil || !phonenumbers.IsValidNumber(n) {
		return "", false
	}
	return phonenumbers.Format(n, phonenumbers.E164), true
}

// personKey is a compiled Key.
type personKey struct {
	kind      cx.KeyKind
	column    int
	name      string // of the column
	namespace string
	country   field // upper case where it is constant
	when      condition
}

func (m *Mapper) personKeys(list []Key) ([]personKey, error) {
	var out []personKey
	for _, k := range list {
		compiled := personKey{kind: k.Kind, name: k.Column, namespace: k.Namespace}
		var err error
		if compiled.column, err = m.column(k.Column); err != nil {
			return nil, err
		}
		if compiled.when, err = m.condition(k.When); err != nil {
			return nil, err
		}
		switch k.Kind {
		case cx.KeySourceID, cx.KeyThread:
			if compiled.namespace == "" {
				compiled.namespace = m.mapping.Source
			}
		case cx.KeyPhone:
			if compiled.country, err = m.field(k.Country); err != nil {
				return nil, err
			}
			if c := compiled.country.constant; compiled.country.isConstant && c != "" && !isRegion(c) {
				return nil, cx.Errorf(cx.Invalid, "customer phone: %q is not a country", c).
					WithRemedy("Use a code of two letters, such as DE, or {column: …} where the file has one.")
			}
		}
		out = append(out, compiled)
	}
	return out, nil
}

// isRegion reports whether a text is a country's code of two letters.
func isRegion(s string) bool {
	return len(s) == 2 && phonenumbers.GetCountryCodeForRegion(strings.ToUpper(s)) != 0
}

// regionOf is the country of a phone number that names none: the row's or the mapping's,
// else the company's.
func (m *Mapper) regionOf(f *field) string {
	if c := m.value(f); isRegion(c) {
		return strings.ToUpper(c)
	}
	return m.defaults.Country
}

// keys are the normalised customer keys of the present row.
func (m *Mapper) keys(list []personKey) []cx.PersonKey {
	from := len(m.keyArena)
	for i := range list {
		k := &list[i]
		if len(k.when) > 0 && !m.holds(k.when) {
			continue
		}
		raw := m.cell(k.column)
		if raw == "" || m.isNobody(raw) {
			continue
		}
		value, ok := "", true
		switch k.kind {
		case cx.KeyEmail:
			value, ok = NormalEmail(raw)
		case cx.KeyPhone:
			value, ok = m.phone(raw, m.regionOf(&k.country))
		default:
			value = unguarded(raw)
		}
		if !ok {
			if m.mapping.BadKeys == rejectKeys {
				m.refuse(k.name, raw, "not "+keyWords[k.kind])
				return nil
			}
			m.Dropped[k.name]++
			continue
		}
		m.keyArena = append(m.keyArena, cx.PersonKey{Kind: k.kind, Namespace: k.namespace, Value: value})
	}
	if len(m.keyArena) == from {
		return nil
	}
	return m.keyArena[from:len(m.keyArena):len(m.keyArena)]
}

const rejectKeys = "reject"

var keyWords = map[cx.KeyKind]string{cx.KeyEmail: "an e-mail address", cx.KeyPhone: "a phone number"}

func (m *Mapper) isNobody(v string) bool {
	for _, n := range m.mapping.Nobody {
		if strings.EqualFold(n, v) {
			return true
		}
	}
	return false
}

// phoneText is a number as it was written, and where.
type phoneText struct{ raw, country string }

type phoneResult struct {
	number string
	ok     bool
}

// phone remembers what it read: parsing a number costs some ten microseconds,
// and callers call again.
func (m *Mapper) phone(raw, country string) (string, bool) {
	if known, ok := m.phones[phoneText{raw, country}]; ok {
		return known.number, known.ok
	}
	n, ok := NormalPhone(raw, country)
	if len(m.phones) >= maxInterned {
		clear(m.phones)
	}
	m.phones[phoneText{strings.Clone(raw), strings.Clone(country)}] = phoneResult{n, ok}
	return n, ok
}
