package ingest

import (
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/ingest/rows"
)

// mapping reads the top level of a mapping file.
func (d *decoder) mapping(n *yaml.Node, m *Mapping) {
	d.mark(n, -1)
	known := d.specKeys(&m.Spec)
	delete(known, "part")
	delete(known, "when")
	known["source"] = func(n *yaml.Node) { d.text(n, &m.Source) }
	known["title"] = func(n *yaml.Node) { d.text(n, &m.Title) }
	known["rows"] = func(n *yaml.Node) { d.word(n, &m.Rows, "interactions", peopleRows) }
	known["format"] = func(n *yaml.Node) { d.format(n, &m.Format) }
	known["group"] = func(n *yaml.Node) { d.group(n, &m.Group) }
	known["zone"] = func(n *yaml.Node) { d.zone(n, &m.Zone) }
	known["decimal"] = func(n *yaml.Node) { d.word(n, &m.Decimal, ".", ",") }
	known["blank"] = func(n *yaml.Node) { d.texts(n, &m.Blank) }
	known["nobody"] = func(n *yaml.Node) { d.texts(n, &m.Nobody) }
	known["bad_keys"] = func(n *yaml.Node) { d.word(n, &m.BadKeys, dropKeys, rows.Reject) }
	known["missing_columns"] = func(n *yaml.Node) { d.word(n, &m.Missing, rows.Reject, ignoreMissing) }
	known["skip_when"] = func(n *yaml.Node) { d.conditions(n, &m.Skip) }
	known["attributes"] = func(n *yaml.Node) { d.word(n, &m.Attributes, "all", noAttributes) }
	known["scales"] = func(n *yaml.Node) { d.scales(n, &m.Scales) }
	known["interactions"] = func(n *yaml.Node) { d.interactions(n, &m.Interactions) }
	d.object(n, "the mapping", known)
}

func (d *decoder) format(n *yaml.Node, f *rows.Format) {
	d.object(n, "format", keys{
		"type":        func(n *yaml.Node) { d.text(n, &f.Type) },
		"compression": func(n *yaml.Node) { d.text(n, &f.Compression) },
		"encoding":    func(n *yaml.Node) { d.text(n, &f.Encoding) },
		"delimiter":   func(n *yaml.Node) { d.text(n, &f.Delimiter) },
		"quote":       func(n *yaml.Node) { d.text(n, &f.Quote) },
		"skip_lines":  func(n *yaml.Node) { d.count(n, &f.SkipLines) },
		"header_rows": func(n *yaml.Node) { d.count(n, &f.HeaderRows) },
		"ragged":      func(n *yaml.Node) { d.text(n, &f.Ragged) },
		"sheet":       func(n *yaml.Node) { d.text(n, &f.Sheet) },
		"expand":      func(n *yaml.Node) { d.texts(n, &f.Expand) },
	})
	if err := f.Check(); err != nil {
		d.fail(n, cx.AsError(err).Remedy, "%s", cx.AsError(err).Text)
	}
}

func (d *decoder) group(n *yaml.Node, g *rows.Group) {
	d.object(n, "group", keys{
		"by":   func(n *yaml.Node) { d.texts(n, &g.By) },
		"sum":  func(n *yaml.Node) { d.texts(n, &g.Sum) },
		"join": func(n *yaml.Node) { d.texts(n, &g.Join) },
	})
}

func (d *decoder) scales(n *yaml.Node, to *[]cx.Scale) {
	if n.Kind != yaml.SequenceNode {
		d.fail(n, "Write - name: nps, and so on, under it.", "scales is a list")
		return
	}
	for _, c := range n.Content {
		var s cx.Scale
		var metric string
		var hasNA bool
		var na float64
		d.object(c, "a scale", keys{
			"name":           func(n *yaml.Node) { d.text(n, &s.Name) },
			"metric":         func(n *yaml.Node) { d.word(n, &metric, string(cx.NPS), string(cx.CSAT), string(cx.CES)) },
			"min":            func(n *yaml.Node) { d.number(n, &s.Min) },
			"max":            func(n *yaml.Node) { d.number(n, &s.Max) },
			"high_is_bad":    func(n *yaml.Node) { d.flag(n, &s.HighIsBad) },
			"satisfied_from": func(n *yaml.Node) { d.number(n, &s.SatisfiedFrom) },
			"not_applicable": func(n *yaml.Node) { hasNA = true; d.number(n, &na) },
		})
		if s.Metric = cx.Metric(metric); hasNA {
			s.NotApplicable = &na
		}
		if s.Name == "" {
			d.fail(c, "", "a scale has no name")
		} else if err := s.Check(); err != nil {
			d.fail(c, cx.AsError(err).Remedy, "%s", cx.AsError(err).Text)
		}
		*to = append(*to, s)
	}
}

