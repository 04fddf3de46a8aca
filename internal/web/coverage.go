package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/firsthand-cx/firsthand/internal/ingest"
	"github.com/firsthand-cx/firsthand/internal/question"
)

// coveragePart says what is there: of each source, month by month, and for each
// question.
type coveragePart struct {
	Sources   []sourceRow
	StaleRule string
	Years     []yearHead
	Months    []headMonth
	Strip     []stripRow
	Earlier   string // months that the strip leaves out
	Holes     []string
	Asked     []askedCount
	Lacking   []lackRow
}

type sourceRow struct {
	Name, State        string
	Stale              bool
	Newest, Imported   string
	Span, Usual        string
	Interactions       string
	Rejected           string
	Identified, Reason string // shares
	Channel, Outcome   string
	Score, Words       string
}

type (
	yearHead  struct{ Year, Months string }
	headMonth struct{ Short, Long string }
	stripRow  struct {
		Name, Kind string
		Cells      []stripCell
	}
	stripCell  struct{ Level, Title string }
	askedCount struct{ Title, Count string }
	lackRow    struct{ Title, Href, State, Bring, Why string }
)

// shownMonths is how many months the strip shows; the CSV holds all.
const shownMonths = 24

func (s *Site) coveragePart(c question.Coverage, imports []ingest.Summary) *coveragePart {
	p := &coveragePart{StaleRule: question.StaleRule}
	rejected, people := map[string]int64{}, map[string]int64{}
	for _, i := range imports {
		rejected[i.Source] += i.Rejected
		people[i.Source] = max(people[i.Source], i.People)
	}
	for _, source := range c.Sources {
		row := s.sourceRow(source, rejected[source.Source])
		if n := people[source.Source]; n > 0 && source.Interactions == 0 { // a list of them
			row.Newest, row.Interactions = "people only", plural(int(n), "person", "people")
		}
		p.Sources = append(p.Sources, row)
	}
	p.strip(c.Months)
	p.questions(c.Questions)
	return p
}

func (s *Site) sourceRow(c question.SourceCoverage, rejected int64) sourceRow {
	now := s.Now()
	row := sourceRow{
		Name: c.Source, State: string(c.State), Stale: c.State == question.Stale, Imported: "imported " + ago(c.Imported, now),
		Interactions: count(c.Interactions), Rejected: count(rejected), Usual: "not known yet",
	}
	if c.Imported.IsZero() {
		row.Imported = "its import was undone"
	}
	if c.Interactions == 0 {
		row.Newest, row.Usual = "no customer's interaction", ""
		return row
	}
	row.Newest, row.Span = newestAgo(c, now), day(c.First, s.Zone)+" – "+day(c.Newest, s.Zone)
	if c.Newest.After(now.AddDate(0, 0, 1)) {
		row.Newest, row.Stale = "dated in the future", true
	}
	if c.Usual > 0 {
		row.Usual = "every day"
		if c.Usual > 1 {
			row.Usual = "every " + count(int64(c.Usual)) + " days"
		}
	}
	part := func(n int64) string {
		switch n {
		case 0:
			return ""
		case c.Interactions:
			return "all"
		}
		return share(float64(n) / float64(c.Interactions))
	}
	row.Identified, row.Reason, row.Channel = part(c.Identified), part(c.Reason), part(c.Channel)
	row.Outcome, row.Score, row.Words = part(c.Outcome), part(c.Score), part(c.Words)
	return row
}

// strip draws months × sources. A cell's level is its part of the row's fullest month.
func (p *coveragePart) strip(rows []question.MonthsOf) {
	if len(rows) == 0 {
		return
	}
	months := rows[0].Months
	from := max(0, len(months)-shownMonths)
	if from > 0 {
		p.Earlier = plural(from, "earlier month is", "earlier months are") + " in the CSV."
	}
	years := map[string]int{}
	for _, m := range months[from:] {
		at, err := time.Parse("2006-01", m.Month)
		if err != nil {
			continue
		}
		p.Months = append(p.Months, headMonth{at.Format("Jan")[:1], at.Format("January 2006")})
		if years[at.Format("2006")]++; years[at.Format("2006")] == 1 {
			p.Years = append(p.Years, yearHead{Year: at.Format("2006")})
		}
	}
	for i, y := range p.Years {
		p.Years[i].Months = strconv.Itoa(years[y.Year])
	}
	for _, r := range rows {
		row := stripRow{Name: r.Source, Kind: manyOf(r.Kind)}
		most := int64(1)
		for _, m := range r.Months {
			most = max(most, m.Count)
		}
		var holes []string
		for i, m := range r.Months[from:] {
			cell := stripCell{"l" + strconv.FormatInt((4*m.Count+most-1)/most, 10), p.Months[i].Long + ": " + count(m.Count)}
			if m.Hole {
				cell = stripCell{"hole", p.Months[i].Long + ": nothing, a hole"}
				holes = append(holes, p.Months[i].Long)
			}
			row.Cells = append(row.Cells, cell)
		}
		if len(holes) > 0 {
			p.Holes = append(p.Holes, r.Source+" brought no "+row.Kind+" in "+joined(holes)+".")
		}
		p.Strip = append(p.Strip, row)
	}
}

