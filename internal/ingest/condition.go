package ingest

import (
	"cmp"
	"strings"
	"time"

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
	other  *int // the column that op compares with, instead of the number
}

// compilePattern reads a pattern; Test says what it means. column finds the number of
// a column by its name.
func compilePattern(s string, column func(name string) (int, error)) (pattern, error) {
	var p pattern
	if rest, ok := strings.CutPrefix(s, "!"); ok {
		p.not, s = true, rest
	}
	for _, op := range []string{">=", "<=", ">", "<", "="} {
		rest, ok := strings.CutPrefix(s, op)
		if !ok {
			continue
		}
		p.op = op
		if name, ok := columnOf(rest); ok {
			i, err := column(name)
			p.other = &i
			return p, err
		}
		v, ok := parseDecimal(strings.TrimSpace(rest), '.')
		if !ok {
			return p, cx.Errorf(cx.Invalid, "%q compares with something that is not a number", s)
		}
		p.number = v
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

// comparedColumn is the column that a pattern compares with, if it does.
func comparedColumn(s string) (string, bool) {
	rest := strings.TrimLeft(strings.TrimPrefix(s, "!"), "<>=")
	if rest == s {
		return "", false
	}
	return columnOf(rest)
}

// columnOf is the column's name in "{name}".
func columnOf(s string) (string, bool) {
	inner, ok := strings.CutPrefix(strings.TrimSpace(s), "{")
	if !ok {
		return "", false
	}
	return strings.CutSuffix(inner, "}")
}

func (m *Mapper) patternHolds(p *pattern, value string) bool { return m.matches(p, value) != p.not }

func (m *Mapper) matches(p *pattern, value string) bool {
	switch {
	case p.any:
		return value != ""
	case p.op != "":
		c, ok := 0, false
		if p.other != nil {
			c, ok = m.compareCells(value, m.cell(*p.other))
		} else if v, is := parseDecimal(value, m.decimal); is {
			c, ok = cmp.Compare(v, p.number), true
		}
		if !ok {
			return false
		}
		switch p.op {
		case ">":
			return c > 0
		case ">=":
			return c >= 0
		case "<":
			return c < 0
		case "<=":
			return c <= 0
		}
		return c == 0
	case p.prefix:
		return len(value) >= len(p.text) && strings.EqualFold(value[:len(p.text)], p.text)
	}
	return strings.EqualFold(value, p.text)
}

// compareCells compares two cells as numbers, else as dates or times that begin with
// the year; where one of them has no time of day, the days are compared.
func (m *Mapper) compareCells(a, b string) (int, bool) {
	if x, ok := parseDecimal(a, m.decimal); ok {
		if y, ok := parseDecimal(b, m.decimal); ok {
			return cmp.Compare(x, y), true
		}
	}
	x, p, reason := m.readYearFirst(a)
	if reason != "" {
		return 0, false
	}
	y, q, reason := m.readYearFirst(b)
	if reason != "" {
		return 0, false
	}
	if p == cx.ToTheDay || q == cx.ToTheDay {
		return strings.Compare(x.In(m.yearFirst.zone.loc).Format(time.DateOnly), y.In(m.yearFirst.zone.loc).Format(time.DateOnly)), true
	}
	return x.Compare(y), true
}

func (m *Mapper) readYearFirst(s string) (time.Time, cx.TimePrecision, string) {
	if m.yearFirst.zone == nil {
		z, err := m.zone(m.mapping.Zone)
		if err != nil {
			return time.Time{}, 0, err.Error()
		}
		m.yearFirst = newTimeReader("ymd", "", z)
	}
	return m.yearFirst.read(s)
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
			p, err := compilePattern(s, m.column)
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
			if !m.patternHolds(&p, value) {
				return false
			}
		}
		if len(t.patterns) == 0 {
			continue
		}
		for _, p := range t.patterns {
			if m.patternHolds(&p, value) {
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
