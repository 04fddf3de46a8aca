package ingest

import (
	"fmt"
	"strings"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/ingest/rows"
)

// Reject is a source row that was set aside: which, and why. A row is set aside
// wholly, never half.
type Reject struct {
	File   string
	Line   int64
	Column string // "" = the row as a whole
	Value  string
	Reason string
	Rows   [][]string // the file's row as it stood; several if they were grouped
	More   []string   // of each of them, what the file's columns do not hold, as JSON
}

// Defaults are what a mapping leaves to the company's settings.
type Defaults struct {
	Zone    *time.Location // default UTC
	Country string         // ISO 3166, for phone numbers without one
}

// Mapper turns rows into interactions. It is made once per file and used by one
// goroutine.
type Mapper struct {
	// Dropped counts customer keys that could not be read, by column.
	Dropped map[string]int64
	// Lookalikes are constants of the mapping that are names of columns too.
	Lookalikes []string

	mapping  Mapping
	defaults Defaults
	header   []string
	index    map[string]int
	decimal  byte
	skip     []condition
	specs    []spec
	extras   []int // columns that become attributes
	ids      *contentIDs

	row     *rows.Row
	refused *Reject

	keyArena   []cx.PersonKey
	textArena  []cx.Text
	interned   map[string]string
	phones     map[phoneText]phoneResult
	dimensions map[string]map[string]string
	dimKey     []byte
	zones      map[string]*zone
	currencies map[string]currencyOf
	yearFirst  timeReader
}

type currencyOf struct {
	digits int
	code   string
	ok     bool
}

// spec is a compiled Spec.
type spec struct {
	part       string
	when       condition
	id         []int
	version    []timeField
	customer   []personKey
	person     person
	start      []timeField
	end        []timeField
	firstHuman []timeField
	censored   []condition

	thread, parent, channel, touchpoint, reason, outcome, employee, language, quantity field
	voice, initiator, kind                                                             codeField

	score      *score
	amount     *amount
	texts      []textColumn
	dimensions []dimension
}

type score struct {
	column    int
	name      string
	scale     cx.Scale
	translate map[string]string
}

type amount struct {
	column   int
	name     string
	currency field
	minor    bool
	negate   bool
}

type textColumn struct {
	column int
	field  string
}

type dimension struct {
	name  string
	field field
}

// codeField is a field whose words come from one of the closed lists.
type codeField struct {
	list  string
	field field
	fixed uint8 // when constant
}

// Compile prepares a mapping for a file with a header. Every date order and
// decimal sign must be stated: Settle finds those that are not.
func Compile(mapping Mapping, header []string, defaults Defaults) (*Mapper, error) {
	if err := mapping.Check(); err != nil {
		return nil, err
	}
	m := &Mapper{
		mapping: mapping, defaults: defaults, header: header, Dropped: map[string]int64{}, decimal: '.',
		index: map[string]int{}, interned: map[string]string{}, phones: map[phoneText]phoneResult{}, ids: newContentIDs(),
		dimensions: map[string]map[string]string{}, zones: map[string]*zone{}, currencies: map[string]currencyOf{},
	}
	if mapping.Decimal != "" {
		m.decimal = mapping.Decimal[0]
	}
	for i, name := range header {
		m.index[name] = i
	}
	var err error
	if m.skip, err = m.conditions(mapping.Skip); err != nil {
		return nil, err
	}
	for _, s := range mapping.parts() {
		compiled, err := m.spec(s)
		if err != nil {
			return nil, err
		}
		m.specs = append(m.specs, compiled)
	}
	if mapping.Attributes != noAttributes {
		mapped := map[string]bool{}
		mapping.eachColumn(func(name string, valued bool) { mapped[name] = mapped[name] || valued })
		for i, name := range header {
			if !mapped[name] {
				m.extras = append(m.extras, i)
			}
		}
	}
	return m, nil
}

// column finds a column by name.
func (m *Mapper) column(name string) (int, error) {
	if i, ok := m.index[name]; ok {
		return i, nil
	}
	if m.mapping.Missing == ignoreMissing {
		return absent, nil
	}
	return absent, missingColumn(name, m.header)
}

func missingColumn(name string, header []string) error {
	e := cx.Errorf(cx.Invalid, "the file has no column %q", name)
	if near := nearest(name, header); near != "" {
		return e.WithRemedy("Did you mean %q?", near)
	}
	shown := header
	if len(shown) > 40 {
		shown = append(append([]string(nil), shown[:40]...), "…")
	}
	return e.WithRemedy("It has: %s.", strings.Join(shown, ", "))
}

