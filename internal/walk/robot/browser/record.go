package browser

import (
	"time"
)

// Recording is what one walk met. It holds no secret of the flow and is plain JSON.
type Recording struct {
	Title   string    `json:"title"`
	Profile string    `json:"profile"`
	Network string    `json:"network"`
	Browser string    `json:"browser"` // product and version
	Started time.Time `json:"started"`

	Outcome Outcome `json:"outcome"`
	// FailedStep is the 1-based step that a failed walk ended at.
	FailedStep int `json:"failed_step,omitempty"`
	// Reason says in one sentence why the walk ended before its last step.
	Reason string `json:"reason,omitempty"`
	// Fault is whose doing it was that the walk failed.
	Fault Fault `json:"fault,omitempty"`

	Steps    []StepRecord `json:"steps"`
	Pages    []PageRecord `json:"pages"`
	Film     []Picture    `json:"film,omitempty"`
	Findings []Finding    `json:"findings"`
	Elapsed  Millis       `json:"elapsed_ms"`
	// Marker is the value of the header that marked this walk's requests.
	Marker string `json:"marker,omitempty"`
}

// Outcome is how a walk ended.
type Outcome string

// The outcomes.
const (
	Completed      Outcome = "completed"
	StoppedDry     Outcome = "stopped_before_order" // a dry run: everything but the order went well
	Failed         Outcome = "failed"               // a step could not be done, or what was expected was not so
	Refused        Outcome = "refused"              // a guard against harm ended it: foreign site, order cap
	Infrastructure Outcome = "infrastructure"       // the robot broke; says nothing about the experience
)

// Fault is whose doing a failure was.
type Fault string

// The faults.
const (
	TheirSite  Fault = "their_site"
	OurRobot   Fault = "our_robot"
	CannotTell Fault = "cannot_tell"
)

// Millis is a duration that JSON shows in milliseconds.
type Millis float64

func millis(d time.Duration) Millis { return Millis(float64(d.Microseconds()) / 1000) }

// StepRecord is one step as it went.
type StepRecord struct {
	Number int    `json:"number"` // 1-based
	Type   string `json:"type"`
	What   string `json:"what"` // in words: click “Add to basket”
	Result Result `json:"result"`
	// Problem says what went wrong, masked.
	Problem string `json:"problem,omitempty"`
	URL     string `json:"url"` // where the step ended
	// Selector is the alternative that led to the element, 1-based.
	Selector int `json:"selector,omitempty"`
	// Began is milliseconds after the start of the walk.
	Began  Millis `json:"began_ms"`
	Timing Timing `json:"timing"`
	// Picture is the evidence's name of a screenshot taken after the step.
	Picture string `json:"picture,omitempty"`
}

// Timing says where a step's time went, in milliseconds.
type Timing struct {
	// Page is the site's own: waiting for elements, navigations, answers.
	Page Millis `json:"page_ms"`
	// Robot is our overhead: finding, judging, pointing, typing.
	Robot Millis `json:"robot_ms"`
	// Picture is what the screenshot cost, Audit what the page's rules and measures did.
	Picture Millis `json:"picture_ms"`
	Audit   Millis `json:"audit_ms"`
}

// Result is how a step went.
type Result string

// The results.
const (
	StepDone    Result = "done"
	StepFailed  Result = "failed"
	StepSkipped Result = "skipped" // nothing to do: somebody else's customStep, a screen that the profile sets
	StepNotRun  Result = "not_run" // the walk had ended
)

// PageRecord is a page that the walk stood on: a main document.
type PageRecord struct {
	URL   string `json:"url"`
	Title string `json:"title"`
	Step  int    `json:"step"` // the step that led there, 1-based
	// Vitals by name: LCP, INP, FCP, TTFB in milliseconds, CLS without unit.
	Vitals        map[string]Vital `json:"vitals,omitempty"`
	Accessibility []Violation      `json:"accessibility,omitempty"`
	Mobile        *Mobile          `json:"mobile,omitempty"`
	loader        string
}

