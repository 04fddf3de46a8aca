package app

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/ingest"
	"github.com/firsthand-cx/firsthand/internal/simulate"
)

// LoadDemo fills an empty folder with the simulated company, through the same
// import that real exports go through. say is told what is being done.
func (a *App) LoadDemo(ctx context.Context, customers int, seed uint64, say func(string)) error {
	dir, err := os.MkdirTemp(a.stores.Dir(), "demo-")
	if err != nil {
		return cx.Errorf(cx.Unavailable, "there is no room to write the demo company: %w", err).WithRemedy("See that the data folder is writable.")
	}
	defer os.RemoveAll(dir)
	say(fmt.Sprintf("simulating a year of %d customers", customers))
	truth, err := simulate.Run(ctx, simulate.Config{Customers: customers, Seed: seed, Now: a.config.Now(), Dir: dir})
	if err != nil {
		return err
	}
	if err := a.ImportCompany(ctx, dir, truth, say); err != nil {
		return err
	}
	say("walking as customers")
	if err := a.walks.SetMapping(ctx, demoPlaces); err != nil {
		return err
	}
	if err := a.PlayWalks(ctx); err != nil {
		return err
	}
	say("looking for findings")
	return a.lookForFindings(ctx)
}

// ImportCompany imports the exports of a simulated company into an empty folder and
// saves its journey.
func (a *App) ImportCompany(ctx context.Context, dir string, truth simulate.Truth, say func(string)) error {
	if err := a.stores.Vault.SetSetting(ctx, companySetting, truth.Company); err != nil {
		return err
	}
	if err := a.setZone(ctx, truth.Zone); err != nil {
		return err
	}
	if err := a.mount(ctx); err != nil {
		return err
	}
	for _, file := range truth.Files {
		mapping := ""
		path := filepath.Join(dir, file.Name)
		if raw, err := os.ReadFile(filepath.Join(dir, stem(file.Name)+".mapping.yaml")); err == nil {
			mapping = string(raw)
		}
		summary, err := a.ImportFile(ctx, path, mapping)
		if err != nil {
			return err
		}
		say(fmt.Sprintf("imported %s: %d rows, %d interactions", file.Name, summary.Read, summary.Interactions))
	}
	text, err := os.ReadFile(filepath.Join(dir, "journey.yaml"))
	if err != nil {
		return err
	}
	return a.SaveJourney(ctx, "journey.yaml", string(text))
}

func (a *App) keepFile(path string) (ingest.Upload, error) {
	f, err := os.Open(path)
	if err != nil {
		return ingest.Upload{}, err
	}
	defer f.Close()
	return a.uploads.Keep(filepath.Base(path), f)
}

// stem is a file's name up to its first dot.
func stem(name string) string {
	for i, r := range name {
		if r == '.' {
			return name[:i]
		}
	}
	return name
}
