package recorder

import (
	"strings"
	"time"
)

// Flow is one recording.
type Flow struct {
	Title string
	// Timeout is how long each step may take; zero leaves it to the runner.
	Timeout time.Duration
	// SelectorAttribute is the attribute that the recorder preferred for selectors.
	SelectorAttribute string
	Steps             []Step

	secrets []string // values that Mask hides; see Bind
}

// StepType is what a step does.
type StepType string

// The step types of the format.
const (
	Change                   StepType = "change"
	Click                    StepType = "click"
	Close                    StepType = "close"
	CustomStep               StepType = "customStep"
	DoubleClick              StepType = "doubleClick"
	EmulateNetworkConditions StepType = "emulateNetworkConditions"
	Hover                    StepType = "hover"
	KeyDown                  StepType = "keyDown"
	KeyUp                    StepType = "keyUp"
	Navigate                 StepType = "navigate"
	Scroll                   StepType = "scroll"
	SetViewport              StepType = "setViewport"
	WaitForElement           StepType = "waitForElement"
	WaitForExpression        StepType = "waitForExpression"
)

// Step is one step; which of the groups count depends on Type.
type Step struct {
	Type    StepType
	Line    int           // where it stands in the file, 1-based; 0 when it was made here
	Timeout time.Duration // zero: the flow's, else the runner's
	// Expected are the navigations that the step must cause.
	Expected []Navigation
	// Target is empty or "main" for the page itself, else the URL of a popup or iframe.
	Target string
	// Frame leads from the target's main frame down by child numbers.
	Frame []int
	// Selectors are alternatives for one element, the best first.
	Selectors []Selector

	Pointer Pointer        // click, doubleClick
	Value   string         // change
	Secret  bool           // change: the value holds a secret, which no picture may show
	Key     string         // keyDown, keyUp
	URL     string         // navigate
	X, Y    float64        // scroll
	Screen  Screen         // setViewport
	Network Network        // emulateNetworkConditions
	Wait    ElementWait    // waitForElement
	Script  string         // waitForExpression
	Name    string         // customStep
	Params  map[string]any // customStep: its parameters where they are an object
	Expect  *Expectation   // customStep: one of our own assertions
}

// Navigation is an asserted event: the page navigates. Empty fields match
// anything; an asterisk in one matches any text.
type Navigation struct {
	URL, Title string
}

// Selector leads to one element: a chain of parts, each sought inside the element,
// or the shadow root of the element, that the part before it found.
type Selector []string

func (s Selector) String() string { return strings.Join(s, " » ") }

// SelectorKind is how one part of a selector seeks.
type SelectorKind string

// The kinds of selectors; a part says its kind by a prefix, CSS needs none.
const (
	CSS    SelectorKind = "css"
	ARIA   SelectorKind = "aria"
	Text   SelectorKind = "text"
	XPath  SelectorKind = "xpath"
	Pierce SelectorKind = "pierce"
)

// SplitSelector tells the kind of a selector's part from what it seeks.
func SplitSelector(part string) (SelectorKind, string) {
	for _, kind := range []SelectorKind{CSS, ARIA, Text, XPath, Pierce} {
		if rest, ok := strings.CutPrefix(part, string(kind)+"/"); ok {
			return kind, rest
		}
	}
	return CSS, part
}

// Pointer is how an element is clicked.
type Pointer struct {
	Device string // mouse, pen or touch; empty is mouse
	Button string // primary, auxiliary, secondary, back or forward; empty is primary
	// OffsetX and OffsetY are pixels from the top left corner of the element.
	OffsetX, OffsetY float64
	Duration         time.Duration // between pressing and letting go
}

// Screen is a viewport.
type Screen struct {
	Width, Height     int
	DeviceScaleFactor float64
	Mobile, Touch     bool
	Landscape         bool
}

// Network is how fast the network is: bytes a second and milliseconds. Neither
// download nor upload means offline.
type Network struct {
	Download, Upload float64
	Latency          float64
}

// ElementWait is how many elements, with what properties, a step waits for.
type ElementWait struct {
	Operator string // >=, == or <=; the reference's default is >=, whatever its documents say
	Count    int
	// Gone turns the wait around: until it is not so.
	Gone       bool
	Properties map[string]any
	Attributes map[string]string
}
