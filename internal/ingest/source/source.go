// Package source knows the exports of well-known products, so that they can be
// imported without writing a mapping file. Each product is one file: a mapping
// file's text, how to recognise the export by its columns, and where the
// columns differ from one customer to the next, a function that completes the
// mapping from the file's first rows.
//
// To add one: a file with a Source, a line in All, and a fixture in testdata.
// Start reading at zendesk.go, the plainest.
package source

import (
	"fmt"
	"slices"
	"strings"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/ingest"
	"github.com/firsthand-cx/firsthand/internal/ingest/rows"
)

// Source is an export of a product.
type Source struct {
	Name  string // slug, also the mapping's source name
	Title string // the product and the export, as its users call it
	// Signature is columns that the export has; those that a vendor has added
	// over time or that users can hide count like the others, so not all need be
	// there.
	Signature []string
	// Need is columns without which it is not this export. Here as above, "a|b" is a
	// column that goes by either name.
	Need []string
	// Expand is columns of JSON text that become columns of their own.
	Expand []string
	// YAML is the mapping file.
	YAML string
	// Complete fits the mapping to one file; may be nil.
	Complete func(m *ingest.Mapping, s Sample) error
}

// Sample is the beginning of a file.
type Sample struct {
	Header []string
	Rows   []rows.Row
}

// Candidate is a source that a file may be of.
type Candidate struct {
	Source     Source
	Confidence float64 // 0–1: the share of the signature's columns that the file has
	Why        string
}

// All lists the sources that need no mapping file.
func All() []Source {
	return []Source{
		zendesk(), zendeskMetrics(), intercom(), chatwoot(), amazonConnect(),
		qualtrics(), surveyMonkey(), typeform(), formbricks(), limeSurvey(),
		shopify(), shopifyCustomers(), stripePayments(), stripeSubscriptions(),
		segment(), postHog(), ga4(), mailbox(),
		orders(), deliveries(), returns(), invoices(),
	}
}

// Sure is the confidence from which a file is taken for a source without asking.
const Sure = 0.7

// Detect lists the sources that a file may be of, the likeliest first.
func Detect(s Sample) []Candidate {
	var candidates []Candidate
	for _, source := range All() {
		if c, ok := source.match(s.Header); ok {
			candidates = append(candidates, c)
		}
	}
	slices.SortStableFunc(candidates, func(a, b Candidate) int {
		switch {
		case a.Confidence > b.Confidence:
			return -1
		case a.Confidence < b.Confidence:
			return 1
		}
		return 0
	})
	return candidates
}

// has reports whether a header has a column by any of its names, "a|b".
func has(header []string, names string) bool {
	for name := range strings.SplitSeq(names, "|") {
		if slices.ContainsFunc(header, func(h string) bool { return strings.EqualFold(h, name) }) {
			return true
		}
	}
	return false
}

// lacks are the columns without which a file with this header is not of the source.
func (s Source) lacks(header []string) []string {
	return slices.DeleteFunc(slices.Clone(s.Need), func(names string) bool { return has(header, names) })
}

func (s Source) match(header []string) (Candidate, bool) {
	if len(s.lacks(header)) > 0 {
		return Candidate{}, false
	}
	found := 0
	for _, names := range s.Signature {
		if has(header, names) {
			found++
		}
	}
	confidence := float64(found) / float64(len(s.Signature))
	if confidence < 0.4 {
		return Candidate{}, false
	}
	return Candidate{
		Source: s, Confidence: confidence,
		Why: fmt.Sprintf("%d of its %d usual columns are there", found, len(s.Signature)),
	}, true
}

// String says what a file is taken for and how surely.
func (c Candidate) String() string {
	return fmt.Sprintf("%s, %.0f %% sure: %s", c.Source.Title, 100*c.Confidence, c.Why)
}

// Mapping is the source's mapping for one file, with the file's order of dates.
func (s Source) Mapping(sample Sample) (ingest.Mapping, error) {
	m, err := ingest.ParseMapping(s.Name, []byte(s.YAML))
	if err != nil {
		return m, err
	}
	m.Format.Expand = s.Expand
	if s.Complete != nil {
		if err := s.Complete(&m, sample); err != nil {
			return m, err
		}
	}
	ingest.FitOrders(&m, sample.Header, sample.Rows)
	return m, m.Check()
}

// Find finds a source by its name.
func Find(name string) (Source, bool) {
	for _, s := range All() {
		if s.Name == name {
			return s, true
		}
	}
	return Source{}, false
}

// sampleRows is how many rows a file is judged by.
const sampleRows = 1000

// Look reads the beginning of a file and lists the sources that it may be of.
func Look(path string, limits rows.Limits) (Sample, []Candidate, error) {
	sample, err := look(path, rows.Options{Limits: limits})
	if err != nil {
		return sample, nil, err
	}
	candidates := Detect(sample)
	if len(candidates) > 0 && len(candidates[0].Source.Expand) > 0 {
		sample, err = look(path, rows.Options{Limits: limits, Format: rows.Format{Expand: candidates[0].Source.Expand}})
	}
	return sample, candidates, err
}

// LookAs reads the beginning of a file as of a source that somebody named; an error where
// the file cannot be of it.
func LookAs(path, name string, limits rows.Limits) (Sample, Source, error) {
	s, ok := Find(name)
	if !ok {
		var names []string
		for _, s := range All() {
			names = append(names, s.Name)
		}
		return Sample{}, s, cx.Errorf(cx.Invalid, "there is no source called %q", name).WithRemedy("Known are: %s.", strings.Join(names, ", "))
	}
	sample, err := look(path, rows.Options{Limits: limits, Format: rows.Format{Expand: s.Expand}})
	if err != nil {
		return sample, s, err
	}
	if lacks := s.lacks(sample.Header); len(lacks) > 0 {
		return sample, s, cx.Errorf(cx.Invalid, "this is no %s: it has no column %s", s.Title, strings.ReplaceAll(lacks[0], "|", " or ")).At(cx.Place{File: path}).
			WithRemedy("Leave the source out to have the file recognised, or a mapping proposed.")
	}
	return sample, s, nil
}

func look(path string, o rows.Options) (Sample, error) {
	f, err := rows.Open(path, o)
	if err != nil {
		return Sample{}, err
	}
	defer f.Close()
	sample := Sample{Header: f.Header()}
	sample.Rows, err = rows.Sample(f, sampleRows)
	return sample, err
}
