package app

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"github.com/firsthand-cx/firsthand/internal/api"
	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/ingest"
	"github.com/firsthand-cx/firsthand/internal/ingest/rows"
	"github.com/firsthand-cx/firsthand/internal/ingest/source"
)

// mappingFor is the mapping to import an upload with: the one given, that of the source
// named, or that of the outside format which the file's columns are surely of; then
// recognised says which and how surely.
func (d importDesk) mappingFor(up ingest.Upload, request api.ImportRequest) (m ingest.Mapping, recognised string, err error) {
	switch {
	case request.Mapping != "" && request.Source != "":
		return m, "", cx.Errorf(cx.Invalid, "both a mapping and a source are named for %s", up.File).WithRemedy("Name one of them.")
	case request.Mapping != "":
		m, err = parsed(up, cmp.Or(request.MappingName, "the mapping"), request.Mapping)
		return m, "", err
	case request.Source == api.NoSource:
		return m, "", unknown(up, nil)
	case request.Source != "":
		m, _, sample, err := d.mappingAs(up, request.Source)
		if err == nil {
			err = readOneWay(up, m, sample, "--source "+request.Source+" ")
		}
		return m, "", err
	}
	sample, candidates, err := source.Look(up.Path(), rows.Limits{})
	if err != nil {
		return m, "", named(err, up)
	}
	switch sure := sureOf(candidates); len(sure) {
	case 1:
		if m, err = sure[0].Source.Mapping(sample); err == nil {
			err = readOneWay(up, m, sample, "")
		}
		return m, sure[0].String(), named(err, up)
	case 0:
		return m, "", unknown(up, candidates)
	default:
		return m, "", cx.Errorf(cx.Invalid, "%s could be a %s (%s) or a %s (%s)", up.File, sure[0].Source.Title, sure[0].Why, sure[1].Source.Title, sure[1].Why).
			WithRemedy("Say which: firsthand import --source %s %s, or --source %s. For a watched folder, have its mapping printed (--suggest --source %s) and put it beside the file as %s.",
				sure[0].Source.Name, up.File, sure[1].Source.Name, sure[0].Source.Name, ingest.MappingName(up.File))
	}
}

// readOneWay is the error where dates of a known export could be read both ways.
func readOneWay(up ingest.Upload, m ingest.Mapping, sample source.Sample, as string) error {
	if open := ingest.OpenOrders(&m, sample.Header, sample.Rows); len(open) > 0 {
		return ingest.BothWays(up.File, open[0], "firsthand import --suggest "+as+up.File)
	}
	return nil
}

// unknown says that a file is of no known format for sure, and what it may be.
func unknown(up ingest.Upload, candidates []source.Candidate) error {
	looks := ""
	if len(candidates) > 0 {
		looks = fmt.Sprintf("; if it is a %s (%s), say so with --source %s", candidates[0].Source.Title, candidates[0].Why, candidates[0].Source.Name)
	}
	return cx.Errorf(cx.Invalid, "%s is not of a format that is known without a mapping%s", up.File, looks).
		WithRemedy("Have one proposed (the Sources page does, and firsthand import --suggest %s), look it over, and put it beside the file as %s, where it is found by its name.", up.File, ingest.MappingName(up.File))
}

// mappingAs is the mapping of a source that somebody named.
func (d importDesk) mappingAs(up ingest.Upload, name string) (ingest.Mapping, source.Source, source.Sample, error) {
	sample, s, err := source.LookAs(up.Path(), name, rows.Limits{})
	if err != nil {
		return ingest.Mapping{}, s, sample, named(err, up)
	}
	m, err := s.Mapping(sample)
	return m, s, sample, named(err, up)
}

// sureOf are the candidates that a file is surely of. Two of them are not told apart by
// which is surer: a person says.
func sureOf(candidates []source.Candidate) []source.Candidate {
	n := slices.IndexFunc(candidates, func(c source.Candidate) bool { return c.Confidence < source.Sure })
	if n < 0 {
		return candidates
	}
	return candidates[:n]
}

// propose says what an upload is, as of a source or as it is recognised, with a mapping to
// be edited and what the first rows become with it. Where it may be of two sources there
// is no mapping until one is named.
func (d importDesk) propose(up ingest.Upload, name string) (p api.Proposal, err error) {
	sample, candidates, err := source.Look(up.Path(), rows.Limits{})
	if err != nil {
		return p, named(err, up)
	}
	for _, c := range candidates {
		p.Candidates = append(p.Candidates, api.Candidate{Source: c.Source.Name, Title: c.Source.Title, Confidence: c.Confidence, Why: c.Why})
	}
	var mapping ingest.Mapping
	sure := sureOf(candidates)
	switch {
	case name != "" && name != api.NoSource:
		var of source.Source
		if mapping, of, sample, err = d.mappingAs(up, name); err != nil {
			return p, err
		}
		p.Detected = of.Title
	case name == "" && len(sure) > 1:
		p.Candidates = p.Candidates[:len(sure)]
		return p, nil
	case name == "" && len(sure) == 1:
		if mapping, err = sure[0].Source.Mapping(sample); err != nil {
			return p, named(err, up)
		}
		p.Detected = sure[0].String()
	default:
		suggestion, _, err := ingest.SuggestFile(up.Path(), up.File, rows.Limits{})
		if err != nil {
			return p, named(err, up)
		}
		mapping = suggestion.Mapping
		for _, g := range suggestion.Guesses {
			what := g.Column + ": taken as " + g.As
			if g.Column == "" {
				what = g.As
			}
			p.Notes = append(p.Notes, what+" ("+g.Why+")")
		}
	}
	open := ingest.OpenOrders(&mapping, sample.Header, sample.Rows)
	ingest.DayFirst(&mapping, open)
	for _, column := range open {
		p.Notes = append(p.Notes, fmt.Sprintf("dates in %s: day before month (order: dmy) is a guess, since no day is above 12; where the month comes first, write order: mdy", column))
	}
	p.Mapping = string(mapping.YAML())
	p.Preview, err = d.preview(up, p.Mapping)
	p.Notes = append(p.Preview.Warnings, p.Notes...)
	for _, n := range p.Preview.Notes {
		p.Notes = append(p.Notes, "read as "+n.String())
	}
	return p, err
}

// parsed reads a mapping; what is wrong with it is told together with what does not
// fit the file.
func parsed(up ingest.Upload, name, text string) (ingest.Mapping, error) {
	m, err := ingest.ParseMapping(name, []byte(text))
	if err != nil {
		err = errors.Join(err, named(ingest.Misfits(up.Path(), m, rows.Limits{}), up))
	}
	return m, err
}

// previewRows is how many rows a preview shows.
const previewRows = 20

func (d importDesk) preview(up ingest.Upload, mapping string) (ingest.Preview, error) {
	m, err := parsed(up, "the mapping", mapping)
	if err != nil {
		return ingest.Preview{}, err
	}
	shown, err := ingest.PreviewFile(up.Path(), m, previewRows, d.importer.Defaults, rows.Limits{})
	return shown, named(err, up)
}

// named says a file by the name that its owner gave it, not by where it is kept.
func named(err error, up ingest.Upload) error {
	var known *cx.Error
	if errors.As(err, &known) && known.Place.File == up.Path() {
		known.Place.File = up.File
	}
	return err
}
