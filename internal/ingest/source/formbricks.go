package source

import (
	"slices"
	"strings"

	"github.com/firsthand-cx/firsthand/internal/ingest"
)

// formbricks is Formbricks' export of responses as CSV or Excel. Questions are
// numbered ("1. How was it?"), attributes of the person start with "person.".
func formbricks() Source {
	return Source{
		Name:      "formbricks",
		Title:     "Formbricks response export",
		Need:      []string{"Response ID", "Timestamp", "Finished", "Survey ID"},
		Signature: formbricksColumns,
		YAML: `
source: formbricks
title: Formbricks responses
missing_columns: ignore
zone: UTC
id: Response ID
customer:
  - {source_id: User ID, namespace: customer}
  - {source_id: Formbricks ID (internal)}
  - {email: Verified Email}
start: {column: Timestamp, order: ymd}
kind: survey_answer
channel: web
touchpoint: survey
censored: {Finished: ["No", "false"]}
`,
		Complete: completeFormbricks,
	}
}

var formbricksColumns = []string{
	"No.", "Response ID", "Timestamp", "Finished", "Survey ID", "Formbricks ID (internal)", "User ID", "Tags",
}

// completeFormbricks reads questions and what is known of the person.
func completeFormbricks(m *ingest.Mapping, s Sample) error {
	var asked []question
	for i, name := range s.Header {
		number, words, ok := strings.Cut(name, ". ")
		isQuestion := ok && strings.Trim(number, "0123456789") == ""
		if !isQuestion {
			words = name
		}
		switch {
		case slices.Contains(formbricksColumns, name) || addIdentity(m, name, words, filled(s.Rows, i)):
		case isQuestion:
			asked = append(asked, question{name, words, i})
		case strings.HasPrefix(name, "person.") && fewValues(s.Rows, i):
			addDimension(m, fieldName(strings.TrimPrefix(name, "person.")), name)
		}
	}
	addQuestions(m, asked, s.Rows)
	return nil
}
