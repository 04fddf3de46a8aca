package storetest_test

import (
	"context"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/identity"
	"github.com/firsthand-cx/firsthand/internal/ingest"
	"github.com/firsthand-cx/firsthand/internal/journey"
	"github.com/firsthand-cx/firsthand/internal/question"
	"github.com/firsthand-cx/firsthand/internal/store/duckdb"
	"github.com/firsthand-cx/firsthand/internal/store/memory"
	"github.com/firsthand-cx/firsthand/internal/store/storetest"
)

// engines are all engines of facts, each opened empty.
var engines = map[string]func(t *testing.T) storetest.Facts{
	"memory": func(*testing.T) storetest.Facts { return memory.NewFacts(nil) },
	"duckdb": func(t *testing.T) storetest.Facts {
		s, err := duckdb.Open(context.Background(), filepath.Join(t.TempDir(), "facts.duckdb"), duckdb.Options{Threads: 1}, nil)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		})
		return s
	},
}

func TestWhatImportsCountAndLeave(t *testing.T) {
	type step struct {
		rows    []storetest.Row
		undo    cx.ImportID // instead of rows
		applied ingest.Applied
		undone  ingest.Undone
		shows   []int // variants of thing 0, then of thing 1, that are current
	}
	a, b := storetest.Row{Thing: 0, Person: 1}, storetest.Row{Thing: 1, Person: 2}
	said := func(r storetest.Row, variant, version int) storetest.Row {
		r.Variant, r.Version = variant, version
		return r
	}
	walk := said(b, 1, 0)
	walk.Walker = true
	tests := map[string][]step{
		"new rows are new": {
			{rows: []storetest.Row{a, b}, applied: ingest.Applied{New: 2}, shows: []int{0, 0}},
		},
		"the same file again changes nothing": {
			{rows: []storetest.Row{a, b}, applied: ingest.Applied{New: 2}, shows: []int{0, 0}},
			{rows: []storetest.Row{a, b}, applied: ingest.Applied{Unchanged: 2}, shows: []int{0, 0}},
		},
		"what two imports brought outlasts the undo of one": {
			{rows: []storetest.Row{a, b}, applied: ingest.Applied{New: 2}, shows: []int{0, 0}},
			{rows: []storetest.Row{a}, applied: ingest.Applied{Unchanged: 1}, shows: []int{0, 0}},
			{undo: 1, undone: ingest.Undone{Removed: 1}, shows: []int{0}},
			{undo: 2, undone: ingest.Undone{Removed: 1}},
		},
		"a newer version supersedes, an undo restores its predecessor": {
			{rows: []storetest.Row{said(a, 1, 1)}, applied: ingest.Applied{New: 1}, shows: []int{1}},
			{rows: []storetest.Row{said(a, 2, 2), b}, applied: ingest.Applied{New: 1, Superseding: 1}, shows: []int{2, 0}},
			{undo: 2, undone: ingest.Undone{Removed: 2, Restored: 1}, shows: []int{1}},
		},
		"an older version waits until the newer one is undone": {
			{rows: []storetest.Row{said(a, 2, 2)}, applied: ingest.Applied{New: 1}, shows: []int{2}},
			{rows: []storetest.Row{said(a, 1, 1)}, applied: ingest.Applied{Older: 1}, shows: []int{2}},
			{undo: 1, undone: ingest.Undone{Removed: 1, Restored: 1}, shows: []int{1}},
		},
		"without versions what is imported last counts": {
			{rows: []storetest.Row{said(a, 2, 0)}, applied: ingest.Applied{New: 1}, shows: []int{2}},
			{rows: []storetest.Row{said(a, 1, 0)}, applied: ingest.Applied{Superseding: 1}, shows: []int{1}},
		},
		"undoing the one without a version gives its place back to the newest": {
			{rows: []storetest.Row{said(a, 2, 2)}, applied: ingest.Applied{New: 1}, shows: []int{2}},
			{rows: []storetest.Row{said(a, 3, 0)}, applied: ingest.Applied{Superseding: 1}, shows: []int{3}},
			{rows: []storetest.Row{said(a, 1, 1)}, applied: ingest.Applied{Superseding: 1}, shows: []int{1}},
			{undo: 2, undone: ingest.Undone{Removed: 1, Restored: 1}, shows: []int{2}},
		},
		"a version that comes back word for word was not removed": {
			{rows: []storetest.Row{said(a, 2, 2)}, applied: ingest.Applied{New: 1}, shows: []int{2}},
			{rows: []storetest.Row{said(a, 3, 0)}, applied: ingest.Applied{Superseding: 1}, shows: []int{3}},
			{rows: []storetest.Row{said(a, 2, 2)}, applied: ingest.Applied{Superseding: 1}, shows: []int{2}},
			{undo: 2, shows: []int{2}},
			{undo: 3, shows: []int{2}},
		},
		"within a file the newest version counts, then the last row": {
			{
				rows:    []storetest.Row{said(a, 3, 3), said(a, 1, 1), said(b, 1, 0), said(b, 2, 0)},
				applied: ingest.Applied{New: 2, Repeated: 2}, shows: []int{3, 2},
			},
		},
		"walks are kept and not shown": {
			{rows: []storetest.Row{a, walk}, applied: ingest.Applied{New: 2}, shows: []int{0}},
		},
		"an empty file is an import": {
			{rows: nil}, {undo: 1},
		},
	}
	ctx := context.Background()
	for engine, open := range engines {
		for name, steps := range tests {
			t.Run(engine+"/"+name, func(t *testing.T) {
				f := open(t)
				next := cx.ImportID(0)
				for i, s := range steps {
					if s.undo != 0 {
						undone, err := f.UndoImport(ctx, s.undo)
						if err != nil || !cmp.Equal(undone, s.undone) {
							t.Errorf("step %d: undone %+v, %v; want %+v", i, undone, err, s.undone)
						}
					} else {
						next++
						if applied := load(t, f, next, s.rows); applied != s.applied {
							t.Errorf("step %d: applied %+v, want %+v", i, applied, s.applied)
						}
					}
					if diff := cmp.Diff(s.shows, variants(t, f)); diff != "" {
						t.Errorf("step %d shows (-want +got):\n%s", i, diff)
					}
				}
			})
		}
	}
}

