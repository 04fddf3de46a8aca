package source

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/ingest"
	"github.com/firsthand-cx/firsthand/internal/ingest/rows"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// TestFixturesBecomeTheirInteractions reads each source's fixture without being
// told what it is and compares what comes out, in words, with a golden file.
func TestFixturesBecomeTheirInteractions(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range All() {
		t.Run(s.Name, func(t *testing.T) {
			fixtures, err := filepath.Glob(filepath.Join("testdata", s.Name+".[cjm]*"))
			if err != nil || len(fixtures) != 1 {
				t.Fatalf("fixtures %v, %v", fixtures, err)
			}
			sample, candidates, err := Look(fixtures[0], rows.Limits{})
			if err != nil {
				t.Fatal(err)
			}
			if len(candidates) == 0 || candidates[0].Source.Name != s.Name || candidates[0].Confidence < Sure {
				t.Fatalf("candidates %+v", candidates)
			}
			if len(candidates) > 1 && candidates[1].Confidence >= Sure {
				t.Errorf("it could be a %s too", candidates[1].Source.Title)
			}
			m, err := candidates[0].Source.Mapping(sample)
			if err != nil {
				t.Fatal(err)
			}
			if again, err := ingest.ParseMapping("again", m.YAML()); err != nil || string(again.YAML()) != string(m.YAML()) {
				t.Errorf("the mapping does not survive being saved: %v\n%s", err, m.YAML())
			}
			preview, err := ingest.PreviewFile(fixtures[0], m, 100, ingest.Defaults{Zone: berlin, Country: "DE"}, rows.Limits{})
			if err != nil {
				t.Fatal(err)
			}
			var b strings.Builder
			for _, row := range preview.Rows {
				switch {
				case row.Reject != nil:
					fmt.Fprintf(&b, "%s\n", row.Reject)
				case row.Skipped:
					fmt.Fprintf(&b, "line %d: skipped\n", row.Line)
				}
				for i, line := range row.Lines {
					fmt.Fprintf(&b, "line %d: %s", row.Line, line)
					if row.Person == nil {
						fmt.Fprintf(&b, " · %d attributes", len(row.Interactions[i].Attributes))
					}
					b.WriteByte('\n')
				}
			}
			golden := filepath.Join("testdata", s.Name+".golden")
			if *update {
				if err := os.WriteFile(golden, []byte(b.String()), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if b.String() != string(want) {
				t.Errorf("got\n%s\nwant\n%s", b.String(), want)
			}
		})
	}
}

func TestAnOrdinaryTableIsOfNoSource(t *testing.T) {
	if c := Detect(Sample{Header: []string{"Id", "Name", "Email", "Created at", "Total", "Status"}}); len(c) != 0 {
		t.Errorf("candidates %+v", c)
	}
}

func TestEverySourceIsFoundByItsName(t *testing.T) {
	for _, s := range All() {
		if found, ok := Find(s.Name); !ok || found.Title != s.Title {
			t.Errorf("%s is not found", s.Name)
		}
		m, err := ingest.ParseMapping(s.Name, []byte(s.YAML))
		want := s.Name
		if want == "zendesk_metrics" { // its tickets are those of the ticket export
			want = "zendesk"
		}
		if err != nil || m.Source != want {
			t.Errorf("%s: %v, source %q", s.Name, err, m.Source)
		}
	}
}

// A walk that begins at a marked address says so in the site's own events.
func TestMarkedEventsAreWalkTraffic(t *testing.T) {
	sample, candidates, err := Look("testdata/segment.jsonl", rows.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	m, err := candidates[0].Source.Mapping(sample)
	if err != nil {
		t.Fatal(err)
	}
	preview, err := ingest.PreviewFile("testdata/segment.jsonl", m, 100, ingest.Defaults{}, rows.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	voices := map[cx.Voice]int{}
	for _, row := range preview.Rows {
		for _, x := range row.Interactions {
			voices[x.Voice]++
		}
	}
	if voices[cx.VoiceRobot] != 1 || voices[cx.VoiceCustomer] != 4 {
		t.Errorf("%d events of robots, %d of customers", voices[cx.VoiceRobot], voices[cx.VoiceCustomer])
	}
}
