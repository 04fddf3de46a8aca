package question

import (
	"context"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// contacts_by_reason — What do they contact us about?
//
// Plain words: contacts by reason (or split otherwise): how many, from how many
// customers, which share of all contacts.
//
// Formula: contacts of the row ÷ all contacts of the period and filter. Wilson
// interval.
// Unit: count; share of contacts. Smallest sample: 10 contacts in all, for the share.
//
// Pitfalls: a reason is what the source says it is; "(no reason)" is a row of its own.
// A frequent reason isn't a bad one until it is set against how many customers pass
// the step it comes from.
//
// Source: Wilson 1927.
const contactsByReasonVersion = 1

// ContactsRow is one reason's answer.
type ContactsRow struct {
	Group        Group
	Contacts     int64 // k
	All          int64 // n: contacts of all rows
	Customers    int64
	Unidentified int64
	PerWeek      float64
	Share        Estimate
}

// AskContactsByReason answers contacts_by_reason.
func AskContactsByReason(ctx context.Context, facts Facts, p Params) (Answer[ContactsRow], error) {
	return runContactsByReason(ctx, facts, p, nil)
}

func contactsByReason() Definition {
	return asked(Definition{
		Name: "contacts_by_reason", Title: "What do they contact us about?",
		Takes:    []Ingredient{someContacts},
		Fuller:   []Ingredient{reasonedContacts},
		Formula:  "contacts of the row ÷ all contacts of the period and filter",
		Unit:     "share of contacts",
		Smallest: "10 contacts in all, for the share",
		Pitfalls: "A reason is what the source says it is. A frequent reason is not a bad one until it is set against how many customers pass the step it comes from.",
		Source:   "Counting; interval: Wilson 1927",
		Needs:    []string{"by"},
	}, runContactsByReason, func(p Params) []Column {
		p.By = reasonSplit(p)
		return []Column{
			groupColumn(p),
			{Name: "contacts", Title: "Contacts", Unit: "count"},
			{Name: "share", Title: "Of all contacts", Unit: "share"},
			{Name: "per_week", Title: "A week", Unit: "count"},
			{Name: "customers", Title: "Customers", Unit: "count"},
			{Name: "unidentified", Title: "Not identified", Unit: "count", Help: "Contacts whose customer is not identified."},
		}
	}, func(_ Params, r ContactsRow) []Cell {
		row := r.Group.Name
		return []Cell{
			groupCell(r.Group), countCell(r.Contacts, evidence("contacts", row)), estimateCell(r.Share, evidence("contacts", row)),
			numberIf(r.PerWeek, r.PerWeek > 0), countCell(r.Customers, ""), countCell(r.Unidentified, evidence("unidentified", row)),
		}
	})
}

func reasonSplit(p Params) string {
	if p.By == "" {
		return "reason"
	}
	return p.By
}

func runContactsByReason(ctx context.Context, facts Facts, p Params, c *collector) (Answer[ContactsRow], error) {
	p.By = reasonSplit(p)
	s, err := newScope(ctx, facts, p, needs{kinds: []cx.Kind{cx.Contact}, splits: everySplit, least: 10})
	if err != nil {
		return Answer[ContactsRow]{}, err
	}
	if c != nil {
		return Answer[ContactsRow]{}, s.collect(ctx, c, Want{}, func(b *Sequence, i int) (string, []string) {
			if b.Customer[i] == 0 {
				return "", []string{"contacts", "unidentified"}
			}
			return "", []string{"contacts"}
		})
	}
	counts, err := s.traffic(ctx)
	if err != nil {
		return Answer[ContactsRow]{}, err
	}
	var t tally
	for _, count := range counts {
		t.scanned += count.Interactions
		t.included += count.Interactions
	}
	rows := []ContactsRow{}
	weeks := s.weeks()
	for _, g := range s.group.order(func(g int32) int64 { return counterAt(&counts, g).Interactions }) {
		count := counts[g]
		row := ContactsRow{
			Group: s.group.groups[g], Contacts: count.Interactions, All: t.included, Customers: count.Customers,
			Unidentified: count.Unidentified, Share: share(count.Interactions, t.included, s.least),
		}
		if s.group.clock == nil && weeks >= 1 {
			row.PerWeek = float64(row.Contacts) / weeks
		}
		rows = append(rows, row)
	}
	return answer(s, &t, contactsByReasonVersion, rows, nil), nil
}
