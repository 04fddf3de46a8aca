package recorder

import (
	"fmt"
	"strings"
)

// Words says what a step does: click “Add to basket”. Where it is done with a finger
// it taps. They may hold what Mask hides.
func (s Step) Words(touch bool) string {
	name := ""
	if len(s.Selectors) > 0 {
		name = s.Selectors[0][len(s.Selectors[0])-1]
		if kind, sought := SplitSelector(name); kind == ARIA || kind == Text {
			name = "“" + sought + "”"
		}
	}
	switch s.Type {
	case Navigate:
		return "go to " + s.URL
	case Click:
		if touch {
			return "tap " + name
		}
		return "click " + name
	case DoubleClick:
		return "click twice " + name
	case Hover:
		return "point at " + name
	case Change:
		return fmt.Sprintf("enter “%s” into %s", s.Value, name)
	case KeyDown:
		return "press " + s.Key
	case KeyUp:
		return "let go of " + s.Key
	case Scroll:
		return strings.TrimSpace("scroll " + name)
	case SetViewport:
		return fmt.Sprintf("use a screen of %d by %d", s.Screen.Width, s.Screen.Height)
	case EmulateNetworkConditions:
		return fmt.Sprintf("use a network of %.0f bytes a second and %.0f ms", s.Network.Download, s.Network.Latency)
	case WaitForElement:
		return "wait for " + name
	case WaitForExpression:
		return "wait until " + s.Script
	case Close:
		return "close the window"
	case CustomStep:
		return s.expecting(name)
	}
	return string(s.Type)
}

func (s Step) expecting(name string) string {
	if s.Expect == nil {
		return s.Name
	}
	switch e := s.Expect; e.Name {
	case ExpectText:
		return strings.TrimSpace(fmt.Sprintf("expect “%s” %s", e.Text, name))
	case ExpectNoText:
		return strings.TrimSpace(fmt.Sprintf("expect no “%s” %s", e.Text, name))
	case ExpectPrice:
		return fmt.Sprintf("expect the price %s at %s", e.Bounds(), name)
	case ExpectURL:
		return "expect the page " + e.URL
	case Order:
		return "order for real"
	}
	return "a dry run ends here"
}

// Bounds is what a price may be: 21.60, or 10.00 to 20.00.
func (e *Expectation) Bounds() string {
	switch {
	case e.Least == e.Most:
		return fmt.Sprintf("%.2f", e.Least)
	case e.Most >= MaxPrice:
		return fmt.Sprintf("%.2f or more", e.Least)
	}
	return fmt.Sprintf("%.2f to %.2f", e.Least, e.Most)
}
