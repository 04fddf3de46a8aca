package walk

import (
	"maps"
	"slices"
	"strings"
	"unicode"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/declare"
)

// Fill puts values in the place of a scenario's ${variables}; a variable without one
// takes its default. missing are those that have neither; they stay as they are.
func Fill(s cx.Scenario, values map[string]string) (filled cx.Scenario, missing []string, err error) {
	known := map[string]string{}
	for _, v := range s.Variables {
		value := strings.TrimSpace(values[v.Name])
		if value == "" {
			value = v.Default
		}
		if value == "" {
			missing = append(missing, v.Name)
			continue
		}
		known[v.Name] = value
	}
	filled = clone(s)
	for _, text := range texts(&filled) {
		*text = fill(*text, known)
	}
	for i := range filled.Script {
		step := &filled.Script[i]
		for j := range step.Promises {
			p := &step.Promises[j]
			if p.Limit == "" || strings.Contains(p.Limit, "${") {
				continue
			}
			if p.AtMost, err = declare.ParseMoney(p.Limit); err != nil {
				return s, missing, cx.Errorf(cx.Invalid, "the promise %q of step %q: %q is not an amount of money", p.Name, step.Name, p.Limit).
					WithRemedy(`Write the value like "7.50 EUR".`)
			}
		}
	}
	return filled, missing, nil
}

func fill(text string, values map[string]string) string {
	if !strings.Contains(text, "${") {
		return text
	}
	return variableUse.ReplaceAllStringFunc(text, func(use string) string {
		if v, ok := values[use[2:len(use)-1]]; ok {
			return v
		}
		return use
	})
}

// texts are all words of a scenario in which a variable may stand.
func texts(s *cx.Scenario) []*string {
	out := []*string{&s.Title, &s.Persona, &s.Brief, &s.Recording}
	list := func(l []string) {
		for i := range l {
			out = append(out, &l[i])
		}
	}
	list(s.Never)
	list(s.Bring)
	for i := range s.Arms {
		out = append(out, &s.Arms[i].Brief)
	}
	for i := range s.Script {
		step := &s.Script[i]
		out = append(out, &step.Do, &step.Say)
		list(step.FollowUps)
		if step.Ask != nil {
			out = append(out, &step.Ask.Question, &step.Ask.Source)
			list(step.Ask.Right)
			list(step.Ask.Partly)
			list(step.Ask.Wrong)
		}
		for j := range step.Objections {
			out = append(out, &step.Objections[j].If, &step.Objections[j].Say)
		}
		for j := range step.Branches {
			out = append(out, &step.Branches[j].If)
		}
		for j := range step.Evidence {
			out = append(out, &step.Evidence[j].Of)
		}
		for j := range step.Promises {
			out = append(out, &step.Promises[j].Text, &step.Promises[j].Limit)
		}
	}
	for i := range s.Criteria {
		out = append(out, &s.Criteria[i].Text)
	}
	return out
}

// clone copies everything that texts points into.
func clone(s cx.Scenario) cx.Scenario {
	s.Never, s.Bring = slices.Clone(s.Never), slices.Clone(s.Bring)
	s.Arms, s.Script, s.Criteria = slices.Clone(s.Arms), slices.Clone(s.Script), slices.Clone(s.Criteria)
	for i := range s.Script {
		step := &s.Script[i]
		step.FollowUps, step.Objections, step.Branches = slices.Clone(step.FollowUps), slices.Clone(step.Objections), slices.Clone(step.Branches)
		step.Evidence, step.Promises = slices.Clone(step.Evidence), slices.Clone(step.Promises)
		if step.Ask != nil {
			key := *step.Ask
			key.Right, key.Partly, key.Wrong = slices.Clone(key.Right), slices.Clone(key.Partly), slices.Clone(key.Wrong)
			step.Ask = &key
		}
	}
	return s
}

// WithoutSecrets keeps the values that may be shown to those who manage walks.
func WithoutSecrets(s cx.Scenario, values map[string]string) map[string]string {
	out := maps.Clone(values)
	for _, v := range s.Variables {
		if v.Secret {
			delete(out, v.Name)
		}
	}
	return out
}

// Grade compares an answer that was heard with the key: the grade where the words
// decide it, false where a person has to. The wrong answers are looked at first: what
// holds a wrong answer is wrong, whatever else it holds.
func Grade(key cx.AnswerKey, heard string) (cx.Answer, bool) {
	said := plain(heard)
	if said == "" {
		return "", false
	}
	for _, group := range []struct {
		answers []string
		grade   cx.Answer
	}{{key.Wrong, cx.AnswerWrong}, {key.Right, cx.AnswerRight}, {key.Partly, cx.AnswerPartly}} {
		for _, a := range group.answers {
			if p := plain(a); p != "" && strings.Contains(" "+said+" ", " "+p+" ") {
				return group.grade, true
			}
		}
	}
	return "", false
}

// plain is a text as answers are compared: lower-case words with single spaces.
func plain(s string) string {
	return strings.Join(strings.FieldsFunc(strings.ToLower(s), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '%' && r != '€' && r != '$'
	}), " ")
}