func (m *Mapper) spec(s Spec) (out spec, err error) {
	out.part = s.Part
	fail := func(e error) {
		if err == nil && e != nil {
			err = e
		}
	}
	var e error
	out.when, e = m.condition(s.When)
	fail(e)
	for _, name := range s.ID {
		i, e := m.column(name)
		fail(e)
		out.id = append(out.id, i)
	}
	for _, t := range []struct {
		to   *[]timeField
		from []Time
	}{{&out.version, s.Version}, {&out.start, s.Start}, {&out.end, s.End}, {&out.firstHuman, s.FirstHuman}} {
		*t.to, e = m.timeFields(t.from)
		fail(e)
	}
	out.customer, e = m.personKeys(s.Customer)
	fail(e)
	out.person, e = m.person(s.Person)
	fail(e)
	out.censored, e = m.conditions(s.Censored)
	fail(e)
	for _, f := range []struct {
		to   *field
		from Field
	}{
		{&out.thread, s.Thread},
		{&out.parent, s.Parent},
		{&out.channel, s.Channel},
		{&out.touchpoint, s.Touchpoint},
		{&out.reason, s.Reason},
		{&out.outcome, s.Outcome},
		{&out.employee, s.Employee},
		{&out.language, s.Language},
		{&out.quantity, s.Quantity},
	} {
		*f.to, e = m.field(f.from)
		fail(e)
	}
	out.voice, e = m.codeField("voice", s.Voice)
	fail(e)
	out.initiator, e = m.codeField("initiator", s.Initiator)
	fail(e)
	out.kind, e = m.codeField("kind", s.Kind)
	fail(e)
	if s.Score != nil {
		out.score = &score{name: s.Score.Column, translate: s.Score.Map}
		out.score.column, e = m.column(s.Score.Column)
		fail(e)
		out.score.scale, _ = m.mapping.scale(s.Score.Scale)
	}
	if s.Amount != nil {
		out.amount = &amount{name: s.Amount.Column, minor: s.Amount.Minor, negate: s.Amount.Negate}
		out.amount.column, e = m.column(s.Amount.Column)
		fail(e)
		out.amount.currency, e = m.field(s.Amount.Currency)
		fail(e)
	}
	for _, t := range s.Texts {
		i, e := m.column(t.Column)
		fail(e)
		if t.Field == "" {
			t.Field = t.Column
		}
		out.texts = append(out.texts, textColumn{column: i, field: t.Field})
	}
	for _, d := range s.Dimensions {
		f, e := m.field(d.Field)
		fail(e)
		out.dimensions = append(out.dimensions, dimension{name: d.Name, field: f})
	}
	return out, err
}

func (m *Mapper) codeField(list string, f Field) (codeField, error) {
	compiled, err := m.field(f)
	out := codeField{list: list, field: compiled}
	if err == nil && compiled.isConstant && compiled.constant != "" {
		out.fixed, err = parseCode(list, compiled.constant)
	}
	return out, err
}

// cell is the present row's cell, trimmed; "" where it is one of the values that
// mean nothing.
func (m *Mapper) cell(i int) string {
	if i < 0 || i >= len(m.row.Cells) {
		return ""
	}
	s := m.row.Cells[i]
	if s != "" && (s[0] <= ' ' || s[len(s)-1] <= ' ' || s[0] >= 0x80 || s[len(s)-1] >= 0x80) {
		s = strings.TrimSpace(s)
	}
	for _, b := range m.mapping.Blank {
		if s == b {
			return ""
		}
	}
	return s
}

// refuse sets the present row aside.
func (m *Mapper) refuse(column, value, reason string) {
	if m.refused == nil {
		m.refused = &Reject{Line: m.row.Line, Column: column, Value: value, Reason: reason}
	}
}

// rejected is the present row as it is set aside; nil where it is not.
func (m *Mapper) rejected() *Reject {
	r := m.refused
	if r == nil {
		return nil
	}
	m.refused = nil
	if len(m.row.Merged) > 0 {
		for _, merged := range m.row.Merged {
			r.Rows = append(r.Rows, append([]string(nil), merged.Cells...))
			r.More = append(r.More, more(merged.Extra, ""))
		}
		return r
	}
	r.Rows = [][]string{append([]string(nil), m.row.Cells...)}
	r.More = []string{more(m.row.Extra, m.row.Raw)}
	return r
}

// String says what a reject is, for messages.
func (r *Reject) String() string {
	s := fmt.Sprintf("line %d", r.Line)
	if r.File != "" {
		s = fmt.Sprintf("%s:%d", r.File, r.Line)
	}
	if r.Column != "" {
		s += fmt.Sprintf(", column %s: %q", r.Column, r.Value)
	}
	return s + ": " + r.Reason
}
