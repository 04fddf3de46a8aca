package simulate

// Decoys that are always there, by name.
const (
	DecoySeason       = "december"
	DecoyGrowth       = "growth"
	DecoyOlder        = "older-customers-call-more"
	DecoyBusyCallers  = "busy-callers"
	DecoyLoudReason   = "frequent-but-harmless-reason"
	DecoyWeekendMail  = "mail-written-at-weekends"
	DecoyOtherCarrier = "late-carrier-is-on-time-elsewhere"
	DecoyDataAskers   = "people-who-ask-about-their-data-all-year"
	DecoyHandedOver   = "handed-over-within-the-call"
	DecoyRoamingForm  = "roaming-comes-by-form"
	DecoyAskToLeave   = "asking-how-to-cancel"
	DecoyOldContracts = "old-contracts-end"
	DecoySlowRhythm   = "seldom-and-steady"
	DecoySummer       = "summer-visitors"
	DecoyLookingAgain = "looking-again-before-buying"
	DecoyOrderMails   = "six-mails-an-order"
)

// decoys must not be found. An expectation here names a finding that would be wrong.
var decoys = []Decoy{
	{DecoySeason, "December has nearly twice the orders and contacts, in proportion", []Expectation{
		{Question: "*", Segment: "month=*"},
	}},
	{DecoyGrowth, "Nearly a third of the customers joined during the year: counts rise, rates do not", []Expectation{
		{Question: "*", Segment: "week=*"},
	}},
	{DecoyOlder, "Customers over 65 call twice as often and score lower at every step alike", []Expectation{
		{Question: "drop_then_contact", Persona: "older"},
		{Question: "repeat_contact", Persona: "older"},
		{Question: "*", Segment: "*" + ageOlder + "*"},
	}},
	{DecoyBusyCallers, "A few people call about everything all year, also after visiting the shop", []Expectation{
		{Question: "drop_then_contact", Step: StepBrowse},
		{Question: "drop_then_contact", Step: StepCart},
	}},
	{DecoyLoudReason, "Questions about data usage are the most frequent and solved the first time", []Expectation{
		{Question: "repeat_contact", Segment: "*" + ReasonUsage + "*"},
	}},
	{DecoyWeekendMail, "Mail written at weekends waits two days by the calendar and keeps its promise in business hours", []Expectation{
		{Question: "*", Segment: "weekday=Saturday"},
		{Question: "*", Segment: "weekday=Sunday"},
	}},
	{DecoyOtherCarrier, lateCarrier + " delivers on time outside the West", []Expectation{
		{Question: "*", Segment: "*region=" + regionNortheast},
		{Question: "*", Segment: "*region=" + regionSoutheast},
		{Question: "*", Segment: "*region=" + regionMidwest},
	}},
	{DecoyDataAskers, "A few ask about their data six times a year, whenever it occurs to them: in most months, by chance only", []Expectation{
		{Question: "monthly_problem", Segment: "*" + ReasonUsage + "*"},
	}},
	{DecoyHandedOver, "Calls about cancelling are marked as transferred: retention takes them over within the call, as the process has it", []Expectation{
		{Question: "first_contact_resolution", Segment: "*" + ReasonCancel + "*"},
	}},
	{DecoyRoamingForm, "The web form gets the roaming charges, and so the matters that take many contacts: it is the reason, not the form", []Expectation{
		{Question: "effort", Segment: "channel=web_form"},
	}},
	{DecoyAskToLeave, "Nearly half of those who leave ask how to cancel in the days before: that is leaving, not why", []Expectation{
		{Question: "leavers", Segment: "*" + ReasonCancel + "*"},
	}},
	{DecoyOldContracts, "An old contract ends on one day for all who have it; most ask about other plans before, and the company closes it", []Expectation{
		{Question: "leavers", Segment: "*" + ReasonPlan + "*"},
	}},
	{DecoySlowRhythm, "Who tops up by bank debit does so every two months, and always has", []Expectation{
		{Question: "tail_off", Segment: "*" + methodDebit + "*"},
	}},
	{DecoySummer, "A few top up in summer only, whatever they pay with", []Expectation{
		{Question: "tail_off", Step: StepTopUp, Segment: "*" + methodCard + "*"},
	}},
	{DecoyLookingAgain, "One in five goes back from the cart to the shelves before buying", []Expectation{
		{Question: "directly_follows", Step: StepCart},
		{Question: "directly_follows", Step: StepBrowse},
	}},
	{DecoyOrderMails, "An order brings six mails about itself in a week, which the customer waits for", []Expectation{
		{Question: "cadence", Persona: "older"},
		{Question: "cadence", Persona: "prepaid"},
		{Question: "cadence", Persona: "west"},
	}},
}
