package cli

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/firsthand-cx/firsthand/internal/api"
	"github.com/firsthand-cx/firsthand/internal/app"
	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/identity"
)

type linkCommand struct {
	Run    linkRunCommand    `cmd:"" default:"withargs" help:"Look for profiles that are one person; show what was done."`
	Review linkReviewCommand `cmd:"" help:"List pairs that may be one person, both side by side."`
	Same   linkSameCommand   `cmd:"" help:"Say that two profiles of the list are one person."`
	Apart  linkApartCommand  `cmd:"" help:"Say that two profiles of the list are two people, for good."`
	Undo   linkUndoCommand   `cmd:"" help:"Take back every link that likeness made."`
	Set    linkSetCommand    `cmd:"" help:"Turn linking by likeness on or off after imports; set its thresholds."`
}

type linkRunCommand struct {
	All    bool `help:"Look at everybody and learn anew, not only at what is new."`
	Review bool `help:"List the doubtful pairs too."`
	JSON   bool `help:"Write JSON."`
}

func (l *linkRunCommand) Run(ctx context.Context, config app.Config, std streams) error {
	return with(ctx, config, func(c *client) error {
		var run identity.LikenessRun
		if err := c.send(ctx, http.MethodPost, "/linking/runs", map[string]bool{"all": l.All}, &run); err != nil {
			return err
		}
		if l.JSON {
			return writeJSON(std.out, run)
		}
		writeRun(std, run)
		if l.Review {
			fmt.Fprintln(std.out)
			return (&linkReviewCommand{Limit: 50}).list(ctx, c, std)
		}
		return nil
	})
}

func writeRun(std streams, run identity.LikenessRun) {
	if run.At.IsZero() {
		fmt.Fprintln(std.out, "No file has said yet who its people are: map their fields under person: (docs/mapping.md).")
		return
	}
	what := "new or changed profiles and whom they are connected with"
	if run.All {
		what = "everybody"
	}
	out := list{head: []string{"Linking by likeness", ""}, right: map[int]bool{1: true}, rows: [][]string{
		{"Profiles with something to compare", strconv.Itoa(run.Profiles)},
		{"Looked at (" + what + ")", strconv.Itoa(run.Looked)},
		{"Pairs compared", strconv.FormatInt(run.Compared, 10)},
		{"New links", strconv.Itoa(run.Linked)},
		{"Links that no longer hold", strconv.Itoa(run.Undone)},
		{"Links by likeness in all", strconv.Itoa(run.Links)},
		{"Doubtful pairs, waiting for a person", strconv.Itoa(run.Doubtful)},
		{"Seconds", strconv.FormatFloat(run.Took.Seconds(), 'f', 1, 64)},
	}}
	out.write(std.out)
}

type linkReviewCommand struct {
	Limit int  `help:"Pairs to show." default:"50"`
	JSON  bool `help:"Write JSON."`
}

func (l *linkReviewCommand) Run(ctx context.Context, config app.Config, std streams) error {
	return with(ctx, config, func(c *client) error { return l.list(ctx, c, std) })
}

func (l *linkReviewCommand) list(ctx context.Context, c *client, std streams) error {
	var found api.Doubts
	if err := c.get(ctx, "/linking/review", url.Values{"limit": {itoa(l.Limit)}}, &found); err != nil {
		return err
	}
	if l.JSON {
		return writeJSON(std.out, found)
	}
	if len(found.Pairs) == 0 {
		_, err := fmt.Fprintln(std.out, "Nobody is in doubt.")
		return err
	}
	for i, d := range found.Pairs {
		if i > 0 {
			fmt.Fprintln(std.out)
		}
		fmt.Fprintf(std.out, "Profiles %d and %d: %.0f %% one person\n", d.A, d.B, 100*d.Probability)
		both := list{head: []string{"", strconv.FormatInt(int64(d.A), 10), strconv.FormatInt(int64(d.B), 10)}}
		for _, f := range cx.PersonFields() {
			if a, b := *f.Of(&d.PersonA), *f.Of(&d.PersonB); a != "" || b != "" {
				both.rows = append(both.rows, []string{f.Words, a, b})
			}
		}
		both.rows = append(both.rows, []string{"known by", keyValues(d.KeysA), keyValues(d.KeysB)})
		both.write(std.out)
		fmt.Fprintf(std.out, "For: %s. Decide: firsthand link same %d %d, or link apart %d %d\n", d.Reason(), d.A, d.B, d.A, d.B)
	}
	_, err := fmt.Fprintf(std.out, "\n%d of %d shown.\n", len(found.Pairs), found.All)
	return err
}

