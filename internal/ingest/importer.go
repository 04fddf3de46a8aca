package ingest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/ingest/rows"
)

// Importer brings files into the stores. Its fields are set once; it may be used
// for one import after another.
type Importer struct {
	Vault    Vault
	Facts    Facts
	Linker   Linker
	Matcher  Matcher // may be nil
	Key      []byte  // the installation's secret, under which ids are made
	Defaults Defaults
	Now      func() time.Time
}

// Request is one file to import.
type Request struct {
	Path    string
	Name    string // shown to people; default the file's base name
	Mapping Mapping
	// Recognised says what the file was taken for and how surely, where nobody said.
	Recognised string
	// Rejects is where rows that were set aside are written; "" = they are
	// counted only.
	Rejects  string
	DryRun   bool // read and map everything, write nothing
	Limits   rows.Limits
	Progress func(Progress) // called about every quarter of a second; may be nil
}

// Progress says how far an import is.
type Progress struct {
	Rows    int64
	Bytes   int64 // of the file as stored
	Size    int64
	PerSec  float64       // rows
	Left    time.Duration // 0 = not known yet
	Elapsed time.Duration
}

// BatchRows is how many interactions go to the stores at a time.
const BatchRows = 32 << 10

// Import reads, maps and stores a file: all of it or, on an error, none.
func (im *Importer) Import(ctx context.Context, req Request) (Summary, error) {
	if req.Name == "" {
		req.Name = filepath.Base(req.Path)
	}
	summary := Summary{Source: req.Mapping.Source, File: req.Name, Recognised: req.Recognised, Started: im.Now().UTC(), Reasons: map[string]int64{}}
	plan, err := im.prepare(req)
	if err != nil {
		return summary, err
	}
	defer plan.file.Close()
	for _, note := range plan.notes {
		summary.Warnings = append(summary.Warnings, "read as "+note.String())
	}
	if req.DryRun {
		err = im.run(ctx, req, plan, &summary, func(_ context.Context, b *batch) error {
			for _, keys := range b.keys {
				if len(keys) == 0 {
					summary.Unidentified++
				} else if len(b.people) > 0 {
					summary.People++
				}
			}
			return nil
		})
		summary.Finished = im.Now().UTC()
		return summary, im.explain(ctx, err, &summary)
	}
	err = im.store(ctx, req, plan, &summary)
	summary.Finished = im.Now().UTC()
	return summary, im.explain(ctx, err, &summary)
}

// plan is a file opened and its mapping compiled.
type plan struct {
	file    *rows.File
	mapping Mapping
	mapper  *Mapper
	notes   []rows.Note
	header  []string // the file's own columns
}

// sampleRows is how many rows are looked at to settle dates and decimals.
const sampleRows = 2000

func (im *Importer) prepare(req Request) (*plan, error) {
	sampled, err := OpenRows(req.Path, req.Mapping, req.Limits)
	if err != nil {
		return nil, err
	}
	sample, err := rows.Sample(sampled, sampleRows)
	sampled.Close()
	if err != nil {
		return nil, err
	}
	p := &plan{}
	settled, notes, err := Settle(req.Mapping, sampled.Header(), sample)
	if err != nil {
		return nil, err
	}
	p.mapping, p.notes = settled, notes
	if p.mapper, err = Compile(settled, sampled.Header(), im.Defaults); err != nil {
		return nil, err
	}
	if p.file, err = OpenRows(req.Path, req.Mapping, req.Limits); err != nil {
		return nil, err
	}
	p.header = p.file.Header()
	if len(req.Mapping.Group.By) > 0 {
		p.header = p.header[:len(p.header)-1] // without the column that grouping adds
	}
	return p, nil
}

