package cli

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/firsthand-cx/firsthand/internal/app"
	"github.com/firsthand-cx/firsthand/internal/question"
	"github.com/firsthand-cx/firsthand/internal/wording"
)

type wordsCommand struct {
	List    wordsListCommand    `cmd:"" default:"withargs" help:"List the words of channels, touchpoints, reasons and outcomes, and how they came."`
	Rename  wordsRenameCommand  `cmd:"" help:"Rename a word, or join it with another: words rename channel tel phone."`
	Restore wordsRestoreCommand `cmd:"" help:"Call a word as it came again: words restore channel tel."`
}

type wordsListCommand struct {
	Format
	Field string `help:"Only these: channel, touchpoint, reason or outcome." placeholder:"FIELD"`
}

func (w *wordsListCommand) Run(ctx context.Context, config app.Config, std streams) error {
	return with(ctx, config, func(c *client) error {
		var all []wording.Code
		if err := c.get(ctx, "/words", nil, &all); err != nil {
			return err
		}
		l := list{head: []string{"Field", "Word", "Interactions", "Came as", "Sources"}, right: map[int]bool{2: true}}
		shown := []wording.Code{}
		for _, code := range all {
			if w.Field != "" && string(code.Field) != w.Field {
				continue
			}
			shown = append(shown, code)
			var came, sources []string
			for _, word := range code.Came {
				came = append(came, word.Came)
				for _, s := range word.Sources {
					if !slices.Contains(sources, s) {
						sources = append(sources, s)
					}
				}
			}
			l.rows = append(l.rows, []string{string(code.Field), code.Word, question.Column{Unit: "count"}.Figure(float64(code.Interactions)), strings.Join(came, ", "), strings.Join(sources, ", ")})
		}
		if len(l.rows) == 0 && !w.JSON && !w.CSV {
			_, err := fmt.Fprintln(std.out, "No words yet: they come with the first import.")
			return err
		}
		return w.writeList(std.out, l, shown)
	})
}

type wordsRenameCommand struct {
	Field string `arg:"" help:"channel, touchpoint, reason or outcome."`
	Word  string `arg:"" help:"The word, as the list shows it."`
	To    string `arg:"" help:"What it is to be called."`
	JSON  bool   `help:"Write JSON."`
}

func (w *wordsRenameCommand) Run(ctx context.Context, config app.Config, std streams) error {
	return reword(ctx, config, std, w.JSON, "/words/rename", map[string]string{"field": w.Field, "word": w.Word, "to": w.To})
}

type wordsRestoreCommand struct {
	Field string `arg:"" help:"channel, touchpoint, reason or outcome."`
	Came  string `arg:"" help:"The word as it came."`
	JSON  bool   `help:"Write JSON."`
}

func (w *wordsRestoreCommand) Run(ctx context.Context, config app.Config, std streams) error {
	return reword(ctx, config, std, w.JSON, "/words/restore", map[string]string{"field": w.Field, "came": w.Came})
}

func reword(ctx context.Context, config app.Config, std streams, asJSON bool, path string, what map[string]string) error {
	return with(ctx, config, func(c *client) error {
		var done wording.Renamed
		if err := c.send(ctx, http.MethodPost, path, what, &done); err != nil {
			return err
		}
		if asJSON {
			return writeJSON(std.out, done)
		}
		joined := ""
		if done.Joined {
			joined = ", with those that were called so already"
		}
		_, err := fmt.Fprintf(std.out, "The %s “%s” is called “%s” now: %s interactions%s.\n", done.Field, printable(done.From), printable(done.Word),
			question.Column{Unit: "count"}.Figure(float64(done.Interactions)), joined)
		return err
	})
}
