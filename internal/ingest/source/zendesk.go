package source

// zendesk is Zendesk's export of tickets as CSV. A ticket is a contact; its first
// human answer is the creation plus the first reply time; a rating is a survey
// answer of its own. Times carry no zone: they are in the company's.
func zendesk() Source {
	return Source{
		Name:  "zendesk",
		Title: "Zendesk ticket export",
		Need:  []string{"Id", "Subject", "Status", "Created at"},
		Signature: []string{
			"Id", "Requester", "Requester email", "Subject", "Status", "Priority", "Via", "Ticket type", "Created at",
			"Updated at", "Assignee", "Group", "Satisfaction Score", "Reopens", "First reply time in minutes",
		},
		YAML: `
source: zendesk
title: Zendesk tickets
missing_columns: ignore
blank: ["-"]
id: Id
version: {column: Updated at, order: ymd}
customer:
  - {source_id: Requester id}
  - {source_id: Requester external id, namespace: customer}
  - {email: Requester email}
  - {thread: Id, namespace: zendesk}
person: {name: Requester, email: Requester email}
thread: Id
start: {column: Created at, order: ymd}
channel:
  column: Via
  map:
    Mail: email
    Email: email
    Web form: web_form
    Web: web_form
    Web service (API): api
    Web Widget: web_widget
    Help Center: web_form
    Help Center post: web_form
    Chat: chat
    Messaging: chat
    Native Messaging: chat
    Mobile: app
    Mobile SDK: app
    Voice: phone
    Phone: phone
    Phone call (inbound): phone
    Phone call (incoming): phone
    Phone call (outbound): phone
    Voicemail: phone
    Text: sms
    Twitter: social
    X Corp: social
    Facebook: social
    Instagram Direct: social
    WhatsApp: whatsapp
  default: unknown
employee: Assignee
dimensions:
  group: Group
  priority: Priority
scales:
  - {name: zendesk_satisfaction, metric: csat, min: 0, max: 1, satisfied_from: 1}
interactions:
  - part: ""
    kind: contact
    touchpoint: support/ticket
    reason: {column: Ticket type, default: unknown}
    outcome:
      column: Status
      map: {New: open, Open: open, Pending: open, Hold: open, On-hold: open, Solved: solved, Closed: solved, Deleted: deleted}
    end: {column: Solved at, order: ymd}
    first_human: {plus: First reply time in minutes, unit: min}
    censored: {Status: [New, Open, Pending, Hold, On-hold]}
    texts: Subject
    dimensions:
      reopened:
        - {value: "yes", when: {Reopens: ">0"}}
        - {value: "no", when: {Reopens: "*"}}
  - part: satisfaction
    when: {Satisfaction Score: [Good*, Bad*]}
    kind: survey_answer
    touchpoint: support/satisfaction
    start: [{column: Solved at, order: ymd}, {column: Updated at, order: ymd}, {column: Created at, order: ymd}]
    parent: Id
    score:
      column: Satisfaction Score
      scale: zendesk_satisfaction
      map: {Good: "1", Good with comment: "1", Bad: "0", Bad with comment: "0"}
skip_when: {Status: Deleted}
`,
		Complete: completeZendesk,
	}
}