// interactions reads the parts of a row. A part with "each: [columns]" stands for
// one part per column, with {each} replaced by the column's name.
func (d *decoder) interactions(n *yaml.Node, to *[]Spec) {
	if n.Kind != yaml.SequenceNode {
		d.fail(n, "Write - part: name, and so on, under it.", "interactions is a list")
		return
	}
	for _, c := range n.Content {
		columns, rest := d.eachOf(c)
		if columns == nil {
			d.part(c, to)
			continue
		}
		for _, column := range columns {
			d.part(replaceEach(rest, column), to)
		}
	}
}

func (d *decoder) part(n *yaml.Node, to *[]Spec) {
	var s Spec
	d.mark(n, len(*to))
	d.object(n, "an interaction", d.specKeys(&s))
	*to = append(*to, s)
}

// eachOf takes the key "each" out of a part.
func (d *decoder) eachOf(n *yaml.Node) (columns []string, rest *yaml.Node) {
	if n.Kind != yaml.MappingNode {
		return nil, n
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == "each" {
			columns = []string{}
			d.texts(n.Content[i+1], &columns)
			if len(columns) > 500 {
				d.fail(n.Content[i], "", "each has more than 500 columns")
				columns = columns[:0]
			}
			copied := *n
			copied.Content = append(append([]*yaml.Node(nil), n.Content[:i]...), n.Content[i+2:]...)
			return columns, &copied
		}
	}
	return nil, n
}

func replaceEach(n *yaml.Node, column string) *yaml.Node {
	copied := *n
	copied.Value = strings.ReplaceAll(n.Value, "{each}", column)
	copied.Content = make([]*yaml.Node, len(n.Content))
	for i, c := range n.Content {
		copied.Content[i] = replaceEach(c, column)
	}
	return &copied
}

// specKeys are the keys of one interaction.
func (d *decoder) specKeys(s *Spec) keys {
	known := keys{
		"part":        func(n *yaml.Node) { d.text(n, &s.Part) },
		"when":        func(n *yaml.Node) { d.condition(n, &s.When) },
		"id":          func(n *yaml.Node) { d.texts(n, &s.ID) },
		"customer":    func(n *yaml.Node) { d.each(n, func(n *yaml.Node) { d.key(n, &s.Customer) }) },
		"person":      func(n *yaml.Node) { d.person(n, &s.Person) },
		"version":     func(n *yaml.Node) { d.times(n, &s.Version) },
		"start":       func(n *yaml.Node) { d.times(n, &s.Start) },
		"end":         func(n *yaml.Node) { d.times(n, &s.End) },
		"first_human": func(n *yaml.Node) { d.times(n, &s.FirstHuman) },
		"duration":    func(n *yaml.Node) { d.duration(n, &s.End) },
		"censored":    func(n *yaml.Node) { d.conditions(n, &s.Censored) },
		"score":       func(n *yaml.Node) { d.score(n, &s.Score) },
		"amount":      func(n *yaml.Node) { d.amount(n, &s.Amount) },
		"texts":       func(n *yaml.Node) { d.each(n, func(n *yaml.Node) { d.textColumn(n, &s.Texts) }) },
		"dimensions":  func(n *yaml.Node) { d.dimensions(n, &s.Dimensions) },
	}
	for name, f := range map[string]*Field{
		"voice": &s.Voice, "initiator": &s.Initiator, "kind": &s.Kind, "channel": &s.Channel,
		"touchpoint": &s.Touchpoint, "reason": &s.Reason, "outcome": &s.Outcome, "language": &s.Language,
	} {
		known[name] = func(n *yaml.Node) { d.field(n, f, false) }
	}
	for name, f := range map[string]*Field{"thread": &s.Thread, "parent": &s.Parent, "employee": &s.Employee, "quantity": &s.Quantity} {
		known[name] = func(n *yaml.Node) { d.field(n, f, true) }
	}
	return known
}

