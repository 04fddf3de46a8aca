package cli

import (
	"context"
	"fmt"
	"net/http"

	"github.com/firsthand-cx/firsthand/internal/api"
	"github.com/firsthand-cx/firsthand/internal/app"
	"github.com/firsthand-cx/firsthand/internal/cx"
)

type backupCommand struct {
	Format
}

func (b *backupCommand) Run(ctx context.Context, config app.Config, std streams) error {
	return with(ctx, config, func(c *client) error {
		var made api.Backup
		if err := c.send(ctx, http.MethodPost, "/backups", nil, &made); err != nil {
			return err
		}
		l := list{head: []string{"Backup", "MiB"}, right: map[int]bool{1: true}}
		l.rows = [][]string{{made.Path, fmt.Sprintf("%.1f", float64(made.Bytes)/(1<<20))}}
		return b.writeList(std.out, l, made)
	})
}

type restoreCommand struct {
	From string `arg:"" type:"existingdir" help:"A backup's folder."`
}

func (r *restoreCommand) Run(ctx context.Context, config app.Config, std streams) error {
	if c, _ := running(ctx, config.Dir); c != nil {
		return cx.Errorf(cx.Conflict, "a server is using %s", config.Dir).WithRemedy("Stop it, or choose another folder with --data.")
	}
	replaced, err := app.Restore(ctx, config, r.From)
	if err != nil {
		return err
	}
	fmt.Fprintf(std.out, "Restored %s. People who were erased since the backup was made were erased again.\n", config.Dir)
	if replaced != "" {
		fmt.Fprintf(std.out, "What was there before is kept in %s; delete it when all is well.\n", replaced)
	}
	return nil
}