func load(t *testing.T, f ingest.Facts, id cx.ImportID, rows []storetest.Row) ingest.Applied {
	t.Helper()
	ctx := context.Background()
	im, err := f.BeginImport(ctx, id, ingest.Header{Source: "desk", Scales: storetest.Scales})
	if err != nil {
		t.Fatal(err)
	}
	for i, r := range rows {
		if err := im.Append(ctx, []ingest.Fact{r.Fact("desk", int64(i+1), cx.ProfileID(r.Person))}); err != nil {
			t.Fatal(err)
		}
	}
	applied, err := im.Commit(ctx, ingest.LedgerNote{})
	if err != nil {
		t.Fatal(err)
	}
	return applied
}

// variants are what the current things say, in order of the thing.
func variants(t *testing.T, f storetest.Facts) (out []int) {
	t.Helper()
	entries, err := f.Timeline(context.Background(), []cx.ProfileID{1, 2}, identityStart, 100)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if e.Signature.Voice == cx.VoiceCustomer {
			out = append(out, int(e.Quantity))
		}
	}
	return out
}

func TestAnImportThatIsRolledBackOrUnknownLeavesNothing(t *testing.T) {
	ctx := context.Background()
	for engine, open := range engines {
		t.Run(engine, func(t *testing.T) {
			f := open(t)
			im, err := f.BeginImport(ctx, 1, ingest.Header{Source: "desk", Scales: storetest.Scales})
			if err != nil {
				t.Fatal(err)
			}
			if err := im.Append(ctx, []ingest.Fact{storetest.Row{Person: 1}.Fact("desk", 1, 1)}); err != nil {
				t.Fatal(err)
			}
			if err := im.Rollback(); err != nil {
				t.Fatal(err)
			}
			if _, err := im.Commit(ctx, ingest.LedgerNote{}); err == nil {
				t.Error("committed after the rollback")
			}
			if _, err := f.UndoImport(ctx, 1); cx.CodeOf(err) != cx.NotFound {
				t.Errorf("undoing it: %v", err)
			}
			if shows := variants(t, f); len(shows) > 0 {
				t.Errorf("it left %v", shows)
			}
		})
	}
}

