package source

// amazonConnect is Amazon Connect's contact records, one JSON object a line. They are
// delivered at least once: the newest of a contact counts. A transfer makes a new
// contact that continues the one before; all of them are one case.
func amazonConnect() Source {
	return Source{
		Name:  "amazon_connect",
		Title: "Amazon Connect contact records",
		Need:  []string{"ContactId", "InitiationTimestamp", "InitiationMethod"},
		Signature: []string{
			"ContactId", "Channel", "InitiationMethod", "InitiationTimestamp", "DisconnectTimestamp", "LastUpdateTimestamp", "InstanceARN",
			"AWSContactTraceRecordFormatVersion", "SystemEndpoint.Address", "Queue.Name|Queue.ARN",
		},
		YAML: `
source: amazon_connect
title: Amazon Connect contacts
missing_columns: ignore
format: {type: jsonl}
zone: UTC
id: ContactId
version: {column: LastUpdateTimestamp, order: ymd}
customer:
  - {phone: CustomerEndpoint.Address, when: {CustomerEndpoint.Type: TELEPHONE_NUMBER}}
  - {email: CustomerEndpoint.Address, when: {CustomerEndpoint.Type: [EMAIL_ADDRESS, EMAIL]}}
  - {source_id: Attributes.customerId, namespace: customer}
  - {source_id: Attributes.customer_id, namespace: customer}
  - {source_id: Attributes.CustomerId, namespace: customer}
  - {thread: InitialContactId, namespace: amazon_connect}
  - {thread: ContactId, namespace: amazon_connect}
thread: [{column: InitialContactId}, {column: ContactId}]
parent: PreviousContactId
kind: contact
initiator:
  - {value: company, when: {InitiationMethod: [OUTBOUND, API, EXTERNAL_OUTBOUND, MONITOR, AGENT_REPLY]}}
  - {value: customer}
channel:
  column: Channel
  map: {VOICE: phone, CHAT: chat, EMAIL: email, TASK: task}
  default: phone
touchpoint:
  - {value: contact/transfer, when: {InitiationMethod: [TRANSFER, QUEUE_TRANSFER]}}
  - {value: contact/callback, when: {InitiationMethod: CALLBACK}}
  - {value: contact}
reason: [{column: Attributes.reason}, {column: Attributes.Reason}, {column: Attributes.contactReason}, {column: Queue.Name}, {value: unknown}]
start: {column: InitiationTimestamp, order: ymd}
first_human: {column: Agent.ConnectedToAgentTimestamp, order: ymd}
end: {column: DisconnectTimestamp, order: ymd}
censored:
  - {Agent.ConnectedToAgentTimestamp: ""}
  - {DisconnectTimestamp: ""}
outcome:
  - {value: transferred, when: {NextContactId: "*"}}
  - {value: answered, when: {Agent.ConnectedToAgentTimestamp: "*"}}
  - {value: abandoned, when: {DisconnectReason: CUSTOMER_DISCONNECT}}
  - {value: not_answered}
employee: [{column: Agent.Username}, {column: Agent.ARN}]
dimensions:
  queue: Queue.Name
  routing_profile: Agent.RoutingProfile.Name
skip_when:
  - {InitiationMethod: [DISCONNECT, MONITOR]}
`,
	}
}
