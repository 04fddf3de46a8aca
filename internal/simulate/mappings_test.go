package simulate

import (
	"errors"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/ingest"
	"github.com/firsthand-cx/firsthand/internal/ingest/rows"
)

func readMapping(t *testing.T, name string) ingest.Mapping {
	t.Helper()
	text, err := declaration(name)
	if err != nil {
		t.Fatal(err)
	}
	m, err := ingest.ParseMapping(name, text)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestMappingFilesNameColumnsThatTheFilesHave(t *testing.T) {
	for name, header := range map[string]string{CallsMappingFile: callsHeader, CancellationsMappingFile: cancellationsHeader, MessagesMappingFile: messagesHeader} {
		m := readMapping(t, name)
		for _, column := range m.Columns() {
			if !slices.Contains(strings.Split(header, ","), column) {
				t.Errorf("%s maps the column %q, which the file lacks", name, column)
			}
		}
		if m.Zone != Zone {
			t.Errorf("%s reads times in %s, the company lives in %s", name, m.Zone, Zone)
		}
	}
}

// mapped reads a file as an import does; nothing of it may be set aside.
func mapped(t *testing.T, dir, file, mapping string) []cx.Interaction {
	t.Helper()
	m := readMapping(t, mapping)
	f, err := rows.Open(filepath.Join(dir, file), rows.Options{Format: m.Format})
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	m, _, err = ingest.Settle(m, f.Header(), nil)
	if err != nil {
		t.Fatal(err)
	}
	mapper, err := ingest.Compile(m, f.Header(), ingest.Defaults{})
	if err != nil {
		t.Fatal(err)
	}
	var all []cx.Interaction
	for {
		var row rows.Row
		if err := f.Read(&row); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		made, reject := mapper.Map(&row, nil)
		if reject != nil {
			t.Fatalf("%s: %s", file, reject)
		}
		all = append(all, made...)
	}
}

func TestThePhoneLogReadsAsContacts(t *testing.T) {
	dir, truth := company(t, 1500, 2, nil)
	calls := mapped(t, dir, CallsFile, CallsMappingFile)
	nobody, abandoned := 0, 0
	for _, c := range calls {
		if c.Kind != cx.Contact || c.Initiator != cx.ByCustomer || c.Channel != "phone" || c.SourceID == "" {
			t.Fatalf("a call reads as %+v", c)
		}
		if c.Start.Before(truth.From) || !c.Start.Before(truth.To) || c.End.Before(c.Start) {
			t.Errorf("call %s lasts from %s to %s", c.SourceID, c.Start, c.End)
		}
		switch {
		case c.Outcome == outcomeAbandoned:
			abandoned++
			if !c.Censored || !c.FirstHuman.IsZero() || c.Employee != "" {
				t.Errorf("an abandoned call reads as %+v", c)
			}
		case c.Censored || c.FirstHuman.Before(c.Start) || c.FirstHuman.After(c.End):
			t.Errorf("an answered call reads as %+v", c)
		}
		if len(c.Keys) == 0 {
			nobody++
		}
		for _, k := range c.Keys {
			if k.Kind == cx.KeyPhone && !strings.HasPrefix(k.Value, "+1") {
				t.Errorf("a phone number reads as %q", k.Value)
			}
		}
		if c.Dimensions["region"] == "" || c.Dimensions["age_group"] == "" || c.Dimensions["line"] == "" {
			t.Errorf("a call has the dimensions %v", c.Dimensions)
		}
	}
	if share := float64(nobody) / float64(len(calls)); share < .05 || share > .2 {
		t.Errorf("%.3f of the callers are not identified", share)
	}
	if abandoned == 0 {
		t.Error("nobody gave up")
	}
}

func TestTheCancellationsReadAsDays(t *testing.T) {
	dir, _ := company(t, 1500, 2, nil)
	left := mapped(t, dir, CancellationsFile, CancellationsMappingFile)
	closed := 0
	for _, c := range left {
		if c.Initiator == cx.BySystem {
			closed++
		}
		if c.Kind != cx.Cancellation || c.Precision != cx.ToTheDay || len(c.Keys) == 0 || c.Amount.Currency != Currency || c.Amount.Minor < 1000 {
			t.Fatalf("a cancellation reads as %+v", c)
		}
	}
	if closed == 0 || closed > len(left)/5 {
		t.Errorf("the company closed %d of %d itself", closed, len(left))
	}
}

func TestTheMailToolReadsAsMessagesAndWishes(t *testing.T) {
	dir, _ := company(t, 1500, 2, nil)
	purposes := map[string]int{}
	for _, m := range mapped(t, dir, MessagesFile, MessagesMappingFile) {
		purposes[m.Touchpoint]++
		wish := m.Touchpoint == "unsubscribe"
		if wish != (m.Kind == cx.Event) || wish != (m.Initiator == cx.ByCustomer) || !wish && m.Kind != cx.Message || len(m.Keys) == 0 || m.Dimensions["age_group"] == "" {
			t.Fatalf("a line reads as %+v", m)
		}
	}
	for _, purpose := range []string{purposeNewsletter, purposeOffer, purposeOrder, "unsubscribe"} {
		if purposes[purpose] == 0 {
			t.Errorf("no %s: %v", purpose, purposes)
		}
	}
}
