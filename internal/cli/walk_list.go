package cli

import (
	"context"
	"fmt"
	"io"
	"net/url"
	"strings"
	"time"

	"github.com/firsthand-cx/firsthand/internal/api"
	"github.com/firsthand-cx/firsthand/internal/app"
	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/walk"
)

type walkListCommand struct {
	Format
	State    string `help:"Only those in a state, such as submitted."`
	Scenario string `help:"Only those of a scenario."`
}

func (w *walkListCommand) Run(ctx context.Context, config app.Config, std streams) error {
	return with(ctx, config, func(c *client) error {
		query := url.Values{}
		for name, value := range map[string]string{"state": w.State, "scenario": w.Scenario} {
			if value != "" {
				query.Set(name, value)
			}
		}
		var all []walk.Assignment
		if err := c.get(ctx, "/walks", query, &all); err != nil {
			return err
		}
		if len(all) == 0 && !w.JSON && !w.CSV {
			_, err := fmt.Fprintln(std.out, "No walk. Invite a friend: `firsthand walk invite SCENARIO`; the scenarios: `firsthand walk library`.")
			return err
		}
		return w.writeList(std.out, walkList(all), all)
	})
}

// walkList shows walks; who walked a walk that was handed in is not said.
func walkList(all []walk.Assignment) list {
	l := list{head: []string{"Walk", "State", "Scenario", "By", "Place", "When", "Treatment", "Outcome"}, right: map[int]bool{0: true}}
	for _, a := range all {
		when := a.From
		if !a.Submitted.IsZero() {
			when = a.Submitted
		}
		row := []string{itoa(int(a.ID)), a.State.Words(), a.Scenario, a.Voice.String(), a.Place, when.Local().Format("2006-01-02 15:04"), "", ""}
		if rv := a.Review; rv != nil {
			row[6], row[7] = fmt.Sprintf("%d of %d", rv.Treatment.Met, rv.Treatment.Of), fmt.Sprintf("%d of %d", rv.Outcome.Met, rv.Outcome.Of)
		}
		l.rows = append(l.rows, row)
	}
	return l
}

type walkShowCommand struct {
	ID   int64 `arg:"" help:"The walk's number."`
	JSON bool  `help:"Write JSON."`
}

func (w *walkShowCommand) Run(ctx context.Context, config app.Config, std streams) error {
	return with(ctx, config, func(c *client) error {
		var d api.WalkDetail
		if err := c.get(ctx, fmt.Sprintf("/walks/%d", w.ID), nil, &d); err != nil {
			return err
		}
		if w.JSON {
			return writeJSON(std.out, d)
		}
		writeWalk(std.out, d)
		return nil
	})
}

// writeWalk tells a walk as a story, step by step.
func writeWalk(to io.Writer, d api.WalkDetail) {
	say := func(format string, args ...any) { fmt.Fprintln(to, printable(fmt.Sprintf(format, args...))) }
	say("%s", d.Filled.Title)
	say("%s, %s", d.Walk.State.Words(), d.Walk.Voice)
	for _, step := range d.Visit.Steps {
		if step.Done == walk.DoneSkipped {
			continue
		}
		felt := ""
		if step.Feeling.Valid() {
			felt = ", " + step.Feeling.String()
		}
		fmt.Fprintln(to)
		say("%d. %s  (%s%s)", step.Order, step.Title, (time.Duration(step.Seconds()) * time.Second), felt)
		if step.Done == walk.DoneBlocked {
			say("   could not be done")
		}
		for _, told := range []struct{ what, text string }{{"did", step.Did}, {"thought", step.Thought}, {"felt", step.Felt}, {"heard", step.Heard}} {
			if told.text != "" {
				say("   %-8s %s", told.what, told.text)
			}
		}
	}
	if sub := d.Visit.Submission; sub != nil {
		fmt.Fprintln(to)
		say("Good:     %s", sub.Praise)
		say("Not good: %s", sub.Failure)
	}
	if rv := d.Walk.Review; rv != nil {
		say("Reviewed by %s: treatment %d of %d, outcome %d of %d", rv.By, rv.Treatment.Met, rv.Treatment.Of, rv.Outcome.Met, rv.Outcome.Of)
	} else if len(d.Filled.Criteria) > 0 {
		fmt.Fprintln(to)
		for _, criterion := range d.Filled.Criteria {
			mark := cx.Mark("–")
			if d.Visit.Submission != nil && d.Visit.Submission.Marks[criterion.Name] != "" {
				mark = d.Visit.Submission.Marks[criterion.Name]
			}
			say("%-10s %-24s %s (%s)", criterion.Kind, criterion.Name, criterion.Text, mark)
		}
	}
}

type walkLibraryCommand struct{ Format }

func (w *walkLibraryCommand) Run(ctx context.Context, config app.Config, std streams) error {
	return with(ctx, config, func(c *client) error {
		var all []walk.Listed
		if err := c.get(ctx, "/walk-scenarios", nil, &all); err != nil {
			return err
		}
		l := list{head: []string{"Scenario", "Kind", "Title", "Practices", "Lacks"}}
		for _, one := range all {
			l.rows = append(l.rows, []string{one.ID, string(one.Kind), one.Title, strings.Join(one.Practices, " "), strings.Join(one.Missing, " ")})
		}
		return w.writeList(std.out, l, all)
	})
}
