package web

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/question"
)

// recordRow is an interaction on a timeline or in an evidence list.
type recordRow struct {
	When, Took   string
	What         string
	Details      string
	Score        string
	Outcome      string
	Company      bool // the company began it
	Customer     string
	CustomerHref string
	Quotes       []Quote
	CauseHref    string // what a contact is charged to
}

// kindWords say a kind as a sentence would, by who began it.
var kindWords = map[cx.Kind]string{
	cx.Contact: "Asked for help", cx.Message: "Got a message", cx.SurveyAnswer: "Answered a survey", cx.Event: "Did something",
	cx.Order: "Ordered", cx.Payment: "Paid", cx.Delivery: "Delivery", cx.Return: "Returned", cx.Invoice: "Got an invoice",
	cx.Usage: "Used it", cx.Cancellation: "Cancelled",
}

// whatHappened says a signature as a heading: "Asked for help · phone". An event is
// its touchpoint: that is all there is to say of it.
func whatHappened(sig cx.Signature) string {
	what := kindWords[sig.Kind]
	switch {
	case sig.Kind == cx.Event && sig.Touchpoint != "":
		what = sentenceless(spaced(sig.Touchpoint))
	case sig.Touchpoint != "" && sig.Touchpoint != sig.Channel:
		what += ": " + spaced(sig.Touchpoint)
	}
	if sig.Channel != "" {
		what += " · " + sig.Channel
	}
	return what
}

func record(r cx.Record, zone *time.Location) recordRow {
	sig := r.Signature
	row := recordRow{When: moment(r.Start, zone, r.Precision), Company: sig.Initiator != cx.ByCustomer, Outcome: sig.Outcome}
	row.What = whatHappened(sig)
	details := []string{}
	if sig.Reason != "" {
		details = append(details, "about "+sig.Reason)
	}
	if !r.FirstHuman.IsZero() {
		details = append(details, "a person after "+question.Duration(r.FirstHuman.Sub(r.Start).Seconds()))
	} else if sig.Kind == cx.Contact && r.Censored {
		details = append(details, "given up, or still open")
	}
	if r.Amount.Currency != "" {
		details = append(details, fmt.Sprintf("%s %.2f", r.Amount.Currency, float64(r.Amount.Minor)/100))
	}
	if r.Thread != "" {
		details = append(details, "thread "+r.Thread)
	}
	for _, name := range slices.Sorted(maps.Keys(r.Dimensions)) {
		details = append(details, spaced(name)+" "+r.Dimensions[name])
	}
	details = append(details, "from "+sig.Source)
	row.Details = strings.Join(details, " · ")
	if !r.End.IsZero() && r.End.After(r.Start) {
		row.Took = "took " + question.Duration(r.End.Sub(r.Start).Seconds())
	}
	if r.Scale != nil {
		row.Score = fmt.Sprintf("%s %s of %s", strings.ToUpper(string(r.Scale.Metric)), plain(r.Score), plain(r.Scale.Max))
	}
	for _, t := range r.Texts {
		row.Quotes = append(row.Quotes, Quote{Text: shortened(t.Text, 600)})
	}
	return row
}

// withCustomer names the customer, for lists over many of them.
func (row recordRow) withCustomer(id cx.CustomerID) recordRow {
	row.Customer = "unidentified customer"
	if id != 0 {
		row.Customer, row.CustomerHref = customerName(id), customerHref(id)
	}
	return row
}

// withCause leads to what a contact is charged to.
func (row recordRow) withCause(r cx.Record) recordRow {
	if r.Signature.Kind == cx.Contact {
		row.CauseHref = contactHref(r.ID)
	}
	return row
}

func customerName(id cx.CustomerID) string { return "Customer " + strconv.FormatInt(int64(id), 10) }
func customerHref(id cx.CustomerID) string { return "/customers/" + strconv.FormatInt(int64(id), 10) }

// quotes picks the words out of records, the longest-winded cut.
func quotes(records []cx.Record, limit int, zone *time.Location) []Quote {
	var out []Quote
	for _, r := range records {
		for _, t := range r.Texts {
			if len(out) == limit {
				return out
			}
			text := strings.Join(strings.Fields(t.Text), " ")
			if len(text) < 12 { // "ok", "n/a": nobody's voice
				continue
			}
			q := Quote{Text: shortened(text, 180), Who: or(r.Signature.Channel, r.Signature.Source) + ", " + day(r.Start, zone)}
			if r.Customer != 0 {
				q.Href = customerHref(r.Customer)
			}
			out = append(out, q)
			break
		}
	}
	return out
}

// shortened cuts a text at a word.
func shortened(s string, most int) string {
	runes := []rune(s)
	if len(runes) <= most {
		return s
	}
	cut := string(runes[:most])
	if at := strings.LastIndexByte(cut, ' '); at > most/2 {
		cut = cut[:at]
	}
	return strings.TrimRight(cut, " ,;:") + "…"
}
