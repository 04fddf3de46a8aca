package cli

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/firsthand-cx/firsthand/internal/api"
	"github.com/firsthand-cx/firsthand/internal/app"
	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/ingest"
	"github.com/firsthand-cx/firsthand/internal/question"
)

type sourcesCommand struct {
	Format
	Undo    int32 `help:"Undo the import with this number." xor:"what" placeholder:"IMPORT"`
	Watched bool  `help:"List what became of the files in the watched folder (serve --watch)." xor:"what"`
	Covered bool  `help:"Say of each source whether it still comes and what its interactions carry." xor:"what" name:"coverage"`
	Asked   bool  `help:"Say which questions can be answered with what is there, and what to bring for the others." xor:"what" name:"questions"`
	Rejects int32 `help:"Write the rejected rows of the import with this number, as CSV that imports cleanly once corrected." xor:"what" placeholder:"IMPORT"`
}

func (s *sourcesCommand) Run(ctx context.Context, config app.Config, std streams) error {
	return with(ctx, config, func(c *client) error {
		switch {
		case s.Undo != 0:
			var undone ingest.Undone
			if err := c.send(ctx, http.MethodPost, "/imports/"+itoa(int(s.Undo))+"/undo", nil, &undone); err != nil {
				return err
			}
			l := list{head: []string{"Undone import", "Removed", "Restored"}, right: map[int]bool{1: true, 2: true}}
			l.rows = [][]string{{itoa(int(s.Undo)), itoa(int(undone.Removed)), itoa(int(undone.Restored))}}
			if undone.People > 0 {
				l.head, l.rows[0] = append(l.head, "People it named"), append(l.rows[0], itoa(int(undone.People)))
			}
			if stay := undone.Stay(); stay != "" {
				l.head, l.rows[0] = append(l.head, "Notes"), append(l.rows[0], stay)
			}
			return s.writeList(std.out, l, undone)
		case s.Covered, s.Asked:
			return s.covered(ctx, c, std)
		case s.Watched:
			return s.watched(ctx, c, std)
		case s.Rejects != 0:
			return c.get(ctx, "/imports/"+itoa(int(s.Rejects))+"/rejects", url.Values{}, std.out)
		}
		var all []ingest.Summary
		if err := c.get(ctx, "/imports", nil, &all); err != nil {
			return err
		}
		return s.writeList(std.out, summaryList(all), all)
	})
}

func (s *sourcesCommand) watched(ctx context.Context, c *client, std streams) error {
	var w api.Watched
	if err := c.get(ctx, "/watched", nil, &w); err != nil {
		return err
	}
	if w.Folder == "" {
		return cx.Errorf(cx.NotFound, "no folder is watched").WithRemedy("Start the server with one: firsthand serve --watch DIR")
	}
	l := list{head: []string{"File", "Looked at", "Import", "New", "Trouble"}, right: map[int]bool{2: true, 3: true}}
	for _, f := range w.Files {
		number := ""
		if f.Import != 0 {
			number = itoa(int(f.Import))
		}
		l.rows = append(l.rows, []string{f.Name, f.At.Local().Format("2006-01-02 15:04"), number, itoa(int(f.New)), f.Error})
	}
	return s.writeList(std.out, l, w)
}

func (s *sourcesCommand) covered(ctx context.Context, c *client, std streams) error {
	var all question.Coverage
	if err := c.get(ctx, "/coverage", nil, &all); err != nil {
		return err
	}
	if s.Asked {
		l := list{head: []string{"Question", "Answered", "What to bring", "How much is there"}}
		for _, q := range all.Questions {
			l.rows = append(l.rows, []string{q.Question, string(q.State), q.Bring, strings.Join(q.Why, "; ")})
		}
		return s.writeList(std.out, l, all.Questions)
	}
	l := list{
		head:  []string{"Source", "State", "Newest", "Days old", "Usual gap", "Interactions", "Identified", "Reason", "Channel", "Outcome", "Score", "Words", "Empty months"},
		right: map[int]bool{3: true, 4: true, 5: true, 6: true, 7: true, 8: true, 9: true, 10: true, 11: true},
	}
	for _, o := range all.Sources {
		newest := ""
		if !o.Newest.IsZero() {
			newest = o.Newest.Format(time.DateOnly) // in the company's zone, as it came
		}
		row := []string{o.Source, string(o.State), newest, itoa(o.Age), itoa(o.Usual)}
		for _, n := range []int64{o.Interactions, o.Identified, o.Reason, o.Channel, o.Outcome, o.Score, o.Words} {
			row = append(row, itoa(int(n)))
		}
		l.rows = append(l.rows, append(row, strings.Join(holes(all.Months, o.Source), ", ")))
	}
	return s.writeList(std.out, l, struct {
		Sources []question.SourceCoverage `json:"sources"`
		Months  []question.MonthsOf       `json:"months"`
	}{all.Sources, all.Months})
}

// holes are the months in which a source brought nothing of a kind that it usually does.
func holes(rows []question.MonthsOf, source string) (out []string) {
	for _, r := range rows {
		for _, m := range r.Months {
			if r.Source == source && m.Hole {
				out = append(out, m.Month+" "+r.Kind)
			}
		}
	}
	return out
}