func TestFiltersShowTheSameEverywhere(t *testing.T) {
	ctx := context.Background()
	var rows []storetest.Row
	for i := range 24 {
		rows = append(rows, storetest.Row{Thing: i, Variant: i % 4, Person: i % 5, Walker: i%11 == 10})
	}
	filters := map[string]question.Filter{
		"everything":                  {},
		"a period":                    {Period: cx.Period{From: storetest.Epoch.Add(3600e9), To: storetest.Epoch.Add(3 * 3600e9)}},
		"a period of some signatures": {Period: cx.Period{From: storetest.Epoch.Add(3600e9), To: storetest.Epoch.Add(3 * 3600e9)}, Signatures: []int32{1, 3}},
		"signatures":                  {Signatures: []int32{1, 3}},
		"no signature at all":         {Signatures: []int32{}},
		"a dimension":                 {Dimension: "region", Value: "north"},
		"a value that nobody has":     {Dimension: "region", Value: "west"},
		"a persona":                   {Persona: &cx.Persona{Where: map[string][]string{"region": {"south", "north"}, "tier": {"1"}}}},
		"a persona without a rule":    {Persona: &cx.Persona{}},
		"one customer":                {Customer: 2},
		"everything of it at a time":  {Customer: 1, Signatures: []int32{1, 2, 3, 4}, Dimension: "tier", Value: "1"},
		"a period before there was a": {Period: cx.Period{To: storetest.Epoch}},
	}
	for name, filter := range filters {
		t.Run(name, func(t *testing.T) {
			pictures := map[string][]string{}
			for engine, open := range engines {
				f := open(t)
				load(t, f, 1, rows)
				if err := f.Mirror(ctx, map[cx.ProfileID]cx.CustomerID{3: 2}); err != nil {
					t.Fatal(err)
				}
				pictures[engine] = filtered(t, f, filter)
				var n int
				err := f.Rows(ctx, "volume", filter, nil, func(scan func(...any) error) error {
					var signature int32
					var count int
					err := scan(&signature, &count)
					n += count
					return err
				})
				if err != nil || n != len(pictures[engine]) {
					t.Errorf("%s: rows show %d (%v), sequences %d", engine, n, err, len(pictures[engine]))
				}
			}
			if diff := cmp.Diff(pictures["memory"], pictures["duckdb"]); diff != "" {
				t.Errorf("(-memory +duckdb):\n%s", diff)
			}
		})
	}
}

func TestSignaturesAreUsedAlikeEverywhere(t *testing.T) {
	ctx := context.Background()
	var rows []storetest.Row
	for i := range 24 {
		rows = append(rows, storetest.Row{Thing: i, Variant: i % 4, Person: i % 5, Walker: i%11 == 10})
	}
	uses, positions := map[string][]journey.SignatureUse{}, map[string]map[int32]float64{}
	for engine, open := range engines {
		f := open(t)
		im, err := f.BeginImport(ctx, 1, ingest.Header{Source: "desk", Scales: storetest.Scales})
		if err != nil {
			t.Fatal(err)
		}
		var facts []ingest.Fact
		for i, r := range rows {
			fact := r.Fact("desk", int64(i+1), cx.ProfileID(r.Person))
			fact.Thread = int64(i % 3) // threads of several people, and none
			facts = append(facts, fact)
		}
		if err := im.Append(ctx, facts); err != nil {
			t.Fatal(err)
		}
		if _, err := im.Commit(ctx, ingest.LedgerNote{}); err != nil {
			t.Fatal(err)
		}
		if uses[engine], err = f.SignatureUse(ctx); err != nil {
			t.Fatal(err)
		}
		if positions[engine], err = f.Positions(ctx); err != nil {
			t.Fatal(err)
		}
	}
	if len(uses["memory"]) == 0 || len(positions["memory"]) == 0 {
		t.Fatal("the rows show nothing")
	}
	if diff := cmp.Diff(uses["memory"], uses["duckdb"]); diff != "" {
		t.Errorf("uses (-memory +duckdb):\n%s", diff)
	}
	if diff := cmp.Diff(positions["memory"], positions["duckdb"], cmpopts.EquateApprox(0, 1e-9)); diff != "" {
		t.Errorf("positions (-memory +duckdb):\n%s", diff)
	}
}

func TestATimelineGoesOnWhereItsPageEnded(t *testing.T) {
	ctx := context.Background()
	var rows []storetest.Row
	for i := range 12 {
		rows = append(rows, storetest.Row{Thing: i, Person: i % 2})
	}
	for engine, open := range engines {
		t.Run(engine, func(t *testing.T) {
			f := open(t)
			load(t, f, 1, rows)
			profiles := []cx.ProfileID{1, 2}
			whole, err := f.Timeline(ctx, profiles, identity.Cursor{}, 100)
			if err != nil || len(whole) < 4 {
				t.Fatalf("%d entries, %v", len(whole), err)
			}
			var pages []identity.Entry
			for after := (identity.Cursor{}); ; {
				page, err := f.Timeline(ctx, profiles, after, 3)
				if err != nil {
					t.Fatal(err)
				}
				if len(page) == 0 || len(pages) > len(whole) {
					break
				}
				pages = append(pages, page...)
				after = identity.Cursor{Start: page[len(page)-1].Start, ID: page[len(page)-1].ID}
			}
			if diff := cmp.Diff(whole, pages); diff != "" {
				t.Errorf("(-whole +pages):\n%s", diff)
			}
		})
	}
}

func TestEveryNamedFetchHasItsTwin(t *testing.T) {
	files, err := duckdb.Fetches()
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(files)
	if diff := cmp.Diff(files, memory.Fetches()); diff != "" {
		t.Errorf("sql/<fetch>.sql and store/memory/fetch_<fetch>.go (-file +twin):\n%s", diff)
	}
}
