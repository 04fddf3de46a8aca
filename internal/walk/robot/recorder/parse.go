package recorder

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// What a recording may hold at most; real ones have tens of steps.
const (
	MaxBytes = 4 << 20
	MaxSteps = 2000
)

// The reference allows a timeout between these.
const (
	minTimeout = time.Millisecond
	maxTimeout = 30 * time.Second
)

// Mistakes are all that is wrong with a recording, in the order of its lines.
type Mistakes []*cx.Error

func (m Mistakes) Error() string {
	lines := make([]string, len(m))
	for i, e := range m {
		lines[i] = e.Error()
	}
	return strings.Join(lines, "\n")
}

// Unwrap lets the code of the first mistake be found.
func (m Mistakes) Unwrap() []error {
	list := make([]error, len(m))
	for i, e := range m {
		list[i] = e
	}
	return list
}

const howToExport = `In Chrome: DevTools, Recorder, the export button, "JSON"`

// Parse reads a recording; file names it in messages. When something is wrong it
// returns Mistakes: every one with its step, line and remedy, not just the first.
func Parse(file string, text []byte) (Flow, error) {
	r := &reader{file: file}
	if len(text) > MaxBytes {
		r.wrong(0, "the recording is larger than %d MiB", MaxBytes>>20).WithRemedy("Record one errand at a time.")
		return Flow{}, r.mistakes
	}
	root, err := parseTree(text)
	if err != nil {
		r.wrong(root.line, "this is not JSON: %v", err).WithRemedy("Export the recording again. %s.", howToExport)
		return Flow{}, r.mistakes
	}
	flow := r.flow(root)
	if len(r.mistakes) > 0 {
		slices.SortStableFunc(r.mistakes, func(a, b *cx.Error) int { return a.Place.Line - b.Place.Line })
		return Flow{}, r.mistakes
	}
	return flow, nil
}

// reader walks the tree and gathers mistakes; step is 1-based, 0 before the steps.
type reader struct {
	file     string
	mistakes Mistakes
	step     int
	what     StepType
}

func (r *reader) wrong(line int, format string, args ...any) *cx.Error {
	text := fmt.Sprintf(format, args...)
	switch {
	case r.step > 0 && r.what != "":
		text = fmt.Sprintf("step %d (%s): %s", r.step, r.what, text)
	case r.step > 0:
		text = fmt.Sprintf("step %d: %s", r.step, text)
	}
	e := cx.Errorf(cx.Invalid, "%s", text).At(cx.Place{File: r.file, Line: line})
	r.mistakes = append(r.mistakes, e)
	return e
}

func (r *reader) flow(root value) Flow {
	if root.fields == nil {
		r.wrong(root.line, "a recording is an object with a title and steps, here is %s", root.kind).WithRemedy("%s.", howToExport)
		return Flow{}
	}
	f := Flow{
		Title:             r.text(root, "title", true),
		Timeout:           r.timeout(root),
		SelectorAttribute: r.text(root, "selectorAttribute", false),
	}
	steps, ok := root.fields["steps"]
	if !ok || steps.items == nil {
		r.wrong(root.line, "there is no list of steps").WithRemedy(`Give "steps": [ … ]. %s.`, howToExport)
		return f
	}
	if len(steps.items) > MaxSteps {
		r.wrong(steps.line, "there are %d steps; %d is the most", len(steps.items), MaxSteps).WithRemedy("Record one errand at a time.")
		return f
	}
	for i, item := range steps.items {
		r.step, r.what = i+1, ""
		f.Steps = append(f.Steps, r.readStep(item))
	}
	return f
}

func (r *reader) readStep(v value) Step {
	if v.fields == nil {
		r.wrong(v.line, "a step is an object with a type, here is %s", v.kind).WithRemedy(`Write { "type": "click", … }.`)
		return Step{}
	}
	s := Step{Type: StepType(r.text(v, "type", true)), Line: v.line}
	read, ok := readers[s.Type]
	if !ok {
		if s.Type != "" {
			r.wrong(v.line, "there is no step type %q", s.Type).WithRemedy("The types are %s.", list(slices.Sorted(maps.Keys(readers))))
		}
		return s
	}
	r.what = s.Type
	s.Timeout = r.timeout(v)
	s.Target = r.text(v, "target", false)
	s.Expected = r.expected(v)
	read(r, v, &s)
	return s
}

