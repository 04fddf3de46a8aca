package cli

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/firsthand-cx/firsthand/internal/app"
	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/journey"
	"github.com/firsthand-cx/firsthand/internal/question"
)

type journeyCommand struct {
	List    journeyListCommand    `cmd:"" default:"1" help:"List the journeys."`
	Show    journeyShowCommand    `cmd:"" help:"Print a journey's file."`
	Save    journeySaveCommand    `cmd:"" help:"Check a journey file and make it the current version."`
	Propose journeyProposeCommand `cmd:"" help:"Print a journey proposed from the data."`

	Contact  journeyContactCommand  `cmd:"" help:"Say which step of each journey a contact is charged to, and why."`
	Charge   journeyChargeCommand   `cmd:"" help:"Overrule what a contact, or all contacts about a reason, are charged to."`
	Rulings  journeyRulingsCommand  `cmd:"" help:"List what people overruled."`
	TakeBack journeyTakeBackCommand `cmd:"" help:"Take a ruling back."`
}

type journeyListCommand struct{ Format }

func (j *journeyListCommand) Run(ctx context.Context, config app.Config, std streams) error {
	return with(ctx, config, func(c *client) error {
		var all []cx.Journey
		if err := c.get(ctx, "/journeys", nil, &all); err != nil {
			return err
		}
		l := list{head: []string{"Name", "Title", "Steps", "Promises", "Personas"}, right: map[int]bool{2: true, 3: true, 4: true}}
		for _, one := range all {
			promises := 0
			for _, s := range one.Steps() {
				promises += len(s.Promises)
			}
			l.rows = append(l.rows, []string{one.Name, one.Title, itoa(len(one.Steps())), itoa(promises), itoa(len(one.Personas))})
		}
		if len(l.rows) == 0 && !j.JSON && !j.CSV {
			_, err := fmt.Fprintln(std.out, "No journey yet. Print a proposal with `firsthand journey propose`, edit it, and save it with `firsthand journey save FILE`.")
			return err
		}
		return j.writeList(std.out, l, all)
	})
}

type journeyShowCommand struct {
	Name string `arg:""`
}

func (j *journeyShowCommand) Run(ctx context.Context, config app.Config, std streams) error {
	return with(ctx, config, func(c *client) error {
		var f journey.File
		if err := c.get(ctx, "/journeys/"+url.PathEscape(j.Name), nil, &f); err != nil {
			return err
		}
		_, err := fmt.Fprint(std.out, f.YAML)
		return err
	})
}

type journeySaveCommand struct {
	File string `arg:"" type:"existingfile"`
}

func (j *journeySaveCommand) Run(ctx context.Context, config app.Config, std streams) error {
	raw, err := os.ReadFile(j.File)
	if err != nil {
		return cx.Errorf(cx.Invalid, "%s cannot be read: %w", j.File, err)
	}
	return with(ctx, config, func(c *client) error {
		var saved journey.Saved
		if err := c.send(ctx, http.MethodPost, "/journeys", map[string]string{"yaml": string(raw), "file": filepath.Base(j.File)}, &saved); err != nil {
			return err
		}
		count := question.Column{Unit: "count"}.Figure
		fmt.Fprintf(std.out, "Journey %s is at version %d: %s of %s interactions find a step.\n",
			saved.Journey.Name, saved.Version, count(float64(saved.Cover.Matched)), count(float64(saved.Cover.Interactions)))
		for i, u := range saved.Cover.Unmatched {
			if i == 5 {
				fmt.Fprintf(std.out, "  … and %d other kinds\n", len(saved.Cover.Unmatched)-i)
				break
			}
			s := u.Signature
			fmt.Fprintf(std.out, "  no step: %s × %s\n", count(float64(u.Interactions)), strings.Join(slices.DeleteFunc([]string{s.Source, s.Kind.String(), s.Channel, s.Touchpoint, s.Reason, s.Outcome}, func(w string) bool { return w == "" }), " / "))
		}
		fmt.Fprintf(std.out, "Ask, for example: firsthand ask traffic --journey %s\n", saved.Journey.Name)
		return nil
	})
}

type journeyProposeCommand struct{}

func (j *journeyProposeCommand) Run(ctx context.Context, config app.Config, std streams) error {
	return with(ctx, config, func(c *client) error {
		var f struct{ YAML string }
		if err := c.get(ctx, "/journeys/proposal", nil, &f); err != nil {
			return err
		}
		_, err := fmt.Fprint(std.out, f.YAML)
		return err
	})
}
