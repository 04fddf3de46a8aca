package recorder

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// value is a JSON value that knows its line.
type value struct {
	line   int
	plain  any // string, float64, bool or nil; nil too where the two below are used
	fields map[string]value
	items  []value
	kind   string // in words: text, number, true or false, nothing, object, list
}

// parseTree reads JSON into values with lines; of a name given twice the last counts.
func parseTree(text []byte) (value, error) {
	d := &tree{dec: json.NewDecoder(bytes.NewReader(text)), text: text, line: 1}
	d.dec.UseNumber()
	v, err := d.value(0)
	if err != nil {
		return value{line: d.line}, err
	}
	if _, err := d.dec.Token(); !errors.Is(err, io.EOF) {
		return value{line: d.line}, errors.New("something follows the recording")
	}
	return v, nil
}

type tree struct {
	dec  *json.Decoder
	text []byte
	seen int // offset up to which lines are counted
	line int
}

// maxDepth keeps hostile nesting off the stack; recordings are five deep.
const maxDepth = 64

func (t *tree) token() (json.Token, error) {
	token, err := t.dec.Token()
	end := int(t.dec.InputOffset())
	if err != nil {
		var syntax *json.SyntaxError
		if errors.As(err, &syntax) {
			end = int(syntax.Offset)
		}
	}
	end = min(max(end, t.seen), len(t.text))
	t.line += bytes.Count(t.text[t.seen:end], []byte{'\n'})
	t.seen = end
	return token, err
}

func (t *tree) value(depth int) (value, error) {
	token, err := t.token()
	if err != nil {
		if errors.Is(err, io.EOF) {
			err = io.ErrUnexpectedEOF
		}
		return value{}, err
	}
	v := value{line: t.line}
	if depth > maxDepth {
		return v, fmt.Errorf("it nests deeper than %d", maxDepth)
	}
	switch token := token.(type) {
	case json.Delim:
		if token == '{' {
			return t.object(v, depth)
		}
		return t.list(v, depth)
	case string:
		v.kind, v.plain = "text", token
	case json.Number:
		f, err := token.Float64()
		if err != nil {
			return v, fmt.Errorf("%s is not a number that a recording can hold", token)
		}
		v.kind, v.plain = "a number", f
	case bool:
		v.kind, v.plain = "true or false", token
	case nil:
		v.kind = "nothing"
	}
	return v, nil
}

func (t *tree) object(v value, depth int) (value, error) {
	v.kind, v.fields = "an object", map[string]value{}
	for t.dec.More() {
		name, err := t.token()
		if err != nil {
			return v, err
		}
		field, err := t.value(depth + 1)
		if err != nil {
			return v, err
		}
		v.fields[name.(string)] = field
	}
	_, err := t.token()
	return v, err
}

func (t *tree) list(v value, depth int) (value, error) {
	v.kind, v.items = "a list", []value{}
	for t.dec.More() {
		item, err := t.value(depth + 1)
		if err != nil {
			return v, err
		}
		v.items = append(v.items, item)
	}
	_, err := t.token()
	return v, err
}

// open turns a value back into what encoding/json would have made of it.
func (v value) open() any {
	switch {
	case v.fields != nil:
		m := make(map[string]any, len(v.fields))
		for name, field := range v.fields {
			m[name] = field.open()
		}
		return m
	case v.items != nil:
		list := make([]any, len(v.items))
		for i, item := range v.items {
			list[i] = item.open()
		}
		return list
	}
	return v.plain
}
