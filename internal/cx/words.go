package cx

import "strings"

// The words of each closed list, in the order of their numbers. They are what
// mapping files, journey files, the API and the store's dictionary say.
var (
	voices     = []string{"customer", "employee", "walker", "robot"}
	initiators = []string{"customer", "company", "system"}
	kinds      = []string{
		"contact", "message", "survey_answer", "event", "order", "payment",
		"delivery", "return", "invoice", "usage", "cancellation",
	}
)

func (v Voice) String() string     { return word(voices, uint8(v)) }
func (i Initiator) String() string { return word(initiators, uint8(i)) }
func (k Kind) String() string      { return word(kinds, uint8(k)) }

// ParseVoice reads a voice.
func ParseVoice(s string) (Voice, error) {
	n, err := parseWord("voice", voices, s)
	return Voice(n), err
}

// ParseInitiator reads who began it.
func ParseInitiator(s string) (Initiator, error) {
	n, err := parseWord("initiator", initiators, s)
	return Initiator(n), err
}

// ParseKind reads a kind of interaction.
func ParseKind(s string) (Kind, error) {
	n, err := parseWord("kind", kinds, s)
	return Kind(n), err
}

// KindWords lists the kinds in order, for forms and messages.
func KindWords() []string { return append([]string(nil), kinds...) }

func word(list []string, n uint8) string {
	if n == 0 || int(n) > len(list) {
		return ""
	}
	return list[n-1]
}

func parseWord(what string, list []string, s string) (uint8, error) {
	for i, w := range list {
		if w == s {
			return uint8(i + 1), nil
		}
	}
	return 0, Errorf(Invalid, "%q is not a %s", s, what).WithRemedy("Use one of: %s.", strings.Join(list, ", "))
}
