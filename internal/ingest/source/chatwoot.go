package source

// chatwoot is Chatwoot's report of satisfaction ratings as CSV. It may hold blank
// lines and end in a line about the period, which is no data.
func chatwoot() Source {
	return Source{
		Name:  "chatwoot",
		Title: "Chatwoot satisfaction report",
		Need:  []string{"Rating", "Feedback Comment", "Link to the conversation"},
		Signature: []string{
			"Agent Name", "Rating", "Feedback Comment", "Contact Name", "Contact Email Address", "Contact Phone Number",
			"Link to the conversation", "Recorded date",
		},
		YAML: `
source: chatwoot
title: Chatwoot ratings
missing_columns: ignore
format: {ragged: pad}
blank: ["-", "---"]
id: Link to the conversation
customer:
  - {email: Contact Email Address}
  - {phone: Contact Phone Number}
  - {thread: Link to the conversation, namespace: chatwoot}
person: {name: Contact Name, email: Contact Email Address, phone: Contact Phone Number}
thread: Link to the conversation
start: Recorded date
kind: survey_answer
channel: chat
touchpoint: support/satisfaction
employee: Agent Name
score: {column: Rating, scale: csat_1_5}
texts: [{column: Feedback Comment}]
scales:
  - {name: csat_1_5, metric: csat, min: 1, max: 5, satisfied_from: 4}
skip_when:
  - {Agent Name: "Reporting period*"}
  - {Rating: "", Link to the conversation: ""}
`,
	}
}
