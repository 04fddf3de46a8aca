package source

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/ingest"
	"github.com/firsthand-cx/firsthand/internal/ingest/rows"
)

// Survey tools export a column a question. What a question asks for is read from its
// words and its answers: a rating, somebody's own words, or a choice among few.

// question is a column of a survey, with the words that were asked.
type question struct {
	column, words string
	at            int // in the header
}

// addQuestions maps a survey's questions: ratings, texts, and choices as dimensions.
func addQuestions(m *ingest.Mapping, asked []question, answers []rows.Row) {
	var ratings []rating
	for _, q := range asked {
		all := filled(answers, q.at)
		values := slices.DeleteFunc(slices.Clone(all), func(v string) bool { return slices.Contains(noAnswer, v) })
		if scale, labels, ok := ratingScale(q.column, q.words, values); ok {
			ratings = append(ratings, rating{q.column, q.words, scale, labels})
			for _, v := range all {
				if slices.Contains(noAnswer, v) && !slices.Contains(m.Blank, v) {
					m.Blank = append(m.Blank, v)
				}
			}
		} else if isText(q.column, all) {
			m.Texts = append(m.Texts, ingest.TextColumn{Column: q.column, Field: q.words})
		}
	}
	addRatings(m, ratings)
}

// noAnswer are choices beside a scale by which people say that they have no answer.
var noAnswer = []string{"N/A", "n/a", "NA", "-", "Not applicable", "Don't know", "No answer", "Keine Angabe", "k. A.", "Weiß nicht"}

// filled lists a column's cells that are not empty.
func filled(list []rows.Row, at int) []string {
	var values []string
	for _, row := range list {
		if at < len(row.Cells) {
			if v := strings.TrimSpace(row.Cells[at]); v != "" {
				values = append(values, v)
			}
		}
	}
	return values
}

type rating struct {
	column, words string
	scale         cx.Scale
	labels        map[string]string // answers that are words, with their numbers
}

// short names a rating in a touchpoint: its code, or what it measures where its
// column is the whole question.
func (r rating) short(before []rating) string {
	if !strings.ContainsAny(r.column, " ?") {
		return r.column
	}
	name, n := string(r.scale.Metric), 1
	for _, b := range before {
		if b.scale.Metric == r.scale.Metric {
			n++
		}
	}
	if n > 1 {
		name += "_" + strconv.Itoa(n)
	}
	return name
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
		addScale(m, r.scale)
		part := ingest.Spec{
			Part:       r.column,
			When:       ingest.Condition{{Column: r.column, Patterns: []string{"*"}}},
			Score:      &ingest.Score{Column: r.column, Scale: r.scale.Name, Map: r.labels},
			Touchpoint: append(slices.Clone(m.Touchpoint[:len(m.Touchpoint)-1]), ingest.Choice{Value: "survey/" + r.short(ratings[:i])}),
		}
		if i == main {
			part.Part, part.When, part.Texts = "", nil, texts
		}
		m.Interactions = append(m.Interactions, part)
	}
}

// addScale declares a scale, once.
func addScale(m *ingest.Mapping, scale cx.Scale) {
	if !slices.ContainsFunc(m.Scales, func(s cx.Scale) bool { return s.Name == scale.Name }) {
		m.Scales = append(m.Scales, scale)
	}
}

var (
	asksRecommendation = regexp.MustCompile(`(?i)(^|[^a-z])nps([^a-z]|$)|recommend|empfehl|weiterempf|recommand|recomend|consigli|aanbevel|rekommend|polec`)
	asksEffort         = regexp.MustCompile(`(?i)(^|[^a-z])ces([^a-z]|$)|\beas(y|ier|e)\b|effort|einfach|leicht|aufwand|facil|fácil|sforzo|moeite`)
	asksSatisfaction   = regexp.MustCompile(`(?i)(^|[^a-z])csat([^a-z]|$)|satisf|zufrieden|soddisf|tevreden|nöjd|zadowol`)
)

// ratingScale recognises a rating question by its words and its answers: whole
// numbers, or the usual words of a scale, which labels then translates. Four in five
// answers must be of the scale: the others are mistakes, and set their rows aside.
func ratingScale(name, words string, values []string) (scale cx.Scale, labels map[string]string, ok bool) {
	if labels, ok := usualLabels(values); ok {
		return cx.Scale{Name: "csat_1_5", Metric: cx.CSAT, Min: 1, Max: 5, SatisfiedFrom: 4}, labels, true
	}
	asked := name + " " + words
	switch {
	case asksRecommendation.MatchString(asked) || strings.HasSuffix(name, "_NPS"):
		scale.Metric, scale.Min, scale.Max = cx.NPS, 0, 10
		_, ok = highest(values, 0, 10)
	case asksEffort.MatchString(asked):
		high, most := highest(values, 1, 7)
		scale.Metric, scale.Min, scale.Max, scale.SatisfiedFrom, ok = cx.CES, 1, 7, 5, most
		if high <= 5 {
			scale.Max, scale.SatisfiedFrom = 5, 4
		}
	}
	if !ok && asksSatisfaction.MatchString(asked) {
		high, most := highest(values, 1, 10)
		scale, ok = cx.Scale{Metric: cx.CSAT, Min: 1, Max: 5, SatisfiedFrom: 4}, most
		if high > 7 {
			scale.Max, scale.SatisfiedFrom = 10, 8
		} else if high > 5 {
			scale.Max, scale.SatisfiedFrom = 7, 6
		}
	}
	// Named by what it measures and offers, so that equal scales are one.
	scale.Name = string(scale.Metric)
	if scale.Metric != cx.NPS {
		scale.Name = fmt.Sprintf("%s_%g_%g", scale.Metric, scale.Min, scale.Max)
	}
	return scale, nil, ok
}

// usualLabels translates answers that are the five usual words of satisfaction.
func usualLabels(values []string) (map[string]string, bool) {
	labels := map[string]string{
		"Very dissatisfied": "1", "Dissatisfied": "2", "Neither satisfied nor dissatisfied": "3", "Neutral": "3", "Satisfied": "4", "Very satisfied": "5",
		"Sehr unzufrieden": "1", "Unzufrieden": "2", "Weder noch": "3", "Zufrieden": "4", "Sehr zufrieden": "5",
	}
	return labels, mostAre(values, func(v string) bool { return labels[v] != "" })
}

// highest is the highest of the answers that are whole numbers of a scale, and whether
// most are.
func highest(values []string, low, top int) (high int, most bool) {
	most = mostAre(values, func(v string) bool {
		n, err := strconv.Atoi(v)
		if err != nil || n < low || n > top {
			return false
		}
		high = max(high, n)
		return true
	})
	return high, most
}

// mostAre reports whether four in five values are something, and there is one.
func mostAre(values []string, is func(string) bool) bool {
	n := 0
	for _, v := range values {
		if is(v) {
			n++
		}
	}
	return n > 0 && 5*n >= 4*len(values)
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
