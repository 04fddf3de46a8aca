package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"github.com/firsthand-cx/firsthand/internal/api"
	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/ingest"
	"github.com/firsthand-cx/firsthand/internal/store/sqlite"
)

// importDesk takes files in: it keeps uploads, recognises them, queues their
// imports and takes imports back. The API and the pages share it.
type importDesk struct{ *App }

// Keep stores an upload.
func (d importDesk) Keep(name string, r io.Reader) (ingest.Upload, error) {
	return d.uploads.Keep(name, r)
}

// Find is an upload by its id.
func (d importDesk) Find(id string) (ingest.Upload, error) { return d.uploads.Find(id) }

// Drop removes an upload that will not be imported.
func (d importDesk) Drop(id string) error { return d.uploads.Drop(id) }

// Propose says what an upload is: an outside format, or a mapping to be edited.
func (d importDesk) Propose(_ context.Context, id, source string) (api.Proposal, error) {
	up, err := d.uploads.Find(id)
	if err != nil {
		return api.Proposal{}, err
	}
	return d.propose(up, source)
}

// Start queues the import of an upload, which goes when it is over.
func (d importDesk) Start(ctx context.Context, request api.ImportRequest) (ingest.Run, error) {
	up, err := d.uploads.Find(request.Upload)
	if err != nil {
		return ingest.Run{}, err
	}
	work, err := d.work(ctx, up, request)
	if err != nil {
		return ingest.Run{}, err
	}
	return d.runs.Start(up.File, up.Size, work, func() {
		if err := d.uploads.Drop(up.ID); err != nil {
			d.config.Log.Error("an upload could not be removed", "upload", up.ID, "error", err)
		}
	})
}

// work prepares an import, so that what is wrong with the mapping or the file's
// format is said at once.
func (d importDesk) work(ctx context.Context, up ingest.Upload, request api.ImportRequest) (ingest.Work, error) {
	if exposures, ok, err := d.exposures(up); err != nil || ok {
		return d.exposureWork(up, exposures, request.DryRun), err
	}
	mapping, recognised, err := d.mappingFor(up, request)
	if err != nil {
		return nil, err
	}
	rejects := filepath.Join(d.stores.Dir(), "rejects", up.ID+".csv")
	if request.DryRun {
		rejects = ""
	}
	return func(ctx context.Context, report func(rows, bytes int64, phase string)) (ingest.Summary, error) {
		if rejects != "" {
			if err := os.MkdirAll(filepath.Dir(rejects), 0o700); err != nil {
				return ingest.Summary{}, cx.Errorf(cx.Unavailable, "the rejects folder cannot be made: %w", err)
			}
		}
		adopted := false
		if !request.DryRun {
			var err error
			if adopted, err = d.adoptZone(ctx, mapping.Zone); err != nil {
				return ingest.Summary{}, err
			}
		}
		summary, err := d.importer.Import(ctx, ingest.Request{
			Path: up.Path(), Name: up.File, Mapping: mapping, Recognised: recognised, Rejects: rejects, DryRun: request.DryRun,
			Progress: func(p ingest.Progress) {
				phase := ""
				if p.Bytes >= p.Size && p.Size > 0 {
					phase = "storing"
				}
				report(p.Rows, p.Bytes, phase)
			},
		})
		if err != nil {
			d.identity.Forget()
			return summary, errors.Join(err, removeIfThere(rejects))
		}
		if adopted {
			summary.Warnings = append(summary.Warnings, fmt.Sprintf("days and hours of this company are those of %s, as its first file says", mapping.Zone))
		}
		if !request.DryRun {
			if d.changed == nil { // no server looks after it in the background
				report(summary.Read, 0, "linking people")
				if err := d.linkAfterImport(ctx); err != nil {
					summary.Warnings = append(summary.Warnings, "the import was applied, but people were not yet linked by likeness: "+err.Error())
				}
			}
			d.afterChange()
		}
		return summary, nil
	}, nil
}

func removeIfThere(path string) error {
	if path == "" {
		return nil
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}

// Run, Recent and Cancel watch and stop imports under way.
func (d importDesk) Run(id string) (ingest.Run, <-chan struct{}, error) { return d.runs.Run(id) }

// Recent lists imports started since the server was, newest first.
func (d importDesk) Recent() []ingest.Run { return d.runs.Recent() }

// Cancel stops an import under way.
func (d importDesk) Cancel(id string) error { return d.runs.Cancel(id) }

// List lists the imports that are applied, newest first.
func (d importDesk) List(ctx context.Context) ([]ingest.Summary, error) {
	all, err := d.stores.Vault.Imports(ctx)
	if err != nil {
		return nil, err
	}
	list := []ingest.Summary{}
	for _, im := range slices.Backward(all) {
		if im.State == sqlite.ImportApplied {
			list = append(list, im.Summary)
		}
	}
	return list, nil
}

// Undo takes an import back. The vault goes first: a crash in between is finished
// at the next start.
func (d importDesk) Undo(ctx context.Context, id cx.ImportID) (ingest.Undone, error) {
	im, err := d.applied(ctx, id)
	if err != nil {
		return ingest.Undone{}, err
	}
	undone, err := d.importer.Undo(ctx, id)
	if err != nil {
		return undone, err
	}
	undone.People = im.Summary.People
	d.identity.Forget()
	d.afterChange()
	did := im.Summary.Applied
	if kept := did.New + did.Superseding + did.Unchanged + did.Older - undone.Removed; kept > 0 {
		undone.Kept = kept
		undone.HeldBy, err = d.alsoOf(ctx, im.Summary.Source)
	}
	return undone, errors.Join(err, removeIfThere(im.Summary.RejectsFile))
}

// alsoOf lists the applied imports of a source.
func (d importDesk) alsoOf(ctx context.Context, source string) (ids []cx.ImportID, err error) {
	all, err := d.List(ctx)
	for _, im := range all {
		if im.Source == source {
			ids = append(ids, im.Import)
		}
	}
	slices.Sort(ids)
	return ids, err
}

func (d importDesk) applied(ctx context.Context, id cx.ImportID) (sqlite.Import, error) {
	all, err := d.stores.Vault.Imports(ctx)
	if err != nil {
		return sqlite.Import{}, err
	}
	for _, im := range all {
		if im.ID == id && im.State == sqlite.ImportApplied {
			return im, nil
		}
	}
	return sqlite.Import{}, cx.Errorf(cx.NotFound, "there is no import %d", id).WithRemedy("List them with `firsthand sources`; one that was undone is gone.")
}

// Rejects opens the rows that an import set aside.
func (d importDesk) Rejects(ctx context.Context, id cx.ImportID) (io.ReadCloser, error) {
	im, err := d.applied(ctx, id)
	if err != nil {
		return nil, err
	}
	none := cx.Errorf(cx.NotFound, "import %d has no rejected rows", id)
	if im.Summary.RejectsFile == "" {
		return nil, none
	}
	f, err := os.Open(im.Summary.RejectsFile)
	if errors.Is(err, os.ErrNotExist) {
		return nil, none.WithRemedy("They were removed, for instance because somebody in them was erased.")
	}
	if err != nil {
		return nil, fmt.Errorf("opening the rejects of import %d: %w", id, err)
	}
	return f, nil
}
