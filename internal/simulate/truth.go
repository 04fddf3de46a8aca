package simulate

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// Truth says what was planted, so that findings can be held against it.
type Truth struct {
	Company   string    `json:"company"`
	Zone      string    `json:"zone"`
	Journey   string    `json:"journey"`
	Seed      uint64    `json:"seed"`
	Customers int       `json:"customers"`
	From      time.Time `json:"from"` // half-open, 52 weeks of the company's zone
	To        time.Time `json:"to"`
	Files     []File    `json:"files"`
	Faults    []Fault   `json:"faults"`
	Decoys    []Decoy   `json:"decoys"`
}

// File is one written file. Rows are data rows, without headers; for orders they
// are line items.
type File struct {
	Name string `json:"name"`
	Rows int64  `json:"rows"`
}

// Fault is one planted problem. A finding about it matches one of Expect.
type Fault struct {
	Name       string        `json:"name"`
	Title      string        `json:"title"`
	From       time.Time     `json:"from"`
	To         time.Time     `json:"to"`
	Steps      []string      `json:"steps"`
	Channel    string        `json:"channel,omitempty"`
	Segment    string        `json:"segment,omitempty"`
	Reason     string        `json:"reason,omitempty"`
	Magnitudes []Magnitude   `json:"magnitudes"`
	Struck     int64         `json:"struck"` // how often it happened to somebody
	Expect     []Expectation `json:"expect"`
}

// Magnitude is one figure without the fault and with it.
type Magnitude struct {
	Measure string  `json:"measure"`
	Without float64 `json:"without"`
	With    float64 `json:"with"`
}

// Decoy looks like a problem and is none. A finding that matches one of Wrong fell for it.
type Decoy struct {
	Name  string        `json:"name"`
	Title string        `json:"title"`
	Wrong []Expectation `json:"wrong"`
}

// Expectation is a pattern over finding keys, of one journey. An empty field
// holds always; * stands for any run of characters.
type Expectation struct {
	Question string `json:"question,omitempty"`
	Step     string `json:"step,omitempty"`
	Persona  string `json:"persona,omitempty"`
	Segment  string `json:"segment,omitempty"`
}

// Holds reports whether a finding's key fits the pattern.
func (e Expectation) Holds(k cx.FindingKey) bool {
	return fits(e.Question, k.Question) && fits(e.Step, k.Step) && fits(e.Persona, k.Persona) && fits(e.Segment, k.Segment)
}

// fits reports whether s has the form of a pattern, in which * stands for any run of characters.
func fits(pattern, s string) bool {
	if pattern == "" {
		return true
	}
	head, rest, starred := strings.Cut(pattern, "*")
	if !starred {
		return s == pattern
	}
	s, ok := strings.CutPrefix(s, head)
	if !ok {
		return false
	}
	if rest == "" {
		return true
	}
	for i := 0; i <= len(s); i++ {
		if fits(rest, s[i:]) {
			return true
		}
	}
	return false
}

// ReadTruth reads the truth.json of a folder that Run wrote.
func ReadTruth(dir string) (Truth, error) {
	name := filepath.Join(dir, TruthFile)
	b, err := os.ReadFile(name)
	if err != nil {
		return Truth{}, cx.Errorf(cx.NotFound, "there is no readable truth file: %w", err).
			At(cx.Place{File: name}).WithRemedy("Write one with firsthand simulate.")
	}
	var t Truth
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(&t); err != nil {
		return Truth{}, cx.Errorf(cx.Invalid, "this is not a truth file: %w", err).
			At(cx.Place{File: name}).WithRemedy("Write it anew with firsthand simulate.")
	}
	return t, nil
}

func (t Truth) write(dir string) error {
	b, err := json.MarshalIndent(t, "", "  ")
	if err != nil {
		return cx.Errorf(cx.Internal, "writing down what was planted: %w", err)
	}
	return writeFile(filepath.Join(dir, TruthFile), append(b, '\n'))
}
