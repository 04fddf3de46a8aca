package storetest_test

import (
	"context"
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/identity"
	"github.com/firsthand-cx/firsthand/internal/store"
	"github.com/firsthand-cx/firsthand/internal/store/memory"
	"github.com/firsthand-cx/firsthand/internal/store/storetest"
)

var histories = flag.Int("histories", 3, "how many random histories the stores live through")

// TestTheStoresLiveThroughAnyHistoryAsTheReferenceDoes imports, imports again,
// undoes, merges, pulls apart, erases, restarts and kills in any order; after each
// step stores and reference must be equal, and at the end nothing that was erased
// may be in any file.
func TestTheStoresLiveThroughAnyHistoryAsTheReferenceDoes(t *testing.T) {
	if job := os.Getenv(childJob); job != "" {
		importAndDie(t, job)
		return
	}
	if err := flag.Set("rapid.checks", fmt.Sprint(*histories)); err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(rt *rapid.T) {
		m := newMachine(rt, t)
		defer m.close()
		rt.Repeat(map[string]func(*rapid.T){
			"import":       m.bring,
			"import more":  m.bring,
			"import again": m.again,
			"undo":         m.undo,
			"merge":        m.merge,
			"unmerge":      m.unmerge,
			"erase":        m.erase,
			"reword":       m.reword,
			"restart":      m.restart,
			"kill":         m.kill,
			"":             m.compare,
		})
		m.searchFiles(rt)
	})
}

type machine struct {
	dir    string
	stores *store.Stores
	real   storetest.Side
	facts  *memory.Facts
	vault  *memory.Vault
	model  storetest.Side
	ticks  int
	files  []storetest.File
	live   []cx.ImportID
	erased map[string]bool // bytes that must be in no file
}

func newMachine(rt *rapid.T, t *testing.T) *machine {
	dir, err := os.MkdirTemp(t.TempDir(), "history")
	if err != nil {
		rt.Fatal(err)
	}
	m := &machine{dir: dir, erased: map[string]bool{}}
	m.facts = memory.NewFacts(nil)
	m.vault = memory.NewVault(m.facts)
	m.model = storetest.Side{Vault: m.vault, Facts: m.facts, People: identity.New(m.vault, m.facts, m.clock)}
	m.open(rt)
	return m
}

// clock gives both sides the same times: it stands still between steps.
func (m *machine) clock() time.Time { return time.Unix(1_800_000_000+int64(m.ticks), 0).UTC() }

func (m *machine) open(rt *rapid.T) {
	s, err := store.Open(context.Background(), m.dir, store.Options{Now: m.clock, Threads: 1})
	if err != nil {
		rt.Fatal(err)
	}
	m.stores = s
	m.real = storetest.Side{Vault: s.Vault, Facts: s.Facts, People: identity.New(s.Vault, s.Facts, m.clock)}
}

func (m *machine) close() {
	if m.stores != nil {
		m.stores.Close()
		m.stores = nil
	}
	os.RemoveAll(m.dir)
}

var rows = rapid.Custom(func(t *rapid.T) storetest.Row {
	return storetest.Row{
		Thing: rapid.IntRange(0, 7).Draw(t, "thing"), Variant: rapid.IntRange(0, 3).Draw(t, "variant"),
		Version: rapid.IntRange(0, 3).Draw(t, "version"), Person: rapid.IntRange(0, 5).Draw(t, "person"),
		Mail: rapid.IntRange(0, 4).Draw(t, "mail"), Walker: rapid.IntRange(0, 9).Draw(t, "walker") == 0,
	}
})

func (m *machine) draw(t *rapid.T) storetest.File {
	return storetest.File{
		Source: rapid.SampledFrom([]string{"desk", "shop"}).Draw(t, "source"),
		People: rapid.IntRange(0, 3).Draw(t, "of people") == 0,
		Rows:   rapid.SliceOfN(rows, 0, 8).Draw(t, "rows"),
	}
}

func (m *machine) bring(t *rapid.T) { m.apply(t, m.draw(t)) }

func (m *machine) again(t *rapid.T) {
	if len(m.files) == 0 {
		t.Skip("nothing was imported yet")
	}
	m.apply(t, rapid.SampledFrom(m.files).Draw(t, "file"))
}

func (m *machine) apply(t *rapid.T, f storetest.File) {
	ctx := context.Background()
	m.ticks++
	id, got, err := m.real.Import(ctx, f)
	if err != nil {
		t.Fatal(err)
	}
	m.files = append(m.files, f)
	wantID, want, err := m.model.Import(ctx, f)
	if err != nil {
		t.Fatal(err)
	}
	if id != wantID || got != want {
		t.Fatalf("import %d: applied %+v; the reference says %d: %+v", id, got, wantID, want)
	}
	m.live = append(m.live, id)
}

