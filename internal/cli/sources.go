package cli

import (
	"context"
	"net/http"
	"net/url"

	"github.com/firsthand-cx/firsthand/internal/api"
	"github.com/firsthand-cx/firsthand/internal/app"
	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/ingest"
)

type sourcesCommand struct {
	Format
	Undo    int32 `help:"Undo the import with this number." xor:"what" placeholder:"IMPORT"`
	Watched bool  `help:"List what became of the files in the watched folder (serve --watch)." xor:"what"`
	Rejects int32 `help:"Write the rejected rows of the import with this number, as CSV that imports cleanly once corrected." xor:"what" placeholder:"IMPORT"`
}

func (s *sourcesCommand) Run(ctx context.Context, config app.Config, std streams) error {
	return with(ctx, config, func(c *client) error {
		switch {
		case s.Undo != 0:
			var undone ingest.Undone
			if err := c.send(ctx, http.MethodPost, "/imports/"+itoa(int(s.Undo))+"/undo", nil, &undone); err != nil {
				return err
			}
			l := list{head: []string{"Undone import", "Removed", "Restored"}, right: map[int]bool{1: true, 2: true}}
			l.rows = [][]string{{itoa(int(s.Undo)), itoa(int(undone.Removed)), itoa(int(undone.Restored))}}
			if undone.People > 0 {
				l.head, l.rows[0] = append(l.head, "People it named"), append(l.rows[0], itoa(int(undone.People)))
			}
			return s.writeList(std.out, l, undone)
		case s.Watched:
			return s.watched(ctx, c, std)
		case s.Rejects != 0:
			return c.get(ctx, "/imports/"+itoa(int(s.Rejects))+"/rejects", url.Values{}, std.out)
		}
		var all []ingest.Summary
		if err := c.get(ctx, "/imports", nil, &all); err != nil {
			return err
		}
		return s.writeList(std.out, summaryList(all), all)
	})
}

func (s *sourcesCommand) watched(ctx context.Context, c *client, std streams) error {
	var w api.Watched
	if err := c.get(ctx, "/watched", nil, &w); err != nil {
		return err
	}
	if w.Folder == "" {
		return cx.Errorf(cx.NotFound, "no folder is watched").WithRemedy("Start the server with one: firsthand serve --watch DIR")
	}
	l := list{head: []string{"File", "Looked at", "Import", "New", "Trouble"}, right: map[int]bool{2: true, 3: true}}
	for _, f := range w.Files {
		number := ""
		if f.Import != 0 {
			number = itoa(int(f.Import))
		}
		l.rows = append(l.rows, []string{f.Name, f.At.Local().Format("2006-01-02 15:04"), number, itoa(int(f.New)), f.Error})
	}
	return s.writeList(std.out, l, w)
}
