package question

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// invoice_contacts — Can they read the invoice?
//
// Plain words: of a hundred invoices, how many bring a question about the invoice within
// N days.
//
// Formula: invoices of identified customers whose N days (14) lie inside what is known; a
// contact whose reason speaks of invoices, by the same customer within N days, is charged
// to the latest invoice before it. asked = invoices with at least one ÷ invoices (Wilson);
// contacts per 100 invoices = all of them ÷ invoices × 100.
// Unit: share of invoices; contacts per 100 invoices. Smallest sample: 10 invoices.
//
// Pitfalls: a reason is what the source calls it; the notes list those taken as about
// invoices. A contact about an invoice may be about the price and not its wording: read
// the words. Beside it stands whether people who see it can answer questions about it
// (walk “Read an invoice”).
//
// Source: counting; interval: Wilson 1927.
const invoiceContactsVersion = 1

// InvoiceContactsRow is one group's answer.
type InvoiceContactsRow struct {
	Group    Group
	Invoices int64 // n
	Asked    int64 // k
	Contacts int64
	Share    Estimate
	Against  Comparison
}

// AskInvoiceContacts answers invoice_contacts.
func AskInvoiceContacts(ctx context.Context, facts Facts, p Params) (Answer[InvoiceContactsRow], error) {
	return runInvoiceContacts(ctx, facts, p, nil)
}

func invoiceContacts() Definition {
	return asked(Definition{
		Name: "invoice_contacts", Title: "Can they read the invoice?",
		Takes:    []Ingredient{invoices, invoiceReasons},
		Formula:  "invoices followed by a contact about an invoice within N days ÷ invoices whose N days lie inside the data",
		Unit:     "share of invoices",
		Smallest: "10 invoices",
		Pitfalls: "A contact about an invoice may be about its amount and not its wording: read the words. A contact is charged to the latest invoice before it.",
		Source:   "Counting; interval: Wilson 1927; comparison: Benjamini & Hochberg 1995",
		Days:     14,
		Needs:    []string{"days", "by"},
	}, runInvoiceContacts, func(p Params) []Column {
		return []Column{
			groupColumn(p),
			{Name: "invoices", Title: "Invoices", Unit: "count"},
			{Name: "asked", Title: "Asked about", Unit: "count", Help: fmt.Sprintf("Invoices whose customer contacted us about an invoice within %d days.", invoiceDays(p))},
			{Name: "share", Title: "Share", Unit: "share"},
			{Name: "per_100", Title: "Contacts per 100 invoices", Unit: ""},
			qColumn(),
		}
	}, func(_ Params, r InvoiceContactsRow) []Cell {
		row := r.Group.Name
		return []Cell{
			groupCell(r.Group), countCell(r.Invoices, evidence("invoices", row)), countCell(r.Asked, evidence("asked", row)),
			estimateCell(r.Share, evidence("asked", row)), numberIf(100*float64(r.Contacts)/float64(max(1, r.Invoices)), r.Share.Shown), qCell(r.Against),
		}
	})
}

func invoiceDays(p Params) int {
	if p.Days > 0 {
		return p.Days
	}
	return 14
}

// speaksOfInvoices recognises reasons about invoices in the languages that sources use.
var speaksOfInvoices = regexp.MustCompile(`(?i)invoice|\bbill(s|ing)?\b|rechnung|fattur|factur|faktur`)

type invoiceCount struct{ invoices, asked, contacts int64 }

func runInvoiceContacts(ctx context.Context, facts Facts, p Params, c *collector) (Answer[InvoiceContactsRow], error) {
	s, err := newScope(ctx, facts, p, needs{kinds: []cx.Kind{cx.Invoice}, splits: everySplit, least: 10})
	if err != nil {
		return Answer[InvoiceContactsRow]{}, err
	}
	window := int64(invoiceDays(p)) * day
	about := make([]bool, len(s.signatures))
	var reasons []string
	for i, sig := range s.signatures {
		if about[i] = sig.Kind == cx.Contact && speaksOfInvoices.MatchString(sig.Reason); about[i] && !slices.Contains(reasons, sig.Reason) {
			reasons = append(reasons, sig.Reason)
		}
	}
	slices.Sort(reasons)
	var t tally
	var counts []invoiceCount
	stream := s.filter(func(sig int32) bool { return about[sig] || s.signatures[sig].Kind == cx.Invoice }, 0, window)
	err = s.histories(ctx, stream, Want{ID: c != nil, Dims: s.wantDims()}, func(b *Sequence, i int) {
		if !about[b.Signature[i]] && s.inPeriod(b.Start[i]) && s.held(b.Signature[i], dimsAt(b, i)) {
			t.drop(unidentified)
		}
	}, func(h *history) {
		for i, start := range h.start {
			sig := h.signature[i]
			if about[sig] || !s.inPeriod(start) || !s.held(sig, h.dims[i]) {
				continue
			}
			if start+window > s.asOf {
				t.drop(notOver)
				continue
			}
			t.use()
			group := s.group.of(sig, h.dims[i], start)
			count := counterAt(&counts, group)
			count.invoices++
			contacts := contactsUntilNext(h, i, about, window)
			count.contacts += contacts
			count.asked += one(contacts > 0)
			if c != nil {
				name := s.group.groups[group].Name
				c.note("invoices", name, start, h.id[i])
				if contacts > 0 {
					c.note("asked", name, start, h.id[i])
				}
			}
		}
	})
	if err != nil {
		return Answer[InvoiceContactsRow]{}, err
	}
	notes := []string{"No contact reason speaks of invoices, so that nobody can be seen to ask about one."}
	if len(reasons) > 0 {
		notes = []string{"Taken as about invoices: " + strings.Join(reasons, ", ") + "."}
	}
	rows := []InvoiceContactsRow{}
	var k, n []int64
	for _, g := range s.group.order(func(g int32) int64 { return counterAt(&counts, g).invoices }) {
		count := counts[g]
		k, n = append(k, count.asked), append(n, count.invoices)
		row := InvoiceContactsRow{Group: s.group.groups[g], Invoices: count.invoices, Asked: count.asked, Contacts: count.contacts}
		if row.Share = share(count.asked, count.invoices, s.least); len(reasons) == 0 {
			row.Share.Shown = false
		}
		rows = append(rows, row)
	}
	for i, against := range againstTheOthers(k, n, s.least) {
		rows[i].Against = against
	}
	return answer(s, &t, invoiceContactsVersion, rows, notes), nil
}

// contactsUntilNext counts the contacts about invoices after an invoice, until the next
// one and within the window.
func contactsUntilNext(h *history, i int, about []bool, window int64) int64 {
	var n int64
	for j := i + 1; j < len(h.start) && h.start[j]-h.start[i] <= window && about[h.signature[j]]; j++ {
		n++
	}
	return n
}
