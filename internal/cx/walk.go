package cx

import "time"

// ScenarioKind says what sort of walk it is.
type ScenarioKind string

const (
	Everyday       ScenarioKind = "everyday"        // what most customers do
	UnusualRequest ScenarioKind = "unusual_request" // what no script covers
	Parity         ScenarioKind = "parity"          // the same by a connected, an ordinary and a best customer
	Stump          ScenarioKind = "stump"           // a question that few can answer
	Access         ScenarioKind = "access"          // without a screen, a mouse, a network
)

// ScenarioKinds lists them in the order in which they are shown.
func ScenarioKinds() []ScenarioKind {
	return []ScenarioKind{Everyday, UnusualRequest, Parity, Stump, Access}
}

// Scenario is what a walker is asked to live through as a customer: who they are,
// what they do and say, what they look at. Its words may hold ${variables}.
type Scenario struct {
	ID        string       `json:"id"` // slug
	Version   int32        `json:"version"`
	Title     string       `json:"title"`
	Kind      ScenarioKind `json:"kind"`
	Practices []string     `json:"practices,omitempty"` // W1 … W20
	Persona   string       `json:"persona,omitempty"`   // whom the walker plays, in words
	Journey   string       `json:"journey,omitempty"`   // slug of the journey that it walks
	Touches   []string     `json:"touches,omitempty"`   // slugs of the journey's steps
	Channel   string       `json:"channel"`
	Brief     string       `json:"brief"` // what the walker must know before they begin
	Never     []string     `json:"never,omitempty"`
	Bring     []string     `json:"bring,omitempty"`
	Variables []Variable   `json:"variables,omitempty"`
	// TimeLimit is for the walk itself, without the waiting between its steps.
	TimeLimit time.Duration `json:"time_limit"`
	CostLimit Money         `json:"cost_limit"` // what the walker may spend; no currency = nothing
	// Arms are the roles of a parity walk: the same walk once by each.
	Arms     []Arm        `json:"arms,omitempty"`
	Script   []ScriptStep `json:"script"`
	Criteria []Criterion  `json:"criteria"`
	// Recording names the Recorder JSON by which a robot can walk it; "" = people only.
	Recording string    `json:"recording,omitempty"`
	Robot     RobotWalk `json:"robot,omitzero"`
	// Guards is the finding that this walk would reproduce; 0 = none.
	Guards int64 `json:"guards,omitempty"`
}

// RobotWalk is how a robot walks a recording.
type RobotWalk struct {
	Profile string `json:"profile,omitempty"` // phone or desk; "" = the screen that was recorded
	Network string `json:"network,omitempty"` // fast 4G or slow 4G; "" = as fast as it comes
	Need    int    `json:"need,omitempty"`    // walks that must agree
	Of      int    `json:"of,omitempty"`      // of how many; 0 = two of three
	// OrdersPerDay is how often a robot may order for real; 0 = it stops before.
	OrdersPerDay int `json:"orders_per_day,omitempty"`
}

// Rule is how many walks of how many must agree.
func (r RobotWalk) Rule() (need, of int) {
	if r.Of == 0 {
		return 2, 3
	}
	return r.Need, r.Of
}

// Step finds a step of the script by its name.
func (s Scenario) Step(name string) (ScriptStep, int, bool) {
	for i, step := range s.Script {
		if step.Name == name {
			return step, i, true
		}
	}
	return ScriptStep{}, 0, false
}

// Waits is how long the walk may rest between its steps, all together: for a
// parcel, for the money back.
func (s Scenario) Waits() time.Duration {
	var total time.Duration
	for _, step := range s.Script {
		total += step.Wait
	}
	return total
}

// Variable is a word of a scenario that each company fills in.
type Variable struct {
	Name    string `json:"name"`
	Means   string `json:"means"`
	Example string `json:"example,omitempty"`
	// Default is taken when a company says nothing; without one it must say something.
	Default string `json:"default,omitempty"`
	// Secret: shown to the walker who needs it and to nobody else, never in a log.
	Secret bool `json:"secret,omitempty"`
}

// Arm is one role of a parity walk.
type Arm struct {
	Name  string `json:"name"`  // connected, ordinary, best
	Brief string `json:"brief"` // what only this walker is told
}

// ScriptStep is one thing that the walker does.
type ScriptStep struct {
	Name       string           `json:"name"`
	Do         string           `json:"do"`
	Say        string           `json:"say,omitempty"`
	Touches    string           `json:"touches,omitempty"` // slug of a journey step
	Ask        *AnswerKey       `json:"ask,omitempty"`
	FollowUps  []string         `json:"follow_ups,omitempty"`
	Objections []Objection      `json:"objections,omitempty"`
	Branches   []Branch         `json:"branches,omitempty"` // the first that holds; else the next step
	Evidence   []EvidenceWanted `json:"evidence,omitempty"`
	Promises   []PromiseCheck   `json:"promises,omitempty"`
	// Wait is how long the walk may rest before this step: for a parcel, for the money.
	Wait time.Duration `json:"wait,omitempty"`
	// Ends: the walk is over after this step.
	Ends bool `json:"ends,omitempty"`
	// Recorded says which steps of the recording are this one. Where no step of the
	// script says so, all of them are its first.
	Recorded RecordedSteps `json:"recorded,omitzero"`
}

