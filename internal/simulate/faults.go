package simulate

import (
	"slices"
	"strings"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// Faults that can be planted, by name.
const (
	FaultPromoCode   = "promo-code-on-phones"
	FaultNeverSolved = "roaming-never-solved"
	FaultMondays     = "monday-queue"
	FaultLateWest    = "late-parcels-in-the-west"
	FaultInvoice     = "invoice-redesign"
	FaultMailBacklog = "mail-backlog"
	FaultActivation  = "activation-hangs"

	FaultAutopay      = "autopay-fails-every-month"
	FaultReopened     = "plan-changes-come-back"
	FaultChat         = "chat-sends-people-away"
	FaultDeadSpots    = "leaving-after-dead-spots"
	FaultTopUp        = "wallet-hidden-at-top-up"
	FaultLoop         = "thrown-back-at-payment"
	FaultFlood        = "advertising-flood"
	FaultUnsubscribed = "unsubscribing-is-lost"
)

// The figures of each fault, with and without it, used by the generator and
// told by truth.json.
const (
	promoDeniedBase, promoDeniedFault     = .07, .88 // share of codes entered on a phone
	promoLeaveBase, promoLeaveFault       = .15, .70 // of those denied, leave without paying
	promoContactBase, promoContactFault   = 0.0, .50 // of those who left, write or call within a day
	repeatBase, repeatFault               = .07, .55 // another contact on the same reason within a week
	mondayQueueBase, mondayQueueFault     = 1.0, 7.0 // factor on the queue, reached in the last week
	lateShareBase, lateShareFault         = .03, .75 // of parcels, more than three days to hand over
	lateContactBase, lateContactFault     = .02, .40 // of those late
	invoiceContactBase, invoiceContactFlt = .008, .05
	mailWithinBase, mailWithinFault       = .96, .03 // first reply within four business hours
	activationFailBase, activationFailFlt = .05, .45
	activationCallBase, activationCallFlt = .01, .45 // of those failed

	autopayFault                    = .03      // of customers with an invoice: their payment fails every month
	reopenedBase, reopenedFault     = .02, .60 // of tickets about another plan
	sentAwayBase, sentAwayFault     = .02, .60 // of chats, end with a call about the same
	deadSpotFault                   = .015     // of customers: they complain about the network and leave within a month
	topUpBase, topUpFault           = 1.0, 3.0 // factor on the time from one top-up to the next
	thrownBackBase, thrownBackFault = .03, .35 // of payments, are sent back to the checkout
	floodBase, floodFault           = .15, 6.6 // offers a week to a young subscriber
)

// faultID numbers the faults for the generator.
type faultID int

const (
	promoFault faultID = iota
	roamingFault
	mondayFault
	westFault
	invoiceFault
	mailFault
	activationFault
	autopayFaultID
	reopenedFaultID
	chatFaultID
	deadSpotFaultID
	topUpFaultID
	loopFaultID
	floodFaultID
	unsubscribedFaultID
	faultCount
)

// fault is one planted problem as this package knows it.
type fault struct {
	name, title string
	week        int // it begins with this week of the year (0 = from the first day)
	steps       []string
	channel     string
	segment     string
	reason      string
	magnitudes  []Magnitude
	expect      []Expectation
}

var faults = [faultCount]fault{
	promoFault: {
		name: FaultPromoCode, week: 40,
		title:   "Promotion codes are rejected on phones; people leave the checkout and contact us",
		steps:   []string{StepPromoCode, StepCheckout},
		segment: "device=" + devicePhone, reason: ReasonPromoCode,
		magnitudes: []Magnitude{
			{"share of codes denied on phones", promoDeniedBase, promoDeniedFault},
			{"share of those denied who leave without paying", promoLeaveBase, promoLeaveFault},
			{"share of those who left that contact us within 24 hours", promoContactBase, promoContactFault},
		},
		expect: []Expectation{
			{Question: "contacts_by_reason", Segment: "*" + ReasonPromoCode + "*"},
			{Question: "drop_then_contact", Step: StepPromoCode},
			{Question: "drop_then_contact", Step: StepCheckout},
			{Question: "funnel", Step: StepPromoCode},
			{Question: "funnel", Step: StepCheckout},
			{Question: "funnel", Step: StepPayment},
		},
	},
	roamingFault: {
		name: FaultNeverSolved, week: 0,
		title:  "Roaming charges are credited and billed again: customers come back about the same thing",
		steps:  []string{StepCall, StepWrite},
		reason: ReasonRoaming,
		magnitudes: []Magnitude{
			{"share of contacts followed by another on the same reason within 7 days", repeatBase, repeatFault},
		},
		expect: []Expectation{
			{Question: "contacts_by_reason", Segment: "*" + ReasonRoaming + "*"},
			{Question: "repeat_contact", Segment: "*" + ReasonRoaming + "*"},
			{Question: "csat", Segment: "*" + ReasonRoaming + "*"},
			{Question: "nps", Segment: "*" + ReasonRoaming + "*"},
		},
	},
	mondayFault: {
		name: FaultMondays, week: 20,
		title:   "The phone queue grows on Mondays until nobody is reached in time",
		steps:   []string{StepCall},
		channel: "phone", segment: "weekday=Monday",
		magnitudes: []Magnitude{{"factor on Monday's queue, growing to", mondayQueueBase, mondayQueueFault}},
		expect: []Expectation{
			{Question: "time_to_person", Step: StepCall},
			{Question: "time_to_person", Segment: "*phone*"},
			{Question: "standard_met", Step: StepCall},
			{Question: "nps", Step: StepCall},
			{Question: "ces", Step: StepCall},
		},
	},
	westFault: {
		name: FaultLateWest, week: 12,
		title:   "The delivery partner " + lateCarrier + " is late in the West",
		steps:   []string{StepDelivery},
		segment: "region=" + regionWest, reason: ReasonOrder,
		magnitudes: []Magnitude{
			{"share of the West's parcels with " + lateCarrier + " that take more than three days", lateShareBase, lateShareFault},
			{"share of those late who contact us", lateContactBase, lateContactFault},
		},
		expect: []Expectation{
			{Question: "contacts_by_reason", Segment: "*" + ReasonOrder + "*"},
			{Question: "nps", Step: StepDelivery},
			{Question: "ces", Step: StepDelivery},
			{Question: "nps", Persona: "west"},
			{Question: "standard_met", Step: StepOrder},
			{Question: "standard_met", Step: StepDelivery},
			{Question: "drop_then_contact", Step: StepOrder},
			{Question: "drop_then_contact", Step: StepDelivery},
		},
	},
	invoiceFault: {
		name: FaultInvoice, week: 39,
		title:  "The redesigned invoice can't be read: people contact us in the days after it",
		steps:  []string{StepInvoice},
		reason: ReasonInvoice,
		magnitudes: []Magnitude{
			{"contacts about the invoice per invoice within 10 days", invoiceContactBase, invoiceContactFlt},
		},
		expect: []Expectation{
			{Question: "contacts_by_reason", Segment: "*" + ReasonInvoice + "*"},
			{Question: "nps", Step: StepInvoice},
			{Question: "ces", Step: StepInvoice},
			{Question: "drop_then_contact", Step: StepInvoice},
			{Question: "invoice_contacts"},
		},
	},
	mailFault: {
		name: FaultMailBacklog, week: 36,
		title:   "E-mails wait for days since the team was merged",
		steps:   []string{StepWrite},
		channel: "email",
		magnitudes: []Magnitude{
			{"share of e-mails answered within four business hours", mailWithinBase, mailWithinFault},
		},
		expect: []Expectation{
			{Question: "response_time", Step: StepWrite},
			{Question: "response_time", Segment: "*mail*"},
			{Question: "standard_met", Step: StepWrite},
			{Question: "csat", Step: StepWrite},
			{Question: "csat", Segment: "*mail*"},
			{Question: "nps", Step: StepWrite},
			{Question: "ces", Step: StepWrite},
		},
	},
	activationFault: {
		name: FaultActivation, week: 41,
		title:  "Activation of a new SIM hangs; customers find it hard and call",
		steps:  []string{StepActivation},
		reason: ReasonActivation,
		magnitudes: []Magnitude{
			{"share of first activations that fail", activationFailBase, activationFailFlt},
			{"share of those failed who contact us within a day", activationCallBase, activationCallFlt},
		},
		expect: []Expectation{
			{Question: "contacts_by_reason", Segment: "*" + ReasonActivation + "*"},
			{Question: "ces", Step: StepActivation},
			{Question: "nps", Step: StepActivation},
			{Question: "drop_then_contact", Step: StepActivation},
		},
	},
	autopayFaultID: {
		name: FaultAutopay, week: 26,
		title:  "Automatic payment fails for the same customers every month, and they ask about it every month",
		steps:  []string{StepCall, StepWrite},
		reason: ReasonPayment,
		magnitudes: []Magnitude{
			{"share of customers with an invoice who ask about a failed payment in nine months of ten", 0, autopayFault},
		},
		expect: []Expectation{
			{Question: "monthly_problem", Segment: "*" + ReasonPayment + "*"},
			{Question: "contacts_by_reason", Segment: "*" + ReasonPayment + "*"},
		},
	},
	reopenedFaultID: {
		name: FaultReopened, week: 34,
		title:  "Tickets about another plan are closed before the plan is changed, and opened again",
		steps:  []string{StepWrite},
		reason: ReasonPlan,
		magnitudes: []Magnitude{
			{"share of tickets about another plan that are opened again", reopenedBase, reopenedFault},
		},
		expect: []Expectation{
			{Question: "first_contact_resolution", Segment: "*" + ReasonPlan + "*"},
		},
	},
	chatFaultID: {
		name: FaultChat, week: 36,
		title:   "The chat can't act any more: it tells people to call, whatever it is about",
		steps:   []string{StepWrite, StepCall},
		channel: "chat",
		magnitudes: []Magnitude{
			{"share of chats that are followed by a call about the same within a day", sentAwayBase, sentAwayFault},
		},
		expect: []Expectation{
			{Question: "effort", Segment: "channel=chat"},
		},
	},
	deadSpotFaultID: {
		name: FaultDeadSpots, week: 26,
		title:  "Customers in dead spots complain about the network once and leave",
		steps:  []string{StepCall, StepWrite},
		reason: ReasonNetwork,
		magnitudes: []Magnitude{
			{"share of customers who complain about the network and leave within four weeks", 0, deadSpotFault},
		},
		expect: []Expectation{
			{Question: "leavers", Segment: "*" + ReasonNetwork + "*"},
			{Question: "contacts_by_reason", Segment: "*" + ReasonNetwork + "*"},
		},
	},
	topUpFaultID: {
		name: FaultTopUp, week: 28,
		title:   "The new top-up page hides the wallet: who paid with it tops up ever more seldom",
		steps:   []string{StepTopUp},
		segment: "method=" + methodWallet,
		magnitudes: []Magnitude{
			{"factor on the time from one top-up with the wallet to the next", topUpBase, topUpFault},
		},
		expect: []Expectation{
			{Question: "tail_off", Segment: "method=" + methodWallet},
		},
	},
	loopFaultID: {
		name: FaultLoop, week: 42,
		title: "The payment page throws people back to the beginning of the checkout",
		steps: []string{StepPayment},
		magnitudes: []Magnitude{
			{"share of payments that are sent back to the checkout", thrownBackBase, thrownBackFault},
		},
		expect: []Expectation{
			{Question: "directly_follows", Step: StepPayment},
			{Question: "directly_follows", Step: StepCheckout},
		},
	},
	floodFaultID: {
		name: FaultFlood, week: 42,
		title:   "Young subscribers get an offer every day",
		steps:   []string{StepNews},
		segment: "age_group=" + ageYoung,
		magnitudes: []Magnitude{
			{"offers a week to a young subscriber", floodBase, floodFault},
		},
		expect: []Expectation{
			{Question: "cadence", Persona: "young"},
			{Question: "cadence", Segment: "age_group=" + ageYoung},
		},
	},
	unsubscribedFaultID: {
		name: FaultUnsubscribed, week: 40,
		title: "The new mail tool does not know who unsubscribed: they get advertising again",
		steps: []string{StepNews},
		magnitudes: []Magnitude{
			{"newsletters every four weeks to those who unsubscribed", 0, 1},
		},
		expect: []Expectation{
			{Question: "cadence", Segment: "unsubscribed"},
		},
	},
}

// FaultNames lists the faults that can be planted.
func FaultNames() []string {
	var names []string
	for _, f := range faults {
		names = append(names, f.name)
	}
	return names
}

// chooseFaults resolves Config.Faults: nil is all of them.
func chooseFaults(names []string) (planted [faultCount]bool, err error) {
	for _, n := range names {
		if !slices.Contains(FaultNames(), n) {
			return planted, cx.Errorf(cx.Invalid, "there is no fault %q", n).
				WithRemedy("Use any of: %s.", strings.Join(FaultNames(), ", "))
		}
	}
	for id, f := range faults {
		planted[id] = names == nil || slices.Contains(names, f.name)
	}
	return planted, nil
}
