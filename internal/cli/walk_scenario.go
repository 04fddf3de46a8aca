package cli

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/firsthand-cx/firsthand/internal/api"
	"github.com/firsthand-cx/firsthand/internal/app"
	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/walk"
)

type walkPrintCommand struct {
	Scenario string `arg:""`
}

func (w *walkPrintCommand) Run(ctx context.Context, config app.Config, std streams) error {
	return with(ctx, config, func(c *client) error {
		var f walk.ScenarioFile
		if err := c.get(ctx, "/walk-scenarios/"+url.PathEscape(w.Scenario), nil, &f); err != nil {
			return err
		}
		_, err := fmt.Fprint(std.out, f.YAML)
		return err
	})
}

type walkSaveCommand struct {
	File string `arg:"" type:"existingfile"`
}

func (w *walkSaveCommand) Run(ctx context.Context, config app.Config, std streams) error {
	raw, err := os.ReadFile(w.File)
	if err != nil {
		return cx.Errorf(cx.Invalid, "%s cannot be read: %w", w.File, err)
	}
	return with(ctx, config, func(c *client) error {
		var s cx.Scenario
		if err := c.send(ctx, http.MethodPost, "/walk-scenarios", map[string]string{"yaml": string(raw), "file": filepath.Base(w.File)}, &s); err != nil {
			return err
		}
		_, err := fmt.Fprintf(std.out, "Scenario %s is at version %d. Invite somebody: firsthand walk invite %s\n", s.ID, s.Version, s.ID)
		return err
	})
}

type walkValuesCommand struct {
	Format
	Set []string `arg:"" optional:"" help:"What to set, as name=value; name= takes a value away." placeholder:"NAME=VALUE"`
}

func (w *walkValuesCommand) Run(ctx context.Context, config app.Config, std streams) error {
	set := map[string]string{}
	for _, one := range w.Set {
		name, value, ok := strings.Cut(one, "=")
		if !ok || name == "" {
			return cx.Errorf(cx.Invalid, "%q does not say what stands for what", one).WithRemedy("Write it like promo_code=SPRING10.")
		}
		set[name] = value
	}
	return with(ctx, config, func(c *client) error {
		var all []api.WalkValue
		var err error
		if len(set) > 0 {
			err = c.send(ctx, http.MethodPost, "/walk-values", set, &all)
		} else {
			err = c.get(ctx, "/walk-values", nil, &all)
		}
		if err != nil {
			return err
		}
		l := list{head: []string{"Word", "Value", "Means"}}
		for _, v := range all {
			value := v.Value
			if v.Secret && v.Set {
				value = "(secret)"
			}
			l.rows = append(l.rows, []string{v.Name, value, v.Means})
		}
		return w.writeList(std.out, l, all)
	})
}
