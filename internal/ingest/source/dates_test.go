package source

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding/charmap"

	"github.com/firsthand-cx/firsthand/internal/ingest"
	"github.com/firsthand-cx/firsthand/internal/ingest/rows"
)

const zendeskHeader = "Id;Requester;Requester email;Subject;Status;Priority;Via;Ticket type;Created at;Updated at;Assignee;Group;Satisfaction Score;Reopens;First reply time in minutes;Solved at\n"

func zendeskRow(id, created, updated, solved string) string {
	return id + ";Jörg Müller;joerg@example.de;Lieferung zu spät;Solved;Normal;Mail;Problem;" + created + ";" + updated + ";Käthe;Service;-;0;12;" + solved + "\n"
}

// A help desk's export that went through a German spreadsheet: semicolons, Windows' letters
// and dates with the day first, in a file that nobody wrote a mapping for.
func TestDatesOfAKnownExportAreReadAsTheFileWritesThem(t *testing.T) {
	for name, tt := range map[string]struct {
		rows []string
		open []string // columns that could be read both ways
		want string   // when the first came in
	}{
		"dots": {[]string{
			zendeskRow("1", "04.05.2026 09:00", "04.05.2026 10:00", "-"), zendeskRow("2", "05.05.2026 09:00", "05.05.2026 10:00", "-"),
			zendeskRow("3", "06.05.2026 09:00", "06.05.2026 10:00", "06.05.2026 10:00"),
		}, nil, "2026-05-04 09:00"},
		"dots and a short year":                   {[]string{zendeskRow("1", "04.05.26 09:00", "04.05.26 10:00", "05.05.26 10:00")}, nil, "2026-05-04 09:00"},
		"a day above 12":                          {[]string{zendeskRow("1", "04/05/2026 09:00", "13/05/2026 10:00", "-"), zendeskRow("2", "14/05/2026 09:00", "14/05/2026 10:00", "-")}, nil, "2026-05-04 09:00"},
		"a day above 12 in another column alone":  {[]string{zendeskRow("1", "04/05/2026 09:00", "13/05/2026 10:00", "-")}, nil, "2026-05-04 09:00"},
		"a second number above 12":                {[]string{zendeskRow("1", "05/04/2026 09:00", "05/13/2026 10:00", "-")}, nil, "2026-05-04 09:00"},
		"as Zendesk writes them":                  {[]string{zendeskRow("1", "2026-05-04 09:00", "2026-05-04 10:00", "-")}, nil, "2026-05-04 09:00"},
		"slashes that could be read both ways":    {[]string{zendeskRow("1", "04/05/2026 09:00", "04/05/2026 10:00", "-")}, []string{"Updated at", "Created at"}, "2026-05-04 09:00"},
		"a short year that could be in any place": {[]string{zendeskRow("1", "04/05/06 09:00", "04/05/06 10:00", "-")}, []string{"Updated at", "Created at"}, "2006-05-04 09:00"},
	} {
		t.Run(name, func(t *testing.T) {
			text, err := charmap.Windows1252.NewEncoder().String(zendeskHeader + strings.Join(tt.rows, ""))
			if err != nil {
				t.Fatal(err)
			}
			path := filepath.Join(t.TempDir(), "tickets.csv")
			if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			sample, candidates, err := Look(path, rows.Limits{})
			if err != nil || len(candidates) == 0 || candidates[0].Confidence < Sure {
				t.Fatal(candidates, err)
			}
			m, err := candidates[0].Source.Mapping(sample)
			if err != nil {
				t.Fatal(err)
			}
			open := ingest.OpenOrders(&m, sample.Header, sample.Rows)
			if !slices.Equal(open, tt.open) {
				t.Errorf("%q are left open", open)
			}
			ingest.DayFirst(&m, open)
			preview, err := ingest.PreviewFile(path, m, 10, ingest.Defaults{Zone: time.UTC}, rows.Limits{})
			if err != nil {
				t.Fatal(err)
			}
			for _, row := range preview.Rows {
				if row.Reject != nil || len(row.Interactions) != 1 {
					t.Errorf("%+v, set aside: %v", row, row.Reject)
				}
			}
			first := preview.Rows[0].Interactions[0]
			if at := first.Start.Format("2006-01-02 15:04"); at != tt.want || first.Person.Name != "Jörg Müller" || first.Texts[0].Text != "Lieferung zu spät" {
				t.Errorf("%s %+v %+v", at, first.Person, first.Texts)
			}
			if tt.open == nil && name == "dots" && preview.Rows[2].Interactions[0].End.IsZero() {
				t.Error("the end is not read among the rows that have none")
			}
		})
	}
}

// What an export usually does decides where the file does not.
func TestAnOrderThatAnExportKeepsIsKept(t *testing.T) {
	s, _ := Find("surveymonkey")
	for written, want := range map[string]string{"03/02/2026 02:15:22 PM": "mdy", "03.02.2026 14:15:22": "dmy", "23/02/2026 14:15": "dmy"} {
		header := []string{"Respondent ID", "Start Date", "End Date"}
		sample := Sample{Header: header, Rows: []rows.Row{{Cells: []string{"", "", ""}}, {Cells: []string{"1", written, written}}}}
		m, err := s.Mapping(sample)
		if err != nil || m.Start[0].Order != want || len(ingest.OpenOrders(&m, header, sample.Rows)) != 0 {
			t.Errorf("%s is read in the order %q, %v", written, m.Start[0].Order, err)
		}
	}
}
