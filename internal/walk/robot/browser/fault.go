package browser

import "errors"

// problem is why a step could not be done as a customer would have done it.
type problem struct {
	kind Kind
	text string
	// blame overrides what the kind says by itself.
	blame Fault
}

func (p *problem) Error() string { return p.text }

// fault is whose doing it is as far as one walk can tell. An element that is not
// there may be gone from the site or only renamed; that something lies over it,
// that it is dead, that an answer is wrong, a customer would meet too.
func (p *problem) fault() Fault {
	if p.blame != "" {
		return p.blame
	}
	switch p.kind {
	case Covered, NotUsable, NoNavigation, WrongPage, NotAsExpected:
		return TheirSite
	case ScriptMistake:
		return OurRobot
	}
	return CannotTell
}

// mistake is a recording that asks for what cannot be.
type mistake struct{ text string }

func (m *mistake) Error() string { return m.text }

// broke is the robot's own breakdown.
type broke struct{ cause error }

func (b *broke) Error() string { return b.cause.Error() }
func (b *broke) Unwrap() error { return b.cause }

// errDry ends a dry run where it would have ordered.
var errDry = errors.New("a dry run ends before it orders")
