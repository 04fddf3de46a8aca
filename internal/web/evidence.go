package web

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/question"
)

// evidencePage is the interactions behind a number.
type evidencePage struct {
	Frame
	BackHref string
	What     string
	Counted  string
	Empty    *Empty
	Records  []recordRow
	Walks    []walkedRow
}

// walkedRow is a walk behind a number.
type walkedRow struct{ When, Step, Href string }

func (*evidencePage) view() string { return "evidence" }

// shownEvidence is how many interactions the page shows; the export has more.
const (
	shownEvidence    = 100
	exportedEvidence = 1000
)

func (s *Site) evidence(w http.ResponseWriter, r *http.Request) error {
	d, err := s.definition(r.PathValue("name"))
	if err != nil {
		return err
	}
	cell := r.URL.Query().Get("cell")
	if cell == "" {
		return cx.Errorf(cx.Invalid, "the address names no number").WithRemedy("Open the evidence from a number of the answer.")
	}
	params, limit := filters(r, "cell"), shownEvidence
	if r.URL.Query().Get("format") != "" {
		limit = exportedEvidence
	}
	if d.Walks != nil {
		return s.walksBehind(w, r, d, cell, params, limit)
	}
	records, more, err := s.Rooms.Questions.Evidence(r.Context(), d.Name, params, cell, limit)
	if err != nil {
		return err
	}
	if done, err := exported(w, r, "evidence", records, recordHead, recordLine); done {
		return err
	}
	p := &evidencePage{
		Frame: Frame{Title: "Evidence", Section: "Questions"}, BackHref: link("/questions/"+url.PathEscape(d.Name), params),
		What: strings.TrimSuffix(d.Title, "?") + ": " + cellWords(cell),
	}
	p.exports(r)
	for _, rec := range records {
		row := record(rec, s.Zone).withCustomer(rec.Customer)
		if d.Name == "upstream" {
			row = row.withCause(rec)
		}
		p.Records = append(p.Records, row)
	}
	switch {
	case len(records) == 0:
		p.Empty = &Empty{Title: "No interaction is behind this number", Text: "It is zero, or an import was undone since you opened the answer."}
	case more:
		p.Counted = "The first " + strconv.Itoa(len(records)) + " in order of time. The download holds up to " + count(exportedEvidence) + "."
	default:
		p.Counted = "All " + plural(len(records), "interaction", "interactions") + " in order of time."
	}
	return s.show(w, r, http.StatusOK, p)
}

// walksBehind shows the walks behind a number of a question about walks.
func (s *Site) walksBehind(w http.ResponseWriter, r *http.Request, d question.Definition, cell string, params url.Values, limit int) error {
	pieces, more, err := s.Rooms.Questions.Walks(r.Context(), d.Name, params, cell, limit)
	if err != nil {
		return err
	}
	if done, err := exported(w, r, "evidence", pieces, []string{"walk", "step", "started"}, func(p question.WalkPiece) []string {
		return []string{strconv.FormatInt(p.Walk, 10), p.Step, instant(p.Started)}
	}); done {
		return err
	}
	p := &evidencePage{
		Frame: Frame{Title: "Evidence", Section: "Questions"}, BackHref: link("/questions/"+url.PathEscape(d.Name), params),
		What: strings.TrimSuffix(d.Title, "?") + ": " + cellWords(cell),
	}
	p.exports(r)
	for _, piece := range pieces {
		p.Walks = append(p.Walks, walkedRow{moment(piece.Started, s.Zone, cx.ToTheSecond), strings.ReplaceAll(piece.Step, "-", " "), walkHref(piece.Walk)})
	}
	switch {
	case len(pieces) == 0:
		p.Empty = &Empty{Title: "No walk is behind this number", Text: "It is zero, or a walk was taken back since you opened the answer."}
	case more:
		p.Counted = "The first " + strconv.Itoa(len(pieces)) + " in order of time. The download holds up to " + count(exportedEvidence) + "."
	default:
		p.Counted = "All " + plural(len(pieces), "walk", "walks") + " in order of time."
	}
	return s.show(w, r, http.StatusOK, p)
}

// walkHref is the page of one walk.
func walkHref(id int64) string { return "/walks/" + strconv.FormatInt(id, 10) }

// cellWords say which part of an answer a cell is.
func cellWords(cell string) string {
	v, err := url.ParseQuery(cell)
	if err != nil || v.Get("of") == "" {
		return cell
	}
	words := spaced(v.Get("of"))
	if inner := v.Get("row"); strings.HasPrefix(inner, "of=") { // a question that asks others
		return words + ": " + cellWords(inner)
	}
	for _, name := range rowNames(cell) {
		words += " · " + name
	}
	return words
}

var recordHead = []string{"id", "customer", "start", "end", "source", "kind", "initiator", "channel", "touchpoint", "reason", "outcome", "first_human", "score", "scale", "thread", "text"}

func recordLine(r cx.Record) []string {
	sig := r.Signature
	score, scale := "", ""
	if r.Scale != nil {
		score, scale = plain(r.Score), r.Scale.Name
	}
	var texts []string
	for _, t := range r.Texts {
		texts = append(texts, t.Text)
	}
	customer := ""
	if r.Customer != 0 {
		customer = strconv.FormatInt(int64(r.Customer), 10)
	}
	return []string{
		r.ID.String(), customer, instant(r.Start), instant(r.End), sig.Source, sig.Kind.String(), sig.Initiator.String(), sig.Channel, sig.Touchpoint,
		sig.Reason, sig.Outcome, instant(r.FirstHuman), score, scale, r.Thread, strings.Join(texts, "\n"),
	}
}

func instant(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}
