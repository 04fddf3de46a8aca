package ingest

import (
	"context"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// Undo takes an applied import back: what only it brought goes, what it superseded
// comes back. The vault goes first; an undo cut short is finished at the next start.
func (im *Importer) Undo(ctx context.Context, id cx.ImportID) (Undone, error) {
	// Begun, it is finished: half an undo would leave facts without their words.
	ctx = context.WithoutCancel(ctx)
	if err := im.Vault.DropImport(ctx, id); err != nil {
		return Undone{}, err
	}
	undone, err := im.Facts.UndoImport(ctx, id)
	if err != nil {
		return undone, err
	}
	if im.Matcher != nil {
		err = im.Matcher.MatchNew(ctx)
	}
	return undone, err
}
