package storetest_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/identity"
	"github.com/firsthand-cx/firsthand/internal/ingest"
	"github.com/firsthand-cx/firsthand/internal/store"
	"github.com/firsthand-cx/firsthand/internal/store/storetest"
)

// street is real stores with the rooms that link people in them.
type street struct {
	t        *testing.T
	dir      string
	stores   *store.Stores
	side     storetest.Side
	matching *identity.Matching
	ticks    int
}

func newStreet(t *testing.T) *street {
	s := &street{t: t, dir: t.TempDir()}
	now := func() time.Time { s.ticks++; return time.Unix(1_800_000_000+int64(s.ticks), 0).UTC() }
	var err error
	if s.stores, err = store.Open(context.Background(), s.dir, store.Options{Now: now, Threads: 1}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.stores.Close() })
	room := identity.New(s.stores.Vault, s.stores.Facts, now)
	s.side = storetest.Side{Vault: s.stores.Vault, Facts: s.stores.Facts, People: room}
	s.matching = identity.NewMatching(room, s.stores.Vault, now)
	return s
}

// bring imports people of a source, by their numbers there, and returns their profiles.
func (s *street) bring(source string, people map[string]cx.Person) (cx.ImportID, map[string]cx.ProfileID) {
	s.t.Helper()
	ctx := context.Background()
	vault := s.stores.Vault
	id, err := vault.BeginImport(ctx, ingest.Header{Source: source, File: source + ".csv", Started: storetest.Epoch})
	if err != nil {
		s.t.Fatal(err)
	}
	var names []string
	var keys [][]cx.PersonKey
	for name := range people {
		names = append(names, name)
		keys = append(keys, []cx.PersonKey{{Kind: cx.KeySourceID, Namespace: source, Value: name}})
	}
	profiles := make([]cx.ProfileID, len(keys))
	if err := s.side.People.Resolve(ctx, id, source, keys, profiles); err != nil {
		s.t.Fatal(err)
	}
	of := map[string]cx.ProfileID{}
	batch := ingest.VaultBatch{}
	for i, name := range names {
		of[name] = profiles[i]
		batch.People = append(batch.People, ingest.VaultPerson{Profile: profiles[i], Person: people[name]})
	}
	if err := vault.WriteBatch(ctx, id, batch); err != nil {
		s.t.Fatal(err)
	}
	// The facts' ledger says that it happened.
	facts, err := s.stores.Facts.BeginImport(ctx, id, ingest.Header{Source: source})
	if err != nil {
		s.t.Fatal(err)
	}
	if _, err := facts.Commit(ctx, ingest.LedgerNote{}); err != nil {
		s.t.Fatal(err)
	}
	if err := vault.FinishImport(ctx, id, ingest.Summary{}); err != nil {
		s.t.Fatal(err)
	}
	return id, of
}

func (s *street) link(all bool) identity.LikenessRun {
	s.t.Helper()
	run, err := s.matching.Link(context.Background(), all, nil)
	if err != nil {
		s.t.Fatal(err)
	}
	return run
}

// customers says who is whom now.
func (s *street) customers(profiles ...map[string]cx.ProfileID) map[cx.ProfileID]cx.CustomerID {
	s.t.Helper()
	var all []cx.ProfileID
	for _, m := range profiles {
		for _, p := range m {
			all = append(all, p)
		}
	}
	of, err := s.stores.Vault.CustomersOf(context.Background(), all)
	if err != nil {
		s.t.Fatal(err)
	}
	return of
}

// strangers are people who have nothing in common.
func strangers(n int) map[string]cx.Person {
	out := map[string]cx.Person{}
	for i := range n {
		out[fmt.Sprint("s", i)] = cx.Person{
			FirstName: fmt.Sprintf("%c%cre%c", 'a'+i%19, 'a'+i%7, 'a'+i%23), LastName: fmt.Sprintf("%cor%c%cen", 'b'+i%17, 'a'+i%13, 'c'+i%11),
			BirthDate: fmt.Sprintf("19%02d-%02d-%02d", 30+i%60, 1+i%12, 1+i%28), Postcode: fmt.Sprintf("LS%d %d", i%29, i%97), Email: fmt.Sprintf("p%d@example.org", i),
		}
	}
	return out
}

func jana() (shop, desk cx.Person) {
	shop = cx.Person{FirstName: "Jana", LastName: "Novak", BirthDate: "1971-06-24", Street: "Long Lane 5", Postcode: "LS1 4AP", City: "Leeds", Email: "jana.novak71@example.org"}
	desk = cx.Person{Name: "Novak, Jana", BirthDate: "1971-06-24", Street: "Long Ln 5", Postcode: "LS1 4AP", City: "Leeds", Phone: "+441134960000"}
	return shop, desk
}

// settled is two sources of which one person is in both.
func settled(t *testing.T) (s *street, shop, desk map[string]cx.ProfileID) {
	s = newStreet(t)
	people := strangers(200)
	a, b := jana()
	people["jana"] = a
	_, shop = s.bring("shop", people)
	_, desk = s.bring("desk", map[string]cx.Person{"J-1": b, "P-2": {Name: "Petr Novak", BirthDate: "1969-01-02", Street: "Long Lane 5", Postcode: "LS1 4AP", City: "Leeds"}})
	return s, shop, desk
}

