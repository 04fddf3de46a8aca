// Package cli is the command line: one file per command. A command speaks the
// API (client.go), to the running server or to a handler in its own process, and
// writes for people unless --json or --csv is given. Start reading at Main.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"
	kongcompletion "github.com/jotaen/kong-completion"

	"github.com/firsthand-cx/firsthand/internal/app"
	"github.com/firsthand-cx/firsthand/internal/cx"
)

// commands is the whole command line. Flags may also be given as environment
// variables (FIRSTHAND_DATA) or in a YAML file ($FIRSTHAND_CONFIG).
type commands struct {
	Data    string `help:"Folder that holds the company's data." default:"data" env:"FIRSTHAND_DATA" type:"path" short:"d"`
	Zone    string `help:"The company's time zone, set when the folder is created, e.g. Europe/Paris." env:"FIRSTHAND_ZONE" placeholder:"ZONE"`
	Memory  string `help:"Memory that the facts engine may use." default:"2GiB" env:"FIRSTHAND_MEMORY"`
	Threads int    `help:"Threads that the facts engine may use; 0 = all." default:"0" env:"FIRSTHAND_THREADS"`
	// Robots walk on the public internet, and where this says.
	MayVisit []string `name:"robots-may-visit" help:"Address ranges inside your network that robots may visit, such as 10.1.0.0/16." env:"FIRSTHAND_ROBOTS_MAY_VISIT" placeholder:"RANGE"`
	Verbose  bool     `help:"Log what is done." short:"v"`

	Serve    serveCommand    `cmd:"" help:"Start the server."`
	Demo     demoCommand     `cmd:"" help:"Fill an empty folder with the demo company."`
	Import   importCommand   `cmd:"" help:"Import exports: CSV, TSV, JSONL, XLSX, Parquet, also .gz and .zst."`
	Sources  sourcesCommand  `cmd:"" help:"List what came in; undo an import; get its rejects."`
	Journey  journeyCommand  `cmd:"" help:"List, show, save or propose journeys."`
	Words    wordsCommand    `cmd:"" help:"List, rename and join the words of channels, touchpoints, reasons and outcomes."`
	Ask      askCommand      `cmd:"" help:"Ask a question; without a name, list them."`
	Report   reportCommand   `cmd:"" help:"Write the report for the board, as HTML or PDF."`
	Customer customerCommand `cmd:"" help:"Find, show, merge, export or erase a customer."`
	Walk     walkCommand     `cmd:"" help:"Be your customer: scenarios, invitations, plans, reviews, recordings for robots."`
	Worker   workerCommand   `cmd:"" help:"Walk for a server, on this machine, with Chromium."`
	People   peopleCommand   `cmd:"" help:"List, invite, change, disable or reset people."`
	Token    tokenCommand    `cmd:"" help:"List, make or revoke the tokens of programs."`
	Link     linkCommand     `cmd:"" help:"Link people by likeness; decide on doubtful pairs."`
	Simulate simulateCommand `cmd:"" help:"Write the exports of a company with known problems."`
	Doctor   doctorCommand   `cmd:"" help:"Look the data folder over; repair a damaged log on a copy."`
	Backup   backupCommand   `cmd:"" help:"Write a consistent copy of everything."`
	Restore  restoreCommand  `cmd:"" help:"Fill an empty folder from a backup."`
	Version  versionCommand  `cmd:"" help:"Say which version this is."`

	Completion kongcompletion.Completion `cmd:"" help:"Say how to complete commands in your shell."`
}

// streams are where a command reads and writes.
type streams struct {
	in       io.Reader
	out, err io.Writer
}

// Main runs a command line and returns its exit code.
func Main(args []string, in io.Reader, out, errs io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	return run(ctx, args, streams{in, out, errs})
}

// exited carries kong's wish to exit (after --help) through its callbacks.
type exited int

func run(ctx context.Context, args []string, std streams) (code int) {
	defer func() {
		if p := recover(); p != nil {
			e, ok := p.(exited)
			if !ok {
				panic(p)
			}
			code = int(e)
		}
	}()
	var c commands
	parser, err := kong.New(&c,
		kong.Name("firsthand"),
		kong.Description("Customer experience, measured and lived: see where customers suffer, how sure that is, in whose step, and in whose words."),
		kong.Writers(std.out, std.err),
		kong.Exit(func(n int) { panic(exited(n)) }),
		kong.UsageOnError(),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
		kong.Vars{"version": app.Version()},
	)
	if err != nil {
		fmt.Fprintln(std.err, err)
		return exitCode(cx.Internal)
	}
	kongcompletion.Register(parser)
	if len(args) == 0 {
		args = []string{"--help"}
	}
	k, err := parser.Parse(args)
	if err != nil {
		fmt.Fprintf(std.err, "firsthand: %s\nTry `firsthand --help`.\n", err)
		return exitCode(cx.Invalid)
	}
	k.BindTo(ctx, (*context.Context)(nil))
	k.Bind(std, c.config(std))
	if err := k.Run(); err != nil {
		if errors.Is(err, context.Canceled) && ctx.Err() != nil {
			fmt.Fprintln(std.err, "\nStopped. Nothing half-done was left behind.")
			return 130
		}
		for i, line := range strings.Split(err.Error(), "\n") { // it may quote a file
			if i == 0 {
				line = "firsthand: " + line
			}
			fmt.Fprintln(std.err, printable(line))
		}
		return exitCode(cx.CodeOf(err))
	}
	return 0
}

// exitCode maps an error's code to the exit code: the one place that does.
func exitCode(code cx.Code) int {
	switch code {
	case cx.Invalid:
		return 2
	case cx.NotFound:
		return 3
	case cx.Conflict:
		return 4
	case cx.Forbidden:
		return 5
	case cx.Unavailable:
		return 6
	}
	return 1
}

// config is what the flags say of the data folder and the stores.
func (c *commands) config(std streams) app.Config {
	level := slog.LevelWarn
	if c.Verbose {
		level = slog.LevelInfo
	}
	return app.Config{
		Dir: c.Data, Zone: c.Zone, Memory: c.Memory, Threads: c.Threads, RobotsMayVisit: c.MayVisit,
		Log: slog.New(slog.NewTextHandler(std.err, &slog.HandlerOptions{Level: level})),
	}
}

func badDate(name, value string) error {
	return cx.Errorf(cx.Invalid, "%s: %q is not a date", name, value).WithRemedy("Write it like 2026-03-31.")
}

// with runs f with a client of the data folder.
func with(ctx context.Context, config app.Config, f func(*client) error) (err error) {
	c, err := connect(ctx, config)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.close()) }()
	return f(c)
}
