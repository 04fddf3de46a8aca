package journey

import (
	"bytes"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"gopkg.in/yaml.v3"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/declare"
)

// Format writes a journey as a file that Parse reads back into the same journey.
// Comments of a file that it was read from are not in it.
func Format(j cx.Journey) ([]byte, error) {
	out := fields{{"name", j.Name}, {"title", j.Title}}
	add := func(name string, value any) { out = append(out, item{name, value}) }
	if j.Attempt.By == cx.AttemptByGap {
		add("attempt", fields{{"by", "gap"}, {"gap", declare.FormatLength(j.Attempt.Gap, false)}})
	} else {
		add("attempt", string(j.Attempt.By))
	}
	if j.CostPerContact.Currency != "" {
		add("cost_per_contact", declare.FormatMoney(j.CostPerContact))
	}
	if j.LostCustomerValue.Currency != "" {
		add("lost_customer_value", declare.FormatMoney(j.LostCustomerValue))
	}
	if h := j.Hours; len(h.Days) > 0 || h.To > 0 {
		days := make([]string, len(h.Days))
		for i, d := range h.Days {
			days[i] = declare.DayNames[d]
		}
		hours := fields{{"days", days}, {"from", declare.FormatClock(h.From)}, {"to", declare.FormatClock(h.To)}}
		if len(h.Holidays) > 0 {
			hours = append(hours, item{"holidays", h.Holidays})
		}
		add("business_hours", hours)
	}
	var stages []fields
	for _, s := range j.Stages {
		var steps []fields
		for _, step := range s.Steps {
			steps = append(steps, formatStep(step))
		}
		stages = append(stages, fields{{"name", s.Name}, {"title", s.Title}, {"steps", steps}})
	}
	add("stages", stages)
	if len(j.Personas) > 0 {
		var personas []fields
		for _, p := range j.Personas {
			var where fields
			for _, dimension := range sortedKeys(p.Where) {
				where = append(where, item{dimension, p.Where[dimension]})
			}
			personas = append(personas, fields{{"name", p.Name}, {"title", p.Title}, {"where", where}})
		}
		add("personas", personas)
	}
	var text bytes.Buffer
	to := yaml.NewEncoder(&text)
	to.SetIndent(2)
	if err := errors.Join(to.Encode(out), to.Close()); err != nil {
		return nil, cx.Errorf(cx.Internal, "writing journey %q: %w", j.Name, err)
	}
	return text.Bytes(), nil
}

// fields is a YAML mapping in a given order; short lists and rules stand on one line.
type (
	fields []item
	item   struct {
		name  string
		value any
	}
)

// MarshalYAML keeps the order, which a Go map would not.
func (f fields) MarshalYAML() (any, error) {
	n := &yaml.Node{Kind: yaml.MappingNode}
	for _, i := range f {
		var key, value yaml.Node
		if err := errors.Join(key.Encode(i.name), value.Encode(i.value)); err != nil {
			return nil, err
		}
		if _, list := i.value.([]string); list {
			value.Style = yaml.FlowStyle
		}
		n.Content = append(n.Content, &key, &value)
	}
	return n, nil
}

func formatStep(s cx.Step) fields {
	out := fields{{"name", s.Name}, {"title", s.Title}}
	add := func(name string, value any) { out = append(out, item{name, value}) }
	add("match", formatRules(s.Match))
	if s.Optional {
		add("optional", true)
	}
	if s.Owner != "" {
		add("owner", s.Owner)
	}
	if len(s.Contributors) > 0 {
		add("contributors", s.Contributors)
	}
	if s.WalkEvery > 0 {
		add("walk_every", declare.FormatLength(s.WalkEvery, false))
	}
	if len(s.Broken) > 0 {
		add("broken", formatRules(s.Broken))
	}
	if len(s.ContactsAbout) > 0 {
		add("contacts_about", s.ContactsAbout)
	}
	var promises []fields
	for _, p := range s.Promises {
		promise := fields{{"name", p.Name}, {"measure", string(p.Measure)}}
		if p.Within > 0 {
			promise = append(promise, item{"within", declare.FormatLength(p.Within, p.Business)})
		}
		if p.Measure == cx.ScoreAtLeast {
			promise = append(promise, item{"at_least", strconv.FormatFloat(p.AtLeast, 'f', -1, 64)})
		}
		promises = append(promises, append(promise, item{"share", declare.FormatShare(p.Share)}))
	}
	if len(promises) > 0 {
		add("promises", promises)
	}
	return out
}

func formatRules(rules []cx.Match) (out []fields) {
	for _, m := range rules {
		rule := fields{}
		for _, f := range ruleFields(m) {
			switch len(*f.values) {
			case 0:
			case 1:
				rule = append(rule, item{f.name, (*f.values)[0]})
			default:
				rule = append(rule, item{f.name, *f.values})
			}
		}
		out = append(out, rule)
	}
	return out
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// DescribePromise says a promise as a person would: "first human answer within
// 4 business hours, 90 %".
func DescribePromise(p cx.Promise) string {
	what := strings.ReplaceAll(string(p.Measure), "_", " ")
	if p.Measure == cx.ScoreAtLeast {
		return "score of at least " + strconv.FormatFloat(p.AtLeast, 'f', -1, 64) + ", " + declare.FormatShare(p.Share)
	}
	return what + " within " + FormatLength(p.Within, p.Business) + ", " + declare.FormatShare(p.Share)
}

// FormatLength writes a length of time as journey files do: "1 hour 30 minutes".
func FormatLength(d time.Duration, business bool) string { return declare.FormatLength(d, business) }
