package cx

import "time"

// Journey is one journey as its file declares it: stages and steps from the
// customer's viewpoint, and which interactions belong to each step.
type Journey struct {
	Name     string    `json:"name" yaml:"name"` // slug: a–z, 0–9, hyphen
	Title    string    `json:"title" yaml:"title"`
	Attempt  Attempt   `json:"attempt" yaml:"attempt"`
	Stages   []Stage   `json:"stages" yaml:"stages"`
	Personas []Persona `json:"personas,omitempty" yaml:"personas,omitempty"`
	// CostPerContact and LostCustomerValue turn harm into money; zero = not declared.
	CostPerContact    Money `json:"cost_per_contact" yaml:"-"`
	LostCustomerValue Money `json:"lost_customer_value" yaml:"-"`
	Hours             Hours `json:"business_hours" yaml:"business_hours,omitempty"`
}

// Steps lists the steps of all stages in order.
func (j Journey) Steps() []Step {
	var steps []Step
	for _, stage := range j.Stages {
		steps = append(steps, stage.Steps...)
	}
	return steps
}

// Step finds a step by its name.
func (j Journey) Step(name string) (Step, bool) {
	for _, s := range j.Steps() {
		if s.Name == name {
			return s, true
		}
	}
	return Step{}, false
}

// Attempt says what one try at the journey is: everything with the same thread
// (order, case, session), or everything of a customer without a gap this long.
type Attempt struct {
	By  AttemptBy     `json:"by" yaml:"by"`
	Gap time.Duration `json:"gap,omitempty" yaml:"gap,omitempty"` // with ByGap
}

// AttemptBy names what keys an attempt.
type AttemptBy string

const (
	AttemptByThread AttemptBy = "thread"
	AttemptByGap    AttemptBy = "gap"
)

// Stage groups steps under the words a customer would use.
type Stage struct {
	Name  string `json:"name" yaml:"name"`
	Title string `json:"title" yaml:"title"`
	Steps []Step `json:"steps" yaml:"steps"`
}

// Step is one thing the customer does or undergoes.
type Step struct {
	Name         string    `json:"name" yaml:"name"`
	Title        string    `json:"title" yaml:"title"`
	Match        []Match   `json:"match" yaml:"match"`                           // any of them; within a journey the first step that matches wins
	Optional     bool      `json:"optional,omitempty" yaml:"optional,omitempty"` // the funnel does not wait for it
	Owner        string    `json:"owner,omitempty" yaml:"owner,omitempty"`
	Contributors []string  `json:"contributors,omitempty" yaml:"contributors,omitempty"`
	Promises     []Promise `json:"promises,omitempty" yaml:"promises,omitempty"`
	// Broken says which of the step's interactions failed the customer; empty = those
	// whose outcome or touchpoint says so by itself.
	Broken []Match `json:"broken,omitempty" yaml:"broken,omitempty"`
	// ContactsAbout are the reasons (a value may end in *) of contacts that this step causes.
	ContactsAbout []string `json:"contacts_about,omitempty" yaml:"contacts_about,omitempty"`
	// WalkEvery is how often somebody of the company ought to walk the step; 0 = not
	// declared: see Often.
	WalkEvery time.Duration `json:"walk_every,omitempty" yaml:"-"`
}

// WalkQuarterly is how often a step ought to be walked where its journey says nothing.
const WalkQuarterly = 90 * 24 * time.Hour

// Often is how often the step ought to be walked.
func (s Step) Often() time.Duration {
	if s.WalkEvery > 0 {
		return s.WalkEvery
	}
	return WalkQuarterly
}

// Match is a rule over an interaction's coded fields. All given fields must
// hold; within a field any of the values; an empty field holds always. A value
// may end in * ("billing/*").
type Match struct {
	Source     []string `json:"source,omitempty" yaml:"source,omitempty"`
	Kind       []string `json:"kind,omitempty" yaml:"kind,omitempty"`
	Initiator  []string `json:"initiator,omitempty" yaml:"initiator,omitempty"`
	Channel    []string `json:"channel,omitempty" yaml:"channel,omitempty"`
	Touchpoint []string `json:"touchpoint,omitempty" yaml:"touchpoint,omitempty"`
	Reason     []string `json:"reason,omitempty" yaml:"reason,omitempty"`
	Outcome    []string `json:"outcome,omitempty" yaml:"outcome,omitempty"`
}

// Signature is the coded fields of an interaction, in names. Interactions have
// few different signatures, so rules are matched against these, not against
// every row.
type Signature struct {
	ID         int32     `json:"id"`
	Source     string    `json:"source"`
	Voice      Voice     `json:"voice"`
	Initiator  Initiator `json:"initiator"`
	Kind       Kind      `json:"kind"`
	Channel    string    `json:"channel"`
	Touchpoint string    `json:"touchpoint"`
	Reason     string    `json:"reason"`
	Outcome    string    `json:"outcome"`
}

// PromiseMeasure is what a promise is about.
type PromiseMeasure string

const (
	FirstHumanAnswer PromiseMeasure = "first_human_answer" // from start until a person answers
	TimeToPerson     PromiseMeasure = "time_to_person"     // the same for calls: menu + queue
	Resolution       PromiseMeasure = "resolution"         // from start until it is over
	ScoreAtLeast     PromiseMeasure = "score"              // a survey answer of at least AtLeast
)

// Promise is a declared standard: "first human answer within 4 business hours, 90 %".
type Promise struct {
	Name     string         `json:"name" yaml:"name"`
	Measure  PromiseMeasure `json:"measure" yaml:"measure"`
	Within   time.Duration  `json:"within,omitempty" yaml:"within,omitempty"`
	Business bool           `json:"business_hours,omitempty" yaml:"business_hours,omitempty"` // Within counts business hours
	AtLeast  float64        `json:"at_least,omitempty" yaml:"at_least,omitempty"`             // with ScoreAtLeast
	Share    float64        `json:"share" yaml:"share"`                                       // of the cases, 0–1
}

// Persona is a segment with a rule over declared dimensions: all must hold,
// within a dimension any of the values.
type Persona struct {
	Name  string              `json:"name" yaml:"name"`
	Title string              `json:"title" yaml:"title"`
	Where map[string][]string `json:"where" yaml:"where"`
}

// Hours are business hours in the company's zone. The zero value means around the clock.
type Hours struct {
	Days     []time.Weekday `json:"days,omitempty" yaml:"-"`
	From     time.Duration  `json:"from,omitempty" yaml:"-"`     // since midnight
	To       time.Duration  `json:"to,omitempty" yaml:"-"`       // since midnight; half-open
	Holidays []string       `json:"holidays,omitempty" yaml:"-"` // 2006-01-02
}
