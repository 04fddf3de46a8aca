package cli

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/firsthand-cx/firsthand/internal/api"
	"github.com/firsthand-cx/firsthand/internal/app"
	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/people"
)

type peopleCommand struct {
	List    peopleListCommand    `cmd:"" default:"withargs" help:"List who may come in."`
	Invite  peopleInviteCommand  `cmd:"" help:"Invite somebody; prints the link to give them."`
	Role    peopleRoleCommand    `cmd:"" help:"Give somebody another role."`
	Disable peopleDisableCommand `cmd:"" help:"Keep somebody out, at once and everywhere."`
	Enable  peopleEnableCommand  `cmd:"" help:"Let somebody in again."`
	Reset   peopleResetCommand   `cmd:"" help:"Take password and second step away; prints the link for a new password."`
}

type peopleListCommand struct{ Format }

func (l *peopleListCommand) Run(ctx context.Context, config app.Config, std streams) error {
	return with(ctx, config, func(c *client) error {
		var all []people.Person
		if err := c.get(ctx, "/people", nil, &all); err != nil {
			return err
		}
		if len(all) == 0 && !l.JSON && !l.CSV {
			_, err := fmt.Fprintln(std.out, "Nobody is invited yet. To begin with yourself: firsthand people invite you@example.org --name \"Your name\" --role owner")
			return err
		}
		out := list{head: []string{"E-mail", "Name", "Role", "State", "Second step", "Last here (UTC)"}}
		for _, p := range all {
			last, second := "never", "off"
			if !p.LastIn.IsZero() {
				last = p.LastIn.UTC().Format("2006-01-02 15:04")
			}
			if p.SecondFactor {
				second = "on"
			}
			role := p.Role.Words()
			if len(p.Owns) > 0 {
				role += " (" + strings.Join(p.Owns, ", ") + ")"
			}
			out.rows = append(out.rows, []string{p.Email, p.Name, role, p.State, second, last})
		}
		return l.writeList(std.out, out, all)
	})
}

type peopleInviteCommand struct {
	Email string   `arg:"" help:"Their e-mail address."`
	Name  string   `required:"" help:"Their name."`
	Role  string   `required:"" help:"owner, analyst, step_owner, front_line or walker."`
	Owns  []string `help:"Owners of steps, as journey files name them, for whom a step owner speaks."`
}

func (i *peopleInviteCommand) Run(ctx context.Context, config app.Config, std streams) error {
	return with(ctx, config, func(c *client) error {
		var made api.Invited
		in := people.Newcomer{Email: i.Email, Name: i.Name, Role: cx.Role(i.Role), Owns: i.Owns}
		if err := c.send(ctx, http.MethodPost, "/people", in, &made); err != nil {
			return err
		}
		return handOn(std.out, made)
	})
}

// handOn prints a link that is shown once.
func handOn(out io.Writer, made api.Invited) error {
	where := ""
	if strings.HasPrefix(made.Link, "/") {
		where = " (after the address at which your server is reached)"
	}
	_, err := fmt.Fprintf(out, "Give %s this link%s. It sets their password and works once; it is not shown again.\n\n  %s\n", made.Person.Name, where, made.Link)
	return err
}

type peopleRoleCommand struct {
	Email string   `arg:"" help:"Their e-mail address."`
	Role  string   `arg:"" help:"owner, analyst, step_owner, front_line or walker."`
	Owns  []string `help:"Owners of steps, as journey files name them, for whom a step owner speaks."`
}

func (r *peopleRoleCommand) Run(ctx context.Context, config app.Config, std streams) error {
	return toPerson(ctx, config, r.Email, func(c *client, path string) error {
		var p people.Person
		if err := c.send(ctx, http.MethodPost, path+"/role", map[string]any{"role": r.Role, "owns": r.Owns}, &p); err != nil {
			return err
		}
		_, err := fmt.Fprintf(std.out, "%s is now %s, and signed out everywhere.\n", p.Email, strings.ToLower(p.Role.Words()))
		return err
	})
}

type peopleDisableCommand struct {
	Email string `arg:"" help:"Their e-mail address."`
}

func (d *peopleDisableCommand) Run(ctx context.Context, config app.Config, std streams) error {
	return toPerson(ctx, config, d.Email, func(c *client, path string) error {
		if err := c.send(ctx, http.MethodPost, path+"/disable", nil, nil); err != nil {
			return err
		}
		_, err := fmt.Fprintf(std.out, "%s cannot come in any more. To take it back: firsthand people enable %s\n", d.Email, d.Email)
		return err
	})
}

