package journey

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/goccy/go-yaml"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// Format writes a journey as a file that Parse reads back into the same journey.
// Comments of a file that it was read from are not in it.
func Format(j cx.Journey) ([]byte, error) {
	out := yaml.MapSlice{{Key: "name", Value: j.Name}, {Key: "title", Value: j.Title}}
	add := func(name string, value any) { out = append(out, yaml.MapItem{Key: name, Value: value}) }
	if j.Attempt.By == cx.AttemptByGap {
		add("attempt", yaml.MapSlice{{Key: "by", Value: "gap"}, {Key: "gap", Value: formatLength(j.Attempt.Gap, false)}})
	} else {
		add("attempt", string(j.Attempt.By))
	}
	if j.CostPerContact.Currency != "" {
		add("cost_per_contact", formatMoney(j.CostPerContact))
	}
	if j.LostCustomerValue.Currency != "" {
		add("lost_customer_value", formatMoney(j.LostCustomerValue))
	}
	if h := j.Hours; len(h.Days) > 0 || h.To > 0 {
		days := make([]string, len(h.Days))
		for i, d := range h.Days {
			days[i] = dayNames[d]
		}
		hours := yaml.MapSlice{{Key: "days", Value: days}, {Key: "from", Value: formatClock(h.From)}, {Key: "to", Value: formatClock(h.To)}}
		if len(h.Holidays) > 0 {
			hours = append(hours, yaml.MapItem{Key: "holidays", Value: h.Holidays})
		}
		add("business_hours", hours)
	}
	var stages []yaml.MapSlice
	for _, s := range j.Stages {
		var steps []yaml.MapSlice
		for _, step := range s.Steps {
			steps = append(steps, formatStep(step))
		}
		stages = append(stages, yaml.MapSlice{{Key: "name", Value: s.Name}, {Key: "title", Value: s.Title}, {Key: "steps", Value: steps}})
	}
	add("stages", stages)
	if len(j.Personas) > 0 {
		var personas []yaml.MapSlice
		for _, p := range j.Personas {
			var where yaml.MapSlice
			for _, dimension := range sortedKeys(p.Where) {
				where = append(where, yaml.MapItem{Key: dimension, Value: p.Where[dimension]})
			}
			personas = append(personas, yaml.MapSlice{{Key: "name", Value: p.Name}, {Key: "title", Value: p.Title}, {Key: "where", Value: where}})
		}
		add("personas", personas)
	}
	text, err := yaml.MarshalWithOptions(out, yaml.IndentSequence(true), yaml.UseSingleQuote(false))
	if err != nil {
		return nil, cx.Errorf(cx.Internal, "writing journey %q: %w", j.Name, err)
	}
	return text, nil
}

func formatStep(s cx.Step) yaml.MapSlice {
	out := yaml.MapSlice{{Key: "name", Value: s.Name}, {Key: "title", Value: s.Title}}
	add := func(name string, value any) { out = append(out, yaml.MapItem{Key: name, Value: value}) }
	var rules []yaml.MapSlice
	for _, m := range s.Match {
		rule := yaml.MapSlice{}
		for _, f := range ruleFields(m) {
			switch len(*f.values) {
			case 0:
			case 1:
				rule = append(rule, yaml.MapItem{Key: f.name, Value: (*f.values)[0]})
			default:
				rule = append(rule, yaml.MapItem{Key: f.name, Value: *f.values})
			}
		}
		rules = append(rules, rule)
	}
	add("match", rules)
	if s.Optional {
		add("optional", true)
	}
	if s.Owner != "" {
		add("owner", s.Owner)
	}
	if len(s.Contributors) > 0 {
		add("contributors", s.Contributors)
	}
	var promises []yaml.MapSlice
	for _, p := range s.Promises {
		promise := yaml.MapSlice{{Key: "name", Value: p.Name}, {Key: "measure", Value: string(p.Measure)}}
		if p.Within > 0 {
			promise = append(promise, yaml.MapItem{Key: "within", Value: formatLength(p.Within, p.Business)})
		}
		if p.Measure == cx.ScoreAtLeast {
			promise = append(promise, yaml.MapItem{Key: "at_least", Value: strconv.FormatFloat(p.AtLeast, 'f', -1, 64)})
		}
		promises = append(promises, append(promise, yaml.MapItem{Key: "share", Value: formatShare(p.Share)}))
	}
	if len(promises) > 0 {
		add("promises", promises)
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
		return "score of at least " + strconv.FormatFloat(p.AtLeast, 'f', -1, 64) + ", " + formatShare(p.Share)
	}
	return what + " within " + FormatLength(p.Within, p.Business) + ", " + formatShare(p.Share)
}

// FormatLength writes a length of time as journey files do: "1 hour 30 minutes".
func FormatLength(d time.Duration, business bool) string { return formatLength(d, business) }
