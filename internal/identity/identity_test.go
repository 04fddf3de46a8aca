package identity_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/identity"
)

var ctx = context.Background()

// start makes a room over an empty model, with a clock that moves on at each look.
func start() (*identity.Room, *model, *facts) {
	m, f := newModel(), &facts{}
	now := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	return identity.New(m, f, func() time.Time { now = now.Add(time.Second); return now }), m, f
}

func id(namespace, value string) cx.PersonKey {
	return cx.PersonKey{Kind: cx.KeySourceID, Namespace: namespace, Value: value}
}
func email(v string) cx.PersonKey { return cx.PersonKey{Kind: cx.KeyEmail, Value: v} }
func phone(v string) cx.PersonKey { return cx.PersonKey{Kind: cx.KeyPhone, Value: v} }

type row = []cx.PersonKey

func resolve(t interface{ Fatal(...any) }, r *identity.Room, of cx.ImportID, rows ...row) []cx.ProfileID {
	out := make([]cx.ProfileID, len(rows))
	if err := r.Resolve(ctx, of, "test", rows, out); err != nil {
		t.Fatal(err)
	}
	return out
}

// partition says who is together, by primary key rather than by number: numbers
// depend on the order of rows.
func partition(m *model) [][]string {
	of := map[cx.CustomerID][]string{}
	for p, c := range m.customer {
		of[c] = append(of[c], fmt.Sprint(m.primary[p]))
	}
	var out [][]string
	for _, names := range of {
		slices.Sort(names)
		out = append(out, names)
	}
	slices.SortFunc(out, func(a, b []string) int { return slices.Compare(a, b) })
	return out
}

func TestRowsThatShareAKeyAreOneCustomer(t *testing.T) {
	five := make([]row, 5)
	for i := range five {
		five[i] = row{id("shop", fmt.Sprint(i)), phone("+3511")}
	}
	six := append(slices.Clone(five), row{id("shop", "5"), phone("+3511")})
	for _, c := range []struct {
		name      string
		rows      []row
		customers int
	}{
		{"nobody without keys", []row{{}, nil}, 0},
		{"the same number in one system is one person", []row{{id("shop", "17")}, {id("shop", "17")}}, 1},
		{"the same number in two systems is two people", []row{{id("shop", "17")}, {id("desk", "17")}}, 2},
		{"an e-mail joins two systems", []row{{id("shop", "17"), email("a@x")}, {id("desk", "3"), email("a@x")}}, 1},
		{"an e-mail alone finds who wrote with it", []row{{id("shop", "17"), email("a@x")}, {email("a@x")}}, 1},
		{"a phone joins what an e-mail did not", []row{{email("a@x"), phone("+3511")}, {phone("+3511"), email("b@x")}}, 1},
		{"a chain of keys is one person", []row{{id("shop", "1"), email("a@x")}, {id("desk", "2"), email("a@x"), phone("+1")}, {phone("+1")}}, 1},
		{"a family of five shares a phone", five, 1},
		{"an office of six shares a switchboard, and nobody is joined by it", six, 6},
		{"callers from the switchboard stay apart as well", append(slices.Clone(six), row{phone("+3511")}), 7},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, m, _ := start()
			resolve(t, r, 1, c.rows...)
			if got := partition(m); len(got) != c.customers {
				t.Errorf("%d customers, want %d: %v", len(got), c.customers, got)
			}
		})
	}
}

func TestAKeyThatTurnsOutToBeSharedLetsGoWithItsReason(t *testing.T) {
	r, m, _ := start()
	for i := range 6 {
		resolve(t, r, cx.ImportID(i+1), row{id("shop", fmt.Sprint(i)), phone("+3511")})
	}
	if got := partition(m); len(got) != 6 {
		t.Fatalf("%d customers, want 6", len(got))
	}
	c, err := r.Customer(ctx, 1)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range c.Links {
		if l.Live() || l.UndoneReason != identity.SharedReason {
			t.Errorf("link %+v should be undone because the phone is %s", l, identity.SharedReason)
		}
	}
}

func TestAPersonsDecisionOutlastsTheRules(t *testing.T) {
	r, m, _ := start()
	resolve(t, r, 1, row{id("shop", "1"), email("a@x")}, row{id("desk", "2"), email("a@x")})
	if _, err := r.Unmerge(ctx, []cx.ProfileID{2}, "Ann", "father and son"); err != nil {
		t.Fatal(err)
	}
	resolve(t, r, 2, row{id("shop", "1"), email("a@x")}, row{id("crm", "9"), email("a@x"), phone("+1")}, row{id("desk", "2"), phone("+1")})
	if m.customer[1] == m.customer[2] {
		t.Error("profiles 1 and 2 are one customer again")
	}
	if _, err := r.Merge(ctx, m.customer[1], m.customer[2], "Ann", "I was wrong"); err != nil {
		t.Fatal(err)
	}
	if m.customer[1] != m.customer[2] {
		t.Error("the merge did not lift what held them apart")
	}
	c, err := r.Customer(ctx, 2)
	if err != nil || c.ID != 1 {
		t.Errorf("customer 2 should be found as customer 1, got %d, %v", c.ID, err)
	}
}