// RecordedSteps are steps of a recording, from 1, both ends among them.
type RecordedSteps struct {
	From int `json:"from"`
	To   int `json:"to"`
}

// Branch leads to another step when something holds.
type Branch struct {
	If string `json:"if"`
	Go string `json:"go"` // name of a later step; "end" ends the walk
}

// Objection is what the other side may say, and what to answer.
type Objection struct {
	If  string `json:"if"`
	Say string `json:"say"`
}

// AnswerKey is a question with known answers.
type AnswerKey struct {
	Question string `json:"question"`
	// Topic is the fact that is asked for, as a slug: the same on every channel on which
	// it is asked, so that the answers can be compared. "" = this question alone.
	Topic  string   `json:"topic,omitempty"`
	By     Answerer `json:"by"`
	Right  []string `json:"right"`
	Partly []string `json:"partly,omitempty"`
	Wrong  []string `json:"wrong,omitempty"` // what people often say instead
	Source string   `json:"source,omitempty"`
}

// Answerer says who answers: the company's people, or the walker who reads
// something (an invoice).
type Answerer string

const (
	ByStaff  Answerer = "staff"
	ByWalker Answerer = "walker"
)

// Answer is how good an answer was.
type Answer string

const (
	AnswerRight   Answer = "right"
	AnswerPartly  Answer = "partly"
	AnswerWrong   Answer = "wrong"
	AnswerFindOut Answer = "find_out" // "I'll find out": better than wrong
)

// Answers lists them, the best first.
func Answers() []Answer { return []Answer{AnswerRight, AnswerPartly, AnswerFindOut, AnswerWrong} }

// EvidenceKind is what sort of evidence a walker brings.
type EvidenceKind string

const (
	Photo      EvidenceKind = "photo"
	VoiceNote  EvidenceKind = "voice"
	Receipt    EvidenceKind = "receipt"
	Screenshot EvidenceKind = "screenshot"

	// RobotReport is what a robot measured, as JSON; no person brings one.
	RobotReport EvidenceKind = "report"
)

// EvidenceKinds lists those that walkers bring.
func EvidenceKinds() []EvidenceKind { return []EvidenceKind{Photo, Receipt, Screenshot, VoiceNote} }

// EvidenceWanted is one piece of evidence that a step asks for.
type EvidenceWanted struct {
	Kind     EvidenceKind `json:"kind"`
	Of       string       `json:"of"`
	Optional bool         `json:"optional,omitempty"`
}

// PromiseCheck is a promise that a step holds the company to: one of the journey
// step that it touches, or a limit of its own.
type PromiseCheck struct {
	Name    string        `json:"name"`
	Journey string        `json:"journey,omitempty"` // name of a promise of the journey step
	Within  time.Duration `json:"within,omitempty"`  // it took no longer
	AtMost  Money         `json:"at_most,omitzero"`  // it cost no more
	Limit   string        `json:"limit,omitempty"`   // AtMost as it is written: a ${variable} until it is filled in
	Text    string        `json:"text"`              // what was promised, as the customer reads it
}

// CriterionKind says what a criterion is about; treatment is scored and shown first.
type CriterionKind string

const (
	Treatment CriterionKind = "treatment" // how the customer was treated throughout
	Outcome   CriterionKind = "outcome"   // what came of it
)

// Criterion is behaviour that anybody there would see or not see.
type Criterion struct {
	Name string        `json:"name"`
	Kind CriterionKind `json:"kind"`
	Text string        `json:"text"`
	Step string        `json:"step,omitempty"` // of the script; "" = throughout
}

// Mark is what somebody says of a criterion.
type Mark string

const (
	Yes     Mark = "yes"
	No      Mark = "no"
	NotSeen Mark = "not_seen" // there was no occasion for it: it counts for nothing
)

// Feeling is how a step felt, on the one scale of walks.
type Feeling uint8

// feelingWords are the words of the scale, from 1 to 5; they are what walkers see.
var feelingWords = [...]string{"awful", "annoying", "neither good nor bad", "pleasant", "delightful"}

// Valid reports whether it is on the scale; 0 is not: it means not said.
func (f Feeling) Valid() bool { return f >= 1 && int(f) <= len(feelingWords) }

func (f Feeling) String() string {
	if !f.Valid() {
		return "not said"
	}
	return feelingWords[f-1]
}

// Feelings is the scale, the worst first.
func Feelings() []Feeling { return []Feeling{1, 2, 3, 4, 5} }

// Score is a share of criteria that were met. Of no criteria it is no figure.
type Score struct {
	Met int `json:"met"`
	Of  int `json:"of"`
}

// Share is Met ÷ Of; ok is false where there is nothing to share.
func (s Score) Share() (share float64, ok bool) {
	if s.Of == 0 {
		return 0, false
	}
	return float64(s.Met) / float64(s.Of), true
}

// ScoreOf counts the marks of one kind of criteria. What was not seen, and what
// was not marked, is neither met nor missed.
func ScoreOf(criteria []Criterion, marks map[string]Mark, kind CriterionKind) Score {
	var s Score
	for _, c := range criteria {
		if c.Kind != kind {
			continue
		}
		switch marks[c.Name] {
		case Yes:
			s.Met++
			s.Of++
		case No:
			s.Of++
		}
	}
	return s
}
