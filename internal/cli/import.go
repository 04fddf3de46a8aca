package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"time"

	"golang.org/x/term"

	"github.com/firsthand-cx/firsthand/internal/api"
	"github.com/firsthand-cx/firsthand/internal/app"
	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/ingest"
	"github.com/firsthand-cx/firsthand/internal/question"
)

type importCommand struct {
	Format
	Files   []string `arg:"" type:"path" help:"Exports to import."`
	Mapping string   `short:"m" type:"existingfile" help:"Mapping file; without one, the NAME.mapping.yaml beside NAME.csv is used, or the format is recognised by its content." xor:"as"`
	Source  string   `help:"The export that the files are, such as shopify, where it is not recognised or two could be meant." xor:"as" placeholder:"NAME"`
	Suggest bool     `help:"Print a proposed mapping and what the first rows would become, and import nothing."`
	DryRun  bool     `help:"Read and map everything, say what would happen, and import nothing."`
}

func (i *importCommand) Run(ctx context.Context, config app.Config, std streams) error {
	for _, file := range i.Files { // all of them, before the first is imported
		if _, err := os.Stat(file); errors.Is(err, fs.ErrNotExist) {
			return cx.Errorf(cx.NotFound, "there is no file %s", file).WithRemedy("Look at its name, and at the folder that you are in.")
		}
	}
	return with(ctx, config, func(c *client) error {
		var summaries []ingest.Summary
		for _, file := range i.Files {
			up, err := upload(ctx, c, file)
			if err != nil {
				return err
			}
			if i.Suggest {
				if err := i.suggest(ctx, c, std, up); err != nil {
					return err
				}
				continue
			}
			mapping := i.Mapping
			if mapping == "" && i.Source == "" {
				mapping = ingest.MappingBeside(file)
			}
			s, err := i.one(ctx, c, std, up, mapping)
			if err != nil {
				return err
			}
			summaries = append(summaries, s)
		}
		if i.Suggest {
			return nil
		}
		return i.writeList(std.out, summaryList(summaries), summaries)
	})
}

// upload streams a file to the server.
func upload(ctx context.Context, c *client, path string) (ingest.Upload, error) {
	var up ingest.Upload
	f, err := os.Open(path)
	if err != nil {
		return up, cx.Errorf(cx.Invalid, "%s cannot be read: %w", path, err)
	}
	defer f.Close()
	query := url.Values{"name": {filepath.Base(path)}}
	return up, c.do(ctx, http.MethodPost, "/uploads", query, f, "application/octet-stream", &up)
}

func (i *importCommand) suggest(ctx context.Context, c *client, std streams, up ingest.Upload) error {
	defer func() { _ = c.send(context.WithoutCancel(ctx), http.MethodDelete, "/uploads/"+up.ID, nil, nil) }()
	var p api.Proposal
	if err := c.get(ctx, "/uploads/"+up.ID+"/proposal", url.Values{"source": {i.Source}}, &p); err != nil {
		return err
	}
	if i.JSON {
		return writeJSON(std.out, p)
	}
	if p.Mapping == "" {
		return undecided(up, p.Candidates)
	}
	fmt.Fprint(std.out, p.Mapping)
	switch {
	case p.Detected != "" && i.Source != "":
		fmt.Fprintln(std.err, "# read as:", p.Detected)
	case p.Detected != "":
		fmt.Fprintln(std.err, "# recognised:", p.Detected)
	}
	for _, line := range p.Notes {
		fmt.Fprintln(std.err, "#", line)
	}
	return nil
}

// undecided has somebody say which of several exports a file is.
func undecided(up ingest.Upload, candidates []api.Candidate) error {
	var may, names []string
	for _, c := range candidates {
		may = append(may, "a "+c.Title+" ("+c.Why+")")
		names = append(names, "--source "+c.Source)
	}
	return cx.Errorf(cx.Invalid, "%s could be %s", up.File, strings.Join(may, " or ")).
		WithRemedy("Say which: %s, or --source %s to have a mapping proposed from its columns.", strings.Join(names, ", "), api.NoSource)
}

