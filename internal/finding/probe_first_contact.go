package finding

import (
	"context"
	"fmt"

	"github.com/firsthand-cx/firsthand/internal/question"
)

// leastUnsolved is by how much a reason's share of contacts that were handed on or opened
// again must exceed the others'.
const leastUnsolved = .05

// probeFirstContact tests for which reasons contacts do not end the matter at first,
// against all other reasons: they are handed on or opened again. Who contacts us again is
// repeat_contact's business, who leaves that of leavers, and who gives up that of
// time_to_person, so that one fault is not told twice. Where nearly every contact about a
// reason on a channel is handed on, that is how the work is divided. It is asked once, not
// for each journey.
func probeFirstContact(ctx context.Context, p *probes) error {
	if !p.first {
		return nil
	}
	q := question.Params{Period: p.window.now, By: "reason", Days: 7}
	a, err := question.AskFirstContactResolution(ctx, p.facts, q)
	if err != nil {
		return err
	}
	strata, err := question.FirstContactStrata(ctx, p.facts, q)
	if err != nil {
		return err
	}
	var all harmed
	groups := map[string]harmed{}
	for _, s := range strata {
		if once := (harmed{s.Once.OnceK, s.Once.OnceN}); !s.Divided() && s.Reason != "" {
			groups[s.Reason] = groups[s.Reason].plus(once)
			all = all.plus(once)
		}
	}
	owners, err := p.stepsOfReasons(ctx)
	if err != nil {
		return err
	}
	for _, r := range a.Rows {
		group, some := groups[r.Group.Name]
		if !some {
			continue
		}
		rest := all.minus(group)
		if group.n < leastGroup || rest.n < leastGroup || group.k < leastRepeaters {
			p.withheld++
			continue
		}
		s := p.test(owners[r.Group.Name], segmentOf("reason", r.Group), worseThan(group, rest), r.Contacts, float64(r.Contacts), leastUnsolved, q)
		s.title = fmt.Sprintf("“%s” is not solved the first time: %s are handed on or opened again, of other things %s", r.Group.Title,
			percent(group.share()), percent(rest.share()))
		s.why = fmt.Sprintf("Of %d contacts %d were handed on and %d opened again; between %s and %s were solved at first.",
			r.Contacts, r.HandedOn(), r.Reopened(), percent(r.AtLeast.Value), percent(r.AtMost.Value))
	}
	return nil
}
