package finding

import (
	"context"
	"fmt"
	"slices"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/question"
)

const (
	// leastRepeat is by how much a reason's repeat share must exceed the others'.
	leastRepeat = .05
	// leastRepeaters is how many different customers must have come back: one busy
	// caller is no problem of the company's.
	leastRepeaters = 10
)

// probeRepeatContact tests for which reasons customers come back about the same
// thing, against all other reasons. Frequency doesn't matter, only the share; a
// customer counts once a week. It is asked once, not for each journey.
func probeRepeatContact(ctx context.Context, p *probes) error {
	if !p.first {
		return nil
	}
	q := question.Params{Period: p.window.now, By: "reason", Days: 7}
	a, err := question.AskRepeatContact(ctx, p.facts, q)
	if err != nil {
		return err
	}
	counted := func(r question.RepeatContactRow) harmed { return harmed{r.Once.OnceK, r.Once.OnceN} }
	var all harmed
	for _, r := range a.Rows {
		all = all.plus(counted(r))
	}
	owners, err := p.stepsOfReasons(ctx)
	if err != nil {
		return err
	}
	for _, r := range a.Rows {
		group := counted(r)
		rest := all.minus(group)
		if r.Group.Name == unnamed {
			continue
		}
		if group.n < leastGroup || rest.n < leastGroup || r.Customers < leastRepeaters {
			p.withheld++
			continue
		}
		c := worseThan(group, rest)
		step := owners[r.Group.Name]
		s := p.test(step, segmentOf("reason", r.Group), c, r.Contacts, float64(r.Contacts), leastRepeat, q)
		s.title = fmt.Sprintf("Customers come back about “%s”: %s contact us again within 7 days, about other things %s", r.Group.Title, percent(r.Share.Value), percent(rest.share()))
		s.why = fmt.Sprintf("%d of %d contacts were followed by another about the same thing (%s to %s), by %d customers.",
			r.Repeated, r.Contacts, percent(r.Share.Interval.Low), percent(r.Share.Interval.High), r.Customers)
	}
	return nil
}

// stepsOfReasons says which step all contacts of a reason belong to, where it is one.
func (p *probes) stepsOfReasons(ctx context.Context) (map[string]string, error) {
	return p.stepsOfContacts(ctx, func(s cx.Signature) string { return s.Reason })
}

// stepsOfChannels does so for channels.
func (p *probes) stepsOfChannels(ctx context.Context) (map[string]string, error) {
	return p.stepsOfContacts(ctx, func(s cx.Signature) string { return s.Channel })
}

func (p *probes) stepsOfContacts(ctx context.Context, part func(cx.Signature) string) (map[string]string, error) {
	signatures, err := p.facts.Signatures(ctx)
	if err != nil {
		return nil, err
	}
	steps, err := p.facts.Steps(ctx, p.journey.Name)
	if err != nil {
		return nil, err
	}
	names := p.journey.Steps()
	of := map[string]string{}
	for i, s := range signatures {
		if s.Kind != cx.Contact || i >= len(steps) || steps[i] == 0 {
			continue
		}
		name := names[steps[i]-1].Name
		if was, known := of[part(s)]; known && was != name {
			name = ""
		}
		of[part(s)] = name
	}
	return of, nil
}

// stepsOfKinds lists the steps, in the journey's order, at which something of these kinds
// happens.
func (p *probes) stepsOfKinds(ctx context.Context, kinds ...cx.Kind) ([]string, error) {
	signatures, err := p.facts.Signatures(ctx)
	if err != nil {
		return nil, err
	}
	matched, err := p.facts.Steps(ctx, p.journey.Name)
	if err != nil {
		return nil, err
	}
	var names []string
	for i, step := range p.journey.Steps() {
		for n, s := range signatures {
			if n < len(matched) && int(matched[n]) == i+1 && slices.Contains(kinds, s.Kind) {
				names = append(names, step.Name)
				break
			}
		}
	}
	return names, nil
}
