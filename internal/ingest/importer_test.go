package ingest_test

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/identity"
	"github.com/firsthand-cx/firsthand/internal/ingest"
	"github.com/firsthand-cx/firsthand/internal/ingest/rows"
	"github.com/firsthand-cx/firsthand/internal/store"
)

// importer is an Importer over real stores in a folder of the test.
func importer(t testing.TB) *ingest.Importer {
	t.Helper()
	s, err := store.Open(context.Background(), t.TempDir(), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return &ingest.Importer{
		Vault: s.Vault, Facts: s.Facts, Linker: identity.New(s.Vault, s.Facts, time.Now),
		Key: []byte("a test's key"), Now: time.Now,
	}
}

const ticketMapping = `
source: desk
id: id
version: {column: updated, order: ymd}
customer: [{email: email}]
nobody: [nobody@example.com]
kind: contact
start: {column: created, order: ymd}
channel: {column: via, default: email}
texts: subject
dimensions: [team]
`

func mapping(t testing.TB, text string) ingest.Mapping {
	t.Helper()
	m, err := ingest.ParseMapping("test", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func write(t testing.TB, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "tickets.csv")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

const tickets = `id,created,updated,email,via,team,subject
1,2026-01-02 10:00,2026-01-02 11:00,ana@example.com,chat,red,"=HYPERLINK(""x"")"
2,2026-01-03 10:00,2026-01-03 11:00,nobody@example.com,,red,-not solved
3,2026-13-40 10:00,2026-01-03 11:00,cy@example.com,phone,blue,'quoted
4,2026-01-05 10:00,2026-01-05 11:00,not an address,phone,blue,"@you, ""hm"""
5,2026-01-06 10:00
`

func TestImportOnceMoreChangesNothing(t *testing.T) {
	ctx, im := context.Background(), importer(t)
	req := ingest.Request{Path: write(t, tickets), Mapping: mapping(t, ticketMapping)}
	first, err := im.Import(ctx, req)
	if err != nil {
		t.Fatal(err)
	}
	if first.Read != 5 || first.Rejected != 2 || first.Interactions != 3 || first.Unidentified != 2 || first.Applied.New != 3 {
		t.Errorf("first %+v", first)
	}
	if first.Reasons["created: no such day in the order year, month, day"] != 1 || first.Reasons["the row has 2 cells, the header 7"] != 1 {
		t.Errorf("reasons %v", first.Reasons)
	}
	if !strings.Contains(strings.Join(first.Warnings, "\n"), "1 values in the column email are no usable customer keys") {
		t.Errorf("warnings %q", first.Warnings)
	}
	second, err := im.Import(ctx, req)
	if err != nil {
		t.Fatal(err)
	}
	if second.Applied.New != 0 || second.Applied.Unchanged != 3 {
		t.Errorf("second %+v", second.Applied)
	}
}

func TestNewerVersionSupersedesAndOlderDoesNot(t *testing.T) {
	ctx, im := context.Background(), importer(t)
	m := mapping(t, ticketMapping)
	header := "id,created,updated,email,via,team,subject\n"
	for _, step := range []struct {
		name, row string
		want      ingest.Applied
	}{
		{"a new row", "1,2026-01-02 10:00,2026-01-02 11:00,a@example.com,chat,red,hello", ingest.Applied{New: 1}},
		{"a newer version of it", "1,2026-01-02 10:00,2026-01-04 11:00,a@example.com,phone,red,hello", ingest.Applied{Superseding: 1}},
		{"an older version of it", "1,2026-01-02 10:00,2026-01-03 11:00,a@example.com,web,red,hello", ingest.Applied{Older: 1}},
	} {
		s, err := im.Import(ctx, ingest.Request{Path: write(t, header+step.row+"\n"), Mapping: m})
		if err != nil {
			t.Fatal(err)
		}
		if s.Applied != step.want {
			t.Errorf("%s: %+v", step.name, s.Applied)
		}
	}
}

func TestRejectsAreCorrectedInASpreadsheetAndImportedAgain(t *testing.T) {
	ctx, im := context.Background(), importer(t)
	m := mapping(t, ticketMapping+"bad_keys: reject\n")
	rejects := filepath.Join(t.TempDir(), "rejects.csv")
	first, err := im.Import(ctx, ingest.Request{Path: write(t, tickets), Mapping: m, Rejects: rejects})
	if err != nil {
		t.Fatal(err)
	}
	if first.Rejected != 3 || first.RejectsFile != rejects {
		t.Fatalf("first %+v", first)
	}
	f, err := os.Open(rejects)
	if err != nil {
		t.Fatal(err)
	}
	records, err := csv.NewReader(f).ReadAll()
	f.Close()
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(records[1][:5], "|"); got != "tickets.csv|4|created|2026-13-40 10:00|no such day in the order year, month, day" {
		t.Errorf("reject %q", got)
	}
	for _, r := range records[1:] {
		for _, c := range r {
			if c != "" && strings.ContainsAny(c[:1], "=+-@\t") {
				t.Errorf("a spreadsheet would run %q", c)
			}
		}
	}
	// What a person does: the date, the address and the short row, saved with
	// semicolons as a German spreadsheet does.
	var corrected strings.Builder
	w := csv.NewWriter(&corrected)
	w.Comma = ';'
	for _, r := range records {
		switch r[5] {
		case "3":
			r[6] = "2026-01-04 10:00"
		case "4":
			r[8] = "dee@example.com"
		case "5":
			r[7], r[8], r[9] = "2026-01-06 11:00", "eve@example.com", "chat"
		}
		if err := w.Write(r); err != nil {
			t.Fatal(err)
		}
	}
	w.Flush()
	again, err := im.Import(ctx, ingest.Request{Path: write(t, "\uFEFF"+corrected.String()), Mapping: m})
	if err != nil {
		t.Fatal(err)
	}
	if again.Rejected != 0 || again.Applied.New != 3 {
		t.Errorf("again %+v", again)
	}
	// The whole file, corrected, has nothing new: the texts came through the
	// guards as they were.
	whole := strings.NewReplacer("2026-13-40 10:00", "2026-01-04 10:00", "not an address", "dee@example.com",
		"5,2026-01-06 10:00\n", "5,2026-01-06 10:00,2026-01-06 11:00,eve@example.com,chat,,\n").Replace(tickets)
	s, err := im.Import(ctx, ingest.Request{Path: write(t, whole), Mapping: m})
	if err != nil {
		t.Fatal(err)
	}
	if s.Applied.Unchanged != 5 {
		t.Errorf("whole %+v", s.Applied)
	}
}

func TestCancelledImportLeavesNothing(t *testing.T) {
	ctx, im := context.Background(), importer(t)
	var b strings.Builder
	b.WriteString("id,created,updated,email,via,team,subject\n")
	for i := range 100_000 {
		fmt.Fprintf(&b, "%d,2026-01-02 10:00,2026-01-02 11:00,c%d@example.com,chat,red,hello\n", i, i%1000)
	}
	req := ingest.Request{Path: write(t, b.String()), Mapping: mapping(t, ticketMapping)}
	stopped, stop := context.WithCancel(ctx)
	// Each reading of the clock is a second later, so that every look at it is
	// time to tell.
	clock := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	im.Now = func() time.Time { clock = clock.Add(time.Second); return clock }
	req.Progress = func(p ingest.Progress) {
		if p.Rows > 50_000 {
			stop()
		}
	}
	if _, err := im.Import(stopped, req); !errors.Is(err, context.Canceled) || cx.CodeOf(err) != cx.Unavailable {
		t.Fatalf("error %v", err)
	}
	req.Progress = nil
	s, err := im.Import(ctx, req)
	if err != nil || s.Applied.New != 100_000 {
		t.Errorf("after it: %+v, %v", s.Applied, err)
	}
}

func TestFileInWhichNothingFitsIsRefusedWithItsFirstReason(t *testing.T) {
	im := importer(t)
	m := mapping(t, strings.Replace(ticketMapping, "{column: created, order: ymd}", "{column: subject, order: ymd}", 1))
	_, err := im.Import(context.Background(), ingest.Request{Path: write(t, tickets), Mapping: m})
	if cx.CodeOf(err) != cx.Invalid || !strings.Contains(err.Error(), "none of the 5 rows could be read. The first: tickets.csv:2, column subject") {
		t.Errorf("error %v", err)
	}
}

func TestDryRunStoresNothing(t *testing.T) {
	ctx, im := context.Background(), importer(t)
	req := ingest.Request{Path: write(t, tickets), Mapping: mapping(t, ticketMapping), DryRun: true}
	s, err := im.Import(ctx, req)
	if err != nil || s.Interactions != 3 || s.Unidentified != 2 || s.Import != 0 {
		t.Errorf("dry %+v, %v", s, err)
	}
	req.DryRun = false
	if s, err = im.Import(ctx, req); err != nil || s.Applied.New != 3 {
		t.Errorf("after it %+v, %v", s.Applied, err)
	}
}

func TestRowsWithoutAnIDAreToldApartByContentAndOccurrence(t *testing.T) {
	ctx, im := context.Background(), importer(t)
	m := mapping(t, "source: log\nkind: event\nstart: {column: t, order: ymd}\ntouchpoint: {column: what}\n")
	text := "t,what\n2026-01-01 10:00,a\n2026-01-01 10:00,a\n2026-01-01 10:00,b\n"
	s, err := im.Import(ctx, ingest.Request{Path: write(t, text), Mapping: m})
	if err != nil || s.Applied.New != 3 {
		t.Fatalf("%+v, %v", s.Applied, err)
	}
	s, err = im.Import(ctx, ingest.Request{Path: write(t, text+"2026-01-01 10:00,a\n"), Mapping: m})
	if err != nil || s.Applied.New != 1 || s.Applied.Unchanged != 3 {
		t.Errorf("one more of the same: %+v, %v", s.Applied, err)
	}
}

func TestARejectOfJSONLinesLosesNothing(t *testing.T) {
	ctx, im := context.Background(), importer(t)
	m := mapping(t, "source: app\nid: n\nkind: event\nstart: {column: at, order: ymd}\ncustomer: {source_id: who}\n")
	var b strings.Builder
	for i := range 1500 {
		fmt.Fprintf(&b, `{"n":%d,"at":"2026-01-02 10:00","who":"c%d"}`+"\n", i, i)
	}
	b.WriteString(`{"n":2000,"at":"2026-13-40","who":"ana","late":{"plan":"gold","tags":["a","b"]},"note":"=1+1"}` + "\n")
	b.WriteString(`{"n":2001,"at":"2026-01-03 10:00","who":"bob",,"deep":{"er":"x"}}` + "\n")
	path := filepath.Join(t.TempDir(), "events.jsonl")
	if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	rejects := filepath.Join(t.TempDir(), "rejects.csv")
	first, err := im.Import(ctx, ingest.Request{Path: path, Mapping: m, Rejects: rejects})
	if err != nil || first.Rejected != 2 || first.Applied.New != 1500 {
		t.Fatalf("first %+v, %v", first, err)
	}
	raw, err := os.ReadFile(rejects)
	if err != nil {
		t.Fatal(err)
	}
	records, err := csv.NewReader(strings.NewReader(string(raw))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(records[0], ","); got != "firsthand_file,firsthand_line,firsthand_column,firsthand_value,firsthand_reason,firsthand_more,n,at,who" {
		t.Errorf("columns %s", got)
	}
	// As it is, it is set aside once more, and still nothing is lost.
	again := filepath.Join(t.TempDir(), "again.csv")
	if s, err := im.Import(ctx, ingest.Request{Path: rejects, Mapping: m, Rejects: again}); err == nil || s.Applied.New > 0 {
		t.Fatalf("uncorrected %+v, %v", s, err)
	}
	// What a person does: the date in its column, the line where it stands whole.
	corrected := strings.NewReplacer("2026-13-40", "2026-01-04 09:00", `,,""deep`, `,""deep`).Replace(string(raw))
	fixed := filepath.Join(t.TempDir(), "fixed.csv")
	if err := os.WriteFile(fixed, []byte(corrected), 0o600); err != nil {
		t.Fatal(err)
	}
	preview, err := ingest.PreviewFile(fixed, m, 10, ingest.Defaults{}, rows.Limits{})
	if err != nil || len(preview.Rows) != 2 {
		t.Fatalf("preview %+v, %v", preview, err)
	}
	for i, want := range []map[string]string{
		{"late.plan": "gold", "late.tags": `["a","b"]`, "note": "=1+1"},
		{"deep.er": "x"},
	} {
		r := preview.Rows[i]
		if r.Reject != nil || len(r.Interactions) != 1 {
			t.Fatalf("row %d becomes %+v", i, r)
		}
		if diff := cmp.Diff(want, r.Interactions[0].Attributes); diff != "" {
			t.Errorf("row %d (-want +got):\n%s", i, diff)
		}
	}
	second, err := im.Import(ctx, ingest.Request{Path: fixed, Mapping: m})
	if err != nil || second.Rejected != 0 || second.Applied.New != 2 {
		t.Errorf("corrected %+v, %v", second, err)
	}
}

func TestACellBeyondThePaddedHeaderComesThroughARejectsFile(t *testing.T) {
	ctx, im := context.Background(), importer(t)
	m := mapping(t, "source: log\nid: n\nkind: event\nstart: {column: t, order: ymd}\nformat: {ragged: pad}\n")
	rejects := filepath.Join(t.TempDir(), "rejects.csv")
	s, err := im.Import(ctx, ingest.Request{Path: write(t, "n,t\n1,2026-01-01\n2,never,beyond\n"), Mapping: m, Rejects: rejects})
	if err != nil || s.Rejected != 1 {
		t.Fatalf("%+v, %v", s, err)
	}
	raw, err := os.ReadFile(rejects)
	if err != nil {
		t.Fatal(err)
	}
	preview, err := ingest.PreviewFile(write(t, strings.ReplaceAll(string(raw), "never", "2026-01-02")), m, 10, ingest.Defaults{}, rows.Limits{})
	if err != nil || len(preview.Rows) != 1 || len(preview.Rows[0].Interactions) != 1 || preview.Rows[0].Interactions[0].Attributes["column_3"] != "beyond" {
		t.Errorf("%+v, %v", preview.Rows, err)
	}
}