func TestDecisionsThatMakeNoSenseAreRefused(t *testing.T) {
	r, _, _ := start()
	resolve(t, r, 1, row{id("shop", "1"), email("a@x")}, row{id("desk", "2"), email("a@x")}, row{id("shop", "3")})
	for _, c := range []struct {
		name string
		do   func() error
		code cx.Code
	}{
		{"merging one customer with itself", func() error { _, err := r.Merge(ctx, 1, 2, "Ann", "why not"); return err }, cx.Conflict},
		{"merging with nobody", func() error { _, err := r.Merge(ctx, 1, 77, "Ann", "why not"); return err }, cx.NotFound},
		{"merging without a reason", func() error { _, err := r.Merge(ctx, 1, 3, "Ann", " "); return err }, cx.Invalid},
		{"taking everything out", func() error { _, err := r.Unmerge(ctx, []cx.ProfileID{1, 2}, "Ann", "why not"); return err }, cx.Invalid},
		{"taking two customers' profiles out", func() error { _, err := r.Unmerge(ctx, []cx.ProfileID{2, 3}, "Ann", "why not"); return err }, cx.Invalid},
	} {
		if err := c.do(); err == nil || cx.CodeOf(err) != c.code {
			t.Errorf("%s: got %v, want %s", c.name, err, c.code)
		}
	}
}

func TestTheErasedStayOut(t *testing.T) {
	r, m, f := start()
	rows := []row{{id("shop", "1"), email("a@x"), phone("+1")}, {id("shop", "2"), phone("+1")}, {email("a@x")}}
	resolve(t, r, 1, rows...)
	if _, err := r.Unmerge(ctx, []cx.ProfileID{2}, "Ann", "father and son"); err != nil {
		t.Fatal(err)
	}
	erased, err := r.Erase(ctx, 1)
	if err != nil {
		t.Fatal(err)
	}
	if want := []cx.ProfileID{1, 3}; !slices.Equal(f.erased, want) || erased.Tombstones != 2 {
		t.Errorf("erased %v with %d tombstones, want %v with 2 (the shared phone leaves none)", f.erased, erased.Tombstones, want)
	}
	got := resolve(t, r, 2, rows...)
	if want := []cx.ProfileID{cx.ErasedProfile, 2, cx.ErasedProfile}; !slices.Equal(got, want) {
		t.Errorf("resolved again to %v, want %v", got, want)
	}
	if _, err := r.Customer(ctx, 1); cx.CodeOf(err) != cx.NotFound {
		t.Errorf("customer 1 is still there: %v", err)
	}
	if m.customer[2] != 2 {
		t.Errorf("profile 2 is customer %d", m.customer[2])
	}
}

func TestAnExportIsOneJSONObject(t *testing.T) {
	r, _, _ := start()
	resolve(t, r, 1, row{id("shop", "1"), email("a@x")}, row{email("a@x")})
	var out bytes.Buffer
	if err := r.Export(ctx, 1, &out); err != nil {
		t.Fatal(err)
	}
	var got struct {
		ID           int64
		Profiles     []int64
		Keys         []identity.HeldKey
		Links        []identity.Link
		Interactions []any
	}
	if err := json.Unmarshal(out.Bytes(), &got); err != nil {
		t.Fatalf("%v in %s", err, out.Bytes())
	}
	if got.ID != 1 || len(got.Profiles) != 2 || len(got.Keys) != 3 || len(got.Links) != 1 || got.Links[0].Reason != "same e-mail" {
		t.Errorf("the export says %s", out.Bytes())
	}
}

func TestKnownRowsNeverReachTheVault(t *testing.T) {
	r, m, _ := start()
	rows := []row{{id("shop", "1"), email("a@x")}, {id("shop", "2")}, {}}
	resolve(t, r, 1, rows...)
	calls := m.calls
	for range 100 {
		resolve(t, r, 1, rows...)
	}
	if m.calls != calls {
		t.Errorf("%d calls for rows that were resolved before", m.calls-calls)
	}
	resolve(t, r, 2, rows...)
	if m.calls == calls {
		t.Error("another import must assert the keys for itself")
	}
}

// Laws, over random histories.

func someRows(t *rapid.T) []row {
	key := rapid.Custom(func(t *rapid.T) cx.PersonKey {
		v := fmt.Sprint(rapid.IntRange(0, 9).Draw(t, "value"))
		switch rapid.IntRange(0, 3).Draw(t, "kind") {
		case 0:
			return id("shop", v)
		case 1:
			return id("desk", v)
		case 2:
			return email(v)
		}
		return phone(fmt.Sprint(rapid.IntRange(0, 2).Draw(t, "phone")))
	})
	return rapid.SliceOfN(rapid.SliceOfN(key, 0, 3), 0, 40).Draw(t, "rows")
}

