package recorder

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
)

func list[T ~string](names []T) string {
	quoted := make([]string, len(names))
	for i, n := range names {
		quoted[i] = string(n)
	}
	return strings.Join(quoted, ", ")
}

// text reads a field that is text; a needed one must be there and not be empty.
func (r *reader) text(v value, name string, needed bool) string {
	field, ok := v.fields[name]
	if !ok {
		if needed {
			r.wrong(v.line, "%q is missing", name).WithRemedy(`Give "%s": "…".`, name)
		}
		return ""
	}
	s, ok := field.plain.(string)
	if !ok {
		r.wrong(field.line, "%q is text, here is %s", name, field.kind).WithRemedy("Put it in quotation marks.")
		return ""
	}
	if needed && s == "" {
		r.wrong(field.line, "%q is empty", name).WithRemedy(`Give "%s": "…".`, name)
	}
	return s
}

// needed reads text that must be there but may be empty.
func (r *reader) needed(v value, name string) string {
	if _, ok := v.fields[name]; !ok {
		r.wrong(v.line, "%q is missing", name).WithRemedy(`Give "%s": "…"; it may be empty.`, name)
	}
	return r.text(v, name, false)
}

func (r *reader) number(v value, name string, needed bool) float64 {
	field, ok := v.fields[name]
	if !ok {
		if needed {
			r.wrong(v.line, "%q is missing", name).WithRemedy(`Give "%s": a number.`, name)
		}
		return 0
	}
	f, ok := field.plain.(float64)
	if !ok {
		r.wrong(field.line, "%q is a number, here is %s", name, field.kind).WithRemedy("Write it without quotation marks.")
	}
	return f
}

func (r *reader) positive(v value, name string) float64 {
	f := r.number(v, name, true)
	if f < 0 {
		r.wrong(v.fields[name].line, "%q is at least 0, here is %v", name, f).WithRemedy("Leave the minus sign out.")
	}
	return f
}

func (r *reader) pixels(v value, name string) int {
	f := r.number(v, name, true)
	if f < 0 || f > 10_000 || f != math.Trunc(f) {
		r.wrong(v.fields[name].line, "%q is a whole number of pixels up to 10000, here is %v", name, f).WithRemedy("A phone is 390 by 844, a desk 1280 by 800.")
		return 0
	}
	return int(f)
}

func (r *reader) yes(v value, name string, needed bool) bool {
	field, ok := v.fields[name]
	if !ok {
		if needed {
			r.wrong(v.line, "%q is missing", name).WithRemedy(`Give "%s": true or false.`, name)
		}
		return false
	}
	b, ok := field.plain.(bool)
	if !ok {
		r.wrong(field.line, "%q is true or false, here is %s", name, field.kind).WithRemedy("Write it without quotation marks.")
	}
	return b
}

func (r *reader) oneOf(v value, name string, allowed ...string) string {
	s := r.text(v, name, false)
	if s != "" && !slices.Contains(allowed, s) {
		r.wrong(v.fields[name].line, "%q is one of %s, here is %q", name, list(allowed), s).WithRemedy("Leave it out for the usual one.")
	}
	return s
}

func (r *reader) timeout(v value) time.Duration {
	if _, ok := v.fields["timeout"]; !ok {
		return 0
	}
	d := time.Duration(min(max(r.number(v, "timeout", true), -1), 1e9) * float64(time.Millisecond))
	if d < minTimeout || d > maxTimeout {
		r.wrong(v.fields["timeout"].line, "a timeout is between %d and %d milliseconds", minTimeout/time.Millisecond, maxTimeout/time.Millisecond).
			WithRemedy("5000 is usual; leave it out for that.")
	}
	return d
}

func (r *reader) frame(v value) []int {
	field, ok := v.fields["frame"]
	if !ok {
		return nil
	}
	if field.items == nil {
		r.wrong(field.line, `"frame" is a list of child numbers, here is %s`, field.kind).WithRemedy("Write [0] for the first iframe of the page.")
	}
	var path []int
	for _, item := range field.items {
		f, ok := item.plain.(float64)
		if !ok || f < 0 || f != math.Trunc(f) || f > 1000 {
			r.wrong(item.line, `"frame" holds whole numbers from 0`).WithRemedy("Write [0] for the first iframe of the page.")
			continue
		}
		path = append(path, int(f))
	}
	return path
}

const selectorRemedy = `Write "selectors": [["aria/Add to basket"], ["#add"]].`

func (r *reader) selectors(v value) []Selector {
	field, ok := v.fields["selectors"]
	switch {
	case !ok:
		r.wrong(v.line, `"selectors" are missing`).WithRemedy(selectorRemedy)
		return nil
	case field.items == nil:
		r.wrong(field.line, `"selectors" is a list, here is %s`, field.kind).WithRemedy(selectorRemedy)
		return nil
	case len(field.items) == 0:
		r.wrong(field.line, "there is no selector").WithRemedy(selectorRemedy)
		return nil
	}
	all := make([]Selector, 0, len(field.items))
	for i, item := range field.items {
		where := fmt.Sprintf("selector %d", i+1)
		if _, ok := item.plain.(string); ok {
			item = value{line: item.line, items: []value{item}}
		}
		if len(item.items) == 0 {
			r.wrong(item.line, "%s is text or a list of texts, here is %s", where, emptyOr(item)).WithRemedy(selectorRemedy)
			continue
		}
		var s Selector
		for _, part := range item.items {
			text, ok := part.plain.(string)
			_, sought := SplitSelector(text)
			if !ok || strings.TrimSpace(sought) == "" {
				r.wrong(part.line, "%s has a part that is not text, or is empty", where).WithRemedy(selectorRemedy)
				continue
			}
			s = append(s, text)
		}
		all = append(all, s)
	}
	return all
}

func emptyOr(v value) string {
	if v.items != nil {
		return "an empty list"
	}
	return v.kind
}
