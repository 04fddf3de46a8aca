package bench

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/firsthand-cx/firsthand/internal/simulate"
)

// faults plants known problems in simulated companies and says which were found,
// and what was found where nothing was planted. It is a guard, not a proof.
func (b *bench) faults(ctx context.Context) error {
	b.printf("%d customers a company; a guard, not a proof\n  seed · planted · found of them · findings · of them true · findings with nothing planted\n", b.customers)
	for seed := range b.seeds {
		with, err := b.company(ctx, uint64(seed+1), nil)
		if err != nil {
			return err
		}
		without, err := b.company(ctx, uint64(seed+1), []string{})
		if err != nil {
			return err
		}
		b.printf("  %d · %d · %d · %d · %d · %d\n", seed+1, with.Planted, with.Recalled, with.Findings, with.True, without.Findings)
		for _, missed := range with.Missed {
			b.printf("    missed %s\n", missed)
		}
		for _, key := range append(with.FalseKey, without.FalseKey...) {
			b.printf("    false %s %s %s%s\n", key.Question, key.Step, key.Persona, key.Segment)
		}
	}
	return nil
}

// company simulates, imports and evaluates one company.
func (b *bench) company(ctx context.Context, seed uint64, faults []string) (simulate.Scorecard, error) {
	dir := filepath.Join(b.dir, fmt.Sprintf("company-%d", seed))
	defer os.RemoveAll(dir)
	truth, err := simulate.Run(ctx, simulate.Config{
		Customers: b.customers, Seed: seed, Faults: faults, Dir: filepath.Join(dir, "exports"), Now: time.Now(),
	})
	if err != nil {
		return simulate.Scorecard{}, err
	}
	a, err := b.open(ctx, filepath.Join(dir, "data"))
	if err != nil {
		return simulate.Scorecard{}, err
	}
	defer a.Close()
	if err := a.ImportCompany(ctx, filepath.Join(dir, "exports"), truth, func(string) {}); err != nil {
		return simulate.Scorecard{}, err
	}
	found, err := a.Findings(ctx)
	if err != nil {
		return simulate.Scorecard{}, err
	}
	return simulate.Score(truth, found), nil
}
