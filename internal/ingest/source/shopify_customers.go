package source

// shopifyCustomers is Shopify's export of customers as CSV, of either generation: the
// newer one names each customer by a number and prefixes the address. A row is somebody,
// not something that happened. Numbers, postcodes and phones may carry an apostrophe that
// guards them from spreadsheets. What somebody spent and ordered are attributes: the
// order export has each order.
func shopifyCustomers() Source {
	return Source{
		Name:  "shopify_customers",
		Title: "Shopify customer export",
		Need:  []string{"First Name", "Email", "Total Spent", "Total Orders"},
		Signature: []string{
			"First Name", "Last Name", "Email", "Accepts Email Marketing|Accepts Marketing", "Address1|Default Address Address1",
			"City|Default Address City", "Country Code|Default Address Country Code", "Zip|Default Address Zip", "Phone",
			"Accepts SMS Marketing", "Total Spent", "Total Orders", "Tags", "Note", "Tax Exempt",
		},
		YAML: `
source: shopify_customers
title: Shopify customers
rows: people
missing_columns: ignore
customer:
  - {source_id: Customer ID, namespace: shopify}
  - {email: Email}
  - {phone: Phone, country: [{column: Default Address Country Code}, {column: Country Code}]}
  - {phone: Default Address Phone, country: {column: Default Address Country Code}}
person:
  first_name: First Name
  last_name: Last Name
  street: [{column: Default Address Address1}, {column: Address1}]
  postcode: [{column: Default Address Zip}, {column: Zip}]
  city: [{column: Default Address City}, {column: City}]
  email: Email
  phone: [{column: Phone}, {column: Default Address Phone}]
`,
	}
}
