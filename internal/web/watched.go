package web

import (
	"context"
	"path/filepath"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// watchedRow is a file of the watched folder and what became of it.
type watchedRow struct {
	File, When, New string
	Trouble         string // why it was not imported; "" = it was
	Href            string // the import; "" = nothing was imported
}

// shownWatched is how many files of the watched folder the Sources page shows.
const shownWatched = 20

// addWatched shows the watched folder, if there is one.
func (s *Site) addWatched(ctx context.Context, p *sourcesPage) error {
	folder, files, err := s.Rooms.Imports.Watched(ctx)
	if err != nil || folder == "" {
		return err
	}
	p.Folder = filepath.Base(folder)
	for _, f := range files[:min(shownWatched, len(files))] {
		row := watchedRow{File: f.Name, When: moment(f.At, s.Zone, cx.ToTheSecond), New: count(f.New), Trouble: f.Error}
		if f.Import != 0 {
			row.Href = importHref(f.Import)
		}
		p.Watched = append(p.Watched, row)
	}
	return nil
}
