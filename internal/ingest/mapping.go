package ingest

import (
	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/ingest/rows"
)

// Mapping says what a file's columns mean. People write it in YAML
// (docs/mapping.md); ParseMapping reads that and Mapping.YAML writes it.
type Mapping struct {
	Source string // slug; the namespace of the source's ids
	Title  string // for people
	Rows   string // what a row is: interactions (default) or people

	Format  rows.Format // what was sniffed wrongly
	Group   rows.Group  // adjacent rows that are one; empty By = none
	Zone    string      // IANA name of the zone that times without one are in
	Decimal string      // "." or ","; "" = sniffed
	Blank   []string    // values that mean "nothing here", beside the empty cell
	Nobody  []string    // customer key values that mean "not identified"
	BadKeys string      // drop (default, counted) or reject: what an unreadable e-mail or phone does
	Missing string      // reject (default) or ignore: what a column that the file lacks does
	Skip    []Condition // rows that are not data; any of them

	Scales     []cx.Scale
	Attributes string // all (default) or none: what becomes of columns that nothing maps

	Spec                // what every interaction of a row has
	Interactions []Spec // the interactions of a row, each over what Spec says; empty = one
}

// The words of Mapping's closed lists.
const (
	dropKeys      = "drop"
	ignoreMissing = "ignore"
	noAttributes  = "none"
	asPath        = "path"
	peopleRows    = "people"
)

// OfPeople reports whether a row says who somebody is, and nothing that happened.
func (m Mapping) OfPeople() bool { return m.Rows == peopleRows }

// Spec says where an interaction's fields come from.
type Spec struct {
	Part string    // name among the row's interactions
	When Condition // the row makes this interaction only if it holds

	ID       []string // columns of the source's own id; none = the row's content
	Version  []Time
	Customer []Key
	Person   Person
	Thread   Field
	Parent   Field

	Start      []Time
	End        []Time
	FirstHuman []Time
	Censored   []Condition // any of them

	Voice      Field
	Initiator  Field
	Kind       Field
	Channel    Field
	Touchpoint Field
	Reason     Field
	Outcome    Field
	Employee   Field
	Language   Field

	Score      *Score
	Amount     *Amount
	Quantity   Field
	Texts      []TextColumn
	Dimensions []Dimension
}

// Field is a text value: the first choice whose condition holds and which is
// not empty.
type Field []Choice

// Choice is a constant or a column, perhaps translated.
type Choice struct {
	Value     string            // a constant, or
	Column    string            // a column
	Map       map[string]string // translates the column's values
	As        string            // path: of a web address its path, with numbers in it as ":id"
	Otherwise *string           // for values that Map does not have; nil = as they stand
	Default   string            // for an empty cell
	When      Condition
}

// Condition holds when all its tests hold; an empty one holds always.
type Condition []Test

// Test compares a column's value with patterns, any of which may hold:
//
//	text     equal, without regard to case
//	text*    starts with it
//	*        not empty
//	""       empty
//	!x       not x, for any x of these
//	>n >=n <n <=n =n   as numbers
//	>{x} …   with the column x, as numbers or as dates that begin with the year
type Test struct {
	Column   string
	Patterns []string
}

// Time is a point in time: a column, a column and a time of day in another, or
// the interaction's start plus the durations in columns.
type Time struct {
	Column string
	Clock  string   // column with the time of day, when Column has the date only
	Order  string   // dmy, mdy, ymd, epoch_s, epoch_ms, epoch_us, excel; "" = sniffed
	Layout string   // Go's reference-time layout, instead of Order
	Zone   string   // over the mapping's
	Plus   []string // columns with durations that are added
	Unit   string   // of Plus: ms, s (default), min, h
	When   Condition
}

// Key is one fact that says who the customer is.
type Key struct {
	Kind      cx.KeyKind
	Column    string
	Namespace string // of source_id and thread; default the source's name
	Country   Field  // ISO 3166 code, for phone numbers without one
	When      Condition
}

// Person says where the fields of who somebody is come from (cx.Person): names, birth
// date, address and contact, kept in the vault.
type Person struct {
	Born   []Time           // birth_date
	Fields map[string]Field // the others, by name
}

// Score is an answer on a scale.
type Score struct {
	Column string
	Scale  string
	Map    map[string]string // "Good": "1"
}

// Amount is money.
type Amount struct {
	Column   string
	Currency Field
	Minor    bool // the column counts cents, not euros
	Negate   bool // the column writes what goes out as a positive number
}

// TextColumn is a column with somebody's words.
type TextColumn struct {
	Column string
	Field  string // what it answers; default the column's name
}

// Dimension is a column of few values by which answers are cut.
type Dimension struct {
	Name  string
	Field Field
}

