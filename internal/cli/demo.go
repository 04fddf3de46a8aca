package cli

import (
	"context"
	"fmt"

	"github.com/firsthand-cx/firsthand/internal/app"
	"github.com/firsthand-cx/firsthand/internal/cx"
)

type demoCommand struct {
	Customers int    `help:"Customers of the demo company." default:"4000"`
	Seed      uint64 `help:"Seed; the same seed gives the same company." default:"1"`
}

func (d *demoCommand) Run(ctx context.Context, config app.Config, std streams) (err error) {
	if c, err := running(ctx, config.Dir); err != nil || c != nil {
		if err == nil {
			err = cx.Errorf(cx.Conflict, "a server is using %s", config.Dir).
				WithRemedy("Stop it, or choose another folder with --data.")
		}
		return err
	}
	a, err := app.Open(ctx, config)
	if err != nil {
		return err
	}
	defer func() {
		if closed := a.Close(); err == nil {
			err = closed
		}
	}()
	empty, err := a.Empty(ctx)
	if err != nil {
		return err
	}
	if !empty {
		return cx.Errorf(cx.Conflict, "%s already holds a company's data", config.Dir).
			WithRemedy("Choose an empty folder with --data: the demo never mixes with real customers.")
	}
	if err := a.LoadDemo(ctx, d.Customers, d.Seed, demoProgress(std)); err != nil {
		return err
	}
	_, err = fmt.Fprintf(std.out, "The demo company is in %s. Start the server: firsthand serve --data %s\n", config.Dir, config.Dir)
	return err
}

// loadDemo fills an empty folder before the server starts.
func loadDemo(ctx context.Context, a *app.App, std streams) error {
	empty, err := a.Empty(ctx)
	if err != nil || !empty {
		return err
	}
	fmt.Fprintln(std.out, "The folder is empty: loading the demo company (invented customers, known problems).")
	return a.LoadDemo(ctx, 4000, 1, demoProgress(std))
}

func demoProgress(std streams) func(step string) {
	return func(step string) { fmt.Fprintln(std.out, "  "+step) }
}
