package ingest

import (
	"encoding/csv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/firsthand-cx/firsthand/internal/ingest/rows"
)

func TestWhoSomebodyIsIsProposedFromNamesAndValues(t *testing.T) {
	cases := []struct{ name, file, want string }{
		{
			"a German list of customers",
			`Kundennummer,Anrede,Vorname,Nachname,Geburtsdatum,Straße,PLZ,Ort,Land,E-Mail,Telefon,Kunde seit
K-1,Frau,Jana,Novák,24.06.1971,Lange Gasse 5,01067,Dresden,DE,jana@example.org,0351 901820,01.02.2019
K-2,Herr,Otto,Braun,01.01.1940,Hauptstr. 3,50667,Köln,DE,otto@example.org,0221 901821,13.05.2020
K-3,Frau,Mia,Silva,08.02.1941,Am Ring 4,1010,Wien,AT,mia@example.org,01 901822,30.11.2021
`,
			`source: people
rows: people
customer:
  - {source_id: Kundennummer}
  - {email: E-Mail}
  - {phone: Telefon, country: {column: Land}}
person:
  first_name: Vorname
  last_name: Nachname
  birth_date: {column: Geburtsdatum, order: dmy}
  street: Straße
  postcode: PLZ
  city: Ort
  email: E-Mail
  phone: Telefon
`,
		},
		{
			"an English list whose birth dates could be read both ways",
			`Customer ID,Full name,DOB,Address line 1,City,Zip code,National ID
17,Ana Silva,03/04/1971,5 Long Lane,Leeds,LS1 4AB,QQ 12 34 56
18,Ben Okoro,05/06/1972,3 High Road,York,YO1 7EP,QQ 12 34 57
`,
			`source: people
rows: people
customer:
  - {source_id: Customer ID}
person:
  name: Full name
  birth_date: {column: DOB, order: dmy}
  street: Address line 1
  postcode: Zip code
  city: City
  number: National ID
`,
		},
		{
			"tickets with who asked",
			`Ticket ID,Opened,Customer,Date of birth,E-mail,Agent name,Subject
1,2026-03-02 10:00,Ana Silva,1971-06-24,ana@example.org,Marta Kern,Where is my parcel of last week?
2,2026-03-03 11:00,Ben Okoro,1972-07-25,ben@example.org,Marta Kern,I was charged twice for one order
`,
			`source: people
id: Ticket ID
customer:
  - {email: E-mail}
person:
  name: Customer
  birth_date: {column: Date of birth, order: ymd}
  email: E-mail
thread: Ticket ID
start: {column: Opened, order: ymd}
kind: contact
employee: Agent name
texts: Subject
`,
		},
		{
			"orders of people who each bought once are no list of people",
			`Order ID,Created at,First name,Last name,Email,Total,Currency
A1,2026-03-02 10:00,Ana,Silva,ana@example.org,12.50,EUR
A2,2026-03-03 11:00,Ben,Okoro,ben@example.org,20.00,EUR
`,
			`source: people
id: Order ID
customer:
  - {email: Email}
person:
  first_name: First name
  last_name: Last name
  email: Email
thread: Order ID
start: {column: Created at, order: ymd}
kind: order
amount:
  column: Total
  currency: {column: Currency}
`,
		},
		{
			"a shop's address is nobody's",
			`id,date,street,city,product name
1,2026-03-02,5 Long Lane,Leeds,Kettle
2,2026-03-03,3 High Road,York,Tea pot
`,
			`source: people
id: id
start: {column: date, order: ymd}
kind: event
`,
		},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			records, err := csv.NewReader(strings.NewReader(c.file)).ReadAll()
			if err != nil {
				t.Fatal(err)
			}
			var sample []rows.Row
			for _, cells := range records[1:] {
				sample = append(sample, rows.Row{Cells: cells})
			}
			s := Suggest("people.csv", records[0], sample)
			got := string(s.Mapping.YAML())
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("-want +got:\n%s%v", diff, s.Guesses)
			}
			if _, err := ParseMapping("proposed", []byte(got)); err != nil {
				t.Error(err)
			}
			for _, name := range records[0] {
				n := 0
				for _, g := range s.Guesses {
					if g.Column == name {
						n++
					}
				}
				if n != 1 {
					t.Errorf("%d guesses say what %s was taken for", n, name)
				}
			}
		})
	}
}
