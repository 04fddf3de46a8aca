package source

import (
	"slices"

	"github.com/firsthand-cx/firsthand/internal/ingest"
)

// shopify is Shopify's export of orders as CSV. An order has a row per line item,
// of which only the first carries the order's own columns: the rows are grouped
// by the order's name, so that its total is counted once. The order, its
// delivery, what was refunded and its cancellation are interactions of their
// own; an order lasts until it is fulfilled. The export does not say when a
// refund was made: it carries the latest time that the order has.
func shopify() Source {
	return Source{
		Name:  "shopify",
		Title: "Shopify order export",
		Need:  []string{"Name", "Created at", "Lineitem name", "Total"},
		Signature: []string{
			"Name", "Email", "Financial Status", "Paid at", "Fulfillment Status", "Fulfilled at", "Currency", "Subtotal",
			"Total", "Discount Code", "Created at", "Lineitem quantity", "Lineitem name", "Cancelled at", "Refunded Amount",
		},
		YAML: `
source: shopify
title: Shopify orders
missing_columns: ignore
group: {by: Name}
id: Name
customer:
  - {email: Email}
  - {phone: Billing Phone, country: {column: Billing Country}}
  - {thread: Name, namespace: order}
person:
  name: [{column: Shipping Name}, {column: Billing Name}]
  street: [{column: Shipping Street}, {column: Billing Street}]
  city: [{column: Shipping City}, {column: Billing City}]
  postcode: [{column: Shipping Zip}, {column: Billing Zip}]
  email: Email
  phone: [{column: Shipping Phone}, {column: Billing Phone}]
thread: Name
channel:
  column: Source
  map: {web: web, pos: shop, iphone: app, android: app, shopify_draft_order: draft}
  default: web
dimensions:
  discount_code: Discount Code
  shipping_method: Shipping Method
  country: Shipping Country
interactions:
  - part: ""
    kind: order
    touchpoint: order
    start: {column: Created at, order: ymd}
    end: {column: Fulfilled at, order: ymd}
    censored: {Fulfillment Status: ["", unfulfilled, partial, pending], Cancelled at: ""}
    outcome: {column: Financial Status}
    amount: {column: Total, currency: {column: Currency}}
    quantity: Lineitem quantity
  - part: delivery
    when: {Fulfilled at: "*"}
    kind: delivery
    touchpoint: order/fulfilled
    start: {column: Fulfilled at, order: ymd}
    outcome: {column: Fulfillment Status}
    parent: Name
  - part: refund
    when: {Refunded Amount: ">0"}
    kind: return
    touchpoint: order/refunded
    start: [{column: Cancelled at, order: ymd}, {column: Fulfilled at, order: ymd}, {column: Created at, order: ymd}]
    outcome: refunded
    parent: Name
    amount: {column: Refunded Amount, currency: {column: Currency}}
  - part: cancellation
    when: {Cancelled at: "*"}
    kind: event # an order that is called off is no customer who leaves
    touchpoint: order/cancelled
    start: {column: Cancelled at, order: ymd}
    outcome: cancelled
    parent: Name
`,
		Complete: completeShopify,
	}
}

// completeShopify names the columns to add up and to list that the file has.
func completeShopify(m *ingest.Mapping, s Sample) error {
	for _, name := range []string{"Lineitem quantity"} {
		if slices.Contains(s.Header, name) {
			m.Group.Sum = append(m.Group.Sum, name)
		}
	}
	for _, name := range []string{"Lineitem name", "Lineitem sku", "Lineitem price", "Vendor"} {
		if slices.Contains(s.Header, name) {
			m.Group.Join = append(m.Group.Join, name)
		}
	}
	return nil
}
