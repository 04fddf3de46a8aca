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

func TestOneAnswerOutsideTheScaleHidesNoScore(t *testing.T) {
	for name, tt := range map[string]struct {
		answers []string
		want    bool
	}{
		"all of the scale":     {[]string{"0", "10", "9", "3", "7", "8"}, true},
		"one is not":           {[]string{"0", "10", "11", "3", "7", "8"}, true},
		"a few have no answer": {[]string{"0", "10", "NA", "3", "7", "NA"}, true},
		"two of six are not":   {[]string{"0", "10", "11", "3", "12", "8"}, false},
		"percentages":          {[]string{"0", "100", "50", "5", "75", "80"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			var sample []rows.Row
			for _, v := range tt.answers {
				sample = append(sample, rows.Row{Cells: []string{"2026-03-01", v}})
			}
			m := Suggest("answers", []string{"Date", "NPS"}, sample).Mapping
			if (m.Score != nil) != tt.want {
				t.Errorf("score %+v", m.Score)
			}
		})
	}
}