func inBatches(t *rapid.T, r *identity.Room, of cx.ImportID, rows []row) {
	for len(rows) > 0 {
		n := rapid.IntRange(1, len(rows)).Draw(t, "batch")
		resolve(t, r, of, rows[:n]...)
		rows = rows[n:]
	}
}

// naive is the definition: profiles that share a key are together, unless too
// many hold the key.
func naive(rows []row) [][]string {
	holders := map[cx.PersonKey]map[cx.PersonKey]bool{}
	together := map[cx.PersonKey]cx.PersonKey{}
	var find func(k cx.PersonKey) cx.PersonKey
	find = func(k cx.PersonKey) cx.PersonKey {
		if together[k] == k {
			return k
		}
		return find(together[k])
	}
	for _, r := range rows {
		if len(r) == 0 {
			continue
		}
		primary := identity.Primary(r)
		together[primary] = primary
		for _, k := range r {
			if holders[k] == nil {
				holders[k] = map[cx.PersonKey]bool{}
			}
			holders[k][primary] = true
		}
	}
	for k, primaries := range holders {
		var list []identity.Holder
		for p := range primaries {
			list = append(list, identity.Holder{Kind: p.Kind, Namespace: p.Namespace})
		}
		if identity.Shared(k, list, int64(len(list))) {
			continue
		}
		for a := range primaries {
			for b := range primaries {
				together[find(a)] = find(b)
			}
		}
	}
	m := newModel()
	number := map[cx.PersonKey]cx.ProfileID{}
	for k := range together {
		number[k] = cx.ProfileID(len(number) + 1)
	}
	for k := range together {
		m.customer[number[k]], m.primary[number[k]] = cx.CustomerID(number[find(k)]), k
	}
	return partition(m)
}

func TestCustomersAreWhatTheDefinitionSaysInAnyOrderAndAnyBatches(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := someRows(t)
		want := naive(rows)
		for range 2 {
			r, m, _ := start()
			inBatches(t, r, 1, rows)
			inBatches(t, r, 1, rows) // twice is once
			if diff := cmp.Diff(want, partition(m)); diff != "" {
				t.Fatal(diff)
			}
			for p, c := range m.customer {
				if cx.CustomerID(p) < c {
					t.Fatalf("profile %d is in customer %d, which is not its smallest", p, c)
				}
			}
			rows = rapid.Permutation(rows).Draw(t, "other order")
		}
	})
}

func TestUndoingAnImportTakesOnlyItsLinks(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		first, second := someRows(t), someRows(t)
		r, m, _ := start()
		inBatches(t, r, 1, first)
		want := partition(m)
		inBatches(t, r, 2, second)
		m.dropImport(2)
		r.Forget()
		if diff := cmp.Diff(want, partition(m)); diff != "" {
			t.Fatal(diff)
		}
		inBatches(t, r, 3, second)
		if diff := cmp.Diff(naive(slices.Concat(first, second)), partition(m)); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestMergeThenUnmergeIsNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r, m, _ := start()
		inBatches(t, r, 1, someRows(t))
		before := partition(m)
		if len(before) < 2 {
			return
		}
		var customers []cx.CustomerID
		for _, c := range m.customer {
			customers = append(customers, c)
		}
		slices.Sort(customers)
		pick := rapid.Permutation(slices.Compact(customers)).Draw(t, "two of them")
		side, _ := m.Profiles(ctx, pick[0])
		if _, err := r.Merge(ctx, pick[0], pick[1], "Ann", "looks the same"); err != nil {
			t.Fatal(err)
		}
		if got := partition(m); len(got) != len(before)-1 {
			t.Fatalf("%d customers after the merge of %d", len(got), len(before))
		}
		if _, err := r.Unmerge(ctx, side, "Ann", "is not"); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(before, partition(m)); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestWhoWasPulledApartIsNeverJoinedByARule(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r, m, _ := start()
		rows := someRows(t)
		inBatches(t, r, 1, rows)
		var big []cx.ProfileID
		for _, c := range m.customer {
			if p, _ := m.Profiles(ctx, c); len(p) > 1 {
				big = p
				break
			}
		}
		if big == nil {
			return
		}
		n := rapid.IntRange(1, len(big)-1).Draw(t, "how many go")
		if _, err := r.Unmerge(ctx, big[:n], "Ann", "two people"); err != nil {
			t.Fatal(err)
		}
		inBatches(t, r, 2, someRows(t))
		for _, x := range big[:n] {
			for _, y := range big[n:] {
				if m.customer[x] == m.customer[y] {
					t.Fatalf("profiles %d and %d are one customer again", x, y)
				}
			}
		}
	})
}
