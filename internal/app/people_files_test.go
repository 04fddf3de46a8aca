package app_test

import (
	"encoding/csv"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/firsthand-cx/firsthand/internal/api"
	"github.com/firsthand-cx/firsthand/internal/app"
	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/ingest"
)

// TestPeopleAreLinkedAsTheirFilesMappingIsProposed takes the proposed mapping of public
// files of people as it is, imports with it, and holds who is one person against who is.
func TestPeopleAreLinkedAsTheirFilesMappingIsProposed(t *testing.T) {
	for _, c := range []struct {
		folder, file, id  string
		person            func(row map[string]string) string
		people            int64
		precision, recall float64
	}{
		// A record's number says whose it is: rec-1496-org, rec-1496-dup-0.
		{"febrl", "dataset3.csv", "rec_id", func(row map[string]string) string { return strings.Split(row["rec_id"], "-")[1] }, 5000, .9999, .998},
		{"splink_fake1000", "fake_1000.csv", "unique_id", func(row map[string]string) string { return row["cluster"] }, 1000, .9999, .92},
	} {
		t.Run(c.folder, func(t *testing.T) {
			path := filepath.Join(realData(t, c.folder), c.file)
			of := map[string]string{} // whose a record is
			f, err := os.Open(path)
			if err != nil {
				t.Fatal(err)
			}
			records, err := csv.NewReader(f).ReadAll()
			f.Close()
			if err != nil {
				t.Fatal(err)
			}
			for _, cells := range records[1:] {
				row := map[string]string{}
				for i, name := range records[0] {
					row[strings.TrimSpace(name)] = strings.TrimSpace(cells[i])
				}
				of[row[c.id]] = c.person(row)
			}

			a, s := server(t)
			var up ingest.Upload
			var p api.Proposal
			request(t, s, http.MethodPost, "/api/v1/uploads?name="+c.file, a.LocalToken(), strings.NewReader(read(t, path)), &up)
			request(t, s, http.MethodGet, "/api/v1/uploads/"+up.ID+"/proposal", a.LocalToken(), nil, &p)
			run := bringOverHTTP(t, s, a.LocalToken(), c.file, read(t, path), p.Mapping)
			if run.State != ingest.RunDone || run.Summary.People != c.people || run.Summary.Rejected != 0 {
				t.Fatalf("%+v, %+v with\n%s", run, run.Summary, p.Mapping)
			}
			precision, recall := agreement(customers(t, a, s, c.people), of)
			t.Logf("%s: precision %.4f, recall %.4f, with\n%s", c.file, precision, recall, p.Mapping)
			if precision < c.precision || recall < c.recall {
				t.Errorf("precision %.4f, recall %.4f", precision, recall)
			}
		})
	}
}

// customers are the record numbers of each customer.
func customers(t *testing.T, a *app.App, s *httptest.Server, profiles int64) (out [][]string) {
	t.Helper()
	for id := range profiles {
		var who api.CustomerPage
		res := request(t, s, http.MethodGet, "/api/v1/customers/"+strconv.FormatInt(id+1, 10)+"?limit=1", a.LocalToken(), nil, &who)
		if res.StatusCode != http.StatusOK {
			t.Fatalf("customer %d answers %s", id+1, res.Status)
		}
		if int64(who.ID) != id+1 { // it has become part of another
			continue
		}
		var records []string
		for _, k := range who.Keys {
			if k.Key.Kind == cx.KeySourceID {
				records = append(records, k.Key.Value)
			}
		}
		out = append(out, records)
	}
	return out
}

// agreement is how many of the pairs in a group are one person, and how many of the pairs
// that are one person are in a group.
func agreement(groups [][]string, of map[string]string) (precision, recall float64) {
	pairs := func(n int) float64 { return float64(n*(n-1)) / 2 }
	var found, right, all float64
	size := map[string]int{}
	for _, group := range groups {
		inGroup := map[string]int{}
		for _, record := range group {
			inGroup[of[record]]++
			size[of[record]]++
		}
		found += pairs(len(group))
		for _, n := range inGroup {
			right += pairs(n)
		}
	}
	for _, n := range size {
		all += pairs(n)
	}
	return right / found, right / all
}
