package source

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/ingest"
	"github.com/firsthand-cx/firsthand/internal/ingest/rows"
)

// Both generations of the export say the same of the same people; the older one has no
// customer numbers.
func TestShopifysOlderCustomersAreWhoTheNewerOnesAre(t *testing.T) {
	people := func(path string) (out []ingest.PersonRow) {
		sample, candidates, err := Look(path, rows.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		if len(candidates) != 1 || candidates[0].Source.Name != "shopify_customers" || candidates[0].Confidence < Sure {
			t.Fatalf("%s: candidates %+v", path, candidates)
		}
		m, err := candidates[0].Source.Mapping(sample)
		if err != nil {
			t.Fatal(err)
		}
		preview, err := ingest.PreviewFile(path, m, 10, ingest.Defaults{Country: "DE"}, rows.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range preview.Rows {
			if row.Person == nil || len(row.Interactions) > 0 {
				t.Fatalf("line %d is no person: %+v", row.Line, row)
			}
			one := *row.Person
			one.Keys = slices.DeleteFunc(one.Keys, func(k cx.PersonKey) bool { return k.Kind == cx.KeySourceID })
			one.Attributes = map[string]string{"Total Spent": one.Attributes["Total Spent"], "Total Orders": one.Attributes["Total Orders"], "Tags": one.Attributes["Tags"]}
			out = append(out, one)
		}
		return out
	}
	newer, older := people("testdata/shopify_customers.csv"), people("testdata/shopify_customers_older.csv")
	if len(newer) != 5 || newer[0].Attributes["Total Spent"] != "120.50" || newer[0].Person.Postcode != "01067" {
		t.Errorf("people %+v", newer)
	}
	if diff := cmp.Diff(newer, older, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("newer -, older +:\n%s", diff)
	}
}
