package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// maxForm bounds what a form may send; files come by another door.
const maxForm = 1 << 20

// form reads a POST's fields.
func form(w http.ResponseWriter, r *http.Request) (url.Values, error) {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if err := r.ParseForm(); err != nil {
		return nil, cx.Errorf(cx.Invalid, "the form did not arrive whole: %w", err).WithRemedy("Send it again; what you type may have 1 MiB at most.")
	}
	return r.PostForm, nil
}

// periodFields are the two ends of a period, as every filter form has them.
func periodFields(v url.Values) []Field {
	return []Field{
		{Name: "from", Label: "From", Type: "date", Value: v.Get("from")},
		{Name: "to", Label: "Until, not including", Type: "date", Value: v.Get("to")},
	}
}

// segmentFields restrict to a persona, a channel, a dimension.
func segmentFields(v url.Values, personas []cx.Persona, channels []string) []Field {
	fields := []Field{}
	if len(personas) > 0 || v.Get("persona") != "" {
		fields = append(fields, personaField("persona", "Persona", "All customers", v.Get("persona"), personas))
	}
	return append(fields,
		channelField(v.Get("channel"), channels),
		Field{Name: "dimension", Label: "Dimension", Type: "text", Value: v.Get("dimension"), Placeholder: "region=north"},
	)
}

// mostChannels is how many channels are offered as a list; more are typed.
const mostChannels = 40

func channelField(value string, channels []string) Field {
	f := Field{Name: "channel", Label: "Channel", Type: "text", Value: value, Placeholder: "any"}
	if len(channels) == 0 || len(channels) > mostChannels {
		return f
	}
	f.Options = []Option{{"", "Any"}}
	for _, c := range channels {
		f.Options = append(f.Options, Option{c, c})
	}
	if value != "" && !slices.Contains(channels, value) {
		f.Options = append(f.Options, Option{value, value})
	}
	return f
}

// channels are those of the company, the most used first. A form does without them
// where they can't be had.
func (s *Site) channels(r *http.Request) []string {
	words, err := s.Rooms.Words.List(r.Context())
	if err != nil {
		return nil
	}
	var out []string
	for _, w := range words {
		if w.Field == cx.CodeChannel && w.Interactions > 0 {
			out = append(out, w.Word)
		}
	}
	return out
}

func personaField(name, label, all, value string, personas []cx.Persona) Field {
	options := []Option{{"", all}}
	known := value == ""
	for _, p := range personas {
		options = append(options, Option{p.Name, or(p.Title, p.Name)})
		known = known || p.Name == value
	}
	if !known {
		options = append(options, Option{value, value})
	}
	return Field{Name: name, Label: label, Value: value, Options: options}
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

// link is an address with a query; parameters that say nothing are left out.
func link(path string, v url.Values) string {
	v = cloned(v)
	for name := range v {
		if v.Get(name) == "" {
			v.Del(name)
		}
	}
	if len(v) == 0 {
		return path
	}
	return path + "?" + v.Encode()
}

func cloned(v url.Values) url.Values {
	out := url.Values{}
	for name, values := range v {
		out[name] = slices.Clone(values)
	}
	return out
}

// with is a copy with one parameter set.
func with(v url.Values, name, value string) url.Values {
	out := cloned(v)
	out.Set(name, value)
	return out
}

// evidenceHref opens the interactions behind a cell.
func evidenceHref(questionName string, params url.Values, cell string) string {
	if cell == "" {
		return ""
	}
	return link("/questions/"+url.PathEscape(questionName)+"/evidence", with(params, "cell", cell))
}

// rowNames are the names of what a row of an answer is about, a step, a group: its
// evidence has them, while its cells hold titles, which are for people only.
func rowNames(evidence string) []string {
	v, err := url.ParseQuery(evidence)
	if err != nil || v.Get("row") == "" {
		return nil
	}
	return strings.FieldsFunc(v.Get("row"), func(r rune) bool { return r == '\n' })
}

func spaced(s string) string { return strings.ReplaceAll(s, "_", " ") }
