package ingest

import (
	"strings"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/ingest/rows"
)

// Map appends the interactions of a row to dst. A row with a bad value adds none
// and is returned as a Reject; a row that the mapping skips, or for which no part's
// condition holds, adds none without one.
//
// Dimensions maps are shared between interactions: they are only to be read.
func (m *Mapper) Map(row *rows.Row, dst []cx.Interaction) ([]cx.Interaction, *Reject) {
	if !m.begin(row) {
		return dst, m.rejected()
	}
	if cap(m.textArena)-len(m.textArena) < 64 {
		m.textArena = make([]cx.Text, 0, 2048)
	}
	before := len(dst)
	content := ""
	for i := range m.specs {
		s := &m.specs[i]
		if len(s.when) > 0 && !m.holds(s.when) {
			continue
		}
		dst = append(dst, cx.Interaction{})
		x := &dst[len(dst)-1]
		m.fill(s, x)
		if m.refused != nil {
			clear(dst[before:])
			return dst[:before], m.rejected()
		}
		if x.SourceID == "" {
			if content == "" {
				content = m.ids.next(row)
			}
			x.SourceID = content
		}
	}
	if len(dst) > before && (len(m.extras) > 0 || len(row.Extra) > 0) {
		dst[before].Attributes = m.attributes()
	}
	return dst, nil
}

// begin makes the row the present one; false where it cannot be read or the mapping
// skips it.
func (m *Mapper) begin(row *rows.Row) bool {
	m.row = row
	if p := row.Problem; p != nil {
		m.refuse(p.Column, p.Value, p.Reason)
		return false
	}
	if len(m.skip) > 0 && m.anyHolds(m.skip) {
		return false
	}
	if cap(m.keyArena)-len(m.keyArena) < 64 {
		m.keyArena = make([]cx.PersonKey, 0, 4096)
	}
	return true
}

// fill sets an interaction's fields from the present row.
func (m *Mapper) fill(s *spec, x *cx.Interaction) {
	x.Part, x.Row = s.part, m.row.Line
	x.SourceID = m.sourceID(s.id)
	x.Voice = cx.Voice(m.codeOf(&s.voice, uint8(cx.VoiceCustomer)))
	x.Kind = cx.Kind(m.codeOf(&s.kind, 0))
	x.Initiator = cx.Initiator(m.codeOf(&s.initiator, uint8(initiatorOf(x.Kind))))
	if x.Kind == 0 && m.refused == nil {
		m.refuse(fieldColumn(m, &s.kind.field), "", "the kind of interaction is empty")
	}
	m.times(s, x)
	x.Keys = m.keys(s.customer)
	x.Person = m.personOf(&s.person)
	x.Thread, x.Parent = m.value(&s.thread), m.value(&s.parent)
	x.Channel, x.Touchpoint = m.code(&s.channel), m.code(&s.touchpoint)
	x.Reason, x.Outcome = m.code(&s.reason), m.code(&s.outcome)
	x.Employee, x.Language = m.code(&s.employee), m.language(&s.language)
	if s.score != nil {
		m.score(s.score, x)
	}
	if s.amount != nil {
		m.amount(s.amount, x)
	}
	if v := m.value(&s.quantity); v != "" {
		q, ok := parseDecimal(v, m.decimal)
		if !ok {
			m.refuse(fieldColumn(m, &s.quantity), v, m.notANumber())
		}
		x.Quantity = q
	}
	x.Texts = m.texts(s.texts)
	x.Dimensions = m.dimensionSet(s.dimensions)
}

// initiatorOf is who usually begins an interaction of a kind.
func initiatorOf(k cx.Kind) cx.Initiator {
	switch k {
	case cx.Message, cx.Delivery, cx.Invoice:
		return cx.ByCompany
	}
	return cx.ByCustomer
}

// fieldColumn names the column that a field takes its value from, for messages.
func fieldColumn(m *Mapper, f *field) string {
	for _, c := range f.choices {
		if c.column >= 0 && c.column < len(m.header) {
			return m.header[c.column]
		}
	}
	return ""
}

func (m *Mapper) sourceID(columns []int) string {
	switch len(columns) {
	case 0:
		return ""
	case 1:
		return m.cell(columns[0])
	}
	var b strings.Builder
	filled := false
	for i, c := range columns {
		if i > 0 {
			b.WriteByte('|')
		}
		v := m.cell(c)
		filled = filled || v != ""
		b.WriteString(v)
	}
	if !filled {
		return ""
	}
	return b.String()
}

func (m *Mapper) codeOf(f *codeField, otherwise uint8) uint8 {
	if f.fixed != 0 {
		return f.fixed
	}
	word := m.value(&f.field)
	if word == "" {
		return otherwise
	}
	code, err := parseCode(f.list, word)
	if err != nil {
		m.refuse(fieldColumn(m, &f.field), word, "not a known "+f.list)
	}
	return code
}

func (m *Mapper) score(s *score, x *cx.Interaction) {
	raw := m.cell(s.column)
	if raw == "" {
		return
	}
	if to, ok := s.translate[raw]; ok {
		if raw = to; raw == "" {
			return
		}
	}
	v, ok := parseDecimal(raw, m.decimal)
	switch {
	case !ok:
		m.refuse(s.name, raw, m.notANumber())
	case s.scale.NotApplicable != nil && v == *s.scale.NotApplicable:
	case !s.scale.Holds(v):
		m.refuse(s.name, raw, "outside the scale "+s.scale.Name)
	default:
		x.Score, x.Scale = v, s.scale.Name
	}
}