// field reads a text value. A bare word is a constant where constants make sense
// (channel: phone), a column where they do not (thread: Case ID).
func (d *decoder) field(n *yaml.Node, to *Field, bareIsColumn bool) {
	d.each(n, func(n *yaml.Node) {
		var c Choice
		if n.Kind == yaml.ScalarNode {
			if n.Value == "" {
				d.fail(n, "Leave the key out, or give it a value.", "an empty value")
			}
			if bareIsColumn {
				c.Column = n.Value
			} else {
				c.Value = n.Value
			}
			*to = append(*to, c)
			return
		}
		d.object(n, "this value", keys{
			"value":     func(n *yaml.Node) { d.text(n, &c.Value) },
			"column":    func(n *yaml.Node) { d.text(n, &c.Column) },
			"as":        func(n *yaml.Node) { d.word(n, &c.As, asPath) },
			"map":       func(n *yaml.Node) { d.values(n, &c.Map) },
			"otherwise": func(n *yaml.Node) { c.Otherwise = new(string); d.text(n, c.Otherwise) },
			"default":   func(n *yaml.Node) { d.text(n, &c.Default) },
			"when":      func(n *yaml.Node) { d.condition(n, &c.When) },
		})
		if n.Kind == yaml.MappingNode && (c.Value == "") == (c.Column == "") {
			d.fail(n, "Give value: for a constant or column: for a column.", "one of value and column is needed")
		}
		*to = append(*to, c)
	})
}

func (d *decoder) times(n *yaml.Node, to *[]Time) {
	d.each(n, func(n *yaml.Node) {
		var t Time
		if n.Kind == yaml.ScalarNode {
			if d.text(n, &t.Column); t.Column == "" {
				d.fail(n, "Name a column.", "a time has no column")
			}
			*to = append(*to, t)
			return
		}
		d.object(n, "a time", keys{
			"column": func(n *yaml.Node) { d.text(n, &t.Column) },
			"clock":  func(n *yaml.Node) { d.text(n, &t.Clock) },
			"order":  func(n *yaml.Node) { d.word(n, &t.Order, timeOrders...) },
			"layout": func(n *yaml.Node) { d.text(n, &t.Layout) },
			"zone":   func(n *yaml.Node) { d.zone(n, &t.Zone) },
			"plus":   func(n *yaml.Node) { d.texts(n, &t.Plus) },
			"unit":   func(n *yaml.Node) { d.word(n, &t.Unit, unitWords...) },
			"when":   func(n *yaml.Node) { d.condition(n, &t.When) },
		})
		if t.Column == "" && len(t.Plus) == 0 {
			d.fail(n, "Give column:, or plus: with columns of durations that are added to the start.", "a time has no column")
		}
		if t.Order != "" && t.Layout != "" {
			d.fail(n, "Keep one of them.", "order and layout both say how the time is written")
		}
		*to = append(*to, t)
	})
}

// duration is a short way to write an end: start plus one column.
func (d *decoder) duration(n *yaml.Node, to *[]Time) {
	t := Time{}
	if n.Kind == yaml.ScalarNode {
		t.Plus = []string{n.Value}
	} else {
		var column string
		d.object(n, "duration", keys{
			"column": func(n *yaml.Node) { d.text(n, &column) },
			"unit":   func(n *yaml.Node) { d.word(n, &t.Unit, unitWords...) },
			"when":   func(n *yaml.Node) { d.condition(n, &t.When) },
		})
		t.Plus = []string{column}
	}
	*to = append(*to, t)
}

