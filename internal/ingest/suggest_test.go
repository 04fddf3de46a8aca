package ingest

import (
	"testing"
	"time"

	"github.com/firsthand-cx/firsthand/internal/ingest/rows"
)

func TestRealFilesAreImportableAsSuggested(t *testing.T) {
	cases := []struct {
		folder, file string
		rows         int
		kind         string
		maxRejected  int
	}{
		{"anonymous_bank", "january.txt", 31599, "contact", 0},
		{"nps_verbatim", "nps_verbatim.csv", 2385, "survey_answer", 0},
		{"airbnb_sessions", "airbnb-session-data.txt", 7756, "event", 0},
		{"helpdesk_italy", "finale.csv", 21348, "event", 0},
		{"comcast", "Comcast_telecom_complaints_data.csv", 2224, "contact", 0},
	}
	for _, c := range cases {
		t.Run(c.file, func(t *testing.T) {
			path := realData(t, c.folder, c.file)
			s, _, err := SuggestFile(path, c.file, rows.Limits{})
			if err != nil {
				t.Fatal(err)
			}
			t.Logf("%s%v", s.Mapping.YAML(), s.Guesses)
			if _, err := ParseMapping("suggested", s.Mapping.YAML()); err != nil {
				t.Fatal(err)
			}
			got := mapFile(t, path, s.Mapping)
			if got.rows != c.rows || got.rejected > c.maxRejected || s.Mapping.Kind[0].Value != c.kind {
				t.Errorf("%d rows, %d rejected (%v), kind %s", got.rows, got.rejected, got.first, s.Mapping.Kind[0].Value)
			}
			if p, err := PreviewFile(path, s.Mapping, 5, Defaults{Zone: time.UTC}, rows.Limits{}); err != nil || len(p.Rows) != 5 {
				t.Errorf("preview: %v, %d rows", err, len(p.Rows))
			} else {
				t.Log(p.Rows[0].Lines)
			}
		})
	}
}