type peopleEnableCommand struct {
	Email string `arg:"" help:"Their e-mail address."`
}

func (e *peopleEnableCommand) Run(ctx context.Context, config app.Config, std streams) error {
	return toPerson(ctx, config, e.Email, func(c *client, path string) error {
		if err := c.send(ctx, http.MethodPost, path+"/enable", nil, nil); err != nil {
			return err
		}
		_, err := fmt.Fprintf(std.out, "%s can come in again.\n", e.Email)
		return err
	})
}

type peopleResetCommand struct {
	Email string `arg:"" help:"Their e-mail address."`
}

func (r *peopleResetCommand) Run(ctx context.Context, config app.Config, std streams) error {
	return toPerson(ctx, config, r.Email, func(c *client, path string) error {
		var made api.Invited
		if err := c.send(ctx, http.MethodPost, path+"/reset", nil, &made); err != nil {
			return err
		}
		return handOn(std.out, made)
	})
}

// toPerson finds somebody by their e-mail address and does something to them.
func toPerson(ctx context.Context, config app.Config, email string, do func(c *client, path string) error) error {
	return with(ctx, config, func(c *client) error {
		var all []people.Person
		if err := c.get(ctx, "/people", nil, &all); err != nil {
			return err
		}
		i := slices.IndexFunc(all, func(p people.Person) bool { return strings.EqualFold(p.Email, strings.TrimSpace(email)) })
		if i < 0 {
			return cx.Errorf(cx.NotFound, "nobody here has the address %q", email).WithRemedy("`firsthand people` lists everybody.")
		}
		return do(c, "/people/"+strconv.FormatInt(all[i].ID, 10))
	})
}

type tokenCommand struct {
	List   tokenListCommand   `cmd:"" default:"withargs" help:"List the tokens."`
	Make   tokenMakeCommand   `cmd:"" help:"Make a token; prints it once."`
	Revoke tokenRevokeCommand `cmd:"" help:"Make a token worthless at once."`
}

type tokenListCommand struct{ Format }

func (l *tokenListCommand) Run(ctx context.Context, config app.Config, std streams) error {
	return with(ctx, config, func(c *client) error {
		var all []people.Token
		if err := c.get(ctx, "/tokens", nil, &all); err != nil {
			return err
		}
		out := list{head: []string{"Token", "For", "Role", "Made", "By", "Ends", "Revoked"}, right: map[int]bool{0: true}}
		for _, t := range all {
			revoked := ""
			if !t.Revoked.IsZero() {
				revoked = t.Revoked.Format(time.DateOnly)
			}
			out.rows = append(out.rows, []string{strconv.FormatInt(t.ID, 10), t.Name, string(t.Role), t.Made.Format(time.DateOnly), t.By, t.Expires.Format(time.DateOnly), revoked})
		}
		return l.writeList(std.out, out, all)
	})
}

type tokenMakeCommand struct {
	Name string `arg:"" help:"What it is for, such as: robot in the office."`
	Role string `help:"worker (takes robot walks), front_line (reads) or analyst." default:"worker"`
	Days int    `help:"How long it lasts." default:"90"`
}

func (m *tokenMakeCommand) Run(ctx context.Context, config app.Config, std streams) error {
	return with(ctx, config, func(c *client) error {
		var made api.MadeToken
		if err := c.send(ctx, http.MethodPost, "/tokens", map[string]any{"name": m.Name, "role": m.Role, "days": m.Days}, &made); err != nil {
			return err
		}
		_, err := fmt.Fprintln(std.out, made.Secret) // alone, so that a script can keep it
		return err
	})
}

type tokenRevokeCommand struct {
	Token int64 `arg:"" help:"Its number."`
}

func (r *tokenRevokeCommand) Run(ctx context.Context, config app.Config, std streams) error {
	return with(ctx, config, func(c *client) error {
		var t people.Token
		if err := c.send(ctx, http.MethodDelete, "/tokens/"+strconv.FormatInt(r.Token, 10), nil, &t); err != nil {
			return err
		}
		_, err := fmt.Fprintf(std.out, "%q opens nothing any more.\n", t.Name)
		return err
	})
}