// over returns s with what it leaves out taken from base: a part of a row
// inherits everything that it does not state itself, dimensions one by one.
func (s Spec) over(base Spec) Spec {
	out := s
	inherit(&out.ID, base.ID)
	inherit(&out.Version, base.Version)
	inherit(&out.Customer, base.Customer)
	if out.Person.Fields == nil && out.Person.Born == nil {
		out.Person = base.Person
	}
	inherit(&out.Start, base.Start)
	inherit(&out.End, base.End)
	inherit(&out.FirstHuman, base.FirstHuman)
	inherit(&out.Censored, base.Censored)
	inherit(&out.Texts, base.Texts)
	for _, f := range []struct {
		to   *Field
		from Field
	}{
		{&out.Thread, base.Thread},
		{&out.Parent, base.Parent},
		{&out.Voice, base.Voice},
		{&out.Initiator, base.Initiator},
		{&out.Kind, base.Kind},
		{&out.Channel, base.Channel},
		{&out.Touchpoint, base.Touchpoint},
		{&out.Reason, base.Reason},
		{&out.Outcome, base.Outcome},
		{&out.Employee, base.Employee},
		{&out.Language, base.Language},
		{&out.Quantity, base.Quantity},
	} {
		inherit((*[]Choice)(f.to), f.from)
	}
	if out.Score == nil {
		out.Score = base.Score
	}
	if out.Amount == nil {
		out.Amount = base.Amount
	}
	out.Dimensions = append([]Dimension(nil), base.Dimensions...)
next:
	for _, d := range s.Dimensions {
		for i := range out.Dimensions {
			if out.Dimensions[i].Name == d.Name {
				out.Dimensions[i] = d
				continue next
			}
		}
		out.Dimensions = append(out.Dimensions, d)
	}
	return out
}

func inherit[T any](to *[]T, from []T) {
	if *to == nil {
		*to = from
	}
}

// parts are the specs of a row's interactions, complete.
func (m Mapping) parts() []Spec {
	if len(m.Interactions) == 0 {
		return []Spec{m.Spec}
	}
	parts := make([]Spec, len(m.Interactions))
	for i, s := range m.Interactions {
		parts[i] = s.over(m.Spec)
	}
	return parts
}

// scale finds a declared scale.
func (m Mapping) scale(name string) (cx.Scale, bool) {
	for _, s := range m.Scales {
		if s.Name == name {
			return s, true
		}
	}
	return cx.Scale{}, false
}

// Columns lists every column that the mapping names, each once.
func (m Mapping) Columns() []string {
	var names []string
	seen := map[string]bool{}
	m.eachColumn(func(name string, _ bool) {
		if name != "" && !seen[name] {
			seen[name] = true
			names = append(names, name)
		}
	})
	return names
}

// eachColumn visits the columns that the mapping names. valued is false for those
// that are only looked at by a condition, whose value goes nowhere.
func (m Mapping) eachColumn(visit func(name string, valued bool)) {
	for _, c := range m.Skip {
		c.each(visit)
	}
	for _, s := range append([]Spec{m.Spec}, m.Interactions...) {
		s.eachColumn(visit)
	}
}

func (s Spec) eachColumn(visit func(string, bool)) {
	s.When.each(visit)
	for _, name := range s.ID {
		visit(name, true)
	}
	for _, list := range [][]Time{s.Version, s.Start, s.End, s.FirstHuman, s.Person.Born} {
		for _, t := range list {
			visit(t.Column, true)
			visit(t.Clock, true)
			for _, name := range t.Plus {
				visit(name, true)
			}
			t.When.each(visit)
		}
	}
	for _, k := range s.Customer {
		visit(k.Column, true)
		k.When.each(visit)
		for _, c := range k.Country {
			visit(c.Column, false) // it stays an attribute where nothing else maps it
			c.When.each(visit)
		}
	}
	for _, c := range s.Censored {
		c.each(visit)
	}
	fields := []Field{
		s.Thread, s.Parent, s.Voice, s.Initiator, s.Kind, s.Channel, s.Touchpoint,
		s.Reason, s.Outcome, s.Employee, s.Language, s.Quantity,
	}
	if s.Score != nil {
		visit(s.Score.Column, true)
	}
	if s.Amount != nil {
		visit(s.Amount.Column, true)
		fields = append(fields, s.Amount.Currency)
	}
	for _, t := range s.Texts {
		visit(t.Column, true)
	}
	for _, d := range s.Dimensions {
		fields = append(fields, d.Field)
	}
	for _, f := range cx.PersonFields() {
		fields = append(fields, s.Person.Fields[f.Name])
	}
	for _, f := range fields {
		for _, c := range f {
			visit(c.Column, true)
			c.When.each(visit)
		}
	}
}

func (c Condition) each(visit func(string, bool)) {
	for _, t := range c {
		visit(t.Column, false)
		for _, p := range t.Patterns {
			if name, ok := comparedColumn(p); ok {
				visit(name, false)
			}
		}
	}
}
