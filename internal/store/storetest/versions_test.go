package storetest_test

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/ingest"
	"github.com/firsthand-cx/firsthand/internal/store/duckdb"
	"github.com/firsthand-cx/firsthand/internal/store/memory"
	"github.com/firsthand-cx/firsthand/internal/store/storetest"
)

// TestAnyOrderOfImportsUndosAndErasuresLeavesTheRightVersions holds the facts alone
// against the reference: many short histories, crowded onto few interactions.
func TestAnyOrderOfImportsUndosAndErasuresLeavesTheRightVersions(t *testing.T) {
	if err := flag.Set("rapid.checks", fmt.Sprint(2**histories)); err != nil {
		t.Fatal(err)
	}
	if err := flag.Set("rapid.steps", "15"); err != nil {
		t.Fatal(err)
	}
	defer flag.Set("rapid.steps", "30")
	ctx := context.Background()
	rapid.Check(t, func(rt *rapid.T) {
		dir, err := os.MkdirTemp(t.TempDir(), "versions")
		if err != nil {
			rt.Fatal(err)
		}
		real, err := duckdb.Open(ctx, filepath.Join(dir, "facts.duckdb"), duckdb.Options{Threads: 1}, nil)
		if err != nil {
			rt.Fatal(err)
		}
		defer real.Close()
		model := memory.NewFacts(nil)
		engines := []storetest.Facts{model, real}
		var next cx.ImportID
		var live []cx.ImportID
		equal := func(t *rapid.T, what string, got []any) {
			if diff := cmp.Diff(got[0], got[1]); diff != "" {
				t.Fatalf("%s (-reference +engine):\n%s", what, diff)
			}
		}
		rt.Repeat(map[string]func(*rapid.T){
			"import": func(t *rapid.T) {
				next++
				file := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) storetest.Row {
					return storetest.Row{
						Thing: rapid.IntRange(0, 2).Draw(t, "thing"), Variant: rapid.IntRange(0, 2).Draw(t, "variant"),
						Version: rapid.IntRange(0, 2).Draw(t, "version"), Person: rapid.IntRange(0, 2).Draw(t, "person"),
					}
				}), 0, 4).Draw(t, "rows")
				var got []any
				for _, e := range engines {
					im, err := e.BeginImport(ctx, next, ingest.Header{Source: "desk", Scales: storetest.Scales})
					if err != nil {
						t.Fatal(err)
					}
					for i, r := range file {
						if err := im.Append(ctx, []ingest.Fact{r.Fact("desk", int64(i), cx.ProfileID(r.Person))}); err != nil {
							t.Fatal(err)
						}
					}
					applied, err := im.Commit(ctx, ingest.LedgerNote{})
					if err != nil {
						t.Fatal(err)
					}
					got = append(got, applied)
				}
				live = append(live, next)
				equal(t, "applied", got)
			},
			"undo": func(t *rapid.T) {
				if len(live) == 0 {
					t.Skip("nothing to undo")
				}
				i := rapid.IntRange(0, len(live)-1).Draw(t, "which")
				var got []any
				for _, e := range engines {
					undone, err := e.UndoImport(ctx, live[i])
					if err != nil {
						t.Fatal(err)
					}
					got = append(got, undone)
				}
				live = slices.Delete(live, i, i+1)
				equal(t, "undone", got)
			},
			"erase": func(t *rapid.T) {
				p := cx.ProfileID(rapid.IntRange(1, 2).Draw(t, "profile"))
				for _, e := range engines {
					if _, err := e.EraseProfiles(ctx, []cx.ProfileID{p}); err != nil {
						t.Fatal(err)
					}
				}
			},
			"link": func(t *rapid.T) {
				c := cx.CustomerID(rapid.IntRange(1, 2).Draw(t, "customer"))
				for _, e := range engines {
					if err := e.Mirror(ctx, map[cx.ProfileID]cx.CustomerID{2: c}); err != nil {
						t.Fatal(err)
					}
				}
			},
			"": func(t *rapid.T) {
				if got, want := picture(t, real), picture(t, model); !slices.Equal(got, want) {
					t.Fatalf("sequences (-reference +engine):\n%s", cmp.Diff(want, got))
				}
			},
		})
	})
}
