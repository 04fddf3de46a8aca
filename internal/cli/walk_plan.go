package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/firsthand-cx/firsthand/internal/api"
	"github.com/firsthand-cx/firsthand/internal/app"
	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/walk"
)

type walkPlanCommand struct {
	List  walkPlanListCommand  `cmd:"" default:"1" help:"List the plans."`
	Save  walkPlanSaveCommand  `cmd:"" help:"Make a plan, or change one, from a YAML file."`
	Pause walkPlanPauseCommand `cmd:"" help:"Pause a plan, or let it go on."`
}

type walkPlanListCommand struct{ Format }

func (w *walkPlanListCommand) Run(ctx context.Context, config app.Config, std streams) error {
	return with(ctx, config, func(c *client) error {
		var all []walk.Plan
		if err := c.get(ctx, "/walk-plans", nil, &all); err != nil {
			return err
		}
		l := list{head: []string{"Plan", "Name", "How often", "Scenarios", "Walkers", ""}, right: map[int]bool{0: true}}
		for _, p := range all {
			who, paused := fmt.Sprint(len(p.Walkers)), ""
			if p.Robot {
				who = "robot"
			}
			if p.Paused {
				paused = "paused"
			}
			l.rows = append(l.rows, []string{itoa(int(p.ID)), p.Name, string(p.Schedule.Often), strings.Join(p.Scenarios, " "), who, paused})
		}
		return w.writeList(std.out, l, all)
	})
}

type walkPlanSaveCommand struct {
	File string `arg:"" type:"existingfile" help:"Fields as the API has them: name, scenarios, walkers, often, from_hour, to_hour, places, lockout_days, cap_per_month; id changes a plan."`
}

func (w *walkPlanSaveCommand) Run(ctx context.Context, config app.Config, std streams) error {
	body, err := planFile(w.File)
	if err != nil {
		return err
	}
	return with(ctx, config, func(c *client) error {
		var laid api.PlanLaid
		if err := c.send(ctx, http.MethodPost, "/walk-plans", body, &laid); err != nil {
			return err
		}
		fmt.Fprintf(std.out, "Plan %d, %s, is kept.\n", laid.Plan.ID, printable(laid.Plan.Name))
		writeSkipped(std.out, laid.Skipped)
		return nil
	})
}

// planFile reads a plan: YAML with the names of the API's fields, and no others.
func planFile(path string) (api.PlanBody, error) {
	var body api.PlanBody
	raw, err := os.ReadFile(path)
	if err != nil {
		return body, cx.Errorf(cx.Invalid, "%s cannot be read: %w", path, err)
	}
	var tree map[string]any
	if err := yaml.Unmarshal(raw, &tree); err != nil {
		return body, cx.Errorf(cx.Invalid, "%s is no YAML: %w", path, err)
	}
	text, err := json.Marshal(tree)
	if err != nil {
		return body, cx.Errorf(cx.Invalid, "%s: %w", path, err)
	}
	d := json.NewDecoder(strings.NewReader(string(text)))
	d.DisallowUnknownFields()
	if err := d.Decode(&body); err != nil && !errors.Is(err, io.EOF) {
		return body, cx.Errorf(cx.Invalid, "%s: %s", path, strings.TrimPrefix(err.Error(), "json: ")).WithRemedy("`firsthand walk plan save --help` lists the fields.")
	}
	return body, nil
}

func writeSkipped(to io.Writer, skipped []walk.Skip) {
	for _, s := range skipped {
		fmt.Fprintf(to, "  not laid: %s, %s\n", s.Day.Format("2006-01-02"), printable(s.Why))
	}
}

type walkPlanPauseCommand struct {
	ID int64 `arg:"" help:"The plan's number."`
	On bool  `help:"Let it go on."`
}

func (w *walkPlanPauseCommand) Run(ctx context.Context, config app.Config, std streams) error {
	return with(ctx, config, func(c *client) error {
		var p walk.Plan
		if err := c.send(ctx, http.MethodPost, fmt.Sprintf("/walk-plans/%d/pause", w.ID), map[string]bool{"paused": !w.On}, &p); err != nil {
			return err
		}
		_, err := fmt.Fprintf(std.out, "Plan %d %s.\n", p.ID, map[bool]string{true: "is paused", false: "goes on"}[p.Paused])
		return err
	})
}

type walkCalendarCommand struct {
	Format
	Ical bool `help:"Write iCalendar (RFC 5545), for a calendar program." xor:"format"`
}

func (w *walkCalendarCommand) Run(ctx context.Context, config app.Config, std streams) error {
	return with(ctx, config, func(c *client) error {
		if w.Ical {
			return c.get(ctx, "/walk-calendar.ics", nil, std.out)
		}
		var all []walk.Entry
		if err := c.get(ctx, "/walk-calendar", nil, &all); err != nil {
			return err
		}
		l := list{head: []string{"When", "Walk", "Title", "Who", "Place", "State"}, right: map[int]bool{1: true}}
		for _, e := range all {
			l.rows = append(l.rows, []string{e.From.Local().Format("2006-01-02 15:04"), itoa(int(e.Assignment)), e.Title, e.Who, e.Place, e.State.Words()})
		}
		return w.writeList(std.out, l, all)
	})
}

type walkReleaseCommand struct {
	Name string `arg:"" help:"Such as shop-2026.48; announced twice, it walks once."`
}

func (w *walkReleaseCommand) Run(ctx context.Context, config app.Config, std streams) error {
	return with(ctx, config, func(c *client) error {
		var laid api.ReleaseLaid
		if err := c.send(ctx, http.MethodPost, "/walk-releases", map[string]string{"release": w.Name}, &laid); err != nil {
			return err
		}
		fmt.Fprintf(std.out, "%d walks are asked for after %s.\n", laid.Made, printable(w.Name))
		writeSkipped(std.out, laid.Skipped)
		return nil
	})
}
