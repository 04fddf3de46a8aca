package ingest

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"gopkg.in/yaml.v3"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// ParseMapping reads a mapping file. Everything that is wrong with it is
// reported at once, each with its line. name is the file's, for messages.
func ParseMapping(name string, text []byte) (Mapping, error) {
	var m Mapping
	d := &decoder{file: name, lines: map[keyAt]int{}, meant: map[string]bool{}}
	if len(text) > 1<<20 {
		return m, cx.Errorf(cx.Invalid, "the mapping file is larger than 1 MiB").At(cx.Place{File: name})
	}
	var doc yaml.Node
	if err := yaml.Unmarshal(text, &doc); err != nil {
		return m, yamlError(name, err)
	}
	if len(doc.Content) == 0 {
		return m, cx.Errorf(cx.Invalid, "the mapping file is empty").At(cx.Place{File: name}).
			WithRemedy("Let import --suggest propose one.")
	}
	d.mapping(doc.Content[0], &m)
	d.check(m)
	slices.SortStableFunc(d.errs, func(a, b error) int { return cmp.Compare(cx.AsError(a).Place.Line, cx.AsError(b).Place.Line) })
	return m, errors.Join(d.errs...)
}

var yamlLine = regexp.MustCompile(`line (\d+): `)

func yamlError(name string, err error) error {
	e := cx.Errorf(cx.Invalid, "not YAML: %w", err).At(cx.Place{File: name})
	if found := yamlLine.FindStringSubmatch(err.Error()); found != nil {
		e.Place.Line, _ = strconv.Atoi(found[1])
		e.Text = "not YAML: " + strings.TrimPrefix(yamlLine.ReplaceAllString(err.Error(), ""), "yaml: ")
	}
	return e.WithRemedy("Look at the indentation and at quotes around this line.")
}

// decoder walks a YAML tree and collects what is wrong with it.
type decoder struct {
	file  string
	errs  []error
	lines map[keyAt]int   // where keys stand
	meant map[string]bool // keys that a misspelt one was taken for
}

// maxErrors is how many errors a user is shown at once.
const maxErrors = 20

func (d *decoder) fail(n *yaml.Node, remedy, format string, args ...any) {
	if len(d.errs) < maxErrors {
		e := cx.Errorf(cx.Invalid, format, args...).At(cx.Place{File: d.file, Line: n.Line})
		e.Remedy = remedy
		d.errs = append(d.errs, e)
	}
}

// keys are the known keys of a YAML mapping and what reads each.
type keys map[string]func(*yaml.Node)

// object reads a YAML mapping by its known keys.
func (d *decoder) object(n *yaml.Node, what string, known keys) {
	if n.Kind != yaml.MappingNode {
		d.fail(n, "Write key: value lines.", "%s is not a list of keys and values", what)
		return
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		read, ok := known[key.Value]
		switch {
		case !ok:
			d.fail(key, d.suggestKey(key.Value, known), "%s has no key %q", what, key.Value)
		case seen[key.Value]:
			d.fail(key, "Keep one of them.", "the key %q stands twice", key.Value)
		case value.Kind == yaml.ScalarNode && value.Tag == "!!null" && value.Value == "":
			seen[key.Value] = true // a key without a value is one left out
		default:
			seen[key.Value] = true
			read(value)
		}
	}
}

func (d *decoder) suggestKey(key string, known keys) string {
	names := make([]string, 0, len(known))
	for name := range known {
		names = append(names, name)
	}
	slices.Sort(names)
	if near := nearest(key, names); near != "" {
		d.meant[near] = true
		return fmt.Sprintf("Did you mean %q?", near)
	}
	return "Known are: " + strings.Join(names, ", ") + "."
}

// nearest is the name within a third of its length in edits (Levenshtein 1966), or "".
func nearest(word string, names []string) string {
	best, bestDistance := "", math.MaxInt
	for _, name := range names {
		if d := editDistance(strings.ToLower(word), strings.ToLower(name)); d < bestDistance {
			best, bestDistance = name, d
		}
	}
	if bestDistance <= max(1, min(len(word), len(best))/3) {
		return best
	}
	return ""
}