// readers has one reader of its own fields for each step type.
var readers = map[StepType]func(*reader, value, *Step){
	Change: func(r *reader, v value, s *Step) {
		r.element(v, s)
		s.Value = r.needed(v, "value")
	},
	Click:       (*reader).click,
	DoubleClick: (*reader).click,
	Hover:       (*reader).element,
	Close:       func(*reader, value, *Step) {},
	CustomStep:  (*reader).custom,
	EmulateNetworkConditions: func(r *reader, v value, s *Step) {
		s.Network = Network{Download: r.positive(v, "download"), Upload: r.positive(v, "upload"), Latency: r.positive(v, "latency")}
	},
	KeyDown: (*reader).key,
	KeyUp:   (*reader).key,
	Navigate: func(r *reader, v value, s *Step) {
		s.URL = r.text(v, "url", true)
	},
	Scroll: func(r *reader, v value, s *Step) {
		s.Frame = r.frame(v)
		s.X, s.Y = r.number(v, "x", false), r.number(v, "y", false)
		if _, ok := v.fields["selectors"]; ok {
			s.Selectors = r.selectors(v)
		}
	},
	SetViewport: func(r *reader, v value, s *Step) {
		s.Screen = Screen{
			Width: r.pixels(v, "width"), Height: r.pixels(v, "height"),
			DeviceScaleFactor: r.positive(v, "deviceScaleFactor"),
			Mobile:            r.yes(v, "isMobile", true), Touch: r.yes(v, "hasTouch", true), Landscape: r.yes(v, "isLandscape", true),
		}
	},
	WaitForElement: (*reader).waitForElement,
	WaitForExpression: func(r *reader, v value, s *Step) {
		s.Frame = r.frame(v)
		s.Script = r.text(v, "expression", true)
	},
}

// element reads where the element is: frame and selectors.
func (r *reader) element(v value, s *Step) {
	s.Frame = r.frame(v)
	s.Selectors = r.selectors(v)
}

func (r *reader) click(v value, s *Step) {
	r.element(v, s)
	s.Pointer = Pointer{
		Device:  r.oneOf(v, "deviceType", "mouse", "pen", "touch"),
		Button:  r.oneOf(v, "button", "primary", "auxiliary", "secondary", "back", "forward"),
		OffsetX: r.number(v, "offsetX", true), OffsetY: r.number(v, "offsetY", true),
	}
	if ms := r.number(v, "duration", false); ms < 0 || ms > float64(maxTimeout/time.Millisecond) {
		r.wrong(v.line, `"duration" is between 0 and %d milliseconds, here is %v`, maxTimeout/time.Millisecond, ms).WithRemedy("50 is a usual click.")
	} else {
		s.Pointer.Duration = time.Duration(ms * float64(time.Millisecond))
	}
}

func (r *reader) key(v value, s *Step) {
	s.Key = r.text(v, "key", true)
	if s.Key != "" && !KnownKey(s.Key) {
		r.wrong(v.fields["key"].line, "there is no key %q", s.Key).WithRemedy("Use a key's name as keyboards report it: Tab, Enter, ArrowDown, KeyA, a, 1.")
	}
}

func (r *reader) waitForElement(v value, s *Step) {
	r.element(v, s)
	s.Wait = ElementWait{Operator: r.oneOf(v, "operator", ">=", "==", "<="), Count: 1}
	if s.Wait.Operator == "" {
		s.Wait.Operator = ">="
	}
	if _, ok := v.fields["count"]; ok {
		count := r.number(v, "count", true)
		if count < 0 || count != math.Trunc(count) || count > 1e6 {
			r.wrong(v.fields["count"].line, `"count" is a whole number from 0, here is %v`, count).WithRemedy("Say how many elements there should be.")
		}
		s.Wait.Count = int(count)
	}
	if _, ok := v.fields["visible"]; ok {
		s.Wait.Gone = !r.yes(v, "visible", true)
	}
	if p, ok := v.fields["properties"]; ok {
		if p.fields == nil {
			r.wrong(p.line, `"properties" is an object of names and values, here is %s`, p.kind).WithRemedy(`Write { "className": "open" }.`)
		} else {
			s.Wait.Properties, _ = p.open().(map[string]any)
		}
	}
	if a, ok := v.fields["attributes"]; ok {
		if a.fields == nil {
			r.wrong(a.line, `"attributes" is an object of names and texts, here is %s`, a.kind).WithRemedy(`Write { "class": "open" }.`)
		}
		s.Wait.Attributes = map[string]string{}
		for name := range a.fields {
			s.Wait.Attributes[name] = r.needed(a, name)
		}
	}
}

func (r *reader) expected(v value) []Navigation {
	field, ok := v.fields["assertedEvents"]
	if !ok {
		return nil
	}
	if field.items == nil {
		r.wrong(field.line, `"assertedEvents" is a list, here is %s`, field.kind).WithRemedy("Leave it out where nothing is expected.")
	}
	var all []Navigation
	for _, item := range field.items {
		if item.fields == nil {
			r.wrong(item.line, "an asserted event is an object with a type, here is %s", item.kind).WithRemedy(`Write { "type": "navigation", "url": "…" }.`)
			continue
		}
		if kind := r.text(item, "type", true); kind != "navigation" {
			if kind != "" {
				r.wrong(item.line, "there is no asserted event %q", kind).WithRemedy("There is one: navigation.")
			}
			continue
		}
		all = append(all, Navigation{URL: r.text(item, "url", false), Title: r.text(item, "title", false)})
	}
	return all
}
