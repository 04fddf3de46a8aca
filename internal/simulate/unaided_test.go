package simulate

import (
	"errors"
	"io"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/ingest"
	"github.com/firsthand-cx/firsthand/internal/ingest/rows"
	"github.com/firsthand-cx/firsthand/internal/ingest/source"
)

// unaided reads a file as an import without a mapping file does.
func unaided(t *testing.T, dir, file, name string) []cx.Interaction {
	t.Helper()
	path := filepath.Join(dir, file)
	sample, candidates, err := source.Look(path, rows.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if len(candidates) == 0 || candidates[0].Source.Name != name || candidates[0].Confidence < source.Sure {
		t.Fatalf("%s is taken for %+v", file, candidates)
	}
	m, err := candidates[0].Source.Mapping(sample)
	if err != nil {
		t.Fatal(err)
	}
	f, err := rows.Open(path, rows.Options{Format: m.Format})
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if m, _, err = ingest.Settle(m, f.Header(), sample.Rows); err != nil {
		t.Fatal(err)
	}
	zone, err := time.LoadLocation(Zone)
	if err != nil {
		t.Fatal(err)
	}
	mapper, err := ingest.Compile(m, f.Header(), ingest.Defaults{Zone: zone, Country: "US"})
	if err != nil {
		t.Fatal(err)
	}
	var reader rows.Reader = f
	if len(m.Group.By) > 0 {
		if reader, err = rows.NewGroup(f, m.Group); err != nil {
			t.Fatal(err)
		}
	}
	var all []cx.Interaction
	for {
		var row rows.Row
		if err := reader.Read(&row); errors.Is(err, io.EOF) {
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

func TestSixSystemsReadUnaided(t *testing.T) {
	dir, truth := company(t, 800, 6, nil)

	reasons := map[string]int{}
	for _, x := range unaided(t, dir, TicketsFile, "zendesk") {
		if x.Start.Before(truth.From) || !x.Start.Before(truth.To) {
			t.Fatalf("a ticket is of %s", x.Start)
		}
		if x.Kind != cx.Contact {
			continue
		}
		reasons[x.Reason]++
		if x.Dimensions["region"] == "" || x.Dimensions["age_group"] == "" || x.Dimensions["plan"] == "" || len(x.Texts) == 0 {
			t.Fatalf("a ticket reads as %+v", x)
		}
		if !slices.Contains([]string{"email", "web_form", "chat"}, x.Channel) {
			t.Errorf("a ticket comes by %q", x.Channel)
		}
	}
	for _, r := range Reasons() {
		if reasons[r] == 0 {
			t.Errorf("no ticket has the reason %s: %v", r, reasons)
		}
	}

	answers := map[string]int{}
	for _, x := range unaided(t, dir, SurveysFile, "qualtrics") {
		answers[x.Touchpoint]++
		if x.Kind != cx.SurveyAnswer || x.Scale == "" || x.Dimensions["region"] == "" {
			t.Fatalf("an answer reads as %+v", x)
		}
		if slices.ContainsFunc(x.Keys, func(k cx.PersonKey) bool { return k.Value == "surveys@larkwell.example" }) {
			t.Error("the author's own answers are counted")
		}
	}
	for _, s := range surveyedSteps {
		if answers[s] == 0 {
			t.Errorf("nobody answers about %s: %v", s, answers)
		}
	}

	kinds := map[cx.Kind]int{}
	for _, x := range unaided(t, dir, OrdersFile, "shopify") {
		kinds[x.Kind]++
		if x.Kind == cx.Order && (x.Amount.Currency != Currency || x.End.IsZero() != x.Censored) {
			t.Fatalf("an order reads as %+v", x)
		}
	}
	if kinds[cx.Order] == 0 || kinds[cx.Delivery] == 0 || kinds[cx.Order] < kinds[cx.Delivery] {
		t.Errorf("orders read as %v", kinds)
	}

	methods := map[string]int{}
	for _, x := range unaided(t, dir, PaymentsFile, "stripe_payments") {
		methods[x.Dimensions["method"]]++
		if x.Kind != cx.Payment || x.Amount.Currency != Currency || len(x.Keys) < 2 {
			t.Fatalf("a payment reads as %+v", x)
		}
	}
	if methods[methodCard] == 0 || methods[methodWallet] == 0 || methods[methodDebit] == 0 {
		t.Errorf("payments are made by %v", methods)
	}

	for _, x := range unaided(t, dir, InvoicesFile, "invoices") {
		if x.Kind != cx.Invoice || x.Initiator != cx.ByCompany || x.Amount.Currency != Currency || len(x.Keys) == 0 || x.End.IsZero() != x.Censored {
			t.Fatalf("an invoice reads as %+v", x)
		}
	}

	touched := map[string]int{}
	for _, x := range unaided(t, dir, EventsFile, "segment") {
		touched[x.Touchpoint]++
		if x.Dimensions["device"] == "" || len(x.Keys) == 0 {
			t.Fatalf("an event reads as %+v", x)
		}
	}
	for _, e := range []string{eventViewed, eventAdded, eventCheckout, eventCouponDenied, eventPayment, eventOrder, eventActivationFailed, eventInvoice} {
		if touched[e] == 0 {
			t.Errorf("nobody touches %q: %v", e, touched)
		}
	}
}