func (m *Mapper) notANumber() string {
	if m.decimal == ',' {
		return "not a number with a decimal comma"
	}
	return "not a number with a decimal point"
}

func (m *Mapper) amount(a *amount, x *cx.Interaction) {
	raw := m.cell(a.column)
	if raw == "" {
		return
	}
	code := m.value(&a.currency)
	c, known := m.currencies[code]
	if !known {
		c.digits, c.code, c.ok = decimalsOf(strings.ToUpper(code))
		m.currencies[strings.Clone(code)] = c
	}
	if !c.ok {
		column := fieldColumn(m, &a.currency)
		m.refuse(column, code, "not a currency code")
		return
	}
	digits := c.digits
	if a.minor {
		digits = 0
	}
	v, ok := minorUnits(raw, m.decimal, digits)
	if !ok {
		m.refuse(a.name, raw, m.notANumber())
		return
	}
	if a.negate {
		v = -v
	}
	x.Amount = cx.Money{Minor: v, Currency: c.code}
}

// language is the two-letter code in front of "en-GB" and the like.
func (m *Mapper) language(f *field) string {
	v := m.value(f)
	if f.isConstant && len(v) <= 2 {
		return v
	}
	if i := strings.IndexAny(v, "-_"); i > 0 {
		v = v[:i]
	}
	if len(v) != 2 && len(v) != 3 {
		return ""
	}
	return m.intern(strings.ToLower(v))
}

func (m *Mapper) texts(columns []textColumn) []cx.Text {
	from := len(m.textArena)
	for _, c := range columns {
		if s := m.cell(c.column); s != "" {
			m.textArena = append(m.textArena, cx.Text{Field: c.field, Text: s})
		}
	}
	if len(m.textArena) == from {
		return nil
	}
	return m.textArena[from:len(m.textArena):len(m.textArena)]
}

// dimensionSet is the present row's dimensions. Rows share few different sets,
// so each is made once.
func (m *Mapper) dimensionSet(list []dimension) map[string]string {
	if len(list) == 0 {
		return nil
	}
	m.dimKey = m.dimKey[:0]
	filled := 0
	for i := range list {
		m.dimKey = append(append(m.dimKey, list[i].name...), 0)
		if v := m.value(&list[i].field); v != "" {
			m.dimKey = append(m.dimKey, v...)
			filled++
		}
		m.dimKey = append(m.dimKey, 0)
	}
	if filled == 0 {
		return nil
	}
	if set, ok := m.dimensions[string(m.dimKey)]; ok {
		return set
	}
	set := make(map[string]string, filled)
	for i := range list {
		if v := m.code(&list[i].field); v != "" {
			set[list[i].name] = v
		}
	}
	if len(m.dimensions) < maxInterned {
		m.dimensions[string(m.dimKey)] = set
	}
	return set
}

// attributes are the row's cells that nothing maps.
func (m *Mapper) attributes() map[string]string {
	set := make(map[string]string, len(m.extras)+len(m.row.Extra)/2)
	for _, i := range m.extras {
		if v := m.cell(i); v != "" {
			set[m.header[i]] = v
		}
	}
	if m.mapping.Attributes != noAttributes {
		for i := 0; i+1 < len(m.row.Extra); i += 2 {
			set[m.row.Extra[i]] = m.row.Extra[i+1]
		}
	}
	if len(set) == 0 {
		return nil
	}
	return set
}

// timeField is a compiled Time.
type timeField struct {
	column, clock int
	name          string
	reader        timeReader
	plus          []int
	plusNames     []string
	unit          time.Duration
	when          condition
}

func (m *Mapper) timeFields(list []Time) ([]timeField, error) {
	var out []timeField
	for _, t := range list {
		compiled := timeField{column: absent, clock: absent, name: t.Column, unit: unitOf(t.Unit), plusNames: t.Plus}
		var err error
		if t.Column != "" {
			if compiled.column, err = m.column(t.Column); err != nil {
				return nil, err
			}
			if t.Order == "" && t.Layout == "" && compiled.column != absent {
				return nil, cx.Errorf(cx.Invalid, "the order of day and month in the column %q is not known", t.Column).
					WithRemedy("Write {column: %s, order: dmy} or order: mdy.", t.Column)
			}
		}
		if t.Clock != "" {
			if compiled.clock, err = m.column(t.Clock); err != nil {
				return nil, err
			}
		}
		for _, name := range t.Plus {
			i, err := m.column(name)
			if err != nil {
				return nil, err
			}
			compiled.plus = append(compiled.plus, i)
		}
		if compiled.when, err = m.condition(t.When); err != nil {
			return nil, err
		}
		z, err := m.zone(t.Zone)
		if err != nil {
			return nil, err
		}
		compiled.reader = newTimeReader(t.Order, t.Layout, z)
		out = append(out, compiled)
	}
	return out, nil
}

// zone is the named zone, else the mapping's, else the company's, else UTC.
func (m *Mapper) zone(name string) (*zone, error) {
	if name == "" {
		name = m.mapping.Zone
	}
	if z, ok := m.zones[name]; ok {
		return z, nil
	}
	loc := m.defaults.Zone
	if name != "" {
		var err error
		if loc, err = time.LoadLocation(name); err != nil {
			return nil, cx.Errorf(cx.Invalid, "%q is not a time zone", name).WithRemedy("Use a name such as Europe/Berlin or UTC.")
		}
	}
	if loc == nil {
		loc = time.UTC
	}
	m.zones[name] = newZone(loc)
	return m.zones[name], nil
}
