package source

import (
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

// One answer that nobody could have given hides no question: its row is set aside.
func TestAnAnswerOutsideTheScaleIsSetAside(t *testing.T) {
	const typeform = "#,%s,Response Type,Start Date (UTC),Stage Date (UTC),Submit Date (UTC),Network ID,Tags,Ending\n"
	const row = "r%d,%s,completed,2026-03-02 14:15:22,,2026-03-02 14:16:40,a1,,\n"
	for name, tt := range map[string]struct {
		question string
		answers  []string
		metric   cx.Metric
		max      float64
		aside    []string // the cells for which rows are
	}{
		"an 11 and a 12 among NPS answers": {"How likely are you to recommend us?", []string{"0", "10", "9", "11", "8", "7", "6", "3", "12", "10", "9"}, cx.NPS, 10, []string{"11", "12"}},
		"a 55 for a 5":                     {"How satisfied are you?", []string{"5", "4", "55", "1", "3", "2"}, cx.CSAT, 5, []string{"55"}},
		"a 0 where effort begins with 1":   {"How easy was it?", []string{"7", "0", "1", "5", "6", "2"}, cx.CES, 7, []string{"0"}},
		"a word among numbers":             {"Wie zufrieden sind Sie?", []string{"5", "4", "gut", "1", "3", "2"}, cx.CSAT, 5, []string{"gut"}},
		"a word that is none of the five":  {"And the shop?", []string{"Satisfied", "Neutral", "Fine", "Dissatisfied", "Satisfied"}, cx.CSAT, 5, []string{"Fine"}},
		"answers of another scale":         {"How likely are you to recommend us, in percent?", []string{"80", "100", "10", "55", "0"}, "", 0, nil},
	} {
		t.Run(name, func(t *testing.T) {
			text := fmt.Sprintf(typeform, strings.ReplaceAll(tt.question, ",", ""))
			for i, answer := range tt.answers {
				text += fmt.Sprintf(row, i, answer)
			}
			path := filepath.Join(t.TempDir(), "answers.csv")
			if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			sample, candidates, err := Look(path, rows.Limits{})
			if err != nil {
				t.Fatal(err)
			}
			m, err := candidates[0].Source.Mapping(sample)
			if err != nil {
				t.Fatal(err)
			}
			if tt.metric == "" {
				if len(m.Scales) != 0 {
					t.Errorf("scales %+v", m.Scales)
				}
				return
			}
			if len(m.Scales) != 1 || m.Scales[0].Metric != tt.metric || m.Scales[0].Max != tt.max {
				t.Fatalf("scales %+v", m.Scales)
			}
			preview, err := ingest.PreviewFile(path, m, 100, ingest.Defaults{Zone: time.UTC}, rows.Limits{})
			if err != nil {
				t.Fatal(err)
			}
			var aside []string
			scored := 0
			for _, r := range preview.Rows {
				if r.Reject != nil {
					aside = append(aside, r.Reject.Value)
				}
				for _, x := range r.Interactions {
					if x.Scale != "" {
						scored++
					}
				}
			}
			if strings.Join(aside, ",") != strings.Join(tt.aside, ",") || scored != len(tt.answers)-len(tt.aside) {
				t.Errorf("set aside for %q, %d scored", aside, scored)
			}
		})
	}
}
