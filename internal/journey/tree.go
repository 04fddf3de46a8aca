package journey

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// maxFile bounds a journey file: the YAML parser recurses over nesting.
const maxFile = 256 << 10

// node is a YAML value with the line it stands on. Exactly one of fields, items
// and text is used, as kind says.
type node struct {
	kind   nodeKind
	line   int
	text   string
	fields []field
	items  []node
}

type nodeKind uint8

const (
	scalar nodeKind = iota
	mapping
	sequence
	null
)

type field struct {
	name  string
	line  int
	value node
}

// parseTree turns YAML into nodes. Anchors, aliases and merge keys are refused:
// a journey file is short, and written out it says what it means.
func parseTree(file string, text []byte) (node, error) {
	refuse := func(line int, format string, args ...any) (node, error) {
		return node{}, cx.Errorf(cx.Invalid, format, args...).At(cx.Place{File: file, Line: line})
	}
	if len(text) > maxFile {
		return refuse(0, "the file is larger than %d KiB", maxFile>>10)
	}
	documents := yaml.NewDecoder(bytes.NewReader(text))
	var first, second yaml.Node
	err := documents.Decode(&first)
	if errors.Is(err, io.EOF) || err == nil && len(first.Content) == 0 {
		return refuse(1, "the file is empty")
	}
	if err == nil {
		if err = documents.Decode(&second); err == nil {
			return refuse(second.Line, "the file holds more than one document; a journey has a file of its own")
		}
	}
	if err != nil && !errors.Is(err, io.EOF) {
		what, line := strings.TrimPrefix(err.Error(), "yaml: "), 0
		if m := yamlLine.FindStringSubmatch(what); m != nil {
			line, _ = strconv.Atoi(m[1])
			what = m[2]
		} else if m := yamlAnchor.FindStringSubmatch(what); m != nil { // it says no line
			before, _, _ := strings.Cut(string(text), "*"+m[1])
			line = 1 + strings.Count(before, "\n")
		}
		e := cx.Errorf(cx.Invalid, "this is not YAML: %s", what).At(cx.Place{File: file, Line: line})
		return node{}, e.WithRemedy("Check the indentation here and on the line before, and quote values that hold a colon or begin with a star.")
	}
	return convert(file, first.Content[0], 0)
}

var yamlLine = regexp.MustCompile(`^line (\d+): (?s)(.*)$`)

var yamlAnchor = regexp.MustCompile(`^unknown anchor '(.*)' referenced$`)

const maxDepth = 20

func convert(file string, n *yaml.Node, depth int) (node, error) {
	refuse := func(line int, format string, args ...any) (node, error) {
		return node{}, cx.Errorf(cx.Invalid, format, args...).At(cx.Place{File: file, Line: line})
	}
	switch {
	case depth > maxDepth:
		return refuse(n.Line, "nested deeper than a journey file goes")
	case n.Kind == yaml.AliasNode || n.Anchor != "":
		return refuse(n.Line, "anchors and aliases (& and *) are not used in journey files; write it out, and quote a value that begins with a star")
	case n.Style&yaml.TaggedStyle != 0:
		return refuse(n.Line, "tags (!…) are not used in journey files")
	}
	out := node{line: n.Line}
	switch n.Kind {
	case yaml.ScalarNode:
		out.text = n.Value
		if n.Tag == "!!null" {
			out.kind = null
		}
	case yaml.SequenceNode:
		out.kind = sequence
		for _, child := range n.Content {
			item, err := convert(file, child, depth+1)
			if err != nil {
				return node{}, err
			}
			out.items = append(out.items, item)
		}
	case yaml.MappingNode:
		out.kind = mapping
		seen := map[string]int{}
		for i := 0; i+1 < len(n.Content); i += 2 {
			key, value := n.Content[i], n.Content[i+1]
			if key.Kind != yaml.ScalarNode || key.Tag == "!!merge" {
				return refuse(key.Line, "a name is expected before the colon")
			}
			if line, twice := seen[key.Value]; twice {
				return refuse(key.Line, "%q stands here twice; it is on line %d already", key.Value, line)
			}
			seen[key.Value] = key.Line
			v, err := convert(file, value, depth+1)
			if err != nil {
				return node{}, err
			}
			out.fields = append(out.fields, field{name: key.Value, line: key.Line, value: v})
		}
	default:
		return refuse(n.Line, "this is not expected in a journey file")
	}
	return out, nil
}

func (k nodeKind) String() string {
	return [...]string{"a value", "names with values", "a list", "nothing"}[k]
}

// Problems are all the things that are wrong with a file, in the order of lines.
type Problems []*cx.Error

func (p Problems) Error() string {
	lines := make([]string, len(p))
	for i, e := range p {
		lines[i] = e.Error()
	}
	return strings.Join(lines, "\n")
}

// Unwrap makes the first problem's code the code of them all.
func (p Problems) Unwrap() []error {
	errs := make([]error, len(p))
	for i, e := range p {
		errs[i] = e
	}
	return errs
}

// nearest finds the known word that a person most likely meant, or "".
func nearest(word string, known []string) string {
	best, distance := "", 1+max(1, len(word)/3)
	for _, k := range known {
		if d := editDistance(strings.ToLower(word), strings.ToLower(k)); d < distance {
			best, distance = k, d
		}
	}
	return best
}

// editDistance is the optimal string alignment distance (Damerau 1964): inserts,
// deletions, substitutions and swaps of neighbours.
func editDistance(a, b string) int {
	s, t := []rune(a), []rune(b)
	before, row, next := make([]int, len(t)+1), make([]int, len(t)+1), make([]int, len(t)+1)
	for j := range row {
		row[j] = j
	}
	for i := range s {
		next[0] = i + 1
		for j := range t {
			cost := 1
			if s[i] == t[j] {
				cost = 0
			}
			next[j+1] = min(row[j+1]+1, next[j]+1, row[j]+cost)
			if i > 0 && j > 0 && s[i] == t[j-1] && s[i-1] == t[j] {
				next[j+1] = min(next[j+1], before[j-1]+1)
			}
		}
		before, row, next = row, next, before
	}
	return row[len(t)]
}

func didYouMean(word string, known []string) string {
	if near := nearest(word, known); near != "" {
		return fmt.Sprintf("Did you mean %q?", near)
	}
	return fmt.Sprintf("Known here: %s.", strings.Join(known, ", "))
}
