package rows

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// expanded makes columns of what stands as JSON text in one cell: the fields of an
// object under dotted names ("properties.$current_url"), and of an array of keys
// with values, as BigQuery writes repeated parameters, each key
// ("event_params.page_location").
//
// The header is what the first rows hold and the columns wanted; what turns up later
// is a row's Extra. A cell that holds no such JSON stays as it is.
type expanded struct {
	Reader
	at     []int // columns that are expanded
	header []string
	index  map[string]int
	ahead  []Row
	failed error
	json   *jsonReader // lends its way through an object
	fields []string
}

// expandSample is how many rows are looked at for the header.
const expandSample = 200

func newExpanded(r Reader, columns, wanted []string) (Reader, error) {
	e := &expanded{
		Reader: r, index: map[string]int{},
		json: &jsonReader{names: map[string]string{}, dec: jsontext.NewDecoder(bytes.NewReader(nil))},
	}
	for i, name := range r.Header() {
		e.column(name)
		if slices.Contains(columns, name) {
			e.at = append(e.at, i)
		}
	}
	if len(e.at) == 0 { // as in JSON lines, where nested fields are columns already
		return r, nil
	}
	for len(e.ahead) < expandSample {
		var row Row
		if err := r.Read(&row); err != nil {
			e.failed = err
			break
		}
		for _, i := range e.at {
			if row.Problem == nil {
				e.inside(e.header[i], row.Cells[i])
				for j := 0; j < len(e.fields); j += 2 {
					e.column(e.fields[j])
				}
			}
		}
		e.ahead = append(e.ahead, row)
	}
	if e.failed != nil && !errors.Is(e.failed, io.EOF) {
		return nil, e.failed
	}
	for _, name := range wanted {
		for _, i := range e.at {
			if strings.HasPrefix(name, e.header[i]+".") {
				e.column(name)
			}
		}
	}
	return e, nil
}

func (e *expanded) column(name string) {
	if _, ok := e.index[name]; !ok {
		e.index[name] = len(e.header)
		e.header = append(e.header, name)
	}
}

func (e *expanded) Header() []string { return e.header }

func (e *expanded) Read(row *Row) error {
	switch {
	case len(e.ahead) > 0:
		*row = e.ahead[0]
		e.ahead = e.ahead[1:]
	case e.failed != nil:
		return e.failed
	default:
		if err := e.Reader.Read(row); err != nil {
			e.failed = err
			return err
		}
	}
	if row.Problem != nil {
		return nil
	}
	for len(row.Cells) < len(e.header) {
		row.Cells = append(row.Cells, "")
	}
	for _, i := range e.at {
		if !e.inside(e.header[i], row.Cells[i]) {
			continue
		}
		row.Cells[i] = ""
		for j := 0; j < len(e.fields); j += 2 {
			if to, ok := e.index[e.fields[j]]; ok {
				row.Cells[to] = e.fields[j+1]
			} else {
				row.Extra = append(row.Extra, e.fields[j], e.fields[j+1])
			}
		}
	}
	return nil
}

// inside reads a cell's JSON into e.fields, name and value in turn.
func (e *expanded) inside(column, cell string) bool {
	e.fields = e.fields[:0]
	cell = strings.TrimSpace(cell)
	switch {
	case strings.HasPrefix(cell, "{"):
		e.json.json.Reset([]byte(cell))
		e.json.dec.Reset(&e.json.json, jsontext.AllowDuplicateNames(true))
		e.json.path = append(e.json.path[:0], column...)
		fields, err := e.json.flatten(e.fields, 0)
		if err != nil {
			e.fields = e.fields[:0]
			return false
		}
		e.fields = fields
		return true
	case strings.HasPrefix(cell, "["):
		var list []struct {
			Key   string          `json:"key"`
			Value json.RawMessage `json:"value"`
		}
		if json.Unmarshal([]byte(cell), &list) != nil || len(list) == 0 || list[0].Key == "" {
			return false
		}
		for _, one := range list {
			if v := scalar(one.Value); one.Key != "" && v != "" {
				e.fields = append(e.fields, column+"."+noNUL(one.Key), v)
			}
		}
		return true
	}
	return false
}

// scalar is a JSON value as a cell: of an object of alternatives ({"string_value": …,
// "int_value": …}) the one that is there.
func scalar(raw json.RawMessage) string {
	var text string
	if json.Unmarshal(raw, &text) == nil {
		return noNUL(text)
	}
	var alternatives map[string]json.RawMessage
	if json.Unmarshal(raw, &alternatives) == nil {
		for _, name := range []string{"string_value", "int_value", "float_value", "double_value"} {
			if v := scalar(alternatives[name]); v != "" {
				return v
			}
		}
		return ""
	}
	if s := string(bytes.TrimSpace(raw)); s != "null" {
		return s
	}
	return ""
}
