package store

import (
	"context"
	"os"
	"path/filepath"

	"github.com/firsthand-cx/firsthand/internal/ingest"
	"github.com/firsthand-cx/firsthand/internal/store/sqlite"
)

// recover puts right what a crash left half-done. The ledger of the facts decides
// whether an import happened:
//
//	vault     ledger  what happened                    what is done
//	running   yes     killed after the facts' commit   the import is finished
//	running   no      killed before it                 its vault rows go
//	applied   no      killed while it was undone       its vault rows go
//	undone    yes     the vault went first             the facts are undone too
//	dropped   yes     the same                         the facts are undone too
//
// Then the facts are told what the outbox holds.
func (s *Stores) recover(ctx context.Context) error {
	imports, err := s.Vault.Imports(ctx)
	if err != nil {
		return err
	}
	ledger, err := s.Facts.Ledger(ctx)
	if err != nil {
		return err
	}
	for _, im := range imports {
		entry, happened := ledger[im.ID]
		switch {
		case im.State == sqlite.ImportRunning && happened:
			s.log.Info("finishing an import that was interrupted after it was applied", "import", im.ID)
			err = s.Vault.FinishImport(ctx, im.ID, summary(im, entry))
		case im.State == sqlite.ImportRunning, im.State == sqlite.ImportApplied && !happened:
			s.log.Info("removing what is left of an import that was interrupted or undone", "import", im.ID)
			err = s.Vault.DropImport(ctx, im.ID)
		case im.State != sqlite.ImportApplied && happened:
			s.log.Info("finishing the undo of an import", "import", im.ID)
			_, err = s.Facts.UndoImport(ctx, im.ID)
		}
		if err != nil {
			return err
		}
	}
	if err := s.Drain(ctx); err != nil {
		return err
	}
	return s.Vault.CutLog(ctx)
}

// summary says of an interrupted import what the ledger knows.
func summary(im sqlite.Import, e ingest.Summary) ingest.Summary {
	e.Import, e.Source, e.File, e.Started = im.ID, im.Source, im.File, im.Summary.Started
	e.Warnings = append(e.Warnings, "The program was stopped right after this import was applied; the counts of rejected rows by reason are lost.")
	return e
}

// clearLeftovers removes what a killed engine left: DuckDB's spilled rows.
func (s *Stores) clearLeftovers() error {
	for _, name := range []string{factsName + ".tmp", factsName + ".rewrite", factsName + ".rewrite.wal"} {
		if err := os.RemoveAll(filepath.Join(s.dir, name)); err != nil {
			return err
		}
	}
	return nil
}
