package cli

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"

	"github.com/firsthand-cx/firsthand/internal/api"
	"github.com/firsthand-cx/firsthand/internal/app"
)

type walkSiteCommand struct {
	List   walkSiteListCommand   `cmd:"" default:"withargs" help:"List the sites."`
	Add    walkSiteAddCommand    `cmd:"" help:"Add a site, and learn how to show that it is yours."`
	Prove  walkSiteProveCommand  `cmd:"" help:"Look whether a site is shown to be yours."`
	Remove walkSiteRemoveCommand `cmd:"" help:"Keep robots off a site."`
}

type walkSiteListCommand struct{ Format }

func (w *walkSiteListCommand) Run(ctx context.Context, config app.Config, std streams) error {
	return with(ctx, config, func(c *client) error {
		var all []api.Site
		if err := c.get(ctx, "/walk-sites", nil, &all); err != nil {
			return err
		}
		l := list{head: []string{"Site", "Yours", "Shown by", "Last seen"}}
		for _, s := range all {
			yours, seen := "not shown yet", ""
			if s.Own {
				yours = "yes"
			}
			if !s.Site.Proven.IsZero() {
				seen = s.Site.Proven.Format("2006-01-02")
			}
			l.rows = append(l.rows, []string{string(s.Site.Name), yours, string(s.Site.Proof), seen})
		}
		if len(l.rows) == 0 && !w.JSON && !w.CSV {
			_, err := fmt.Fprintln(std.out, "No site yet: robots walk nowhere. Add one: firsthand walk site add shop.example")
			return err
		}
		return w.writeList(std.out, l, all)
	})
}

type walkSiteAddCommand struct {
	Site string `arg:"" help:"Its name, such as shop.example; names below it are included."`
}

func (w *walkSiteAddCommand) Run(ctx context.Context, config app.Config, std streams) error {
	return with(ctx, config, func(c *client) error {
		var s api.Site
		if err := c.send(ctx, http.MethodPost, "/walk-sites", map[string]string{"name": w.Site}, &s); err != nil {
			return err
		}
		if s.Own {
			fmt.Fprintf(std.out, "%s is shown to be yours, by a %s.\n", s.Site.Name, s.Site.Proof)
			return nil
		}
		fmt.Fprintf(std.out, "Show that %s is yours, in one of these ways:\n", s.Site.Name)
		for _, way := range slices.Sorted(maps.Keys(s.Ways)) {
			fmt.Fprintf(std.out, "  %s\n", printable(s.Ways[way]))
		}
		fmt.Fprintf(std.out, "Then: firsthand walk site prove %s\n", s.Site.Name)
		return nil
	})
}

type walkSiteProveCommand struct {
	Site string `arg:""`
}

func (w *walkSiteProveCommand) Run(ctx context.Context, config app.Config, std streams) error {
	return with(ctx, config, func(c *client) error {
		var s api.Site
		if err := c.send(ctx, http.MethodPost, "/walk-sites/"+url.PathEscape(w.Site)+"/proof", nil, &s); err != nil {
			return err
		}
		fmt.Fprintf(std.out, "%s is shown to be yours, by a %s. Robots may walk there; leave the proof where it is: it is looked at each day.\n", s.Site.Name, s.Site.Proof)
		return nil
	})
}

type walkSiteRemoveCommand struct {
	Site string `arg:""`
}

func (w *walkSiteRemoveCommand) Run(ctx context.Context, config app.Config, std streams) error {
	return with(ctx, config, func(c *client) error {
		if err := c.send(ctx, http.MethodDelete, "/walk-sites/"+url.PathEscape(w.Site), nil, nil); err != nil {
			return err
		}
		fmt.Fprintf(std.out, "No robot walks on %s any more.\n", w.Site)
		return nil
	})
}
