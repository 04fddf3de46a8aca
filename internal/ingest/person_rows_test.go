package ingest_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/identity"
	"github.com/firsthand-cx/firsthand/internal/ingest"
	"github.com/firsthand-cx/firsthand/internal/ingest/rows"
	"github.com/firsthand-cx/firsthand/internal/store"
)

const cardMapping = `
source: cards
rows: people
bad_keys: reject
nobody: ["0"]
customer: [{source_id: no}, {email: mail}]
person: {name: name, birth_date: {column: born, order: dmy}, city: town}
skip_when: {name: TEST*}
`

const cards = `no,name,born,town,mail,points,tier
'17,Ana Silva,24.06.1971,Leeds,Ana@Example.com,120,gold
18,Ben Okoro,,York,,0,
0,Nobody,,,,3,
19,Cy Reyes,,,not an address,1,
20,TEST card,,,,9,
17,,,Hull,,130,
`

// counter has an importer and its stores.
type counter struct {
	im     *ingest.Importer
	stores *store.Stores
}

func newCounter(t *testing.T) counter {
	t.Helper()
	s, err := store.Open(context.Background(), t.TempDir(), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return counter{&ingest.Importer{
		Vault: s.Vault, Facts: s.Facts, Linker: identity.New(s.Vault, s.Facts, time.Now), Key: []byte("a test's key"), Now: time.Now,
	}, s}
}

// known is what the vault knows of everybody, and whether anything ever happened.
func (c counter) known(t *testing.T) (people map[cx.ProfileID]identity.ProfileOf, keys []identity.HeldKey) {
	t.Helper()
	ctx := context.Background()
	next, err := c.stores.Vault.NextProfile(ctx)
	if err != nil {
		t.Fatal(err)
	}
	var all []cx.ProfileID
	for p := cx.ProfileID(1); p < next; p++ {
		all = append(all, p)
	}
	if people, err = c.stores.Vault.People(ctx, all); err != nil {
		t.Fatal(err)
	}
	if keys, err = c.stores.Vault.Keys(ctx, all); err != nil {
		t.Fatal(err)
	}
	entries, err := c.stores.Facts.Timeline(ctx, all, identity.Cursor{}, 10)
	if err != nil || len(entries) > 0 {
		t.Errorf("something happened with people who were only listed: %v, %v", entries, err)
	}
	return people, keys
}

func TestAFileOfPeopleSaysWhoTheyAreAndNothingThatHappened(t *testing.T) {
	ctx, c := context.Background(), newCounter(t)
	req := ingest.Request{Path: write(t, cards), Mapping: mapping(t, cardMapping)}
	first, err := c.im.Import(ctx, req)
	if err != nil {
		t.Fatal(err)
	}
	if first.Read != 6 || first.People != 2 || first.NewPeople != 2 || first.Unidentified != 1 || first.Rejected != 1 || first.Skipped != 1 ||
		first.Interactions != 0 || first.Applied != (ingest.Applied{}) {
		t.Errorf("first %+v", first)
	}
	if !strings.Contains(strings.Join(first.Warnings, "\n"), "1 rows have no number, e-mail or phone") {
		t.Errorf("warnings %q", first.Warnings)
	}
	people, keys := c.known(t)
	want := map[cx.ProfileID]identity.ProfileOf{
		1: {Profile: 1, Person: cx.Person{Name: "Ana Silva", BirthDate: "1971-06-24", City: "Hull"}, Attributes: map[string]string{"points": "130", "tier": "gold"}},
		2: {Profile: 2, Person: cx.Person{Name: "Ben Okoro", City: "York"}, Attributes: map[string]string{"points": "0"}},
	}
	if diff := cmp.Diff(want, people); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if len(keys) != 3 || keys[0].Key.Value != "17" || keys[1].Key != (cx.PersonKey{Kind: cx.KeyEmail, Value: "ana@example.com"}) {
		t.Errorf("keys %+v", keys)
	}

	// The same file again changes nothing, and taken back it leaves the first.
	second, err := c.im.Import(ctx, req)
	if err != nil {
		t.Fatal(err)
	}
	if second.People != 2 || second.NewPeople != 0 {
		t.Errorf("second %+v", second)
	}
	same := func(when string) {
		t.Helper()
		now, held := c.known(t)
		if diff := cmp.Diff(people, now) + cmp.Diff(keys, held); diff != "" {
			t.Errorf("%s -before +now:\n%s", when, diff)
		}
	}
	same("once more")
	if _, err := c.im.Undo(ctx, second.Import); err != nil {
		t.Fatal(err)
	}
	same("undone")
	if _, err := c.im.Undo(ctx, first.Import); err != nil {
		t.Fatal(err)
	}
	if people, keys := c.known(t); len(people)+len(keys) != 0 {
		t.Errorf("left after both were undone: %v, %v", people, keys)
	}
}

func TestAnOrderAndAListOfPeopleMeetInOneCustomer(t *testing.T) {
	ctx, c := context.Background(), newCounter(t)
	for _, first := range []string{"list", "order"} {
		files := map[string]ingest.Request{
			"list":  {Path: write(t, cards), Mapping: mapping(t, cardMapping)},
			"order": {Path: write(t, "at,mail\n2026-03-01,ANA@example.com\n"), Mapping: mapping(t, "source: shop\nkind: order\nstart: {column: at, order: ymd}\ncustomer: [{email: mail}]\nperson: {name: mail}\n")},
		}
		var undo []cx.ImportID
		for _, file := range append([]string{first}, map[string]string{"list": "order", "order": "list"}[first]) {
			s, err := c.im.Import(ctx, files[file])
			if err != nil {
				t.Fatal(err)
			}
			undo = append(undo, s.Import)
			if file == "list" && (s.People != 2 || s.NewPeople != map[string]int64{"list": 2, "order": 1}[first]) {
				t.Errorf("%s first: %d people, %d of them new", first, s.People, s.NewPeople)
			}
		}
		found, err := c.im.Linker.(*identity.Room).Search(ctx, "ana@example.com", 5)
		if err != nil || len(found) != 1 {
			t.Fatalf("%s first: customers %v, %v", first, found, err)
		}
		who, err := c.im.Linker.(*identity.Room).Customer(ctx, found[0])
		if err != nil || len(who.Profiles) != 2 || len(who.Links) != 1 || who.Links[0].Reason != "same e-mail" {
			t.Errorf("%s first: %+v, %v", first, who, err)
		}
		for _, id := range undo {
			if _, err := c.im.Undo(ctx, id); err != nil {
				t.Fatal(err)
			}
			c.im.Linker.(*identity.Room).Forget()
		}
	}
}

func TestHalfAFileOfPeopleIsNone(t *testing.T) {
	ctx, c := context.Background(), newCounter(t)
	s, err := c.im.Import(ctx, ingest.Request{Path: write(t, cards+"21,\"never closed,,,,,\n"), Mapping: mapping(t, cardMapping)})
	if err == nil {
		t.Fatalf("imported %+v", s)
	}
	if people, keys := c.known(t); len(people)+len(keys) != 0 {
		t.Errorf("left of it: %v, %v", people, keys)
	}
	all := strings.ReplaceAll(cards, "Ana@Example.com", "none")
	if _, err := c.im.Import(ctx, ingest.Request{Path: write(t, strings.Join(strings.Split(all, "\n")[:2], "\n")), Mapping: mapping(t, cardMapping)}); err == nil || !strings.Contains(err.Error(), "none of the 1 rows could be read") {
		t.Errorf("a file without a usable row: %v", err)
	}
}

func TestWhoWasErasedIsNotListedAgain(t *testing.T) {
	ctx, c := context.Background(), newCounter(t)
	req := ingest.Request{Path: write(t, cards), Mapping: mapping(t, cardMapping)}
	if _, err := c.im.Import(ctx, req); err != nil {
		t.Fatal(err)
	}
	if _, err := c.im.Linker.(*identity.Room).Erase(ctx, 1); err != nil {
		t.Fatal(err)
	}
	again, err := c.im.Import(ctx, req)
	if err != nil || again.Erased != 2 || again.People != 1 || again.NewPeople != 0 {
		t.Errorf("again %+v, %v", again, err)
	}
	if people, _ := c.known(t); len(people) != 1 || people[2].Name != "Ben Okoro" {
		t.Errorf("people %v", people)
	}
}

func TestADryRunOfPeopleKeepsNobody(t *testing.T) {
	ctx, c := context.Background(), newCounter(t)
	s, err := c.im.Import(ctx, ingest.Request{Path: write(t, cards), Mapping: mapping(t, cardMapping), DryRun: true})
	if err != nil || s.People != 3 || s.Unidentified != 1 || s.Rejected != 1 || s.NewPeople != 0 {
		t.Errorf("%+v, %v", s, err)
	}
	if people, keys := c.known(t); len(people)+len(keys) != 0 {
		t.Errorf("kept %v, %v", people, keys)
	}
}

func TestPreviewOfPeopleSaysWhoTheyAre(t *testing.T) {
	shown, err := ingest.PreviewFile(write(t, cards), mapping(t, cardMapping), 10, ingest.Defaults{}, rows.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, row := range shown.Rows {
		switch {
		case row.Reject != nil:
			got = append(got, row.Reject.Reason)
		case row.Skipped:
			got = append(got, "skipped")
		}
		got = append(got, row.Lines...)
	}
	want := []string{
		"person · cards 17, ana@example.com · Ana Silva, 1971-06-24, Leeds · points: 120 · tier: gold",
		"person · cards 18 · Ben Okoro, York · points: 0",
		"person · nobody to be found by · Nobody · points: 3",
		"not an e-mail address",
		"skipped",
		"person · cards 17 · Hull · points: 130",
	}
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestAMappingOfPeopleTakesNothingThatHappens(t *testing.T) {
	_, err := ingest.ParseMapping("cards.mapping.yaml", []byte("source: cards\nrows: people\nid: no\nkind: event\nstart: born\ndimensions: [tier]\nperson: {name: name}\n"))
	for _, want := range []string{
		"cards.mapping.yaml:3: rows of people have no id. Write their number as customer",
		"cards.mapping.yaml:4: rows of people have no kind",
		"cards.mapping.yaml:5: rows of people have no start",
		"cards.mapping.yaml:6: rows of people have no dimensions",
		"nothing says who a row of people is. Write customer:",
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v\ndoes not say %q", err, want)
		}
	}
	m := mapping(t, cardMapping)
	if again, err := ingest.ParseMapping("again", m.YAML()); err != nil || cmp.Diff(m, again, cmpopts.EquateEmpty()) != "" {
		t.Errorf("written and read again: %v %s", err, cmp.Diff(m, again, cmpopts.EquateEmpty()))
	}
}
