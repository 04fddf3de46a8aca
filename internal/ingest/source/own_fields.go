package source

import (
	"regexp"
	"slices"
	"strings"

	"github.com/firsthand-cx/firsthand/internal/ingest"
	"github.com/firsthand-cx/firsthand/internal/ingest/rows"
)

// Companies add fields of their own to what they export: custom fields of a help
// desk, embedded data of a survey, traits of a user. Those of few values are
// dimensions; one that says why somebody got in touch, or which step a survey is
// about, is that.

var (
	saysReason = regexp.MustCompile(`(?i)reason|categor|topic|issue type|grund|motif|motivo`)
	saysStep   = regexp.MustCompile(`(?i)journey|touch ?-?_?point|(^|[ _-])(step|stage)([ _-]|$)`)
)

// mostOwnValues is how many values a column of the company's own may have to be a
// dimension; leastOwnFilled how many cells must show that they recur.
const (
	mostOwnValues  = 20
	leastOwnFilled = 5
)

// fewValues reports whether a column's values are short, few and recurring.
func fewValues(list []rows.Row, at int) bool {
	different, filled := map[string]bool{}, 0
	for _, row := range list {
		if at >= len(row.Cells) {
			continue
		}
		v := strings.TrimSpace(row.Cells[at])
		if v == "" {
			continue
		}
		if len(v) > 40 {
			return false
		}
		filled++
		different[v] = true
	}
	return filled >= leastOwnFilled && len(different) <= mostOwnValues && len(different)*2 <= filled
}

// fieldName makes a dimension's name of a column's: "Age group [list]" → age_group.
func fieldName(column string) string {
	words := strings.FieldsFunc(strings.ToLower(column), func(c rune) bool {
		return (c < 'a' || c > 'z') && (c < '0' || c > '9')
	})
	return strings.Join(words, "_")
}

// completeZendesk reads drop-down fields, which the export marks with [list].
func completeZendesk(m *ingest.Mapping, s Sample) error {
	for _, column := range s.Header {
		name, ok := strings.CutSuffix(column, "[list]")
		if !ok {
			continue
		}
		if saysReason.MatchString(name) && m.Reason == nil {
			m.Reason = ingest.Field{{Column: column}}
			m.Interactions[0].Reason = nil // which the ticket type stood in for
			continue
		}
		addDimension(m, fieldName(name), column)
	}
	return nil
}

// addEmbedded reads an embedded field of a survey: what it is about, or a dimension.
func addEmbedded(m *ingest.Mapping, column string, answers []rows.Row, at int) {
	if saysStep.MatchString(column) && len(m.Touchpoint) == 1 {
		m.Touchpoint = append(ingest.Field{{Column: column}}, m.Touchpoint...)
		return
	}
	if fewValues(answers, at) {
		addDimension(m, fieldName(column), column)
	}
}

// completeSegment makes dimensions of traits with few values.
func completeSegment(m *ingest.Mapping, s Sample) error {
	for at, column := range s.Header {
		trait, ok := strings.CutPrefix(column, "context.traits.")
		if ok && fewValues(s.Rows, at) {
			addDimension(m, fieldName(trait), column)
		}
	}
	return nil
}

func addDimension(m *ingest.Mapping, name, column string) {
	taken := slices.ContainsFunc(m.Dimensions, func(d ingest.Dimension) bool { return d.Name == name })
	if name != "" && !taken {
		m.Dimensions = append(m.Dimensions, ingest.Dimension{Name: name, Field: ingest.Field{{Column: column}}})
	}
}
