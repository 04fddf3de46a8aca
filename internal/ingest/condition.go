package ingest

import (
	"strings"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// pattern is one compiled pattern of a Test.
type pattern struct {
	text   string
	prefix bool // text*
	any    bool // *
	not    bool // !
	op     string
	number float64
}

// compilePattern reads a pattern; Test says what it means.
func compilePattern(s string) (pattern, error) {
	var p pattern
	if rest, ok := strings.CutPrefix(s, "!"); ok {
		p.not, s = true, rest
	}
	for _, op := range []string{">=", "<=", ">", "<", "="} {
		rest, ok := strings.CutPrefix(s, op)
		if !ok {
			continue
		}
		v, ok := parseDecimal(strings.TrimSpace(rest), '.')
		if !ok {
			return p, cx.Errorf(cx.Invalid, "%q compares with something that is not a number", s)
		}
		p.op, p.number = op, v
		return p, nil
	}
	if s == "*" {
		p.any = true
		return p, nil
	}
	if rest, ok := strings.CutSuffix(s, "*"); ok {
		p.prefix, s = true, rest
	}
	p.text = s
	return p, nil
}

func (p pattern) holds(value string, decimal byte) bool {
	return p.matches(value, decimal) != p.not
}

func (p pattern) matches(value string, decimal byte) bool {
	switch {
	case p.any:
		return value != ""
	case p.op != "":
		v, ok := parseDecimal(value, decimal)
		if !ok {
			return false
		}
		switch p.op {
		case ">":
			return v > p.number
		case ">=":
			return v >= p.number
		case "<":
			return v < p.number
		case "<=":
			return v <= p.number
		}
		return v == p.number
	case p.prefix:
		return len(value) >= len(p.text) && strings.EqualFold(value[:len(p.text)], p.text)
	}
	return strings.EqualFold(value, p.text)
}

// test is a compiled Test: the positive patterns, any of which may hold, and the
// negative ones, none of which may be broken.
type test struct {
	column   int
	patterns []pattern
	nots     []pattern
}

// condition is a compiled Condition.
type condition []test

func (m *Mapper) condition(c Condition) (condition, error) {
	var out condition
	for _, t := range c {
		i, err := m.column(t.Column)
		if err != nil {
			return nil, err
		}
		compiled := test{column: i}
		for _, s := range t.Patterns {
			p, err := compilePattern(s)
			if err != nil {
				return nil, err
			}
			if p.not {
				compiled.nots = append(compiled.nots, p)
			} else {
				compiled.patterns = append(compiled.patterns, p)
			}
		}
		out = append(out, compiled)
	}
	return out, nil
}

func (m *Mapper) conditions(list []Condition) ([]condition, error) {
	var out []condition
	for _, c := range list {
		compiled, err := m.condition(c)
		if err != nil {
			return nil, err
		}
		out = append(out, compiled)
	}
	return out, nil
}

func (m *Mapper) holds(c condition) bool {
next:
	for i := range c {
		t := &c[i]
		value := m.cell(t.column)
		for _, p := range t.nots {
			if !p.holds(value, m.decimal) {
				return false
			}
		}
		if len(t.patterns) == 0 {
			continue
		}
		for _, p := range t.patterns {
			if p.holds(value, m.decimal) {
				continue next
			}
		}
		return false
	}
	return true
}

// anyHolds reports whether one of several conditions holds.
func (m *Mapper) anyHolds(list []condition) bool {
	for _, c := range list {
		if m.holds(c) {
			return true
		}
	}
	return false
}
