package app

import (
	"context"
	"net/url"
	"strings"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/question"
)

// Charges says what a contact is charged to in each journey, and why.
func (q asker) Charges(ctx context.Context, contact cx.InteractionID) ([]question.JourneyCharge, error) {
	entries, err := q.entries.Entries(ctx, []cx.InteractionID{contact})
	if err != nil {
		return nil, err
	}
	if len(entries) == 0 {
		return nil, cx.Errorf(cx.NotFound, "there is no interaction %s", contact).
			WithRemedy("It may have gone with an import that was undone. Open the contact from the answer again.")
	}
	e := entries[0]
	if e.Signature.Kind != cx.Contact {
		return nil, cx.Errorf(cx.Invalid, "the interaction is a %s, and only contacts are charged to a step", strings.ReplaceAll(e.Signature.Kind.String(), "_", " "))
	}
	customers, err := q.words.CustomersOf(ctx, []cx.ProfileID{e.Profile})
	if err != nil {
		return nil, err
	}
	journeys, err := q.words.CurrentJourneys(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]question.JourneyCharge, 0, len(journeys))
	for _, j := range journeys {
		p := question.Params{Journey: j.Name}
		learnt, err := q.learnt.get(ctx, j.Name, url.Values{}, func(ctx context.Context) (question.Learnt, error) {
			return question.LearnUpstream(ctx, q.facts, p)
		})
		if err != nil {
			return nil, err
		}
		c, err := learnt.ChargeContact(ctx, q.facts, p, contact, customers[e.Profile], e.Start, e.Signature.Reason)
		if err != nil {
			return nil, err
		}
		out = append(out, question.JourneyCharge{Journey: j.Name, ContactCharge: c})
	}
	return out, nil
}
