package web

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/journey"
	"github.com/firsthand-cx/firsthand/internal/question"
)

// contactPage is one contact: which step of each journey it is charged to, and why.
type contactPage struct {
	Frame
	Record  recordRow
	Charges []contactCharge
	Empty   *Empty
}

func (*contactPage) view() string { return "contact" }

type contactCharge struct {
	Journey, JourneyHref string
	Step, Owner          string
	Because              string
	Broke                *recordRow // what broke before
	RuleHref             string
	Said                 *rulingRow // who said so
}

func contactHref(id cx.InteractionID) string { return "/contacts/" + id.String() }

func (s *Site) contact(w http.ResponseWriter, r *http.Request) error {
	id, err := cx.ParseInteractionID(r.PathValue("id"))
	if err != nil {
		return err
	}
	charges, err := s.Rooms.Questions.Charges(r.Context(), id)
	if err != nil {
		return err
	}
	ids := []cx.InteractionID{id}
	for _, c := range charges {
		if c.Broke != (cx.InteractionID{}) {
			ids = append(ids, c.Broke)
		}
	}
	records, err := s.Rooms.Questions.Records(r.Context(), ids)
	if err != nil {
		return err
	}
	byID := map[cx.InteractionID]cx.Record{}
	for _, rec := range records {
		byID[rec.ID] = rec
	}
	journeys, err := s.Rooms.Journeys.List(r.Context())
	if err != nil {
		return err
	}
	p := &contactPage{Frame: Frame{Title: "A contact", Section: "Journeys"}, Record: record(byID[id], s.Zone).withCustomer(byID[id].Customer)}
	for _, c := range charges {
		row := s.contactCharge(id, c, journeys, byID)
		if c.How == question.ChargedRuled {
			if row.Said, err = s.saidOf(r.Context(), c.Journey, byID[id]); err != nil {
				return err
			}
		}
		p.Charges = append(p.Charges, row)
	}
	if len(charges) == 0 {
		p.Empty = &Empty{"No journey yet", "A contact is charged to the step of a journey, and none is declared yet.", "/journeys/new", "See the proposed journey"}
	}
	return s.show(w, r, http.StatusOK, p)
}

func (s *Site) contactCharge(id cx.InteractionID, c question.JourneyCharge, journeys []cx.Journey, byID map[cx.InteractionID]cx.Record) contactCharge {
	out := contactCharge{
		Journey: c.Journey, JourneyHref: billHref(c.Journey), Step: c.Title, Owner: c.Owner, Because: sentence(c.Because()),
		RuleHref: journeyHref(c.Journey) + "/charge?" + url.Values{"contact": {id.String()}}.Encode(),
	}
	for _, j := range journeys {
		if j.Name == c.Journey {
			out.Journey = or(j.Title, j.Name)
		}
	}
	if rec, ok := byID[c.Broke]; ok && c.Broke != (cx.InteractionID{}) {
		row := record(rec, s.Zone)
		out.Broke = &row
	}
	return out
}

// saidOf is the ruling that holds on a contact: its own, or the one on its reason.
func (s *Site) saidOf(ctx context.Context, name string, contact cx.Record) (*rulingRow, error) {
	rulings, err := s.Rooms.Journeys.Rulings(ctx, name)
	if err != nil {
		return nil, err
	}
	var said *cx.Ruling
	for _, r := range rulings {
		switch {
		case !r.Holds():
		case r.Contact == contact.ID:
			said = &r
		case r.Contact == cx.InteractionID{} && r.Reason == contact.Signature.Reason && said == nil:
			said = &r
		}
	}
	if said == nil {
		return nil, nil
	}
	row := s.rulingRow(cx.Journey{}, *said)
	return &row, nil
}

// chargePage asks which step caused a contact, or all contacts about a reason.
type chargePage struct {
	Frame
	Heading     string
	JourneyHref string
	Name        string
	Contact     string
	Reason      string
	About       string // what is charged now
	Step, Note  string
	Steps       []Option
	Problem     string
	BackHref    string
	OfReason    bool
}

func (*chargePage) view() string { return "charge" }

