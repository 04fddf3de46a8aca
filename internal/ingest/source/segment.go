package source

// segment is events in Segment's common format, one JSON object a line, as its
// storage destinations and RudderStack's write them. identify and alias are
// kept: they tie the anonymous visitor to the customer. An amount without a
// currency is in US dollars, as Segment's specification says. That an order was completed
// is an event of the visit: the order itself comes from the shop, and would count twice.
func segment() Source {
	return Source{
		Name:      "segment",
		Title:     "Segment event log",
		Need:      []string{"messageId", "type", "timestamp"},
		Signature: []string{"messageId", "type", "timestamp", "anonymousId", "userId", "event", "originalTimestamp", "receivedAt", "context.library.name", "sentAt"},
		YAML: `
source: segment
title: Segment events
missing_columns: ignore
format: {type: jsonl}
id: messageId
customer:
  - {source_id: userId, namespace: customer}
  - {source_id: anonymousId, namespace: segment_anonymous}
  - {source_id: previousId, namespace: segment_anonymous, when: {type: alias}}
  - {email: traits.email}
  - {email: context.traits.email}
  - {email: properties.email}
  - {phone: traits.phone}
  - {phone: context.traits.phone}
person:
  name: [{column: traits.name}, {column: context.traits.name}]
  first_name: [{column: traits.firstName}, {column: context.traits.firstName}]
  last_name: [{column: traits.lastName}, {column: context.traits.lastName}]
  street: [{column: traits.address.street}, {column: context.traits.address.street}]
  city: [{column: traits.address.city}, {column: context.traits.address.city}]
  postcode: [{column: traits.address.postalCode}, {column: context.traits.address.postalCode}]
  birth_date: [{column: traits.birthday, order: ymd}, {column: context.traits.birthday, order: ymd}]
thread: [{column: properties.order_id}, {column: properties.checkout_id}, {column: context.sessionId}]
kind:
  - column: event
    map:
      Support Ticket Created: contact
      Subscription Cancelled: cancellation
    otherwise: event
    when: {type: track}
  - {value: event}
start: [{column: timestamp, order: ymd}, {column: originalTimestamp, order: ymd}, {column: receivedAt, order: ymd}]
zone: UTC
voice:
  - {value: robot, when: {context.campaign.source: firsthand}}
  - {value: customer}
channel:
  - {value: app, when: {context.device.type: [ios, android]}}
  - {value: web, when: {context.page.url: "*"}}
  - {value: web, when: {context.library.name: "analytics.js*"}}
  - {value: server}
touchpoint:
  - {column: event, when: {type: track}}
  - {column: name, when: {type: [page, screen]}}
  - {column: context.page.path, when: {type: page}}
  - {column: type}
language: {column: context.locale}
amount: {column: properties.total, currency: {column: properties.currency, default: USD}}
dimensions:
  device: context.device.type
  campaign: context.campaign.name
`,
		Complete: completeSegment,
	}
}
