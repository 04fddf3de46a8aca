package source

import (
	"slices"
	"strings"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/ingest"
)

// mailbox is a mailbox file (mbox): what the company sent is a message to a customer,
// what came in is a contact. Which side is the company's is read from the domain that
// takes part in nearly every message.
func mailbox() Source {
	return Source{
		Name:      "mailbox",
		Title:     "Mailbox file (mbox)",
		Need:      []string{"message_id", "from_email", "to_email", "list_unsubscribe"},
		Signature: []string{"message_id", "date", "from_email", "to_email", "subject", "list_unsubscribe", "automatic"},
		YAML: `
source: mailbox
title: Mailbox
missing_columns: ignore
format: {type: mbox}
id: message_id
thread: thread
parent: in_reply_to
start: {column: date, order: ymd}
channel: email
texts: [{column: subject, field: Subject}, {column: text, field: Message}]
interactions:
  - part: ""
    kind: message
  - part: received
    kind: contact
`,
		Complete: completeMailbox,
	}
}

// mailboxShare is the share of messages in which the company's own domain takes part.
const mailboxShare = 0.9

// completeMailbox finds the company's own domain and parts what was sent from what
// came in.
func completeMailbox(m *ingest.Mapping, s Sample) error {
	column := func(name string) int { return slices.Index(s.Header, name) }
	from, to := column("from_domain"), column("to_domain")
	if from < 0 || to < 0 {
		return nil
	}
	counts := map[string]int{}
	for _, row := range s.Rows {
		for _, d := range slices.Compact([]string{row.Cells[from], row.Cells[to]}) {
			counts[d]++
		}
	}
	delete(counts, "")
	own, most, second := "", 0, 0
	for domain, n := range counts {
		switch {
		case n > most || n == most && domain < own:
			own, most, second = domain, n, most
		case n > second:
			second = n
		}
	}
	if own == "" || float64(most) < mailboxShare*float64(len(s.Rows)) || most == second {
		return cx.Errorf(cx.Invalid, "whose mailbox this is cannot be told: no one domain takes part in nearly every message").
			WithRemedy("Have a mapping proposed (firsthand import --suggest), say in it which from_domain is yours, and import with it.")
	}
	sent, received := &m.Interactions[0], &m.Interactions[1]
	sent.When = ingest.Condition{{Column: "from_domain", Patterns: []string{own}}, {Column: "to_domain", Patterns: []string{"!" + own}}}
	sent.Initiator = ingest.Field{{Value: "company"}}
	sent.Customer = []ingest.Key{{Kind: cx.KeyEmail, Column: "to_email"}}
	sent.Touchpoint = ingest.Field{
		{Value: "mail/bulk", When: ingest.Condition{{Column: "list_unsubscribe", Patterns: []string{"yes"}}}},
		{Value: "mail/automatic", When: ingest.Condition{{Column: "automatic", Patterns: []string{"*"}}}},
		{Value: "mail/answer", When: ingest.Condition{{Column: "in_reply_to", Patterns: []string{"*"}}}},
		{Value: "mail/letter"},
	}
	received.When = ingest.Condition{{Column: "from_domain", Patterns: []string{"!" + own}}, {Column: "automatic", Patterns: []string{""}}}
	received.Initiator = ingest.Field{{Value: "customer"}}
	received.Customer = []ingest.Key{{Kind: cx.KeyEmail, Column: "from_email"}}
	received.Touchpoint = ingest.Field{{Value: "mail/received"}}
	received.Reason = ingest.Field{{Value: "unknown"}}
	m.Title = "Mailbox of " + strings.TrimPrefix(own, "www.")
	return nil
}
