package ingest

import (
	"bytes"
	"maps"
	"slices"
	"strconv"

	"gopkg.in/yaml.v3"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/ingest/rows"
)

// YAML writes the mapping as a mapping file. ParseMapping reads it back as it was.
func (m Mapping) YAML() []byte {
	root := newObject()
	root.text("source", m.Source)
	root.text("title", m.Title)
	root.text("rows", m.Rows)
	root.add("format", formatNode(m.Format))
	if len(m.Group.By) > 0 {
		g := newObject()
		g.texts("by", m.Group.By)
		g.texts("sum", m.Group.Sum)
		g.texts("join", m.Group.Join)
		root.add("group", g.node())
	}
	root.text("zone", m.Zone)
	root.text("decimal", m.Decimal)
	root.texts("blank", m.Blank)
	root.texts("nobody", m.Nobody)
	root.text("bad_keys", m.BadKeys)
	root.text("missing_columns", m.Missing)
	root.add("skip_when", conditionsNode(m.Skip))
	root.text("attributes", m.Attributes)
	root.add("scales", scalesNode(m.Scales))
	root.spec(m.Spec)
	if len(m.Interactions) > 0 {
		list := &yaml.Node{Kind: yaml.SequenceNode}
		for _, s := range m.Interactions {
			part := newObject()
			part.text("part", s.Part)
			part.add("when", conditionNode(s.When))
			part.spec(s)
			list.Content = append(list.Content, part.element())
		}
		root.add("interactions", list)
	}
	var out bytes.Buffer
	enc := yaml.NewEncoder(&out)
	enc.SetIndent(2)
	if err := enc.Encode(root.node()); err != nil {
		return nil // a tree of strings always encodes
	}
	return out.Bytes()
}

// object builds a YAML mapping; what is empty is left out.
type object struct{ content []*yaml.Node }

func newObject() *object { return &object{} }

func (o *object) node() *yaml.Node {
	if o == nil || len(o.content) == 0 {
		return nil
	}
	return &yaml.Node{Kind: yaml.MappingNode, Content: o.content}
}

// inline is the object on one line.
func (o *object) inline() *yaml.Node {
	n := o.node()
	if n != nil {
		n.Style = yaml.FlowStyle
	}
	return n
}

// element is the object as an element of a list, which may be empty.
func (o *object) element() *yaml.Node {
	n := &yaml.Node{Kind: yaml.MappingNode, Content: o.content}
	if len(o.content) == 0 {
		n.Style = yaml.FlowStyle
	}
	return n
}

// line is element on one line.
func (o *object) line() *yaml.Node {
	n := o.element()
	n.Style = yaml.FlowStyle
	return n
}

func scalar(s string) *yaml.Node {
	n := &yaml.Node{}
	n.SetString(s)
	return n
}

func (o *object) add(key string, value *yaml.Node) {
	if value != nil {
		o.content = append(o.content, scalar(key), value)
	}
}

func (o *object) text(key, value string) {
	if value != "" {
		o.add(key, scalar(value))
	}
}

func (o *object) texts(key string, values []string) {
	if len(values) > 0 {
		o.add(key, textsNode(values))
	}
}

// textsNode is one value, or a list on one line.
func textsNode(values []string) *yaml.Node {
	if len(values) == 1 {
		return scalar(values[0])
	}
	list := &yaml.Node{Kind: yaml.SequenceNode, Style: yaml.FlowStyle}
	for _, v := range values {
		list.Content = append(list.Content, scalar(v))
	}
	return list
}

func (o *object) number(key string, v float64) {
	o.content = append(o.content, scalar(key), &yaml.Node{Kind: yaml.ScalarNode, Value: strconv.FormatFloat(v, 'g', -1, 64)})
}

func (o *object) count(key string, n *int) {
	if n != nil {
		o.number(key, float64(*n))
	}
}

func (o *object) flag(key string, v bool) {
	if v {
		o.content = append(o.content, scalar(key), &yaml.Node{Kind: yaml.ScalarNode, Value: "true"})
	}
}

func (o *object) values(key string, v map[string]string) {
	if len(v) == 0 {
		return
	}
	list := newObject()
	for _, k := range slices.Sorted(maps.Keys(v)) {
		list.content = append(list.content, scalar(k), scalar(v[k]))
	}
	o.add(key, list.node())
}

func formatNode(f rows.Format) *yaml.Node {
	o := newObject()
	o.text("type", f.Type)
	o.text("compression", f.Compression)
	o.text("encoding", f.Encoding)
	o.text("delimiter", f.Delimiter)
	o.text("quote", f.Quote)
	o.count("skip_lines", f.SkipLines)
	o.count("header_rows", f.HeaderRows)
	o.text("ragged", f.Ragged)
	o.text("sheet", f.Sheet)
	o.texts("expand", f.Expand)
	return o.inline()
}

func scalesNode(scales []cx.Scale) *yaml.Node {
	if len(scales) == 0 {
		return nil
	}
	list := &yaml.Node{Kind: yaml.SequenceNode}
	for _, s := range scales {
		o := newObject()
		o.text("name", s.Name)
		o.text("metric", string(s.Metric))
		o.number("min", s.Min)
		o.number("max", s.Max)
		o.flag("high_is_bad", s.HighIsBad)
		if s.SatisfiedFrom != 0 {
			o.number("satisfied_from", s.SatisfiedFrom)
		}
		if s.NotApplicable != nil {
			o.number("not_applicable", *s.NotApplicable)
		}
		list.Content = append(list.Content, o.line())
	}
	return list
}

