package source

import (
	"slices"

	"github.com/firsthand-cx/firsthand/internal/ingest"
)

// limeSurvey is LimeSurvey's export of responses as CSV, with question codes or with
// full texts in its header. An answer without a submission date was not handed in;
// LimeSurvey writes 1980-01-01 where a survey keeps no dates.
func limeSurvey() Source {
	return Source{
		Name:      "limesurvey",
		Title:     "LimeSurvey response export",
		Need:      []string{"submitdate|Date submitted", "lastpage|Last page", "startlanguage|Start language"},
		Signature: []string{"response_id|id|Response ID", "submitdate|Date submitted", "lastpage|Last page", "startlanguage|Start language", "seed|Seed", "startdate|Date started", "datestamp|Date last action"},
		YAML: `
source: limesurvey
title: LimeSurvey responses
missing_columns: ignore
blank: ["1980-01-01 00:00:00"]
customer:
  - {source_id: token, namespace: limesurvey_token}
  - {source_id: Access code, namespace: limesurvey_token}
version: [{column: datestamp, order: ymd}, {column: Date last action, order: ymd}, {column: submitdate, order: ymd}, {column: Date submitted, order: ymd}]
start: [{column: startdate, order: ymd}, {column: Date started, order: ymd}, {column: submitdate, order: ymd}, {column: Date submitted, order: ymd}]
end: [{column: submitdate, order: ymd}, {column: Date submitted, order: ymd}]
kind: survey_answer
channel: web
touchpoint: survey
language: [{column: startlanguage}, {column: Start language}]
censored:
  - {submitdate: "", Date submitted: ""}
`,
		Complete: completeLimeSurvey,
	}
}

var limeSurveyColumns = []string{
	"response_id", "id", "Response ID", "submitdate", "Date submitted", "lastpage", "Last page", "startlanguage", "Start language", "seed", "Seed",
	"token", "Access code", "startdate", "Date started", "datestamp", "Date last action", "ipaddr", "IP address", "refurl", "Referrer URL",
}

func completeLimeSurvey(m *ingest.Mapping, s Sample) error {
	for _, name := range []string{"response_id", "id", "Response ID"} {
		if slices.Contains(s.Header, name) {
			m.ID = []string{name}
			break
		}
	}
	addSurvey(m, s, limeSurveyColumns)
	return nil
}