func TestLinkThenUnlinkIsNothing(t *testing.T) {
	s, shop, desk := settled(t)
	before := s.customers(shop, desk)
	run := s.link(false)
	if run.Linked != 1 || run.Profiles != 203 || !run.All {
		t.Fatalf("the run: %+v", run)
	}
	linked := s.customers(shop, desk)
	if linked[desk["J-1"]] != linked[shop["jana"]] || linked[desk["P-2"]] == linked[shop["jana"]] {
		t.Fatal("the one in both sources, and nobody else, should have been linked")
	}
	why, err := s.matching.Why(context.Background(), []cx.ProfileID{shop["jana"], desk["J-1"]})
	if err != nil || len(why) != 1 || !strings.Contains(why[0].Reason(), "same birth date") {
		t.Errorf("the reasons: %+v, %v", why, err)
	}
	if n, err := s.matching.Unlink(context.Background(), "me", "a try"); n != 1 || err != nil {
		t.Fatal(n, err)
	}
	if diff := cmp.Diff(before, s.customers(shop, desk)); diff != "" {
		t.Errorf("(-before +after):\n%s", diff)
	}
	if run := s.link(false); run.Linked != 1 {
		t.Errorf("asked again, it should find them again: %+v", run)
	}
}

func TestAPersonsUnmergeIsNotUndoneByTheNextRun(t *testing.T) {
	s, shop, desk := settled(t)
	s.link(false)
	ctx := context.Background()
	if _, err := s.side.People.Unmerge(ctx, []cx.ProfileID{desk["J-1"]}, "me", "her daughter"); err != nil {
		t.Fatal(err)
	}
	for _, all := range []bool{true, false} {
		_, more := s.bring("mail", map[string]cx.Person{fmt.Sprint("m", all): {FirstName: "Otto", LastName: "Else", BirthDate: "1950-02-03"}})
		s.link(all)
		of := s.customers(shop, desk, more)
		if of[desk["J-1"]] == of[shop["jana"]] {
			t.Fatalf("they were joined again (all: %v)", all)
		}
	}
	if pairs, all, err := s.matching.Doubts(ctx, 10); err != nil || all != 0 {
		t.Errorf("they are asked about again: %+v, %v", pairs, err)
	}
}

func TestNewPeopleAreHeldAgainstThoseThatAreThere(t *testing.T) {
	s := newStreet(t)
	a, b := jana()
	people := strangers(200)
	people["jana"] = a
	_, shop := s.bring("shop", people)
	s.link(false)
	_, desk := s.bring("desk", map[string]cx.Person{"J-1": b})
	run := s.link(false)
	if run.All || run.Linked != 1 || run.Looked > 20 {
		t.Errorf("the second run: %+v", run)
	}
	if of := s.customers(shop, desk); of[desk["J-1"]] != of[shop["jana"]] {
		t.Error("the new one was not linked")
	}
	if again := s.link(false); again.Linked != 1 { // the last run is shown
		t.Errorf("with nothing new: %+v", again)
	}
}

func TestUndoingAnImportTakesItsPeopleAndTheirLinks(t *testing.T) {
	s := newStreet(t)
	a, b := jana()
	people := strangers(200)
	people["jana"] = a
	_, shop := s.bring("shop", people)
	id, desk := s.bring("desk", map[string]cx.Person{"J-1": b})
	s.link(false)
	ctx := context.Background()
	if _, err := s.stores.Facts.UndoImport(ctx, id); err != nil {
		t.Fatal(err)
	}
	if err := s.stores.Vault.DropImport(ctx, id); err != nil {
		t.Fatal(err)
	}
	left, err := s.stores.Vault.People(ctx, []cx.ProfileID{shop["jana"], desk["J-1"]})
	if err != nil || len(left) != 1 {
		t.Errorf("left: %v, %v", left, err)
	}
	if run := s.link(false); run.Links != 0 {
		t.Errorf("links are left: %+v", run)
	}
}

func TestAnErasedPersonsFieldsAreInNoFile(t *testing.T) {
	s, shop, desk := settled(t)
	s.link(false)
	ctx := context.Background()
	erased, err := s.side.People.Erase(ctx, s.customers(shop)[shop["jana"]])
	if err != nil || len(erased.Profiles) != 2 {
		t.Fatalf("%+v, %v", erased, err)
	}
	if err := s.stores.Rewrite(ctx); err != nil {
		t.Fatal(err)
	}
	if left, err := s.stores.Vault.People(ctx, []cx.ProfileID{shop["jana"], desk["J-1"]}); err != nil || len(left) != 0 {
		t.Errorf("left: %v, %v", left, err)
	}
	err = filepath.WalkDir(s.dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		for _, text := range []string{"jana.novak71@example.org", "Long Ln 5", "Novak, Jana", "+441134960000"} {
			if strings.Contains(string(b), text) {
				t.Errorf("%s holds %q", filepath.Base(path), text)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestADoubtfulPairIsDecidedForGood(t *testing.T) {
	for _, same := range []bool{true, false} {
		t.Run(fmt.Sprint("same ", same), func(t *testing.T) {
			s := newStreet(t)
			people := strangers(200)
			people["jana"], _ = jana()
			_, shop := s.bring("shop", people)
			twin, _ := jana()
			twin.FirstName, twin.Email = "Milena", ""
			_, desk := s.bring("desk", map[string]cx.Person{"M-1": twin})
			s.link(false)
			ctx := context.Background()
			pairs, all, err := s.matching.Doubts(ctx, 10)
			if err != nil || all != 1 || pairs[0].PersonA.FirstName != "Jana" || pairs[0].PersonB.FirstName != "Milena" {
				t.Fatalf("the list: %+v, %v", pairs, err)
			}
			if err := s.matching.Decide(ctx, pairs[0].A, pairs[0].B, same, "me", "asked them"); err != nil {
				t.Fatal(err)
			}
			s.link(true)
			of := s.customers(shop, desk)
			if (of[desk["M-1"]] == of[shop["jana"]]) != same {
				t.Error("the decision did not stand")
			}
			if _, all, err := s.matching.Doubts(ctx, 10); err != nil || all != 0 {
				t.Errorf("%d are still asked about, %v", all, err)
			}
		})
	}
}
