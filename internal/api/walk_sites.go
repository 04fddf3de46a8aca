package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/firsthand-cx/firsthand/internal/walk"
)

// Sites are where robots may walk: those that are shown to be the company's own.
type Sites interface {
	List(ctx context.Context) ([]Site, error)
	Add(ctx context.Context, name, by string) (Site, error)
	Prove(ctx context.Context, name string) (Site, error)
	Remove(ctx context.Context, name string) error
}

// Site is a site with how to show that it is the company's own.
type Site struct {
	Site walk.Site         `json:"site"`
	Own  bool              `json:"own"`  // robots may walk there
	Ways map[string]string `json:"ways"` // to show that it is yours; any one will do
}

type siteInput struct {
	Name string `path:"name"`
}

func (a *resources) walkSites() {
	huma.Register(a.api, a.operation(http.MethodGet, "/walk-sites", "list-sites", "Where robots may walk", Read),
		func(ctx context.Context, _ *struct{}) (*body[[]Site], error) {
			return reply(a.rooms.Sites.List(ctx)).to(ctx, a)
		})
	huma.Register(a.api, a.operation(http.MethodPost, "/walk-sites", "add-site", "Add a site, and learn how to show that it is yours", Plan),
		func(ctx context.Context, in *body[struct {
			Name string `json:"name"`
		}],
		) (*body[Site], error) {
			return reply(a.rooms.Sites.Add(ctx, in.Body.Name, who(ctx).By())).to(ctx, a)
		})
	huma.Register(a.api, a.operation(http.MethodPost, "/walk-sites/{name}/proof", "prove-site", "Look whether a site is shown to be yours", Plan),
		func(ctx context.Context, in *siteInput) (*body[Site], error) {
			return reply(a.rooms.Sites.Prove(ctx, in.Name)).to(ctx, a)
		})
	huma.Register(a.api, a.operation(http.MethodDelete, "/walk-sites/{name}", "remove-site", "Keep robots off a site", Plan),
		func(ctx context.Context, in *siteInput) (*struct{}, error) {
			return nil, a.failed(ctx, a.rooms.Sites.Remove(ctx, in.Name))
		})
}
