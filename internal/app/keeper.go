package app

import (
	"bytes"
	"context"
	"io"
	"net/url"

	"github.com/firsthand-cx/firsthand/internal/api"
	"github.com/firsthand-cx/firsthand/internal/store"
)

// keeper looks after the data folder for the API.
type keeper struct{ *App }

// Backup writes a consistent copy of both stores.
func (k keeper) Backup(ctx context.Context) (api.Backup, error) {
	made, err := k.stores.Backup(ctx)
	return api.Backup{Path: made.Path, Bytes: made.Bytes}, err
}

// Checks looks the open stores over.
func (k keeper) Checks(ctx context.Context) ([]api.Check, error) {
	found, err := k.stores.Checks(ctx)
	return checks(found), err
}

func checks(found []store.Check) []api.Check {
	out := make([]api.Check, len(found))
	for i, c := range found {
		out[i] = api.Check{Name: c.Name, OK: c.OK, Found: c.Found, Remedy: c.Remedy}
	}
	return out
}

// Report is the printable page, as HTML or through Chromium as PDF.
func (k keeper) Report(ctx context.Context, params url.Values, pdf bool) (io.ReadCloser, error) {
	page, err := k.face.Load().site.PrintReport(ctx, params, pdf)
	if err != nil {
		return nil, err
	}
	return io.NopCloser(bytes.NewReader(page)), nil
}

// Doctor looks over a data folder that no server holds, and repairs a damaged log
// on a copy when it is asked to.
func Doctor(ctx context.Context, config Config, repair bool) ([]api.Check, error) {
	options, err := config.stores()
	if err != nil {
		return nil, err
	}
	found, err := store.Doctor(ctx, config.Dir, repair, options)
	return checks(found), err
}

// Restore brings a backup back; what was in the folder is kept in the one named
// replaced ("" = there was nothing).
func Restore(ctx context.Context, config Config, from string) (replaced string, err error) {
	options, err := config.stores()
	if err != nil {
		return "", err
	}
	return store.Restore(ctx, config.Dir, from, options)
}
