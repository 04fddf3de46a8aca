package web

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/finding"
	"github.com/firsthand-cx/firsthand/internal/people"
)

// findingRow is a finding in a ranked list.
type findingRow struct {
	Rank      int
	Title     string
	Why       string
	Where     string // "Order › Pay"
	Owner     string
	Chip      *Chip
	Customers string // a month
	Cost      string // a month at least; "" = no declared cost
	Quote     *Quote
	Href      string
	Evidence  string
	Map       string
}

// effortWeight turns a person's estimate into what severity is divided by. The
// steps are those of T-shirt sizing: each three times the one before; what nobody
// has estimated counts as medium.
var effortWeight = map[string]float64{"small": 1, "": 3, "medium": 3, "large": 9}

// ranked lists findings, the worst first, or the biggest gain for the least work.
func (s *Site) ranked(ctx context.Context, by string, states ...cx.FindingState) ([]cx.Finding, error) {
	found, err := s.Rooms.Findings.ListFindings(ctx, states...)
	if err != nil {
		return nil, err
	}
	weight := func(f cx.Finding) float64 {
		if by == "effort" {
			return f.Severity / effortWeight[f.Effort]
		}
		return f.Severity
	}
	slices.SortStableFunc(found, func(a, b cx.Finding) int {
		if a.Priced != b.Priced { // money and customers don't compare: the priced come first
			if a.Priced {
				return -1
			}
			return 1
		}
		return cmp.Or(cmp.Compare(weight(b), weight(a)), cmp.Compare(a.ID, b.ID))
	})
	return found, nil
}

const week = 7 * 24 * time.Hour

// isNew reports whether a finding was first seen within the last week. What the very
// first evaluation found is not new: it has been there for nobody knows how long.
func (s *Site) isNew(f cx.Finding, run finding.Run) bool {
	return run.ID > 1 && s.Now().Sub(f.FirstSeen) < week
}

func findingHref(id int64) string { return "/findings/" + strconv.FormatInt(id, 10) }

func (s *Site) findingRow(rank int, f cx.Finding, journeys []cx.Journey, run finding.Run) findingRow {
	row := findingRow{
		Rank: rank, Title: f.Title, Why: f.Why, Where: findingWhere(f, journeys), Owner: f.Owner,
		Customers: count(int64(roughly(f.CustomersPerMonth))), Href: findingHref(f.ID), Evidence: findingEvidence(f),
	}
	if f.Priced {
		row.Cost = money(f.Severity, f.Currency)
	}
	if f.Key.Journey != "" {
		row.Map = "/journeys/" + url.PathEscape(f.Key.Journey) + stepAnchor(f.Key.Step)
	}
	switch f.State {
	case cx.FindingOpen:
		if s.isNew(f, run) {
			row.Chip = &Chip{"bad", "New this week"}
		} else if weeks := int(s.Now().Sub(f.FirstSeen) / week); weeks > 0 {
			row.Chip = &Chip{"", "Open for " + plural(weeks, "week", "weeks")}
		}
	case cx.FindingAccepted:
		row.Chip = &Chip{"accent", "Accepted"}
	case cx.FindingDismissed:
		row.Chip = &Chip{"", "Dismissed"}
	case cx.FindingClosed:
		row.Chip = &Chip{"good", "Closed"}
	}
	return row
}

// findingWhere names the journey and step in the words of the journey's file.
func findingWhere(f cx.Finding, journeys []cx.Journey) string {
	for _, j := range journeys {
		if j.Name == f.Key.Journey {
			step, ok := j.Step(f.Key.Step)
			if !ok {
				return or(j.Title, j.Name)
			}
			return stepWhere(j, step, len(journeys) == 1)
		}
	}
	return strings.Trim(f.Key.Journey+" › "+f.Key.Step, " ›")
}

// stepWhere names a step, and its journey where there are several.
func stepWhere(j cx.Journey, step cx.Step, only bool) string {
	if only {
		return or(step.Title, step.Name)
	}
	return or(j.Title, j.Name) + " › " + or(step.Title, step.Name)
}

// findingEvidence is the page of the interactions behind a finding. Evidence holds
// the question, its parameters and, where one cell is meant, the cell.
func findingEvidence(f cx.Finding) string {
	name, cell, v := evidenceOf(f)
	if name == "" {
		return ""
	}
	if cell != "" {
		return evidenceHref(name, v, cell)
	}
	return link("/questions/"+url.PathEscape(name), v)
}

