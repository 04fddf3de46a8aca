package cli

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/firsthand-cx/firsthand/internal/app"
	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/question"
)

type journeyChargeCommand struct {
	Name    string  `arg:"" help:"The journey."`
	Contact string  `help:"One contact, by its id." xor:"what" required:"" placeholder:"ID"`
	Reason  *string `help:"All contacts about a reason." xor:"what" required:"" placeholder:"WORD"`
	To      string  `help:"The step to charge." xor:"to" required:"" placeholder:"STEP"`
	None    bool    `help:"Charge none of the journey's steps." xor:"to" required:""`
	Note    string  `help:"Why." placeholder:"TEXT"`
	JSON    bool    `help:"Write JSON."`
}

func (j *journeyChargeCommand) Run(ctx context.Context, config app.Config, std streams) error {
	return with(ctx, config, func(c *client) error {
		in := map[string]any{"step": j.To, "note": j.Note}
		if j.Contact != "" {
			in["contact"] = j.Contact
		} else {
			in["reason"] = j.Reason
		}
		var r cx.Ruling
		if err := c.send(ctx, http.MethodPost, "/journeys/"+url.PathEscape(j.Name)+"/rulings", in, &r); err != nil {
			return err
		}
		if j.JSON {
			return writeJSON(std.out, r)
		}
		_, err := fmt.Fprintf(std.out, "Ruling %d: %s charged to %s.\nTake it back with: firsthand journey take-back %d\n", r.ID, ruledOn(r), stepOrNone(r.Step), r.ID)
		return err
	})
}

// aboutWhat says what a ruling is about.
func aboutWhat(r cx.Ruling) string {
	switch {
	case r.Contact != cx.InteractionID{}:
		return "contact " + r.Contact.String()
	case r.Reason == "":
		return "contacts without a reason"
	}
	return "contacts about " + r.Reason
}

// ruledOn begins a sentence of it.
func ruledOn(r cx.Ruling) string {
	if r.Contact != (cx.InteractionID{}) {
		return aboutWhat(r) + " is"
	}
	return aboutWhat(r) + " are"
}

func stepOrNone(step string) string {
	if step == "" {
		return "none of the steps"
	}
	return step
}

type journeyRulingsCommand struct {
	Format
	Name string `arg:"" help:"The journey."`
	All  bool   `help:"Those that were taken back or replaced, too."`
}

func (j *journeyRulingsCommand) Run(ctx context.Context, config app.Config, std streams) error {
	return with(ctx, config, func(c *client) error {
		var all []cx.Ruling
		if err := c.get(ctx, "/journeys/"+url.PathEscape(j.Name)+"/rulings", nil, &all); err != nil {
			return err
		}
		l := list{head: []string{"Ruling", "About", "Charged to", "By", "On", "Note", "Ended"}, right: map[int]bool{0: true}}
		shown := []cx.Ruling{}
		for _, r := range all {
			if !j.All && !r.Holds() {
				continue
			}
			ended := ""
			if !r.Holds() {
				ended = r.Ended.Format(time.DateOnly) + ", " + r.EndedBy
			}
			shown = append(shown, r)
			l.rows = append(l.rows, []string{itoa(int(r.ID)), aboutWhat(r), stepOrNone(r.Step), r.By, r.At.Format(time.DateOnly), r.Note, ended})
		}
		if len(l.rows) == 0 && !j.JSON && !j.CSV {
			_, err := fmt.Fprintln(std.out, "Nobody has overruled what contacts are charged to. See it with: firsthand ask upstream --by reason")
			return err
		}
		return j.writeList(std.out, l, shown)
	})
}

type journeyTakeBackCommand struct {
	Ruling int64 `arg:"" help:"The ruling's number, as journey rulings shows it."`
}

func (j *journeyTakeBackCommand) Run(ctx context.Context, config app.Config, std streams) error {
	return with(ctx, config, func(c *client) error {
		var r cx.Ruling
		if err := c.send(ctx, http.MethodDelete, "/rulings/"+itoa(int(j.Ruling)), nil, &r); err != nil {
			return err
		}
		_, err := fmt.Fprintf(std.out, "Taken back: %s charged as is reckoned again.\n", ruledOn(r))
		return err
	})
}

type journeyContactCommand struct {
	Format
	Contact string `arg:"" help:"A contact's id, as evidence shows it."`
}

// Run says what a contact is charged to in each journey.
func (j *journeyContactCommand) Run(ctx context.Context, config app.Config, std streams) error {
	return with(ctx, config, func(c *client) error {
		var all []question.JourneyCharge
		if err := c.get(ctx, "/contacts/"+url.PathEscape(j.Contact)+"/charges", nil, &all); err != nil {
			return err
		}
		l := list{head: []string{"Journey", "Charged to", "Owner", "Because"}}
		for _, one := range all {
			l.rows = append(l.rows, []string{one.Journey, one.Title, one.Owner, one.Because()})
		}
		return j.writeList(std.out, l, all)
	})
}
