package web

import (
	"cmp"
	"context"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/journey"
	"github.com/firsthand-cx/firsthand/internal/question"
	"github.com/firsthand-cx/firsthand/internal/web/chart"
)

// billPage says what each owner's steps are charged with in a month: the contacts that
// they caused, as far as that can be told, and what those cost.
type billPage struct {
	Frame
	Name, JourneyHref string
	Month             string // "October 2026"
	Sub               string
	Filters           Filters
	Empty             *Empty
	Owners            []billOwner // who is charged, the most first
	NotKnown          *billOwner
	QuestionHref      string
	Rulings           []rulingRow
	Notes             []string
}

func (*billPage) view() string { return "bill" }

type billOwner struct {
	Name           string
	Contacts, Cost Figure
	Share          Figure
	Before         string // "29 in September"
	How            string // "3 seen to break, 190 by reason alone"
	Trend          template.HTML
	Lines          []billLine
}

// billLine is what an owner is charged with for one reason.
type billLine struct {
	Reason, Step string
	Contacts     Figure
	How          string
	RuleHref     string
	n            int64
}

type rulingRow struct {
	ID                   int64
	About, Step          string
	Href                 string
	By, When, Note, Over string // Over = how it ended; "" = it holds
}

func billHref(name string) string { return journeyHref(name) + "/bill" }

func (s *Site) bill(w http.ResponseWriter, r *http.Request) error {
	file, err := s.Rooms.Journeys.Current(r.Context(), r.PathValue("name"))
	if err != nil {
		return err
	}
	j, err := journey.Parse(file.Name, []byte(file.YAML))
	if err != nil {
		return err
	}
	params := url.Values{"journey": {j.Name}}
	byOwner, err := s.ask(r.Context(), "upstream", with(params, "by", "owner"))
	if err != nil {
		return err
	}
	if done, err := exportedTable(w, r, byOwner.Table); done {
		return err
	}
	p := &billPage{
		Frame: Frame{Title: "Contacts charged", Section: "Journeys"}, Name: or(j.Title, j.Name), JourneyHref: journeyHref(j.Name),
	}
	p.exports(r)
	months := s.billMonths(byOwner)
	if len(months) == 0 {
		p.Empty = &Empty{"No contact to charge yet", "Here stands which steps cause the contacts of each month, and what that costs their owners. To see it, bring contacts: tickets, calls, conversations.", "/sources", "Import a file"}
		return s.show(w, r, http.StatusOK, p)
	}
	month := r.URL.Query().Get("month")
	if !slices.Contains(months, month) {
		if month != "" {
			return cx.Errorf(cx.NotFound, "no contact of this journey lies in %q", month).WithRemedy("Choose a month from the list.")
		}
		month = s.lastWhole(months, byOwner.AsOf)
	}
	if err := s.fillBill(r.Context(), p, j, byOwner, months, month); err != nil {
		return err
	}
	return s.show(w, r, http.StatusOK, p)
}

// billMonths lists the months of a bill, the newest first.
func (s *Site) billMonths(a answer) (months []string) {
	for _, row := range a.Rows {
		if month := a.text(row, "month"); !slices.Contains(months, month) {
			months = append(months, month)
		}
	}
	return months
}

// lastWhole is the newest month that is over, or the only one that there is.
func (s *Site) lastWhole(months []string, asOf time.Time) string {
	local := asOf.In(s.Zone)
	if months[0] == local.Format("2006-01") && local.AddDate(0, 0, 1).Month() == local.Month() && len(months) > 1 {
		return months[1]
	}
	return months[0]
}

func (s *Site) fillBill(ctx context.Context, p *billPage, j cx.Journey, byOwner answer, months []string, month string) error {
	first, err := time.ParseInLocation("2006-01", month, s.Zone)
	if err != nil {
		return cx.Errorf(cx.Invalid, "%q is not a month", month).WithRemedy("Write it like 2026-10.")
	}
	options := []Option{}
	for _, m := range months {
		options = append(options, Option{m, monthName(m)})
	}
	p.Month = monthName(month)
	p.Filters = Filters{Action: billHref(j.Name), Fields: []Field{{Name: "month", Label: "Month", Value: month, Options: options}}}
	inMonth := url.Values{"journey": {j.Name}, "from": {first.Format(time.DateOnly)}, "to": {first.AddDate(0, 1, 0).Format(time.DateOnly)}}
	p.QuestionHref = link("/questions/upstream", inMonth)
	byReason, err := s.ask(ctx, "upstream", with(inMonth, "by", "reason"))
	if err != nil {
		return err
	}
	p.Notes = byReason.Notes
	lines := s.billLines(j, byReason, with(inMonth, "by", "reason"))
	all := int64(0)
	ofAll := url.Values{"journey": {j.Name}, "by": {"owner"}}
	var charged int64
	for _, row := range byOwner.Rows {
		if byOwner.text(row, "month") != month {
			continue
		}
		owner := s.billOwner(byOwner, row, months, ofAll)
		n := numberOf(byOwner, row, "contacts")
		all += n
		if isNotKnown(byOwner, row) {
			owner.Lines, p.NotKnown = lines[""], &owner
			continue
		}
		charged += n
		owner.Lines = lines[owner.Name]
		p.Owners = append(p.Owners, owner)
	}
	p.Sub = p.Month + " · " + count(charged) + " of " + count(all) + " contacts are charged to a step"
	return s.fillRulings(ctx, p, j)
}

func isNotKnown(a answer, row []question.Cell) bool {
	_, contacts, _ := a.cell(row, "contacts")
	names := rowNames(contacts.Evidence)
	return len(names) > 0 && slices.Contains(names, "-")
}