// store runs an import against the stores, in the order that ports.go explains.
func (im *Importer) store(ctx context.Context, req Request, p *plan, summary *Summary) (err error) {
	h, err := im.headerOf(req, p, summary)
	if err != nil {
		return err
	}
	id, err := im.Vault.BeginImport(ctx, h)
	if err != nil {
		return err
	}
	summary.Import = id
	// Cleaning up must not be stopped by what stopped the import.
	cleanup := context.WithoutCancel(ctx)
	defer func() {
		if err != nil {
			if dropErr := im.Vault.DropImport(cleanup, id); dropErr != nil {
				err = errors.Join(err, dropErr)
			}
		}
	}()
	facts, err := im.Facts.BeginImport(ctx, id, h)
	if err != nil {
		return err
	}
	committed := false
	defer func() {
		if !committed {
			if rollbackErr := facts.Rollback(); rollbackErr != nil {
				err = errors.Join(err, rollbackErr)
			}
		}
	}()
	w := &writer{im: im, id: id, source: p.mapping.Source, facts: facts, summary: summary}
	first, err := im.Linker.NextProfile(ctx)
	if err != nil {
		return err
	}
	if err := im.run(ctx, req, p, summary, w.link, w.write); err != nil {
		return err
	}
	if p.mapping.OfPeople() {
		if summary.NewPeople, err = im.Linker.NewCustomers(ctx, first); err != nil {
			return err
		}
	}
	// The stores do not wait for each other here either.
	both, bothCtx := errgroup.WithContext(ctx)
	both.Go(func() error { return im.Vault.IndexImport(bothCtx, id) })
	both.Go(func() error {
		var err error
		summary.Applied, err = facts.Commit(ctx, LedgerNote{Read: summary.Read, Rejected: summary.Rejected})
		committed = err == nil
		return err
	})
	if err := both.Wait(); err != nil && !committed {
		return err
	}
	if n := summary.Applied.Repeated; n > 0 {
		summary.Warnings = append(summary.Warnings, fmt.Sprintf(
			"%d interactions have the id of another in the same file, and only the newest of each counts: if they are different things, add columns to id:", n))
	}
	summary.Finished = im.Now().UTC()
	// From here on the import has happened: what fails now is repaired at the
	// next start and must not undo it.
	if finishErr := im.Vault.FinishImport(cleanup, id, *summary); finishErr != nil {
		summary.Warnings = append(summary.Warnings, "the import was applied, but its summary was not saved: "+finishErr.Error())
	}
	if im.Matcher != nil {
		if matchErr := im.Matcher.MatchNew(cleanup); matchErr != nil {
			summary.Warnings = append(summary.Warnings, "the import was applied, but not yet matched to journey steps: "+matchErr.Error())
		}
	}
	return nil
}

func (im *Importer) headerOf(req Request, p *plan, summary *Summary) (Header, error) {
	sum, err := fileSHA256(req.Path)
	if err != nil {
		return Header{}, err
	}
	scales := map[string]cx.Scale{}
	for _, s := range p.mapping.Scales {
		scales[s.Name] = s
	}
	return Header{
		Source: p.mapping.Source, File: req.Name, SHA256: sum, Mapping: string(p.mapping.YAML()),
		Scales: scales, Started: summary.Started,
	}, nil
}

func fileSHA256(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", cx.Errorf(cx.Invalid, "cannot open the file: %w", err).At(cx.Place{File: path})
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", cx.Errorf(cx.Unavailable, "cannot read the file: %w", err).At(cx.Place{File: path})
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// explain turns what stopped an import into a sentence.
func (im *Importer) explain(ctx context.Context, err error, summary *Summary) error {
	if err == nil {
		return nil
	}
	if ctx.Err() != nil {
		return cx.Errorf(cx.Unavailable, "the import was stopped after %d rows; nothing of it was stored: %w", summary.Read, ctx.Err())
	}
	return err
}

// nothingReadable is the error for a file in which no row could be read.
func nothingReadable(summary *Summary, first *Reject) error {
	err := cx.Errorf(cx.Invalid, "none of the %d rows could be read. The first: %s", summary.Read, first)
	if summary.Recognised != "" { // nobody wrote a mapping yet
		return err.WithRemedy("It was read as %s. Have its mapping printed, correct it and import again: firsthand import --suggest %s > %s",
			summary.Recognised, summary.File, MappingName(summary.File))
	}
	return err.WithRemedy("Correct the mapping and import again.")
}

// warnings adds what a user should know of an import that succeeded.
func (p *plan) warnings(summary *Summary, seen *identified) {
	if said := seen.warning("made"); said != "" {
		summary.Warnings = append(summary.Warnings, said)
	}
	for _, name := range p.mapper.Lookalikes {
		summary.Warnings = append(summary.Warnings, fmt.Sprintf(
			"the mapping gives every row the word %q, and the file has a column of that name: if the column was meant, write {column: %s}", name, name))
	}
	for _, column := range slices.Sorted(maps.Keys(p.mapper.Dropped)) {
		summary.Warnings = append(summary.Warnings, fmt.Sprintf(
			"%d values in the column %s are no usable customer keys and were left out", p.mapper.Dropped[column], column))
	}
	if n := summary.Unidentified; n > 0 && p.mapping.OfPeople() {
		summary.Warnings = append(summary.Warnings, fmt.Sprintf(
			"%d rows have no number, e-mail or phone to know somebody by: nothing of them was kept", n))
	}
}