func (s *Site) askCharge(w http.ResponseWriter, r *http.Request) error {
	p, err := s.chargePage(r, r.URL.Query())
	if err != nil {
		return err
	}
	return s.show(w, r, http.StatusOK, p)
}

func (s *Site) chargePage(r *http.Request, v url.Values) (*chargePage, error) {
	file, err := s.Rooms.Journeys.Current(r.Context(), r.PathValue("name"))
	if err != nil {
		return nil, err
	}
	j, err := journey.Parse(file.Name, []byte(file.YAML))
	if err != nil {
		return nil, err
	}
	p := &chargePage{
		Frame: Frame{Title: "Charge to another step", Section: "Journeys"}, JourneyHref: journeyHref(j.Name), Name: or(j.Title, j.Name),
		Contact: v.Get("contact"), Reason: v.Get("reason"), Step: v.Get("step"), Note: v.Get("note"), OfReason: v.Has("reason"),
		BackHref: billHref(j.Name), Steps: []Option{{"-", "None of the journey’s steps"}},
	}
	for _, step := range j.Steps() {
		title := or(step.Title, step.Name)
		if step.Owner != "" {
			title += " (" + step.Owner + ")"
		}
		p.Steps = append(p.Steps, Option{step.Name, title})
	}
	if p.OfReason {
		about := aboutReason(p.Reason)
		p.Heading = "Which step causes " + strings.ToLower(about[:1]) + about[1:] + "?"
		p.About = "All of them are charged to the step that you choose, those that were and those that come."
		return p, nil
	}
	id, err := cx.ParseInteractionID(p.Contact)
	if err != nil {
		return nil, err
	}
	charges, err := s.Rooms.Questions.Charges(r.Context(), id)
	if err != nil {
		return nil, err
	}
	p.Heading, p.BackHref = "Which step caused this contact?", contactHref(id)
	for _, c := range charges {
		if c.Journey == j.Name {
			p.About = "Now: " + c.Title + " – " + c.Because() + "."
			if p.Step == "" {
				p.Step = or(c.Step, "-")
			}
		}
	}
	return p, nil
}

func (s *Site) charge(w http.ResponseWriter, r *http.Request) error {
	v, err := form(w, r)
	if err != nil {
		return err
	}
	ruling := cx.Ruling{Journey: r.PathValue("name"), Reason: v.Get("reason"), Step: v.Get("step"), Note: v.Get("note")}
	if ruling.Step == "-" {
		ruling.Step = ""
	}
	back := billHref(ruling.Journey)
	if !v.Has("reason") {
		if ruling.Contact, err = cx.ParseInteractionID(v.Get("contact")); err != nil {
			return err
		}
		back = contactHref(ruling.Contact)
	}
	if v.Get("step") == "" {
		return s.chargeAgain(w, r, v, "Choose a step, or none of them.")
	}
	_, err = s.Rooms.Journeys.Rule(r.Context(), ruling, who(r.Context()).By())
	if cx.CodeOf(err) == cx.Invalid && err != nil {
		told := problem(err)
		return s.chargeAgain(w, r, v, told.Text+" "+told.Remedy)
	}
	if err != nil {
		return err
	}
	s.say(r.Context(), "good", "Charged as you said. It can be taken back on the bill.")
	http.Redirect(w, r, back, http.StatusSeeOther)
	return nil
}

func (s *Site) chargeAgain(w http.ResponseWriter, r *http.Request, v url.Values, told string) error {
	p, err := s.chargePage(r, v)
	if err != nil {
		return err
	}
	p.Problem = told
	return s.show(w, r, http.StatusUnprocessableEntity, p)
}

func (s *Site) takeRulingBack(w http.ResponseWriter, r *http.Request) error {
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil {
		return cx.Errorf(cx.NotFound, "there is no ruling %q", r.PathValue("id"))
	}
	ended, err := s.Rooms.Journeys.TakeBack(r.Context(), id, who(r.Context()).By())
	if err != nil {
		return err
	}
	s.say(r.Context(), "good", "Taken back. What is reckoned holds again.")
	http.Redirect(w, r, billHref(ended.Journey), http.StatusSeeOther)
	return nil
}
