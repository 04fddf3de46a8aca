package source

// stripePayments is Stripe's export of payments as CSV. A payment, what was refunded
// and a dispute are interactions of their own. The export does not say when a refund
// was made: it carries the payment's time.
func stripePayments() Source {
	return Source{
		Name:  "stripe_payments",
		Title: "Stripe payment export",
		Need:  []string{"id", "Created (UTC)|Created date (UTC)", "Amount", "Currency", "Status"},
		Signature: []string{
			"id", "Description", "Seller Message", "Created (UTC)|Created date (UTC)", "Amount", "Amount Refunded", "Currency",
			"Converted Amount", "Fee", "Status", "Customer ID", "Customer Email", "Captured", "Invoice ID", "Payment Source Type", "Dispute Status",
		},
		YAML: `
source: stripe_payments
title: Stripe payments
missing_columns: ignore
zone: UTC
id: id
customer:
  - {source_id: Customer ID, namespace: stripe}
  - {email: Customer Email}
  - {source_id: customer_id (metadata), namespace: customer}
  - {thread: order_id (metadata), namespace: order}
person:
  name: Card Name
  street: Card Address Line1
  city: Card Address City
  postcode: Card Address Zip
  email: Customer Email
thread: [{column: Invoice ID}, {column: id}]
channel: web
dimensions:
  method: [{column: Payment Source Type}]
  card: [{column: Card Brand}]
interactions:
  - part: ""
    kind: payment
    touchpoint: payment
    start: [{column: Created (UTC), order: ymd}, {column: Created date (UTC), order: ymd}]
    outcome: {column: Status}
    reason: {column: Seller Message, when: {Status: [Failed, Blocked]}}
    amount: {column: Amount, currency: {column: Currency}}
  - part: refund
    when: {Amount Refunded: ">0"}
    kind: return
    touchpoint: payment/refund
    start: [{column: Created (UTC), order: ymd}, {column: Created date (UTC), order: ymd}]
    outcome: refunded
    parent: id
    amount: {column: Amount Refunded, currency: {column: Currency}}
  - part: dispute
    when: {Dispute Status: "*"}
    kind: contact
    touchpoint: payment/dispute
    channel: bank
    start: [{column: Dispute Date (UTC), order: ymd}, {column: Created (UTC), order: ymd}, {column: Created date (UTC), order: ymd}]
    reason: {column: Dispute Reason, default: unknown}
    outcome: {column: Dispute Status}
    parent: id
    amount: {column: Disputed Amount, currency: {column: Currency}}
`,
	}
}

// stripeSubscriptions is Stripe's subscriptions as its API gives them, one JSON object
// a line. A subscription's start is an event, its end a cancellation with the reason
// and the words that the customer gave. What Stripe ended by itself, because a payment
// failed, was not the customer's doing.
func stripeSubscriptions() Source {
	return Source{
		Name:  "stripe_subscriptions",
		Title: "Stripe subscriptions",
		Need:  []string{"id", "customer|customer.id", "created", "status", "current_period_end|start_date|billing_cycle_anchor"},
		Signature: []string{
			"id", "object", "customer|customer.id", "created", "status", "start_date", "cancel_at_period_end", "canceled_at|cancel_at|ended_at",
			"collection_method", "currency", "cancellation_details.reason|cancellation_details.feedback|billing_cycle_anchor",
		},
		YAML: `
source: stripe_subscriptions
title: Stripe subscriptions
missing_columns: ignore
format: {type: jsonl}
id: id
customer:
  - {source_id: customer, namespace: stripe}
  - {source_id: customer.id, namespace: stripe}
  - {email: customer.email}
  - {source_id: metadata.customer_id, namespace: customer}
thread: id
channel: web
dimensions:
  plan: [{column: plan.nickname}, {column: plan.id}]
  interval: [{column: plan.interval}]
interactions:
  - part: ""
    kind: event
    touchpoint: subscription/started
    start: [{column: start_date, order: epoch_s}, {column: created, order: epoch_s}]
    outcome: {column: status}
  - part: cancellation
    when: {canceled_at: "*"}
    kind: cancellation
    touchpoint: subscription/cancelled
    start: {column: canceled_at, order: epoch_s}
    end: {column: ended_at, order: epoch_s}
    initiator:
      - {value: system, when: {cancellation_details.reason: [payment_failed, payment_disputed, canceled_by_retention_policy]}}
      - {value: customer}
    reason: [{column: cancellation_details.feedback}, {column: cancellation_details.reason, map: {cancellation_requested: unknown}}, {value: unknown}]
    outcome: cancelled
    parent: id
    texts: [{column: cancellation_details.comment, field: Why they cancelled}]
`,
	}
}
