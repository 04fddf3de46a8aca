package recorder

import (
	"strconv"
	"strings"
	"sync"
)

// KeyStroke is a key of a US keyboard, as the UI Events standard names it.
type KeyStroke struct {
	Code, Key string
	// Text is what the key types; empty for a key that types nothing.
	Text string
	// Virtual is the Windows virtual key code, which pages still read as keyCode.
	Virtual int
	// Location is 0 standard, 1 left, 2 right, 3 number pad.
	Location int
	// Shifted is what it is with Shift held; empty when it is the same.
	Shifted string
}

// KnownKey reports whether a recording may name this key.
func KnownKey(name string) bool {
	_, ok := strokes()[name]
	return ok
}

// Stroke is the key of a name that KnownKey knows: its code (KeyA), its value
// (a, Enter) or the character that it types (!).
func Stroke(name string) KeyStroke { return strokes()[name] }

// strokes is every key by every name it goes by.
var strokes = sync.OnceValue(func() map[string]KeyStroke {
	all := map[string]KeyStroke{}
	add := func(k KeyStroke, names ...string) {
		for _, n := range append(names, k.Code, k.Key) {
			if _, taken := all[n]; n != "" && !taken {
				all[n] = k
			}
		}
	}
	for r := 'a'; r <= 'z'; r++ {
		upper := strings.ToUpper(string(r))
		add(KeyStroke{Code: "Key" + upper, Key: string(r), Text: string(r), Virtual: int(upper[0]), Shifted: upper})
		add(KeyStroke{Code: "Key" + upper, Key: upper, Text: upper, Virtual: int(upper[0])})
	}
	for i, shifted := range strings.Split(") ! @ # $ % ^ & * (", " ") {
		digit := strconv.Itoa(i)
		add(KeyStroke{Code: "Digit" + digit, Key: digit, Text: digit, Virtual: '0' + i, Shifted: shifted})
		add(KeyStroke{Code: "Digit" + digit, Key: shifted, Text: shifted, Virtual: '0' + i})
	}
	for _, p := range []struct {
		code, plain, shifted string
		virtual              int
	}{
		{"Semicolon", ";", ":", 186},
		{"Equal", "=", "+", 187},
		{"Comma", ",", "<", 188},
		{"Minus", "-", "_", 189},
		{"Period", ".", ">", 190},
		{"Slash", "/", "?", 191},
		{"Backquote", "`", "~", 192},
		{"BracketLeft", "[", "{", 219},
		{"Backslash", `\`, "|", 220},
		{"BracketRight", "]", "}", 221},
		{"Quote", "'", `"`, 222},
	} {
		add(KeyStroke{Code: p.code, Key: p.plain, Text: p.plain, Virtual: p.virtual, Shifted: p.shifted})
		add(KeyStroke{Code: p.code, Key: p.shifted, Text: p.shifted, Virtual: p.virtual})
	}
	add(KeyStroke{Code: "Space", Key: " ", Text: " ", Virtual: 32})
	add(KeyStroke{Code: "Enter", Key: "Enter", Text: "\r", Virtual: 13}, "\r", "\n")
	add(KeyStroke{Code: "NumpadEnter", Key: "Enter", Text: "\r", Virtual: 13, Location: 3})
	for i := 1; i <= 24; i++ {
		name := "F" + strconv.Itoa(i)
		add(KeyStroke{Code: name, Key: name, Virtual: 111 + i})
	}
	// The number pad without NumLock, as the reference has it.
	for i, key := range strings.Fields("Insert End ArrowDown PageDown ArrowLeft Clear ArrowRight Home ArrowUp PageUp") {
		add(KeyStroke{Code: key, Key: key, Virtual: map[string]int{
			"Insert": 45, "End": 35, "ArrowDown": 40, "PageDown": 34, "ArrowLeft": 37, "Clear": 12, "ArrowRight": 39, "Home": 36, "ArrowUp": 38, "PageUp": 33,
		}[key]})
		pad := all[key]
		pad.Code, pad.Location = "Numpad"+strconv.Itoa(i), 3
		pad.Shifted = strconv.Itoa(i)
		all[pad.Code] = pad
	}
	for code, k := range map[string]KeyStroke{
		"NumpadDecimal": {Key: "Delete", Virtual: 46}, "NumpadMultiply": {Key: "*", Text: "*", Virtual: 106}, "NumpadAdd": {Key: "+", Text: "+", Virtual: 107},
		"NumpadSubtract": {Key: "-", Text: "-", Virtual: 109}, "NumpadDivide": {Key: "/", Text: "/", Virtual: 111}, "NumpadEqual": {Key: "=", Text: "=", Virtual: 187},
	} {
		k.Code, k.Location = code, 3
		all[code] = k
	}
	for _, m := range []struct {
		key     string
		virtual int
	}{{"Shift", 16}, {"Control", 17}, {"Alt", 18}, {"Meta", 91}} {
		add(KeyStroke{Code: m.key + "Left", Key: m.key, Virtual: m.virtual, Location: 1})
		add(KeyStroke{Code: m.key + "Right", Key: m.key, Virtual: m.virtual, Location: 2})
	}
	for name, virtual := range map[string]int{
		"Backspace": 8, "Tab": 9, "Pause": 19, "CapsLock": 20, "Escape": 27, "Convert": 28, "NonConvert": 29, "Accept": 30, "ModeChange": 31,
		"Select": 41, "Print": 42, "Execute": 43, "PrintScreen": 44, "Delete": 46, "Help": 47, "ContextMenu": 93, "NumLock": 144, "ScrollLock": 145,
		"AudioVolumeMute": 173, "AudioVolumeDown": 174, "AudioVolumeUp": 175, "VolumeDown": 182, "VolumeUp": 183, "MediaTrackNext": 176,
		"MediaTrackPrevious": 177, "MediaStop": 178, "MediaPlayPause": 179, "AltGraph": 225, "Props": 247, "Attn": 246, "CrSel": 247, "ExSel": 248,
		"EraseEof": 249, "Play": 250, "ZoomOut": 251, "Cancel": 3, "Power": 0, "Eject": 0, "Abort": 3, "Open": 43, "SoftLeft": 0, "SoftRight": 0,
		"Camera": 44, "Call": 95, "EndCall": 0,
	} {
		add(KeyStroke{Code: name, Key: name, Virtual: virtual})
	}
	add(KeyStroke{Code: "", Key: "\x00", Virtual: 46})
	return all
})
