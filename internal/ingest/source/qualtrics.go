package source

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
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
	var ratings []rating
	for i, name := range s.Header {
		if slices.Contains(qualtricsColumns, name) || strings.Contains(name, "_DO_") || strings.HasSuffix(name, "_NPS_GROUP") {
			continue
		}
		var values []string
		for _, row := range answers {
			if v := strings.TrimSpace(row.Cells[i]); v != "" {
				values = append(values, v)
			}
		}
		if isEmbedded(name, s.Rows, i) {
			addEmbedded(m, name, answers, i)
		} else if scale, ok := ratingScale(name, words[name], values); ok {
			ratings = append(ratings, rating{name, words[name], scale})
		} else if isText(name, values) {
			m.Texts = append(m.Texts, ingest.TextColumn{Column: name, Field: words[name]})
		}
	}
	addRatings(m, ratings)
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

type rating struct {
	column, words string
	scale         cx.Scale
}

// addRatings makes the first NPS question, else the first rating, the response's
// own score, and the others parts.
func addRatings(m *ingest.Mapping, ratings []rating) {
	if len(ratings) == 0 {
		return
	}
	main := max(0, slices.IndexFunc(ratings, func(r rating) bool { return r.scale.Metric == cx.NPS }))
	texts := m.Texts
	m.Texts = nil
	for i, r := range ratings {
		if !slices.ContainsFunc(m.Scales, func(s cx.Scale) bool { return s.Name == r.scale.Name }) {
			m.Scales = append(m.Scales, r.scale)
		}
		part := ingest.Spec{
			Part:       r.column,
			When:       ingest.Condition{{Column: r.column, Patterns: []string{"*"}}},
			Score:      &ingest.Score{Column: r.column, Scale: r.scale.Name},
			Touchpoint: append(slices.Clone(m.Touchpoint[:len(m.Touchpoint)-1]), ingest.Choice{Value: "survey/" + r.column}),
		}
		if i == main {
			part.Part, part.When, part.Texts = "", nil, texts
		}
		m.Interactions = append(m.Interactions, part)
	}
}

var (
	asksRecommendation = regexp.MustCompile(`(?i)recommend|empfehl|weiterempf|recommand|recomend|consigli|aanbevel|rekommend|polec`)
	asksEffort         = regexp.MustCompile(`(?i)\beas(y|ier|e)\b|effort|einfach|leicht|aufwand|facil|fácil|sforzo|moeite`)
	asksSatisfaction   = regexp.MustCompile(`(?i)satisf|zufrieden|soddisf|tevreden|nöjd|zadowol`)
)

// ratingScale recognises a rating question by its words and its whole-number answers.
func ratingScale(name, words string, values []string) (cx.Scale, bool) {
	low, high, numeric := wholeNumbers(values)
	if !numeric {
		return cx.Scale{}, false
	}
	var scale cx.Scale
	switch asked := name + " " + words; {
	case low >= 0 && high <= 10 && (asksRecommendation.MatchString(asked) || strings.HasSuffix(name, "_NPS")):
		scale.Metric, scale.Min, scale.Max = cx.NPS, 0, 10
	case low >= 1 && high <= 7 && asksEffort.MatchString(asked):
		scale.Metric, scale.Min, scale.Max, scale.SatisfiedFrom = cx.CES, 1, 7, 5
		if high <= 5 {
			scale.Max, scale.SatisfiedFrom = 5, 4
		}
	case low >= 1 && high <= 10 && asksSatisfaction.MatchString(asked):
		scale.Metric, scale.Min, scale.Max, scale.SatisfiedFrom = cx.CSAT, 1, 5, 4
		if high > 7 {
			scale.Max, scale.SatisfiedFrom = 10, 8
		} else if high > 5 {
			scale.Max, scale.SatisfiedFrom = 7, 6
		}
	default:
		return scale, false
	}
	// Named by what it measures and offers, so that equal scales are one.
	scale.Name = string(scale.Metric)
	if scale.Metric != cx.NPS {
		scale.Name = fmt.Sprintf("%s_%g_%g", scale.Metric, scale.Min, scale.Max)
	}
	return scale, true
}

func wholeNumbers(values []string) (low, high int, ok bool) {
	for i, v := range values {
		n, err := strconv.Atoi(v)
		if err != nil {
			return 0, 0, false
		}
		if i == 0 || n < low {
			low = n
		}
		if i == 0 || n > high {
			high = n
		}
	}
	return low, high, len(values) > 0
}

// isText reports whether people wrote the answers themselves: by Qualtrics' own
// suffix, or because they are of several words and rarely the same.
func isText(name string, values []string) bool {
	if strings.HasSuffix(name, "_TEXT") {
		return true
	}
	different, long := map[string]bool{}, 0
	for _, v := range values {
		different[v] = true
		if strings.Count(v, " ") >= 2 {
			long++
		}
	}
	return len(values) > 0 && len(different)*2 > len(values) && long*3 > len(values)
}
