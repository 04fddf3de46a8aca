package storetest_test

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/identity"
	"github.com/firsthand-cx/firsthand/internal/question"
	"github.com/firsthand-cx/firsthand/internal/store/storetest"
)

// compare asks both sides everything that the ports can ask.
func (m *machine) compare(t *rapid.T) {
	if got, want := picture(t, m.real.Facts), picture(t, m.facts); !slices.Equal(got, want) {
		t.Fatalf("sequences (-reference +stores):\n%s", cmp.Diff(want, got))
	}
	ctx := context.Background()
	everybody := m.vault.Everybody()
	profiles := slices.Sorted(maps.Keys(everybody))
	for _, c := range m.customers() {
		want, _ := m.vault.Profiles(ctx, c)
		got, err := m.real.Vault.Profiles(ctx, c)
		if err != nil || !slices.Equal(got, want) {
			t.Fatalf("customer %d is profiles %d (%v); the reference says %d", c, got, err, want)
		}
	}
	same := func(what string, ask func(s storetest.Side) (any, error)) {
		want, err := ask(m.model)
		if err != nil {
			t.Fatal(err)
		}
		got, err := ask(m.real)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("%s (-reference +stores):\n%s", what, diff)
		}
	}
	same("keys", func(s storetest.Side) (any, error) { return s.Vault.Keys(ctx, profiles) })
	for _, first := range []cx.ProfileID{1, cx.ProfileID(len(profiles)/2) + 1} {
		same("new customers", func(s storetest.Side) (any, error) { return s.Vault.NewCustomers(ctx, first) })
	}
	same("people", func(s storetest.Side) (any, error) { return s.Vault.People(ctx, profiles) })
	same("timeline", func(s storetest.Side) (any, error) {
		entries, err := s.Facts.Timeline(ctx, profiles, identity.Cursor{}, 1000)
		for i := range entries {
			entries[i].Signature.ID, entries[i].Import = 0, 0
		}
		return entries, err
	})
	// Words of rows that came to no fact (repeated ones, the erased) are nobody's.
	var present []cx.InteractionID
	err := m.facts.Sequences(ctx, question.Filter{}, question.Want{ID: true}, func(q question.Sequence) error {
		present = append(present, q.ID...)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	same("words", func(s storetest.Side) (any, error) {
		return s.Vault.Words(ctx, present)
	})
	same("code words", func(s storetest.Side) (any, error) { return s.Facts.CodeWords(ctx) })
	same("span", func(s storetest.Side) (any, error) { return s.Facts.Span(ctx) })
}

// picture is what the ordered stream shows, in words.
func picture(t *rapid.T, f question.Facts) []string { return filtered(t, f, question.Filter{}) }

// identityStart is the beginning of a timeline.
var identityStart identity.Cursor

func filtered(t interface{ Fatal(args ...any) }, f question.Facts, filter question.Filter) []string {
	ctx := context.Background()
	signatures, err := f.Signatures(ctx)
	if err != nil {
		t.Fatal(err)
	}
	sets, err := f.DimensionSets(ctx)
	if err != nil {
		t.Fatal(err)
	}
	scales, err := f.Scales(ctx)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	want := question.Want{ID: true, End: true, FirstHuman: true, Thread: true, Score: true, Dims: true, Employee: true}
	err = f.Sequences(ctx, filter, want, func(q question.Sequence) error {
		for i := range q.Customer {
			sig := signatures[q.Signature[i]]
			sig.ID = 0
			out = append(out, fmt.Sprint(q.Customer[i], " ", q.Start[i], " ", q.ID[i], " ", sig, " ", sets[q.Dims[i]], " ",
				q.End[i], " ", q.FirstHuman[i], q.Censored[i], " ", q.Thread[i], " ", q.Score[i], scales[q.Scale[i]].Name, " ", q.Employee[i]))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// searchFiles looks for erased bytes in every file of the folder.
func (m *machine) searchFiles(t *rapid.T) {
	if err := m.stores.Rewrite(context.Background()); err != nil {
		t.Fatal(err)
	}
	checks, err := m.stores.Checks(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range checks {
		if !c.OK && !strings.Contains(c.Name, "data folder") {
			t.Fatalf("%s: %s", c.Name, c.Found)
		}
	}
	m.compare(t)
	// Who was known by nothing but a key that somebody else holds, too, may come back with
	// the file: it is not theirs alone to keep out.
	everybody := map[cx.ProfileID]bool{}
	for p := range m.vault.Everybody() {
		everybody[p] = true
	}
	for _, text := range m.vault.TextsOf(everybody) {
		delete(m.erased, text)
	}
	err = filepath.WalkDir(m.dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		for text := range m.erased {
			if strings.Contains(string(b), text) {
				t.Errorf("%s holds %q, which was erased", filepath.Base(path), text)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