// one imports one uploaded file and shows how it goes.
func (i *importCommand) one(ctx context.Context, c *client, std streams, up ingest.Upload, mapping string) (ingest.Summary, error) {
	var run ingest.Run
	request := api.ImportRequest{Upload: up.ID, Source: i.Source, DryRun: i.DryRun}
	if mapping != "" {
		raw, err := os.ReadFile(mapping)
		if err != nil {
			return ingest.Summary{}, cx.Errorf(cx.Invalid, "the mapping %s cannot be read: %w", mapping, err)
		}
		request.Mapping, request.MappingName = string(raw), filepath.Base(mapping)
	}
	if err := c.send(ctx, http.MethodPost, "/imports", request, &run); err != nil {
		return ingest.Summary{}, err
	}
	bar := newProgress(std.err, up.File)
	defer bar.clear()
	tick := time.NewTicker(150 * time.Millisecond)
	defer tick.Stop()
	stopping := false
	for !run.State.Over() {
		select {
		case <-ctx.Done():
			if stopping {
				break
			}
			// The run is told to stop and watched to its clean end.
			stopping = true
			if err := c.send(context.WithoutCancel(ctx), http.MethodDelete, "/runs/"+run.ID, nil, nil); err != nil {
				return ingest.Summary{}, err
			}
		case <-tick.C:
		}
		if err := c.get(context.WithoutCancel(ctx), "/runs/"+run.ID, nil, &run); err != nil {
			return ingest.Summary{}, err
		}
		bar.show(run)
	}
	switch run.State {
	case ingest.RunDone:
		return *run.Summary, nil
	case ingest.RunCancelled:
		return ingest.Summary{}, context.Canceled
	}
	code := cx.Invalid
	if run.Code != "" {
		code = run.Code
	}
	return ingest.Summary{}, &cx.Error{Code: code, Text: run.Error}
}

// summaryList is what imports did, for people.
func summaryList(all []ingest.Summary) list {
	count := question.Column{Unit: "count"}.Figure
	l := list{
		head:  []string{"Import", "Source", "File", "Rows", "People", "New customers", "Interactions", "New", "Newer", "Unchanged", "Not identified", "Rejected", "Notes"},
		right: map[int]bool{0: true, 3: true, 4: true, 5: true, 6: true, 7: true, 8: true, 9: true, 10: true, 11: true},
	}
	for _, s := range all {
		notes := ""
		if s.Recognised != "" {
			notes = "recognised: " + s.Recognised
		}
		for _, reason := range sortedKeys(s.Reasons) {
			notes = join(notes, count(float64(s.Reasons[reason]))+" × "+reason)
		}
		if s.RejectsFile != "" {
			notes = join(notes, fmt.Sprintf("get them: firsthand sources --rejects %d > rejects.csv", s.Import))
		}
		if s.Skipped > 0 {
			notes = join(notes, count(float64(s.Skipped))+" skipped by the mapping")
		}
		if s.Erased > 0 {
			notes = join(notes, count(float64(s.Erased))+" of erased people kept out")
		}
		for _, w := range s.Warnings {
			notes = join(notes, w)
		}
		// A file of people brings no interactions, another no people: those columns are empty.
		made := []string{"", "", count(float64(s.Interactions)), count(float64(s.Applied.New)), count(float64(s.Applied.Superseding)), count(float64(s.Applied.Unchanged))}
		if s.People > 0 {
			made = []string{count(float64(s.People)), count(float64(s.NewPeople)), "", "", "", ""}
		}
		row := append([]string{itoa(int(s.Import)), s.Source, s.File, count(float64(s.Read))}, made...)
		row = append(row, count(float64(s.Unidentified)), count(float64(s.Rejected)), notes)
		l.rows = append(l.rows, row)
	}
	return l
}

func sortedKeys(m map[string]int64) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}

// isTerminal reports whether w is a screen.
func isTerminal(w any) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}
