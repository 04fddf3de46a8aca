package cli

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/firsthand-cx/firsthand/internal/api"
	"github.com/firsthand-cx/firsthand/internal/app"
	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/identity"
)

type customerCommand struct {
	Find    customerFindCommand    `cmd:"" default:"withargs" help:"Find customers by e-mail, phone or id; show the one that is found."`
	Merge   customerMergeCommand   `cmd:"" help:"Say that two profiles are one person."`
	Unmerge customerUnmergeCommand `cmd:"" help:"Say that a profile is somebody else, and keep it apart."`
	Export  customerExportCommand  `cmd:"" help:"Write everything that is kept about a customer, as JSON."`
	Erase   customerEraseCommand   `cmd:"" help:"Erase a customer for good."`
}

type customerFindCommand struct {
	Format
	Who   string `arg:"" help:"Number, or (part of) an e-mail address, phone number or id."`
	Limit int    `help:"Interactions to show." default:"50"`
}

func (f *customerFindCommand) Run(ctx context.Context, config app.Config, std streams) error {
	return with(ctx, config, func(c *client) error {
		id, err := f.find(ctx, c, std)
		if err != nil || id == 0 {
			return err
		}
		var v api.CustomerPage
		if err := c.get(ctx, customerPath(id), url.Values{"limit": {itoa(f.Limit)}}, &v); err != nil {
			return err
		}
		if f.JSON {
			return writeJSON(std.out, v)
		}
		if !f.CSV {
			fmt.Fprintf(std.out, "Customer %d\n\n", v.ID)
			keys := list{head: []string{"Known by", "", "Profile", "Source"}, right: map[int]bool{2: true}}
			for _, k := range v.Keys {
				keys.rows = append(keys.rows, []string{keyWords[k.Key.Kind], k.Key.Value, strconv.FormatInt(int64(k.Profile), 10), k.Source})
			}
			keys.write(std.out)
			if len(v.People) > 0 {
				fmt.Fprintln(std.out)
				people := list{head: []string{"Profile", "Who it is"}, right: map[int]bool{0: true}}
				for _, p := range v.People {
					people.rows = append(people.rows, []string{strconv.FormatInt(int64(p.Profile), 10), p.String()})
				}
				people.write(std.out)
				if also := alsoSaid(v.People); len(also.rows) > 0 {
					fmt.Fprintln(std.out)
					also.write(std.out)
				}
			}
			if len(v.Links) > 0 {
				fmt.Fprintln(std.out)
				links := list{head: []string{"Profiles", "Of", "Linked because", "They share", "By", "When"}}
				from := map[cx.ProfileID]string{}
				for _, k := range v.Keys {
					from[k.Profile] = cmp.Or(from[k.Profile], k.Source)
				}
				for _, l := range v.Links {
					links.rows = append(links.rows, []string{
						fmt.Sprintf("%d – %d", l.A, l.B), strings.Trim(from[l.A]+" – "+from[l.B], "– "), reasonOf(l), l.Key.Value, l.By, l.At.Format(time.DateOnly),
					})
				}
				links.write(std.out)
			}
			fmt.Fprintln(std.out)
		}
		if err := f.writeList(std.out, recordList(v.Timeline), v); err != nil {
			return err
		}
		if v.More && !f.CSV {
			fmt.Fprintln(std.out, "There is more: raise --limit.")
		}
		return nil
	})
}

var keyWords = map[cx.KeyKind]string{
	cx.KeySourceID: "customer number", cx.KeyEmail: "e-mail", cx.KeyPhone: "phone", cx.KeyThread: "order or ticket",
}

// alsoSaid lists what files of people say beside who somebody is.
func alsoSaid(people []identity.ProfileOf) list {
	l := list{head: []string{"Profile", "A list also says", ""}, right: map[int]bool{0: true}}
	for _, p := range people {
		for _, name := range slices.Sorted(maps.Keys(p.Attributes)) {
			l.rows = append(l.rows, []string{strconv.FormatInt(int64(p.Profile), 10), name, p.Attributes[name]})
		}
	}
	return l
}

