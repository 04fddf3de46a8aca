package source

// intercom is Intercom's conversations as its API gives them, one JSON object a line.
// A conversation is a contact; its rating is a survey answer of its own. The first
// answer of an admin is that of a person: bots answer as bots. Times are in seconds.
func intercom() Source {
	return Source{
		Name:  "intercom",
		Title: "Intercom conversation export",
		Need:  []string{"id", "created_at", "source.type"},
		Signature: []string{
			"id", "created_at", "updated_at", "state", "source.type", "source.author.type", "source.delivered_as",
			"statistics.first_admin_reply_at", "statistics.time_to_admin_reply", "statistics.last_close_at", "statistics.count_reopens",
			"statistics.first_contact_reply_at|statistics.first_contacat_reply_at",
		},
		YAML: `
source: intercom
title: Intercom conversations
missing_columns: ignore
format: {type: jsonl}
id: id
version: {column: updated_at, order: epoch_s}
customer:
  - {source_id: source.author.id, when: {source.author.type: [user, lead, contact]}}
  - {email: source.author.email, when: {source.author.type: [user, lead, contact]}}
  - {source_id: contact.external_id, namespace: customer}
  - {thread: id, namespace: intercom}
thread: id
start: {column: created_at, order: epoch_s}
initiator:
  - {value: company, when: {source.delivered_as: [admin_initiated, automated, campaigns_initiated]}}
  - {value: customer}
channel:
  column: source.type
  map: {conversation: chat, push: app, facebook: social, twitter: social, instagram: social, email: email, sms: sms, whatsapp: whatsapp, phone_call: phone, phone_switch: phone}
  default: chat
employee: [{column: statistics.last_closed_by_id}, {column: admin_assignee_id}]
scales:
  - {name: csat_1_5, metric: csat, min: 1, max: 5, satisfied_from: 4}
interactions:
  - part: ""
    kind: contact
    touchpoint: support/conversation
    reason: [{column: topics.topics}, {column: custom_attributes.reason}, {column: custom_attributes.Reason}, {value: unknown}]
    outcome: {column: state, map: {closed: solved, open: open, snoozed: open}}
    first_human: {column: statistics.first_admin_reply_at, order: epoch_s}
    end: {column: statistics.last_close_at, order: epoch_s, when: {state: closed}}
    censored: {state: [open, snoozed]}
    texts: [{column: source.subject, field: Subject}, {column: source.body, field: First message}]
    dimensions:
      reopened:
        - {value: "yes", when: {statistics.count_reopens: ">0"}}
        - {value: "no", when: {statistics.count_reopens: "*"}}
  - part: rating
    when: {conversation_rating.rating: "*"}
    kind: survey_answer
    touchpoint: support/satisfaction
    initiator: customer
    start: [{column: conversation_rating.created_at, order: epoch_s}, {column: updated_at, order: epoch_s}]
    parent: id
    score: {column: conversation_rating.rating, scale: csat_1_5}
    texts: [{column: conversation_rating.remark, field: Remark}]
`,
	}
}
