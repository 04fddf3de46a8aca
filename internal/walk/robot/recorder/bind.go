package recorder

import (
	"cmp"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// Variable is what stands for a `${name}` of a recording.
type Variable struct {
	Value string
	// Secret values appear in no record, message or picture.
	Secret bool
}

// String hides a secret from whatever prints variables.
func (v Variable) String() string {
	if v.Secret {
		return hidden
	}
	return v.Value
}

const (
	hidden = "•••"
	// A shorter secret would hide ordinary text, and be guessed from what is left.
	shortestSecret = 4
)

var placeholder = regexp.MustCompile(`\$\{([A-Za-z][A-Za-z0-9_.-]*)\}`)

// Variables are the names that a flow's steps use, in order of the alphabet.
// waitForExpression is left out: `${…}` is part of its language.
func (f Flow) Variables() []string {
	names := map[string]bool{}
	f.rewrite(func(s string) string {
		for _, m := range placeholder.FindAllStringSubmatch(s, -1) {
			names[m[1]] = true
		}
		return s
	})
	return slices.Sorted(maps.Keys(names))
}

// Bind puts variables into the steps. All that are missing are named at once. A
// value is text wherever it lands and is not searched for further variables.
func (f Flow) Bind(variables map[string]Variable) (Flow, error) {
	var missing []string
	for _, name := range f.Variables() {
		if _, ok := variables[name]; !ok {
			missing = append(missing, name)
		}
	}
	if len(missing) > 0 {
		return Flow{}, cx.Errorf(cx.Invalid, "the recording %q uses variables that have no value: %s", f.Title, strings.Join(missing, ", ")).
			WithRemedy("Give each a value for this walk.")
	}
	for _, name := range slices.Sorted(maps.Keys(variables)) {
		if v := variables[name]; v.Secret && len(v.Value) < shortestSecret {
			return Flow{}, cx.Errorf(cx.Invalid, "the secret %q is shorter than %d characters and could not be hidden", name, shortestSecret).
				WithRemedy("Give it a longer value, or say that it is no secret.")
		}
	}
	secret := func(s string) bool {
		return slices.ContainsFunc(placeholder.FindAllStringSubmatch(s, -1), func(m []string) bool { return variables[m[1]].Secret })
	}
	bound := f.rewrite(func(s string) string {
		return placeholder.ReplaceAllStringFunc(s, func(m string) string { return variables[m[2:len(m)-1]].Value })
	})
	for i := range bound.Steps {
		bound.Steps[i].Secret = secret(f.Steps[i].Value)
	}
	for _, v := range variables {
		if v.Secret {
			// In addresses and forms a secret goes by other spellings.
			bound.secrets = append(bound.secrets, v.Value, url.QueryEscape(v.Value), url.PathEscape(v.Value))
		}
	}
	// The longest first, so that no tail of one stays behind a shorter one.
	slices.SortFunc(bound.secrets, func(a, b string) int { return cmp.Or(len(b)-len(a), strings.Compare(a, b)) })
	bound.secrets = slices.Compact(bound.secrets)
	return bound, nil
}

// Mask hides the flow's secrets in a text on its way to a record, log or page.
func (f Flow) Mask(text string) string {
	for _, s := range f.secrets {
		text = strings.ReplaceAll(text, s, hidden)
	}
	return text
}

// rewrite is the flow with change applied to every text that may hold variables.
func (f Flow) rewrite(change func(string) string) Flow {
	steps := make([]Step, len(f.Steps))
	for i, s := range f.Steps {
		s.URL, s.Value, s.Target = change(s.URL), change(s.Value), change(s.Target)
		s.Selectors = slices.Clone(s.Selectors)
		for n, selector := range s.Selectors {
			s.Selectors[n] = slices.Clone(selector)
			for p, part := range selector {
				s.Selectors[n][p] = change(part)
			}
		}
		s.Expected = slices.Clone(s.Expected)
		for n := range s.Expected {
			s.Expected[n] = Navigation{URL: change(s.Expected[n].URL), Title: change(s.Expected[n].Title)}
		}
		s.Wait.Attributes = maps.Clone(s.Wait.Attributes)
		for name, value := range s.Wait.Attributes {
			s.Wait.Attributes[name] = change(value)
		}
		if s.Wait.Properties != nil {
			s.Wait.Properties, _ = deep(s.Wait.Properties, change).(map[string]any)
		}
		if s.Expect != nil {
			e := *s.Expect
			e.Text, e.URL = change(e.Text), change(e.URL)
			s.Expect = &e
		}
		steps[i] = s
	}
	f.Steps = steps
	return f
}

// deep applies change to every text in a JSON value.
func deep(v any, change func(string) string) any {
	switch v := v.(type) {
	case string:
		return change(v)
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = deep(v[i], change)
		}
		return out
	case map[string]any:
		out := make(map[string]any, len(v))
		for name := range v {
			out[name] = deep(v[name], change)
		}
		return out
	}
	return v
}
