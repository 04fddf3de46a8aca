package question

import (
	"slices"
	"strings"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// Ingredient is something that an answer is made of. Its count in the stock says
// whether it is there, and its words say what to bring where it is not: one truth for
// both, held against the answers themselves by answerable_test.go.
type Ingredient struct {
	// Words complete "To answer it, …": "bring contacts with a reason".
	Words string
	// Of names what Amount.Of counts, "" = nothing: "contacts".
	Of     string
	Amount func(s *Stock) Amount
}

// held is an ingredient that interactions carry: is, of those that could.
func held(words, of string, could, is func(Holding) bool) Ingredient {
	return Ingredient{words, of, func(s *Stock) Amount { return s.amount(could, is) }}
}

// any is of an ingredient of which it does not matter how many could be it.
func anything(Holding) bool { return true }

func ofKind(kinds ...cx.Kind) func(Holding) bool {
	return func(h Holding) bool { return slices.Contains(kinds, h.Signature.Kind) }
}

var isContact = ofKind(cx.Contact)

// Ingredients that several questions take.
var (
	someInteractions = held("bring any export", "", anything, anything)
	someContacts     = held("bring contacts: tickets, calls, conversations", "", isContact, isContact)

	reasonedContacts = held("bring contacts with a reason", "contacts", isContact,
		func(h Holding) bool { return h.Signature.Reason != "" })

	identifiedReasonedContacts = held("bring contacts of known customers, with a reason", "contacts", isContact,
		func(h Holding) bool { return h.Signature.Reason != "" && h.Has(Identified) })

	contactsFourMonths = Ingredient{"bring four whole months of contacts of known customers, with a reason", "contacts", func(s *Stock) Amount {
		from, to, ok := s.wholeMonths(monthlyMonths)
		return s.amount(isContact, func(h Holding) bool {
			return ok && h.Signature.Reason != "" && h.Has(Identified) && h.First.Before(to) && !h.Last.Before(from)
		})
	}}

	// Only a contact that was answered or given up tells a wait.
	waitedContacts = held("bring calls or chats that say when a person answered, or when the customer gave up", "contacts", isContact,
		func(h Holding) bool { return h.Has(Answered) || h.Has(Censored|Ended) })
	answeredContacts = held("bring calls, chats or tickets that say when a person first answered", "contacts", isContact,
		func(h Holding) bool { return h.Has(Answered) })

	peacefulCustomers = held("bring what else customers do (orders, events, use), so that silence can be told from peace", "", func(h Holding) bool { return !isContact(h) },
		func(h Holding) bool { return h.Has(Identified) })

	aJourney = Ingredient{"declare a journey", "", func(s *Stock) Amount { return Amount{N: manyIf(len(s.journeys) > 0)} }}

	causes = Ingredient{"say in the journey which contacts its steps cause (contacts_about)", "", func(s *Stock) Amount {
		return Amount{N: manyIf(slices.ContainsFunc(s.journeys, func(j stockedJourney) bool {
			return slices.ContainsFunc(j.steps, func(st cx.Step) bool { return len(st.ContactsAbout) > 0 })
		}))}
	}}

	begunAttempts = Ingredient{"bring what customers do at the journey's steps, from the first on: web events, orders", "", func(s *Stock) Amount {
		return s.inAnyJourney(s.begun)
	}}

	promisedCases = Ingredient{"declare promises in the journey, and bring the contacts, deliveries or answers that they speak of", "", func(s *Stock) Amount {
		return s.inAnyJourney(s.promised)
	}}

	promisedAnswers = Ingredient{"bring when a person first answered the contacts that promises speak of: without it all that took long count as missed", "such contacts", func(s *Stock) Amount {
		return s.inAnyJourney(s.promisedAnswers)
	}}

	casesOfEvents = Ingredient{"bring events with the case that they belong to: tickets, orders, sessions", "interactions", func(s *Stock) Amount {
		gap := slices.ContainsFunc(s.journeys, func(j stockedJourney) bool { return j.journey.Attempt.By == cx.AttemptByGap })
		return s.amount(anything, func(h Holding) bool { return h.Has(InThread) || gap && h.Has(Identified) })
	}}

	leavings = held("bring cancellations of known customers: subscriptions, terminations", "cancellations by customers",
		func(h Holding) bool {
			return h.Signature.Kind == cx.Cancellation && h.Signature.Initiator == cx.ByCustomer
		},
		func(h Holding) bool { return h.Has(Identified) })
	reasonedLeavings = held("bring why they cancelled, as they say it", "cancellations", ofKind(cx.Cancellation),
		func(h Holding) bool { return h.Signature.Reason != "" })

	purchases = held("bring orders, payments or use of known customers, over some months", "orders, payments and use", ofKind(cx.Order, cx.Payment, cx.Usage),
		func(h Holding) bool { return h.Has(Identified) })
	use = held("bring what known customers use: events, use, orders over some months", "events, use and orders", ofKind(cx.Usage, cx.Event, cx.Order),
		func(h Holding) bool { return h.Has(Identified) })

	messages = held("bring messages that you sent to known customers: a mailbox file, or an export of your mail tool", "messages of the company",
		func(h Holding) bool { return h.Signature.Kind == cx.Message && h.Signature.Initiator == cx.ByCompany },
		func(h Holding) bool { return h.Has(Identified) })

	invoices = held("bring invoices of known customers", "invoices", ofKind(cx.Invoice),
		func(h Holding) bool { return h.Has(Identified) })
	invoiceReasons = held("bring contacts whose reason speaks of invoices", "", isContact,
		func(h Holding) bool { return speaksOfInvoices.MatchString(h.Signature.Reason) })

	identifiedCustomers = held("bring who your customers are: orders, use or contacts with a customer number, e-mail or phone", "interactions", anything,
		func(h Holding) bool { return h.Has(Identified) })
)

// scored are survey answers of a metric.
func scored(metric cx.Metric, words string) Ingredient {
	return held(words, "", anything, func(h Holding) bool { return h.Scored && h.Scale.Metric == metric && h.Scale.Max > h.Scale.Min })
}

// identifiedScores are those of known customers.
func identifiedScores(metric cx.Metric) Ingredient {
	of := func(h Holding) bool { return h.Scored && h.Scale.Metric == metric }
	return held("bring survey answers of known customers", "answers", of, func(h Holding) bool { return h.Has(Identified) })
}

// walked are steps of walks.
func walked(words string, is func(s *Stock, step cx.WalkStep) bool) Ingredient {
	return Ingredient{words, "", func(s *Stock) (a Amount) {
		for _, step := range s.walks {
			if is(s, step) {
				a.N++
			}
		}
		return a
	}}
}

var (
	walksAtSteps = walked("make walks of the journey's steps: invite a friend", func(s *Stock, step cx.WalkStep) bool {
		return step.At != "" && slices.ContainsFunc(s.journeys, func(j stockedJourney) bool { return j.journey.Name == step.Journey })
	})
	askedWalks = walked("make walks that ask the same question on several channels", func(_ *Stock, step cx.WalkStep) bool {
		return step.Answer != "" && step.Kind != cx.Stump
	})
	stumpWalks = walked("make walks that ask hard questions", func(_ *Stock, step cx.WalkStep) bool {
		return step.Answer != "" && step.Kind == cx.Stump
	})
	parityWalks = Ingredient{"make walks of one scenario by a connected, an ordinary and a best customer", "", func(s *Stock) (a Amount) {
		arms, steps := map[string]map[string]bool{}, map[string]int64{}
		for _, step := range s.walks {
			if step.Arm == "" {
				continue
			}
			if arms[step.Scenario] == nil {
				arms[step.Scenario] = map[string]bool{}
			}
			arms[step.Scenario][step.Arm] = true
			steps[step.Scenario]++
		}
		for scenario, walked := range arms {
			if len(walked) > 1 {
				a.N += steps[scenario]
			}
		}
		return a
	}}
)

// manyIf is an amount of what is there or not, and never too few.
func manyIf(there bool) int64 {
	if there {
		return enough
	}
	return 0
}

// begun counts what happened at a journey's first step, keyed as its attempts are and
// long enough ago to be followed.
func (s *Stock) begun(j stockedJourney) Amount {
	first := slices.IndexFunc(j.steps, func(step cx.Step) bool { return !step.Optional })
	key := InThread
	if j.journey.Attempt.By == cx.AttemptByGap {
		key = Identified
	}
	return s.amount(func(h Holding) bool { return j.step(h.Signature.ID) == first && first >= 0 },
		func(h Holding) bool { return h.Has(key) && s.known(h, attemptWindow) })
}

// promised counts what could keep a promise or break it.
func (s *Stock) promised(j stockedJourney) Amount {
	return s.amount(func(h Holding) bool {
		at := j.step(h.Signature.ID)
		return at >= 0 && len(j.steps[at].Promises) > 0
	}, func(h Holding) bool {
		return slices.ContainsFunc(j.steps[j.step(h.Signature.ID)].Promises, func(p cx.Promise) bool {
			switch p.Measure {
			case cx.ScoreAtLeast:
				return h.Scored
			case cx.Resolution:
				return h.Has(Ended) || h.Has(Censored)
			}
			return isContact(h)
		})
	})
}

// promisedAnswers counts the contacts at steps that promise an answer, and of them those
// that say when it came; enough where nothing of the kind is promised.
func (s *Stock) promisedAnswers(j stockedJourney) Amount {
	a := s.amount(func(h Holding) bool {
		at := j.step(h.Signature.ID)
		return at >= 0 && isContact(h) && slices.ContainsFunc(j.steps[at].Promises, promisesAnswer)
	}, func(h Holding) bool { return h.Has(Answered) })
	if a.Of == 0 {
		a.N = enough
	}
	return a
}

func promisesAnswer(p cx.Promise) bool {
	return p.Measure == cx.FirstHumanAnswer || p.Measure == cx.TimeToPerson
}

// Bring says what to bring, or do, so that a question can be answered.
func (d Definition) Bring() string { return toDo(d.Takes) }

// toDo joins ingredients into one sentence's end.
func toDo(missing []Ingredient) string {
	words := make([]string, len(missing))
	for i, m := range missing {
		words[i] = m.Words
	}
	return strings.Join(words, ", and ")
}
