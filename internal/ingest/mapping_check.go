package ingest

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/currency"
	"gopkg.in/yaml.v3"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// check looks for what is wrong between keys; each key by itself was looked at
// while reading. What a mistake that is told already explains is not told again.
func (d *decoder) check(m Mapping) {
	told := map[int]bool{}
	for _, err := range d.errs {
		told[cx.AsError(err).Place.Line] = true
	}
	for _, p := range m.problems() {
		line := d.lineOf(p.part, p.key)
		_, written := d.lines[keyAt{p.part, p.key}]
		if told[line] && line > 0 || p.missing && (d.meant[p.key] || written && len(d.errs) > 0) {
			continue
		}
		if len(d.errs) == maxErrors {
			return
		}
		e := *p.err
		e.Place = cx.Place{File: d.file, Line: line}
		d.errs = append(d.errs, &e)
	}
}

// keyAt is a key of the mapping (part −1) or of one of its interactions.
type keyAt struct {
	part int
	key  string
}

// lineOf is where a key stands: in the part, else where the part inherits it from,
// else where the part begins.
func (d *decoder) lineOf(part int, key string) int {
	for _, at := range []keyAt{{part, key}, {-1, key}, {part, ""}} {
		if line, ok := d.lines[at]; ok {
			return line
		}
	}
	return 0
}

// mark notes where the keys of the mapping or of a part stand.
func (d *decoder) mark(n *yaml.Node, part int) {
	if part >= 0 {
		d.lines[keyAt{part, ""}] = n.Line
	}
	for i := 0; n.Kind == yaml.MappingNode && i+1 < len(n.Content); i += 2 {
		d.lines[keyAt{part, n.Content[i].Value}] = n.Content[i].Line
	}
}

// mistake is something that is wrong with a key of a mapping.
type mistake struct {
	keyAt
	missing bool // the key is not there
	err     *cx.Error
}

// Check says everything that is wrong with a mapping, or nil.
func (m Mapping) Check() error {
	var errs []error
	for _, p := range m.problems() {
		errs = append(errs, p.err)
	}
	return errors.Join(errs...)
}

// problems lists what is wrong, in the order of the file's parts.
func (m Mapping) problems() []mistake {
	var list []mistake
	bad := func(part int, key, remedy, format string, args ...any) {
		list = append(list, mistake{keyAt{part, key}, false, cx.Errorf(cx.Invalid, format, args...).WithRemedy("%s", remedy)})
	}
	known := func(part int, key string, err error) {
		if err != nil {
			list = append(list, mistake{keyAt{part, key}, false, cx.AsError(err)})
		}
	}
	if !slug(m.Source) {
		bad(-1, "source", "Write source: and a short name of a–z, 0–9, - and _, such as helpdesk.", "the mapping has no usable source name (%q)", m.Source)
		list[0].missing = m.Source == ""
	}
	if m.Zone != "" {
		if _, err := time.LoadLocation(m.Zone); err != nil {
			bad(-1, "zone", "Use a name such as Europe/Berlin or UTC.", "%q is not a time zone", m.Zone)
		}
	}
	known(-1, "format", m.Format.Check())
	scales := map[string]bool{}
	for _, s := range m.Scales {
		if scales[s.Name] {
			bad(-1, "scales", "Give each scale a name of its own.", "the scale %q is declared twice", s.Name)
		}
		scales[s.Name] = true
		known(-1, "scales", s.Check())
	}
	if m.OfPeople() {
		return distinct(append(list, m.problemsOfPeople()...))
	}
	names := map[string]bool{}
	for i, s := range m.parts() {
		where := "the mapping"
		if s.Part != "" {
			where = "interaction " + s.Part
		}
		if len(m.Interactions) == 0 {
			i = -1
		}
		if names[s.Part] {
			bad(i, "part", "Give each interaction a part: name of its own.", "two interactions have the same part name %q", s.Part)
		}
		names[s.Part] = true
		list = append(list, m.problemsOf(s, i, where)...)
	}
	return distinct(list)
}

