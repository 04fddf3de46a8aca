package app

import (
	"context"

	"github.com/firsthand-cx/firsthand/internal/walk"
	"github.com/firsthand-cx/firsthand/internal/web"
)

// pageRobots are recordings and sites as their page needs them.
type pageRobots struct {
	*walk.Room
	sites siteDesk
}

// Sites lists the sites, each with how to show that it is one's own.
func (p pageRobots) Sites(ctx context.Context) ([]web.RobotSite, error) {
	all, err := p.sites.List(ctx)
	out := make([]web.RobotSite, 0, len(all))
	for _, s := range all {
		out = append(out, web.RobotSite{Site: s.Site, Own: s.Own, Ways: s.Ways})
	}
	return out, err
}

// AddSite notes a site.
func (p pageRobots) AddSite(ctx context.Context, name, by string) error {
	_, err := p.sites.Add(ctx, name, by)
	return err
}

// ProveSite looks for a site's token.
func (p pageRobots) ProveSite(ctx context.Context, name string) error {
	_, err := p.sites.Prove(ctx, name)
	return err
}

// RemoveSite keeps robots off a site.
func (p pageRobots) RemoveSite(ctx context.Context, name string) error {
	return p.sites.Remove(ctx, name)
}
