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

type walkRecordingCommand struct {
	List walkRecordingListCommand `cmd:"" default:"withargs" help:"List the recordings."`
	Save walkRecordingSaveCommand `cmd:"" help:"Hand in a recording, exported as JSON from Chrome's Recorder."`
	Show walkRecordingShowCommand `cmd:"" help:"Print a recording as it was handed in."`
}

type walkRecordingListCommand struct{ Format }

func (w *walkRecordingListCommand) Run(ctx context.Context, config app.Config, std streams) error {
	return with(ctx, config, func(c *client) error {
		var all []walk.Recording
		if err := c.get(ctx, "/walk-recordings", nil, &all); err != nil {
			return err
		}
		l := list{head: []string{"Name", "Version", "Title", "Steps", "Leads to", "Walked by"}, right: map[int]bool{1: true, 3: true}}
		for _, r := range all {
			l.rows = append(l.rows, []string{r.Name, itoa(int(r.Version)), r.Title, itoa(len(r.Steps)), strings.Join(r.Hosts, ", "), strings.Join(r.Scenarios, ", ")})
		}
		if len(l.rows) == 0 && !w.JSON && !w.CSV {
			_, err := fmt.Fprintln(std.out, "No recording yet. In Chrome: DevTools, Recorder, record, export as JSON; then `firsthand walk recording save FILE --daily`.")
			return err
		}
		return w.writeList(std.out, l, all)
	})
}

type walkRecordingSaveCommand struct {
	File    string            `arg:"" type:"existingfile"`
	Name    string            `help:"Its name; without one, by its title."`
	OrderAt *int              `help:"The step, from 1, that orders for real; 0 = none does. Without it, what looks like an order is marked." placeholder:"STEP"`
	Daily   bool              `help:"Make a scenario of it, and let robots walk it each day, from now on."`
	Title   string            `help:"The scenario's title, with --daily."`
	Profile string            `help:"With --daily: phone or desk; without it, the screen that was recorded." enum:"phone,desk," default:""`
	Network string            `help:"With --daily: fast 4G or slow 4G." placeholder:"NAME"`
	Value   map[string]string `help:"With --daily: what its variables stand for, as name=value." placeholder:"NAME=VALUE"`
}

func (w *walkRecordingSaveCommand) Run(ctx context.Context, config app.Config, std streams) error {
	raw, err := os.ReadFile(w.File)
	if err != nil {
		return cx.Errorf(cx.Invalid, "%s cannot be read: %w", w.File, err)
	}
	return with(ctx, config, func(c *client) error {
		var saved walk.Recording
		in := walk.HandIn{Name: w.Name, File: filepath.Base(w.File), JSON: string(raw), Order: w.OrderAt}
		if err := c.send(ctx, http.MethodPost, "/walk-recordings", in, &saved); err != nil {
			return err
		}
		fmt.Fprintf(std.out, "Recording %s is at version %d: %d steps.\n", saved.Name, saved.Version, len(saved.Steps))
		for _, n := range saved.Notes {
			fmt.Fprintln(std.out, " ", printable(n))
		}
		if !w.Daily {
			fmt.Fprintf(std.out, "Walk it each day: firsthand walk recording save %s --daily\n", w.File)
			return nil
		}
		var s cx.Scenario
		of := walk.OfRecording{Recording: saved.Name, Title: w.Title, Profile: w.Profile, Network: w.Network, Values: w.Value}
		if err := c.send(ctx, http.MethodPost, "/walk-recordings/scenario", of, &s); err != nil {
			return err
		}
		var daily api.DailyWalk
		if err := c.send(ctx, http.MethodPost, "/walk-recordings/daily", map[string]string{"scenario": s.ID}, &daily); err != nil {
			return err
		}
		fmt.Fprintf(std.out, "Scenario %s is walked each day by a robot (plan %d). The first walk, %d, begins as soon as a robot is free.\n", s.ID, daily.Plan.ID, daily.First.ID)
		return nil
	})
}

type walkRecordingShowCommand struct {
	Name string `arg:""`
}

func (w *walkRecordingShowCommand) Run(ctx context.Context, config app.Config, std streams) error {
	return with(ctx, config, func(c *client) error {
		var shown api.RecordingShown
		if err := c.get(ctx, "/walk-recordings/"+url.PathEscape(w.Name), nil, &shown); err != nil {
			return err
		}
		_, err := fmt.Fprint(std.out, shown.File.JSON)
		return err
	})
}
