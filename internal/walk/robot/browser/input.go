package browser

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/chromedp/cdproto/input"

	"github.com/firsthand-cx/firsthand/internal/walk/robot/recorder"
)

// keyboard is the state of the walker's hands.
type keyboard struct {
	modifiers     int64 // bit field: Alt 1, Control 2, Meta 4, Shift 8
	touch, mobile bool  // of the screen
	x, y          float64
}

var modifierBits = map[string]int64{"Alt": 1, "Control": 2, "Meta": 4, "Shift": 8}

// down presses a key. A character is typed unless Control, Alt or Meta is held.
func (s *session) down(ctx context.Context, t *tab, k recorder.KeyStroke) error {
	s.keys.modifiers |= modifierBits[k.Key]
	if s.keys.modifiers&modifierBits["Shift"] != 0 && k.Shifted != "" {
		k.Key, k.Text = k.Shifted, k.Shifted
	}
	p := keyEvent(k, s.keys.modifiers)
	p.Type = input.DispatchKeyEventTypeRawKeyDown
	if k.Text != "" && s.keys.modifiers&^modifierBits["Shift"] == 0 {
		p.Type, p.Text, p.UnmodifiedText = input.DispatchKeyEventTypeKeyDown, k.Text, k.Text
	}
	_, err := call(ctx, t, input.DispatchKeyEvent, p)
	return err
}

func (s *session) up(ctx context.Context, t *tab, k recorder.KeyStroke) error {
	s.keys.modifiers &^= modifierBits[k.Key]
	if s.keys.modifiers&modifierBits["Shift"] != 0 && k.Shifted != "" {
		k.Key = k.Shifted
	}
	p := keyEvent(k, s.keys.modifiers)
	p.Type = input.DispatchKeyEventTypeKeyUp
	_, err := call(ctx, t, input.DispatchKeyEvent, p)
	return err
}

func keyEvent(k recorder.KeyStroke, modifiers int64) input.DispatchKeyEventParams {
	keypad := k.Location == 3
	return input.DispatchKeyEventParams{
		Modifiers: modifiers, Code: k.Code, Key: k.Key, WindowsVirtualKeyCode: int64(k.Virtual), NativeVirtualKeyCode: int64(k.Virtual),
		Location: int64(k.Location), IsKeypad: &keypad,
	}
}

// maxKeyed is how much is typed key by key; a longer text is pasted, as a person would.
const maxKeyed = 200

// write types a text. What no key of a US keyboard gives is put in as from an
// input method.
func (s *session) write(ctx context.Context, t *tab, text string) error {
	if len(text) > maxKeyed {
		_, err := call(ctx, t, input.InsertText, input.InsertTextParams{Text: text})
		return err
	}
	for _, r := range text {
		name := string(r)
		if !recorder.KnownKey(name) || r == 0 {
			if _, err := call(ctx, t, input.InsertText, input.InsertTextParams{Text: name}); err != nil {
				return err
			}
			continue
		}
		k := recorder.Stroke(name)
		k.Shifted = ""
		if err := s.down(ctx, t, k); err != nil {
			return err
		}
		if err := s.up(ctx, t, k); err != nil {
			return err
		}
	}
	return nil
}

// buttons by the recording's names, and their bit among the buttons held.
var buttons = map[string]struct {
	button input.MouseButton
	bit    int64
}{
	"": {input.MouseButtonLeft, 1}, "primary": {input.MouseButtonLeft, 1}, "secondary": {input.MouseButtonRight, 2},
	"auxiliary": {input.MouseButtonMiddle, 4}, "back": {input.MouseButtonBack, 8}, "forward": {input.MouseButtonForward, 16},
}

// move brings the mouse over a point.
func (s *session) move(ctx context.Context, t *tab, x, y float64) error {
	s.keys.x, s.keys.y = x, y
	_, err := call(ctx, t, input.DispatchMouseEvent, input.DispatchMouseEventParams{
		Type: input.DispatchMouseEventTypeMouseMoved, X: x, Y: y, Modifiers: s.keys.modifiers,
	})
	return err
}

// errMoved is a click that was not made: its element is no longer at its place.
var errMoved = errors.New("the element moved away")

// click presses and lets go at a point, count times. The point is looked at once
// more just before: where still says no, nothing is pressed.
func (s *session) click(ctx context.Context, t *tab, x, y float64, p recorder.Pointer, count int, still func() bool) error {
	tapping := p.Device == "touch" || s.keys.touch && p.Device != "pen"
	if tapping && (p.Button == "" || p.Button == "primary") && s.keys.touch {
		if !still() {
			return errMoved
		}
		return s.tap(ctx, t, x, y, p, count)
	}
	if err := s.move(ctx, t, x, y); err != nil {
		return err
	}
	if !still() {
		return errMoved
	}
	b, ok := buttons[p.Button]
	if !ok {
		return &problem{kind: ScriptMistake, text: fmt.Sprintf("there is no button %q", p.Button)}
	}
	pointer := input.DispatchMouseEventPointerTypeMouse
	if p.Device == "pen" {
		pointer = input.DispatchMouseEventPointerTypePen
	}
	for n := 1; n <= count; n++ {
		event := input.DispatchMouseEventParams{
			Type: input.DispatchMouseEventTypeMousePressed, X: x, Y: y, Modifiers: s.keys.modifiers, Button: b.button, Buttons: b.bit, ClickCount: int64(n), PointerType: pointer,
		}
		if _, err := call(ctx, t, input.DispatchMouseEvent, event); err != nil {
			return err
		}
		if err := hold(ctx, p.Duration); err != nil {
			return err
		}
		event.Type, event.Buttons = input.DispatchMouseEventTypeMouseReleased, 0
		if _, err := call(ctx, t, input.DispatchMouseEvent, event); err != nil {
			return err
		}
	}
	return nil
}

// tap touches a point, count times.
func (s *session) tap(ctx context.Context, t *tab, x, y float64, p recorder.Pointer, count int) error {
	for n := 1; n <= count; n++ {
		_, err := call(ctx, t, input.DispatchTouchEvent, input.DispatchTouchEventParams{
			Type: input.DispatchTouchEventTypeTouchStart, Modifiers: s.keys.modifiers, TouchPoints: []*input.TouchPoint{{X: x, Y: y}},
		})
		if err != nil {
			return err
		}
		if err := hold(ctx, p.Duration); err != nil {
			return err
		}
		if _, err := call(ctx, t, input.DispatchTouchEvent, input.DispatchTouchEventParams{
			Type: input.DispatchTouchEventTypeTouchEnd, Modifiers: s.keys.modifiers, TouchPoints: []*input.TouchPoint{},
		}); err != nil {
			return err
		}
	}
	return nil
}

func hold(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return nil
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}