func editDistance(a, b string) int {
	if len(a) > 100 || len(b) > 100 {
		return math.MaxInt
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			diagonal, row[j+1] = row[j+1], min(row[j+1]+1, row[j]+1, diagonal+cost)
		}
	}
	return row[len(b)]
}

func (d *decoder) text(n *yaml.Node, to *string) {
	if n.Kind != yaml.ScalarNode {
		d.fail(n, "", "a single value is expected here")
		return
	}
	*to = n.Value
}

func (d *decoder) word(n *yaml.Node, to *string, words ...string) {
	d.text(n, to)
	if n.Kind == yaml.ScalarNode && !slices.Contains(words, n.Value) {
		d.fail(n, "Use one of: "+strings.Join(words, ", ")+".", "%q is not known here", n.Value)
	}
}

func (d *decoder) number(n *yaml.Node, to *float64) {
	v, err := strconv.ParseFloat(n.Value, 64)
	if n.Kind != yaml.ScalarNode || err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
		d.fail(n, "", "%q is not a number", n.Value)
		return
	}
	*to = v
}

func (d *decoder) count(n *yaml.Node, to **int) {
	v, err := strconv.Atoi(n.Value)
	if n.Kind != yaml.ScalarNode || err != nil {
		d.fail(n, "", "%q is not a whole number", n.Value)
		return
	}
	*to = &v
}

func (d *decoder) flag(n *yaml.Node, to *bool) {
	switch n.Value {
	case "true", "yes":
		*to = true
	case "false", "no":
		*to = false
	default:
		d.fail(n, "Use true or false.", "%q is neither true nor false", n.Value)
	}
}

// each calls read for every element of a list, or once for a single value.
func (d *decoder) each(n *yaml.Node, read func(*yaml.Node)) {
	if n.Kind == yaml.SequenceNode {
		for _, c := range n.Content {
			read(c)
		}
		return
	}
	read(n)
}

func (d *decoder) texts(n *yaml.Node, to *[]string) {
	d.each(n, func(c *yaml.Node) {
		var s string
		d.text(c, &s)
		*to = append(*to, s)
	})
}

func (d *decoder) zone(n *yaml.Node, to *string) {
	d.text(n, to)
	if _, err := time.LoadLocation(*to); err != nil || *to == "" || *to == "Local" {
		d.fail(n, "Use a name such as Europe/Berlin or UTC.", "%q is not a time zone", *to)
	}
}

// values reads a mapping from text to text.
func (d *decoder) values(n *yaml.Node, to *map[string]string) {
	if n.Kind != yaml.MappingNode {
		d.fail(n, `Write it as {"from": "to"}.`, "a translation of values is expected here")
		return
	}
	*to = map[string]string{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		var v string
		d.text(n.Content[i+1], &v)
		if _, ok := (*to)[n.Content[i].Value]; ok {
			d.fail(n.Content[i], "Keep one of them.", "the value %q stands twice", n.Content[i].Value)
		}
		(*to)[n.Content[i].Value] = v
	}
}

func anyColumn(string) (int, error) { return absent, nil }

// condition reads {column: pattern, …}.
func (d *decoder) condition(n *yaml.Node, to *Condition) {
	if n.Kind != yaml.MappingNode {
		d.fail(n, `Write it as {column: value} or {column: [value, value]}.`, "a condition is expected here")
		return
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		test := Test{Column: n.Content[i].Value}
		d.texts(n.Content[i+1], &test.Patterns)
		for _, p := range test.Patterns {
			if _, err := compilePattern(p, anyColumn); err != nil {
				d.fail(n.Content[i+1], `Quote a text that starts with > or <, or write a number or {a column} after it.`, "%v", err)
			}
		}
		*to = append(*to, test)
	}
}

func (d *decoder) conditions(n *yaml.Node, to *[]Condition) {
	d.each(n, func(c *yaml.Node) {
		var one Condition
		d.condition(c, &one)
		*to = append(*to, one)
	})
}
