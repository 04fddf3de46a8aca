package declare

import (
	"slices"
	"strings"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// Reader turns nodes into values and gathers what is wrong on the way. Each of its
// methods that takes a pointer gives a function that reads a node into it, for Fields.
type Reader struct {
	File     string
	Problems Problems
}

// Problem notes that something on a line is wrong; the result takes the remedy.
func (r *Reader) Problem(line int, format string, args ...any) *cx.Error {
	e := cx.Errorf(cx.Invalid, format, args...).At(cx.Place{File: r.File, Line: line})
	r.Problems = append(r.Problems, e)
	return e
}

// Wrong notes an error that stands on a line.
func (r *Reader) Wrong(line int, err error) {
	e := *cx.AsError(err)
	r.Problems = append(r.Problems, e.At(cx.Place{File: r.File, Line: line}))
}

// Err is nil when nothing was wrong, else all Problems in the order of lines.
func (r *Reader) Err() error {
	if len(r.Problems) == 0 {
		return nil
	}
	slices.SortStableFunc(r.Problems, func(a, b *cx.Error) int { return a.Place.Line - b.Place.Line })
	return r.Problems
}

// Fields hands each field of a mapping to the reader of its name; what names the
// thing in messages ("a step").
func (r *Reader) Fields(n Node, what string, readers map[string]func(Node)) {
	if n.Kind != Mapping {
		r.Problem(n.Line, "%s: names with values are expected, here is %s", what, n.Kind)
		return
	}
	known := make([]string, 0, len(readers))
	for name := range readers {
		known = append(known, name)
	}
	slices.Sort(known)
	for _, f := range n.Fields {
		read, ok := readers[f.Name]
		if !ok {
			r.Problem(f.Line, "%s has no %q", what, f.Name).WithRemedy("%s", DidYouMean(f.Name, known))
			continue
		}
		if f.Value.Kind == Null {
			r.Problem(f.Line, "%s: %q has no value", what, f.Name).WithRemedy("Give it one, or leave the line out.")
			continue
		}
		read(f.Value)
	}
}

// Text reads one value.
func (r *Reader) Text(to *string) func(Node) {
	return func(n Node) {
		if n.Kind != Scalar {
			r.Problem(n.Line, "one value is expected, here is %s", n.Kind)
			return
		}
		*to = n.Text
	}
}

// Texts reads one value or a list of them.
func (r *Reader) Texts(to *[]string) func(Node) {
	return func(n Node) {
		switch n.Kind {
		case Scalar:
			*to = []string{n.Text}
		case Sequence:
			for _, item := range n.Items {
				if item.Kind != Scalar {
					r.Problem(item.Line, "a list of values is expected, here is %s", item.Kind)
					continue
				}
				*to = append(*to, item.Text)
			}
			if len(n.Items) == 0 {
				r.Problem(n.Line, "the list is empty").WithRemedy("Leave the line out where anything will do.")
			}
		default:
			r.Problem(n.Line, "a value or a list of values is expected, here is %s", n.Kind)
		}
	}
}

// Each reads the items of a list.
func (r *Reader) Each(n Node, what string, read func(Node)) {
	if n.Kind != Sequence {
		r.Problem(n.Line, "%s are a list: begin each with a hyphen", what)
		return
	}
	for _, item := range n.Items {
		read(item)
	}
}

// Money reads an amount.
func (r *Reader) Money(to *cx.Money) func(Node) {
	return func(n Node) {
		var text string
		r.Text(&text)(n)
		m, err := ParseMoney(text)
		if err != nil {
			r.Wrong(n.Line, err)
			return
		}
		*to = m
	}
}

// Length reads a length of calendar time.
func (r *Reader) Length(to *time.Duration) func(Node) {
	return func(n Node) {
		var text string
		r.Text(&text)(n)
		length, business, err := ParseLength(text, cx.Hours{})
		switch {
		case err != nil:
			r.Wrong(n.Line, err)
		case business:
			r.Problem(n.Line, "%q: business hours have no meaning here", text).WithRemedy("Write hours or days.")
		}
		*to = length
	}
}

// Yes reads yes or no.
func (r *Reader) Yes(to *bool) func(Node) {
	return func(n Node) {
		switch strings.ToLower(n.Text) {
		case "true", "yes":
			*to = true
		case "false", "no":
			*to = false
		default:
			r.Problem(n.Line, "%q: yes or no is expected", n.Text)
		}
	}
}
