package question

import "github.com/firsthand-cx/firsthand/internal/cx"

// Catalogue lists every question, in the order in which people meet them.
func Catalogue() []Definition {
	return []Definition{
		traffic(),
		funnel(),
		dropThenContact(),
		contactsByReason(),
		repeatContact(),
		monthlyProblem(),
		firstContactResolution(),
		effort(),
		upstream(),
		responseTime(),
		timeToPerson(),
		nps(),
		csat(),
		ces(),
		lostInDenominator(),
		leavers(),
		tailOff(),
		sporadicUse(),
		directlyFollows(),
		variants(),
		loops(),
		standardMet(),
		fiveTraits(),
		cadence(),
		invoiceContacts(),
		groupGap(),
		lastExperienced(),
		walkExperience(),
		clarity(),
		parity(),
		stump(),
	}
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
