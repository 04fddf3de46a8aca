package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"github.com/firsthand-cx/firsthand/internal/api"
	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/ingest"
	"github.com/firsthand-cx/firsthand/internal/ingest/rows"
	"github.com/firsthand-cx/firsthand/internal/ingest/source"
)

// mappingFor is the mapping to import an upload with: the one given, else that of
// the outside format which the file's columns are surely of.
func (d importDesk) mappingFor(_ context.Context, up ingest.Upload, request api.ImportRequest) (ingest.Mapping, error) {
	if request.Mapping != "" {
		return parsed(up, cmp.Or(request.MappingName, "the mapping"), request.Mapping)
	}
	sample, candidates, err := source.Look(up.Path(), rows.Limits{})
	if err != nil {
		return ingest.Mapping{}, named(err, up)
	}
	if len(candidates) > 1 && candidates[1].Confidence >= source.Sure {
		return ingest.Mapping{}, cx.Errorf(cx.Invalid, "%s could be a %s or a %s", up.File, candidates[0].Source.Title, candidates[1].Source.Title).
			WithRemedy("Give a mapping: firsthand import --suggest %s prints one.", up.File)
	}
	if len(candidates) > 0 && candidates[0].Confidence >= source.Sure {
		m, err := candidates[0].Source.Mapping(sample)
		return m, named(err, up)
	}
	return ingest.Mapping{}, cx.Errorf(cx.Invalid, "%s is not of a format that is known without a mapping", up.File).
		WithRemedy("Have one proposed (the Sources page does, and firsthand import --suggest %s), look it over, and put it beside the file as %s, where it is found by its name.", up.File, ingest.MappingName(up.File))
}

// propose says what an upload is, with a mapping to be edited and what the first
// rows become with it.
func (d importDesk) propose(up ingest.Upload) (api.Proposal, error) {
	sample, candidates, err := source.Look(up.Path(), rows.Limits{})
	if err != nil {
		return api.Proposal{}, named(err, up)
	}
	var p api.Proposal
	var mapping ingest.Mapping
	if len(candidates) > 0 && candidates[0].Confidence >= source.Sure {
		if mapping, err = candidates[0].Source.Mapping(sample); err != nil {
			return p, named(err, up)
		}
		p.Detected = candidates[0].Source.Title
		p.Notes = append(p.Notes, fmt.Sprintf("This is a %s: %s.", candidates[0].Source.Title, candidates[0].Why))
	} else {
		suggestion := ingest.Suggest(up.File, sample.Header, sample.Rows)
		mapping = suggestion.Mapping
		for _, g := range suggestion.Guesses {
			what := g.Column + ": taken as " + g.As
			if g.Column == "" {
				what = g.As
			}
			p.Notes = append(p.Notes, what+" ("+g.Why+")")
		}
	}
	p.Mapping = string(mapping.YAML())
	shown, err := d.preview(up, p.Mapping)
	p.Preview = shown
	for _, n := range shown.Notes {
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
