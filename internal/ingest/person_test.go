package ingest

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/ingest/rows"
)

const personMapping = `source: shop
kind: order
start: {column: at, order: ymd}
customer: [{source_id: customer}]
person:
  first_name: given
  last_name: [{column: family}, {column: surname}]
  birth_date: {column: born, order: dmy}
  street: street
  email: mail
`

func TestPersonFieldsAreReadFromTheRow(t *testing.T) {
	m, err := ParseMapping("shop.yaml", []byte(personMapping))
	if err != nil {
		t.Fatal(err)
	}
	if back, err := ParseMapping("again", m.YAML()); err != nil {
		t.Fatal(err)
	} else if diff := cmp.Diff(m, back); diff != "" {
		t.Fatalf("written and read again (-before +after):\n%s", diff)
	}
	header := []string{"at", "customer", "given", "family", "surname", "born", "street", "mail", "note"}
	mapper, err := Compile(m, header, Defaults{})
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		cells []string
		want  *cx.Person
	}{
		"all of it":        {[]string{"2026-03-01", "7", "Jana", "Novak", "x", "24.06.1971", "Long Lane 5", "j@example.org", ""}, &cx.Person{FirstName: "Jana", LastName: "Novak", BirthDate: "1971-06-24", Street: "Long Lane 5", Email: "j@example.org"}},
		"the other column": {[]string{"2026-03-01", "7", "", "", "Novak", "", "", "", ""}, &cx.Person{LastName: "Novak"}},
		"guarded figures":  {[]string{"2026-03-01", "7", "", "'t Hooft", "", "", "'0610", "", ""}, &cx.Person{LastName: "'t Hooft", Street: "0610"}},
		"nothing":          {[]string{"2026-03-01", "7", "", "", "", "", "", "", ""}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			got, reject := mapper.Map(&rows.Row{Cells: c.cells}, nil)
			if reject != nil {
				t.Fatal(reject)
			}
			if diff := cmp.Diff(c.want, got[0].Person); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
	got, reject := mapper.Map(&rows.Row{Cells: []string{"2026-03-01", "7", "Jana", "", "", "31.02.1971", "", "", ""}}, nil)
	if reject != nil || got[0].Person.BirthDate != "" || mapper.Dropped["born"] != 1 {
		t.Errorf("a birth date that is none: %v, %v, %v", got, reject, mapper.Dropped)
	}
}

func TestALaterRowAddsToWhatABatchSaysOfAPerson(t *testing.T) {
	g := gathered{at: map[cx.ProfileID]int{}}
	g.add(VaultPerson{4, cx.Person{FirstName: "Jana", City: "Leeds"}, map[string]string{"orders": "1", "tag": "new"}})
	g.add(VaultPerson{5, cx.Person{FirstName: "Petr"}, nil})
	g.add(VaultPerson{4, cx.Person{City: "York", Phone: "+441134960000"}, map[string]string{"orders": "2"}})
	want := []VaultPerson{
		{4, cx.Person{FirstName: "Jana", City: "York", Phone: "+441134960000"}, map[string]string{"orders": "2", "tag": "new"}},
		{5, cx.Person{FirstName: "Petr"}, nil},
	}
	if diff := cmp.Diff(want, g.list); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestAPhoneIsOfTheCountryThatItsRowNames(t *testing.T) {
	m, err := ParseMapping("test", []byte("source: list\nrows: people\ncustomer: [{phone: tel, country: [{column: land}, {value: DE, when: {land: \"\"}}]}]\n"))
	if err != nil {
		t.Fatal(err)
	}
	if again, err := ParseMapping("again", m.YAML()); err != nil || cmp.Diff(m, again) != "" {
		t.Errorf("written and read again: %v %s", err, cmp.Diff(m, again))
	}
	mapper, err := Compile(m, []string{"tel", "land"}, Defaults{Country: "GB"})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ tel, land, want string }{
		{"0316 901822", "at", "+43316901822"},
		{"0316 901822", "DE", ""}, // which has no such town
		{"0221 9018201", "", "+492219018201"},
		{"020 7946 0018", "Britain", "+442079460018"}, // no code: the company's country
		{"+41 44 668 18 00", "AT", "+41446681800"},
	} {
		got, reject := mapper.MapPerson(&rows.Row{Cells: []string{c.tel, c.land}}, nil)
		number := ""
		if reject == nil && len(got) == 1 && len(got[0].Keys) == 1 {
			number = got[0].Keys[0].Value
		}
		if number != c.want {
			t.Errorf("%s in %q: %q, want %q", c.tel, c.land, number, c.want)
		}
	}
	if _, err := Compile(Mapping{Source: "x", Rows: "people", Spec: Spec{Customer: []Key{{Kind: cx.KeyPhone, Column: "tel", Country: Field{{Value: "Germany"}}}}}}, []string{"tel"}, Defaults{}); err == nil || !strings.Contains(err.Error(), `"Germany" is not a country`) {
		t.Errorf("a country's name instead of its code: %v", err)
	}
}

// A postcode's first letter may be guarded, too; a town's apostrophe is its own.
func TestAPostcodeNeverBeginsWithAnApostrophe(t *testing.T) {
	m, err := ParseMapping("test", []byte("source: list\nrows: people\ncustomer: [{source_id: no}]\nperson: {postcode: zip, city: town}\n"))
	if err != nil {
		t.Fatal(err)
	}
	mapper, err := Compile(m, []string{"no", "zip", "town"}, Defaults{})
	if err != nil {
		t.Fatal(err)
	}
	for written, want := range map[string]string{"'SW1A 1AA": "SW1A 1AA", "'01067": "01067", "SW1A 1AA": "SW1A 1AA"} {
		got, reject := mapper.MapPerson(&rows.Row{Cells: []string{"7", written, "'s-Hertogenbosch"}}, nil)
		if reject != nil || got[0].Person.Postcode != want || got[0].Person.City != "'s-Hertogenbosch" {
			t.Errorf("%s: %+v, %v", written, got, reject)
		}
	}
}
