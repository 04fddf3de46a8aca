package ingest

import (
	"context"
	"fmt"
	"strconv"
	"strings"

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

// mostNamed is how many imports are named where more could be.
const mostNamed = 5

// Stay says how many interactions of an undone import stay, and why; "" where none do.
func (u Undone) Stay() string {
	if u.Kept == 0 || len(u.HeldBy) == 0 {
		return ""
	}
	if len(u.HeldBy) == 1 {
		return fmt.Sprintf("%d stay, since import %d holds the same or newer ones", u.Kept, u.HeldBy[0])
	}
	var names []string
	for _, id := range u.HeldBy[:min(len(u.HeldBy), mostNamed)] {
		names = append(names, strconv.Itoa(int(id)))
	}
	if more := len(u.HeldBy) - len(names); more > 0 {
		names = append(names, fmt.Sprintf("%d more", more))
	}
	return fmt.Sprintf("%d stay, since other imports of the source (%s) hold the same or newer ones", u.Kept, strings.Join(names, ", "))
}
