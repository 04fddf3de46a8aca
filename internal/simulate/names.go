package simulate

// Company is the invented company; its zone is where its days and weeks begin.
const (
	Company     = "Larkwell Mobile"
	Zone        = "America/New_York"
	SurveyZone  = "America/Denver" // the survey tool was never moved from its vendor's default zone
	JourneyName = "being-a-customer"
	Currency    = "USD"
)

// Files that Run writes into the folder. The mapping files stand beside the
// files that are not read unaided.
const (
	TicketsFile       = "zendesk_tickets.csv"
	SurveysFile       = "qualtrics_nps.csv"
	OrdersFile        = "shopify_orders.csv"
	EventsFile        = "segment_events.jsonl"
	CallsFile         = "calls.csv"
	CancellationsFile = "cancellations.csv"
	InvoicesFile      = "invoices.csv"
	PaymentsFile      = "stripe_payments.csv"
	MessagesFile      = "messages.csv"
	ExposuresFile     = "exposures.csv"
	JourneyFile       = "journey.yaml"
	TruthFile         = "truth.json"

	CallsMappingFile         = "calls.mapping.yaml"
	CancellationsMappingFile = "cancellations.mapping.yaml"
	MessagesMappingFile      = "messages.mapping.yaml"
)

// sheet numbers the files that grow customer by customer.
type sheet int

const (
	tickets sheet = iota
	surveys
	orders
	events
	calls
	cancellations
	invoices
	payments
	messages
	sheets // how many there are
)

var sheetFiles = [sheets]string{
	TicketsFile, SurveysFile, OrdersFile, EventsFile, CallsFile, CancellationsFile, InvoicesFile, PaymentsFile, MessagesFile,
}

// Steps of the journey, as the journey file and the survey's embedded field name them.
const (
	StepBrowse       = "browse"
	StepCart         = "cart"
	StepCheckout     = "checkout"
	StepPromoCode    = "promo-code"
	StepPayment      = "payment"
	StepOrder        = "order"
	StepDelivery     = "delivery"
	StepActivation   = "activation"
	StepInvoice      = "invoice"
	StepTopUp        = "top-up"
	StepCall         = "call"
	StepWrite        = "write"
	StepNews         = "news"
	StepRelationship = "relationship"
	StepCancel       = "cancel"
)

// Steps lists them in the journey's order.
var Steps = []string{
	StepBrowse, StepCart, StepCheckout, StepPromoCode, StepPayment, StepOrder,
	StepDelivery, StepActivation, StepInvoice, StepTopUp, StepCall, StepWrite, StepNews, StepRelationship, StepCancel,
}

// surveyedSteps are those that customers are asked about.
var surveyedSteps = []string{StepDelivery, StepActivation, StepCall, StepWrite, StepInvoice, StepRelationship}

// Reasons for contacting the company; all its systems use one list.
const (
	ReasonPromoCode  = "promo-code"
	ReasonOrder      = "where-is-my-order"
	ReasonInvoice    = "invoice-question"
	ReasonRoaming    = "roaming-charge"
	ReasonNetwork    = "network"
	ReasonUsage      = "data-usage"
	ReasonPlan       = "plan-change"
	ReasonPayment    = "payment-failed"
	ReasonPassword   = "password"
	ReasonRepair     = "device-repair"
	ReasonActivation = "sim-activation"
	ReasonCancel     = "cancel-question"
)

// Shop events, in the words of Segment's e-commerce vocabulary where it has them.
const (
	eventViewed             = "Product Viewed"
	eventAdded              = "Product Added"
	eventCheckout           = "Checkout Started"
	eventCouponEntered      = "Coupon Entered"
	eventCouponApplied      = "Coupon Applied"
	eventCouponDenied       = "Coupon Denied"
	eventPayment            = "Payment Info Entered"
	eventOrder              = "Order Completed"
	eventActivationStarted  = "Activation Started"
	eventActivationFinished = "Activation Completed"
	eventActivationFailed   = "Activation Failed"
	eventInvoice            = "Invoice Viewed"
)

// Devices, channels and the phone lines as they stand in the exports.
const (
	devicePhone   = "phone"
	deviceDesktop = "desktop"

	viaMail = "Mail"
	viaForm = "Web form"
	viaChat = "Chat"
)

// Age groups, plans and regions are the dimensions that personas are made of.
const (
	ageYoung = "18-29"
	ageAdult = "30-44"
	ageSenio = "45-64"
	ageOlder = "65+"

	planPrepaid   = "Prepaid"
	planEssential = "Essential"
	planUnlimited = "Unlimited"

	regionNortheast = "Northeast"
	regionSoutheast = "Southeast"
	regionMidwest   = "Midwest"
	regionWest      = "West"

	lateCarrier  = "Swiftparcel"
	otherCarrier = "Postline"
)

// reason is what is known of one reason for contact.
type reason struct {
	name   string
	weight float64 // share of the contacts that nothing in particular causes
	menu   int     // seconds of voice menu until its queue
	talk   float64 // median seconds with a person
	group  string  // the help desk's team
}

// reasons in order. data-usage is frequent and harmless: volume is not repetition.
var reasons = []reason{
	{ReasonPromoCode, .03, 25, 210, "Shop"},
	{ReasonOrder, .05, 25, 180, "Shop"},
	{ReasonInvoice, .04, 35, 330, "Billing"},
	{ReasonRoaming, .10, 40, 400, "Billing"},
	{ReasonNetwork, .15, 40, 420, "Technical"},
	{ReasonUsage, .22, 30, 150, "Technical"},
	{ReasonPlan, .13, 35, 300, "Sales"},
	{ReasonPayment, .08, 35, 240, "Billing"},
	{ReasonPassword, .07, 30, 170, "Technical"},
	{ReasonRepair, .08, 40, 360, "Technical"},
	{ReasonActivation, .02, 40, 420, "Technical"},
	{ReasonCancel, .03, 45, 300, "Sales"},
}

func reasonByName(name string) reason {
	for _, r := range reasons {
		if r.name == name {
			return r
		}
	}
	panic("simulate: no reason " + name) // names come from the constants above only
}

// Reasons lists the reasons' names.
func Reasons() []string {
	var names []string
	for _, r := range reasons {
		names = append(names, r.name)
	}
	return names
}