// Vital is one of the web vitals (Google, web.dev/vitals) as it last stood.
type Vital struct {
	Value  float64 `json:"value"`
	Rating string  `json:"rating"` // good, needs-improvement, poor
}

// Violation is an accessibility rule that a page breaks.
type Violation struct {
	Rule   string   `json:"rule"`
	Impact string   `json:"impact"` // minor, moderate, serious, critical
	Help   string   `json:"help"`
	Count  int      `json:"count"`
	Where  []string `json:"where"` // a few of the elements
}

// Mobile is how a page suits a phone. Without a viewport the page is laid out 980
// pixels wide, so that overflow says nothing: judge HasViewport first.
type Mobile struct {
	HasViewport    bool     `json:"hasViewport"`
	ZoomBlocked    bool     `json:"zoomBlocked"`
	LayoutWidth    float64  `json:"layoutWidth"`
	Overflow       float64  `json:"overflow"` // pixels to the right of the screen
	OverflowCauses []string `json:"overflowCauses"`
	Targets        int      `json:"targets"`
	TinyTargets    int      `json:"tinyTargets"` // under 24 px and too near another (WCAG 2.5.8)
	Tiny           []string `json:"tiny"`
	SmallTargets   int      `json:"smallTargets"` // under 44 px (WCAG 2.5.5)
	Small          []string `json:"small"`
	Text           int      `json:"text"`      // characters
	SmallText      int      `json:"smallText"` // characters under 12 px
	SmallTexts     []string `json:"smallTexts"`
	ZoomingInputs  int      `json:"zoomingInputs"` // under 16 px: iOS zooms into them
	Zooming        []string `json:"zooming"`
	OverlayShare   float64  `json:"overlayShare"` // of the screen under fixed layers
	Overlays       []string `json:"overlays"`
}

// Picture is one frame of the film.
type Picture struct {
	At   Millis `json:"at_ms"` // after the start of the walk
	Name string `json:"name"`  // of the evidence
	Step int    `json:"step"`
}

// Kind says what a finding is about; the list is whole.
type Kind string

// The kinds of findings.
const (
	NotFound      Kind = "not_found"       // no selector leads to an element
	NotUsable     Kind = "not_usable"      // hidden, disabled or moving all the time
	Covered       Kind = "covered"         // something lies over it
	Healed        Kind = "healed"          // a later selector had to help
	NoNavigation  Kind = "no_navigation"   // the expected page did not come
	WrongPage     Kind = "wrong_page"      // another address or title than expected
	NotAsExpected Kind = "not_as_expected" // an assertion on text, price or address
	LoadFailed    Kind = "load_failed"     // the page itself could not be loaded
	HTTPError     Kind = "http_error"      // an answer of 400 or more
	RequestFailed Kind = "request_failed"  // a request got no answer
	ConsoleError  Kind = "console_error"
	Exception     Kind = "exception" // an error that no script caught
	Slow          Kind = "slow"      // a web vital is poor
	Inaccessible  Kind = "inaccessible"
	NoViewport    Kind = "no_viewport"
	ZoomBlocked   Kind = "zoom_blocked"
	Overflow      Kind = "overflow"
	TinyTargets   Kind = "tiny_targets"
	SmallText     Kind = "small_text"
	ZoomingInputs Kind = "zooming_inputs"
	Overlay       Kind = "overlay"
	ForeignSite   Kind = "foreign_site"
	DialogShown   Kind = "dialog" // a box that stops everything: alert, confirm
	ScriptMistake Kind = "script" // the recording asks for what cannot be
	OrderCapped   Kind = "order_cap"
	RobotBroke    Kind = "robot_broke"
)

// Finding is one thing that a walk noticed. The same thing is noted once a walk, with its count.
type Finding struct {
	Kind  Kind   `json:"kind"`
	Step  int    `json:"step"` // 1-based, the first time
	URL   string `json:"url"`
	Text  string `json:"text"`
	Count int    `json:"count"`
	// Stops is true for what ended the walk.
	Stops bool `json:"stops,omitempty"`
	// Minor findings do no harm by themselves: a healed selector, a small target.
	Minor bool `json:"minor,omitempty"`
}
