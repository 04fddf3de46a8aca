package source

// ga4 is Google Analytics 4's export to BigQuery as JSON lines or Parquet: one event a
// row, its parameters as a list of keys with values, its time in microseconds. Late
// events come for three days: a day exported again brings only what is new. A visitor
// is the browser's pseudonym until somebody signs in.
func ga4() Source {
	return Source{
		Name:  "ga4",
		Title: "Google Analytics 4 export",
		Need:  []string{"event_name", "event_timestamp", "user_pseudo_id"},
		Signature: []string{
			"event_date", "event_timestamp", "event_name", "event_params", "event_bundle_sequence_id", "user_id|user_pseudo_id", "user_pseudo_id",
			"device.category|device", "geo.country|geo", "traffic_source.source|traffic_source", "stream_id", "platform",
		},
		Expand: []string{"event_params", "user_properties", "device", "geo", "traffic_source", "ecommerce"},
		YAML: `
source: ga4
title: Google Analytics events
missing_columns: ignore
id: [user_pseudo_id, event_timestamp, event_name, event_bundle_sequence_id, batch_event_index]
customer:
  - {source_id: user_id, namespace: customer}
  - {source_id: user_pseudo_id, namespace: ga4}
thread: [{column: ecommerce.transaction_id}, {column: event_params.transaction_id}, {column: event_params.ga_session_id}]
start: {column: event_timestamp, order: epoch_us}
kind:
  - {value: order, when: {event_name: in_app_purchase}} # a purchase stands in the shop's own export
  - {value: return, when: {event_name: refund}}
  - {value: event}
channel:
  column: platform
  map: {WEB: web, ANDROID: app, IOS: app}
  default: web
touchpoint:
  - {column: event_params.page_location, as: path, when: {event_name: page_view}}
  - {column: event_params.firebase_screen, when: {event_name: screen_view}}
  - {column: event_name}
amount: {column: event_params.value, currency: {column: event_params.currency, default: USD}}
dimensions:
  device: [{column: device.category}]
  country: [{column: geo.country}]
  campaign_medium: [{column: traffic_source.medium}]
skip_when:
  - {event_name: [user_engagement, first_visit, first_open, scroll]}
`,
	}
}
