package ingest

import (
	"slices"
	"strings"
)

// field is a compiled Field.
type field struct {
	constant   string // when the field is one constant without a condition
	isConstant bool
	choices    []choice
}

type choice struct {
	when       condition
	column     int // absent for a constant
	value      string
	path       bool // the cell is a web address: its path is meant
	translate  map[string]string
	otherwise  *string
	whenEmpty  string
	keepsValue bool // the cell's own text may come through: intern it
}

// absent is the number of a column that the file does not have.
const absent = -1

func (m *Mapper) field(f Field) (field, error) {
	if len(f) == 0 {
		return field{isConstant: true}, nil
	}
	if len(f) == 1 && f[0].Column == "" && len(f[0].When) == 0 {
		if _, is := m.index[f[0].Value]; is && !slices.Contains(m.Lookalikes, f[0].Value) {
			m.Lookalikes = append(m.Lookalikes, f[0].Value)
		}
		return field{isConstant: true, constant: f[0].Value}, nil
	}
	var out field
	for _, c := range f {
		compiled := choice{column: absent, value: c.Value, path: c.As == asPath, translate: c.Map, otherwise: c.Otherwise, whenEmpty: c.Default}
		var err error
		if compiled.when, err = m.condition(c.When); err != nil {
			return out, err
		}
		if c.Column != "" {
			if compiled.column, err = m.column(c.Column); err != nil {
				return out, err
			}
			compiled.keepsValue = true
		}
		out.choices = append(out.choices, compiled)
	}
	return out, nil
}

// value is the field's text for the present row; empty if no choice gives any.
func (m *Mapper) value(f *field) string {
	if f.isConstant {
		return f.constant
	}
	for i := range f.choices {
		c := &f.choices[i]
		if len(c.when) > 0 && !m.holds(c.when) {
			continue
		}
		if v := m.choose(c); v != "" {
			return v
		}
	}
	return ""
}

func (m *Mapper) choose(c *choice) string {
	if !c.keepsValue {
		return c.value
	}
	v := m.cell(c.column)
	if v == "" {
		return c.whenEmpty
	}
	if c.path {
		v = webPath(v)
	}
	if c.translate != nil {
		if to, ok := c.translate[v]; ok {
			return to
		}
		if c.otherwise != nil {
			return *c.otherwise
		}
	}
	return v
}

// code is value for a field of few different values: the same text is the same
// string, so that a row's text can be let go of.
func (m *Mapper) code(f *field) string {
	if f.isConstant {
		return f.constant
	}
	return m.intern(m.value(f))
}

// maxInterned bounds what is remembered of texts that were thought to be few.
const maxInterned = 1 << 16

func (m *Mapper) intern(s string) string {
	if s == "" {
		return ""
	}
	if known, ok := m.interned[s]; ok {
		return known
	}
	s = strings.Clone(s)
	if len(m.interned) < maxInterned {
		m.interned[s] = s
	}
	return s
}
