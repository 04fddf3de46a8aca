package question

import (
	"context"
	"fmt"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// ContactCharge is what one contact is charged to in a journey, and why.
type ContactCharge struct {
	Step  string  `json:"step,omitempty"` // "" = not known, or none of the journey's
	Title string  `json:"title"`
	Owner string  `json:"owner,omitempty"`
	How   Charged `json:"how"`
	// Broke is the interaction that broke the step, and when it was known to; zero
	// unless a break was seen.
	Broke cx.InteractionID `json:"broke,omitzero"`
	At    time.Time        `json:"at,omitzero"`
	// Ratio is how many times as often contacts about the reason come after breaks at the
	// step; only where the contact follows one.
	Ratio Estimate `json:"ratio,omitzero"`
}

// Because says in words how it is known.
func (c ContactCharge) Because() string {
	switch c.How {
	case ChargedRuled:
		return "a person said so"
	case ChargedSeen:
		return "something broke there for this customer before"
	case ChargedWalk:
		return "contacts about this are the step’s, and a walk failed there in the days before"
	case ChargedByReason:
		return "contacts about this are the step’s; nothing was seen to break"
	case ChargedFollows:
		return fmt.Sprintf("it broke for this customer before, and contacts about this come %.1f times as often after that (%.1f to %.1f, n = %d)",
			c.Ratio.Value, c.Ratio.Interval.Low, c.Ratio.Interval.High, c.Ratio.N)
	}
	return "no step names this reason, and nothing that it follows was seen to break"
}

// JourneyCharge is what a contact is charged to in one of the company's journeys.
type JourneyCharge struct {
	Journey string `json:"journey"`
	ContactCharge
}

// Learnt is which steps' breaks the contacts follow whose reason no step names. To
// learn it takes a look at everything.
type Learnt struct {
	follows map[stepAndReason]bool
	ratios  map[stepAndReason]Estimate
}

// LearnUpstream learns from everybody, for a journey.
func LearnUpstream(ctx context.Context, facts Facts, p Params) (Learnt, error) {
	f, err := newContactsFold(ctx, facts, p.learning())
	if err != nil {
		return Learnt{}, err
	}
	if err := f.run(ctx, 0); err != nil {
		return Learnt{}, err
	}
	follows := f.learn()
	return Learnt{follows, f.ratios}, nil
}

// ChargeContact says what a contact is charged to: the same as in the answer of
// upstream. customer is 0 where nobody is identified.
func (l Learnt) ChargeContact(ctx context.Context, facts Facts, p Params, contact cx.InteractionID, customer cx.CustomerID, start time.Time, reason string) (ContactCharge, error) {
	f, err := newContactsFold(ctx, facts, p.learning())
	if err != nil {
		return ContactCharge{}, err
	}
	f.follows = l.follows
	var key chargedKey
	var broke breakAt
	if customer == 0 {
		for i, r := range f.reasons {
			if r == reason {
				key.reason = int32(i)
			}
		}
		key.step, key.how, broke = f.charge(key.reason, start.UnixMicro(), contact)
	} else {
		f.seek = func(id cx.InteractionID, _ int64, found chargedKey, because breakAt) {
			if id == contact {
				key, broke = found, because
			}
		}
		key.step = -1
		if err := f.run(ctx, customer); err != nil {
			return ContactCharge{}, err
		}
	}
	key = f.settled(key)
	row := f.row(key)
	c := ContactCharge{Title: row.Step.Title, Owner: row.Owner, How: key.how}
	if key.step >= 0 {
		c.Step = row.Step.Name
	}
	if key.how == ChargedSeen || key.how == ChargedFollows {
		c.Broke, c.At = broke.id, time.UnixMicro(broke.at).UTC()
	}
	if key.how == ChargedFollows {
		c.Ratio = l.ratios[stepAndReason{key.step, key.reason}]
	}
	return c, nil
}

// learning is what a contact's charge depends on: not the period, nor any filter.
func (p Params) learning() Params {
	return Params{Journey: p.Journey, Days: p.Days, AsOf: p.AsOf, MinRows: p.MinRows}
}

func newContactsFold(ctx context.Context, facts Facts, p Params) (*upstreamFold, error) {
	s, err := newScope(ctx, facts, p, needs{kinds: []cx.Kind{cx.Contact}, journey: true, splits: []string{""}, least: 10})
	if err != nil {
		return nil, err
	}
	return newUpstreamFold(ctx, s)
}
