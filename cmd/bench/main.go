// Command bench prints the project's figures as ratios to baselines that run
// beside them: bench [import|questions|pages|kills|faults|robots|large] [-rows 1000000,10000000].
package main

import (
	"os"

	"github.com/firsthand-cx/firsthand/internal/bench"
)

func main() { os.Exit(bench.Main(os.Args[1:], os.Stdout)) }