func conditionNode(c Condition) *yaml.Node {
	if len(c) == 0 {
		return nil
	}
	o := newObject()
	for _, t := range c {
		value := textsNode(t.Patterns)
		if len(t.Patterns) == 0 {
			value = &yaml.Node{Kind: yaml.SequenceNode, Style: yaml.FlowStyle}
		}
		o.content = append(o.content, scalar(t.Column), value)
	}
	return o.inline()
}

func conditionsNode(list []Condition) *yaml.Node {
	n := &yaml.Node{Kind: yaml.SequenceNode}
	for _, c := range list {
		if one := conditionNode(c); one != nil {
			n.Content = append(n.Content, one)
		}
	}
	return alone(n)
}

// alone writes a list of one as its element.
func alone(list *yaml.Node) *yaml.Node {
	switch len(list.Content) {
	case 0:
		return nil
	case 1:
		return list.Content[0]
	}
	return list
}

func (o *object) spec(s Spec) {
	o.texts("id", s.ID)
	o.add("version", timesNode(s.Version))
	if len(s.Customer) > 0 {
		list := &yaml.Node{Kind: yaml.SequenceNode}
		for _, k := range s.Customer {
			key := newObject()
			key.text(string(k.Kind), k.Column)
			key.text("namespace", k.Namespace)
			key.field("country", k.Country, false)
			key.add("when", conditionNode(k.When))
			list.Content = append(list.Content, key.line())
		}
		o.add("customer", list)
	}
	person := newObject()
	for _, f := range cx.PersonFields() {
		if f.Name == "birth_date" {
			person.add(f.Name, timesNode(s.Person.Born))
		}
		person.field(f.Name, s.Person.Fields[f.Name], true)
	}
	o.add("person", person.node())
	o.field("thread", s.Thread, true)
	o.field("parent", s.Parent, true)
	o.add("start", timesNode(s.Start))
	o.add("end", timesNode(s.End))
	o.add("first_human", timesNode(s.FirstHuman))
	o.add("censored", conditionsNode(s.Censored))
	o.field("voice", s.Voice, false)
	o.field("initiator", s.Initiator, false)
	o.field("kind", s.Kind, false)
	o.field("channel", s.Channel, false)
	o.field("touchpoint", s.Touchpoint, false)
	o.field("reason", s.Reason, false)
	o.field("outcome", s.Outcome, false)
	o.field("employee", s.Employee, true)
	o.field("language", s.Language, false)
	if s.Score != nil {
		score := newObject()
		score.text("column", s.Score.Column)
		score.text("scale", s.Score.Scale)
		score.values("map", s.Score.Map)
		o.add("score", score.node())
	}
	if s.Amount != nil {
		amount := newObject()
		amount.text("column", s.Amount.Column)
		amount.field("currency", s.Amount.Currency, false)
		amount.flag("minor", s.Amount.Minor)
		amount.flag("negate", s.Amount.Negate)
		o.add("amount", amount.node())
	}
	o.field("quantity", s.Quantity, true)
	texts := &yaml.Node{Kind: yaml.SequenceNode}
	for _, t := range s.Texts {
		if t.Field == "" {
			texts.Content = append(texts.Content, scalar(t.Column))
			continue
		}
		one := newObject()
		one.text("column", t.Column)
		one.text("field", t.Field)
		texts.Content = append(texts.Content, one.line())
	}
	o.add("texts", alone(texts))
	dimensions := newObject()
	for _, d := range s.Dimensions {
		dimensions.field(d.Name, d.Field, true)
	}
	o.add("dimensions", dimensions.node())
}

func (o *object) field(key string, f Field, bareIsColumn bool) {
	list := &yaml.Node{Kind: yaml.SequenceNode}
	for _, c := range f {
		list.Content = append(list.Content, choiceNode(c, bareIsColumn))
	}
	o.add(key, alone(list))
}

func choiceNode(c Choice, bareIsColumn bool) *yaml.Node {
	plain := c.As == "" && c.Map == nil && c.Otherwise == nil && c.Default == "" && len(c.When) == 0
	switch {
	case plain && bareIsColumn && c.Column != "":
		return scalar(c.Column)
	case plain && !bareIsColumn && c.Value != "":
		return scalar(c.Value)
	}
	o := newObject()
	o.text("value", c.Value)
	o.text("column", c.Column)
	o.text("as", c.As)
	o.values("map", c.Map)
	if c.Otherwise != nil {
		o.add("otherwise", scalar(*c.Otherwise))
	}
	o.text("default", c.Default)
	o.add("when", conditionNode(c.When))
	if c.Map == nil {
		return o.line()
	}
	return o.element()
}

func timesNode(times []Time) *yaml.Node {
	list := &yaml.Node{Kind: yaml.SequenceNode}
	for _, t := range times {
		if t.Clock == "" && t.Order == "" && t.Layout == "" && t.Zone == "" && len(t.Plus) == 0 && len(t.When) == 0 {
			list.Content = append(list.Content, scalar(t.Column))
			continue
		}
		o := newObject()
		o.text("column", t.Column)
		o.text("clock", t.Clock)
		o.text("order", t.Order)
		o.text("layout", t.Layout)
		o.text("zone", t.Zone)
		o.texts("plus", t.Plus)
		o.text("unit", t.Unit)
		o.add("when", conditionNode(t.When))
		list.Content = append(list.Content, o.line())
	}
	return alone(list)
}
