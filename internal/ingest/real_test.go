package ingest

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/ingest/rows"
)

// tally is what came of mapping a whole file.
type tally struct {
	rows, skipped, rejected int
	interactions            []cx.Interaction
	first                   *Reject
	ids                     map[string]int
}

func mapFile(t testing.TB, path string, m Mapping) tally {
	t.Helper()
	im := &Importer{Now: time.Now}
	p, err := im.prepare(Request{Path: path, Mapping: m})
	if err != nil {
		t.Fatal(err)
	}
	defer p.file.Close()
	out := tally{ids: map[string]int{}}
	var row rows.Row
	for {
		if err := p.file.Read(&row); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		out.rows++
		before := len(out.interactions)
		var r *Reject
		out.interactions, r = p.mapper.Map(&row, out.interactions)
		switch {
		case r != nil:
			out.rejected++
			if out.first == nil {
				out.first = r
			}
		case len(out.interactions) == before:
			out.skipped++
		}
		for _, x := range out.interactions[before:] {
			out.ids[x.SourceID+"/"+x.Part]++
		}
	}
	return out
}

func example(t testing.TB, name string) Mapping {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(repoRoot(t), "examples", name+".mapping.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	m, err := ParseMapping(name, b)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func (o tally) count(keep func(cx.Interaction) bool) int {
	n := 0
	for _, x := range o.interactions {
		if keep(x) {
			n++
		}
	}
	return n
}

func TestRealFilesGiveTheirKnownCounts(t *testing.T) {
	identified := func(x cx.Interaction) bool { return len(x.Keys) > 0 }
	answered := func(x cx.Interaction) bool { return !x.FirstHuman.IsZero() }
	cases := []struct {
		mapping, folder, file                 string
		rows, skipped, rejected, interactions int
		what                                  string
		keep                                  func(cx.Interaction) bool
		kept                                  int
	}{
		{"anonymous_bank", "anonymous_bank", "january.txt", 31599, 0, 0, 31599, "identified callers", identified, 13424},
		{"anonymous_bank", "anonymous_bank", "february.txt", 33344, 0, 0, 33344, "answered calls", answered, 27162},
		{"nps_verbatim", "nps_verbatim", "nps_verbatim.csv", 2385, 0, 0, 2385, "scores", func(x cx.Interaction) bool { return x.Scale == "nps" }, 2353},
		{"airbnb_sessions", "airbnb_sessions", "airbnb-session-data.txt", 7756, 0, 0, 7756 + 1236 + 1279 + 145, "booking requests", func(x cx.Interaction) bool { return x.Part == "booking" }, 145},
		{"helpdesk_italy", "helpdesk_italy", "finale.csv", 21348, 0, 0, 21348, "resolutions", func(x cx.Interaction) bool { return x.Touchpoint == "ticket/resolved" }, 4985},
		{"comcast", "comcast", "Comcast_telecom_complaints_data.csv", 2224, 0, 0, 2224, "texts", func(x cx.Interaction) bool { return len(x.Texts) == 1 }, 2224},
	}
	for _, c := range cases {
		t.Run(c.file, func(t *testing.T) {
			got := mapFile(t, realData(t, c.folder, c.file), example(t, c.mapping))
			if got.rows != c.rows || got.skipped != c.skipped || got.rejected != c.rejected || len(got.interactions) != c.interactions {
				t.Errorf("rows %d, skipped %d, rejected %d, interactions %d; want %d, %d, %d, %d (first reject: %v)",
					got.rows, got.skipped, got.rejected, len(got.interactions), c.rows, c.skipped, c.rejected, c.interactions, got.first)
			}
			if n := got.count(c.keep); n != c.kept {
				t.Errorf("%d %s, want %d", n, c.what, c.kept)
			}
			for id, n := range got.ids {
				if n > 1 {
					t.Errorf("%d interactions have the id %s", n, id)
					break
				}
			}
		})
	}
}

func TestBankCallKeepsItsWaitAndWhoEndedIt(t *testing.T) {
	got := mapFile(t, realData(t, "anonymous_bank", "january.txt"), example(t, "anonymous_bank"))
	hung, served := got.interactions[0], got.interactions[2]
	jerusalem, err := time.LoadLocation("Asia/Jerusalem")
	if err != nil {
		t.Fatal(err)
	}
	if want := time.Date(1999, 1, 1, 0, 0, 31, 0, jerusalem); !hung.Start.Equal(want) || !hung.Censored || !hung.FirstHuman.IsZero() ||
		hung.End.Sub(hung.Start) != 158*time.Second || hung.Keys[0].Value != "9664491" || hung.Outcome != "abandoned" {
		t.Errorf("the caller who hung up: %+v", hung)
	}
	if served.FirstHuman.Sub(served.Start) != 23*time.Second || served.End.Sub(served.Start) != 77*time.Second ||
		served.Employee != "MICHAL" || served.Dimensions["priority"] != "priority" || served.Dimensions["queued"] != "yes" {
		t.Errorf("the caller who was served: %+v", served)
	}
	if unknown := got.interactions[1]; len(unknown.Keys) != 0 || unknown.Dimensions["queued"] != "no" {
		t.Errorf("the caller nobody knows: %+v", unknown)
	}
}
