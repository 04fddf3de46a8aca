package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/store/duckdb"
	"github.com/firsthand-cx/firsthand/internal/store/sqlite"
)

// Check is one thing that the doctor looked at.
type Check struct {
	Name   string `json:"name"`
	OK     bool   `json:"ok"`
	Found  string `json:"found"`
	Remedy string `json:"remedy,omitempty"`
}

// Checks looks over stores that are open.
func (s *Stores) Checks(ctx context.Context) ([]Check, error) {
	out := []Check{folderCheck(s.dir)}
	wrong, err := s.Vault.Check(ctx)
	if err != nil {
		return out, err
	}
	out = append(out, Check{"the vault is whole", len(wrong) == 0, found(strings.Join(wrong, "; ")), "Restore a backup: firsthand restore FOLDER"})
	facts, err := s.Facts.Check(ctx)
	for _, c := range facts {
		out = append(out, Check{c.Name, c.Wrong == 0, c.Found, "Restore a backup, or undo the last import and import it again."})
	}
	if err != nil {
		return out, err
	}
	agree, err := s.agree(ctx)
	if err != nil {
		return out, err
	}
	waiting, err := s.Vault.Waiting(ctx)
	if err != nil {
		return out, err
	}
	out = append(out, agree, Check{
		"the facts know all that the vault has told them", waiting == 0,
		fmt.Sprintf("%d entries wait in the outbox", waiting), "It is emptied at the next start; look at the log for why it is not.",
	})
	for i := range out {
		if out[i].OK {
			out[i].Remedy = ""
		}
	}
	return out, nil
}

func found(wrong string) string {
	if wrong == "" {
		return "yes"
	}
	return wrong
}

func folderCheck(dir string) Check {
	c := Check{Name: "nobody else may read the data folder", OK: true, Found: "yes"}
	if fi, err := os.Stat(dir); err == nil && fi.Mode().Perm()&0o077 != 0 {
		c.OK, c.Found, c.Remedy = false, fmt.Sprintf("its rights are %v", fi.Mode().Perm()), "Run: chmod 700 "+dir
	}
	return c
}

// agree compares the imports that the vault and the ledger call applied.
func (s *Stores) agree(ctx context.Context) (Check, error) {
	c := Check{Name: "vault and facts agree on the imports", OK: true, Found: "yes", Remedy: "Restart the server: it puts them right at start."}
	imports, err := s.Vault.Imports(ctx)
	if err != nil {
		return c, err
	}
	ledger, err := s.Facts.Ledger(ctx)
	if err != nil {
		return c, err
	}
	var differ []string
	for _, im := range imports {
		_, happened := ledger[im.ID]
		if im.State != sqlite.ImportRunning && happened != (im.State == sqlite.ImportApplied) {
			differ = append(differ, fmt.Sprint(im.ID))
		}
		delete(ledger, im.ID)
	}
	for id := range ledger {
		differ = append(differ, fmt.Sprint(id))
	}
	if len(differ) > 0 {
		c.OK, c.Found = false, "they differ on import "+strings.Join(differ, ", ")
	}
	return c, nil
}

// Doctor looks over a data folder that nobody uses. With repair it cuts a damaged
// log of the facts where the damage begins: on a copy, which takes the damaged
// files' place only when it opens; the damaged files are kept.
func Doctor(ctx context.Context, dir string, repair bool, opt Options) ([]Check, error) {
	s, err := Open(ctx, dir, opt)
	if err == nil {
		checks, err := s.Checks(ctx)
		checks = append([]Check{{Name: "the stores open", OK: true, Found: "yes"}}, checks...)
		return checks, errors.Join(err, s.Close())
	}
	_, damaged := duckdb.DamagedLog(err)
	if !damaged {
		c := Check{Name: "the stores open", Found: err.Error(), Remedy: "Restore a backup: firsthand restore FOLDER"}
		if known := cx.AsError(err); known.Code != cx.Internal { // in use, no room, no right: the data are whole
			c.Found, c.Remedy = known.Text, known.Remedy
		}
		return []Check{c}, nil
	}
	if !repair {
		return []Check{{
			Name: "the stores open", Found: err.Error(),
			Remedy: "Run: firsthand doctor --repair. It cuts the log where the damage begins, on a copy.",
		}}, nil
	}
	repaired, err := repairLog(ctx, dir, opt)
	if err != nil {
		return nil, err
	}
	checks, err := Doctor(ctx, dir, false, opt)
	return append([]Check{repaired}, checks...), err
}

// repairLog cuts the log of a copy until it opens.
func repairLog(ctx context.Context, dir string, opt Options) (Check, error) {
	c := Check{Name: "the damaged log is repaired"}
	lock, err := lockFolder(dir)
	if err != nil {
		return c, err
	}
	defer lock.Close()
	now := time.Now
	if opt.Now != nil {
		now = opt.Now
	}
	work := filepath.Join(dir, restoreName)
	if err := os.RemoveAll(work); err != nil {
		return c, cx.Errorf(cx.Unavailable, "a former repair cannot be cleared away: %w", err)
	}
	defer os.RemoveAll(work)
	if err := copyFiles(dir, work); err != nil {
		return c, err
	}
	log := filepath.Join(work, factsName+".wal")
	before, err := os.Stat(log)
	if err != nil {
		return c, cx.Errorf(cx.Internal, "there is no log to repair: %w", err)
	}
	left := before.Size()
	for {
		facts, err := duckdb.Open(ctx, filepath.Join(work, factsName), duckdb.Options{MemoryLimit: opt.MemoryLimit}, nil)
		if err == nil {
			if err := facts.Close(); err != nil {
				return c, err
			}
			break
		}
		at, damaged := duckdb.DamagedLog(err)
		if !damaged || at >= left { // it does not get shorter
			return c, err
		}
		left = at
		if err := os.Truncate(log, left); err != nil {
			return c, cx.Errorf(cx.Unavailable, "the log cannot be cut: %w", err)
		}
	}
	kept := filepath.Join(dir, "damaged-"+now().UTC().Format(stamp))
	if err := takeOver(dir, kept); err != nil {
		return c, err
	}
	c.OK = true
	c.Found = fmt.Sprintf("the log was cut from %d to %d bytes; the damaged files are in %s", before.Size(), left, kept)
	return c, nil
}
