package cli

import (
	"context"
	"fmt"
	"net/url"
	"strconv"
	"time"

	"github.com/firsthand-cx/firsthand/internal/app"
	"github.com/firsthand-cx/firsthand/internal/identity"
	"github.com/firsthand-cx/firsthand/internal/question"
)

type askCommand struct {
	Format
	Question string `arg:"" optional:"" help:"Name of the question, e.g. repeat_contact."`

	From      string `help:"First day, e.g. 2026-01-01." placeholder:"DATE"`
	To        string `help:"The day after the last." placeholder:"DATE"`
	AsOf      string `help:"End of what the data can know." placeholder:"DATE"`
	Journey   string `help:"Journey, by name."`
	Step      string `help:"Only this step."`
	Persona   string `help:"Only this persona."`
	Channel   string `help:"Only this channel."`
	Dimension string `help:"Only where a dimension has a value." placeholder:"NAME=VALUE"`
	By        string `help:"Split by step, channel, reason, touchpoint, persona, month, week, weekday, hour, dimension:<name> or, of upstream, owner. Not each question knows each."`
	Within    string `help:"Window, e.g. 24h or 30d." placeholder:"TIME"`
	Days      string `help:"Days, e.g. 7."`
	Metric    string `help:"nps, csat or ces."`
	Min       string `help:"Smallest sample to show a number for."`

	Evidence string `help:"Open a cell (its evidence, from --json) into its interactions or walks." placeholder:"CELL"`
	Limit    int    `help:"With --evidence: how many at most." default:"20"`
}

func (a *askCommand) Run(ctx context.Context, config app.Config, std streams) error {
	return with(ctx, config, func(c *client) error {
		if a.Question == "" {
			return a.listQuestions(ctx, c, std)
		}
		if a.Evidence != "" {
			return a.open(ctx, c, std)
		}
		var t question.Table
		if err := c.get(ctx, "/questions/"+url.PathEscape(a.Question), a.params(), &t); err != nil {
			return err
		}
		if err := a.writeTable(std.out, t); err != nil || len(t.Rows) > 0 || a.JSON || a.CSV {
			return err
		}
		return a.bring(ctx, c, std)
	})
}

// bring says what there must be to answer the question.
func (a *askCommand) bring(ctx context.Context, c *client, std streams) error {
	var all []struct{ Name, Bring string }
	if err := c.get(ctx, "/questions", nil, &all); err != nil {
		return err
	}
	for _, q := range all {
		if q.Name == a.Question && q.Bring != "" {
			fmt.Fprintf(std.out, "To answer it, %s. What is there: firsthand sources --questions\n", q.Bring)
		}
	}
	return nil
}

func (a *askCommand) params() url.Values {
	v := url.Values{}
	for name, value := range map[string]string{
		"from": a.From, "to": a.To, "as_of": a.AsOf, "journey": a.Journey, "step": a.Step, "persona": a.Persona,
		"channel": a.Channel, "dimension": a.Dimension, "by": a.By, "within": a.Within, "days": a.Days,
		"metric": a.Metric, "min": a.Min,
	} {
		if value != "" {
			v.Set(name, value)
		}
	}
	return v
}

func (a *askCommand) listQuestions(ctx context.Context, c *client, std streams) error {
	var all []struct {
		Name, Title string
		Parameters  []string
	}
	if err := c.get(ctx, "/questions", nil, &all); err != nil {
		return err
	}
	l := list{head: []string{"Name", "Question"}}
	for _, q := range all {
		l.rows = append(l.rows, []string{q.Name, q.Title})
	}
	return a.writeList(std.out, l, all)
}

func (a *askCommand) open(ctx context.Context, c *client, std streams) error {
	v := a.params()
	v.Set("cell", a.Evidence)
	v.Set("limit", itoa(a.Limit))
	var found struct {
		Interactions []identity.Line      `json:"interactions"`
		Walks        []question.WalkPiece `json:"walks,omitempty"`
		More         bool                 `json:"more"`
	}
	if err := c.get(ctx, "/questions/"+url.PathEscape(a.Question)+"/evidence", v, &found); err != nil {
		return err
	}
	if len(found.Walks) > 0 {
		l := list{head: []string{"Walk", "Step", "Started"}}
		for _, p := range found.Walks {
			l.rows = append(l.rows, []string{strconv.FormatInt(p.Walk, 10), p.Step, p.Started.Format(time.RFC3339)})
		}
		return a.writeList(std.out, l, found)
	}
	return a.writeList(std.out, recordList(found.Interactions), found)
}
