package recorder

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

var (
	// speaksOfSecret and speaksOfOrder look at what selectors say of an element, in the
	// languages that shops are most often in. They are there to warn, not to decide.
	speaksOfSecret = regexp.MustCompile(`(?i)passw|passwor[dt]|kennwort|contrase|mot de passe|\bpwd\b|\bpin\b|\bcvc\b|\bcvv\b|secret|card.?number|kartennummer`)
	speaksOfOrder  = regexp.MustCompile(`(?i)place (the |your |my )?order|order now|buy now|\bpay\b|pay now|complete (the |your |my )?(order|purchase)|confirm (the |your |my )?(order|purchase)|` +
		`zahlungspflichtig|jetzt kaufen|\bbestellen\b|kostenpflichtig|commander et|passer (la |ma )?commande|\bpayer\b|realizar pedido|finalizar compra|\bpagar\b`)
)

// Secrets are mistakes where a recording holds what no file should: Chrome writes down
// a password as it was typed.
func (f Flow) Secrets(file string) error {
	r := &reader{file: file}
	for i, s := range f.Steps {
		if s.Type != Change || s.Value == "" || placeholder.MatchString(s.Value) || !s.speaks(speaksOfSecret) {
			continue
		}
		r.step, r.what = i+1, s.Type
		r.wrong(s.Line, "what is entered into %s stands in the recording as it was typed", strings.Join(s.Selectors[0], " » ")).
			WithRemedy(`Write "value": "${password}" in its place; the value is given once, and kept out of every record.`)
	}
	if len(r.mistakes) > 0 {
		return r.mistakes
	}
	return nil
}

func (s Step) speaks(of *regexp.Regexp) bool {
	return slices.ContainsFunc(s.Selectors, func(selector Selector) bool {
		return slices.ContainsFunc(selector, of.MatchString)
	})
}

// OrderedAt lists the steps, from 1, before which a dry run ends: those that are marked.
func (f Flow) OrderedAt() (marked []int) {
	for i, s := range f.Steps {
		if s.Expect != nil && (s.Expect.Name == Order || s.Expect.Name == Stop) {
			marked = append(marked, i+1)
		}
	}
	return marked
}

// LooksLikeOrder is the first step, from 1, that seems to order and is not marked; 0 =
// none does.
func (f Flow) LooksLikeOrder() int {
	for i, s := range f.Steps {
		marked := i > 0 && f.Steps[i-1].Expect != nil && f.Steps[i-1].Expect.Name == Order
		if (s.Type == Click || s.Type == DoubleClick) && !marked && s.speaks(speaksOfOrder) {
			return i + 1
		}
	}
	return 0
}

// MarkOrder puts the mark before a step of a recording, from 1, that what follows
// orders: nothing is ordered by a robot that may not.
func MarkOrder(file string, text []byte, step int) ([]byte, error) {
	var flow map[string]json.RawMessage
	var steps []json.RawMessage
	if err := json.Unmarshal(text, &flow); err != nil {
		return nil, cx.Errorf(cx.Invalid, "%s is no recording: %w", file, err)
	}
	if err := json.Unmarshal(flow["steps"], &steps); err != nil || step < 1 || step > len(steps) {
		return nil, cx.Errorf(cx.Invalid, "%s has no step %d", file, step).WithRemedy("Steps are counted from 1 to %d.", len(steps))
	}
	steps = slices.Insert(steps, step-1, json.RawMessage(`{"type": "customStep", "name": "`+Order+`", "parameters": {}}`))
	var err error
	if flow["steps"], err = json.Marshal(steps); err != nil {
		return nil, cx.Errorf(cx.Internal, "the recording cannot be written: %w", err)
	}
	out, err := json.MarshalIndent(flow, "", "  ")
	if err != nil {
		return nil, cx.Errorf(cx.Internal, "the recording cannot be written: %w", err)
	}
	return append(out, '\n'), nil
}
