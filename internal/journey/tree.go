package journey

import (
	"errors"
	"fmt"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

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
	doc, err := parser.ParseBytes(text, 0)
	if err != nil {
		line, what := 0, err.Error()
		var syntax *yaml.SyntaxError
		if errors.As(err, &syntax) {
			what = syntax.GetMessage()
			if at := syntax.GetToken(); at != nil && at.Position != nil {
				line = at.Position.Line
			}
		}
		e := cx.Errorf(cx.Invalid, "this is not YAML: %s", what).At(cx.Place{File: file, Line: line})
		return node{}, e.WithRemedy("Check the indentation, and quote values with a colon or a star in front.")
	}
	var bodies []ast.Node
	for _, d := range doc.Docs {
		if d.Body != nil {
			bodies = append(bodies, d.Body)
		}
	}
	switch len(bodies) {
	case 0:
		return refuse(1, "the file is empty")
	case 1:
		return convert(file, bodies[0], 0)
	}
	return refuse(lineOf(bodies[1]), "the file holds more than one document; a journey has a file of its own")
}

const maxDepth = 20

func convert(file string, n ast.Node, depth int) (node, error) {
	line := lineOf(n)
	refuse := func(format string, args ...any) (node, error) {
		return node{}, cx.Errorf(cx.Invalid, format, args...).At(cx.Place{File: file, Line: line})
	}
	if depth > maxDepth {
		return refuse("nested deeper than a journey file goes")
	}
	switch n := n.(type) {
	case *ast.MappingNode:
		return convertFields(file, line, n.Values, depth)
	case *ast.MappingValueNode:
		return convertFields(file, line, []*ast.MappingValueNode{n}, depth)
	case *ast.SequenceNode:
		out := node{kind: sequence, line: line}
		for _, v := range n.Values {
			item, err := convert(file, v, depth+1)
			if err != nil {
				return node{}, err
			}
			out.items = append(out.items, item)
		}
		return out, nil
	case *ast.NullNode, nil:
		return node{kind: null, line: line}, nil
	case *ast.StringNode:
		return node{line: line, text: n.Value}, nil
	case *ast.LiteralNode:
		if n.Value == nil {
			return node{line: line}, nil
		}
		return node{line: line, text: strings.TrimSpace(n.Value.Value)}, nil
	case *ast.AnchorNode, *ast.AliasNode, *ast.MergeKeyNode:
		return refuse("anchors, aliases and merge keys (&, *, <<) are not used in journey files; write it out, and quote a value that begins with a star")
	case *ast.TagNode:
		return refuse("tags (!…) are not used in journey files")
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.InfinityNode, *ast.NanNode:
		return node{line: line, text: n.GetToken().Value}, nil
	}
	return refuse("%s is not expected here", strings.ToLower(n.Type().String()))
}

func convertFields(file string, line int, values []*ast.MappingValueNode, depth int) (node, error) {
	out := node{kind: mapping, line: line}
	seen := map[string]int{}
	for _, v := range values {
		if v == nil || v.Key == nil {
			continue
		}
		at := lineOf(v.Key)
		key, err := convert(file, v.Key, depth+1)
		if err != nil {
			return node{}, err
		}
		if key.kind != scalar {
			return node{}, cx.Errorf(cx.Invalid, "a name is expected before the colon").At(cx.Place{File: file, Line: at})
		}
		name := key.text
		if first, twice := seen[name]; twice {
			return node{}, cx.Errorf(cx.Invalid, "%q stands here twice; it is on line %d already", name, first).
				At(cx.Place{File: file, Line: at}).WithRemedy("Join the two.")
		}
		seen[name] = at
		value, err := convert(file, v.Value, depth+1)
		if err != nil {
			return node{}, err
		}
		if value.line == 0 {
			value.line = at
		}
		out.fields = append(out.fields, field{name: name, line: at, value: value})
	}
	return out, nil
}

func lineOf(n ast.Node) int {
	if n == nil {
		return 0
	}
	if t := n.GetToken(); t != nil && t.Position != nil {
		return t.Position.Line
	}
	return 0
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
