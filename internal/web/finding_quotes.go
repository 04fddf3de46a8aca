package web

import (
	"context"
	"net/url"
	"slices"
	"strings"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// harmed are the parts of an answer that hold those who were harmed, the most
// telling first.
var harmed = []string{"missed", "negative", "contacted", "dropped", "repeated", "abandoned", "answers", "contacts", "cases"}

// harmedCell is the cell of a finding's own question that holds those who were
// harmed: in the row of its step, segment or persona.
func (s *Site) harmedCell(ctx context.Context, f cx.Finding) (name, cell string, params url.Values, err error) {
	name, cell, params = evidenceOf(f)
	if cell != "" || name == "" {
		return name, cell, params, nil
	}
	a, err := s.ask(ctx, name, params)
	if err != nil {
		return name, "", params, err
	}
	_, segment, _ := strings.Cut(f.Key.Segment, "=")
	// The row that names most of what the finding is about; in it, the cell of those
	// who were harmed.
	best, most, rank := "", -1, len(harmed)
	for _, row := range a.Rows {
		for _, c := range row {
			v, _ := url.ParseQuery(c.Evidence)
			at := slices.Index(harmed, v.Get("of"))
			if at < 0 {
				continue
			}
			named := 0
			for _, n := range rowNames(c.Evidence) {
				if step, _, _ := strings.Cut(n, "/"); step == f.Key.Step || n == segment || n == f.Key.Persona {
					named++
				}
			}
			if named > most || named == most && at < rank {
				best, most, rank = c.Evidence, named, at
			}
		}
	}
	return name, best, params, nil
}

// findingQuotes are customers' words from a finding's evidence, and a link to all of
// it. Where there are none, or they cannot be had now, the finding stands without.
func (s *Site) findingQuotes(ctx context.Context, f cx.Finding, limit int) (words []Quote, href string) {
	name, cell, params, err := s.harmedCell(ctx, f)
	if err != nil || cell == "" {
		if err != nil {
			s.Log.WarnContext(ctx, "no evidence for a finding", "finding", f.ID, "error", err)
		}
		return nil, findingEvidence(f)
	}
	href = evidenceHref(name, params, cell)
	records, _, err := s.Rooms.Questions.Evidence(ctx, name, params, cell, 200)
	if err != nil {
		s.Log.WarnContext(ctx, "no quotes for a finding", "finding", f.ID, "error", err)
		return nil, href
	}
	records = slices.DeleteFunc(records, func(r cx.Record) bool { return !suffers(r) })
	if words = quotes(records, limit, s.Zone); len(words) == 0 {
		row := []findingRow{{}}
		if s.addQuotes(ctx, row, []cx.Finding{f}); row[0].Quote != nil {
			words = []Quote{*row[0].Quote}
		}
	}
	return words, href
}

// addQuotes gives findings a customer's words from their step and segment: one look
// for each journey, so that the home page stays quick.
func (s *Site) addQuotes(ctx context.Context, rows []findingRow, found []cx.Finding) {
	if s.Rooms.Quotes == nil {
		return
	}
	byJourney, said := map[string]map[string][]cx.Record{}, map[string]bool{}
	for i := range rows {
		f := found[i]
		if f.Key.Journey == "" {
			continue
		}
		steps, looked := byJourney[f.Key.Journey]
		if !looked {
			var err error
			if steps, err = s.Rooms.Quotes.Quotes(ctx, f.Key.Journey, nil, 40); err != nil {
				s.Log.WarnContext(ctx, "no quotes for a journey", "journey", f.Key.Journey, "error", err)
			}
			byJourney[f.Key.Journey] = steps
		}
		about := slices.DeleteFunc(slices.Clone(steps[f.Key.Step]), func(r cx.Record) bool { return !inSegment(r, f.Key.Segment) || !suffers(r) })
		for _, words := range quotes(about, len(about), s.Zone) {
			if !said[words.Text] { // one customer speaks for one finding
				said[words.Text], rows[i].Quote = true, &words
				break
			}
		}
	}
}

// suffers reports whether an interaction's words are of somebody who was not well
// served, as far as its codes can tell: they asked for help, left, or scored low.
// Praise under a problem would mock it.
func suffers(r cx.Record) bool {
	if r.Scale == nil {
		return r.Signature.Kind == cx.Contact || r.Signature.Kind == cx.Cancellation
	}
	if r.Scale.Metric == cx.NPS {
		return cx.Detractor(r.Score)
	}
	return !r.Scale.Satisfied(r.Score)
}

// inSegment reports whether an interaction is of a finding's segment, such as
// "channel=phone" or "region=north".
func inSegment(r cx.Record, segment string) bool {
	name, value, found := strings.Cut(segment, "=")
	if !found {
		return true
	}
	switch name {
	case "channel":
		return r.Signature.Channel == value
	case "reason":
		return r.Signature.Reason == value
	case "touchpoint":
		return r.Signature.Touchpoint == value
	}
	return r.Dimensions[strings.TrimPrefix(name, "dimension:")] == value
}

// worstFirst puts the words of those who suffered before the others'.
func worstFirst(records []cx.Record) []cx.Record {
	out := slices.Clone(records)
	slices.SortStableFunc(out, func(a, b cx.Record) int {
		switch first, second := suffers(a), suffers(b); {
		case first == second:
			return 0
		case first:
			return -1
		}
		return 1
	})
	return out
}
