package api

import (
	"context"
	"io"
	"net/http"
	"net/url"

	"github.com/danielgtaylor/huma/v2"
)

// Keeper looks after the data folder and prints the report.
type Keeper interface {
	Backup(ctx context.Context) (Backup, error)
	Checks(ctx context.Context) ([]Check, error)
	// Report is the printable page; pdf prints it through Chromium.
	Report(ctx context.Context, params url.Values, pdf bool) (io.ReadCloser, error)
}

// Backup is a consistent copy of both stores, in a folder of its own.
type Backup struct {
	Path  string `json:"path"`
	Bytes int64  `json:"bytes"`
}

// Check is one thing that the doctor looked at.
type Check struct {
	Name   string `json:"name"`
	OK     bool   `json:"ok"`
	Found  string `json:"found"`
	Remedy string `json:"remedy,omitempty"`
}

type reportInput struct {
	Journey string `query:"journey"`
	From    string `query:"from"`
	To      string `query:"to"`
}

func (a *resources) keeper() {
	huma.Register(a.api, a.operation(http.MethodPost, "/backups", "backup", "Write a consistent copy of everything", Keep),
		func(ctx context.Context, _ *struct{}) (*body[Backup], error) {
			return reply(a.rooms.Keeper.Backup(ctx)).to(ctx, a)
		})
	huma.Register(a.api, a.operation(http.MethodGet, "/checks", "checks", "Look the data folder over", Keep),
		func(ctx context.Context, _ *struct{}) (*body[[]Check], error) {
			return reply(a.rooms.Keeper.Checks(ctx)).to(ctx, a)
		})
	report := func(kind string, pdf bool) func(context.Context, *reportInput) (*huma.StreamResponse, error) {
		return func(ctx context.Context, in *reportInput) (*huma.StreamResponse, error) {
			query := url.Values{}
			for name, value := range map[string]string{"journey": in.Journey, "from": in.From, "to": in.To} {
				if value != "" {
					query.Set(name, value)
				}
			}
			file, err := a.rooms.Keeper.Report(ctx, query, pdf)
			if err != nil {
				return nil, a.fail(ctx, err)
			}
			return stream(kind, file), nil
		}
	}
	huma.Register(a.api, a.operation(http.MethodGet, "/report", "report", "The report for the board, as a page", Evidence), report("text/html; charset=utf-8", false))
	huma.Register(a.api, a.operation(http.MethodGet, "/report.pdf", "report-pdf", "The report for the board, as PDF", Evidence), report("application/pdf", true))
}
