package question

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// traitCard asks the questions of the five traits, one after the other.
type traitCard struct {
	ctx   context.Context
	facts Facts
	p     Params
	rows  []TraitRow
	tally tally
	notes []string
	asOf  time.Time
}

// counted adds what a question looked at.
func counted[Row any](c *traitCard, a Answer[Row], err error) ([]Row, error) {
	if err != nil {
		return nil, err
	}
	c.tally.scanned, c.tally.included = c.tally.scanned+a.Included, c.tally.included+a.Included
	for _, l := range a.LeftOut {
		c.tally.dropMany(l.Reason, l.Count)
	}
	if a.AsOf.After(c.asOf) {
		c.asOf = a.AsOf
	}
	return a.Rows, nil
}

// ofWalks asks a question about walks, which knows no segment of customers: known is
// false where one is asked about.
func ofWalks[Row any](c *traitCard, ask func(context.Context, Facts, Params) (Answer[Row], error)) (rows []Row, known bool, err error) {
	if c.p.Persona != "" || c.p.Dimension != "" {
		return nil, false, nil
	}
	a, err := ask(c.ctx, c.facts, c.p)
	return a.Rows, true, err
}

const ofSegments = "Walks belong to no segment of customers."

func (c *traitCard) lacks(trait Trait, measure, question, missing string) {
	c.rows = append(c.rows, TraitRow{Trait: trait, Measure: measure, Question: c.link(question, c.p), Missing: missing})
}

// toBring says what to bring for a figure.
func toBring(in Ingredient) string { return "Not known: " + in.Words + "." }

// link is a question with the parameters that it was asked with. The period and filter
// of this question go along.
func (c *traitCard) link(question string, p Params) string {
	d, err := Describe(question)
	v := p.Values(c.facts.Zone())
	if err == nil {
		for _, name := range []string{"days", "within"} {
			if !slices.Contains(d.Needs, name) {
				v.Del(name)
			}
		}
	}
	if len(v) == 0 {
		return question
	}
	return question + "?" + v.Encode()
}

// add notes a figure; rests opens what it rests on, opens what it counts of that.
func (c *traitCard) add(row TraitRow, question string, p Params, rests, opens string) {
	row.Question = c.link(question, p)
	if rests != "" {
		row.rests, row.opens = behindOf(question, p, rests), behindOf(question, p, opens)
	}
	c.rows = append(c.rows, row)
}

// fastAnswers are promised answers, and how long it takes on each channel.
func (c *traitCard) fastAnswers() error {
	if c.p.Journey != "" {
		a, err := AskStandardMet(c.ctx, c.facts, c.p)
		rows, err := counted(c, a, err)
		if err != nil {
			return err
		}
		for _, r := range rows {
			if promisesAnswer(r.Promise) {
				name := rowOf(r.Group.Name, r.Step+"/"+r.Promise.Name)
				c.add(TraitRow{
					Trait: FastAnswers, Measure: r.Title + ": " + r.Promise.Name, Unit: "share", Figure: r.Share, Rests: r.Cases, What: "cases",
					Promised: r.Promise.Share, Verdict: r.Verdict,
				}, "standard_met", c.p, evidence("cases", name), evidence("missed", name))
			}
		}
	}
	p := c.p
	p.By = "channel"
	a, err := AskResponseTime(c.ctx, c.facts, p)
	rows, err := counted(c, a, err)
	if err != nil {
		return err
	}
	for _, r := range rows {
		if r.Answered > 0 {
			c.add(TraitRow{
				Trait: FastAnswers, Measure: "Half have a person's answer, by the clock, within: " + r.Group.Title, Unit: "seconds", Figure: r.Calendar.Median, Rests: r.Waits, What: "waits",
				open: !r.Calendar.Median.Shown && r.Calendar.Answered >= leastAnswered,
			}, "response_time", p, evidence("waits", r.Group.Name), evidence("answered", r.Group.Name))
		}
	}
	if len(rows) == 0 {
		c.lacks(FastAnswers, "How long until a person answers", "response_time", toBring(answeredContacts))
	}
	return nil
}

