package cli

import (
	"context"
	"net/http"
	"net/url"

	"github.com/firsthand-cx/firsthand/internal/app"
	"github.com/firsthand-cx/firsthand/internal/ingest"
)

type sourcesCommand struct {
	Format
	Undo    int32 `help:"Undo the import with this number." xor:"what" placeholder:"IMPORT"`
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
			return s.writeList(std.out, l, undone)
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
