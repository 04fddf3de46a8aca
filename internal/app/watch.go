package app

import (
	"cmp"
	"context"
	"errors"
	"os"
	"path/filepath"
	"time"

	"github.com/firsthand-cx/firsthand/internal/api"
	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/ingest"
)

// lookEvery is how often the watched folder is looked at: a file is taken when it is
// the same at two looks.
const lookEvery = 10 * time.Second

const watchedSetting = "watched_files"

// watch makes the watch over the configured folder; nil without one.
func (a *App) newWatch() *ingest.Watch {
	if a.config.Watch == "" {
		return nil
	}
	vault := a.stores.Vault
	return &ingest.Watch{
		Dir: a.config.Watch, Now: a.config.Now,
		Load: func(ctx context.Context) (string, error) { return vault.Setting(ctx, watchedSetting) },
		Save: func(ctx context.Context, s string) error { return vault.SetSetting(ctx, watchedSetting, s) },
		Import: func(ctx context.Context, path, mapping string) (ingest.Summary, error) {
			return importDesk{a}.importFile(ctx, path, mapping)
		},
	}
}

// watchFolder imports what is put into the watched folder, until ctx ends.
func (a *App) watchFolder(ctx context.Context) {
	ticker := time.NewTicker(lookEvery)
	defer ticker.Stop()
	told := ""
	for {
		_, err := a.watch.Look(ctx)
		if text := errorText(err); ctx.Err() == nil && !errors.Is(err, context.Canceled) && text != told {
			if told = text; text != "" {
				a.config.Log.Error("looking into the watched folder failed; it is tried again", "error", err)
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// importFile imports a file of this machine and waits until it is done.
func (d importDesk) importFile(ctx context.Context, path, mapping string) (ingest.Summary, error) {
	request := api.ImportRequest{}
	if mapping != "" {
		text, err := os.ReadFile(mapping)
		if err != nil {
			return ingest.Summary{}, cx.Errorf(cx.Unavailable, "%s cannot be read: %w", mapping, err)
		}
		request.Mapping, request.MappingName = string(text), filepath.Base(mapping)
	}
	file, err := os.Open(path)
	if err != nil {
		return ingest.Summary{}, cx.Errorf(cx.Unavailable, "%s cannot be read: %w", path, err)
	}
	up, err := d.Keep(filepath.Base(path), file)
	_ = file.Close()
	if err != nil {
		return ingest.Summary{}, err
	}
	request.Upload = up.ID
	run, err := d.Start(ctx, request)
	if err != nil {
		return ingest.Summary{}, errors.Join(err, d.Drop(up.ID))
	}
	for {
		run, changed, err := d.Run(run.ID)
		switch {
		case err != nil:
			return ingest.Summary{}, err
		case run.State == ingest.RunDone && run.Summary != nil:
			return *run.Summary, nil
		case run.State == ingest.RunCancelled && d.runs.Stopping():
			return ingest.Summary{}, context.Canceled
		case run.State == ingest.RunCancelled:
			return ingest.Summary{}, cx.Errorf(cx.Conflict, "the import was cancelled").WithRemedy("Put the file there again to have it imported.")
		case run.State.Over():
			return ingest.Summary{}, cx.Errorf(cmp.Or(run.Code, cx.Internal), "%s", run.Error)
		}
		select {
		case <-ctx.Done():
			return ingest.Summary{}, ctx.Err()
		case <-changed:
		}
	}
}

// Watched is the watched folder and what became of its files; "" without one.
func (d importDesk) Watched(ctx context.Context) (string, []ingest.WatchedFile, error) {
	if d.watch == nil {
		return "", nil, nil
	}
	files, err := d.watch.Files(ctx)
	return d.watch.Dir, files, err
}
