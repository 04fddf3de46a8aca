package cx

// CodeField names a coded field whose words belong to the company and may be
// renamed; source, voice, initiator and kind are the program's own words.
type CodeField string

const (
	CodeChannel    CodeField = "channel"
	CodeTouchpoint CodeField = "touchpoint"
	CodeReason     CodeField = "reason"
	CodeOutcome    CodeField = "outcome"
)

// CodeFields lists the fields in the order in which people read them.
func CodeFields() []CodeField {
	return []CodeField{CodeChannel, CodeTouchpoint, CodeReason, CodeOutcome}
}

// ParseCodeField reads a field's name.
func ParseCodeField(s string) (CodeField, error) {
	names := make([]string, 0, 4)
	for _, f := range CodeFields() {
		names = append(names, string(f))
	}
	n, err := parseWord("field with words to rename", names, s)
	if err != nil {
		return "", err
	}
	return CodeFields()[n-1], nil
}

// Word is a signature's word in a field, to read or to set.
func (s *Signature) Word(f CodeField) *string {
	switch f {
	case CodeChannel:
		return &s.Channel
	case CodeTouchpoint:
		return &s.Touchpoint
	case CodeReason:
		return &s.Reason
	default:
		return &s.Outcome
	}
}

// Rewording says what a word is called: the word as its sources say it, and the
// one that everybody sees and uses instead.
type Rewording struct {
	Field CodeField `json:"field"`
	Came  string    `json:"came"`
	Word  string    `json:"word"`
}
