package cli

import (
	"context"
	"fmt"
	"time"

	"github.com/firsthand-cx/firsthand/internal/simulate"
)

type simulateCommand struct {
	Dir       string   `arg:"" type:"path" help:"Folder to write the exports into."`
	Customers int      `help:"How many customers, 1 to 10,000,000." default:"4000"`
	Seed      uint64   `help:"The same seed writes the same bytes." default:"1"`
	Start     string   `help:"First day of the year; default so that it ends last Sunday." placeholder:"DATE"`
	Faults    []string `help:"Plant these faults only." xor:"faults"`
	NoFaults  bool     `help:"Plant nothing: what is found then is false." xor:"faults"`
}

func (s *simulateCommand) Run(ctx context.Context, std streams) error {
	config := simulate.Config{Customers: s.Customers, Seed: s.Seed, Now: time.Now(), Faults: s.Faults, Dir: s.Dir}
	if s.NoFaults {
		config.Faults = []string{}
	}
	if s.Start != "" {
		start, err := time.Parse(time.DateOnly, s.Start)
		if err != nil {
			return badDate("start", s.Start)
		}
		config.Start = start
	}
	if isTerminal(std.err) {
		config.Progress = func(done, total int64) {
			fmt.Fprintf(std.err, "\r%d of %d customers", done, total)
			if done == total {
				fmt.Fprintln(std.err)
			}
		}
	}
	truth, err := simulate.Run(ctx, config)
	if err != nil {
		return err
	}
	fmt.Fprintf(std.out, "Wrote a year of %d customers to %s, with %d planted faults (truth.json names them).\nImport it: firsthand import %s/*.csv %s/*.jsonl\n",
		s.Customers, s.Dir, len(truth.Faults), s.Dir, s.Dir)
	return nil
}