// distinct drops what several parts say of the same line that they inherit.
func distinct(list []mistake) []mistake {
	var out []mistake
	seen := map[string]bool{}
	for _, p := range list {
		if key := p.key + "\x00" + p.err.Text; !seen[key] {
			seen[key] = true
			out = append(out, p)
		}
	}
	return out
}

func (m Mapping) problemsOf(s Spec, part int, where string) []mistake {
	var list []mistake
	bad := func(key, remedy, format string, args ...any) {
		list = append(list, mistake{keyAt{part, key}, false, cx.Errorf(cx.Invalid, format, args...).WithRemedy("%s", remedy)})
	}
	missing := func(key, remedy, format string, args ...any) {
		bad(key, remedy, format, args...)
		list[len(list)-1].missing = true
	}
	if len(s.Kind) == 0 {
		missing("kind", "Write kind: and one of "+strings.Join(cx.KindWords(), ", ")+"; or rows: people, if the file says who people are and nothing that happened.", "%s has no kind", where)
	}
	if len(s.Start) == 0 {
		missing("start", "Write start: and the column that says when it happened.", "%s has no start", where)
	}
	for _, t := range s.Start {
		if t.Column == "" {
			bad("start", "Only end and first_human can be the start plus something.", "%s: start has no column", where)
		}
	}
	for _, t := range s.Version {
		if t.Column == "" {
			bad("version", "Name the column with the source's update time.", "%s: version has no column", where)
		}
	}
	list = append(list, s.problemsOfBirth(part, where)...)
	for _, times := range []struct {
		key  string
		list []Time
	}{{"start", s.Start}, {"version", s.Version}, {"end", s.End}, {"first_human", s.FirstHuman}} {
		for _, t := range times.list {
			if err := checkLayout(t.Layout); err != nil {
				list = append(list, mistake{keyAt{part, times.key}, false, cx.AsError(err)})
			}
		}
	}
	if s.Score != nil {
		if _, ok := m.scale(s.Score.Scale); !ok {
			bad("score", "Declare it under scales:, with its metric, min and max.", "%s: the scale %q is not declared", where, s.Score.Scale)
		}
	}
	for _, f := range []struct {
		key   string
		field Field
	}{{"voice", s.Voice}, {"initiator", s.Initiator}, {"kind", s.Kind}} {
		for _, c := range f.field {
			for _, err := range checkWords(f.key, c) {
				list = append(list, mistake{keyAt{part, f.key}, false, cx.AsError(err)})
			}
		}
	}
	if s.Amount != nil {
		for _, c := range s.Amount.Currency {
			if c.Value != "" {
				if _, err := currency.ParseISO(c.Value); err != nil {
					bad("amount", "Use a code of three letters, such as EUR.", "%s: %q is not a currency", where, c.Value)
				}
			}
		}
	}
	return list
}

// checkWords looks at the words of voice, initiator and kind that the mapping
// itself states; what the file says is looked at row by row.
func checkWords(name string, c Choice) (errs []error) {
	words := []string{c.Value, c.Default}
	for _, from := range slices.Sorted(maps.Keys(c.Map)) {
		words = append(words, c.Map[from])
	}
	if c.Otherwise != nil {
		words = append(words, *c.Otherwise)
	}
	for _, w := range words {
		if w == "" {
			continue
		}
		if _, err := parseCode(name, w); err != nil {
			errs = append(errs, err)
		}
	}
	return errs
}

// parseCode reads a word of one of the closed lists.
func parseCode(list, word string) (uint8, error) {
	switch list {
	case "voice":
		v, err := cx.ParseVoice(word)
		return uint8(v), err
	case "initiator":
		v, err := cx.ParseInitiator(word)
		return uint8(v), err
	}
	v, err := cx.ParseKind(word)
	return uint8(v), err
}

func slug(s string) bool {
	for _, r := range s {
		if (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-' && r != '_' {
			return false
		}
	}
	return s != "" && len(s) <= 64
}
