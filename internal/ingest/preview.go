package ingest

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/ingest/rows"
)

// PreviewRow is what one of a file's first rows becomes.
type PreviewRow struct {
	Line         int64            `json:"line"`
	Cells        []string         `json:"cells"`
	Interactions []cx.Interaction `json:"interactions"`
	Person       *PersonRow       `json:"person,omitempty"` // of a file of people
	Lines        []string         `json:"words"`            // each interaction, or the person, in words
	Skipped      bool             `json:"skipped"`
	Reject       *Reject          `json:"reject,omitempty"`
}

// Preview is what a file's first rows become under a mapping.
type Preview struct {
	Header []string     `json:"header"`
	Notes  []rows.Note  `json:"notes"` // what was sniffed
	Rows   []PreviewRow `json:"rows"`
	// Warnings say what should be looked at before the file is imported.
	Warnings []string `json:"warnings,omitempty"`
	// Settled is the mapping with what was sniffed put in.
	Settled Mapping `json:"-"`
}

// PreviewFile reads a file's first n rows with a mapping.
func PreviewFile(path string, m Mapping, n int, d Defaults, limits rows.Limits) (Preview, error) {
	im := &Importer{Defaults: d, Now: time.Now}
	p, err := im.prepare(Request{Path: path, Mapping: m, Limits: limits})
	if err != nil {
		return Preview{}, err
	}
	defer p.file.Close()
	out := Preview{Header: p.file.Header(), Notes: append(p.file.Notes, p.notes...), Settled: p.mapping}
	loc := time.UTC
	if z, err := p.mapper.zone(""); err == nil {
		loc = z.loc
	}
	var seen identified
	for at := 0; at < max(n, sampleRows); at++ {
		var row rows.Row
		if err := p.file.Read(&row); err != nil {
			break // the end, or what an import will report
		}
		one := PreviewRow{Line: row.Line, Cells: row.Cells}
		if m.OfPeople() {
			if at >= n {
				break
			}
			var who []PersonRow
			if who, one.Reject = p.mapper.MapPerson(&row, nil); len(who) > 0 {
				one.Person, one.Lines = &who[0], []string{DescribePerson(who[0])}
			}
		} else {
			one.Interactions, one.Reject = p.mapper.Map(&row, nil)
			for _, x := range one.Interactions {
				seen.add(&x)
			}
		}
		if at >= n { // looked at only for who it was
			continue
		}
		for _, x := range one.Interactions {
			one.Lines = append(one.Lines, Describe(x, loc))
		}
		one.Skipped = one.Reject == nil && len(one.Lines) == 0
		out.Rows = append(out.Rows, one)
	}
	if said := seen.warning("looked at"); said != "" {
		out.Warnings = append(out.Warnings, said)
	}
	return out, nil
}

// Describe says an interaction in words, its times in a zone.
func Describe(x cx.Interaction, loc *time.Location) string {
	var b strings.Builder
	say := func(format string, args ...any) { fmt.Fprintf(&b, format, args...) }
	say("%s", x.Kind)
	if x.Part != "" {
		say(" (%s)", x.Part)
	}
	say(" %s", moment(x.Start, x.Precision, loc))
	if who := people(x.Keys); who != "" {
		say(" · %s", who)
	} else {
		say(" · nobody identified")
	}
	if x.Person != nil {
		say(" (%s)", x.Person)
	}
	for _, f := range []struct{ name, value string }{
		{"channel", x.Channel},
		{"at", x.Touchpoint},
		{"reason", x.Reason},
		{"outcome", x.Outcome},
		{"by", x.Employee},
		{"thread", x.Thread},
		{"of", x.Parent},
		{"in", x.Language},
	} {
		if f.value != "" {
			say(" · %s %s", f.name, f.value)
		}
	}
	if !x.FirstHuman.IsZero() {
		say(" · a person after %s", x.FirstHuman.Sub(x.Start))
	}
	if !x.End.IsZero() {
		say(" · over after %s", x.End.Sub(x.Start))
	}
	if x.Censored {
		say(" · not to its end")
	}
	if x.Scale != "" {
		say(" · %s = %s", x.Scale, strconv.FormatFloat(x.Score, 'f', -1, 64))
	}
	if x.Amount.Currency != "" {
		say(" · %s %s", money(x.Amount), x.Amount.Currency)
	}
	if x.Quantity != 0 {
		say(" · quantity %s", strconv.FormatFloat(x.Quantity, 'f', -1, 64))
	}
	for _, name := range slices.Sorted(maps.Keys(x.Dimensions)) {
		say(" · %s: %s", name, x.Dimensions[name])
	}
	for _, t := range x.Texts {
		say(" · “%s”", short(t.Text))
	}
	return b.String()
}

func moment(t time.Time, p cx.TimePrecision, loc *time.Location) string {
	if p == cx.ToTheDay {
		return t.In(loc).Format("2006-01-02")
	}
	return t.In(loc).Format("2006-01-02 15:04:05 -0700")
}

func people(keys []cx.PersonKey) string {
	var who []string
	for _, k := range keys {
		if k.Namespace != "" {
			who = append(who, k.Namespace+" "+k.Value)
		} else {
			who = append(who, k.Value)
		}
	}
	return strings.Join(who, ", ")
}

func money(m cx.Money) string {
	digits, _, ok := decimalsOf(m.Currency)
	if !ok || digits == 0 {
		return strconv.FormatInt(m.Minor, 10)
	}
	s := fmt.Sprintf("%0*d", digits+1, max(m.Minor, -m.Minor))
	s = s[:len(s)-digits] + "." + s[len(s)-digits:]
	if m.Minor < 0 {
		s = "-" + s
	}
	return s
}

// short cuts a text at 80 characters.
func short(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	n := 0
	for i := range s {
		if n == 80 {
			return s[:i] + "…"
		}
		n++
	}
	return s
}