func (m *machine) undo(t *rapid.T) {
	if len(m.live) == 0 {
		t.Skip("nothing is imported")
	}
	ctx := context.Background()
	m.ticks++
	i := rapid.IntRange(0, len(m.live)-1).Draw(t, "which")
	id := m.live[i]
	m.live = slices.Delete(m.live, i, i+1)
	got, err := m.real.Facts.UndoImport(ctx, id)
	if err != nil {
		t.Fatal(err)
	}
	if rapid.Bool().Draw(t, "killed between the stores") {
		m.reopen(t) // which finishes the undo
	} else if err := m.real.Vault.DropImport(ctx, id); err != nil {
		t.Fatal(err)
	}
	m.real.People.Forget()
	want, err := m.model.Facts.UndoImport(ctx, id)
	if err != nil {
		t.Fatal(err)
	}
	if err := m.model.Vault.DropImport(ctx, id); err != nil {
		t.Fatal(err)
	}
	m.model.People.Forget()
	if !cmp.Equal(got, want) {
		t.Fatalf("undoing %d: %+v; the reference says %+v", id, got, want)
	}
}

func (m *machine) merge(t *rapid.T) {
	all := m.customers()
	if len(all) < 2 {
		t.Skip("too few customers")
	}
	m.ticks++
	a, b := rapid.SampledFrom(all).Draw(t, "a"), rapid.SampledFrom(all).Draw(t, "b")
	got, err := m.real.People.Merge(context.Background(), a, b, "me", "the same person")
	want, wantErr := m.model.People.Merge(context.Background(), a, b, "me", "the same person")
	if got != want || cx.CodeOf(err) != cx.CodeOf(wantErr) {
		t.Fatalf("merging %d and %d: %d, %v; the reference says %d, %v", a, b, got, err, want, wantErr)
	}
}

func (m *machine) unmerge(t *rapid.T) {
	var several []cx.ProfileID
	everybody := m.vault.Everybody()
	for _, p := range slices.Sorted(maps.Keys(everybody)) {
		if everybody[p] != cx.CustomerID(p) {
			several = append(several, p)
		}
	}
	if len(several) == 0 {
		t.Skip("nobody is merged")
	}
	m.ticks++
	p := []cx.ProfileID{rapid.SampledFrom(several).Draw(t, "profile")}
	got, err := m.real.People.Unmerge(context.Background(), p, "me", "not the same person")
	want, wantErr := m.model.People.Unmerge(context.Background(), p, "me", "not the same person")
	if !slices.Equal(got, want) || cx.CodeOf(err) != cx.CodeOf(wantErr) {
		t.Fatalf("taking %d out: %d, %v; the reference says %d, %v", p, got, err, want, wantErr)
	}
}

func (m *machine) erase(t *rapid.T) {
	all := m.customers()
	if len(all) == 0 {
		t.Skip("no customers")
	}
	ctx := context.Background()
	m.ticks++
	who := rapid.SampledFrom(all).Draw(t, "who")
	m.noteErased(t, who)
	got, err := m.real.People.Erase(ctx, who)
	if err != nil {
		t.Fatal(err)
	}
	want, err := m.model.People.Erase(ctx, who)
	if err != nil {
		t.Fatal(err)
	}
	got.Interactions, want.Interactions = 0, 0 // the outbox may have been faster than the room
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Fatalf("erasing %d (-reference +stores):\n%s", who, diff)
	}
}

// noteErased remembers what must not be found in any file: the customer's texts,
// and keys that nobody else holds.
func (m *machine) noteErased(t *rapid.T, who cx.CustomerID) {
	theirs := map[cx.ProfileID]bool{}
	for p, c := range m.vault.Everybody() {
		theirs[p] = c == who
	}
	for _, text := range m.vault.TextsOf(theirs) {
		m.erased[text] = true
		// Texts and threads are of one person's row: a thread's name says whose.
		thing, of, _ := strings.Cut(strings.TrimPrefix(text, "words "), "/")
		_, of, _ = strings.Cut(of, " by ")
		if !strings.HasSuffix(of, "-0") { // an unknown person's may be somebody else's too
			m.erased["thread "+thing+" of "+of] = true
		}
	}
	var profiles []cx.ProfileID
	for p, is := range theirs {
		if is {
			profiles = append(profiles, p)
		}
	}
	keys, err := m.vault.Keys(context.Background(), profiles)
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range keys {
		holders, err := m.vault.FindKeys(context.Background(), []cx.PersonKey{k.Key})
		if err != nil {
			t.Fatal(err)
		}
		if !slices.ContainsFunc(holders[0].Holders, func(h identity.Holder) bool { return !theirs[h.Profile] }) {
			m.erased[k.Key.Value] = true
		}
	}
}

func (m *machine) customers() []cx.CustomerID {
	all := slices.Sorted(maps.Values(m.vault.Everybody()))
	return slices.Compact(all)
}

func (m *machine) reword(t *rapid.T) {
	m.ticks++
	words := map[cx.CodeField][]string{cx.CodeChannel: {"phone", "chat", "talk"}, cx.CodeReason: {"reason 0", "reason 1", "why"}}
	field := rapid.SampledFrom([]cx.CodeField{cx.CodeChannel, cx.CodeReason}).Draw(t, "field")
	list := []cx.Rewording{{Field: field, Came: rapid.SampledFrom(words[field]).Draw(t, "came"), Word: rapid.SampledFrom(words[field]).Draw(t, "word")}}
	for _, side := range []storetest.Side{m.real, m.model} {
		if err := side.Facts.Reword(context.Background(), list, m.clock()); err != nil {
			t.Fatal(err)
		}
	}
}

func (m *machine) restart(t *rapid.T) { m.reopen(t) }

func (m *machine) reopen(t *rapid.T) {
	if err := m.stores.Close(); err != nil {
		t.Fatal(err)
	}
	m.open(t)
}
