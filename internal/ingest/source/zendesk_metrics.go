package source

// zendeskMetrics is Zendesk's ticket metric sets as its API gives them, one JSON
// object a line. They carry the times of tickets, without words, reasons or
// requesters. A ticket that the ticket export brought is the same interaction here and
// stays: its version is its last update, and that of a metric set its creation plus a
// moment for each minute waited, which grows as the ticket does and is always older.
func zendeskMetrics() Source {
	return Source{
		Name:  "zendesk_metrics",
		Title: "Zendesk ticket metric sets",
		Need:  []string{"ticket_id", "created_at", "reply_time_in_minutes.calendar"},
		Signature: []string{
			"ticket_id", "created_at", "updated_at", "solved_at", "latest_comment_added_at", "reply_time_in_minutes.calendar",
			"full_resolution_time_in_minutes.calendar", "requester_wait_time_in_minutes.calendar", "reopens", "replies", "group_stations",
		},
		YAML: `
source: zendesk
title: Zendesk ticket metric sets
missing_columns: ignore
format: {type: jsonl}
zone: UTC
id: ticket_id
version: {column: created_at, order: ymd, plus: [requester_wait_time_in_minutes.calendar, agent_wait_time_in_minutes.calendar, on_hold_time_in_minutes.calendar, replies, reopens], unit: ms}
customer:
  - {thread: ticket_id, namespace: zendesk}
thread: ticket_id
kind: contact
channel: unknown
touchpoint: support/ticket
reason: unknown
outcome:
  - {value: solved, when: {solved_at: "*"}}
  - {value: open}
start: {column: created_at, order: ymd}
first_human: {plus: reply_time_in_minutes.calendar, unit: min}
end: {column: solved_at, order: ymd}
censored: {solved_at: ""}
dimensions:
  reopened:
    - {value: "yes", when: {reopens: ">0"}}
    - {value: "no", when: {reopens: "*"}}
`,
	}
}
