package declare

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// maxFile bounds a file: the YAML parser recurses over nesting.
const maxFile = 256 << 10

// Node is a YAML value with the line it stands on. Exactly one of Fields, Items
// and Text is used, as Kind says.
type Node struct {
	Kind   Kind
	Line   int
	Text   string
	Fields []Field
	Items  []Node
}

// Kind says what a value is.
type Kind uint8

const (
	Scalar Kind = iota
	Mapping
	Sequence
	Null
)

// Field is a name with its value.
type Field struct {
	Name  string
	Line  int
	Value Node
}

// Parse turns YAML into nodes. Anchors, aliases and merge keys are refused:
// such a file is short, and written out it says what it means.
func Parse(file string, text []byte) (Node, error) {
	refuse := func(line int, format string, args ...any) (Node, error) {
		return Node{}, cx.Errorf(cx.Invalid, format, args...).At(cx.Place{File: file, Line: line})
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
			return refuse(second.Line, "the file holds more than one document; each has a file of its own")
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
		return Node{}, e.WithRemedy("Check the indentation here and on the line before, and quote values that hold a colon or begin with a star.")
	}
	return convert(file, first.Content[0], 0)
}

var yamlLine = regexp.MustCompile(`^line (\d+): (?s)(.*)$`)

var yamlAnchor = regexp.MustCompile(`^unknown anchor '(.*)' referenced$`)

const maxDepth = 20

func convert(file string, n *yaml.Node, depth int) (Node, error) {
	refuse := func(line int, format string, args ...any) (Node, error) {
		return Node{}, cx.Errorf(cx.Invalid, format, args...).At(cx.Place{File: file, Line: line})
	}
	switch {
	case depth > maxDepth:
		return refuse(n.Line, "nested deeper than such a file goes")
	case n.Kind == yaml.AliasNode || n.Anchor != "":
		return refuse(n.Line, "anchors and aliases (& and *) are not used in these files; write it out, and quote a value that begins with a star")
	case n.Style&yaml.TaggedStyle != 0:
		return refuse(n.Line, "tags (!…) are not used in these files")
	}
	out := Node{Line: n.Line}
	switch n.Kind {
	case yaml.ScalarNode:
		out.Text = n.Value
		if n.Tag == "!!null" {
			out.Kind = Null
		}
	case yaml.SequenceNode:
		out.Kind = Sequence
		for _, child := range n.Content {
			item, err := convert(file, child, depth+1)
			if err != nil {
				return Node{}, err
			}
			out.Items = append(out.Items, item)
		}
	case yaml.MappingNode:
		out.Kind = Mapping
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
				return Node{}, err
			}
			out.Fields = append(out.Fields, Field{Name: key.Value, Line: key.Line, Value: v})
		}
	default:
		return refuse(n.Line, "this is not expected here")
	}
	return out, nil
}

// String says what it is, as a message says it.
func (k Kind) String() string {
	return [...]string{"a value", "names with values", "a list", "nothing"}[k]
}