// simplePurchase is how many of those who begin to buy finish, and how easy they say it is.
func (c *traitCard) simplePurchase() error {
	s, err := newScope(c.ctx, c.facts, c.p, needs{splits: []string{""}, least: 10})
	if err != nil {
		return err
	}
	at, first := s.orderStep()
	const begin, easy = "Of those who begin to buy, ordered", "Found it easy to order"
	if at < 0 || first < 0 || at == first {
		missing := "Not known: declare a journey whose steps lead to an order, and bring what customers do on the way to it."
		c.lacks(SimplePurchase, begin, "funnel", missing)
		c.lacks(SimplePurchase, easy, "ces", missing)
		return nil
	}
	p := c.p
	p.Step = ""
	a, err := AskFunnel(c.ctx, c.facts, p)
	rows, err := counted(c, a, err)
	if err != nil {
		return err
	}
	if len(rows) > at && rows[first].Reached > 0 {
		c.add(TraitRow{
			Trait: SimplePurchase, Measure: begin, Unit: "share", Figure: rows[at].OfEntered, Rests: rows[first].Reached, What: "attempts",
		}, "funnel", p, evidence("reached", rows[first].Step), evidence("reached", rows[at].Step))
	} else {
		c.lacks(SimplePurchase, begin, "funnel", toBring(begunAttempts))
	}
	p.Step = s.steps[at].Name
	scores, err := AskCES(c.ctx, c.facts, p)
	asked, err := counted(c, scores, err)
	if err != nil {
		return err
	}
	for _, r := range asked {
		if r.Answers > 0 {
			c.add(TraitRow{
				Trait: SimplePurchase, Measure: easy, Unit: "share", Figure: r.Score, Rests: r.Answers, What: "answers (" + r.Scale + ")",
			}, "ces", p, evidence("answers", rowOf(r.Group.Name, r.Scale)), evidence("positive", rowOf(r.Group.Name, r.Scale)))
		}
	}
	if !slices.ContainsFunc(asked, func(r ScoreRow) bool { return r.Answers > 0 }) {
		c.lacks(SimplePurchase, easy, "ces", "Not known: bring survey answers, at the step of the order, that ask how easy it was.")
	}
	return nil
}

// orderStep is the first step of the journey at which customers order, and the first
// that must be taken; -1 = there is none.
func (s *scope) orderStep() (at, first int) {
	at = -1
	for i, sig := range s.signatures {
		if i > 0 && sig.Kind == cx.Order && i < len(s.stepOf) && s.stepOf[i] > 0 && (at < 0 || int(s.stepOf[i])-1 < at) {
			at = int(s.stepOf[i]) - 1
		}
	}
	return at, slices.IndexFunc(s.steps, func(step cx.Step) bool { return !step.Optional })
}

// orderTracking is who saw how the order is coming, and who had to ask.
func (c *traitCard) orderTracking() error {
	found, t, s, err := runTracking(c.ctx, c.facts, c.p, nil)
	if err != nil {
		return err
	}
	if _, err := counted(c, answer(s, t, fiveTraitsVersion, []TraitRow{}, nil), nil); err != nil {
		return err
	}
	c.notes = append(c.notes, found.notes()...)
	for _, m := range []struct {
		measure, part string
		n             int64
		known         bool
		missing       string
	}{
		{"Saw the order's status " + found.until(), "informed", found.informed, len(found.statuses) > 0, "Not known: bring the messages that tell an order's status, or visits to its tracking page."},
		{"Asked where the order is " + found.until(), "asked", found.asked, len(found.reasons) > 0, "Not known: bring contacts whose reason says that they ask where the order is."},
	} {
		missing := m.missing
		if found.deliveries == 0 {
			missing = toBring(deliveries)
		}
		if found.deliveries == 0 || !m.known {
			c.rows = append(c.rows, TraitRow{Trait: OrderTracking, Measure: m.measure, Missing: missing})
			continue
		}
		c.rows = append(c.rows, TraitRow{
			Trait: OrderTracking, Measure: m.measure, Unit: "share", Figure: share(m.n, found.deliveries, s.least), Rests: found.deliveries, What: "deliveries",
			rests: behindOf("tracking", Params{}, evidence("deliveries", "")), opens: behindOf("tracking", Params{}, evidence(m.part, "")),
		})
	}
	return nil
}

// clearAndEqual is what walkers were told on every channel, and how differently
// customers are treated.
func (c *traitCard) clearAndEqual() error {
	told, known, err := ofWalks(c, AskClarity)
	if err != nil {
		return err
	}
	const right, alike = "Right answers to the same question, on all channels", "Channels agree on one answer, where they do least"
	var n, answers int64
	channels := map[string]bool{}
	least := ClarityRow{}
	for _, r := range told {
		n, answers = n+r.Graded[cx.AnswerRight], answers+r.Answers
		channels[r.Channel.Name] = true
		if r.Agreement.Shown && (!least.Agreement.Shown || r.Agreement.Value < least.Agreement.Value) {
			least = r
		}
	}
	switch {
	case !known:
		c.lacks(ClearAndEqual, right, "clarity", ofSegments)
	case answers == 0:
		c.lacks(ClearAndEqual, right, "clarity", toBring(askedWalks))
	default:
		c.add(TraitRow{Trait: ClearAndEqual, Measure: right, Unit: "share", Figure: share(n, answers, max(5, c.p.MinRows)), Rests: answers, What: "answers of walks"}, "clarity", c.p, "", "")
		if least.Agreement.Shown {
			c.add(TraitRow{Trait: ClearAndEqual, Measure: alike + ": " + topicWords(least.Topic), Unit: "share", Figure: least.Agreement, Rests: least.Agreement.N, What: "answers of walks"}, "clarity", c.p, "", "")
		}
	}
	return c.equal()
}

