package cli

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/firsthand-cx/firsthand/internal/api"
	"github.com/firsthand-cx/firsthand/internal/app"
	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/walk"
)

// Asked is what a walk that is asked for by hand may say beside its scenario.
type Asked struct {
	Scenario string `arg:"" help:"From firsthand walk library."`
	Place    string `help:"The shop, the line, the site."`
	As       string `help:"The role in a parity walk, such as ordinary."`
	From     string `help:"When, such as 2026-12-01T14:00; now without." placeholder:"TIME"`
	Due      string `help:"Until when; three days without." placeholder:"TIME"`
	JSON     bool   `help:"Write JSON."`
}

func (a Asked) body() (map[string]any, error) {
	body := map[string]any{"scenario": a.Scenario, "place": a.Place, "arm": a.As}
	for name, text := range map[string]string{"from": a.From, "due": a.Due} {
		if text == "" {
			continue
		}
		at, err := time.ParseInLocation("2006-01-02T15:04", text, time.Local)
		if err != nil {
			return nil, cx.Errorf(cx.Invalid, "--%s: %q is no day and time", name, text).WithRemedy("Write it like 2026-12-01T14:00.")
		}
		body[name] = at
	}
	return body, nil
}

type walkInviteCommand struct {
	Asked
	Name string `help:"Their name, if you like."`
	URL  string `help:"The address under which they reach Firsthand, such as https://walks.example.com." env:"FIRSTHAND_PUBLIC_URL" placeholder:"URL"`
}

func (w *walkInviteCommand) Run(ctx context.Context, config app.Config, std streams) error {
	body, err := w.body()
	if err != nil {
		return err
	}
	body["name"], body["invite"] = w.Name, true
	return with(ctx, config, func(c *client) error {
		var made api.Invitation
		if err := c.send(ctx, http.MethodPost, "/walks", body, &made); err != nil {
			return err
		}
		if w.JSON {
			return writeJSON(std.out, made)
		}
		base := strings.TrimSuffix(w.URL, "/")
		if base == "" {
			base = c.base
		}
		if strings.HasSuffix(base, ".invalid") { // no server runs
			fmt.Fprintf(std.out, "Walk %d waits. Its link, shown this once, is this path of your server's address:\n\n  %s\n\nStart the server: firsthand serve\n", made.Walk.ID, made.Path)
			return nil
		}
		fmt.Fprintf(std.out, "Walk %d waits. Send this link; it is shown this once:\n\n  %s%s\n\n", made.Walk.ID, base, made.Path)
		if strings.Contains(base, "//127.") || strings.Contains(base, "//localhost") {
			fmt.Fprintln(std.out, "Only this computer can open it. Start the server with --public-url https://…, and say --url https://… here.")
		}
		return nil
	})
}

type walkAssignCommand struct {
	Asked
	Walker int64 `help:"The walker's number, from firsthand walk walkers." xor:"who"`
	Robot  bool  `help:"A robot walks it." xor:"who"`
}

func (w *walkAssignCommand) Run(ctx context.Context, config app.Config, std streams) error {
	if w.Walker == 0 && !w.Robot {
		return cx.Errorf(cx.Invalid, "nobody is named to walk").WithRemedy("Say --walker NUMBER or --robot; a friend is invited with `firsthand walk invite`.")
	}
	body, err := w.body()
	if err != nil {
		return err
	}
	body["walker"], body["robot"] = w.Walker, w.Robot
	return with(ctx, config, func(c *client) error {
		var made api.Invitation
		if err := c.send(ctx, http.MethodPost, "/walks", body, &made); err != nil {
			return err
		}
		if w.JSON {
			return writeJSON(std.out, made)
		}
		_, err := fmt.Fprintf(std.out, "Walk %d waits, until %s.\n", made.Walk.ID, made.Walk.Due.Local().Format("2006-01-02 15:04"))
		return err
	})
}

type walkWalkersCommand struct {
	List walkWalkersListCommand `cmd:"" default:"1" help:"List those who walk."`
	Add  walkWalkersAddCommand  `cmd:"" help:"Name a walker, so that plans can send them."`
}

type walkWalkersListCommand struct{ Format }

func (w *walkWalkersListCommand) Run(ctx context.Context, config app.Config, std streams) error {
	return with(ctx, config, func(c *client) error {
		var all []walk.Walker
		if err := c.get(ctx, "/walkers", nil, &all); err != nil {
			return err
		}
		l := list{head: []string{"Walker", "Name", "Department", "As"}, right: map[int]bool{0: true}}
		for _, one := range all {
			l.rows = append(l.rows, []string{itoa(int(one.ID)), one.Name, one.Department, one.Arm})
		}
		return w.writeList(std.out, l, all)
	})
}

type walkWalkersAddCommand struct {
	Name       string `arg:""`
	Department string `help:"Where they work."`
	As         string `help:"The role that only they can play, such as connected."`
}

func (w *walkWalkersAddCommand) Run(ctx context.Context, config app.Config, std streams) error {
	return with(ctx, config, func(c *client) error {
		var made walk.Walker
		if err := c.send(ctx, http.MethodPost, "/walkers", api.WalkerBody{Name: w.Name, Department: w.Department, Arm: w.As}, &made); err != nil {
			return err
		}
		_, err := fmt.Fprintf(std.out, "%s is walker %d.\n", printable(made.Name), made.ID)
		return err
	})
}