func keyValues(keys []identity.HeldKey) string {
	var values []string
	for _, k := range keys {
		values = append(values, k.Key.Value)
	}
	return strings.Join(values, ", ")
}

type linkPair struct {
	A      int64  `arg:""`
	B      int64  `arg:""`
	Reason string `help:"Why." default:"decided from the review list"`
}

func (p linkPair) decide(ctx context.Context, config app.Config, std streams, same bool, done string) error {
	return with(ctx, config, func(c *client) error {
		in := map[string]any{"a": p.A, "b": p.B, "same": same, "reason": p.Reason}
		if err := c.send(ctx, http.MethodPost, "/linking/review", in, nil); err != nil {
			return err
		}
		_, err := fmt.Fprintf(std.out, done+"\n", p.A, p.B)
		return err
	})
}

type linkSameCommand struct{ linkPair }

func (s *linkSameCommand) Run(ctx context.Context, config app.Config, std streams) error {
	return s.decide(ctx, config, std, true, "Profiles %d and %d are one customer now.")
}

type linkApartCommand struct{ linkPair }

func (s *linkApartCommand) Run(ctx context.Context, config app.Config, std streams) error {
	return s.decide(ctx, config, std, false, "Profiles %d and %d stay two customers; no rule will join them.")
}

type linkUndoCommand struct {
	Reason string `required:"" help:"Why."`
}

func (u *linkUndoCommand) Run(ctx context.Context, config app.Config, std streams) error {
	return with(ctx, config, func(c *client) error {
		var out struct{ Undone int }
		if err := c.do(ctx, http.MethodDelete, "/linking/links", url.Values{"reason": {u.Reason}}, nil, "", &out); err != nil {
			return err
		}
		_, err := fmt.Fprintf(std.out, "%d links by likeness were taken back. The next run would find them again: `firsthand link set --off` keeps it so.\n", out.Undone)
		return err
	})
}

type linkSetCommand struct {
	On     bool    `help:"Link after each import." xor:"on"`
	Off    bool    `help:"Link only when asked to." xor:"on"`
	Join   float64 `help:"Probability from which two are joined without a person."`
	Review float64 `help:"Probability from which a pair is listed for review."`
}

func (s *linkSetCommand) Run(ctx context.Context, config app.Config, std streams) error {
	return with(ctx, config, func(c *client) error {
		var now api.LinkingState
		if err := c.get(ctx, "/linking", nil, &now); err != nil {
			return err
		}
		set := now.Settings
		if s.On || s.Off {
			set.On = s.On
		}
		if s.Join != 0 {
			set.Join = s.Join
		}
		if s.Review != 0 {
			set.Review = s.Review
		}
		if set != now.Settings {
			if err := c.send(ctx, http.MethodPut, "/linking/settings", set, nil); err != nil {
				return err
			}
		}
		after := "after each import"
		if !set.On {
			after = "only when asked to"
		}
		last := "never"
		if !now.LastRun.At.IsZero() {
			last = now.LastRun.At.Format(time.DateTime)
		}
		_, err := fmt.Fprintf(std.out, "People are linked by likeness %s: joined from %g on, listed for review from %g on. Last run: %s.\n", after, set.Join, set.Review, last)
		return err
	})
}
