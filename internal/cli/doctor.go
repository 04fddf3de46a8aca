package cli

import (
	"context"

	"github.com/firsthand-cx/firsthand/internal/app"
	"github.com/firsthand-cx/firsthand/internal/cx"
)

type doctorCommand struct {
	Format
	Repair bool `help:"Repair a damaged log: works on a copy, keeps the damaged files beside it."`
}

func (d *doctorCommand) Run(ctx context.Context, config app.Config, std streams) error {
	if c, _ := running(ctx, config.Dir); c != nil && d.Repair {
		return cx.Errorf(cx.Conflict, "a server is using %s", config.Dir).WithRemedy("Stop it first.")
	}
	checks, err := app.Doctor(ctx, config, d.Repair)
	if err != nil {
		return err
	}
	l := list{head: []string{"", "Check", "Found", "What to do"}}
	failed := 0
	for _, c := range checks {
		mark := "ok"
		if !c.OK {
			mark, failed = "!!", failed+1
		}
		l.rows = append(l.rows, []string{mark, c.Name, c.Found, c.Remedy})
	}
	if err := d.writeList(std.out, l, checks); err != nil {
		return err
	}
	if failed > 0 {
		return cx.Errorf(cx.Unavailable, "%d of %d checks failed", failed, len(checks))
	}
	return nil
}
