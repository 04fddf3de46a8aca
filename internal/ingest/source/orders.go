package source

// A company's own tables of orders, deliveries, returns and invoices, with what was
// promised and what came of it. Their columns are those of docs/mapping.md; other names
// need a mapping file. The order's number ties them together and to their customer.

func orders() Source {
	return Source{
		Name:      "orders",
		Title:     "table of orders",
		Need:      []string{"order_id", "ordered_at"},
		Signature: []string{"order_id", "customer_id|email", "ordered_at", "amount", "currency", "channel|status"},
		YAML: `
source: orders
title: Orders
missing_columns: ignore
id: order_id
version: {column: updated_at}
customer:
  - {source_id: customer_id, namespace: customer}
  - {email: email}
  - {phone: phone}
  - {thread: order_id, namespace: order}
thread: order_id
kind: order
touchpoint: order
start: {column: ordered_at}
end: {column: completed_at}
channel: {column: channel, default: web}
outcome: {column: status}
amount: {column: amount, currency: {column: currency}}
quantity: quantity
dimensions: {region: region, product: product}
`,
	}
}

func deliveries() Source {
	return Source{
		Name:      "deliveries",
		Title:     "table of deliveries",
		Need:      []string{"order_id", "promised_at", "delivered_at"},
		Signature: []string{"delivery_id|order_id", "order_id", "shipped_at", "promised_at", "delivered_at", "carrier|region"},
		YAML: `
source: deliveries
title: Deliveries
missing_columns: ignore
id: [order_id, delivery_id]
version: {column: updated_at}
customer:
  - {source_id: customer_id, namespace: customer}
  - {email: email}
  - {phone: phone}
  - {thread: order_id, namespace: order}
thread: order_id
kind: delivery
touchpoint: delivery
start: [{column: shipped_at}, {column: promised_at}]
end: {column: delivered_at}
channel: {column: channel, default: parcel}
outcome:
  - {value: late, when: {delivered_at: ">{promised_at}"}}
  - {value: on_time, when: {delivered_at: "*", promised_at: "*"}}
  - {value: delivered, when: {delivered_at: "*"}}
  - {value: under_way}
censored: {delivered_at: ""}
dimensions: {carrier: carrier, region: region}
`,
	}
}

func returns() Source {
	return Source{
		Name:      "returns",
		Title:     "table of returns",
		Need:      []string{"order_id", "returned_at|requested_at", "refunded_at"},
		Signature: []string{"return_id", "order_id", "requested_at|returned_at", "refunded_at", "reason", "amount"},
		YAML: `
source: returns
title: Returns
missing_columns: ignore
id: [return_id, order_id]
version: {column: updated_at}
customer:
  - {source_id: customer_id, namespace: customer}
  - {email: email}
  - {phone: phone}
  - {thread: order_id, namespace: order}
thread: order_id
kind: return
touchpoint: return
start: [{column: requested_at}, {column: returned_at}]
end: {column: refunded_at}
channel: {column: channel, default: parcel}
reason: {column: reason, default: unknown}
outcome:
  - {value: late, when: {refunded_at: ">{promised_at}"}}
  - {value: refunded, when: {refunded_at: "*"}}
  - {value: open}
censored: {refunded_at: ""}
amount: {column: amount, currency: {column: currency}}
dimensions: {region: region, product: product}
`,
	}
}

func invoices() Source {
	return Source{
		Name:      "invoices",
		Title:     "table of invoices",
		Need:      []string{"invoice_id", "issued_at"},
		Signature: []string{"invoice_id", "customer_id|email|order_id", "issued_at", "due_at", "paid_at", "amount", "currency"},
		YAML: `
source: invoices
title: Invoices
missing_columns: ignore
id: invoice_id
version: {column: updated_at}
customer:
  - {source_id: customer_id, namespace: customer}
  - {email: email}
  - {phone: phone}
  - {thread: order_id, namespace: order}
thread: [{column: order_id}, {column: invoice_id}]
kind: invoice
touchpoint: invoice
start: {column: issued_at}
end: {column: paid_at}
channel: {column: channel, default: email}
outcome:
  - {value: paid_late, when: {paid_at: ">{due_at}"}}
  - {value: paid, when: {paid_at: "*"}}
  - {value: open}
censored: {paid_at: ""}
amount: {column: amount, currency: {column: currency}}
dimensions: {region: region, product: product}
`,
	}
}
