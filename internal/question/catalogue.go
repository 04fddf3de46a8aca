package question

import "github.com/firsthand-cx/firsthand/internal/cx"

// topics are the questions, in the order in which people meet them.
func topics() []topic {
	return []topic{
		{"What happens", []Definition{traffic(), funnel(), directlyFollows(), variants(), loops()}},
		{"Asking for help", []Definition{contactsByReason(), upstream(), dropThenContact(), repeatContact(), monthlyProblem(), firstContactResolution(), effort()}},
		{"Waiting, and what was promised", []Definition{responseTime(), timeToPerson(), standardMet(), groupGap()}},
		{"What they feel", []Definition{nps(), csat(), ces(), lostInDenominator(), fiveTraits()}},
		{"Staying and leaving", []Definition{leavers(), tailOff(), sporadicUse()}},
		{"What we send them", []Definition{cadence(), invoiceContacts()}},
		{"Being our own customer", []Definition{lastExperienced(), walkExperience(), clarity(), parity(), stump()}},
	}
}

type topic struct {
	title     string
	questions []Definition
}

// Catalogue lists every question, topic by topic.
func Catalogue() (all []Definition) {
	for _, t := range topics() {
		for _, d := range t.questions {
			d.Topic = t.title
			all = append(all, d)
		}
	}
	return all
}

// Describe finds a question by its name.
func Describe(name string) (Definition, error) {
	for _, d := range Catalogue() {
		if d.Name == name {
			return d, nil
		}
	}
	return Definition{}, cx.Errorf(cx.NotFound, "there is no question %q", name).
		WithRemedy("List them with: firsthand ask")
}
