package simulate

import (
	"context"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

var testNow = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// company writes a company into a new folder.
func company(t testing.TB, customers int, seed uint64, faults []string) (string, Truth) {
	t.Helper()
	dir := t.TempDir()
	truth, err := Run(context.Background(), Config{Customers: customers, Seed: seed, Now: testNow, Faults: faults, Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	return dir, truth
}

// allBut is every fault without one.
func allBut(name string) []string {
	out := []string{}
	for _, f := range FaultNames() {
		if f != name {
			out = append(out, f)
		}
	}
	return out
}

func digest(t testing.TB, dir, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:8])
}

func allFiles() []string {
	return append(append(sheetFiles[:], ExposuresFile, TruthFile), declared...)
}

func TestTheSameSeedWritesTheSameBytes(t *testing.T) {
	one, _ := company(t, 700, 7, nil)
	before := runtime.GOMAXPROCS(1)
	again, _ := company(t, 700, 7, nil)
	runtime.GOMAXPROCS(before)
	other, _ := company(t, 700, 8, nil)
	for _, name := range allFiles() {
		if digest(t, one, name) != digest(t, again, name) {
			t.Errorf("%s differs on one processor", name)
		}
	}
	for _, name := range sheetFiles {
		if digest(t, one, name) == digest(t, other, name) {
			t.Errorf("%s is the same for another seed", name)
		}
	}
}

// The headers as the vendors document them; a company's own columns come after.
func TestHeadersAreTheVendors(t *testing.T) {
	dir, _ := company(t, 50, 1, nil)
	for name, want := range map[string]string{
		TicketsFile: "Summation column,Id,Requester,Requester id,Requester external id,Requester email,Requester domain,Submitter,Assignee,Group,Subject,Tags,Status,Priority,Via,Ticket type,Created at,Updated at,Assigned at,Organization,Due date,Initially assigned at,Solved at,Resolution time,Satisfaction Score,Group stations,Assignee stations,Reopens,Replies,First reply time in minutes,First reply time in minutes within business hours,First resolution time in minutes,First resolution time in minutes within business hours,Full resolution time in minutes,Full resolution time in minutes within business hours,Agent wait time in minutes,Agent wait time in minutes within business hours,Requester wait time in minutes,Requester wait time in minutes within business hours,On hold time in minutes,On hold time in minutes within business hours,Contact reason [list],Region [list],Plan [list],Age group [list]",
		SurveysFile: "StartDate,EndDate,Status,IPAddress,Progress,Duration (in seconds),Finished,RecordedDate,ResponseId,RecipientLastName,RecipientFirstName,RecipientEmail,ExternalReference,LocationLatitude,LocationLongitude,DistributionChannel,UserLanguage,Q1_NPS_GROUP,Q1,Q2,Q3,journey_step,region,plan,age_group",
		OrdersFile:  "Name,Email,Financial Status,Paid at,Fulfillment Status,Fulfilled at,Accepts Marketing,Currency,Subtotal,Shipping,Taxes,Total,Discount Code,Discount Amount,Shipping Method,Created at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem compare at price,Lineitem sku,Lineitem requires shipping,Lineitem taxable,Lineitem fulfillment status,Billing Name,Billing Street,Billing Address1,Billing Address2,Billing Company,Billing City,Billing Zip,Billing Province,Billing Country,Billing Phone,Shipping Name,Shipping Street,Shipping Address1,Shipping Address2,Shipping Company,Shipping City,Shipping Zip,Shipping Province,Shipping Country,Shipping Phone,Notes,Note Attributes,Cancelled at,Payment Method,Payment Reference,Refunded Amount,Vendor,Outstanding Balance,Employee,Location,Device ID,Id,Tags,Risk Level,Source,Lineitem discount,Tax 1 Name,Tax 1 Value,Tax 2 Name,Tax 2 Value,Tax 3 Name,Tax 3 Value,Tax 4 Name,Tax 4 Value,Tax 5 Name,Tax 5 Value",
	} {
		records := readCSV(t, dir, name)
		if got := strings.Join(records[0], ","); got != want {
			t.Errorf("%s has the header\n%s\nwant\n%s", name, got, want)
		}
	}
	for i, cell := range readCSV(t, dir, SurveysFile)[2] {
		var id struct {
			ImportID string `json:"ImportId"`
			TimeZone string `json:"timeZone"`
		}
		if err := json.Unmarshal([]byte(cell), &id); err != nil || id.ImportID == "" {
			t.Errorf("cell %d of the survey's third header row is %q: %v", i, cell, err)
		}
		if (i < 2 || i == 7) && id.TimeZone != SurveyZone {
			t.Errorf("cell %d says no time zone: %q", i, cell)
		}
	}
}

func TestTheTruthCountsWhatTheFilesHold(t *testing.T) {
	dir, truth := company(t, 600, 3, nil)
	headers := map[string]int{SurveysFile: 3, EventsFile: 0}
	for _, f := range truth.Files {
		if f.Name == EventsFile {
			if n := int64(len(readEvents(t, dir))); n != f.Rows {
				t.Errorf("%s holds %d events, the truth says %d", f.Name, n, f.Rows)
			}
			continue
		}
		skip, ok := headers[f.Name]
		if !ok {
			skip = 1
		}
		records := readCSV(t, dir, f.Name) // which refuses ragged rows
		if int64(len(records)-skip) != f.Rows {
			t.Errorf("%s holds %d rows, the truth says %d", f.Name, len(records)-skip, f.Rows)
		}
		if f.Rows == 0 {
			t.Errorf("%s is empty", f.Name)
		}
	}
	for _, f := range truth.Faults {
		if f.Struck == 0 {
			t.Errorf("%s never happened", f.Name)
		}
	}
	back, err := ReadTruth(dir)
	if err != nil {
		t.Fatal(err)
	}
	back.From, back.To = back.From.In(truth.From.Location()), back.To.In(truth.From.Location())
	for i := range back.Faults {
		back.Faults[i].From = back.Faults[i].From.In(truth.From.Location())
		back.Faults[i].To = back.Faults[i].To.In(truth.From.Location())
	}
	if !reflect.DeepEqual(back, truth) {
		t.Errorf("the truth comes back as\n%+v\nwas\n%+v", back, truth)
	}
}

func TestNumbersAreUniqueInEachSystem(t *testing.T) {
	dir, _ := company(t, 2000, 5, nil) // one busy caller among them
	for file, column := range map[string]string{TicketsFile: "Id", CallsFile: "call_id", SurveysFile: "ResponseId", CancellationsFile: "customer_number", InvoicesFile: "invoice_id", PaymentsFile: "id", MessagesFile: "message_id"} {
		seen := map[string]bool{}
		for _, r := range table(t, dir, file) {
			if id := r[column]; id == "" || seen[id] {
				t.Fatalf("%s: %s %q is empty or stands twice", file, column, id)
			} else {
				seen[id] = true
			}
		}
	}
	seen := map[string]bool{}
	for _, e := range readEvents(t, dir) {
		if seen[e.MessageID] {
			t.Fatalf("message id %q stands twice", e.MessageID)
		}
		seen[e.MessageID] = true
	}
	owner := map[string]string{}
	orders := 0
	for _, r := range table(t, dir, OrdersFile) {
		if was, ok := owner[r["Name"]]; ok && was != r["Email"] {
			t.Fatalf("order %s belongs to %s and %s", r["Name"], was, r["Email"])
		}
		owner[r["Name"]] = r["Email"]
		if id := r["Id"]; id != "" {
			if orders++; seen[id] {
				t.Fatalf("order id %s stands twice", id)
			}
			seen[id] = true
		}
	}
	if orders != len(owner) {
		t.Errorf("%d orders have %d first rows", len(owner), orders)
	}
}

func TestEverythingHappensWithinTheYear(t *testing.T) {
	dir, truth := company(t, 600, 3, nil)
	zone := truth.From.Location()
	check := func(what, text, layout string, in *time.Location) {
		if text == "" {
			return
		}
		at, err := time.ParseInLocation(layout, text, in)
		if err != nil || at.Before(truth.From) || !at.Before(truth.To.Add(time.Hour)) {
			t.Errorf("%s: %q lies outside the year (%v)", what, text, err)
		}
	}
	survey, _ := time.LoadLocation(SurveyZone)
	for _, r := range table(t, dir, TicketsFile) {
		for _, c := range []string{"Created at", "Updated at", "Solved at", "Assigned at"} {
			check("ticket", r[c], zendeskLayout, zone)
		}
	}
	for _, r := range table(t, dir, SurveysFile) {
		check("answer", r["StartDate"], qualtricsLayout, survey)
	}
	for _, r := range table(t, dir, OrdersFile) {
		check("order", r["Created at"], shopifyLayout, zone)
		check("parcel", r["Fulfilled at"], shopifyLayout, zone)
	}
	for _, r := range table(t, dir, CallsFile) {
		check("call", r["started"], callsLayout, zone)
	}
	for _, e := range readEvents(t, dir) {
		check("event", e.Timestamp, time.RFC3339, time.UTC)
	}
}

func TestRunSaysWhatIsWrong(t *testing.T) {
	for name, tt := range map[string]struct {
		config Config
		says   string
	}{
		"an unknown fault":    {Config{Faults: []string{"gremlins"}, Now: testNow, Dir: "x"}, "gremlins"},
		"too many customers":  {Config{Customers: MostCustomers + 1, Now: testNow, Dir: "x"}, "can't be simulated"},
		"negative customers":  {Config{Customers: -1, Now: testNow, Dir: "x"}, "can't be simulated"},
		"no start and no now": {Config{Dir: "x"}, "no beginning"},
		"no folder":           {Config{Now: testNow}, "no folder"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Run(context.Background(), tt.config)
			var e *cx.Error
			if cx.CodeOf(err) != cx.Invalid || !strings.Contains(err.Error(), tt.says) {
				t.Fatalf("got %v", err)
			}
			if !errors.As(err, &e) || e.Remedy == "" {
				t.Errorf("%v has no remedy", err)
			}
		})
	}
	t.Run("a file where the folder should be", func(t *testing.T) {
		file := filepath.Join(t.TempDir(), "f")
		if err := os.WriteFile(file, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Run(context.Background(), Config{Customers: 1, Now: testNow, Dir: file}); cx.CodeOf(err) != cx.Unavailable {
			t.Errorf("got %v", err)
		}
	})
	t.Run("a folder without a truth", func(t *testing.T) {
		if _, err := ReadTruth(t.TempDir()); cx.CodeOf(err) != cx.NotFound {
			t.Errorf("got %v", err)
		}
	})
}

func TestStoppingLeavesNothingBehind(t *testing.T) {
	dir := t.TempDir()
	ctx, cancel := context.WithCancel(context.Background())
	_, err := Run(ctx, Config{Customers: 100_000, Seed: 1, Now: testNow, Dir: dir, Progress: func(done, _ int64) {
		if done >= perBatch {
			cancel()
		}
	}})
	if cx.CodeOf(err) != cx.Unavailable {
		t.Fatalf("got %v", err)
	}
	left, err := os.ReadDir(dir)
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func TestProgressEndsWithEverybody(t *testing.T) {
	var last, total int64
	_, err := Run(context.Background(), Config{Customers: 300, Now: testNow, Dir: t.TempDir(), Progress: func(d, n int64) {
		if d < last {
			t.Errorf("progress went back from %d to %d", last, d)
		}
		last, total = d, n
	}})
	if err != nil || last != 300 || total != 300 {
		t.Errorf("ended with %d of %d, %v", last, total, err)
	}
}

func readCSV(t testing.TB, dir, name string) [][]string {
	t.Helper()
	f, err := os.Open(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	records, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return records
}

// table is a CSV's data rows by column.
func table(t testing.TB, dir, name string) []map[string]string {
	t.Helper()
	records := readCSV(t, dir, name)
	header := records[0]
	skip := 1
	if name == SurveysFile {
		skip = 3
	}
	var rows []map[string]string
	for _, r := range records[skip:] {
		row := make(map[string]string, len(header))
		for i, c := range r {
			row[header[i]] = c
		}
		rows = append(rows, row)
	}
	return rows
}

// event is a Segment call.
type event struct {
	Type       string         `json:"type"`
	MessageID  string         `json:"messageId"`
	Event      string         `json:"event"`
	UserID     string         `json:"userId"`
	Timestamp  string         `json:"timestamp"`
	Properties map[string]any `json:"properties"`
	Context    struct {
		SessionID string `json:"sessionId"`
		Device    struct {
			Type string `json:"type"`
		} `json:"device"`
	} `json:"context"`
}

func readEvents(t testing.TB, dir string) []event {
	t.Helper()
	f, err := os.Open(filepath.Join(dir, EventsFile))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var all []event
	d := json.NewDecoder(f)
	for {
		var e event
		if err := d.Decode(&e); err == io.EOF {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, e)
	}
}
