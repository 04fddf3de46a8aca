package source

import (
	"encoding/json"
	"strings"

	"github.com/firsthand-cx/firsthand/internal/ingest"
)

// postHog is PostHog's events, as its warehouse tables and batch exports write them:
// CSV or Parquet with the properties as JSON text, or JSON lines. A survey that was
// answered is a survey answer; its questions stand in the event.
func postHog() Source {
	return Source{
		Name:      "posthog",
		Title:     "PostHog event export",
		Need:      []string{"uuid", "event", "timestamp", "distinct_id"},
		Signature: []string{"uuid", "event", "timestamp", "distinct_id", "properties|properties.$lib|properties.$session_id", "person_id|elements|session_id"},
		Expand:    []string{"properties"},
		YAML: `
source: posthog
title: PostHog events
missing_columns: ignore
zone: UTC
id: uuid
customer:
  - {source_id: properties.$user_id, namespace: customer}
  - {source_id: distinct_id, namespace: posthog}
  - {source_id: properties.$anon_distinct_id, namespace: posthog}
  - {source_id: person_id, namespace: posthog_person}
  - {email: properties.$set.email}
  - {email: properties.email}
thread: [{column: properties.order_id}, {column: properties.$session_id}, {column: session_id}]
start: {column: timestamp, order: ymd}
channel:
  - {value: app, when: {properties.$lib: [posthog-ios, posthog-android, posthog-react-native, posthog-flutter]}}
  - {value: server, when: {properties.$lib: [posthog-node, posthog-python, posthog-go, posthog-ruby, posthog-php]}}
  - {value: web}
dimensions:
  device: properties.$device_type
  browser: properties.$browser
interactions:
  - part: ""
    when: {event: "!survey sent"}
    kind: event
    touchpoint:
      - {column: properties.$pathname, as: path, when: {event: $pageview}}
      - {column: properties.$screen_name, when: {event: $screen}}
      - {column: event}
  - part: survey
    when: {event: survey sent}
    kind: survey_answer
    touchpoint: [{column: properties.$survey_name}, {value: survey}]
skip_when:
  - {event: [survey shown, survey dismissed, $feature_flag_called, $web_vitals, $$heatmap]}
`,
		Complete: completePostHog,
	}
}

// completePostHog reads the answers of surveys: one column for each question.
func completePostHog(m *ingest.Mapping, s Sample) error {
	const answer = "properties.$survey_response"
	words := map[string]string{}
	for i, name := range s.Header {
		if name != "properties.$survey_questions" {
			continue
		}
		for _, text := range filled(s.Rows, i) {
			var list []struct{ ID, Question string }
			if json.Unmarshal([]byte(text), &list) != nil {
				continue
			}
			for n, q := range list {
				words[answer+"_"+q.ID] = q.Question
				if n == 0 {
					words[answer] = q.Question
				}
			}
		}
	}
	survey := &m.Interactions[1]
	var ratings []rating
	for i, name := range s.Header {
		if !strings.HasPrefix(name, answer) {
			continue
		}
		values := filled(s.Rows, i)
		if scale, labels, ok := ratingScale(name, words[name], values); ok {
			ratings = append(ratings, rating{name, words[name], scale, labels})
		} else if len(values) > 0 {
			survey.Texts = append(survey.Texts, ingest.TextColumn{Column: name, Field: words[name]})
		}
	}
	for n, r := range ratings {
		addScale(m, r.scale)
		score := &ingest.Score{Column: r.column, Scale: r.scale.Name, Map: r.labels}
		if n == 0 {
			survey.Score = score
			continue
		}
		part := *survey
		part.Part, part.Texts, part.Score = strings.TrimPrefix(r.column, "properties.$"), nil, score
		part.When = append(ingest.Condition{{Column: r.column, Patterns: []string{"*"}}}, survey.When...)
		m.Interactions = append(m.Interactions, part)
	}
	return nil
}