func numberOf(a answer, row []question.Cell, column string) int64 {
	_, c, ok := a.cell(row, column)
	if !ok || c.Number == nil {
		return 0
	}
	return int64(*c.Number)
}

func (s *Site) billOwner(a answer, row []question.Cell, months []string, params url.Values) billOwner {
	name, month := a.text(row, "owner"), a.text(row, "month")
	o := billOwner{
		Name: name, Contacts: a.figure(row, params, "contacts"), Cost: a.figure(row, params, "cost"), Share: a.figure(row, params, "share"),
	}
	o.Share.Href, o.How = "", howItIsKnown(a, row)
	counts := map[string]int64{}
	for _, other := range a.Rows {
		if a.text(other, "owner") == name {
			counts[a.text(other, "month")] = numberOf(a, other, "contacts")
		}
	}
	at := slices.Index(months, month)
	if at+1 < len(months) {
		o.Before = count(counts[months[at+1]]) + " in " + strings.Fields(monthName(months[at+1]))[0]
	}
	shown := slices.Clone(months[:min(len(months), max(12, at+1))])
	slices.Reverse(shown)
	var course []int64
	var words []string
	for _, m := range shown {
		course = append(course, counts[m])
		words = append(words, monthName(m)+" "+count(counts[m]))
	}
	o.Trend = chart.Spark(course, slices.Index(shown, month), "By month: "+strings.Join(words, ", "))
	return o
}

// howKnown words the columns that say how a contact's step is known.
var howKnown = []struct{ column, words string }{
	{"seen", "seen to break"}, {"walk", "a walk failed there"}, {"follows", "follow its breaks"}, {"by_reason", "by reason alone"}, {"overruled", "said by a person"},
}

// howItIsKnown says how the contacts of a row are known to be a step's.
func howItIsKnown(a answer, row []question.Cell) string {
	var how []string
	for _, known := range howKnown {
		if n := numberOf(a, row, known.column); n > 0 {
			how = append(how, count(n)+" "+known.words)
		}
	}
	return strings.Join(how, ", ")
}

// billLines are what owners are charged with by reason; "" = not known.
func (s *Site) billLines(j cx.Journey, a answer, params url.Values) map[string][]billLine {
	lines := map[string][]billLine{}
	for _, row := range a.Rows {
		line := billLine{Reason: a.text(row, "reason"), Step: a.text(row, "step"), Contacts: a.figure(row, params, "contacts"), n: numberOf(a, row, "contacts")}
		line.How = howItIsKnown(a, row)
		_, contacts, _ := a.cell(row, "contacts")
		names := rowNames(contacts.Evidence)
		if len(names) == 2 {
			reason := names[0]
			if reason == "-" {
				reason = ""
			}
			line.RuleHref = journeyHref(j.Name) + "/charge?" + url.Values{"reason": {reason}}.Encode()
		}
		owner := or(a.text(row, "owner"), "(no owner)")
		if isNotKnown(a, row) && line.Step == "Not known" {
			owner, line.Step = "", ""
		}
		lines[owner] = append(lines[owner], line)
	}
	for _, of := range lines {
		slices.SortStableFunc(of, func(a, b billLine) int { return cmp.Compare(b.n, a.n) })
	}
	return lines
}

// fillRulings lists what people said, those that hold first.
func (s *Site) fillRulings(ctx context.Context, p *billPage, j cx.Journey) error {
	rulings, err := s.Rooms.Journeys.Rulings(ctx, j.Name)
	if err != nil {
		return err
	}
	slices.SortStableFunc(rulings, func(a, b cx.Ruling) int {
		switch {
		case a.Holds() == b.Holds():
			return 0
		case a.Holds():
			return -1
		}
		return 1
	})
	for _, r := range rulings[:min(len(rulings), mostRulings)] {
		p.Rulings = append(p.Rulings, s.rulingRow(j, r))
	}
	return nil
}

// mostRulings is how many rulings the page lists.
const mostRulings = 50

func (s *Site) rulingRow(j cx.Journey, r cx.Ruling) rulingRow {
	row := rulingRow{ID: r.ID, About: aboutReason(r.Reason), Step: stepTitle(j, r.Step), By: r.By, When: day(r.At, s.Zone), Note: r.Note}
	if r.Contact != (cx.InteractionID{}) {
		row.About, row.Href = "One contact", contactHref(r.Contact)
		if r.Reason != "" {
			row.About += " about “" + r.Reason + "”"
		}
	}
	if !r.Holds() {
		row.Over = "ended " + day(r.Ended, s.Zone) + " by " + r.EndedBy
	}
	return row
}

// aboutReason says which contacts are about a reason.
func aboutReason(reason string) string {
	if reason == "" {
		return "Contacts without a reason"
	}
	return "Contacts about “" + reason + "”"
}

func stepTitle(j cx.Journey, name string) string {
	if step, ok := j.Step(name); ok {
		return or(step.Title, step.Name)
	}
	if name == "" {
		return "none of the steps"
	}
	return name + " (no step any more)"
}

func monthName(month string) string {
	t, err := time.Parse("2006-01", month)
	if err != nil {
		return month
	}
	return t.Format("January 2006")
}

// charged is what a step of the map is charged with.
type charged struct {
	Contacts, Share, Cost Figure
	How                   string // "33 seen to break, 153 by reason alone"
}

// charged says with which contacts a step is charged; nil = none.
func (f mapFigures) charged(step cx.Step) *charged {
	row := f.upstream.stepRow(step)
	if row == nil {
		return nil
	}
	c := &charged{
		Contacts: f.upstream.figure(row, f.params, "contacts"), Share: f.upstream.figure(row, f.params, "share"),
		Cost: f.upstream.figure(row, f.params, "cost"), How: howItIsKnown(f.upstream, row),
	}
	c.Share.Href = ""
	return c
}