// manyOf is what a kind's interactions are called.
func manyOf(kind string) string {
	words := strings.ReplaceAll(kind, "_", " ")
	if strings.HasSuffix(words, "y") {
		return strings.TrimSuffix(words, "y") + "ies"
	}
	if words == "usage" {
		return "use"
	}
	return words + "s"
}

// joined lists words, at most six of them.
func joined(words []string) string {
	const most = 6
	if len(words) > most {
		words = append(slices.Clone(words[:most]), count(int64(len(words)-most))+" more months")
	}
	if len(words) == 1 {
		return words[0]
	}
	return strings.Join(words[:len(words)-1], ", ") + " and " + words[len(words)-1]
}

func (p *coveragePart) questions(all []question.Answerable) {
	states := map[question.AnswerState]int64{}
	for _, q := range all {
		states[q.State]++
		if q.State == question.AnswerNo {
			p.Lacking = append(p.Lacking, lackRow{Title: q.Title, Href: "/questions/" + q.Question, Bring: brings(q), Why: why(q)})
		}
	}
	p.Asked = []askedCount{
		{"can be answered", count(states[question.AnswerYes])}, {"in part", count(states[question.AnswerPartly])}, {"not yet", count(states[question.AnswerNo])},
	}
}

// lackWords are the states that a page speaks of.
var lackWords = map[question.AnswerState]string{question.AnswerPartly: "Answered in part", question.AnswerNo: "Not answered yet"}

// brings is a sentence that says what to bring.
func brings(q question.Answerable) string {
	switch q.State {
	case question.AnswerNo:
		return "To answer it, " + q.Bring + "."
	case question.AnswerPartly:
		return "To answer it in full, " + q.Bring + "."
	}
	return ""
}

func why(q question.Answerable) string {
	if len(q.Why) == 0 {
		return ""
	}
	return sentence(strings.Join(q.Why, "; "))
}

// answerable finds what is said of a question.
func answerable(c question.Coverage, name string) question.Answerable {
	if i := slices.IndexFunc(c.Questions, func(q question.Answerable) bool { return q.Question == name }); i >= 0 {
		return c.Questions[i]
	}
	return question.Answerable{}
}

// exportedCoverage writes one of the coverage's lists as a file if the address asks for
// it; it reports whether it did.
func exportedCoverage(w http.ResponseWriter, r *http.Request, c question.Coverage) (bool, error) {
	n := func(v int64) string { return strconv.FormatInt(v, 10) }
	switch r.URL.Query().Get("list") {
	case "sources":
		head := []string{"source", "state", "imports", "imported", "first", "newest", "age_days", "usual_gap_days", "interactions", "identified", "with_reason", "with_channel", "with_outcome", "with_score", "with_words"}
		return exported(w, r, "sources", c.Sources, head, func(s question.SourceCoverage) []string {
			return []string{
				s.Source, string(s.State), strconv.Itoa(s.Imports), instant(s.Imported), instant(s.First), instant(s.Newest), strconv.Itoa(s.Age), strconv.Itoa(s.Usual),
				n(s.Interactions), n(s.Identified), n(s.Reason), n(s.Channel), n(s.Outcome), n(s.Score), n(s.Words),
			}
		})
	case "months":
		head := []string{"source", "kind"}
		if len(c.Months) > 0 {
			for _, m := range c.Months[0].Months {
				head = append(head, m.Month)
			}
		}
		return exported(w, r, "months", c.Months, head, func(m question.MonthsOf) []string {
			line := []string{m.Source, m.Kind}
			for _, month := range m.Months {
				line = append(line, n(month.Count))
			}
			return line
		})
	}
	return false, nil
}

// freshRow says when a source last brought something.
type freshRow struct {
	Name, Freshness string
	Stale           bool
}

// newestAgo is how old a source's newest interaction is: in days by the company's calendar,
// as its staleness is judged.
func newestAgo(c question.SourceCoverage, now time.Time) string {
	if c.Age >= 2 && now.Sub(c.Newest) >= 48*time.Hour {
		return count(int64(c.Age)) + " days ago"
	}
	return ago(c.Newest, now)
}

// freshness lists the sources that were imported, with when they last were; of a stale
// one, how old its newest interaction is.
func (s *Site) freshness(c question.Coverage) []freshRow {
	out := []freshRow{}
	for _, source := range c.Sources {
		if source.Imports == 0 {
			continue
		}
		row := freshRow{source.Source, ago(source.Imported, s.Now()), source.State == question.Stale}
		if row.Stale {
			row.Freshness = "nothing newer than " + newestAgo(source, s.Now())
		}
		out = append(out, row)
	}
	return out
}
