package cli

import (
	"context"
	"fmt"
	"strings"

	"github.com/firsthand-cx/firsthand/internal/app"
	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/people"
)

type serveCommand struct {
	Addr          string `help:"Address to listen on; other machines are let in over HTTPS only (--public-url)." default:"127.0.0.1:8470" env:"FIRSTHAND_ADDR"`
	Demo          bool   `help:"Load the demo company when the folder is empty."`
	Company       string `help:"The company's name, as pages show it." env:"FIRSTHAND_COMPANY"`
	MaxUpload     int64  `help:"Largest upload, in MiB." default:"20480" env:"FIRSTHAND_MAX_UPLOAD"`
	Watch         string `help:"Folder whose files are imported as they come: known exports, and others with NAME.mapping.yaml beside NAME*.csv." type:"existingdir" env:"FIRSTHAND_WATCH" placeholder:"DIR"`
	Robots        bool   `help:"Walk planned walks by robot, if there is a Chromium on this machine." default:"true" negatable:"" env:"FIRSTHAND_ROBOTS"`
	PublicURL     string `help:"Where people on other machines reach it, such as https://cx.example.org." env:"FIRSTHAND_PUBLIC_URL" placeholder:"URL"`
	Cert          string `help:"Certificate file (PEM) for --public-url." env:"FIRSTHAND_CERT" type:"path" placeholder:"FILE"`
	Key           string `help:"Its key (PEM)." env:"FIRSTHAND_KEY" type:"path" placeholder:"FILE"`
	ACME          bool   `help:"Get and renew a certificate for --public-url by ACME (Let's Encrypt); needs port 443." name:"acme" env:"FIRSTHAND_ACME"`
	ACMEDirectory string `help:"Directory of another ACME authority." name:"acme-directory" env:"FIRSTHAND_ACME_DIRECTORY" placeholder:"URL"`
	BehindProxy   bool   `help:"A proxy before it ends TLS for --public-url, and its X-Forwarded-For is to be believed." env:"FIRSTHAND_BEHIND_PROXY"`

	OIDCIssuer       string `help:"The company's own sign-in (OpenID Connect): its issuer." name:"oidc-issuer" env:"FIRSTHAND_OIDC_ISSUER" placeholder:"URL"`
	OIDCClientID     string `help:"What it knows Firsthand by." name:"oidc-client-id" env:"FIRSTHAND_OIDC_CLIENT_ID" placeholder:"ID"`
	OIDCClientSecret string `help:"The secret between them; give it in the environment, where other users do not see it." name:"oidc-client-secret" env:"FIRSTHAND_OIDC_CLIENT_SECRET" placeholder:"SECRET"`

	Storybook bool `help:"Show every page in every state at /storybook (for developers)." hidden:""`
}

func (s *serveCommand) Run(ctx context.Context, config app.Config, std streams) (err error) {
	config.MaxUpload = s.MaxUpload << 20
	config.Company = s.Company
	config.Storybook = s.Storybook
	config.Watch = s.Watch
	config.Robots = s.Robots
	config.Reach = app.Reach{PublicURL: s.PublicURL, Cert: s.Cert, Key: s.Key, ACME: s.ACME, ACMEDirectory: s.ACMEDirectory, BehindProxy: s.BehindProxy}
	config.OIDC = people.OIDC{Issuer: s.OIDCIssuer, ClientID: s.OIDCClientID, ClientSecret: s.OIDCClientSecret}
	if config.OIDC.Issuer != "" && config.OIDC.ClientID == "" {
		return cx.Errorf(cx.Invalid, "the company's sign-in needs to know who asks").WithRemedy("Add --oidc-client-id; the secret goes into FIRSTHAND_OIDC_CLIENT_SECRET.")
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
	listener, err := config.Reach.Listen(s.Addr)
	if err != nil {
		return err
	}
	if s.Demo {
		if err := loadDemo(ctx, a, std); err != nil {
			_ = listener.Close()
			return err
		}
	}
	return a.Serve(ctx, listener, func(_ app.Address, signIn string) {
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
`, signIn[:strings.Index(signIn, "/sign-in/")], config.Dir, signIn)
	})
}
