package source

import (
	"slices"

	"github.com/firsthand-cx/firsthand/internal/ingest"
)

// typeform is Typeform's export of responses as CSV: a number, the questions and
// hidden fields, then when and how it was answered. Times are in UTC.
func typeform() Source {
	return Source{
		Name:      "typeform",
		Title:     "Typeform response export",
		Need:      []string{"#", "Submit Date (UTC)"},
		Signature: typeformColumns,
		YAML: `
source: typeform
title: Typeform responses
missing_columns: ignore
zone: UTC
id: "#"
start: [{column: Start Date (UTC), order: ymd}, {column: Submit Date (UTC), order: ymd}]
end: {column: Submit Date (UTC), order: ymd}
kind: survey_answer
channel: web
touchpoint: survey
censored: {Response Type: [partial, started]}
`,
		Complete: completeTypeform,
	}
}

var typeformColumns = []string{"#", "Response Type", "Start Date (UTC)", "Stage Date (UTC)", "Submit Date (UTC)", "Network ID", "Tags", "Ending"}

// completeTypeform reads the columns between the number and the times.
func completeTypeform(m *ingest.Mapping, s Sample) error {
	addSurvey(m, s, typeformColumns)
	return nil
}

// addSurvey maps every column that is not one of the tool's own: who answered, what
// was asked, and fields of few values that the company passed along.
func addSurvey(m *ingest.Mapping, s Sample, own []string) {
	var asked []question
	for i, name := range s.Header {
		if slices.Contains(own, name) || addIdentity(m, name, name, filled(s.Rows, i)) {
			continue
		}
		if saysStep.MatchString(name) && fewValues(s.Rows, i) {
			addEmbedded(m, name, s.Rows, i)
			continue
		}
		asked = append(asked, question{name, name, i})
	}
	addQuestions(m, asked, s.Rows)
}