func (c *traitCard) equal() error {
	compared, known, err := ofWalks(c, AskParity)
	if err != nil {
		return err
	}
	const gap = "Largest difference between customers"
	var widest *ParityRow
	for i, r := range compared {
		if r.Difference.Shown && (widest == nil || r.Q < widest.Q) {
			widest = &compared[i]
		}
	}
	switch {
	case !known:
		c.lacks(ClearAndEqual, gap, "parity", ofSegments)
	case len(compared) == 0:
		c.lacks(ClearAndEqual, gap, "parity", toBring(parityWalks))
	case widest == nil:
		c.lacks(ClearAndEqual, gap, "parity", "Not known: "+strings.TrimPrefix(string(tooFewPairs), "too few: ")+".")
	default:
		c.add(TraitRow{
			Trait: ClearAndEqual, Measure: gap + ": " + widest.Measure + ", " + widest.Arm + " − " + widest.Reference + " (" + string(widest.Verdict) + ")",
			Unit: widest.Unit, Figure: widest.Difference, Rests: widest.Walks, What: "walks",
		}, "parity", c.p, "", "")
	}
	return nil
}

// severalChannels is how many there are, whether one is enough, and how even they are.
func (c *traitCard) severalChannels() error {
	p := c.p
	p.By = "channel"
	a, err := AskContactsByReason(c.ctx, c.facts, p)
	rows, err := counted(c, a, err)
	if err != nil {
		return err
	}
	var offered, contacts int64
	for _, r := range rows {
		if r.Contacts > 0 && r.Group.Name != none {
			offered++
			contacts += r.Contacts
		}
	}
	const ways, several = "Channels on which customers ask for help", "Needs that took more than one channel"
	if offered == 0 {
		c.lacks(SeveralChannels, ways, "contacts_by_reason", "Not known: bring contacts with their channel.")
	} else {
		c.add(TraitRow{
			Trait: SeveralChannels, Measure: ways, Unit: "count", Figure: Estimate{Value: float64(offered), Shown: true}, Rests: contacts, What: "contacts", plain: true,
		}, "contacts_by_reason", p, "", "")
	}
	e, err := AskEffort(c.ctx, c.facts, c.p)
	needs, err := counted(c, e, err)
	if err != nil {
		return err
	}
	if len(needs) == 0 {
		c.lacks(SeveralChannels, several, "effort", toBring(identifiedReasonedContacts))
	} else {
		c.add(TraitRow{Trait: SeveralChannels, Measure: several, Unit: "share", Figure: needs[0].Channels, Rests: needs[0].Needs, What: "needs"}, "effort", c.p, evidence("needs", needs[0].Group.Name), evidence("needs", needs[0].Group.Name))
	}
	return c.even(p)
}

// even is how often a matter is solved at first on the channels where that is most and
// least often so.
func (c *traitCard) even(p Params) error {
	a, err := AskFirstContactResolution(c.ctx, c.facts, p)
	rows, err := counted(c, a, err)
	if err != nil {
		return err
	}
	rows = slices.DeleteFunc(slices.Clone(rows), func(r FirstContactRow) bool { return !r.AtLeast.Shown || r.Group.Name == none })
	const solved = "Solved at the first contact"
	if len(rows) < 2 {
		c.lacks(SeveralChannels, solved+", channel against channel", "first_contact_resolution", "Not known: bring contacts of known customers, with a reason, on two channels at least.")
		return nil
	}
	slices.SortStableFunc(rows, func(a, b FirstContactRow) int { return compareFloats(a.AtLeast.Value, b.AtLeast.Value) })
	for i, r := range []FirstContactRow{rows[len(rows)-1], rows[0]} {
		c.add(TraitRow{
			Trait: SeveralChannels, Measure: solved + ", " + []string{"most on ", "least on "}[i] + r.Group.Title, Unit: "share", Figure: r.AtLeast, Rests: r.Contacts, What: "contacts",
		}, "first_contact_resolution", p, evidence("contacts", r.Group.Name), evidence("solved", r.Group.Name))
	}
	return nil
}

var (
	deliveries = held("bring deliveries of known customers, and their orders", "deliveries", ofKind(cx.Delivery),
		func(h Holding) bool { return h.Has(Identified) })

	// trackedDeliveries are there where both sides of order tracking can be told.
	trackedDeliveries = Ingredient{"bring deliveries of known customers, their orders, and the messages or visits that show an order's status", "", func(s *Stock) Amount {
		told := s.amount(ofKind(cx.Event, cx.Usage, cx.Message), func(h Holding) bool {
			return tellsStatus.MatchString(h.Signature.Touchpoint + " " + h.Signature.Reason)
		})
		if told.N == 0 {
			return Amount{}
		}
		return deliveries.Amount(s)
	}}

	// anyTrait is there where at least one figure can be told.
	anyTrait = Ingredient{"bring contacts, or orders and deliveries, or make walks", "", func(s *Stock) Amount {
		var most Amount
		for _, in := range []Ingredient{someContacts, promisedCases, begunAttempts, deliveries, askedWalks, parityWalks, scored(cx.CES, "")} {
			most.N = max(most.N, in.Amount(s).N)
		}
		return most
	}}
)
