package source

import (
	"cmp"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/firsthand-cx/firsthand/internal/ingest"
	"github.com/firsthand-cx/firsthand/internal/ingest/rows"
)

// qualtrics is Qualtrics' export of responses as CSV. It has three header rows:
// short names, the questions' words, and a line of JSON with the time zone of
// the dates. A response is a survey answer with the first rating question's
// score and all that was written; every further rating question is an answer of
// its own. Which questions ask for what is read from their words and values.
func qualtrics() Source {
	return Source{
		Name:      "qualtrics",
		Title:     "Qualtrics response export",
		Need:      []string{"StartDate", "EndDate", "ResponseId"},
		Signature: qualtricsColumns,
		YAML: `
source: qualtrics
title: Qualtrics responses
missing_columns: ignore
format: {header_rows: 3}
id: ResponseId
customer:
  - {source_id: ExternalReference, namespace: customer}
  - {email: RecipientEmail}
person: {first_name: RecipientFirstName, last_name: RecipientLastName, email: RecipientEmail}
start: {column: StartDate, order: ymd}
end: {column: EndDate, order: ymd}
version: {column: RecordedDate, order: ymd}
kind: survey_answer
channel:
  column: DistributionChannel
  map: {anonymous: web, email: email, sms: sms, qr: qr_code, preview: preview, gl: web, social: social}
  default: web
touchpoint: survey
language: {column: UserLanguage}
censored: {Finished: ["False", "0"]}
skip_when:
  - {Status: [Survey Preview, Survey Test, Spam, "1", "2", "8", "9"]}
  - {DistributionChannel: preview}
`,
		Complete: completeQualtrics,
	}
}

var qualtricsColumns = []string{
	"StartDate", "EndDate", "Status", "IPAddress", "Progress", "Duration (in seconds)", "Finished", "RecordedDate", "ResponseId",
	"RecipientLastName", "RecipientFirstName", "RecipientEmail", "ExternalReference", "LocationLatitude",
	"LocationLongitude", "DistributionChannel", "UserLanguage",
}

// qualtricsZone finds the zone in the third header row.
var qualtricsZone = regexp.MustCompile(`"timeZone"\s*:\s*"([^"]+)"`)

func completeQualtrics(m *ingest.Mapping, s Sample) error {
	words := map[string]string{}
	answers := s.Rows
	if len(answers) >= 2 && isImportIDs(answers[1].Cells) {
		for i, name := range s.Header {
			words[name] = answers[0].Cells[i]
		}
		if found := qualtricsZone.FindStringSubmatch(strings.Join(answers[1].Cells, ",")); found != nil {
			if _, err := time.LoadLocation(found[1]); err == nil {
				m.Zone = found[1]
			}
		}
		answers = answers[2:]
	} else { // an older export, or one whose extra rows were taken out
		m.Format.HeaderRows = nil
	}
	var asked []question
	for i, name := range s.Header {
		switch {
		case slices.Contains(qualtricsColumns, name) || strings.Contains(name, "_DO_") || strings.HasSuffix(name, "_NPS_GROUP"):
		case addIdentity(m, name, cmp.Or(words[name], name), filled(answers, i)):
		case isEmbedded(name, s.Rows, i):
			addEmbedded(m, name, answers, i)
		default:
			asked = append(asked, question{name, words[name], i})
		}
	}
	addQuestions(m, asked, answers)
	return nil
}

// isEmbedded reports whether a column is a field that the company embedded, not a
// question: all three header rows say its name and nothing else.
func isEmbedded(name string, list []rows.Row, at int) bool {
	if len(list) < 2 || at >= len(list[0].Cells) || at >= len(list[1].Cells) {
		return false
	}
	var id struct{ ImportID string }
	return list[0].Cells[at] == name && json.Unmarshal([]byte(list[1].Cells[at]), &id) == nil && id.ImportID == name
}

// isImportIDs reports whether a row is the third header row.
func isImportIDs(cells []string) bool {
	var id struct{ ImportID string }
	return len(cells) > 0 && json.Unmarshal([]byte(cells[0]), &id) == nil && strings.Contains(cells[0], "ImportId")
}
