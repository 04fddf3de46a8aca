package app

import (
	"context"
)

// linkAfterImport looks for profiles that an import has made alike others, unless
// linking by likeness is turned off.
func (a *App) linkAfterImport(ctx context.Context) error {
	settings, err := a.matching.Settings(ctx)
	if err != nil || !settings.On {
		return err
	}
	run, err := a.matching.Link(ctx, false, nil)
	if err == nil && run.Linked > 0 {
		a.config.Log.Info("linked people by likeness", "links", run.Linked, "doubtful", run.Doubtful, "took", run.Took)
	}
	return err
}
