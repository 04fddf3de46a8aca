package cli

import (
	"context"
	"fmt"

	"github.com/firsthand-cx/firsthand/internal/app"
)

type serveCommand struct {
	Addr      string `help:"Address to listen on; keep it on this machine unless a TLS proxy stands before it." default:"127.0.0.1:8470" env:"FIRSTHAND_ADDR"`
	Demo      bool   `help:"Load the demo company when the folder is empty."`
	Company   string `help:"The company's name, as pages show it." env:"FIRSTHAND_COMPANY"`
	MaxUpload int64  `help:"Largest upload, in MiB." default:"20480" env:"FIRSTHAND_MAX_UPLOAD"`
	Watch     string `help:"Folder whose files are imported as they come: known exports, and others with NAME.mapping.yaml beside NAME*.csv." type:"existingdir" env:"FIRSTHAND_WATCH" placeholder:"DIR"`
	Robots    bool   `help:"Walk planned walks by robot, if there is a Chromium on this machine." default:"true" negatable:"" env:"FIRSTHAND_ROBOTS"`
	Storybook bool   `help:"Show every page in every state at /storybook (for developers)." hidden:""`
}

func (s *serveCommand) Run(ctx context.Context, config app.Config, std streams) (err error) {
	config.MaxUpload = s.MaxUpload << 20
	config.Company = s.Company
	config.Storybook = s.Storybook
	config.Watch = s.Watch
	config.Robots = s.Robots
	a, err := app.Open(ctx, config)
	if err != nil {
		return err
	}
	defer func() {
		if closed := a.Close(); err == nil {
			err = closed
		}
	}()
	listener, err := app.Listen(s.Addr)
	if err != nil {
		return err
	}
	if s.Demo {
		if err := loadDemo(ctx, a, std); err != nil {
			_ = listener.Close()
			return err
		}
	}
	return a.Serve(ctx, listener, func(at app.Address, signIn string) {
		fmt.Fprintf(std.out, `
Firsthand serves %s   (data in %s)

  Sign in:   %s
             The link works once, for a quarter of an hour; restart for a new one.

Next steps
  Today      what got worse, and which promises are broken
  Journeys   the map: what customers do, think and feel, step by step
  Sources    bring in your own exports, or:  firsthand import FILE
  Questions  firsthand ask

Stop with Ctrl-C.
`, at.URL, config.Dir, signIn)
	})
}
