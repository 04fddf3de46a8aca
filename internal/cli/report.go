package cli

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"

	"github.com/firsthand-cx/firsthand/internal/app"
	"github.com/firsthand-cx/firsthand/internal/cx"
)

type reportCommand struct {
	Out     string `short:"o" help:"File to write: .html or .pdf; - is the standard output (HTML)." default:"-"`
	Journey string `help:"Journey, by name; default the first."`
	From    string `help:"First day." placeholder:"DATE"`
	To      string `help:"The day after the last." placeholder:"DATE"`
}

func (r *reportCommand) Run(ctx context.Context, config app.Config, std streams) error {
	return with(ctx, config, func(c *client) (err error) {
		query := url.Values{}
		for name, value := range map[string]string{"journey": r.Journey, "from": r.From, "to": r.To} {
			if value != "" {
				query.Set(name, value)
			}
		}
		path := "/api/v1/report"
		if strings.HasSuffix(r.Out, ".pdf") {
			path = "/api/v1/report.pdf"
		}
		res, err := c.open(ctx, http.MethodGet, path, query, nil, "")
		if err != nil {
			return err
		}
		defer res.Body.Close()
		if r.Out == "-" {
			_, err = io.Copy(std.out, res.Body)
			return err
		}
		f, err := os.OpenFile(r.Out, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
		if err != nil {
			return cx.Errorf(cx.Invalid, "%s cannot be written: %w", r.Out, err)
		}
		defer func() {
			if closed := f.Close(); err == nil {
				err = closed
			}
		}()
		_, err = io.Copy(f, res.Body)
		return err
	})
}
