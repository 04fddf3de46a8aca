package app

import (
	"context"
	"sync/atomic"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/ingest"
	"github.com/firsthand-cx/firsthand/internal/walk"
)

// walkTraffic keeps what test customers did in the company's own systems out of every
// figure about customers, whenever it was imported: by their profiles, so that it can
// be taken back. The vault says who they are; the facts hold the profiles.
type walkTraffic struct {
	ingest.Linker
	app  *App
	keys atomic.Pointer[map[cx.PersonKey]bool]
}

// keepOut brings the facts in line with the test customers that are declared.
func (w *walkTraffic) keepOut(ctx context.Context, keys walk.TestCustomers) error {
	known := make(map[cx.PersonKey]bool, len(keys))
	for _, k := range keys {
		known[k] = true
	}
	w.keys.Store(&known)
	profiles, err := w.app.stores.Vault.Holders(ctx, keys)
	if err != nil {
		return err
	}
	if err := w.app.stores.Facts.SetTestProfiles(ctx, profiles); err != nil {
		return err
	}
	w.app.afterChange()
	return nil
}

// Resolve finds the profiles of an import's rows. Those of test customers are known to
// the facts before the import's rows are there, so that no figure ever holds them.
func (w *walkTraffic) Resolve(ctx context.Context, id cx.ImportID, source string, keys [][]cx.PersonKey, out []cx.ProfileID) error {
	if err := w.Linker.Resolve(ctx, id, source, keys, out); err != nil {
		return err
	}
	tests := *w.keys.Load()
	if len(tests) == 0 {
		return nil
	}
	var profiles []cx.ProfileID
	for i, row := range keys {
		if out[i] <= 0 {
			continue
		}
		for _, k := range row {
			if tests[k] {
				profiles = append(profiles, out[i])
				break
			}
		}
	}
	if len(profiles) == 0 {
		return nil
	}
	return w.app.stores.Facts.AddTestProfiles(ctx, profiles)
}

// normalKey writes a key as imports do.
func normalKey(k cx.PersonKey) (cx.PersonKey, bool) {
	ok := true
	switch k.Kind {
	case cx.KeyEmail:
		k.Namespace = ""
		k.Value, ok = ingest.NormalEmail(k.Value)
	case cx.KeyPhone:
		k.Namespace = ""
		k.Value, ok = ingest.NormalPhone(k.Value, "") // with its country: there is none to guess
	}
	return k, ok
}

// guardFindings tells the findings' room of walks that count, for those that guard a
// finding. What fails is tried again at the next start.
func (a *App) guardFindings(ctx context.Context, walks map[int64][]cx.WalkStep) {
	for id, steps := range walks {
		if err := a.findings.Guard(ctx, steps); err != nil {
			a.config.Log.ErrorContext(ctx, "a walk could not be noted with the finding that it guards; it is tried again", "walk", id, "error", err)
		}
	}
}

// beginWalks sets what happens when walks count and when test customers change, and
// does what a crash may have left undone.
func (a *App) beginWalks(ctx context.Context) error {
	a.stores.OnWalks(a.guardFindings)
	steps, err := a.stores.Facts.WalkSteps(ctx, cx.Period{})
	if err != nil {
		return err
	}
	if err := a.findings.GuardAll(ctx, steps); err != nil {
		return err
	}
	a.traffic = &walkTraffic{Linker: a.identity, app: a}
	a.walks.OnTestCustomers(normalKey, a.traffic.keepOut)
	keys, err := a.walks.TestCustomers(ctx)
	if err != nil {
		return err
	}
	return a.traffic.keepOut(ctx, keys)
}