// find returns the one customer meant, or lists those that could be and returns 0.
func (f *customerFindCommand) find(ctx context.Context, c *client, std streams) (cx.CustomerID, error) {
	var found []identity.Customer
	if err := c.get(ctx, "/customers", url.Values{"search": {f.Who}}, &found); err != nil {
		return 0, err
	}
	if len(found) == 1 {
		return found[0].ID, nil
	}
	if len(found) == 0 {
		// Not what a system calls them: perhaps it is our own number.
		if n, err := strconv.ParseInt(f.Who, 10, 64); err == nil && n > 0 {
			return cx.CustomerID(n), nil
		}
		return 0, cx.Errorf(cx.NotFound, "nobody is known by %q", f.Who).
			WithRemedy("Try another part of the e-mail address, phone number or id; one who was erased is not found.")
	}
	l := list{head: []string{"Customer", "Known by"}, right: map[int]bool{0: true}}
	for _, h := range found {
		l.rows = append(l.rows, []string{strconv.FormatInt(int64(h.ID), 10), knownBy(h)})
	}
	return 0, f.writeList(std.out, l, found)
}

// reasonOf says why two profiles are one customer, or no longer are.
func reasonOf(l identity.Link) string {
	switch {
	case !l.Undone.IsZero():
		return l.Reason + " (undone: " + l.UndoneReason + ")"
	case l.Apart:
		return "kept apart: " + l.Reason
	}
	return l.Reason
}

// knownBy names a customer by a few keys.
func knownBy(c identity.Customer) string {
	words := ""
	for i, k := range c.Keys {
		if i == 3 {
			return words + " …"
		}
		words = join(words, k.Key.Value)
	}
	return words
}

func customerPath(id cx.CustomerID) string {
	return "/customers/" + strconv.FormatInt(int64(id), 10)
}

type customerMergeCommand struct {
	A      int64  `arg:"" help:"One customer."`
	B      int64  `arg:"" help:"The other customer."`
	Reason string `required:"" help:"Why they are one person."`
}

func (m *customerMergeCommand) Run(ctx context.Context, config app.Config, std streams) error {
	return with(ctx, config, func(c *client) error {
		var out struct{ Customers []cx.CustomerID }
		in := map[string]any{"a": m.A, "b": m.B, "reason": m.Reason}
		if err := c.send(ctx, http.MethodPost, "/customers/merge", in, &out); err != nil {
			return err
		}
		_, err := fmt.Fprintf(std.out, "Customers %d and %d are customer %d. To take it back: firsthand customer unmerge %d --reason …\n", m.A, m.B, out.Customers[0], max(m.A, m.B))
		return err
	})
}

type customerUnmergeCommand struct {
	Profiles []int64 `arg:"" help:"Profiles to take out of their customer."`
	Reason   string  `required:"" help:"Why they are somebody else."`
}

func (u *customerUnmergeCommand) Run(ctx context.Context, config app.Config, std streams) error {
	return with(ctx, config, func(c *client) error {
		var out struct{ Customers []cx.CustomerID }
		in := map[string]any{"profiles": u.Profiles, "reason": u.Reason}
		if err := c.send(ctx, http.MethodPost, "/customers/unmerge", in, &out); err != nil {
			return err
		}
		_, err := fmt.Fprintf(std.out, "They are now: customer %s. No rule will join them to the others again.\n", strings.Trim(fmt.Sprint(out.Customers), "[]"))
		return err
	})
}

type customerExportCommand struct {
	Customer int64 `arg:""`
}

func (e *customerExportCommand) Run(ctx context.Context, config app.Config, std streams) error {
	return with(ctx, config, func(c *client) error {
		return c.get(ctx, customerPath(cx.CustomerID(e.Customer))+"/export", nil, std.out)
	})
}

type customerEraseCommand struct {
	Customer int64 `arg:""`
	Yes      bool  `help:"Do it: this cannot be undone."`
}

func (e *customerEraseCommand) Run(ctx context.Context, config app.Config, std streams) error {
	if !e.Yes {
		return cx.Errorf(cx.Invalid, "erasing customer %d cannot be undone", e.Customer).
			WithRemedy("Export first if somebody may ask (`firsthand customer export %d`), then add --yes.", e.Customer)
	}
	return with(ctx, config, func(c *client) error {
		var out identity.Erased
		if err := c.send(ctx, http.MethodDelete, customerPath(cx.CustomerID(e.Customer)), nil, &out); err != nil {
			return err
		}
		_, err := fmt.Fprintf(std.out, "Erased: %d profiles, %d interactions. A later import will not bring them back. Backups older than today still hold them: delete those within 30 days.\n",
			len(out.Profiles), out.Interactions)
		return err
	})
}