func (d *decoder) key(n *yaml.Node, to *[]Key) {
	var k Key
	kind := func(kind cx.KeyKind) func(*yaml.Node) {
		return func(n *yaml.Node) {
			if k.Kind != "" {
				d.fail(n, "Write each key as an element of its own.", "a customer key has two kinds")
			}
			k.Kind = kind
			d.text(n, &k.Column)
		}
	}
	d.object(n, "a customer key", keys{
		string(cx.KeySourceID): kind(cx.KeySourceID),
		string(cx.KeyEmail):    kind(cx.KeyEmail),
		string(cx.KeyPhone):    kind(cx.KeyPhone),
		string(cx.KeyThread):   kind(cx.KeyThread),
		"namespace":            func(n *yaml.Node) { d.text(n, &k.Namespace) },
		"country":              func(n *yaml.Node) { d.field(n, &k.Country, false) },
		"when":                 func(n *yaml.Node) { d.condition(n, &k.When) },
	})
	if k.Kind != "" && k.Column == "" {
		d.fail(n, "Name a column.", "a customer key has no column")
	}
	if k.Kind == "" {
		d.fail(n, "Say source_id: column, email: column, phone: column or thread: column.", "a customer key has no kind")
	}
	*to = append(*to, k)
}

// person reads the fields of who somebody is.
func (d *decoder) person(n *yaml.Node, to *Person) {
	known := keys{}
	for _, f := range cx.PersonFields() {
		if f.Name == "birth_date" {
			known[f.Name] = func(n *yaml.Node) { d.times(n, &to.Born) }
			continue
		}
		known[f.Name] = func(n *yaml.Node) {
			var field Field
			d.field(n, &field, true)
			if to.Fields == nil {
				to.Fields = map[string]Field{}
			}
			to.Fields[f.Name] = field
		}
	}
	d.object(n, "person", known)
}

func (d *decoder) score(n *yaml.Node, to **Score) {
	s := &Score{}
	d.object(n, "score", keys{
		"column": func(n *yaml.Node) { d.text(n, &s.Column) },
		"scale":  func(n *yaml.Node) { d.text(n, &s.Scale) },
		"map":    func(n *yaml.Node) { d.values(n, &s.Map) },
	})
	if s.Column == "" || s.Scale == "" {
		d.fail(n, "Give column: and scale:, a name from the list scales.", "a score needs a column and a scale")
	}
	*to = s
}

func (d *decoder) amount(n *yaml.Node, to **Amount) {
	a := &Amount{}
	d.object(n, "amount", keys{
		"column":   func(n *yaml.Node) { d.text(n, &a.Column) },
		"currency": func(n *yaml.Node) { d.field(n, &a.Currency, false) },
		"minor":    func(n *yaml.Node) { d.flag(n, &a.Minor) },
		"negate":   func(n *yaml.Node) { d.flag(n, &a.Negate) },
	})
	if a.Column == "" || len(a.Currency) == 0 {
		d.fail(n, "Give column: and currency:, a code such as EUR or {column: …}.", "an amount needs a column and a currency")
	}
	*to = a
}

func (d *decoder) textColumn(n *yaml.Node, to *[]TextColumn) {
	var t TextColumn
	if n.Kind == yaml.ScalarNode {
		t.Column = n.Value
	} else {
		d.object(n, "a text", keys{
			"column": func(n *yaml.Node) { d.text(n, &t.Column) },
			"field":  func(n *yaml.Node) { d.text(n, &t.Field) },
		})
	}
	if t.Column == "" {
		d.fail(n, "Name a column.", "a text has no column")
	}
	*to = append(*to, t)
}

// dimensions reads a list of columns, or names with their values.
func (d *decoder) dimensions(n *yaml.Node, to *[]Dimension) {
	if n.Kind == yaml.MappingNode {
		for i := 0; i+1 < len(n.Content); i += 2 {
			dim := Dimension{Name: n.Content[i].Value}
			if d.field(n.Content[i+1], &dim.Field, true); dim.Name == "" || len(dim.Field) == 0 {
				d.fail(n.Content[i], "Write name: column.", "a dimension has no name or no value")
			}
			*to = append(*to, dim)
		}
		return
	}
	d.each(n, func(n *yaml.Node) {
		var column string
		if d.text(n, &column); column == "" {
			d.fail(n, "Name a column.", "a dimension has no column")
		}
		*to = append(*to, Dimension{Name: column, Field: Field{{Column: column}}})
	})
}
