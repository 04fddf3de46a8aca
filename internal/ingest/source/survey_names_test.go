package source

import (
	"testing"

	"github.com/firsthand-cx/firsthand/internal/ingest/rows"
)

// Whoever says in a survey what they are called is known by it, and not quoted with it.
func TestNamesGivenInASurveySayWhoAnswered(t *testing.T) {
	s, _ := Find("typeform")
	header := []string{"#", "First name", "Last name", "Your name?", "What is your dog's name?", "Email", "Start Date (UTC)", "Submit Date (UTC)"}
	row := rows.Row{Cells: []string{"a1", "Ana Maria de", "Silva e Souza dos Reis", "Ana", "Rex of the old hill farm", "ana@example.com", "2026-03-02 14:15:22", "2026-03-02 14:16:40"}}
	m, err := s.Mapping(Sample{Header: header, Rows: []rows.Row{row}})
	if err != nil {
		t.Fatal(err)
	}
	for field, want := range map[string]string{"first_name": "First name", "last_name": "Last name", "name": "Your name?"} {
		if got := m.Person.Fields[field]; len(got) != 1 || got[0].Column != want {
			t.Errorf("%s is read from %v, not %q", field, got, want)
		}
	}
	if len(m.Texts) != 1 || m.Texts[0].Column != "What is your dog's name?" {
		t.Errorf("texts %+v", m.Texts)
	}
}