func evidenceOf(f cx.Finding) (name, cell string, params url.Values) {
	v, err := url.ParseQuery(f.Evidence)
	if err != nil {
		return "", "", nil
	}
	name, cell = or(v.Get("question"), f.Key.Question), v.Get("cell")
	v.Del("question")
	v.Del("cell")
	return name, cell, v
}

// findingPage is one finding with its evidence, its history and what a person can
// do about it.
type findingPage struct {
	Frame
	Href                             string
	Heading, Why, Where              string
	Customers, Excess, ExcessLower   string
	N, Cost                          string
	Evidence, Map                    string
	Quotes                           []Quote
	Question, QuestionHref           string
	Period, Segment                  string
	Chance, Severity                 string
	History                          []eventRow
	Guards                           []guardRow // the newest first
	DraftHref                        string     // where a walk is made of it
	StateTitle, StateText            string
	CanAccept, CanDismiss, CanReopen bool
	Judged                           bool // by the reader: it is theirs to judge
	Effort                           string
	Efforts                          []Option
	Owner                            string
}

func (*findingPage) view() string { return "finding" }

type eventRow struct{ What, Reason, When, By, Href string }

// guardRow is a walk that would reproduce a finding.
type guardRow struct {
	Chip       Chip
	When, Href string
}

var efforts = []Option{{"", "Not estimated"}, {"small", "Small: days"}, {"medium", "Medium: weeks"}, {"large", "Large: months"}}

func (s *Site) finding(w http.ResponseWriter, r *http.Request) error {
	id, err := number(r, "id", "finding")
	if err != nil {
		return err
	}
	f, err := s.Rooms.Findings.Finding(r.Context(), id)
	if err != nil {
		return err
	}
	events, err := s.Rooms.Findings.Events(r.Context(), id)
	if err != nil {
		return err
	}
	journeys, err := s.Rooms.Journeys.List(r.Context())
	if err != nil {
		return err
	}
	run, err := s.Rooms.Findings.LastRun(r.Context())
	if err != nil {
		return err
	}
	row := s.findingRow(0, f, journeys, run)
	words, evidence := s.findingQuotes(r.Context(), f, 4)
	judges := people.May(who(r.Context()).Role, MayJudge) && s.Rooms.MayJudge(r.Context(), who(r.Context()), f.ID) == nil
	p := &findingPage{
		Frame: Frame{Title: f.Title, Section: "Findings"}, Href: row.Href, Heading: f.Title, Why: f.Why, Where: row.Where,
		Customers: row.Customers, Excess: excess(f.Excess), ExcessLower: excess(f.ExcessLower), N: count(f.N), Cost: row.Cost,
		Evidence: evidence, Map: row.Map, Quotes: words, Segment: f.Key.Segment,
		Period: span(cx.Period{From: f.From, To: f.To}, s.Zone), Chance: chance(f.P, f.Q), Severity: severityWords(f),
		CanAccept: judges && f.State.Next(cx.FindingAccepted), CanDismiss: judges && f.State.Next(cx.FindingDismissed), CanReopen: judges && f.State.Next(cx.FindingOpen), Judged: judges,
		Effort: f.Effort, Efforts: efforts, Owner: f.Owner,
	}
	name, _, v := evidenceOf(f)
	p.Question, p.QuestionHref = spaced(name), link("/questions/"+url.PathEscape(name), v)
	for _, d := range s.Rooms.Questions.Catalogue() {
		if d.Name == name {
			p.Question = d.Title
		}
	}
	p.StateTitle, p.StateText = stateWords(f)
	for _, e := range slices.Backward(events) {
		if e.What == "seen" {
			continue // every week says so; LastSeen is enough
		}
		row := eventRow{What: sentenceless(e.What), Reason: e.Reason, When: day(e.At, s.Zone), By: e.By}
		if e.Walk != 0 {
			row.Href, row.What = walkHref(e.Walk), guardWords(e)
			p.Guards = append(p.Guards, guardOf(e, s.Zone))
		}
		p.History = append(p.History, row)
	}
	p.DraftHref = link("/walks/scenarios/new", url.Values{"finding": {strconv.FormatInt(f.ID, 10)}})
	return s.show(w, r, http.StatusOK, p)
}

// guardWords say what a guard walk did to its finding.
func guardWords(e finding.Event) string {
	switch {
	case e.What == finding.WalkPassed:
		return "A walk went through"
	case e.To != e.From:
		return "A walk met it again, which opened it"
	}
	return "A walk met it again"
}

