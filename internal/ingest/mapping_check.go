package ingest

import (
	"strings"
	"time"

	"golang.org/x/text/currency"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// check looks for what is wrong between keys; each key by itself was looked at
// while reading.
func (d *decoder) check(m Mapping) {
	if err := m.Check(); err != nil {
		e := *cx.AsError(err)
		e.Place.File = d.file
		d.errs = append(d.errs, &e)
	}
}

// Check says what is wrong with a mapping, or nil.
func (m Mapping) Check() error {
	bad := func(remedy, format string, args ...any) error {
		return cx.Errorf(cx.Invalid, format, args...).WithRemedy("%s", remedy)
	}
	if !slug(m.Source) {
		return bad("Write source: and a short name of a–z, 0–9, - and _, such as helpdesk.", "the mapping has no usable source name (%q)", m.Source)
	}
	if m.Zone != "" {
		if _, err := time.LoadLocation(m.Zone); err != nil {
			return bad("Use a name such as Europe/Berlin or UTC.", "%q is not a time zone", m.Zone)
		}
	}
	if err := m.Format.Check(); err != nil {
		return err
	}
	names := map[string]bool{}
	for _, s := range m.parts() {
		where := "the mapping"
		if s.Part != "" {
			where = "interaction " + s.Part
		}
		if names[s.Part] {
			return bad("Give each interaction a part: name of its own.", "two interactions have the same part name %q", s.Part)
		}
		names[s.Part] = true
		if err := m.checkSpec(s, where, bad); err != nil {
			return err
		}
	}
	scales := map[string]bool{}
	for _, s := range m.Scales {
		if scales[s.Name] {
			return bad("Give each scale a name of its own.", "the scale %q is declared twice", s.Name)
		}
		scales[s.Name] = true
		if err := s.Check(); err != nil {
			return err
		}
	}
	return nil
}

func (m Mapping) checkSpec(s Spec, where string, bad func(remedy, format string, args ...any) error) error {
	if len(s.Kind) == 0 {
		return bad("Write kind: and one of "+strings.Join(cx.KindWords(), ", ")+".", "%s has no kind", where)
	}
	if len(s.Start) == 0 {
		return bad("Write start: and the column that says when it happened.", "%s has no start", where)
	}
	for _, t := range s.Start {
		if t.Column == "" {
			return bad("Only end and first_human can be the start plus something.", "%s: start has no column", where)
		}
	}
	for _, t := range s.Version {
		if t.Column == "" {
			return bad("Name the column with the source's update time.", "%s: version has no column", where)
		}
	}
	for _, list := range [][]Time{s.Start, s.Version, s.End, s.FirstHuman} {
		for _, t := range list {
			if err := checkLayout(t.Layout); err != nil {
				return err
			}
		}
	}
	if s.Score != nil {
		if _, ok := m.scale(s.Score.Scale); !ok {
			return bad("Declare it under scales:, with its metric, min and max.", "%s: the scale %q is not declared", where, s.Score.Scale)
		}
	}
	for name, f := range map[string]Field{"voice": s.Voice, "initiator": s.Initiator, "kind": s.Kind} {
		for _, c := range f {
			if err := checkWords(name, c); err != nil {
				return err
			}
		}
	}
	if s.Amount != nil {
		for _, c := range s.Amount.Currency {
			if c.Value != "" {
				if _, err := currency.ParseISO(c.Value); err != nil {
					return bad("Use a code of three letters, such as EUR.", "%s: %q is not a currency", where, c.Value)
				}
			}
		}
	}
	return nil
}

// checkWords looks at the words of voice, initiator and kind that the mapping
// itself states; what the file says is looked at row by row.
func checkWords(name string, c Choice) error {
	words := []string{c.Value, c.Default}
	for _, v := range c.Map {
		words = append(words, v)
	}
	if c.Otherwise != nil {
		words = append(words, *c.Otherwise)
	}
	for _, w := range words {
		if w == "" {
			continue
		}
		if _, err := parseCode(name, w); err != nil {
			return err
		}
	}
	return nil
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
