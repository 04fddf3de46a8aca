package cx

import "strings"

// Person is what a source says of who somebody is, beside their keys. It names a
// person: it stands in the vault only and goes with them. Any field may be empty.
type Person struct {
	FirstName string `json:"first_name,omitempty"`
	LastName  string `json:"last_name,omitempty"`
	Name      string `json:"name,omitempty"`       // where first and last name are not apart
	BirthDate string `json:"birth_date,omitempty"` // 2006-01-02
	Street    string `json:"street,omitempty"`     // with the house's number
	City      string `json:"city,omitempty"`
	Postcode  string `json:"postcode,omitempty"`
	Email     string `json:"email,omitempty"`
	Phone     string `json:"phone,omitempty"`
	// Number is one that everybody has of their own, but that people type: a loyalty
	// card's, a contract's, a national one.
	Number string `json:"number,omitempty"`
}

// PersonField is one field of a Person: its name in mapping files, in words, and
// where it is.
type PersonField struct {
	Name, Words string
	Of          func(*Person) *string
}

// PersonFields are the fields in the order in which people read them.
func PersonFields() []PersonField {
	return []PersonField{
		{"name", "name", func(p *Person) *string { return &p.Name }},
		{"first_name", "first name", func(p *Person) *string { return &p.FirstName }},
		{"last_name", "last name", func(p *Person) *string { return &p.LastName }},
		{"birth_date", "birth date", func(p *Person) *string { return &p.BirthDate }},
		{"street", "street", func(p *Person) *string { return &p.Street }},
		{"postcode", "postcode", func(p *Person) *string { return &p.Postcode }},
		{"city", "town", func(p *Person) *string { return &p.City }},
		{"email", "e-mail", func(p *Person) *string { return &p.Email }},
		{"phone", "phone", func(p *Person) *string { return &p.Phone }},
		{"number", "number", func(p *Person) *string { return &p.Number }},
	}
}

// Over is the person with what it lacks taken from an older word of the same source.
func (p Person) Over(older Person) Person {
	for _, f := range PersonFields() {
		if to := f.Of(&p); *to == "" {
			*to = *f.Of(&older)
		}
	}
	return p
}

// String is what is known, in the order in which people read it.
func (p *Person) String() string {
	var known []string
	for _, f := range PersonFields() {
		if v := *f.Of(p); v != "" {
			known = append(known, v)
		}
	}
	return strings.Join(known, ", ")
}