func guardOf(e finding.Event, zone *time.Location) guardRow {
	row := guardRow{Chip{"bad", "Met it again"}, day(e.At, zone), walkHref(e.Walk)}
	if e.What == finding.WalkPassed {
		row.Chip = Chip{"good", "Went through"}
	}
	return row
}

// excess is a difference of shares in percentage points.
func excess(v float64) string { return strings.TrimSuffix(share(v), " %") + " points" }

// chance says a q-value in words that hold.
func chance(p, q float64) string {
	return "p " + probability(p) + "; corrected for all that was compared (Benjamini–Hochberg), q " + probability(q) + ". At most one in twenty of what is shown as a finding is chance."
}

func probability(p float64) string {
	if p < .001 {
		return "below 0.001"
	}
	return fmt.Sprintf("= %.3f", p)
}

func severityWords(f cx.Finding) string {
	if f.Priced {
		return fmt.Sprintf("%s customers a month × at least %s × declared cost = %s a month", count(int64(roughly(f.CustomersPerMonth))), share(f.ExcessLower), money(f.Severity, f.Currency))
	}
	return fmt.Sprintf("%s customers a month × at least %s. No cost per contact or value of a customer is declared in the journey file, so it carries no price.", count(int64(roughly(f.CustomersPerMonth))), share(f.ExcessLower))
}

func stateWords(f cx.Finding) (title, text string) {
	switch f.State {
	case cx.FindingOpen:
		return "Open", "Nobody has judged it yet. Look at the evidence, then accept it or say why it is none."
	case cx.FindingAccepted:
		return "Accepted", "Agreed to be a problem" + by(f) + ". It closes by itself after two quiet weeks."
	case cx.FindingDismissed:
		return "Dismissed", sentence(or(f.StateReason, "no reason was kept")) + " " + strings.TrimSpace(by(f))
	}
	return "Closed", "It has not been found again for two weeks."
}

func by(f cx.Finding) string {
	if f.StateBy == "" {
		return ""
	}
	return " by " + f.StateBy
}

// sentenceless begins with a capital.
func sentenceless(s string) string { return strings.TrimSuffix(sentence(s), ".") }

func (s *Site) moveFinding(w http.ResponseWriter, r *http.Request) error {
	id, err := number(r, "id", "finding")
	if err != nil {
		return err
	}
	v, err := form(w, r)
	if err != nil {
		return err
	}
	to, reason := cx.FindingState(v.Get("to")), strings.TrimSpace(v.Get("reason"))
	if to == cx.FindingDismissed && reason == "" {
		return cx.Errorf(cx.Invalid, "a finding is dismissed for a reason").WithRemedy("Say in a sentence why it is no problem; those who see it next will read it.")
	}
	if err := s.Rooms.MayJudge(r.Context(), who(r.Context()), id); err != nil {
		return err
	}
	if _, err := s.Rooms.Findings.Move(r.Context(), id, to, who(r.Context()).By(), reason); err != nil {
		return err
	}
	s.say(r.Context(), "good", map[cx.FindingState]string{cx.FindingAccepted: "Accepted.", cx.FindingDismissed: "Dismissed.", cx.FindingOpen: "Open again."}[to])
	http.Redirect(w, r, findingHref(id), http.StatusSeeOther)
	return nil
}

func (s *Site) setEffort(w http.ResponseWriter, r *http.Request) error {
	id, err := number(r, "id", "finding")
	if err != nil {
		return err
	}
	v, err := form(w, r)
	if err != nil {
		return err
	}
	if err := s.Rooms.MayJudge(r.Context(), who(r.Context()), id); err != nil {
		return err
	}
	if _, err := s.Rooms.Findings.SetEffort(r.Context(), id, v.Get("effort"), who(r.Context()).By()); err != nil {
		return err
	}
	s.say(r.Context(), "good", "The estimate is kept.")
	http.Redirect(w, r, findingHref(id), http.StatusSeeOther)
	return nil
}

// number reads a number out of the address.
func number(r *http.Request, name, what string) (int64, error) {
	n, err := strconv.ParseInt(r.PathValue(name), 10, 64)
	if err != nil || n < 1 {
		return 0, cx.Errorf(cx.NotFound, "there is no %s %q", what, r.PathValue(name)).WithRemedy("Its number is a whole one. Open it from its list.")
	}
	return n, nil
}

// stepAnchor is where a step stands on its journey's map; "" = nowhere.
func stepAnchor(step string) string {
	if step == "" {
		return ""
	}
	return "#step-" + url.PathEscape(step)
}
