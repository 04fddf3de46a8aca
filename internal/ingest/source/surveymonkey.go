package source

import (
	"slices"
	"strings"

	"github.com/firsthand-cx/firsthand/internal/ingest"
)

// surveyMonkey is SurveyMonkey's export of all responses as CSV. It has two header
// rows: questions, and below them what each of their columns holds; a question with
// several columns is named above the first alone.
func surveyMonkey() Source {
	return Source{
		Name:      "surveymonkey",
		Title:     "SurveyMonkey response export",
		Need:      []string{"Respondent ID", "Start Date", "End Date"},
		Signature: surveyMonkeyColumns,
		YAML: `
source: surveymonkey
title: SurveyMonkey responses
missing_columns: ignore
format: {header_rows: 2, ragged: pad}
id: Respondent ID
customer:
  - {email: Email Address}
person: {first_name: First Name, last_name: Last Name, email: Email Address}
start: {column: Start Date, order: mdy}
end: {column: End Date, order: mdy}
kind: survey_answer
channel: web
touchpoint: survey
`,
		Complete: completeSurveyMonkey,
	}
}

var surveyMonkeyColumns = []string{
	"Respondent ID", "Collector ID", "Start Date", "End Date", "IP Address", "Email Address", "First Name", "Last Name", "Custom Data 1",
}

// completeSurveyMonkey reads the questions from both header rows.
func completeSurveyMonkey(m *ingest.Mapping, s Sample) error {
	if len(s.Rows) == 0 {
		return nil
	}
	below, answers := s.Rows[0].Cells, s.Rows[1:]
	var asked []question
	words := ""
	for i, name := range s.Header {
		if slices.Contains(surveyMonkeyColumns, name) || i >= len(below) {
			continue
		}
		if !strings.HasPrefix(name, "column_") { // which stands for an empty cell above
			words = name
		}
		sub := strings.TrimSpace(below[i])
		full, who := words, words
		if sub != "" && sub != "Response" && sub != "Open-Ended Response" {
			full, who = words+": "+sub, sub
		}
		if !ofSomebodyElse.MatchString(words) && addIdentity(m, name, who, filled(answers, i)) {
			continue
		}
		asked = append(asked, question{name, full, i})
	}
	addQuestions(m, asked, answers)
	return nil
}
